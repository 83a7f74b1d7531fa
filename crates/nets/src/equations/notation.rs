//! From array functions to the notation of the field: products of matrices where there are such,
//! elements with indices where there are not.
//!
//! An expression has a *depth*: of how many leading levels an element must be taken until what is left
//! can be written without indices. `W . x + b` has depth 0, a convolution the depth of its rank.

use netform_eval::{Session, ShapeRule};
use netform_expr::{Expr, NodeMap, Sym};

use super::calls::call_of;
use super::names::{self, Naming, Use};
use super::slices::sliced_levels;
use super::writer::{Writer, Written};

impl Writer<'_> {
    /// The dimensions of an expression; none for a scalar.
    pub(super) fn dimensions(&mut self, session: &mut Session, e: &Expr) -> Written<Vec<Expr>> {
        Ok(session.shape_of(e)?.dimensions().unwrap_or_default().to_vec())
    }

    pub(super) fn rank(&mut self, session: &mut Session, e: &Expr) -> Written<usize> {
        Ok(session.shape_of(e)?.rank().unwrap_or(0))
    }

    /// An index that is used for nothing else in this equation.
    pub(super) fn new_index(&mut self, session: &mut Session, what: Use, size: Expr) -> Expr {
        let index = names::index(session, what, &self.scope);
        self.scope.push((index.clone(), size));
        index
    }

    /// Of how many leading levels an element must be taken.
    pub(super) fn depth(&mut self, session: &mut Session, e: &Expr) -> Written<usize> {
        if let Some(depth) = self.depths.get(e) {
            return Ok(*depth);
        }
        let depth = with_stack(|| self.find_depth(session, e))?;
        self.depths.insert(e.clone(), depth);
        Ok(depth)
    }

    fn find_depth(&mut self, session: &mut Session, e: &Expr) -> Written<usize> {
        if call_of(e).is_some() && !self.settings.intermediate {
            let value = self.resolve(session, e)?;
            return if call_of(&value).is_some() { Ok(0) } else { self.depth(session, &value) };
        }
        if e.is_atom() || e.is_array_symbol() {
            return Ok(0);
        }
        let rank = self.rank(session, e)?;
        let args = e.args();
        Ok(match e.head_sym() {
            Some(Sym::List) => {
                let deepest = self.deepest(session, &args)?;
                if deepest == 0 { 0 } else { rank }
            }
            Some(Sym::Piecewise | Sym::If | Sym::ConstantArray) => rank,
            Some(Sym::Indexed) => self.depth(session, &args[0])?.saturating_sub(positions(&args[1]).len()),
            Some(Sym::First | Sym::Last) => self.depth(session, &args[0])?.saturating_sub(1),
            Some(Sym::Part) => {
                let of = self.depth(session, &args[0])?;
                let is_plain = |spec: &Expr| spec.is(Sym::All) || spec.as_i64().is_some() || self.is_index(spec);
                if of == 0 && args[1..].iter().all(is_plain) { 0 } else { rank }
            }
            Some(Sym::Dot) => {
                let mut ranks = Vec::with_capacity(args.len());
                for arg in args.iter() {
                    ranks.push(self.rank(session, arg)?);
                }
                match ranks.as_slice() {
                    all if all.iter().all(|rank| *rank <= 2) => 0,
                    [first, rest @ ..] if rest.iter().all(|rank| *rank <= 2) => first - 2,
                    _ => rank,
                }
            }
            Some(Sym::Transpose) if args.len() == 1 && rank == 2 => 0,
            Some(Sym::Join) if rank <= 2 => 0,
            Some(Sym::Map | Sym::MapThread) => self.body_depth(session, e, rank)?,
            Some(Sym::Rest | Sym::Most | Sym::Take | Sym::Drop) => match self.depth(session, &args[0])? {
                // What is between places of a symbol is written for the whole array.
                0 if args[0].is_array_symbol() && args[1..].iter().any(Expr::is_list) => 0,
                depth => depth.max(sliced_levels(e)),
            },
            Some(Sym::Reverse) => {
                let levels = match args.get(1) {
                    Some(levels) => self.levels(session, &args[0], levels)?,
                    None => vec![0],
                };
                let last = levels.last().map_or(0, |level| level + 1);
                self.depth(session, &args[0])?.max(last)
            }
            Some(Sym::ArrayGather) => {
                let level = args.get(2).and_then(Expr::as_usize).unwrap_or(1);
                let taken = self.rank(session, &args[1])?;
                let inner = self.depth(session, &args[0])?.max(level);
                inner - 1 + taken
            }
            Some(Sym::ArrayReplicate) => {
                let inner = self.depth(session, &args[0])?;
                let places = args.get(2).map(positions).unwrap_or_default();
                match places.iter().filter_map(Expr::as_usize).max() {
                    Some(last) => last.max(inner + places.len()),
                    None => inner + args[1].len(),
                }
            }
            Some(
                Sym::Transpose
                | Sym::Join
                | Sym::Total
                | Sym::Mean
                | Sym::Accumulate
                | Sym::ArrayThread
                | Sym::ArrayContract
                | Sym::ArrayReduce
                | Sym::ArrayWindow
                | Sym::ArrayPad
                | Sym::ArrayOverlapAdd
                | Sym::ArrayLogSumExp
                | Sym::ArrayIndex,
            ) => rank,
            _ if is_elementwise(session, e) => {
                let mut depth = self.deepest(session, &args)?;
                for arg in args.iter() {
                    let own = self.rank(session, arg)?;
                    if own < rank {
                        depth = depth.max(own);
                    }
                }
                depth
            }
            _ => 0,
        })
    }

    fn deepest(&mut self, session: &mut Session, args: &[Expr]) -> Written<usize> {
        let mut deepest = 0;
        for arg in args {
            deepest = deepest.max(self.depth(session, arg)?);
        }
        Ok(deepest)
    }

    /// The depth of a mapped function: its levels, and what the body needs.
    fn body_depth(&mut self, session: &mut Session, e: &Expr, rank: usize) -> Written<usize> {
        let Some(levels) = mapped_levels(e) else { return Ok(rank) };
        let outer = self.open();
        let dimensions = self.dimensions(session, e)?;
        let indices: Vec<Expr> =
            dimensions.iter().take(levels).map(|size| self.new_index(session, Use::Free, size.clone())).collect();
        let body = self.body(session, e, &indices)?;
        let depth = self.depth(session, &body)?;
        self.leave(outer);
        Ok(levels + depth)
    }

    /// A mapped function on the parts at some indices.
    pub(super) fn body(&mut self, session: &mut Session, e: &Expr, indices: &[Expr]) -> Written<Expr> {
        let part = |of: &Expr| indexed(of, indices);
        let args: Vec<Expr> = match e.head_sym() {
            Some(Sym::MapThread) => e.arg(1).args().iter().map(part).collect(),
            _ => vec![part(&e.arg(1))],
        };
        Ok(session.evaluate(&Expr::normal(e.arg(0), args))?)
    }

    /// Whether a symbol is an index of this equation.
    pub(super) fn is_index(&self, e: &Expr) -> bool {
        self.scope.iter().any(|(index, _)| index == e)
    }

    /// An argument at some indices: if it needs more of them, it gets a name of its own.
    pub(super) fn argument(&mut self, session: &mut Session, e: &Expr, indices: &[Expr]) -> Written<Expr> {
        let indices = &indices[..indices.len().min(self.rank(session, e)?)];
        if self.depth(session, e)? <= indices.len() {
            return self.element(session, e, indices);
        }
        let named = self.named(session, e, "a")?;
        Ok(indexed(&named, indices))
    }

    /// Gives a part a name of its own, in an equation before this one.
    pub(super) fn named(&mut self, session: &mut Session, e: &Expr, tex: &str) -> Written<Expr> {
        if let Some(known) = self.named.get(e) {
            return Ok(known.clone());
        }
        let outer = self.enter(e);
        let dimensions = self.dimensions(session, e)?;
        let variable = self.define(session, Naming::New(tex.into()), &dimensions, e)?;
        self.leave(outer);
        self.named.insert(e.clone(), variable.clone());
        Ok(variable)
    }

    /// As [`Self::named`], of a part that is written whole.
    pub(super) fn named_whole(
        &mut self,
        session: &mut Session,
        e: &Expr,
        tex: &str,
        write: impl FnOnce(&mut Self, &mut Session) -> Written<Expr>,
    ) -> Written<Expr> {
        if let Some(known) = self.named.get(e) {
            return Ok(known.clone());
        }
        let outer = self.enter(e);
        let whole = write(self, session)?;
        let dimensions = self.dimensions(session, e)?;
        let name = self.names.fresh(tex, &self.place.clone());
        let named = self.define_whole(name, &dimensions, whole);
        self.leave(outer);
        self.named.insert(e.clone(), named.clone());
        Ok(named)
    }

    /// Leaves only those indices in scope that an expression holds; gives what was before.
    pub(super) fn enter(&mut self, e: &Expr) -> Outer {
        let outer = self.open();
        self.scope.retain(|(index, _)| netform_expr::occurs(e, index));
        outer
    }

    /// Begins an equation with the indices in scope; gives what was before.
    pub(super) fn open(&mut self) -> Outer {
        Outer { scope: self.scope.clone(), elements: std::mem::take(&mut self.elements) }
    }

    /// Goes back to what was before.
    pub(super) fn leave(&mut self, outer: Outer) {
        self.scope = outer.scope;
        self.elements = outer.elements;
    }
}

