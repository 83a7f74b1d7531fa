//! The ordinary higher-order functions on array symbols: bodies are evaluated once, on variables.
//!
//! Their records, which stand with their other rules, take `on_arrays`, `shape` and `lowering` from
//! here.

use netform_eval::{Eval, Flow, Session, Shape};
use netform_expr::{Expr, Sym};

use super::bound::{self, Parameter};
use super::dimension::{self, Dims, differ, integer};
use super::thread::{is_elementwise, substitute};

/// A function mapped over so many leading levels of some arrays together.
struct Mapping {
    f: Expr,
    arrays: Vec<Expr>,
    dimensions: Vec<Dims>,
    depth: usize,
}

/// A mapped function on variables.
struct Body {
    variables: Vec<Expr>,
    value: Expr,
}

impl Mapping {
    /// `Map[f, a]` and `Map[f, a, {n}]`.
    fn of_map(session: &mut Session, call: &Expr) -> Result<Option<Mapping>, Flow> {
        let args = call.args();
        let depth = match args.get(2) {
            None if args.len() == 2 => Some(1),
            Some(levels) => levels.args_of(Sym::List).filter(|l| l.len() == 1).and_then(|l| l[0].as_usize()),
            None => None,
        };
        let Some(depth) = depth.filter(|&depth| depth > 0) else { return Ok(None) };
        let dimensions = dimension::of(session, &args[1])?;
        if dimensions.len() < depth {
            return Ok(None);
        }
        Ok(Some(Mapping { f: args[0].clone(), arrays: vec![args[1].clone()], dimensions: vec![dimensions], depth }))
    }

    /// `MapThread[f, {a, b, ...}]` and `MapThread[f, {a, b, ...}, n]`.
    fn of_map_thread(session: &mut Session, call: &Expr) -> Result<Option<Mapping>, Flow> {
        let args = call.args();
        let depth = args.get(2).map_or(Some(1), Expr::as_usize).filter(|&depth| depth > 0);
        let (Some(depth), Some(arrays)) = (depth, args.get(1).and_then(|list| list.args_of(Sym::List))) else {
            return Ok(None);
        };
        let mut dimensions: Vec<Dims> = Vec::with_capacity(arrays.len());
        for array in arrays.iter() {
            let own = dimension::of(session, array)?;
            let agrees = own.len() >= depth
                && dimensions.first().is_none_or(|first| first[..depth].iter().zip(&own).all(|(a, b)| !differ(a, b)));
            if !agrees {
                return Ok(None);
            }
            dimensions.push(own);
        }
        Ok((!arrays.is_empty()).then(|| Mapping { f: args[0].clone(), arrays: arrays.to_vec(), dimensions, depth }))
    }

    fn trace(&self, session: &mut Session) -> Result<Body, Flow> {
        let variables: Vec<Expr> =
            self.dimensions.iter().map(|own| bound::variable(session, &own[self.depth..])).collect();
        let value = bound::apply(session, &self.f, variables.iter().cloned())?;
        Ok(Body { variables, value })
    }

    /// The mapped function in canonical form; or the value itself, where the function is
    /// elementwise and so needs no mapping.
    fn canonical(&self, session: &mut Session) -> Result<Result<Expr, Expr>, Flow> {
        let body = self.trace(session)?;
        let alike = self.dimensions.iter().all(|own| own.len() == self.dimensions[0].len());
        let varies = bound::occurring(&body.value, &body.variables).contains(&true);
        if alike && varies && is_elementwise(session, &body.value, &body.variables)? {
            return substitute(session, &body.value, &body.variables, &self.arrays).map(Err);
        }
        Ok(Ok(bound::close(&body.value, &Parameter::each(&body.variables), self.arrays.len())))
    }

    fn shape(&self, session: &mut Session) -> Result<Shape, Flow> {
        let body = self.trace(session)?;
        let inner = dimension::of(session, &body.value)?;
        Ok(Shape::of(self.dimensions[0][..self.depth].iter().cloned().chain(inner)))
    }

    /// A map of scalars, or a recurrence without states over the leading levels made one.
    fn lower(&self, session: &mut Session) -> Result<Expr, Flow> {
        let body = self.trace(session)?;
        let parameters = Parameter::each(&body.variables);
        let inner = dimension::of(session, &body.value)?;
        if inner.is_empty() && self.dimensions.iter().all(|own| own.len() == self.depth) {
            let function = bound::close(&body.value, &parameters, self.arrays.len());
            return Ok(Expr::call(Sym::ProgramMap, [function].into_iter().chain(self.arrays.iter().cloned())));
        }
        let leading = &self.dimensions[0][..self.depth];
        let count = dimension::element_count(session, leading)?;
        let flat = |(array, own): (&Expr, &Dims)| {
            if self.depth == 1 {
                return array.clone();
            }
            let sizes = [count.clone()].into_iter().chain(own[self.depth..].iter().cloned());
            Expr::call(Sym::ProgramReshape, [array.clone(), Expr::list(sizes)])
        };
        let sequences = Expr::list(self.arrays.iter().zip(&self.dimensions).map(flat));
        let step = Expr::list([Expr::list([]), Expr::list([body.value])]);
        let function = bound::close(&step, &parameters, self.arrays.len());
        let scan = Expr::call(Sym::ProgramScan, [function, Expr::list([]), sequences]);
        let rows = Expr::call(Sym::ProgramItem, [scan, integer(2), integer(1)]);
        if self.depth == 1 {
            return Ok(rows);
        }
        let sizes = Expr::list(leading.iter().cloned().chain(inner));
        Ok(Expr::call(Sym::ProgramReshape, [rows, sizes]))
    }
}

