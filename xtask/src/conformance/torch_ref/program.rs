//! What is evaluated for a case: the model with PyTorch's weights, its outputs and gradients, and how they are compared.

use std::collections::BTreeMap;
use std::path::Path;

use super::layers::{Array, Role, Translated};
use super::model::{Feed, Model};

/// How far a number may be from PyTorch's: relative to it, and besides.
pub(super) struct Tolerance(pub(super) &'static str, pub(super) &'static str);

/// The inputs that are evaluated before, and the one whose value is the list of the keys that differ from PyTorch's.
pub(super) type Program = (Vec<String>, String);

/// The outputs and gradients of a model, and what training leaves in it.
pub(super) fn program(model: &Model, folder: &Path, file: &Path) -> Program {
    let Model { net, inputs, outputs, .. } = model;
    let mut found: Vec<String> =
        outputs.iter().enumerate().map(|(place, output)| format!("\"output.{place}\" -> {output}")).collect();
    let mut asked = Vec::new();
    for (name, gradient) in gradients_of_tensors(net, &mut asked) {
        found.push(format!("\"grad.weight.{name}\" -> {gradient}"));
    }
    for (place, gradient) in gradients_of_inputs(inputs, &mut asked) {
        found.push(format!("\"grad.input.{place}\" -> {gradient}"));
    }
    let mode = mode(model);
    for (name, value) in buffers(model) {
        found.push(format!("\"buffer_after.{name}\" -> {value}"));
    }
    let mut setup = vec![
        tensors(folder),
        format!("net = {};", net.layer),
        format!("net = NetReplacePart[net, {}];", values(net)),
        format!("in = {};", fed(inputs)),
        format!("outputs = net[in{mode}]; outputs = If[AssociationQ[outputs], outputs, <|\"Output\" -> outputs|>];"),
        // A net with one output says so in its list of ports.
        "names = If[Length[outputs] == 1, Keys[Information[net, \"OutputPorts\"]], Keys[outputs]];".to_owned(),
        "cotangents = Association[MapThread[NetPortGradient[#1] -> 2 #2 &, {names, Values[outputs]}]];".to_owned(),
        format!("gradients = Values[net[Join[in, cotangents], {{{}}}{mode}]];", asked.join(", ")),
        // PyTorch has no gradients of labels and of masks of truth values.
        format!("found = KeyTake[<|{}|>, Keys[io]];", found.join(", ")),
    ];
    setup.extend(compared(file, &["output.", "grad.", "buffer_after."], &Tolerance("10^-9", "10^-11")));
    (setup, "Join[missing, differing]".to_owned())
}

/// The association `weights` of the tensors of a module, and `io` of what PyTorch was given and gave.
pub(super) fn tensors(folder: &Path) -> String {
    let weights = folder.join("weights.safetensors");
    let weights = if weights.exists() { format!("Import[{}]", quoted(&weights)) } else { "<||>".to_owned() };
    format!("weights = {weights}; io = Import[{}];", quoted(&folder.join("io.safetensors")))
}

/// `found` is written to a file. All of PyTorch's tensors with these beginnings of names are compared, and none may be left
/// out.
pub(super) fn compared(file: &Path, beginnings: &[&str], Tolerance(relative, absolute): &Tolerance) -> [String; 3] {
    let beginnings: Vec<String> = beginnings.iter().map(|beginning| format!("\"{beginning}\"")).collect();
    [
        format!("Export[{}, found];", quoted(file)),
        format!(
            "missing = Complement[Select[Keys[io], StringStartsQ[#, {{{}}}] &], Keys[found]];",
            beginnings.join(", ")
        ),
        format!(
            // What is no number, or infinite, is compared by itself.
            "near = Function[{{a, b}}, Max[Abs[a - b] - {relative} Abs[b]] <= {absolute}]; \
             same = Function[{{a, b}}, near[a, b] || With[{{finite = Map[# === 0. &, 0. b]}}, \
             Pick[a, finite, False] === Pick[b, finite, False] && near[Pick[a, finite], Pick[b, finite]]]]; \
             differing = Select[Keys[found], !TrueQ[Dimensions[found[#]] === Dimensions[io[#]] && \
             same[Flatten[{{found[#]}}], Flatten[{{io[#]}}]]] &];"
        ),
    ]
}

