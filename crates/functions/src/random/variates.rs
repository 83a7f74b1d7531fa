//! Random numbers by distribution.

use netform_array::{Array, item_count};
use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::number::Integer;
use netform_expr::{Expr, Number, Sym};

use super::distributions::Derived;
use super::generator::{next_below, next_bits, next_real};
use crate::call_options::CallOptions;
use crate::lists::range::is_too_long;

pub(super) const RANDOM_REAL: Function = Function {
    name: "RandomReal",
    usage: "RandomReal[] is a random real number from 0 to 1; RandomReal[max] from 0 to max, RandomReal[{min, max}] from \
            min to max; RandomReal[range, n] a list of n, RandomReal[range, {n1, n2, ...}] an array. The option \
            WorkingPrecision gives the number of digits, MachinePrecision if it is not there.",
    evaluate: Some(random_real),
    options: &[("WorkingPrecision", "MachinePrecision")],
    messages: RANGE,
    examples: &[
        ("SeedRandom[1]; x = RandomReal[{2, 3}]; 2 <= x < 3", "True"),
        ("Dimensions[RandomReal[1, {2, 3}]]", "{2, 3}"),
        ("Precision[RandomReal[WorkingPrecision -> 30]]", "30."),
    ],
    ..Function::NEW
};

pub(super) const RANDOM_INTEGER: Function = Function {
    name: "RandomInteger",
    usage: "RandomInteger[] is 0 or 1 at random; RandomInteger[max] an integer from 0 to max, RandomInteger[{min, max}] \
            from min to max; RandomInteger[range, n] a list of n, RandomInteger[range, {n1, n2, ...}] an array.",
    arguments: Some((0, 2)),
    evaluate: Some(random_integer),
    messages: RANGE,
    examples: &[("MemberQ[{1, 2, 3}, RandomInteger[{1, 3}]]", "True")],
    ..Function::NEW
};

pub(super) const RANDOM_VARIATE: Function = Function {
    name: "RandomVariate",
    usage: "RandomVariate[dist] is a random number of the distribution; RandomVariate[dist, n] a list of n, \
            RandomVariate[dist, {n1, n2, ...}] an array. Distributions are NormalDistribution, UniformDistribution, \
            BernoulliDistribution, BinomialDistribution, NegativeBinomialDistribution, PoissonDistribution, \
            DiscreteUniformDistribution, ExponentialDistribution, GammaDistribution, ErlangDistribution, \
            ChiSquareDistribution, ChiDistribution, MaxwellDistribution, RayleighDistribution, HalfNormalDistribution, \
            WeibullDistribution, NakagamiDistribution, InverseGammaDistribution, LogGammaDistribution and \
            ExpGammaDistribution.",
    arguments: Some((1, 2)),
    evaluate: Some(random_variate),
    messages: &[
        ("udist", "`1` is not a distribution with numeric parameters that random numbers can be drawn from."),
        ("array", "`1` is not a size of an array: a non-negative integer or a list of them is expected."),
    ],
    examples: &[("Length[RandomVariate[NormalDistribution[0, 1], 5]]", "5")],
    ..Function::NEW
};

const RANGE: &[(&str, &str)] = &[
    ("unifr", "`1` is not a range: a number, or a list of a minimum and a maximum, is expected."),
    ("array", "`1` is not a size of an array: a non-negative integer or a list of them is expected."),
    ("precn", "`1` is not a precision: MachinePrecision or a number of digits from 1 to 1000000 is expected."),
];

/// The dimensions that the last argument gives; none for a single number. `None` after a message.
pub(super) fn dimensions(session: &mut Session, call: &Expr, place: usize) -> Result<Option<Vec<usize>>, Flow> {
    let Some(size) = call.args().get(place).cloned() else { return Ok(Some(Vec::new())) };
    let sizes: Option<Vec<usize>> = if size.is_list() {
        size.args().iter().map(Expr::as_usize).collect()
    } else {
        size.as_usize().map(|n| vec![n])
    };
    let Some(sizes) = sizes else {
        session.message_of(call.head(), "array", &[size]);
        return Ok(None);
    };
    Ok((!is_too_long(session, call, item_count(&sizes) as u64)?).then_some(sizes))
}

