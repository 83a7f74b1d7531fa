//! `NetNestOperator`: a net applied again and again.

use super::net_map::NET;
use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, NetRecord, Parameter, ParameterType, Port, Sample};

pub(super) const NET_NEST: Layer = Layer {
    name: "NetNestOperator",
    usage: "NetNestOperator[net, n] applies the net n times, each time to what it gave before. Its output has the shape \
            of its input, and its arrays are the same in all steps.",
    source: "y = net(net(...net(x)))",
    arguments: &[
        NET,
        Parameter {
            name: "count",
            kind: ParameterType::Matching {
                form: "_Integer?NonNegative | Except[_?NumberQ | _List | _String]",
                expected: "a non-negative integer or a symbolic size",
            },
            default: None,
        },
    ],
    outputs: &[Port::OUTPUT],
    nets: &[NetRecord {
        name: "Net",
        argument: "net",
        part: None,
        inputs: &[Port::INPUT],
        outputs: &[Port::OUTPUT],
        ..NetRecord::NEW
    }],
    requirements: &[requires("count <= 2^28", "the net can be applied at most 2^28 times", "Give a smaller number")],
    definition: &[is("Output", "ArrayFold[{{Net[#1[[1]]]}, {}} &, {Input}, count][[1, 1]]")],
    examples: &[("NetNestOperator[Sin, 3][{x, y}]", "{Sin[Sin[Sin[x]]], Sin[Sin[Sin[y]]]}")],
    samples: &[
        Sample::of("NetNestOperator[NetChain[{LinearLayer[], Tanh}], k, \"Input\" -> n]").sizes(&["n"]).counts(&["k"]),
        Sample::of("NetNestOperator[f, k, \"Input\" -> {n, m}]")
            .sizes(&["k", "n"])
            .counts(&["m"])
            .choices(&[("f", &["SoftmaxLayer[]", "(#^2 - # &)"])]),
        Sample::of("NetNestOperator[BasicRecurrentLayer[n], k, \"Input\" -> {m, n}]").sizes(&["k", "n", "m"]),
    ],
    ..Layer::NEW
};
