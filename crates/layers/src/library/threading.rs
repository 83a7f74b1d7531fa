//! `ThreadingLayer` and `TotalLayer`: a function of corresponding elements of several arrays.

use super::elementwise::{named_function, on_any_numbers};
use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, Parameter, ParameterType, Port, PortKind, Premise, Relation, Sample, Several};

/// How many inputs there are: as many as are connected, unless this is given.
pub(super) const INPUT_PORTS: Parameter = Parameter {
    name: "InputPorts",
    kind: ParameterType::Stated {
        form: "Automatic | _Integer?NonNegative | {___String} | _Association",
        expected: "a number of ports, a list of their names, or an association of names and shapes",
    },
    default: Some("Automatic"),
};

/// Inputs of which each has a shape of its own.
pub(super) const INPUTS: Port = Port {
    name: "Inputs",
    shape: "{in___}",
    kind: PortKind::Several(Several { names: "InputPorts", base: "Input", own: "in", states: false }),
    tex: "x",
};

/// How many inputs the function takes, if its form says it: by the names of its slots, by their
/// numbers, or by its parameters. Slots of functions within it are theirs.
const NAMES: &str =
    "With[{own = Replace[function, HoldPattern[Function[body_]] :> Hold[body]] /. _Function -> Null}, Which[
    InputPorts =!= Automatic, InputPorts,
    MemberQ[{Subtract, Divide, Power, Surd, Mod}, function], 2,
    MatchQ[function, Function[_List, _]], Length[function[[1]]],
    FreeQ[own, Slot], Automatic,
    FreeQ[own, Slot[_String]], Max[Cases[own, Slot[n_Integer] :> n, Infinity, Heads -> True]],
    True, DeleteDuplicates[Cases[own, Slot[s_String] :> s, Infinity, Heads -> True]]]]";