/// `Map[f, a, {n}]` for an array symbol `a`.
pub(crate) fn map(session: &mut Session, call: &Expr) -> Eval {
    let Some(mapping) = Mapping::of_map(session, call)? else { return Ok(None) };
    let function = match mapping.canonical(session)? {
        Ok(function) => function,
        Err(value) => return Ok(Some(value)),
    };
    let mut parts = vec![function, mapping.arrays[0].clone()];
    if mapping.depth > 1 {
        parts.push(Expr::list([integer(mapping.depth)]));
    }
    let result = bound::settled(session, Expr::call(Sym::Map, parts));
    Ok(Some(result).filter(|result| result != call))
}

/// `MapThread[f, {a, ...}, n]` with array symbols among the arrays.
pub(crate) fn map_thread(session: &mut Session, call: &Expr) -> Eval {
    let Some(mapping) = Mapping::of_map_thread(session, call)? else {
        tell_misfit(session, call)?;
        return Ok(None);
    };
    let function = match mapping.canonical(session)? {
        Ok(function) => function,
        Err(value) => return Ok(Some(value)),
    };
    let mut parts = vec![function, dimension::list(&mapping.arrays)];
    if mapping.depth > 1 {
        parts.push(integer(mapping.depth));
    }
    let result = bound::settled(session, Expr::call(Sym::MapThread, parts));
    Ok(Some(result).filter(|result| result != call))
}

/// Tells of arrays whose levels are known to differ from those of the first one.
fn tell_misfit(session: &mut Session, call: &Expr) -> Result<(), Flow> {
    let args = call.args();
    let depth = args.get(2).map_or(Some(1), Expr::as_usize).unwrap_or(0);
    let Some(arrays) = args.get(1).and_then(|list| list.args_of(Sym::List)) else { return Ok(()) };
    let mut first: Option<Dims> = None;
    for (place, array) in arrays.iter().enumerate() {
        let own: Dims = dimension::of(session, array)?.into_iter().take(depth).collect();
        let Some(first) = &first else {
            first = Some(own);
            continue;
        };
        if first.iter().zip(&own).any(|(a, b)| differ(a, b)) {
            let (a, b) = (dimension::list(first), dimension::list(&own));
            session.message_of(call.head(), "mptc", &[integer(1), integer(place + 1), call.clone(), a, b]);
            return Ok(());
        }
    }
    Ok(())
}

/// The shape of `Map[f, a, {n}]`.
pub(crate) fn map_shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    match Mapping::of_map(session, call)? {
        Some(mapping) => mapping.shape(session),
        None => Ok(Shape::Unknown),
    }
}

/// The shape of `MapThread[f, {a, ...}, n]`.
pub(crate) fn map_thread_shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    match Mapping::of_map_thread(session, call)? {
        Some(mapping) => mapping.shape(session),
        None => Ok(Shape::Unknown),
    }
}

/// `Map[f, a, {n}]` in a program.
pub(crate) fn lower_map(session: &mut Session, call: &Expr) -> Eval {
    match Mapping::of_map(session, call)? {
        Some(mapping) => mapping.lower(session).map(Some),
        None => Ok(None),
    }
}

/// `MapThread[f, {a, ...}, n]` in a program.
pub(crate) fn lower_map_thread(session: &mut Session, call: &Expr) -> Eval {
    match Mapping::of_map_thread(session, call)? {
        Some(mapping) => mapping.lower(session).map(Some),
        None => Ok(None),
    }
}

/// A step of `Fold[f, s, x]` or `FoldList[f, s, x]` on variables. Without a first state the first
/// element is one.
struct Folding {
    state: Expr,
    sequence: Expr,
    variables: [Expr; 2],
    next: Expr,
}

impl Folding {
    fn of(session: &mut Session, call: &Expr) -> Result<Option<Folding>, Flow> {
        let args = call.args();
        let (f, state, sequence) = match args.as_ref() {
            [f, state, sequence] => (f, state.clone(), sequence.clone()),
            [f, sequence] if !dimension::of(session, sequence)?.is_empty() => {
                let first = session.evaluate_call(Sym::First, [sequence.clone()])?;
                (f, first, session.evaluate_call(Sym::Rest, [sequence.clone()])?)
            }
            _ => return Ok(None),
        };
        let own = dimension::of(session, &sequence)?;
        let Some((_, element)) = own.split_first() else { return Ok(None) };
        let of_state = dimension::of(session, &state)?;
        let variables = [bound::variable(session, &of_state), bound::variable(session, element)];
        let next = bound::apply(session, f, variables.iter().cloned())?;
        Ok(Some(Folding { state, sequence, variables, next }))
    }

