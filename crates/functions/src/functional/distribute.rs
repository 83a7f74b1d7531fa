//! `Distribute`: a function over sums, or one head over another.

use netform_eval::{Eval, Function, Session};
use netform_expr::{Expr, Sym};

/// One head distributed over another.
pub(super) const DISTRIBUTE: Function = Function {
    name: "Distribute",
    usage: "Distribute[f[x1, x2, ...]] distributes f over the sums among the xi. Distribute[expr, g] distributes over g, \
            Distribute[expr, g, f] only if the head of expr is f, and Distribute[expr, g, f, gp, fp] puts gp and fp in \
            place of g and f in the result.",
    arguments: Some((1, 5)),
    evaluate: Some(distribute),
    examples: &[
        ("Distribute[f[a + b, c]]", "f[a, c] + f[b, c]"),
        ("Distribute[f[g[a, b], g[c]], g]", "g[f[a, c], f[b, c]]"),
        ("Distribute[{{a, b}, {c, d}}, List]", "{{a, c}, {a, d}, {b, c}, {b, d}}"),
    ],
    ..Function::NEW
};

fn distribute(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let e = &args[0];
    let over = args.get(1).cloned().unwrap_or_else(|| Sym::Plus.into());
    if e.is_atom() || args.get(2).is_some_and(|f| f != e.head()) {
        return Ok(Some(e.clone()));
    }
    let outer = args.get(3).cloned().unwrap_or_else(|| over.clone());
    let inner = args.get(4).cloned().unwrap_or_else(|| e.head().clone());
    let choices: Vec<Vec<Expr>> = e
        .args()
        .iter()
        .map(|arg| if arg.is_normal() && *arg.head() == over { arg.args().to_vec() } else { vec![arg.clone()] })
        .collect();
    if e.args().iter().all(|arg| arg.is_atom() || *arg.head() != over) && args.len() < 4 {
        return Ok(Some(e.clone()));
    }
    let mut terms: Vec<Vec<Expr>> = vec![Vec::new()];
    for choice in &choices {
        let mut longer = Vec::with_capacity(terms.len() * choice.len());
        for term in &terms {
            for item in choice {
                session.tick()?;
                longer.push(term.iter().chain([item]).cloned().collect());
            }
        }
        terms = longer;
    }
    let terms = terms.into_iter().map(|term| Expr::normal(inner.clone(), term));
    Ok(Some(Expr::normal(outer, terms.collect::<Vec<_>>())))
}
