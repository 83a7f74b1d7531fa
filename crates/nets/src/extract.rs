//! `NetExtract`: layers, arrays, parameters and shapes of a net.

use std::sync::Arc;

use netform_eval::{Eval, Flow, Function, Quiet, Session};
use netform_expr::{Expr, Sym};

use crate::diagnostic::instead;
use crate::net::{ArrayValue, Leaf, Net, NetPort};
use crate::parts::{Part, is_container, parts};
use crate::read::{is_net, read};
use crate::resolve::resolve;
use crate::states::remembered;
use crate::{Fault, shared};

pub(crate) const NET_EXTRACT: Function = Function {
    name: "NetExtract",
    usage: "NetExtract[net, n] or NetExtract[net, \"name\"] gives a layer of a chain, an array, a parameter or the \
            shape of a port; NetExtract[net, {spec1, spec2, ...}] a part of a part, NetExtract[net, {{...}, {...}, ...}] \
            several of these; NetExtract[object, \"States\"] the states that a NetStateObject remembers; NetExtract[net, All] all layers \
            of a chain, or all arrays of a layer, NetExtract[net, m ;; n] the layers from m to n; NetExtract[net, {All, spec}] \
            or {m ;; n, spec} a part of each of them; NetExtract[net, \"Arrays\"] all arrays with their paths. An array \
            without values is Automatic. Arguments have names too, such as \"KernelSize\"; Information[net, \"Parameters\"] gives them.",
    arguments: Some((2, 2)),
    evaluate: Some(extract),
    messages: &[
        ("arg1", "The first argument, `1`, is not a net."),
        ("nopart", "`1` has no part `2`; it has `3`"),
        ("arrpart", "`2` of `1` has no part `3`.`4`"),
    ],
    examples: &[
        ("NetExtract[LinearLayer[1, \"Weights\" -> {{2, 3}}, \"Biases\" -> {4}], \"Weights\"]", "{{2, 3}}"),
        ("NetExtract[PoolingLayer[{2, 3}], \"KernelSize\"]", "{2, 3}"),
        ("NetExtract[NetChain[{3, Tanh}], 2]", "ElementwiseLayer[Tanh]"),
        ("NetExtract[NetChain[{3, Tanh}, \"Input\" -> 2], {1, \"Input\"}]", "{2}"),
    ],
    ..Function::NEW
};

fn extract(session: &mut Session, call: &Expr) -> Eval {
    let [mut expr, spec] = [call.arg(0), call.arg(1)];
    if expr.has_head(Sym::NetStateObject) {
        if spec.as_str() == Some("States")
            && let Some(states) = remembered(session, &expr)?
        {
            return Ok(Some(states));
        }
        expr = expr.args().first().cloned().unwrap_or(expr);
    }
    let Some(net) = view(session, Sym::NetExtract, &expr)? else { return Ok(Some(Sym::Failed.into())) };
    let keys: Vec<Expr> = if spec.is_list() { spec.args().into_owned() } else { vec![spec] };
    if keys.is_empty() || !keys.iter().all(Expr::is_list) {
        return part(session, &net, &keys).map(Some);
    }
    let parts = keys.iter().map(|keys| part(session, &net, &keys.args())).collect::<Result<Vec<_>, _>>()?;
    Ok(Some(Expr::list(parts)))
}

/// `Normal[net]`: the layers of a container, or the arrays of a layer.
pub(crate) fn normal(session: &mut Session, net: &Expr) -> Eval {
    session.evaluate_call(Sym::NetExtract, [net.clone(), Sym::All.into()]).map(Some)
}

/// The view of a sound net; `None` after a message.
pub(crate) fn view(session: &mut Session, function: Sym, expr: &Expr) -> Result<Option<Arc<Net>>, Flow> {
    if !is_net(session, expr) {
        session.message(function, "arg1", std::slice::from_ref(expr));
        return Ok(None);
    }
    Ok(match read(session, expr)? {
        Ok(net) if net.faults.is_empty() => Some(net),
        Ok(net) => {
            Fault::fail(session, &net.faults);
            None
        }
        Err(faults) => {
            Fault::fail(session, &faults);
            None
        }
    })
}

