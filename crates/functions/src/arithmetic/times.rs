//! `Times`: products with numbers multiplied and equal bases collected into powers.

use netform_eval::{
    ArrayPositions, Derivative, Eval, Flow, Form, Function, Intervals, Law, Lowering, RealCode, ResultType, Session,
    ShapeRule, product_toward,
};
use netform_expr::number::Surd;
use netform_expr::{Attributes, Expr, Kind, Number, Sym};
use netform_kernels::Code;

use super::flat::{self, Flat, Leading};
use super::inexact;
use super::infinity::{InfinityClass, infinity_class};
use crate::intervals;

pub(super) const TIMES: Function = Function {
    name: "Times",
    usage: "x y, x*y or x y ... is the product of its factors. Numbers are multiplied, powers of \
            equal bases collected, lists multiplied element by element.",
    attributes: Attributes::FLAT
        .with(Attributes::LISTABLE)
        .with(Attributes::NUMERIC_FUNCTION)
        .with(Attributes::ONE_IDENTITY)
        .with(Attributes::ORDERLESS),
    evaluate: Some(evaluate),
    arrays: ArrayPositions::None,
    shape: ShapeRule::Elementwise,
    derivative: Derivative::Rule(others),
    intervals: Intervals::directed(Law::Product, product_toward),
    real: Some(RealCode::Variadic(|values| values.iter().product())),
    instruction: Some(Code::Multiply),
    result: ResultType::Widest,
    lowering: Lowering::Map,
    forms: &[(Form::C, "*")],
    examples: &[
        ("2 3 x x", "6 x^2"),
        ("{a, b} c", "{a c, b c}"),
        ("0 x", "0"),
        ("0. x", "0."),
        ("1.5 Pi", "4.71239"),
        ("Sqrt[2] Sqrt[6]", "2 Sqrt[3]"),
        ("{2 2^x, 2^x/4, 6 2^x}", "{2^(1 + x), 2^(-2 + x), 3 2^(1 + x)}"),
        ("0 VectorSymbol[\"v\", 2]", "SymbolicZerosArray[{2}]"),
        ("SymbolicZerosArray[{2}] VectorSymbol[\"v\", 2]", "SymbolicZerosArray[{2}]"),
        ("{1., 2.} SymbolicZerosArray[{2}]", "SymbolicZerosArray[{2}]"),
        ("{0, 0} VectorSymbol[\"v\", 2]", "SymbolicZerosArray[{2}]"),
        ("2 {1, 2} {a, b} VectorSymbol[\"v\", 2]", "v {2 a, 4 b}"),
    ],
    ..Function::NEW
};

/// The product of all factors but one.
fn others(session: &mut Session, call: &Expr, position: usize) -> Eval {
    let rest =
        call.args().iter().enumerate().filter(|(i, _)| i + 1 != position).map(|(_, e)| e.clone()).collect::<Vec<_>>();
    product(session, rest).map(Some)
}

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    if let Kind::Normal(_, args) = call.kind()
        && is_collected(args)
    {
        return Ok(None);
    }
    if let Some(inexact) = inexact::spread(session, call)? {
        return Ok(Some(inexact));
    }
    collect(session, &call.args()).map(|product| product.filter(|product| product != call))
}

/// The product of factors that are in normal form, in normal form itself. Nested products are
/// flattened.
///
/// # Errors
/// Where a definition of the user is left by a [`Flow`].
pub(crate) fn product(session: &mut Session, factors: impl IntoIterator<Item = Expr>) -> Result<Expr, Flow> {
    let times = Flat { head: Sym::Times, collect, is_collected, joined: |a, b| a.mul(b).ok() };
    flat::form(session, times, factors)
}

/// Whether it is seen at once that [`collect`] has nothing to do: there is a coefficient that stays, and no power of a number,
/// and no two factors are powers of one base.
fn is_collected(factors: &[Expr]) -> bool {
    let Some((number, rest)) = flat::leading_number(factors) else { return false };
    let stays = match number {
        None => rest.len() > 1,
        Some(Leading::Integer(0 | 1)) => false,
        Some(Leading::Real(value)) => value != 0.0 && !rest.is_empty(),
        // Minus a sum is the sum of its terms with the other sign.
        Some(Leading::Integer(-1)) => rest.len() > 1 || rest.len() == 1 && !rest[0].has_head(Sym::Plus),
        Some(Leading::Integer(_) | Leading::Fraction) => !rest.is_empty(),
    };
    stays
        && !rest.iter().any(|factor| base_of(factor).is_number())
        && rest.windows(2).all(|pair| base_of(&pair[0]) != base_of(&pair[1]))
}

