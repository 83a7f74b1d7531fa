//! Enclosures as elements: a program run on intervals gives intervals that contain every result that it has on the
//! numbers inside, and all its exact results.

use netform_array::{Array, ElementType, Layout, Scalar};
use netform_eval::{Enclosure, Toward, sum_toward};
use netform_expr::{Expr, Number, Sym};

use super::branches::Branches;
use super::domain::Domain;
use super::error::InterpretError;
use super::random::Draws;
use super::tape::ScalarFunctions;
use super::tensor::Tensor;
use crate::dim::Sizes;
use crate::program::{Constant, Contraction, Label, ReductionKind, ScalarFunction};

/// The domain of enclosures. Element types do not matter: bounds are double-precision reals, whatever type holds the
/// numbers.
pub struct Enclosures<'a> {
    functions: &'a mut dyn ScalarFunctions,
}

impl<'a> Enclosures<'a> {
    /// The domain whose scalar functions are taken from a table.
    pub fn new(functions: &'a mut dyn ScalarFunctions) -> Enclosures<'a> {
        Enclosures { functions }
    }
}

/// The interval of an enclosure in the language.
pub fn interval(enclosure: Enclosure) -> Expr {
    let end = |value: f64| {
        if value.is_infinite() {
            Expr::call(Sym::DirectedInfinity, [Expr::integer(if value > 0.0 { 1 } else { -1 })])
        } else {
            Expr::real(value)
        }
    };
    Expr::call(Sym::Interval, [Expr::list([end(enclosure.low), end(enclosure.high)])])
}

fn points(array: &Array) -> Result<Vec<Enclosure>, InterpretError> {
    let point = |scalar: Scalar| match scalar {
        Scalar::F64(value) => Ok(Enclosure::point(value)),
        Scalar::F32(value) => Ok(Enclosure::point(f64::from(value))),
        Scalar::I64(value) => Ok(Enclosure::around(&Number::from(value)).unwrap_or(Enclosure::LINE)),
        Scalar::Bool(value) => Ok(Enclosure::point(f64::from(u8::from(value)))),
        Scalar::Complex(_) => Err(InterpretError::Unsupported { operation: "constant", element: ElementType::Complex }),
    };
    array.scalars().map(point).collect()
}

fn truth(value: Option<bool>) -> Enclosure {
    value.map_or(Enclosure::UNDECIDED, |value| Enclosure::point(f64::from(u8::from(value))))
}

impl Domain for Enclosures<'_> {
    type Element = Enclosure;
    type Function = Branches;

    fn prepare(&mut self, function: &ScalarFunction, sizes: &Sizes) -> Result<Branches, InterpretError> {
        Branches::compile(&function.body, self.functions, sizes)
    }

    fn apply(&mut self, function: &mut Branches, arguments: &[Enclosure]) -> Result<Enclosure, InterpretError> {
        function.apply(arguments)
    }

    fn constant(&mut self, constant: &Constant) -> Result<Vec<Enclosure>, InterpretError> {
        match constant {
            Constant::Array(array) => points(array),
            Constant::Exact { elements, .. } => elements
                .iter()
                .map(|element| {
                    Branches::compile(element, self.functions, &Sizes::default())
                        .and_then(|function| function.apply(&[]))
                        .map_err(|_| InterpretError::NotANumber(element.clone()))
                })
                .collect(),
        }
    }

    fn integer(&mut self, value: usize) -> Enclosure {
        Enclosure::point(value as f64)
    }

    fn reduce(
        &mut self,
        kind: ReductionKind,
        element: ElementType,
        elements: Vec<Enclosure>,
    ) -> Result<Enclosure, InterpretError> {
        let fold = |start: f64, f: fn(f64, f64) -> f64| Enclosure {
            low: elements.iter().fold(start, |folded, value| f(folded, value.low)),
            high: elements.iter().fold(start, |folded, value| f(folded, value.high)),
        };
        Ok(match kind {
            ReductionKind::Sum => elements.iter().fold(Enclosure::point(0.0), |sum, &term| sum.plus(term)),
            ReductionKind::Product => elements.iter().fold(Enclosure::point(1.0), |all, &factor| all.multiply(factor)),
            ReductionKind::Max => fold(f64::NEG_INFINITY, f64::max),
            ReductionKind::Min => fold(f64::INFINITY, f64::min),
            // Any number does; one for all, since results depend on it until it drops out.
            ReductionKind::Shift => {
                let middle = |value: &Enclosure| f64::midpoint(value.low, value.high);
                let largest = elements.iter().map(middle).filter(|x| x.is_finite()).reduce(f64::max);
                Enclosure::point(largest.unwrap_or(0.0))
            }
            ReductionKind::And | ReductionKind::Or => {
                let decisive = kind == ReductionKind::Or;
                let mut all = Some(!decisive);
                for value in &elements {
                    match value.truth() {
                        Some(value) if value == decisive => return Ok(truth(Some(decisive))),
                        Some(_) => {}
                        None => all = None,
                    }
                }
                truth(all)
            }
            ReductionKind::ArgMax => {
                let mut best = 0;
                for place in 1..elements.len() {
                    if self.is_less(&elements[best], &elements[place])? {
                        best = place;
                    }
                }
                match elements.len() {
                    0 => return Err(InterpretError::Unsupported { operation: "argmax of no elements", element }),
                    _ => Enclosure::point((best + 1) as f64),
                }
            }
        })
    }

    fn as_integer(&self, element: &Enclosure) -> Option<i64> {
        let value = element.as_point()?;
        (value.fract() == 0.0 && value.abs() < 9e15).then_some(value as i64)
    }

