//! Branches: `If`, `Which`, `Switch`.

use netform_eval::{Eval, Flow, Function, Lowering, ResultType, Session, Shape, ShapeRule};
use netform_expr::pattern::Pattern;
use netform_expr::{Attributes, Expr, NodeMap, Sym, map_bottom_up, postorder, rebuild};

pub(super) const IF: Function = Function {
    name: "If",
    usage: "If[condition, then, else] gives then if the condition is True and else if it is False.\n\
            If[condition, then, else, other] gives other if it is neither.\n\
            If[condition, then] gives Null where the condition is False.",
    attributes: Attributes::HOLD_REST,
    arguments: Some((2, 4)),
    evaluate: Some(evaluate_if),
    shape: ShapeRule::Rule(shape_of_choice),
    result: ResultType::Widest,
    lowering: Lowering::Rewrite(lower_if),
    examples: &[
        ("If[1 < 2, yes, no]", "yes"),
        ("If[a < b, yes, no]", "If[a < b, yes, no]"),
        ("If[a < b, yes, no, unknown]", "unknown"),
        ("{If[False, 1]}", "{Null}"),
    ],
    ..Function::NEW
};

/// The shape of the values that are arrays, unknown if none is; nothing if two have different ones.
pub(crate) fn shape_of_values<'a>(
    session: &mut Session,
    values: impl Iterator<Item = &'a Expr>,
) -> Result<Option<Shape>, Flow> {
    let mut common = Shape::Unknown;
    for value in values {
        let shape = if value.may_hold_array_symbol() || value.is_list() { session.shape_of(value)? } else { continue };
        if !shape.is_array() {
            continue;
        }
        if are_different(&common, &shape) {
            return Ok(None);
        }
        if !common.is_array() {
            common = shape;
        }
    }
    Ok(Some(common))
}

/// Whether the argument at a place of a choice is one of its values; `None` for other calls.
pub(crate) fn is_value_of(call: &Expr) -> Option<impl Fn(usize) -> bool + use<>> {
    let (first, step) = match call.head_sym()? {
        Sym::If => (1, 1),
        Sym::Which => (1, 2),
        Sym::Switch => (2, 2),
        _ => return None,
    };
    Some(move |place: usize| place >= first && (place - first).is_multiple_of(step))
}

/// An expression in which symbols that have values are replaced by them where choices hold them.
///
/// What is held is not evaluated for that: the value that is not chosen may be the next step of a recursion without end.
pub(crate) fn with_held_values(session: &mut Session, e: &Expr) -> Result<Expr, Flow> {
    let mut order = Vec::new();
    let mut chooses = false;
    let walk = postorder::<std::convert::Infallible>(
        e,
        |node| {
            let is_choice = is_value_of(node).is_some();
            chooses |= is_choice;
            // Other functions that hold their arguments may have names of their own in them.
            is_choice || !session.attributes_of(node.head()).intersects(HOLDING)
        },
        |node| {
            order.push(node.clone());
            Ok(())
        },
    );
    match walk {
        Ok(()) => {}
        Err(never) => match never {},
    }
    if !chooses {
        return Ok(e.clone());
    }
    let mut changed: NodeMap<Expr> = NodeMap::default();
    for node in order {
        let new = match node.is_symbol() {
            true => session.evaluate(&node)?,
            false => rebuild(&node, |part| changed.get(part).unwrap_or(part).clone()),
        };
        if new != node {
            changed.insert(node, new);
        }
    }
    Ok(changed.get(e).unwrap_or(e).clone())
}

const HOLDING: Attributes =
    Attributes::HOLD_ALL.with(Attributes::HOLD_ALL_COMPLETE).with(Attributes::HOLD_FIRST).with(Attributes::HOLD_REST);

/// The shape of the values of a choice.
fn shape_of_choice(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let Some(is_value) = is_value_of(call) else { return Ok(Shape::Unknown) };
    let args = call.args();
    let values = args.iter().enumerate().filter(|(place, _)| is_value(*place)).map(|(_, value)| value);
    Ok(shape_of_values(session, values)?.unwrap_or(Shape::Unknown))
}

/// Whether two known shapes have different ranks, or different sizes at one level.
fn are_different(a: &Shape, b: &Shape) -> bool {
    let (Some(a), Some(b)) = (a.dimensions(), b.dimensions()) else { return false };
    a.len() != b.len() || a.iter().zip(b).any(|(a, b)| matches!((a.as_i64(), b.as_i64()), (Some(a), Some(b)) if a != b))
}

fn evaluate_if(_: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    Ok(match args[0].sym() {
        Some(Sym::True) => Some(args[1].clone()),
        Some(Sym::False) => Some(args.get(2).cloned().unwrap_or_else(|| Sym::Null.into())),
        _ => args.get(3).cloned(),
    })
}

fn lower_if(_: &mut Session, call: &Expr) -> Eval {
    Ok(decision(call))
}

/// An `If` or `Which` that has a value in every case, as `Piecewise`: what it is in arrays, where
/// all elements are values.
pub(crate) fn decision(call: &Expr) -> Option<Expr> {
    let args = call.args();
    let (clauses, otherwise) = match (call.head_sym(), args.as_ref()) {
        (Some(Sym::If), [_, _, otherwise]) => (&args[..2], otherwise),
        (Some(Sym::Which), [clauses @ .., last, otherwise]) if last.is_true() => (clauses, otherwise),
        _ => return None,
    };
    let case = |clause: &[Expr]| Expr::list([clause[1].clone(), clause[0].clone()]);
    let cases = clauses.chunks_exact(2).map(case).collect::<Vec<_>>();
    (clauses.len() % 2 == 0).then(|| Expr::call(Sym::Piecewise, [Expr::list(cases), otherwise.clone()]))
}

