//! Functions of numbers as operators.

use std::rc::Rc;

use netform_compile::{ScalarFunction, with_sizes};
use netform_eval::Form;

use super::element::Element;
use super::graph::{Attribute, Builder, Name};
use super::program::{Exporter, Tensor, Written};
use crate::scalar::{Algebra, Operator, by_formula};

/// Functions of C that are an operator.
const OPERATORS: &[(&str, &str)] = &[
    ("fabs", "Abs"),
    ("exp", "Exp"),
    ("log", "Log"),
    ("sqrt", "Sqrt"),
    ("sin", "Sin"),
    ("cos", "Cos"),
    ("tan", "Tan"),
    ("asin", "Asin"),
    ("acos", "Acos"),
    ("atan", "Atan"),
    ("sinh", "Sinh"),
    ("cosh", "Cosh"),
    ("tanh", "Tanh"),
    ("asinh", "Asinh"),
    ("acosh", "Acosh"),
    ("atanh", "Atanh"),
    ("erf", "Erf"),
    ("floor", "Floor"),
    ("ceil", "Ceil"),
    ("rint", "Round"),
    ("pow", "Pow"),
    ("fmax", "Max"),
    ("fmin", "Min"),
    ("fmod", "Mod"),
];

/// Operators that records name in their own form.
const OWN: &[&str] = &["Relu", "Sigmoid", "Softplus", "Sign"];

/// Functions of C that operators make together, as accurate as they are.
const COMPOSED: &[(&str, &str)] = &[
    ("trunc", "#1 < 0 ? ceil(#1) : floor(#1)"),
    ("expm1", "tanh(#1/2)*(exp(#1) + 1)"),
    ("log1p", "1 + #1 == 1 || #1 - #1 != 0 ? #1 : log(1 + #1)*(#1/((1 + #1) - 1))"),
    ("log2", "log(#1)*1.4426950408889634"),
    ("log10", "log(#1)*0.4342944819032518"),
    ("cbrt", "#1 < 0 ? -pow(-#1, 0.3333333333333333) : pow(#1, 0.3333333333333333)"),
    ("erfc", "1 - erf(#1)"),
    (
        "atan2",
        "#2 > 0 ? atan(#1/#2) : #2 < 0 ? (#1 < 0 ? atan(#1/#2) - M_PI : atan(#1/#2) + M_PI) : \
         #1 > 0 ? M_PI/2 : #1 < 0 ? -M_PI/2 : 0",
    ),
];

/// Functions whose operators runtimes have for single precision only, made of others. The error function is a polynomial in the
/// square near 0, and elsewhere what 1 lacks is a polynomial in `2/(2 + |x|)` times `exp(-x^2)`; errors are below 3*10^-16.
const IN_DOUBLE: &[(&str, &str)] = &[
    ("erf", "@fabs(#1) < 1 ? #1*@erf_near(#1*#1) : @Sign(#1)*(1 - @erf_far(#1, 2/(2 + @fabs(#1))))"),
    ("erf_far", "@exp(-#1*#1)*#2*@erf_tail(#2)"),
    (
        "erf_near",
        "(((((((((((-0.0000000007795898827002142)*#1 + 0.000000013720064546777686)*#1 - 0.00000016208483801871705)*#1 + \
         0.0000016447424703317362)*#1 - 0.00001492473690741966)*#1 + 0.00012055294904839707)*#1 - \
         0.0008548325975389692)*#1 + 0.0052239776071164225)*#1 - 0.02686617064323777)*#1 + 0.11283791670945006)*#1 - \
         0.37612638903183543)*#1 + 1.1283791670955126",
    ),
    (
        "erf_tail",
        "((((((((((((((((0.014144725705168271)*#1 - 0.18640516420436773)*#1 + 0.9682727954149202)*#1 - \
         2.8073969902851696)*#1 + 5.168184931426436)*#1 - 6.384377984900844)*#1 + 5.422972742456629)*#1 - \
         3.2722819274223722)*#1 + 1.555973594783136)*#1 - 0.6180569072689346)*#1 + 0.10145305226664476)*#1 - \
         0.038509640405389456)*#1 + 0.08930585095003664)*#1 + 0.1756456821889847)*#1 + 0.2468876998059365)*#1 + \
         0.28209199918153943)*#1 + 0.28209485810886414",
    ),
];

/// A value of a function.
#[derive(Clone)]
pub(super) struct Term {
    name: Name,
    element: Element,
    /// The axes along which all elements are the same, and which have size 1; none for a single number.
    thin: Rc<[bool]>,
    origin: Origin,
}

/// How a value came about, as far as it makes other nodes shorter.
#[derive(Clone)]
enum Origin {
    Other,
    Literal(f64),
    Negative(Rc<Term>),
    Reciprocal(Rc<Term>),
}

