//! What functions make of arrays that are no lists: it does not depend on how an array is written.
//!
//! An array symbol is an array of numbers that are not known yet. Its name and dimensions are the arguments of the expression
//! that it is, and must not be taken for its elements; and nothing about the numbers follows from the order of the names.

use libtest_mimic::{Failed, Trial};
use netform::eval::Function;
use netform::expr::Attributes;

use crate::session::TestSession;

/// Functions that are about expressions, as programs take them apart, and not about what these stand for: their parts and order,
/// their texts, keys of associations, what makes array symbols, and jumps.
const ABOUT_EXPRESSIONS: &[&str] = &[
    "ArraySymbol",
    "AssociationMap",
    "AssociationThread",
    "Cases",
    "Counts",
    "CountsBy",
    "Evaluate",
    "FixedPoint",
    "FixedPointList",
    "FullForm",
    "Goto",
    "GroupBy",
    "Head",
    "InputForm",
    "Level",
    "MapAll",
    "MatrixSymbol",
    "Operate",
    "Order",
    "PositionIndex",
    "Return",
    "Sequence",
    "StringRiffle",
    "Throw",
    "ToString",
    "Variables",
    "VectorSymbol",
];

/// Arguments with the vectors v and w, the matrix m and the number s, which is an array without levels.
const ARGUMENTS: &[&str] = &[
    "v",
    "m",
    "v, w",
    "{2 v, 2 w}",
    "{2 v, 2 w, 2 v}",
    "{m, m}",
    "{{v, w}}",
    "v, 2",
    "2, v",
    "v, {1}",
    "v, {1, 2}",
    "v, 1, 1",
    "m, 2",
    "m, {2}",
    "m, {1, 1}",
    "{1, 2, 3}, v",
    "v, {1, 2, 3}",
    "{2 v, 2 w}, 1",
    "{2 v, w}, {2}",
    "{2 v, w}, {1, 1}",
    "g, v",
    "v, g",
    "g, m",
    "g, v, w",
    "v, w, g",
    "g, {v, w}",
    "g, {v, w}, 2",
    "g, {v, w}, {2}",
    "g, v, 1",
    "g, v, {1}",
    "g, m, {2}",
    "g, m, 2",
    "g, 0, v",
    "{v[[2]], v[[1]]}",
    "{w[[1]], v[[1]]}, {v[[2]]}",
    "g, {v[[2]], v[[1]]}",
    "{v[[2]], v[[1]]}, Less",
    "{v . v, w . w, 1}",
    "s",
    "s, 1",
    "2, s",
    "s, {1}",
    "{1, 2}, s",
    "g, s",
    "s, g",
    "g, 0, s",
];

/// The tests of all records.
pub(super) fn trials() -> Vec<Trial> {
    let is_about_values = |function: &&'static Function| {
        const HOLDS: Attributes = Attributes::HOLD_ALL
            .with(Attributes::HOLD_ALL_COMPLETE)
            .with(Attributes::HOLD_FIRST)
            .with(Attributes::HOLD_REST);
        !function.attributes.intersects(HOLDS) && !ABOUT_EXPRESSIONS.contains(&function.name)
    };
    let records = netform::registry().functions().into_iter().filter(is_about_values);
    let trial = |function: &'static Function| {
        Trial::test(format!("properties::array-arguments::{}", function.name), || sees_no_spelling(function))
    };
    records.map(trial).collect()
}

/// What every session knows: the value of a call with the names of both vectors, and a value without array symbols.
const PRELUDE: &str = r#"
    called[names_] := Block[{v, w, m, s},
        {v, w} = Map[VectorSymbol[#, 3] &, names]; m = MatrixSymbol["m", {3, 2}];
        s = ArraySymbol["s", {}]; SeedRandom[1]; Quiet[call]];
    vectors = {VectorSymbol["a", 3], VectorSymbol["b", 3]};
    exchanged[e_] := e /. Thread[vectors -> Reverse[vectors]];
    opaque[e_] := Hold[Evaluate[e]] /. Thread[Join[vectors, {MatrixSymbol["m", {3, 2}], ArraySymbol["s", {}]}] -> {p, q, r, t}];"#;

/// Calls with two vectors whose names are exchanged give the same, with the names exchanged; and no name comes out of its symbol.
fn sees_no_spelling(function: &Function) -> Result<(), Failed> {
    let mut session = TestSession::new();
    session.value(PRELUDE)?;
    let mut wrong = Vec::new();
    for arguments in ARGUMENTS {
        session.value(&format!("call := {}[{arguments}]", function.full_name()))?;
        session.value(r#"one = called[{"a", "b"}]; other = called[{"b", "a"}]"#)?;
        let alike = session.value("other === exchanged[one]")?;
        let closed = session
            .value(r#"FreeQ[opaque[one], "a" | "b" | "m" | "s" | VectorSymbol | MatrixSymbol | ArraySymbol]"#)?;
        if !alike.is_true() || !closed.is_true() {
            let value = session.value("one")?;
            wrong.push(format!("{}[{arguments}] is {}", function.name, session.session().input_form(&value)));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}
