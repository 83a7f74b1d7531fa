//! Forward mode: one walk over the shared graph, every distinct node once.
//!
//! Variables are moved along directions of their own shapes, a scalar variable by 1; then every node
//! has a derivative of its own shape, which is linear in the directions.

use netform_eval::{Derivative, Eval, Flow, Lowering, Session, Shape};
use netform_expr::{Attributes, Expr, Kind, RootedMap, Sym, postorder};

use super::dependence::Dependence;
use super::iterated::{self, iterated_head};
use super::partial::{known_partial, partial, partial_at};
use super::products::{Factors, Products};
use crate::arithmetic;
use crate::arrays::bound::{self, Parameter, occurring};
use crate::control::is_value_of;

/// The derivatives of nodes along directions of variables. `None` is zero, of whatever shape.
pub(super) struct Forward {
    /// Each variable, a symbol or any expression that stands for itself, and its direction.
    directions: Vec<(Expr, Expr)>,
    done: RootedMap<Option<Factors>>,
    products: Products,
    /// A call whose derivative is not known.
    unknown: Option<Expr>,
}

impl Forward {
    /// Derivatives with respect to a scalar variable.
    pub(super) fn new(variable: &Expr) -> Forward {
        Forward::along(vec![(variable.clone(), Expr::integer(1))])
    }

    /// Derivatives along a direction for each variable.
    pub(super) fn along(directions: Vec<(Expr, Expr)>) -> Forward {
        let mut done = RootedMap::default();
        for (variable, direction) in &directions {
            done.keep(variable);
            done.insert(variable, Some(Factors::one(direction.clone())));
        }
        Forward { directions, done, products: Products::default(), unknown: None }
    }

    /// The derivative of an expression; zero has the expression's shape. `None`, after a message,
    /// where the derivative of a function by an array is not known.
    pub(super) fn derivative(&mut self, session: &mut Session, e: &Expr) -> Eval {
        let dependence = Dependence::on(self.directions.iter().map(|(variable, _)| variable));
        self.done.keep(e);
        let order = dependence.parts(e, |node| self.done.contains(node));
        for node in order {
            if self.done.contains(&node) {
                continue;
            }
            session.tick()?;
            let derivative = if dependence.may(&node) { self.of_node(session, &node)? } else { None };
            if let Some(call) = self.unknown.take() {
                session.message(Sym::D, "arrayd", &[call.head().clone(), call]);
                return Ok(None);
            }
            self.done.insert(&node, derivative);
        }
        self.known_or_zero(session, e).map(Some)
    }

    /// Whether the derivative of a node is not zero.
    fn depends(&self, node: &Expr) -> bool {
        matches!(self.done.get(node), Some(Some(_)))
    }

    fn known(&mut self, session: &mut Session, node: &Expr) -> Result<Option<Expr>, Flow> {
        match self.done.get(node) {
            Some(Some(factors)) => self.products.form(session, factors).map(Some),
            _ => Ok(None),
        }
    }

    fn known_or_zero(&mut self, session: &mut Session, node: &Expr) -> Result<Expr, Flow> {
        match self.known(session, node)? {
            Some(derivative) => Ok(derivative),
            None => zero_of(session, node),
        }
    }

