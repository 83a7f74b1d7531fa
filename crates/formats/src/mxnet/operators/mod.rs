//! What the operators mean: a record each, whose definition is a text in the language.
//!
//! A text gives a layer or a net for the arrays of an example, or a list of such, one for each output of the operator. In it
//! attributes stand by their names (`num_hidden` as `numHidden`, and `target` for the attribute `shape`), and so do the arrays of the
//! model that the operator takes: `Automatic` where they have no values yet, `None` where they are left out. `shape` are the dimensions of the
//! first input, without the batch, or `None` where they are not known; `shapes` are those of all inputs, `direct` says whether the
//! first one is an input of the model, and `batch` is the axis
//! of the batch, counted from 0: axes in attributes count it, levels of arrays do not.

mod arrangement;
mod elementwise;
mod linear;
mod recurrent;

use netform_eval::Session;
use netform_expr::Expr;

use crate::texts::Texts;

/// An operator.
#[derive(Debug)]
pub(super) struct Operator {
    /// Its name, and other names for it.
    pub(super) names: &'static [&'static str],
    pub(super) inputs: &'static [Input],
    /// Names and defaults, as texts; an empty text says that the attribute must be given.
    pub(super) attributes: &'static [(&'static str, &'static str)],
    /// Attributes that matter in training only, or not at all.
    pub(super) ignored: &'static [&'static str],
    /// The layer.
    pub(super) layer: &'static str,
    /// The value where all inputs are constants, whose names stand for them; an empty text says that the layer gives it.
    pub(super) value: &'static str,
    pub(super) batch: Batch,
}

/// What happens to the axis of the batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Batch {
    /// It must be the first one, and stays there.
    First,
    /// It may be any, and stays where it is.
    Kept,
    /// A text says where it is afterwards.
    Moved(&'static str),
}

impl Operator {
    pub(super) const NEW: Operator =
        Operator { names: &[], inputs: DATA, attributes: &[], ignored: &[], layer: "", value: "", batch: Batch::First };
}

/// An input of an operator.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// What examples have.
    Data,
    /// Any number of such.
    Several,
    /// An array of the model.
    Array,
    /// What does not matter in inference, such as the right class.
    Unused,
}

pub(super) const fn data(name: &'static str) -> Input {
    Input { name, kind: Kind::Data }
}

pub(super) const fn array(name: &'static str) -> Input {
    Input { name, kind: Kind::Array }
}

pub(super) const fn unused(name: &'static str) -> Input {
    Input { name, kind: Kind::Unused }
}

const DATA: &[Input] = &[data("data")];
const BOTH: &[Input] = &[data("lhs"), data("rhs")];
const SEVERAL: &[Input] = &[Input { name: "args", kind: Kind::Several }];

/// All operators, by theme.
const TABLES: &[(&str, &[Operator])] = &[
    ("Layers", linear::OPERATORS),
    ("Recurrent", recurrent::OPERATORS),
    ("Elementwise", elementwise::OPERATORS),
    ("Arrangement", arrangement::OPERATORS),
];

/// The functions that definitions share; each may mention those before it.
const HELPERS: &[(&str, &str)] = &[
    // What a refusal does when it is evaluated: nothing else is then.
    ("leaving", "Function[{why}, Throw[refused[why], leaving]]"),
    (
        "rank",
        "If[shape === None, refused[\"the dimensions of its input must be known; the option \\\"Dimensions\\\" gives those of inputs\"], Length[shape]]",
    ),
    // One layer after the other; what is None is left out.
    (
        "chain",
        "Function[{layers}, With[{found = DeleteCases[layers, None]}, \
         Switch[Length[found], 0, ElementwiseLayer[Identity], 1, First[found], _, NetChain[found]]]]",
    ),
    // The level of an axis; axes are counted from 0, from the end where they are negative, and with the batch.
    (
        "level",
        "Function[{axis}, With[{a = If[axis < 0, axis + rank + 1, axis]}, \
         Which[a === batch, refused[\"it works across the examples of the batch\"], a < batch, a + 1, True, a]]]",
    ),
    ("levels", "Function[{axes}, Sort[Map[level, Flatten[{axes}]]]]"),
    // A layer of the last level needs no dimensions.
    ("atLevel", "Function[{axis, last, other}, If[axis === -1 && batch == 0, last, other[level[axis]]]]"),
    // A number for each of some levels, where it is given.
    (
        "each",
        "Function[{value, count, default}, If[ListQ[value] && Length[value] == count, value, ConstantArray[default, count]]]",
    ),
    // A layer that reduces levels, which the result keeps as levels of size 1, or does not.
    (
        "withLevels",
        "Function[{layer, at}, chain[{layer, If[keepdims, ReshapeLayer[ReplacePart[shape, Map[# -> 1 &, at]]], None]}]]",
    ),
    (
        "noLayout",
        "Function[{layer}, If[MemberQ[{None, \"NCW\", \"NCHW\", \"NCDHW\"}, layout], layer, \
      refused[StringJoin[\"the layout \", ToString[layout], \" is not supported; channels must come first\"]]]]",
    ),
    // A held expression with what is put into it; With would give new names to the variables of functions.
    ("filled", "Function[{held, rules}, First[held /. rules]]"),
];

/// The texts of the records.
pub(super) const TEXTS: Texts = Texts {
    context: "MXNet`",
    helpers: &[HELPERS, linear::HELPERS, recurrent::HELPERS, arrangement::HELPERS],
    capitals: &[],
};

/// The record of an operator.
pub(super) fn find(name: &str) -> Option<&'static Operator> {
    TABLES.iter().flat_map(|(_, rows)| rows.iter()).find(|row| row.names.contains(&name))
}

/// The names of all operators, by theme.
pub(crate) fn names() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    TABLES.iter().map(|(theme, rows)| (*theme, rows.iter().flat_map(|row| row.names.iter().copied()).collect()))
}

pub(super) fn parse(session: &mut Session, text: &'static str) -> Expr {
    TEXTS.parse(session, &|_| false, text)
}
