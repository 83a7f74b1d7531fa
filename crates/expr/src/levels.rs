//! Levels of expressions: walks over the parts that a [`LevelSpec`] names.
//!
//! The whole is at level 0, its arguments are at level 1, and so on. A negative level -n means the
//! parts of depth n, atoms being of depth 1. The elements of an association are its values; their
//! positions are `Key[...]`. Parts are visited as the language does: depth first, a whole after its
//! parts, the head before the arguments.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;

use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;

use crate::{Expr, Kind, LevelSpec, NodeMap, Sym, postorder};

/// Whether heads count as parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heads {
    /// Heads are parts, at position 0.
    Included,
    /// Only arguments are parts.
    Excluded,
}

/// The depth of an expression: 1 for atoms, one more than the deepest argument for others. Heads
/// do not count.
///
/// ```
/// use netform_expr::{Expr, depth};
/// assert_eq!(depth(&Expr::integer(1)), 1);
/// assert_eq!(depth(&Expr::list([Expr::list([Expr::integer(1)])])), 3);
/// ```
pub fn depth(e: &Expr) -> usize {
    let mut depths = Depths::default();
    depths.of(e)
}

/// Depths of nodes, each computed once.
#[derive(Default)]
pub(crate) struct Depths(NodeMap<usize>);

impl Depths {
    pub(crate) fn of(&mut self, e: &Expr) -> usize {
        if let Some(depth) = Depths::at_once(e).or_else(|| self.0.get(e).copied()) {
            return depth;
        }
        let known = std::cell::RefCell::new(&mut self.0);
        let Ok(()) = postorder::<Infallible>(
            e,
            |node| !known.borrow().contains_key(node),
            |node| {
                if Depths::at_once(node).is_none() && !known.borrow().contains_key(node) {
                    let of =
                        |part: &Expr| Depths::at_once(part).or_else(|| known.borrow().get(part).copied()).unwrap_or(1);
                    let deepest = (0..node.len()).map(|i| of(&part(node, i))).max().unwrap_or(0);
                    known.borrow_mut().insert(node.clone(), deepest + 1);
                }
                Ok(())
            },
        );
        self.0.get(e).copied().unwrap_or(1)
    }

    fn at_once(e: &Expr) -> Option<usize> {
        match e.kind() {
            Kind::Array(array) => Some(array.rank() + 1),
            Kind::Normal(..) => None,
            _ => Some(1),
        }
    }
}

/// Part `index` of a call, counted from 0: the value, in an association.
pub(crate) fn part(e: &Expr, index: usize) -> Expr {
    part_of_element(e, &e.arg(index)).clone()
}

/// What of an element of a call counts as a part of it: the value, in an association.
pub(crate) fn part_of_element<'a>(e: &Expr, element: &'a Expr) -> &'a Expr {
    match element.kind() {
        Kind::Normal(_, [_, value]) if is_entry(e, element) => value,
        _ => element,
    }
}

/// Whether an element of an association is `key -> value`.
fn is_entry(e: &Expr, element: &Expr) -> bool {
    e.has_head(Sym::Association)
        && matches!(element.head_sym(), Some(Sym::Rule | Sym::RuleDelayed))
        && element.len() == 2
}

/// The call with other parts: `new_parts` in the places that [`part`] reads.
pub(crate) fn with_parts(e: &Expr, head: Expr, new_parts: SmallVec<[Expr; 6]>) -> Expr {
    if head == *e.head() && (0..e.len()).zip(&new_parts).all(|(i, new)| part(e, i) == *new) {
        return e.clone();
    }
    let elements = new_parts.into_iter().enumerate().map(|(i, new)| {
        let old = e.arg(i);
        match old.kind() {
            Kind::Normal(rule, [key, _]) if is_entry(e, &old) => Expr::normal(rule.clone(), [key.clone(), new]),
            _ => new,
        }
    });
    Expr::normal(head, elements)
}

/// Where in an expression a walk is.
#[derive(Debug, Default)]
pub struct Position(Vec<Step>);

#[derive(Debug)]
struct Step {
    whole: Expr,
    /// 0 for the head, otherwise the number of the argument.
    index: usize,
}

