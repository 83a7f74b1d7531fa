//! Functions of arrays: plans.

use std::sync::Arc;

use netform_array::ElementType;
use netform_compile::{Binding, InterpretError, Plan, Source, Tables, Tensor, Type, Workspace, lower, optimize};
use netform_eval::{Flow, Session, Shape};
use netform_expr::Expr;

use super::values;

/// A function of arrays of numbers as a plan of array operations: its results are arrays, which may stand in nested lists.
#[derive(Debug)]
pub struct ArrayFunction {
    plan: Plan,
    inputs: Vec<Input>,
    results: Vec<Outcome>,
    form: Form,
}

/// An argument: what stands for it in the value that is compiled, and what it is given as.
#[derive(Clone, Debug)]
pub(super) struct Input {
    pub(super) leaf: Expr,
    pub(super) element: ElementType,
    pub(super) shape: Vec<usize>,
}

/// An array among the results.
#[derive(Debug)]
struct Outcome {
    shape: Vec<usize>,
    element: ElementType,
}

/// How the results stand in the value.
#[derive(Debug)]
enum Form {
    /// The next result.
    Array,
    /// A list.
    List(Vec<Form>),
}

/// Lists that are nested deeper are no results.
const NESTING: usize = 32;

impl ArrayFunction {
    /// The plan of a function of arrays; nothing if it is not one of real numbers and truth values.
    ///
    /// Arrays that stand in a list and do not form an array with each other, as a value and its derivatives, are results of
    /// one program, which computes once what they share.
    pub(super) fn make(session: &mut Session, inputs: Vec<Input>, value: &Expr) -> Result<Option<ArrayFunction>, Flow> {
        // Integers of programs are machine numbers, which would lose digits without telling.
        if inputs.iter().any(|input| input.element == ElementType::I64) {
            return Ok(None);
        }
        let bindings = inputs.iter().enumerate().map(|(place, input)| Binding {
            leaf: input.leaf.clone(),
            name: format!("Input{}", place + 1).into(),
            source: Source::Input,
            value_type: Type::of_shape(input.element, &input.shape),
        });
        let bindings: Vec<Binding> = bindings.collect();
        let mut parts = Vec::new();
        let Some(form) = form(session, value, &mut parts, NESTING)? else { return Ok(None) };
        let outputs = parts.into_iter().enumerate().map(|(place, part)| (format!("Output{}", place + 1).into(), part));
        let outputs: Vec<(Arc<str>, Expr)> = outputs.collect();
        let mut tables = Tables::new(session).for_numbers();
        let lowered = lower(&outputs, &bindings, ElementType::F64, &mut tables);
        if let (Some(flow), Err(_)) = (tables.flow(), &lowered) {
            return Err(flow);
        }
        let Ok(program) = lowered.map_err(drop).and_then(|program| optimize(&program).map_err(drop)) else {
            return Ok(None);
        };
        let mut results = Vec::with_capacity(outputs.len());
        for output in program.outputs() {
            let result = program.type_of(output.value);
            let shape = result.shape.iter().map(|dim| usize::try_from(dim.as_integer()?).ok());
            let Some(shape) = shape.collect::<Option<Vec<usize>>>() else { return Ok(None) };
            results.push(Outcome { shape, element: result.element });
        }
        let known = vec![None; program.inputs().len()];
        let mut tables = Tables::new(session);
        let plan = Plan::new(&program, &known, &mut tables);
        if let (Some(flow), Err(_)) = (tables.flow(), &plan) {
            return Err(flow);
        }
        Ok(plan.ok().map(|plan| ArrayFunction { plan, inputs, results, form }))
    }

    /// The value for elements of all arguments; `None` where evaluation has to explain what is wrong.
    pub(super) fn value(&self, session: &mut Session, inputs: &[Vec<f64>]) -> Result<Option<Expr>, Flow> {
        let tensors =
            self.inputs.iter().zip(inputs).map(|(input, elements)| Tensor::new(&input.shape, elements.clone()));
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
            (None, Ok(tensors)) => {
                let arrays = self.results.iter().zip(&tensors);
                let arrays =
                    arrays.map(|(result, tensor)| values::array(&result.shape, result.element, tensor.to_vec()));
                Ok(arrays.collect::<Option<Vec<Expr>>>().and_then(|arrays| self.form.fill(&mut arrays.into_iter())))
            }
            // What the program refuses, such as a position that is not there, evaluation explains.
            (None, Err(_)) => Ok(None),
        }
    }

    /// The number of elements of all arguments together.
    pub fn inputs(&self) -> usize {
        (0..self.plan.input_count()).map(|input| self.plan.input_len(input)).sum()
    }

    /// The number of elements of all results together.
    pub fn results(&self) -> usize {
        (0..self.plan.output_count()).map(|output| self.plan.output_len(output)).sum()
    }

    /// The plan, which says what is done.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Computes the elements of all results, one array after the other, of those of all arguments.
    ///
    /// # Errors
    /// As those of [`Plan::run`].
    ///
    /// # Panics
    /// When there are other numbers of elements than the function has.
    pub fn call_in(
        &self,
        workspace: &mut Workspace,
        inputs: &[f64],
        results: &mut [f64],
    ) -> Result<(), InterpretError> {
        let mut rest = inputs;
        for place in 0..self.plan.input_count() {
            let (own, others) = rest.split_at(self.plan.input_len(place));
            self.plan.set_input(workspace, place, own);
            rest = others;
        }
        assert!(rest.is_empty(), "there are {} inputs too many", rest.len());
        self.plan.run(workspace, 0, &[], &mut || true)?;
        let mut rest = results;
        for place in 0..self.plan.output_count() {
            let (own, others) = rest.split_at_mut(self.plan.output_len(place));
            self.plan.output(workspace, place, own);
            rest = others;
        }
        assert!(rest.is_empty(), "there are {} results too many", rest.len());
        Ok(())
    }
}

/// How the arrays stand in a value; they are added to `parts`. A list that is an array is one.
fn form(session: &mut Session, value: &Expr, parts: &mut Vec<Expr>, deepest: usize) -> Result<Option<Form>, Flow> {
    if !value.is_list() || value.as_array().is_some() || session.shape_of(value)? != Shape::Unknown {
        parts.push(value.clone());
        return Ok(Some(Form::Array));
    }
    let Some(deepest) = deepest.checked_sub(1) else { return Ok(None) };
    let mut forms = Vec::with_capacity(value.len());
    for part in value.args().iter() {
        let Some(form) = form(session, part, parts, deepest)? else { return Ok(None) };
        forms.push(form);
    }
    Ok(Some(Form::List(forms)))
}

impl Form {
    /// The value in which arrays stand so.
    fn fill(&self, arrays: &mut impl Iterator<Item = Expr>) -> Option<Expr> {
        match self {
            Form::Array => arrays.next(),
            Form::List(forms) => {
                let parts: Option<Vec<Expr>> = forms.iter().map(|form| form.fill(arrays)).collect();
                parts.map(Expr::list)
            }
        }
    }
}
