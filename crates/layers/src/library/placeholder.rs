//! `PlaceholderLayer`: an operation that is not known.

use super::threading::{INPUT_PORTS, INPUTS};
use crate::{Layer, Parameter, ParameterType, Port, PortKind, Sample, Several, Way};

pub(super) const PLACEHOLDER: Layer = Layer {
    name: "PlaceholderLayer",
    usage: "PlaceholderLayer[] stands for an operation that is not known, with one input and one output of any shapes; \
            PlaceholderLayer[\"tag\"] names it, and PlaceholderLayer[\"tag\", association] adds what else is known of it. \
            \"InputPorts\" and \"OutputPorts\" say how many ports it has, or their names or shapes, \"Arrays\" which arrays the \
            operation has. A net with a placeholder can be built, joined, cut and looked at, but not be applied before \
            another net is in its place.",
    source: "y = f(x) with f not known",
    arguments: &[
        Parameter {
            name: "tag",
            kind: ParameterType::Matching { form: "None | _String", expected: "a text" },
            default: Some("None"),
        },
        Parameter {
            name: "information",
            kind: ParameterType::Matching { form: "_Association", expected: "an association" },
            default: Some("<||>"),
        },
    ],
    options: &[
        INPUT_PORTS,
        Parameter { name: "OutputPorts", ..INPUT_PORTS },
        Parameter {
            name: "Arrays",
            kind: ParameterType::Matching {
                form: "None | {___String} | _Association",
                expected: "a list of names, or an association of names and arrays",
            },
            default: Some("None"),
        },
    ],
    inputs: &[Port {
        kind: PortKind::Several(Several {
            names: "If[InputPorts === Automatic, {\"Input\"}, InputPorts]",
            base: "Input",
            own: "in",
            states: false,
        }),
        ..INPUTS
    }],
    outputs: &[Port {
        name: "Outputs",
        shape: "{out___}",
        kind: PortKind::Several(Several {
            names: "If[OutputPorts === Automatic, {\"Output\"}, OutputPorts]",
            base: "Output",
            own: "out",
            states: false,
        }),
        tex: "y",
    }],
    definition: &[],
    examples: &[
        (
            "Information[NetChain[{3, PlaceholderLayer[\"norm\", \"Output\" -> 2], Tanh}, \"Input\" -> 4], \"OutputPorts\"]",
            "<|Output -> {2}|>",
        ),
        (
            "NetReplacePart[NetChain[{PlaceholderLayer[\"f\"], Ramp}, \"Input\" -> 2], 1 -> Tanh][{x, y}]",
            "{Ramp[Tanh[x]], Ramp[Tanh[y]]}",
        ),
    ],
    unanswerable: &UNANSWERABLE,
    samples: &[
        Sample::of("PlaceholderLayer[tag, \"Input\" -> {n, m}, \"Output\" -> {m}, \"Arrays\" -> arrays]")
            .sizes(&["n", "m"])
            .choices(&[("tag", &["None", "\"f\""]), ("arrays", &["None", "{\"Weights\"}"])]),
        Sample::of("PlaceholderLayer[\"f\", <|\"a\" -> 1|>, \"InputPorts\" -> <|\"u\" -> n, \"v\" -> {}|>, \"OutputPorts\" -> <|\"y\" -> m|>]")
            .sizes(&["n", "m"]),
    ],
    ..Layer::NEW
};

/// Nothing can be computed.
const UNANSWERABLE: [(Way, &str); Way::ALL.len()] = {
    let mut all = [(Way::Numbers, "it stands for an operation that is not known"); Way::ALL.len()];
    let mut place = 0;
    while place < all.len() {
        all[place].0 = Way::ALL[place];
        place += 1;
    }
    all
};