/// What a visitor of parts says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visit {
    /// The part is not what is looked for.
    Nothing,
    /// It is; the walk goes on.
    Found,
    /// The walk may end.
    Enough,
}

impl Position {
    /// The level: the number of steps from the whole.
    pub fn level(&self) -> usize {
        self.0.len()
    }

    /// The position as a list of indices, as `Part` and `Extract` read it.
    pub fn to_expr(&self) -> Expr {
        Expr::list(self.0.iter().map(|Step { whole, index }| {
            let entry = (*index > 0).then(|| whole.arg(index - 1)).filter(|element| is_entry(whole, element));
            match entry {
                Some(entry) => Expr::call(Sym::Key, [entry.arg(0)]),
                None => Expr::integer(*index as i64),
            }
        }))
    }
}

/// Visits the parts at the given levels, in order, until `visit` has enough. A shared part in which
/// something was found is visited as often as it occurs, one in which nothing was found only once: so a
/// search takes no longer than its expression has distinct nodes and its result has elements.
///
/// ```
/// use std::convert::Infallible;
///
/// use netform_expr::{Expr, Heads, LevelSpec, Visit, walk_levels};
///
/// let e = Expr::list([Expr::list([Expr::integer(7)]), Expr::integer(8)]);
/// let mut seen = Vec::new();
/// walk_levels::<Infallible>(&e, LevelSpec::PARTS, Heads::Excluded, |part, position| {
///     seen.push((part.as_i64(), position.to_expr().len()));
///     Ok(Visit::Found)
/// })
/// .unwrap();
/// assert_eq!(seen, [(Some(7), 2), (None, 1), (Some(8), 1)]);
/// ```
///
/// # Errors
/// What `visit` brings.
pub fn walk_levels<E>(
    root: &Expr,
    levels: LevelSpec,
    heads: Heads,
    mut visit: impl FnMut(&Expr, &Position) -> Result<Visit, E>,
) -> Result<(), E> {
    let last_level = levels.last_level();
    let mut barren: HashSet<(Expr, usize), FxBuildHasher> = HashSet::default();
    let mut depths = Depths::default();
    let mut position = Position::default();
    let mut node = root.clone();
    let first = usize::from(heads == Heads::Excluded);
    let mut next = first;
    // Whether something was found in the node so far, and in those around it.
    let mut found = false;
    let mut found_around = Vec::new();
    loop {
        let level = position.level();
        if node.is_normal() && next <= node.len() && levels.goes_below(level) {
            let below = if next == 0 { node.head().clone() } else { part(&node, next - 1) };
            if below.is_normal() && barren.contains(&(below.clone(), (level + 1).min(last_level))) {
                next += 1;
                continue;
            }
            found_around.push(std::mem::replace(&mut found, false));
            position.0.push(Step { whole: std::mem::replace(&mut node, below), index: next });
            next = first;
            continue;
        }
        let depth = if levels.needs_depth() { depths.of(&node) } else { 1 };
        if levels.includes(level, depth) {
            match visit(&node, &position)? {
                Visit::Nothing => {}
                Visit::Found => found = true,
                Visit::Enough => return Ok(()),
            }
        }
        let Some(step) = position.0.pop() else { return Ok(()) };
        let visited = std::mem::replace(&mut node, step.whole);
        if !found && visited.is_normal() {
            barren.insert((visited, level.min(last_level)));
        }
        next = step.index + 1;
        found |= found_around.pop().unwrap_or(false);
    }
}