    /// The derivative of a node whose parts are done.
    fn of_node(&mut self, session: &mut Session, node: &Expr) -> Result<Option<Factors>, Flow> {
        let Kind::Normal(head, args) = node.kind() else { return Ok(None) };
        if node.has_head(Sym::Function) {
            return Ok(self.of_function(node, args).map(Factors::one));
        }
        if !args.iter().any(|arg| self.depends(arg)) {
            return Ok(None);
        }
        match head.sym() {
            Some(Sym::Plus) => {
                let terms: Vec<Factors> = args.iter().filter_map(|arg| self.done.get(arg).cloned().flatten()).collect();
                let total = self.total(session, &terms)?;
                return self.in_full(session, node, total);
            }
            Some(Sym::List | Sym::Equal | Sym::Rule) => {
                return self.of_each(session, node, args, |_| true).and_then(nonzero);
            }
            Some(Sym::Piecewise) => return self.of_piecewise(session, args),
            Some(Sym::Association) => return self.of_association(session, node, args),
            _ => {}
        }
        if let Some(is_value) = is_value_of(node) {
            return self.of_branches(session, node, args, is_value);
        }
        if let Some(iterated) = iterated_head(node) {
            return self.of_iterated(session, iterated, node);
        }
        if let Some(logarithm) = own_logarithm(session, node)?
            && let Some(Derivative::Differential(rule)) =
                session.function_of(logarithm.head()).map(|record| record.derivative)
        {
            let mut differentials = Vec::with_capacity(logarithm.len());
            for arg in logarithm.args().iter() {
                differentials.push(self.known_or_zero(session, arg)?);
            }
            if let Some(differential) = rule(session, &logarithm, &differentials)? {
                return nonzero(session.evaluate(&differential)?);
            }
        }
        let differential = match session.function_of(head).map(|f| f.derivative) {
            Some(Derivative::Differential(rule)) => Some(rule),
            Some(Derivative::RuleAndDifferential(_, rule)) if has_array(session, args)? => Some(rule),
            _ => None,
        };
        if let Some(rule) = differential {
            let mut differentials = Vec::with_capacity(args.len());
            for arg in args {
                differentials.push(self.known_or_zero(session, arg)?);
            }
            if let Some(differential) = rule(session, node, &differentials)? {
                return nonzero(session.evaluate(&differential)?);
            }
            if node.may_hold_array_symbol() {
                self.unknown = Some(node.clone());
                return Ok(None);
            }
        }
        if node.may_hold_array_symbol() && !is_elementwise_function(session, head) {
            for arg in args {
                if self.depends(arg) && session.is_symbolic_array(arg)? {
                    self.unknown = Some(node.clone());
                    return Ok(None);
                }
            }
        }
        let mut terms = Vec::new();
        for (i, arg) in args.iter().enumerate() {
            let Some(Some(inner)) = self.done.get(arg).cloned() else { continue };
            if arg.is_list() && !node.may_hold_array_symbol() && known_partial(session, node, i)?.is_none() {
                let inner = self.products.form(session, &inner)?;
                for (place, change) in changing_elements(arg, &inner) {
                    let outer = partial_at(session, node, i, &place)?;
                    terms.push(self.products.multiply(session, outer, Factors::one(change))?);
                }
                continue;
            }
            let mut outer = partial(session, node, i)?;
            if node.may_hold_array_symbol() && session.shape_of(node)?.is_array() && !is_elementwise(&outer, args) {
                outer = partial_by_elements(session, node, args, i)?;
            }
            terms.push(self.products.multiply(session, outer, inner)?);
        }
        let total = self.total(session, &terms)?;
        self.in_full(session, node, total)
    }

    /// A sum, product, table or integral. Where there is no rule the derivative by a scalar stays.
    fn of_iterated(&mut self, session: &mut Session, head: Sym, node: &Expr) -> Result<Option<Factors>, Flow> {
        if let Some(derivative) = iterated::derivative(session, head, node, &self.directions)? {
            return nonzero(derivative);
        }
        match self.directions.as_slice() {
            [(variable, direction)] if direction.is_integer(1) => {
                Ok(Some(Factors::one(Expr::call(Sym::D, [node.clone(), variable.clone()]))))
            }
            _ => {
                self.unknown = Some(node.clone());
                Ok(None)
            }
        }
    }

    /// A derivative extended to the levels of its node: `s + v` changes with the scalar s in all
    /// elements.
    fn in_full(
        &mut self,
        session: &mut Session,
        node: &Expr,
        derivative: Option<Factors>,
    ) -> Result<Option<Factors>, Flow> {
        let Some(factors) = derivative else { return Ok(None) };
        if !node.may_hold_array_symbol() {
            return Ok(Some(factors));
        }
        let shape = session.shape_of(node)?;
        if !shape.is_array() {
            return Ok(Some(factors));
        }
        let whole = self.products.form(session, &factors)?;
        if session.shape_of(&whole)?.rank() >= shape.rank() {
            return Ok(Some(factors));
        }
        arithmetic::product(session, [whole, Session::ones(&shape)]).and_then(nonzero)
    }