/// The part of a net that keys lead to; `$Failed` after a message if they lead nowhere.
fn part(session: &mut Session, net: &Net, keys: &[Expr]) -> Result<Expr, Flow> {
    let of_shared = |(leaf, array)| of_leaf(net, &net.leaves[leaf], &Expr::string(array));
    if let Some(value) = shared::place(net, keys).and_then(of_shared) {
        return Ok(value);
    }
    let mut path: Vec<Expr> = Vec::new();
    let mut here = net.expr.clone();
    for (i, key) in keys.iter().enumerate() {
        if is_container(&here)
            && let Some(members) = parts(session, &here)
        {
            if key.is(Sym::All) && i + 1 == keys.len() {
                return Ok(here.arg(0));
            }
            if key.is(Sym::All) || key.has_head(Sym::Span) {
                let Some(members) = spanned(session, &members, key)? else {
                    return Ok(no_part(session, &here, key, &members));
                };
                return of_several(session, net, &path, &here, &members, &keys[i + 1..]);
            }
            match resolve(&members, key) {
                Some(place) => {
                    let (key, member) = members[place].clone();
                    path.push(key);
                    here = member;
                    continue;
                }
                None if i + 1 == keys.len() => {}
                None => return Ok(no_part(session, &here, key, &members)),
            }
            if key.as_str() == Some("Arrays") {
                return Ok(arrays(net, &path));
            }
            if let Some(port) =
                net.inputs.iter().chain(&net.outputs).find(|p| path.is_empty() && key.as_str() == Some(&*p.name))
            {
                return Ok(port_value(port));
            }
            return Ok(no_part(session, &here, key, &members));
        }
        let Some(leaf) = net.leaves.iter().find(|leaf| leaf.path == path) else { break };
        if let Some(inner) = parts(session, &here).unwrap_or_default().into_iter().find(|(k, _)| k == key) {
            path.push(inner.0);
            here = inner.1;
            continue;
        }
        let found = of_leaf(net, leaf, key);
        return Ok(match found {
            Some(value) if i + 1 == keys.len() => value,
            Some(value) => {
                let is_open = leaf
                    .arrays
                    .iter()
                    .any(|(name, array)| key.as_str() == Some(*name) && *array == ArrayValue::Automatic);
                part_of_value(session, &here, key, (value, is_open), &keys[i + 1..])?
            }
            None => {
                // An argument that is a net is reached by the same name.
                let keys = leaf.keys().map(|(key, _)| key);
                let keys: Vec<String> = keys.filter(|key| leaf.nets.iter().all(|inner| *inner.name != **key)).collect();
                let names: Vec<Part> = keys
                    .iter()
                    .map(String::as_str)
                    .chain(leaf.nets.iter().map(|inner| &*inner.name))
                    .chain(leaf.arrays.iter().map(|(n, _)| *n))
                    .chain(leaf.inputs.iter().chain(&leaf.outputs).map(|p| &*p.name))
                    .map(|n| (Expr::string(n), Expr::string(n)))
                    .collect();
                no_part(session, &here, key, &names)
            }
        });
    }
    Ok(here)
}

/// A part of a parameter or an array of a layer, which may have no values yet; `$Failed` after a message if it has no such part.
fn part_of_value(
    session: &mut Session,
    layer: &Expr,
    key: &Expr,
    (value, is_open): (Expr, bool),
    rest: &[Expr],
) -> Result<Expr, Flow> {
    let part = Expr::call(Sym::Part, [value].into_iter().chain(rest.iter().cloned()));
    let found = session.quietly(Quiet::All, |session| session.evaluate(&part))?;
    if !found.has_head(Sym::Part) {
        return Ok(found);
    }
    let hint = if is_open { " It has no values yet; NetInitialize gives it some." } else { "" };
    let args = [layer.head().clone(), key.clone(), Expr::list(rest.to_vec()), Expr::string(hint)];
    session.message(Sym::NetExtract, "arrpart", &args);
    Ok(Sym::Failed.into())
}

