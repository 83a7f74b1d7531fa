//! Walks over the shared graph: every distinct node once, with explicit stacks.

use std::convert::Infallible;
use std::fmt;

use crate::map::AddressSet;
use crate::{Expr, Kind, NodeMap};

/// Visits every distinct node below `root`, parts before wholes. The parts of a node are entered
/// only if `enter` says so; `leave` sees each node once, its parts seen before.
///
/// The head counts as a part. Packed arrays are leaves.
pub fn postorder<E>(
    root: &Expr,
    mut enter: impl FnMut(&Expr) -> bool,
    mut leave: impl FnMut(&Expr) -> Result<(), E>,
) -> Result<(), E> {
    // The root keeps all nodes alive, so their addresses are their identities and none is counted.
    let mut seen = AddressSet::default();
    let mut stack: Vec<(&Expr, bool)> = vec![(root, false)];
    while let Some((node, parts_are_done)) = stack.pop() {
        if parts_are_done {
            leave(node)?;
            continue;
        }
        if !seen.insert(node.address()) {
            continue;
        }
        match node.kind() {
            Kind::Normal(head, args) if enter(node) => {
                stack.push((node, true));
                let parts = args.iter().rev().chain([head]).filter(|e| !seen.contains(&e.address()));
                stack.extend(parts.map(|e| (e, false)));
            }
            _ => leave(node)?,
        }
    }
    Ok(())
}

/// Rebuilds `root` from its leaves: `change` sees each distinct node, its parts already changed,
/// and returns what stands for it. Unchanged nodes are returned as they are.
pub fn map_bottom_up(root: &Expr, mut change: impl FnMut(Expr) -> Expr) -> Expr {
    let mut done: NodeMap<Expr> = NodeMap::default();
    let walk = postorder::<Infallible>(
        root,
        |_| true,
        |node| {
            let rebuilt = rebuild(node, |part| done.get(part).cloned().unwrap_or_else(|| part.clone()));
            let changed = change(rebuilt);
            done.insert(node.clone(), changed);
            Ok(())
        },
    );
    match walk {
        Ok(()) => done.remove(root).unwrap_or_else(|| root.clone()),
        Err(never) => match never {},
    }
}

/// The node with its head and arguments replaced; the same node if nothing changes.
pub fn rebuild(node: &Expr, mut part: impl FnMut(&Expr) -> Expr) -> Expr {
    let Kind::Normal(head, args) = node.kind() else { return node.clone() };
    let new_head = part(head);
    let new_args: smallvec::SmallVec<[Expr; 6]> = args.iter().map(&mut part).collect();
    if new_head == *head && new_args.iter().zip(args).all(|(a, b)| a == b) {
        return node.clone();
    }
    Expr::normal(new_head, new_args)
}

/// How large an expression is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// The number of distinct nodes, heads included.
    pub nodes: usize,
    /// The number of leaves of the expression written out as a tree; infinite beyond 10^308.
    pub leaves: f64,
    /// The largest number of steps from the root to a leaf.
    pub depth: usize,
}

/// The array symbols in an expression, each once, in the order of [`postorder`].
pub fn array_symbols(root: &Expr) -> Vec<Expr> {
    let mut found = Vec::new();
    let walk = postorder::<Infallible>(
        root,
        |_| true,
        |node| {
            if node.is_array_symbol() {
                found.push(node.clone());
            }
            Ok(())
        },
    );
    match walk {
        Ok(()) => found,
        Err(never) => match never {},
    }
}

/// The size of an expression, in time linear in its distinct nodes.
pub fn size(root: &Expr) -> Size {
    let mut below: NodeMap<(f64, usize)> = NodeMap::default();
    let walk = postorder::<Infallible>(
        root,
        |_| true,
        |node| {
            let size = match node.kind() {
                Kind::Normal(head, args) => args.iter().chain([head]).fold((0.0, 0), |(leaves, depth), part| {
                    let (l, d) = below.get(part).copied().unwrap_or((1.0, 0));
                    (leaves + l, depth.max(d + 1))
                }),
                Kind::Array(array) => (array.len() as f64 + 1.0, array.rank()),
                _ => (1.0, 0),
            };
            below.insert(node.clone(), size);
            Ok(())
        },
    );
    match walk {
        Ok(()) => {
            let (leaves, depth) = below.get(root).copied().unwrap_or((1.0, 0));
            Size { nodes: below.len(), leaves, depth }
        }
        Err(never) => match never {},
    }
}

/// Full form, cut short: for debugging only.
pub(crate) fn debug(root: &Expr, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    enum Piece {
        Node(Expr),
        Text(&'static str),
    }
    let mut budget = 1000;
    let mut stack = vec![Piece::Node(root.clone())];
    while let Some(piece) = stack.pop() {
        let node = match piece {
            Piece::Text(text) => {
                f.write_str(text)?;
                continue;
            }
            Piece::Node(node) => node,
        };
        budget -= 1;
        if budget < 0 {
            return f.write_str("...");
        }
        match node.kind() {
            Kind::Integer(value) => write!(f, "{value}")?,
            Kind::Real(value) => write!(f, "{value:?}")?,
            Kind::Number(value) => write!(f, "{value:?}")?,
            Kind::String(value) => write!(f, "{value:?}")?,
            Kind::Symbol(symbol) => f.write_str(symbol.name())?,
            Kind::Array(array) => write!(f, "<array {:?}>", array.shape())?,
            Kind::Normal(head, args) => {
                stack.push(Piece::Text("]"));
                for (i, arg) in args.iter().enumerate().rev() {
                    stack.push(Piece::Node(arg.clone()));
                    if i > 0 {
                        stack.push(Piece::Text(", "));
                    }
                }
                stack.push(Piece::Text("["));
                stack.push(Piece::Node(head.clone()));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{map_bottom_up, size};
    use crate::{Expr, Sym};

    fn shared(levels: usize) -> Expr {
        (0..levels).fold(Expr::symbol("Test`x"), |e, _| Expr::call(Sym::Plus, [e.clone(), e]))
    }

    #[test]
    fn sizes_count_shared_nodes_once_and_leaves_as_a_tree() {
        let s = size(&shared(10));
        assert_eq!(s.nodes, 12);
        assert_eq!(s.leaves, 2047.0);
        assert_eq!(s.depth, 10);
    }

    #[test]
    fn a_change_of_a_leaf_is_linear_in_the_graph() {
        let y = Expr::symbol("Test`y");
        let x = Expr::symbol("Test`x");
        let mut visits = 0;
        let changed = map_bottom_up(&shared(200), |e| {
            visits += 1;
            if e == x { y.clone() } else { e }
        });
        assert_eq!(visits, 202);
        assert_eq!(size(&changed).nodes, 202);
        assert!(size(&shared(2000)).leaves.is_infinite());
    }
}
