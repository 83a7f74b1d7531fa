//! `ArrayFold`: every recurrence. Explicit sequences unroll it, array symbols keep it.

use netform_compile::ELEMENT_LIMIT;
use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym};

use super::bound::{self, Parameter};
use super::dimension::{self, Dims, differ, integer};
use super::fold_tangent;
use super::messages::MESSAGES;

pub(super) const ARRAY_FOLD: Function = Function {
    name: "ArrayFold",
    usage: "ArrayFold[f, {s1, ...}, {x1, ...}] goes through the sequences x1, ... together, beginning with the states \
            s1, ...: f[{s1, ...}, {x1, ...}] is applied to states and elements and gives {{next states}, {outputs}}. The \
            result is {{final states}, {sequences of outputs}}. A number of steps may stand instead of the sequences. \
            Explicit sequences unroll the recurrence; with array symbols it stays, as a list of \
            ArrayFold[f, {s1, ...}, {x1, ...}, {i, k}], each of which is part {i, k} of the result.",
    evaluate: Some(evaluate),
    arguments: Some((3, 4)),
    arrays: ArrayPositions::None,
    quantities: ArrayPositions::At(&[1, 2, 3]),
    shape: ShapeRule::Rule(shape),
    derivative: Derivative::Differential(fold_tangent::differential),
    linear: super::linear_folds::RECURRENCE,
    lowering: Lowering::Rewrite(lower),
    messages: MESSAGES,
    examples: &[
        ("ArrayFold[{{#1[[1]] + #2[[1]]}, {#1[[1]]}} &, {0}, {{a, b, c}}]", "{{a + b + c}, {{0, a, a + b}}}"),
        ("ArrayFold[{{f[#1[[1]]]}, {}} &, {x}, 3]", "{{f[f[f[x]]]}, {}}"),
        (
            "Dimensions[ArrayFold[{{#1[[1]] + #2[[1]]}, {#1[[1]]}} &, {{0, 0}}, {MatrixSymbol[\"x\", {n, 2}]}][[2, 1]]]",
            "{n, 2}",
        ),
        (
            "Module[{fold}, fold[f_] := ArrayFold[f, {0}, {VectorSymbol[\"x\", n]}]; \
             fold[{{Tanh[#1[[1]]] + #2[[1]]}, {}} &] === fold[Function[{s, y}, {{First[y] + Tanh[First[s]]}, {}}]]]",
            "True",
        ),
    ],
    ..Function::NEW
};

/// What a recurrence goes through.
#[derive(Clone)]
pub(super) enum Course {
    /// Sequences, which have one length.
    Sequences(Vec<Expr>),
    /// So many steps.
    Steps(Expr),
}

impl Course {
    pub(super) fn of(argument: &Expr) -> Option<Course> {
        match argument.args_of(Sym::List) {
            Some(sequences) => Some(Course::Sequences(sequences.into_owned())),
            None => dimension::is_size(argument).then(|| Course::Steps(argument.clone())),
        }
    }

    pub(super) fn sequences(&self) -> &[Expr] {
        match self {
            Course::Sequences(sequences) => sequences,
            Course::Steps(_) => &[],
        }
    }

    pub(super) fn to_argument(&self) -> Expr {
        match self {
            Course::Sequences(sequences) => dimension::list(sequences),
            Course::Steps(count) => count.clone(),
        }
    }
}

/// A step evaluated on variables: the states and elements of the given dimensions.
pub(super) struct Step {
    pub(super) states: Vec<Expr>,
    pub(super) elements: Vec<Expr>,
    pub(super) next: Vec<Expr>,
    pub(super) outputs: Vec<Expr>,
}

impl Step {
    /// Evaluates the step on variables; `None` if it does not give states and outputs.
    pub(super) fn trace(
        session: &mut Session,
        f: &Expr,
        states: &[Dims],
        elements: &[Dims],
    ) -> Result<Option<Step>, Flow> {
        let states: Vec<Expr> = states.iter().map(|dimensions| bound::variable(session, dimensions)).collect();
        let elements: Vec<Expr> = elements.iter().map(|dimensions| bound::variable(session, dimensions)).collect();
        let result = bound::apply(session, f, [dimension::list(&states), dimension::list(&elements)])?;
        Ok(groups(&result, states.len()).map(|(next, outputs)| Step { states, elements, next, outputs }))
    }

    /// The step as a function of the list of states and the list of elements.
    pub(super) fn function(&self) -> Expr {
        let body = Expr::list([dimension::list(&self.next), dimension::list(&self.outputs)]);
        let parameters: Vec<Parameter> =
            Parameter::parts(&self.states, 1).chain(Parameter::parts(&self.elements, 2)).collect();
        bound::close(&body, &parameters, 2)
    }

    /// The step as a function of states and elements one by one.
    fn function_of_all(&self) -> Expr {
        let body = Expr::list([dimension::list(&self.next), dimension::list(&self.outputs)]);
        let variables: Vec<Expr> = self.states.iter().chain(&self.elements).cloned().collect();
        bound::close(&body, &Parameter::each(&variables), variables.len())
    }
}

