//! The symbolic sizes of a net, and what follows for them where two sizes must be the same.
//!
//! A symbol of a size is an unknown integer. Where `2 n + 1` meets 11, n is 5 from then on, everywhere in the
//! net; where nothing can be solved, the equation is kept, and looked at again when more is known.

use std::convert::Infallible;

use netform_compile::{Dim, DimError};
use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeMap, NodeSet, Sym, occurs, postorder, rebuild};

use crate::shape::is_varying;

/// What is known of the symbolic sizes of a net.
#[derive(Debug, Clone, Default)]
pub(super) struct Sizes {
    /// The values of symbols, in which no symbol occurs that has a value itself.
    solved: NodeMap<Dim>,
    /// The symbols with values, in the order in which these were found.
    order: Vec<Expr>,
    /// Pairs that must be the same, and could not be solved.
    open: Vec<(Dim, Dim)>,
    /// The same, of what is no polynomial, such as quotients.
    other: Vec<(Expr, Expr)>,
    /// Symbols that stand for themselves: those of data.
    fixed: NodeSet,
    /// How often something was found.
    pub(super) news: usize,
}

impl Sizes {
    /// Nothing is known; these symbols stand for themselves.
    pub(super) fn new(fixed: NodeSet) -> Sizes {
        Sizes { fixed, ..Sizes::default() }
    }

    /// A value of a variable, with what is known put in, and sizes in normal form.
    pub(super) fn value(&self, session: &mut Session, value: &Expr) -> Result<Expr, Flow> {
        if value.is_number() || value.as_str().is_some() {
            return Ok(value.clone());
        }
        if value.is_list() {
            let items = value.args();
            let items = items.iter().map(|item| self.value(session, item)).collect::<Result<Vec<_>, _>>()?;
            return Ok(Expr::list(items));
        }
        if let Ok(dimension) = Dim::from_expr(value).and_then(|dimension| dimension.substitute(&self.solved)) {
            return Ok(dimension.to_expr());
        }
        if !self.solved.keys().any(|symbol| occurs(value, symbol)) {
            return Ok(value.clone());
        }
        // Sizes hold no variables of functions, so that these keep their names.
        session.evaluate(&put_in(value, &self.solved))
    }

    /// Whether two sizes can be the same; from then on they are.
    pub(super) fn agree(&mut self, session: &mut Session, a: &Expr, b: &Expr) -> Result<bool, Flow> {
        if a == b || is_varying(a) || is_varying(b) {
            return Ok(true);
        }
        let (a, b) = (self.value(session, a)?, self.value(session, b)?);
        if a == b {
            return Ok(true);
        }
        if (a.is_number() && b.is_number()) || [&a, &b].iter().any(|e| e.is_list() || e.as_str().is_some()) {
            return Ok(false);
        }
        if let (Ok(a), Ok(b)) = (Dim::from_expr(&a), Dim::from_expr(&b)) {
            return Ok(self.equate(a, b));
        }
        let difference = difference(session, &a, &b)?;
        if difference.is_number() || !self.has_unknown(&difference) {
            return Ok(difference.is_integer(0));
        }
        // An equation and its mirror image are one.
        if !self.other.iter().any(|(x, y)| (x, y) == (&a, &b) || (x, y) == (&b, &a)) {
            self.other.push((a, b));
        }
        Ok(true)
    }

    /// Gives the only unknown symbol of an equation its value, if there is only one that it can have; whether it did.
    pub(super) fn settle(&mut self, a: &Dim, b: &Dim) -> bool {
        let news = self.news;
        let put_in = |size: &Dim| size.substitute(&self.solved).ok();
        let Some((a, b)) = put_in(a).zip(put_in(b)) else { return false };
        let roots = a.subtract(&b).ok().and_then(|difference| difference.roots());
        let is_single = roots.is_some_and(|(symbol, roots)| roots.len() == 1 && self.is_unknown(&symbol));
        is_single && self.equate(a, b) && self.news > news
    }

    /// The pairs that turned out to be different.
    pub(super) fn contradictions(&mut self, session: &mut Session) -> Result<Vec<(Expr, Expr)>, Flow> {
        let mut wrong = Vec::new();
        let mut open = Vec::new();
        for (a, b) in std::mem::take(&mut self.other) {
            let (a, b) = (self.value(session, &a)?, self.value(session, &b)?);
            let difference = difference(session, &a, &b)?;
            if difference.is_integer(0) {
                continue;
            }
            if difference.is_number() { wrong.push((a, b)) } else { open.push((a, b)) }
        }
        self.other = open;
        Ok(wrong)
    }

    /// Of two sizes that are the same, the one that says more: a number, else what does not change any more.
    pub(super) fn better(&self, a: &Expr, b: &Expr) -> Expr {
        let is_open = |e: &Expr| Dim::from_expr(e).is_ok_and(|size| size.symbols().iter().any(|s| self.is_unknown(s)));
        let replaced = is_varying(a) || (!a.is_number() && (b.is_number() || (is_open(a) && !is_open(b))));
        if replaced && !is_varying(b) { b.clone() } else { a.clone() }
    }