fn quoted(file: &Path) -> String {
    format!("\"{}\"", file.display().to_string().replace('\\', "\\\\").replace('"', "\\\""))
}

fn path(array: &Array) -> String {
    format!("{{{}}}", array.path.join(", "))
}

/// The options with which a net is applied.
pub(super) fn mode(model: &Model) -> &'static str {
    if model.training { ", NetEvaluationMode -> \"Train\"" } else { "" }
}

/// The inputs of a net.
pub(super) fn fed(inputs: &[Feed]) -> String {
    let feeds: Vec<String> = inputs.iter().map(|feed| format!("\"{}\" -> {}", feed.port, feed.value)).collect();
    format!("<|{}|>", feeds.join(", "))
}

/// The values of the arrays of a net, by the tensors in `weights`.
pub(super) fn values(net: &Translated) -> String {
    let value = |(name, block): &(String, Option<(usize, usize)>)| {
        let whole = format!("weights[\"{name}\"]");
        match block {
            Some((place, count)) => format!("Partition[{whole}, Length[{whole}]/{count}][[{}]]", place + 1),
            None => whole,
        }
    };
    let given = net.arrays.iter().filter(|array| !matches!(array.role, Role::Observed(_))).map(|array| {
        let sum = array.tensors.iter().map(value).collect::<Vec<_>>().join(" + ");
        match &array.form {
            Some(form) => format!("{} -> ({})[{sum}]", path(array), form.of_tensor),
            None => format!("{} -> {sum}", path(array)),
        }
    });
    format!("{{{}}}", given.collect::<Vec<_>>().join(", "))
}

/// The gradients of tensors, which are put together from those of the arrays that have their blocks; these are asked for.
pub(super) fn gradients_of_tensors(net: &Translated, asked: &mut Vec<String>) -> Vec<(String, String)> {
    let mut parts: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
    for array in net.arrays.iter().filter(|array| array.role == Role::Learned) {
        asked.push(format!("NetPortGradient[{}]", path(array)));
        let function = array.form.as_ref().map_or("Identity", |form| form.of_gradient.as_str());
        let part = format!("({function})[gradients[[{}]]]", asked.len());
        for (name, block) in &array.tensors {
            parts.entry(name.clone()).or_default().push((block.map_or(0, |(place, _)| place), part.clone()));
        }
    }
    let joined = |mut parts: Vec<(usize, String)>| {
        parts.sort_unstable();
        let parts: Vec<String> = parts.into_iter().map(|(_, part)| part).collect();
        format!("Join[{}]", parts.join(", "))
    };
    parts.into_iter().map(|(name, parts)| (name, joined(parts))).collect()
}

/// The gradients of inputs, which are put together from those of the ports that have their parts.
fn gradients_of_inputs(inputs: &[Feed], asked: &mut Vec<String>) -> Vec<(usize, String)> {
    let mut parts: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for Feed { port, gradient, .. } in inputs {
        if let Some((place, function)) = gradient {
            asked.push(format!("NetPortGradient[\"{port}\"]"));
            parts.entry(*place).or_default().push(format!("({function})[gradients[[{}]]]", asked.len()));
        }
    }
    let whole = |parts: Vec<String>| match parts.as_slice() {
        [part] => part.clone(),
        several => format!("Join[{}]", several.join(", ")),
    };
    parts.into_iter().map(|(place, parts)| (place, whole(parts))).collect()
}

/// What training leaves in a net of its batch, and how many batches there were then.
pub(super) fn buffers(model: &Model) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for array in model.net.arrays.iter().filter(|_| model.training) {
        let name = &array.tensors[0].0;
        let value = format!("net[in, NetPort[{}]{}]", path(array), mode(model));
        match &array.role {
            Role::Learned => {}
            Role::Kept => {
                found.push((name.clone(), value));
                if let Some(prefix) = name.strip_suffix("running_mean") {
                    let count = format!("{prefix}num_batches_tracked");
                    found.push((count.clone(), format!("weights[\"{count}\"] + 1")));
                }
            }
            Role::Observed(function) => {
                found.push((name.clone(), format!("({function})[{value}, weights[\"{name}\"]]")))
            }
        }
    }
    found
}
