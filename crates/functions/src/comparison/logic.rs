//! `And`, `Or`, `Not`, `Xor`, `Nand`, `Nor`, `Implies`, `Equivalent`, `TrueQ`: truth values.

use netform_eval::{Eval, Flow, Form, Function, Intervals, Law, Lowering, RealCode, ResultType, Session, ShapeRule};
use netform_expr::{Attributes, Expr, Sym};
use netform_kernels::Code;

const CONNECTIVE: Function =
    Function { shape: ShapeRule::Elementwise, result: ResultType::Truth, lowering: Lowering::Map, ..Function::NEW };

fn truth(value: bool) -> f64 {
    f64::from(u8::from(value))
}

/// Conjunction.
pub(super) const AND: Function = Function {
    name: "And",
    usage: "e1 && e2 && ... gives False as soon as one of the ei is False, True if all are True, and otherwise those that \
            are not decided. The ei are evaluated in order.",
    attributes: Attributes::FLAT.with(Attributes::HOLD_ALL).with(Attributes::ONE_IDENTITY),
    evaluate: Some(|session, call| junction(session, call, Sym::And)),
    intervals: Intervals::exact(Law::Increasing),
    real: Some(RealCode::Variadic(|x| truth(x.iter().all(|v| *v != 0.0)))),
    instruction: Some(Code::And),
    forms: &[(Form::C, "&&")],
    examples: &[("True && False", "False"), ("x && True && y", "x && y"), ("False && Print[1]", "False")],
    ..CONNECTIVE
};

/// Disjunction.
pub(super) const OR: Function = Function {
    name: "Or",
    usage: "e1 || e2 || ... gives True as soon as one of the ei is True, False if all are False, and otherwise those that \
            are not decided. The ei are evaluated in order.",
    attributes: Attributes::FLAT.with(Attributes::HOLD_ALL).with(Attributes::ONE_IDENTITY),
    evaluate: Some(|session, call| junction(session, call, Sym::Or)),
    intervals: Intervals::exact(Law::Increasing),
    real: Some(RealCode::Variadic(|x| truth(x.iter().any(|v| *v != 0.0)))),
    instruction: Some(Code::Or),
    forms: &[(Form::C, "||")],
    examples: &[("False || True", "True"), ("x || False", "x"), ("a || b", "a || b")],
    ..CONNECTIVE
};

fn junction(session: &mut Session, call: &Expr, connective: Sym) -> Eval {
    let Some(kept) = undecided(session, call, connective)? else {
        return Ok(Some(Expr::boolean(connective == Sym::Or)));
    };
    Ok(match kept.as_slice() {
        [] => Some(Expr::boolean(connective == Sym::And)),
        [one] => Some(one.clone()),
        several if *several == *call.args() => None,
        _ => Some(Expr::call(connective, kept)),
    })
}

/// The evaluated operands that are not decided; `None` if one decides the whole.
fn undecided(session: &mut Session, call: &Expr, connective: Sym) -> Result<Option<Vec<Expr>>, Flow> {
    let decisive = connective == Sym::Or;
    let mut kept = Vec::with_capacity(call.len());
    for arg in call.args().iter() {
        let value = session.evaluate(arg)?;
        match value.sym() {
            Some(Sym::True) if decisive => return Ok(None),
            Some(Sym::False) if !decisive => return Ok(None),
            Some(Sym::True | Sym::False) => {}
            _ if value.has_head(connective) => kept.extend(value.args().iter().cloned()),
            _ => kept.push(value),
        }
    }
    Ok(Some(kept))
}

/// The negation of a conjunction.
pub(super) const NAND: Function = Function {
    name: "Nand",
    usage: "Nand[e1, e2, ...] is Not[And[e1, e2, ...]].",
    attributes: Attributes::HOLD_ALL,
    evaluate: Some(|session, call| negated_junction(session, call, Sym::And)),
    examples: &[("Nand[True, True]", "False"), ("Nand[False, x]", "True")],
    ..CONNECTIVE
};

/// The negation of a disjunction.
pub(super) const NOR: Function = Function {
    name: "Nor",
    usage: "Nor[e1, e2, ...] is Not[Or[e1, e2, ...]].",
    attributes: Attributes::HOLD_ALL,
    evaluate: Some(|session, call| negated_junction(session, call, Sym::Or)),
    examples: &[("Nor[False, False]", "True"), ("Nor[True, x]", "False")],
    ..CONNECTIVE
};

fn negated_junction(session: &mut Session, call: &Expr, connective: Sym) -> Eval {
    let Some(kept) = undecided(session, call, connective)? else {
        return Ok(Some(Expr::boolean(connective == Sym::And)));
    };
    Ok(match kept.as_slice() {
        [] => Some(Expr::boolean(connective == Sym::Or)),
        [one] => Some(Expr::call(Sym::Not, [one.clone()])),
        several if *several == *call.args() => None,
        _ => Some(Expr::normal(call.head().clone(), kept)),
    })
}