/// Named slots are numbered in the order of the ports, and names of functions replaced, as they may
/// be anywhere inside.
macro_rules! positional {
    ($function:literal) => {
        concat!(
            "If[FreeQ[",
            $function,
            ", Slot[_String]], ",
            $function,
            ",
        ",
            $function,
            " /. MapIndexed[Slot[#1] -> Slot @@ #2 &,
            DeleteDuplicates[Cases[",
            $function,
            ", Slot[s_String] :> s, Infinity]]]] /.
        name_String[arguments__] :> With[{named = ",
            named_function!("name"),
            "}, named[arguments] /; !StringQ[named]]"
        )
    };
}
pub(super) use positional;

/// Inputs of which nothing is known have the shape of the others.
const ALIKE: &str = "With[{known = Cases[in, _List]}, \
    If[known === {}, Automatic, Replace[in, Automatic -> First[known], {1}]]]";

/// What the second argument says for each input; None if nothing.
const SPECS: &str =
    "Replace[If[ListQ[replication], replication, ConstantArray[replication, Length[in]]], Automatic -> None, {1}]";

/// Where the levels of each input stand in the result, of the given rank. By themselves inputs have
/// their own levels; with a specification n, new levels at n make up for a lower rank.
const PLACES: &str = "MapThread[Function[{shape, spec},
        Which[
            spec === None, Range[Length[shape]],
            spec > 0, Join[Range[spec - 1], Range[spec + rank - Length[shape], rank]],
            True, Join[Range[Length[shape] + spec + 1], Range[rank + spec + 2, rank]]]],
    {in, specs}]";

/// A level of size 1 is replicated.
const OUT: &str = "Map[
    Function[level, Replace[DeleteDuplicates[DeleteCases[
        MapThread[Function[{shape, place}, If[MemberQ[place, level], shape[[Position[place, level][[1, 1]]]], 1]], {in, places}],
        1]], {{} -> 1, {size_, ___} :> size}]],
    Range[rank]]";

/// The sizes that follow where dimensions are not known or vary, if all inputs have one rank.
const OUT_SO_FAR: &str = "If[ListQ[in] && AllTrue[in, ListQ] && Length[DeleteDuplicates[Map[Length, in]]] == 1,
    Map[
        Function[sizes, First[DeleteCases[sizes, 1 | Automatic | \"Varying\"],
            Which[MemberQ[sizes, Automatic], Automatic, MemberQ[sizes, \"Varying\"], \"Varying\", True, 1]]],
        Transpose[in]],
    Automatic]";

/// The sizes at each level of the result are equal; symbols may come to be.
const FITS: &str = "And @@ Map[
    Function[level, Equal @@ DeleteCases[
        MapThread[Function[{shape, place}, If[MemberQ[place, level], shape[[Position[place, level][[1, 1]]]], 1]], {in, places}],
        1]],
    Range[rank]]";

/// The function on numbers that are not known yet; its truth values are the numbers 1 and 0.
const NUMERIC: &str = concat!(
    "With[{h = If[FreeQ[g, Chop], g, g //. ",
    on_any_numbers!(),
    "]}, If[Program`TruthQ[h @@ Array[element, Length[in]]], Boole[h[##]] &, h]]"
);

/// How many inputs the option says that there are.
const STATED_COUNT: &str = "Which[
    IntegerQ[InputPorts], InputPorts,
    ListQ[InputPorts] || AssociationQ[InputPorts], Length[InputPorts],
    True, Automatic]";
/// What the function gets.
const ELEMENTS: &str = "an element of each of its inputs";

pub(super) const THREADING: Layer = Layer {
    name: "ThreadingLayer",
    usage: "ThreadingLayer[f] applies the function f of several numbers to corresponding elements of its inputs. The \
            inputs are \"Input1\", \"Input2\", ..., or have the names of the slots of f, as in #Mean + #Noise &; the \
            option \"InputPorts\" gives their number, names or shapes. Levels of size 1 are replicated. \
            ThreadingLayer[f, n] inserts levels at level n where an input has fewer than the others, \
            ThreadingLayer[f, {n1, n2, ...}] says it for each input; None replicates nothing.",
    source: "y_i = f(x1_i, x2_i, ...)",
    arguments: &[
        Parameter { name: "function", kind: ParameterType::Function, default: None },
        Parameter {
            name: "replication",
            kind: ParameterType::Stated {
                form: "Automatic | None | Except[0, _Integer] | {(Automatic | None | Except[0, _Integer])...}",
                expected: "None, Automatic, a level, or a list of these",
            },
            default: Some("Automatic"),
        },
    ],
    options: &[INPUT_PORTS],
    inputs: &[Port {
        kind: PortKind::Several(Several { names: NAMES, base: "Input", own: "in", states: false }),
        ..INPUTS
    }],
    outputs: &[Port { name: "Output", shape: "{out___}", kind: PortKind::Data, tex: "y" }],
    premises: &[
        Premise::Arguments { of: "function", number: STATED_COUNT, each: ELEMENTS },
        Premise::Arguments { of: "function", number: "Length[in]", each: ELEMENTS },
    ],
    relations: &[
        Relation { variable: "g", value: positional!("function") },
        Relation { variable: "f", value: NUMERIC },
        Relation { variable: "specs", value: SPECS },
        Relation { variable: "rank", value: "Max[Map[Length, in]]" },
        Relation { variable: "places", value: PLACES },
        Relation { variable: "out", value: OUT },
    ],
    partial: &[Relation { variable: "out", value: OUT_SO_FAR }],
    defaults: &[Relation { variable: "in", value: ALIKE }],
    requirements: &[
        requires(
            "FreeQ[g, _String[___]] && !StringQ[g]",
            "the function has a name of no elementwise function: `function`",
            "?ElementwiseLayer lists the names",
        ),
        requires(
            "Length[specs] == Length[in]",
            "the second argument must say something for each of the `Length[in]` inputs, but has `Length[specs]` parts",
            "Give a level, Automatic or None for each input",
        ),
        requires(
            "And @@ MapThread[Length[#1] == rank || IntegerQ[#2] &, {in, specs}]",
            "inputs of the ranks `Map[Length, in]` cannot be combined element by element",
            "Give inputs of one rank, or a second argument that says where levels are inserted: ThreadingLayer[f, 1] puts \
             them first, ThreadingLayer[f, -1] last",
        ),
        requires(
            FITS,
            "the inputs must have the same sizes, or size 1 where they are replicated",
            "Change one of the inputs, or put a layer before it",
        ),
        requires(
            "replication =!= None || Length[DeleteDuplicates[in]] <= 1",
            "with the second argument None the inputs must have one shape",
            "Change one of the inputs, or leave None out",
        ),
    ],
    definition: &[is("Output", "ArrayThread[f, Inputs, places]")],
    examples: &[
        ("ThreadingLayer[Plus][{{a, b}, {c, d}}]", "{a + c, b + d}"),
        ("ThreadingLayer[#Mean + #Noise^2 &][<|\"Mean\" -> {a, b}, \"Noise\" -> {c, d}|>]", "{a + c^2, b + d^2}"),
        ("ThreadingLayer[Greater][{{a, 3}, {b, 2}}]", "{Boole[a > b], 1}"),
        ("ThreadingLayer[\"ReLU\"[#1] + #2 &][{{a, b}, {c, d}}]", "{c + Ramp[a], d + Ramp[b]}"),
        ("ThreadingLayer[Times, 1][{{{a, b}, {c, d}}, {x, y}}]", "{{a x, b y}, {c x, d y}}"),
        ("ThreadingLayer[Times, -1][{{{a, b}, {c, d}}, {x, y}}]", "{{a x, b x}, {c y, d y}}"),
    ],
    samples: &[
        Sample::of("ThreadingLayer[f, \"InputPorts\" -> <|\"Input1\" -> {n, m}, \"Input2\" -> {n, m}|>]")
            .sizes(&["n"])
            .counts(&["m"])
            .choices(&[(
                "f",
                &["Plus", "Subtract", "Times", "(#1^2 - #1 #2 &)", "(Exp[#2] #1 &)", "Function[{a, b}, a Tanh[b]]"],
            )]),
        Sample::of("ThreadingLayer[Max, \"InputPorts\" -> <|\"a\" -> {n}, \"b\" -> {n}, \"c\" -> {n}|>]").sizes(&["n"]),
        Sample::of("ThreadingLayer[#Mean + #Noise^2 &, \"Mean\" -> {n, 1}, \"Noise\" -> {1, m}]").sizes(&["n", "m"]),
        Sample::of("ThreadingLayer[#1 - 2 #2 &, k, \"Input1\" -> {n, m}, \"Input2\" -> in]")
            .sizes(&["n", "m"])
            .choices(&[("k", &["1", "{1, 1}"]), ("in", &["m", "{1, m}"])]),
        Sample::of("ThreadingLayer[#1 - 2 #2 &, k, \"Input1\" -> {n, m}, \"Input2\" -> n]")
            .sizes(&["n", "m"])
            .choices(&[("k", &["-1", "{1, -1}"])]),
        Sample::of("ThreadingLayer[#1 - 2 #2 &, k, \"Input1\" -> {n, n}, \"Input2\" -> n]")
            .sizes(&["n"])
            .choices(&[("k", &["1", "-1"])]),
        Sample::of("ThreadingLayer[#1 - 2 #2 &, None, \"Input1\" -> {n, m}, \"Input2\" -> {n, m}]").sizes(&["n", "m"]),
    ],
    ..Layer::NEW
};

pub(super) const TOTAL: Layer = Layer {
    name: "TotalLayer",
    usage: "TotalLayer[] adds its inputs, which have one shape. The option \"InputPorts\" gives their number or names.",
    source: "y = x1 + x2 + ...",
    options: &[INPUT_PORTS],
    inputs: &[Port {
        kind: PortKind::Several(Several { names: "InputPorts", base: "Input", own: "", states: false }),
        ..INPUTS
    }],
    definition: &[is("Output", "Plus @@ Inputs")],
    examples: &[("TotalLayer[][{{a, b}, {c, d}, {e, f}}]", "{a + c + e, b + d + f}")],
    samples: &[
        Sample::of("TotalLayer[\"InputPorts\" -> k, \"Input1\" -> {n, m}]").sizes(&["k", "m"]).counts(&["n"]),
        Sample::of("TotalLayer[\"InputPorts\" -> {\"a\", \"b\"}, \"Output\" -> {}]"),
    ],
    ..Layer::NEW
};
