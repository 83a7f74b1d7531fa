//! What the operators mean: a record each, whose definition is a text in the language.
//!
//! In a definition the inputs and attributes of the operator stand by their names, with the values that a node gives them:
//! inputs are arrays, array symbols, or `None` where they are left out; `T` is the kind of the elements of the first input,
//! `"Real"`, `"Integer"` or `"Boolean"`; `wrapped` makes of a function one whose results are in the range of that type; `version` is the version of the
//! set of operators, `outputs` the number of outputs that the node names, and `wanted` the one of them, from 1, that is used, or 0 if
//! several are, and `used` all of them that are. Truth values are the numbers 1 and 0.

mod attention;
mod convolution;
mod detection;
mod elementwise;
mod gather;
mod helpers;
mod linear;
mod loss;
pub(super) mod microsoft;
mod normalization;
mod pooling;
pub(super) mod preview;
mod quantization;
mod recurrent;
mod reduction;
mod resize;
mod sampling;
mod shape;
mod signal;

use netform_eval::Session;
use netform_expr::Expr;

use super::tensor::Element;
use crate::texts::Texts;

/// An operator, from a version of the set of operators on.
#[derive(Debug)]
pub(super) struct Operator {
    pub(super) name: &'static str,
    /// The domain; empty for that of ONNX itself.
    pub(super) domain: &'static str,
    pub(super) since: i64,
    pub(super) inputs: &'static [Input],
    pub(super) outputs: &'static [Output],
    /// Names and defaults, as texts; an empty text says that the attribute must be given.
    pub(super) attributes: &'static [(&'static str, &'static str)],
    /// Conditions on inputs and attributes, and what is wrong where one does not hold.
    pub(super) requires: &'static [(&'static str, &'static str)],
    pub(super) meaning: Meaning,
    /// Layers that say it better, tried in order.
    pub(super) layers: &'static [NamedLayer],
}

impl Operator {
    /// Most operators have one input and one output of the same type.
    pub(super) const NEW: Operator = Operator {
        name: "",
        domain: "",
        since: 1,
        inputs: &[input("X")],
        outputs: &[Output { name: "Y", element: ElementOf::Input(0) }],
        attributes: &[],
        requires: &[],
        meaning: Meaning::Value("X"),
        layers: &[],
    };

    /// The inputs that a node may have without a name of their own.
    pub(super) fn several(&self) -> Option<usize> {
        self.inputs.iter().position(|input| input.count == Count::Several)
    }
}

/// How the result follows from the inputs.
#[derive(Debug)]
pub(super) enum Meaning {
    /// The value of the output; the list of the values of the outputs where there may be more than one.
    Value(&'static str),
    /// A function of each element, or a name that `ElementwiseLayer` knows.
    Elementwise(&'static str),
    /// A function of corresponding elements; arrays are aligned at their last levels.
    Threading(&'static str),
}

impl Meaning {
    pub(super) fn text(&self) -> &'static str {
        match self {
            Meaning::Value(text) | Meaning::Elementwise(text) | Meaning::Threading(text) => text,
        }
    }
}

/// An input of an operator.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) name: &'static str,
    pub(super) count: Count,
    /// Whether the value decides about shapes or about what is computed, so that it must be known.
    pub(super) known: bool,
}

/// Whether an input may be left out, or there may be more of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    One,
    Optional,
    Several,
}

pub(super) const fn input(name: &'static str) -> Input {
    Input { name, count: Count::One, known: false }
}

pub(super) const fn optional(name: &'static str) -> Input {
    Input { name, count: Count::Optional, known: false }
}

pub(super) const fn several(name: &'static str) -> Input {
    Input { name, count: Count::Several, known: false }
}

pub(super) const fn known(name: &'static str) -> Input {
    Input { name, count: Count::One, known: true }
}

pub(super) const fn optional_known(name: &'static str) -> Input {
    Input { name, count: Count::Optional, known: true }
}

/// An output of an operator.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) name: &'static str,
    pub(super) element: ElementOf,
}

pub(super) const fn output(name: &'static str, element: ElementOf) -> Output {
    Output { name, element }
}

/// What the elements of an output are.
#[derive(Debug, Clone, Copy)]
pub(super) enum ElementOf {
    /// As those of an input, counted from 0.
    Input(usize),
    Is(Element),
    /// As the array in an attribute has them.
    Constant,
    /// As those of the zero that is the last input, or as an attribute says; bytes otherwise.
    Quantized,
    /// As an attribute says, or as those of the first input.
    Attribute(&'static str),
}

pub(super) const TRUTH: &[Output] = &[output("Y", ElementOf::Is(Element::Bool))];
pub(super) const INTEGERS: &[Output] = &[output("Y", ElementOf::Is(Element::INT64))];

/// A layer that says what a node means.
#[derive(Debug)]
pub(super) struct NamedLayer {
    /// When it does.
    pub(super) when: &'static str,
    /// The layer, an expression over constants. If it has several inputs or outputs, these have the names of the operator's.
    pub(super) layer: &'static str,
    /// The inputs of the operator that are its data: the first one, and those of the others that the net computes.
    pub(super) data: &'static [&'static str],
}

/// All operators, by theme.
const TABLES: &[&[Operator]] = &[
    elementwise::OPERATORS,
    reduction::OPERATORS,
    shape::OPERATORS,
    gather::OPERATORS,
    linear::OPERATORS,
    convolution::OPERATORS,
    pooling::OPERATORS,
    normalization::OPERATORS,
    loss::OPERATORS,
    attention::OPERATORS,
    recurrent::OPERATORS,
    resize::OPERATORS,
    sampling::OPERATORS,
    detection::OPERATORS,
    signal::OPERATORS,
    quantization::OPERATORS,
    microsoft::OPERATORS,
    preview::OPERATORS,
];

