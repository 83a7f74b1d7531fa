//! Patterns of strings: compiled to a small program for a machine that tries alternatives in order
//! and goes back where they fail. It keeps its own stack, so that long texts cost memory only.

use std::ops::Range;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Kind, Sym, Template};

use crate::strings::class::{Anchor, Class};

/// A compiled pattern.
#[derive(Debug, Clone)]
pub(super) struct StringPattern {
    program: Vec<Op>,
    /// The names of the parts, one for each pair of marks.
    names: Vec<Option<Expr>>,
    ignore_case: bool,
}

#[derive(Debug, Clone)]
enum Op {
    Char(char),
    One(Class),
    /// Goes on at the first place; at the second one if that fails.
    Either(usize, usize),
    Jump(usize),
    Begin(usize),
    End(usize),
    /// The same text as an earlier part.
    Same(usize),
    At(Anchor),
    /// Fails if nothing was read since the mark: repetitions of nothing end.
    Progress(usize),
    /// A test with the parts put in for their names.
    Check(Expr),
    /// A test applied to the text of a part.
    Test(Expr, usize),
    Done,
}

/// A match: its place, and the texts of named parts.
#[derive(Debug, Clone)]
pub(super) struct Match {
    pub(super) range: Range<usize>,
    pub(super) parts: Vec<(Expr, Expr)>,
}

impl Match {
    /// An expression with the texts of the parts put in for their names.
    pub(super) fn fill(&self, e: &Expr) -> Expr {
        if self.parts.is_empty() {
            return e.clone();
        }
        let (names, values): (Vec<Expr>, Vec<Expr>) = self.parts.iter().cloned().unzip();
        Template::new(e, &names).fill(&values)
    }
}

/// Repetitions are written out so often at most.
const LARGEST_COUNT: usize = 1000;
/// Programs are so long at most.
const LONGEST_PROGRAM: usize = 100_000;

impl StringPattern {
    /// Compiles a pattern: a string, a string expression, a list or `Alternatives` of them, and the
    /// pattern objects of the language. `None` for what is no pattern of strings.
    pub(super) fn new(e: &Expr, ignore_case: bool) -> Option<StringPattern> {
        let mut compiler = Compiler { program: Vec::new(), names: Vec::new() };
        compiler.node(e, Greed::Longest)?;
        compiler.program.push(Op::Done);
        (compiler.program.len() < LONGEST_PROGRAM).then_some(StringPattern {
            program: compiler.program,
            names: compiler.names,
            ignore_case,
        })
    }

