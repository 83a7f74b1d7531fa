//! `Depth`, `LeafCount`, `ByteCount`, `Level`: the size of expressions.
//!
//! All but `Level` look at each distinct node once, however often it occurs.

use std::convert::Infallible;
use std::ops::Range;

use super::levels::{FIRST_LEVEL, HEADS_OFF, LEVEL_MESSAGE, heads_setting, level_argument, visit_levels};
use netform_eval::{Eval, Function, Session, ShapeRule};
use netform_expr::number::Integer;
use netform_expr::{AddressMap, Expr, Kind, Number, Sym, Visit, postorder};

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
/// A part occurs as often as the wholes that it stands in do together, so the occurrences are counted
/// from the root down, a whole before its parts. Their numbers grow by a digit or so with every level.
/// Each is kept only until the parts have got it, so a recurrence of any length needs room for a few
/// steps, which stay in the processor's caches.
fn sum_over_leaves(root: &Expr, measure: fn(&Expr) -> i64) -> Integer {
    let graph = Graph::of(root, measure);
    let mut wholes_left = vec![0_u32; graph.nodes.len()];
    for &part in &graph.parts {
        wholes_left[part as usize] += 1;
    }
    let mut occurrences: Vec<Vec<u64>> = vec![Vec::new(); graph.nodes.len()];
    occurrences[0].push(1);
    let mut total = Vec::new();
    let mut ready = vec![0];
    while let Some(node) = ready.pop() {
        let mut count = std::mem::take(&mut occurrences[node]);
        if graph.nodes[node].leaves > 0 {
            add_multiple(&mut total, &count, graph.nodes[node].leaves);
        }
        let parts = &graph.parts[graph.nodes[node].parts.clone()];
        for (position, &part) in parts.iter().enumerate() {
            let part = part as usize;
            let sum = &mut occurrences[part];
            if !sum.is_empty() {
                add_multiple(sum, &count, 1);
            } else if position + 1 == parts.len() {
                *sum = std::mem::take(&mut count);
            } else {
                sum.clone_from(&count);
            }
            wholes_left[part] -= 1;
            if wholes_left[part] == 0 {
                ready.push(part);
            }
        }
    }
    Integer::from_words(&total)
}

/// The distinct calls of an expression by number, the root first.
struct Graph {
    nodes: Vec<GraphNode>,
    /// Those parts of all calls that are calls, one node's after the other's.
    parts: Vec<u32>,
}

struct GraphNode {
    /// The measure of the leaves among the parts.
    leaves: u64,
    /// Where the parts of this node are in the list of all parts.
    parts: Range<usize>,
}

impl Graph {
    fn of(root: &Expr, measure: fn(&Expr) -> i64) -> Graph {
        #[derive(Clone, Copy)]
        enum Part {
            Call(u32),
            Leaf(u64),
        }
        let mut graph = Graph { nodes: vec![GraphNode::EMPTY], parts: Vec::new() };
        // The root keeps all nodes alive. A part that was seen is known by its address and not looked at again.
        let mut seen: AddressMap<Part> = AddressMap::default();
        seen.insert(root.address(), Part::Call(0));
        let mut open = vec![(root, 0)];
        while let Some((node, number)) = open.pop() {
            let Kind::Normal(head, args) = node.kind() else {
                graph.nodes[number].leaves = measure(node).unsigned_abs();
                break;
            };
            let mut leaves = 0;
            let start = graph.parts.len();
            for part in args.iter().chain([head]) {
                let known = seen.entry(part.address()).or_insert_with(|| {
                    if matches!(part.kind(), Kind::Normal(..)) {
                        open.push((part, graph.nodes.len()));
                        graph.nodes.push(GraphNode::EMPTY);
                        Part::Call(graph.nodes.len() as u32 - 1)
                    } else {
                        Part::Leaf(measure(part).unsigned_abs())
                    }
                });
                match *known {
                    Part::Call(number) => graph.parts.push(number),
                    Part::Leaf(measure) => leaves += measure,
                }
            }
            graph.nodes[number] = GraphNode { leaves, parts: start..graph.parts.len() };
        }
        graph
    }
}

impl GraphNode {
    const EMPTY: GraphNode = GraphNode { leaves: 0, parts: 0..0 };
}

/// Adds a multiple of a number to another; their words are the lowest first.
fn add_multiple(sum: &mut Vec<u64>, number: &[u64], factor: u64) {
    // Most factors are 1, and additions are several times as fast as products.
    match factor {
        1 => add_words(sum, number, u128::from),
        _ => add_words(sum, number, |word| u128::from(word) * u128::from(factor)),
    }
}

/// Adds the words of a number, changed one by one, to another number.
fn add_words(sum: &mut Vec<u64>, number: &[u64], term: impl Fn(u64) -> u128) {
    sum.resize(sum.len().max(number.len()), 0);
    let (low, high) = sum.split_at_mut(number.len());
    let mut carry = 0;
    for (word, other) in low.iter_mut().zip(number) {
        // At most (2^64 - 1)^2 + 2 (2^64 - 1) = 2^128 - 1.
        let total = term(*other) + u128::from(*word) + u128::from(carry);
        *word = total as u64;
        carry = (total >> 64) as u64;
    }
    for word in high {
        let overflow;
        (*word, overflow) = word.overflowing_add(carry);
        carry = u64::from(overflow);
        if carry == 0 {
            return;
        }
    }
    if carry > 0 {
        sum.push(carry);
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