    /// What must hold of the symbols of a net, beginning with their values.
    pub(super) fn constraints(&self) -> Vec<Expr> {
        let equation = |a: Expr, b: Expr| Expr::call(Sym::Equal, [a, b]);
        let values = self.order.iter().filter_map(|symbol| Some((symbol, self.solved.get(symbol)?)));
        let values = values.map(|(symbol, value)| equation(symbol.clone(), value.to_expr()));
        let open = self.open.iter().map(|(a, b)| equation(a.to_expr(), b.to_expr()));
        values.chain(open).chain(self.other.iter().map(|(a, b)| equation(a.clone(), b.clone()))).collect()
    }

    /// Whether a symbol is a size that may still become known.
    fn is_unknown(&self, symbol: &Expr) -> bool {
        let of_user = symbol.as_symbol().is_some_and(|symbol| symbol.context() != "System`");
        of_user && !self.fixed.contains(symbol) && !self.solved.contains_key(symbol)
    }

    /// Whether such a symbol occurs in an expression.
    pub(super) fn has_unknown(&self, e: &Expr) -> bool {
        postorder(e, |_| true, |node| if self.is_unknown(node) { Err(()) } else { Ok(()) }).is_err()
    }

    /// Takes two sizes for the same, unless they cannot be so.
    fn equate(&mut self, a: Dim, b: Dim) -> bool {
        let before = self.clone();
        let mut equations = vec![(a, b)];
        while let Some((a, b)) = equations.pop() {
            match self.solve(&a, &b) {
                Ok(Solved::Nothing) => {}
                Ok(Solved::Symbol) => equations.append(&mut self.open),
                Ok(Solved::Contradiction) | Err(_) => {
                    *self = before;
                    return false;
                }
            }
        }
        true
    }

    fn solve(&mut self, a: &Dim, b: &Dim) -> Result<Solved, DimError> {
        let (a, b) = (a.substitute(&self.solved)?, b.substitute(&self.solved)?);
        let difference = a.subtract(&b)?;
        if let Some(difference) = difference.as_integer() {
            return Ok(if difference == 0 { Solved::Nothing } else { Solved::Contradiction });
        }
        let mut unknown: Vec<Expr> =
            difference.symbols().into_iter().filter(|symbol| self.is_unknown(symbol)).collect();
        if unknown.is_empty() {
            return Ok(Solved::Contradiction);
        }
        // Of several symbols the last one in order is said by the others.
        unknown.sort_by(|a, b| netform_expr::compare(b, a));
        if let Some((symbol, value)) = unknown.iter().find_map(|s| Some((s.clone(), difference.root(s)?))) {
            return self.set(symbol, value);
        }
        if let Some((symbol, roots)) = difference.roots() {
            match roots.as_slice() {
                [] => return Ok(Solved::Contradiction),
                [root] => return self.set(symbol, Dim::integer(*root)),
                _ => {}
            }
        }
        // An equation and its mirror image are one.
        let is_known = |(x, y): &(Dim, Dim)| (x, y) == (&a, &b) || (x, y) == (&b, &a);
        if !self.open.iter().any(is_known) {
            self.open.push((a, b));
        }
        Ok(Solved::Nothing)
    }

    /// Gives a symbol its value; sizes are not negative.
    fn set(&mut self, symbol: Expr, value: Dim) -> Result<Solved, DimError> {
        let put_in = [(symbol.clone(), value.clone())].into_iter().collect();
        for known in self.solved.values_mut() {
            *known = known.substitute(&put_in)?;
        }
        self.solved.insert(symbol.clone(), value);
        self.order.push(symbol);
        self.news += 1;
        let negative = |size: &Dim| size.as_integer().is_some_and(|size| size < 0);
        Ok(if self.solved.values().any(negative) { Solved::Contradiction } else { Solved::Symbol })
    }
}

/// What an equation has led to.
enum Solved {
    Nothing,
    Symbol,
    Contradiction,
}

fn difference(session: &mut Session, a: &Expr, b: &Expr) -> Result<Expr, Flow> {
    let negative = Expr::call(Sym::Times, [Expr::integer(-1), b.clone()]);
    session.evaluate(&Expr::call(Sym::Expand, [Expr::call(Sym::Plus, [a.clone(), negative])]))
}

/// An expression with sizes in the place of symbols, but where these are the variables of a function.
fn put_in(e: &Expr, sizes: &NodeMap<Dim>) -> Expr {
    let mut done: NodeMap<Expr> = NodeMap::default();
    let walk = postorder::<Infallible>(
        e,
        |node| variables(node).iter().all(|variable| !sizes.contains_key(variable)),
        |node| {
            let hidden = variables(node);
            let new = if hidden.iter().any(|variable| sizes.contains_key(variable)) {
                let visible = sizes.iter().filter(|(symbol, _)| !hidden.contains(symbol));
                put_in(node, &visible.map(|(symbol, size)| (symbol.clone(), size.clone())).collect())
            } else {
                let rebuilt = rebuild(node, |part| done.get(part).cloned().unwrap_or_else(|| part.clone()));
                sizes.get(&rebuilt).map_or(rebuilt, Dim::to_expr)
            };
            done.insert(node.clone(), new);
            Ok(())
        },
    );
    match walk {
        Ok(()) => done.remove(e).unwrap_or_else(|| e.clone()),
        Err(never) => match never {},
    }
}

/// The variables of a function.
fn variables(e: &Expr) -> Vec<Expr> {
    match e.args().as_ref() {
        [variables, _, ..] if e.has_head(Sym::Function) && variables.is_list() => variables.args().into_owned(),
        [variable, _, ..] if e.has_head(Sym::Function) => vec![variable.clone()],
        _ => Vec::new(),
    }
}
