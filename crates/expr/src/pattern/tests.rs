//! Tables of patterns and what they match.

use std::convert::Infallible;
use std::ops::ControlFlow;

use super::{Matching, Pattern, Rule, RuleSet};
use crate::reading::{read, write};
use crate::{Attributes, Expr, Kind, Sym};

/// An evaluator of a handful of tests, with some symbols that have attributes:
/// `fl` Flat, `fi` Flat and OneIdentity, `ol` Orderless, `of` Flat and Orderless, `oi` OneIdentity.
pub(super) struct Host;

impl Matching for Host {
    type Error = Infallible;

    fn attributes(&mut self, symbol: &Expr) -> Attributes {
        let flat = Attributes::FLAT;
        let one = Attributes::ONE_IDENTITY;
        match symbol.as_symbol().map_or("", |s| s.name()) {
            "fl" => flat,
            "fi" => flat | one,
            "ol" => Attributes::ORDERLESS,
            "of" | "Plus" | "Times" => flat | Attributes::ORDERLESS | one,
            "oi" | "Power" => one,
            _ => Attributes::NONE,
        }
    }

    fn default_value(&mut self, head: &Expr, position: usize, count: usize) -> Result<Option<Expr>, Infallible> {
        Ok(match head.as_symbol().map_or("", |s| s.name()) {
            "Plus" => Some(Expr::integer(0)),
            "Times" => Some(Expr::integer(1)),
            "Power" if position == 2 => Some(Expr::integer(1)),
            "df" => Some(Expr::list([Expr::integer(position as i64), Expr::integer(count as i64)])),
            _ => None,
        })
    }

    fn holds(&mut self, test: Expr) -> Result<bool, Infallible> {
        let args = test.args();
        let number = |i: usize| args.get(i).and_then(Expr::as_i64);
        Ok(match (test.head_sym(), args.as_ref()) {
            (Some(Sym::IntegerQ), [e]) => e.has_head(Sym::Integer),
            (Some(Sym::EvenQ), [_]) => number(0).is_some_and(|n| n % 2 == 0),
            (Some(Sym::Greater), [_, _]) => number(0).zip(number(1)).is_some_and(|(a, b)| a > b),
            (Some(Sym::Less), [_, _]) => number(0).zip(number(1)).is_some_and(|(a, b)| a < b),
            (Some(Sym::SameQ), [a, b]) => a == b,
            (Some(Sym::And), _) => args.iter().all(|e| Host.holds(e.clone()) == Ok(true)),
            (Some(Sym::Length), _) => false,
            _ => match test.kind() {
                Kind::Normal(head, args) if head.has_head(Sym::Function) => {
                    crate::apply_function(head, args).is_ok_and(|body| Host.holds(body) == Ok(true))
                }
                _ => test.is_true(),
            },
        })
    }
}

/// `x -> 1, y -> 2` for the first match, `-` for none.
fn first(pattern: &str, subject: &str) -> String {
    let pattern = Pattern::new(&read(pattern));
    let found = pattern.matches(&read(subject), &mut Host).unwrap();
    assert_eq!(found.is_some(), pattern.is_match(&read(subject), &mut Host).unwrap());
    match found {
        None => "-".to_owned(),
        Some(bindings) => show(&bindings),
    }
}

fn show(bindings: &super::Bindings) -> String {
    let shown: Vec<String> = bindings.iter().map(|(x, v)| format!("{}={}", write(x), write(v))).collect();
    shown.join(" ")
}

