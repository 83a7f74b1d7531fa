//! What assumptions say about expressions: signs of real quantities, membership in domains.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeMap, Number, Sym};

use crate::arithmetic::{product, sum};
use crate::comparison::decide::machine_value;
use crate::numbers::is_numeric;

/// The signs that a real quantity may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Signs {
    pub(super) negative: bool,
    pub(super) zero: bool,
    pub(super) positive: bool,
}

impl Signs {
    /// Any real number.
    const REAL: Signs = Signs { negative: true, zero: true, positive: true };
    const POSITIVE: Signs = Signs { negative: false, zero: false, positive: true };
    const NEGATIVE: Signs = Signs { negative: true, zero: false, positive: false };
    const ZERO: Signs = Signs { negative: false, zero: true, positive: false };
    const NOT_NEGATIVE: Signs = Signs { negative: false, zero: true, positive: true };

    pub(super) fn is_positive(self) -> bool {
        !self.negative && !self.zero
    }

    pub(super) fn is_negative(self) -> bool {
        !self.positive && !self.zero
    }

    pub(super) fn is_not_negative(self) -> bool {
        !self.negative
    }

    pub(super) fn is_not_positive(self) -> bool {
        !self.positive
    }

    pub(super) fn is_not_zero(self) -> bool {
        !self.zero
    }

    pub(super) fn is_zero(self) -> bool {
        !self.negative && !self.positive
    }

    fn and(self, other: Signs) -> Signs {
        Signs {
            negative: self.negative && other.negative,
            zero: self.zero && other.zero,
            positive: self.positive && other.positive,
        }
    }

    fn plus(self, other: Signs) -> Signs {
        Signs {
            negative: self.negative || other.negative,
            positive: self.positive || other.positive,
            zero: (self.zero && other.zero) || (self.negative && other.positive) || (self.positive && other.negative),
        }
    }

    fn times(self, other: Signs) -> Signs {
        Signs {
            negative: (self.negative && other.positive) || (self.positive && other.negative),
            positive: (self.positive && other.positive) || (self.negative && other.negative),
            zero: self.zero || other.zero,
        }
    }
}

/// Statements that are taken to be true.
pub(super) struct Facts {
    statements: Vec<Expr>,
    signs: NodeMap<Option<Signs>>,
    integers: Vec<Expr>,
    /// Numbers above which sums without a number are.
    above: NodeMap<Bound>,
    /// Numbers below which they are.
    below: NodeMap<Bound>,
}

/// A number on one side of a quantity, which may reach it or not.
struct Bound {
    number: Number,
    reached: bool,
}

impl Facts {
    /// The facts that a conjunction of statements, or a list of them, consists of.
    pub(super) fn of(session: &mut Session, assumptions: &Expr) -> Result<Facts, Flow> {
        let mut facts = Facts {
            statements: Vec::new(),
            signs: NodeMap::default(),
            integers: Vec::new(),
            above: NodeMap::default(),
            below: NodeMap::default(),
        };
        let mut stack = vec![assumptions.clone()];
        while let Some(statement) = stack.pop() {
            if matches!(statement.head_sym(), Some(Sym::And | Sym::List)) {
                stack.extend(statement.args().iter().cloned());
            } else if !statement.is_true() {
                facts.note(session, &statement)?;
                facts.statements.push(statement);
            }
        }
        Ok(facts)
    }

    /// Whether nothing is assumed.
    pub(super) fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// Whether a statement is one of those assumed.
    pub(super) fn states(&self, statement: &Expr) -> bool {
        self.statements.contains(statement)
    }

    fn restrict(&mut self, e: &Expr, signs: Signs) {
        let before = self.signs.get(e).copied().flatten().unwrap_or(Signs::REAL);
        self.signs.insert(e.clone(), Some(before.and(signs)));
    }