    /// The sum of products; a single one need not be formed for it.
    fn total(&mut self, session: &mut Session, terms: &[Factors]) -> Result<Option<Factors>, Flow> {
        let total = self.products.total(session, terms)?;
        Ok((!total.is_zero()).then_some(total))
    }

    /// The function of its parameters' values whose body is to be differentiated: bodies hold slots
    /// or names, and mean something only when the function is applied.
    fn of_function(&self, node: &Expr, args: &[Expr]) -> Option<Expr> {
        let variables: Vec<Expr> = self.directions.iter().map(|(variable, _)| variable.clone()).collect();
        let occurs = occurring(node, &variables).contains(&true);
        let place = args.len().min(2).checked_sub(1).filter(|_| occurs)?;
        let mut parts = args.to_vec();
        let rules = self.directions.iter().map(|(variable, direction)| Expr::rule(variable.clone(), direction.clone()));
        parts[place] = Expr::call(Sym::ArrayDifferential, [args[place].clone(), Expr::list(rules.collect::<Vec<_>>())]);
        Some(Expr::call(Sym::Function, parts))
    }

    /// The same call of the derivatives of the arguments that are values; the others stay.
    fn of_each(
        &mut self,
        session: &mut Session,
        node: &Expr,
        args: &[Expr],
        is_value: impl Fn(usize) -> bool,
    ) -> Result<Expr, Flow> {
        let mut derivatives = Vec::with_capacity(args.len());
        for (i, arg) in args.iter().enumerate() {
            derivatives.push(if is_value(i) { self.known_or_zero(session, arg)? } else { arg.clone() });
        }
        session.evaluate(&Expr::normal(node.head().clone(), derivatives))
    }

    /// The same choice among the derivatives of the values.
    fn of_branches(
        &mut self,
        session: &mut Session,
        node: &Expr,
        args: &[Expr],
        is_value: impl Fn(usize) -> bool,
    ) -> Result<Option<Factors>, Flow> {
        if !args.iter().enumerate().any(|(i, arg)| is_value(i) && self.depends(arg)) {
            return Ok(None);
        }
        self.of_each(session, node, args, is_value).and_then(nonzero)
    }

    /// Values are differentiated, keys stay.
    fn of_association(&mut self, session: &mut Session, node: &Expr, args: &[Expr]) -> Result<Option<Factors>, Flow> {
        let mut entries = Vec::with_capacity(args.len());
        for entry in args {
            entries.push(match (entry.head_sym(), entry.args().as_ref()) {
                (Some(Sym::Rule | Sym::RuleDelayed), [key, value]) => {
                    Expr::rule(key.clone(), self.known_or_zero(session, value)?)
                }
                _ => self.known_or_zero(session, entry)?,
            });
        }
        session.evaluate(&Expr::normal(node.head().clone(), entries)).and_then(nonzero)
    }

    /// Values are differentiated, conditions stay.
    fn of_piecewise(&mut self, session: &mut Session, args: &[Expr]) -> Result<Option<Factors>, Flow> {
        let Some(cases) = args.first().filter(|cases| cases.is_list()) else { return Ok(None) };
        let mut new = Vec::with_capacity(cases.len());
        for case in cases.args().iter().filter(|case| case.len() == 2) {
            new.push(Expr::list([self.known_or_zero(session, &case.arg(0))?, case.arg(1)]));
        }
        let otherwise = match args.get(1) {
            Some(value) => self.known_or_zero(session, value)?,
            None => Expr::integer(0),
        };
        session.evaluate_call(Sym::Piecewise, [Expr::list(new), otherwise]).and_then(nonzero)
    }
}

