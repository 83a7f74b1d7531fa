//! A small table of functions, in the place of the records of the system.
#![allow(dead_code, reason = "each test file uses a part of it")]

use netform_compile::{
    Dim, Domain, Evaluate, InterpretError, LoweringRule, LoweringTable, Machine, Program, ScalarFunctions, Stopped,
    Tensor, Type, interpret, verify,
};
use netform_eval::{RealCode, ResultType};
use netform_expr::{Expr, Sym};

/// Sums, products, powers and a few others.
pub(crate) struct Table;

impl ScalarFunctions for Table {
    fn code(&mut self, head: &Expr) -> Option<RealCode> {
        Some(match head.sym()? {
            Sym::Plus => RealCode::Variadic(|x| x.iter().sum()),
            Sym::Times => RealCode::Variadic(|x| x.iter().product()),
            Sym::Power => RealCode::Binary(f64::powf),
            Sym::Max => RealCode::Variadic(|x| x.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
            Sym::Min => RealCode::Variadic(|x| x.iter().copied().fold(f64::INFINITY, f64::min)),
            Sym::Tanh => RealCode::Unary(f64::tanh),
            Sym::Exp => RealCode::Unary(f64::exp),
            Sym::Sqrt => RealCode::Unary(f64::sqrt),
            Sym::Less => RealCode::Binary(|a, b| f64::from(u8::from(a < b))),
            _ => return None,
        })
    }

    fn constant(&mut self, expression: &Expr) -> Option<f64> {
        match expression.sym() {
            Some(Sym::Pi) => Some(std::f64::consts::PI),
            None if expression.has_head(Sym::DirectedInfinity) => {
                expression.arg(0).as_i64().map(|sign| f64::INFINITY * sign as f64)
            }
            _ => None,
        }
    }

    fn rewrite(&mut self, call: &Expr) -> Option<Expr> {
        let args = call.args();
        match call.head_sym()? {
            Sym::If => Some(Expr::call(Sym::ProgramSelect, args.iter().cloned())),
            Sym::Ramp => Some(Expr::call(Sym::Max, [args[0].clone(), Expr::integer(0)])),
            _ => None,
        }
    }
}

impl LoweringTable for Table {
    fn rule(&mut self, head: &Expr) -> Option<LoweringRule> {
        match head.sym()? {
            Sym::Dot | Sym::Total | Sym::Part | Sym::Fold => Some(LoweringRule::Rewrite),
            Sym::Plus | Sym::Times | Sym::Power | Sym::Max | Sym::Tanh | Sym::Exp | Sym::Ramp | Sym::Less => {
                Some(LoweringRule::Elementwise)
            }
            _ => None,
        }
    }

    fn result_type(&mut self, head: &Expr) -> ResultType {
        match head.sym() {
            Some(Sym::Plus | Sym::Times | Sym::Max | Sym::If) => ResultType::Widest,
            Some(Sym::Less) => ResultType::Truth,
            _ => ResultType::Real,
        }
    }

    fn rewrite(&mut self, call: &Expr) -> Result<Option<Expr>, Stopped> {
        let args = call.args();
        Ok(match call.head_sym() {
            Some(Sym::Dot) => {
                let label = |k: i64| Expr::integer(k);
                let labels = Expr::rule(
                    Expr::list([Expr::list([label(1), label(2)]), Expr::list([label(2)])]),
                    Expr::list([label(1)]),
                );
                Some(Expr::call(Sym::ProgramContract, [Expr::list(args.iter().cloned()), labels]))
            }
            Some(Sym::Total) => {
                Some(Expr::call(Sym::ProgramReduce, [Sym::Plus.into(), args[0].clone(), Expr::integer(1)]))
            }
            Some(Sym::Part) => Some(Expr::call(Sym::ProgramItem, args.iter().cloned())),
            Some(Sym::Fold) => Some(call.clone()),
            _ => None,
        })
    }

    fn is_constant(&mut self, expression: &Expr) -> bool {
        ScalarFunctions::constant(self, expression).is_some()
    }

    fn variable(&mut self, place: usize, value_type: &Type) -> Expr {
        let dims = Expr::list(value_type.shape.iter().map(Dim::to_expr));
        Expr::call(Sym::ArrayVariable, [Expr::integer(place as i64), dims])
    }
}

/// An evaluator that leaves everything as it stands.
pub(crate) struct Unevaluated;

impl Evaluate for Unevaluated {
    fn evaluate(&mut self, expression: &Expr) -> Option<Expr> {
        Some(expression.clone())
    }
}

/// `Slot[k]`.
pub(crate) fn slot(k: i64) -> Expr {
    Expr::call(Sym::Slot, [Expr::integer(k)])
}

/// A tensor of different, irregular numbers.
pub(crate) fn numbers(shape: &[usize], seed: usize) -> Tensor<f64> {
    let count: usize = shape.iter().product();
    Tensor::new(shape, (0..count).map(|i| ((i * 7919 + seed * 104_729 + 13) % 1009) as f64 / 97.0 - 5.0).collect())
        .expect("the shape fits")
}

/// Runs a valid program on machine numbers.
pub(crate) fn run(program: &Program, inputs: &[Tensor<f64>]) -> Result<Vec<Tensor<f64>>, InterpretError> {
    assert_eq!(verify(program), Ok(()), "{program}");
    interpret(program, &mut Machine::new(&mut Table), inputs)
}

/// Runs a valid program in any domain.
pub(crate) fn run_in<D: Domain>(
    program: &Program,
    domain: &mut D,
    inputs: &[Tensor<D::Element>],
) -> Vec<Tensor<D::Element>> {
    assert_eq!(verify(program), Ok(()), "{program}");
    interpret(program, domain, inputs).expect("the program runs")
}

/// All indices of a shape in row-major order.
pub(crate) fn indices(shape: &[usize]) -> Vec<Vec<usize>> {
    shape.iter().fold(vec![vec![]], |all, &size| {
        all.iter().flat_map(|index| (0..size).map(move |i| [index.as_slice(), &[i]].concat())).collect()
    })
}
