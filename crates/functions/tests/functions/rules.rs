//! Every rule of the tables of rules is an identity: on numbers, and on the components of arrays.

use netform_eval::Session;
use netform_expr::{Expr, NodeMap, Sym, map_bottom_up};
use netform_functions::rules_text;

use crate::session;

/// Values that are tried for the variables of a rule, in turn.
const SAMPLES: [&str; 5] = ["0.3712", "1.2345", "-0.6123", "0.4 + 0.3*I", "2"];

fn variables_of(pattern: &Expr, found: &mut NodeMap<Option<Expr>>) {
    match pattern.args_of(Sym::Pattern) {
        Some(args) => {
            found.insert(args[0].clone(), args[1].args().first().cloned());
        }
        None => pattern.args().iter().for_each(|part| variables_of(part, found)),
    }
}

/// The left side with its patterns replaced by their names.
fn as_expression(pattern: &Expr) -> Expr {
    map_bottom_up(pattern, |node| match node.head_sym() {
        Some(Sym::Pattern | Sym::Optional | Sym::HoldPattern) => node.arg(0),
        _ => node,
    })
}

/// Both sides of a rule, and its condition.
fn sides(session: &mut Session, text: &'static str) -> (Expr, Expr, Expr) {
    let rule = session.parse_static(text);
    let (left, right) = (rule.arg(0), rule.arg(1));
    match right.has_head(Sym::Condition) {
        true => (left, right.arg(0), right.arg(1)),
        false => (left, right, Expr::boolean(true)),
    }
}

#[test]
fn every_rule_is_an_identity() {
    let mut session = session();
    let scalar = rules_text::ALL.iter().filter(|table| !table.name.starts_with("array_"));
    for (table, (name, text)) in scalar.flat_map(|table| table.lines().map(move |line| (table.name, line))) {
        let (left, right, condition) = sides(&mut session, text);
        let mut variables = NodeMap::default();
        variables_of(&left, &mut variables);
        let mut names: Vec<_> = variables.into_iter().collect();
        names.sort_by(|a, b| netform_expr::compare(&a.0, &b.0));
        let difference = Expr::call(Sym::Abs, [Expr::call(Sym::Subtract, [as_expression(&left), right])]);
        let mut compared = 0;
        for shift in 0..SAMPLES.len() {
            for whole in [-3, 2, 5] {
                let values = names.iter().enumerate().map(|(i, (symbol, head))| {
                    let value = match head {
                        Some(head) if head.is(Sym::Integer) => Expr::integer(whole),
                        _ => session.parse_static(SAMPLES[(i + shift) % SAMPLES.len()]),
                    };
                    Expr::rule(symbol.clone(), value)
                });
                let values = Expr::list(values.collect::<Vec<_>>());
                let put_in =
                    |e: &Expr| Expr::call(Sym::ReplaceAll, [Expr::call(Sym::Unevaluated, [e.clone()]), values.clone()]);
                if !session.evaluate(&put_in(&condition)).unwrap().is(Sym::True) {
                    continue;
                }
                let value = Expr::call(Sym::N, [put_in(&difference)]);
                let value = session.evaluate(&value).unwrap();
                // Some functions have no values for complex numbers.
                let Some(number) = value.as_number().and_then(|n| n.to_f64()) else { continue };
                assert!(
                    number < 1e-9,
                    "{table}: {name}: {} with {}: {}",
                    text,
                    session.input_form(&values),
                    session.input_form(&value)
                );
                compared += 1;
            }
        }
        assert!(compared > 0, "{table}: {name} was not compared");
    }
}

/// The right sides of [`rules_text::STABLE`] on machine numbers are as accurate as machine numbers can be.
#[test]
fn stable_forms_are_accurate() {
    // A power of a number has its error as often as the exponent says.
    const TOLERANCE: f64 = 5e-13;
    const POINTS: [&str; 9] = ["10^-18", "-10^-17", "1/3", "-2", "45", "-46", "720", "-719", "3"];
    let mut session = session();
    for (name, text) in rules_text::STABLE.lines() {
        let (left, right, condition) = sides(&mut session, text);
        let mut variables = NodeMap::default();
        variables_of(&left, &mut variables);
        // Exponents are small integers.
        let mut names: Vec<(Expr, bool)> =
            variables.into_iter().map(|(name, head)| (name, head.is_some_and(|head| head.is(Sym::Integer)))).collect();
        names.sort_by(|a, b| netform_expr::compare(&a.0, &b.0));
        let left = as_expression(&left);
        let mut compared = 0;
        for (place, first) in POINTS.into_iter().enumerate() {
            for second in POINTS {
                let value = |i: usize| if i == 0 { first } else { second };
                let mut at = |e: &Expr, machine: bool| {
                    let values = names.iter().enumerate().map(|(i, (name, is_integer))| {
                        let exact = match is_integer {
                            true => Expr::integer(place as i64 - 4),
                            false => session.parse_static(value(i)),
                        };
                        let number = if machine && !is_integer { Expr::call(Sym::N, [exact]) } else { exact };
                        Expr::rule(name.clone(), number)
                    });
                    let values = Expr::list(values.collect::<Vec<_>>());
                    let e = Expr::call(Sym::Unevaluated, [e.clone()]);
                    let e = Expr::call(Sym::ReplaceAll, [e, values]);
                    let digits = if machine { vec![] } else { vec![Expr::integer(40)] };
                    let value = Expr::call(Sym::N, [e].into_iter().chain(digits));
                    session.evaluate(&value).unwrap()
                };
                if !at(&condition, false).is(Sym::True) {
                    continue;
                }
                let (exact, machine) = (at(&left, false), at(&right, true));
                let Some(exact) = exact.as_number().filter(|n| n.is_real()).and_then(|n| n.to_f64()) else {
                    continue;
                };
                if !(1e-290..1e290).contains(&exact.abs()) {
                    continue;
                }
                let machine = machine.as_number().and_then(|n| n.to_f64()).unwrap_or(f64::NAN);
                let error = (machine - exact).abs();
                let at = [value(0), value(1)];
                assert!(error <= TOLERANCE * exact.abs(), "{name} at {at:?}: {machine} instead of {exact}");
                compared += 1;
            }
        }
        let code = netform_expr::occurs(&left, &Sym::ProgramTimesLog.into()) || name == "tanh";
        assert!(compared > 0 || code, "{name} was not compared");
    }
}

