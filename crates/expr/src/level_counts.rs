//! How many parts of an expression are what is looked for, in time linear in its distinct nodes.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use crate::levels::{Depths, part};
use crate::{Expr, Heads, LevelSpec, NodeMap, Number};

/// How many parts at the given levels are what is looked for: each distinct part is asked about once, and counted as often as it
/// occurs.
///
/// ```
/// use std::convert::Infallible;
///
/// use netform_expr::{Expr, Heads, LevelSpec, Number, count_levels};
///
/// let pair = |e: &Expr| Expr::list([e.clone(), e.clone()]);
/// let tree = (0..100).fold(Expr::integer(7), |e, _| pair(&e));
/// let count = count_levels::<Infallible>(&tree, LevelSpec::PARTS, Heads::Excluded, |part| Ok(part.is_integer(7)));
/// assert_eq!(count, Number::from(2).pow(&Number::from(100)).map_err(|_| unreachable!()));
/// ```
///
/// # Errors
/// What `is_match` brings.
pub fn count_levels<E>(
    root: &Expr,
    levels: LevelSpec,
    heads: Heads,
    mut is_match: impl FnMut(&Expr) -> Result<bool, E>,
) -> Result<Number, E> {
    let last_level = levels.last_level();
    let mut depths = Depths::default();
    let mut matches: NodeMap<bool> = NodeMap::default();
    let mut counts: HashMap<(Expr, usize), Number, FxBuildHasher> = HashMap::default();
    let mut stack = vec![(root.clone(), 0, false)];
    while let Some((node, level, parts_are_done)) = stack.pop() {
        if counts.contains_key(&(node.clone(), level)) {
            continue;
        }
        let below = (level + 1).min(last_level);
        let goes_below = node.is_normal() && levels.goes_below(level);
        let parts = || {
            let head = (heads == Heads::Included).then(|| node.head().clone());
            head.into_iter().chain((0..node.len()).map(|i| part(&node, i)))
        };
        if goes_below && !parts_are_done {
            stack.push((node.clone(), level, true));
            let waiting: Vec<Expr> = parts().collect();
            stack.extend(waiting.into_iter().rev().map(|part| (part, below, false)));
            continue;
        }
        let depth = if levels.needs_depth() { depths.of(&node) } else { 1 };
        let is_one = levels.includes(level, depth)
            && match matches.get(&node) {
                Some(known) => *known,
                None => *matches.entry(node.clone()).or_insert(is_match(&node)?),
            };
        let mut count = Number::from(i64::from(is_one));
        if goes_below {
            for part in parts() {
                if let Some(inside) = counts.get(&(part, below)).filter(|count| !count.is_zero()) {
                    count = count.add(inside);
                }
            }
        }
        counts.insert((node, level), count);
    }
    Ok(counts.remove(&(root.clone(), 0)).unwrap_or(Number::ZERO))
}
