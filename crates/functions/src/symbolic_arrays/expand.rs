//! `ArrayExpand` and `ArraySimplify`: products of sums of arrays written out, and identities of arrays
//! that make an expression smaller.

use std::ops::ControlFlow;

use netform_eval::{Eval, Flow, Function, Linearity, Session};
use netform_expr::{Expr, Sym, size};

use super::declared::{ASSUMPTIONS, assuming};
use crate::arithmetic::{product, sum};
use crate::arrays::dimension;
use crate::parts_first::rewrite_parts;
use crate::rules_text::{ARRAY_EXPAND, ARRAY_SIMPLIFY};

pub(super) const ARRAY_EXPAND_RECORD: Function = Function {
    name: "ArrayExpand",
    usage: "ArrayExpand[expr] writes out products of sums of arrays, and functions that are linear in arrays, in expr: \
            scalars come out of Dot, Transpose, Total, Tr and others, sums are taken term by term, transposes and inverses \
            of products factor by factor. Assumptions such as Element[x, Vectors[n]] declare symbols.",
    evaluate: Some(|session, call| of_expression(session, call, |session, e| expanded(session, e, MOST_TERMS))),
    options: ASSUMPTIONS,
    examples: &[
        (
            "ArrayExpand[(VectorSymbol[\"v\", n] + VectorSymbol[\"w\", n]) . (2 VectorSymbol[\"v\", n])]",
            "2 v . v + 2 w . v",
        ),
        (
            "ArrayExpand[Transpose[MatrixSymbol[\"a\", {2, 3}] . MatrixSymbol[\"b\", {3, 4}]]]",
            "Transpose[b] . Transpose[a]",
        ),
        (
            "ArrayExpand[a . (x + y), Assumptions -> {Element[a, Matrices[{m, n}]], Element[x | y, Vectors[n]]}]",
            "a . x + a . y",
        ),
    ],
    ..Function::NEW
};

pub(super) const ARRAY_SIMPLIFY_RECORD: Function = Function {
    name: "ArraySimplify",
    usage: "ArraySimplify[expr] makes an expression with arrays smaller, if it can: products with inverses, transposes of \
            transposes and of products, transposed matrices beside vectors, equal terms after writing out. Assumptions \
            such as Element[x, Vectors[n]] declare symbols.",
    evaluate: Some(|session, call| of_expression(session, call, simplified)),
    options: ASSUMPTIONS,
    examples: &[
        ("ArraySimplify[Inverse[MatrixSymbol[\"a\", n]] . MatrixSymbol[\"a\", n] . VectorSymbol[\"v\", n]]", "v"),
        ("ArraySimplify[VectorSymbol[\"v\", n] . Transpose[MatrixSymbol[\"a\", {m, n}]]]", "a . v"),
        (
            "ArraySimplify[a . (x + y) - a . x, Assumptions -> {Element[a, Matrices[{m, n}]], Element[x | y, Vectors[n]]}]",
            "a . y",
        ),
    ],
    ..Function::NEW
};

pub(super) const TENSOR_EXPAND_RECORD: Function = Function {
    name: "TensorExpand",
    usage: "TensorExpand[expr] is ArrayExpand[expr].",
    evaluate: Some(|session, call| of_expression(session, call, |session, e| expanded(session, e, MOST_TERMS))),
    options: ASSUMPTIONS,
    examples: &[(
        "TensorExpand[MatrixSymbol[\"a\", 2] . (VectorSymbol[\"v\", 2] + 3 VectorSymbol[\"w\", 2])]",
        "a . v + 3 a . w",
    )],
    ..Function::NEW
};

pub(super) const TENSOR_REDUCE_RECORD: Function = Function {
    name: "TensorReduce",
    usage: "TensorReduce[expr] writes an expression with arrays out and makes it as small as it can, so that expressions that are \
            equal by the rules of sums, products and transposes become the same.",
    evaluate: Some(|session, call| {
        of_expression(session, call, |session, e| {
            let expanded = expanded(session, e, MOST_TERMS)?;
            simplified(session, &expanded)
        })
    }),
    options: ASSUMPTIONS,
    examples: &[(
        "TensorReduce[MatrixSymbol[\"a\", 2] . (VectorSymbol[\"v\", 2] + VectorSymbol[\"w\", 2]) - VectorSymbol[\"w\", 2] . \
         Transpose[MatrixSymbol[\"a\", 2]]]",
        "a . v",
    )],
    ..Function::NEW
};

fn of_expression(session: &mut Session, call: &Expr, value: fn(&mut Session, &Expr) -> Result<Expr, Flow>) -> Eval {
    if let ControlFlow::Break(value) = assuming(session, call, 1, 1)? {
        return Ok(value);
    }
    if call.len() != 1 {
        session.message_argument_count(call, 1, 1);
        return Ok(None);
    }
    value(session, &call.arg(0)).map(Some)
}

