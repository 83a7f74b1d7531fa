//! Sums with an array of the net as the bias of the operator before, which takes one.

use std::collections::HashMap;
use std::rc::Rc;

use super::graph::{Name, Node};

/// Operators that take a bias as their third operand, and along which axis of the result it lies.
const OPERATORS: &[(&str, usize)] = &[("Gemm", 1), ("Conv", 1)];

/// What is known about arrays that are stored: their shape, and their elements if they are integers.
pub(super) type Stored = HashMap<Name, (Vec<i64>, Vec<i64>)>;

/// Joins each sum with the operator before it whose bias it adds; what nothing reads any more stays.
pub(super) fn with_biases(nodes: &mut [Node], stored: &Stored) {
    let mut uses: HashMap<Name, usize> = HashMap::new();
    for input in nodes.iter().flat_map(|node| &node.inputs) {
        *uses.entry(Rc::clone(input)).or_default() += 1;
    }
    let mut made: HashMap<Name, usize> = HashMap::new();
    for place in 0..nodes.len() {
        if let Some(joined) = joined(nodes, &nodes[place], &made, &uses, stored) {
            nodes[place] = joined;
        }
        made.extend(nodes[place].outputs.iter().map(|output| (Rc::clone(output), place)));
    }
}

fn joined(
    nodes: &[Node],
    sum: &Node,
    made: &HashMap<Name, usize>,
    uses: &HashMap<Name, usize>,
    stored: &Stored,
) -> Option<Node> {
    let [a, b] = sum.inputs.as_slice() else { return None };
    if sum.operator != "Add" {
        return None;
    }
    [(a, b), (b, a)].into_iter().find_map(|(product, bias)| {
        let product = made.get(product).filter(|_| uses.get(product) == Some(&1)).map(|place| &nodes[*place])?;
        let (_, axis) = OPERATORS.iter().find(|(operator, _)| *operator == product.operator)?;
        let (vector, place) = vector(nodes, bias, made, stored)?;
        let [_, weights] = product.inputs.as_slice() else { return None };
        // A convolution wants a number for each of its outputs, a product of matrices extends them.
        let fits = product.operator != "Conv"
            || stored.get(weights).is_some_and(|(shape, _)| shape.first() == stored[&vector].0.first());
        if place != *axis || !fits {
            return None;
        }
        let inputs = product.inputs.iter().cloned().chain([vector]).collect();
        Some(Node { inputs, outputs: sum.outputs.clone(), ..product.clone() })
    })
}

/// The stored vector that an array is but for axes of size 1, and the axis along which it lies.
fn vector(nodes: &[Node], name: &Name, made: &HashMap<Name, usize>, stored: &Stored) -> Option<(Name, usize)> {
    let (mut name, mut layers) = (name, Vec::new());
    while let Some(place) = made.get(name) {
        let node = &nodes[*place];
        let [source, axes] = node.inputs.as_slice() else { return None };
        if node.operator != "Unsqueeze" {
            return None;
        }
        layers.push(&stored.get(axes)?.1);
        name = source;
    }
    if stored.get(name)?.0.len() != 1 {
        return None;
    }
    let (mut place, mut rank) = (0, 1);
    for axes in layers.iter().rev() {
        rank += axes.len();
        let old = (0..rank).filter(|axis| !axes.contains(&(*axis as i64)));
        place = old.collect::<Vec<_>>().get(place).copied()?;
    }
    Some((Rc::clone(name), place))
}
