//! `UnitVectorLayer`: integers as vectors with a single 1.

use crate::record::is;
use crate::{Layer, Parameter, ParameterType, Port, PortKind, Sample};

pub(super) const UNIT_VECTOR: Layer = Layer {
    name: "UnitVectorLayer",
    usage: "UnitVectorLayer[n] gives for each of the integers from 1 to n the vector of length n that has a 1 in its place \
            and is 0 elsewhere. The input may be a single integer or an array of them; the vectors are its last level. \
            UnitVectorLayer[] takes n from the output.",
    source: "y_(i, j) = 1 if x_i = j, else 0",
    arguments: &[Parameter { name: "classes", kind: ParameterType::Size, default: Some("Automatic") }],
    keys: &[("classes", "Size")],
    inputs: &[Port { kind: PortKind::Index("classes"), ..Port::INPUT }],
    outputs: &[Port { shape: "{in___, classes}", ..Port::OUTPUT }],
    definition: &[is("Output", "ArrayThread[Boole[#1 == #2] &, {Input, Range[classes]}, {Range[Length[in]], {-1}}]")],
    examples: &[
        ("UnitVectorLayer[3][{2, 1}]", "{{0, 1, 0}, {1, 0, 0}}"),
        ("UnitVectorLayer[2][k]", "{Boole[k == 1], Boole[k == 2]}"),
    ],
    samples: &[
        Sample::of("UnitVectorLayer[n, \"Input\" -> in]")
            .sizes(&["n", "m"])
            .counts(&["k"])
            .choices(&[("in", &["{}", "m", "{m, k}"])]),
        Sample::of("UnitVectorLayer[\"Output\" -> {m, n}]").sizes(&["n", "m"]),
    ],
    ..Layer::NEW
};