    fn expression(&self, element: &Enclosure) -> Expr {
        match self.as_integer(element) {
            Some(value) => Expr::integer(value),
            None => element.as_point().map_or_else(|| interval(*element), Expr::real),
        }
    }

    fn is_open(&self, element: &Enclosure) -> bool {
        element.low.ceil() <= element.high && element.high >= 1.0
    }

    fn pick(&mut self, position: &Enclosure, choices: Vec<Enclosure>) -> Result<Enclosure, InterpretError> {
        let possible = choices.iter().enumerate().filter(|(place, _)| position.contains((place + 1) as f64));
        let hull = possible.map(|(_, choice)| *choice).reduce(Enclosure::hull);
        hull.ok_or_else(|| InterpretError::NotANumber(interval(*position)))
    }

    fn select(&mut self, condition: &Enclosure, yes: &Enclosure, no: &Enclosure) -> Result<Enclosure, InterpretError> {
        Ok(match condition.truth() {
            Some(true) => *yes,
            Some(false) => *no,
            None => yes.hull(*no),
        })
    }

    fn is_less(&mut self, a: &Enclosure, b: &Enclosure) -> Result<bool, InterpretError> {
        if a.high < b.low {
            Ok(true)
        } else if a.low >= b.high {
            Ok(false)
        } else {
            Err(InterpretError::Undecided(Expr::call(Sym::Less, [interval(*a), interval(*b)])))
        }
    }

    fn convert(&mut self, value: &Enclosure, from: ElementType, to: ElementType) -> Result<Enclosure, InterpretError> {
        match to {
            ElementType::I64 if from != ElementType::I64 => {
                Ok(Enclosure { low: value.low.trunc(), high: value.high.trunc() })
            }
            ElementType::Complex => Err(InterpretError::Unsupported { operation: "convert", element: to }),
            _ => Ok(*value),
        }
    }

    fn random(&mut self, draws: &Draws<'_>) -> Result<Vec<Enclosure>, InterpretError> {
        Err(InterpretError::Unsupported { operation: "random draw of intervals", element: draws.element })
    }

    fn checkpoint(&mut self) -> Result<(), InterpretError> {
        if self.functions.proceed() { Ok(()) } else { Err(InterpretError::Stopped) }
    }

    fn contract(
        &mut self,
        contraction: &Contraction,
        _: ElementType,
        operands: &[Tensor<Enclosure>],
    ) -> Result<Vec<Enclosure>, InterpretError> {
        let factors: Vec<Vec<Enclosure>> = operands.iter().map(Tensor::to_vec).collect();
        let walk = Walk::new(contraction, operands)?;
        let mut results = Vec::with_capacity(walk.outer);
        for outer in 0..walk.outer {
            if outer % 64 == 0 {
                self.checkpoint()?;
            }
            let start = walk.offsets(outer, &walk.kept);
            let (mut low, mut high) = (0.0, 0.0);
            for inner in 0..walk.inner {
                let steps = walk.offsets(inner, &walk.summed);
                let at = |k: usize| factors[k][start[k] + steps[k]];
                let product = (1..factors.len()).fold(at(0), |product, k| product.multiply(at(k)));
                low = sum_toward(&[low, product.low], Toward::Down);
                high = sum_toward(&[high, product.high], Toward::Up);
            }
            results.push(Enclosure { low, high });
        }
        Ok(results)
    }
}

/// The labels of a contraction with their sizes, and how far the operands step along each.
struct Walk {
    kept: Vec<(usize, Vec<usize>)>,
    summed: Vec<(usize, Vec<usize>)>,
    outer: usize,
    inner: usize,
}

impl Walk {
    fn new(contraction: &Contraction, operands: &[Tensor<Enclosure>]) -> Result<Walk, InterpretError> {
        let mut labels: Vec<(Label, usize, Vec<usize>)> =
            contraction.result.iter().map(|label| (*label, 0, vec![0; operands.len()])).collect();
        for (k, (names, operand)) in contraction.operands.iter().zip(operands).enumerate() {
            let mut stride = 1;
            for (label, &size) in names.iter().zip(operand.shape()).rev() {
                let place = labels.iter().position(|(other, ..)| other == label).unwrap_or_else(|| {
                    labels.push((*label, size, vec![0; operands.len()]));
                    labels.len() - 1
                });
                labels[place].1 = size;
                // A label that occurs twice in an operand walks along its diagonal.
                labels[place].2[k] += stride;
                stride *= size;
            }
        }
        let rest = labels.split_off(contraction.result.len());
        let sized = |labels: Vec<(Label, usize, Vec<usize>)>| -> Vec<(usize, Vec<usize>)> {
            labels.into_iter().map(|(_, size, strides)| (size, strides)).collect()
        };
        let (kept, summed) = (sized(labels), sized(rest));
        let count = |labels: &[(usize, Vec<usize>)]| -> Result<usize, InterpretError> {
            let sizes: Vec<usize> = labels.iter().map(|(size, _)| *size).collect();
            Ok(Layout::row_major(&sizes)?.len())
        };
        let (outer, inner) = (count(&kept)?, count(&summed)?);
        Ok(Walk { kept, summed, outer, inner })
    }

    /// The offsets in the operands at a place in row-major order of some labels.
    fn offsets(&self, mut place: usize, labels: &[(usize, Vec<usize>)]) -> smallvec::SmallVec<[usize; 4]> {
        let count = self.kept.first().or(self.summed.first()).map_or(0, |(_, strides)| strides.len());
        let mut offsets = smallvec::smallvec![0; count.max(1)];
        for (size, strides) in labels.iter().rev() {
            let index = place % size;
            place /= size;
            for (offset, stride) in offsets.iter_mut().zip(strides) {
                *offset += index * stride;
            }
        }
        offsets
    }
}
