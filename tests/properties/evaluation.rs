//! Properties of evaluation that one transcript cannot show: several sessions over the same nodes, expressions as deep or as
//! shared as no tree could be, and what long computations keep.

use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};

use super::random::Random;
use crate::session::TestSession;

/// Nesting of an expression that no recursion could follow.
const DEEP: usize = 1_000_000;
/// Longest time for work that is linear in the nodes of an expression, with room for a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// The tests of all properties of evaluation.
pub(super) fn trials() -> Vec<Trial> {
    let tests: [(&str, fn() -> Result<(), Failed>); 6] = [
        ("sessions-do-not-share-definitions", sessions_do_not_share_definitions),
        ("a-definition-changes-in-a-loop", a_definition_changes_in_a_loop),
        ("a-deep-expression", a_deep_expression),
        ("a-deep-expression-is-differentiated", a_deep_expression_is_differentiated),
        ("a-deep-expression-is-evaluated-again", a_deep_expression_is_evaluated_again),
        ("random-programs-in-fresh-sessions", random_programs),
    ];
    let trial = |(name, test): (&'static str, fn() -> Result<(), Failed>)| {
        Trial::test(format!("properties::evaluation::{name}"), test)
    };
    tests.into_iter().map(trial).collect()
}

/// Compares the OutputForm of an input's value, messages before it.
fn expect(session: &mut TestSession, input: &str, expected: &str) -> Result<(), Failed> {
    let answer = session.transcript(input).join("\n");
    if answer == expected { Ok(()) } else { Err(format!("{input}\n  expected {expected}\n  found    {answer}").into()) }
}

/// Nodes belong to the process, definitions to a session: the same nodes, evaluated in turns, follow the session's own.
fn sessions_do_not_share_definitions() -> Result<(), Failed> {
    let (mut a, mut b, mut c) = (TestSession::new(), TestSession::new(), TestSession::new());
    a.value("f[x_] := x + 1; g := 10")?;
    b.value("f[x_] := x^2; SetAttributes[h, Orderless]")?;
    for round in 0..3 {
        expect(&mut a, "{f[f[y]], g, h[z, y]}", "{2 + y, 10, h[z, y]}")?;
        expect(&mut b, "{f[f[y]], g, h[z, y]}", "{y^4, g, h[y, z]}")?;
        expect(&mut c, "{f[f[y]], g, h[z, y]}", "{f[f[y]], g, h[z, y]}")?;
        a.value(&format!("g = {round}"))?;
        expect(&mut b, "g", "g")?;
        expect(&mut a, "g", &round.to_string())?;
        a.value("g = 10")?;
    }
    // A value that leaves one session is evaluated by the rules of the other.
    let held = c.value("f[f[w]] + g")?;
    let in_a = a.session().evaluate(&held);
    let in_b = b.session().evaluate(&held);
    if in_a == Ok(a.value("12 + w")?) && in_b == Ok(b.value("g + w^4")?) {
        Ok(())
    } else {
        Err(format!("{in_a:?} and {in_b:?}").into())
    }
}

/// Each round of a loop gives a symbol in a large shared expression another value. The value is right each time, and the cost of a
/// round that changes nothing in the expression does not grow with its size.
fn a_definition_changes_in_a_loop() -> Result<(), Failed> {
    let mut session = TestSession::new();
    // A tree of 2^200 leaves: two hundred distinct nodes.
    session.value("large = Nest[Function[u, p[u, u]], q[t] + r, 200]")?;
    expect(&mut session, "Table[t = n; Nest[First, large, 200], {n, 3}]", "{r + q[1], r + q[2], r + q[3]}")?;
    expect(&mut session, "Table[q[3] = n^2; Nest[First, large, 200], {n, 3}]", "{1 + r, 4 + r, 9 + r}")?;
    expect(&mut session, "Table[r = n; Nest[First, large, 200], {n, 3}]", "{10, 11, 12}")?;

    session.value("wide = Table[w[i, j], {i, 300}, {j, 300}];")?;
    // Symbols share classes, and one of a class may be mistaken for another: of three, one is not.
    let mut quickest = Duration::MAX;
    for counter in ["counter", "index", "round"] {
        let start = Instant::now();
        session.value(&format!("Do[{counter} = n; wide, {{n, 100}}]"))?;
        quickest = quickest.min(start.elapsed());
    }
    if quickest > PATIENCE / 100 {
        return Err(format!("100 assignments beside an expression of 10^5 nodes took {quickest:?}").into());
    }
    Ok(())
}

