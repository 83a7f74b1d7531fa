//! The nodes that are needed, values before their uses.

use rustc_hash::{FxHashMap, FxHashSet};

use super::label;
use crate::onnx::model::{AttributeValue, Graph, Node};

/// The positions of the nodes that the wanted values need, in order. Nodes that depend on themselves are told about, and
/// named in the second list.
pub(super) fn order<'a>(
    nodes: &[Node<'a>],
    wanted: impl Iterator<Item = &'a str>,
    faults: &mut crate::fault::Faults,
) -> (Vec<usize>, Vec<usize>) {
    let mut makers: FxHashMap<&str, usize> = FxHashMap::default();
    for (place, node) in nodes.iter().enumerate() {
        for name in node.outputs.iter().filter(|name| !name.is_empty()) {
            if makers.insert(name, place).is_some() {
                faults.add(format!("{}: the value {name:?} is computed by another node too", label(node)));
            }
        }
    }
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Entered,
        Done,
    }
    let mut states = vec![State::New; nodes.len()];
    let (mut ordered, mut cyclic) = (Vec::new(), Vec::new());
    let mut stack: Vec<(usize, bool)> = Vec::new();
    for name in wanted {
        stack.extend(makers.get(name).map(|place| (*place, false)));
        while let Some((place, leaving)) = stack.pop() {
            if leaving {
                states[place] = State::Done;
                ordered.push(place);
                continue;
            }
            match states[place] {
                State::Done => continue,
                State::Entered => {
                    cyclic.push(place);
                    faults.add(format!("{}: its inputs depend on its output", label(&nodes[place])));
                    continue;
                }
                State::New => {}
            }
            states[place] = State::Entered;
            stack.push((place, true));
            let needed = uses(&nodes[place]);
            stack.extend(
                needed
                    .iter()
                    .rev()
                    .filter_map(|name| makers.get(name))
                    .filter_map(|&before| (states[before] != State::Done).then_some((before, false))),
            );
        }
    }
    (ordered, cyclic)
}

/// The values that a node mentions, those in its graphs included.
pub(super) fn uses<'a>(node: &Node<'a>) -> Vec<&'a str> {
    let mut names = Vec::new();
    let mut nodes = vec![node];
    let mut graphs: Vec<&Graph<'a>> = Vec::new();
    while let Some(node) = nodes.pop() {
        names.extend(node.inputs.iter().filter(|name| !name.is_empty()));
        graphs.extend(node.attributes.iter().filter_map(|attribute| match &attribute.value {
            AttributeValue::Graph(graph) => Some(&**graph),
            _ => None,
        }));
        while let Some(graph) = graphs.pop() {
            names.extend(graph.outputs.iter().map(|output| output.name));
            nodes.extend(&graph.nodes);
        }
    }
    let mut seen = FxHashSet::default();
    names.retain(|name| seen.insert(*name));
    names
}
