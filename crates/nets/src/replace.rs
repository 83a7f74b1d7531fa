//! `NetReplacePart`: nets with parts replaced.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, Sym};

use crate::extract::view;
use crate::parts::{self, parts};
use crate::read::read;
use crate::resolve::resolve;

pub(crate) const NET_REPLACE_PART: Function = Function {
    name: "NetReplacePart",
    usage: "NetReplacePart[net, spec -> value] replaces a layer, an array, a parameter or the shape of a port; spec \
            is a number, a name or a list of them, as for NetExtract. \"Input\" -> NetEncoder[...] and \"Output\" -> NetDecoder[...] put an \
            encoder or decoder to a port, \"Input\" -> None takes it away. NetReplacePart[net, {spec1 -> value1, ...}] \
            replaces several parts.",
    arguments: Some((2, 2)),
    evaluate: Some(replace_parts),
    messages: &[
        ("arg1", "The first argument, `1`, is not a net."),
        ("rules", "`1` is not a rule or a list of rules."),
        ("nopart", "`1` has no part `2`."),
    ],
    examples: &[
        (
            "NetReplacePart[LinearLayer[1, \"Weights\" -> {{2, 3}}], \"Weights\" -> {{5, 6}}]",
            "LinearLayer[1, Weights -> {{5, 6}}]",
        ),
        ("NetReplacePart[NetChain[{3, Tanh}], 2 -> Ramp]", "NetChain[{LinearLayer[3], ElementwiseLayer[Ramp]}]"),
    ],
    ..Function::NEW
};

fn replace_parts(session: &mut Session, call: &Expr) -> Eval {
    let [expr, rules] = [call.arg(0), call.arg(1)];
    if view(session, Sym::NetReplacePart, &expr)?.is_none() {
        return Ok(Some(Sym::Failed.into()));
    }
    let list = if rules.is_list() || rules.has_head(Sym::Association) {
        rules.args().into_owned()
    } else {
        vec![rules.clone()]
    };
    let mut result = expr;
    for rule in &list {
        if !matches!(rule.head_sym(), Some(Sym::Rule | Sym::RuleDelayed)) || rule.len() != 2 {
            session.message(Sym::NetReplacePart, "rules", &[rules]);
            return Ok(Some(Sym::Failed.into()));
        }
        let spec = rule.arg(0);
        let keys: Vec<Expr> = if spec.is_list() { spec.args().into_owned() } else { vec![spec] };
        let value = without_coder(session, &result, &keys, &rule.arg(1))?;
        match replace_part(session, &result, &keys, &value) {
            Some(changed) => result = changed,
            None => {
                session.message(Sym::NetReplacePart, "nopart", &[result.head().clone(), rule.arg(0)]);
                return Ok(Some(Sym::Failed.into()));
            }
        }
    }
    Ok(Some(result))
}

/// What stands for None as the setting of a port whose encoder or decoder it takes away: the shape that the port has.
fn without_coder(session: &mut Session, net: &Expr, keys: &[Expr], value: &Expr) -> Result<Expr, Flow> {
    let [name] = keys else { return Ok(value.clone()) };
    if !value.is(Sym::None) {
        return Ok(value.clone());
    }
    let Ok(view) = read(session, net)? else { return Ok(value.clone()) };
    let port = view.inputs.iter().chain(&view.outputs).find(|port| name.as_str() == Some(&*port.name));
    let shape = port.filter(|port| port.coder.is_some()).map(|port| port.shape.to_expr());
    Ok(shape.filter(|shape| !shape.is(Sym::Automatic)).unwrap_or_else(|| value.clone()))
}

fn replace_part(session: &mut Session, net: &Expr, keys: &[Expr], value: &Expr) -> Option<Expr> {
    let mut path = Vec::new();
    let mut here = net.clone();
    for (i, key) in keys.iter().enumerate() {
        let parts = parts(session, &here).unwrap_or_default();
        match resolve(&parts, key) {
            Some(place) => {
                let (key, member) = parts[place].clone();
                path.push(key);
                here = member;
            }
            None => {
                let name = key.as_str().map(str::to_owned).or_else(|| key.as_symbol().map(|s| s.name().to_owned()))?;
                return (i + 1 == keys.len()).then(|| parts::set(session, net, &path, &name, value));
            }
        }
    }
    Some(parts::replace(session, net, &path, value))
}
