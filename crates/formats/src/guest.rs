//! Expressions in files that nobody vouches for: what is read is evaluated, and must do no more than compute.

use netform_eval::{Lowering, Session, ShapeRule};
use netform_expr::{Attributes, Expr, Sym, map_bottom_up, postorder};

use crate::FormatError;

/// Functions that no program has, but that only put together what is there.
const STRUCTURE: &[&str] = &[
    "List",
    "Association",
    "Rule",
    "RuleDelayed",
    "Function",
    "Slot",
    "SlotSequence",
    "With",
    "Module",
    "CompoundExpression",
    "NetPort",
    "NetArray",
    "NetEncoder",
    "NetDecoder",
    "Rational",
    "Complex",
    "Key",
    "Span",
    "Hold",
    "HoldForm",
    "Equal",
    "Dimensions",
    "ArrayDepth",
    "Length",
];

/// Functions with variables of their own.
const LOCAL: &[&str] = &["With", "Module"];

/// Refuses an expression that mentions functions which may do more than compute with numbers and arrays.
pub(crate) fn check(session: &Session, value: &Expr) -> Result<(), FormatError> {
    match refused(session, value).as_slice() {
        [] => Ok(()),
        names => Err(FormatError::Unsupported(format!(
            "a file that mentions {}, which may do more than compute with numbers and arrays,",
            names.join(", ")
        ))),
    }
}

/// The expression with pairs in the place of the values that `With` and `Module` give their own variables: nothing else may set
/// a value.
fn without_local_values(value: &Expr) -> Expr {
    map_bottom_up(value, |node| {
        let is_scope = node.is_normal()
            && LOCAL.iter().any(|name| node.head().as_symbol().is_some_and(|head| head.name() == *name));
        if !is_scope || node.is_empty() || !node.arg(0).is_list() {
            return node;
        }
        let sets = |item: &Expr| item.has_head(Sym::Set) || item.has_head(Sym::SetDelayed);
        let pair = |item: &Expr| if sets(item) { Expr::list(item.args().to_vec()) } else { item.clone() };
        let args = node.args();
        let variables = Expr::list(args[0].args().iter().map(pair).collect::<Vec<_>>());
        let rest = args[1..].iter().cloned();
        Expr::normal(node.head().clone(), std::iter::once(variables).chain(rest).collect::<Vec<_>>())
    })
}

/// The functions in an expression that may do more than compute.
fn refused(session: &Session, value: &Expr) -> Vec<String> {
    let registry = session.registry();
    let mut names = Vec::new();
    let walk = postorder::<std::convert::Infallible>(
        &without_local_values(value),
        |_| true,
        |node| {
            let Some(record) = node.is_symbol().then(|| registry.get(node)).flatten() else { return Ok(()) };
            let computes = !matches!(record.lowering, Lowering::None)
                || !matches!(record.shape, ShapeRule::Unknown)
                || record.real.is_some()
                || !record.forms.is_empty()
                || record.attributes.contains(Attributes::NUMERIC_FUNCTION)
                || record.apply.is_some()
                || record.information.is_some();
            if record.evaluate.is_some() && !computes && !STRUCTURE.contains(&record.name) {
                names.push(record.name.to_owned());
            }
            Ok(())
        },
    );
    match walk {
        Ok(()) => names,
        Err(never) => match never {},
    }
}
