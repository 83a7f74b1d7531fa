//! Losses that ask for a margin between several scores or distances.

use serde_json::Value;

use super::super::description::{number, size, text};
use super::super::model::Model;
use super::super::pairs::distance;
use super::{Input, constants, function, reduced};

/// `1 - cos` for pairs that belong together, else what the cosine has above the margin.
pub(super) fn cosine(module: &Value, shapes: &[Vec<u64>]) -> Result<Model, String> {
    let [one, other, labels] = shapes else { return Err("other inputs than two tensors and labels".to_owned()) };
    let margin = number(module, "margin")?;
    let dot = |a: &str, b: &str| format!("ArrayReduce[Total, {a} {b}, -1]");
    // PyTorch adds this to the squares of both lengths.
    let epsilon = "1.*^-12";
    let terms = format!(
        "ArrayThread[Function[{{dot, one, other, y}}, With[{{cos = dot/Sqrt[(one + {epsilon}) (other + {epsilon})]}}, \
         (1 + y)/2 (1 - cos) + (1 - y)/2 Max[cos - {margin}, 0]]], {{{}, {}, {}, x3}}]",
        dot("x1", "x2"),
        dot("x1", "x1"),
        dot("x2", "x2")
    );
    let body = reduced(&terms, labels.len(), text(module, "reduction")?)?;
    let mut target = Input::tensor(2, labels);
    target.feed.gradient = None;
    Ok(function(vec![Input::tensor(0, one), Input::tensor(1, other), target], &body))
}

/// How much nearer than the margin an example of another kind is, compared to one of the same kind.
pub(super) fn triplet(module: &Value, shapes: &[Vec<u64>]) -> Result<Model, String> {
    if shapes.len() != 3 || shapes.windows(2).any(|pair| pair[0] != pair[1]) {
        return Err("other inputs than three tensors of one shape".to_owned());
    }
    let (margin, swaps) = (number(module, "margin")?, module["swap"] == true);
    let (power, epsilon) = match text(module, "type")? {
        "TripletMarginLoss" => (number(module, "p")?, number(module, "eps")?),
        // Without a function this is the distance of PyTorch's module for it.
        _ if module["distance_function"].is_null() => ("(2.)".to_owned(), "(1*^-6)".to_owned()),
        _ => return Err("a distance that is given as a function".to_owned()),
    };
    let distance = |one: &str, other: &str| distance(one, other, &power, &epsilon);
    let (near, far, between) = (distance("x1", "x2"), distance("x1", "x3"), distance("x2", "x3"));
    let terms = if swaps {
        format!("ArrayThread[Max[0, #1 - Min[#2, #3] + {margin}] &, {{{near}, {far}, {between}}}]")
    } else {
        format!("ArrayThread[Max[0, #1 - #2 + {margin}] &, {{{near}, {far}}}]")
    };
    let body = reduced(&terms, shapes[0].len().saturating_sub(1), text(module, "reduction")?)?;
    Ok(function(shapes.iter().enumerate().map(|(place, shape)| Input::tensor(place, shape)).collect(), &body))
}

/// Scores with a level of examples, which a single one lacks: the input and what may stand before its shape.
fn scores(input: &[u64]) -> Result<(Input, u64, u64), String> {
    let mut scores = Input::tensor(0, input);
    match *input {
        [count, classes] => Ok((scores, count, classes)),
        [classes] => {
            scores.feed.value = "List[io[\"input.0\"]]".to_owned();
            scores.feed.gradient = Some((0, "First".to_owned()));
            scores.shape = vec![1, classes];
            Ok((scores, 1, classes))
        }
        _ => Err("other scores than those of examples".to_owned()),
    }
}

/// The terms of examples, or of the single one.
fn of_examples(terms: &str, input: &[u64], reduction: &str) -> Result<String, String> {
    match (input.len(), reduction) {
        (1, _) => Ok(format!("First[{terms}]")),
        _ => reduced(terms, 1, reduction),
    }
}

/// How much less than the margin the score of a class is above those of the others.
pub(super) fn of_a_class(case: &Value, shapes: &[Vec<u64>]) -> Result<Model, String> {
    let module = &case["net"];
    let [input, _] = shapes else { return Err("other inputs than scores and classes".to_owned()) };
    let (scores, count, classes) = scores(input)?;
    let (margin, power) = (number(module, "margin")?, size(module, "p")?);
    let targets = "Flatten[{io[\"input.1\"]}]";
    let hot = format!("N[Map[ReplacePart[ConstantArray[0, {classes}], # + 1 -> 1] &, {targets}]]");
    let mut inputs = vec![scores, Input::fixed("hot", hot, &[count, classes])];
    let excess = format!(
        "ArrayReduce[Total, ArrayThread[Max[0, {margin} - #2 + #1]^{power} (1 - #3) &, \
         {{x1, ArrayReduce[Total, x1 hot, 2], hot}}, {{{{1, 2}}, {{1}}, {{1, 2}}}}], 2]/{classes}"
    );
    let terms = match constants(case, "weight")? {
        Some((weights, _)) => {
            inputs.push(Input::fixed("w", format!("{weights}[[{targets} + 1]]"), &[count]));
            format!("w {excess}")
        }
        None => excess,
    };
    let body = of_examples(&terms, input, text(module, "reduction")?)?;
    Ok(function(inputs, &body))
}

/// The same for several classes of an example: those before the first -1.
pub(super) fn of_classes(module: &Value, shapes: &[Vec<u64>]) -> Result<Model, String> {
    let [input, _] = shapes else { return Err("other inputs than scores and classes".to_owned()) };
    let (scores, count, classes) = scores(input)?;
    let hot = format!(
        "N[Map[Function[row, Table[Boole[MemberQ[TakeWhile[row, # >= 0 &], k - 1]], {{k, {classes}}}]], \
         ArrayReshape[io[\"input.1\"], {{{count}, {classes}}}]]]"
    );
    let terms = format!(
        "ArrayReduce[Total, ArrayThread[Max[0, 1 - #1 + #2] #3 (1 - #4) &, {{x1, x1, hot, hot}}, \
         {{{{1, 2}}, {{1, 3}}, {{1, 2}}, {{1, 3}}}}], {{2, 3}}]/{classes}"
    );
    let body = of_examples(&terms, input, text(module, "reduction")?)?;
    Ok(function(vec![scores, Input::fixed("hot", hot, &[count, classes])], &body))
}