struct Elementwise<'b> {
    builder: &'b mut Builder,
    /// The numbers that are computed with.
    real: Element,
}

impl Exporter<'_> {
    pub(super) fn map(
        &mut self,
        functions: &[ScalarFunction],
        operands: &[Tensor],
        results: &[&netform_compile::Type],
    ) -> Written<Vec<Tensor>> {
        let integers = operands.iter().any(|operand| operand.element == Element::Integer)
            || results.iter().any(|result| self.element(result.element).is_ok_and(|e| e == Element::Integer));
        // Integers of 64 bits are not those of a number in single precision.
        let real = if integers { Element::Double } else { self.real };
        let arguments: Vec<Term> = operands.iter().map(Term::of).collect();
        let mut all = Vec::with_capacity(functions.len());
        for (function, result) in functions.iter().zip(results) {
            let (function, sizes) = match self.sizes.is_empty() {
                true => (function.clone(), vec![]),
                false => with_sizes(function, arguments.len(), |symbol| self.sizes.has(symbol)),
            };
            let mut arguments = arguments.clone();
            for size in &sizes {
                arguments.push(Term::single(self.size(size)?));
            }
            let mut algebra = Elementwise { builder: &mut self.builder, real };
            let term = self.scalars.write(&function, &arguments, &mut algebra)?;
            let element = self.element(result.element)?;
            let mut algebra = Elementwise { builder: &mut self.builder, real };
            let name = match element {
                Element::Truth => algebra.truth(&term),
                _ => algebra.cast(&term, element),
            };
            let single = self.ones(result);
            all.push(match term.thin.is_empty() {
                false => Tensor { name, element, shape: result.shape.clone(), thin: term.thin.to_vec() },
                true if result.shape.is_empty() => Tensor { name, element, shape: result.shape.clone(), thin: vec![] },
                true => {
                    let ones = self.builder.integers(&vec![1; result.shape.len()]);
                    let name = self.builder.node("Reshape", &[&name, &ones], vec![]);
                    Tensor { name, element, shape: result.shape.clone(), thin: single }
                }
            });
        }
        Ok(all)
    }
}

impl Term {
    fn of(tensor: &Tensor) -> Term {
        let thin = tensor.thin.as_slice().into();
        Term { name: Rc::clone(&tensor.name), element: tensor.element, thin, origin: Origin::Other }
    }

    /// A single integer.
    fn single(name: Name) -> Term {
        Term { name, element: Element::Integer, thin: Rc::new([]), origin: Origin::Other }
    }

    fn literal(&self) -> Option<f64> {
        match self.origin {
            Origin::Literal(value) => Some(value),
            _ => None,
        }
    }
}

impl Elementwise<'_> {
    fn cast(&mut self, term: &Term, element: Element) -> Name {
        if term.element == element {
            return Rc::clone(&term.name);
        }
        self.builder.node("Cast", &[&term.name], vec![("to", Attribute::Integer(element.code()))])
    }

    /// The name of the value as a number to compute with.
    fn number_of(&mut self, term: &Term) -> Name {
        self.cast(term, self.real)
    }

    fn truth(&mut self, term: &Term) -> Name {
        self.cast(term, Element::Truth)
    }

    /// The value of an operator on operands that broadcast.
    fn apply(&mut self, operator: &'static str, names: &[Name], terms: &[&Term], element: Element) -> Term {
        let attributes = if operator == "Mod" { vec![("fmod", Attribute::Integer(1))] } else { vec![] };
        let inputs: Vec<&Name> = names.iter().collect();
        let name = self.builder.node(operator, &inputs, attributes);
        let rank = terms.iter().map(|term| term.thin.len()).max().unwrap_or(0);
        let thin = (0..rank).map(|axis| terms.iter().all(|term| term.thin.get(axis).copied().unwrap_or(true)));
        Term { name, element, thin: thin.collect(), origin: Origin::Other }
    }

    fn numeric(&mut self, operator: &'static str, terms: &[&Term], element: Element) -> Term {
        let names: Vec<Name> = terms.iter().map(|term| self.number_of(term)).collect();
        self.apply(operator, &names, terms, element)
    }

    fn logical(&mut self, operator: &'static str, terms: &[&Term]) -> Term {
        let names: Vec<Name> = terms.iter().map(|term| self.truth(term)).collect();
        self.apply(operator, &names, terms, Element::Truth)
    }

    /// A difference, quotient or other short form of an operation.
    fn short(&mut self, operator: Operator, a: &Term, b: &Term) -> Option<Term> {
        if let (Some(x), Some(y)) = (a.literal(), b.literal()) {
            let value = match operator {
                Operator::Add => x + y,
                Operator::Subtract => x - y,
                Operator::Multiply => x * y,
                Operator::Divide => x / y,
                _ => return None,
            };
            return Some(self.number(value));
        }
        match (operator, &a.origin, &b.origin) {
            (Operator::Add, _, Origin::Negative(b)) => Some(self.operation(Operator::Subtract, a, b)),
            (Operator::Add, Origin::Negative(a), _) => Some(self.operation(Operator::Subtract, b, a)),
            (Operator::Multiply, _, Origin::Reciprocal(b)) => Some(self.operation(Operator::Divide, a, b)),
            (Operator::Multiply, Origin::Reciprocal(a), _) => Some(self.operation(Operator::Divide, b, a)),
            (Operator::Multiply, Origin::Literal(x), _) if *x == -1.0 => Some(self.negative(b)),
            (Operator::Multiply, _, Origin::Literal(x)) if *x == -1.0 => Some(self.negative(a)),
            (Operator::Multiply, Origin::Literal(x), _) if *x == 1.0 => Some(b.clone()),
            (Operator::Divide, Origin::Literal(x), _) if *x == 1.0 => {
                let value = self.numeric("Reciprocal", &[b], self.real);
                Some(Term { origin: Origin::Reciprocal(Rc::new(b.clone())), ..value })
            }
            _ => None,
        }
    }
}

