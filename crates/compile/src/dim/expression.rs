//! Dimensions read from and written as expressions.

use netform_expr::{Expr, Kind, Sym, compare};

use super::polynomial::{Atom, Name, Polynomial};
use super::{Dim, DimError, Form};

impl Dim {
    /// The dimension that an expression in symbols, `Plus`, `Times`, `Power`, `Floor`, `Ceiling`, `Mod`,
    /// `Max` and `Min` means. Quotients may stand inside of `Floor` and `Ceiling`.
    ///
    /// # Errors
    /// [`DimError::NotADimension`] with the part that is none; [`DimError::Overflow`].
    ///
    /// ```
    /// use netform_compile::Dim;
    /// use netform_expr::{Expr, Sym};
    ///
    /// let n = Expr::symbol("Global`n");
    /// let e = Expr::call(Sym::Plus, [Expr::integer(1), Expr::call(Sym::Times, [Expr::integer(2), n])]);
    /// let dim = Dim::from_expr(&e)?;
    /// assert_eq!(dim.to_string(), "2 n + 1");
    /// assert_eq!(dim.to_expr(), e);
    /// # Ok::<(), netform_compile::DimError>(())
    /// ```
    pub fn from_expr(expression: &Expr) -> Result<Dim, DimError> {
        let Quotient { numerator, denominator } = read(expression, 0)?;
        match denominator {
            1 => Ok(Dim::from_polynomial(numerator)),
            _ => Err(DimError::NotADimension(expression.clone())),
        }
    }

    /// The dimension as an expression in canonical order.
    pub fn to_expr(&self) -> Expr {
        match &self.0 {
            Form::Integer(value) => Expr::integer(*value),
            Form::Polynomial(polynomial) => write_quotient(polynomial, 1),
        }
    }
}

/// Expressions nested deeper than this are not taken for dimensions.
const DEPTH_LIMIT: usize = 100;

struct Quotient {
    numerator: Polynomial,
    denominator: i64,
}

impl From<Polynomial> for Quotient {
    fn from(numerator: Polynomial) -> Quotient {
        Quotient { numerator, denominator: 1 }
    }
}

fn read(expression: &Expr, depth: usize) -> Result<Quotient, DimError> {
    let no = || DimError::NotADimension(expression.clone());
    if depth > DEPTH_LIMIT {
        return Err(no());
    }
    let read_args = || expression.args().iter().map(|arg| read(arg, depth + 1)).collect::<Result<Vec<_>, _>>();
    let whole = |quotient: Quotient| if quotient.denominator == 1 { Ok(quotient.numerator) } else { Err(no()) };
    match expression.kind() {
        Kind::Integer(value) => Ok(Polynomial::constant(value).into()),
        Kind::Number(number) => {
            let part = |part: Option<netform_expr::number::Integer>| part.and_then(|part| part.as_i64()).ok_or_else(no);
            let (numerator, denominator) = (part(number.numerator())?, part(number.denominator())?);
            Ok(Quotient { numerator: Polynomial::constant(numerator), denominator })
        }
        Kind::Symbol(_) => Ok(Polynomial::symbol(expression.clone()).into()),
        Kind::Normal(..) => match expression.head_sym() {
            Some(Sym::Plus) => read_args()?.into_iter().try_fold(Polynomial::constant(0).into(), sum),
            Some(Sym::Times) => read_args()?.into_iter().try_fold(Polynomial::constant(1).into(), product),
            Some(Sym::Power) if expression.len() == 2 => {
                let exponent = expression.arg(1).as_i64().and_then(|e| u32::try_from(e).ok()).ok_or_else(no)?;
                Ok(whole(read(&expression.arg(0), depth + 1)?)?.power(exponent)?.into())
            }
            Some(Sym::Floor) if expression.len() == 1 => {
                let inner = read(&expression.arg(0), depth + 1)?;
                Ok(inner.numerator.floor_div(inner.denominator)?.into())
            }
            Some(Sym::Ceiling) if expression.len() == 1 => {
                let Quotient { numerator, denominator } = read(&expression.arg(0), depth + 1)?;
                Ok(numerator.add(&Polynomial::constant(denominator - 1))?.floor_div(denominator)?.into())
            }
            Some(Sym::Mod) if expression.len() == 2 => {
                let (dividend, divisor) = (whole(read(&expression.arg(0), depth + 1)?)?, expression.arg(1));
                let divisor = divisor.as_i64().filter(|divisor| *divisor > 0).ok_or_else(no)?;
                let multiple = dividend.floor_div(divisor)?.multiply(&Polynomial::constant(-divisor))?;
                Ok(dividend.add(&multiple)?.into())
            }
            Some(Sym::Max | Sym::Min) if !expression.is_empty() => {
                // The least is the negative of the largest negative.
                let sign = Dim::integer(if expression.has_head(Sym::Max) { 1 } else { -1 });
                let dims = read_args()?.into_iter().map(|item| whole(item).map(Dim::from_polynomial));
                let mut items = dims.map(|item| item?.multiply(&sign));
                let first = items.next().ok_or_else(no)??;
                let max = items.try_fold(first, |max, item| max.max(&item?))?;
                Ok(max.multiply(&sign)?.polynomial().into())
            }
            _ => Err(no()),
        },
        Kind::Real(_) | Kind::String(_) | Kind::Array(_) => Err(no()),
    }
}

