//! Functions that definitions of several operators share.

/// Names and functions; each may mention those before it.
pub(super) const HELPERS: &[(&str, &str)] = &[
    // Levels count from 1; axes from 0, negative ones from the end.
    ("level", "Function[{axis, rank}, If[axis < 0, rank + axis + 1, axis + 1]]"),
    ("levels", "Function[{axes, rank}, Map[If[# < 0, rank + # + 1, # + 1] &, axes]]"),
    // Where the levels of an array stand if the last ones are aligned.
    ("trailing", "Function[{array}, Range[-ArrayDepth[array], -1]]"),
    ("broadcast", "Function[{function, arrays}, ArrayThread[function, arrays, Map[trailing, arrays]]]"),
];
