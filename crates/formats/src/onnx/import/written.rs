//! Groups of nodes that say together what one operator says: normalisations, activations and products with biases, as models of
//! early sets of operators and simple exporters write them out. They are read as that operator, so that they become its layer.

use netform_eval::Flow;
use netform_expr::Expr;
use rustc_hash::{FxHashMap, FxHashSet};

use super::constants;
use super::graph::Importer;
use super::order::uses;
use super::value::Scope;
use crate::onnx::model::{Attribute, AttributeValue, Node, Tensor};
use crate::onnx::operators::{self, Operator};

/// The domain of nodes that stand for groups, whose operators are those of all versions.
pub(super) const DOMAIN: &str = "netform";

/// How an operator is written out, with the names of its inputs and attributes. Sums and products may stand in any order; a mean
/// is over the last level, which it keeps, a softmax over the last one as well, and a transposition exchanges the last two. The first
/// form that fits is taken.
const FORMS: &[(&str, &[&str])] = &[
    (
        "LayerNormalization",
        &[
            "Add[Mul[Div[Sub[X, ReduceMean[X]], Sqrt[Add[ReduceMean[Pow[Sub[X, ReduceMean[X]], 2]], epsilon]]], Scale], B]",
            "Add[Mul[Div[Sub[X, ReduceMean[X]], Sqrt[Add[ReduceMean[Mul[Sub[X, ReduceMean[X]], Sub[X, ReduceMean[X]]]], epsilon]]], Scale], B]",
        ],
    ),
    (
        "RMSNormalization",
        &[
            "Mul[Mul[X, Div[1, Sqrt[Add[ReduceMean[Pow[X, 2]], epsilon]]]], scale]",
            "Mul[Mul[X, Reciprocal[Sqrt[Add[ReduceMean[Pow[X, 2]], epsilon]]]], scale]",
            "Mul[Div[X, Sqrt[Add[ReduceMean[Pow[X, 2]], epsilon]]], scale]",
        ],
    ),
    (
        "Gelu",
        &[
            "Mul[Mul[X, Add[Erf[Div[X, 1.4142135623730951]], 1]], 0.5]",
            "Mul[Mul[X, Add[Erf[Mul[X, 0.7071067811865476]], 1]], 0.5]",
            "Mul[Mul[X, 0.5], Add[Erf[Div[X, 1.4142135623730951]], 1]]",
            "Mul[Mul[X, 0.5], Add[Erf[Mul[X, 0.7071067811865476]], 1]]",
            "Mul[X, Mul[Add[Erf[Div[X, 1.4142135623730951]], 1], 0.5]]",
            "Mul[X, Mul[Add[Erf[Mul[X, 0.7071067811865476]], 1], 0.5]]",
        ],
    ),
    (
        "DotProductAttention",
        &[
            "MatMul[Softmax[Mul[MatMul[Q, Transpose[K]], factor]], V]",
            "MatMul[Softmax[Div[MatMul[Q, Transpose[K]], divisor]], V]",
            "MatMul[Softmax[MatMul[Mul[Q, root], Mul[Transpose[K], root]]], V]",
            "MatMul[Softmax[MatMul[Mul[Q, root], Transpose[Mul[K, root]]]], V]",
            "MatMul[Softmax[MatMul[Mul[Q, factor], Transpose[K]]], V]",
            "MatMul[Softmax[MatMul[Div[Q, divisor], Transpose[K]]], V]",
            "MatMul[Softmax[MatMul[Q, Transpose[K]]], V]",
            "MatMul[Softmax[Mul[MatMul[Q, KT], factor]], V]",
            "MatMul[Softmax[Div[MatMul[Q, KT], divisor]], V]",
            "MatMul[Softmax[MatMul[Mul[Q, root], Mul[KT, root]]], V]",
            "MatMul[Softmax[MatMul[Mul[Q, factor], KT]], V]",
            "MatMul[Softmax[MatMul[Div[Q, divisor], KT]], V]",
            "MatMul[Softmax[MatMul[Q, KT]], V]",
        ],
    ),
    ("Swish", &["Mul[X, Sigmoid[X]]"]),
    ("Mish", &["Mul[X, Tanh[Softplus[X]]]"]),
    ("MatMulAdd", &["Add[MatMul[A, B], C]"]),
];

/// What the nodes of a graph become.
#[derive(Default)]
pub(super) struct Groups<'a> {
    /// The node of a group, in the place of its last one.
    pub(super) nodes: FxHashMap<usize, Node<'a>>,
    /// The places of the other nodes of groups.
    pub(super) inside: FxHashSet<usize>,
}

