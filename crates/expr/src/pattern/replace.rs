//! Replacement of parts by rules: `ReplaceAll`, `Replace`, `ReplaceRepeated`, `ReplaceList`.
//!
//! Results are not evaluated. Equal parts are the same node, so each is tried once, however often
//! it occurs: a test with side effects is evaluated once for all of them.

use std::ops::ControlFlow;

use super::matching::Matching;
use super::rule_set::RuleSet;
use super::shallow::replace_parts_to_end;
use crate::levels::{part, part_of_element, with_parts};
use crate::{AddressMap, Expr, Heads, Kind, LevelSpec, map_levels};

/// The expression with all parts replaced to which a rule applies; wholes before parts, and the
/// parts of what has been replaced are left alone. Heads are parts too, keys of associations are not.
///
/// ```
/// use netform_expr::pattern::{RuleSet, Structural, replace_all};
/// use netform_expr::{Expr, Sym};
///
/// let [x, y] = ["x", "y"].map(|name| Expr::symbol(&format!("Global`{name}")));
/// let rules = RuleSet::from_expr(&Expr::rule(x.clone(), y.clone())).unwrap();
/// let sine = |e: &Expr| Expr::call(Sym::Sin, [e.clone()]);
/// assert_eq!(replace_all(&sine(&x), &rules, &mut Structural).unwrap(), sine(&y));
/// ```
///
/// # Errors
/// What the evaluation of a test brings.
pub fn replace_all<M: Matching + ?Sized>(root: &Expr, rules: &RuleSet, host: &mut M) -> Result<Expr, M::Error> {
    enum Task<'a> {
        Visit(&'a Expr),
        Build(&'a Expr, &'a Expr, &'a [Expr]),
    }
    if !rules.may_apply_within(root) {
        return Ok(root.clone());
    }
    let enters_arrays = rules.may_apply_within_array();
    // What stands for each node, as long as the root lives; `None` for what does not change.
    let mut done: AddressMap<Option<Expr>> = AddressMap::default();
    let mut tasks = vec![Task::Visit(root)];
    while let Some(task) = tasks.pop() {
        match task {
            Task::Visit(node) => {
                if done.contains_key(&node.address()) {
                    continue;
                }
                if let Some(result) = rules.apply(node, host)? {
                    done.insert(node.address(), Some(result));
                    continue;
                }
                match node.kind() {
                    Kind::Normal(head, args) => {
                        tasks.push(Task::Build(node, head, args));
                        let parts = args.iter().rev().map(|element| part_of_element(node, element)).chain([head]);
                        let is_open =
                            |part: &&Expr| !done.contains_key(&part.address()) && rules.may_apply_within(part);
                        tasks.extend(parts.filter(is_open).map(Task::Visit));
                    }
                    Kind::Array(_) if enters_arrays => {
                        done.insert(node.address(), Some(replace_in_array(node, rules, host)?));
                    }
                    _ => {}
                }
            }
            Task::Build(node, head, args) => {
                let changed = |part: &Expr| done.get(&part.address()).and_then(Option::as_ref);
                let new = |part: &Expr| changed(part).unwrap_or(part).clone();
                let parts = || args.iter().map(|element| part_of_element(node, element));
                let result = parts()
                    .chain([head])
                    .any(|part| changed(part).is_some())
                    .then(|| with_parts(node, new(head), parts().map(new).collect()));
                // Also what does not change is done: it may occur any number of times.
                done.insert(node.address(), result);
            }
        }
    }
    Ok(done.remove(&root.address()).flatten().unwrap_or_else(|| root.clone()))
}

/// The rows or numbers of a packed array replaced, to which a rule applies: one recursion for a level.
fn replace_in_array<M: Matching + ?Sized>(array: &Expr, rules: &RuleSet, host: &mut M) -> Result<Expr, M::Error> {
    let mut replace = |part: Expr| match rules.apply(&part, host)? {
        Some(result) => Ok(result),
        None if matches!(part.kind(), Kind::Array(_)) => replace_in_array(&part, rules, host),
        None => Ok(part),
    };
    let parts = (0..array.len()).map(|i| replace(part(array, i))).collect::<Result<_, _>>()?;
    let head = replace(array.head().clone())?;
    Ok(with_parts(array, head, parts))
}

/// The outcome of [`replace_repeated`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repetition {
    /// No rule applies any more.
    Settled(Expr),
    /// The greatest number of steps has been made.
    Limited(Expr),
}

/// [`replace_all`] again and again until nothing changes, at most `limit` times. `evaluate` is called on the result of each step, and
/// on nothing else; where the order of replacements does not matter, on each part in which something has been replaced.
///
/// # Errors
/// What the evaluation of a test or `evaluate` brings.
pub fn replace_repeated<M: Matching + ?Sized>(
    root: &Expr,
    rules: &RuleSet,
    limit: usize,
    host: &mut M,
    mut evaluate: impl FnMut(&mut M, Expr) -> Result<Expr, M::Error>,
) -> Result<Repetition, M::Error> {
    if let Some(end) = replace_parts_to_end(root, rules, limit, host, &mut evaluate)? {
        return Ok(Repetition::Settled(end));
    }
    let mut current = root.clone();
    for _ in 0..limit {
        let replaced = replace_all(&current, rules, host)?;
        if replaced == current {
            return Ok(Repetition::Settled(current));
        }
        let next = evaluate(host, replaced)?;
        if next == current {
            return Ok(Repetition::Settled(current));
        }
        current = next;
        host.checkpoint()?;
    }
    Ok(Repetition::Limited(current))
}