/// Negation.
pub(super) const NOT: Function = Function {
    name: "Not",
    usage: "!e or Not[e] gives False if e is True and True if it is False; relations are turned around.",
    arguments: Some((1, 1)),
    evaluate: Some(|_, call| Ok(negation(&call.arg(0)))),
    intervals: Intervals::exact(Law::Decreasing),
    real: Some(RealCode::Unary(|x| truth(x == 0.0))),
    instruction: Some(Code::Not),
    forms: &[(Form::C, "#1 == 0")],
    examples: &[("!True", "False"), ("!(x < y)", "x >= y"), ("!(a == b)", "a != b"), ("!!x", "x")],
    ..CONNECTIVE
};

fn negation(e: &Expr) -> Option<Expr> {
    match e.sym() {
        Some(Sym::True) => return Some(Expr::boolean(false)),
        Some(Sym::False) => return Some(Expr::boolean(true)),
        _ => {}
    }
    let opposite = match e.head_sym()? {
        Sym::Not if e.len() == 1 => return Some(e.arg(0)),
        Sym::Less => Sym::GreaterEqual,
        Sym::LessEqual => Sym::Greater,
        Sym::Greater => Sym::LessEqual,
        Sym::GreaterEqual => Sym::Less,
        Sym::Equal => Sym::Unequal,
        Sym::Unequal => Sym::Equal,
        Sym::Element => Sym::NotElement,
        Sym::NotElement => Sym::Element,
        _ => return None,
    };
    (e.len() == 2).then(|| Expr::call(opposite, e.args().to_vec()))
}

/// Exclusive disjunction.
pub(super) const XOR: Function = Function {
    name: "Xor",
    usage: "Xor[e1, e2, ...] gives True if an odd number of the ei are True and the others False; equal operands cancel.",
    attributes: Attributes::FLAT.with(Attributes::ONE_IDENTITY).with(Attributes::ORDERLESS),
    evaluate: Some(xor),
    examples: &[("Xor[True, False]", "True"), ("Xor[True, True, x]", "x"), ("Xor[True, x]", "!x")],
    ..CONNECTIVE
};

fn xor(_: &mut Session, call: &Expr) -> Eval {
    let mut odd = false;
    let mut kept: Vec<Expr> = Vec::new();
    for arg in call.args().iter() {
        match arg.sym() {
            Some(Sym::True) => odd = !odd,
            Some(Sym::False) => {}
            _ if kept.last() == Some(arg) => {
                kept.pop();
            }
            _ => kept.push(arg.clone()),
        }
    }
    let rest = match kept.as_slice() {
        [] => return Ok(Some(Expr::boolean(odd))),
        [one] => one.clone(),
        several if *several == *call.args() => return Ok(None),
        _ => Expr::call(Sym::Xor, kept),
    };
    Ok(Some(if odd { Expr::call(Sym::Not, [rest]) } else { rest }))
}

/// Implication.
pub(super) const IMPLIES: Function = Function {
    name: "Implies",
    usage: "Implies[p, q] is the implication p => q: True if p is False or q is True, False if p is True and q is False.",
    arguments: Some((2, 2)),
    evaluate: Some(|_, call| {
        let (p, q) = (call.arg(0), call.arg(1));
        Ok(match (p.sym(), q.sym()) {
            (Some(Sym::False), _) | (_, Some(Sym::True)) => Some(Expr::boolean(true)),
            (Some(Sym::True), _) => Some(q),
            (_, Some(Sym::False)) => Some(Expr::call(Sym::Not, [p])),
            _ if p == q => Some(Expr::boolean(true)),
            _ => None,
        })
    }),
    examples: &[("Implies[False, x]", "True"), ("Implies[True, x]", "x"), ("Implies[p, False]", "!p")],
    ..CONNECTIVE
};

/// Equivalence.
pub(super) const EQUIVALENT: Function = Function {
    name: "Equivalent",
    usage: "Equivalent[e1, e2, ...] gives True if all ei are True or all are False.",
    attributes: Attributes::ORDERLESS,
    evaluate: Some(|_, call| {
        let args = call.args();
        let all = |sym: Sym| args.iter().all(|arg| arg.is(sym));
        let any = |sym: Sym| args.iter().any(|arg| arg.is(sym));
        if any(Sym::True) && any(Sym::False) {
            return Ok(Some(Expr::boolean(false)));
        }
        if args.len() < 2 || all(Sym::True) || all(Sym::False) || args.windows(2).all(|pair| pair[0] == pair[1]) {
            return Ok(Some(Expr::boolean(true)));
        }
        let rest: Vec<Expr> =
            args.iter().filter(|arg| !matches!(arg.sym(), Some(Sym::True | Sym::False))).cloned().collect();
        if any(Sym::True) {
            return Ok(Some(Expr::call(Sym::And, rest)));
        }
        Ok(any(Sym::False).then(|| Expr::call(Sym::Nor, rest)))
    }),
    examples: &[("Equivalent[True, True]", "True"), ("Equivalent[True, x]", "x"), ("Equivalent[True, False]", "False")],
    ..CONNECTIVE
};

/// Whether something is `True`.
pub(super) const TRUE_Q: Function = Function {
    name: "TrueQ",
    usage: "TrueQ[e] gives True if e is True, and False for everything else.",
    arguments: Some((1, 1)),
    evaluate: Some(|_, call| Ok(Some(Expr::boolean(call.arg(0).is_true())))),
    shape: ShapeRule::Scalar,
    examples: &[("TrueQ[True]", "True"), ("TrueQ[x == y]", "False")],
    ..Function::NEW
};
