//! Choices and extremes between numbers that are one operator: `Clip`, or `Max` and `Min` where there is one bound only.

use std::rc::Rc;

use super::find::Finder;
use super::graph::{Builder, Name, Node};

/// A value that is not below a number, or not above one.
struct Bounded<'a> {
    /// What the bound is for.
    x: &'a Name,
    /// What stands where the bound does not hold: `x`, or `x` with another bound.
    rest: &'a Name,
    bound: &'a Name,
    is_least: bool,
}

/// The node with a name of its own.
pub(super) fn clip(finder: &Finder<'_>, node: &Node, builder: &Builder) -> Option<Node> {
    let outer = bounded(finder, node, builder)?;
    let with = |operator, inputs: &[&Name]| Node {
        operator,
        inputs: inputs.iter().map(|name| Rc::clone(name)).collect(),
        outputs: node.outputs.clone(),
        attributes: vec![],
    };
    let inner = finder.node(outer.rest).and_then(|node| bounded(finder, node, builder));
    // The condition of a choice is about the value itself, that of an extreme about what has a bound already.
    let inner = inner.filter(|inner| {
        inner.rest == inner.x && inner.is_least != outer.is_least && (outer.x == inner.x || outer.x == outer.rest)
    });
    if let Some(inner) = inner {
        let (least, greatest) = if outer.is_least { (&outer, &inner) } else { (&inner, &outer) };
        let is_interval = builder.scalar(least.bound)? <= builder.scalar(greatest.bound)?;
        return is_interval.then(|| with("Clip", &[inner.x, least.bound, greatest.bound]));
    }
    let operator = if outer.is_least { "Max" } else { "Min" };
    (node.operator == "Where" && outer.x == outer.rest).then(|| with(operator, &[outer.x, outer.bound]))
}

fn bounded<'a>(finder: &Finder<'a>, node: &'a Node, builder: &Builder) -> Option<Bounded<'a>> {
    let is_number = |name: &Name| builder.stored_shape(name).is_some_and(<[i64]>::is_empty);
    match (node.operator, node.inputs.as_slice()) {
        ("Where", [condition, yes, no]) => {
            let comparison = finder.node(condition)?;
            let [x, bound] = comparison.inputs.as_slice() else { return None };
            let is_least = match comparison.operator {
                "Less" | "LessOrEqual" => true,
                "Greater" | "GreaterOrEqual" => false,
                _ => return None,
            };
            (bound == yes && is_number(bound)).then_some(Bounded { x, rest: no, bound, is_least })
        }
        ("Max" | "Min", [a, b]) => {
            let (x, bound) = if is_number(b) { (a, b) } else { (b, a) };
            let is_least = node.operator == "Max";
            (is_number(bound) && !is_number(x)).then_some(Bounded { x, rest: x, bound, is_least })
        }
        _ => None,
    }
}
