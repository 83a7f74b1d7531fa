//! `ArrayRandom`: a random array, known by its name.

use netform_eval::{ArrayPositions, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym};

use super::dimension::stated;
use crate::random::Derived;

pub(super) const ARRAY_RANDOM: Function = Function {
    name: "ArrayRandom",
    attributes: netform_expr::Attributes::N_HOLD_REST,
    usage: "ArrayRandom[dist, {n1, n2, ...}, label] is an array of independent random numbers of the distribution, with {} a \
            number. It is a symbolic array in terms of one that is uniform or normal, or of a Bernoulli, gamma, Poisson, \
            binomial or negative binomial distribution; two of these are the same if their labels are. Programs draw its \
            numbers, from a seed, the label and the position alone, and anew at each step of a recurrence.",
    arguments: Some((3, 3)),
    evaluate: Some(evaluate),
    arrays: ArrayPositions::None,
    shape: ShapeRule::Rule(shape),
    lowering: Lowering::Draw(lower),
    messages: &[(
        "udist",
        "`1` is not a distribution that random numbers can be drawn from, or not one with these parameters.",
    )],
    examples: &[
        ("ArrayRandom[NormalDistribution[m, s], {3}, \"x\"]", "m + s ArrayRandom[NormalDistribution[0, 1], {3}, x]"),
        ("Dimensions[ArrayRandom[UniformDistribution[], {n, 3}, \"noise\"]]", "{n, 3}"),
        ("ArrayRandom[NormalDistribution[0, -1], {3}, \"x\"]", "$Failed"),
        ("ArrayRandom[BernoulliDistribution[1], {4}, \"mask\"]", "SymbolicOnesArray[{4}]"),
    ],
    ..Function::NEW
};

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let Some(dimensions) = call.arg(1).args_of(Sym::List).and_then(|_| stated(&call.arg(1))) else { return Ok(None) };
    if !call.arg(0).is_normal() {
        return Ok(None);
    }
    let Some(derived) = Derived::of(session, &call.arg(0))? else {
        session.message(Sym::ArrayRandom, "udist", &[call.arg(0)]);
        return Ok(Some(Sym::Failed.into()));
    };
    let standard = &derived.standard;
    if let Some(probability) = standard.args_of(Sym::BernoulliDistribution) {
        let [probability] = probability.as_ref() else { return Ok(None) };
        if probability.is_integer(0) || probability.is_integer(1) {
            let shape = Shape::Known(dimensions);
            return Ok(Some(match (shape.is_array(), probability.is_integer(0)) {
                (false, _) => probability.clone(),
                (true, true) => Session::zeros(&shape),
                (true, false) => Session::ones(&shape),
            }));
        }
        if session.shape_of(probability)?.is_array() {
            // Each element has a probability of its own.
            let unit = spelled(&Sym::UniformDistribution.into());
            let uniform = session.evaluate_call(Sym::ArrayRandom, [unit, call.arg(1), call.arg(2)])?;
            let less = session.parse_static("ArrayThread[Boole[#1 < #2] &, {#1, #2}] &");
            return session.evaluate(&Expr::normal(less, [uniform, probability.clone()])).map(Some);
        }
    }
    let standard = spelled(standard);
    if standard == call.arg(0) {
        return Ok(None);
    }
    let drawn = session.evaluate_call(Sym::ArrayRandom, [standard, call.arg(1), call.arg(2)])?;
    derived.value(session, drawn).map(Some)
}

/// A standard distribution as users write it.
fn spelled(standard: &Expr) -> Expr {
    let (zero, one) = (Expr::integer(0), Expr::integer(1));
    match (standard.sym(), standard.args_of(Sym::GammaDistribution)) {
        (Some(Sym::UniformDistribution), _) => Expr::call(Sym::UniformDistribution, [Expr::list([zero, one])]),
        (Some(Sym::NormalDistribution), _) => Expr::call(Sym::NormalDistribution, [zero, one]),
        (_, Some(shape)) => Expr::call(Sym::GammaDistribution, shape.iter().cloned().chain([one])),
        _ => standard.clone(),
    }
}

fn lower(session: &mut Session, call: &Expr) -> Eval {
    let standard = Derived::of(session, &call.arg(0))?.map(|derived| derived.standard);
    let drawn = standard.filter(|standard| spelled(standard) == call.arg(0));
    Ok(drawn.map(|drawn| Expr::call(Sym::ProgramRandom, [call.arg(2), drawn, call.arg(1)])))
}

fn shape(_: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let dimensions = (call.len() == 3).then(|| stated(&call.arg(1))).flatten();
    Ok(dimensions.map_or(Shape::Unknown, Shape::Known))
}
