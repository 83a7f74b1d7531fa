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
    // All names are those before the call, so that two can be exchanged: inner nets first, and those of one net at once.
    let mut groups: Vec<(Vec<Expr>, Vec<(Expr, Expr)>)> = Vec::new();
    for rule in ends(&rules) {
        let (path, name) =
            if rule.has_head(Sym::Rule) { (ends(&rule.arg(0)), rule.arg(1)) } else { (Vec::new(), rule.clone()) };
        let Some((key, above)) = path.split_last().filter(|_| name.as_str().is_some()) else {
            session.message(Sym::NetRename, "spec", &[rule]);
            return Ok(Some(failed()));
        };
        match groups.iter_mut().find(|(other, _)| *other == above) {
            Some((_, names)) => names.push((key.clone(), name)),
            None => groups.push((above.to_vec(), vec![(key.clone(), name)])),
        }
    }
    groups.sort_by_key(|(above, _)| std::cmp::Reverse(above.len()));
    let mut result = net;
    for (above, names) in groups {
        let mut renamed = Err(Unnamed::Nowhere);
        result = change(session, &result, &above, &mut |_, part| {
            renamed = renamed_parts(part, &names);
            renamed.clone().unwrap_or_else(|_| part.clone())
        });
        match renamed {
            Ok(_) => {}
            Err(Unnamed::Twice(name)) => {
                session.message(Sym::NetRename, "names", &[name]);
                return Ok(Some(failed()));
            }
            Err(Unnamed::NoPart(container, key)) => {
                no_part(session, Sym::NetRename, &Container::read(&container), &key);
                return Ok(Some(failed()));
            }
            Err(Unnamed::Nowhere) => {
                session.message(Sym::NetRename, "spec", &[rules]);
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
    /// The container has no part of this key.
    NoPart(Expr, Expr),
    /// Two parts would have this name.
    Twice(Expr),
}

/// A container in which parts have other names: keys, and the names that they get.
fn renamed_parts(net: &Expr, names: &[(Expr, Expr)]) -> Result<Expr, Unnamed> {
    if !is_container(net) {
        return Err(Unnamed::Nowhere);
    }
    let mut container = Container::read(net);
    let before = container.parts.clone();
    // A name among numbers makes names of all.
    for (key, _) in container.parts.iter_mut().filter(|(key, _)| key.as_str().is_none()) {
        *key = Expr::string(&format!("{key:?}"));
    }
    for (key, name) in names {
        let place = resolve(&before, key).ok_or_else(|| Unnamed::NoPart(net.clone(), key.clone()))?;
        container.parts[place].0 = name.clone();
    }
    container.named = true;
    if let Some(name) = repeated(&container.parts) {
        return Err(Unnamed::Twice(name));
    }
    let keys: Vec<Expr> = container.parts.iter().map(|(key, _)| key.clone()).collect();
    let new_key = |key: &Expr| resolve(&before, key).map(|place| keys[place].clone());
    let edges = container.edges.iter().filter_map(|(from, to)| Some((end(from, &new_key)?, end(to, &new_key)?)));
    container.edges = edges.collect();
    Ok(container.to_expr())
}