    /// The first match that begins at or after a place.
    pub(super) fn find(&self, session: &mut Session, text: &[char], from: usize) -> Result<Option<Match>, Flow> {
        for start in from..=text.len() {
            if let Some(found) = self.match_at(session, text, start, false)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// All matches, from left to right, none inside another.
    pub(super) fn find_all(&self, session: &mut Session, text: &[char], most: usize) -> Result<Vec<Match>, Flow> {
        let mut found = Vec::new();
        let mut from = 0;
        while found.len() < most && from <= text.len() {
            let Some(next) = self.find(session, text, from)? else { break };
            from = if next.range.is_empty() { next.range.end + 1 } else { next.range.end };
            found.push(next);
        }
        Ok(found)
    }

    /// Whether the whole text matches.
    pub(super) fn is_match(&self, session: &mut Session, text: &[char]) -> Result<bool, Flow> {
        Ok(self.match_at(session, text, 0, true)?.is_some())
    }

    /// The first match that begins at a place.
    pub(super) fn match_at(
        &self,
        session: &mut Session,
        text: &[char],
        start: usize,
        whole: bool,
    ) -> Result<Option<Match>, Flow> {
        let mut marks: Vec<(usize, usize)> = vec![(usize::MAX, usize::MAX); self.names.len()];
        // What to try when the current way fails: a place in program and text, and how many changes
        // of marks to undo.
        let mut retries: Vec<(usize, usize, usize)> = Vec::new();
        let mut changes: Vec<(usize, (usize, usize))> = Vec::new();
        let (mut op, mut at) = (0, start);
        loop {
            session.tick()?;
            let proceeds = match &self.program[op] {
                Op::Char(c) => {
                    text.get(at).is_some_and(|found| self.same(*found, *c)) && {
                        at += 1;
                        true
                    }
                }
                Op::One(class) => {
                    text.get(at).is_some_and(|found| class.contains(*found, self.ignore_case)) && {
                        at += 1;
                        true
                    }
                }
                Op::Either(first, second) => {
                    retries.push((*second, at, changes.len()));
                    op = *first;
                    continue;
                }
                Op::Jump(to) => {
                    op = *to;
                    continue;
                }
                Op::Begin(mark) => {
                    changes.push((*mark, marks[*mark]));
                    marks[*mark] = (at, usize::MAX);
                    true
                }
                Op::End(mark) => {
                    changes.push((*mark, marks[*mark]));
                    marks[*mark].1 = at;
                    true
                }
                Op::Same(mark) => {
                    let (from, to) = marks[*mark];
                    let wanted = text.get(from..to).unwrap_or(&[]);
                    let end = at + wanted.len();
                    let found = text.get(at..end);
                    found.is_some_and(|found| found.iter().zip(wanted).all(|(a, b)| self.same(*a, *b))) && {
                        at = end;
                        true
                    }
                }
                Op::At(anchor) => anchor.holds(text, at),
                Op::Progress(mark) => marks[*mark].0 != at,
                Op::Check(test) => {
                    let test = self.found(text, start..at, &marks).fill(test);
                    session.is_true(&test)?
                }
                Op::Test(test, mark) => {
                    let part = part(text, marks[*mark]);
                    session.is_true(&Expr::normal(test.clone(), [part]))?
                }
                Op::Done if !whole || at == text.len() => return Ok(Some(self.found(text, start..at, &marks))),
                Op::Done => false,
            };
            if proceeds {
                op += 1;
                continue;
            }
            let Some((next, place, kept)) = retries.pop() else { return Ok(None) };
            while changes.len() > kept {
                if let Some((mark, before)) = changes.pop() {
                    marks[mark] = before;
                }
            }
            (op, at) = (next, place);
        }
    }

    fn same(&self, a: char, b: char) -> bool {
        a == b || (self.ignore_case && a.to_lowercase().eq(b.to_lowercase()))
    }

    fn found(&self, text: &[char], range: Range<usize>, marks: &[(usize, usize)]) -> Match {
        let named = self.names.iter().zip(marks);
        let parts = named.filter_map(|(name, mark)| name.clone().map(|name| (name, part(text, *mark))));
        Match { range, parts: parts.collect() }
    }
}

fn part(text: &[char], (from, to): (usize, usize)) -> Expr {
    Expr::string(&text.get(from..to).unwrap_or(&[]).iter().collect::<String>())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Greed {
    Longest,
    Shortest,
}

struct Compiler {
    program: Vec<Op>,
    names: Vec<Option<Expr>>,
}

impl Compiler {
    /// Patterns are nested as deep as they are written; a text of the language that deep is refused
    /// by the length of the program long before the stack is.
    fn node(&mut self, e: &Expr, greed: Greed) -> Option<()> {
        if self.program.len() > LONGEST_PROGRAM {
            return None;
        }
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.compile(e, greed))
    }

    fn compile(&mut self, e: &Expr, greed: Greed) -> Option<()> {
        if let Some(text) = e.as_str() {
            self.program.extend(text.chars().map(Op::Char));
            return Some(());
        }
        if let Some(class) = Class::of(e) {
            self.program.push(Op::One(class));
            return Some(());
        }
        if let Some(anchor) = Anchor::of(e) {
            self.program.push(Op::At(anchor));
            return Some(());
        }
        let Kind::Normal(_, args) = e.kind() else { return self.symbol(e) };
        let any = || Expr::call(Sym::Blank, []);
        match (e.head_sym()?, args) {
            (Sym::StringExpression | Sym::PatternSequence, parts) => {
                parts.iter().try_for_each(|part| self.node(part, greed))
            }
            (Sym::Alternatives | Sym::List, choices) => self.choice(choices, greed),
            (Sym::BlankSequence, []) => self.repeat(&any(), 1, None, greed),
            (Sym::BlankNullSequence, []) => self.repeat(&any(), 0, None, greed),
            (Sym::Repeated, [p]) => self.repeat(p, 1, None, greed),
            (Sym::RepeatedNull, [p]) => self.repeat(p, 0, None, greed),
            (Sym::Repeated, [p, counts]) => {
                let (least, most) = counts_of(counts)?;
                self.repeat(p, least, most, greed)
            }
            (Sym::Shortest, [p]) => self.node(p, Greed::Shortest),
            (Sym::Longest, [p]) => self.node(p, Greed::Longest),
            (Sym::HoldPattern | Sym::Verbatim, [p]) => self.node(p, greed),
            (Sym::Pattern, [name, p]) if name.is_symbol() => self.named(name, p, greed),
            (Sym::Condition, [p, test]) => {
                self.node(p, greed)?;
                self.program.push(Op::Check(test.clone()));
                Some(())
            }
            (Sym::PatternTest, [p, test]) => self.tested(p, test, greed),
            (Sym::Optional, [p]) => self.repeat(p, 0, Some(1), greed),
            _ => None,
        }
    }

    fn symbol(&mut self, e: &Expr) -> Option<()> {
        let class = |class: Class| Expr::symbol(class.symbol());
        match e.sym()? {
            Sym::Whitespace => self.repeat(&class(Class::Whitespace), 1, None, Greed::Longest),
            Sym::NumberString => self.number(),
            _ => None,
        }
    }

    /// Digits with an optional sign and point.
    fn number(&mut self) -> Option<()> {
        let digit = Expr::symbol(Class::Digit.symbol());
        self.choice(&[Expr::string("-"), Expr::string("+"), Expr::string("")], Greed::Longest)?;
        let digits = Expr::call(Sym::Repeated, [digit.clone()]);
        let maybe_digits = Expr::call(Sym::RepeatedNull, [digit]);
        let point = Expr::string(".");
        let forms = [
            Expr::call(Sym::StringExpression, [digits.clone(), point.clone(), maybe_digits]),
            digits.clone(),
            Expr::call(Sym::StringExpression, [point, digits]),
        ];
        self.choice(&forms, Greed::Longest)
    }

    fn choice(&mut self, choices: &[Expr], greed: Greed) -> Option<()> {
        let (last, before) = choices.split_last()?;
        let mut ends = Vec::new();
        for choice in before {
            let fork = self.reserve();
            self.node(choice, greed)?;
            ends.push(self.reserve());
            self.program[fork] = Op::Either(fork + 1, self.program.len());
        }
        self.node(last, greed)?;
        let end = self.program.len();
        ends.into_iter().for_each(|place| self.program[place] = Op::Jump(end));
        Some(())
    }

    /// A place for an operation that is known later.
    fn reserve(&mut self) -> usize {
        self.program.push(Op::Done);
        self.program.len() - 1
    }

    fn repeat(&mut self, p: &Expr, least: usize, most: Option<usize>, greed: Greed) -> Option<()> {
        if least > LARGEST_COUNT || most.is_some_and(|most| most > LARGEST_COUNT || most < least) {
            return None;
        }
        (0..least).try_for_each(|_| self.node(p, greed))?;
        let fork = |inside: usize, after: usize| match greed {
            Greed::Longest => Op::Either(inside, after),
            Greed::Shortest => Op::Either(after, inside),
        };
        match most {
            Some(most) => {
                let mut forks = Vec::new();
                for _ in least..most {
                    forks.push(self.reserve());
                    self.node(p, greed)?;
                }
                let end = self.program.len();
                forks.into_iter().for_each(|place| self.program[place] = fork(place + 1, end));
            }
            None => {
                let mark = self.mark(None);
                let start = self.reserve();
                self.program.push(Op::Begin(mark));
                self.node(p, greed)?;
                self.program.push(Op::Progress(mark));
                self.program.push(Op::Jump(start));
                self.program[start] = fork(start + 1, self.program.len());
            }
        }
        Some(())
    }

    fn mark(&mut self, name: Option<Expr>) -> usize {
        self.names.push(name);
        self.names.len() - 1
    }

    fn named(&mut self, name: &Expr, p: &Expr, greed: Greed) -> Option<()> {
        if let Some(earlier) = self.names.iter().position(|known| known.as_ref() == Some(name)) {
            self.program.push(Op::Same(earlier));
            return Some(());
        }
        let mark = self.mark(Some(name.clone()));
        self.program.push(Op::Begin(mark));
        self.node(p, greed)?;
        self.program.push(Op::End(mark));
        Some(())
    }

    /// A test applies to each character of `__` and `___`, and to the whole text of anything else.
    fn tested(&mut self, p: &Expr, test: &Expr, greed: Greed) -> Option<()> {
        let one = || Expr::call(Sym::PatternTest, [Expr::call(Sym::Blank, []), test.clone()]);
        match (p.head_sym(), p.kind()) {
            (Some(Sym::BlankSequence), _) => return self.repeat(&one(), 1, None, greed),
            (Some(Sym::BlankNullSequence), _) => return self.repeat(&one(), 0, None, greed),
            (Some(Sym::Pattern), Kind::Normal(head, [name, inner])) => {
                let tested = Expr::call(Sym::PatternTest, [inner.clone(), test.clone()]);
                return self.node(&Expr::normal(head.clone(), [name.clone(), tested]), greed);
            }
            _ => {}
        }
        let mark = self.mark(None);
        self.program.push(Op::Begin(mark));
        self.node(p, greed)?;
        self.program.push(Op::End(mark));
        self.program.push(Op::Test(test.clone(), mark));
        Some(())
    }
}

/// `max`, `{n}`, `{min, max}`.
fn counts_of(counts: &Expr) -> Option<(usize, Option<usize>)> {
    if !counts.is_list() {
        return Some((1, Some(counts.as_usize()?)));
    }
    match &counts.args()[..] {
        [n] => n.as_usize().map(|n| (n, Some(n))),
        [least, most] if most.is(Sym::Infinity) || most.has_head(Sym::DirectedInfinity) => {
            Some((least.as_usize()?, None))
        }
        [least, most] => Some((least.as_usize()?, Some(most.as_usize()?))),
        _ => None,
    }
}
