//! PyTorch's recurrent modules: layers of cells, in one direction or both, as graphs.

use serde_json::Value;

use super::description::{dims, flag, size, text};
use super::layers::{Array, Example, Translated, mapped};
use super::model::{Feed, Model};

/// A recurrent module.
struct Stack {
    net: Translated,
    /// The names of the outputs that are final states, in PyTorch's order: those of each result.
    states: Vec<Vec<String>>,
}

/// Which of the results of a module a net goes on with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Part {
    /// The sequence.
    Sequence,
    /// The final states of all cells, which are a port of theirs.
    States(&'static str),
}

impl Part {
    /// The result that is taken by the modules after one, and how many of these do.
    pub(super) fn taken(module: &Value, after: &[&Value]) -> Result<(Part, usize), String> {
        let take =
            |place: usize| after.get(place).filter(|next| next["type"] == "Take").map(|next| next["index"].as_i64());
        match (take(0), take(1)) {
            (None, _) => Ok((Part::Sequence, 0)),
            (Some(Some(0 | -2)), _) => Ok((Part::Sequence, 1)),
            (Some(Some(1 | -1)), _) if module["type"] != "LSTM" => Ok((Part::States("State"), 1)),
            (Some(Some(1 | -1)), Some(Some(0 | -2))) => Ok((Part::States("State"), 2)),
            (Some(Some(1 | -1)), Some(Some(1 | -1))) => Ok((Part::States("CellState"), 2)),
            _ => Err(format!("another result of {} than sequences and final states", module["type"])),
        }
    }
}

/// Whether a module takes sequences.
pub(super) fn is_sequence(module: &Value) -> bool {
    matches!(module["type"].as_str(), Some("LSTM" | "GRU" | "RNN"))
}

/// The shape of a result of a module.
pub(super) fn shape(module: &Value, part: Part, tensor: &[u64]) -> Result<Vec<u64>, String> {
    let (before, batch) = match tensor {
        [_, _] => (&tensor[..1], &[][..]),
        [_, batch, _] if module["batch_first"] == false => (&tensor[..2], std::slice::from_ref(batch)),
        [batch, _, _] => (&tensor[..2], std::slice::from_ref(batch)),
        _ => return Err("another input than a sequence, or sequences".to_owned()),
    };
    let hidden = size(module, "hidden_size")?;
    let state = module["proj_size"].as_u64().filter(|size| *size > 0).unwrap_or(hidden);
    let directions = if flag(module, "bidirectional")? { 2 } else { 1 };
    let cells = directions * size(module, "num_layers")?;
    Ok(match part {
        Part::Sequence => [before, &[directions * state]].concat(),
        Part::States(port) => [&[cells], batch, &[if port == "CellState" { hidden } else { state }]].concat(),
    })
}

/// The layers of a module in a net that goes on with one of its results.
pub(super) fn within(module: &Value, part: Part, example: &Example) -> Result<Vec<Translated>, String> {
    let net = match part {
        Part::Sequence => stack(module, &[])?,
        Part::States(port) => stack_of_states(module, port)?,
    };
    let net = vec![net.net];
    let steps_first = !flag(module, "batch_first")?;
    let swap = || Translated { layer: "TransposeLayer[1 <-> 2]".to_owned(), arrays: Vec::new() };
    let mut layers = match (example.whole, example.shape.len()) {
        (true, 2) => return Ok(net),
        (false, 3) if !steps_first && part == Part::Sequence => return Ok(net),
        (false, _) => return Err("a function along the batch".to_owned()),
        (true, _) => mapped(net),
    };
    if steps_first {
        layers.insert(0, swap());
    }
    // Final states have the batch as their second dimension in any case.
    if steps_first || part != Part::Sequence {
        layers.push(swap());
    }
    Ok(layers)
}

/// The graph of a module whose output is the matrix of the final states of its cells.
fn stack_of_states(module: &Value, port: &str) -> Result<Stack, String> {
    let mut stack = stack(module, &[port])?;
    let names = stack.states.iter().find(|names| !names.is_empty()).ok_or("no final states")?;
    let parameters: Vec<String> = (1..=names.len()).map(|place| format!("s{place}")).collect();
    let mut layer = stack.net.layer.clone();
    for (name, parameter) in names.iter().zip(&parameters) {
        layer = layer.replace(&format!("NetPort[\"{name}\"]"), &format!("NetPort[{{\"states\", \"{parameter}\"}}]"));
    }
    let list = parameters.join(", ");
    // The sequence is not used.
    layer = layer.replacen(
        "<|",
        &format!("<|\"states\" -> FunctionLayer[Function[{{{list}, sequence}}, {{{list}}}]], "),
        1,
    );
    layer = layer.replacen(
        "NetPort[\"Output\"]",
        "NetPort[{\"states\", \"sequence\"}], \"states\" -> NetPort[\"Output\"]",
        1,
    );
    stack.net.layer = layer;
    Ok(stack)
}

