//! Linear functions of many directions at once.
//!
//! An expression that is linear in some arrays is evaluated for directions that stand side by side
//! along further levels, at the ends of all arrays. Elementwise functions align leading levels, so
//! most calls stay as they are; the records of array functions tell the rest.

use netform_eval::{Carrier, Eval, Flow, Session, Shape};
use netform_expr::{Attributes, Expr, Kind, NodeMap, NodeSet, Sym};

use super::dependence::Dependence;
use super::iterated::{iterated_head, with_body};
use super::unit_vectors::without_unit_vectors;
use crate::arithmetic;
use crate::arrays::bound::{self, Parameter, occurring};
use crate::arrays::contract_freely;
use crate::arrays::dimension::{self, Dims, integer};
use crate::control::is_value_of;

/// The arrays of directions for the nodes of linear expressions.
pub(super) struct Carry {
    levels: Vec<Expr>,
    /// The variables in which expressions are linear, and what stands for them.
    seeds: Vec<(Expr, Expr)>,
    done: NodeMap<Option<Expr>>,
    /// Lists are carried where they are wanted: a list of arguments need not be an array.
    lists: NodeSet,
    failure: Option<Expr>,
}

impl Carry {
    /// For variables that are replaced by arrays with these levels at their ends.
    pub(super) fn new(levels: &[Expr], seeds: Vec<(Expr, Expr)>) -> Carry {
        let done = seeds.iter().map(|(variable, value)| (variable.clone(), Some(value.clone()))).collect();
        Carry { levels: levels.to_vec(), seeds, done, lists: NodeSet::default(), failure: None }
    }

    /// A call that is not known to be linear, after `of` has given `None`.
    pub(super) fn failure(&self) -> Option<&Expr> {
        self.failure.as_ref()
    }

    /// The expression for all directions; zeros if it does not depend on them. `None` if it is not
    /// known to be linear.
    pub(super) fn of(&mut self, session: &mut Session, e: &Expr) -> Eval {
        let dependence = Dependence::on(self.seeds.iter().map(|(variable, _)| variable));
        let order = dependence.parts(e, |node| self.done.contains_key(node));
        for node in order {
            if self.done.contains_key(&node) {
                continue;
            }
            session.tick()?;
            let carried = if dependence.may(&node) { self.of_node(session, &node)? } else { None };
            if self.failure.is_some() {
                return Ok(None);
            }
            self.done.insert(node, carried);
        }
        self.carried(session, e).map(Some)
    }

    fn of_node(&mut self, session: &mut Session, node: &Expr) -> Eval {
        let Kind::Normal(head, args) = node.kind() else { return Ok(None) };
        if !args.iter().any(|arg| self.depends(arg)) {
            return Ok(None);
        }
        match head.sym() {
            Some(Sym::List) => {
                self.lists.insert(node.clone());
                return Ok(None);
            }
            Some(Sym::Plus) => return self.of_sum(session, node, args),
            Some(Sym::Times) => return self.of_product(session, node, args),
            Some(Sym::Equal | Sym::Rule) => {
                let mut parts = Vec::with_capacity(args.len());
                for arg in args {
                    parts.push(self.carried(session, arg)?);
                }
                return session.evaluate(&Expr::normal(head.clone(), parts)).map(Some);
            }
            Some(Sym::Piecewise) => return self.of_piecewise(session, args),
            _ => {}
        }
        if let Some(is_value) = is_value_of(node) {
            let mut parts = Vec::with_capacity(args.len());
            for (place, arg) in args.iter().enumerate() {
                parts.push(if is_value(place) { self.carried(session, arg)? } else { arg.clone() });
            }
            return session.evaluate(&Expr::normal(head.clone(), parts)).map(Some);
        }
        if iterated_head(node) == Some(Sym::Sum) {
            if args[1..].iter().any(|iterator| self.depends(iterator)) {
                self.failure = Some(node.clone());
                return Ok(None);
            }
            let body = self.carried(session, &args[0])?;
            let sum = session.evaluate(&with_body(node, body))?;
            let whole = without_unit_vectors(session, &sum)?;
            return Ok(Some(whole.unwrap_or(sum)));
        }
        if let Some(carry) = session.function_of(head).and_then(|f| f.linear.carry)
            && let Some(carried) = carry(session, node, self)?
        {
            return Ok(Some(carried));
        }
        if session.attributes_of(head).contains(Attributes::LISTABLE) {
            // A partial derivative of two arguments would not be linear in them together.
            self.failure = Some(node.clone());
            return Ok(None);
        }
        match self.by_mapping(session, node, args)? {
            Some(carried) => Ok(Some(carried)),
            None => {
                self.failure = Some(node.clone());
                Ok(None)
            }
        }
    }

