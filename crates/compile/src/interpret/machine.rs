//! Machine numbers: every element is a double-precision real.

use netform_array::{Array, ElementType, Scalar, View};
use netform_expr::Expr;
use netform_kernels::contract;

use super::domain::Domain;
use super::error::InterpretError;
use super::random::Draws;
use super::tape::{ScalarFunctions, Tape};
use super::tensor::Tensor;
use crate::dim::Sizes;
use crate::program::{Constant, Contraction, ReductionKind, ScalarFunction};

/// The domain of machine numbers.
///
/// Every element is a double-precision real. Integers are exact up to 2^53, truth values are 1
/// and 0, and values of single precision are rounded after every operation, which gives the bits
/// that single-precision arithmetic gives. There are no complex numbers here.
pub struct Machine<'a> {
    functions: &'a mut dyn ScalarFunctions,
    seed: u64,
}

impl<'a> Machine<'a> {
    /// The domain whose scalar functions are taken from a table.
    pub fn new(functions: &'a mut dyn ScalarFunctions) -> Machine<'a> {
        Machine { functions, seed: 0 }
    }

    /// The domain with a seed for random draws; the seed is 0 otherwise.
    pub fn with_seed(self, seed: u64) -> Machine<'a> {
        Machine { seed, ..self }
    }

    /// The elements of an array as elements of this domain.
    ///
    /// # Errors
    /// [`InterpretError::Unsupported`] for complex arrays.
    pub fn tensor(array: &Array) -> Result<Tensor<f64>, InterpretError> {
        let elements: Result<Vec<f64>, _> = array.scalars().map(real).collect();
        Ok(Tensor::new(array.shape(), elements?)?)
    }

    /// A result as an array of the type that the program states.
    ///
    /// # Errors
    /// [`InterpretError::NotANumber`] when an element is no number of that type.
    pub fn array(tensor: &Tensor<f64>, element: ElementType) -> Result<Array, InterpretError> {
        let shape = tensor.shape();
        Ok(match element {
            ElementType::F64 => Array::from_f64(shape, tensor.to_vec())?,
            ElementType::F32 => Array::from_f32(shape, tensor.iter().map(|&value| value as f32).collect())?,
            ElementType::Bool => Array::from_bool(shape, tensor.iter().map(|&value| value != 0.0).collect())?,
            ElementType::I64 => {
                let integers: Result<Vec<i64>, _> = tensor
                    .iter()
                    .map(|&value| as_integer(value).ok_or_else(|| InterpretError::NotANumber(Expr::real(value))))
                    .collect();
                Array::from_i64(shape, integers?)?
            }
            ElementType::Complex => return Err(InterpretError::Unsupported { operation: "array", element }),
        })
    }
}

fn real(scalar: Scalar) -> Result<f64, InterpretError> {
    match scalar {
        Scalar::F64(value) => Ok(value),
        Scalar::F32(value) => Ok(f64::from(value)),
        Scalar::I64(value) => Ok(value as f64),
        Scalar::Bool(value) => Ok(f64::from(u8::from(value))),
        Scalar::Complex(_) => Err(InterpretError::Unsupported { operation: "constant", element: ElementType::Complex }),
    }
}

fn as_integer(value: f64) -> Option<i64> {
    const LIMIT: f64 = 9_007_199_254_740_992.0;
    (value.fract() == 0.0 && value.abs() <= LIMIT).then_some(value as i64)
}

/// A number that is an integer and exact.
pub(crate) fn whole(value: f64) -> Result<f64, InterpretError> {
    as_integer(value).map(|_| value).ok_or_else(|| InterpretError::NotANumber(Expr::real(value)))
}

/// Why a number is no integer from 1 to another one, if it is none.
pub(crate) fn no_index(label: &Expr, value: f64, greatest: f64) -> Option<InterpretError> {
    if value >= 1.0 && value <= greatest && value.fract() == 0.0 {
        return None;
    }
    let (found, greatest) = (number(value), number(greatest));
    Some(InterpretError::NoIndex { label: label.clone(), found, greatest })
}

/// A number in the language; integers are exact.
fn number(value: f64) -> Expr {
    as_integer(value).map_or_else(|| Expr::real(value), Expr::integer)
}

fn rounded(value: f64, element: ElementType) -> f64 {
    if element == ElementType::F32 { f64::from(value as f32) } else { value }
}

/// The first largest element; what is not a number counts as larger than all numbers.
fn largest(elements: &[f64]) -> Option<usize> {
    let better = |a: f64, b: f64| a > b || (a.is_nan() && !b.is_nan());
    (0..elements.len()).reduce(|best, place| if better(elements[place], elements[best]) { place } else { best })
}

