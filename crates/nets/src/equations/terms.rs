//! From the notation of the field back to array functions.
//!
//! The right side of an equation becomes an array whose first levels are indices. An index is the array of its
//! positions, an element at computed positions is gathered, a sum of products is a contraction.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeMap, Sym, occurs};

use super::elements::is_numeric;
use super::notation::{is_elementwise, positions};

/// An array with a level for each index, and further levels.
#[derive(Debug, Clone)]
pub(super) struct Term {
    pub(super) array: Expr,
    pub(super) indices: Vec<Expr>,
    /// How many levels follow those of the indices.
    pub(super) rank: usize,
}

/// Why an equation cannot be read.
#[derive(Debug)]
pub(super) enum Unread {
    Flow(Flow),
    /// This part of it.
    Part(Expr),
}

impl From<Flow> for Unread {
    fn from(flow: Flow) -> Unread {
        Unread::Flow(flow)
    }
}

type Read<T> = Result<T, Unread>;

/// What is known where an expression is read.
#[derive(Debug, Default, Clone)]
pub(super) struct Reader {
    /// The greatest values of indices.
    pub(super) sizes: NodeMap<Expr>,
    /// Whether elements may be asked for that are not there, in cases that do not hold.
    guarded: bool,
}

/// The dimensions of an array symbol.
pub(super) fn dimensions_of(symbol: &Expr) -> Vec<Expr> {
    positions(&symbol.arg(1))
}

impl Reader {
    pub(super) fn read(&mut self, session: &mut Session, e: &Expr) -> Read<Term> {
        let scalar = |array: Expr| Term { array, indices: Vec::new(), rank: 0 };
        if let Some(size) = self.sizes.get(e) {
            let array = Expr::call(Sym::Range, [size.clone()]);
            return Ok(Term { array, indices: vec![e.clone()], rank: 0 });
        }
        if e.is_array_symbol() {
            return Ok(Term { array: e.clone(), indices: Vec::new(), rank: dimensions_of(e).len() });
        }
        if e.is_atom() && e.as_array().is_none() {
            return Ok(scalar(e.clone()));
        }
        let args = e.args();
        if e.head().has_head(Sym::Inactive) {
            return self.read_inactive(session, e);
        }
        match e.head_sym() {
            Some(Sym::List) if is_numeric(e) => {
                let rank = session.shape_of(e)?.rank().unwrap_or(1);
                Ok(Term { array: e.clone(), indices: Vec::new(), rank })
            }
            Some(Sym::SymbolicZerosArray | Sym::SymbolicOnesArray) => {
                Ok(Term { array: e.clone(), indices: Vec::new(), rank: positions(&args[0]).len() })
            }
            Some(Sym::Indexed) => self.read_element(session, &args[0], &positions(&args[1])),
            Some(Sym::Part) => self.read_element(session, &args[0], &args[1..]),
            Some(Sym::Dot) => self.read_product(session, &args),
            Some(Sym::Transpose) if args.len() == 1 => {
                let of = self.read(session, &args[0])?;
                let count = of.indices.len();
                let order = (1..=count).chain([count + 2, count + 1]).chain(count + 3..=count + of.rank);
                let array = Expr::call(Sym::Transpose, [of.array.clone(), integers(order)]);
                Ok(Term { array, ..of })
            }
            Some(Sym::ArraySoftmax) => {
                let of = self.read(session, &args[0])?;
                let count = of.indices.len();
                let levels = match args.get(1) {
                    Some(levels) => positions(levels).iter().filter_map(Expr::as_usize).collect(),
                    None => vec![of.rank],
                };
                let levels = integers(levels.into_iter().map(|level| level + count));
                Ok(Term { array: Expr::call(Sym::ArraySoftmax, [of.array.clone(), levels]), ..of })
            }
            Some(Sym::ArrayReshape) => {
                let of = self.read(session, &args[0])?;
                let sizes = positions(&args[1]);
                let rank = sizes.len();
                let all = of.indices.iter().map(|index| self.sizes[index].clone()).chain(sizes);
                let array = Expr::call(Sym::ArrayReshape, [of.array.clone(), Expr::list(all)]);
                Ok(Term { array, rank, ..of })
            }
            Some(Sym::Join) => self.read_join(session, &args),
            Some(Sym::Piecewise) => {
                let outer = std::mem::replace(&mut self.guarded, true);
                let term = self.read_scalar_function(session, e);
                self.guarded = outer;
                term
            }
            Some(Sym::List) => self.read_list(session, &args),
            _ if is_elementwise(session, e)
                || args.iter().any(|arg| self.has_indices(arg) || occurs(arg, &Sym::Inactive.into())) =>
            {
                self.read_scalar_function(session, e)
            }
            // A function of whole arrays.
            _ => {
                let rank = session.shape_of(e)?.rank().unwrap_or(0);
                Ok(Term { array: e.clone(), indices: Vec::new(), rank })
            }
        }
    }

