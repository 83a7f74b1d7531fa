//! The tables of a session, as lowering and interpretation ask for them.

use std::sync::Arc;

use netform_eval::{Enclosure, Flow, Intervals, Law, Lowering, RealCode, ResultType, Session};
use netform_expr::{Attributes, Expr, Sym};
use netform_kernels::{Code, Pool};

use crate::dim::Dim;
use crate::gradient::ScalarDerivatives;
use crate::interpret::{Evaluate, ScalarFunctions};
use crate::lower::{LoweringRule, LoweringTable, Stopped};
use crate::program::Type;

/// The function records of a session, and its evaluator.
///
/// When lowering or interpretation was stopped, [`Tables::flow`] says by what.
pub struct Tables<'a> {
    session: &'a mut Session,
    flow: Option<Flow>,
    purpose: Purpose,
}

/// What a program is made for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// Elements of any kind.
    Any,
    Numbers,
    Intervals,
}

impl<'a> Tables<'a> {
    /// The tables of a session.
    pub fn new(session: &'a mut Session) -> Tables<'a> {
        Tables { session, flow: None, purpose: Purpose::Any }
    }

    /// The tables for programs that will run on machine numbers.
    pub fn for_numbers(self) -> Tables<'a> {
        Tables { purpose: Purpose::Numbers, ..self }
    }

    /// The tables for programs that will run on intervals.
    pub fn for_intervals(self) -> Tables<'a> {
        Tables { purpose: Purpose::Intervals, ..self }
    }

    fn stable_form(&mut self, e: &Expr) -> Option<Expr> {
        let stable = self.session.evaluate_call(Sym::ProgramStable, [e.clone()]);
        self.keep(stable).filter(|held| held.len() == 1).map(|held| held.arg(0))
    }

    /// What left the last evaluation.
    pub fn flow(self) -> Option<Flow> {
        self.flow
    }

    /// The value of an evaluation; a flow is kept.
    fn keep<T>(&mut self, result: Result<T, Flow>) -> Option<T> {
        result.map_err(|flow| self.flow = Some(flow)).ok()
    }

    /// The machine number that an expression without variables is.
    fn number(&mut self, expression: &Expr) -> Option<f64> {
        let value = self.session.evaluate_call(Sym::N, [expression.clone()]);
        let value = self.keep(value)?;
        if value.has_head(Sym::DirectedInfinity) && value.len() == 1 {
            return value.arg(0).as_number()?.to_f64().map(|sign| f64::INFINITY.copysign(sign));
        }
        if value.is(Sym::Indeterminate) {
            return Some(f64::NAN);
        }
        value.as_number()?.to_f64()
    }

    fn lowering(&self, head: &Expr) -> Lowering {
        match self.session.function_of(head) {
            Some(function) if !self.session.has_user_rules(head) => function.lowering,
            _ => Lowering::None,
        }
    }
}

impl ScalarFunctions for Tables<'_> {
    fn code(&mut self, head: &Expr) -> Option<RealCode> {
        self.session.function_of(head).filter(|_| !self.session.has_user_rules(head)).and_then(|record| record.real)
    }

    fn instruction(&mut self, head: &Expr) -> Option<Code> {
        let function = self.session.function_of(head).filter(|_| !self.session.has_user_rules(head))?;
        function.instruction
    }

    fn pool(&self) -> Option<Arc<Pool>> {
        self.session.pool().cloned()
    }

    fn intervals(&mut self, head: &Expr) -> Option<Intervals> {
        let function = self.session.function_of(head).filter(|_| !self.session.has_user_rules(head))?;
        (!matches!(function.intervals.law, Law::Unknown)).then_some(function.intervals)
    }

    fn enclosure(&mut self, expression: &Expr) -> Option<Enclosure> {
        if let Some(number) = expression.as_number() {
            return Enclosure::around(&number);
        }
        if expression.is(Sym::True) || expression.is(Sym::False) {
            return Some(Enclosure::point(f64::from(u8::from(expression.is(Sym::True)))));
        }
        let point = Expr::call(Sym::Interval, [expression.clone()]);
        let value = self.session.evaluate_call(Sym::N, [point]);
        enclosure_of(&self.keep(value)?)
    }

    fn better(&mut self, call: &Expr) -> Option<Expr> {
        let head = call.head();
        let function = self.session.function_of(head).filter(|_| !self.session.has_user_rules(head))?;
        function.better.and_then(|better| better(call))
    }

    fn constant(&mut self, expression: &Expr) -> Option<f64> {
        self.number(expression)
    }

    fn rewrite(&mut self, call: &Expr) -> Option<Expr> {
        match self.lowering(call.head()) {
            Lowering::Rewrite(rule) | Lowering::Draw(rule) | Lowering::Scalar { rewrite: rule, .. } => {
                let rewritten = rule(self.session, call);
                self.keep(rewritten).flatten()
            }
            Lowering::None | Lowering::Map | Lowering::Whole(_) => None,
        }
    }

    fn stable(&mut self, body: &Expr) -> Expr {
        self.stable_form(body).unwrap_or_else(|| body.clone())
    }

    fn proceed(&mut self) -> bool {
        let tick = self.session.tick();
        self.keep(tick).is_some()
    }
}

