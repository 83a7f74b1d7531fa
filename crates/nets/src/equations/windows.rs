//! Elements of windows, of padded arrays, of joined arrays and of parts.

use netform_eval::Session;
use netform_expr::{Expr, Sym};

use super::elements::{inactive, negative, piecewise, sum};
use super::names::Use;
use super::notation::indexed;
use super::writer::{Stop, Writer, Written};

/// A setting for each of some levels: a list, or one for all.
fn each(setting: Option<Expr>, count: usize) -> Vec<Expr> {
    match setting {
        Some(list) if list.is_list() => list.args().into_owned(),
        Some(one) => vec![one; count],
        None => vec![Expr::integer(1); count],
    }
}

/// `stride (i - 1) + dilation (u - 1) + 1`.
fn read_at(session: &mut Session, stride: &Expr, i: &Expr, dilation: &Expr, u: &Expr) -> Written<Expr> {
    let less = |index: &Expr| Expr::call(Sym::Plus, [index.clone(), Expr::integer(-1)]);
    let terms = [(stride, i), (dilation, u)].map(|(by, index)| Expr::call(Sym::Times, [by.clone(), less(index)]));
    sum(session, terms.into_iter().chain([Expr::integer(1)]))
}

impl Writer<'_> {
    pub(super) fn of_window(&mut self, session: &mut Session, e: &Expr, at: &[Expr]) -> Written<Expr> {
        let args = e.args();
        let rank = self.rank(session, &args[0])?;
        let count = self.rank(session, e)?.saturating_sub(rank);
        let unknown = Stop::Shape(session.output_form(e));
        if at.len() != rank + count {
            return Err(unknown);
        }
        let levels = match args.get(4) {
            Some(levels) => self.levels(session, &args[0], levels)?,
            None => (0..count).collect(),
        };
        if levels.iter().any(|level| *level >= rank) || levels.len() > count {
            return Err(unknown);
        }
        let (strides, dilations) = (each(args.get(2).cloned(), count), each(args.get(3).cloned(), count));
        let mut places = at[..rank].to_vec();
        for (k, level) in levels.into_iter().enumerate() {
            places[level] = read_at(session, &strides[k], &at[level], &dilations[k], &at[rank + k])?;
        }
        // A padded array is a quantity of its own: a case for each term of a sum is hard to read.
        if args[0].has_head(Sym::ArrayPad) {
            let named = self.named(session, &args[0], "p")?;
            return Ok(indexed(&named, &places));
        }
        self.argument(session, &args[0], &places)
    }

    /// The terms whose window ends up at a position.
    pub(super) fn of_overlap(&mut self, session: &mut Session, e: &Expr, at: &[Expr]) -> Written<Expr> {
        let args = e.args();
        let sizes = self.dimensions(session, &args[0])?;
        let rank = at.len();
        let Some(count) = sizes.len().checked_sub(rank) else {
            return Err(Stop::Shape(session.output_form(e)));
        };
        let levels = match args.get(3) {
            Some(levels) => self.levels(session, &args[0], levels)?,
            None => (0..count).collect(),
        };
        let (strides, dilations) = (each(args.get(1).cloned(), count), each(args.get(2).cloned(), count));
        let mut places = at.to_vec();
        let mut ranges = Vec::new();
        let mut factors = Vec::new();
        let mut offsets = Vec::new();
        for (k, level) in levels.into_iter().enumerate() {
            let position = self.new_index(session, Use::Bound, sizes[level].clone());
            let offset = self.new_index(session, Use::Bound, sizes[rank + k].clone());
            let target = read_at(session, &strides[k], &position, &dilations[k], &offset)?;
            let meets = Expr::call(Sym::Equal, [at[level].clone(), target]);
            factors.push(Expr::call(Sym::Boole, [meets]));
            places[level] = position.clone();
            ranges.push((position, sizes[level].clone()));
            ranges.push((offset.clone(), sizes[rank + k].clone()));
            offsets.push(offset);
        }
        places.extend(offsets);
        let term = self.argument(session, &args[0], &places)?;
        Ok(inactive(Sym::Sum, Expr::call(Sym::Times, [term].into_iter().chain(factors)), &ranges))
    }

    pub(super) fn of_pad(&mut self, session: &mut Session, e: &Expr, at: &[Expr]) -> Written<Expr> {
        let args = e.args();
        let array = &args[0];
        let sizes = self.dimensions(session, array)?;
        let Some(amounts) = amounts(&args[1], sizes.len()) else { return self.by_name(session, e, at) };
        let filling = args.get(2).cloned().unwrap_or_else(|| Expr::integer(0));
        let is_padded = amounts.iter().flatten().any(|amount| !matches!(amount.as_i64(), Some(..=0)));
        if is_padded && !matches!(filling.as_str(), None | Some("Fixed" | "Periodic")) || at.len() < amounts.len() {
            return self.by_name(session, e, at);
        }
        let one = Expr::integer(1);
        let mut places = at.to_vec();
        let mut conditions = Vec::new();
        for (level, [low, high]) in amounts.iter().enumerate() {
            if low.is_integer(0) && high.is_integer(0) {
                continue;
            }
            let place = sum(session, [at[level].clone(), negative(low)])?;
            let first = sum(session, [one.clone(), low.clone()])?;
            let last = sum(session, [sizes[level].clone(), low.clone()])?;
            let index = at[level].clone();
            let size = sizes[level].clone();
            let reaches = |amount: &Expr| !matches!(amount.as_i64(), Some(..=0));
            places[level] = match filling.as_str() {
                Some("Fixed") if is_padded => Expr::call(Sym::Clip, [place, Expr::list([one.clone(), size])]),
                Some("Periodic") if is_padded => Expr::call(Sym::Mod, [place, size, one.clone()]),
                _ => {
                    match (reaches(low), reaches(high)) {
                        (true, true) => conditions.push(Expr::call(Sym::LessEqual, [first, index, last])),
                        (true, false) => conditions.push(Expr::call(Sym::LessEqual, [first, index])),
                        (false, true) => conditions.push(Expr::call(Sym::LessEqual, [index, last])),
                        (false, false) => {}
                    }
                    place
                }
            };
        }
        let inside = self.argument(session, array, &places)?;
        if conditions.is_empty() {
            return Ok(inside);
        }
        let condition =
            if conditions.len() == 1 { conditions.swap_remove(0) } else { Expr::call(Sym::And, conditions) };
        Ok(piecewise(inside, condition, filling))
    }

    /// An element of what has no notation with indices.
    fn by_name(&mut self, session: &mut Session, e: &Expr, at: &[Expr]) -> Written<Expr> {
        let of = self.argument(session, &e.arg(0), &[])?;
        let whole = Expr::normal(e.head().clone(), [of].into_iter().chain(e.args().iter().skip(1).cloned()));
        let named = self.named_whole(session, &whole, "p", |_, _| Ok(whole.clone()))?;
        Ok(indexed(&named, at))
    }

    /// Joined vectors and matrices stand side by side; an element is in one of the parts.
    pub(super) fn of_join(&mut self, session: &mut Session, args: &[Expr], at: &[Expr]) -> Written<Expr> {
        let (arrays, level) = match args.split_last() {
            Some((level, arrays)) if level.as_usize().is_some() => (arrays, level.as_usize().unwrap_or(1) - 1),
            _ => (args, 0),
        };
        if level >= at.len() {
            let mut parts = Vec::with_capacity(arrays.len());
            for array in arrays {
                parts.push(self.argument(session, array, at)?);
            }
            let inner = Some(level - at.len()).filter(|inner| *inner > 0).map(|inner| Expr::integer(inner as i64 + 1));
            return Ok(Expr::call(Sym::Join, parts.into_iter().chain(inner)));
        }
        let mut before = Expr::integer(0);
        let mut cases = Vec::new();
        for array in arrays {
            let size = self.dimensions(session, array)?[level].clone();
            let mut places = at.to_vec();
            places[level] = sum(session, [at[level].clone(), negative(&before)])?;
            before = sum(session, [before, size])?;
            let value = self.argument(session, array, &places)?;
            cases.push(Expr::list([value, Expr::call(Sym::LessEqual, [at[level].clone(), before.clone()])]));
        }
        let last = cases.pop().map_or_else(|| Expr::integer(0), |case| case.arg(0));
        Ok(if cases.is_empty() { last } else { Expr::call(Sym::Piecewise, [Expr::list(cases), last]) })
    }

    pub(super) fn of_part(&mut self, session: &mut Session, e: &Expr, at: &[Expr]) -> Written<Expr> {
        let args = e.args();
        let array = &args[0];
        let sizes = self.dimensions(session, array)?;
        let mut rest = at.iter();
        let mut places = Vec::new();
        let mut is_whole = false;
        for (level, spec) in args[1..].iter().enumerate() {
            let index = if spec.is(Sym::All) || spec.has_head(Sym::Span) || spec.is_list() {
                match rest.next() {
                    Some(index) => index.clone(),
                    None => {
                        is_whole = true;
                        break;
                    }
                }
            } else {
                spec.clone()
            };
            places.push(match spec {
                _ if spec.as_i64().is_some_and(|n| n < 0) => {
                    sum(session, [sizes[level].clone(), spec.clone(), Expr::integer(1)])?
                }
                spec if spec.has_head(Sym::Span) => {
                    let step = if spec.len() > 2 { spec.arg(2) } else { Expr::integer(1) };
                    let start = match spec.arg(0) {
                        start if start.as_i64().is_some_and(|n| n < 0) => {
                            sum(session, [sizes[level].clone(), start, Expr::integer(1)])?
                        }
                        start if start.is_number() => start,
                        _ => Expr::integer(1),
                    };
                    let steps = Expr::call(Sym::Plus, [index, Expr::integer(-1)]);
                    sum(session, [start, Expr::call(Sym::Times, [step, steps])])?
                }
                spec if spec.is_list() => {
                    let named = self.named(session, spec, "C")?;
                    indexed(&named, &[index])
                }
                _ => index,
            });
        }
        let rest: Vec<Expr> = rest.cloned().collect();
        if !is_whole {
            places.extend(rest);
            return self.argument(session, array, &places);
        }
        // Whole levels stand between indices.
        let of = self.argument(session, array, &[])?;
        let mut at = at.iter();
        let mut specs = Vec::with_capacity(args.len());
        for (spec, size) in args[1..].iter().zip(&sizes) {
            specs.push(match spec {
                spec if spec.is(Sym::All) => at.next().cloned().unwrap_or_else(|| spec.clone()),
                spec if spec.as_i64().is_some_and(|n| n < 0) => {
                    sum(session, [size.clone(), spec.clone(), Expr::integer(1)])?
                }
                spec => spec.clone(),
            });
        }
        Ok(Expr::call(Sym::Part, [of].into_iter().chain(specs)))
    }
}

/// How much is added before and after at each leading level.
fn amounts(padding: &Expr, rank: usize) -> Option<Vec<[Expr; 2]>> {
    let pair = |pair: &Expr| (pair.len() == 2).then(|| [pair.arg(0), pair.arg(1)]);
    match padding {
        one if !one.is_list() => Some(vec![[one.clone(), one.clone()]; rank]),
        list if list.args().iter().all(Expr::is_list) => list.args().iter().map(pair).collect(),
        list => pair(list).map(|pair| vec![pair; rank]),
    }
}
