//! Functions of arrays: plans.

use netform_array::ElementType;
use netform_compile::{Binding, Plan, Source, Tables, Tensor, Type, lower, optimize};
use netform_eval::{Flow, Session};
use netform_expr::Expr;

use super::code::Prepared;
use super::values;

/// A plan of array operations.
pub(super) struct Arrays {
    plan: Plan,
    shapes: Vec<Vec<usize>>,
    shape: Vec<usize>,
    element: ElementType,
}

impl Arrays {
    /// The plan of a function of arrays; nothing if it is not one of real numbers and truth values.
    pub(super) fn make(
        session: &mut Session,
        prepared: &Prepared,
        leaves: &[Expr],
        shapes: &[Vec<usize>],
        value: &Expr,
    ) -> Result<Option<Arrays>, Flow> {
        // Integers of programs are machine numbers, which would lose digits without telling.
        if prepared.arguments.iter().any(|argument| argument.element == ElementType::I64) {
            return Ok(None);
        }
        let bindings = prepared.arguments.iter().zip(leaves).zip(shapes).map(|((argument, leaf), shape)| Binding {
            leaf: leaf.clone(),
            name: argument.name.as_symbol().map_or("", |symbol| symbol.name()).into(),
            source: Source::Input,
            value_type: Type::of_shape(argument.element, shape),
        });
        let bindings: Vec<Binding> = bindings.collect();
        let mut tables = Tables::new(session).for_numbers();
        let lowered = lower(&[("Output".into(), value.clone())], &bindings, ElementType::F64, &mut tables);
        if let (Some(flow), Err(_)) = (tables.flow(), &lowered) {
            return Err(flow);
        }
        let Ok(program) = lowered.map_err(drop).and_then(|program| optimize(&program).map_err(drop)) else {
            return Ok(None);
        };
        let result = program.type_of(program.outputs()[0].value);
        let shape: Option<Vec<usize>> =
            result.shape.iter().map(|dim| usize::try_from(dim.as_integer()?).ok()).collect();
        let (Some(shape), element) = (shape, result.element) else { return Ok(None) };
        let known = vec![None; program.inputs().len()];
        let mut tables = Tables::new(session);
        let plan = Plan::new(&program, &known, &mut tables);
        if let (Some(flow), Err(_)) = (tables.flow(), &plan) {
            return Err(flow);
        }
        Ok(plan.ok().map(|plan| Arrays { plan, shapes: shapes.to_vec(), shape, element }))
    }

    pub(super) fn call(&self, session: &mut Session, inputs: &[Vec<f64>]) -> Result<Option<Expr>, Flow> {
        let tensors = self.shapes.iter().zip(inputs).map(|(shape, elements)| Tensor::new(shape, elements.clone()));
        let Ok(tensors) = tensors.collect::<Result<Vec<_>, _>>() else { return Ok(None) };
        let mut stopped = None;
        let results = self.plan.apply(&tensors, 0, &[], &mut || match session.tick() {
            Ok(()) => true,
            Err(flow) => {
                stopped = Some(flow);
                false
            }
        });
        match (stopped, results) {
            (Some(flow), _) => Err(flow),
            (None, Ok(results)) => {
                Ok(results.first().and_then(|result| values::array(&self.shape, self.element, result.to_vec())))
            }
            // What the program refuses, such as a position that is not there, evaluation explains.
            (None, Err(_)) => Ok(None),
        }
    }
}