/// The base of a power; other factors are their own.
fn base_of(e: &Expr) -> &Expr {
    match e.kind() {
        Kind::Normal(_, [base, _]) if e.head_sym() == Some(Sym::Power) => base,
        _ => e,
    }
}

/// Base and exponent of a factor.
fn power_of(e: &Expr) -> (Expr, Expr) {
    if e.has_head(Sym::Power) && e.len() == 2 { (e.arg(0), e.arg(1)) } else { (e.clone(), Expr::integer(1)) }
}

/// Multiplies numbers and collects powers of sorted factors; `None` if there is nothing to do.
///
/// Factors are sorted by their bases, so powers of one base are neighbours.
fn collect(session: &mut Session, factors: &[Expr]) -> Eval {
    match factors {
        [] => return Ok(Some(Expr::integer(1))),
        [single] => return Ok(Some(single.clone())),
        _ => {}
    }
    let mut coefficient = Number::ONE;
    let mut numbers = 0;
    for factor in factors {
        let Some(number) = factor.as_number() else { break };
        coefficient = match coefficient.mul(&number) {
            Ok(product) => product,
            Err(exception) => return Ok(Some(super::power::exception_value(session, exception, factors))),
        };
        numbers += 1;
    }
    if let Some(combined) = intervals::combined(session, Sym::Times, factors)? {
        return product(session, combined).map(Some);
    }
    let rest = &factors[numbers..];
    if let Some(value) = absorb_infinities(session, &coefficient, numbers > 0, rest) {
        return Ok(value);
    }
    if rest.iter().any(|factor| factor.has_head(Sym::SymbolicZerosArray)) {
        let whole = Expr::call(Sym::Times, rest.iter().cloned());
        let shape = session.shape_of(&whole)?;
        if shape.is_array() {
            return Ok(Some(Session::zeros(&shape)).filter(|_| factors.len() > 1));
        }
    }
    if rest.iter().any(|factor| !factor.is_list())
        && let Some(zero) = rest.iter().find_map(zero_of_list)
    {
        return multiply_by_zero(session, zero, rest, numbers);
    }
    if coefficient.is_zero() && !rest.is_empty() {
        return multiply_by_zero(session, coefficient, rest, numbers);
    }
    let mut changed = numbers > 1 || (numbers == 1 && coefficient.is_exact_one());
    let mut collected: Vec<Expr> = Vec::with_capacity(rest.len());
    let mut again = false;
    let mut i = 0;
    while i < rest.len() {
        let base = base_of(&rest[i]);
        let run =
            rest[i + 1..].iter().take_while(|e| base_of(e) == base && !e.is_list() && !e.may_hold_interval()).count();
        if run == 0 {
            collected.push(rest[i].clone());
        } else {
            changed = true;
            let exponents = rest[i..=i + run].iter().map(|e| power_of(e).1);
            let exponent = super::sum(session, exponents)?;
            let factor = super::power(session, base.clone(), exponent)?;
            again |= factor.is_number() || factor.has_head(Sym::Times) || factor.is_list();
            collected.push(factor);
        }
        i += run + 1;
    }
    if let Some(combined) = combine_radicals(&mut coefficient, &mut collected) {
        changed = true;
        again |= combined;
    }
    changed |= absorb_coefficient(session, &mut coefficient, &mut collected)?;
    if again {
        // A power became a number or a product of its own: its factors join the others.
        let number = (!coefficient.is_exact_one()).then(|| Expr::number(coefficient));
        return product(session, number.into_iter().chain(collected)).map(Some);
    }
    if coefficient == Number::MINUS_ONE && collected.len() == 1 && collected[0].has_head(Sym::Plus) {
        let mut terms = Vec::with_capacity(collected[0].len());
        for term in collected[0].args().iter() {
            terms.push(product(session, [Expr::integer(-1), term.clone()])?);
        }
        return super::sum(session, terms).map(Some);
    }
    if let Some(factors) = merge_lists(session, &coefficient, &collected)? {
        return product(session, factors).map(Some);
    }
    drop_ones(session, &mut collected, &mut changed)?;
    if !changed {
        return Ok(None);
    }
    let mut parts = collected;
    session.order().sort(&mut parts);
    if !coefficient.is_exact_one() || parts.is_empty() {
        parts.insert(0, Expr::number(coefficient));
    }
    Ok(Some(if parts.len() == 1 { parts.swap_remove(0) } else { super::flat::settled(session, Sym::Times, parts)? }))
}

