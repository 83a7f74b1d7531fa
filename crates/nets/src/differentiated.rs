//! Programs of the derivatives of a net.

use netform_array::ElementType;
use netform_compile::{
    BuildError, GradientError, Program, Segments, Tables, Variable, checkpointed, derivative, pullback,
};
use netform_eval::{Flow, Session};
use netform_expr::Expr;

use crate::apply::symbol;
use crate::evaluate::Arrays;
use crate::lowered::Lowered;
use crate::net::Net;
use crate::program::NetProgram;
use crate::{Fault, PartialShape};

/// What a derivative is taken by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// An input of the net, by its place.
    Input(usize),
    /// An array of a layer.
    Array(usize, &'static str),
    /// The cotangent of an output of the net, by its place.
    Output(usize),
}

impl Target {
    /// The dimensions of what it is.
    pub(crate) fn dimensions(&self, net: &Net) -> Option<Vec<Expr>> {
        match self {
            Target::Input(input) => net.dimensions(&net.inputs[*input]),
            Target::Array(leaf, name) => net.leaves[*leaf].shape(name).dimensions(),
            Target::Output(output) => net.dimensions(&net.outputs[*output]),
        }
    }

    pub(crate) fn key(&self) -> Expr {
        match self {
            Target::Input(place) => Expr::integer(*place as i64),
            Target::Array(leaf, name) => Expr::list([Expr::integer(*leaf as i64), Expr::string(name)]),
            Target::Output(place) => Expr::list([Expr::integer(*place as i64)]),
        }
    }
}

/// A derivative of the sum of a net's outputs times their cotangents, by one thing after the other.
#[derive(Debug, Clone)]
pub(crate) struct Derivative(Vec<Target>);

impl Derivative {
    pub(crate) fn new(targets: Vec<Target>) -> Derivative {
        Derivative(targets)
    }

    pub(crate) fn targets(&self) -> &[Target] {
        &self.0
    }

    /// What a gradient is by, which several can be taken together with.
    pub(crate) fn as_gradient(&self) -> Option<&Target> {
        match self.0.as_slice() {
            [target @ (Target::Input(_) | Target::Array(..))] => Some(target),
            _ => None,
        }
    }

    /// Whether it is by arrays only, which all examples have in common.
    pub(crate) fn is_summed(&self) -> bool {
        self.0.iter().all(|target| matches!(target, Target::Array(..)))
    }

    /// The shape of its value.
    pub(crate) fn shape(&self, net: &Net) -> PartialShape {
        let dimensions: Option<Vec<Vec<Expr>>> = self.0.iter().map(|target| target.dimensions(net)).collect();
        dimensions.map_or(PartialShape::Unknown, |dimensions| PartialShape::known(dimensions.into_iter().flatten()))
    }

    /// For each level of its value whether the examples of a batch stand along it.
    pub(crate) fn levels_of_batch(&self, net: &Net) -> Vec<bool> {
        let mut levels = Vec::new();
        for target in &self.0 {
            let port = match target {
                Target::Input(input) => Some(&net.inputs[*input]),
                Target::Output(output) => Some(&net.outputs[*output]),
                Target::Array(..) => None,
            };
            let rank = target.dimensions(net).map_or(0, |dimensions| dimensions.len());
            let of_one = port.and_then(|port| port.shape.dimensions()).map_or(rank, |dimensions| dimensions.len());
            levels.extend((0..rank).map(|level| level == 0 && of_one < rank));
        }
        levels
    }
}

/// What a program of derivatives is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) net: &'a Net,
    /// Which inputs are given.
    pub(crate) given: &'a [bool],
    pub(crate) targets: &'a [Target],
    /// The elements of real inputs, and what arrays are.
    pub(crate) kind: (ElementType, Arrays),
    /// The segments of recurrences that are computed again.
    pub(crate) segments: Option<Segments>,
}

/// A program of derivatives.
pub(crate) struct Differentiated {
    /// Its inputs are those of the net's program, cotangents of outputs, and directions.
    pub(crate) net: NetProgram,
    /// The outputs that have cotangents, which are those that hold real numbers.
    pub(crate) cotangents: Vec<usize>,
}

impl Differentiated {
    /// The program of the gradients of a net by some of its inputs and arrays. Its outputs are those of the net and then
    /// the gradients.
    pub(crate) fn gradients(
        session: &mut Session,
        question: Question<'_>,
    ) -> Result<Result<Differentiated, Fault>, Flow> {
        Differentiated::new(session, question, |program, seeds, variables, tables| {
            let places = variables.iter().filter_map(|variable| match variable {
                Variable::Input(place) => program.inputs().get(*place).copied(),
                Variable::Cotangent(_) => None,
            });
            pullback(program, &places.collect::<Vec<_>>(), seeds, tables)
        })
    }

    /// The program of a derivative of any order. Its inputs are those of the gradients' and then directions, one for each
    /// target but the last one; its output is the derivative by the last one.
    pub(crate) fn nested(session: &mut Session, question: Question<'_>) -> Result<Result<Differentiated, Fault>, Flow> {
        Differentiated::new(session, question, |program, seeds, variables, tables| {
            derivative(program, seeds, variables, tables)
        })
    }

    fn new(
        session: &mut Session,
        Question { net, given, targets, kind: (real, arrays), segments }: Question<'_>,
        differentiate: impl FnOnce(&Program, &[usize], &[Variable], &mut Tables<'_>) -> Result<Program, GradientError>,
    ) -> Result<Result<Differentiated, Fault>, Flow> {
        let lowered = match Lowered::of_net(session, net, given, real, arrays)? {
            Ok(lowered) => lowered,
            Err(fault) => return Ok(Err(fault)),
        };
        let fail = |error: String| Ok(Err(Fault::new(symbol(net), "progfail", [error])));
        let program: Result<Program, BuildError> = match segments {
            Some(segments) => checkpointed(&lowered.program, segments),
            None => Ok(lowered.program.clone()),
        };
        let program = match program {
            Ok(program) => program,
            Err(error) => return fail(error.to_string()),
        };
        let seeds = real_outputs(&program);
        let data = given.iter().filter(|given| **given).count();
        let variable = |target: &Target| match target {
            Target::Input(input) => Some(Variable::Input(given[..*input].iter().filter(|given| **given).count())),
            Target::Array(leaf, name) => {
                let first = net.places_of(*leaf, name)[0];
                lowered.arrays.iter().position(|array| *array == first).map(|place| Variable::Input(data + place))
            }
            Target::Output(output) => seeds.iter().position(|seed| seed == output).map(Variable::Cotangent),
        };
        let variables: Option<Vec<Variable>> = targets.iter().map(variable).collect();
        let Some(variables) = variables else {
            return fail("an output by which a derivative is taken holds no real numbers".to_owned());
        };
        let mut tables = Tables::new(session);
        let made = differentiate(&program, &seeds, &variables, &mut tables);
        match (tables.flow(), made) {
            (Some(flow), Err(_)) => Err(flow),
            (_, Err(error)) => fail(error.to_string()),
            (_, Ok(program)) => {
                let made = Lowered { program, ..lowered }.optimized(net);
                Ok(made.map(|net| Differentiated { net, cotangents: seeds }))
            }
        }
    }
}

/// The places of the outputs that hold real numbers.
pub(crate) fn real_outputs(program: &Program) -> Vec<usize> {
    let is_real = |place: &usize| {
        let element = program.type_of(program.outputs()[*place].value).element;
        matches!(element, ElementType::F32 | ElementType::F64)
    };
    (0..program.outputs().len()).filter(is_real).collect()
}
