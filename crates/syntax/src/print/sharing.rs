//! Names for shared parts, so that the text of a large expression is as long as its graph.

use std::convert::Infallible;

use netform_expr::{Expr, Kind, NodeMap, NodeSet, Sym, postorder, rebuild, renamed_variables, size};

use super::Forms;

/// Expressions with more leaves than this are printed with names for their shared parts.
pub const SHARING_THRESHOLD: f64 = 10_000.0;

/// If a text would have this many leaves more, and twice as many, because parts of functions with variables have no names, these get
/// names too, and the variables others when the text is read.
const LONGEST: f64 = 2_000_000.0;

/// Parts with at most this many leaves get no name.
const SMALL: f64 = 8.0;

/// An expression in which names stand for shared parts.
#[derive(Clone, Debug)]
pub struct NamedParts {
    /// Names with what they stand for, in groups. Values mention names of earlier groups only.
    pub groups: Vec<Vec<Definition>>,
    /// The expression in terms of the names.
    pub body: Expr,
}

/// A name for a shared part.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The name: a symbol that occurs nowhere in the expression.
    pub name: Expr,
    /// The part.
    pub value: Expr,
    /// Whether the part stands where it is not evaluated, at least at one place.
    pub is_held: bool,
}

impl NamedParts {
    /// How many leaves the text has.
    fn leaves(&self) -> f64 {
        let values = self.groups.iter().flatten().map(|definition| size(&definition.value).leaves);
        values.sum::<f64>() + size(&self.body).leaves
    }

    /// Nested `With`, which evaluate to the expression. Held parts are inserted unevaluated.
    pub fn into_with(self) -> Expr {
        self.groups.into_iter().rev().fold(self.body, |body, group| {
            let definitions = group.into_iter().map(|definition| {
                let assignment = if definition.is_held { Sym::SetDelayed } else { Sym::Set };
                Expr::call(assignment, [definition.name, definition.value])
            });
            Expr::call(Sym::With, [Expr::list(definitions), body])
        })
    }
}

/// The expression itself if it is small, else nested `With` that make it.
pub(super) fn with_names(e: &Expr, forms: &dyn Forms) -> Expr {
    if size(e).leaves <= SHARING_THRESHOLD {
        return e.clone();
    }
    name_shared_parts(e, forms).into_with()
}

/// Gives names to the parts that occur more than once, in time linear in the distinct nodes.
pub fn name_shared_parts(e: &Expr, forms: &dyn Forms) -> NamedParts {
    with_names_for(e, forms, |_| true)
}

/// As [`name_shared_parts`], but elements of array symbols, which are short to read, get no names.
pub(super) fn name_compound_parts(e: &Expr, forms: &dyn Forms) -> NamedParts {
    with_names_for(e, forms, |part| {
        let is_element = matches!(part.head_sym(), Some(Sym::Indexed | Sym::Part)) && !part.is_empty();
        !is_element || !part.arg(0).is_array_symbol()
    })
}

fn with_names_for(e: &Expr, forms: &dyn Forms, is_meant: fn(&Expr) -> bool) -> NamedParts {
    let shared = shared_parts(e, is_meant);
    let local = local_parts(e);
    let all = named(e, forms, &shared);
    let movable: NodeSet = shared.iter().filter(|part| !local.contains(*part)).cloned().collect();
    if movable.len() == shared.len() {
        return all;
    }
    let some = named(e, forms, &movable);
    if some.leaves() <= LONGEST + 2.0 * all.leaves() { some } else { all }
}