    fn has_indices(&self, e: &Expr) -> bool {
        self.sizes.keys().any(|index| occurs(e, index))
    }

    /// A function of corresponding elements; lists in it are notation, not arrays.
    fn read_scalar_function(&mut self, session: &mut Session, e: &Expr) -> Read<Term> {
        let mut terms: Vec<Term> = Vec::new();
        let mut parts = Vec::with_capacity(e.len());
        // Lists are notation here, and arrays elsewhere.
        let lists = [Sym::Piecewise, Sym::Clip].iter().any(|head| e.has_head(*head));
        for arg in e.args().iter() {
            parts.push(self.read_part(session, arg, lists, &mut terms)?);
        }
        let body = Expr::normal(e.head().clone(), parts);
        if terms.is_empty() {
            return Ok(Term { array: e.clone(), indices: Vec::new(), rank: 0 });
        }
        Ok(self.threaded(body, &terms))
    }

    fn read_part(&mut self, session: &mut Session, e: &Expr, lists: bool, terms: &mut Vec<Term>) -> Read<Expr> {
        if e.is_list() && lists {
            let mut parts = Vec::with_capacity(e.len());
            for item in e.args().iter() {
                parts.push(self.read_part(session, item, lists, terms)?);
            }
            return Ok(Expr::list(parts));
        }
        if e.is_atom() && !self.sizes.contains_key(e) {
            return Ok(e.clone());
        }
        let term = self.read(session, e)?;
        if term.indices.is_empty() && term.rank == 0 && term.array == *e && !e.is_array_symbol() && e.is_number() {
            return Ok(e.clone());
        }
        terms.push(term);
        Ok(Expr::call(Sym::Slot, [Expr::integer(terms.len() as i64)]))
    }

    /// A list of arrays is one of more levels.
    fn read_list(&mut self, session: &mut Session, items: &[Expr]) -> Read<Term> {
        let mut terms = Vec::with_capacity(items.len());
        for item in items {
            terms.push(self.read(session, item)?);
        }
        let indices = union(&terms);
        let rank = terms.first().map_or(0, |term| term.rank) + 1;
        let list = Expr::list(terms.into_iter().map(|term| self.spread(term, &indices)).collect::<Vec<_>>());
        let count = indices.len();
        let array = if count == 0 {
            list
        } else {
            let order = [count + 1].into_iter().chain(1..=count).chain(count + 2..=count + rank);
            Expr::call(Sym::Transpose, [list, integers(order)])
        };
        Ok(Term { array, indices, rank })
    }

    /// A scalar function, whose body has a slot for each term, on corresponding elements.
    fn threaded(&self, body: Expr, terms: &[Term]) -> Term {
        let indices = union(terms);
        let rank = terms.iter().map(|term| term.rank).max().unwrap_or(0);
        let places = terms.iter().map(|term| {
            let own = term.indices.iter().filter_map(|index| indices.iter().position(|other| other == index));
            integers(own.map(|place| place + 1).chain(indices.len() + 1..=indices.len() + term.rank))
        });
        let function = Expr::call(Sym::Function, [body]);
        let arrays = Expr::list(terms.iter().map(|term| term.array.clone()));
        let array = Expr::call(Sym::ArrayThread, [function, arrays, Expr::list(places.collect::<Vec<_>>())]);
        Term { array, indices, rank }
    }

    /// An element at positions; `All` leaves a level whole.
    fn read_element(&mut self, session: &mut Session, of: &Expr, places: &[Expr]) -> Read<Term> {
        let of_term = self.read(session, of)?;
        if !of_term.indices.is_empty() {
            return Err(Unread::Part(of.clone()));
        }
        let sizes = if of.is_array_symbol() {
            dimensions_of(of)
        } else {
            session.shape_of(of)?.dimensions().unwrap_or_default().to_vec()
        };
        let mut array = of_term.array;
        // What each level of the result is: an index, or nothing for one that stays whole.
        let mut levels: Vec<Option<Expr>> = Vec::new();
        for (place, size) in places.iter().zip(&sizes) {
            if place.is(Sym::All) {
                levels.push(None);
                continue;
            }
            if self.sizes.get(place) == Some(size) {
                levels.push(Some(place.clone()));
                continue;
            }
            let position = self.read(session, place)?;
            let position_array = if self.guarded {
                let limits = Expr::list([Expr::integer(1), size.clone()]);
                Expr::call(Sym::Clip, [position.array, limits])
            } else {
                position.array
            };
            let level = Expr::integer(levels.len() as i64 + 1);
            array = Expr::call(Sym::ArrayGather, [array, position_array, level]);
            levels.extend(position.indices.into_iter().map(Some));
        }
        levels.resize(levels.len() + sizes.len().saturating_sub(places.len()), None);
        Ok(indices_first(array, &levels))
    }

