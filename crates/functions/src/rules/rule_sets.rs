//! Rules as arguments: a rule, a list of rules, lists of lists, `Dispatch`, an association.

use std::sync::Arc;

use netform_eval::{Eval, Flow, Session};
use netform_expr::pattern::RuleSet;
use netform_expr::{Expr, NodeMap, Sym};

/// Compiled rules: one set, or several that each give a result of their own.
pub(crate) enum Rules {
    /// Rules of which the first that applies is taken.
    One(Arc<RuleSet>),
    /// A list of such rules.
    Several(Vec<Rules>),
}

/// Rule sets that were compiled lately, by the expressions they were made from.
#[derive(Default)]
struct Compiled(NodeMap<Arc<RuleSet>>);

const CAPACITY: usize = 1 << 10;

/// The rules in an argument, or the message `reps` of the function that got it.
pub(crate) fn rules_argument(session: &mut Session, call: &Expr, rules: &Expr) -> Option<Rules> {
    let compiled = compile(session, rules);
    if compiled.is_none() {
        session.message_of(call.head(), REPS_MESSAGE.0, std::slice::from_ref(rules));
    }
    compiled
}

/// The message for an argument that holds no rules.
pub(crate) const REPS_MESSAGE: (&str, &str) = (
    "reps",
    "`1` is neither a list of replacement rules nor a valid dispatch table, and so cannot be used for replacing.",
);

fn compile(session: &mut Session, rules: &Expr) -> Option<Rules> {
    if rules.has_head(Sym::Dispatch) && rules.len() == 1 {
        return compile(session, &rules.arg(0));
    }
    if let Some(set) = session.extension::<Compiled>().0.get(rules) {
        return Some(Rules::One(set.clone()));
    }
    if rules.is_list() && !rules.is_empty() && rules.args().iter().all(|e| e.is_list() || e.has_head(Sym::Dispatch)) {
        let several: Option<Vec<Rules>> = rules.args().iter().map(|e| compile(session, e)).collect();
        return several.map(Rules::Several);
    }
    if rules.is_atom() {
        return None;
    }
    let set = Arc::new(RuleSet::from_expr(rules).ok()?);
    let cache = &mut session.extension::<Compiled>().0;
    if cache.len() >= CAPACITY {
        cache.clear();
    }
    cache.insert(rules.clone(), set.clone());
    Some(Rules::One(set))
}

impl Rules {
    /// What `work` gives for each set of rules: one result, or a list of them.
    ///
    /// # Errors
    /// Whatever leaves `work`.
    pub(crate) fn each(
        &self,
        session: &mut Session,
        work: &mut dyn FnMut(&mut Session, &RuleSet) -> Eval,
    ) -> Result<Option<Expr>, Flow> {
        match self {
            Rules::One(set) => work(session, set),
            Rules::Several(several) => {
                let mut results = Vec::with_capacity(several.len());
                for rules in several {
                    let Some(result) = rules.each(session, work)? else { return Ok(None) };
                    results.push(result);
                }
                Ok(Some(Expr::list(results)))
            }
        }
    }
}
