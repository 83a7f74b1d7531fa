//! `NetReplacePart`: nets with parts replaced.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, NodeMap, Sym};

use crate::diagnostic::instead;
use crate::extract::view;
use crate::parts::{Part, Setting, is_container, member, parts, replace, set_all};
use crate::read::read;
use crate::resolve::resolve;
use crate::shared;
use crate::surgery::without;

pub(crate) const NET_REPLACE_PART: Function = Function {
    name: "NetReplacePart",
    usage: "NetReplacePart[net, spec -> value] replaces a layer, an array, a parameter or the shape of a port; spec \
            is a number, a name or a list of them, as for NetExtract. \"Input\" -> NetEncoder[...] and \"Output\" -> NetDecoder[...] put an \
            encoder or decoder to a port, \"Input\" -> None takes it away, Nothing in the place of a layer deletes it, as \
            NetDelete does. NetReplacePart[net, {spec1 -> value1, ...}] replaces several parts. A value for one of the places of an array that \
            layers share, or for NetArray[\"name\"], is one for all of them; NetArray[...] or None as the value changes the one place.",
    arguments: Some((2, 2)),
    evaluate: Some(replace_parts),
    messages: &[
        ("arg1", "The first argument, `1`, is not a net."),
        ("rules", "`1` is not a rule or a list of rules."),
        ("nopart", "`1` has no part `2`; it has `3`"),
        ("empty", "The net would have no layers."),
        (
            "several",
            "`1` means several parts of a net, but one at a time can be assigned to. NetReplacePart[net, {spec1 -> value1, ...}] replaces \
             several.",
        ),
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
    let mut changes = Changes { net: expr, settings: Vec::new(), deleted: Vec::new(), index: Index::default() };
    for rule in &list {
        if !matches!(rule.head_sym(), Some(Sym::Rule | Sym::RuleDelayed)) || rule.len() != 2 {
            session.message(Sym::NetReplacePart, "rules", &[rules]);
            return Ok(Some(Sym::Failed.into()));
        }
        let spec = rule.arg(0);
        let keys: Vec<Expr> = if spec.is_list() { spec.args().into_owned() } else { vec![spec] };
        let value = without_coder(session, &changes.net, &keys, &rule.arg(1))?;
        if let Err((key, known)) = changes.add(session, &keys, &value)? {
            let known = Expr::string(&instead(&session.output_form(&key), &known));
            let args = [changes.net.head().clone(), rule.arg(0), known];
            session.message(Sym::NetReplacePart, "nopart", &args);
            return Ok(Some(Sym::Failed.into()));
        }
    }
    changes.apply(session);
    if !changes.delete(session)? {
        return Ok(Some(Sym::Failed.into()));
    }
    // Looked at as a whole, so that what does not fit is told with the paths of the layers.
    Ok(Some(match view(session, Sym::NetReplacePart, &changes.net)? {
        Some(_) => changes.net,
        None => Sym::Failed.into(),
    }))
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

/// Parts of nets by their keys, each net looked at once.
#[derive(Default)]
struct Index(NodeMap<(NodeMap<usize>, Vec<Part>)>);

impl Index {
    /// The key and the net of the part that a name or number means.
    fn part(&mut self, session: &mut Session, net: &Expr, key: &Expr) -> Option<Part> {
        let (places, parts) = self.0.entry(net.clone()).or_insert_with(|| {
            let parts = parts(session, net).unwrap_or_default();
            (parts.iter().enumerate().map(|(place, (key, _))| (key.clone(), place)).collect(), parts)
        });
        match places.get(key) {
            Some(&place) => parts.get(place).cloned(),
            // A number may count from the end, or stand for a name.
            None => resolve(parts, key).and_then(|place| parts.get(place).cloned()),
        }
    }
}

/// A net and what is to be changed in it: settings are collected, so that many of them take one pass.
struct Changes {
    net: Expr,
    settings: Vec<Setting>,
    /// The paths of the layers that go.
    deleted: Vec<Vec<Expr>>,
    index: Index,
}

impl Changes {
    /// Adds a change; the key that leads nowhere, and the keys that there are, if there is one.
    fn add(
        &mut self,
        session: &mut Session,
        keys: &[Expr],
        value: &Expr,
    ) -> Result<Result<(), (Expr, Vec<String>)>, Flow> {
        if let Some(name) = shared::name_in(keys)
            && self.index.part(session, &self.net, &keys[0]).is_none()
            && let Ok(net) = read(session, &self.net)?
        {
            let settings = shared::settings(&net, &name, value);
            if settings.is_empty() {
                let known = shared::names(&net).into_iter().map(|name| Expr::call(Sym::NetArray, [name]));
                let array = Expr::call(Sym::NetArray, [name]);
                return Ok(Err((array, known.map(|array| session.output_form(&array)).collect())));
            }
            self.settings.extend(settings);
            return Ok(Ok(()));
        }
        let mut path = Vec::with_capacity(keys.len());
        let mut here = self.net.clone();
        for (i, key) in keys.iter().enumerate() {
            if let Some((key, part)) = self.index.part(session, &here, key) {
                path.push(key);
                here = part;
                continue;
            }
            let name = key.as_str().map(str::to_owned).or_else(|| key.as_symbol().map(|s| s.name().to_owned()));
            let Some(name) = name.filter(|_| i + 1 == keys.len()) else {
                let parts = parts(session, &here).unwrap_or_default();
                return Ok(Err((key.clone(), parts.iter().map(|(key, _)| session.output_form(key)).collect())));
            };
            // A value for one of the places of a shared array is one for all of them.
            let is_value = !value.has_head(Sym::NetArray) && !value.is(Sym::None);
            let net = if is_value { read(session, &self.net)?.ok() } else { None };
            let leaf = net.as_ref().and_then(|net| net.leaves.iter().find(|leaf| leaf.path == path));
            match net.as_ref().zip(leaf.and_then(|leaf| leaf.shared_name(&name))) {
                Some((net, shared)) => self.settings.extend(shared::settings(net, shared, value)),
                None => self.settings.push(Setting { path, name, value: value.clone() }),
            }
            return Ok(Ok(()));
        }
        if value.is(Sym::Nothing)
            && let Some((_, above)) = path.split_last()
            && member(session, &self.net, above).is_some_and(|net| is_container(&net))
        {
            self.deleted.push(path);
            return Ok(Ok(()));
        }
        // What was said before holds for the net before.
        self.apply(session);
        self.net = replace(session, &self.net, &path, value);
        Ok(Ok(()))
    }

    /// Deletes layers, the innermost first, so that paths lead where they did; false after a message.
    fn delete(&mut self, session: &mut Session) -> Result<bool, Flow> {
        let mut deleted = std::mem::take(&mut self.deleted);
        deleted.sort_by_key(|path| std::cmp::Reverse(path.len()));
        while let Some(path) = deleted.first() {
            let above = path[..path.len() - 1].to_vec();
            let (of_this, others) = deleted.into_iter().partition(|path| path[..path.len() - 1] == above);
            let of_this: Vec<Vec<Expr>> = of_this;
            deleted = others;
            let Some(net) = member(session, &self.net, &above) else { continue };
            let members = parts(session, &net).unwrap_or_default();
            let is_kept = |(key, _): &Part| of_this.iter().all(|path| path.last() != Some(key));
            let kept: Vec<bool> = members.iter().map(is_kept).collect();
            let Some(rest) = without(session, Sym::NetReplacePart, &net, &kept)? else { return Ok(false) };
            self.net = replace(session, &self.net, &above, &rest);
        }
        Ok(true)
    }

    fn apply(&mut self, session: &mut Session) {
        let settings = std::mem::take(&mut self.settings);
        if !settings.is_empty() {
            self.net = set_all(session, &self.net, &settings);
        }
    }
}