impl<'a> Importer<'_, 'a> {
    /// The groups among nodes that are needed. What is inside of one is used there alone.
    pub(super) fn groups(
        &mut self,
        nodes: &[Node<'a>],
        ordered: &[usize],
        wanted: &[&'a str],
        waiting: &FxHashMap<&str, &Tensor<'a>>,
        scope: &Scope<'_>,
    ) -> Result<Groups<'a>, Flow> {
        let version = self.version("").unwrap_or(operators::EVERY_VERSION);
        let mut matcher = Matcher { nodes, version, makers: FxHashMap::default(), numbers: FxHashMap::default() };
        let mut users: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for &place in ordered {
            let node = &nodes[place];
            for name in uses(node) {
                users.entry(name).or_default().push(place);
            }
            if let Some(number) = self.number_of(node)? {
                matcher.numbers.insert(node.outputs[0], number);
            } else if let [output] = node.outputs.as_slice()
                && node.domain.is_empty()
            {
                matcher.makers.insert(*output, place);
            }
        }
        for name in users.keys() {
            if let Some(number) = scope.get(name).and_then(|value| value.constant()).and_then(single) {
                matcher.numbers.insert(*name, number);
            }
        }
        let rank = |name: &str| {
            let stored = waiting.get(name).map(|tensor| tensor.dimensions.len());
            stored.or_else(|| scope.get(name).filter(|value| value.constant().is_some()).map(|v| v.dimensions.len()))
        };
        let mut groups = Groups::default();
        let rows =
            FORMS.iter().filter_map(|(name, forms)| Some((operators::find(name, operators::EVERY_VERSION)?, forms)));
        let forms = rows.flat_map(|(row, forms)| forms.iter().map(move |form| (row, *form)));
        let forms: Vec<(&Operator, Expr)> = forms.map(|(row, form)| (row, self.session.parse_static(form))).collect();
        // From the last node on, so that a group is not taken for a part of itself.
        for &place in ordered.iter().rev() {
            if groups.inside.contains(&place) {
                continue;
            }
            let Some(output) = nodes[place].outputs.first() else { continue };
            let found = forms.iter().find_map(|(row, form)| {
                let mut found = Match::of(row);
                let is_it = matcher.makers.get(output) == Some(&place) && matcher.matches(form, output, &mut found);
                let inside = |other: &usize| *other == place || found.places.contains(other);
                let is_private = |other: &usize| {
                    *other == place
                        || nodes[*other].outputs.iter().all(|name| {
                            !wanted.contains(name) && users.get(name).is_none_or(|users| users.iter().all(inside))
                        })
                };
                let is_free = found.places.iter().all(|other| !groups.inside.contains(other) && is_private(other));
                // A matrix that is known, and a vector.
                let is_layer = row.name != "MatMulAdd"
                    || found.input("B").and_then(rank) == Some(2) && found.input("C").and_then(rank) == Some(1);
                (is_it && is_free && is_layer).then_some(found)
            });
            let Some(found) = found else { continue };
            groups.inside.extend(found.places.iter().filter(|other| **other != place));
            groups.nodes.insert(place, found.node(&nodes[place]));
        }
        Ok(groups)
    }

    /// The number that a node holds, if it holds one.
    fn number_of(&mut self, node: &Node<'a>) -> Result<Option<f64>, Flow> {
        let ("Constant", [_], [attribute]) = (node.operator, node.outputs.as_slice(), node.attributes.as_slice())
        else {
            return Ok(None);
        };
        Ok(match &attribute.value {
            AttributeValue::Float(value) => Some(f64::from(*value)),
            AttributeValue::Tensor(tensor) if tensor.dimensions.iter().product::<i64>() == 1 => {
                let value = constants::constant(self.session, self.source, tensor)?;
                value.ok().and_then(|value| value.constant().and_then(single))
            }
            _ => None,
        })
    }
}

/// The number of an array of one element.
fn single(array: &Expr) -> Option<f64> {
    let mut element = array.clone();
    while element.is_list() {
        if element.len() != 1 {
            return None;
        }
        element = element.arg(0);
    }
    number(&element)
}

fn number(e: &Expr) -> Option<f64> {
    e.as_number().and_then(|number| number.to_f64())
}

