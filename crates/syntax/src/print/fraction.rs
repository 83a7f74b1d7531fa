//! Products as fractions: which factors stand below the line.

use netform_expr::number::Integer;
use netform_expr::{Expr, Kind, Number, Sym};

use super::text;

/// A product taken apart. Its value is `(sign) numerator / denominator`.
pub(super) struct Fraction {
    pub(super) is_negative: bool,
    /// The number among the factors above the line, without its sign; none if it is 1.
    pub(super) coefficient: Option<Expr>,
    /// The other factors above the line.
    pub(super) numerator: Vec<Expr>,
    /// The number below the line; none if it is 1.
    pub(super) divisor: Option<Expr>,
    /// The other factors below the line.
    pub(super) denominator: Vec<Expr>,
}

impl Fraction {
    /// Takes apart the factors of a product, or a single expression.
    pub(super) fn of(factors: &[Expr]) -> Fraction {
        let mut fraction = Fraction {
            is_negative: false,
            coefficient: None,
            numerator: Vec::new(),
            divisor: None,
            denominator: Vec::new(),
        };
        let joined = join_roots(factors);
        for (i, factor) in joined.as_deref().unwrap_or(factors).iter().enumerate() {
            match factor.as_number() {
                Some(number) if i == 0 => fraction.take_number(number),
                _ => match reciprocal(factor) {
                    Some(below) => fraction.denominator.push(below),
                    None => fraction.numerator.push(factor.clone()),
                },
            }
        }
        fraction
    }

    fn take_number(&mut self, number: Number) {
        let is_negative = match &number {
            Number::Complex(z) => z.re().is_exact_zero() && z.im().is_negative(),
            real => real.is_negative(),
        };
        let number = if is_negative { number.neg() } else { number };
        self.is_negative = is_negative;
        match (number.numerator(), number.denominator()) {
            (Some(above), Some(below)) => {
                let unless_one = |n: Integer| (n != Integer::ONE).then(|| Expr::number(Number::from(n)));
                self.coefficient = unless_one(above);
                self.divisor = unless_one(below);
            }
            _ => self.coefficient = Some(Expr::number(number)),
        }
    }

    /// Whether something stands below the line.
    pub(super) fn has_denominator(&self) -> bool {
        self.divisor.is_some() || !self.denominator.is_empty()
    }

    /// All factors above the line.
    pub(super) fn above(&self) -> Vec<Expr> {
        self.coefficient.iter().chain(&self.numerator).cloned().collect()
    }

    /// All factors below the line.
    pub(super) fn below(&self) -> Vec<Expr> {
        self.divisor.iter().chain(&self.denominator).cloned().collect()
    }
}

/// Square roots of numbers and constants among factors as one root, which stands in the place of the last one: the root of
/// `2/Pi`; `None` if there are no such.
fn join_roots(factors: &[Expr]) -> Option<Vec<Expr>> {
    let roots: Vec<(usize, Expr, bool)> = factors
        .iter()
        .enumerate()
        .filter_map(|(i, e)| root_of(e).map(|(base, is_below)| (i, base, is_below)))
        .collect();
    let (last, _, _) =
        roots.last().filter(|_| roots.len() > 1 && roots.iter().any(|(_, base, _)| !base.is_number()))?;
    let all_below = roots.iter().all(|(_, _, is_below)| *is_below);
    let mut number = Number::ONE;
    let mut constants = Vec::new();
    for (_, base, is_below) in &roots {
        let is_below = *is_below && !all_below;
        match base.as_number() {
            Some(base) if is_below => number = number.div(&base).ok()?,
            Some(base) => number = number.mul(&base).ok()?,
            None if is_below => constants.push(Expr::call(Sym::Power, [base.clone(), Expr::integer(-1)])),
            None => constants.push(base.clone()),
        }
    }
    if !number.is_exact_one() {
        constants.insert(0, Expr::number(number));
    }
    let base = if constants.len() == 1 { constants.remove(0) } else { Expr::call(Sym::Times, constants) };
    let half = Number::rational(&Integer::from(if all_below { -1 } else { 1 }), &Integer::from(2)).ok()?;
    let root = Expr::call(Sym::Power, [base, Expr::number(half)]);
    let is_root = |i: usize| roots.iter().any(|(place, _, _)| *place == i);
    let rest = |range: std::ops::Range<usize>| range.filter(|i| !is_root(*i)).map(|i| factors[i].clone());
    Some(rest(0..*last).chain([root]).chain(rest(*last..factors.len())).collect())
}

/// The positive number or constant of which a factor is the square root, or the reciprocal of the root.
fn root_of(e: &Expr) -> Option<(Expr, bool)> {
    let Kind::Normal(head, [base, exponent]) = e.kind() else { return None };
    let is_number = || base.as_number().is_some_and(|n| n.is_exact() && n.is_positive());
    if !head.is(Sym::Power) || !(base.is(Sym::Pi) || is_number()) {
        return None;
    }
    let is_below = text::is_negative(exponent);
    let is_root = if is_below { is_half(&text::negated(exponent)?) } else { is_half(exponent) };
    is_root.then(|| (base.clone(), is_below))
}

/// Whether the expression is the number 1/2.
pub(super) fn is_half(e: &Expr) -> bool {
    match e.kind() {
        Kind::Number(number @ Number::Rational(_)) => {
            let is = |n: Option<Integer>, value| n.and_then(|n| n.as_i64()) == Some(value);
            is(number.numerator(), 1) && is(number.denominator(), 2)
        }
        _ => false,
    }
}

/// What stands below the line instead of a power with a negative exponent.
pub(super) fn reciprocal(e: &Expr) -> Option<Expr> {
    let Kind::Normal(head, args) = e.kind() else { return None };
    let [base, exponent] = args else { return None };
    if !head.is(Sym::Power) {
        return None;
    }
    let opposite = opposite(exponent)?;
    if opposite.is_integer(1) { Some(base.clone()) } else { Some(Expr::call(Sym::Power, [base.clone(), opposite])) }
}

/// The negative of an exponent that is a negative number or begins with one.
fn opposite(exponent: &Expr) -> Option<Expr> {
    if text::is_negative(exponent) {
        return text::negated(exponent);
    }
    negated_product(exponent)
}

/// The negative of a product that begins with a negative number.
pub(super) fn negated_product(e: &Expr) -> Option<Expr> {
    let Kind::Normal(head, args) = e.kind() else { return None };
    if !head.is(Sym::Times) || args.len() < 2 || !text::is_negative(&args[0]) {
        return None;
    }
    let coefficient = text::negated(&args[0])?;
    if !coefficient.is_integer(1) {
        return Some(Expr::call(Sym::Times, [coefficient].into_iter().chain(args[1..].iter().cloned())));
    }
    Some(match &args[1..] {
        [single] => single.clone(),
        several => Expr::call(Sym::Times, several.iter().cloned()),
    })
}
