//! ``Program`WithGradient``: a function of an array whose gradient is another function, whatever its own derivative is.

use netform_eval::{Derivative, Eval, Flow, Function, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym, occurs};

use super::bound;
use super::dimension;
use super::grid::nest;

/// It stands in the place of the value while gradients are taken, and never in a result.
pub(super) const WITH_GRADIENT: Function = Function {
    name: "Program`WithGradient",
    usage: "Program`WithGradient[f, g, x] is f[x], of which g[x, f[x], dy] is the gradient of the sum of dy times f[x] by x. \
            What is wrong with g is thrown with the tag Program`WithGradient.",
    arguments: Some((3, 3)),
    shape: ShapeRule::Rule(shape),
    derivative: Derivative::Differential(differential),
    examples: &[("D[Program`WithGradient[Sin, 7 #3 &, x], x]", "7")],
    ..Function::NEW
};

fn value(session: &mut Session, call: &Expr) -> Result<Expr, Flow> {
    session.evaluate(&Expr::normal(call.arg(0), [call.arg(2)]))
}

fn shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let value = value(session, call)?;
    session.shape_of(&value)
}

/// The change of an element of the output is the sum of the changes of the input, times the gradient function's value where the
/// gradient of the output is 1 for that element and 0 for others.
fn differential(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let (gradient, input) = (call.arg(1), call.arg(2));
    let output = value(session, call)?;
    // What has no shape is a number.
    let dimensions = dimension::of(session, &output)?;
    let sizes = dimension::known(&dimensions).filter(|sizes| output.is_list() && !sizes.is_empty());
    let (cotangent, elements) = match &sizes {
        _ if dimensions.is_empty() => {
            let symbol = bound::scalar_symbol(session);
            (symbol.clone(), vec![symbol])
        }
        Some(sizes) => {
            let count = sizes.iter().product();
            let symbols: Vec<Expr> = (0..count).map(|_| bound::scalar_symbol(session)).collect();
            (nest(symbols.clone(), sizes), symbols)
        }
        None => {
            let variable = bound::variable(session, &dimensions);
            (variable.clone(), vec![variable])
        }
    };
    let slope = session.evaluate(&Expr::normal(gradient, [input.clone(), output, cotangent.clone()]))?;
    let (found, expected) = (dimension::of(session, &slope)?, dimension::of(session, &input)?);
    if found != expected {
        let [found, expected] = [found, expected].map(|dimensions| session.output_form(&dimension::list(&dimensions)));
        return Err(unfit(format!(
            "gives an array of dimensions {found}, but the input has the dimensions {expected}"
        )));
    }
    let mut total = session.evaluate_call(Sym::Times, [slope, differentials[2].clone()])?;
    let rank = expected.len();
    if rank > 0 {
        total = session.evaluate_call(Sym::Total, [total, dimension::integer(rank)])?;
    }
    let change = match &sizes {
        None => session.evaluate_call(Sym::D, [total, cotangent])?,
        Some(_) => {
            let flat = session.evaluate_call(Sym::D, [total, Expr::list([Expr::list(elements.clone())])])?;
            session.evaluate_call(Sym::ArrayReshape, [flat, dimension::list(&dimensions)])?
        }
    };
    if elements.iter().any(|element| occurs(&change, element)) {
        return Err(unfit("is not linear in the gradient of the output, its third argument".to_owned()));
    }
    Ok(Some(change))
}

/// The way out of a gradient whose function is none, which is thrown with this head as the tag.
fn unfit(reason: String) -> Flow {
    Flow::Throw { value: Expr::string(&reason), tag: Some(Sym::ProgramWithGradient.into()), uncaught: None }
}