/// The machine numbers around what a real quantity or an interval of machine numbers is.
pub fn enclosure_of(e: &Expr) -> Option<Enclosure> {
    let end = |end: &Expr| {
        if end.has_head(Sym::DirectedInfinity) && end.len() == 1 {
            return end.arg(0).as_i64().map(|sign| Enclosure::point(f64::INFINITY.copysign(sign as f64)));
        }
        end.as_number().and_then(|number| Enclosure::around(&number))
    };
    if !e.has_head(Sym::Interval) {
        return end(e);
    }
    let ranges = e.args();
    let end_of = |range: &Expr, index: usize| {
        let ends = range.args_of(Sym::List).filter(|ends| ends.len() == 2)?;
        end(&ends[index])
    };
    let (low, high) = (end_of(ranges.first()?, 0)?, end_of(ranges.last()?, 1)?);
    Some(Enclosure { low: low.low, high: high.high })
}

impl ScalarDerivatives for Tables<'_> {
    fn derivative(&mut self, body: &Expr, slot: usize) -> Option<Expr> {
        let place = Expr::integer(slot as i64);
        let derivative = self.session.evaluate_call(Sym::ProgramDerivative, [body.clone(), place]);
        self.keep(derivative).filter(|derivative| !derivative.is(Sym::Failed))
    }
}

impl LoweringTable for Tables<'_> {
    fn rule(&mut self, head: &Expr) -> Option<LoweringRule> {
        match self.lowering(head) {
            Lowering::None => None,
            Lowering::Map | Lowering::Whole(_) => Some(LoweringRule::Elementwise),
            Lowering::Scalar { lists, .. } => Some(LoweringRule::Scalar(lists)),
            Lowering::Rewrite(_) => Some(LoweringRule::Rewrite),
            Lowering::Draw(_) => Some(LoweringRule::Draw),
        }
    }

    fn result_type(&mut self, head: &Expr) -> ResultType {
        self.session.function_of(head).map_or(ResultType::Real, |function| function.result)
    }

    fn rewrite(&mut self, call: &Expr) -> Result<Option<Expr>, Stopped> {
        let narrow = self.session.function_of(call.head()).and_then(|function| function.narrow);
        if let Some(rule) = narrow.filter(|_| self.purpose == Purpose::Intervals) {
            let rewritten = rule(self.session, call);
            return self.keep(rewritten).ok_or(Stopped);
        }
        match self.lowering(call.head()) {
            Lowering::Rewrite(rule) | Lowering::Draw(rule) | Lowering::Whole(rule) => {
                let rewritten = rule(self.session, call);
                self.keep(rewritten).ok_or(Stopped)
            }
            Lowering::None | Lowering::Map | Lowering::Scalar { .. } => Ok(None),
        }
    }

    fn stable(&mut self, expression: &Expr) -> Result<Expr, Stopped> {
        match self.purpose {
            Purpose::Numbers => self.stable_form(expression).ok_or(Stopped),
            Purpose::Any | Purpose::Intervals => Ok(expression.clone()),
        }
    }

    fn is_constant(&mut self, expression: &Expr) -> bool {
        match expression.is_symbol() {
            true => self.session.attributes_of(expression).contains(Attributes::CONSTANT),
            false => self.number(expression).is_some(),
        }
    }

    /// Bound variables of the language itself count from 1; these count downwards.
    fn variable(&mut self, place: usize, value_type: &Type) -> Expr {
        let dimensions = Expr::list(value_type.shape.iter().map(Dim::to_expr));
        Expr::call(Sym::ArrayVariable, [Expr::integer(-(place as i64)), dimensions])
    }
}

impl Evaluate for Tables<'_> {
    fn evaluate(&mut self, expression: &Expr) -> Option<Expr> {
        let value = self.session.evaluate(expression);
        self.keep(value)
    }
}
