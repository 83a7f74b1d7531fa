//! Functions of numbers as expressions in a language.

use netform_eval::Form;

use super::language::{Notation, Number};
use crate::scalar::{Algebra, Operator, bare};

/// Longer expressions get a name, and those that are used more than once.
const LONGEST: usize = 80;

/// The inside of a loop: statements, and names for values.
pub(super) struct Block<'l> {
    language: &'l dyn Notation,
    number: Number,
    names: usize,
    pub(super) statements: Vec<String>,
}

/// An expression.
#[derive(Clone)]
pub(super) struct Piece {
    text: String,
    /// Whether it is a name or a number.
    is_atom: bool,
    /// Whether it is a condition.
    is_truth: bool,
}

impl<'l> Block<'l> {
    /// A block that computes with a kind of numbers.
    pub(super) fn of(language: &'l dyn Notation, number: Number) -> Block<'l> {
        Block { language, number, names: 0, statements: Vec::new() }
    }

    /// A block inside of this one, with other names.
    pub(super) fn inner(&self) -> Block<'l> {
        Block { names: self.names, ..Block::of(self.language, self.number) }
    }

    /// Gives a value a name.
    pub(super) fn name(&mut self, text: &str) -> Piece {
        let name = format!("v{}", self.names);
        self.names += 1;
        self.statements.push(self.language.value(self.number, &name, bare(text)));
        Piece { text: name, is_atom: true, is_truth: false }
    }

    fn numeric(&self, piece: &Piece) -> String {
        match piece.is_truth {
            true => self.language.convert(&piece.text, Number::Flag, self.number),
            false => piece.text.clone(),
        }
    }

    fn truth(&self, piece: &Piece) -> String {
        if piece.is_truth { piece.text.clone() } else { format!("({})", self.language.holds(&piece.text, self.number)) }
    }

    /// The value as an element of an array.
    pub(super) fn stored(&self, piece: &Piece, element: Number) -> String {
        match element {
            Number::Truth => self.language.convert(&self.truth(piece), Number::Flag, Number::Truth),
            element => self.language.convert(&self.numeric(piece), self.number, element),
        }
    }
}

impl Piece {
    /// A name.
    pub(super) fn atom(text: String) -> Piece {
        Piece { text, is_atom: true, is_truth: false }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    fn compound(text: String) -> Piece {
        Piece { text, is_atom: false, is_truth: false }
    }
}

impl Algebra for Block<'_> {
    type Value = Piece;

    const FORM: Form = Form::C;

    fn notation(&self) -> &'static str {
        self.language.name()
    }

    fn number(&mut self, value: f64) -> Piece {
        Piece { text: self.language.number(value, self.number), is_atom: true, is_truth: false }
    }

    fn call(&mut self, function: &str, arguments: &[Piece]) -> Result<Piece, String> {
        let texts: Vec<String> = arguments.iter().map(|piece| bare(&self.numeric(piece)).to_owned()).collect();
        let call = self.language.call(function, &texts, self.number);
        call.map(Piece::compound)
            .ok_or_else(|| format!("the function {function} of C has no code in {}", self.notation()))
    }

    fn operation(&mut self, operator: Operator, a: &Piece, b: &Piece) -> Piece {
        if operator == Operator::NotEqual && a.is_truth && b.text == self.language.number(0.0, self.number) {
            return a.clone();
        }
        let texts = match operator.is_logical() {
            true => [self.truth(a), self.truth(b)],
            false => [self.numeric(a), self.numeric(b)],
        };
        let text = self.language.operation(operator, &texts[0], &texts[1]);
        Piece { is_truth: operator.is_truth(), ..Piece::compound(text) }
    }

    fn negative(&mut self, a: &Piece) -> Piece {
        Piece::compound(format!("(-{})", self.numeric(a)))
    }

    fn choice(&mut self, condition: &Piece, yes: &Piece, no: &Piece) -> Piece {
        let condition = self.truth(condition);
        Piece::compound(self.language.choice(bare(&condition), &self.numeric(yes), &self.numeric(no)))
    }

    fn kept(&mut self, value: Piece, uses: usize) -> Piece {
        if value.is_atom || uses <= 1 && value.text.len() <= LONGEST {
            return value;
        }
        let text = self.numeric(&value);
        self.name(&text)
    }
}
