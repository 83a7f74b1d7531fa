//! Properties of source text: what is printed reads back, and no text is too strange to be read.
//!
//! `NETFORM_FUZZ_SECONDS=600 cargo test -p netform-tests -- properties::text` searches for as long as is wanted; without the
//! variable each property tries a fixed number of cases.

use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};
use netform::eval::Session;
use netform::expr::{Expr, Sym};
use netform::syntax::{DefaultForms, DefaultNames, Lexer, full_form, parse_program};

use super::random::Random;

/// Cases that a property tries where no time is set.
const CASES: u64 = 3000;
/// Deepest nesting of a random expression.
const DEPTH: usize = 4;

/// The tests of all properties of text.
pub(super) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("properties::text::the-lexer-is-lossless", || for_all_seeds(check_lexer)),
        Trial::test("properties::text::the-parser-reads-anything", || for_all_seeds(check_parser)),
        Trial::test("properties::text::input-form-reads-back", || for_all_seeds(check_input_form)),
        Trial::test("properties::text::full-form-reads-back", || for_all_seeds(check_full_form)),
    ]
}

/// Tries a property with one seed after the other; the failure names the seed.
fn for_all_seeds(property: fn(&mut Random) -> Result<(), String>) -> Result<(), Failed> {
    let seconds = std::env::var("NETFORM_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let end = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut seed = 0;
    while end.map_or(seed < CASES, |end| Instant::now() < end) {
        property(&mut Random::new(seed)).map_err(|what| format!("seed {seed}: {what}"))?;
        seed += 1;
    }
    Ok(())
}

fn check_lexer(random: &mut Random) -> Result<(), String> {
    let source = random_text(random);
    let pieces: String = Lexer::new(&source).map(|token| &source[token.span.range()]).collect();
    if pieces == source { Ok(()) } else { Err(format!("{source:?} became {pieces:?}")) }
}

fn check_parser(random: &mut Random) -> Result<(), String> {
    let source = random_text(random);
    let parsed = parse_program(&source, &mut DefaultNames::new(&[]));
    for diagnostic in &parsed.diagnostics {
        if source.get(diagnostic.span.range()).is_none() {
            return Err(format!("{source:?}: {diagnostic} lies outside of the text"));
        }
    }
    Ok(())
}

fn check_input_form(random: &mut Random) -> Result<(), String> {
    let expression = random_expression(random, DEPTH);
    reads_back(expression, |session, e| session.input_form(e))
}

fn check_full_form(random: &mut Random) -> Result<(), String> {
    let expression = random_expression(random, DEPTH);
    reads_back(expression, |session, e| session.full_form(e))
}

/// A held expression, printed, read and evaluated, is the same node.
fn reads_back(expression: Expr, print: fn(&Session, &Expr) -> String) -> Result<(), String> {
    let mut session = Session::new(netform::registry());
    let held = Expr::call(Sym::HoldComplete, [expression]);
    let printed = print(&session, &held);
    let parsed = session.parse_one(&printed).map_err(|diagnostics| format!("{printed}: {diagnostics:?}"))?;
    let read = session.submit(&parsed).value;
    if read == held {
        return Ok(());
    }
    let structure = |e: &Expr| full_form(e, &DefaultForms::default());
    Err(format!("{printed}\n  - {}\n  + {}", structure(&held), structure(&read)))
}

/// A text of pieces of the language and of what is none.
fn random_text(random: &mut Random) -> String {
    const PIECES: &[&str] = &[
        "x",
        "f",
        "a`b",
        "`c",
        "1",
        "2.5",
        "16^^ff",
        "1.5`20",
        "1``3",
        "1*^-5",
        "\"text\"",
        "\"",
        "\\[Alpha]",
        "\\[Nothing",
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        "(",
        ")",
        "<|",
        "|>",
        "(*",
        "*)",
        "+",
        "-",
        "*",
        "/",
        "^",
        ".",
        "..",
        "...",
        "=",
        ":=",
        "^:=",
        "==",
        "===",
        "=!=",
        "!=",
        "<",
        ">",
        "<=",
        ">=",
        "->",
        ":>",
        "/.",
        "//.",
        "//",
        "/@",
        "//@",
        "@",
        "@@",
        "@@@",
        "@*",
        "/*",
        "/;",
        "/:",
        "?",
        "??",
        "_",
        "__",
        "___",
        "_.",
        "_h",
        ":",
        "|",
        "||",
        "&&",
        "!",
        "!!",
        "&",
        "#",
        "##",
        "#2",
        "#name",
        "%",
        "%%",
        "%3",
        "~",
        "'",
        "''",
        ";",
        ";;",
        ",",
        "<<",
        ">>",
        ">>>",
        "<>",
        "**",
        "++",
        "--",
        "+=",
        "=.",
        "\\",
        "\n",
        " ",
        "\t",
        "é",
        "α",
        "→",
        "∞",
        "\u{0}",
        "\u{7f}",
        "\u{f522}",
        "\u{1f600}",
        "\r\n",
        "|->",
    ];
    let count = random.below(30);
    (0..count).map(|_| *random.choose(PIECES)).collect()
}

/// A random expression; heads of operators have numbers of arguments that they never have in source text, too.
fn random_expression(random: &mut Random, depth: usize) -> Expr {
    if depth == 0 || random.below(4) == 0 {
        return random_atom(random);
    }
    let head = match random.below(8) {
        0 => random_expression(random, depth - 1),
        1 => Expr::symbol(random.choose::<&str>(&["Global`f", "System`CirclePlus", "System`unheard", "Global`Plus"])),
        _ => Expr::from(*random.choose(HEADS)),
    };
    let count = *random.choose(&[0, 1, 1, 2, 2, 2, 3, 4]);
    let arguments: Vec<Expr> = (0..count).map(|_| random_expression(random, depth - 1)).collect();
    Expr::normal(head, arguments)
}

fn random_atom(random: &mut Random) -> Expr {
    const SYMBOLS: &[&str] = &[
        "Global`x",
        "Global`y",
        "Global`x$1",
        "other`z",
        "System`Pi",
        "System`z",
        "Global`CirclePlus",
        "Global`Pi",
        "System`I",
        "Global`\u{3b1}",
    ];
    const STRINGS: &[&str] =
        &["", "text", "a \"quoted\" word", "back\\slash", "line\nline", "tab\t", "é \u{3b1}", "\\[Alpha]", "(* *)"];
    match random.below(8) {
        0 => Expr::integer(*random.choose(&[0, 1, -1, 2, -3, i64::MIN, i64::MAX])),
        1 => Expr::real(*random.choose(&[0.5, -1.25, 1e-300, 6.02e23, 0.1, 1.0 / 3.0, 1e16, -0.0])),
        2 => Expr::string(random.choose::<&str>(STRINGS)),
        _ => Expr::symbol(random.choose::<&str>(SYMBOLS)),
    }
}

const HEADS: &[Sym] = &[
    Sym::Plus,
    Sym::Times,
    Sym::Power,
    Sym::List,
    Sym::Rule,
    Sym::RuleDelayed,
    Sym::Equal,
    Sym::SameQ,
    Sym::Less,
    Sym::And,
    Sym::Or,
    Sym::Not,
    Sym::Dot,
    Sym::Map,
    Sym::Apply,
    Sym::Function,
    Sym::Slot,
    Sym::SlotSequence,
    Sym::Part,
    Sym::Pattern,
    Sym::Blank,
    Sym::BlankSequence,
    Sym::BlankNullSequence,
    Sym::Optional,
    Sym::Alternatives,
    Sym::Repeated,
    Sym::Condition,
    Sym::PatternTest,
    Sym::ReplaceAll,
    Sym::ReplaceRepeated,
    Sym::Set,
    Sym::SetDelayed,
    Sym::CompoundExpression,
    Sym::Span,
    Sym::Derivative,
    Sym::Factorial,
    Sym::StringJoin,
    Sym::MessageName,
    Sym::Association,
    Sym::Complex,
    Sym::Rational,
    Sym::Subtract,
    Sym::Divide,
    Sym::Minus,
    Sym::Sqrt,
    Sym::Increment,
    Sym::AddTo,
    Sym::DirectedInfinity,
];