/// Products with more terms than this stay as they are.
const MOST_TERMS: usize = 4096;
/// The same where writing out is tried only, to find terms that cancel.
const MOST_TRIED: usize = 128;

/// The expression with everything written out, each distinct part once.
fn expanded(session: &mut Session, e: &Expr, most_terms: usize) -> Result<Expr, Flow> {
    let ruled = ARRAY_EXPAND.rewrite(session, e)?;
    rewrite_parts(
        session,
        &ruled,
        |session, current| Ok(written_out(session, &current, most_terms)?.unwrap_or(current)),
    )
}

/// A call term by term, its arguments being written out.
fn written_out(session: &mut Session, call: &Expr, most_terms: usize) -> Eval {
    // What is multiplied by a dot is an array, declared or not.
    let of_arrays = call.has_head(Sym::Dot);
    if !call.may_hold_array_symbol() && !of_arrays {
        return Ok(None);
    }
    if matches!(call.head_sym(), Some(Sym::Times | Sym::Power)) {
        return session.evaluate_call(Sym::Expand, [call.clone()]).map(Some);
    }
    let Some(linearity) = session.function_of(call.head()).map(|f| f.linear.arguments) else { return Ok(None) };
    let args = call.args();
    let places = match linearity {
        Linearity::Unknown => 0..0,
        Linearity::First => 0..1.min(args.len()),
        Linearity::Each => 0..args.len(),
    };
    // Scalars, and the arguments, of each term.
    let mut terms: Vec<(Vec<Expr>, Vec<Expr>)> = vec![(vec![], vec![])];
    for (i, arg) in args.iter().enumerate() {
        let parts = if places.contains(&i) { summands(session, arg, of_arrays)? } else { vec![(vec![], arg.clone())] };
        if terms.len() * parts.len() > most_terms {
            return Ok(None);
        }
        let mut longer = Vec::with_capacity(terms.len() * parts.len());
        for (scalars, factors) in &terms {
            for (more, factor) in &parts {
                let scalars = scalars.iter().chain(more).cloned().collect();
                longer.push((scalars, factors.iter().chain([factor]).cloned().collect()));
            }
        }
        terms = longer;
    }
    if let [(scalars, _)] = &terms[..]
        && scalars.is_empty()
    {
        return Ok(None);
    }
    let mut values = Vec::with_capacity(terms.len());
    for (scalars, factors) in terms {
        let value = session.evaluate(&Expr::normal(call.head().clone(), factors))?;
        values.push(product(session, scalars.into_iter().chain([value]))?);
    }
    sum(session, values).map(Some)
}

/// The terms of an argument: scalar factors, and what they multiply. A sum with terms of fewer
/// levels is one term; of an array of which nothing is declared, numbers alone are scalars.
fn summands(session: &mut Session, e: &Expr, is_array: bool) -> Result<Vec<(Vec<Expr>, Expr)>, Flow> {
    let rank = dimension::of(session, e)?.len();
    let terms = match e.args_of(Sym::Plus) {
        Some(terms) => terms.into_owned(),
        None => vec![e.clone()],
    };
    let mut result = Vec::with_capacity(terms.len());
    for term in &terms {
        if dimension::of(session, term)?.len() != rank {
            return Ok(vec![(vec![], e.clone())]);
        }
        let (mut scalars, mut arrays) = (Vec::new(), Vec::new());
        if let Some(factors) = term.args_of(Sym::Times).filter(|_| rank > 0 || is_array) {
            for factor in factors.iter() {
                let is_scalar = if rank > 0 { dimension::of(session, factor)?.is_empty() } else { factor.is_number() };
                if is_scalar { &mut scalars } else { &mut arrays }.push(factor.clone());
            }
            let array = product(session, arrays)?;
            result.push((scalars, array));
        } else {
            result.push((scalars, term.clone()));
        }
    }
    Ok(result)
}

/// The smallest of what identities give, before and after writing out.
pub(crate) fn simplified(session: &mut Session, e: &Expr) -> Result<Expr, Flow> {
    let direct = ARRAY_SIMPLIFY.rewrite(session, e)?;
    let written_out = expanded(session, &direct, MOST_TRIED)?;
    let collected = ARRAY_SIMPLIFY.rewrite(session, &written_out)?;
    let smallest = [e.clone(), direct, collected].into_iter().min_by(|a, b| size(a).leaves.total_cmp(&size(b).leaves));
    Ok(smallest.unwrap_or_else(|| e.clone()))
}
