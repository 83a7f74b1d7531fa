//! `TensorProduct`: products of all elements with all elements; `ArrayDot` and `TensorContract`: sums
//! over levels of products and of single arrays.

use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Attributes, Expr, Sym};

use crate::arithmetic::product;
use crate::arrays::contraction::labels;
use crate::arrays::differentials::of_each_argument;
use crate::arrays::dimension;
use crate::arrays::linear::MULTILINEAR;

/// Products of all elements of arrays.
pub(super) const TENSOR_PRODUCT: Function = Function {
    name: "TensorProduct",
    usage: "TensorProduct[a, b, ...] gives the products of all elements of the arrays a, b, ...; its levels are those of a, \
            then those of b, and so on.",
    attributes: Attributes::FLAT.with(Attributes::ONE_IDENTITY),
    arrays: ArrayPositions::All,
    on_arrays: Some(of_arrays),
    evaluate: Some(of_lists),
    shape: ShapeRule::Rule(shape),
    derivative: Derivative::Differential(of_each_argument),
    linear: MULTILINEAR,
    lowering: Lowering::Rewrite(|session, call| {
        let parts = as_contraction(session, &call.args())?;
        Ok(Some(Expr::call(Sym::ProgramContract, parts)))
    }),
    examples: &[
        ("TensorProduct[{a, b}, {x, y}]", "{{a x, a y}, {b x, b y}}"),
        ("TensorProduct[x, {a, b}]", "{a x, b x}"),
        ("Dimensions[TensorProduct[VectorSymbol[\"v\", n], MatrixSymbol[\"m\", {2, 3}]]]", "{n, 2, 3}"),
        ("TensorProduct[2 VectorSymbol[\"v\", n], VectorSymbol[\"w\", 3]]", "2 TensorProduct[v, w]"),
    ],
    ..Function::NEW
};

/// The factors and their labels, as `ArrayContract` takes them.
fn as_contraction(session: &mut Session, factors: &[Expr]) -> Result<[Expr; 2], Flow> {
    let mut count = 0;
    let mut of_factors = Vec::with_capacity(factors.len());
    for factor in factors {
        let rank = dimension::of(session, factor)?.len();
        of_factors.push(labels(count..count + rank));
        count += rank;
    }
    Ok([Expr::list(factors.iter().cloned()), Expr::rule(Expr::list(of_factors), labels(0..count))])
}

fn of_lists(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    match args.len() {
        0 => return Ok(Some(Expr::integer(1))),
        1 => return Ok(Some(args[0].clone())),
        _ => {}
    }
    if let Some(unknown) = args.iter().find(|arg| !arg.is_list() && !arg.is_number())
        && args.iter().all(|arg| arg != unknown || arg.is_symbol())
        && args.iter().any(|arg| !arg.is_list())
        && !args.iter().any(Expr::is_list)
    {
        // Nothing is known of the levels of symbols.
        return Ok(None);
    }
    let parts = as_contraction(session, &args)?;
    session.evaluate_call(Sym::ArrayContract, parts).map(Some)
}

/// Scalars are taken out, and zeros make all zero.
fn of_arrays(session: &mut Session, call: &Expr) -> Eval {
    if call.args().iter().any(|arg| arg.has_head(Sym::SymbolicZerosArray)) {
        let shape = shape(session, call)?;
        return Ok(Some(Session::zeros(&shape)));
    }
    let mut scalars = Vec::new();
    let mut arrays = Vec::new();
    for arg in call.args().iter() {
        if dimension::of(session, arg)?.is_empty() {
            scalars.push(arg.clone());
            continue;
        }
        let Some(factors) = arg.args_of(Sym::Times) else {
            arrays.push(arg.clone());
            continue;
        };
        let mut rest = Vec::with_capacity(factors.len());
        for factor in factors.iter() {
            if dimension::of(session, factor)?.is_empty() { &mut scalars } else { &mut rest }.push(factor.clone());
        }
        arrays.push(product(session, rest)?);
    }
    if scalars.is_empty() {
        return Ok((call.len() == 1).then(|| call.arg(0)));
    }
    let tensor = if arrays.len() == 1 { arrays.remove(0) } else { Expr::call(Sym::TensorProduct, arrays) };
    scalars.push(tensor);
    product(session, scalars).map(Some)
}

fn shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let mut dimensions = Vec::new();
    for arg in call.args().iter() {
        dimensions.extend(dimension::of(session, arg)?);
    }
    Ok(Shape::of(dimensions))
}

