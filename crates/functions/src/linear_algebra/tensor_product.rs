//! `TensorProduct`: products of all elements with all elements.

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
