//! Nets without some of their layers: `NetTake`, `NetDrop`, `NetDelete`.

use netform_eval::{Eval, Flow, Session};
use netform_expr::{Expr, NodeSet, Sym};

use super::container::{Container, ends};
use super::{failed, no_part};
use crate::PartialShape;
use crate::net::{Leaf, NetPort, Place};
use crate::read::{read, split_options};
use crate::resolve::resolve;

/// `NetTake` and `NetDrop`.
pub(super) fn part_of(session: &mut Session, call: &Expr, function: Sym, take: bool) -> Eval {
    let [net, spec] = [call.arg(0), call.arg(1)];
    let Some(container) = Container::of(session, function, &net)? else { return Ok(Some(failed())) };
    let Some(named) = selected(&container, &spec) else {
        let unknown =
            ends(&spec).into_iter().find(|key| key.as_str().is_some() && resolve(&container.parts, key).is_none());
        match unknown {
            Some(key) => no_part(session, function, &container, &key),
            None if container.is_chain() && spec.as_i64().is_some() => {
                let count = Expr::integer(container.parts.len() as i64);
                session.message(function, "count", &[container.head.clone(), spec, count]);
            }
            None => session.message(function, "spec", &[spec]),
        }
        return Ok(Some(failed()));
    };
    let kept: Vec<bool> = named.into_iter().map(|named| named == take).collect();
    if !kept.contains(&true) {
        session.message(function, "empty", &[]);
        return Ok(Some(failed()));
    }
    let mut container = part_kept(session, &net, container, &kept)?;
    for rule in &call.args()[2..] {
        let name = |e: &Expr| split_options(std::slice::from_ref(e)).1.pop().map(|(name, _)| name);
        let Some(port) = name(rule).filter(|_| rule.has_head(Sym::Rule)) else {
            session.message(function, "portrule", std::slice::from_ref(rule));
            return Ok(Some(failed()));
        };
        container.options.retain(|option| name(option).as_ref() != Some(&port));
        container.options.push(Expr::rule(Expr::string(&port), rule.arg(1)));
    }
    Ok(Some(container.to_expr()))
}

/// A net with some of its parts. What was said of its ports holds for those that are the same as before; other inputs have the
/// shapes that they had in the whole, where they do not follow otherwise.
fn part_kept(session: &mut Session, net: &Expr, container: Container, kept: &[bool]) -> Result<Container, Flow> {
    let Ok(whole) = read(session, net)? else { return Ok(container) };
    let before = container.parts.clone();
    let takes_several = |leaf: &&Leaf| {
        leaf.owner.is_none() && leaf.inputs.iter().any(|port| port.index.is_some()) && leaf.path.len() == 1
    };
    let several: NodeSet = whole.leaves.iter().filter(takes_several).map(|leaf| leaf.path[0].clone()).collect();
    let several: Vec<bool> = before.iter().map(|(key, _)| several.contains(key)).collect();
    let mut container = container.keep(kept, &several);
    let is_port = |option: &Expr| {
        whole.inputs.iter().chain(&whole.outputs).any(|port| option.arg(0).as_str() == Some(&*port.name))
    };
    let (of_ports, others) = std::mem::take(&mut container.options).into_iter().partition(is_port);
    let of_ports: Vec<Expr> = of_ports;
    container.options = others;
    let Ok(part) = read(session, &container.to_expr())? else { return Ok(container) };
    let old_keys: Vec<&Expr> = before.iter().zip(kept).filter(|(_, kept)| **kept).map(|((key, _), _)| key).collect();
    // The layer in the whole that a port of the part belongs to.
    let old_leaf = |place: &Place| {
        let (key, rest) = part.leaves[place.leaf].path.split_first()?;
        let old = resolve(&container.parts, key).and_then(|i| old_keys.get(i))?;
        let is_it =
            |leaf: &Leaf| leaf.owner.is_none() && leaf.path.first() == Some(*old) && leaf.path.get(1..) == Some(rest);
        whole.leaves.iter().position(is_it)
    };
    let is_known =
        |shape: &PartialShape| shape.dimensions().filter(|sizes| sizes.iter().all(|n| n.as_usize().is_some()));
    let mut options = Vec::new();
    for (new, old) in [(&part.inputs, &whole.inputs), (&part.outputs, &whole.outputs)] {
        for port in new {
            let Some((place, leaf)) = port.places.first().and_then(|place| Some((place, old_leaf(place)?))) else {
                continue;
            };
            let is_same = |other: &&NetPort| {
                other.name == port.name
                    && other.places.first().is_some_and(|other| other.leaf == leaf && other.port == place.port)
            };
            if old.iter().any(|other| is_same(&other)) {
                options.extend(of_ports.iter().find(|option| option.arg(0).as_str() == Some(&*port.name)).cloned());
            } else if std::ptr::eq(new, &part.inputs)
                && is_known(&port.shape).is_none()
                && let Some(sizes) = is_known(whole.leaves[leaf].shape(&place.port))
            {
                let sizes = if let [length] = sizes.as_slice() { length.clone() } else { Expr::list(sizes) };
                options.push(Expr::rule(Expr::string(&port.name), sizes));
            }
        }
    }
    container.options.extend(options);
    Ok(container)
}

/// Which parts a specification of `NetTake` means.
fn selected(container: &Container, spec: &Expr) -> Option<Vec<bool>> {
    let count = container.parts.len();
    let place = |key: &Expr| resolve(&container.parts, key);
    if container.is_chain() {
        let range = |from: usize, to: usize| (0..count).map(|place| (from..to).contains(&place)).collect();
        return match spec.args_of(Sym::List).as_deref() {
            Some([from, to]) => Some(range(place(from)?, place(to)? + 1)),
            Some(_) => None,
            None => match spec.as_i64() {
                Some(n) if n.unsigned_abs() as usize <= count => {
                    let n = n.unsigned_abs() as usize;
                    Some(if spec.as_usize().is_some() { range(0, n) } else { range(count - n, count) })
                }
                Some(_) => None,
                None => Some(range(0, place(spec)? + 1)),
            },
        };
    }
    match spec.args_of(Sym::List).as_deref() {
        Some([from, to]) => {
            let after = container.related(place(from)?, false);
            let before = container.related(place(to)?, true);
            Some(after.into_iter().zip(before).map(|(after, before)| after && before).collect())
        }
        Some(_) => None,
        None => Some(container.related(place(spec)?, true)),
    }
}

/// `NetDelete`.
pub(super) fn delete(session: &mut Session, call: &Expr) -> Eval {
    let [net, spec] = [call.arg(0), call.arg(1)];
    let Some(container) = Container::of(session, Sym::NetDelete, &net)? else { return Ok(Some(failed())) };
    let mut kept = vec![true; container.parts.len()];
    for key in ends(&spec) {
        let Some(place) = resolve(&container.parts, &key) else {
            no_part(session, Sym::NetDelete, &container, &key);
            return Ok(Some(failed()));
        };
        kept[place] = false;
    }
    Ok(Some(without(session, Sym::NetDelete, &net, &kept)?.unwrap_or_else(failed)))
}

/// A container with those parts that are kept; `None` after a message if there are none.
pub(crate) fn without(session: &mut Session, function: Sym, net: &Expr, kept: &[bool]) -> Result<Option<Expr>, Flow> {
    if !kept.contains(&true) {
        session.message(function, "empty", &[]);
        return Ok(None);
    }
    Ok(Some(part_kept(session, net, Container::read(net), kept)?.to_expr()))
}