fn named(e: &Expr, forms: &dyn Forms, shared: &NodeSet) -> NamedParts {
    if shared.is_empty() {
        return NamedParts { groups: Vec::new(), body: e.clone() };
    }
    let held = held_parts(e, forms);
    let prefix = unused_prefix(e);
    let mut done: NodeMap<(Expr, usize)> = NodeMap::default();
    let mut groups: Vec<Vec<Definition>> = Vec::new();
    let mut count = 0;
    let walk = postorder::<Infallible>(
        e,
        |_| true,
        |node| {
            let level = parts(node).map(|part| done.get(part).map_or(0, |(_, level)| *level)).max().unwrap_or(0);
            let value = rebuild(node, |part| done.get(part).map_or_else(|| part.clone(), |(e, _)| e.clone()));
            if shared.contains(node) && node != e {
                count += 1;
                let name = Expr::symbol(&format!("Global`{prefix}{count}"));
                if groups.len() == level {
                    groups.push(Vec::new());
                }
                let is_held = held.contains(node);
                groups[level].push(Definition { name: name.clone(), value, is_held });
                done.insert(node.clone(), (name, level + 1));
            } else {
                done.insert(node.clone(), (value, level));
            }
            Ok(())
        },
    );
    match walk {
        Ok(()) => {
            let body = done.remove(e).map_or_else(|| e.clone(), |(body, _)| body);
            NamedParts { groups, body }
        }
        Err(never) => match never {},
    }
}

fn parts(node: &Expr) -> impl Iterator<Item = &Expr> {
    let (head, args) = match node.kind() {
        Kind::Normal(head, args) => (Some(head), args),
        _ => (None, [].as_slice()),
    };
    head.into_iter().chain(args)
}

/// The parts of some size that occur at more than one place.
fn shared_parts(e: &Expr, is_meant: fn(&Expr) -> bool) -> NodeSet {
    let mut leaves: NodeMap<f64> = NodeMap::default();
    let mut seen = NodeSet::default();
    let mut shared = NodeSet::default();
    let walk = postorder::<Infallible>(
        e,
        |_| true,
        |node| {
            let count = match node.kind() {
                Kind::Array(array) => array.len() as f64,
                Kind::Normal(..) => parts(node).map(|part| leaves.get(part).copied().unwrap_or(1.0)).sum(),
                _ => 1.0,
            };
            leaves.insert(node.clone(), count);
            for part in parts(node) {
                let is_large = leaves.get(part).is_some_and(|count| *count > SMALL);
                if is_large && is_meant(part) && !seen.insert(part.clone()) {
                    shared.insert(part.clone());
                }
            }
            Ok(())
        },
    );
    match walk {
        Ok(()) => shared,
        Err(never) => match never {},
    }
}

/// The nodes that occur within a function with variables, or another such scope: what is put there when a text is read changes the
/// names of the variables.
fn local_parts(e: &Expr) -> NodeSet {
    let mut seen = [NodeSet::default(), NodeSet::default()];
    let mut stack = vec![(e.clone(), false)];
    while let Some((node, is_inside)) = stack.pop() {
        if !seen[usize::from(is_inside)].insert(node.clone()) {
            continue;
        }
        let opens = is_inside || !renamed_variables(&node).is_empty();
        stack.extend(parts(&node).map(|part| (part.clone(), opens)));
    }
    let [_, inside] = seen;
    inside
}

/// The nodes that occur where they are not evaluated.
fn held_parts(e: &Expr, forms: &dyn Forms) -> NodeSet {
    let mut seen = [NodeSet::default(), NodeSet::default()];
    let mut stack = vec![(e.clone(), false)];
    while let Some((node, is_held)) = stack.pop() {
        if !seen[usize::from(is_held)].insert(node.clone()) {
            continue;
        }
        if let Kind::Normal(head, args) = node.kind() {
            let holds = head.as_symbol().map(|symbol| forms.holds(symbol)).unwrap_or_default();
            stack.push((head.clone(), is_held));
            stack.extend(args.iter().enumerate().map(|(i, arg)| (arg.clone(), is_held || holds.argument(i))));
        }
    }
    let [_, held] = seen;
    held
}

/// A prefix such that no symbol of the expression has a name of this prefix and digits.
fn unused_prefix(e: &Expr) -> String {
    let mut names: Vec<String> = Vec::new();
    let walk = postorder::<Infallible>(
        e,
        |_| true,
        |node| {
            if let Some(symbol) = node.as_symbol() {
                let stem = symbol.name().trim_end_matches(|c: char| c.is_ascii_digit());
                if stem.len() < symbol.name().len() && stem.trim_start_matches('t').is_empty() {
                    names.push(stem.to_string());
                }
            }
            Ok(())
        },
    );
    match walk {
        Ok(()) => {}
        Err(never) => match never {},
    }
    let mut prefix = "t".to_string();
    while names.contains(&prefix) {
        prefix.push('t');
    }
    prefix
}