/// What a form stands for in a graph.
#[derive(Clone)]
struct Match<'a> {
    row: &'static Operator,
    inputs: Vec<(String, &'a str)>,
    attributes: Vec<(&'static str, f64)>,
    places: Vec<usize>,
}

impl<'a> Match<'a> {
    fn of(row: &'static Operator) -> Match<'a> {
        Match { row, inputs: Vec::new(), attributes: Vec::new(), places: Vec::new() }
    }

    fn input(&self, name: &str) -> Option<&'a str> {
        self.inputs.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    }

    /// The name of an attribute of the operator.
    fn attribute(&self, name: &str) -> Option<&'static str> {
        self.row.attributes.iter().find(|(known, _)| *known == name).map(|(known, _)| *known)
    }

    /// Whether an attribute may have this value: it has no other one.
    fn set(&mut self, name: &'static str, value: f64) -> bool {
        match self.attributes.iter().find(|(known, _)| *known == name) {
            Some((_, known)) => *known == value,
            None => {
                self.attributes.push((name, value));
                true
            }
        }
    }

    /// The node of the operator, in the place of the last one.
    fn node(&self, last: &Node<'a>) -> Node<'a> {
        let attribute = |&(name, value): &(&'static str, f64)| {
            let is_whole = value.fract() == 0.0;
            let value =
                if is_whole { AttributeValue::Integer(value as i64) } else { AttributeValue::Float(value as f32) };
            Attribute { name, value, ..Attribute::default() }
        };
        let mut inputs: Vec<&str> = self.row.inputs.iter().map(|input| self.input(input.name).unwrap_or("")).collect();
        while inputs.last().is_some_and(|name| name.is_empty()) {
            inputs.pop();
        }
        Node {
            operator: self.row.name,
            domain: DOMAIN,
            inputs,
            attributes: self.attributes.iter().map(attribute).collect(),
            ..last.clone()
        }
    }
}

/// Numbers of single precision are the ones that they stand for.
const NEAR: f64 = 1e-6;

struct Matcher<'m, 'a> {
    nodes: &'m [Node<'a>],
    /// The version of the set of operators.
    version: i64,
    /// The node that computes a value.
    makers: FxHashMap<&'a str, usize>,
    numbers: FxHashMap<&'a str, f64>,
}

impl<'a> Matcher<'_, 'a> {
    /// Whether a value is what a form says; forms are not deep.
    fn matches(&self, form: &Expr, value: &'a str, found: &mut Match<'a>) -> bool {
        if let Some(number) = number(form) {
            return self.numbers.get(value).is_some_and(|known| (known - number).abs() <= NEAR * number.abs());
        }
        if let Some(symbol) = form.as_symbol() {
            if let Some(attribute) = found.attribute(symbol.name()) {
                return self.numbers.get(value).is_some_and(|number| found.set(attribute, *number));
            }
            return match found.input(symbol.name()) {
                Some(known) => known == value,
                None => {
                    found.inputs.push((symbol.name().to_owned(), value));
                    true
                }
            };
        }
        let Some(&place) = self.makers.get(value) else { return false };
        let node = &self.nodes[place];
        let Some(operator) = form.head().as_symbol().filter(|operator| operator.name() == node.operator) else {
            return false;
        };
        found.places.push(place);
        match (operator.name(), form.args().as_ref(), node.inputs.as_slice()) {
            ("ReduceMean", [of], [from, ..]) => self.is_of_last_level(node) && self.matches(of, from, found),
            ("Softmax", [of], [from]) => self.is_softmax(node, found) && self.matches(of, from, found),
            ("Transpose", [of], [from]) => exchanges_last_levels(node) && self.matches(of, from, found),
            // Those of early versions may say how levels are aligned.
            ("Add" | "Mul", [a, b], [x, y]) if node.attributes.is_empty() => {
                let before = found.clone();
                if self.matches(a, x, found) && self.matches(b, y, found) {
                    return true;
                }
                *found = before;
                self.matches(a, y, found) && self.matches(b, x, found)
            }
            (_, forms, inputs) if forms.len() == inputs.len() => {
                node.attributes.is_empty()
                    && forms.iter().zip(inputs).all(|(form, input)| self.matches(form, input, found))
            }
            _ => false,
        }
    }

    /// Whether a softmax is over the last level of matrices, or of arrays of four levels. That of early versions is over several levels
    /// together.
    fn is_softmax(&self, node: &Node<'a>, found: &mut Match<'a>) -> bool {
        let is_early = self.version < 13;
        let axis = match given(node, "axis") {
            Some(AttributeValue::Integer(axis)) => *axis,
            Some(_) => return false,
            None => {
                if is_early {
                    1
                } else {
                    -1
                }
            }
        };
        matches!(axis, -1 | 3) && found.set("axis", axis as f64) && found.set("flattened", f64::from(is_early))
    }

    /// Whether a mean is over the last level and keeps it.
    fn is_of_last_level(&self, node: &Node<'a>) -> bool {
        let given = |name: &str| given(node, name);
        let keeps = given("keepdims").is_none_or(|value| matches!(value, AttributeValue::Integer(1)));
        let axes_are_last = match (given("axes"), node.inputs.get(1)) {
            (Some(AttributeValue::Integers(axes)), None) => axes.as_slice() == [-1],
            (None, Some(axes)) => self.numbers.get(axes) == Some(&-1.0),
            _ => false,
        };
        keeps && axes_are_last
    }
}

/// What a node says of an attribute.
fn given<'n, 'a>(node: &'n Node<'a>, name: &str) -> Option<&'n AttributeValue<'a>> {
    node.attributes.iter().find(|attribute| attribute.name == name).map(|attribute| &attribute.value)
}

/// Whether a transposition exchanges the last two levels and no other ones.
fn exchanges_last_levels(node: &Node<'_>) -> bool {
    let Some(AttributeValue::Integers(levels)) = given(node, "perm") else { return false };
    let rank = levels.len() as i64;
    rank >= 2 && levels.iter().copied().eq((0..rank - 2).chain([rank - 1, rank - 2]))
}
