//! Limits, versions, and other facts about the session.

use netform_eval::{Eval, Flow, Function, Limits, Session};
use netform_expr::{Attributes, Expr, Sym};

const LIMIT_MESSAGES: &[(&str, &str)] = &[
    ("limset", "`1` cannot be the limit: it is neither an integer of at least 20 nor Infinity."),
    ("reclim", "The recursion depth of `1` was exceeded."),
    ("itlim", "The iteration limit of `1` was exceeded."),
];

pub(super) const RECURSION_LIMIT: Function = Function {
    name: "$RecursionLimit",
    usage: "$RecursionLimit is the number of definitions whose evaluation may be nested.",
    value: Some(|session| Ok(Some(limit(session, |limits| &mut limits.recursion)))),
    assign: Some(|session, _, right| set_limit(session, Sym::RecursionLimit, right, |limits| &mut limits.recursion)),
    messages: LIMIT_MESSAGES,
    examples: &[("$RecursionLimit", "1024"), ("Block[{$RecursionLimit = 100}, $RecursionLimit]", "100")],
    ..Function::NEW
};

pub(super) const ITERATION_LIMIT: Function = Function {
    name: "$IterationLimit",
    usage: "$IterationLimit is the number of times that definitions may rewrite one expression.",
    value: Some(|session| Ok(Some(limit(session, |limits| &mut limits.iteration)))),
    assign: Some(|session, _, right| set_limit(session, Sym::IterationLimit, right, |limits| &mut limits.iteration)),
    messages: LIMIT_MESSAGES,
    examples: &[("$IterationLimit", "4096"), ("Block[{$IterationLimit = Infinity}, $IterationLimit]", "Infinity")],
    ..Function::NEW
};

fn limit(session: &mut Session, which: fn(&mut Limits) -> &mut usize) -> Expr {
    session.note_effect();
    match *which(session.limits()) {
        usize::MAX => Expr::call(Sym::DirectedInfinity, [Expr::integer(1)]),
        limit => Expr::integer(limit as i64),
    }
}

fn set_limit(
    session: &mut Session,
    variable: Sym,
    right: Option<&Expr>,
    which: fn(&mut Limits) -> &mut usize,
) -> Result<bool, Flow> {
    const LEAST: usize = 20;
    let Some(right) = right else { return Ok(false) };
    let right = session.evaluate(right)?;
    let limit = match right.args_of(Sym::DirectedInfinity) {
        Some(direction) => (direction[..] == [Expr::integer(1)]).then_some(usize::MAX),
        None => right.as_usize().filter(|limit| *limit >= LEAST),
    };
    match limit {
        Some(limit) => {
            session.note_effect();
            *which(session.limits()) = limit;
            Ok(true)
        }
        None => {
            session.message(variable, "limset", &[right]);
            Ok(false)
        }
    }
}

pub(super) const VERSION: Function = Function {
    name: "$Version",
    usage: "$Version is the name and version of this system.",
    value: Some(|_| Ok(Some(Expr::string(concat!("Netform ", env!("CARGO_PKG_VERSION")))))),
    examples: &[("StringQ[$Version]", "True")],
    ..Function::NEW
};

pub(super) const VERSION_NUMBER: Function = Function {
    name: "$VersionNumber",
    usage: "$VersionNumber is the major and minor version of this system as a number.",
    value: Some(|_| {
        let (major, minor) = (env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"));
        Ok(Some(Expr::real(format!("{major}.{minor}").parse().unwrap_or(0.0))))
    }),
    examples: &[("NumberQ[$VersionNumber]", "True")],
    ..Function::NEW
};

pub(super) const LINE: Function = Function {
    name: "$Line",
    usage: "$Line is the number of the current input.",
    value: Some(|session| {
        session.note_effect();
        Ok(Some(Expr::integer(session.line() as i64)))
    }),
    examples: &[("IntegerQ[$Line]", "True")],
    ..Function::NEW
};

pub(super) const OUT: Function = Function {
    name: "Out",
    usage: "% or Out[] is the last output, %% or Out[-2] the one before, %n or Out[n] the output of input n.",
    attributes: Attributes::LISTABLE,
    arguments: Some((0, 1)),
    evaluate: Some(evaluate_out),
    examples: &[("Out[0]", "Out[0]")],
    ..Function::NEW
};

fn evaluate_out(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(index) = (match args.first() {
        None => Some(-1),
        Some(index) => index.as_i64(),
    }) else {
        return Ok(None);
    };
    session.note_effect();
    let line = if index < 0 { session.line() as i64 + index } else { index };
    let output = usize::try_from(line).ok().and_then(|line| session.output(line));
    Ok(match output {
        Some(output) => Some(output.clone()),
        None if index < 0 && line >= 0 => Some(Expr::call(Sym::Out, [Expr::integer(line)])),
        None => None,
    })
}

pub(super) const IN: Function = Function {
    name: "In",
    usage: "In[n] evaluates input n again, In[] the last one.",
    attributes: Attributes::LISTABLE,
    arguments: Some((0, 1)),
    evaluate: Some(|session, call| {
        let args = call.args();
        let index = args.first().map_or(Some(-1), Expr::as_i64);
        session.note_effect();
        let line = index.map(|index| if index < 0 { session.line() as i64 + index } else { index });
        let line = line.and_then(|line| usize::try_from(line).ok()).filter(|line| *line < session.line());
        Ok(line.and_then(|line| session.input(line)).cloned())
    }),
    examples: &[("In[0]", "In[0]")],
    ..Function::NEW
};

pub(super) const MEMORY_IN_USE: Function = Function {
    name: "MemoryInUse",
    usage: "MemoryInUse[] gives the number of bytes that the process uses.",
    arguments: Some((0, 0)),
    evaluate: Some(|session, _| {
        session.note_effect();
        let bytes = session.host().memory_in_use().unwrap_or(0);
        Ok(Some(Expr::integer(i64::try_from(bytes).unwrap_or(i64::MAX))))
    }),
    examples: &[("IntegerQ[MemoryInUse[]]", "True")],
    ..Function::NEW
};
