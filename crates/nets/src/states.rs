//! States of recurrences between applications: `NetStateObject`.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, NodeMap, Sym};

use crate::extract::view;
use crate::net::{LeafPort, Net};
use crate::ports::keys_of;

pub(crate) const NET_STATE_OBJECT: Function = Function {
    name: "NetStateObject",
    usage: "NetStateObject[net] is a net that remembers the final states of its recurrent layers, and begins with them when \
            it is applied again. NetStateObject[net, <|NetPort[{layer, ..., \"State\"}] -> s, ...|>] begins with given \
            states. Its value is NetStateObject[net, n], where the number n stands for the states in this session. \
            Information[object, property] has the properties of the net, and \"States\" and \"Net\".",
    arguments: Some((1, 2)),
    evaluate: Some(make_object),
    apply: Some(apply_object),
    information: Some(information),
    messages: &[
        ("arg1", "The first argument, `1`, is not a net."),
        ("nostate", "The net has no recurrent state that is not connected."),
        ("states", "`1` is not an association of states such as <|NetPort[{1, \"State\"}] -> s|>; the states are `2`."),
    ],
    examples: &[(
        "object = NetStateObject[BasicRecurrentLayer[1, \"InputWeights\" -> {{1}}, \"StateWeights\" -> {{2}}, \"Biases\" -> None]]; \
         {object[{{x}}], object[{{y}}]}",
        "{{{Tanh[x]}}, {{Tanh[y + 2 Tanh[x]]}}}",
    )],
    ..Function::NEW
};

/// The states of the objects of a session, by number: ports and values.
#[derive(Default)]
struct States(Vec<NodeMap<Expr>>);

/// The properties of an object: those of its net, its states, and the net itself.
fn information(session: &mut Session, object: &Expr, property: Option<&Expr>) -> Eval {
    let Some(states) = remembered(session, object)? else { return Ok(None) };
    let net = object.arg(0);
    let of_net = |session: &mut Session, property: Option<&Expr>| {
        session.evaluate_call(Sym::Information, [net.clone()].into_iter().chain(property.cloned()))
    };
    let own = [Expr::rule(Expr::string("Net"), net.clone()), Expr::rule(Expr::string("States"), states)];
    let Some(property) = property else {
        let facts = of_net(session, None)?;
        let rules = facts.args().iter().cloned().chain([own[1].clone()]).collect::<Vec<_>>();
        return Ok(Some(Expr::call(Sym::Association, rules)));
    };
    if property.is_list() {
        let call = |property: &Expr| Expr::call(Sym::Information, [object.clone(), property.clone()]);
        return Ok(Some(Expr::list(property.args().iter().map(call).collect::<Vec<_>>())));
    }
    if let Some(rule) = own.iter().find(|rule| rule.arg(0) == *property) {
        return Ok(Some(rule.arg(1)));
    }
    let value = of_net(session, Some(property))?;
    if property.as_str() == Some("Properties") {
        let mut names: Vec<Expr> = value.args().iter().cloned().chain(own.iter().map(|rule| rule.arg(0))).collect();
        names.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        return Ok(Some(Expr::list(names)));
    }
    Ok(Some(value))
}

/// The ports of the states of a net that nothing is connected to.
pub(crate) fn open_states(net: &Net) -> Vec<Expr> {
    let of_leaf = |leaf: &crate::Leaf| {
        let open = |port: &&LeafPort| port.is_state() && !leaf.sources.iter().any(|(name, _)| *name == port.name);
        // The states of a single layer are inputs, and connected as such.
        let open = |port: &&LeafPort| port.is_state() && (leaf.path.is_empty() || open(port));
        let keys = |port: &LeafPort| Expr::list(leaf.path.iter().cloned().chain([Expr::string(&port.name)]));
        leaf.inputs.iter().filter(open).map(|port| Expr::call(Sym::NetPort, [keys(port)])).collect::<Vec<_>>()
    };
    net.leaves.iter().filter(|leaf| leaf.owner.is_none()).flat_map(of_leaf).collect()
}

fn make_object(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    if args.get(1).is_some_and(|second| second.as_usize().is_some()) {
        return Ok(None);
    }
    let Some(net) = view(session, Sym::NetStateObject, &args[0])? else { return Ok(Some(Sym::Failed.into())) };
    let open = open_states(&net);
    if open.is_empty() {
        session.message(Sym::NetStateObject, "nostate", &[]);
        return Ok(Some(Sym::Failed.into()));
    }
    let mut states = NodeMap::default();
    if let Some(given) = args.get(1) {
        let known = |rule: &Expr| rule.has_head(Sym::Rule) && open.contains(&canonical(&rule.arg(0)));
        if !given.has_head(Sym::Association) || !given.args().iter().all(known) {
            session.message(Sym::NetStateObject, "states", &[given.clone(), Expr::list(open)]);
            return Ok(Some(Sym::Failed.into()));
        }
        states.extend(given.args().iter().map(|rule| (canonical(&rule.arg(0)), rule.arg(1))));
    }
    // Each call makes an object of its own.
    session.note_effect();
    let objects = &mut session.extension::<States>().0;
    objects.push(states);
    let number = Expr::integer(objects.len() as i64);
    Ok(Some(Expr::call(Sym::NetStateObject, [args[0].clone(), number])))
}