/// Next states and outputs in the result of a step.
fn groups(result: &Expr, states: usize) -> Option<(Vec<Expr>, Vec<Expr>)> {
    let both = result.args_of(Sym::List)?;
    match both.as_ref() {
        [next, outputs] if next.is_list() && outputs.is_list() && next.len() == states => {
            Some((next.args().into_owned(), outputs.args().into_owned()))
        }
        _ => None,
    }
}

/// A recurrence as a call states it.
pub(super) struct Fold {
    pub(super) f: Expr,
    pub(super) states: Vec<Expr>,
    pub(super) course: Course,
}

impl Fold {
    pub(super) fn of(call: &Expr) -> Option<Fold> {
        let args = call.args();
        if !(3..=4).contains(&args.len()) {
            return None;
        }
        let states = args[1].args_of(Sym::List)?.into_owned();
        Some(Fold { f: args[0].clone(), states, course: Course::of(&args[2])? })
    }

    /// The step on variables with the dimensions that states and elements have.
    pub(super) fn trace(&self, session: &mut Session) -> Result<Option<Step>, Flow> {
        let mut states = Vec::with_capacity(self.states.len());
        for state in &self.states {
            states.push(dimension::of(session, state)?);
        }
        let mut elements = Vec::with_capacity(self.course.sequences().len());
        for sequence in self.course.sequences() {
            let mut dimensions = dimension::of(session, sequence)?;
            if !dimensions.is_empty() {
                dimensions.remove(0);
            }
            elements.push(dimensions);
        }
        Step::trace(session, &self.f, &states, &elements)
    }

    /// The number of steps.
    pub(super) fn length(&self, session: &mut Session) -> Result<Option<Expr>, Flow> {
        match &self.course {
            Course::Steps(count) => Ok(Some(count.clone())),
            Course::Sequences(sequences) => {
                let mut length: Option<Expr> = None;
                for sequence in sequences {
                    let own = dimension::of(session, sequence)?.into_iter().next();
                    if length.is_none() || own.as_ref().is_some_and(|own| own.as_i64().is_some()) {
                        length = own.or(length);
                    }
                }
                Ok(length)
            }
        }
    }

    fn call(&self, function: Expr) -> [Expr; 3] {
        [function, dimension::list(&self.states), self.course.to_argument()]
    }
}

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(fold) = Fold::of(call) else {
        if !args[1].is_list() && !args[1].is_symbol() {
            session.message(Sym::ArrayFold, "arrs", &[args[1].clone()]);
        } else if Course::of(&args[2]).is_none() {
            session.message(Sym::ArrayFold, "count", &[args[2].clone()]);
        }
        return Ok(None);
    };
    if let Some(part) = args.get(3) {
        return component(session, call, &fold, part);
    }
    let mut fold = fold;
    if let Course::Sequences(sequences) = &fold.course
        && let Some(explicit) = session.beside_lists(sequences)?
    {
        fold.course = Course::Sequences(explicit);
    }
    let explicit = match &fold.course {
        Course::Sequences(sequences) => sequences.iter().all(Expr::is_list),
        Course::Steps(count) => count.as_usize().is_some() && !any_symbolic(session, &fold.states)?,
    };
    if explicit { unroll(session, &fold) } else { keep(session, &fold) }
}

