//! What the parser reads, InputForm and FullForm write so that it is read again, and all other
//! forms write it without a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use netform_expr::{Expr, Sym};
use netform_syntax::{
    DefaultForms, DefaultNames, full_form, input_form, output_form, parse_expression, parse_program, tex_form,
};

const NAMES: &[&str] = &["Hold", "Symbol"];

fuzz_target!(|source: &str| {
    if asks_for_many_digits(source) {
        return;
    }
    let names = DefaultNames::new(NAMES);
    let forms = DefaultForms::new(names.clone());
    let parsed = parse_program(source, &mut names.clone());
    for (e, _) in parsed.expressions {
        let held = Expr::call(Sym::Hold, [e.clone()]);
        for text in [input_form(&held, &forms), full_form(&held, &forms)] {
            let back = parse_expression(&text, &mut names.clone());
            // Beyond this size shared parts get names, which evaluation resolves.
            if !text.contains("With[") {
                assert_eq!(back, Ok(held.clone()), "{text}");
            } else {
                assert!(back.is_ok(), "{text}");
            }
        }
        output_form(&e, &forms);
        tex_form(&e, &forms);
    }
});

/// Whether a number may have a precision or exponent that makes its text long: such numbers are
/// read and written correctly, but not fast enough for a fuzzer.
fn asks_for_many_digits(source: &str) -> bool {
    source.split(['`', '^']).skip(1).any(|rest| {
        let digits = rest.trim_start_matches(['+', '-', '0']);
        digits.bytes().take_while(u8::is_ascii_digit).count() > 3
    })
}
