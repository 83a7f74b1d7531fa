//! Tables of rules as text: one line `name: left -> right /; condition` for each rule, in files by
//! purpose.
//!
//! Conditions see the parts that the left side matched. Every rule is an identity wherever its
//! condition holds; `tests/rules.rs` samples each of them numerically. `(*` begins a line of explanation.

use netform_eval::{Flow, Session};
use netform_expr::pattern::{Rule, RuleKind, RuleSet};
use netform_expr::{Expr, NodeMap, postorder, rebuild};
use rustc_hash::FxHashMap;

use crate::parts_first::is_inert;

/// A table of rules.
#[derive(Debug, Clone, Copy)]
pub struct RuleTable {
    /// The name of its file.
    pub name: &'static str,
    source: &'static str,
}

macro_rules! tables {
    ($($constant:ident $file:literal;)*) => {
        $(
            #[doc = concat!("The rules of `", $file, ".rules`.")]
            pub const $constant: RuleTable =
                RuleTable { name: $file, source: include_str!(concat!($file, ".rules")) };
        )*
        /// Every table.
        pub const ALL: &[RuleTable] = &[$($constant),*];
    };
}

tables! {
    TRIGONOMETRIC_TO_EXPONENTIAL "trigonometric_to_exponential";
    EXPONENTIAL_TO_TRIGONOMETRIC "exponential_to_trigonometric";
    ANGLE_SUMS "angle_sums";
    QUOTIENTS "quotients";
    SQUARES_OF_SINES "squares_of_sines";
    SQUARES_OF_COSINES "squares_of_cosines";
    FUNCTION_EXPAND "function_expand";
    SIMPLIFY "simplify";
    STABLE "stable";
    ARRAY_STABLE "array_stable";
    ARRAY_EXPAND "array_expand";
    ARRAY_SIMPLIFY "array_simplify";
}

/// The compiled tables of a session.
#[derive(Default)]
struct Compiled(FxHashMap<&'static str, RuleSet>);

impl RuleTable {
    /// The names and texts of the rules.
    pub fn lines(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.source
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with("(*"))
            .filter_map(|line| line.split_once(": "))
    }

    /// The rules, compiled when first asked for.
    pub(crate) fn rules(self, session: &mut Session) -> Result<RuleSet, Flow> {
        if let Some(rules) = session.extension::<Compiled>().0.get(self.name) {
            return Ok(rules.clone());
        }
        let mut rules = Vec::new();
        for (_, text) in self.lines() {
            let rule = session.parse_static(text);
            let left = session.evaluate(&rule.arg(0))?;
            rules.push(Rule::new(&left, &rule.arg(1), RuleKind::Delayed));
        }
        let rules: RuleSet = rules.into_iter().collect();
        session.extension::<Compiled>().0.insert(self.name, rules.clone());
        Ok(rules)
    }

    /// Rewrites every part, parts before wholes, as long as rules apply; each distinct part once.
    ///
    /// # Errors
    /// Where an evaluation is left by a [`Flow`].
    pub(crate) fn rewrite(self, session: &mut Session, e: &Expr) -> Result<Expr, Flow> {
        let rules = self.rules(session)?;
        let mut done = NodeMap::default();
        rewritten(session, e, &rules, &mut done, DEEPEST)
    }
}

/// How often the result of a rule is rewritten in turn.
const DEEPEST: usize = 150;

fn rewritten(
    session: &mut Session,
    root: &Expr,
    rules: &RuleSet,
    done: &mut NodeMap<Expr>,
    deeper: usize,
) -> Result<Expr, Flow> {
    let mut order = Vec::new();
    postorder::<Flow>(
        root,
        |node| !is_inert(node) && !done.contains_key(node),
        |node| {
            if !done.contains_key(node) && !is_inert(node) {
                order.push(node.clone());
            }
            Ok(())
        },
    )?;
    for node in order {
        session.tick()?;
        let mut current = rebuild(&node, |part| done.get(part).cloned().unwrap_or_else(|| part.clone()));
        if current != node {
            current = session.evaluate(&current)?;
        }
        if deeper > 0
            && let Some(result) = rules.apply(&current, session)?
        {
            let result = session.evaluate(&result)?;
            if result != current {
                current = rewritten(session, &result, rules, done, deeper - 1)?;
            }
        }
        // What comes out is not gone through again where it is a part of what a rule gives.
        done.insert(current.clone(), current.clone());
        done.insert(node, current);
    }
    Ok(done.get(root).cloned().unwrap_or_else(|| root.clone()))
}
