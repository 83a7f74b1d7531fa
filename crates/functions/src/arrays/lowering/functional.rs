//! The ordinary higher-order functions in programs: maps of scalars, or scans.

use netform_eval::{Eval, Flow, Session};
use netform_expr::{Expr, Sym};

use crate::arrays::bound::{self, Parameter};
use crate::arrays::dimension::{self, Dims, differ, integer};

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
    scan: Expr,
}

impl Folding {
    fn of(session: &mut Session, call: &Expr) -> Result<Option<Folding>, Flow> {
        let args = call.args();
        let (f, state, sequence) = match args.as_ref() {
            [f, state, sequence] => (f, state.clone(), sequence.clone()),
            [f, sequence] => {
                let first = session.evaluate_call(Sym::First, [sequence.clone()])?;
                (f, first, session.evaluate_call(Sym::Rest, [sequence.clone()])?)
            }
            _ => return Ok(None),
        };
        let own = dimension::of(session, &sequence)?;
        let Some((_, element)) = own.split_first() else { return Ok(None) };
        let of_state = dimension::of(session, &state)?;
        let variables = [bound::variable(session, &of_state), bound::variable(session, element)];
        let next = Expr::list([bound::apply(session, f, variables.iter().cloned())?]);
        let function = bound::close(&Expr::list([next.clone(), next]), &Parameter::each(&variables), 2);
        let lists = [Expr::list([state.clone()]), Expr::list([sequence])];
        let scan = Expr::call(Sym::ProgramScan, [function].into_iter().chain(lists));
        Ok(Some(Folding { state, scan }))
    }
}

/// `Fold[f, s, x]` in a program: the final state of a scan.
pub(crate) fn lower_fold(session: &mut Session, call: &Expr) -> Eval {
    let Some(folding) = Folding::of(session, call)? else { return Ok(None) };
    Ok(Some(Expr::call(Sym::ProgramItem, [folding.scan, integer(1), integer(1)])))
}

/// `FoldList[f, s, x]` in a program: the first state, then the outputs of a scan.
pub(crate) fn lower_fold_list(session: &mut Session, call: &Expr) -> Eval {
    let Some(folding) = Folding::of(session, call)? else { return Ok(None) };
    let of_state = dimension::of(session, &folding.state)?;
    let sizes = Expr::list([integer(1)].into_iter().chain(of_state));
    let first = Expr::call(Sym::ProgramReshape, [folding.state.clone(), sizes]);
    let rest = Expr::call(Sym::ProgramItem, [folding.scan, integer(2), integer(1)]);
    Ok(Some(Expr::call(Sym::ProgramConcatenate, [integer(1), first, rest])))
}