fn any_symbolic(session: &mut Session, states: &[Expr]) -> Result<bool, Flow> {
    for state in states {
        if session.is_symbolic_array(state)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Part `{i, k}` of the whole result; the call itself where that is what the part is.
fn component(session: &mut Session, call: &Expr, fold: &Fold, part: &Expr) -> Eval {
    let whole = session.evaluate_call(Sym::ArrayFold, fold.call(fold.f.clone()))?;
    let chosen = (|| {
        let indices = part.args_of(Sym::List).filter(|indices| indices.len() == 2)?;
        let (group, k) = (indices[0].as_usize()?, indices[1].as_usize()?);
        let groups = whole.args_of(Sym::List)?;
        let items = groups.get(group.checked_sub(1)?)?.args_of(Sym::List)?;
        items.get(k.checked_sub(1)?).cloned()
    })();
    Ok(chosen.filter(|chosen| chosen != call))
}

/// All steps, one after the other.
fn unroll(session: &mut Session, fold: &Fold) -> Eval {
    let lists: Vec<_> = fold.course.sequences().iter().map(Expr::args).collect();
    let steps = match (&fold.course, lists.first()) {
        (Course::Steps(count), _) => count.as_usize().unwrap_or(0),
        (_, Some(first)) => first.len(),
        (_, None) => {
            session.message(Sym::ArrayFold, "count", &[fold.course.to_argument()]);
            return Ok(None);
        }
    };
    if let Some(other) = lists.iter().find(|list| list.len() != steps) {
        session.message(Sym::ArrayFold, "steps", &[integer(steps), integer(other.len())]);
        return Ok(None);
    }
    if steps > ELEMENT_LIMIT {
        session.message(Sym::ArrayFold, "limit", &[integer(steps), integer(ELEMENT_LIMIT)]);
        return Ok(None);
    }
    let mut states = fold.states.clone();
    let mut sequences: Option<Vec<Vec<Expr>>> = None;
    for i in 0..steps {
        session.tick()?;
        let elements = Expr::list(lists.iter().map(|list| list[i].clone()));
        let result = bound::apply(session, &fold.f, [dimension::list(&states), elements])?;
        let Some((next, outputs)) = groups(&result, states.len()) else {
            session.message(Sym::ArrayFold, "step", &[integer(states.len()), result]);
            return Ok(None);
        };
        states = next;
        let sequences = sequences.get_or_insert_with(|| vec![Vec::new(); outputs.len()]);
        sequences.iter_mut().zip(outputs).for_each(|(sequence, output)| sequence.push(output));
    }
    let sequences = match sequences {
        Some(sequences) => sequences,
        None => fold.trace(session)?.map_or(vec![], |step| vec![vec![]; step.outputs.len()]),
    };
    let outputs = Expr::list(sequences.into_iter().map(Expr::list));
    Ok(Some(Expr::list([dimension::list(&states), outputs])))
}

/// The parts of a recurrence over array symbols, the step brought into canonical form.
fn keep(session: &mut Session, fold: &Fold) -> Eval {
    let mut lengths: Vec<Expr> = Vec::new();
    for sequence in fold.course.sequences() {
        match dimension::of(session, sequence)?.into_iter().next() {
            Some(length) => lengths.push(length),
            None => return Ok(None),
        }
    }
    if let Some(other) = lengths.iter().find(|length| differ(length, &lengths[0])) {
        session.message(Sym::ArrayFold, "steps", &[lengths[0].clone(), other.clone()]);
        return Ok(None);
    }
    if fold.course.sequences().is_empty() && matches!(fold.course, Course::Sequences(_)) {
        session.message(Sym::ArrayFold, "count", &[fold.course.to_argument()]);
        return Ok(None);
    }
    let Some(step) = fold.trace(session)? else {
        let variables = fold.states.len();
        session.message(Sym::ArrayFold, "step", &[integer(variables), fold.f.clone()]);
        return Ok(None);
    };
    for (k, (state, next)) in fold.states.iter().zip(&step.next).enumerate() {
        let (before, after) = (dimension::of(session, state)?, session.shape_of(next)?);
        let Some(after) = after.dimensions() else { continue };
        if before.len() != after.len() || before.iter().zip(after).any(|(a, b)| differ(a, b)) {
            session.message(
                Sym::ArrayFold,
                "state",
                &[integer(k + 1), dimension::list(&before), dimension::list(after)],
            );
            return Ok(None);
        }
    }
    let function = step.function();
    let mut part = |group: usize, count: usize| {
        let component = |k: usize| {
            let index = Expr::list([integer(group), integer(k)]);
            let parts = fold.call(function.clone()).into_iter().chain([index]);
            bound::settled(session, Expr::call(Sym::ArrayFold, parts))
        };
        Expr::list((1..=count).map(component).collect::<Vec<_>>())
    };
    let result = [part(1, step.next.len()), part(2, step.outputs.len())];
    Ok(Some(Expr::list(result)))
}

/// The dimensions of a part: those of a state, or of an output at every step.
fn shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let (Some(fold), Some(part)) = (Fold::of(call), call.args().get(3).cloned()) else { return Ok(Shape::Unknown) };
    let Some((group, k)) = part_index(&part) else { return Ok(Shape::Unknown) };
    if group == 1 {
        return match fold.states.get(k) {
            Some(state) => session.shape_of(state).map(|shape| match shape {
                Shape::Unknown => Shape::scalar(),
                known => known,
            }),
            None => Ok(Shape::Unknown),
        };
    }
    let (Some(length), Some(step)) = (fold.length(session)?, fold.trace(session)?) else { return Ok(Shape::Unknown) };
    let Some(output) = step.outputs.get(k) else { return Ok(Shape::Unknown) };
    let dimensions = dimension::of(session, output)?;
    Ok(Shape::of([length].into_iter().chain(dimensions)))
}

/// Group, and position in it counted from 0, of a part.
pub(super) fn part_index(part: &Expr) -> Option<(usize, usize)> {
    let indices = part.args_of(Sym::List).filter(|indices| indices.len() == 2)?;
    Some((indices[0].as_usize()?, indices[1].as_usize()?.checked_sub(1)?))
}

/// An item of the scan, which all parts of one recurrence share.
fn lower(session: &mut Session, call: &Expr) -> Eval {
    let Some(fold) = Fold::of(call) else { return Ok(None) };
    let Some(step) = fold.trace(session)? else { return Ok(None) };
    let states = dimension::list(&fold.states);
    let sequences = dimension::list(fold.course.sequences());
    let mut parts = vec![step.function_of_all(), states, sequences];
    if let Course::Steps(count) = &fold.course {
        parts.push(count.clone());
    }
    let scan = Expr::call(Sym::ProgramScan, parts);
    Ok(Some(match call.args().get(3).and_then(part_index) {
        Some((group, k)) => Expr::call(Sym::ProgramItem, [scan, integer(group), integer(k + 1)]),
        None => scan,
    }))
}