/// An expression of depth 10^6 is built, measured, printed, substituted into and freed.
fn a_deep_expression() -> Result<(), Failed> {
    let mut session = TestSession::new();
    session.value(&format!("deep = Nest[Sin, x, {DEEP}];"))?;
    expect(&mut session, "LeafCount[deep]", &(DEEP + 1).to_string())?;
    expect(&mut session, "Depth[deep]", &(DEEP + 1).to_string())?;
    let start = Instant::now();
    let printed = session.transcript("deep").concat();
    if printed.len() > 100_000 {
        return Err(format!("the output has {} characters", printed.len()).into());
    }
    // Another session puts its marks on the same nodes; it has ours to begin with.
    let shared = session.value("deep")?;
    let mut other = TestSession::new();
    let seen = other.session().evaluate(&shared);
    if seen.as_ref() != Ok(&shared) {
        return Err("another session does not evaluate what one has evaluated to itself".into());
    }
    expect(&mut session, "FreeQ[deep, y]", "True")?;
    expect(&mut session, "D[deep, y]", "0")?;
    expect(&mut session, "Nest[Sin, x, 10^5] /. x -> 0", "0")?;
    // What substitution makes is evaluated anew from the outside, which has a limit.
    let refused = session.transcript("deep /. x -> 0").concat();
    if !refused.contains("General::depth") {
        return Err(format!("unexpected: {}", refused.chars().take(200).collect::<String>()).into());
    }
    expect(&mut session, "Length[Cases[deep, x, Infinity]]", "1")?;
    session.value("deep =.")?;
    let took = start.elapsed();
    if took > PATIENCE * 2 { Err(format!("{took:?}").into()) } else { Ok(()) }
}

/// The derivative of an expression of depth 10^6 is a product of as many factors.
fn a_deep_expression_is_differentiated() -> Result<(), Failed> {
    let mut session = TestSession::new();
    session.value(&format!("deep = Nest[Sin, x, {DEEP}];"))?;
    expect(&mut session, "derivative = D[deep, x]; Head[derivative]", "Times")?;
    expect(&mut session, "Length[derivative]", &DEEP.to_string())
}

/// What is deeper than the evaluator goes is refused with a message, and the session goes on.
fn a_deep_expression_is_evaluated_again() -> Result<(), Failed> {
    let mut session = TestSession::new();
    session.value(&format!("deep = Nest[f, x, {DEEP}];"))?;
    session.value("x = 1; f[y_] := 0 /; y === 1")?;
    let answer = session.transcript("deep").concat();
    if !answer.starts_with("0") && !answer.contains("depth") {
        return Err(format!("unexpected: {}", answer.chars().take(200).collect::<String>()).into());
    }
    expect(&mut session, "1 + 1", "2")
}

/// Random programs of assignments and uses: each use has the value that it has in a fresh session, which has seen the assignments
/// and has nothing to remember.
fn random_programs() -> Result<(), Failed> {
    const PROGRAMS: u64 = 40;
    const LINES: usize = 25;
    for seed in 0..PROGRAMS {
        let mut random = Random::new(seed);
        let mut session = TestSession::new();
        let mut assignments = String::new();
        for _ in 0..LINES {
            let line = random_line(&mut random);
            let answer = session.transcript(&line);
            if line.ends_with(';') {
                assignments.push_str(&line);
                assignments.push('\n');
                continue;
            }
            let mut fresh = TestSession::new();
            fresh.transcript(&assignments);
            let expected = fresh.transcript(&line);
            if answer != expected {
                return Err(
                    format!("seed {seed}: after\n{assignments}{line}\n  is {answer:?}\n  not {expected:?}").into()
                );
            }
        }
    }
    Ok(())
}

/// An assignment or a use of a few symbols.
fn random_line(random: &mut Random) -> String {
    const SYMBOLS: &[&str] = &["a", "b", "c", "d"];
    const HEADS: &[&str] = &["f", "g", "h"];
    let symbol = |random: &mut Random| *random.choose(SYMBOLS);
    let head = |random: &mut Random| *random.choose(HEADS);
    let (s, t, u) = (symbol(random), symbol(random), symbol(random));
    let (f, g) = (head(random), head(random));
    let number = random.below(4);
    match random.below(12) {
        0 => format!("{s} = {number};"),
        1 => format!("Clear[{s}];"),
        2 => format!("{f}[x_] := x + {number} /; x > {number};"),
        3 => format!("Clear[{f}];"),
        4 => format!("{f}[{number}] = {s};"),
        5 => format!("{f}[x_, y_] := {{x, y, {number}}};"),
        6 => format!("SetAttributes[{f}, Orderless];"),
        7 => format!("Block[{{{s} = {number}}}, {{{f}[{s}], {g}[{t}, {s}]}}]"),
        8 => format!("Table[{f}[{s} + {t}], {{{s}, 3}}]"),
        _ => format!("{{{f}[{s}, {t}], {g}[{u}], {f}[{g}[{s}] + {t}], {s} + {t}^2}}"),
    }
}