/// Changes the parts at the given levels: `change` gets each of them with its own parts already
/// changed. Equal parts at the same level are changed once.
///
/// # Errors
/// What `change` brings.
pub fn map_levels<E>(
    root: &Expr,
    levels: LevelSpec,
    heads: Heads,
    mut change: impl FnMut(Expr) -> Result<Expr, E>,
) -> Result<Expr, E> {
    let last_level = levels.last_level();
    let mut depths = Depths::default();
    let mut done: HashMap<(Expr, usize), Expr, FxBuildHasher> = HashMap::default();
    let mut stack = vec![(root.clone(), 0, false)];
    while let Some((node, level, parts_are_done)) = stack.pop() {
        if done.contains_key(&(node.clone(), level)) {
            continue;
        }
        let below = (level + 1).min(last_level);
        let goes_below = node.is_normal() && levels.goes_below(level);
        if goes_below && !parts_are_done {
            stack.push((node.clone(), level, true));
            stack.extend((0..node.len()).rev().map(|i| (part(&node, i), below, false)));
            if heads == Heads::Included {
                stack.push((node.head().clone(), below, false));
            }
            continue;
        }
        let mut result = node.clone();
        if goes_below {
            let changed = |part: Expr| done.get(&(part.clone(), below)).cloned().unwrap_or(part);
            let parts = (0..node.len()).map(|i| changed(part(&node, i))).collect();
            let head = node.head().clone();
            result = with_parts(&node, if heads == Heads::Included { changed(head) } else { head }, parts);
        }
        let depth = if levels.needs_depth() { depths.of(&node) } else { 1 };
        if levels.includes(level, depth) {
            result = change(result)?;
        }
        done.insert((node, level), result);
    }
    Ok(done.remove(&(root.clone(), 0)).unwrap_or_else(|| root.clone()))
}