/// `NetPort["a"]`, `NetPort["a", "b"]`, `"a"` and `{"a", "b"}` as `NetPort[{...}]`.
fn canonical(port: &Expr) -> Expr {
    Expr::call(Sym::NetPort, [Expr::list(keys_of(port))])
}

fn apply_object(session: &mut Session, call: &Expr) -> Eval {
    let object = call.head();
    let [net, number] = [object.args().first().cloned(), object.args().get(1).cloned()];
    let (Some(net), Some(place)) = (net, number.and_then(|n| n.as_usize()).filter(|n| *n > 0)) else { return Ok(None) };
    let Some(view) = view(session, Sym::NetStateObject, &net)? else { return Ok(Some(Sym::Failed.into())) };
    // The next application gives another result.
    session.note_effect();
    let Some(states) = session.extension::<States>().0.get(place - 1).cloned() else { return Ok(None) };
    let args = call.args();
    let Some((data, options)) = args.split_first() else { return Ok(None) };
    let open = open_states(&view);
    // Other ports that are asked for are computed from the same states.
    let (asked, options) = match options.split_first() {
        Some((first, rest)) if !first.has_head(Sym::Rule) && !first.has_head(Sym::RuleDelayed) => (Some(first), rest),
        _ => (None, options),
    };
    let asked = match asked {
        Some(asked) => {
            let given = given(&view, &states, &open, data);
            let arguments = [given, asked.clone()].into_iter().chain(options.iter().cloned());
            let value = session.evaluate(&Expr::normal(net.clone(), arguments))?;
            if value.is(Sym::Failed) {
                return Ok(Some(value));
            }
            Some(value)
        }
        None => None,
    };
    let result = step(session, &net, &view, &states, &open, data, options)?;
    if !result.has_head(Sym::Association) {
        return Ok(Some(result));
    }
    let mut outputs = Vec::new();
    let mut next = states;
    for rule in result.args().iter() {
        match open.iter().find(|port| **port == rule.arg(0)) {
            Some(port) => {
                next.insert(port.clone(), rule.arg(1));
            }
            None => outputs.push(Expr::rule(rule.arg(0).arg(0), rule.arg(1))),
        }
    }
    if let Some(slot) = session.extension::<States>().0.get_mut(place - 1) {
        *slot = next;
    }
    if asked.is_some() {
        return Ok(asked);
    }
    Ok(Some(if outputs.len() == 1 { outputs[0].arg(1) } else { Expr::call(Sym::Association, outputs) }))
}

/// The net applied to data and states, for its outputs and the final states.
fn step(
    session: &mut Session,
    net: &Expr,
    view: &Net,
    states: &NodeMap<Expr>,
    open: &[Expr],
    data: &Expr,
    options: &[Expr],
) -> Result<Expr, Flow> {
    let outputs = view.outputs.iter().map(|port| Expr::call(Sym::NetPort, [Expr::string(&port.name)]));
    let asked = Expr::list(outputs.chain(open.iter().cloned()).collect::<Vec<_>>());
    let arguments = [given(view, states, open, data), asked].into_iter().chain(options.iter().cloned());
    session.evaluate(&Expr::normal(net.clone(), arguments))
}

/// Data for the ports of a net, with the states.
fn given(view: &Net, states: &NodeMap<Expr>, open: &[Expr], data: &Expr) -> Expr {
    let mut given = if data.has_head(Sym::Association) {
        data.args().into_owned()
    } else {
        let required: Vec<_> = view.inputs.iter().filter(|port| !port.optional).collect();
        let items = if required.len() == 1 { vec![data.clone()] } else { data.args().into_owned() };
        required.iter().zip(items).map(|(port, item)| Expr::rule(Expr::string(&port.name), item)).collect()
    };
    let known = open.iter().filter_map(|port| Some(Expr::rule(port.clone(), states.get(port)?.clone())));
    given.extend(known);
    Expr::call(Sym::Association, given)
}

/// The states that an object remembers, by port; Automatic for those that are zero, since it was not applied yet. `None`
/// for what is no object of this session.
pub(crate) fn remembered(session: &mut Session, object: &Expr) -> Result<Option<Expr>, Flow> {
    let args = object.args_of(Sym::NetStateObject);
    let Some([net, number]) = args.as_deref() else { return Ok(None) };
    let Some(place) = number.as_usize().filter(|number| *number > 0) else { return Ok(None) };
    let Some(view) = view(session, Sym::NetStateObject, net)? else { return Ok(Some(Sym::Failed.into())) };
    let open = open_states(&view);
    session.note_effect();
    let Some(states) = session.extension::<States>().0.get(place - 1) else { return Ok(None) };
    let value = |port: &Expr| states.get(port).cloned().unwrap_or_else(|| Sym::Automatic.into());
    let rules = open.iter().map(|port| Expr::rule(port.clone(), value(port))).collect::<Vec<_>>();
    Ok(Some(Expr::call(Sym::Association, rules)))
}
