//! `Depth`, `LeafCount`, `ByteCount`, `Level`: the size of expressions.
//!
//! All but `Level` look at each distinct node once, however often it occurs.

use std::convert::Infallible;

use super::levels::{FIRST_LEVEL, HEADS_OFF, LEVEL_MESSAGE, heads_setting, level_argument, visit_levels};
use netform_eval::{Eval, Function, Session, ShapeRule};
use netform_expr::number::Integer;
use netform_expr::{Expr, Kind, Number, Sym, Visit, postorder};
use rustc_hash::FxHashMap;

use crate::call_options::CallOptions;

/// The depth of an expression.
pub(super) const DEPTH: Function = Function {
    name: "Depth",
    usage: "Depth[expr] gives the largest number of indices needed to specify a part of expr, plus 1.",
    evaluate: Some(depth),
    options: &[("Heads", "False")],
    shape: ShapeRule::Scalar,
    examples: &[("Depth[{{a, f[b]}, c}]", "4"), ("Depth[x]", "1"), ("Depth[f[a][b], Heads -> True]", "3")],
    ..Function::NEW
};

fn depth(session: &mut Session, call: &Expr) -> Eval {
    let Some(options) = CallOptions::split(session, call, 1, 1) else { return Ok(None) };
    let e = &options.arguments[0];
    let depth = if options.get(session, Sym::Heads).is_true() {
        netform_expr::size(e).depth + 1
    } else {
        netform_expr::depth(e)
    };
    Ok(Some(Expr::integer(depth as i64)))
}

/// The number of leaves of the expression written out as a tree.
pub(super) const LEAF_COUNT: Function = Function {
    name: "LeafCount",
    usage: "LeafCount[expr] gives the number of indivisible parts of expr, heads included. \
            It is exact, and takes time proportional to the number of distinct parts.",
    arguments: Some((1, 1)),
    evaluate: Some(leaf_count),
    shape: ShapeRule::Scalar,
    examples: &[
        ("LeafCount[1 + a + b^2]", "6"),
        ("LeafCount[{{1, 2}, {3, 4}}]", "7"),
        ("LeafCount[1/2]", "3"),
        ("LeafCount[Nest[f[#, #] &, x, 100]]", "2535301200456458802993406410751"),
    ],
    ..Function::NEW
};

fn leaf_count(_: &mut Session, call: &Expr) -> Eval {
    let leaves = sum_over_leaves(&call.arg(0), leaves_of_atom);
    Ok(Some(Expr::number(Number::Integer(leaves))))
}

/// Leaves of an atom or packed array. Rationals and complex numbers count as written in full.
fn leaves_of_atom(e: &Expr) -> i64 {
    fn of_number(n: &Number) -> i64 {
        match n {
            Number::Rational(_) => 3,
            Number::Complex(z) => 1 + of_number(z.re()) + of_number(z.im()),
            _ => 1,
        }
    }
    match e.kind() {
        Kind::Number(n) => of_number(n),
        Kind::Array(array) => {
            let mut lists = 1;
            let mut all = 1;
            for &dimension in &array.shape()[..array.rank() - 1] {
                lists *= dimension as i64;
                all += lists;
            }
            all + array.len() as i64
        }
        _ => 1,
    }
}

/// The sum of a measure over all leaves, each as often as it occurs.
///
/// The counts grow by a digit or so with every level. Each is kept only until its last use, so a
/// recurrence of any length needs room for a few steps, which stay in the processor's caches.
fn sum_over_leaves(root: &Expr, measure: fn(&Expr) -> i64) -> Integer {
    let graph = Graph::of(root, measure);
    let mut uses = vec![0_usize; graph.nodes.len()];
    for &part in &graph.parts {
        uses[part] += 1;
    }
    let mut counts: Vec<Vec<u64>> = vec![Vec::new(); graph.nodes.len()];
    let mut start = 0;
    for (node, &GraphNode { own, end }) in graph.nodes.iter().enumerate() {
        let mut sum = Vec::new();
        for &part in &graph.parts[start..end] {
            uses[part] -= 1;
            if uses[part] > 0 {
                add_words(&mut sum, &counts[part]);
            } else {
                let count = std::mem::take(&mut counts[part]);
                if sum.is_empty() {
                    sum = count;
                } else {
                    add_words(&mut sum, &count);
                }
            }
        }
        if sum.is_empty() {
            sum.push(own);
        }
        counts[node] = sum;
        start = end;
    }
    Integer::from_words(&counts.pop().unwrap_or_default())
}