fn real_of(session: &mut Session, e: &Expr) -> Result<Option<f64>, Flow> {
    Ok(session.evaluate_call(Sym::N, [e.clone()])?.as_number().and_then(|n| n.to_f64()))
}

/// Random numbers from `low` to `high`.
fn uniform_array(session: &mut Session, low: f64, high: f64, sizes: &[usize]) -> Result<Expr, Flow> {
    let draw = |session: &mut Session| {
        let u = next_real(session);
        low * (1.0 - u) + high * u
    };
    array_of(session, draw, sizes).map(|values| reals(sizes, values))
}

fn array_of(session: &mut Session, draw: impl Fn(&mut Session) -> f64, sizes: &[usize]) -> Result<Vec<f64>, Flow> {
    let count = sizes.iter().product();
    let mut values = Vec::with_capacity(count);
    for _ in 0..count {
        session.tick()?;
        values.push(draw(session));
    }
    Ok(values)
}

fn reals(sizes: &[usize], values: Vec<f64>) -> Expr {
    Array::from_f64(sizes, values).map_or_else(|_| Expr::list([]), Expr::array)
}

fn random_variate(session: &mut Session, call: &Expr) -> Eval {
    let derived = Derived::of(session, &call.arg(0))?;
    let law = match &derived {
        Some(derived) => derived.law(session)?,
        None => None,
    };
    let (Some(derived), Some((family, law))) = (derived, law) else {
        session.message(Sym::RandomVariate, "udist", &[call.arg(0)]);
        return Ok(None);
    };
    let Some(sizes) = dimensions(session, call, 1)? else { return Ok(None) };
    let values = array_of(session, |session| law.draw(&mut || next_real(session)), &sizes)?;
    let drawn = if family.is_discrete() {
        let integers = Array::from_i64(&sizes, values.into_iter().map(|value| value as i64).collect());
        integers.map_or_else(|_| Expr::list([]), Expr::array)
    } else {
        reals(&sizes, values)
    };
    let value = derived.value(session, drawn)?;
    let dimensions = Expr::list(sizes.iter().map(|&size| Expr::integer(size as i64)));
    let given = session.evaluate_call(Sym::Dimensions, [value.clone()])?;
    if given == dimensions && is_numeric(session, &value)? {
        return Ok(Some(value));
    }
    session.message(Sym::RandomVariate, "udist", &[call.arg(0)]);
    Ok(None)
}

/// Whether all elements are real numbers: parameters may be such that there is no distribution.
fn is_numeric(session: &mut Session, value: &Expr) -> Result<bool, Flow> {
    let test = session.parse_static("AllTrue[Flatten[{#}], NumberQ] &");
    Ok(session.evaluate(&Expr::normal(test, [value.clone()]))?.is(Sym::True))
}

/// Minimum and maximum that a range argument means, the maximum alone for a number.
fn range(session: &mut Session, call: &Expr, default: i64) -> Option<[Expr; 2]> {
    match call.args().first() {
        None => Some([Expr::integer(0), Expr::integer(default)]),
        Some(list) if list.is_list() && list.len() == 2 => Some([list.arg(0), list.arg(1)]),
        Some(max) if !max.is_list() => Some([Expr::integer(0), max.clone()]),
        Some(other) => {
            session.message_of(call.head(), "unifr", std::slice::from_ref(other));
            None
        }
    }
}

fn random_real(session: &mut Session, call: &Expr) -> Eval {
    let Some(options) = CallOptions::split_rules(session, call, 0, 2) else { return Ok(None) };
    let digits = options.get(session, Sym::WorkingPrecision);
    let call = &Expr::normal(call.head().clone(), options.arguments);
    let Some([low, high]) = range(session, call, 1) else { return Ok(None) };
    if !digits.is(Sym::MachinePrecision) {
        return precise_reals(session, call, &[low, high], &digits);
    }
    let (Some(low), Some(high)) = (real_of(session, &low)?, real_of(session, &high)?) else {
        session.message(Sym::RandomReal, "unifr", &[call.arg(0)]);
        return Ok(None);
    };
    let Some(sizes) = dimensions(session, call, 1)? else { return Ok(None) };
    uniform_array(session, low, high, &sizes).map(Some)
}

