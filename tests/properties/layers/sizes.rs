//! Nets with a symbol in the place of a size: the ports have the shapes of the net with the number, data says what the
//! size is, and what comes of array symbols agrees with the numbers put in.

use libtest_mimic::{Failed, Trial};
use netform::layers::{Layer, Sample};

use super::case::{Call, Case, draws_with, weights};

/// Sizes that have to be numbers: how many ports there are, sizes, strides and padding of windows. Of each: the layer, a part of
/// the sample, and the name there.
const NUMBERS: [(&str, &str, &str); 17] = [
    ("ConvolutionLayer", "", "k"),
    ("ConvolutionLayer", "", "l"),
    ("ConvolutionLayer", "\"Stride\" -> s", "s"),
    ("ConvolutionLayer", "\"Stride\" -> {s, 1}", "s"),
    ("ConvolutionLayer", "\"Dilation\"", "d"),
    ("DeconvolutionLayer", "", "k"),
    ("DeconvolutionLayer", "", "l"),
    ("DeconvolutionLayer", "", "s"),
    ("DeconvolutionLayer", "", "d"),
    ("PoolingLayer", "", "k"),
    ("PoolingLayer", "", "l"),
    ("PoolingLayer", "", "s"),
    ("PoolingLayer", "", "d"),
    ("PoolingLayer", "{k + p, l + p}", "p"),
    ("PoolingLayer", "{k + p + q}", "p"),
    ("PoolingLayer", "{k + p + q}", "q"),
    ("TotalLayer", "InputPorts", "k"),
];
/// A symbol by itself in a chain stands for a function.
const SHORTHAND: &str = "NetChain[{n,";

/// How often the other sizes of a sample are drawn, at least.
const DRAWS: usize = 2;
/// The symbol in the place of a size, and the number.
const SYMBOL: &str = "size";

/// The test of a record's samples.
pub(super) fn trial(layer: &'static Layer) -> Trial {
    Trial::test(format!("properties::layers::{}::symbolic-sizes", layer.name), move || {
        let mut failures = Vec::new();
        for sample in layer.samples {
            for name in sample.sizes.iter().chain(sample.counts).filter(|name| !is_number(layer, sample, name)) {
                failures.extend(failures_of(sample, name));
            }
        }
        match failures.first() {
            None => Ok(()),
            Some(_) => Err(Failed::from(format!("{} nets fail:\n{}", failures.len(), failures.join("\n")))),
        }
    })
}

/// The names in samples of a layer that stand for numbers only.
pub(super) fn numbers_of(layer: &Layer) -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for (name, _, size) in NUMBERS {
        if name == layer.name && !names.contains(&size) {
            names.push(size);
        }
    }
    names
}

fn is_number(layer: &Layer, sample: &Sample, name: &str) -> bool {
    let is_shorthand = name == "n" && sample.call.contains(SHORTHAND);
    is_shorthand
        || NUMBERS.iter().any(|(known, part, size)| *known == layer.name && sample.call.contains(part) && *size == name)
}

fn failures_of(sample: &Sample, name: &'static str) -> Vec<String> {
    let mut failures = Vec::new();
    // Every choice once at least.
    let count = sample.choices.first().map_or(DRAWS, |(_, texts)| texts.len().max(DRAWS));
    for (draw, (text, symbolic, value)) in draws_with(sample, name, SYMBOL, count).into_iter().enumerate() {
        let call = Call { text, probabilities: sample.probabilities };
        let outcome = Case::new(&call, draw as u64).and_then(|mut case| check(&mut case, &symbolic, value));
        failures.extend(outcome.err().map(|what| format!("{symbolic} for {value}: {what}")));
    }
    failures
}

fn check(case: &mut Case, symbolic: &str, value: usize) -> Result<(), String> {
    let shown = case.session.transcript(&format!("symbolic = {symbolic};"));
    if !shown.is_empty() {
        return Err(shown.join("\n"));
    }
    let number = format!("{SYMBOL} -> {value}");
    let shapes = |net: &str| format!("Information[{net}, {{\"InputPorts\", \"OutputPorts\", \"ArraysDimensions\"}}]");
    case.same(&format!("{} /. {number}", shapes("symbolic")), &shapes("plain"))?;
    // Array symbols of the shapes of the ports, and the numbers in their place.
    case.session.value("arrays = Information[symbolic, \"InputPorts\"]")?;
    let data = case.machine_argument();
    case.session.value(&format!("data = {data}"))?;
    case.session.value(
        "whole = Association[Map[# -> If[MatchQ[arrays[#], {} | _String], data[#], ArraySymbol[#, arrays[#]]] &, Keys[data]]]",
    )?;
    let lists = "{ArraySymbol[name_String, _] /; KeyExistsQ[data, name] :> data[name],
        SymbolicZerosArray[sizes_] :> ConstantArray[0, sizes], SymbolicOnesArray[sizes_] :> ConstantArray[1, sizes]}";
    let put_in = format!("/. {number} /. {lists} /. {}", weights("net"));
    let expected = format!("N[net[{data}]]");
    for given in ["data", "whole"] {
        let shown = case.session.transcript(&format!("result = symbolic[{given}];"));
        if !shown.is_empty() {
            return Err(format!("on {given}: {}", shown.join("\n")));
        }
        case.compare(&format!("N[result {put_in}]"), &expected)?;
    }
    Ok(())
}
