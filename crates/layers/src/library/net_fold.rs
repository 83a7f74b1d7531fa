//! `NetFoldOperator`: a recurrence whose step is a net.

use super::net_map::NET;
use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, NetRecord, Parameter, ParameterType, Port, PortKind, Relation, Sample, Several};

pub(super) const NET_FOLD: Layer = Layer {
    name: "NetFoldOperator",
    usage: "NetFoldOperator[net] is a recurrent net: the net, with the inputs \"Input\" and \"State\", is applied to one element \
            of a sequence after the other, each time with its last output as state, which is zero at first. \
            NetFoldOperator[net, {out1 -> state1, ...}] feeds the outputs of the net back to the inputs that are states. \
            NetFoldOperator[net, feedback, {in1, ...}] gives the inputs in1, ... the same array in all steps. \
            NetFoldOperator[net, feedback, constants, {out1, ...}] gives the sequences of these outputs only.",
    source: "(y_t, s_t) = net(x_t, s_(t-1))",
    arguments: &[
        NET,
        Parameter { name: "feedback", kind: FEEDBACK, default: Some("{\"Output\" -> \"State\"}") },
        Parameter { name: "constants", kind: NAMES, default: Some("{}") },
        Parameter { name: "outputs", kind: NAMES, default: Some("All") },
    ],
    inputs: &[Port { shape: "{t, in___}", ..INPUTS }, STATES, CONSTANTS],
    outputs: &[
        Port {
            name: "Outputs",
            shape: "{t, collected___}",
            kind: PortKind::Several(Several {
                names: "If[outputs === All, OutputPorts, outputs]",
                base: "Output",
                own: "collected",
                states: false,
            }),
            tex: "y",
        },
        Port {
            name: "FinalStates",
            shape: "{s___}",
            kind: PortKind::Several(Several {
                names: "Map[StringJoin[\"Final\", Last[#]] &, feedback]",
                base: "FinalState",
                own: "s",
                states: false,
            }),
            tex: "s_T",
        },
    ],
    nets: &[NetRecord {
        name: "Net",
        argument: "net",
        part: None,
        inputs: &[Port { shape: "{in___}", ..INPUTS }, STATES, CONSTANTS],
        outputs: &[Port {
            name: "Results",
            shape: "{out___}",
            kind: PortKind::Several(Several { names: "OutputPorts", base: "Output", own: "out", states: false }),
            tex: "y",
        }],
        ..NetRecord::NEW
    }],
    relations: &[
        Relation { variable: "next", value: "If[Complement[Map[First, feedback], OutputPorts] === {}, \
                    Map[Position[OutputPorts, First[#]][[1, 1]] &, feedback], Automatic]" },
        Relation {
            variable: "kept",
            value: "Which[
                outputs === All, Range[Length[OutputPorts]],
                Complement[outputs, OutputPorts] === {}, Map[Position[OutputPorts, #][[1, 1]] &, outputs],
                True, Automatic]",
        },
    ],
    requirements: &[
        requires(
            "Complement[Map[First, feedback], OutputPorts] === {}",
            "the second argument must feed outputs of the net back, but the net has no outputs `Complement[Map[First, \
             feedback], OutputPorts]`",
            "The outputs are `OutputPorts`",
        ),
        requires(
            "Complement[Map[Last, feedback], Ports] === {}",
            "the second argument must name inputs of the net as states, but the net has no inputs `Complement[Map[Last, \
             feedback], Ports]`",
            "The inputs are `Ports`",
        ),
        requires(
            "Complement[constants, Ports] === {}",
            "the third argument must name inputs of the net, but the net has no inputs `Complement[constants, Ports]`",
            "The inputs are `Ports`",
        ),
        requires(
            "outputs === All || Complement[outputs, OutputPorts] === {}",
            "the fourth argument must name outputs of the net, but the net has no outputs `Complement[outputs, OutputPorts]`",
            "The outputs are `OutputPorts`",
        ),
    ],
    partial: &[
        Relation { variable: "s", value: "If[ListQ[out] && ListQ[next], out[[next]], Automatic]" },
        Relation { variable: "collected", value: "If[ListQ[out] && ListQ[kept], out[[kept]], Automatic]" },
        Relation {
            variable: "out",
            value: "If[ListQ[s] && ListQ[next], \
                    ReplacePart[ConstantArray[Automatic, Length[OutputPorts]], Thread[next -> s]], Automatic]",
        },
    ],
    definition: &[
        is(
            "fold",
            "ArrayFold[
                Function[{state, element}, Function[{results}, {results[[next]], results[[kept]]}][
                    Net @@ Join[element, state, Constants]]],
                States, Inputs]",
        ),
        is("FinalStates", "fold[[1]]"),
        is("Outputs", "fold[[2]]"),
    ],
    examples: &[
        (
            "NetFoldOperator[ThreadingLayer[#Input + 2 #State &]][{x, y, z}]",
            "{x, 2 x + y, 2 (2 x + y) + z}",
        ),
        (
            "NetFoldOperator[ThreadingLayer[#Input #c + #State &], {\"Output\" -> \"State\"}, {\"c\"}][<|\"Input\" -> {x, y}, \"c\" -> k|>]",
            "{k x, k x + k y}",
        ),
    ],
    samples: &[
        Sample::of(
            "NetFoldOperator[NetGraph[{LinearLayer[n], LinearLayer[n], Plus, Tanh}, \
             {NetPort[\"Input\"] -> 1, NetPort[\"State\"] -> 2, {1, 2} -> 3 -> 4}], \"Input\" -> {t, m}]",
        )
        .sizes(&["n", "m"])
        .counts(&["t"]),
        Sample::of(
            "NetFoldOperator[NetGraph[{CatenateLayer[], LinearLayer[n], Tanh, LinearLayer[k]}, \
             {{NetPort[\"x\"], NetPort[\"State\"], NetPort[\"c\"]} -> 1 -> 2 -> 3 -> {4, NetPort[\"next\"]}, 4 -> NetPort[\"y\"]}], \
             {\"next\" -> \"State\"}, {\"c\"}, {\"y\"}, \"x\" -> {t, m}, \"c\" -> 2]",
        )
        .sizes(&["n", "m", "k", "t"]),
        Sample::of(
            "NetFoldOperator[NetGraph[{CatenateLayer[], LinearLayer[n], Tanh}, \
             {{NetPort[\"Input\"], NetPort[\"State\"]} -> 1 -> 2 -> {3, NetPort[\"before\"]}, 3 -> NetPort[\"after\"]}], \
             {fed -> \"State\"}, \"Input\" -> {t, m}]",
        )
        .sizes(&["n", "m", "t"])
        .choices(&[("fed", &["\"before\"", "\"after\""])]),
        Sample::of("NetFoldOperator[ThreadingLayer[Tanh[#Input + #State] &], {\"Output\" -> \"State\"}, \"Input\" -> {t, m}]")
            .sizes(&["m", "t"]),
    ],
    ..Layer::NEW
};

const FEEDBACK: ParameterType = ParameterType::Matching {
    form: "{(_String -> _String)...}",
    expected: "a list of rules such as \"Output\" -> \"State\"",
};
const NAMES: ParameterType =
    ParameterType::Matching { form: "All | {___String}", expected: "a list of names of ports" };

/// The inputs that are sequences: those that are neither states nor constants.
const INPUTS: Port = Port {
    name: "Inputs",
    shape: "",
    kind: PortKind::Several(Several {
        names: "DeleteCases[Ports, Alternatives @@ Join[Map[Last, feedback], constants]]",
        base: "Input",
        own: "in",
        states: false,
    }),
    tex: "x",
};
const STATES: Port = Port {
    name: "States",
    shape: "{s___}",
    kind: PortKind::Several(Several { names: "Map[Last, feedback]", base: "State", own: "s", states: true }),
    tex: "s",
};
const CONSTANTS: Port = Port {
    name: "Constants",
    shape: "{c___}",
    kind: PortKind::Several(Several { names: "constants", base: "Constant", own: "c", states: false }),
    tex: "c",
};
