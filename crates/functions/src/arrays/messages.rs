//! The messages of the array functions: one text for one mistake, whichever function meets it.

/// Message texts by tag; every array function has them all.
pub(crate) const MESSAGES: &[(&str, &str)] = &[
    ("rect", "`1` is not a rectangular array: all its parts at one level must have the same dimensions."),
    ("arrs", "A list of arrays was expected instead of `1`."),
    ("rank", "An array with at least `1` levels was expected; the array has `2`."),
    ("lev", "`1` does not name different levels of an array with `2` levels."),
    (
        "places",
        "Each of `1` arrays needs a list of different levels of the result, one for each level it has, or All; `2` came.",
    ),
    ("size", "Sizes `1` and `2` were found at level `3` of the result, where one size was expected."),
    ("dims", "Dimensions are a list of non-negative integers or of symbols for them; `1` came."),
    ("fit", "An array of dimensions `1` has `2` elements and cannot be given the dimensions `3`, which need `4`."),
    ("win", "Windows that reach over `1` elements were asked for at a level of size `2`."),
    ("pos", "`1` was expected to be a positive integer or a list of `2` positive integers."),
    ("range", "Position `1` does not exist at a level of size `2`."),
    ("index", "An array of positions holds `1`, but integers from 1 to `2` are expected."),
    (
        "labels",
        "`1` was expected to be {labels of the first array, ...} -> labels of the result, each of them occurring on the left.",
    ),
    ("label", "Label `1` stands for levels of sizes `2` and `3`."),
    ("pad", "`1` was expected to be an amount, a pair of amounts, or a list of pairs for the leading levels of `2`."),
    ("padval", "The padding `1` is neither a scalar nor one of \"Fixed\", \"Periodic\", \"Reflected\", \"Reversed\"."),
    ("crop", "`1` elements cannot be taken away at a level of size `2`."),
    ("empty", "There is nothing to repeat at a level of size 0."),
    ("steps", "Sequences of lengths `1` and `2` cannot be gone through together."),
    ("step", "A step was expected to give {{next states}, {outputs}} with `1` states; it gave `2`."),
    ("state", "State `1` has dimensions `2` before a step and `3` after it."),
    ("count", "A number of steps or a list of sequences was expected instead of `1`."),
    ("limit", "`1` steps are more than the limit of `2`."),
    ("upd", "Updates of dimensions `1` were expected; they have dimensions `2`."),
    (
        "norank",
        "Nothing says how many levels `1` has: give its dimensions as the second argument, as in ArraySymbol[\"a\", {n, m}].",
    ),
    ("ties", "\"Ties\" is \"First\" or \"Shared\", not `1`."),
    (
        "symmetry",
        "`1` is no symmetry of an array of dimensions `2`: Symmetric[{level, ...}] or Symmetric[All] was expected, with \
         levels of equal size, each of them once.",
    ),
    (
        "sym",
        "`1` does not describe an array symbol: a name and dimensions, integers or symbols for them, were expected.",
    ),
];
