//! `NetRename`: other names for layers of chains and graphs.

use netform_eval::{Eval, Session};
use netform_expr::{Expr, Sym};

use super::container::{Container, end, ends};
use super::{failed, no_part, repeated};
use crate::parts::{change, is_container};
use crate::resolve::resolve;

pub(super) fn rename(session: &mut Session, call: &Expr) -> Eval {
    let [net, rules] = [call.arg(0), call.arg(1)];
    if Container::of(session, Sym::NetRename, &net)?.is_none() {
        return Ok(Some(failed()));
    }
    let mut result = net;
    for rule in ends(&rules) {
        let (path, name) =
            if rule.has_head(Sym::Rule) { (ends(&rule.arg(0)), rule.arg(1)) } else { (Vec::new(), rule.clone()) };
        let Some((key, above)) = path.split_last().filter(|_| name.as_str().is_some()) else {
            session.message(Sym::NetRename, "spec", &[rule]);
            return Ok(Some(failed()));
        };
        let mut renamed = Err(Unnamed::Nowhere);
        result = change(session, &result, above, &mut |_, part| {
            renamed = renamed_part(part, key, &name);
            renamed.clone().unwrap_or_else(|_| part.clone())
        });
        match renamed {
            Ok(_) => {}
            Err(Unnamed::Twice) => {
                session.message(Sym::NetRename, "names", &[name]);
                return Ok(Some(failed()));
            }
            Err(Unnamed::NoPart(container)) => {
                no_part(session, Sym::NetRename, &Container::read(&container), key);
                return Ok(Some(failed()));
            }
            Err(Unnamed::Nowhere) => {
                session.message(Sym::NetRename, "spec", &[rule]);
                return Ok(Some(failed()));
            }
        }
    }
    Ok(Some(result))
}

/// Why a part has no other name.
#[derive(Clone)]
enum Unnamed {
    /// The path leads to no container.
    Nowhere,
    /// The container has no such part.
    NoPart(Expr),
    /// The name is that of another part.
    Twice,
}

/// A container in which a part has another name.
fn renamed_part(net: &Expr, key: &Expr, name: &Expr) -> Result<Expr, Unnamed> {
    if !is_container(net) {
        return Err(Unnamed::Nowhere);
    }
    let mut container = Container::read(net);
    let place = resolve(&container.parts, key).ok_or_else(|| Unnamed::NoPart(net.clone()))?;
    let before = container.parts.clone();
    // A name among numbers makes names of all.
    for (i, (key, _)) in container.parts.iter_mut().enumerate() {
        if i == place {
            *key = name.clone();
        } else if key.as_str().is_none() {
            *key = Expr::string(&format!("{key:?}"));
        }
    }
    container.named = true;
    if repeated(&container.parts).is_some() {
        return Err(Unnamed::Twice);
    }
    let keys: Vec<Expr> = container.parts.iter().map(|(key, _)| key.clone()).collect();
    let new_key = |key: &Expr| resolve(&before, key).map(|place| keys[place].clone());
    let edges = container.edges.iter().filter_map(|(from, to)| Some((end(from, &new_key)?, end(to, &new_key)?)));
    container.edges = edges.collect();
    Ok(container.to_expr())
}
