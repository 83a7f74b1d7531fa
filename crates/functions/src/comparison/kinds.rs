//! Tests for kinds of numbers: `IntegerQ`, `EvenQ`, `NumberQ`, `NumericQ` and their like.

use netform_eval::{Eval, Function, ResultType, Session, ShapeRule};
use netform_expr::{Attributes, Expr, Number, Sym};

use super::decide::is_real_valued;
use crate::numbers::is_numeric;

const KIND: Function = Function { arguments: Some((1, 1)), shape: ShapeRule::Scalar, ..Function::NEW };

fn answer(value: bool) -> Eval {
    Ok(Some(Expr::boolean(value)))
}

fn of_number(call: &Expr, test: fn(&Number) -> bool) -> Eval {
    answer(call.arg(0).as_number().as_ref().is_some_and(test))
}

/// Whether something is an explicit integer.
pub(super) const INTEGER_Q: Function = Function {
    name: "IntegerQ",
    usage: "IntegerQ[x] gives True if x is an explicit integer, and False otherwise.",
    evaluate: Some(|_, call| of_number(call, Number::is_integer)),
    examples: &[("IntegerQ[4]", "True"), ("IntegerQ[4.]", "False"), ("IntegerQ[x]", "False")],
    ..KIND
};

/// Whether the value of something is a truth value.
pub(super) const PROGRAM_TRUTH_Q: Function = Function {
    name: "Program`TruthQ",
    usage: "Program`TruthQ[e] gives True if the value of e is True or False, or will be: a comparison, a connection of them, a \
            choice between them.",
    evaluate: Some(|session, call| {
        let mut waiting = vec![call.arg(0)];
        while let Some(e) = waiting.pop() {
            let args = e.args();
            match (e.head_sym(), args.as_ref()) {
                (Some(Sym::If), [_, values @ ..]) => waiting.extend(values.iter().cloned()),
                (Some(Sym::Which), clauses) => waiting.extend(clauses.iter().skip(1).step_by(2).cloned()),
                (Some(Sym::Piecewise), [cases, otherwise]) => {
                    waiting.push(otherwise.clone());
                    waiting.extend(cases.args().iter().map(|case| case.arg(0)));
                }
                _ if e.is_true() || e.is(Sym::False) => {}
                _ if session.function_of(e.head()).is_some_and(|f| f.result == ResultType::Truth) => {}
                _ => return answer(false),
            }
        }
        answer(true)
    }),
    examples: &[
        ("Program`TruthQ[x > 0 && y > 0]", "True"),
        ("Program`TruthQ[If[a, x < 1, False]]", "True"),
        ("Program`TruthQ[x]", "False"),
    ],
    ..KIND
};

/// Whether something is an even integer.
pub(super) const EVEN_Q: Function = Function {
    name: "EvenQ",
    usage: "EvenQ[n] gives True if n is an even integer, and False otherwise.",
    attributes: Attributes::LISTABLE,
    evaluate: Some(|_, call| of_number(call, Number::is_even)),
    examples: &[("EvenQ[{1, 2, 3}]", "{False, True, False}"), ("EvenQ[x]", "False")],
    ..KIND
};

/// Whether something is an odd integer.
pub(super) const ODD_Q: Function = Function {
    name: "OddQ",
    usage: "OddQ[n] gives True if n is an odd integer, and False otherwise.",
    attributes: Attributes::LISTABLE,
    evaluate: Some(|_, call| of_number(call, Number::is_odd)),
    examples: &[("OddQ[7]", "True"), ("OddQ[2.]", "False")],
    ..KIND
};

/// Whether something is a number.
pub(super) const NUMBER_Q: Function = Function {
    name: "NumberQ",
    usage: "NumberQ[x] gives True if x is an explicit number, and False otherwise.",
    evaluate: Some(|_, call| answer(call.arg(0).is_number())),
    examples: &[("NumberQ[2.5]", "True"), ("NumberQ[1 + I]", "True"), ("NumberQ[Pi]", "False")],
    ..KIND
};

/// Whether something has a numerical value.
pub(super) const NUMERIC_Q: Function = Function {
    name: "NumericQ",
    usage: "NumericQ[x] gives True if x is a number, a mathematical constant, or a numeric function of such, and False \
            otherwise.",
    evaluate: Some(|session, call| {
        let x = call.arg(0);
        answer(is_numeric(session, &x))
    }),
    examples: &[("NumericQ[Sin[2 + Pi]]", "True"), ("NumericQ[x + 1]", "False")],
    ..KIND
};

/// Whether something is an exact number.
pub(super) const EXACT_NUMBER_Q: Function = Function {
    name: "ExactNumberQ",
    usage: "ExactNumberQ[x] gives True if x is a number without inexact parts, and False otherwise.",
    evaluate: Some(|_, call| of_number(call, Number::is_exact)),
    examples: &[("ExactNumberQ[1/2]", "True"), ("ExactNumberQ[0.5]", "False")],
    ..KIND
};

/// Whether something is an inexact number.
pub(super) const INEXACT_NUMBER_Q: Function = Function {
    name: "InexactNumberQ",
    usage: "InexactNumberQ[x] gives True if x is a number with inexact parts, and False otherwise.",
    evaluate: Some(|_, call| of_number(call, |number| !number.is_exact())),
    examples: &[("InexactNumberQ[0.5]", "True"), ("InexactNumberQ[1]", "False")],
    ..KIND
};

/// Whether something is a machine number.
pub(super) const MACHINE_NUMBER_Q: Function = Function {
    name: "MachineNumberQ",
    usage: "MachineNumberQ[x] gives True if x is a number of machine precision, and False otherwise.",
    evaluate: Some(|_, call| of_number(call, Number::is_machine)),
    examples: &[("MachineNumberQ[0.5]", "True"), ("MachineNumberQ[1/2]", "False")],
    ..KIND
};

/// Whether something is a real number.
pub(super) const REAL_VALUED_NUMBER_Q: Function = Function {
    name: "RealValuedNumberQ",
    usage: "RealValuedNumberQ[x] gives True if x is an explicit number that is not complex, and False otherwise.",
    evaluate: Some(|_, call| of_number(call, Number::is_real)),
    examples: &[("RealValuedNumberQ[1/2]", "True"), ("RealValuedNumberQ[I]", "False")],
    ..KIND
};

/// Whether something has a real numerical value.
pub(super) const REAL_VALUED_NUMERIC_Q: Function = Function {
    name: "RealValuedNumericQ",
    usage: "RealValuedNumericQ[x] gives True if x has a numerical value that is real, and False otherwise.",
    evaluate: Some(real_valued_numeric_q),
    examples: &[("RealValuedNumericQ[Pi]", "True"), ("RealValuedNumericQ[Sqrt[-2]]", "False")],
    ..KIND
};

fn real_valued_numeric_q(session: &mut Session, call: &Expr) -> Eval {
    let real = is_real_valued(session, &call.arg(0))?;
    answer(real)
}