    /// Terms with fewer levels are repeated along the levels that they lack.
    fn of_sum(&mut self, session: &mut Session, node: &Expr, args: &[Expr]) -> Eval {
        let dimensions = dimension::of(session, node)?;
        let mut terms = Vec::with_capacity(args.len());
        for arg in args {
            if !self.depends(arg) {
                continue;
            }
            let carried = self.carried(session, arg)?;
            let own = dimension::of(session, arg)?.len();
            terms.push(if own < dimensions.len() {
                let places = Expr::list((own..dimensions.len()).map(|place| integer(place + 1)).collect::<Vec<_>>());
                let sizes = dimension::list(&dimensions[own..]);
                session.evaluate_call(Sym::ArrayReplicate, [carried, sizes, places])?
            } else {
                carried
            });
        }
        // Diagonal matrices are added as vectors.
        let (diagonals, mut others): (Vec<Expr>, Vec<Expr>) =
            terms.into_iter().partition(|term| term.has_head(Sym::DiagonalMatrix) && term.len() == 1);
        if !diagonals.is_empty() {
            let vector = arithmetic::sum(session, diagonals.iter().map(|diagonal| diagonal.arg(0)))?;
            others.push(session.evaluate_call(Sym::DiagonalMatrix, [vector])?);
        }
        arithmetic::sum(session, others).map(Some)
    }

    fn of_product(&mut self, session: &mut Session, node: &Expr, args: &[Expr]) -> Eval {
        let (varying, constant): (Vec<&Expr>, Vec<&Expr>) = args.iter().partition(|arg| self.depends(arg));
        let [varying] = varying[..] else {
            self.failure = Some(node.clone());
            return Ok(None);
        };
        let carried = self.carried(session, varying)?;
        let constant = arithmetic::product(session, constant.into_iter().cloned())?;
        let own = dimension::of(session, varying)?.len();
        let of_constant = dimension::of(session, &constant)?.len();
        if of_constant > own {
            // The levels that only the constant has come between those of the other factor.
            let further = of_constant..of_constant + self.levels.len();
            let of_varying: Vec<usize> = (0..own).chain(further.clone()).collect();
            let result: Vec<usize> = (0..of_constant).chain(further).collect();
            let labels = [(0..of_constant).collect(), of_varying];
            return contract_freely(session, &[constant, carried], &labels, &result).map(Some);
        }
        if let Some([first, rest @ ..]) = carried.args_of(Sym::TensorProduct).as_deref()
            && of_constant > 0
            && of_constant <= dimension::of(session, first)?.len()
            && !rest.is_empty()
        {
            let first = match of_constant == 1 && first.has_head(Sym::SymbolicIdentityArray) && first.arg(0).len() == 1
            {
                true => session.evaluate_call(Sym::DiagonalMatrix, [constant])?,
                false => arithmetic::product(session, [constant, first.clone()])?,
            };
            return session
                .evaluate_call(Sym::TensorProduct, [first].into_iter().chain(rest.iter().cloned()))
                .map(Some);
        }
        if of_constant == 1 && own == 1 && carried.has_head(Sym::SymbolicIdentityArray) && !constant.is_list() {
            return session.evaluate_call(Sym::DiagonalMatrix, [constant]).map(Some);
        }
        arithmetic::product(session, [constant, carried]).map(Some)
    }

    fn of_piecewise(&mut self, session: &mut Session, args: &[Expr]) -> Eval {
        let Some(cases) = args.first().filter(|cases| cases.is_list()) else { return Ok(None) };
        let mut new = Vec::with_capacity(cases.len());
        for case in cases.args().iter().filter(|case| case.len() == 2) {
            new.push(Expr::list([self.carried(session, &case.arg(0))?, case.arg(1)]));
        }
        let otherwise = match args.get(1) {
            Some(value) => self.carried(session, value)?,
            None => Expr::integer(0),
        };
        session.evaluate_call(Sym::Piecewise, [Expr::list(new), otherwise]).map(Some)
    }

