//! Arrays that several layers share: `NetArray`, `NetInsertSharedArrays`.

use netform_eval::{Eval, Function, Session};
use netform_expr::{Expr, NodeMap, Sym};

use crate::Fault;
use crate::extract::view;
use crate::net::{ArrayValue, Leaf, Net, path_text};
use crate::parts::{self, Setting};

pub(crate) const NET_ARRAY: Function = Function {
    name: "NetArray",
    usage: "NetArray[\"name\"], as the value of an array of a layer, is an array that all layers with a NetArray of this \
            name share. NetArray[<|\"Name\" -> name, \"Array\" -> a|>] says its value, in one of the layers at least.",
    examples: &[(
        "NetChain[{LinearLayer[\"Weights\" -> NetArray[<|\"Name\" -> \"w\", \"Array\" -> {{a}}|>], \"Biases\" -> None], \
         LinearLayer[\"Weights\" -> NetArray[\"w\"], \"Biases\" -> None]}][{x}]",
        "{a^2 x}",
    )],
    ..Function::NEW
};

pub(crate) const NET_INSERT_SHARED_ARRAYS: Function = Function {
    name: "NetInsertSharedArrays",
    usage: "NetInsertSharedArrays[net] makes a NetArray of each array of the net, so that copies of the net share their \
            arrays. NetInsertSharedArrays[net, \"prefix\"] begins their names with a text.",
    arguments: Some((1, 2)),
    evaluate: Some(insert_shared_arrays),
    messages: &[
        ("arg1", "The first argument, `1`, is not a net."),
        ("prefix", "The prefix of names, `1`, is not a string."),
    ],
    examples: &[(
        "NetInsertSharedArrays[LinearLayer[1, \"Weights\" -> {{2}}, \"Biases\" -> None], \"shared/\"]",
        "LinearLayer[1, Weights -> NetArray[<|Name -> shared/Weights, Array -> {{2}}|>], Biases -> None]",
    )],
    ..Function::NEW
};

/// The name and, if it is given, the value of a `NetArray`; `None` if it is no valid one.
pub(crate) fn parse(array: &Expr) -> Option<(Expr, ArrayValue)> {
    let args = array.args();
    let settings = match args.as_ref() {
        [name] if name.as_str().is_some() => return Some((name.clone(), ArrayValue::Automatic)),
        [settings] if settings.has_head(Sym::Association) || settings.is_list() => settings.args(),
        _ => args.clone(),
    };
    let mut name = None;
    let mut value = ArrayValue::Automatic;
    for setting in settings.iter().filter(|setting| setting.has_head(Sym::Rule)) {
        match setting.arg(0).as_str() {
            Some("Name") if setting.arg(1).as_str().is_some() => name = Some(setting.arg(1)),
            Some("Array") if setting.arg(1).is(Sym::Automatic) => {}
            Some("Array") => value = ArrayValue::Given(setting.arg(1)),
            _ => return None,
        }
    }
    let rules = settings.iter().all(|setting| setting.has_head(Sym::Rule));
    name.filter(|_| rules).map(|name| (name, value))
}

/// What is written for a shared array.
pub(crate) fn written(name: &Expr, value: &ArrayValue) -> Expr {
    match value {
        ArrayValue::Given(value) => {
            let rules =
                [("Name", name), ("Array", value)].map(|(key, value)| Expr::rule(Expr::string(key), value.clone()));
            Expr::call(Sym::NetArray, [Expr::call(Sym::Association, rules)])
        }
        ArrayValue::Automatic | ArrayValue::None => Expr::call(Sym::NetArray, [name.clone()]),
    }
}

/// Gives all layers that share an array the value that one of them has.
pub(crate) fn unify(leaves: &mut [Leaf], root: &Expr, faults: &mut Vec<Fault>) {
    let mut values: NodeMap<Expr> = NodeMap::default();
    let shared = |leaf: &Leaf| leaf.shared.clone();
    for leaf in leaves.iter() {
        for (array, name) in shared(leaf) {
            let Some(ArrayValue::Given(value)) = leaf.array(array) else { continue };
            let first = values.entry(name.clone()).or_insert_with(|| value.clone());
            if first != value {
                let text = name.as_str().unwrap_or_default().to_owned();
                faults.push(Fault::new(root.clone(), "twovalues", [text, leaf.label()]));
            }
        }
    }
    for leaf in leaves.iter_mut() {
        for (array, name) in shared(leaf) {
            let Some(value) = values.get(&name) else { continue };
            let slots = leaf.arrays.iter_mut().filter(|(own, _)| *own == array);
            slots.for_each(|(_, slot)| *slot = ArrayValue::Given(value.clone()));
        }
    }
}

impl Leaf {
    /// The name under which other layers share an array.
    pub fn shared_name(&self, array: &str) -> Option<&Expr> {
        self.shared.iter().find(|(own, _)| *own == array).map(|(_, name)| name)
    }
}

impl Net {
    /// All places of an array: its own, and those that share it, the first one first.
    pub(crate) fn places_of(&self, leaf: usize, array: &'static str) -> Vec<(usize, &'static str)> {
        let Some(name) = self.leaves[leaf].shared_name(array) else { return vec![(leaf, array)] };
        let of_leaf = |(i, leaf): (usize, &Leaf)| {
            let same = leaf.shared.iter().filter(|(_, other)| other == name);
            same.map(|(array, _)| (i, *array)).collect::<Vec<_>>()
        };
        self.leaves.iter().enumerate().flat_map(of_leaf).collect()
    }
}

fn insert_shared_arrays(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(net) = view(session, Sym::NetInsertSharedArrays, &args[0])? else { return Ok(Some(Sym::Failed.into())) };
    let prefix = match args.get(1) {
        None => "",
        Some(prefix) => match prefix.as_str() {
            Some(prefix) => prefix,
            None => {
                session.message(Sym::NetInsertSharedArrays, "prefix", std::slice::from_ref(prefix));
                return Ok(Some(Sym::Failed.into()));
            }
        },
    };
    let mut settings = Vec::new();
    for leaf in &net.leaves {
        for (array, value) in &leaf.arrays {
            if *value == ArrayValue::None || leaf.shared_name(array).is_some() {
                continue;
            }
            let separator = if leaf.path.is_empty() { "" } else { "/" };
            let name = Expr::string(&format!("{prefix}{}{separator}{array}", path_text(&leaf.path)));
            let value = written(&name, value);
            settings.push(Setting { path: leaf.path.clone(), name: (*array).to_owned(), value });
        }
    }
    Ok(Some(parts::set_all(session, &net.expr, &settings)))
}