    fn read_product(&mut self, session: &mut Session, factors: &[Expr]) -> Read<Term> {
        let mut product = self.read(session, &factors[0])?;
        for factor in &factors[1..] {
            let next = self.read(session, factor)?;
            let indices = union(&[product.clone(), next.clone()]);
            let own = |term: &Term, from: usize| {
                let levels = (from..from + term.rank).map(|i| Expr::string(&format!("level{i}")));
                term.indices.iter().map(label).chain(levels).collect::<Vec<Expr>>()
            };
            // The last level of one is the first level of the other.
            let (left, right) = (own(&product, 0), own(&next, product.rank.saturating_sub(1)));
            let rest = left.iter().skip(product.indices.len()).take(product.rank.saturating_sub(1));
            let rest = rest.chain(right.iter().skip(next.indices.len() + 1)).cloned();
            let result: Vec<Expr> = indices.iter().map(label).chain(rest).collect();
            let rank = result.len() - indices.len();
            let labels = Expr::rule(Expr::list([Expr::list(left), Expr::list(right)]), Expr::list(result));
            let array = if indices.is_empty() {
                Expr::call(Sym::Dot, [product.array, next.array])
            } else {
                Expr::call(Sym::ArrayContract, [Expr::list([product.array, next.array]), labels])
            };
            product = Term { array, indices, rank };
        }
        Ok(product)
    }

    fn read_join(&mut self, session: &mut Session, args: &[Expr]) -> Read<Term> {
        let (parts, level) = match args.split_last() {
            Some((level, parts)) if level.as_usize().is_some() => (parts, level.as_usize().unwrap_or(1)),
            _ => (args, 1),
        };
        let mut terms = Vec::with_capacity(parts.len());
        for part in parts {
            terms.push(self.read(session, part)?);
        }
        let indices = union(&terms);
        let rank = terms[0].rank;
        let arrays: Vec<Expr> = terms.into_iter().map(|term| self.spread(term, &indices)).collect();
        let level = Expr::integer((level + indices.len()) as i64);
        Ok(Term { array: Expr::call(Sym::Join, arrays.into_iter().chain([level])), indices, rank })
    }

    /// The array of a term with exactly these indices, in this order.
    pub(super) fn spread(&self, term: Term, indices: &[Expr]) -> Expr {
        let missing: Vec<&Expr> = indices.iter().filter(|index| !term.indices.contains(index)).collect();
        let own: Vec<Expr> = missing.iter().map(|index| (*index).clone()).chain(term.indices.iter().cloned()).collect();
        let array = if missing.is_empty() {
            term.array
        } else {
            let sizes = Expr::list(missing.iter().map(|index| self.sizes[*index].clone()));
            Expr::call(Sym::ArrayReplicate, [term.array, sizes, integers(1..=missing.len())])
        };
        let order: Vec<usize> =
            own.iter().filter_map(|index| indices.iter().position(|other| other == index)).map(|i| i + 1).collect();
        if order.is_sorted() {
            return array;
        }
        let count = order.len();
        Expr::call(Sym::Transpose, [array, integers(order.into_iter().chain(count + 1..=count + term.rank))])
    }

    fn read_inactive(&mut self, session: &mut Session, e: &Expr) -> Read<Term> {
        let kind = e.head().arg(0).sym();
        let args = e.args();
        let (body, ranges, kind) = match kind {
            Some(Sym::Sum) => (args[0].clone(), args[1..].to_vec(), Sym::Total),
            Some(Sym::Product) => (args[0].clone(), args[1..].to_vec(), Sym::Times),
            Some(kind @ (Sym::Max | Sym::Min)) if args.len() == 1 && args[0].head().has_head(Sym::Inactive) => {
                (args[0].arg(0), args[0].args()[1..].to_vec(), kind)
            }
            _ => return Err(Unread::Part(e.clone())),
        };
        let mut bound = Vec::with_capacity(ranges.len());
        for range in &ranges {
            if range.len() != 2 || self.sizes.contains_key(&range.arg(0)) {
                return Err(Unread::Part(range.clone()));
            }
            self.sizes.insert(range.arg(0), range.arg(1));
            bound.push(range.arg(0));
        }
        let result = if kind == Sym::Total && body.has_head(Sym::Times) {
            self.read_sum_of_products(session, &body.args(), &bound)
        } else {
            self.read(session, &body).map(|term| self.reduced(kind, term, &bound))
        };
        for index in &bound {
            self.sizes.remove(index);
        }
        result
    }

