//! Text that printers write reads back as the expression it was written from.

use netform_expr::{Expr, Kind, Number, Sym, map_bottom_up};

use super::random::Random;
use crate::{DefaultForms, DefaultNames, full_form, input_form, output_form, parse_expression, tex_form};

fn read(text: &str) -> Expr {
    match parse_expression(text, &mut DefaultNames::default()) {
        Ok(e) => restore_symbols(&e),
        Err(errors) => panic!("{text}\n{errors:?}"),
    }
}

/// Does what evaluation does with `Symbol["..."]`, which names that cannot be written are.
fn restore_symbols(e: &Expr) -> Expr {
    map_bottom_up(e, |e| match (e.has_head(Sym::Symbol), e.args().as_ref()) {
        (true, [name]) => name.as_str().map_or(e.clone(), Expr::symbol),
        _ => e,
    })
}

#[test]
fn what_is_held_reads_back_as_the_same_node() {
    let mut random = Random::new(1);
    let forms = DefaultForms::default();
    for _ in 0..8_000 {
        let e = Expr::call(Sym::Hold, [random.expression(4)]);
        let text = input_form(&e, &DefaultForms::new(DefaultNames::new(&["Hold", "Symbol"])));
        let back = parse_expression(&text, &mut DefaultNames::new(&["Hold", "Symbol"]));
        let back = back.map(|back| restore_symbols(&back));
        assert_eq!(back.as_ref(), Ok(&e), "{text}\n{}", full_form(&e, &forms));
    }
}

/// Behind a context a constant is a name like others, which is not evaluated.
#[test]
fn names_of_constants_keep_their_contexts() {
    let names = || DefaultNames::new(&["Hold", "Symbol"]);
    for text in ["Hold[_.`πQ.`π&]", "Hold[Global`π, π, System`π, Global`π`x]"] {
        let e = parse_expression(text, &mut names()).expect(text);
        for written in [input_form(&e, &DefaultForms::new(names())), full_form(&e, &DefaultForms::new(names()))] {
            assert_eq!(parse_expression(&written, &mut names()), Ok(e.clone()), "{written}");
        }
    }
}

#[test]
fn full_form_reads_back_as_the_same_node() {
    let mut random = Random::new(2);
    let forms = DefaultForms::default();
    for _ in 0..5_000 {
        let e = random.expression(4);
        let text = full_form(&e, &forms);
        assert_eq!(read(&text), e, "{text}");
    }
}

#[test]
fn what_is_not_held_reads_back_as_the_same_value() {
    let mut random = Random::new(3);
    let forms = DefaultForms::default();
    for _ in 0..8_000 {
        let e = settle(&random.arithmetic(4));
        let text = input_form(&e, &forms);
        assert_eq!(settle(&read(&text)), e, "{text}\n{}", full_form(&e, &forms));
    }
}

#[test]
fn every_form_can_be_printed() {
    let mut random = Random::new(4);
    let forms = DefaultForms::default();
    for _ in 0..2_000 {
        let e = random.expression(4);
        assert!(!tex_form(&e, &forms).is_empty() || e.as_str() == Some(""));
        output_form(&e, &forms);
    }
}

#[test]
fn the_text_of_shared_parts_reads_back_as_the_same_node() {
    let names = &["With", "Hold"];
    let forms = DefaultForms::new(DefaultNames::new(names));
    for held in [false, true] {
        let x = read("f[x, y, z, g[a, b], 1.5, \"s\"]");
        let mut e =
            (0..40).fold(x, |e, i| Expr::call(Sym::Plus, [e.clone(), Expr::normal(read("h"), [e, Expr::integer(i)])]));
        if held {
            e = Expr::call(Sym::Hold, [e]);
        }
        let text = input_form(&e, &forms);
        assert_eq!(text.contains(":="), held);
        let with = parse_expression(&text, &mut DefaultNames::new(names)).expect("the text is right");
        assert_eq!(expand_with(&with), e);
    }
}

/// Puts the values of nested `With` in place of their names.
fn expand_with(e: &Expr) -> Expr {
    let mut values: Vec<(Expr, Expr)> = Vec::new();
    let mut rest = e.clone();
    while rest.has_head(Sym::With) {
        for definition in rest.arg(0).args().iter() {
            let value = substitute(&definition.arg(1), &values);
            values.push((definition.arg(0), value));
        }
        rest = rest.arg(1);
    }
    substitute(&rest, &values)
}