/// Zero times anything keeps the shape: an exact zero gives an exact zero array, a machine zero one
/// of machine zeros.
fn multiply_by_zero(session: &mut Session, zero: Number, rest: &[Expr], numbers: usize) -> Eval {
    let exact = zero.is_exact_zero();
    let shape = if rest.iter().any(|e| e.may_hold_array_symbol() || e.is_list()) {
        let whole = if rest.len() == 1 { rest[0].clone() } else { Expr::call(Sym::Times, rest.iter().cloned()) };
        Some(session.shape_of(&whole)?).filter(netform_eval::Shape::is_array)
    } else {
        None
    };
    let Some(shape) = shape else { return Ok(Some(Expr::number(zero))) };
    if exact {
        return Ok(Some(Session::zeros(&shape)));
    }
    let sizes: Option<Vec<usize>> = shape.dimensions().and_then(|d| d.iter().map(Expr::as_usize).collect());
    match sizes {
        Some(sizes) => Ok(Some(filled(&Expr::number(zero), &sizes))),
        None if rest.len() == 1 && rest[0].has_head(Sym::SymbolicOnesArray) && numbers == 1 => Ok(None),
        None => Ok(Some(Expr::call(Sym::Times, [Expr::number(zero), Session::ones(&shape)]))),
    }
}

/// The zero, exact or not, that all elements of a list are.
fn zero_of_list(list: &Expr) -> Option<Number> {
    let mut zero: Option<Number> = None;
    let mut waiting: Vec<Expr> = list.is_list().then(|| list.clone()).into_iter().collect();
    while let Some(e) = waiting.pop() {
        let found = match e.as_array() {
            Some(array) if array.as_i64().is_some_and(|values| values.iter().all(|&value| value == 0)) => Number::ZERO,
            Some(array) if array.as_f64().is_some_and(|values| values.iter().all(|&value| value == 0.0)) => {
                Number::Real(0.0)
            }
            Some(_) => return None,
            None if e.is_list() => {
                waiting.extend(e.args().iter().cloned());
                continue;
            }
            None => e.as_number().filter(Number::is_zero)?,
        };
        if zero.get_or_insert_with(|| found.clone()).is_exact() != found.is_exact() {
            return None;
        }
    }
    zero
}

fn filled(element: &Expr, sizes: &[usize]) -> Expr {
    sizes.iter().rev().fold(element.clone(), |inner, &size| Expr::list(std::iter::repeat_n(inner, size)))
}

/// Brings products of rational powers of rationals into one form: `Sqrt[2] Sqrt[6]` is `2 Sqrt[3]`,
/// `Sqrt[2]/2` is `1/Sqrt[2]`. `None` if nothing changes, else whether the product must be formed
/// anew.
fn combine_radicals(coefficient: &mut Number, factors: &mut Vec<Expr>) -> Option<bool> {
    let radical = |e: &Expr| {
        if !e.has_head(Sym::Power) {
            return None;
        }
        let (base, exponent) = power_of(e);
        match (base.as_number(), exponent.as_number()) {
            (Some(base @ (Number::Integer(_) | Number::Rational(_))), Some(exponent @ Number::Rational(_))) => {
                Some((base, exponent))
            }
            _ => None,
        }
    };
    let radicals: Vec<(Number, Number)> = factors.iter().filter_map(radical).collect();
    if radicals.is_empty() || !coefficient.is_exact() || !coefficient.is_real() {
        return None;
    }
    let surd = Surd::of_product(coefficient, &radicals)?;
    if surd.coefficient == *coefficient
        && surd.radicals.len() == radicals.len()
        && radicals.iter().all(|r| surd.radicals.contains(r))
    {
        return None;
    }
    factors.retain(|e| radical(e).is_none());
    *coefficient = surd.coefficient;
    for (base, exponent) in surd.radicals {
        factors.push(Expr::call(Sym::Power, [Expr::number(base), Expr::number(exponent)]));
    }
    Some(false)
}

