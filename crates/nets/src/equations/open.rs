//! Sizes that nothing determines, as symbols.

use std::sync::Arc;

use netform_eval::{Flow, Session};
use netform_expr::NodeSet;

use super::names::Names;
use super::varying::free_symbol;
use crate::PartialShape;
use crate::infer::infer;
use crate::net::{Name, Net};

/// The ranks that are tried where nothing is known of an array, besides those that layers say.
const RANKS: [usize; 5] = [1, 2, 3, 4, 0];

/// A net all of whose sizes are known.
pub(super) struct Completed {
    pub(super) net: Arc<Net>,
    /// The ports whose ranks were chosen, with their dimensions.
    pub(super) assumed: Vec<(Name, PartialShape)>,
}

/// The net with symbols for the sizes of which nothing is known, and with the smallest rank that suits it where none is known.
/// Symbols whose sizes must be equal are one. What cannot be found in this way is left open.
pub(super) fn with_sizes(session: &mut Session, net: &Arc<Net>) -> Result<Completed, Flow> {
    let mut done = Completed { net: net.clone(), assumed: Vec::new() };
    let usual = net.leaves.iter().map(|leaf| leaf.layer.usual_rank).max();
    let ranks: Vec<usize> = usual.into_iter().chain(RANKS).collect();
    let mut names = Names::default();
    names.avoid_sizes(net);
    while let Some((leaf, name)) = first_open(&done.net) {
        let shape = done.net.leaves[leaf].shape(&name).clone();
        let candidates = match &shape {
            PartialShape::Ranked(dimensions) => vec![dimensions.clone()],
            PartialShape::Unknown => ranks.iter().map(|&rank| vec![None; rank]).collect(),
        };
        let mut found = None;
        for candidate in candidates {
            let mut sizes = Vec::with_capacity(candidate.len());
            let mut tried = names.clone();
            for size in candidate {
                sizes.push(match size {
                    Some(size) => size,
                    None => free_symbol(session, &mut tried, &["n", "m", "p", "q"])?,
                });
            }
            let mut trial = Net::clone(&done.net);
            trial.leaves[leaf].given_shapes.insert(0, (name.clone(), PartialShape::known(sizes)));
            if infer(session, &mut trial, NodeSet::default())?.is_empty() {
                names = tried;
                found = Some(trial);
                break;
            }
        }
        let Some(trial) = found else { break };
        if shape == PartialShape::Unknown {
            done.assumed.push((name.clone(), trial.leaves[leaf].shape(&name).clone()));
        }
        done.net = Arc::new(trial);
    }
    Ok(done)
}

/// A port whose shape is not known: inputs of the net before others, and ports before arrays.
fn first_open(net: &Net) -> Option<(usize, Name)> {
    let open = |leaf: usize, name: &Name| net.leaves[leaf].shape(name).dimensions().is_none();
    let required = net.inputs.iter().filter(|port| !port.optional);
    let mut inputs = required.filter_map(|port| port.places.first()).map(|place| (place.leaf, &place.port));
    if let Some((leaf, name)) = inputs.find(|(leaf, name)| open(*leaf, name)) {
        return Some((leaf, name.clone()));
    }
    let all = || net.leaves.iter().enumerate().flat_map(|(i, leaf)| leaf.shapes.iter().map(move |(name, _)| (i, name)));
    let is_array = |(leaf, name): &(usize, &Name)| net.leaves[*leaf].array(name).is_some();
    let ports = all().filter(|at| !is_array(at));
    let mut ordered = ports.chain(all().filter(is_array));
    ordered.find(|(leaf, name)| open(*leaf, name)).map(|(leaf, name)| (leaf, name.clone()))
}
