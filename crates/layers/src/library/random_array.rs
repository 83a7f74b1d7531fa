//! `RandomArrayLayer`: random numbers.

use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, Parameter, ParameterType, Port, PortKind, Relation, Sample, Several, Way};

pub(super) const RANDOM_ARRAY: Layer = Layer {
    name: "RandomArrayLayer",
    usage: "RandomArrayLayer[dist, \"Output\" -> {n1, n2, ...}] gives an array of independent random numbers of a distribution \
            such as NormalDistribution[m, s]: it has no inputs, and gives others each time. RandomArrayLayer[f] has an input for \
            each argument of a function f, such as NormalDistribution or NormalDistribution[#Mean, 2] &, and draws from \
            f[x, ...] for corresponding elements x, ... of its inputs. Options of the applied layer such as \
            RandomSeeding -> 1 make the numbers repeatable.",
    source: "y_i ~ dist",
    arguments: &[Parameter {
        name: "distribution",
        kind: ParameterType::Matching { form: FORM, expected: EXPECTED },
        default: None,
    }],
    inputs: &[Port {
        name: "Inputs",
        shape: "{out___}",
        kind: PortKind::Several(Several { names: NAMES, base: "Input", own: "", states: false }),
        tex: "x",
    }],
    outputs: &[Port { name: "Output", shape: "{out___}", kind: PortKind::Data, tex: "y" }],
    relations: &[Relation { variable: "f", value: POSITIONAL }],
    requirements: &[requires(
        "MatchQ[distribution, _Symbol | _Function] || Quiet[ArrayRandom[distribution, {}, \"\"]] =!= $Failed",
        "there is no distribution `distribution`",
        "?RandomVariate lists the distributions",
    )],
    definition: &[is("Output", "ArrayRandom[If[Inputs === {}, distribution, f @@ Inputs], out, \"Output\"]")],
    examples: &[
        ("RandomArrayLayer[BernoulliDistribution[1], \"Output\" -> {2, 2}][]", "{{1, 1}, {1, 1}}"),
        ("RandomArrayLayer[NormalDistribution[#Mean, 0] &][{a, 2}]", "{a, 2}"),
    ],
    unanswerable: &[(Way::Batch, "it has no input, so nothing says how many examples there are")],
    // Of these distributions, all draws are the same.
    samples: &[Sample::of("RandomArrayLayer[BernoulliDistribution[p], \"Output\" -> out]")
        .sizes(&["n"])
        .counts(&["m"])
        .choices(&[("p", &["0", "1"]), ("out", &["{}", "n", "{n, m}"])])],
    ..Layer::NEW
};

const FORM: &str = "_Function | _Symbol?(StringEndsQ[SymbolName[#], \"Distribution\"] &) | \
     _?(!AtomQ[#] && StringEndsQ[ToString[Head[#]], \"Distribution\"] &)";
const EXPECTED: &str = "a distribution such as NormalDistribution[m, s], or a function that gives one";

/// The names of slots, or as many as there are arguments.
const NAMES: &str = "Which[
    MatchQ[distribution, _Symbol],
        If[MemberQ[{BernoulliDistribution, ChiDistribution, ChiSquareDistribution, ExponentialDistribution,
            HalfNormalDistribution, MaxwellDistribution, PoissonDistribution, RayleighDistribution}, distribution],
            {\"Input\"}, 2],
    !MatchQ[distribution, _Function], {},
    MatchQ[distribution, Function[_List, _]], Map[SymbolName, distribution[[1]]],
    FreeQ[distribution, Slot[_String]],
        With[{count = Max[0, Cases[distribution, Slot[n_Integer] :> n, Infinity]]}, If[count == 1, {\"Input\"}, count]],
    True, DeleteDuplicates[Cases[distribution, Slot[s_String] :> s, Infinity]]]";

/// Named slots are numbered in the order of the ports.
const POSITIONAL: &str = "If[FreeQ[distribution, Slot[_String]], distribution,
    distribution /. MapIndexed[Slot[#1] -> Slot @@ #2 &,
        DeleteDuplicates[Cases[distribution, Slot[s_String] :> s, Infinity]]]]";