/// A gate of a cell: the beginning of the names of its arrays, and its place among the blocks of rows.
type Gate = (&'static str, usize);

const LSTM: &[Gate] = &[("InputGate", 0), ("ForgetGate", 1), ("MemoryGate", 2), ("OutputGate", 3)];
const GRU: &[Gate] = &[("ResetGate", 0), ("InputGate", 1), ("MemoryGate", 2)];
const RNN: &[Gate] = &[("", 0)];

/// The model of a module that is a case by itself. A cell is a module whose sequences have one step.
pub(super) fn model(module: &Value, shapes: &[Vec<u64>]) -> Result<Model, String> {
    let mut module = module.clone();
    let kind = text(&module, "type")?.to_owned();
    let is_cell = kind.ends_with("Cell");
    if is_cell {
        module["type"] = kind.trim_end_matches("Cell").into();
        module["num_layers"] = 1.into();
        module["bidirectional"] = false.into();
    }
    let Stack { mut net, states } = stack(&module, if is_cell { &["CellState"] } else { &["State", "CellState"] })?;
    let shape = shapes.first().ok_or("no input")?;
    let batched = shape.len() == if is_cell { 2 } else { 3 };
    if shape.len() + usize::from(!batched) != if is_cell { 2 } else { 3 } {
        return Err("another input than a sequence, or sequences".to_owned());
    }
    // PyTorch's sequences come before its batches.
    let steps_first = batched && module["batch_first"] == false;
    let example = match (batched, steps_first) {
        _ if is_cell => vec![1, shape[usize::from(batched)]],
        (true, true) => [&shape[..1], &shape[2..]].concat(),
        (true, false) => shape[1..].to_vec(),
        (false, _) => shape.clone(),
    };
    let swap = if steps_first { "Transpose" } else { "Identity" };
    let mut input = Feed::by("Input", 0, swap);
    if is_cell {
        let [into, out] = if batched { ["Map[List, #] &", "Map[First, #] &"] } else { ["List", "First"] };
        input.value = format!("({into})[io[\"input.0\"]]");
        input.gradient = Some((0, out.to_owned()));
        for (tensor, _) in net.arrays.iter_mut().flat_map(|array| &mut array.tensors) {
            *tensor = tensor.trim_end_matches("_l0").to_owned();
        }
    }
    net.type_port("Input", &dims(&example));
    let mut inputs = vec![input];
    if shapes.len() > 1 {
        let count = size(&module, "num_layers")?;
        let directions = if module["bidirectional"] == true { &["", "_reverse"][..] } else { &[""] };
        let cells: Vec<String> =
            (0..count).flat_map(|layer| directions.iter().map(move |suffix| format!("{layer}{suffix}"))).collect();
        let mut edges = String::new();
        for (place, port) in ["State", "CellState"].iter().enumerate().take(shapes.len() - 1) {
            let place = place + 1;
            for (block, cell) in cells.iter().enumerate() {
                let mut feed = Feed::whole(&format!("Initial{port}{cell}"), place);
                if !is_cell {
                    feed.value = format!("io[\"input.{place}\"][[{}]]", block + 1);
                    feed.gradient = Some((place, "List".to_owned()));
                }
                edges.push_str(&format!(
                    "NetPort[\"Initial{port}{cell}\"] -> NetPort[{{\"cell{cell}\", \"{port}\"}}], "
                ));
                inputs.push(feed);
            }
        }
        net.layer = net.layer.replacen("|>, {", &format!("|>, {{{edges}"), 1);
    }
    let ends = states.iter().filter(|names| !names.is_empty()).map(|names| {
        let ports: Vec<String> = names.iter().map(|name| format!("outputs[\"{name}\"]")).collect();
        if is_cell { ports.concat() } else { format!("{{{}}}", ports.join(", ")) }
    });
    let mut outputs: Vec<String> = ends.collect();
    outputs.insert(
        0,
        match (is_cell, batched) {
            (true, true) => "Map[First, outputs[\"Output\"]]".to_owned(),
            (true, false) => "First[outputs[\"Output\"]]".to_owned(),
            (false, _) => format!("{swap}[outputs[\"Output\"]]"),
        },
    );
    Ok(Model::new(net, inputs, outputs))
}

/// The graph of a module, with those final states as outputs that are wanted.
fn stack(module: &Value, wanted: &[&str]) -> Result<Stack, String> {
    let kind = text(module, "type")?;
    let (hidden, count) = (size(module, "hidden_size")?, size(module, "num_layers")?);
    let both = flag(module, "bidirectional")?;
    let projected = module["proj_size"].as_u64().unwrap_or(0);
    let biased = flag(module, "bias")?;
    let (cell, gates, ports): (String, _, &[&str]) = match kind {
        "LSTM" if projected > 0 => {
            let absent = ["Input", "Forget", "Output"].map(|gate| format!("\"{gate}GatePeephole\" -> None"));
            let cell = format!("ProjectedLongShortTermMemoryLayer[{hidden}, {projected}, {}", absent.join(", "));
            (cell, LSTM, &["State", "CellState"])
        }
        "LSTM" => (format!("LongShortTermMemoryLayer[{hidden}"), LSTM, &["State", "CellState"]),
        "GRU" => (format!("GatedRecurrentUnitLayer[{hidden}"), GRU, &["State"]),
        _ if text(module, "nonlinearity")? == "tanh" => (format!("BasicRecurrentLayer[{hidden}"), RNN, &["State"]),
        _ => (format!("BasicRecurrentLayer[{hidden}, \"Activation\" -> Ramp"), RNN, &["State"]),
    };
    let mut absent: Vec<String> = gates.iter().map(|(gate, _)| format!(", \"{gate}Biases\" -> None")).collect();
    if kind == "GRU" {
        absent.push(", \"MemoryGateStateBiases\" -> None".to_owned());
    }
    let cell = format!("{cell}{}]", if biased { String::new() } else { absent.concat() });
    let (mut members, mut edges, mut arrays) = (Vec::new(), Vec::new(), Vec::new());
    let mut states: Vec<Vec<String>> = vec![Vec::new(); ports.len()];
    let mut last = "NetPort[\"Input\"]".to_owned();
    for layer in 0..count {
        let mut ends = Vec::new();
        for suffix in if both { &["", "_reverse"][..] } else { &[""] } {
            let name = format!("\"cell{layer}{suffix}\"");
            members.push(format!("{name} -> {cell}"));
            if suffix.is_empty() {
                edges.push(format!("{last} -> {name}"));
                ends.push(name.clone());
            } else {
                let [before, after] = ["before", "after"].map(|place| format!("\"{place}{layer}\""));
                members.extend([&before, &after].map(|name| format!("{name} -> SequenceReverseLayer[]")));
                edges.push(format!("{last} -> {before} -> {name} -> {after}"));
                ends.push(after);
            }
            arrays.extend(
                of_cell(kind, gates, biased, projected > 0, &format!("_l{layer}{suffix}"))
                    .into_iter()
                    .map(|array| array.inside(&name)),
            );
            for (port, names) in ports.iter().zip(&mut states).filter(|(port, _)| wanted.contains(*port)) {
                let output = format!("{port}{layer}{suffix}");
                edges.push(format!("NetPort[{{{name}, \"{port}\"}}] -> NetPort[\"{output}\"]"));
                names.push(output);
            }
        }
        last = match ends.as_slice() {
            [single] => single.clone(),
            several => {
                members.push(format!("\"both{layer}\" -> CatenateLayer[2]"));
                edges.push(format!("{{{}}} -> \"both{layer}\"", several.join(", ")));
                format!("\"both{layer}\"")
            }
        };
    }
    edges.push(format!("{last} -> NetPort[\"Output\"]"));
    let layer = format!("NetGraph[<|{}|>, {{{}}}]", members.join(", "), edges.join(", "));
    Ok(Stack { net: Translated { layer, arrays }, states })
}

fn of_cell(kind: &str, gates: &[Gate], biased: bool, projected: bool, suffix: &str) -> Vec<Array> {
    let mut arrays = Vec::new();
    let mut add = |name: String, tensors: &[&str], block: Option<usize>| {
        let tensors = tensors.iter().map(|tensor| (format!("{tensor}{suffix}"), block.map(|k| (k, gates.len()))));
        arrays.push(Array { tensors: tensors.collect(), ..Array::of(&name, "") });
    };
    for &(gate, place) in gates {
        let block = Some(place);
        add(format!("{gate}InputWeights"), &["weight_ih"], block);
        add(format!("{gate}StateWeights"), &["weight_hh"], block);
        if biased && kind == "GRU" && gate == "MemoryGate" {
            add("MemoryGateBiases".to_owned(), &["bias_ih"], block);
            add("MemoryGateStateBiases".to_owned(), &["bias_hh"], block);
        } else if biased {
            add(format!("{gate}Biases"), &["bias_ih", "bias_hh"], block);
        }
    }
    if projected {
        add("ProjectionWeights".to_owned(), &["weight_hr"], None);
    }
    arrays
}
