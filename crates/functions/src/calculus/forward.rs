//! Forward mode: one walk over the shared graph, every distinct node once.

use netform_eval::{Derivative, Flow, Session, Shape};
use netform_expr::{Expr, Kind, NodeMap, Sym, postorder};

use super::partial::partial;
use crate::arithmetic::{product, sum};
use crate::arrays::bound::occurring;

/// The derivatives of nodes with respect to one variable. `None` is zero, of whatever shape.
pub(super) struct Forward<'a> {
    variable: &'a Expr,
    done: NodeMap<Option<Expr>>,
}

impl<'a> Forward<'a> {
    /// Derivatives with respect to a variable: a symbol, or any expression that stands for itself.
    pub(super) fn new(variable: &'a Expr) -> Forward<'a> {
        Forward { variable, done: NodeMap::default() }
    }

    /// The derivative of an expression; zero has the expression's shape.
    pub(super) fn derivative(&mut self, session: &mut Session, e: &Expr) -> Result<Expr, Flow> {
        let classes = self.variable.symbol_classes();
        let variable = self.variable;
        let may_depend = |node: &Expr| node != variable && node.symbol_classes() & classes == classes;
        let mut order = Vec::new();
        let done = &self.done;
        let walk = postorder::<()>(
            e,
            |node| may_depend(node) && !done.contains_key(node) && !node.has_head(Sym::Function),
            |node| {
                order.push(node.clone());
                Ok(())
            },
        );
        debug_assert!(walk.is_ok());
        for node in order {
            if self.done.contains_key(&node) {
                continue;
            }
            session.tick()?;
            let derivative = if node == *variable {
                Some(Expr::integer(1))
            } else if may_depend(&node) {
                self.of_node(session, &node)?
            } else {
                None
            };
            self.done.insert(node, derivative);
        }
        match self.done.get(e).cloned().flatten() {
            Some(derivative) => Ok(derivative),
            None => zero_of(session, e),
        }
    }

    fn known(&self, node: &Expr) -> Option<Expr> {
        self.done.get(node).cloned().flatten()
    }

    /// The derivative of a node whose parts are done.
    fn of_node(&mut self, session: &mut Session, node: &Expr) -> Result<Option<Expr>, Flow> {
        let Kind::Normal(head, args) = node.kind() else { return Ok(None) };
        if node.has_head(Sym::Function) {
            return Ok(self.of_function(node, args));
        }
        if args.iter().all(|arg| self.known(arg).is_none()) {
            return Ok(None);
        }
        match head.sym() {
            Some(Sym::Plus) => {
                let terms: Vec<Expr> = args.iter().filter_map(|arg| self.known(arg)).collect();
                return nonzero(sum(session, terms)?);
            }
            Some(Sym::List | Sym::Equal | Sym::Rule) => return self.of_each(session, node, args, 0).map(Some),
            Some(Sym::If) => return self.of_each(session, node, args, 1).map(Some),
            Some(Sym::Piecewise) => return self.of_piecewise(session, args),
            _ => {}
        }
        if let Some(Derivative::Differential(rule)) = session.function_of(head).map(|f| f.derivative) {
            let mut differentials = Vec::with_capacity(args.len());
            for arg in args {
                differentials.push(match self.known(arg) {
                    Some(derivative) => derivative,
                    None => zero_of(session, arg)?,
                });
            }
            if let Some(differential) = rule(session, node, &differentials)? {
                return nonzero(session.evaluate(&differential)?);
            }
        }
        let mut terms = Vec::new();
        for (i, arg) in args.iter().enumerate() {
            let Some(inner) = self.known(arg) else { continue };
            let outer = partial(session, node, i)?;
            terms.push(product(session, [outer, inner])?);
        }
        nonzero(sum(session, terms)?)
    }

    /// The function of its parameters' values whose body is to be differentiated: bodies hold slots
    /// or names, and mean something only when the function is applied.
    fn of_function(&self, node: &Expr, args: &[Expr]) -> Option<Expr> {
        let occurs = occurring(node, std::slice::from_ref(self.variable)).contains(&true);
        let place = args.len().min(2).checked_sub(1).filter(|_| occurs)?;
        let mut parts = args.to_vec();
        parts[place] = Expr::call(Sym::D, [args[place].clone(), self.variable.clone()]);
        Some(Expr::call(Sym::Function, parts))
    }

    /// The same call of the derivatives; arguments before `first` stay.
    fn of_each(&self, session: &mut Session, node: &Expr, args: &[Expr], first: usize) -> Result<Expr, Flow> {
        let mut derivatives = Vec::with_capacity(args.len());
        for (i, arg) in args.iter().enumerate() {
            derivatives.push(match self.known(arg) {
                _ if i < first => arg.clone(),
                Some(derivative) => derivative,
                None => zero_of(session, arg)?,
            });
        }
        session.evaluate(&Expr::normal(node.head().clone(), derivatives))
    }

    /// Values are differentiated, conditions stay.
    fn of_piecewise(&self, session: &mut Session, args: &[Expr]) -> Result<Option<Expr>, Flow> {
        let Some(cases) = args.first().filter(|cases| cases.is_list()) else { return Ok(None) };
        let derivative = |session: &mut Session, value: &Expr| match self.known(value) {
            Some(derivative) => Ok(derivative),
            None => zero_of(session, value),
        };
        let mut new = Vec::with_capacity(cases.len());
        for case in cases.args().iter().filter(|case| case.len() == 2) {
            new.push(Expr::list([derivative(session, &case.arg(0))?, case.arg(1)]));
        }
        let otherwise = match args.get(1) {
            Some(value) => derivative(session, value)?,
            None => Expr::integer(0),
        };
        session.evaluate_call(Sym::Piecewise, [Expr::list(new), otherwise]).map(Some)
    }
}

fn nonzero(e: Expr) -> Result<Option<Expr>, Flow> {
    Ok((!e.is_integer(0)).then_some(e))
}

/// Zero in the shape of an expression.
pub(super) fn zero_of(session: &mut Session, e: &Expr) -> Result<Expr, Flow> {
    if e.is_list() {
        let mut zeros = Vec::with_capacity(e.len());
        for item in e.args().iter() {
            zeros.push(zero_of(session, item)?);
        }
        return Ok(Expr::list(zeros));
    }
    if !e.may_hold_array_symbol() {
        return Ok(Expr::integer(0));
    }
    let shape = session.shape_of(e)?;
    Ok(if shape.is_array() { Session::zeros(&shape) } else { Session::zeros(&Shape::scalar()) })
}