impl Domain for Machine<'_> {
    type Element = f64;
    type Function = Tape;

    fn prepare(&mut self, function: &ScalarFunction, sizes: &Sizes) -> Result<Tape, InterpretError> {
        Tape::compile(function, self.functions, sizes)
    }

    fn apply(&mut self, function: &mut Tape, arguments: &[f64]) -> Result<f64, InterpretError> {
        function.apply(arguments)
    }

    fn constant(&mut self, constant: &Constant) -> Result<Vec<f64>, InterpretError> {
        match constant {
            Constant::Array(array) => array.scalars().map(real).collect(),
            Constant::Exact { elements, element, .. } => {
                let mut values = Vec::with_capacity(elements.len());
                for body in elements.iter() {
                    if let Some(number) = body.as_number() {
                        let value = number.to_f64().ok_or_else(|| InterpretError::NotANumber(body.clone()))?;
                        values.push(rounded(value, *element));
                        continue;
                    }
                    let function = ScalarFunction { body: body.clone(), element: *element };
                    let value = Tape::compile(&function, self.functions, &Sizes::default())?.apply(&[]);
                    values.push(value.map_err(|_| InterpretError::NotANumber(body.clone()))?);
                }
                Ok(values)
            }
        }
    }

    fn integer(&mut self, value: usize) -> f64 {
        value as f64
    }

    fn reduce(&mut self, kind: ReductionKind, element: ElementType, elements: Vec<f64>) -> Result<f64, InterpretError> {
        let fold = |start: f64, f: fn(f64, f64) -> f64| {
            elements.iter().fold(start, |folded, &value| rounded(f(folded, value), element))
        };
        Ok(match kind {
            ReductionKind::Sum => fold(0.0, |a, b| a + b),
            ReductionKind::Product => fold(1.0, |a, b| a * b),
            ReductionKind::Max => largest(&elements).map_or(f64::NEG_INFINITY, |place| elements[place]),
            ReductionKind::Shift => {
                largest(&elements).map(|place| elements[place]).filter(|x| x.is_finite()).unwrap_or(0.0)
            }
            ReductionKind::Min => {
                let negated: Vec<f64> = elements.iter().map(|value| -value).collect();
                largest(&negated).map_or(f64::INFINITY, |place| elements[place])
            }
            ReductionKind::And => f64::from(u8::from(elements.iter().all(|&value| value != 0.0))),
            ReductionKind::Or => f64::from(u8::from(elements.iter().any(|&value| value != 0.0))),
            ReductionKind::ArgMax => match largest(&elements) {
                Some(place) => (place + 1) as f64,
                None => return Err(InterpretError::Unsupported { operation: "argmax of no elements", element }),
            },
        })
    }

    fn as_integer(&self, element: &f64) -> Option<i64> {
        as_integer(*element)
    }

    fn expression(&self, element: &f64) -> Expr {
        number(*element)
    }

    fn is_open(&self, _: &f64) -> bool {
        false
    }

    fn pick(&mut self, position: &f64, _: Vec<f64>) -> Result<f64, InterpretError> {
        Err(InterpretError::NotANumber(Expr::real(*position)))
    }

    fn select(&mut self, condition: &f64, yes: &f64, no: &f64) -> Result<f64, InterpretError> {
        Ok(if *condition != 0.0 { *yes } else { *no })
    }

    fn is_less(&mut self, a: &f64, b: &f64) -> Result<bool, InterpretError> {
        Ok(a < b || (b.is_nan() && !a.is_nan()))
    }

    fn convert(&mut self, value: &f64, _: ElementType, to: ElementType) -> Result<f64, InterpretError> {
        match to {
            ElementType::I64 => whole(value.trunc()).map_err(|_| InterpretError::NotANumber(Expr::real(*value))),
            ElementType::F32 | ElementType::F64 | ElementType::Bool => Ok(rounded(*value, to)),
            ElementType::Complex => Err(InterpretError::Unsupported { operation: "convert", element: to }),
        }
    }

    fn random(&mut self, draws: &Draws<'_>) -> Result<Vec<f64>, InterpretError> {
        let functions = &mut *self.functions;
        let mut values = draws.machine_numbers(self.seed, |e| functions.constant(e))?;
        values.iter_mut().for_each(|value| *value = rounded(*value, draws.element));
        Ok(values)
    }

    fn checkpoint(&mut self) -> Result<(), InterpretError> {
        if self.functions.proceed() { Ok(()) } else { Err(InterpretError::Stopped) }
    }

    fn contract(
        &mut self,
        contraction: &Contraction,
        element: ElementType,
        operands: &[Tensor<f64>],
    ) -> Result<Vec<f64>, InterpretError> {
        let labels: Vec<Vec<usize>> = contraction
            .operands
            .iter()
            .map(|labels| labels.iter().map(|label| usize::from(label.0)).collect())
            .collect();
        let labels: Vec<&[usize]> = labels.iter().map(Vec::as_slice).collect();
        let result: Vec<usize> = contraction.result.iter().map(|label| usize::from(label.0)).collect();
        if element == ElementType::F32 {
            let narrow: Vec<Vec<f32>> =
                operands.iter().map(|operand| operand.iter().map(|&value| value as f32).collect()).collect();
            let views: Result<Vec<View<'_, f32>>, _> =
                narrow.iter().zip(operands).map(|(data, operand)| View::contiguous(data, operand.shape())).collect();
            let sums = contract(&views?, &labels, &result).map_err(InterpretError::Contract)?;
            return Ok(sums.into_iter().map(f64::from).collect());
        }
        let views: Result<Vec<View<'_, f64>>, _> = operands.iter().map(Tensor::view).collect();
        contract(&views?, &labels, &result).map_err(InterpretError::Contract)
    }
}
