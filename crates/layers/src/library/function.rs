//! `FunctionLayer`: any function of arrays.

use super::elementwise::named_function;
use super::threading::{INPUT_PORTS, INPUTS, positional};
use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, NetRecord, Parameter, ParameterType, Port, PortKind, Premise, Relation, Sample, Several, Written};

pub(super) const FUNCTION: Layer = Layer {
    name: "FunctionLayer",
    usage: "FunctionLayer[f] applies a function of arrays, written in the language: FunctionLayer[f][x] is f[x]. A function \
            with named slots such as #Weights . #Data & has an input for each of them; Function[{a, b}, ...] has the \
            inputs \"a\" and \"b\". FunctionLayer[Apply[f]] has an input for each argument of f: \"Input1\", \"Input2\", ... for \
            #1 . #2 &, as many as the option \"InputPorts\" says or as are given for a function such as Plus. What comes \
            out must be an array or a number, or an association of these, <|\"a\" -> ..., \"b\" -> ...|> &, whose keys are the outputs. A \
            NetArray[<|\"Name\" -> name, \"Dimensions\" -> {n1, n2, ...}|>] in the function is a learned array, and a layer or \
            net in it, such as LinearLayer[2] in Tanh[LinearLayer[2][#]] &, is a net with arrays of its own, the same one \
            wherever it is written in the same way.",
    source: "y = f(x1, x2, ...)",
    arguments: &[Parameter { name: "function", kind: ParameterType::Function, default: None }],
    options: &[INPUT_PORTS],
    inputs: &[Port {
        kind: PortKind::Several(Several { names: NAMES, base: "Input", own: "in", states: false }),
        ..INPUTS
    }],
    outputs: &[Port {
        name: "Outputs",
        shape: "{out___}",
        kind: PortKind::Several(Several { names: OUTPUT_NAMES, base: "Output", own: "out", states: false }),
        tex: "y",
    }],
    nets: &[
        NetRecord {
            name: "Arrays",
            argument: "function",
            written: Some(Written::Arrays),
            outputs: &[Port {
                name: "Output",
                shape: "{arrays___}",
                kind: PortKind::Several(Several { names: "{\"Output\"}", base: "Output", own: "arrays", states: false }),
                tex: "a",
            }],
            ..NetRecord::NEW
        },
        NetRecord {
            name: "Nets",
            argument: "function",
            written: Some(Written::Nets),
            inputs: &[Port {
                name: "Input",
                shape: "{taken___}",
                kind: PortKind::Several(Several { names: "{\"Input\"}", base: "Input", own: "taken", states: false }),
                tex: "u",
            }],
            outputs: &[Port {
                name: "Output",
                shape: "{given___}",
                kind: PortKind::Several(Several { names: "{\"Output\"}", base: "Output", own: "given", states: false }),
                tex: "v",
            }],
            ..NetRecord::NEW
        },
    ],
    premises: &[Premise::Arguments {
        of: "function",
        number: "Length[in]",
        each: "the array at its input; FunctionLayer[Apply[f]] has an input for each argument of f",
    }],
    relations: &[
        Relation { variable: "called", value: "Replace[function, HoldPattern[Apply[used_]] :> used]" },
        Relation { variable: "g", value: positional!("called") },
        Relation { variable: "f", value: UNDECIDED },
        // The shape is that of the function of array symbols.
        Relation { variable: "symbols", value: SYMBOLS },
        Relation {
            variable: "withArrays",
            value: "f /. Thread[ArrayForms -> If[ArrayForms === {}, {},
                MapIndexed[ArraySymbol[{\"NetArray\", First[#2]}, #1] &, arrays]]]",
        },
        Relation {
            variable: "traced",
            value: "withArrays /. Thread[NetForms -> If[NetForms === {}, {},
                MapIndexed[Function[{shape, place}, ArraySymbol[{\"Net\", First[place]}, shape] &], given]]]",
        },
        Relation { variable: "result", value: "Check[Program`Cases[traced @@ symbols], $Failed]" },
        Relation { variable: "values", value: "If[AssociationQ[result], Values[result], {result}]" },
        Relation {
            variable: "out",
            value: "With[{all = Map[TensorDimensions, values]}, If[AllTrue[all, ListQ], all, Automatic]]",
        },
    ],
    partial: &[Relation { variable: "taken", value: TAKEN }],
    requirements: &[
        requires(
            DRAWS,
            "the function draws random numbers, which would be the same for all examples and in all ways of application",
            "Let RandomArrayLayer draw them, and give them to the function as another input",
        ),
        requires(
            TRACED,
            "the function does not give an array or a number for arrays of the shapes of its inputs",
            "Change the function or the inputs; the function applied to arrays of these shapes shows what it gives",
        ),
    ],
    definition: &[is(
        "Outputs",
        "With[{all = Program`Cases[(f /. Thread[ArrayForms -> Map[First[#[]] &, Arrays]] \
                 /. Thread[NetForms -> Map[Function[net, Function[array, First[net[array]]]], Nets]]) @@ Inputs]}, \
             If[AssociationQ[all], Values[all], {all}]]",
    )],
    examples: &[
        ("FunctionLayer[Total][{{a, b}, {c, d}}]", "{a + c, b + d}"),
        ("FunctionLayer[Apply[#1 . #2 &]][{{{1, 2}}, {x, y}}]", "{x + 2 y}"),
        (
            "FunctionLayer[<|\"sum\" -> Total[#], \"square\" -> #^2|> &][{a, b}]",
            "<|sum -> a + b, square -> {a^2, b^2}|>",
        ),
        ("FunctionLayer[#a . #b + 1 &][<|\"a\" -> {{1, 2}}, \"b\" -> {x, y}|>]", "{1 + x + 2 y}"),
        ("FunctionLayer[NetArray[<|\"Array\" -> {{1, 2}}|>] . # &][{x, y}]", "{x + 2 y}"),
        (
            "FunctionLayer[Tanh[LinearLayer[1, \"Weights\" -> {{2, 3}}, \"Biases\" -> None][#]] &][{x, y}]",
            "{Tanh[2 x + 3 y]}",
        ),
        (
            "FunctionLayer[Function[{u, v}, Sqrt[Total[(u - v)^2]]]][<|\"u\" -> {a, b}, \"v\" -> {c, d}|>]",
            "Sqrt[(a - c)^2 + (b - d)^2]",
        ),
    ],
    samples: &[
        Sample::of("FunctionLayer[f, \"Input\" -> {n, m}]").sizes(&["n", "m"]).choices(&[(
            "f",
            &[
                "Total",
                "Transpose",
                "Tanh",
                "(Map[Total, #] &)",
                "(# . Transpose[#] &)",
                "(Exp[#]/Total[Exp[#]] &)",
                "Reverse",
                "First",
                "(FoldList[#1 + Tanh[#2] &, #] &)",
                "(#^2 - 3 # &)",
                "(Mean[#] + 1 &)",
                "(Map[If[Total[#] > 1/2, #, -2 #] &, #] &)",
                "(If[First[First[#]] > 1/2, #, 2 Tanh[#]] &)",
                "(Which[Total[#, 2] < 0, 0, Total[#, 2] < 1, 1, True, Total[#, 2]] &)",
            ],
        )]),
        Sample::of("FunctionLayer[Apply[f], \"InputPorts\" -> ports, \"Input1\" -> {n, m}, \"Input2\" -> {n, m}]")
            .sizes(&["n", "m"])
            .choices(&[("f", &["Plus", "Times", "(#1 - 2 #2 &)"]), ("ports", &["2"])]),
        Sample::of("FunctionLayer[#a . #b + Tanh[#c] &, \"a\" -> {n, m}, \"b\" -> m, \"c\" -> n]").sizes(&["n", "m"]),
        // Without names, by which the arrays of several layers in one net would be the same.
        Sample::of(
            "FunctionLayer[Tanh[NetArray[\"Dimensions\" -> {n, m}] . #] + NetArray[\"Dimensions\" -> {n}] &, \
             \"Input\" -> m]",
        )
        .sizes(&["n", "m"]),
        Sample::of(
            "FunctionLayer[LinearLayer[n][#] + LinearLayer[n, \"Biases\" -> None][Tanh[LinearLayer[{2}][#]]] &, \"Input\" -> m]",
        )
        .sizes(&["n", "m"]),
        Sample::of("FunctionLayer[<|\"total\" -> Total[#], \"half\" -> #/2|> &, \"Input\" -> {n, m}]")
            .sizes(&["n", "m"]),
        Sample::of("FunctionLayer[Function[{x, y}, x y], \"x\" -> n, \"y\" -> n]").sizes(&["n"]),
    ],
    ..Layer::NEW
};

/// The shapes of the arrays that nets in the function take, as far as they are known: what comes to them when the function is
/// applied to array symbols, with array symbols for what those nets give whose shapes are known.
const TAKEN: &str = "If[NetForms === {} || !ListQ[symbols] || withArrays === Automatic, Automatic,
    Function[found, Array[Function[net,
            Replace[Union[Cases[found, {net, shape_List} :> shape]], {{shape_} :> shape, _ -> Automatic}]], Length[NetForms]]][
        Cases[Reap[(withArrays /. Thread[NetForms -> MapIndexed[
                Function[{shape, place}, Function[array,
                    Sow[{First[place], TensorDimensions[array]}];
                    If[ListQ[shape] && FreeQ[shape, Automatic], ArraySymbol[{\"Net\", First[place]}, shape], Indeterminate]]],
                given]]) @@ symbols][[2]], {_Integer, _List}, {2}]]]";

/// Whether the function draws no random numbers.
const DRAWS: &str = "FreeQ[called, RandomReal | RandomInteger | RandomVariate | RandomChoice | RandomSample]";

/// All values have dimensions; what has none is told.
const TRACED: &str = "AllTrue[Map[TensorDimensions, values], ListQ] || (If[result === $Failed, traced @@ symbols; 0, \
    Replace[Program`Untraced[SelectFirst[values, !ListQ[TensorDimensions[#]] &]], \
        part_ :> Message[FunctionLayer::untraced, part]]]; False)";

/// The function with comparisons in the place of what looks at expressions: cases by numbers are equations, and what
/// sorts leaves the order of symbols open.
const UNDECIDED: &str = "First[{g} //. {
    h_[before___, compare : (Sort | ReverseSort | Ordering | DeleteDuplicates | Union | Tally | Gather | Counts | Commonest | Split),
        after___] :> h[before, compare[#] &, after],
    HoldPattern[Switch[e_, Verbatim[_], value_, ___]] :> value,
    HoldPattern[Switch[e_, number_?NumberQ, value_, others__]] :> If[e == number, value, Switch[e, others]],
    HoldPattern[Sort[x : Except[_Program`Decided]]] :> With[{sorted = x},
        If[TensorRank[sorted] === 1, ArrayGather[sorted, ArrayOrdering[sorted], 1], Sort[Program`Decided[sorted]]]],
    HoldPattern[ReverseSort[x_]] :> Reverse[Sort[x]],
    HoldPattern[Sort[x_, Less | LessEqual]] :> Sort[x],
    HoldPattern[Sort[x_, Greater | GreaterEqual]] :> ReverseSort[x],
    HoldPattern[SortBy[x : Except[_Program`Decided], by_]] :> With[{sorted = x}, With[{keys = Map[by, sorted]},
        If[TensorRank[keys] === 1, ArrayGather[sorted, ArrayOrdering[keys], 1], SortBy[Program`Decided[sorted], by]]]],
    HoldPattern[(compare : DeleteDuplicates | DeleteDuplicatesBy | Union | Intersection | Complement | Tally | Gather |
        GatherBy | Counts | CountsBy | Commonest | Split | SplitBy | MemberQ | FreeQ | Count | Position)[
        x : Except[_Program`Decided], others___]] :> compare[Program`Decided[x], others],
    HoldPattern[Ordering[x_]] :> ArrayOrdering[x],
    HoldPattern[Ordering[x_, n_]] :> ArrayOrdering[x, n]}]";

/// The keys of an association that the function gives, or one output.
const OUTPUT_NAMES: &str = "Replace[Replace[function, HoldPattern[Apply[used_]] :> used], {
    HoldPattern[Function[Association[entries___]]] :> Cases[Hold[entries], HoldPattern[key_String -> _] :> key],
    HoldPattern[Function[_, Association[entries___]]] :> Cases[Hold[entries], HoldPattern[key_String -> _] :> key],
    _ -> {\"Output\"}}]";

/// The names of parameters, which may have values elsewhere, or of slots; one input if there are none.
macro_rules! names {
    () => {
        "If[InputPorts =!= Automatic, InputPorts, Replace[
            If[MatchQ[function, Function[_List, _] | HoldPattern[Apply[Function[_List, _]]]],
                List @@ Map[Function[name, SymbolName[Unevaluated[name]], HoldFirst],
                    Replace[
                        Extract[Replace[function, HoldPattern[Apply[used_]] :> used], 1, Hold],
                        Hold[{names___}] :> Hold[names]]],
                DeleteDuplicates[Cases[function, Slot[s_String] :> s, Infinity]]],
            {} :> Which[
                !MatchQ[function, HoldPattern[Apply[_]]], {\"Input\"},
                FreeQ[function, Slot], Automatic,
                True, Max[Cases[function, Slot[n_Integer] :> n, Infinity]]]]]"
    };
}

const NAMES: &str = names!();

/// What stands for the inputs where only shapes are of interest.
const SYMBOLS: &str = concat!(
    "MapThread[
        Switch[Length[#2], 1, VectorSymbol[#1, First[#2]], 2, MatrixSymbol[#1, #2], _, ArraySymbol[#1, #2]] &,
        {With[{named = ",
    names!(),
    "}, If[ListQ[named], named, If[AssociationQ[named], Keys[named], Map[\"Input\" <> ToString[#] &, Range[Length[in]]]]]], in}]"
);