/// The distinct nodes of an expression by number, parts before wholes.
struct Graph {
    nodes: Vec<GraphNode>,
    /// The parts of all nodes, one node after the other.
    parts: Vec<usize>,
}

struct GraphNode {
    /// The measure of a leaf, 0 for the others.
    own: u64,
    /// Where the parts of this node end in the list of all parts; they begin where the previous node's end.
    end: usize,
}

impl Graph {
    fn of(root: &Expr, measure: fn(&Expr) -> i64) -> Graph {
        let mut graph = Graph { nodes: Vec::new(), parts: Vec::new() };
        // The root keeps all nodes alive, so their addresses tell them apart.
        let mut numbers: FxHashMap<usize, usize> = FxHashMap::default();
        visit(root, |node| {
            let own = match node.kind() {
                Kind::Normal(head, args) => {
                    let parts = args.iter().chain([head]);
                    graph.parts.extend(parts.filter_map(|part| numbers.get(&part.address())));
                    0
                }
                _ => measure(node).unsigned_abs(),
            };
            numbers.insert(node.address(), graph.nodes.len());
            graph.nodes.push(GraphNode { own, end: graph.parts.len() });
        });
        graph
    }
}

/// Adds a number to another; their words are the lowest first.
fn add_words(sum: &mut Vec<u64>, number: &[u64]) {
    sum.resize(sum.len().max(number.len()), 0);
    let (low, high) = sum.split_at_mut(number.len());
    let mut carry = false;
    for (digit, other) in low.iter_mut().zip(number) {
        let (partial, first) = digit.overflowing_add(*other);
        let (total, second) = partial.overflowing_add(u64::from(carry));
        *digit = total;
        carry = first || second;
    }
    for digit in high {
        if !carry {
            return;
        }
        (*digit, carry) = digit.overflowing_add(1);
    }
    if carry {
        sum.push(1);
    }
}

/// The sum of a measure over all distinct nodes.
fn sum_over_nodes(root: &Expr, measure: fn(&Expr) -> i64) -> Integer {
    let mut total = Integer::ZERO;
    visit(root, |node| total = &total + &Integer::from(measure(node)));
    total
}

/// Shows every distinct node once, parts first.
fn visit(root: &Expr, mut see: impl FnMut(&Expr)) {
    let walk = postorder::<Infallible>(
        root,
        |_| true,
        |node| {
            see(node);
            Ok(())
        },
    );
    match walk {
        Ok(()) => {}
        Err(never) => match never {},
    }
}

/// The memory that an expression takes.
pub(super) const BYTE_COUNT: Function = Function {
    name: "ByteCount",
    usage: "ByteCount[expr] gives the number of bytes that expr takes in memory; equal parts are stored once.",
    arguments: Some((1, 1)),
    evaluate: Some(byte_count),
    shape: ShapeRule::Scalar,
    examples: &[("ByteCount[1.5]", "56"), ("ByteCount[Range[1000]] > 8000", "True")],
    ..Function::NEW
};

fn byte_count(_: &mut Session, call: &Expr) -> Eval {
    let bytes = sum_over_nodes(&call.arg(0), |node| node.own_bytes() as i64);
    Ok(Some(Expr::number(Number::Integer(bytes))))
}

/// The parts at given levels.
pub(super) const LEVEL: Function = Function {
    name: "Level",
    usage: "Level[expr, levels] gives the list of all parts of expr at the levels. \
            Level[expr, levels, f] applies f to the sequence of these parts.",
    evaluate: Some(level),
    options: &[HEADS_OFF],
    messages: &[LEVEL_MESSAGE],
    examples: &[
        ("Level[a + f[x, y^n], {-1}]", "{a, x, y, n}"),
        ("Level[a + f[x, y^n], 2]", "{a, x, y^n, f[x, y^n]}"),
        ("Level[x^2 + y^3, 1]", "{x^2, y^3}"),
        ("Level[f[a, b], {1}, g]", "g[a, b]"),
    ],
    ..Function::NEW
};

fn level(session: &mut Session, call: &Expr) -> Eval {
    let Some(options) = CallOptions::split(session, call, 2, 3) else { return Ok(None) };
    let heads = heads_setting(&options.get(session, Sym::Heads));
    let Some(levels) = level_argument(session, call, options.arguments.get(1), FIRST_LEVEL) else { return Ok(None) };
    let mut found = Vec::new();
    visit_levels(session, &options.arguments[0], levels, heads, |_, part, _| {
        found.push(part.clone());
        Ok(Visit::Found)
    })?;
    let head = options.arguments.get(2).cloned().unwrap_or_else(|| Sym::List.into());
    Ok(Some(Expr::normal(head, found)))
}