/// What stands for the variables of rules about arrays, but for c, m and n, which are numbers.
const KINDS: [&str; 3] = [
    "MatrixSymbol[\"NAME\", {2, 2}]",
    "VectorSymbol[\"NAME\", 2]",
    "MatrixSymbol[\"NAME\", {2, 2}, Reals, Symmetric[{1, 2}]]",
];

/// Rules about arrays are compared in components, for numbers, vectors and matrices of two rows.
#[test]
fn every_rule_about_arrays_is_an_identity() {
    let mut session = session();
    let arrays = rules_text::ALL.iter().filter(|table| table.name.starts_with("array_"));
    for (table, (name, text)) in arrays.flat_map(|table| table.lines().map(move |line| (table.name, line))) {
        let (left, right, condition) = sides(&mut session, text);
        let mut variables = NodeMap::default();
        variables_of(&left, &mut variables);
        let mut names: Vec<Expr> = variables.into_keys().collect();
        names.sort_by(netform_expr::compare);
        let mut compared = 0;
        let kinds = KINDS.len().pow(names.len() as u32);
        for (number, choice) in ["3", "1", "2"].into_iter().flat_map(|number| (0..2 * kinds).map(move |k| (number, k)))
        {
            let values = names.iter().enumerate().map(|(i, symbol)| {
                let kind = KINDS[choice / KINDS.len().pow(i as u32) % KINDS.len()];
                let exchanged = choice / kinds;
                let is_number = symbol.as_symbol().is_some_and(|symbol| ["c", "m", "n"].contains(&symbol.name()));
                let name = if i == exchanged { "p" } else { "q" };
                let text = if is_number { number.to_owned() } else { kind.replace("NAME", name) };
                Expr::rule(symbol.clone(), session.parse_one(&text).unwrap())
            });
            let values = Expr::list(values.collect::<Vec<_>>());
            // Elements whose matrices have inverses, and are symmetric only if they have to be.
            let numbers = session.parse_static(
                "{Indexed[a_, {i_}] :> i + 3/(i + StringLength[ToString[a]]), Indexed[a_, {row_, column_}] :> \
                 Apply[Function[{i, j}, If[First[a] === \"p\", 1, 2] + i^2 + 3/(j + i/7) + If[i === j, 5, 0]], \
                    If[FreeQ[Hold[a], Symmetric], {row, column}, Sort[{row, column}]]]}",
            );
            let put_in =
                |e: &Expr| Expr::call(Sym::ReplaceAll, [Expr::call(Sym::Unevaluated, [e.clone()]), values.clone()]);
            if !session.evaluate(&put_in(&condition)).unwrap().is(Sym::True) {
                continue;
            }
            let components = |session: &mut Session, e: &Expr| {
                let value = session.evaluate(&put_in(e)).unwrap();
                let expanded = session.evaluate(&Expr::call(Sym::ComponentExpand, [value])).unwrap();
                let numbers = Expr::call(Sym::ReplaceAll, [expanded, numbers.clone()]);
                session.evaluate(&Expr::call(Sym::Together, [numbers])).unwrap()
            };
            let (a, b) = (components(&mut session, &as_expression(&left)), components(&mut session, &right));
            // There is no such element.
            let is_open = |e: &Expr| {
                [Sym::Part, Sym::Indexed, Sym::ArrayGather]
                    .into_iter()
                    .any(|head| netform_expr::occurs(e, &head.into()))
            };
            if number == "3" && is_open(&a) && is_open(&b) {
                continue;
            }
            // Logarithms of sums of exponentials have no normal form; all else is exactly the same.
            let has_logarithms =
                netform_expr::occurs(&a, &Sym::Log.into()) || netform_expr::occurs(&b, &Sym::Log.into());
            let apart = session.parse_static("Function[Max[Abs[N[Flatten[{#1 - #2}], 30]]] < 10^-20]");
            let same = a == b
                || has_logarithms
                    && session.evaluate(&Expr::normal(apart, [a.clone(), b.clone()])).unwrap().is(Sym::True);
            assert!(same, "{table}: {name}: {text} with {}: {a:?} and {b:?}", session.input_form(&values));
            compared += 1;
        }
        assert!(compared > 0, "{table}: {name} was not compared");
    }
}
