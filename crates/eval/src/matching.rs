//! Rules at work: what the pattern matcher asks the session, and the application of values.

use netform_expr::pattern::{Matching, Rule};
use netform_expr::{Attributes, Expr, Sym};

use crate::definitions::Values;
use crate::{Eval, Flow, Session};

impl Matching for Session {
    type Error = Flow;

    fn attributes(&mut self, symbol: &Expr) -> Attributes {
        self.note_dependence(symbol);
        self.attributes_of(symbol)
    }

    fn default_value(&mut self, head: &Expr, position: usize, length: usize) -> Result<Option<Expr>, Flow> {
        self.note_dependence(head);
        let integer = |n: usize| Expr::integer(n as i64);
        let candidates = [
            Expr::call(Sym::Default, [head.clone(), integer(position), integer(length)]),
            Expr::call(Sym::Default, [head.clone(), integer(position)]),
            Expr::call(Sym::Default, [head.clone()]),
        ];
        for candidate in candidates {
            let Some(values) = self.definitions.get(head).map(|d| d.default.clone()) else { break };
            if let Some(value) = self.apply_values(&values, &candidate)? {
                return self.evaluate(&value).map(Some);
            }
        }
        Ok(match (head.sym(), position) {
            (Some(Sym::Plus), _) => Some(Expr::integer(0)),
            (Some(Sym::Times), _) | (Some(Sym::Power), 2) => Some(Expr::integer(1)),
            _ => None,
        })
    }

    fn holds(&mut self, test: Expr) -> Result<bool, Flow> {
        self.is_true(&test)
    }

    fn guarded(&mut self, scope: Expr) -> Result<Option<Expr>, Flow> {
        let value = self.evaluate(&deciding(&scope))?;
        Ok((value.len() == 1).then(|| value.arg(0)))
    }

    fn checkpoint(&mut self) -> Result<(), Flow> {
        self.tick()
    }
}

/// A scope whose body has a condition, changed so that it gives the body as the only argument of something, or
/// `Null` where the condition does not hold. The values of `Block` end with it, so there the body is evaluated.
fn deciding(scope: &Expr) -> Expr {
    let mut scopes = Vec::new();
    let mut body = scope.clone();
    while !body.has_head(Sym::Condition) {
        scopes.push(body.clone());
        body = body.arg(body.len() - 1);
    }
    let wrapper = if scopes.iter().any(|scope| scope.has_head(Sym::Block)) { Sym::List } else { Sym::HoldComplete };
    let accepted = Expr::call(wrapper, [body.arg(0)]);
    let decision = Expr::call(Sym::If, [body.arg(1), accepted, Sym::Null.into(), Sym::Null.into()]);
    scopes.iter().rev().fold(decision, |inner, scope| {
        let args = scope.args();
        Expr::normal(scope.head().clone(), args[..args.len() - 1].iter().cloned().chain([inner]))
    })
}

impl Session {
    /// The right side of the first rule whose left side matches and whose conditions hold, with
    /// the parts of the expression put in.
    ///
    /// # Errors
    /// Where a condition is left by a [`Flow`].
    pub fn apply_values(&mut self, values: &Values, e: &Expr) -> Eval {
        if values.is_empty() {
            return Ok(None);
        }
        // Its tests and conditions may come back to the same definition.
        let result = self.enter_definition().and_then(|()| values.apply(e, self));
        self.leave_definition();
        result
    }

    /// The right side of a rule applied to an expression, if it fits.
    ///
    /// # Errors
    /// Where a condition is left by a [`Flow`].
    pub fn apply_rule(&mut self, rule: &Rule, e: &Expr) -> Eval {
        rule.apply(e, self)
    }
}
