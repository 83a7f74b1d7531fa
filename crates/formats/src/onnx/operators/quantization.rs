//! Numbers as small integers with a scale and a zero.

use super::convolution::CONVOLUTION;
use super::{ElementOf, Meaning, Operator, Output, input, optional, output};
use crate::onnx::tensor::Element;

const FLOATS: &[Output] = &[output("y", ElementOf::Input(1))];
const INT32: Element = Element::Integer(32, true);

pub(super) const OPERATORS: &[Operator] = &[
    Operator {
        name: "QuantizeLinear",
        since: 10,
        inputs: &[input("x"), input("y_scale"), optional("y_zero_point")],
        outputs: &[output("y", ElementOf::Quantized)],
        attributes: &[("axis", "1"), ("block_size", "0"), ("output_dtype", "0"), ("precision", "0"), ("saturate", "1")],
        meaning: Meaning::Value(
            "With[{rank = ArrayDepth[x]}, With[{at = blockedLevels[yScale, rank, level[axis, rank], blockSize]}, \
             With[{near = If[castTo[[3]] === None, Function[{value, zero}, Min[Max[Round[value] + zero, range[[1]]], range[[2]]]], \
             With[{rounded = Apply[smallFloat, castTo[[3]]]}, Function[{value, zero}, rounded[value]]]]}, \
             ArrayThread[Function[near[#1/#2, #3]], \
             {x, First[at][yScale], If[yZeroPoint === None, 0, First[at][yZeroPoint]]}, \
             {Range[rank], Last[at], If[yZeroPoint === None, {}, Last[at]]}]]]]",
        ),
        ..Operator::NEW
    },
    Operator {
        name: "DequantizeLinear",
        since: 10,
        inputs: &[input("x"), input("x_scale"), optional("x_zero_point")],
        outputs: FLOATS,
        attributes: &[("axis", "1"), ("block_size", "0"), ("output_dtype", "0")],
        meaning: Meaning::Value(
            "With[{rank = ArrayDepth[x]}, With[{at = blockedLevels[xScale, rank, level[axis, rank], blockSize]}, \
             ArrayThread[(#1 - #3) #2 &, {x, First[at][xScale], If[xZeroPoint === None, 0, First[at][xZeroPoint]]}, \
             {Range[rank], Last[at], If[xZeroPoint === None, {}, Last[at]]}]]]",
        ),
        ..Operator::NEW
    },
    Operator {
        name: "MatMulInteger",
        since: 10,
        inputs: &[input("A"), input("B"), optional("a_zero_point"), optional("b_zero_point")],
        outputs: &[output("Y", ElementOf::Is(INT32))],
        meaning: Meaning::Value(
            "product[If[aZeroPoint === None, A, zeroed[A, aZeroPoint, ArrayDepth[A] - 1]], \
             If[bZeroPoint === None, B, zeroed[B, bZeroPoint, ArrayDepth[B]]]]",
        ),
        ..Operator::NEW
    },
    Operator {
        name: "QLinearMatMul",
        since: 10,
        inputs: &[
            input("a"),
            input("a_scale"),
            input("a_zero_point"),
            input("b"),
            input("b_scale"),
            input("b_zero_point"),
            input("y_scale"),
            input("y_zero_point"),
        ],
        outputs: &[output("y", ElementOf::Input(7))],
        meaning: Meaning::Value(
            "With[{exact = product[zeroed[a, aZeroPoint, ArrayDepth[a] - 1], zeroed[b, bZeroPoint, ArrayDepth[b]]]}, \
             With[{rank = ArrayDepth[exact]}, With[{rows = blockedLevels[aScale, rank, rank - 1, 0], columns = blockedLevels[bScale, rank, rank, 0]}, \
             ArrayThread[Function[Min[Max[Round[#1 #2 #3/#4] + #5, range[[1]]], range[[2]]]], \
             {exact, rows[[1]][aScale], columns[[1]][bScale], scalar[yScale], scalar[yZeroPoint]}, {Range[rank], rows[[2]], columns[[2]], {}, {}}]]]]",
        ),
        ..Operator::NEW
    },
    Operator {
        name: "ConvInteger",
        since: 10,
        inputs: &[input("x"), input("w"), optional("x_zero_point"), optional("w_zero_point")],
        outputs: &[output("y", ElementOf::Is(INT32))],
        attributes: CONVOLUTION,
        meaning: Meaning::Value(
            "convolved[If[xZeroPoint === None, x, zeroed[x, xZeroPoint, 1]], If[wZeroPoint === None, w, zeroed[w, wZeroPoint, 1]]]",
        ),
        ..Operator::NEW
    },
    Operator {
        name: "QLinearConv",
        since: 10,
        inputs: &[
            input("x"),
            input("x_scale"),
            input("x_zero_point"),
            input("w"),
            input("w_scale"),
            input("w_zero_point"),
            input("y_scale"),
            input("y_zero_point"),
            optional("B"),
        ],
        outputs: &[output("y", ElementOf::Input(7))],
        attributes: CONVOLUTION,
        meaning: Meaning::Value(
            "With[{exact = biased[convolved[zeroed[x, xZeroPoint, 1], zeroed[w, wZeroPoint, 1]], B], \
             each = If[ArrayDepth[wScale] == 0 || Dimensions[wScale] === {1}, {scalar[wScale], {}}, {wScale, {2}}]}, \
             ArrayThread[Function[Min[Max[Round[#1 #2 #3/#4] + #5, range[[1]]], range[[2]]]], \
             {exact, scalar[xScale], First[each], scalar[yScale], scalar[yZeroPoint]}, {Range[ArrayDepth[exact]], {}, Last[each], {}, {}}]]",
        ),
        ..Operator::NEW
    },
    // The scale and the quotients have single precision: what is half way between integers depends on it.
    Operator {
        name: "DynamicQuantizeLinear",
        since: 11,
        inputs: &[input("x")],
        outputs: &[
            output("y", ElementOf::Is(Element::Integer(8, false))),
            output("y_scale", ElementOf::Is(Element::FLOAT)),
            output("y_zero_point", ElementOf::Is(Element::Integer(8, false))),
        ],
        meaning: Meaning::Value(
            "With[{low = Min[0, ArrayReduce[Min, x, All]], high = Max[0, ArrayReduce[Max, x, All]]}, With[{size = ArrayThread[single, {(high - low)/255}]}, \
             With[{zero = Min[Max[Round[-low/size], 0], 255]}, \
             {ArrayThread[Min[Max[Round[single[#1/#2]] + #3, 0], 255] &, {x, size, zero}], size, zero}]]]",
        ),
        ..Operator::NEW
    },
    Operator {
        name: "BitShift",
        since: 11,
        inputs: &[input("X"), input("Y")],
        outputs: &[output("Z", ElementOf::Input(0))],
        attributes: &[("direction", "")],
        meaning: Meaning::Threading("If[direction === \"LEFT\", wrapped[(#1 2^#2 &)], (Floor[#1/2^#2] &)]"),
        ..Operator::NEW
    },
    // By a number of bits that is negative or that the type does not have, all are shifted out.
    Operator {
        name: "BitShift",
        since: 28,
        inputs: &[input("X"), input("Y")],
        outputs: &[output("Z", ElementOf::Input(0))],
        attributes: &[("direction", "")],
        meaning: Meaning::Threading(
            "With[{least = range[[1]], count = range[[2]] - range[[1]] + 1}, With[{bits = Log[2, count]}, If[direction === \"LEFT\", \
             Function[If[0 <= #2 < bits, Mod[#1 2^#2, count, least], 0]], \
             Function[If[0 <= #2 < bits, Floor[#1/2^#2], If[#1 < 0, -1, 0]]]]]]",
        ),
        ..Operator::NEW
    },
];

/// Functions of these definitions; each may mention those before it and the general ones.
pub(super) const HELPERS: &[(&str, &str)] = &[
    // A scale for everything, for the elements of a level, or for blocks of elements of it.
    (
        "blockedLevels",
        "Function[{scale, rank, at, block}, Which[\
         ArrayDepth[scale] == 0 || Dimensions[scale] === {1}, {scalar, {}}, \
         ArrayDepth[scale] == 1, {Identity, {at}}, \
         block > 0, {Function[ArrayGather[#, Floor[(Range[block Dimensions[scale][[at]]] - 1)/block] + 1, at]], Range[rank]}, \
         True, refused[\"scales with more than one level need blocks\"]]]",
    ),
    (
        "zeroed",
        "Function[{array, zero, at}, If[ArrayDepth[zero] == 0 || Dimensions[zero] === {1}, ArrayThread[Subtract, {array, scalar[zero]}, {Range[ArrayDepth[array]], {}}], \
         ArrayThread[Subtract, {array, zero}, {Range[ArrayDepth[array]], If[ArrayDepth[zero] == 1, {at}, Range[ArrayDepth[array]]]}]]]",
    ),
];
