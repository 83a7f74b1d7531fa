//! The texts by which records say what a function of numbers is in C, as formulas: other notations follow from them.

/// An operator of two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    And,
    Or,
}

/// The operators as they are written, those that bind least first; one line binds as strongly in all its operators.
const LEVELS: &[&[(&str, Operator)]] = &[
    &[("||", Operator::Or)],
    &[("&&", Operator::And)],
    &[("==", Operator::Equal), ("!=", Operator::NotEqual)],
    &[("<=", Operator::LessEqual), (">=", Operator::GreaterEqual), ("<", Operator::Less), (">", Operator::Greater)],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply), ("/", Operator::Divide)],
];

impl Operator {
    /// The operator that is written so.
    pub(crate) fn of(text: &str) -> Option<Operator> {
        LEVELS.iter().copied().flatten().find(|(known, _)| *known == text).map(|(_, operator)| *operator)
    }

    /// How it is written in C and most other languages.
    pub(crate) fn text(self) -> &'static str {
        LEVELS.iter().copied().flatten().find(|(_, operator)| *operator == self).map_or("", |(text, _)| text)
    }

    /// Whether the value is a truth value.
    pub(crate) fn is_truth(self) -> bool {
        !self.is_arithmetic()
    }

    pub(crate) fn is_arithmetic(self) -> bool {
        matches!(self, Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide)
    }

    /// Whether the operands are truth values.
    pub(crate) fn is_logical(self) -> bool {
        matches!(self, Operator::And | Operator::Or)
    }
}

/// A formula of arguments.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Formula {
    /// An argument, counted from 0.
    Argument(usize),
    Number(f64),
    Call(String, Vec<Formula>),
    Negative(Box<Formula>),
    Operation(Operator, Box<[Formula; 2]>),
    /// A condition, and the values where it holds and where not.
    Choice(Box<[Formula; 3]>),
}

impl Formula {
    /// The formula that a text such as `#1 < 0 ? 0 : @exp(#1)` says.
    pub(crate) fn parse(text: &str) -> Result<Formula, String> {
        let mut parser = Parser { rest: text };
        let formula = parser.choice()?;
        match parser.peek() {
            "" => Ok(formula),
            rest => Err(format!("{rest:?} is left over in the form {text:?}")),
        }
    }

    /// How often an argument occurs.
    pub(crate) fn uses(&self, argument: usize) -> usize {
        let of = |parts: &[Formula]| parts.iter().map(|part| part.uses(argument)).sum();
        match self {
            Formula::Argument(other) => usize::from(*other == argument),
            Formula::Number(_) => 0,
            Formula::Call(_, arguments) => of(arguments),
            Formula::Negative(a) => a.uses(argument),
            Formula::Operation(_, parts) => of(parts.as_slice()),
            Formula::Choice(parts) => of(parts.as_slice()),
        }
    }

    /// The number of arguments.
    pub(crate) fn arity(&self) -> usize {
        let of = |parts: &[Formula]| parts.iter().map(Formula::arity).max().unwrap_or(0);
        match self {
            Formula::Argument(place) => place + 1,
            Formula::Number(_) => 0,
            Formula::Call(_, arguments) => of(arguments),
            Formula::Negative(a) => a.arity(),
            Formula::Operation(_, parts) => of(parts.as_slice()),
            Formula::Choice(parts) => of(parts.as_slice()),
        }
    }
}

/// Reads a formula; texts stand in records, and are as deep as a person writes them.
struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn peek(&mut self) -> &'a str {
        self.rest = self.rest.trim_start();
        self.rest
    }

    fn take(&mut self, text: &str) -> bool {
        match self.peek().strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, text: &str) -> Result<(), String> {
        if self.take(text) { Ok(()) } else { Err(format!("{text:?} is expected before {:?}", self.rest)) }
    }

    fn word(&mut self, is_part: fn(char) -> bool) -> &'a str {
        let rest = self.peek();
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        self.rest = &rest[end..];
        &rest[..end]
    }

    fn choice(&mut self) -> Result<Formula, String> {
        let condition = self.level(0)?;
        if !self.take("?") {
            return Ok(condition);
        }
        let yes = self.choice()?;
        self.expect(":")?;
        Ok(Formula::Choice(Box::new([condition, yes, self.choice()?])))
    }

    fn level(&mut self, level: usize) -> Result<Formula, String> {
        let Some(operators) = LEVELS.get(level) else { return self.prefixed() };
        let mut left = self.level(level + 1)?;
        while let Some((_, operator)) = operators.iter().find(|(text, _)| self.take(text)) {
            let right = self.level(level + 1)?;
            left = Formula::Operation(*operator, Box::new([left, right]));
        }
        Ok(left)
    }

    fn prefixed(&mut self) -> Result<Formula, String> {
        if self.take("-") {
            return Ok(Formula::Negative(Box::new(self.prefixed()?)));
        }
        if self.take("(") {
            let inner = self.choice()?;
            self.expect(")")?;
            return Ok(inner);
        }
        if self.take("#") {
            let place = self.word(|c| c.is_ascii_digit()).parse::<usize>().ok().and_then(|place| place.checked_sub(1));
            return place.map(Formula::Argument).ok_or_else(|| "an argument is #1, #2, ...".to_owned());
        }
        if self.peek().starts_with(|c: char| c.is_ascii_digit()) {
            let text = self.word(|c| c.is_ascii_digit() || c == '.');
            return text.parse().map(Formula::Number).map_err(|_| format!("{text:?} is no number"));
        }
        self.take("@");
        let name = self.word(|c| c.is_ascii_alphanumeric() || c == '_');
        let constant = match name {
            "" => return Err(format!("a value is expected before {:?}", self.rest)),
            "NAN" => Some(f64::NAN),
            "INFINITY" => Some(f64::INFINITY),
            "M_PI" => Some(std::f64::consts::PI),
            "M_E" => Some(std::f64::consts::E),
            _ => None,
        };
        if let Some(value) = constant {
            return Ok(Formula::Number(value));
        }
        self.expect("(")?;
        let mut arguments = vec![self.choice()?];
        while self.take(",") {
            arguments.push(self.choice()?);
        }
        self.expect(")")?;
        Ok(Formula::Call(name.to_owned(), arguments))
    }
}

#[cfg(test)]
mod tests {
    use super::{Formula, Operator};

    #[test]
    fn formulas_are_read_as_in_c() {
        let formula = Formula::parse("#1 < 0 && @fabs(#2) == 1 ? -#1*2 : #1 - 1 - #2").expect("it is one");
        let Formula::Choice(parts) = &formula else { panic!("{formula:?} is no choice") };
        assert!(matches!(&parts[0], Formula::Operation(Operator::And, _)));
        let product = |a, b| Formula::Operation(Operator::Multiply, Box::new([a, b]));
        assert_eq!(parts[1], product(Formula::Negative(Box::new(Formula::Argument(0))), Formula::Number(2.0)));
        let Formula::Operation(Operator::Subtract, last) = &parts[2] else { panic!("{:?}", parts[2]) };
        assert_eq!(last[1], Formula::Argument(1));
        assert_eq!((formula.uses(0), formula.arity()), (3, 2));
        for text in ["", "#1 +", "@f(#1", "#0", "#1 #2", "(#1"] {
            assert!(Formula::parse(text).is_err(), "{text}");
        }
    }
}
