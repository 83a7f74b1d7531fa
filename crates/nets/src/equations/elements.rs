//! The element of an array expression at some indices, as a scalar, or an array of less rank, in the
//! notation of the field.

use netform_eval::Session;
use netform_expr::{Expr, Sym};

use super::calls::call_of;
use super::names::Use;
use super::notation::{indexed, is_elementwise, mapped_levels, positions, with_stack};
use super::reshape;
use super::writer::{Writer, Written, is_plain};

impl Writer<'_> {
    /// The element at leading indices, at least as many as the depth and at most as many as the rank.
    pub(super) fn element(&mut self, session: &mut Session, e: &Expr, at: &[Expr]) -> Written<Expr> {
        if call_of(e).is_some() {
            let value = self.resolve(session, e)?;
            // What is not named has an element like any other expression.
            return if is_plain(&value) { Ok(indexed(&value, at)) } else { self.argument(session, &value, at) };
        }
        if e.is_array_symbol() {
            return Ok(indexed(e, at));
        }
        if e.is_atom() && e.as_array().is_none() {
            return Ok(e.clone());
        }
        let key = Expr::list([e].into_iter().chain(at).cloned());
        if let Some(known) = self.elements.get(&key) {
            return Ok(known.clone());
        }
        let element = with_stack(|| self.find_element(session, e, at))?;
        self.elements.insert(key, element.clone());
        Ok(element)
    }

    fn find_element(&mut self, session: &mut Session, e: &Expr, at: &[Expr]) -> Written<Expr> {
        let args = e.args();
        match e.head_sym() {
            Some(Sym::List) => self.of_list(session, e, at),
            Some(Sym::Indexed) => {
                let all: Vec<Expr> = positions(&args[1]).into_iter().chain(at.iter().cloned()).collect();
                let mut places = Vec::with_capacity(all.len());
                for place in &all {
                    places.push(self.element(session, place, &[])?);
                }
                self.argument(session, &args[0], &places)
            }
            Some(Sym::First) => self.at(session, &args[0], Expr::integer(1), at),
            Some(Sym::Last) => {
                let size = self.dimensions(session, &args[0])?.into_iter().next().unwrap_or_else(|| Expr::integer(1));
                self.at(session, &args[0], size, at)
            }
            Some(Sym::Map | Sym::MapThread) if mapped_levels(e).is_some_and(|levels| levels <= at.len()) => {
                let levels = mapped_levels(e).unwrap_or_default();
                let body = self.body(session, e, &at[..levels])?;
                self.argument(session, &body, &at[levels..])
            }
            Some(Sym::ArrayThread) => self.of_thread(session, e, at),
            Some(Sym::ArrayContract) => self.of_contraction(session, e, at),
            Some(Sym::Dot) => self.of_product(session, &args, at),
            Some(Sym::ArrayReduce) => {
                let levels: Vec<usize> = self.levels(session, &args[1], &args[2])?;
                self.of_reduction(session, &args[0], &args[1], &levels, at)
            }
            Some(Sym::Total | Sym::Mean) if args.len() == 1 => self.of_reduction(session, e.head(), &args[0], &[0], at),
            Some(Sym::ArrayLogSumExp) => {
                let levels = match args.get(1) {
                    Some(levels) => self.levels(session, &args[0], levels)?,
                    None => vec![self.rank(session, &args[0])? - 1],
                };
                let exponentials = session.evaluate_call(Sym::Exp, [args[0].clone()])?;
                let total = self.of_reduction(session, &Sym::Total.into(), &exponentials, &levels, at)?;
                Ok(Expr::call(Sym::Log, [total]))
            }
            Some(Sym::Transpose) => self.of_transpose(session, e, at),
            Some(Sym::ArrayReshape) => self.of_reshape(session, e, at),
            Some(Sym::ArrayWindow) => self.of_window(session, e, at),
            Some(Sym::ArrayOverlapAdd) => self.of_overlap(session, e, at),
            Some(Sym::ArrayPad) => self.of_pad(session, e, at),
            Some(Sym::ArrayReplicate) => {
                let places: Vec<usize> = match args.get(2) {
                    Some(places) => positions(places).iter().filter_map(Expr::as_usize).map(|p| p - 1).collect(),
                    None => (0..args[1].len()).collect(),
                };
                let rest: Vec<Expr> = at
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| !places.contains(i))
                    .map(|(_, index)| index.clone())
                    .collect();
                self.argument(session, &args[0], &rest)
            }
            Some(Sym::ArrayGather) => {
                let level = args.get(2).and_then(Expr::as_usize).unwrap_or(1) - 1;
                let taken = self.rank(session, &args[1])?;
                let place = self.argument(session, &args[1], &at[level..level + taken])?;
                let all = [&at[..level], &[place], &at[level + taken..]].concat();
                self.argument(session, &args[0], &all)
            }
            Some(Sym::Join) => self.of_join(session, &args, at),
            Some(Sym::Reverse) if !at.is_empty() => {
                let levels = match args.get(1) {
                    Some(levels) => self.levels(session, &args[0], levels)?,
                    None => vec![0],
                };
                let sizes = self.dimensions(session, &args[0])?;
                let mut places = at.to_vec();
                for level in levels.into_iter().filter(|level| *level < at.len()) {
                    let one = Expr::integer(1);
                    places[level] = sum(session, [one, sizes[level].clone(), negative(&at[level])])?;
                }
                self.argument(session, &args[0], &places)
            }
            Some(Sym::Rest | Sym::Most | Sym::Take | Sym::Drop) if !at.is_empty() => self.of_slice(session, e, at),
            Some(Sym::Part) => self.of_part(session, e, at),
            Some(Sym::Accumulate) if !at.is_empty() => {
                let size = self.dimensions(session, e)?[0].clone();
                let index = self.new_index(session, Use::Bound, size.clone());
                let places = [std::slice::from_ref(&index), &at[1..]].concat();
                let term = self.argument(session, &args[0], &places)?;
                let until = Expr::call(Sym::LessEqual, [index.clone(), at[0].clone()]);
                let zero = Expr::integer(0);
                Ok(inactive(Sym::Sum, piecewise(term, until, zero), &[(index, size)]))
            }
            Some(Sym::ArrayIndex) if !at.is_empty() => {
                let level = args[1].as_usize().unwrap_or(1);
                Ok(at[level - 1].clone())
            }
            Some(Sym::Range) if args.len() == 1 && at.len() == 1 => Ok(at[0].clone()),
            Some(Sym::SymbolicZerosArray) if !at.is_empty() => Ok(self.constant(e, 0, at)),
            Some(Sym::SymbolicOnesArray) if !at.is_empty() => Ok(self.constant(e, 1, at)),
            Some(Sym::SymbolicIdentityArray) if at.len() == 2 => {
                let meets = Expr::call(Sym::Equal, at.iter().cloned());
                Ok(Expr::call(Sym::Boole, [meets]))
            }
            Some(Sym::ArraySoftmax) => self.of_softmax(session, e, at),
            Some(Sym::ArrayFold) if args.len() == 4 => {
                let value = self.fold(session, e)?;
                Ok(indexed(&value, at))
            }
            Some(Sym::ConstantArray) if args.len() == 2 && at.len() == positions(&args[1]).len() => {
                self.argument(session, &args[0], &[])
            }
            Some(Sym::Piecewise) => self.of_cases(session, e, at),
            Some(Sym::If) if args.len() == 3 => self.of_choice(session, e, at),
            _ if is_elementwise(session, e) => {
                let sizes = self.dimensions(session, e)?;
                let mut parts = Vec::with_capacity(args.len());
                for arg in args.iter() {
                    let own = self.dimensions(session, arg)?;
                    // A level of size 1 is extended.
                    let is_extended = |level: usize| own[level].is_integer(1) && sizes.get(level) != own.get(level);
                    let places = at.iter().take(own.len()).enumerate();
                    let places: Vec<Expr> = places
                        .map(|(i, index)| if is_extended(i) { Expr::integer(1) } else { index.clone() })
                        .collect();
                    parts.push(self.argument(session, arg, &places)?);
                }
                Ok(Expr::normal(e.head().clone(), parts))
            }
            _ => self.of_any(session, e, at),
        }
    }

    /// A function that has no notation with indices: by its name, on quantities with names.
    pub(super) fn of_any(&mut self, session: &mut Session, e: &Expr, at: &[Expr]) -> Written<Expr> {
        if !at.is_empty() {
            let named = self.named_whole(session, e, "a", |writer, session| writer.of_any(session, e, &[]))?;
            return Ok(indexed(&named, at));
        }
        if e.head().is_normal() {
            return Ok(e.clone());
        }
        let mut parts = Vec::with_capacity(e.len());
        for arg in e.args().iter() {
            let is_data = arg.is_atom() || arg.is_list() || arg.has_head(Sym::Function) || arg.has_head(Sym::Rule);
            parts.push(if is_data { arg.clone() } else { self.argument(session, arg, &[])? });
        }
        Ok(Expr::normal(e.head().clone(), parts))
    }

    fn constant(&self, e: &Expr, value: i64, at: &[Expr]) -> Expr {
        let sizes = positions(&e.arg(0));
        let rest = Expr::list(sizes.iter().skip(at.len()).cloned());
        match (rest.is_empty(), e.head_sym()) {
            (false, Some(head)) => Expr::call(head, [rest]),
            _ => Expr::integer(value),
        }
    }

    /// The element at a first index and the following ones.
    fn at(&mut self, session: &mut Session, e: &Expr, first: Expr, rest: &[Expr]) -> Written<Expr> {
        self.argument(session, e, &[std::slice::from_ref(&first), rest].concat())
    }

    /// Levels from 0, in increasing order.
    pub(super) fn levels(&mut self, session: &mut Session, of: &Expr, levels: &Expr) -> Written<Vec<usize>> {
        let rank = self.rank(session, of)?;
        if levels.is(Sym::All) {
            return Ok((0..rank).collect());
        }
        let from_start = |level: &Expr| {
            let level = level.as_i64()?;
            usize::try_from(if level < 0 { level + rank as i64 } else { level - 1 }).ok()
        };
        let mut levels: Vec<usize> = positions(levels).iter().filter_map(from_start).collect();
        levels.sort_unstable();
        Ok(levels)
    }

    fn of_list(&mut self, session: &mut Session, e: &Expr, at: &[Expr]) -> Written<Expr> {
        let items = e.args();
        let Some((first, rest)) = at.split_first() else {
            if e.as_array().is_some() {
                return Ok(e.clone());
            }
            let mut parts = Vec::with_capacity(items.len());
            for item in items.iter() {
                parts.push(self.argument(session, item, &[])?);
            }
            return Ok(Expr::list(parts));
        };
        if let Some(place) = first.as_usize().filter(|place| (1..=items.len()).contains(place)) {
            return self.argument(session, &items[place - 1], rest);
        }
        if items.iter().enumerate().all(|(i, item)| item.is_integer(i as i64 + 1)) {
            return Ok(first.clone());
        }
        if !items.is_empty() && items.iter().all(|item| *item == items[0]) {
            return self.argument(session, &items[0], rest);
        }
        if items.len() > 4 || is_numeric(e) {
            let named = self.named_whole(session, e, "C", |writer, session| writer.of_list(session, e, &[]))?;
            return Ok(indexed(&named, at));
        }
        let mut cases = Vec::with_capacity(items.len());
        for (i, item) in items.iter().enumerate() {
            let value = self.argument(session, item, rest)?;
            let here = Expr::call(Sym::Equal, [first.clone(), Expr::integer(i as i64 + 1)]);
            cases.push((value, here));
        }
        let last = cases.pop().map_or_else(|| Expr::integer(0), |(value, _)| value);
        Ok(match cases.is_empty() {
            true => last,
            false => cases_of(cases, last),
        })
    }

    /// A scalar function of elements.
    fn of_thread(&mut self, session: &mut Session, e: &Expr, at: &[Expr]) -> Written<Expr> {
        let arrays = e.arg(1).args().into_owned();
        let places = (e.len() > 2).then(|| e.arg(2).args().into_owned());
        let mut elements = Vec::with_capacity(arrays.len());
        for (k, array) in arrays.iter().enumerate() {
            let rank = self.rank(session, array)?;
            let sizes = self.dimensions(session, array)?;
            let own: Vec<Expr> = match places.as_ref().and_then(|places| places.get(k)).filter(|own| own.is_list()) {
                Some(own) => {
                    self.levels_within(own, at.len()).into_iter().filter_map(|level| at.get(level).cloned()).collect()
                }
                None => at[..rank.min(at.len())].to_vec(),
            };
            // A level of size 1 is extended.
            let one = |(index, size): (&Expr, &Expr)| if size.is_integer(1) { Expr::integer(1) } else { index.clone() };
            let own: Vec<Expr> = own.iter().zip(&sizes).map(one).collect();
            elements.push(self.argument(session, array, &own)?);
        }
        let value = session.evaluate(&Expr::normal(e.arg(0), elements))?;
        self.element(session, &value, &[])
    }

    fn levels_within(&self, levels: &Expr, rank: usize) -> Vec<usize> {
        let from_start = |level: &Expr| {
            let level = level.as_i64()?;
            usize::try_from(if level < 0 { level + rank as i64 } else { level - 1 }).ok()
        };
        positions(levels).iter().filter_map(from_start).collect()
    }

    fn of_transpose(&mut self, session: &mut Session, e: &Expr, at: &[Expr]) -> Written<Expr> {
        let array = e.arg(0);
        let rank = self.rank(session, &array)?;
        if at.is_empty() && e.len() == 1 && rank == 2 {
            return Ok(Expr::call(Sym::Transpose, [self.argument(session, &array, &[])?]));
        }
        // Level k of the array is level places[k] of the result.
        let places: Vec<usize> = match e.len() {
            1 => [1, 0].into_iter().chain(2..rank).collect(),
            _ => positions(&e.arg(1)).iter().filter_map(Expr::as_usize).map(|p| p - 1).collect(),
        };
        // What has no known shape, or cannot be transposed, stays as it is.
        if places.iter().any(|place| *place >= rank) {
            return self.of_any(session, e, at);
        }
        if at.len() < rank {
            // A part with whole levels in it.
            let specs: Vec<Expr> =
                places.iter().map(|place| at.get(*place).cloned().unwrap_or_else(|| Sym::All.into())).collect();
            let kept: Vec<usize> = places.iter().copied().filter(|place| *place >= at.len()).collect();
            if kept.is_sorted() {
                let of = self.argument(session, &array, &[])?;
                return Ok(Expr::call(Sym::Part, [of].into_iter().chain(specs)));
            }
            let named = self.named(session, e, "a")?;
            return Ok(indexed(&named, at));
        }
        let own: Vec<Expr> = places.iter().map(|place| at[*place].clone()).collect();
        self.argument(session, &array, &own)
    }

    fn of_reshape(&mut self, session: &mut Session, e: &Expr, at: &[Expr]) -> Written<Expr> {
        let array = e.arg(0);
        let from = self.dimensions(session, &array)?;
        let to = positions(&e.arg(1));
        if let Some(places) = reshape::places(session, &from, &to, at)? {
            return self.argument(session, &array, &places);
        }
        if at.is_empty() {
            let of = self.argument(session, &array, &[])?;
            return Ok(Expr::call(Sym::ArrayReshape, [of, e.arg(1)]));
        }
        let named = self.named(session, e, "a")?;
        Ok(indexed(&named, at))
    }

    fn of_softmax(&mut self, session: &mut Session, e: &Expr, at: &[Expr]) -> Written<Expr> {
        let rank = self.rank(session, e)?;
        let levels = match e.len() {
            1 => vec![rank - 1],
            _ => self.levels(session, &e.arg(0), &e.arg(1))?,
        };
        if levels.iter().all(|level| *level >= at.len()) {
            let of = self.argument(session, &e.arg(0), at)?;
            let inner = levels.iter().map(|level| Expr::integer((level + 1 - at.len()) as i64));
            return Ok(Expr::call(Sym::ArraySoftmax, [of, Expr::list(inner)]));
        }
        let named = self.named(session, e, "a")?;
        Ok(indexed(&named, at))
    }

    /// A choice that sizes decide: what it holds is evaluated here, as it is where a size decides it.
    fn of_choice(&mut self, session: &mut Session, e: &Expr, at: &[Expr]) -> Written<Expr> {
        let [condition, then, otherwise] = [e.arg(0), session.evaluate(&e.arg(1))?, session.evaluate(&e.arg(2))?];
        self.of_cases(session, &piecewise(then, condition, otherwise), at)
    }

    /// Each case of a choice.
    fn of_cases(&mut self, session: &mut Session, e: &Expr, at: &[Expr]) -> Written<Expr> {
        let mut cases = Vec::new();
        for case in e.arg(0).args().iter() {
            let value = self.argument(session, &case.arg(0), at)?;
            cases.push((value, self.argument(session, &case.arg(1), at)?));
        }
        let last = if e.len() > 1 { self.argument(session, &e.arg(1), at)? } else { Expr::integer(0) };
        Ok(cases_of(cases, last))
    }
}

