//! `net[[...]]`: the parts of a net are its layers, arrays and ports, as for `NetExtract`; a span of layers is a net, as for
//! `NetTake`.

use netform_eval::{Eval, Flow, ObjectParts, Session};
use netform_expr::{Expr, Sym};

use crate::extract::spanned;
use crate::parts::{is_container, parts};
use crate::records::is_pattern;

/// The parts of nets.
pub(crate) const PARTS: ObjectParts = ObjectParts { part, replaced };

fn part(session: &mut Session, net: &Expr, specifications: &[Expr]) -> Eval {
    if is_pattern(session, net) {
        return Ok(None);
    }
    // Several keys in a list mean a part for each of them.
    if let Some(place) = specifications.iter().position(Expr::is_list) {
        let path = |key: &Expr| {
            let mut path = specifications.to_vec();
            path[place] = key.clone();
            path
        };
        let keys = specifications[place].args();
        let found = keys.iter().map(|key| part(session, net, &path(key))).collect::<Result<Option<Vec<_>>, _>>()?;
        return Ok(found.map(Expr::list));
    }
    match specifications.split_last() {
        Some((span, path)) if span.has_head(Sym::Span) => {
            let inner = extracted(session, net, path)?;
            if is_container(&inner) {
                return taken(session, &inner, span).map(Some);
            }
        }
        _ => {}
    }
    extracted(session, net, specifications).map(Some)
}

fn extracted(session: &mut Session, net: &Expr, path: &[Expr]) -> Result<Expr, Flow> {
    if path.is_empty() {
        return Ok(net.clone());
    }
    session.evaluate_call(Sym::NetExtract, [net.clone(), Expr::list(path.to_vec())])
}

/// The net of the layers of a chain or graph that a span means.
fn taken(session: &mut Session, net: &Expr, span: &Expr) -> Result<Expr, Flow> {
    let members = parts(session, net).unwrap_or_default();
    let found = spanned(session, &members, span)?.filter(|_| span.len() == 2);
    let ends = found.and_then(|found| Some(Expr::list([found.first()?.0.clone(), found.last()?.0.clone()])));
    session.evaluate_call(Sym::NetTake, [net.clone(), ends.unwrap_or_else(|| span.clone())])
}

fn replaced(session: &mut Session, net: &Expr, specifications: &[Expr], value: &Expr) -> Eval {
    if is_pattern(session, net) {
        return Ok(None);
    }
    let is_several = |key: &&Expr| key.is_list() || key.is(Sym::All) || key.has_head(Sym::Span);
    if let Some(several) = specifications.iter().find(is_several) {
        session.message(Sym::NetReplacePart, "several", std::slice::from_ref(several));
        return Ok(Some(Sym::Failed.into()));
    }
    let rule = Expr::rule(Expr::list(specifications.to_vec()), value.clone());
    session.evaluate_call(Sym::NetReplacePart, [net.clone(), rule]).map(Some)
}
