//! Random graphs of layers that fit, with one input and as many outputs as are left over.

use std::sync::LazyLock;

use libtest_mimic::Trial;

use super::super::random::{Random, cases};
use super::case::Call;
use super::chains::{Link, links};
use super::{CHECKS, code, interchange, trial};

/// How many graphs are tried.
const GRAPHS: usize = 24;
/// The most layers in a graph.
const LARGEST: usize = 6;

/// Functions with pieces where they are constant: what comes behind may lie exactly on a kink, which has no derivative.
const KINKS: [&str; 10] =
    ["Boole", "Which", "Clip", "Ramp", "ReLU", "RectifiedLinearUnit", "Max", "Min", "Hard", "Piecewise"];

/// The graphs, made once for all checks.
static NETS: LazyLock<Vec<Call>> = LazyLock::new(|| {
    let texts = graphs().unwrap_or_else(|what| vec![format!("$Failed (* {what} *)")]);
    texts.into_iter().map(|text| Call { text, probabilities: false }).collect()
});

/// One test for each check.
pub(super) fn trials() -> Vec<Trial> {
    let checks = CHECKS.into_iter().map(|(name, _, check)| trial("NetGraph", name, || NETS.clone(), check));
    checks
        .chain(code::trials("NetGraph", || NETS.clone()))
        .chain(interchange::trials("NetGraph", || NETS.clone()))
        .collect()
}

/// A graph that grows: each new layer takes what the input or earlier layers give.
struct Graph {
    layers: Vec<String>,
    edges: Vec<String>,
    /// What there is to take: how an edge names it, and its shape.
    values: Vec<(String, Vec<usize>)>,
}

impl Graph {
    fn add(&mut self, layer: &str, sources: &[String], output: &[usize]) {
        self.layers.push(layer.to_owned());
        let place = self.layers.len().to_string();
        self.edges.push(format!("{{{}}} -> {place}", sources.join(", ")));
        self.values.push((place, output.to_vec()));
    }

    /// A layer with one input.
    fn grow(&mut self, links: &[Link], random: &mut Random) {
        let (source, shape) = random.choose(&self.values).clone();
        let fitting: Vec<&Link> = links.iter().filter(|link| link.input == shape).collect();
        if !fitting.is_empty() {
            let link = random.choose(&fitting);
            self.add(&link.layer, &[source], &link.output);
        }
    }

    /// A layer with two or three different inputs of one shape.
    fn join(&mut self, random: &mut Random) {
        let (_, shape) = random.choose(&self.values).clone();
        let mut alike: Vec<String> =
            self.values.iter().filter(|(_, other)| *other == shape).map(|(name, _)| name.clone()).collect();
        let count = (2 + random.below(2)).min(alike.len());
        let sources: Vec<String> = (0..count).map(|_| alike.swap_remove(random.below(alike.len()))).collect();
        if count < 2 {
            return;
        }
        let two = &sources[..2];
        match random.below(4) {
            0 => self.add("TotalLayer[]", &sources, &shape),
            1 => self.add("ThreadingLayer[#1 - #2^2 &]", two, &shape),
            2 if shape.len() == 1 => self.add("DotLayer[]", two, &[]),
            3 if !shape.is_empty() => {
                let mut joined = shape.clone();
                joined[0] *= count;
                self.add("CatenateLayer[]", &sources, &joined);
            }
            _ => self.add("Times", two, &shape),
        }
    }
}

fn graphs() -> Result<Vec<String>, String> {
    let mut links = links()?;
    links.retain(|link| link.takes_reals && !KINKS.iter().any(|function| link.layer.contains(function)));
    let mut random = Random::new(5 + links.len() as u64);
    let mut graphs = Vec::new();
    while graphs.len() < cases(GRAPHS) {
        let first = random.choose(&links);
        let input: Vec<String> = first.input.iter().map(|size| size.to_string()).collect();
        let mut graph = Graph { layers: Vec::new(), edges: Vec::new(), values: Vec::new() };
        graph.add(&first.layer, &["NetPort[\"in\"]".to_owned()], &first.output);
        graph.values.push(("NetPort[\"in\"]".to_owned(), first.input.clone()));
        for _ in 0..2 + random.below(LARGEST - 2) {
            if random.below(2) == 0 { graph.grow(&links, &mut random) } else { graph.join(&mut random) }
        }
        if graph.layers.len() > 1 {
            let (layers, edges) = (graph.layers.join(", "), graph.edges.join(", "));
            graphs.push(format!("NetGraph[{{{layers}}}, {{{edges}}}, \"in\" -> {{{}}}]", input.join(", ")));
        }
    }
    Ok(graphs)
}
