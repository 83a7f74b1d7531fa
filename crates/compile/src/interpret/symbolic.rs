//! Expressions as elements: a program run on symbols gives closed forms.

use netform_array::{Array, ElementType};
use netform_expr::{Expr, Kind, Number, Sym};

use super::domain::{Domain, contract_by_definition};
use super::error::InterpretError;
use super::random::Draws;
use super::tensor::Tensor;
use crate::dim::Sizes;
use crate::program::{Constant, Contraction, ReductionKind, ScalarFunction};
use crate::scalar::{replace, slot_index};

/// The evaluator of the language, as far as the interpreter needs it.
pub trait Evaluate {
    /// The value of an expression; `None` to stop the computation.
    fn evaluate(&mut self, expression: &Expr) -> Option<Expr>;
}

/// The domain of expressions: exact numbers, numbers of any precision, symbols and what is built
/// of them. Element types do not matter: an exact number stays exact.
///
/// Every element is evaluated, so a program gives the same nodes as the definition that it was
/// made from gives on lists.
pub struct Symbolic<'a> {
    evaluator: &'a mut dyn Evaluate,
    seed: Option<u64>,
}

impl<'a> Symbolic<'a> {
    /// The domain over an evaluator.
    pub fn new(evaluator: &'a mut dyn Evaluate) -> Symbolic<'a> {
        Symbolic { evaluator, seed: None }
    }

    /// The domain in which random draws are numbers, those of [`Machine`](super::Machine) with this seed.
    pub fn with_seed(self, seed: u64) -> Symbolic<'a> {
        Symbolic { seed: Some(seed), ..self }
    }

    /// The elements of a nested list of the given shape, packed or not.
    pub fn tensor(list: &Expr, shape: &[usize]) -> Option<Tensor<Expr>> {
        let mut level = vec![list.clone()];
        for &size in shape {
            if level.iter().any(|item| !item.is_list() || item.len() != size) {
                return None;
            }
            level = level.iter().flat_map(|item| item.args().into_owned()).collect();
        }
        Tensor::new(shape, level).ok()
    }

    /// The nested list of a tensor's elements; the element itself for rank 0.
    pub fn list(tensor: &Tensor<Expr>) -> Expr {
        fn level(shape: &[usize], elements: &mut impl Iterator<Item = Expr>) -> Expr {
            match shape.split_first() {
                None => elements.next().unwrap_or_else(|| unreachable!("elements fill the shape")),
                Some((&size, inner)) => Expr::list((0..size).map(|_| level(inner, elements)).collect::<Vec<_>>()),
            }
        }
        level(tensor.shape(), &mut tensor.iter().cloned())
    }

    fn evaluate(&mut self, expression: &Expr) -> Result<Expr, InterpretError> {
        self.evaluator.evaluate(expression).ok_or(InterpretError::Stopped)
    }

    fn call(&mut self, head: Sym, arguments: impl IntoIterator<Item = Expr>) -> Result<Expr, InterpretError> {
        self.evaluate(&Expr::call(head, arguments))
    }
}