fn substitute(e: &Expr, values: &[(Expr, Expr)]) -> Expr {
    map_bottom_up(e, |e| values.iter().find(|(name, _)| *name == e).map_or(e.clone(), |(_, value)| value.clone()))
}

impl Random {
    /// Sums, products, powers and calls of numbers and symbols.
    fn arithmetic(&mut self, depth: usize) -> Expr {
        if depth == 0 || self.pick(5) == 0 {
            return match self.pick(3) {
                0 => Expr::symbol(["Global`x", "Global`y", "Global`z"][self.pick(3)]),
                _ => Some(self.atom()).filter(is_exact_or_real).unwrap_or_else(|| Expr::symbol("Global`w")),
            };
        }
        let mut part = || self.arithmetic(depth - 1);
        let parts = [part(), part(), part()];
        match self.pick(5) {
            0 => Expr::call(Sym::Plus, parts),
            1 | 2 => Expr::call(Sym::Times, parts),
            3 => {
                let [base, exponent, _] = parts;
                Expr::call(Sym::Power, [base, exponent])
            }
            _ => Expr::normal(Expr::symbol("Global`f"), parts),
        }
    }
}

/// Whether the expression is a number that this test's small evaluator computes with, or leaves.
fn is_exact_or_real(e: &Expr) -> bool {
    e.as_number().is_some_and(|number| number.is_exact() || number.is_real())
}

/// As much of evaluation as InputForm relies on: numbers are computed, sums and products flattened
/// and their numbers collected in front, integer powers distributed, roots and `I` resolved.
fn settle(e: &Expr) -> Expr {
    map_bottom_up(e, settle_one)
}

fn settle_one(e: Expr) -> Expr {
    if e.is(Sym::I) {
        return Expr::number(Number::complex(&Number::ZERO, &Number::ONE));
    }
    let Kind::Normal(head, args) = e.kind() else { return e };
    match (head.sym(), args) {
        (Some(Sym::Plus), _) => collect(Sym::Plus, args, Number::ZERO, |a, b| Some(a.add(b))),
        (Some(Sym::Times), _) => collect(Sym::Times, args, Number::ONE, |a, b| a.mul(b).ok()),
        (Some(Sym::Power), [base, exponent]) => power(base, exponent),
        (Some(Sym::Sqrt), [base]) => power(base, &Expr::number(Number::from(1).div(&Number::from(2)).expect("1/2"))),
        _ => e,
    }
}

fn collect(head: Sym, args: &[Expr], unit: Number, combine: impl Fn(&Number, &Number) -> Option<Number>) -> Expr {
    let flat: Vec<Expr> =
        args.iter().flat_map(|arg| if arg.has_head(head) { arg.args().to_vec() } else { vec![arg.clone()] }).collect();
    let mut number = unit.clone();
    let mut rest = Vec::new();
    for arg in flat {
        match arg.as_number().and_then(|n| combine(&number, &n)) {
            Some(combined) => number = combined,
            None => rest.push(arg),
        }
    }
    rest.sort_by(netform_expr::compare);
    if number != unit || rest.is_empty() {
        rest.insert(0, Expr::number(number));
    }
    match rest.len() {
        1 => rest.remove(0),
        _ => Expr::call(head, rest),
    }
}

fn power(base: &Expr, exponent: &Expr) -> Expr {
    if exponent.is_integer(1) {
        return base.clone();
    }
    if exponent.is_integer(-1) {
        if let Some(number) = base.as_number().filter(Number::is_exact).and_then(|n| n.recip().ok()) {
            return Expr::number(number);
        }
        if base.has_head(Sym::Times) {
            let factors: Vec<Expr> = base.args().iter().map(|factor| power(factor, exponent)).collect();
            return settle_one(Expr::call(Sym::Times, factors));
        }
        if base.has_head(Sym::Power) {
            let inner = match base.arg(1).as_number() {
                Some(number) => Expr::number(number.neg()),
                None => settle_one(Expr::call(Sym::Times, [exponent.clone(), base.arg(1)])),
            };
            return power(&base.arg(0), &inner);
        }
    }
    Expr::call(Sym::Power, [base.clone(), exponent.clone()])
}
