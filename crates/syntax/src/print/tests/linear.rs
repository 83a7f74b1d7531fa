//! InputForm and OutputForm, by tables.

use netform_expr::{Expr, Sym};

use crate::{DefaultForms, DefaultNames, input_form, output_form, parse_expression};

const KNOWN: &[&str] = &[
    "Hold",
    "HoldForm",
    "Row",
    "Column",
    "StringForm",
    "NumberForm",
    "MatrixForm",
    "InputForm",
    "Sin",
    "Indexed",
    "MatrixSymbol",
    "VectorSymbol",
    "Skeleton",
    "FullForm",
    "Derivative",
    "Style",
];

fn read(source: &str) -> Expr {
    parse_expression(source, &mut DefaultNames::new(KNOWN)).expect(source)
}

fn forms() -> DefaultForms {
    DefaultForms::new(DefaultNames::new(KNOWN))
}

fn check(rows: &[(&str, &str)], print: impl Fn(&Expr) -> String) {
    let wrong: Vec<String> = rows
        .iter()
        .map(|(source, expected)| (source, print(&read(source)), expected))
        .filter(|(_, found, expected)| found != *expected)
        .map(|(source, found, expected)| format!("{source}\n  gives    {found}\n  expected {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn input() {
    check(
        &[
            ("a+b c", "a + b*c"),
            ("Times[Rational[1, 2], x]", "x/2"),
            ("Times[Rational[-1, 2], x]", "-1/2*x"),
            ("Times[Rational[3, 2], x]", "(3*x)/2"),
            ("Times[a, b, Power[c, -1]]", "(a*b)/c"),
            ("Times[-1, a, Power[b, -1]]", "-(a/b)"),
            ("Times[-2, a, Power[b, -1]]", "(-2*a)/b"),
            ("Times[Rational[1, 2], Power[x, -1]]", "1/(2*x)"),
            ("Times[-1, Power[a, -1]]", "-a^(-1)"),
            ("Times[Power[a, -1], Power[b, -1]]", "1/(a*b)"),
            ("Power[x, -1]", "x^(-1)"),
            ("Power[x, Rational[1, 2]]", "Sqrt[x]"),
            ("Power[x, Rational[-1, 2]]", "1/Sqrt[x]"),
            ("E^(-x)", "E^(-x)"),
            ("Plus[a, Times[-1, b, Power[c, -2]]]", "a - b/c^2"),
            ("Plus[a, Times[Rational[-1, 3], b]]", "a - b/3"),
            ("Plus[-1, x]", "-1 + x"),
            ("Plus[Times[-1, x], y]", "-x + y"),
            ("Complex[1, -2]", "1 - 2*I"),
            ("Times[Complex[0, 1], x]", "I*x"),
            ("Times[Complex[1, 1], x]", "(1 + I)*x"),
            ("Rational[1, 2]^x", "(1/2)^x"),
            ("(-2)^x", "(-2)^x"),
            ("1.*^-7 + 0.1", "1.*^-7 + 0.1"),
            ("1.5`20", "1.5`20."),
            ("\"a\\n\\\"b\\\"\"", "\"a\\n\\\"b\\\"\""),
            ("Hold[1/2, Rational[1, 2], a - b/c]", "Hold[1/2, Rational[1, 2], a - b/c]"),
            ("Hold[a - (b c), a - 2 b, -a b, a/(b c)]", "Hold[a - (b*c), a - 2*b, -a*b, a/(b*c)]"),
            ("Hold[x^-1, Times[-1, 3], a + Times[-1, 3]]", "Hold[x^(-1), (-1)*3, a + ((-1)*3)]"),
            ("x_ /; x > 0 :> f[x]", "x_ /; x > 0 :> f[x]"),
            ("f[x_, y_h, z_., w:a|b, v_:3]", "f[x_, y_h, z_., w:a | b, v_:3]"),
            ("#1 + ##2 & /@ x", "(#1 + ##2 & ) /@ x"),
            ("#a&", "#a & "),
            ("{a; b, c;}", "{a; b, c;}"),
            ("a[[1, 2 ;; -1]]", "a[[1, 2 ;; -1]]"),
            ("f'[x] + f''[x]", "f'[x] + f''[x]"),
            ("(f')'", "(f')'"),
            ("a::b", "a::b"),
            ("a < b <= c", "a < b <= c"),
            ("a && (b || c) && !d", "a && (b || c) && !d"),
            ("t /: f[t] := x", "t /: f[t] := x"),
            ("x =.", "x =."),
            ("<|a -> 1, b -> {2}|>", "<|a -> 1, b -> {2}|>"),
            ("f @* g", "f @* g"),
            ("a . b . c", "a . b . c"),
            ("x!!", "x!!"),
            ("1..", "1.."),
            ("2. ..", "2. .."),
            ("a ⊕ b", "CirclePlus[a, b]"),
            ("(a -> b) -> c", "(a -> b) -> c"),
            ("a -> b -> c", "a -> b -> c"),
            ("Plus[a]", "Plus[a]"),
            ("Global`Plus + System`foo", "Global`Plus + System`foo"),
            ("\\[FormalX]", "\\[FormalX]"),
            ("α", "α"),
        ],
        |e| input_form(e, &forms()),
    );
}

#[test]
fn output() {
    check(
        &[
            ("{0. - 0.9498512 s1 - 0.523433 s2}", "{0. - 0.949851 s1 - 0.523433 s2}"),
            ("a b/c", "(a b)/c"),
            ("Times[Rational[-1, 2], x]", "-x/2"),
            ("Power[x, -2]", "1/x^2"),
            ("E^(-x)", "E^(-x)"),
            ("Complex[1, 2]", "1 + 2 I"),
            ("\"abc\"", "abc"),
            ("<|\"a\" -> 1|>", "<|a -> 1|>"),
            ("#1 + 1 &", "#1 + 1 & "),
            ("1234567.", "1.23457*^6"),
            ("NumberForm[3.14159265, 3]", "3.14"),
            ("HoldForm[1 + 1]", "1 + 1"),
            ("Row[{a, \" \", b}]", "a b"),
            ("Row[{a, b}, \"-\"]", "a-b"),
            ("StringForm[\"x is `` and `1`\", 3]", "x is 3 and 3"),
            ("StringForm[\"`` `\", 3]", "3 `"),
            ("Column[{a, b}]", "a\nb"),
            ("MatrixForm[{{1, 20}, {300, 4}}]", "1     20\n300   4"),
            ("InputForm[\"a\"]", "\"a\""),
            ("{InputForm[0.123456789], 0.123456789}", "{0.123456789, 0.123457}"),
            ("a ⊕ b", "a ⊕ b"),
            ("Indexed[MatrixSymbol[\"W\", {2, 2}], {1, 2}] x", "W[[1, 2]] x"),
            ("{0., 0.} + {{1.}} . VectorSymbol[\"v\", 3]", "{0., 0.} + {{1.}} . v"),
        ],
        |e| output_form(e, &forms()),
    );
}

/// Sums of themselves, so that the tree is larger than any memory.
fn shared(levels: usize) -> Expr {
    (0..levels).fold(read("f[x, y, z, g[a, b, c], 1]"), |e, i| {
        Expr::call(Sym::Plus, [Expr::integer(i as i64), e.clone(), Expr::normal(read("h"), [e])])
    })
}

#[test]
fn large_shared_expressions_print_in_the_size_of_their_graph() {
    let e = shared(2000);
    let forms = forms();
    let text = input_form(&e, &forms);
    assert!(text.starts_with("With[{t1 = f[x, y, z, g[a, b, c], 1]}, With[{t2 = "), "{}", &text[..80]);
    assert!(text.len() < 200_000);
    let out = output_form(&e, &forms);
    assert!(out.contains("more than 10^308 leaves, 6"), "{out}");
    assert!(out.len() < 2000, "{out}");
    let out = output_form(&shared(100), &forms);
    assert!(out.contains("*10^3"), "{out}");
}

#[test]
fn names_of_parts_do_not_occur_in_the_expression() {
    let e = (0..20).fold(read("f[t1, tt2, x, y, z, 1, 2, 3]"), |e, _| Expr::call(Sym::Plus, [e.clone(), e]));
    assert!(input_form(&e, &forms()).starts_with("With[{ttt1 = "));
}

#[test]
fn deep_expressions_print() {
    let f = read("f");
    let e = (0..1_000_000).fold(read("x"), |e, _| Expr::normal(f.clone(), [e]));
    let forms = forms();
    assert_eq!(input_form(&e, &forms).len(), 3_000_001);
    let out = output_form(&e, &forms);
    assert!(out.len() < 1000, "{out}");
    assert!(crate::tex_form(&e, &forms).len() < 5000);
}

#[test]
fn long_lists_are_shortened_in_the_middle() {
    let e = Expr::list((0..20_000).map(|i| Expr::normal(read("f"), [Expr::integer(i)])));
    let out = output_form(&e, &forms());
    assert!(out.starts_with("{f[0], f[1]") && out.contains("<<199") && out.contains("f[19999]}"), "{out}");
}
