//! Arrays that several layers share: `NetArray`, `NetInsertSharedArrays`.

use netform_eval::{Eval, Function, Session};
use netform_expr::{Expr, NodeMap, NodeSet, Sym};

use crate::extract::view;
use crate::net::{ArrayValue, Leaf, Net, path_text};
use crate::parts::{self, Setting};
use crate::{Fault, PartialShape};

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

/// What a `NetArray` says.
pub(crate) struct SharedArray {
    /// The name by which it is shared; without one it is an array of its own.
    pub(crate) name: Option<Expr>,
    pub(crate) value: ArrayValue,
    /// Its dimensions, as the option of a port says them.
    pub(crate) dimensions: Option<Expr>,
}

/// What the values of arrays may be, where a `NetArray` is none of it.
pub(crate) const EXPECTED: &str = "NetArray[\"name\"] or NetArray[<|\"Name\" -> name, \"Array\" -> a, \"Dimensions\" -> {n1, n2, ...}|>], \
     of which all but one may be left out, is expected";

/// The name of the shared array that keys mean, as `NetArray["name"]` or `{"NetArray", "name"}`.
pub(crate) fn name_in(keys: &[Expr]) -> Option<Expr> {
    match keys {
        [key] => key.args_of(Sym::NetArray)?.first().cloned(),
        [kind, name] if kind.as_str() == Some("NetArray") => Some(name.clone()),
        _ => None,
    }
}

/// The settings by which a shared array gets a value in all layers that have it: the first one says it.
pub(crate) fn settings(net: &Net, name: &Expr, value: &Expr) -> Vec<Setting> {
    let given = if value.is(Sym::Automatic) { ArrayValue::Automatic } else { ArrayValue::Given(value.clone()) };
    let places = net.leaves.iter().flat_map(|leaf| leaf.shared.iter().map(move |shared| (leaf, shared)));
    let places = places.filter(|(_, (_, other))| other == name);
    let values = std::iter::once(given).chain(std::iter::repeat(ArrayValue::Automatic));
    let setting = |((leaf, (array, _)), value): ((&Leaf, &(&str, Expr)), ArrayValue)| Setting {
        path: leaf.path.clone(),
        name: (*array).to_owned(),
        value: written(name, &value),
    };
    places.zip(values).map(setting).collect()
}

/// The names of all shared arrays.
pub(crate) fn names(net: &Net) -> Vec<Expr> {
    let all = net.leaves.iter().flat_map(|leaf| leaf.shared.iter().map(|(_, name)| name.clone()));
    let mut seen = NodeSet::default();
    all.filter(|name| seen.insert(name.clone())).collect()
}

/// The first place of the shared array that keys name.
pub(crate) fn place(net: &Net, keys: &[Expr]) -> Option<(usize, &'static str)> {
    let name = name_in(keys)?;
    net.distinct_arrays().find(|&(leaf, array)| net.leaves[leaf].shared_name(array) == Some(&name))
}

/// What a `NetArray` says; `None` if it is no valid one.
pub(crate) fn parse(array: &Expr) -> Option<SharedArray> {
    let mut parsed = SharedArray { name: None, value: ArrayValue::Automatic, dimensions: None };
    let args = array.args();
    let settings = match args.as_ref() {
        [name] if name.as_str().is_some() => {
            parsed.name = Some(name.clone());
            return Some(parsed);
        }
        [settings] if settings.has_head(Sym::Association) || settings.is_list() => settings.args(),
        _ => args.clone(),
    };
    for setting in settings.iter() {
        let value = setting.has_head(Sym::Rule).then(|| setting.arg(1))?;
        match setting.arg(0).as_str()? {
            _ if value.is(Sym::Automatic) => {}
            "Name" => parsed.name = Some(value.as_str().is_some().then_some(value)?),
            "Array" => parsed.value = ArrayValue::Given(value),
            "Dimensions" => parsed.dimensions = Some(PartialShape::of_option(&value).map(|_| value)?),
            _ => return None,
        }
    }
    let is_said = parsed.name.is_some() || parsed.dimensions.is_some() || parsed.value != ArrayValue::Automatic;
    is_said.then_some(parsed)
}

impl SharedArray {
    /// The `NetArray` that says it.
    pub(crate) fn written(&self) -> Expr {
        let value = match &self.value {
            ArrayValue::Given(value) => Some(value),
            ArrayValue::Automatic | ArrayValue::None => None,
        };
        if let (Some(name), None, None) = (&self.name, value, &self.dimensions) {
            return Expr::call(Sym::NetArray, [name.clone()]);
        }
        let all = [("Name", self.name.as_ref()), ("Array", value), ("Dimensions", self.dimensions.as_ref())];
        let rules = all.into_iter().filter_map(|(key, said)| Some(Expr::rule(Expr::string(key), said?.clone())));
        Expr::call(Sym::NetArray, [Expr::call(Sym::Association, rules.collect::<Vec<_>>())])
    }
}

/// What is written for a shared array.
pub(crate) fn written(name: &Expr, value: &ArrayValue) -> Expr {
    SharedArray { name: Some(name.clone()), value: value.clone(), dimensions: None }.written()
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
    /// The arrays that are not left out, by the first of their places.
    pub(crate) fn distinct_arrays(&self) -> impl Iterator<Item = (usize, &'static str)> {
        let mut seen = NodeSet::default();
        let all = self.leaves.iter().enumerate().flat_map(|(i, leaf)| {
            let present = leaf.arrays.iter().filter(|(_, value)| *value != ArrayValue::None);
            present.map(move |(array, _)| (i, *array))
        });
        all.filter(move |&(leaf, array)| {
            self.leaves[leaf].shared_name(array).is_none_or(|name| seen.insert(name.clone()))
        })
    }

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
