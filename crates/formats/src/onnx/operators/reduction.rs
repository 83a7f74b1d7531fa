//! Operators that combine the elements of levels.

use super::{ElementOf, INTEGERS, Input, Meaning, Operator, Output, input, known, optional_known, output};

const DATA: &[Input] = &[input("data")];
const DATA_AND_AXES: &[Input] = &[input("data"), optional_known("axes")];
const SAME: &[Output] = &[output("y", ElementOf::Input(0))];
const KEEPING: &[(&str, &str)] = &[("keepdims", "1"), ("noop_with_empty_axes", "0")];
const KEEPING_AXES: &[(&str, &str)] = &[("axes", "None"), ("keepdims", "1"), ("noop_with_empty_axes", "0")];
const POSITION: &[(&str, &str)] = &[("axis", "0"), ("keepdims", "1"), ("select_last_index", "0")];
const RUNNING_OPTIONS: &[(&str, &str)] = &[("exclusive", "0"), ("reverse", "0")];

/// Axes are an attribute.
const fn by_attribute(name: &'static str, definition: &'static str) -> Operator {
    Operator { name, inputs: DATA, attributes: KEEPING_AXES, meaning: Meaning::Value(definition), ..Operator::NEW }
}

/// Axes are an input.
const fn by_input(name: &'static str, since: i64, definition: &'static str) -> Operator {
    Operator {
        name,
        since,
        inputs: DATA_AND_AXES,
        attributes: KEEPING,
        meaning: Meaning::Value(definition),
        ..Operator::NEW
    }
}

/// Positions of extremes.
const fn position(name: &'static str, definition: &'static str) -> Operator {
    Operator {
        name,
        inputs: DATA,
        outputs: INTEGERS,
        attributes: POSITION,
        meaning: Meaning::Value(definition),
        ..Operator::NEW
    }
}

const SUM: &str = "reduced[Total, data]";
// Runtimes cut off what is no integer.
const MEAN: &str = "whole[reduced[Mean, data]]";
// Of no truth values the maximum is the least one.
const MAX: &str = "If[T === \"Boolean\", ArrayThread[Max[#, 0] &, {reduced[Max, data]}], reduced[Max, data]]";
const MIN: &str = "If[T === \"Boolean\", ArrayThread[Min[#, 1] &, {reduced[Min, data]}], reduced[Min, data]]";
const PRODUCT: &str = "reduced[Times, data]";
const L1: &str = "reduced[Total, RealAbs[data]]";
const L2: &str = "whole[Sqrt[reduced[Total, data^2]]]";
const LOG_SUM: &str = "whole[Log[reduced[Total, data]]]";
const LOG_SUM_EXP: &str = "whole[reducedLogSumExp[data]]";
const SUM_SQUARE: &str = "reduced[Total, data^2]";

/// Running sums and products.
const fn running(name: &'static str, definition: &'static str) -> Operator {
    Operator {
        name,
        inputs: RUNNING,
        outputs: SAME,
        attributes: RUNNING_OPTIONS,
        meaning: Meaning::Value(definition),
        ..Operator::NEW
    }
}

const RUNNING: &[Input] = &[input("x"), known("axis")];

