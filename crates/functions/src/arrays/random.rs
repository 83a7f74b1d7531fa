//! `ArrayRandom`: an array of random numbers.

use netform_eval::{ArrayPositions, Eval, Flow, Function, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym};

use super::dimension::stated;

pub(super) const ARRAY_RANDOM: Function = Function {
    name: "ArrayRandom",
    usage: "ArrayRandom[dist, {n1, n2, ...}, label] is an array of independent random numbers of the distribution, with {} a \
            number. While a dimension is a symbol it is a symbolic array; two of these are the same if their labels \
            are.",
    arguments: Some((3, 3)),
    evaluate: Some(evaluate),
    arrays: ArrayPositions::None,
    shape: ShapeRule::Rule(shape),
    examples: &[
        ("ArrayRandom[BernoulliDistribution[1], {2, 3}, \"mask\"]", "{{1, 1, 1}, {1, 1, 1}}"),
        ("Dimensions[ArrayRandom[NormalDistribution[0, 1], {n, 3}, \"noise\"]]", "{n, 3}"),
        ("SeedRandom[1]; x = ArrayRandom[UniformDistribution[{2, 3}], {}, \"x\"]; 2 <= x < 3", "True"),
    ],
    ..Function::NEW
};

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let sizes = call.arg(1);
    if !sizes.is_list() || !sizes.args().iter().all(|size| size.as_usize().is_some()) {
        return Ok(None);
    }
    let distribution = call.arg(0);
    let arguments = if sizes.is_empty() { vec![distribution] } else { vec![distribution, sizes] };
    let drawn = session.evaluate_call(Sym::RandomVariate, arguments)?;
    // A distribution with symbols in it stays.
    Ok((!drawn.has_head(Sym::RandomVariate)).then_some(drawn))
}

fn shape(_: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let dimensions = (call.len() == 3).then(|| stated(&call.arg(1))).flatten();
    Ok(dimensions.map_or(Shape::Unknown, Shape::Known))
}
