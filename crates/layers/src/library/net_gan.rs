//! `NetGANOperator`: a net that makes examples against one that judges them.

use crate::record::is;
use crate::{Layer, NetRecord, Parameter, ParameterType, Port, PortKind, Relation, Sample};

pub(super) const NET_GAN: Layer = Layer {
    name: "NetGANOperator",
    usage: "NetGANOperator[{generator, discriminator}] makes an example from \"Latent\" by the first net, and gives this one and \
            the real example \"Sample\" to the second one, whose output is a number: high for real examples. \"LossReal\" and \"LossFake\" \
            tell how wrong it is about the two, \"GeneratedFake\" is what was made. NetGANOperator[nets, \"JensenShannon\"] takes the \
            numbers for probabilities, NetGANOperator[nets, \"Wasserstein\"] for scores. Without it they are probabilities if \
            the discriminator is a LogisticSigmoid, or a chain that ends with one.",
    source: "Goodfellow et al., Generative adversarial networks, 2014; Arjovsky et al., Wasserstein GAN, 2017",
    arguments: &[
        Parameter { name: "nets", kind: ParameterType::Net, default: None },
        Parameter {
            name: "loss",
            kind: ParameterType::Choice(&["Automatic", "\"JensenShannon\"", "\"Wasserstein\""]),
            default: Some("Automatic"),
        },
    ],
    inputs: &[
        Port { name: "Sample", shape: "{sample___}", kind: PortKind::Data, tex: "x" },
        Port { name: "Latent", shape: "{latent___}", kind: PortKind::Data, tex: "z" },
    ],
    outputs: &[
        Port { name: "LossReal", shape: "{}", kind: PortKind::Data, tex: "L_r" },
        Port { name: "LossFake", shape: "{}", kind: PortKind::Data, tex: "L_f" },
        Port { name: "GeneratedFake", shape: "{sample___}", kind: PortKind::Data, tex: "y" },
    ],
    nets: &[
        NetRecord {
            name: "Generator",
            argument: "nets",
            part: Some(0),
            inputs: &[Port { shape: "{latent___}", ..Port::INPUT }],
            outputs: &[Port { shape: "{sample___}", ..Port::OUTPUT }],
            ..NetRecord::NEW
        },
        NetRecord {
            name: "Discriminator",
            argument: "nets",
            part: Some(1),
            inputs: &[Port { shape: "{sample___}", ..Port::INPUT }],
            outputs: &[Port { shape: "{}", ..Port::OUTPUT }],
            ..NetRecord::NEW
        },
    ],
    relations: &[
        Relation { variable: "end", value: "nets[[2]] //. HoldPattern[NetChain[layers_, ___]] :> Last[layers]" },
        Relation {
            variable: "kind",
            value: "Which[
                StringQ[loss], loss,
                MatchQ[end, LogisticSigmoid | \"Sigmoid\" | HoldPattern[ElementwiseLayer[LogisticSigmoid | \"Sigmoid\", ___]]], \"JensenShannon\",
                True, \"Wasserstein\"]",
        },
    ],
    defaults: &[Relation { variable: "loss", value: "None" }],
    definition: &[
        is("made", "Generator[Latent]"),
        is("real", "Discriminator[Sample]"),
        is("fake", "Discriminator[made]"),
        is("LossReal", "If[kind === \"JensenShannon\", -Log[real], -real]"),
        is("LossFake", "If[kind === \"JensenShannon\", -Log[1 - fake], fake]"),
        is("GeneratedFake", "made"),
    ],
    examples: &[
        (
            "NetGANOperator[{2 # &, SummationLayer[]}][<|\"Sample\" -> {x, y}, \"Latent\" -> {a, b}|>]",
            "<|LossReal -> -x - y, LossFake -> 2 a + 2 b, GeneratedFake -> {2 a, 2 b}|>",
        ),
        (
            "NetGANOperator[{Tanh, LogisticSigmoid}][<|\"Sample\" -> x, \"Latent\" -> z|>][\"LossFake\"]",
            "-Log[1 - LogisticSigmoid[Tanh[z]]]",
        ),
    ],
    samples: &[
        Sample::of(
            "NetGANOperator[{NetChain[{3, Tanh, LinearLayer[m]}], NetChain[{2, Tanh, LinearLayer[{}]}]}, loss, \"Latent\" -> n]",
        )
        .sizes(&["m"])
        .counts(&["n"])
        .choices(&[("loss", &["Automatic", "\"Wasserstein\""])]),
        Sample::of(
            "NetGANOperator[{LinearLayer[{m, k}], NetChain[{LinearLayer[{}], LogisticSigmoid}]}, loss, \"Latent\" -> n]",
        )
        .sizes(&["m", "k", "n"])
        .choices(&[("loss", &["Automatic", "\"JensenShannon\""])]),
    ],
    ..Layer::NEW
};
