//! Finished constructs to expressions.

use netform_expr::{Expr, Sym};

use super::frame::{Chain, Frame, Group};
use super::operand::{Operand, Value};
use crate::Span;
use crate::operator::{Bracket, Meaning, OperatorId};

/// The expression of a construct whose last operand is complete; the construct itself if it still
/// lacks a part.
pub(super) fn frame(frame: Frame, operand: Operand) -> Result<Operand, Box<Frame>> {
    let end = operand.span;
    Ok(match frame {
        Frame::Group(_) => return Err(Box::new(frame)),
        Frame::Prefix { operator, span } => Operand { value: prefix(operator, operand.value), span: span.to(end) },
        Frame::Chain(chain) => self::chain(chain, operand),
        Frame::Span(parts) => span_of(parts, operand),
        Frame::SpanProduct(factors) => {
            let span = factors[0].span.to(end);
            let factors = factors.into_iter().chain([operand]).map(Operand::into_expr);
            Operand::plain(Expr::call(Sym::Times, factors), span)
        }
        Frame::Colon { left, is_pattern } => {
            let head = if is_pattern { Sym::Pattern } else { Sym::Optional };
            let span = left.span.to(end);
            Operand::plain(Expr::call(head, [left.into_expr(), operand.into_expr()]), span)
        }
        Frame::InfixApplication(mut infix) => {
            let Some(function) = infix.function.take() else {
                return Err(Box::new(Frame::InfixApplication(infix)));
            };
            let span = infix.left.span.to(end);
            let call = Expr::normal(function.into_expr(), [infix.left.into_expr(), operand.into_expr()]);
            Operand::plain(call, span)
        }
        Frame::Tag(mut tag) => {
            let Some((operator, left)) = tag.assignment.take() else {
                return Err(Box::new(Frame::Tag(tag)));
            };
            let head = if operator.get().head == "Set" { Sym::TagSet } else { Sym::TagSetDelayed };
            let span = tag.tag.span.to(end);
            let parts = [tag.tag, left, operand].map(Operand::into_expr);
            Operand::plain(Expr::call(head, parts), span)
        }
    })
}

fn prefix(operator: OperatorId, operand: Value) -> Value {
    match operator.get().meaning {
        Meaning::Negation => negated(operand),
        Meaning::Sum => Value::Positive(operand.into_expr()),
        Meaning::Integral => integral(operator, operand),
        Meaning::DoubleNot => {
            let inner = Expr::normal(operator.head(), [operand.into_expr()]);
            Value::Plain(Expr::normal(operator.head(), [inner]))
        }
        _ => Value::Plain(Expr::normal(operator.head(), [operand.into_expr()])),
    }
}

/// `∫ f ⅆx`: the integrand ends at the differential, and what follows multiplies the integral, so that
/// the second differential in `∫ ∫ f ⅆx ⅆy` is the outer integral's.
fn integral(operator: OperatorId, operand: Value) -> Value {
    let mut integrand = factors(operand);
    let is_differential = |e: &Expr| e.len() == 1 && e.has_head(Sym::DifferentialD);
    let product = |mut factors: Vec<Expr>| match factors.len() {
        0 => Expr::integer(1),
        1 => factors.remove(0),
        _ => Expr::call(Sym::Times, factors),
    };
    let Some(place) = integrand.iter().position(is_differential) else {
        return Value::Plain(Expr::normal(operator.head(), [product(integrand)]));
    };
    let outside = integrand.split_off(place + 1);
    let variable = integrand.pop().map(|differential| differential.arg(0));
    let integral = Expr::call(Sym::Integrate, [product(integrand)].into_iter().chain(variable));
    match outside.is_empty() {
        true => Value::Plain(integral),
        false => Value::Product([integral].into_iter().chain(outside).collect()),
    }
}

/// `-a`: a literal takes up the sign, also at the front of a product.
fn negated(operand: Value) -> Value {
    match operand {
        Value::Number(number) => match negative(&number) {
            Some(negative) => Value::Number(negative),
            None => Value::Product([Expr::integer(-1), number].into()),
        },
        Value::Product(mut factors) => {
            match negative(&factors[0]) {
                Some(negative) => factors[0] = negative,
                None => factors.push_front(Expr::integer(-1)),
            }
            Value::Product(factors)
        }
        other => Value::Product([Expr::integer(-1), other.into_expr()].into()),
    }
}

/// The negative of a literal that has no sign yet.
fn negative(e: &Expr) -> Option<Expr> {
    match e.as_number()? {
        number if number.is_real() && !number.is_negative() => Some(Expr::number(number.neg())),
        _ => None,
    }
}