fn sum(a: Quotient, b: Quotient) -> Result<Quotient, DimError> {
    let scaled = |p: &Polynomial, factor: i64| p.multiply(&Polynomial::constant(factor));
    let numerator = scaled(&a.numerator, b.denominator)?.add(&scaled(&b.numerator, a.denominator)?)?;
    reduced(numerator, a.denominator.checked_mul(b.denominator).ok_or(DimError::Overflow)?)
}

fn product(a: Quotient, b: Quotient) -> Result<Quotient, DimError> {
    let denominator = a.denominator.checked_mul(b.denominator).ok_or(DimError::Overflow)?;
    reduced(a.numerator.multiply(&b.numerator)?, denominator)
}

fn reduced(mut numerator: Polynomial, denominator: i64) -> Result<Quotient, DimError> {
    let common = numerator.content(denominator);
    numerator.terms.values_mut().for_each(|coefficient| *coefficient /= common);
    Ok(Quotient { numerator, denominator: denominator / common })
}

/// `polynomial/divisor`, each term in canonical order and the terms too.
fn write_quotient(polynomial: &Polynomial, divisor: i64) -> Expr {
    match polynomial.terms.len() {
        0 | 1 => write_sum(polynomial, divisor),
        _ if divisor == 1 => write_sum(polynomial, 1),
        _ => Expr::call(Sym::Times, [fraction(1, divisor), write_sum(polynomial, 1)]),
    }
}

/// The terms, each over the divisor.
fn write_sum(polynomial: &Polynomial, divisor: i64) -> Expr {
    let mut terms: Vec<Expr> = polynomial
        .terms
        .iter()
        .map(|(monomial, &coefficient)| {
            let mut factors: Vec<Expr> = monomial
                .iter()
                .map(|(atom, &exponent)| match exponent {
                    1 => write_atom(atom),
                    _ => Expr::call(Sym::Power, [write_atom(atom), Expr::integer(i64::from(exponent))]),
                })
                .collect();
            factors.sort_by(compare);
            if factors.is_empty() || coefficient != divisor {
                factors.insert(0, fraction(coefficient, divisor));
            }
            one_or(Sym::Times, factors)
        })
        .collect();
    terms.sort_by(compare);
    one_or(Sym::Plus, terms)
}

fn write_atom(atom: &Atom) -> Expr {
    match atom {
        Atom::Symbol(Name(symbol)) => symbol.clone(),
        Atom::Floor(inner, divisor) => Expr::call(Sym::Floor, [write_quotient(inner, *divisor)]),
        Atom::Max(items) => {
            let mut items: Vec<Expr> = items.iter().map(|item| write_quotient(item, 1)).collect();
            items.sort_by(compare);
            Expr::call(Sym::Max, items)
        }
    }
}

fn fraction(numerator: i64, denominator: i64) -> Expr {
    match netform_expr::Number::rational(&numerator.into(), &denominator.into()) {
        Ok(number) => Expr::number(number),
        Err(_) => Expr::integer(numerator),
    }
}

fn one_or(head: Sym, mut parts: Vec<Expr>) -> Expr {
    match parts.len() {
        0 => Expr::integer(0),
        1 => parts.remove(0),
        _ => Expr::call(head, parts),
    }
}
