//! `Compile`: a function of numbers that is ready to run.

use netform_eval::{Eval, Function, Session};
use netform_expr::{Attributes, Expr, Sym};

use super::code::{Prepared, code};
use super::signature;
use crate::call_options::CallOptions;

pub(super) const COMPILE: Function = Function {
    name: "Compile",
    usage: "Compile[{x, y, ...}, e] gives a CompiledFunction, which computes e fast where the arguments are real numbers. Lists of \
            results may be nested in any way, and parts that they share are computed once.\n\
            Compile[{{x, type}, ...}, e] takes arguments of the types _Real, _Integer or True | False, Compile[{{x, type, n}, \
            ...}, e] arrays with n levels.\n\
            e is evaluated on symbols before it is compiled, so D in it differentiates. Where it has no code, as for loops \
            until a test is fulfilled and for tests of the form of arguments, calls are evaluated, \
            and a message says why. RuntimeAttributes -> {Listable} threads over lists.",
    attributes: Attributes::HOLD_ALL,
    evaluate: Some(evaluate),
    options: &[("RuntimeAttributes", "{}")],
    messages: &[
        ("args", "The argument `1` is not of the form name, {name, type} or {name, type, rank}."),
        ("type", "The type `1` is not one of those that are compiled: _Real, _Integer, True | False."),
        ("rank", "The rank `1` is not an integer from 0 to 16."),
        ("twice", "The name `1` stands for two arguments."),
        ("attr", "The setting RuntimeAttributes -> `1` is neither {} nor {Listable}."),
        (
            "nocode",
            "The part `1` has no code for machine numbers: it is not a real function of the arguments, looks at how they are written, or has effects. Calls \
             will be evaluated as they stand.",
        ),
    ],
    examples: &[
        ("Compile[{x, y}, x^2 + Sin[y]][3, 0]", "9."),
        ("Compile[{x}, {x^2, D[x^2, x]}][3]", "{9., 6.}"),
        ("Compile[{{n, _Integer}}, {n^2, n > 2}][3]", "{9, True}"),
        ("Compile[{{v, _Real, 1}}, v . v][{1, 2, 3}]", "14."),
        ("Compile[{x}, x^2, RuntimeAttributes -> {Listable}][{1, 2, 3}]", "{1., 4., 9.}"),
        ("Compile[{x, y}, x y^2][a, b]", "a b^2"),
    ],
    ..Function::NEW
};

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let Some(options) = CallOptions::split(session, call, 2, 2) else { return Ok(None) };
    let (specification, body) = (&options.arguments[0], &options.arguments[1]);
    let arguments = match signature::read(specification) {
        Ok(arguments) => arguments,
        Err(wrong) => {
            for (tag, part) in wrong {
                session.message(Sym::Compile, tag, &[part]);
            }
            return Ok(None);
        }
    };
    let attributes = options.get(session, Sym::RuntimeAttributes);
    let attributes = session.evaluate(&attributes)?;
    let is_empty = attributes.is_list() && attributes.is_empty();
    let listable = attributes.is(Sym::Listable) || attributes == Expr::list([Sym::Listable.into()]);
    if !is_empty && !listable {
        session.message(Sym::Compile, "attr", &[attributes]);
        return Ok(None);
    }
    let setting = listable.then(|| Expr::rule(Sym::RuntimeAttributes.into(), Expr::list([Sym::Listable.into()])));
    let names = Expr::list(arguments.iter().map(|argument| argument.to_expr()));
    let function = Expr::call(Sym::CompiledFunction, [names, body.clone()].into_iter().chain(setting));
    // The code of a function of arrays waits for their sizes.
    if arguments.iter().all(|argument| argument.rank == 0)
        && let Some(prepared) = Prepared::of(session, &function)
        && let Err(blame) = code(session, &function, &prepared, &vec![vec![]; arguments.len()])?
    {
        session.message(Sym::Compile, "nocode", &[blame]);
    }
    Ok(Some(function))
}