impl Algebra for Elementwise<'_> {
    type Value = Term;

    const FORM: Form = Form::Onnx;

    fn notation(&self) -> &'static str {
        "ONNX"
    }

    fn number(&mut self, value: f64) -> Term {
        let name = self.builder.constant(self.real, &[], &[value]);
        Term { name, element: self.real, thin: Rc::new([]), origin: Origin::Literal(value) }
    }

    fn call(&mut self, function: &str, arguments: &[Term]) -> Result<Term, String> {
        let terms: Vec<&Term> = arguments.iter().collect();
        let in_double = IN_DOUBLE.iter().filter(|_| self.real == Element::Double).find(|(name, _)| *name == function);
        if let Some((_, formula)) = in_double {
            return by_formula(formula, arguments, self);
        }
        let operator = OPERATORS.iter().find(|(name, _)| *name == function).map(|(_, operator)| *operator);
        if let Some(operator) = operator.or_else(|| OWN.iter().copied().find(|own| *own == function)) {
            return Ok(self.numeric(operator, &terms, self.real));
        }
        match COMPOSED.iter().find(|(name, _)| *name == function) {
            Some((_, formula)) => by_formula(formula, arguments, self),
            None => Err(format!("no operators of ONNX make the function {function} of C")),
        }
    }

    fn operation(&mut self, operator: Operator, a: &Term, b: &Term) -> Term {
        if let Some(short) = self.short(operator, a, b) {
            return short;
        }
        let real = self.real;
        match operator {
            Operator::Add => self.numeric("Add", &[a, b], real),
            Operator::Subtract => self.numeric("Sub", &[a, b], real),
            Operator::Multiply => self.numeric("Mul", &[a, b], real),
            Operator::Divide => self.numeric("Div", &[a, b], real),
            Operator::Less => self.numeric("Less", &[a, b], Element::Truth),
            Operator::LessEqual => self.numeric("LessOrEqual", &[a, b], Element::Truth),
            Operator::Greater => self.numeric("Greater", &[a, b], Element::Truth),
            Operator::GreaterEqual => self.numeric("GreaterOrEqual", &[a, b], Element::Truth),
            Operator::Equal => self.numeric("Equal", &[a, b], Element::Truth),
            Operator::NotEqual if b.literal() == Some(0.0) && a.element == Element::Truth => a.clone(),
            Operator::NotEqual => {
                let equal = self.numeric("Equal", &[a, b], Element::Truth);
                self.logical("Not", &[&equal])
            }
            Operator::And => self.logical("And", &[a, b]),
            Operator::Or => self.logical("Or", &[a, b]),
        }
    }

    fn negative(&mut self, a: &Term) -> Term {
        match &a.origin {
            Origin::Literal(value) => self.number(-value),
            Origin::Negative(inner) => (**inner).clone(),
            _ => {
                let value = self.numeric("Neg", &[a], self.real);
                Term { origin: Origin::Negative(Rc::new(a.clone())), ..value }
            }
        }
    }

    fn choice(&mut self, condition: &Term, yes: &Term, no: &Term) -> Term {
        let names = [self.truth(condition), self.number_of(yes), self.number_of(no)];
        self.apply("Where", &names, &[condition, yes, no], self.real)
    }

    fn kept(&mut self, value: Term, _uses: usize) -> Term {
        value
    }
}
