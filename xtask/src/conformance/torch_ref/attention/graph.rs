//! Graphs that are put together part by part.

use super::super::layers::{Array, Translated};

/// A graph that is put together.
#[derive(Default)]
pub(super) struct Graph {
    members: Vec<String>,
    edges: Vec<String>,
    arrays: Vec<Array>,
}

impl Graph {
    /// Adds a part, whose tensors have names that begin with `prefix`.
    pub(super) fn add(&mut self, name: &str, net: Translated, prefix: &str) {
        self.members.push(format!("\"{name}\" -> {}", net.layer));
        self.arrays.extend(net.arrays.into_iter().map(|mut array| {
            array.tensors.iter_mut().for_each(|(tensor, _)| *tensor = format!("{prefix}{tensor}"));
            array.inside(&format!("\"{name}\""))
        }));
    }

    pub(super) fn add_layer(&mut self, name: &str, layer: String) {
        self.add(name, Translated { layer, arrays: Vec::new() }, "");
    }

    pub(super) fn connect(&mut self, edge: String) {
        self.edges.push(edge);
    }

    pub(super) fn finish(self) -> Translated {
        let layer = format!("NetGraph[<|{}|>, {{{}}}]", self.members.join(", "), self.edges.join(", "));
        Translated { layer, arrays: self.arrays }
    }
}