/// The functions that definitions share, the general ones first.
const HELPERS: &[&[(&str, &str)]] = &[
    helpers::HELPERS,
    elementwise::HELPERS,
    reduction::HELPERS,
    shape::HELPERS,
    gather::HELPERS,
    linear::HELPERS,
    convolution::HELPERS,
    pooling::HELPERS,
    normalization::HELPERS,
    loss::HELPERS,
    attention::HELPERS,
    recurrent::HELPERS,
    resize::HELPERS,
    sampling::HELPERS,
    detection::HELPERS,
    signal::HELPERS,
    quantization::HELPERS,
    microsoft::HELPERS,
    preview::HELPERS,
];

/// The version of operators that no set has: a node stands for a group of nodes by them.
pub(super) const EVERY_VERSION: i64 = i64::MAX;

/// The record of an operator in a version of the set of operators: the newest that is not newer.
pub(super) fn find(name: &str, version: i64) -> Option<&'static Operator> {
    find_in("", name, version)
}

/// The same in another domain.
pub(super) fn find_in(domain: &str, name: &str, version: i64) -> Option<&'static Operator> {
    let is_it = |row: &&Operator| row.name == name && row.domain == domain && row.since <= version;
    TABLES.iter().copied().flatten().filter(is_it).max_by_key(|row| row.since)
}

/// The names of all operators.
pub(super) fn names() -> Vec<&'static str> {
    let graphs = ["If", "Loop", "Scan"];
    let of_sets = TABLES.iter().copied().flatten().filter(|row| row.since < EVERY_VERSION && row.domain.is_empty());
    of_sets.map(|row| row.name).chain(graphs).collect()
}

/// Names that are like a wrong one, for advice.
pub(super) fn is_known(name: &str) -> bool {
    TABLES.iter().copied().flatten().any(|row| row.name == name && row.domain.is_empty() && row.since < EVERY_VERSION)
}

/// The domains of operators beside those of ONNX itself, with their names.
pub(super) fn names_of_domains() -> Vec<(&'static str, Vec<&'static str>)> {
    // Its graphs make an attention of them.
    let mut domains: Vec<(&str, Vec<&str>)> = vec![(preview::DOMAIN, vec!["FlexAttention"])];
    for row in TABLES.iter().copied().flatten().filter(|row| !row.domain.is_empty()) {
        match domains.iter_mut().find(|(domain, _)| *domain == row.domain) {
            Some((_, names)) => names.push(row.name),
            None => domains.push((row.domain, vec![row.name])),
        }
    }
    domains
}

/// The texts of the records.
const TEXTS: Texts = Texts { context: "ONNX`", helpers: HELPERS, capitals: &["T", "X", "W", "R", "B", "P"] };

/// The symbol of a name in definitions: `keep_dims` is written `keepDims` there.
pub(super) fn symbol(name: &str) -> Expr {
    TEXTS.symbol(name)
}

/// A text of a record as an expression, with the helpers in their places.
pub(super) fn parse(session: &mut Session, operator: &Operator, text: &'static str) -> Expr {
    let own = |name: &str| name == "T" || operator.inputs.iter().any(|input| input.name == name);
    TEXTS.parse(session, &own, text)
}

/// Why a definition refuses what it is asked, if it does.
pub(super) fn refusal(value: &Expr) -> Option<String> {
    TEXTS.refusal(value)
}

/// A helper, by its name.
pub(super) fn helper(session: &mut Session, name: &str) -> Expr {
    TEXTS.helper(session, name)
}

#[cfg(test)]
mod tests {
    use netform_eval::{Registry, Session};
    use netform_expr::{Expr, Sym};

    use super::{HELPERS, TABLES, parse, symbol};

    #[test]
    fn helpers_have_names_of_their_own() {
        let names: Vec<&str> = HELPERS.iter().copied().flatten().map(|(name, _)| *name).collect();
        for (place, name) in names.iter().enumerate() {
            assert!(!names[..place].contains(name), "there are two helpers {name}");
        }
    }

    /// An attribute would stand in the place of the variable.
    #[test]
    fn attributes_have_no_names_of_variables_in_helpers() {
        let mut session = Session::new(Registry::new().share());
        let mut count = 0;
        for row in TABLES.iter().copied().flatten() {
            let meaning = parse(&mut session, row, row.meaning.text());
            let mut open = vec![meaning];
            while let Some(e) = open.pop() {
                open.extend(e.args().iter().filter(|part| !part.is_atom()).cloned());
                if [Sym::Sum, Sym::Product, Sym::Table, Sym::Do].iter().any(|head| e.has_head(*head)) {
                    count += 1;
                    let variables: Vec<Expr> = e.args()[1..].iter().map(|iterator| iterator.arg(0)).collect();
                    let found = row.attributes.iter().find(|(name, _)| variables.contains(&symbol(name)));
                    assert!(found.is_none(), "{found:?} of {} is a variable", row.name);
                }
            }
        }
        assert!(count > 10, "there are iterators in definitions");
    }

    /// A helper would stand in the place of what a node gives.
    #[test]
    fn inputs_and_attributes_have_no_names_of_helpers() {
        for row in TABLES.iter().copied().flatten() {
            let attributes = row.attributes.iter().map(|(name, _)| *name);
            for name in row.inputs.iter().map(|input| input.name).chain(attributes) {
                let is_helper = HELPERS.iter().copied().flatten().any(|(helper, _)| symbol(helper) == symbol(name));
                assert!(!is_helper, "{name} of {} is a helper", row.name);
            }
        }
    }
}
