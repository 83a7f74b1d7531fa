//! Fractions: numerators, denominators, and fractions near a real number.

use netform_eval::{Eval, Function, Session};
use netform_expr::{Attributes, Expr, Sym, map_bottom_up};

pub(super) const RATIONALIZE: Function = Function {
    name: "Rationalize",
    usage: "Rationalize[x] turns machine numbers in x into the fractions with small denominators that they are close to; \
            Rationalize[x, dx] into the simplest fractions within dx, Rationalize[x, 0] into exact ones.",
    arguments: Some((1, 2)),
    evaluate: Some(rationalize),
    examples: &[("Rationalize[0.75]", "3/4"), ("Rationalize[3.14159, 1/100]", "22/7")],
    ..Function::NEW
};

pub(super) const NUMERATOR: Function = Function {
    name: "Numerator",
    usage: "Numerator[e] is the numerator of e: the factors whose exponents are not negative.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| part(session, &call.arg(0), Part::Numerator)),
    examples: &[("Numerator[3/4]", "3"), ("Numerator[x^2/y]", "x^2")],
    ..Function::NEW
};

pub(super) const DENOMINATOR: Function = Function {
    name: "Denominator",
    usage: "Denominator[e] is the denominator of e: the factors whose exponents are negative, inverted.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| part(session, &call.arg(0), Part::Denominator)),
    examples: &[("Denominator[3/4]", "4"), ("Denominator[x^2/y]", "y"), ("Denominator[x]", "1")],
    ..Function::NEW
};

fn rationalize(session: &mut Session, call: &Expr) -> Eval {
    let tolerance = match call.args().get(1) {
        None => None,
        Some(dx) => match dx.as_number().filter(|n| n.is_real() && !n.is_negative()) {
            Some(tolerance) => Some(tolerance),
            None => return Ok(None),
        },
    };
    let convert = |node: Expr| {
        let Some(number) = node.as_number().filter(|n| !n.is_exact()) else { return node };
        let fraction = match &tolerance {
            None => number.rationalize_if_close(),
            Some(tolerance) if tolerance.is_zero() => number.to_exact(),
            Some(tolerance) => number.rationalize(tolerance),
        };
        fraction.map_or(node, Expr::number)
    };
    let unpacked =
        map_bottom_up(
            &call.arg(0),
            |node| if node.as_array().is_some() { unpack(&node, &convert) } else { convert(node) },
        );
    session.evaluate(&unpacked).map(Some)
}

fn unpack(list: &Expr, convert: &impl Fn(Expr) -> Expr) -> Expr {
    Expr::list(
        list.args()
            .iter()
            .map(|item| if item.is_list() { unpack(item, convert) } else { convert(item.clone()) })
            .collect::<Vec<_>>(),
    )
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Numerator,
    Denominator,
}

fn part(session: &mut Session, e: &Expr, which: Part) -> Eval {
    let factors = if e.has_head(Sym::Times) { e.args().into_owned() } else { vec![e.clone()] };
    let mut chosen = Vec::new();
    for factor in factors {
        if let Some(number) = factor.as_number() {
            let (numerator, denominator) = match (number.numerator(), number.denominator()) {
                (Some(n), Some(d)) => (n, d),
                _ => {
                    if which == Part::Numerator {
                        chosen.push(factor);
                    }
                    continue;
                }
            };
            let integer = if which == Part::Numerator { numerator } else { denominator };
            chosen.push(Expr::number(netform_expr::Number::Integer(integer)));
            continue;
        }
        let inverted = factor.has_head(Sym::Power) && factor.len() == 2 && is_negative(&factor.arg(1));
        match (inverted, which) {
            (false, Part::Numerator) => chosen.push(factor),
            (true, Part::Denominator) => {
                let exponent = Expr::call(Sym::Times, [Expr::integer(-1), factor.arg(1)]);
                chosen.push(Expr::call(Sym::Power, [factor.arg(0), exponent]));
            }
            _ => {}
        }
    }
    session.evaluate_call(Sym::Times, chosen).map(Some)
}

fn is_negative(exponent: &Expr) -> bool {
    let leading = exponent.args_of(Sym::Times).map_or_else(|| exponent.as_number(), |args| args[0].as_number());
    leading.is_some_and(|n| n.is_negative())
}
