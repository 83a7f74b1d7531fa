//! Text to FullForm, by tables.

use crate::{Code, DefaultForms, DefaultNames, Span, full_form, parse_expression, parse_program};

/// The full forms of the expressions of a source, `!code` for the first error.
fn read(source: &str) -> String {
    let parsed = parse_program(source, &mut DefaultNames::new(&["Reals", "Integrate"]));
    if let Some(error) = parsed.diagnostics.iter().find(|d| d.is_error()) {
        return format!("!{}", error.code);
    }
    let forms = DefaultForms::new(DefaultNames::new(&["Reals", "Integrate"]));
    let all: Vec<String> = parsed.expressions.iter().map(|(e, _)| full_form(e, &forms)).collect();
    all.join(" // ")
}

fn check(rows: &[(&str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .filter(|(source, expected)| read(source) != *expected)
        .map(|(source, expected)| format!("{source:?}\n  gives    {}\n  expected {expected}", read(source)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn arithmetic() {
    check(&[
        ("-1", "-1"),
        ("- 3", "-3"),
        ("-(3)", "-3"),
        ("-x", "Times[-1, x]"),
        ("- -x", "Times[-1, -1, x]"),
        ("- -3", "Times[-1, -3]"),
        ("+a", "Plus[a]"),
        ("+a + b", "Plus[a, b]"),
        ("a + b*c", "Plus[a, Times[b, c]]"),
        ("a b c", "Times[a, b, c]"),
        ("2a b", "Times[2, a, b]"),
        ("2 3", "Times[2, 3]"),
        ("a b (c d)", "Times[a, b, Times[c, d]]"),
        ("(a b) c", "Times[Times[a, b], c]"),
        ("(a + b) + c", "Plus[Plus[a, b], c]"),
        ("a - b", "Plus[a, Times[-1, b]]"),
        ("a - b c", "Plus[a, Times[-1, b, c]]"),
        ("a - (b c)", "Plus[a, Times[-1, Times[b, c]]]"),
        ("a - 2 b", "Plus[a, Times[-2, b]]"),
        ("a - 3", "Plus[a, -3]"),
        ("a - -3", "Plus[a, Times[-1, -3]]"),
        ("1-2", "Plus[1, -2]"),
        ("a/b", "Times[a, Power[b, -1]]"),
        ("a/b/c", "Times[a, Power[b, -1], Power[c, -1]]"),
        ("a/b*c", "Times[a, Power[b, -1], c]"),
        ("a b/c d", "Times[a, b, Power[c, -1], d]"),
        ("a/(b c)", "Times[a, Power[Times[b, c], -1]]"),
        ("a/-b", "Times[a, Power[Times[-1, b], -1]]"),
        ("1/2", "Times[1, Power[2, -1]]"),
        ("-a/b", "Times[-1, a, Power[b, -1]]"),
        ("-a b", "Times[-1, a, b]"),
        ("-2 a", "Times[-2, a]"),
        ("-2^x", "Times[-1, Power[2, x]]"),
        ("-a^2 b", "Times[-1, Power[a, 2], b]"),
        ("a*-b", "Times[a, -1, b]"),
        ("a - 1/b", "Plus[a, Times[-1, Power[b, -1]]]"),
        ("a^b^c", "Power[a, Power[b, c]]"),
        ("2^-x y", "Times[Power[2, Times[-1, x]], y]"),
        ("a^b!", "Power[a, Factorial[b]]"),
        ("a!^b", "Power[Factorial[a], b]"),
        ("a!!", "Factorial2[a]"),
        ("a !b", "Times[Factorial[a], b]"),
        ("x.y", "Dot[x, y]"),
        ("a.b.c", "Dot[a, b, c]"),
        ("-a.b", "Times[-1, Dot[a, b]]"),
        ("4. 2", "Times[4.`, 2]"),
        ("4 .y", "Dot[4, y]"),
        ("x0.3", "Times[x0, 0.3`]"),
        ("a**b**c", "NonCommutativeMultiply[a, b, c]"),
        ("a×b ÷ c", "Times[a, b, Power[c, -1]]"),
        ("a\\[Cross]b", "Cross[a, b]"),
        ("√x", "Sqrt[x]"),
        ("∫ f \\[DifferentialD]x", "Integrate[f, x]"),
        ("2 ∫ a f[x] \\[DifferentialD]x b + c", "Plus[Times[2, Integrate[Times[a, f[x]], x], b], c]"),
        ("∫∫ f \\[DifferentialD]x \\[DifferentialD]y", "Integrate[Integrate[f, x], y]"),
        ("∫\\[DifferentialD]x", "Integrate[1, x]"),
        ("∫ f", "Integral[f]"),
        ("a ± b", "PlusMinus[a, b]"),
        ("2π", "Times[2, Pi]"),
        ("30°", "Times[30, Degree]"),
        ("x+++y", "Plus[Increment[x], y]"),
        ("a --b", "Times[Decrement[a], b]"),
        ("++x", "PreIncrement[x]"),
        ("{a,\nb c\nd}", "List[a, Times[b, c, d]]"),
    ]);
}

#[test]
fn numbers_and_strings() {
    check(&[
        ("16^^ff", "255"),
        ("1.5", "1.5`"),
        ("1*^3", "1000"),
        ("25*^-2", "Rational[1, 4]"),
        ("1.5`20", "1.5`20."),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("Rational[1, 2]", "Rational[1, 2]"),
        ("Complex[0, 1.5]", "Complex[0, 1.5`]"),
        ("16^^fg", "!invalid-number"),
        ("1``", "!invalid-number"),
        (r#""a\"b\n""#, r#""a\"b\n""#),
        (r#""\[Alpha]""#, "\"α\""),
        ("\"a (* b\"", "\"a (* b\""),
    ]);
}

#[test]
fn calls_and_brackets() {
    check(&[
        ("f[]", "f[]"),
        ("f[a, b]", "f[a, b]"),
        ("f[a,,b]", "f[a, Null, b]"),
        ("{a,}", "List[a, Null]"),
        ("{,}", "List[Null, Null]"),
        ("{}", "List[]"),
        ("f[x][y]", "f[x][y]"),
        ("a[[b, c]]", "Part[a, b, c]"),
        ("a[[b, c[[d, {e,f}]]]]", "Part[a, b, Part[c, d, List[e, f]]]"),
        ("a[[b[c[[d]]]]]", "Part[a, b[Part[c, d]]]"),
        ("a[b[c]]", "a[b[c]]"),
        ("a[[1]] b", "Times[Part[a, 1], b]"),
        ("a〚1〛", "Part[a, 1]"),
        ("<|a -> 1, b -> 2|>", "Association[Rule[a, 1], Rule[b, 2]]"),
        ("<||>", "Association[]"),
        ("⌈x⌉ ⌊y⌋", "Times[Ceiling[x], Floor[y]]"),
        ("f@g@x", "f[g[x]]"),
        ("f@g[x]", "f[g[x]]"),
        ("x//f//g", "g[f[x]]"),
        ("a~f~b~g~c", "g[f[a, b], c]"),
        ("f/@g/@x", "Map[f, Map[g, x]]"),
        ("f@@x", "Apply[f, x]"),
        ("f@@@x", "MapApply[f, x]"),
        ("f//@x", "MapAll[f, x]"),
        ("f@*g@*h", "Composition[f, g, h]"),
        ("f/*g", "RightComposition[f, g]"),
        ("f'", "Derivative[1][f]"),
        ("f''[x]", "Derivative[2][f][x]"),
        ("(f')'", "Derivative[1][Derivative[1][f]]"),
        ("a<>b<>c", "StringJoin[a, b, c]"),
        ("a::b", "MessageName[a, \"b\"]"),
        ("a::b::c", "MessageName[a, \"b\", \"c\"]"),
        ("a::b ::c", "MessageName[a, \"b\", \"c\"]"),
        ("(a::b)::c", "MessageName[MessageName[a, \"b\"], \"c\"]"),
        ("a::\"x y\"", "MessageName[a, \"x y\"]"),
        ("a::b = \"t\"", "Set[MessageName[a, \"b\"], \"t\"]"),
    ]);
}

#[test]
fn comparisons_and_logic() {
    check(&[
        ("a == b == c", "Equal[a, b, c]"),
        ("a < b <= c", "Inequality[a, Less, b, LessEqual, c]"),
        ("a == b != c", "Inequality[a, Equal, b, Unequal, c]"),
        ("a ≤ b", "LessEqual[a, b]"),
        ("(a < b) < c", "Less[Less[a, b], c]"),
        ("a === b =!= c", "UnsameQ[SameQ[a, b], c]"),
        ("a && b || c && !d", "Or[And[a, b], And[c, Not[d]]]"),
        ("!a == b", "Not[Equal[a, b]]"),
        ("!!a", "Not[Not[a]]"),
        ("a + !b + c", "Plus[a, Not[Plus[b, c]]]"),
        ("a ⊻ b", "Xor[a, b]"),
        ("a \\[Implies] b \\[Implies] c", "Implies[a, Implies[b, c]]"),
        ("x ∈ Reals", "Element[x, Reals]"),
        ("a + b == c && d", "And[Equal[Plus[a, b], c], d]"),
        ("a → b", "RightArrow[a, b]"),
    ]);
}

#[test]
fn patterns_and_rules() {
    check(&[
        ("_", "Blank[]"),
        ("__", "BlankSequence[]"),
        ("___h", "BlankNullSequence[h]"),
        ("x_", "Pattern[x, Blank[]]"),
        ("x_h", "Pattern[x, Blank[h]]"),
        ("x_ h", "Times[Pattern[x, Blank[]], h]"),
        ("x _", "Times[x, Blank[]]"),
        ("x_.", "Optional[Pattern[x, Blank[]]]"),
        ("_.", "Optional[Blank[]]"),
        ("x_:3", "Optional[Pattern[x, Blank[]], 3]"),
        ("x:_h:3", "Optional[Pattern[x, Blank[h]], 3]"),
        ("x:y:z", "Optional[Pattern[x, y], z]"),
        ("a:b|_c:d", "Optional[Pattern[a, Alternatives[b, Blank[c]]], d]"),
        ("x_..", "Repeated[Pattern[x, Blank[]]]"),
        ("x_...", "RepeatedNull[Pattern[x, Blank[]]]"),
        ("1..", "Repeated[1]"),
        ("a_?b[c]", "PatternTest[Pattern[a, Blank[]], b][c]"),
        ("x_ /; x > 0", "Condition[Pattern[x, Blank[]], Greater[x, 0]]"),
        ("a ~~ b ~~ c", "StringExpression[a, b, c]"),
        ("a -> b -> c", "Rule[a, Rule[b, c]]"),
        ("a :> b", "RuleDelayed[a, b]"),
        ("a <-> b", "TwoWayRule[a, b]"),
        ("x /. a -> b", "ReplaceAll[x, Rule[a, b]]"),
        ("x /. a /. b", "ReplaceAll[ReplaceAll[x, a], b]"),
        ("x //. a", "ReplaceRepeated[x, a]"),
        ("a | b | c", "Alternatives[a, b, c]"),
    ]);
}

#[test]
fn functions_and_slots() {
    check(&[
        ("#", "Slot[1]"),
        ("#3 ##2", "Times[Slot[3], SlotSequence[2]]"),
        ("#name + #1a", "Plus[Slot[\"name\"], Times[Slot[1], a]]"),
        ("#+3&", "Function[Plus[Slot[1], 3]]"),
        ("#&[x]", "Function[Slot[1]][x]"),
        ("a = #& /@ b", "Set[a, Map[Function[Slot[1]], b]]"),
        ("x |-> x^2", "Function[x, Power[x, 2]]"),
        ("{x, y} |-> z |-> x", "Function[List[x, y], Function[z, x]]"),
        ("f = x |-> x // g", "Set[f, g[Function[x, x]]]"),
        ("%", "Out[]"),
        ("%% + %5", "Plus[Out[-2], Out[5]]"),
    ]);
}

#[test]
fn spans() {
    check(&[
        (";;", "Span[1, All]"),
        ("a;;", "Span[a, All]"),
        (";;b", "Span[1, b]"),
        ("a;;b", "Span[a, b]"),
        ("a;;b;;c", "Span[a, b, c]"),
        ("a;;;;c", "Span[a, All, c]"),
        (";;;;c", "Span[1, All, c]"),
        ("a;;b;;c;;d", "Times[Span[a, b, c], Span[1, d]]"),
        ("a;;b;;", "Times[Span[a, b], Span[1, All]]"),
        ("x[[;;, 2;;-1]]", "Part[x, Span[1, All], Span[2, -1]]"),
        ("a+1;;b", "Span[Plus[a, 1], b]"),
        ("a;;&", "Function[Span[a, All]]"),
    ]);
}

#[test]
fn assignments_and_sequences() {
    check(&[
        ("a = b = c", "Set[a, Set[b, c]]"),
        ("f[x_] := x", "SetDelayed[f[Pattern[x, Blank[]]], x]"),
        ("a ^= b", "UpSet[a, b]"),
        ("a ^:= b", "UpSetDelayed[a, b]"),
        ("a =.", "Unset[a]"),
        ("a = .", "Unset[a]"),
        ("a = (* nothing *) .; b", "CompoundExpression[Unset[a], b]"),
        ("a /: b = .", "TagUnset[a, b]"),
        ("a=.5", "Set[a, 0.5`]"),
        ("a /: f[a] = b", "TagSet[a, f[a], b]"),
        ("a /: f[a] := b = c", "TagSetDelayed[a, f[a], Set[b, c]]"),
        ("a /: b =.", "TagUnset[a, b]"),
        ("a += b -= c", "AddTo[a, SubtractFrom[b, c]]"),
        ("a //= f", "ApplyTo[a, f]"),
        ("a; b", "CompoundExpression[a, b]"),
        ("a; b;", "CompoundExpression[a, b, Null]"),
        ("a; ; b", "CompoundExpression[a, Null, b]"),
        ("f[a; b, c;]", "f[CompoundExpression[a, b], CompoundExpression[c, Null]]"),
        ("(a; b)", "CompoundExpression[a, b]"),
        ("<<Foo`", "Get[\"Foo`\"]"),
        ("<<\"a b\"; c", "CompoundExpression[Get[\"a b\"], c]"),
        ("a + b >> out.txt", "Put[Plus[a, b], \"out.txt\"]"),
        ("a >>> b", "PutAppend[a, \"b\"]"),
    ]);
}

#[test]
fn lines() {
    check(&[
        ("", ""),
        ("a\nb", "a // b"),
        ("a +\nb", "Plus[a, b]"),
        ("a\n+b", "a // Plus[b]"),
        ("f[a\n+b]", "f[Plus[a, b]]"),
        ("a;\nb", "CompoundExpression[a, Null] // b"),
        ("a;;\nb", "Span[a, All] // b"),
        ("a\n;;b", "a // Span[1, b]"),
        ("f :=\n\n  x\ny", "SetDelayed[f, x] // y"),
        ("a\\\n+b", "Plus[a, b]"),
        ("(* one *) a (* two *)\n(* three *)", "a"),
        ("a\r\nb", "a // b"),
    ]);
}

#[test]
fn errors() {
    check(&[
        ("\"abc", "!unterminated-string"),
        ("(* abc", "!unterminated-comment"),
        ("(,", "!unexpected-comma"),
        ("()", "!empty-parentheses"),
        ("(a, b)", "!unexpected-comma"),
        ("f[a)", "!mismatched-bracket"),
        ("f[[a]", "!unclosed-bracket"),
        ("f[[a]}", "!mismatched-bracket"),
        ("f[a", "!unclosed-bracket"),
        ("{a, (b", "!unclosed-bracket"),
        ("a)", "!mismatched-bracket"),
        (")", "!mismatched-bracket"),
        ("a, b", "!unexpected-comma"),
        ("a +", "!incomplete-input"),
        ("a + * b", "!missing-operand"),
        ("* a", "!missing-operand"),
        ("; a", "!missing-operand"),
        ("a ~ f", "!incomplete-input"),
        ("a ~ f\nb", "!missing-operand"),
        ("a /: b", "!incomplete-input"),
        ("a::", "!incomplete-input"),
        ("<<", "!incomplete-input"),
        ("a`", "!invalid-name"),
        ("a`1", "!invalid-name"),
        ("a`\u{b9}", "!invalid-name"),
        ("\\[Nonsense]", "!invalid-escape"),
        ("a \\b", "!invalid-escape"),
        ("a\u{0}", "!unexpected-character"),
    ]);
}

#[test]
fn warnings_do_not_change_the_meaning() {
    for (source, code) in [
        ("Sin(x)", Some(Code::UNINTENDED_PRODUCT)),
        ("1.5e10", Some(Code::UNINTENDED_PRODUCT)),
        ("f[a,]", Some(Code::EMPTY_ELEMENT)),
        ("\"\\d\"", Some(Code::INVALID_ESCAPE)),
        ("x(y)", None),
        ("Sin (x)", None),
        ("2 e10", None),
    ] {
        let parsed = parse_program(source, &mut DefaultNames::default());
        assert_eq!(parsed.diagnostics.first().map(|d| d.code), code, "{source}");
        assert!(!parsed.has_errors() && parsed.expressions.len() == 1, "{source}");
    }
}

#[test]
fn an_error_costs_one_expression_only() {
    let source = "a = 1\nf[b, (c]\n + d]\ne = 2\n)\ng";
    let parsed = parse_program(source, &mut DefaultNames::default());
    let read: Vec<&str> = parsed.expressions.iter().map(|(_, span)| &source[span.range()]).collect();
    assert_eq!(read, ["a = 1", "e = 2", "g"]);
    assert_eq!(parsed.diagnostics.len(), 2);
    assert_eq!(parsed.diagnostics[0].span, Span::new(13, 14));
    assert_eq!(parsed.diagnostics[0].notes[0].span, Span::new(11, 12));
}

#[test]
fn what_is_incomplete_is_told_from_what_is_wrong() {
    for source in ["f[", "{1, 2", "a +", "\"abc", "(* x", "f[a, {b, c}", "a :=", "x /.", "a ~f~", "a[[1]", "if["] {
        assert!(parse_program(source, &mut DefaultNames::default()).is_incomplete(), "{source:?}");
    }
    for source in ["f[)", "a + ]", "a", "()", "f[a}}", "16^^xyz["] {
        assert!(!parse_program(source, &mut DefaultNames::default()).is_incomplete(), "{source:?}");
    }
}

#[test]
fn an_expression_is_the_whole_source() {
    let mut names = DefaultNames::default();
    assert!(parse_expression("a\n+ b", &mut names).is_ok());
    assert_eq!(parse_expression("", &mut names).map_err(|e| e[0].code), Err(Code::INCOMPLETE));
    assert_eq!(parse_expression("a ]", &mut names).map_err(|e| e[0].code), Err(Code::MISMATCHED_BRACKET));
}

#[test]
fn nesting_is_limited_by_memory_only() {
    let depth = 300_000;
    for (open, close) in
        [("f[", "]"), ("{", "}"), ("(", ")"), ("- ", ""), ("a^", ""), ("!", ""), ("a[[", "]]"), ("", "[x]")]
    {
        let source = format!("{}x{}", open.repeat(depth), close.repeat(depth));
        assert!(parse_expression(&source, &mut DefaultNames::default()).is_ok(), "{open}{close}");
    }
    let unclosed = "f[".repeat(depth);
    assert!(parse_program(&unclosed, &mut DefaultNames::default()).is_incomplete());
}