/// The members that All or a span means, whose ends may be names; `None` if it means none.
pub(crate) fn spanned(session: &mut Session, members: &[Part], key: &Expr) -> Result<Option<Vec<Part>>, Flow> {
    if key.is(Sym::All) {
        return Ok(Some(members.to_vec()));
    }
    let number = |end: &Expr| match members.iter().position(|(name, _)| name == end && name.as_str().is_some()) {
        Some(place) => Expr::integer(place as i64 + 1),
        None => end.clone(),
    };
    let span = Expr::call(Sym::Span, key.args().iter().map(number));
    let places = Expr::list((0..members.len() as i64).map(Expr::integer));
    let part = Expr::call(Sym::Part, [places, span]);
    let found = session.quietly(Quiet::All, |session| session.evaluate(&part))?;
    if !found.is_list() {
        return Ok(None);
    }
    let member = |place: &Expr| place.as_usize().and_then(|place| members.get(place)).cloned();
    Ok(found.args().iter().map(member).collect())
}

/// Members of a container, or a part of each of them, under their keys; `Missing` where a member has no such part.
fn of_several(
    session: &mut Session,
    net: &Net,
    path: &[Expr],
    here: &Expr,
    members: &[Part],
    rest: &[Expr],
) -> Result<Expr, Flow> {
    let mut parts_of_members = Vec::with_capacity(members.len());
    for (key, member) in members {
        if rest.is_empty() {
            parts_of_members.push(member.clone());
            continue;
        }
        let keys: Vec<Expr> = path.iter().chain([key]).chain(rest).cloned().collect();
        let value = session.quietly(Quiet::All, |session| part(session, net, &keys))?;
        let missing = || Expr::call(Sym::Missing, [Expr::string("KeyAbsent"), rest[rest.len() - 1].clone()]);
        parts_of_members.push(if value.is(Sym::Failed) { missing() } else { value });
    }
    Ok(if here.arg(0).is_list() {
        Expr::list(parts_of_members)
    } else {
        let rules = members.iter().zip(parts_of_members).map(|((key, _), value)| Expr::rule(key.clone(), value));
        Expr::call(Sym::Association, rules.collect::<Vec<_>>())
    })
}

fn no_part(session: &mut Session, here: &Expr, key: &Expr, members: &[Part]) -> Expr {
    let names: Vec<String> = members.iter().map(|(key, _)| session.output_form(key)).collect();
    let known = instead(&session.output_form(key), &names);
    let args = [here.head().clone(), key.clone(), Expr::string(&known)];
    session.message(Sym::NetExtract, "nopart", &args);
    Sym::Failed.into()
}

fn of_leaf(net: &Net, leaf: &Leaf, key: &Expr) -> Option<Expr> {
    if key.is(Sym::All) || key.as_str() == Some("Arrays") {
        return Some(arrays(net, &leaf.path));
    }
    let name = key.as_str().map(str::to_owned).or_else(|| key.as_symbol().map(|s| s.name().to_owned()))?;
    if let Some(value) = leaf.array(&name) {
        return Some(value_of(value));
    }
    if let Some(parameter) = leaf.layer.parameter_of_key(&name) {
        return leaf.parameters.iter().find(|(n, _)| *n == parameter.name).map(|(_, value)| value.clone());
    }
    let coder = leaf.coders.iter().find(|(port, _)| **port == *name).map(|(_, coder)| coder.expr.clone());
    coder.or_else(|| leaf.port(&name).map(|port| leaf.shape(&port.name).to_expr()))
}

/// What the option of a port would be: its coder, or its shape.
pub(crate) fn port_value(port: &NetPort) -> Expr {
    port.coder.as_ref().map_or_else(|| port.shape.to_expr(), |coder| coder.expr.clone())
}

pub(crate) fn value_of(value: &ArrayValue) -> Expr {
    match value {
        ArrayValue::Automatic => Sym::Automatic.into(),
        ArrayValue::None => Sym::None.into(),
        ArrayValue::Given(value) => value.clone(),
    }
}

/// The arrays of all layers below a path: names for a layer, paths for a container.
pub(crate) fn arrays(net: &Net, path: &[Expr]) -> Expr {
    let rules = net.leaves.iter().filter(|leaf| leaf.path.starts_with(path)).flat_map(|leaf| {
        leaf.arrays.iter().filter(|(_, value)| *value != ArrayValue::None).map(|(name, value)| {
            let inner = &leaf.path[path.len()..];
            let key = if inner.is_empty() {
                Expr::string(name)
            } else {
                Expr::list(inner.iter().cloned().chain([Expr::string(name)]))
            };
            Expr::rule(key, value_of(value))
        })
    });
    Expr::call(Sym::Association, rules.collect::<Vec<_>>())
}
