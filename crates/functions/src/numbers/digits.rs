//! Digits of integers.

use netform_eval::{Eval, Function, Session};
use netform_expr::number::Integer;
use netform_expr::{Attributes, Expr, Number, Sym};

use super::integer_argument;

pub(super) const INTEGER_DIGITS: Function = Function {
    name: "IntegerDigits",
    usage: "IntegerDigits[n] is the list of decimal digits of n; IntegerDigits[n, b] of its digits to base b, \
            IntegerDigits[n, b, len] padded with zeros to this length.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 3)),
    evaluate: Some(integer_digits),
    examples: &[
        ("IntegerDigits[1027]", "{1, 0, 2, 7}"),
        ("IntegerDigits[5, 2, 6]", "{0, 0, 0, 1, 0, 1}"),
        ("IntegerDigits[0]", "{0}"),
    ],
    ..Function::NEW
};

pub(super) const FROM_DIGITS: Function = Function {
    name: "FromDigits",
    usage: "FromDigits[{d1, d2, ...}] is the integer with these decimal digits; FromDigits[list, b] to base b.",
    arguments: Some((1, 2)),
    evaluate: Some(from_digits),
    examples: &[
        ("FromDigits[{1, 0, 2, 7}]", "1027"),
        ("FromDigits[{1, 0, 1}, 2]", "5"),
        ("FromDigits[{a, b}]", "10 a + b"),
    ],
    ..Function::NEW
};

fn integer_digits(session: &mut Session, call: &Expr) -> Eval {
    let Some(n) = integer_argument(session, call, 0) else { return Ok(None) };
    let base = if call.len() > 1 {
        match integer_argument(session, call, 1) {
            Some(base) => base,
            None => return Ok(None),
        }
    } else {
        Integer::from(10)
    };
    let Some(digits) = n.abs().digits(&base) else { return Ok(None) };
    let mut digits: Vec<Expr> = digits.into_iter().map(|d| Expr::number(Number::Integer(d))).collect();
    if digits.is_empty() {
        digits.push(Expr::integer(0));
    }
    if let Some(length) = call.args().get(2).and_then(Expr::as_usize) {
        let cut = digits.len().saturating_sub(length);
        digits.drain(..cut);
        let zeros = length - digits.len();
        digits.splice(0..0, std::iter::repeat_n(Expr::integer(0), zeros));
    }
    Ok(Some(Expr::list(digits)))
}

fn from_digits(session: &mut Session, call: &Expr) -> Eval {
    let list = call.arg(0);
    if !list.is_list() {
        return Ok(None);
    }
    let base = call.args().get(1).cloned().unwrap_or_else(|| Expr::integer(10));
    let integer = |e: &Expr| e.as_number().and_then(|n| n.as_integer().cloned());
    let integers: Option<Vec<Integer>> = list.args().iter().map(integer).collect();
    if let (Some(digits), Some(base)) = (integers, integer(&base)) {
        return Ok(Some(Expr::number(Number::Integer(Integer::from_digits(&digits, &base)))));
    }
    let mut value = Expr::integer(0);
    for digit in list.args().iter() {
        let shifted = Expr::call(Sym::Times, [base.clone(), value]);
        value = session.evaluate_call(Sym::Plus, [shifted, digit.clone()])?;
        value = session.evaluate_call(Sym::Expand, [value])?;
    }
    Ok(Some(value))
}
