//! A reader of a small part of the language, for the tables of tests in this crate.
//!
//! Infix by rising strength: `:=` `=`, `&`, `:>` `->`, `/;`, `&&` `||`, `===` `>` `<`, `:` (pattern,
//! then default), `|`, `..` `...`, `+`, `*`, `^`, `?`, application. Numbers, strings, `{}`, `<||>`, blanks, slots, `&`.

use crate::{Expr, Sym};

/// The expression that a text stands for. Names of the table of symbols are of the system, others
/// global. Panics on anything else: the texts are those of the tests.
pub(crate) fn read(text: &str) -> Expr {
    let mut reader = Reader { rest: text };
    let e = reader.infix(0);
    assert!(reader.skip().is_empty(), "{text:?} has a rest: {:?}", reader.rest);
    e
}

struct Reader<'a> {
    rest: &'a str,
}

/// Infix and postfix operators: text, strength, strength to the right (0 for postfix), head.
const OPERATORS: &[(&str, u8, u8, Sym)] = &[
    (":=", 1, 1, Sym::SetDelayed),
    ("&&", 8, 9, Sym::And),
    ("&", 3, 0, Sym::Function),
    (":>", 5, 5, Sym::RuleDelayed),
    ("->", 5, 5, Sym::Rule),
    ("/;", 6, 7, Sym::Condition),
    ("===", 10, 11, Sym::SameQ),
    ("=", 1, 1, Sym::Set),
    (">", 10, 11, Sym::Greater),
    ("<", 10, 11, Sym::Less),
    (":", 12, 13, Sym::Optional),
    ("||", 8, 9, Sym::Or),
    ("|", 14, 15, Sym::Alternatives),
    ("...", 16, 0, Sym::RepeatedNull),
    ("..", 16, 0, Sym::Repeated),
    ("+", 18, 19, Sym::Plus),
    ("*", 20, 21, Sym::Times),
    ("^", 23, 22, Sym::Power),
    ("?", 24, 25, Sym::PatternTest),
    ("[", 26, 0, Sym::List),
];

impl Reader<'_> {
    fn skip(&mut self) -> &str {
        self.rest = self.rest.trim_start();
        self.rest
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.skip().starts_with(token);
        if found {
            self.rest = &self.rest[token.len()..];
        }
        found
    }

    fn infix(&mut self, strength: u8) -> Expr {
        let mut left = self.primary();
        loop {
            let rest = self.skip();
            let Some((text, _, right, head)) =
                OPERATORS.iter().find(|(text, ..)| rest.starts_with(text)).filter(|(_, s, ..)| *s >= strength)
            else {
                return left;
            };
            if rest.starts_with("|>") {
                return left;
            }
            self.rest = &self.rest[text.len()..];
            left = match (*text, *right) {
                ("[", _) => {
                    let args = self.until("]");
                    Expr::normal(left, args)
                }
                (_, 0) => Expr::call(*head, [left]),
                (":", right) => {
                    let right = self.infix(right);
                    let names = left.is_symbol();
                    Expr::call(if names { Sym::Pattern } else { Sym::Optional }, [left, right])
                }
                (_, right) => {
                    let right = self.infix(right);
                    let flat = matches!(head, Sym::Plus | Sym::Times | Sym::Alternatives | Sym::And | Sym::Or);
                    if flat && left.has_head(*head) {
                        Expr::call(*head, left.args().iter().cloned().chain([right]))
                    } else {
                        Expr::call(*head, [left, right])
                    }
                }
            };
        }
    }

    fn until(&mut self, close: &str) -> Vec<Expr> {
        let mut items = Vec::new();
        while !self.eat(close) {
            items.push(self.infix(0));
            let _separator = self.eat(",");
        }
        items
    }

    fn word(&mut self, accept: impl Fn(char) -> bool) -> String {
        let end = self.rest.find(|c| !accept(c)).unwrap_or(self.rest.len());
        let word = self.rest[..end].to_owned();
        self.rest = &self.rest[end..];
        word
    }

    fn primary(&mut self) -> Expr {
        let Some(first) = self.skip().chars().next() else { panic!("an expression is missing") };
        if self.eat("{") {
            return Expr::list(self.until("}"));
        }
        if self.eat("<|") {
            return Expr::call(Sym::Association, self.until("|>"));
        }
        if self.eat("(") {
            let e = self.infix(0);
            assert!(self.eat(")"), "a parenthesis is missing before {:?}", self.rest);
            return e;
        }
        if self.eat("\"") {
            let text = self.word(|c| c != '"');
            assert!(self.eat("\""));
            return Expr::string(&text);
        }
        if first == '#' {
            let head = if self.eat("##") { Sym::SlotSequence } else { Sym::Slot };
            let _sign = head == Sym::Slot && self.eat("#");
            let which = self.word(|c| c.is_alphanumeric());
            let which = match which.parse() {
                Ok(n) => Expr::integer(n),
                Err(_) if which.is_empty() => Expr::integer(1),
                Err(_) => Expr::string(&which),
            };
            return Expr::call(head, [which]);
        }
        if first.is_ascii_digit() || first == '-' {
            let sign = self.eat("-");
            let digits = self.word(|c| c.is_ascii_digit() || c == '.');
            let text = if sign { format!("-{digits}") } else { digits };
            return match text.parse() {
                Ok(n) => Expr::integer(n),
                Err(_) => Expr::real(text.parse().unwrap()),
            };
        }
        if first == '_' {
            return self.blank();
        }
        let name = self.word(|c| c.is_alphanumeric() || c == '$' || c == '`');
        assert!(!name.is_empty(), "no expression begins {:?}", self.rest);
        let symbol = symbol(&name);
        if !self.rest.starts_with('_') {
            return symbol;
        }
        let blank = self.blank();
        match blank.args().first() {
            Some(inner) if blank.has_head(Sym::Optional) => {
                Expr::call(Sym::Optional, [Expr::call(Sym::Pattern, [symbol, inner.clone()])])
            }
            _ => Expr::call(Sym::Pattern, [symbol, blank]),
        }
    }

    fn blank(&mut self) -> Expr {
        let head = match self.word(|c| c == '_').len() {
            1 => Sym::Blank,
            2 => Sym::BlankSequence,
            _ => Sym::BlankNullSequence,
        };
        if self.rest.starts_with('.') && !self.rest.starts_with("..") {
            self.rest = &self.rest[1..];
            return Expr::call(Sym::Optional, [Expr::call(head, [])]);
        }
        let name = self.word(|c| c.is_alphanumeric() || c == '$');
        Expr::call(head, if name.is_empty() { None } else { Some(symbol(&name)) })
    }
}

fn symbol(name: &str) -> Expr {
    match Sym::all().find(|sym| sym.name() == name && sym.full_name().starts_with("System`")) {
        Some(sym) => sym.into(),
        None if name.contains('`') => Expr::symbol(name),
        None => Expr::symbol(&format!("Global`{name}")),
    }
}

/// The text of an expression in the same notation, for comparison with what a test expects.
pub(crate) fn write(e: &Expr) -> String {
    format!("{e:?}")
}