    fn note(&mut self, session: &mut Session, statement: &Expr) -> Result<(), Flow> {
        let args = statement.args().into_owned();
        match (statement.head_sym(), args.as_slice()) {
            (Some(Sym::Element), [e, domain]) => {
                let members = match e.head_sym() {
                    Some(Sym::Alternatives | Sym::List) => e.args().into_owned(),
                    _ => vec![e.clone()],
                };
                let is_integer = domain.is(Sym::Integers);
                if is_integer || domain.is(Sym::Reals) || domain.is(Sym::Rationals) {
                    for member in members {
                        self.restrict(&member, Signs::REAL);
                        if is_integer {
                            self.integers.push(member);
                        }
                    }
                }
            }
            (Some(Sym::Inequality), [_, _, _, ..]) => {
                for link in args.windows(3).step_by(2) {
                    let simple = Expr::normal(link[1].clone(), [link[0].clone(), link[2].clone()]);
                    self.note(session, &simple)?;
                }
            }
            (Some(Sym::Less | Sym::LessEqual | Sym::Greater | Sym::GreaterEqual), [_, _, _, ..]) => {
                for pair in args.windows(2) {
                    let simple = Expr::normal(statement.head().clone(), pair.iter().cloned());
                    self.note(session, &simple)?;
                }
            }
            (Some(Sym::Less), [a, b]) => self.order(session, a, b, Signs::POSITIVE)?,
            (Some(Sym::LessEqual), [a, b]) => self.order(session, a, b, Signs::NOT_NEGATIVE)?,
            (Some(Sym::Greater), [a, b]) => self.order(session, b, a, Signs::POSITIVE)?,
            (Some(Sym::GreaterEqual), [a, b]) => self.order(session, b, a, Signs::NOT_NEGATIVE)?,
            (Some(Sym::Unequal), [a, b]) if b.is_integer(0) => {
                // Being different from zero tells nothing about being real.
                if let Some(Some(signs)) = self.signs.get(a).copied() {
                    self.signs.insert(a.clone(), Some(Signs { zero: false, ..signs }));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Notes that `high - low` has some sign: for the difference, and for a variable beside a number.
    fn order(&mut self, session: &mut Session, low: &Expr, high: &Expr, signs: Signs) -> Result<(), Flow> {
        let difference = difference(session, high, low)?;
        self.restrict(&difference, signs);
        self.bound(session, &difference, signs.zero)?;
        let opposite = Signs { negative: signs.positive, zero: signs.zero, positive: signs.negative };
        let negative = product(session, [Expr::integer(-1), difference])?;
        self.restrict(&negative, opposite);
        // x > 2 makes x positive; x > -1 only real.
        if !is_numeric(session, high) {
            let of_high = match real_sign(session, low)? {
                Some(1) => Signs::POSITIVE,
                Some(0) => signs,
                _ => Signs::REAL,
            };
            self.restrict(high, of_high);
        }
        if !is_numeric(session, low) {
            let of_low = match real_sign(session, high)? {
                Some(-1) => Signs::NEGATIVE,
                Some(0) => opposite,
                _ => Signs::REAL,
            };
            self.restrict(low, of_low);
        }
        Ok(())
    }

    /// Notes a quantity that is positive, or zero if that can be, as bounds of it and its opposite without their numbers.
    fn bound(&mut self, session: &mut Session, quantity: &Expr, reached: bool) -> Result<(), Flow> {
        let Some((number, rest)) = without_number(session, quantity)? else { return Ok(()) };
        let tighter = |bounds: &mut NodeMap<Bound>, rest: Expr, number: Number, sign: i8| {
            let is_tighter = bounds.get(&rest).is_none_or(|known| match number.sub(&known.number).sign() {
                Some(0) => known.reached && !reached,
                difference => difference == Some(sign),
            });
            if is_tighter {
                bounds.insert(rest, Bound { number, reached });
            }
        };
        let opposite = product(session, [Expr::integer(-1), rest.clone()])?;
        tighter(&mut self.above, rest, number.neg(), 1);
        tighter(&mut self.below, opposite, number, -1);
        Ok(())
    }

    /// The signs that bounds leave to a quantity.
    fn signs_by_bounds(&self, session: &mut Session, e: &Expr) -> Result<Option<Signs>, Flow> {
        if self.above.is_empty() {
            return Ok(None);
        }
        let Some((number, rest)) = without_number(session, e)? else { return Ok(None) };
        // The sign of a bound of the quantity itself.
        let sign =
            |bound: Option<&Bound>| bound.and_then(|bound| Some((bound.number.add(&number).sign()?, bound.reached)));
        let (above, below) = (sign(self.above.get(&rest)), sign(self.below.get(&rest)));
        if above.is_none() && below.is_none() {
            return Ok(None);
        }
        let from_above = match above {
            Some((1, _)) | Some((0, false)) => Signs::POSITIVE,
            Some((0, true)) => Signs::NOT_NEGATIVE,
            _ => Signs::REAL,
        };
        let from_below = match below {
            Some((-1, _)) | Some((0, false)) => Signs::NEGATIVE,
            Some((0, true)) => Signs { positive: false, ..Signs::REAL },
            _ => Signs::REAL,
        };
        Ok(Some(from_above.and(from_below)))
    }

    /// Whether an expression is known to be an integer.
    pub(super) fn is_integer(&self, e: &Expr) -> bool {
        if let Some(number) = e.as_number() {
            return number.is_integer();
        }
        if self.integers.contains(e) {
            return true;
        }
        match e.head_sym() {
            Some(Sym::Plus | Sym::Times) => e.args().iter().all(|part| self.is_integer(part)),
            Some(Sym::Power) => e.len() == 2 && e.arg(1).as_usize().is_some() && self.is_integer(&e.arg(0)),
            Some(Sym::Floor | Sym::Ceiling | Sym::Round) => true,
            _ => false,
        }
    }

    /// The signs that a quantity may have; `None` where it is not known to be real.
    pub(super) fn signs(&mut self, session: &mut Session, e: &Expr) -> Result<Option<Signs>, Flow> {
        if let Some(found) = self.signs.get(e) {
            return Ok(*found);
        }
        let mut order = Vec::new();
        let walk = netform_expr::postorder::<()>(
            e,
            |_| true,
            |node| {
                order.push(node.clone());
                Ok(())
            },
        );
        debug_assert!(walk.is_ok());
        for node in order {
            session.tick()?;
            if !self.signs.contains_key(&node) {
                let signs = match (self.signs_of_node(session, &node)?, self.signs_by_bounds(session, &node)?) {
                    (Some(signs), Some(bounded)) => Some(signs.and(bounded)),
                    (signs, bounded) => signs.or(bounded),
                };
                self.signs.insert(node, signs);
            }
        }
        Ok(self.signs.get(e).copied().flatten())
    }

    fn known(&self, e: &Expr) -> Option<Signs> {
        self.signs.get(e).copied().flatten()
    }

    fn signs_of_node(&self, session: &mut Session, node: &Expr) -> Result<Option<Signs>, Flow> {
        if is_numeric(session, node) {
            return Ok(match real_sign(session, node)? {
                Some(1) => Some(Signs::POSITIVE),
                Some(0) => Some(Signs::ZERO),
                Some(_) => Some(Signs::NEGATIVE),
                None => None,
            });
        }
        let args = node.args();
        let all_real = args.iter().all(|arg| self.known(arg).is_some());
        Ok(match (node.head_sym(), args.as_ref()) {
            (Some(Sym::Plus), parts) => fold(parts.iter().map(|part| self.known(part)), Signs::plus),
            (Some(Sym::Times), parts) => fold(parts.iter().map(|part| self.known(part)), Signs::times),
            (Some(Sym::Power), [base, exponent]) => self.signs_of_power(base, exponent),
            (Some(Sym::Abs | Sym::RealAbs), [x]) => {
                let zero = self.known(x).is_none_or(|signs| signs.zero);
                Some(Signs { negative: false, zero, positive: true })
            }
            (Some(Sym::LogisticSigmoid | Sym::Cosh | Sym::Sech), [_]) if all_real => Some(Signs::POSITIVE),
            (Some(Sym::Ramp | Sym::UnitStep), [_]) if all_real => Some(Signs::NOT_NEGATIVE),
            (Some(Sym::Sinh | Sym::Tanh | Sym::ArcTan | Sym::ArcSinh | Sym::Erf | Sym::Sign), [x]) => self.known(x),
            (Some(Sym::Sin | Sym::Cos | Sym::Max | Sym::Min | Sym::Floor | Sym::Ceiling | Sym::Round), [_, ..])
                if all_real =>
            {
                Some(Signs::REAL)
            }
            (Some(Sym::Log), [x]) if self.known(x).is_some_and(Signs::is_positive) => Some(Signs::REAL),
            (Some(Sym::Re | Sym::Im), [_]) => Some(Signs::REAL),
            _ => None,
        })
    }

    fn signs_of_power(&self, base: &Expr, exponent: &Expr) -> Option<Signs> {
        let base_signs = if base.is(Sym::E) { Some(Signs::POSITIVE) } else { self.known(base) }?;
        if let Some(n) = exponent.as_i64() {
            let zero = base_signs.zero && n > 0;
            return Some(if n % 2 == 0 {
                Signs { negative: false, zero, positive: base_signs.positive || base_signs.negative }
            } else {
                Signs { zero, ..base_signs }
            });
        }
        let exponent = self.known(exponent)?;
        if base_signs.is_positive() {
            return Some(Signs::POSITIVE);
        }
        (base_signs.is_not_negative() && exponent.is_positive()).then_some(base_signs)
    }
}

/// A real number and the other terms of a sum; 0 and the whole where there is none, `None` for a number.
fn without_number(session: &mut Session, e: &Expr) -> Result<Option<(Number, Expr)>, Flow> {
    if e.is_number() {
        return Ok(None);
    }
    let Some(terms) = e.args_of(Sym::Plus) else { return Ok(Some((Number::ZERO, e.clone()))) };
    Ok(match terms[0].as_number() {
        Some(number) if number.is_real() => Some((number, sum(session, terms[1..].to_vec())?)),
        Some(_) => None,
        None => Some((Number::ZERO, e.clone())),
    })
}

fn fold(parts: impl Iterator<Item = Option<Signs>>, join: fn(Signs, Signs) -> Signs) -> Option<Signs> {
    let mut total: Option<Signs> = None;
    for part in parts {
        let part = part?;
        total = Some(total.map_or(part, |total| join(total, part)));
    }
    total
}

/// The sign of a numeric quantity, where it is real.
fn real_sign(session: &mut Session, e: &Expr) -> Result<Option<i8>, Flow> {
    if let Some(number) = e.as_number() {
        return Ok(number.sign());
    }
    if !is_numeric(session, e) {
        return Ok(None);
    }
    Ok(machine_value(session, e)?.filter(Number::is_real).filter(|n| !n.is_zero()).and_then(|n| n.sign()))
}

/// `a - b`, multiplied out.
pub(super) fn difference(session: &mut Session, a: &Expr, b: &Expr) -> Result<Expr, Flow> {
    let negative = product(session, [Expr::integer(-1), b.clone()])?;
    let difference = sum(session, [a.clone(), negative])?;
    session.evaluate_call(Sym::Expand, [difference])
}
