//! Dropout in recurrent layers: what their option `"Dropout"` does in training.

use crate::record::is;
use crate::requirement::requires;
use crate::{Equation, Parameter, ParameterType, Relation, Requirement};

/// The option.
pub(super) const DROPOUT: Parameter = Parameter {
    name: "Dropout",
    kind: ParameterType::Matching {
        form: "None | _?NumericQ | \
               {((\"VariationalWeights\" | \"VariationalInput\" | \"VariationalState\" | \"StateUpdate\") -> _) ...}",
        expected: "None, a probability, or a list of rules from \"VariationalWeights\", \"VariationalInput\", \
                   \"VariationalState\" or \"StateUpdate\" to one",
    },
    default: Some("None"),
};

/// The probabilities by method; a probability alone is one for the weights.
pub(super) const RATES: [Relation; 5] = [
    Relation {
        variable: "rates",
        value: "Which[Dropout === None, {}, ListQ[Dropout], Dropout, True, {\"VariationalWeights\" -> Dropout}]",
    },
    Relation { variable: "weightsRate", value: "Replace[\"VariationalWeights\", Append[rates, _ -> 0]]" },
    Relation { variable: "inputRate", value: "Replace[\"VariationalInput\", Append[rates, _ -> 0]]" },
    Relation { variable: "stateRate", value: "Replace[\"VariationalState\", Append[rates, _ -> 0]]" },
    Relation { variable: "updateRate", value: "Replace[\"StateUpdate\", Append[rates, _ -> 0]]" },
];

pub(super) const PROBABILITIES: Requirement = requires(
    "And @@ Map[0 <= Last[#] < 1 &, rates]",
    "the probabilities of \"Dropout\" must be at least 0 and less than 1, but are `Map[Last, rates]`",
    "Give numbers such as 0.1",
);

/// The inputs, of which some elements are zero at all steps.
pub(super) const DROPPED_INPUT: Equation = is(
    "Input",
    "If[inputRate === 0, Input,
        ArrayThread[#1 #2/(1 - inputRate) &,
            {Input, ArrayRandom[BernoulliDistribution[1 - inputRate], {k}, \"InputMask\"]}, {All, {2}}]]",
);

/// State weights, of which some elements are zero, and some columns: those of elements of the state that are zero at
/// all steps.
macro_rules! dropped_weights {
    ($name:literal) => {
        crate::record::is(
            $name,
            concat!(
                "With[{dropped = If[weightsRate === 0, ",
                $name,
                ", ",
                $name,
                " ArrayRandom[BernoulliDistribution[1 - weightsRate], {size, size}, \"",
                $name,
                "Mask\"]/(1 - weightsRate)]},
                If[stateRate === 0, dropped,
                    ArrayThread[#1 #2/(1 - stateRate) &,
                        {dropped, ArrayRandom[BernoulliDistribution[1 - stateRate], {size}, \"StateMask\"]}, {All, {2}}]]]"
            ),
        )
    };
}
pub(super) use dropped_weights;

/// The factors of the updates of the state without dropout.
pub(super) const WHOLE_UPDATE: Equation = is("u", "1");

/// The factors of the updates of the state: some elements are zero, others at each step.
pub(super) const UPDATES: Equation = is(
    "updates",
    "If[updateRate === 0, ConstantArray[1, {t, size}],
        ArrayRandom[BernoulliDistribution[1 - updateRate], {t, size}, \"UpdateMask\"]/(1 - updateRate)]",
);