fn chain(chain: Chain, last: Operand) -> Operand {
    let span = chain.operands[0].span.to(last.span);
    let operator = chain.operator();
    let Chain { mut operands, operators } = chain;
    operands.push(last);
    let value = match operator.get().meaning {
        Meaning::Sum | Meaning::Difference => Value::Plain(Expr::call(Sym::Plus, terms(operands, &operators))),
        Meaning::Product => Value::Product(operands.into_iter().flat_map(|o| factors(o.value)).collect()),
        Meaning::Quotient => quotient(operands),
        Meaning::Comparison => Value::Plain(comparison(operands, &operators)),
        Meaning::Application => application(operands.into_iter()),
        Meaning::PostfixApplication => application(operands.into_iter().rev()),
        _ => Value::Plain(Expr::normal(operator.head(), operands.into_iter().map(Operand::into_expr))),
    };
    Operand { value, span }
}

fn terms(operands: Vec<Operand>, operators: &[OperatorId]) -> Vec<Expr> {
    let signs = std::iter::once(false).chain(operators.iter().map(|o| o.get().meaning == Meaning::Difference));
    operands
        .into_iter()
        .zip(signs)
        .map(|(operand, is_subtracted)| match operand.value {
            value if is_subtracted => negated(value).into_expr(),
            Value::Positive(e) => e,
            value => value.into_expr(),
        })
        .collect()
}

/// The factors that a product around the operand takes up.
fn factors(value: Value) -> Vec<Expr> {
    match value {
        Value::Product(factors) => factors.into(),
        other => vec![other.into_expr()],
    }
}

fn quotient(operands: Vec<Operand>) -> Value {
    let mut operands = operands.into_iter().map(|o| o.value);
    let mut all = operands.next().map(factors).unwrap_or_default();
    all.extend(operands.map(|divisor| Expr::call(Sym::Power, [divisor.into_expr(), Expr::integer(-1)])));
    Value::Product(all.into())
}

/// One operator throughout makes one call; several make an `Inequality`.
fn comparison(operands: Vec<Operand>, operators: &[OperatorId]) -> Expr {
    if operators.windows(2).all(|pair| pair[0] == pair[1]) {
        return Expr::normal(operators[0].head(), operands.into_iter().map(Operand::into_expr));
    }
    let mut parts = Vec::with_capacity(2 * operands.len());
    for (i, operand) in operands.into_iter().enumerate() {
        if i > 0 {
            parts.push(operators[i - 1].head());
        }
        parts.push(operand.into_expr());
    }
    Expr::call(Sym::Inequality, parts)
}

fn application(mut operands: impl Iterator<Item = Operand>) -> Value {
    let function = operands.next().map(Operand::into_expr).unwrap_or_else(|| Sym::Null.into());
    Value::Plain(Expr::normal(function, operands.map(Operand::into_expr)))
}

/// `a;;b` and `a;;b;;c`; what is missing is the last position, and a missing step begins another
/// span.
fn span_of(mut parts: Vec<Operand>, last: Operand) -> Operand {
    let span = parts[0].span.to(last.span);
    let or_all = |operand: Operand| match operand.value {
        Value::Missing => Sym::All.into(),
        value => value.into_expr(),
    };
    if parts.len() == 2 && matches!(last.value, Value::Missing) {
        let first = Expr::call(Sym::Span, parts.into_iter().map(or_all));
        let second = Expr::call(Sym::Span, [Expr::integer(1), Sym::All.into()]);
        return Operand::plain(Expr::call(Sym::Times, [first, second]), span);
    }
    parts.push(last);
    Operand::plain(Expr::call(Sym::Span, parts.into_iter().map(or_all)), span)
}

/// The expression of a closed bracket.
pub(super) fn group(group: Group, end: u32) -> Operand {
    let Group { bracket, open, head, items } = group;
    let span = Span::new(head.as_ref().map_or(open, |head| head.span).start, end);
    let value = match bracket {
        Bracket::Parenthesis => {
            // Parentheses keep a sign outside from what is inside, but a literal is a literal.
            return match items.into_iter().next() {
                Some(number) if number.is_number() => Operand { value: Value::Number(number), span },
                Some(inside) => Operand::plain(inside, span),
                None => Operand { value: Value::Missing, span },
            };
        }
        Bracket::Call => call(head, items),
        Bracket::Part => Expr::call(Sym::Part, head.map(Operand::into_expr).into_iter().chain(items)),
        Bracket::List => Expr::list(items),
        Bracket::Association => Expr::call(Sym::Association, items),
        Bracket::Special(_) => {
            let name = bracket.special_head().unwrap_or("Sequence");
            Expr::normal(Expr::symbol(&format!("System`{name}")), items)
        }
    };
    Operand::plain(value, span)
}

/// A call. `Rational[1, 2]` and `Complex[0, 1]` with literal arguments are literals themselves:
/// the full form of those numbers.
fn call(head: Option<Operand>, items: Vec<Expr>) -> Expr {
    let is_name = matches!(head, Some(Operand { value: Value::Name(_), .. }));
    let head = head.map(Operand::into_expr).unwrap_or_else(|| Sym::Null.into());
    if is_name && let Some(number) = crate::print::number_of_call(&head, &items) {
        return Expr::number(number);
    }
    Expr::normal(head, items)
}
