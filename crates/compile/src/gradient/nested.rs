//! Derivatives of any order: reverse mode, applied to its own results.
//!
//! What is differentiated is one number, the sum of all outputs times their cotangents. Its derivative by an input in a
//! direction is a number again, which may be differentiated once more; only the last derivative is taken in all directions at
//! once, which is what reverse mode gives. So the derivative by several inputs costs as many runs as there are pairs of
//! directions of all inputs but the last, which had best be the largest.
//!
//! The number is linear in the cotangents, and its derivative by that of an output is this output. Derivatives by the cotangent
//! of an output and by an input are therefore the Jacobian of the output; where the input is the smaller of both, the walk back
//! through a walk back is a walk forward along its directions.

use netform_array::ElementType;
use netform_expr::{Expr, Sym};
use smallvec::SmallVec;

use super::{GradientError, ScalarDerivatives, constant, is_real, pullback};
use crate::passes::{common_subexpressions, dead_values};
use crate::program::{Builder, Contraction, Label, Program, ValueId};
use crate::scalar::slot;

/// What a derivative is taken by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variable {
    /// An input of the program, by its place.
    Input(usize),
    /// The cotangent of an output, by its place among those that have one.
    Cotangent(usize),
}

/// The program of a derivative of the sum of the outputs `seeds` times their cotangents, by all `variables`.
///
/// Its inputs are those of `program`, the cotangents, and then for each variable but the last one a direction, an array of the
/// shape of the variable. Its only output is the derivative along these directions by the last variable; without variables
/// the sum itself.
///
/// # Errors
/// [`GradientError`].
///
/// ```
/// use netform_array::ElementType::F64;
/// use netform_compile::{Builder, Tables, Type, Variable, derivative};
/// use netform_eval::{Registry, Session};
///
/// let mut builder = Builder::new();
/// let x = builder.input("x", Type::of_shape(F64, &[3]))?;
/// let square = builder.einsum("a,a->", &[x, x])?;
/// builder.output("y", square)?;
/// let mut session = Session::new(Registry::new().share());
/// let hessian = [Variable::Input(0); 2];
/// let program = derivative(&builder.finish(), &[0], &hessian, &mut Tables::new(&mut session))?;
/// let names: Vec<_> = program.inputs().iter().filter_map(|&input| program.input_name(input)).map(|n| &**n).collect();
/// assert_eq!(names, ["x", "cotangent of y", "direction"]);
/// assert_eq!(program.type_of(program.outputs()[0].value).to_string(), "f64[3]");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn derivative(
    program: &Program,
    seeds: &[usize],
    variables: &[Variable],
    derivatives: &mut dyn ScalarDerivatives,
) -> Result<Program, GradientError> {
    let inputs = program.inputs().len();
    let place = |variable: &Variable| match variable {
        Variable::Input(place) => *place,
        Variable::Cotangent(place) => inputs + place,
    };
    let mut number = weighted(program, seeds)?;
    let Some((last, directed)) = variables.split_last() else { return Ok(number) };
    for variable in directed {
        let (mut builder, gradient) = gradient(&number, place(variable), derivatives)?;
        let name = builder.free_name("direction");
        let value_type = builder.type_of(gradient).clone();
        let direction = builder.input(&name, value_type)?;
        let along = product(&mut builder, gradient, direction)?;
        builder.output("derivative", along)?;
        number = dead_values(&common_subexpressions(&builder.finish())?)?;
    }
    let (mut builder, gradient) = gradient(&number, place(last), derivatives)?;
    builder.output("derivative", gradient)?;
    Ok(dead_values(&builder.finish())?)
}

/// The program whose only output is the sum of some outputs times cotangents, which are further inputs.
fn weighted(program: &Program, seeds: &[usize]) -> Result<Program, GradientError> {
    let mut builder = Builder::continuing(program);
    let mut sum: Option<ValueId> = None;
    for &seed in seeds {
        let output = program.outputs().get(seed).ok_or(GradientError::NoSuchValue(ValueId(u32::MAX)))?;
        let value_type = program.type_of(output.value).clone();
        if !is_real(&value_type) {
            return Err(GradientError::NoSuchValue(output.value));
        }
        let name = builder.free_name(&format!("cotangent of {}", output.name));
        let element = value_type.element;
        let cotangent = builder.input(&name, value_type)?;
        let term = product(&mut builder, output.value, cotangent)?;
        sum = Some(match sum {
            None => term,
            Some(sum) => builder.map(Expr::call(Sym::Plus, [slot(1), slot(2)]), element, &[sum, term])?,
        });
    }
    let sum = match sum {
        Some(sum) => sum,
        None => builder.constant(constant(0.0, ElementType::F64))?,
    };
    builder.output("derivative", sum)?;
    Ok(builder.finish())
}

/// The sum of the products of all elements of two arrays.
fn product(builder: &mut Builder, a: ValueId, b: ValueId) -> Result<ValueId, GradientError> {
    let labels: SmallVec<[Label; 4]> = (0..builder.type_of(a).rank() as u16).map(Label).collect();
    let contraction = Contraction { operands: vec![labels.clone(), labels], result: SmallVec::new() };
    Ok(builder.contract(contraction, &[a, b])?)
}

/// A program with the inputs of another one, whose output is a number, that has the gradient of this number by one of them.
fn gradient(
    number: &Program,
    place: usize,
    derivatives: &mut dyn ScalarDerivatives,
) -> Result<(Builder, ValueId), GradientError> {
    let wanted = *number.inputs().get(place).ok_or(GradientError::NoSuchValue(ValueId(u32::MAX)))?;
    let pulled = pullback(number, &[wanted], &[0], derivatives)?;
    let mut builder = Builder::new();
    let mut arguments = Vec::with_capacity(pulled.inputs().len());
    let (cotangent, inputs) = pulled.inputs().split_last().ok_or(GradientError::NoSuchValue(wanted))?;
    for instruction in pulled.instructions().iter().filter(|i| i.results.iter().any(|r| inputs.contains(r))) {
        arguments.extend(builder.emit(instruction.operation.clone(), [])?);
    }
    arguments.push(builder.constant(constant(1.0, pulled.type_of(*cotangent).element))?);
    let results = builder.splice(&pulled, &arguments)?;
    Ok((builder, results[1]))
}