/// Sums over several levels at once.
pub(super) const ARRAY_DOT: Function = Function {
    name: "ArrayDot",
    usage: "ArrayDot[a, b, k] gives the sum of products over the last k levels of a and the first k levels of b. ArrayDot[a, \
            b, {{i1, j1}, {i2, j2}, ...}] is over level i1 of a with j1 of b, and so on.",
    arguments: Some((3, 3)),
    evaluate: Some(array_dot),
    messages: MESSAGES,
    examples: &[
        ("ArrayDot[{{a, b}, {c, d}}, {x, y}, 1]", "{a x + b y, c x + d y}"),
        ("ArrayDot[{{a, b}, {c, d}}, {{x, y}, {z, u}}, 2]", "d u + a x + b y + c z"),
        ("ArrayDot[MatrixSymbol[\"a\", {m, n}], MatrixSymbol[\"b\", {m, k}], {{1, 1}}]", "Transpose[a] . b"),
    ],
    ..Function::NEW
};

/// Sums over pairs of levels of one array.
pub(super) const TENSOR_CONTRACT: Function = Function {
    name: "TensorContract",
    usage: "TensorContract[a, {{i1, j1}, {i2, j2}, ...}] gives the sum over the elements of the array a whose positions at \
            the levels i1 and j1, i2 and j2, and so on, are equal.",
    arguments: Some((2, 2)),
    evaluate: Some(tensor_contract),
    messages: MESSAGES,
    examples: &[
        ("TensorContract[{{a, b}, {c, d}}, {{1, 2}}]", "a + d"),
        ("TensorContract[TensorProduct[VectorSymbol[\"v\", n], VectorSymbol[\"w\", n]], {{1, 2}}]", "v . w"),
    ],
    ..Function::NEW
};

const MESSAGES: &[(&str, &str)] = &[("pairs", "`1` does not name pairs of levels that the arrays of `2` have.")];

/// Pairs of levels, counted from 0, of arrays of these ranks.
fn pairs(e: &Expr, ranks: [usize; 2]) -> Option<Vec<[usize; 2]>> {
    let pair = |pair: &Expr| {
        let both = pair.args_of(Sym::List).filter(|both| both.len() == 2)?;
        let level =
            |e: &Expr, rank: usize| e.as_usize().filter(|level| (1..=rank).contains(level)).map(|level| level - 1);
        Some([level(&both[0], ranks[0])?, level(&both[1], ranks[1])?])
    };
    e.args_of(Sym::List)?.iter().map(pair).collect()
}

fn are_distinct(levels: impl Iterator<Item = usize>) -> bool {
    let mut seen = Vec::new();
    levels.into_iter().all(|level| {
        let fresh = !seen.contains(&level);
        seen.push(level);
        fresh
    })
}

fn array_dot(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let ranks = [dimension::of(session, &args[0])?.len(), dimension::of(session, &args[1])?.len()];
    let found = match args[2].as_usize() {
        Some(k) if k <= ranks[0].min(ranks[1]) => Some((0..k).map(|i| [ranks[0] - k + i, i]).collect()),
        Some(_) => None,
        None => pairs(&args[2], ranks),
    };
    let distinct = |pairs: &Vec<[usize; 2]>| (0..2).all(|side| are_distinct(pairs.iter().map(|pair| pair[side])));
    let Some(pairs) = found.filter(distinct) else {
        session.message_of(call.head(), "pairs", &[args[2].clone(), call.clone()]);
        return Ok(None);
    };
    let of_a: Vec<usize> = (0..ranks[0]).collect();
    let mut of_b: Vec<usize> = (ranks[0]..ranks[0] + ranks[1]).collect();
    pairs.iter().for_each(|pair| of_b[pair[1]] = pair[0]);
    let kept = of_a.iter().filter(|a| !of_b.contains(a)).chain(of_b.iter().filter(|b| !of_a.contains(b)));
    let result = labels(kept.copied());
    let rule = Expr::rule(Expr::list([labels(of_a.iter().copied()), labels(of_b.iter().copied())]), result);
    session.evaluate_call(Sym::ArrayContract, [Expr::list([args[0].clone(), args[1].clone()]), rule]).map(Some)
}

fn tensor_contract(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let rank = dimension::of(session, &args[0])?.len();
    if rank == 0 && args[0].is_symbol() {
        return Ok(None);
    }
    let distinct = |pairs: &Vec<[usize; 2]>| are_distinct(pairs.iter().flatten().copied());
    let Some(pairs) = pairs(&args[1], [rank, rank]).filter(distinct) else {
        session.message_of(call.head(), "pairs", &[args[1].clone(), call.clone()]);
        return Ok(None);
    };
    let mut own: Vec<usize> = (0..rank).collect();
    pairs.iter().for_each(|pair| own[pair[1]] = pair[0]);
    let result = labels((0..rank).filter(|level| !pairs.iter().flatten().any(|summed| summed == level)));
    let rule = Expr::rule(Expr::list([labels(own)]), result);
    session.evaluate_call(Sym::ArrayContract, [Expr::list([args[0].clone()]), rule]).map(Some)
}
