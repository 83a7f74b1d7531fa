//! `NetRename`: other names for layers of chains and graphs.

use netform_eval::{Eval, Session};
use netform_expr::{Expr, Sym};

use super::container::{Container, end, ends};
use super::{failed, repeated};
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
        let mut renamed = Err("nopart");
        result = change(session, &result, above, &mut |_, part| {
            renamed = renamed_part(part, key, &name);
            renamed.clone().unwrap_or_else(|_| part.clone())
        });
        if let Err(tag) = renamed {
            let args = if tag == "names" { vec![name] } else { vec![result.head().clone(), rule.arg(0)] };
            session.message(Sym::NetRename, tag, &args);
            return Ok(Some(failed()));
        }
    }
    Ok(Some(result))
}

/// A container in which a part has another name.
fn renamed_part(net: &Expr, key: &Expr, name: &Expr) -> Result<Expr, &'static str> {
    if !is_container(net) {
        return Err("nopart");
    }
    let mut container = Container::read(net);
    let place = resolve(&container.parts, key).ok_or("nopart")?;
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
        return Err("names");
    }
    let keys: Vec<Expr> = container.parts.iter().map(|(key, _)| key.clone()).collect();
    let new_key = |key: &Expr| resolve(&before, key).map(|place| keys[place].clone());
    let edges = container.edges.iter().filter_map(|(from, to)| Some((end(from, &new_key)?, end(to, &new_key)?)));
    container.edges = edges.collect();
    Ok(container.to_expr())
}