/// Powers of integers take what they can of the numeric factor: `2 2^x` is `2^(1 + x)`, and `2^x/4` is `2^(-2 + x)`.
fn absorb_coefficient(session: &mut Session, coefficient: &mut Number, factors: &mut [Expr]) -> Result<bool, Flow> {
    let (Some(mut above), Some(mut below)) = (coefficient.numerator(), coefficient.denominator()) else {
        return Ok(false);
    };
    let mut changed = false;
    for factor in factors {
        if (above.abs().is_one() && below.is_one()) || !factor.has_head(Sym::Power) {
            continue;
        }
        let (base, exponent) = power_of(factor);
        let Some(Number::Integer(integer)) = base.as_number() else { continue };
        if exponent.is_number() {
            continue;
        }
        let (rest_above, times) = above.remove(&integer);
        let (rest_below, divided) = below.remove(&integer);
        if times + divided > 0 {
            let shift = Number::from(times as i64).sub(&Number::from(divided as i64));
            let exponent = super::sum(session, [Expr::number(shift), exponent])?;
            *factor = super::power(session, base, exponent)?;
            (above, below) = (rest_above, rest_below);
            changed = true;
        }
    }
    if changed {
        *coefficient = Number::rational(&above, &below).unwrap_or(Number::ONE);
    }
    Ok(changed)
}

/// The factors with explicit lists of one length, which stand beside an array that is no list, and the
/// number multiplied; `None` if there is nothing to multiply.
fn merge_lists(session: &mut Session, coefficient: &Number, factors: &[Expr]) -> Result<Option<Vec<Expr>>, Flow> {
    let Some(first) = factors.iter().find(|factor| factor.is_list()) else { return Ok(None) };
    let (mut lists, mut others): (Vec<Expr>, Vec<Expr>) =
        factors.iter().cloned().partition(|factor| factor.is_list() && factor.len() == first.len());
    if !coefficient.is_exact_one() {
        lists.push(Expr::number(coefficient.clone()));
    }
    if lists.len() < 2 || others.is_empty() {
        return Ok(None);
    }
    others.push(session.evaluate_call(Sym::Times, lists)?);
    Ok(Some(others))
}

/// An array of ones is dropped where another factor has the shape.
fn drop_ones(session: &mut Session, factors: &mut Vec<Expr>, changed: &mut bool) -> Result<(), Flow> {
    let Some(place) = factors.iter().position(|e| e.has_head(Sym::SymbolicOnesArray)) else { return Ok(()) };
    let rank = session.shape_of(&factors[place])?.rank();
    for (i, factor) in factors.iter().enumerate() {
        if i != place && session.shape_of(factor)?.rank() >= rank {
            factors.remove(place);
            *changed = true;
            return Ok(());
        }
    }
    Ok(())
}

/// The product where a factor is infinite or indeterminate; `Some(None)` if it stays.
fn absorb_infinities(
    session: &mut Session,
    coefficient: &Number,
    has_number: bool,
    rest: &[Expr],
) -> Option<Option<Expr>> {
    let mut infinite: Vec<&Expr> = Vec::new();
    for factor in rest {
        match infinity_class(factor) {
            Some(InfinityClass::Indeterminate) => return Some(Some(Sym::Indeterminate.into())),
            Some(InfinityClass::Directed) => infinite.push(factor),
            None => {}
        }
    }
    let first = *infinite.first()?;
    if coefficient.is_zero() {
        let call = Expr::call(Sym::Times, [Expr::number(coefficient.clone())].into_iter().chain(rest.iter().cloned()));
        session.message(Sym::Infinity, "indet", &[call]);
        return Some(Some(Sym::Indeterminate.into()));
    }
    let undirected = infinite.iter().any(|e| e.is_empty());
    let finite: Vec<Expr> = rest.iter().filter(|e| infinity_class(e).is_none()).cloned().collect();
    // Whatever number the other factors are, but zero.
    if undirected && !finite.iter().any(Expr::may_hold_array_symbol) {
        return Some(Some(Expr::call(Sym::DirectedInfinity, [])));
    }
    if finite.is_empty() {
        let directions = infinite.iter().map(|e| e.arg(0));
        let direction = Expr::call(Sym::Times, [Expr::number(coefficient.clone())].into_iter().chain(directions));
        return Some(Some(Expr::call(Sym::DirectedInfinity, [direction])));
    }
    let sign = coefficient.sign().unwrap_or(1);
    let absorbed = Number::from(i64::from(sign));
    if infinite.len() == 1 && (*coefficient == absorbed) {
        let has_one = has_number && coefficient.is_exact_one();
        return Some(has_one.then(|| Expr::call(Sym::Times, rest.iter().cloned())));
    }
    let direction = Expr::call(Sym::Times, [Expr::number(absorbed)].into_iter().chain(first.args().iter().cloned()));
    let infinity = Expr::call(Sym::DirectedInfinity, [direction]);
    Some(Some(Expr::call(Sym::Times, finite.into_iter().chain([infinity]))))
}