fn all(pattern: &str, subject: &str) -> Vec<String> {
    let mut found = Vec::new();
    Pattern::new(&read(pattern))
        .each_match(&read(subject), &mut Host, |_, bindings| {
            found.push(show(&bindings));
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
    found
}

fn check(table: &[(&str, &str, &str)]) {
    for (pattern, subject, expected) in table {
        assert_eq!(first(pattern, subject), *expected, "{pattern} with {subject}");
    }
}

fn check_rules(table: &[(&str, &str, &str)]) {
    for (rules, subject, expected) in table {
        let rules = RuleSet::from_expr(&read(rules)).unwrap();
        let result = rules.apply(&read(subject), &mut Host).unwrap();
        let result = result.map_or("-".to_owned(), |e| write(&e));
        let expected = if *expected == "-" { "-".to_owned() } else { write(&read(expected)) };
        assert_eq!(result, expected, "{rules:?} on {subject}");
    }
}

#[test]
fn blanks_and_names() {
    check(&[
        ("_", "a", ""),
        ("_Integer", "3", ""),
        ("_Integer", "3.", "-"),
        ("_Symbol", "a", ""),
        ("_List", "{1, 2}", ""),
        ("x_", "f[a]", "x=f[a]"),
        ("f[x_, x_]", "f[a, a]", "x=a"),
        ("f[x_, x_]", "f[a, b]", "-"),
        ("f[x_, y_]", "f[a, b]", "x=a y=b"),
        ("f[x_, y_]", "f[a]", "-"),
        ("f[x_, y_]", "f[a, b, c]", "-"),
        ("f[]", "f[]", ""),
        ("f[_]", "f[]", "-"),
        ("x:{_, y_}", "{a, b}", "x=List[a, b] y=b"),
        ("h_[x_]", "f[a]", "h=f x=a"),
        ("h_[x_][y_]", "f[a][b]", "h=f x=a y=b"),
        ("h_[h_]", "f[f]", "h=f"),
        ("h_[x_]", "a", "-"),
        ("Hold[x_ + 1]", "Hold[a + 1]", "x=a"),
        ("f[g[x_, 1], x_]", "f[g[a, 1], a]", "x=a"),
        ("f[g[x_, 1], x_]", "f[g[a, 1], b]", "-"),
        ("1", "1", ""),
        ("1", "1.", "-"),
    ]);
}

#[test]
fn sequences_are_shortest_first() {
    check(&[
        ("f[x__, y__]", "f[a, b, c]", "x=a y=Sequence[b, c]"),
        ("f[x___, y___]", "f[a, b]", "x=Sequence[] y=Sequence[a, b]"),
        ("f[x__]", "f[]", "-"),
        ("f[x___]", "f[]", "x=Sequence[]"),
        ("f[x__Integer, y__]", "f[1, 2, a]", "x=1 y=Sequence[2, a]"),
        ("f[x__Integer, y__Symbol]", "f[1, 2, a, b]", "x=Sequence[1, 2] y=Sequence[a, b]"),
        ("f[a___, x_, b___, x_, c___]", "f[1, 2, 3, 2]", "a=1 x=2 b=3 c=Sequence[]"),
        ("f[x__, x__]", "f[1, 2, 1, 2]", "x=Sequence[1, 2]"),
        ("f[x__, x__]", "f[1, 2, 1]", "-"),
        ("f[Longest[x__], y__]", "f[a, b, c]", "x=Sequence[a, b] y=c"),
        ("f[x___, Shortest[y___]]", "f[a, b]", "x=Sequence[] y=Sequence[a, b]"),
        ("f[x__, 3, y___]", "f[1, 2, 3, 4]", "x=Sequence[1, 2] y=4"),
        ("x__", "a", "x=a"),
        ("f[x__, Longest[y__]]", "f[a, b, c]", "x=a y=Sequence[b, c]"),
        ("f[Longest[x__], Longest[y__, 1], z__]", "f[a, b, c, d]", "x=a y=Sequence[b, c] z=d"),
        ("f[x__, Shortest[y__, 1], z___]", "f[a, b, c]", "x=a y=b z=c"),
        ("f[x___, y:Longest[_Integer.., 2]]", "f[a, 1, 2]", "x=a y=Sequence[1, 2]"),
    ]);
    assert_eq!(
        all("f[x___, y___]", "f[a, b]"),
        ["x=Sequence[] y=Sequence[a, b]", "x=a y=b", "x=Sequence[a, b] y=Sequence[]"]
    );
}

#[test]
fn alternatives_repetitions_and_exceptions() {
    check(&[
        ("a | b", "b", ""),
        ("f[x:(1 | 2)]", "f[2]", "x=2"),
        ("f[x_ | g[x_], x_]", "f[g[a], a]", "x=a"),
        ("f[x_Integer | y_Symbol]", "f[a]", "x=Sequence[] y=a"),
        ("{(1 | 2)..}", "{1, 2, 1}", ""),
        ("{(1 | 2)..}", "{1, 3}", "-"),
        ("{_Integer...}", "{}", ""),
        ("{_Integer..}", "{}", "-"),
        ("{x_..}", "{a, a}", "x=a"),
        ("{x_..}", "{a, b}", "-"),
        ("{x:(_Integer..), y_}", "{1, 2, a}", "x=Sequence[1, 2] y=a"),
        ("{{x_, _}..}", "{{a, 1}, {a, 2}}", "x=a"),
        ("{Repeated[_, {2}]}", "{a, b}", ""),
        ("{Repeated[_, {2}]}", "{a, b, c}", "-"),
        ("{Repeated[_, 2]}", "{a, b, c}", "-"),
        ("{Repeated[_, {2, Infinity}]}", "{a, b, c}", ""),
        ("{RepeatedNull[_, 1]}", "{}", ""),
        ("{PatternSequence[a, b]..}", "{a, b, a, b}", ""),
        ("{PatternSequence[a, b]..}", "{a, b, a}", "-"),
        ("{PatternSequence[a, x__]..}", "{a, b, a, b}", "x=b"),
        ("f[x:PatternSequence[_, _], y_]", "f[a, b, c]", "x=Sequence[a, b] y=c"),
        ("Except[0]", "1", ""),
        ("Except[0]", "0", "-"),
        ("Except[0, _Integer]", "a", "-"),
        ("f[Except[_Integer]..]", "f[a, b]", ""),
        ("f[Except[_Integer]..]", "f[a, 1]", "-"),
        ("f[x_, Except[x_]]", "f[a, a]", "-"),
        ("f[x_, Except[x_]]", "f[a, b]", "x=a"),
        ("Verbatim[_]", "_", ""),
        ("Verbatim[_]", "a", "-"),
        ("f[Verbatim[x_], y_]", "f[x_, 1]", "y=1"),
        ("HoldPattern[f[x_]]", "f[1]", "x=1"),
    ]);
}

#[test]
fn conditions_and_tests() {
    check(&[
        ("x_ /; x > 2", "3", "x=3"),
        ("x_ /; x > 2", "1", "-"),
        ("x_?IntegerQ", "1", "x=1"),
        ("x_?EvenQ", "1", "-"),
        ("f[x__?IntegerQ]", "f[1, 2]", "x=Sequence[1, 2]"),
        ("f[x__?IntegerQ]", "f[1, a]", "-"),
        ("f[x_ /; x > 1, y_]", "f[2, b]", "x=2 y=b"),
        ("f[x_, y_] /; x > y", "f[2, 1]", "x=2 y=1"),
        ("f[x_, y_] /; x > y", "f[1, 2]", "-"),
        ("f[a___, x_, b___] /; x > 2", "f[1, 2, 3, 4]", "a=Sequence[1, 2] x=3 b=4"),
        ("x_?(# > 2 &)", "3", "x=3"),
        ("{x_, y_} /; x === y", "{a, a}", "x=a y=a"),
    ]);
}

#[test]
fn optional_arguments() {
    check(&[
        ("f[x_, y_:7]", "f[1]", "x=1 y=7"),
        ("f[x_, y_:7]", "f[1, 2]", "x=1 y=2"),
        ("f[x_, y_:7, z_:8]", "f[1, 2]", "x=1 y=2 z=8"),
        ("f[x_:7, y_]", "f[1]", "x=7 y=1"),
        ("f[x_, y_Integer:7, z_:8]", "f[1, a]", "x=1 y=7 z=a"),
        ("f[x_, y_.]", "f[1]", "-"),
        ("df[x_, y_.]", "df[1]", "x=1 y=List[2, 2]"),
        ("x_^n_.", "a^3", "x=a n=3"),
        ("x_^n_.", "a", "x=a n=1"),
        ("x_ + y_.", "a", "x=a y=0"),
        ("x_ + y_.", "a + b", "x=a y=b"),
        ("a_. * x", "x", "a=1"),
        ("a_. * x", "3*x", "a=3"),
        ("a_. * x^n_. + b_.", "x", "a=1 n=1 b=0"),
        ("a_. * x^n_. + b_.", "5*x^2 + 3", "a=5 n=2 b=3"),
        ("oi[x_, y_:3]", "a", "x=a y=3"),
        ("f[x_, y_:3]", "a", "-"),
    ]);
}

#[test]
fn flat_heads() {
    check(&[
        ("fi[x_, y_]", "fi[a, b, c]", "x=a y=fi[b, c]"),
        ("fi[x_]", "fi[a, b]", "x=fi[a, b]"),
        ("fi[x_, x_]", "fi[a, b, a, b]", "x=fi[a, b]"),
        ("fi[x_, c]", "fi[a, b, c]", "x=fi[a, b]"),
        ("fi[x_Integer, y_]", "fi[1, 2, a]", "x=1 y=fi[2, a]"),
        ("fi[x_Integer]", "fi[1, 2]", "-"),
        ("fl[x_, y_]", "fl[a, b]", "x=fl[a] y=fl[b]"),
        ("fl[x_Integer, y_Integer]", "fl[1, 2]", "x=1 y=2"),
        ("fl[x_?IntegerQ, y_]", "fl[1, 2]", "x=1 y=fl[2]"),
        ("fi[x__]", "fi[a, b]", "x=Sequence[a, b]"),
        ("fi[x___, y_]", "fi[a, b]", "x=Sequence[] y=fi[a, b]"),
    ]);
    assert_eq!(all("fi[x_, y_]", "fi[a, b, c]"), ["x=a y=fi[b, c]", "x=fi[a, b] y=c"]);
}

#[test]
fn orderless_heads() {
    check(&[
        ("ol[b, x_]", "ol[a, b]", "x=a"),
        ("ol[x_Integer, y_]", "ol[2, a]", "x=2 y=a"),
        ("ol[y_Symbol, x_Integer]", "ol[2, a]", "y=a x=2"),
        ("ol[x_, y_]", "ol[a, b]", "x=a y=b"),
        ("ol[x_, x_]", "ol[a, b]", "-"),
        ("ol[x_, g[x_]]", "ol[a, b, g[b]]", "-"),
        ("ol[x_, g[x_], r___]", "ol[a, b, g[b]]", "x=b r=a"),
        ("ol[r___, 3]", "ol[1, 2, 3]", "r=Sequence[1, 2]"),
        ("x_ + y_", "a + b + c", "x=a y=Plus[b, c]"),
        ("x_Integer + y_", "3 + a + b", "x=3 y=Plus[a, b]"),
        ("x_ + x_", "a + b", "-"),
        ("f[OrderlessPatternSequence[x_Integer, y_Symbol], z_]", "f[a, 1, 2]", "x=1 y=a z=2"),
        ("{OrderlessPatternSequence[a, b, c]}", "{c, a, b}", ""),
        ("{OrderlessPatternSequence[a, x___]}", "{c, a, b}", "x=Sequence[c, b]"),
    ]);
    assert_eq!(all("ol[x_, y_]", "ol[a, b]"), ["x=a y=b", "x=b y=a"]);
    assert_eq!(all("ol[x_, y_]", "ol[a, a]"), ["x=a y=a"]);
    assert_eq!(
        all("x_ + y_", "a + b + c"),
        [
            "x=a y=Plus[b, c]",
            "x=b y=Plus[a, c]",
            "x=c y=Plus[a, b]",
            "x=Plus[a, b] y=c",
            "x=Plus[a, c] y=b",
            "x=Plus[b, c] y=a"
        ]
    );
}

#[test]
fn associations_and_options() {
    check(&[
        ("<|\"a\" -> x_|>", "<|\"a\" -> 1|>", "x=1"),
        ("KeyValuePattern[{\"a\" -> x_}]", "<|\"b\" -> 2, \"a\" -> 1|>", "x=1"),
        ("KeyValuePattern[\"a\" -> x_]", "{\"b\" -> 2, \"a\" -> 1}", "x=1"),
        ("KeyValuePattern[{\"b\" -> x_, \"a\" -> y_}]", "<|\"a\" -> 1, \"b\" -> 2|>", "x=2 y=1"),
        ("KeyValuePattern[{\"c\" -> x_}]", "<|\"a\" -> 1|>", "-"),
        ("KeyValuePattern[{}]", "{1, 2}", "-"),
        ("f[x_, OptionsPattern[]]", "f[1]", "x=1 options1=Sequence[]"),
        ("f[x_, OptionsPattern[]]", "f[1, a -> 2]", "x=1 options1=Rule[a, 2]"),
        (
            "f[x_, OptionsPattern[]]",
            "f[1, {a -> 2, {b :> 3}}]",
            "x=1 options1=List[Rule[a, 2], List[RuleDelayed[b, 3]]]",
        ),
        ("f[x_, OptionsPattern[]]", "f[1, 2]", "-"),
        ("f[x__, o:OptionsPattern[]]", "f[1, 2, a -> 3]", "x=Sequence[1, 2] o=Rule[a, 3] options2=Rule[a, 3]"),
    ]);
    let pattern = Pattern::new(&read("f[x__, OptionsPattern[]]"));
    assert!(pattern.is_match(&read("f[1, 2, a -> 3]"), &mut Host).unwrap());
    check_rules(&[
        ("f[x_, OptionsPattern[]] :> {x, OptionValue[a]}", "f[1, a -> 2]", "{1, OptionValue[f, {a -> 2}, a]}"),
        ("f[x_, OptionsPattern[g]] :> {x, OptionValue[a]}", "f[1]", "{1, OptionValue[g, {}, a]}"),
    ]);
}

#[test]
fn packed_arrays_are_lists() {
    let reals: Vec<Expr> = (0..1000).map(|i| Expr::real(f64::from(i))).collect();
    let list = Expr::list(reals.clone());
    let is = |pattern: &str| Pattern::new(&read(pattern)).is_match(&list, &mut Host).unwrap();
    assert!(list.as_array().is_some());
    for yes in ["_List", "{__Real}", "{__}", "{_Real..}", "{0., ___}", "{x_, __, y_} /; True", "x_?(True &)"] {
        assert!(is(yes), "{yes}");
    }
    for no in ["{__Integer}", "{_Real, _Real}", "{_Integer..}", "_Real", "{___, -1., ___}"] {
        assert!(!is(no), "{no}");
    }
    let found = Pattern::new(&read("{x_, y__Real}")).matches(&list, &mut Host).unwrap().unwrap();
    assert_eq!(found.get(&read("y")).map(Expr::len), Some(999));
    let rational = Expr::number(crate::Number::rational(&1.into(), &2.into()).unwrap());
    assert!(Pattern::new(&read("Rational[1, x_]")).is_match(&rational, &mut Host).unwrap());
}

#[test]
fn rules_apply_to_parts_of_flat_calls() {
    check_rules(&[
        ("a + b -> d", "a + b + c", "d + c"),
        ("a + b -> d", "a + b", "d"),
        ("a + c -> d", "a + b", "-"),
        ("fi[x_, x_] -> g[x]", "fi[a, b, b, c]", "fi[a, g[b], c]"),
        ("fl[x_, x_] -> g[x]", "fl[a, b, b, c]", "fl[a, g[fl[b]], c]"),
        ("fi[x_, x_] -> g[x]", "fi[a, b, a, b, c]", "fi[g[fi[a, b]], c]"),
        ("x_Integer + y_Integer :> g[x, y]", "1 + 2 + a", "g[1, 2] + a"),
        ("x_^2 * y_^2 :> (x*y)^2", "a^2 * b^2 * c", "(a*b)^2 * c"),
        ("{x_ -> 1, x_ -> 2}", "a", "1"),
        ("f[x__] :> {x, g[x]}", "f[1, 2]", "{1, 2, g[1, 2]}"),
        ("x_ :> x + 1 /; x > 2", "1", "-"),
        ("x_ :> x + 1 /; x > 2", "3", "3 + 1"),
        ("fi[] -> g", "fi[a, b]", "-"),
        ("(fi[x___] /; Length[{x}] > 5) -> g", "fi[a, b]", "-"),
        ("{a + b -> d, f[1] -> 2, x_ -> 3}", "a + b + c", "d + c"),
        ("fi[] -> g", "fi[a, b]", "-"),
        ("(fi[x___] /; Length[{x}] > 5) -> g", "fi[a, b]", "-"),
        ("{a + b -> d, f[1] -> 2, x_ -> 3}", "f[1]", "2"),
        ("{f[2] -> 2, x_ -> 3}", "f[1]", "3"),
        ("{f[1] -> 1, f[1] -> 2}", "f[1]", "1"),
        ("HoldPattern[a] -> 1", "a", "1"),
        ("HoldPattern[a + b] -> 1", "a + b + c", "1 + c"),
        ("(a + b /; True) -> 1", "a + b + c", "1 + c"),
        ("{a -> 1, b -> 2, _Symbol -> 3}", "b", "2"),
        ("{a -> 1, b -> 2, _Symbol -> 3}", "c", "3"),
        ("{f[x_] -> 1, f[2] -> 2, _ -> 3}", "f[2]", "1"),
        ("{f[x_] -> 1, f[2] -> 2, _ -> 3}", "g[2]", "3"),
    ]);
}

#[test]
fn large_and_deep_expressions() {
    let f = read("f");
    let nested = |inner: Expr| (0..100_000).fold(inner, |e, _| Expr::normal(f.clone(), [e]));
    let deep = Pattern::new(&nested(read("x_")));
    let found = deep.matches(&nested(read("a")), &mut Host).unwrap().unwrap();
    assert_eq!(found.get(&read("x")), Some(&read("a")));
    let long = Expr::normal(f.clone(), (0..100_000).map(|i| Expr::list([read("k"), Expr::integer(i % 3)])));
    assert!(Pattern::new(&read("f[{x_, _}..]")).is_match(&long, &mut Host).unwrap());
    assert!(Pattern::new(&read("f[___, {x_, 2}, ___]")).is_match(&long, &mut Host).unwrap());
    assert!(!Pattern::new(&read("f[___, {x_, 5}, ___]")).is_match(&long, &mut Host).unwrap());
    let rule = Rule::from_expr(&read("f[x_, y___] :> y")).unwrap();
    assert_eq!(rule.apply(&long, &mut Host).unwrap().map(|e| e.len()), Some(99_999));
}
