//! `NetOptimizer`.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, Sym};
use netform_layers::Optimizer as Record;

use super::{Optimizer, read};
use crate::Fault;
use crate::diagnostic::{MESSAGES, instead};

pub(crate) const NET_OPTIMIZER: Function = Function {
    name: "NetOptimizer",
    usage: "NetOptimizer[\"name\"] or NetOptimizer[{\"name\", options}] changes arrays by their gradients; the names are ADAM, \
            AdaDelta, AdaGrad, AdaMax, AveragedSGD, NADAM, RADAM, RMSProp, RProp and SGD. NetOptimizer[...][<|\"Array\" -> w, \"Gradient\" -> g|>] gives the next array, what the optimiser keeps of it, \
            and the number of the next step as an association, which with another \"Gradient\" is what it takes for that step.",
    evaluate: Some(construct),
    apply: Some(apply),
    messages: MESSAGES,
    examples: &[
        (
            "NetOptimizer[\"SGD\"][<|\"Array\" -> {1., 2.}, \"Gradient\" -> {100., 0.}|>]",
            "<|Array -> {0.9, 2.}, Step -> 2|>",
        ),
        (
            "With[{step = NetOptimizer[{\"SGD\", \"LearningRate\" -> 1, \"Momentum\" -> 1/2}]},
                Fold[step[Append[#1, \"Gradient\" -> #2]] &, <|\"Array\" -> w|>, {a, b}]]",
            "<|Array -> -(3 a)/2 - b + w, Velocity -> a/2 + b, Step -> 3|>",
        ),
    ],
    ..Function::NEW
};

fn construct(session: &mut Session, call: &Expr) -> Eval {
    Ok(match read(session, call)? {
        Ok(_) => None,
        Err(faults) => Some(Fault::fail(session, &faults)),
    })
}

fn apply(session: &mut Session, call: &Expr) -> Eval {
    let optimizer = match read(session, call.head())? {
        Ok(optimizer) => optimizer,
        Err(faults) => return Ok(Some(Fault::fail(session, &faults))),
    };
    let value = match call.args().as_ref() {
        [data] => step(session, &optimizer, data)?,
        args => {
            let counts = [args.len().to_string(), "1".to_owned(), "an association".to_owned()];
            Err(vec![fault("netnargs", counts)])
        }
    };
    Ok(Some(value.unwrap_or_else(|faults| Fault::fail(session, &faults))))
}

fn fault(tag: &'static str, args: impl IntoIterator<Item = String>) -> Fault {
    Fault::new(Sym::NetOptimizer.into(), tag, args)
}

/// A step on what an association holds, as an association that holds what the next one needs.
fn step(session: &mut Session, optimizer: &Optimizer, data: &Expr) -> Result<Result<Expr, Vec<Fault>>, Flow> {
    let states = || optimizer.states.iter().map(|(state, _)| state.name);
    let known: Vec<&str> =
        [Record::ARRAY, Record::GRADIENT].into_iter().chain(states()).chain([Record::STEP]).collect();
    if !data.has_head(Sym::Association) {
        return Ok(Err(vec![fault("optdata", [session.output_form(data), known.join(", ")])]));
    }
    let rules = data.args();
    let mut faults = Vec::new();
    for rule in rules.iter().filter(|rule| !rule.arg(0).as_str().is_some_and(|key| known.contains(&key))) {
        let key = session.output_form(&rule.arg(0));
        let known = instead(&key, &known);
        faults.push(fault("optkey", [key, known]));
    }
    let given = |name: &str| rules.iter().find(|rule| rule.arg(0).as_str() == Some(name)).map(|rule| rule.arg(1));
    let [array, gradient] = [Record::ARRAY, Record::GRADIENT].map(|name| given(name).ok_or(name));
    for missing in [&array, &gradient].into_iter().filter_map(|value| value.as_ref().err()) {
        faults.push(fault("inpmiss", [(*missing).to_owned()]));
    }
    let (Ok(array), Ok(gradient)) = (array, gradient) else { return Ok(Err(faults)) };
    let shape = session.shape_of(&array)?.dimensions().map(<[Expr]>::to_vec);
    let mut fits = |session: &mut Session, name: &str, value: &Expr| -> Result<(), Flow> {
        let other = session.shape_of(value)?.dimensions().map(<[Expr]>::to_vec);
        if shape.is_some() && other.is_some() && other != shape {
            let texts = [&other, &shape].map(|shape| Expr::list(shape.clone().unwrap_or_default()));
            let [found, expected] = texts.map(|shape| session.output_form(&shape));
            faults.push(fault("optshape", [name.to_owned(), found, expected]));
        }
        Ok(())
    };
    fits(session, Record::GRADIENT, &gradient)?;
    let mut before = Vec::with_capacity(optimizer.states.len());
    for (state, initial) in &optimizer.states {
        before.push(match given(state.name) {
            Some(value) => {
                fits(session, state.name, &value)?;
                value
            }
            None => {
                let zeros = session.evaluate_call(Sym::Times, [Expr::integer(0), array.clone()])?;
                session.evaluate_call(Sym::Plus, [initial.clone(), zeros])?
            }
        });
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let number = given(Record::STEP).unwrap_or_else(|| Expr::integer(1));
    let updated = optimizer.updated(session, &array, &gradient, &before, &number, &optimizer.rate)?;
    let next = session.evaluate_call(Sym::Plus, [number, Expr::integer(1)])?;
    let values = [updated.array].into_iter().chain(updated.states).chain([next]);
    let names = [Record::ARRAY].into_iter().chain(states()).chain([Record::STEP]);
    let rules = names.zip(values).map(|(name, value)| Expr::rule(Expr::string(name), value));
    Ok(Ok(Expr::call(Sym::Association, rules)))
}