/// Random numbers with so many digits: exact fractions with more than enough binary digits, rounded.
fn precise_reals(session: &mut Session, call: &Expr, range: &[Expr; 2], digits: &Expr) -> Eval {
    /// More digits than anybody needs take too long.
    const MOST_DIGITS: f64 = 1e6;
    const BITS_OF_DIGIT: f64 = 3.33;
    let wanted = digits.as_number().filter(Number::is_real).and_then(|n| n.to_f64());
    let Some(wanted) = wanted.filter(|wanted| (1.0..=MOST_DIGITS).contains(wanted)) else {
        session.message_of(call.head(), "precn", std::slice::from_ref(digits));
        return Ok(None);
    };
    for bound in range {
        if real_of(session, bound)?.is_none() {
            session.message_of(call.head(), "unifr", &[call.arg(0)]);
            return Ok(None);
        }
    }
    let Some(sizes) = dimensions(session, call, 1)? else { return Ok(None) };
    let bits = (wanted * BITS_OF_DIGIT) as u64 + 64;
    let Some(bound) = Integer::from(2_i64).pow(bits) else { return Ok(None) };
    let between = session.parse_static("N[#1 + (#2 - #1)*#3/#4, #5] &");
    let count = sizes.iter().product();
    let mut values = Vec::with_capacity(count);
    for _ in 0..count {
        session.tick()?;
        let drawn = Expr::number(below(session, &bound));
        let [low, high] = range.clone();
        let arguments = [low, high, drawn, Expr::number(Number::Integer(bound.clone())), digits.clone()];
        values.push(session.evaluate(&Expr::normal(between.clone(), arguments))?);
    }
    Ok(Some(nest(values, &sizes)))
}

fn random_integer(session: &mut Session, call: &Expr) -> Eval {
    let Some([low, high]) = range(session, call, 1) else { return Ok(None) };
    let (Some(low), Some(high)) = (low.as_number(), high.as_number()) else {
        session.message(Sym::RandomInteger, "unifr", &[call.arg(0)]);
        return Ok(None);
    };
    let width = high.sub(&low).add(&Number::ONE);
    let width = match width.as_integer() {
        Some(width) if width.sign() > 0 && low.is_integer() => width.clone(),
        _ => {
            session.message(Sym::RandomInteger, "unifr", &[call.arg(0)]);
            return Ok(None);
        }
    };
    let Some(sizes) = dimensions(session, call, 1)? else { return Ok(None) };
    let count = sizes.iter().product();
    let mut values = Vec::with_capacity(count);
    for _ in 0..count {
        session.tick()?;
        values.push(Expr::number(low.add(&below(session, &width))));
    }
    Ok(Some(nest(values, &sizes)))
}

/// A random integer below a positive bound of any size: enough bits for a bias below 2^-64.
fn below(session: &mut Session, bound: &Integer) -> Number {
    if let Some(small) = bound.as_i64() {
        return Number::Integer(Integer::from(next_below(session, small as u64) as i64));
    }
    let words = bound.bit_length() / 62 + 2;
    let base = Number::Integer(Integer::from(1i64 << 62));
    let mut value = Number::ZERO;
    for _ in 0..words {
        let word = Number::from((next_bits(session) >> 2) as i64);
        value = value.mul(&base).map_or(word.clone(), |shifted| shifted.add(&word));
    }
    value.modulo(&Number::Integer(bound.clone())).unwrap_or(Number::ZERO)
}

/// Elements in row-major order as nested lists.
pub(super) fn nest(values: Vec<Expr>, sizes: &[usize]) -> Expr {
    let mut level = values;
    if sizes.is_empty() {
        return level.pop().unwrap_or_else(|| Sym::Null.into());
    }
    for &size in sizes[1..].iter().rev() {
        level = if size == 0 {
            vec![Expr::list([]); sizes[0]]
        } else {
            level.chunks(size).map(|row| Expr::list(row.iter().cloned())).collect()
        };
    }
    Expr::list(level)
}
