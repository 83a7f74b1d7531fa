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
        for (i, factor) in factors.iter().enumerate() {
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