impl Domain for Symbolic<'_> {
    type Element = Expr;
    type Function = Expr;

    fn prepare(&mut self, function: &ScalarFunction, sizes: &Sizes) -> Result<Expr, InterpretError> {
        Ok(replace(&function.body, |node| sizes.get(node).map(|&size| Expr::integer(size as i64))))
    }

    fn apply(&mut self, function: &mut Expr, arguments: &[Expr]) -> Result<Expr, InterpretError> {
        let body = replace(function, |node| slot_index(node).and_then(|slot| arguments.get(slot - 1)).cloned());
        self.evaluate(&body)
    }

    fn constant(&mut self, constant: &Constant) -> Result<Vec<Expr>, InterpretError> {
        match constant {
            Constant::Array(array) => Ok(scalars(array)),
            Constant::Exact { elements, .. } => elements.iter().map(|element| self.evaluate(element)).collect(),
        }
    }

    fn integer(&mut self, value: usize) -> Expr {
        Expr::integer(value as i64)
    }

    fn reduce(&mut self, kind: ReductionKind, _: ElementType, elements: Vec<Expr>) -> Result<Expr, InterpretError> {
        let head = match kind {
            ReductionKind::Sum => Sym::Plus,
            ReductionKind::Product => Sym::Times,
            ReductionKind::Max => Sym::Max,
            ReductionKind::Min => Sym::Min,
            ReductionKind::And => Sym::And,
            ReductionKind::Or => Sym::Or,
            ReductionKind::ArgMax => return self.first_largest(&elements),
            ReductionKind::Shift => return Ok(shift(&elements)),
        };
        if let Some(exact) = exact_fold(kind, &elements) {
            return Ok(exact);
        }
        match <[Expr; 1]>::try_from(elements) {
            Ok([single]) => Ok(single),
            Err(elements) => self.call(head, elements),
        }
    }

    fn as_integer(&self, element: &Expr) -> Option<i64> {
        match element.kind() {
            Kind::Real(value) if value.fract() == 0.0 => Some(value as i64),
            _ => element.as_i64(),
        }
    }

    fn expression(&self, element: &Expr) -> Expr {
        element.clone()
    }

    fn is_open(&self, element: &Expr) -> bool {
        !element.is_number()
    }

    fn pick(&mut self, position: &Expr, choices: Vec<Expr>) -> Result<Expr, InterpretError> {
        self.call(Sym::Indexed, [Expr::list(choices), position.clone()])
    }

    fn select(&mut self, condition: &Expr, yes: &Expr, no: &Expr) -> Result<Expr, InterpretError> {
        if condition.is(Sym::True) {
            return Ok(yes.clone());
        }
        if condition.is(Sym::False) {
            return Ok(no.clone());
        }
        let cases = Expr::list([Expr::list([yes.clone(), condition.clone()])]);
        self.call(Sym::Piecewise, [cases, no.clone()])
    }

    fn is_less(&mut self, a: &Expr, b: &Expr) -> Result<bool, InterpretError> {
        let comparison = self.call(Sym::Less, [a.clone(), b.clone()])?;
        match comparison {
            decided if decided.is(Sym::True) => Ok(true),
            decided if decided.is(Sym::False) => Ok(false),
            open => Err(InterpretError::Undecided(open)),
        }
    }

    /// Exact numbers stay what they are, whatever type holds them; truth values become numbers.
    fn convert(&mut self, element: &Expr, from: ElementType, to: ElementType) -> Result<Expr, InterpretError> {
        match (from, to) {
            (ElementType::Bool, ElementType::Bool) => Ok(element.clone()),
            (ElementType::Bool, _) => self.call(Sym::Boole, [element.clone()]),
            (_, ElementType::I64) if from != ElementType::I64 => self.call(Sym::IntegerPart, [element.clone()]),
            _ => Ok(element.clone()),
        }
    }

    /// As by default; but a sum of products of numbers only, some of which are machine numbers, is a machine number, zeros
    /// among the others or not: so is the product of matrices.
    fn contract(
        &mut self,
        contraction: &Contraction,
        element: ElementType,
        operands: &[Tensor<Expr>],
    ) -> Result<Vec<Expr>, InterpretError> {
        let results = contract_by_definition(self, contraction, element, operands)?;
        let mut elements = operands.iter().flat_map(Tensor::iter);
        let has_machine = operands.iter().flat_map(Tensor::iter).any(|element| element.as_real().is_some());
        if !has_machine || !elements.all(|element| element.is_number()) {
            return Ok(results);
        }
        let machine = |result: Expr| match result.as_number().filter(Number::is_exact).and_then(|n| n.to_f64()) {
            Some(value) => Expr::real(value),
            None => result,
        };
        Ok(results.into_iter().map(machine).collect())
    }

    /// Numbers by the seed; without one the components of an array symbol with the name of the draw.
    fn random(&mut self, draws: &Draws<'_>) -> Result<Vec<Expr>, InterpretError> {
        let Some(seed) = self.seed else { return draws.symbols().map(|symbols| symbols.collect()) };
        let evaluator = &mut *self.evaluator;
        let constant = |e: &Expr| evaluator.evaluate(&Expr::call(Sym::N, [e.clone()]))?.as_number()?.to_f64();
        let values = draws.machine_numbers(seed, constant)?;
        let exact = draws.distribution.family.is_discrete();
        Ok(values.into_iter().map(|x| if exact { Expr::integer(x as i64) } else { Expr::real(x) }).collect())
    }
}

impl Symbolic<'_> {
    fn first_largest(&mut self, elements: &[Expr]) -> Result<Expr, InterpretError> {
        let mut best = 0;
        for place in 1..elements.len() {
            if self.is_less(&elements[best], &elements[place])? {
                best = place;
            }
        }
        match elements.len() {
            0 => Err(InterpretError::Unsupported { operation: "argmax of no elements", element: ElementType::F64 }),
            _ => Ok(self.integer(best + 1)),
        }
    }
}

/// The largest one of machine numbers, beside which minus infinity may stand; 0 on everything else.
fn shift(elements: &[Expr]) -> Expr {
    let minus_infinity = |e: &Expr| e.has_head(Sym::DirectedInfinity) && e.len() == 1 && e.arg(0).is_integer(-1);
    let value = |e: &Expr| e.as_real().or_else(|| minus_infinity(e).then_some(f64::NEG_INFINITY));
    let values: Option<Vec<f64>> = elements.iter().map(value).collect();
    let largest = values.and_then(|values| values.into_iter().reduce(f64::max));
    largest.filter(|value| value.is_finite()).map_or_else(|| Expr::integer(0), Expr::real)
}

/// Sums and products of exact real numbers, which need no evaluator.
fn exact_fold(kind: ReductionKind, elements: &[Expr]) -> Option<Expr> {
    let mut folded = match kind {
        ReductionKind::Sum => Number::ZERO,
        ReductionKind::Product => Number::ONE,
        _ => return None,
    };
    for element in elements {
        let number = element.as_number().filter(|number| number.is_exact() && number.is_real())?;
        folded = match kind {
            ReductionKind::Sum => folded.add(&number),
            _ => folded.mul(&number).ok()?,
        };
    }
    Some(Expr::number(folded))
}

fn scalars(array: &Array) -> Vec<Expr> {
    use netform_array::Scalar;
    array
        .scalars()
        .map(|scalar| match scalar {
            Scalar::Bool(value) => Expr::boolean(value),
            Scalar::I64(value) => Expr::integer(value),
            Scalar::F32(value) => Expr::real(f64::from(value)),
            Scalar::F64(value) => Expr::real(value),
            Scalar::Complex(value) => Expr::call(Sym::Complex, [Expr::real(value.re), Expr::real(value.im)]),
        })
        .collect()
}