/// As [`map_levels`], but `change` is told the position too, and so sees every part by itself.
///
/// # Errors
/// What `change` brings.
pub fn map_levels_indexed<E>(
    root: &Expr,
    levels: LevelSpec,
    heads: Heads,
    mut change: impl FnMut(Expr, &Position) -> Result<Expr, E>,
) -> Result<Expr, E> {
    let mut depths = Depths::default();
    let mut position = Position::default();
    let mut changed: Vec<Expr> = Vec::new();
    let mut node = root.clone();
    let first = usize::from(heads == Heads::Excluded);
    let mut next = first;
    loop {
        let level = position.level();
        let goes_below = node.is_normal() && levels.goes_below(level);
        if goes_below && next <= node.len() {
            let below = if next == 0 { node.head().clone() } else { part(&node, next - 1) };
            position.0.push(Step { whole: std::mem::replace(&mut node, below), index: next });
            next = first;
            continue;
        }
        let mut result = node.clone();
        if goes_below {
            let parts = changed.split_off(changed.len() - node.len()).into();
            let head = if heads == Heads::Included { changed.pop() } else { None };
            result = with_parts(&node, head.unwrap_or_else(|| node.head().clone()), parts);
        }
        let depth = if levels.needs_depth() { depths.of(&node) } else { 1 };
        if levels.includes(level, depth) {
            result = change(result, &position)?;
        }
        let Some(step) = position.0.pop() else { return Ok(result) };
        changed.push(result);
        node = step.whole;
        next = step.index + 1;
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::{Heads, Visit, depth, map_levels, map_levels_indexed, walk_levels};
    use crate::Expr;
    use crate::LevelSpec;
    use crate::reading::{read, write};

    fn parts(e: &str, levels: &str, heads: Heads) -> String {
        let mut seen = Vec::new();
        let levels = LevelSpec::from_expr(&read(levels)).unwrap();
        let Ok(()) = walk_levels::<Infallible>(&read(e), levels, heads, |part, position| {
            seen.push(format!("{}:{}", write(&position.to_expr()).replace("List", ""), write(part)));
            Ok(Visit::Found)
        });
        seen.join(" ")
    }

    #[test]
    fn parts_by_level() {
        for (e, levels, expected) in [
            ("f[a, g[b]]", "1", "[1]:a [2]:g[b]"),
            ("f[a, g[b]]", "{2}", "[2, 1]:b"),
            ("f[a, g[b]]", "Infinity", "[1]:a [2, 1]:b [2]:g[b]"),
            ("f[a, g[b]]", "{0, 1}", "[1]:a [2]:g[b] []:f[a, g[b]]"),
            ("f[a, g[b]]", "{-1}", "[1]:a [2, 1]:b"),
            ("f[a, g[b]]", "{-2}", "[2]:g[b]"),
            ("f[a, g[b]]", "-2", "[2]:g[b]"),
            ("f[a, g[b]]", "{0}", "[]:f[a, g[b]]"),
            ("f[a, g[b]]", "0", ""),
            ("f[a, g[b]]", "{1, -1}", "[1]:a [2, 1]:b [2]:g[b]"),
            ("<|\"k\" -> a|>", "1", "[Key[\"k\"]]:a"),
            ("f[]", "All", "[]:f[]"),
        ] {
            assert_eq!(parts(e, levels, Heads::Excluded), expected, "{e} at {levels}");
        }
        assert_eq!(parts("f[a, g[b]]", "All", Heads::Included), "[0]:f [1]:a [2, 0]:g [2, 1]:b [2]:g[b] []:f[a, g[b]]");
        for malformed in ["x", "{1, 2, 3}", "{}", "1."] {
            assert_eq!(LevelSpec::from_expr(&read(malformed)), None);
        }
    }

    #[test]
    fn parts_are_changed_innermost_first() {
        for (e, levels, heads, expected) in [
            ("f[a, g[b]]", "{1}", Heads::Excluded, "f[h[a], h[g[b]]]"),
            ("f[a, g[b]]", "2", Heads::Excluded, "f[h[a], h[g[h[b]]]]"),
            ("f[a, g[b]]", "{0, 1}", Heads::Excluded, "h[f[h[a], h[g[b]]]]"),
            ("f[a, g[b]]", "{-1}", Heads::Excluded, "f[h[a], g[h[b]]]"),
            ("f[a, g[b]]", "{1}", Heads::Included, "h[f][h[a], h[g[b]]]"),
            ("<|\"k\" -> a|>", "{1}", Heads::Excluded, "<|\"k\" -> h[a]|>"),
            ("{a, {a}}", "2", Heads::Excluded, "{h[a], h[{h[a]}]}"),
            ("{a, {a}}", "{2}", Heads::Excluded, "{a, {h[a]}}"),
        ] {
            let levels = LevelSpec::from_expr(&read(levels)).unwrap();
            let h = |part: Expr| Ok::<_, Infallible>(Expr::normal(read("h"), [part]));
            let Ok(mapped) = map_levels(&read(e), levels, heads, h);
            assert_eq!(write(&mapped), write(&read(expected)), "{e}");
            let Ok(indexed) = map_levels_indexed(&read(e), levels, heads, |part, _| h(part));
            assert_eq!(indexed, mapped, "{e}");
        }
        let Ok(indexed) = map_levels_indexed(&read("f[a, g[b]]"), LevelSpec::up_to(2), Heads::Excluded, |e, at| {
            Ok::<_, Infallible>(Expr::normal(read("h"), [e, at.to_expr()]))
        });
        assert_eq!(indexed, read("f[h[a, {1}], h[g[h[b, {2, 1}]], {2}]]"));
    }

    #[test]
    fn deep_and_shared_expressions() {
        let f = read("f");
        let deep = (0..200_000).fold(read("x"), |e, _| Expr::normal(f.clone(), [e]));
        assert_eq!(depth(&deep), 200_001);
        let mut count = 0;
        let Ok(()) = walk_levels::<Infallible>(&deep, LevelSpec::ALL, Heads::Excluded, |_, _| {
            count += 1;
            Ok(Visit::Found)
        });
        assert_eq!(count, 200_001);
        let shared = (0..200).fold(read("x"), |e, _| Expr::list([e.clone(), e]));
        let mut changes = 0;
        let Ok(mapped) = map_levels(&shared, LevelSpec::ALL, Heads::Excluded, |e| {
            changes += 1;
            Ok::<_, Infallible>(if e == read("x") { read("y") } else { e })
        });
        assert_eq!(changes, 201);
        assert_eq!(depth(&mapped), 201);
        let reals = Expr::list((0..100).map(|i| Expr::real(f64::from(i))));
        assert_eq!(depth(&reals), 2);
        let Ok(same) = map_levels(&reals, LevelSpec::PARTS, Heads::Excluded, Ok::<_, Infallible>);
        assert_eq!(same, reals);
    }

    #[test]
    fn a_search_is_linear_in_distinct_nodes() {
        let shared = (0..1000).fold(read("x"), |e, _| Expr::call(crate::Sym::Plus, [e.clone(), e]));
        let mut visits = 0;
        let Ok(()) = walk_levels::<Infallible>(&shared, LevelSpec::PARTS, Heads::Included, |_, _| {
            visits += 1;
            Ok(Visit::Nothing)
        });
        assert!(visits < 10_000, "{visits} visits");
    }
}