    fn reduced(&self, kind: Sym, term: Term, bound: &[Expr]) -> Term {
        // What does not depend on an index is repeated.
        let all = union(&[term.clone(), Term { array: term.array.clone(), indices: bound.to_vec(), rank: 0 }]);
        let rank = term.rank;
        let array = self.spread(term, &all);
        let levels = all.iter().enumerate().filter(|(_, index)| bound.contains(index)).map(|(i, _)| i + 1);
        let array = Expr::call(Sym::ArrayReduce, [kind.into(), array, integers(levels)]);
        Term { array, indices: all.into_iter().filter(|index| !bound.contains(index)).collect(), rank }
    }

    fn read_sum_of_products(&mut self, session: &mut Session, factors: &[Expr], bound: &[Expr]) -> Read<Term> {
        let mut terms = Vec::with_capacity(factors.len());
        for factor in factors {
            terms.push(self.read(session, factor)?);
        }
        if terms.iter().any(|term| term.rank > 0) {
            let slots = (1..=terms.len()).map(|i| Expr::call(Sym::Slot, [Expr::integer(i as i64)]));
            let body = Expr::call(Sym::Times, slots);
            return Ok(self.reduced(Sym::Total, self.threaded(body, &terms), bound));
        }
        let (scalars, arrays): (Vec<Term>, Vec<Term>) = terms.into_iter().partition(|term| term.indices.is_empty());
        let all = union(&arrays);
        let indices: Vec<Expr> = all.iter().filter(|index| !bound.contains(index)).cloned().collect();
        let labels = |indices: &[Expr]| Expr::list(indices.iter().map(label));
        let from = Expr::list(arrays.iter().map(|term| labels(&term.indices)));
        let contracted = Expr::call(
            Sym::ArrayContract,
            [Expr::list(arrays.iter().map(|term| term.array.clone())), Expr::rule(from, labels(&indices))],
        );
        // A factor for each index that nothing depends on.
        let repeated = bound.iter().filter(|index| !all.contains(index)).map(|index| self.sizes[index].clone());
        let factors = scalars.into_iter().map(|term| term.array).chain(repeated);
        let array = Expr::call(Sym::Times, factors.chain([contracted]));
        Ok(Term { array, indices, rank: 0 })
    }
}

/// The name of an index in contractions.
fn label(index: &Expr) -> Expr {
    Expr::string(index.as_symbol().map_or("", |symbol| symbol.name()))
}

/// All indices of some terms, in the order in which they occur.
fn union(terms: &[Term]) -> Vec<Expr> {
    let mut all: Vec<Expr> = Vec::new();
    for index in terms.iter().flat_map(|term| &term.indices) {
        if !all.contains(index) {
            all.push(index.clone());
        }
    }
    all
}

/// Brings the levels of indices before those that are whole; an index that stands twice takes the diagonal.
fn indices_first(array: Expr, levels: &[Option<Expr>]) -> Term {
    let mut indices: Vec<Expr> = Vec::new();
    for index in levels.iter().flatten() {
        if !indices.contains(index) {
            indices.push(index.clone());
        }
    }
    let rank = levels.iter().filter(|level| level.is_none()).count();
    let in_order = levels.iter().flatten().cloned().eq(indices.iter().cloned())
        && levels.iter().take(indices.len()).all(Option::is_some);
    if in_order {
        return Term { array, indices, rank };
    }
    let mut whole = 0..;
    let labels: Vec<Expr> = levels
        .iter()
        .map(|level| match level {
            Some(index) => label(index),
            None => Expr::string(&format!("level{}", whole.next().unwrap_or(0))),
        })
        .collect();
    let rest = labels.iter().zip(levels).filter(|(_, level)| level.is_none()).map(|(label, _)| label.clone());
    let result: Vec<Expr> = indices.iter().map(label).chain(rest).collect();
    let rule = Expr::rule(Expr::list([Expr::list(labels)]), Expr::list(result));
    Term { array: Expr::call(Sym::ArrayContract, [Expr::list([array]), rule]), indices, rank }
}

pub(super) fn integers(values: impl IntoIterator<Item = usize>) -> Expr {
    Expr::list(values.into_iter().map(|value| Expr::integer(value as i64)))
}