/// What is known outside of an equation: the indices in scope, and the elements that are written with them.
pub(super) struct Outer {
    scope: Vec<(Expr, Expr)>,
    elements: NodeMap<Expr>,
}

/// Equations follow the nesting of expressions on a stack that grows.
pub(super) fn with_stack<T>(step: impl FnOnce() -> T) -> T {
    const RED_ZONE: usize = 256 * 1024;
    const SEGMENT: usize = 4 * 1024 * 1024;
    stacker::maybe_grow(RED_ZONE, SEGMENT, step)
}

/// A part of an array: indices are collected.
pub(super) fn indexed(of: &Expr, indices: &[Expr]) -> Expr {
    if indices.is_empty() {
        return of.clone();
    }
    let (of, first) = match of.args_of(Sym::Indexed) {
        Some(args) => (args[0].clone(), positions(&args[1])),
        None => (of.clone(), Vec::new()),
    };
    Expr::call(Sym::Indexed, [of, Expr::list(first.into_iter().chain(indices.iter().cloned()))])
}

/// The positions of an `Indexed`.
pub(super) fn positions(e: &Expr) -> Vec<Expr> {
    e.args_of(Sym::List).map_or_else(|| vec![e.clone()], |list| list.into_owned())
}

/// Over how many levels a function is mapped.
pub(super) fn mapped_levels(e: &Expr) -> Option<usize> {
    match (e.head_sym()?, e.len()) {
        (Sym::Map | Sym::MapThread, 2) => Some(1),
        (Sym::Map, 3) if e.arg(2).is_list() && e.arg(2).len() == 1 => e.arg(2).arg(0).as_usize(),
        (Sym::MapThread, 3) => e.arg(2).as_usize(),
        _ => None,
    }
}

/// Whether a function acts element by element.
pub(super) fn is_elementwise(session: &Session, e: &Expr) -> bool {
    session.function_of(e.head()).is_some_and(|function| matches!(function.shape, ShapeRule::Elementwise))
}
