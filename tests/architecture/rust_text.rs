//! Rust source text without its comments and literals, for rules that look at code only.

use std::iter::Peekable;
use std::str::CharIndices;

/// The text with comments removed and the contents of string and character literals emptied; lines stay where they are.
///
/// `.name() == "Plus" // why` becomes `.name() == "" `.
pub(super) fn code_only(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut chars = text.char_indices().peekable();
    let mut previous = ' ';
    while let Some((at, c)) = chars.next() {
        let rest = &text[at..];
        if rest.starts_with("//") {
            while chars.next_if(|&(_, c)| c != '\n').is_some() {}
        } else if rest.starts_with("/*") {
            skip_block_comment(&mut chars, &mut code);
        } else if c == '"' {
            code.push('"');
            skip_string(&mut chars, &mut code);
        } else if c == 'r' && !is_name(previous) && raw_hashes(rest).is_some() {
            skip_raw_string(&mut chars, raw_hashes(rest).unwrap_or(0), &mut code);
        } else if c == '\'' && is_character_literal(rest) {
            code.push_str("''");
            skip_character(&mut chars);
        } else {
            code.push(c);
        }
        previous = c;
    }
    code
}

type Chars<'a> = Peekable<CharIndices<'a>>;

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// How many `#` open a raw string, when `rest` begins with one.
fn raw_hashes(rest: &str) -> Option<usize> {
    let after = &rest[1..];
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some(hashes)
}

fn is_character_literal(rest: &str) -> bool {
    let mut chars = rest.chars().skip(1);
    match chars.next() {
        Some('\\') => true,
        Some(_) => chars.next() == Some('\''),
        None => false,
    }
}

fn keep_line_end(c: char, code: &mut String) {
    if c == '\n' {
        code.push('\n');
    }
}

fn skip_block_comment(chars: &mut Chars<'_>, code: &mut String) {
    let mut depth = 1;
    let mut previous = ' ';
    chars.next();
    for (_, c) in chars.by_ref() {
        keep_line_end(c, code);
        match (previous, c) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                previous = c;
                continue;
            }
        }
        previous = ' ';
        if depth == 0 {
            return;
        }
    }
}

fn skip_string(chars: &mut Chars<'_>, code: &mut String) {
    while let Some((_, c)) = chars.next() {
        keep_line_end(c, code);
        match c {
            '\\' => {
                if let Some((_, escaped)) = chars.next() {
                    keep_line_end(escaped, code);
                }
            }
            '"' => break,
            _ => {}
        }
    }
    code.push('"');
}

fn skip_raw_string(chars: &mut Chars<'_>, hashes: usize, code: &mut String) {
    for _ in 0..=hashes {
        chars.next();
    }
    code.push('"');
    while let Some((_, c)) = chars.next() {
        keep_line_end(c, code);
        if c == '"' {
            let closing = chars.clone().take(hashes).filter(|&(_, c)| c == '#').count();
            if closing == hashes {
                for _ in 0..hashes {
                    chars.next();
                }
                break;
            }
        }
    }
    code.push('"');
}

fn skip_character(chars: &mut Chars<'_>) {
    while let Some((_, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '\'' => return,
            _ => {}
        }
    }
}
