//! What sources are cut into.

use super::{Lexer, TokenKind};

/// The significant tokens of a source, each as a letter for its kind and its text.
fn cut(source: &str) -> String {
    let mut shown = Vec::new();
    let mut end = 0;
    for token in Lexer::new(source) {
        assert_eq!(token.span.start, end, "tokens follow each other in {source:?}");
        assert!(!token.span.is_empty());
        end = token.span.end;
        let text = &source[token.span.range()];
        let kind = match token.kind {
            TokenKind::Space | TokenKind::Newline | TokenKind::Comment => continue,
            TokenKind::Number => 'n',
            TokenKind::String => 't',
            TokenKind::Symbol => 's',
            TokenKind::Slot | TokenKind::SlotSequence => '#',
            TokenKind::History => '%',
            TokenKind::Blank(_) | TokenKind::DefaultBlank => '_',
            TokenKind::File => 'f',
            TokenKind::Operator(_) => 'o',
            TokenKind::Open(_) | TokenKind::Close(_) => 'b',
            TokenKind::Comma => ',',
            TokenKind::Error(_) => '!',
        };
        shown.push(format!("{kind}{text}"));
    }
    assert_eq!(end as usize, source.len(), "{source:?} is covered");
    shown.join(" ")
}

#[test]
fn sources_are_cut_as_the_language_says() {
    for (source, tokens) in [
        ("", ""),
        ("a+b", "sa o+ sb"),
        ("x0.3", "sx0 n.3"),
        ("4. 2", "n4. n2"),
        ("4.y", "n4. sy"),
        ("x. 4", "sx o. n4"),
        ("2^^101^3", "n2^^101 o^ n3"),
        ("a`b`c `d", "sa`b`c s`d"),
        ("#&[x]", "## o& b[ sx b]"),
        ("##2 #1a #name #\"a b\"", "###2 ##1 sa ##name ##\"a b\""),
        ("% %% %12", "%% %%% %%12"),
        ("x_h x__ x___ x_. x_..", "sx __ sh sx ___ sx ____ sx __. sx __ o.."),
        ("a=.5", "sa o= n.5"),
        ("a=.", "sa o=."),
        ("a/.5", "sa o/ n.5"),
        ("a/.b", "sa o/. sb"),
        ("<<Foo`Bar` ;b", "o<< fFoo`Bar` o; sb"),
        ("<< \"a b\"", "o<< t\"a b\""),
        ("x >> /a/out.txt", "sx o>> f/a/out.txt"),
        ("x>>>a.m", "sx o>>> fa.m"),
        ("a (* b (* c *) d *) e", "sa se"),
        ("a (* b", "sa !(* b"),
        ("\"a\\\"b\" c", "t\"a\\\"b\" sc"),
        ("\"abc", "!\"abc"),
        ("\"abc\\", "!\"abc\\"),
        ("\\[Alpha]x + \\:03b2", "s\\[Alpha]x o+ s\\:03b2"),
        ("a \\[Rule] b → c", "sa o\\[Rule] sb o→ sc"),
        ("αβγ1", "sαβγ1"),
        ("2∞ 30°", "n2 s∞ n30 s°"),
        // Constants are letters within longer names, however they are written.
        ("T∞ xπ aⅈ", "sT∞ sxπ saⅈ"),
        ("a\\[ImaginaryI]+\\[ImaginaryI]", "sa\\[ImaginaryI] o+ s\\[ImaginaryI]"),
        ("2ⅈ π ∞", "n2 sⅈ sπ s∞"),
        ("<|a->1|>", "b<| sa o-> n1 b|>"),
        ("a|b||c", "sa o| sb o|| sc"),
        ("x|->y", "sx o|-> sy"),
        ("f@@@x//.y", "sf o@@@ sx o//. sy"),
        ("a\\\n  b", "sa sb"),
        ("a\\b", "sa !\\ sb"),
        ("\\[Nonsense]", "!\\[Nonsense]"),
        ("a\u{7}b", "sa !\u{7} sb"),
        ("⌈x⌉〚1〛", "b⌈ sx b⌉ b〚 n1 b〛"),
        ("a;;b;c", "sa o;; sb o; sc"),
        ("i++ + ++j", "si o++ o+ o++ sj"),
        ("a===b=!=c", "sa o=== sb o=!= sc"),
    ] {
        assert_eq!(cut(source), tokens, "{source:?}");
    }
}

#[test]
fn any_bytes_are_covered() {
    let mut seed = 12345_u64;
    let alphabet: Vec<char> = "ab1.`^*#%_\"\\[](){}<|>,;:=-+!~@/&?'\n\t α∞→\u{F522}\u{0}é😀".chars().collect();
    for _ in 0..2000 {
        let source: String = (0..20)
            .map(|_| {
                seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                alphabet[(seed >> 33) as usize % alphabet.len()]
            })
            .collect();
        cut(&source);
    }
}