pub(super) const PROGRAM_CASES: Function = Function {
    name: "Program`Cases",
    usage: "Program`Cases[e] is e with every If and Which in it that has a value in every case as Piecewise: arrays hold \
            values, not decisions that are still to be made. Of lists of one length it is the list of the cases of their elements.",
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| {
        let cases = map_bottom_up(&call.arg(0), |node| decision(&node).unwrap_or(node));
        if cases == call.arg(0) {
            return Ok(Some(cases));
        }
        let cases = session.evaluate(&cases)?;
        Ok(Some(map_bottom_up(&cases, |node| by_elements(&node).unwrap_or(node))))
    }),
    examples: &[
        ("Program`Cases[If[x > 0, x, -x]]", "Piecewise[{{x, x > 0}}, -x]"),
        ("Program`Cases[If[x > 0, {1, 2}, {a, b}]]", "{Piecewise[{{1, x > 0}}, a], Piecewise[{{2, x > 0}}, b]}"),
    ],
    ..Function::NEW
};

/// Cases whose values are lists of one length, as the list of the cases of the elements.
fn by_elements(piecewise: &Expr) -> Option<Expr> {
    let (cases, otherwise) = match piecewise.args_of(Sym::Piecewise)?.as_ref() {
        [cases, otherwise] => (cases.clone(), otherwise.clone()),
        _ => return None,
    };
    let alike = |value: &Expr| value.is_list() && value.len() == otherwise.len();
    if !otherwise.is_list() || !cases.args().iter().all(|case| alike(&case.arg(0))) {
        return None;
    }
    let element = |place: usize| {
        let case = |case: &Expr| Expr::list([case.arg(0).arg(place), case.arg(1)]);
        let cases = Expr::list(cases.args().iter().map(case).collect::<Vec<_>>());
        let single = Expr::call(Sym::Piecewise, [cases, otherwise.arg(place)]);
        by_elements(&single).unwrap_or(single)
    };
    Some(Expr::list((0..otherwise.len()).map(element).collect::<Vec<_>>()))
}

pub(super) const WHICH: Function = Function {
    name: "Which",
    usage: "Which[test1, value1, test2, value2, ...] gives the first value whose test is True, and Null if all tests \
            are False.",
    attributes: Attributes::HOLD_ALL,
    evaluate: Some(evaluate_which),
    shape: ShapeRule::Rule(shape_of_choice),
    result: ResultType::Widest,
    lowering: Lowering::Rewrite(lower_which),
    messages: &[("argct", "The number of arguments of `1` is odd, `2`: tests and values come in pairs.")],
    examples: &[
        ("Which[1 > 2, a, 2 > 1, b, True, c]", "b"),
        ("{Which[False, a]}", "{Null}"),
        ("Which[False, 1, x == 1, 2, True, 3]", "Which[x == 1, 2, True, 3]"),
    ],
    ..Function::NEW
};

fn lower_which(_: &mut Session, call: &Expr) -> Eval {
    Ok(decision(call))
}

fn evaluate_which(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    if args.len() % 2 == 1 {
        session.message(Sym::Which, "argct", &[Sym::Which.into(), Expr::integer(args.len() as i64)]);
        return Ok(None);
    }
    for (i, clause) in args.chunks_exact(2).enumerate() {
        let test = session.evaluate(&clause[0])?;
        match test.sym() {
            Some(Sym::True) => return Ok(Some(clause[1].clone())),
            Some(Sym::False) => {}
            _ if i == 0 && test == clause[0] => return Ok(None),
            _ => {
                let rest = args[2 * i + 1..].iter().cloned();
                return Ok(Some(Expr::call(Sym::Which, [test].into_iter().chain(rest))));
            }
        }
    }
    Ok(Some(Sym::Null.into()))
}

pub(super) const SWITCH: Function = Function {
    name: "Switch",
    usage: "Switch[e, pattern1, value1, pattern2, value2, ...] gives the first value whose pattern matches e, and \
            stays as it is if none does.",
    attributes: Attributes::HOLD_REST,
    evaluate: Some(evaluate_switch),
    shape: ShapeRule::Rule(shape_of_choice),
    messages: &[(
        "argct",
        "The number of arguments of `1` is even, `2`: after the first one, patterns and values come in pairs.",
    )],
    examples: &[
        ("Switch[2, 1, a, 2, b, _, c]", "b"),
        ("Switch[x^2, _Integer, number, _^2, square]", "square"),
        ("Switch[7, 1, a]", "Switch[7, 1, a]"),
    ],
    ..Function::NEW
};

fn evaluate_switch(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    if args.len().is_multiple_of(2) {
        session.message(Sym::Switch, "argct", &[Sym::Switch.into(), Expr::integer(args.len() as i64)]);
        return Ok(None);
    }
    for clause in args[1..].chunks_exact(2) {
        let pattern = session.evaluate(&clause[0])?;
        if Pattern::new(&pattern).is_match(&args[0], session)? {
            return Ok(Some(clause[1].clone()));
        }
    }
    Ok(None)
}