/// `Inactive[f][e, {i, n}, ...]`; without ranges it is e.
pub(super) fn inactive(f: Sym, e: Expr, ranges: &[(Expr, Expr)]) -> Expr {
    if ranges.is_empty() {
        return e;
    }
    let ranges = ranges.iter().map(|(index, size)| Expr::list([index.clone(), size.clone()]));
    Expr::normal(Expr::call(Sym::Inactive, [f.into()]), [e].into_iter().chain(ranges))
}

/// Whether a list holds numbers only.
pub(super) fn is_numeric(list: &Expr) -> bool {
    list.as_array().is_some() || list.args().iter().all(|item| item.is_number() || item.is_list() && is_numeric(item))
}

pub(super) fn negative(e: &Expr) -> Expr {
    Expr::call(Sym::Times, [Expr::integer(-1), e.clone()])
}

/// The sum of positions, expanded.
pub(super) fn sum(session: &mut Session, terms: impl IntoIterator<Item = Expr>) -> Written<Expr> {
    Ok(session.evaluate_call(Sym::Expand, [Expr::call(Sym::Plus, terms)])?)
}

pub(super) fn piecewise(value: Expr, condition: Expr, otherwise: Expr) -> Expr {
    cases_of(vec![(value, condition)], otherwise)
}

fn cases_of(cases: Vec<(Expr, Expr)>, otherwise: Expr) -> Expr {
    let cases = cases.into_iter().map(|(value, condition)| Expr::list([value, condition]));
    Expr::call(Sym::Piecewise, [Expr::list(cases), otherwise])
}

/// Whether this is an array of numbers, or a number.
pub(super) fn is_numeric_array(e: &Expr) -> bool {
    e.is_number() || e.is_list() && is_numeric(e)
}