pub(super) const OPERATORS: &[Operator] = &[
    by_attribute("ReduceSum", SUM),
    by_input("ReduceSum", 13, SUM),
    by_attribute("ReduceMean", MEAN),
    by_input("ReduceMean", 18, MEAN),
    by_attribute("ReduceMax", MAX),
    by_input("ReduceMax", 18, MAX),
    by_attribute("ReduceMin", MIN),
    by_input("ReduceMin", 18, MIN),
    by_attribute("ReduceProd", PRODUCT),
    by_input("ReduceProd", 18, PRODUCT),
    by_attribute("ReduceL1", L1),
    by_input("ReduceL1", 18, L1),
    by_attribute("ReduceL2", L2),
    by_input("ReduceL2", 18, L2),
    by_attribute("ReduceLogSum", LOG_SUM),
    by_input("ReduceLogSum", 18, LOG_SUM),
    by_attribute("ReduceLogSumExp", LOG_SUM_EXP),
    by_input("ReduceLogSumExp", 18, LOG_SUM_EXP),
    by_attribute("ReduceSumSquare", SUM_SQUARE),
    by_input("ReduceSumSquare", 18, SUM_SQUARE),
    position("ArgMax", "positionOf[data]"),
    position("ArgMin", "positionOf[-data]"),
    running("CumSum", "running[Plus, 0]"),
    running("CumProd", "running[Times, 1]"),
    Operator {
        name: "TopK",
        inputs: &[input("X")],
        outputs: TOP,
        attributes: &[("axis", "-1"), ("k", "")],
        meaning: Meaning::Value("greatest[k, 1]"),
        ..Operator::NEW
    },
    Operator {
        name: "TopK",
        since: 10,
        inputs: &[input("X"), known("K")],
        outputs: TOP,
        attributes: &[("axis", "-1"), ("largest", "1"), ("sorted", "1")],
        meaning: Meaning::Value("greatest[scalar[K], largest]"),
        ..Operator::NEW
    },
];

const TOP: &[Output] =
    &[output("Values", ElementOf::Input(0)), output("Indices", ElementOf::Is(super::Element::INT64))];

/// Functions of these definitions; each may mention those before it and the general ones.
pub(super) const HELPERS: &[(&str, &str)] = &[
    ("whole", "Function[{array}, If[T === \"Integer\", ArrayThread[IntegerPart, {array}], array]]"),
    // The axes are an attribute or an input of the operator; none means all, or nothing.
    (
        "reduced",
        "Function[{function, array}, With[{rank = ArrayDepth[array]}, \
         With[{at = Which[axes =!= None && Length[axes] > 0, Sort[levels[axes, rank]], noopWithEmptyAxes == 1, {}, True, Range[rank]]}, \
         If[at === {}, array, kept[If[function === Mean && MemberQ[Dimensions[array][[at]], 0], \
         ConstantArray[Indeterminate, Delete[Dimensions[array], Map[List, at]]], ArrayReduce[function, array, at]], Dimensions[array], at, keepdims]]]]]",
    ),
    (
        "reducedLogSumExp",
        "Function[{array}, With[{rank = ArrayDepth[array]}, \
         With[{at = Which[axes =!= None && Length[axes] > 0, Sort[levels[axes, rank]], noopWithEmptyAxes == 1, {}, True, Range[rank]]}, \
         If[at === {}, array, kept[ArrayLogSumExp[array, at], Dimensions[array], at, keepdims]]]]]",
    ),
    (
        "positionOf",
        "Function[{array}, With[{at = level[axis, ArrayDepth[array]], dims = Dimensions[array]}, \
         kept[If[selectLastIndex == 1, dims[[at]] - ArrayReduce[ArgMax, Reverse[array, at], at], ArrayReduce[ArgMax, array, at] - 1], \
         dims, {at}, keepdims]]]",
    ),
    // Along the first level, from the other end if the operator says so, and without the element itself.
    (
        "running",
        "Function[{function, start}, With[{at = level[scalar[axis], ArrayDepth[x]]}, \
         With[{rows = If[reverse == 1, Reverse[toFront[x, at]], toFront[x, at]]}, \
         With[{all = FoldList[function, First[rows], Rest[rows]]}, \
         With[{result = If[exclusive == 1, ArrayPad[all, Prepend[ConstantArray[{0, 0}, ArrayDepth[all] - 1], {1, -1}], start], all]}, \
         fromFront[If[reverse == 1, Reverse[result], result], at]]]]]]",
    ),
    (
        "greatest",
        "Function[{count, descending}, With[{at = level[axis, ArrayDepth[X]]}, \
         With[{order = ArrayOrdering[If[descending == 1, -X, X], count, at]}, {elementsAt[X, order - 1, at], order - 1}]]]",
    ),
];
