//! `OrderingLayer`: the positions that sort a vector.

use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, Parameter, ParameterType, Port, PortKind, Relation, Sample};

pub(super) const ORDERING: Layer = Layer {
    name: "OrderingLayer",
    usage: "OrderingLayer[] gives the positions of the elements of a vector in increasing order of the elements, \
            OrderingLayer[n] those of the n smallest, OrderingLayer[-n] those of the n largest. Equal elements keep their \
            order. Positions of elements that are no numbers wait for them.",
    source: "y = Ordering[x, n]",
    arguments: &[Parameter {
        name: "wanted",
        kind: ParameterType::Matching {
            form: "All | Except[0 | _List | _String | _Rational | _Real | _Complex | None | Automatic | Times[_?Negative, ___]]",
            expected: "a number of positions, or All,",
        },
        default: Some("All"),
    }],
    keys: &[("wanted", "Count")],
    inputs: &[Port { name: "Input", shape: "{size}", kind: PortKind::Data, tex: "x" }],
    outputs: &[Port { name: "Output", shape: "{count}", kind: PortKind::Data, tex: "y" }],
    relations: &[Relation {
        variable: "count",
        value: "Which[wanted === All, size, IntegerQ[wanted], Abs[wanted], True, wanted]",
    }],
    requirements: &[requires(
        "count <= size",
        "the places of `count` elements are wanted of a vector of `size`",
        "Give a longer input, or a smaller number to OrderingLayer",
    )],
    definition: &[
        is("order", "ArrayOrdering[Input, All, 1]"),
        is(
            "Output",
            "Which[
                wanted =!= All && !IntegerQ[wanted], ArrayPad[order, {{0, count - size}}],
                ListQ[Input] && !ListQ[order],
                Array[Indexed[order, #] &, count, If[wanted === All || wanted > 0, 1, size - count + 1]],
                wanted === All, order,
                True, Take[order, wanted]]",
        ),
    ],
    examples: &[
        ("OrderingLayer[][{30, 10, 20}]", "{2, 3, 1}"),
        ("OrderingLayer[-1][{30, 10, 20}]", "{1}"),
        ("OrderingLayer[1][{x, 2}] /. x -> 5", "{2}"),
    ],
    samples: &[
        Sample::of("OrderingLayer[\"Input\" -> n]").counts(&["n"]),
        Sample::of("OrderingLayer[k, \"Input\" -> n + 2]")
            .sizes(&["n"])
            .choices(&[("k", &["1", "2", "-1", "-2", "All"])]),
    ],
    ..Layer::NEW
};