/// The array of the partial derivatives of a call, element by element: of a function whose derivative
/// is no elementwise function of arrays, as where conditions decide.
fn partial_by_elements(session: &mut Session, node: &Expr, args: &[Expr], index: usize) -> Result<Expr, Flow> {
    // Other arguments stay in the function: lists are notation in some, as the bounds of Clip.
    let mut of_elements = args.to_vec();
    let mut variables = Vec::with_capacity(args.len());
    let mut operands = Vec::with_capacity(args.len());
    for (place, arg) in args.iter().enumerate() {
        if place == index || session.is_symbolic_array(arg)? {
            variables.push(bound::variable(session, &[]));
            operands.push(arg.clone());
            of_elements[place] = variables[variables.len() - 1].clone();
        }
    }
    let outer = partial(session, &Expr::normal(node.head().clone(), of_elements), index)?;
    let used = occurring(&outer, &variables);
    let used_of = |all: &[Expr]| all.iter().zip(&used).filter(|(_, used)| **used).map(|(e, _)| e.clone()).collect();
    let (variables, operands): (Vec<Expr>, Vec<Expr>) = (used_of(&variables), used_of(&operands));
    if variables.is_empty() {
        return Ok(outer);
    }
    let function = bound::close(&outer, &Parameter::each(&variables), variables.len());
    session.evaluate_call(Sym::ArrayThread, [function, Expr::list(operands)])
}

/// Whether a function acts on arrays element by element; its lowering says so where lists are notation
/// in other arguments, as the bounds of Clip.
fn is_elementwise_function(session: &Session, head: &Expr) -> bool {
    let lowering = session.function_of(head).map(|record| record.lowering);
    session.attributes_of(head).contains(Attributes::LISTABLE) || matches!(lowering, Some(Lowering::Scalar { .. }))
}

/// Whether an array that is no list is among the arguments of a call.
fn has_array(session: &mut Session, args: &[Expr]) -> Result<bool, Flow> {
    for arg in args {
        if session.is_symbolic_array(arg)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn nonzero(e: Expr) -> Result<Option<Factors>, Flow> {
    Ok((!e.is_integer(0)).then_some(Factors::one(e)))
}

/// The elements of a list, at any depth, whose derivatives are not zero: their places from the outermost
/// list inwards, and the derivatives.
fn changing_elements(list: &Expr, changes: &Expr) -> Vec<(Vec<usize>, Expr)> {
    let mut found = Vec::new();
    let mut waiting = vec![(Vec::new(), list.clone(), changes.clone())];
    while let Some((place, element, change)) = waiting.pop() {
        if element.is_list() && change.is_list() && element.len() == change.len() {
            let (elements, changes) = (element.args(), change.args());
            for i in (0..elements.len()).rev() {
                let deeper = place.iter().copied().chain([i]).collect();
                waiting.push((deeper, elements[i].clone(), changes[i].clone()));
            }
        } else if !change.is_integer(0) {
            found.push((place, change));
        }
    }
    found
}

/// Whether a derivative means the same on arrays as on their elements. What the arguments are made of
/// does not matter, and is not looked at: they may be large.
fn is_elementwise(derivative: &Expr, args: &[Expr]) -> bool {
    const CHOICES: [Sym; 5] = [Sym::Piecewise, Sym::If, Sym::Which, Sym::Switch, Sym::Boole];
    let walk = postorder(
        derivative,
        |part| !args.contains(part),
        |part| if CHOICES.iter().any(|&head| part.has_head(head)) { Err(()) } else { Ok(()) },
    );
    walk.is_ok()
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

/// The logarithm of a symbolic array as a call of one function with the same arguments as the array: its change is simpler than
/// the quotient of the array's change and the array.
fn own_logarithm(session: &mut Session, node: &Expr) -> Eval {
    let array = node.args().first().filter(|_| node.has_head(Sym::Log) && node.len() == 1).cloned();
    let Some(array) = array.filter(Expr::may_hold_array_symbol) else { return Ok(None) };
    let Some(rule) = session.function_of(array.head()).and_then(|record| record.logarithm) else { return Ok(None) };
    Ok(rule(session, &array)?.filter(|logarithm| logarithm.args() == array.args()))
}
