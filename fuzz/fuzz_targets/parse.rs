//! Any text is read without a panic, its tokens cover it, and all spans lie within it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use netform_syntax::{DefaultNames, Lexer, Span, parse_program};

fuzz_target!(|data: &[u8]| {
    let source = String::from_utf8_lossy(data);
    let mut end = 0;
    for token in Lexer::new(&source) {
        assert_eq!(token.span.start, end, "tokens follow each other");
        assert!(!token.span.is_empty(), "every token has a text");
        end = token.span.end;
    }
    assert_eq!(end as usize, source.len(), "tokens cover the source");

    let within = |span: Span| source.get(span.range()).is_some();
    let parsed = parse_program(&source, &mut DefaultNames::default());
    assert!(parsed.expressions.iter().all(|(_, span)| within(*span)));
    for diagnostic in &parsed.diagnostics {
        assert!(within(diagnostic.span), "{diagnostic:?}");
        assert!(diagnostic.notes.iter().all(|note| within(note.span)));
    }
});
