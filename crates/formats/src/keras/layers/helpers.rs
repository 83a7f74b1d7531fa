//! Functions that definitions of several themes share; each may mention those before it.

pub(super) const HELPERS: &[(&str, &str)] = &[
    // One layer after the other; what is None is left out.
    (
        "chain",
        "Function[{layers}, With[{found = DeleteCases[layers, None]}, \
         Switch[Length[found], 0, ElementwiseLayer[Identity], 1, First[found], _, NetChain[found]]]]",
    ),
    // A net for the elements at a depth.
    ("mapped", "Function[{net, depth}, Nest[NetMapOperator, net, depth]]"),
    // A number for each of some levels.
    ("each", "Function[{value, count}, If[ListQ[value], value, ConstantArray[value, count]]]"),
    ("rank", "Length[shape]"),
    // Axes count the batch as 0, or from the end; levels do not know the batch.
    (
        "level",
        "Function[{axis}, With[{at = If[axis < 0, Length[shape] + axis + 1, axis]}, \
         If[at === 0, refused[\"an operation along the batch is not supported\"], at]]]",
    ),
    ("levels", "Function[{axis}, Sort[Map[level, Flatten[{axis}]]]]"),
    ("channelsLast", "(dataFormat =!= \"channels_first\")"),
    // The sizes of the spatial levels.
    ("space", "If[channelsLast, Most[shape], Rest[shape]]"),
    // A layer for arrays with their channels at the first level, whatever they have.
    (
        "withChannelsFirst",
        "Function[{layer}, If[channelsLast && Length[shape] > 1, NetChain[{TransposeLayer[RotateRight[Range[Length[shape]], -1]], \
         layer, TransposeLayer[RotateRight[Range[Length[shape]]]]}], layer]]",
    ),
    // A learned array in a function.
    ("learned", "Function[{values}, NetArray[<|\"Array\" -> values|>]]"),
    // A held expression with what is put into it; With would give new names to the variables of functions.
    ("filled", "Function[{held, rules}, First[held /. rules]]"),
    // Arrays one after the other.
    ("joined", "Function[{arrays}, If[Length[arrays] == 1, First[arrays], Apply[Join, Append[arrays, 1]]]]"),
    // Whether an output of the layer is used; others must not be there, as a net gives what no layer takes.
    ("wantedQ", "Function[{k}, wanted === All || MemberQ[wanted, k]]"),
    // One port after the other with the names of its layers.
    ("ports", "Function[{net}, Keys[Information[net, \"InputPorts\"]]]"),
];