    /// The call mapped over the directions, which are brought to the front for that and back after.
    fn by_mapping(&mut self, session: &mut Session, node: &Expr, args: &[Expr]) -> Eval {
        let count = self.levels.len();
        let rank = dimension::of(session, node)?.len();
        if args.iter().any(|arg| arg.has_head(Sym::Function) && self.depends(arg)) {
            return Ok(None);
        }
        let mut variables = Vec::new();
        let mut arrays = Vec::new();
        let mut parts = Vec::with_capacity(args.len());
        for arg in args {
            let items: Vec<Expr> =
                if arg.is_list() && self.depends(arg) { arg.args().into_owned() } else { vec![arg.clone()] };
            let mut new = Vec::with_capacity(items.len());
            for item in &items {
                if !self.depends(item) {
                    new.push(item.clone());
                    continue;
                }
                let own = dimension::of(session, item)?;
                let carried = self.carried(session, item)?;
                arrays.push(moved(session, carried, own.len(), count, true)?);
                variables.push(bound::variable(session, &own));
                new.push(variables[variables.len() - 1].clone());
            }
            parts.push(if arg.is_list() && self.depends(arg) { Expr::list(new) } else { new.remove(0) });
        }
        let body = session.evaluate(&Expr::normal(node.head().clone(), parts))?;
        let function = bound::close(&body, &Parameter::each(&variables), variables.len());
        let mapped = session.evaluate_call(Sym::MapThread, [function, Expr::list(arrays), integer(count)])?;
        moved(session, mapped, rank, count, false).map(Some)
    }
}

/// An array with `count` levels moved from the end to the front, or back; `rank` is the number of
/// the other levels.
fn moved(session: &mut Session, array: Expr, rank: usize, count: usize, to_front: bool) -> Result<Expr, Flow> {
    let (first, second) = if to_front { (rank, count) } else { (count, rank) };
    if first == 0 || second == 0 {
        return Ok(array);
    }
    let places = (second + 1..=second + first).chain(1..=second).map(integer).collect::<Vec<_>>();
    session.evaluate_call(Sym::Transpose, [array, Expr::list(places)])
}

impl Carrier for Carry {
    fn levels(&self) -> &[Expr] {
        &self.levels
    }

    fn depends(&self, argument: &Expr) -> bool {
        match self.done.get(argument) {
            Some(Some(_)) => true,
            _ if self.lists.contains(argument) => true,
            _ => argument.has_head(Sym::Function) && self.body_depends(argument, &[]),
        }
    }

    fn carried(&mut self, session: &mut Session, argument: &Expr) -> Result<Expr, Flow> {
        if let Some(Some(carried)) = self.done.get(argument) {
            return Ok(carried.clone());
        }
        if self.lists.contains(argument) || argument.is_list() && argument.as_array().is_none() {
            let mut items = Vec::with_capacity(argument.len());
            for item in argument.args().iter() {
                items.push(self.carried(session, item)?);
            }
            return Ok(Expr::list(items));
        }
        let dimensions: Dims = dimension::of(session, argument)?;
        Ok(Session::zeros(&Shape::of(dimensions.into_iter().chain(self.levels.iter().cloned()))))
    }

    fn body(&mut self, session: &mut Session, body: &Expr, variables: &[(Expr, Expr)]) -> Eval {
        let seeds = self.seeds.iter().chain(variables).cloned().collect();
        let mut inner = Carry::new(&self.levels, seeds);
        let carried = inner.of(session, body)?;
        if carried.is_none() {
            self.failure = inner.failure.or_else(|| Some(body.clone()));
        }
        Ok(carried)
    }

    fn body_depends(&self, body: &Expr, variables: &[Expr]) -> bool {
        let all: Vec<Expr> = self.seeds.iter().map(|(variable, _)| variable).chain(variables).cloned().collect();
        occurring(body, &all).contains(&true)
    }
}