    /// `Fold[f, f[s, First[x]], Rest[x]]` where the first state has another shape than those that follow, as the 0 to which
    /// vectors are added; `None` where all have one shape, or none can be found for a symbolic number of steps.
    fn with_first_step(&self, session: &mut Session, f: &Expr) -> Eval {
        let of_state = dimension::of(session, &self.state)?;
        let Shape::Known(next) = session.shape_of(&self.next)? else { return Ok(None) };
        if are_alike(&of_state, &next) {
            return Ok(None);
        }
        let own = dimension::of(session, &self.sequence)?;
        let length = own[0].as_usize();
        if length == Some(0) {
            return Ok(Some(self.state.clone()));
        }
        if length.is_none() {
            let variables = [bound::variable(session, &next), self.variables[1].clone()];
            let second = bound::apply(session, f, variables)?;
            if !are_alike(&next, &dimension::of(session, &second)?) {
                return Ok(None);
            }
        }
        let first = session.evaluate_call(Sym::First, [self.sequence.clone()])?;
        let state = session.evaluate(&Expr::normal(f.clone(), [self.state.clone(), first]))?;
        if length == Some(1) {
            return Ok(Some(state));
        }
        let rest = session.evaluate_call(Sym::Rest, [self.sequence.clone()])?;
        session.evaluate_call(Sym::Fold, [f.clone(), state, rest]).map(Some)
    }

    fn function(&self) -> Expr {
        bound::close(&self.next, &Parameter::each(&self.variables), 2)
    }

    /// The scan whose outputs are all states but the first.
    fn scan(&self) -> Expr {
        let next = Expr::list([self.next.clone()]);
        let function = bound::close(&Expr::list([next.clone(), next]), &Parameter::each(&self.variables), 2);
        let (states, sequences) = (Expr::list([self.state.clone()]), Expr::list([self.sequence.clone()]));
        Expr::call(Sym::ProgramScan, [function, states, sequences])
    }
}

/// Whether arrays of these dimensions can have one shape.
fn are_alike(a: &Dims, b: &Dims) -> bool {
    a.len() == b.len() && !a.iter().zip(b).any(|(a, b)| differ(a, b))
}

/// `Fold[f, s, x]` and `FoldList[f, s, x]` for an array symbol `x`: the function in canonical form.
pub(crate) fn fold(session: &mut Session, call: &Expr) -> Eval {
    let Some(folding) = Folding::of(session, call)? else { return Ok(None) };
    let args = call.args();
    if call.has_head(Sym::Fold)
        && let Some(unrolled) = folding.with_first_step(session, &args[0])?
    {
        return Ok(Some(unrolled));
    }
    let parts = [folding.function()].into_iter().chain(args[1..].iter().cloned());
    let result = bound::settled(session, Expr::normal(call.head().clone(), parts));
    Ok(Some(result).filter(|result| result != call))
}

/// The shape of `Fold[f, s, x]`: that of the state.
pub(crate) fn fold_shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    match call.args().as_ref() {
        [_, state, _] => Ok(Shape::Known(dimension::of(session, state)?)),
        [_, sequence] => Ok(session.shape_of(sequence)?.element()),
        _ => Ok(Shape::Unknown),
    }
}

/// The shape of `FoldList[f, s, x]`: one state more than there are elements.
pub(crate) fn fold_list_shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    match call.args().as_ref() {
        [_, state, sequence] => {
            let Some(length) = dimension::of(session, sequence)?.into_iter().next() else { return Ok(Shape::Unknown) };
            let length = dimension::add(session, &length, &Expr::integer(1))?;
            let state = dimension::of(session, state)?;
            Ok(Shape::of([length].into_iter().chain(state)))
        }
        [_, sequence] => session.shape_of(sequence),
        _ => Ok(Shape::Unknown),
    }
}

/// `Fold[f, s, x]` in a program: the final state of a scan.
pub(crate) fn lower_fold(session: &mut Session, call: &Expr) -> Eval {
    let Some(folding) = Folding::of(session, call)? else { return Ok(None) };
    Ok(Some(Expr::call(Sym::ProgramItem, [folding.scan(), integer(1), integer(1)])))
}

/// `FoldList[f, s, x]` in a program: the first state, then the outputs of a scan.
pub(crate) fn lower_fold_list(session: &mut Session, call: &Expr) -> Eval {
    let Some(folding) = Folding::of(session, call)? else { return Ok(None) };
    let of_state = dimension::of(session, &folding.state)?;
    let sizes = Expr::list([integer(1)].into_iter().chain(of_state));
    let first = Expr::call(Sym::ProgramReshape, [folding.state.clone(), sizes]);
    let rest = Expr::call(Sym::ProgramItem, [folding.scan(), integer(2), integer(1)]);
    Ok(Some(Expr::call(Sym::ProgramConcatenate, [integer(1), first, rest])))
}
