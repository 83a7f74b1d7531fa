//! Random chains of layers that fit.

use std::sync::LazyLock;

use libtest_mimic::Trial;
use netform::layers::library::LAYERS;

use super::super::random::{Random, cases};
use super::case::{Call, calls, port_shapes};
use super::{CHECKS, code, interchange, trial};
use crate::session::TestSession;

/// How many chains are tried.
const CHAINS: usize = 24;
/// The most elements at a port of a layer in a chain: closed forms of chains grow with the product of these numbers.
const LARGEST: usize = 18;
/// The most layers in a chain.
const LONGEST: usize = 4;

/// A layer with one input and one output, in the language.
pub(super) struct Link {
    /// The layer, without a shape of its input.
    pub(super) layer: String,
    pub(super) input: Vec<usize>,
    pub(super) output: Vec<usize>,
    /// Whether it can stand after a layer that gives real numbers.
    pub(super) takes_reals: bool,
}

/// The chains, made once for all checks.
static NETS: LazyLock<Vec<Call>> = LazyLock::new(|| {
    let texts = chains().unwrap_or_else(|what| vec![format!("$Failed (* {what} *)")]);
    texts.into_iter().map(|text| Call { text, probabilities: false }).collect()
});

/// One test for each check.
pub(super) fn trials() -> Vec<Trial> {
    let checks = CHECKS.into_iter().map(|(name, _, check)| trial("NetChain", name, || NETS.clone(), check));
    checks
        .chain(code::trials("NetChain", || NETS.clone()))
        .chain(interchange::trials("NetChain", || NETS.clone()))
        .collect()
}

/// Random walks from one layer to the next, of which the first one is any.
fn chains() -> Result<Vec<String>, String> {
    let links = links()?;
    let mut random = Random::new(1 + links.len() as u64);
    let mut chains = Vec::new();
    while chains.len() < cases(CHAINS) {
        let first = random.choose(&links);
        let mut layers = vec![first.layer.clone()];
        let mut shape = &first.output;
        for _ in 0..1 + random.below(LONGEST - 1) {
            let fitting: Vec<&Link> = links.iter().filter(|link| link.takes_reals && link.input == *shape).collect();
            if fitting.is_empty() {
                break;
            }
            let next = random.choose(&fitting);
            layers.push(next.layer.clone());
            shape = &next.output;
        }
        if layers.len() > 1 {
            let input: Vec<String> = first.input.iter().map(|size| size.to_string()).collect();
            chains.push(format!("NetChain[{{{}}}, \"Input\" -> {{{}}}]", layers.join(", "), input.join(", ")));
        }
    }
    Ok(chains)
}

/// Layers of all records at random sizes.
pub(super) fn links() -> Result<Vec<Link>, String> {
    let mut session = TestSession::new();
    let mut links = Vec::new();
    let calls = LAYERS.iter().filter(|layer| !layer.definition.is_empty()).flat_map(|layer| calls(layer));
    for call in calls.filter(|call| !call.probabilities) {
        session.value(&format!("net = {};", call.text))?;
        let types = session.value("Values[Information[net, \"InputPortTypes\"]]")?;
        let mut shapes = |ports: &str| port_shapes(&session.value(&format!("Information[net, \"{ports}\"]"))?);
        let (inputs, outputs) = (shapes("InputPorts")?, shapes("OutputPorts")?);
        let required: Vec<&Vec<usize>> =
            inputs.iter().filter(|(name, _)| !name.ends_with("State")).map(|(_, shape)| shape).collect();
        let small = |shape: &[usize]| shape.iter().product::<usize>() <= LARGEST;
        if let ([input], [(_, output)]) = (required.as_slice(), outputs.as_slice())
            && small(input)
            && small(output)
        {
            let free = session.value("DeleteCases[net, \"Input\" -> _]")?;
            let layer = session.session().input_form(&free);
            let takes_reals = types.args().iter().all(|port_type| port_type.as_str() == Some("Real"));
            links.push(Link { layer, input: (*input).clone(), output: output.clone(), takes_reals });
        }
    }
    Ok(links)
}