/// The expression with the parts at the given levels replaced to which a rule applies, parts before
/// wholes. `Replace` without levels means level 0: [`RuleSet::apply`].
///
/// # Errors
/// What the evaluation of a test brings.
pub fn replace_levels<M: Matching + ?Sized>(
    root: &Expr,
    rules: &RuleSet,
    levels: LevelSpec,
    heads: Heads,
    host: &mut M,
) -> Result<Expr, M::Error> {
    map_levels(root, levels, heads, |part| Ok(rules.apply(&part, host)?.unwrap_or(part)))
}

/// All results, at most `limit`, of applying each rule to the whole expression in each possible way.
///
/// # Errors
/// What the evaluation of a test brings.
pub fn replace_list<M: Matching + ?Sized>(
    root: &Expr,
    rules: &RuleSet,
    limit: usize,
    host: &mut M,
) -> Result<Vec<Expr>, M::Error> {
    let mut results = Vec::new();
    for rule in rules.rules() {
        if results.len() >= limit {
            break;
        }
        let _enough_or_all = rule.each_whole_result(root, host, |_, result| {
            results.push(result);
            Ok(if results.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
    }
    Ok(results)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::{Repetition, replace_all, replace_levels, replace_list, replace_repeated};
    use crate::pattern::{RuleSet, Structural};
    use crate::reading::{read, write};
    use crate::{Expr, Heads, LevelSpec, Sym, size};

    fn rules(text: &str) -> RuleSet {
        RuleSet::from_expr(&read(text)).unwrap()
    }

    #[test]
    fn all_parts_are_replaced_outermost_first() {
        for (e, given, expected) in [
            ("f[x, g[x]]", "x -> 1", "f[1, g[1]]"),
            ("f[f[f[x]]]", "f[x_] :> g[x]", "g[f[f[x]]]"),
            ("f[x][x]", "f -> g", "g[x][x]"),
            ("{x, y}", "{x -> y, y -> x}", "{y, x}"),
            ("{1, 2., a}", "_Integer -> b", "{b, 2., a}"),
            ("a + b + c", "a + b -> d", "d + c"),
            ("f[a + b + c, a + b]", "a + b -> d", "f[d + c, d]"),
            ("{a, b}", "List -> g", "g[a, b]"),
            ("x^2 + x", "x^n_. :> p[n]", "p[2] + p[1]"),
            ("f[x]", "y -> 1", "f[x]"),
            ("<|x -> x|>", "x -> 1", "<|x -> 1|>"),
        ] {
            let Ok(result) = replace_all(&read(e), &rules(given), &mut Structural);
            assert_eq!(write(&result), write(&read(expected)), "{e} with {given}");
        }
    }

    #[test]
    fn other_ways_to_replace() {
        let nested = read("f[f[f[x]]]");
        let wrap = rules("f[x_] :> g[x]");
        let Ok(all) = replace_levels(&nested, &wrap, LevelSpec::ALL, Heads::Excluded, &mut Structural);
        assert_eq!(all, read("g[g[g[x]]]"));
        let Ok(one) = replace_levels(&nested, &wrap, LevelSpec::exactly(1), Heads::Excluded, &mut Structural);
        assert_eq!(one, read("f[g[f[x]]]"));
        let Ok(settled) = replace_repeated(&nested, &wrap, 100, &mut Structural, |_, e| Ok(e));
        assert_eq!(settled, Repetition::Settled(read("g[g[g[x]]]")));
        let Ok(limited) = replace_repeated(&read("x"), &rules("x_ :> f[x]"), 3, &mut Structural, |_, e| Ok(e));
        assert_eq!(limited, Repetition::Limited(read("f[f[f[x]]]")));
        let split = rules("{x___, y__} :> {{x}, {y}}");
        let Ok(results) = replace_list(&read("{a, b, c}"), &split, usize::MAX, &mut Structural);
        let results: Vec<String> = results.iter().map(write).collect();
        let expected = ["{{}, {a, b, c}}", "{{a}, {b, c}}", "{{a, b}, {c}}"].map(|text| write(&read(text)));
        assert_eq!(results, expected);
        assert_eq!(replace_list(&read("{a, b, c}"), &split, 2, &mut Structural).map(|r| r.len()), Ok(2));
    }

    #[test]
    fn replacement_is_linear_in_distinct_nodes() {
        let x = read("x");
        let shared = (0..1000).fold(x.clone(), |e, _| Expr::call(Sym::Plus, [e.clone(), e]));
        let Ok(result) = replace_all(&shared, &rules("x -> 1"), &mut Structural);
        assert_eq!(size(&result).nodes, 1002);
        let Ok(unchanged) = replace_all(&shared, &rules("f[x_] :> x"), &mut Structural);
        assert_eq!(unchanged, shared);
        let deep = (0..200_000).fold(x, |e, _| Expr::call(Sym::Sin, [e]));
        let Ok(result) = replace_all(&deep, &rules("_Integer | x -> y"), &mut Structural);
        assert_eq!(size(&result).depth, 200_000);
    }

    #[test]
    fn packed_arrays_are_entered_only_where_a_rule_may_apply() {
        let reals = Expr::list((0..100).map(|i| Expr::real(f64::from(i))));
        let replaced =
            |given: &str| -> Result<Expr, Infallible> { replace_all(&reals, &rules(given), &mut Structural) };
        assert_eq!(replaced("x -> 1"), Ok(reals.clone()));
        assert_eq!(replaced("3. -> x").map(|e| e.arg(3)), Ok(read("x")));
        assert_eq!(replaced("x_Real :> g[x]").map(|e| e.arg(0)), Ok(read("g[0.]")));
        assert!(replaced("_List -> x").is_ok_and(|e| e == read("x")));
    }
}
