//! The derivative by an array: `D[f, x]` has the levels of f, then those of x.

use std::borrow::Cow;

use netform_eval::{Eval, Flow, Session};
use netform_expr::{Expr, Sym, occurs, postorder};

use super::carry::Carry;
use super::dependence::Dependence;
use super::forward::Forward;
use super::iterated::is_iterated_in;
use super::transpose;
use crate::arithmetic;
use crate::arrays::bound;
use crate::arrays::dimension;

/// The array of which a variable is a part, where an expression also has that array as a whole.
pub(super) fn whole_of(session: &mut Session, e: &Expr, variable: &Expr) -> Result<Option<Expr>, Flow> {
    let is_part = |node: &Expr| matches!(node.head_sym(), Some(Sym::Indexed | Sym::Part)) && node.len() > 1;
    let mut array = variable.clone();
    while is_part(&array) {
        array = array.arg(0);
    }
    if array == *variable || !session.is_symbolic_array(&array)? {
        return Ok(None);
    }
    let rank = dimension::of(session, &array)?.len();
    // Components at known positions are variables of their own.
    let is_component = |node: &Expr| {
        let places = || node.arg(1).args().iter().filter(|place| place.as_i64().is_some()).count();
        node.has_head(Sym::Indexed) && node.len() == 2 && node.arg(0) == array && places() == rank
    };
    let is_by_component = is_component(variable);
    let mask = array.symbol_classes();
    let mut found = false;
    let walk = postorder::<()>(
        e,
        |node| {
            let is_variable = node == variable || is_by_component && is_component(node);
            node.symbol_classes() & mask == mask && *node != array && !is_variable
        },
        |node| {
            found |= *node == array;
            Ok(())
        },
    );
    debug_assert!(walk.is_ok());
    Ok(found.then_some(array))
}

/// The derivative by a part of an array, a component, a row, a span: along the array that is the
/// direction there and 0 elsewhere.
pub(super) fn by_part(session: &mut Session, e: &Expr, array: &Expr, variable: &Expr) -> Eval {
    let dimensions = dimension::of(session, variable)?;
    let of_variable = match dimensions.len() {
        0 => Expr::integer(1),
        _ => bound::variable(session, &dimensions),
    };
    let embedded =
        transpose::adjoints(session, &[(variable.clone(), of_variable.clone())], std::slice::from_ref(array))?;
    let Some([direction]) = embedded.as_deref() else {
        session.message(Sym::D, "arrayd", &[variable.head().clone(), variable.clone()]);
        return Ok(None);
    };
    let Some(change) = Forward::along(vec![(array.clone(), direction.clone())]).derivative(session, e)? else {
        return Ok(None);
    };
    if dimensions.is_empty() { Ok(Some(change)) } else { by_direction(session, e, variable, &of_variable, &change) }
}

/// The derivative by an array that is no list; `None` after a message where it is not known.
///
/// The derivative along a direction dx is linear in dx. A scalar f is read from the result back to
/// dx, which gives what dx is multiplied by; otherwise all directions are taken at once: dx is
/// replaced by the identity, whose last levels number the directions.
pub(super) fn derivative(session: &mut Session, e: &Expr, variable: &Expr) -> Eval {
    let dimensions = dimension::of(session, variable)?;
    tell_alike(session, e, variable);
    let direction = bound::variable(session, &dimensions);
    let Some(change) = Forward::along(vec![(variable.clone(), direction.clone())]).derivative(session, e)? else {
        return Ok(None);
    };
    by_direction(session, e, variable, &direction, &change)
}

/// Tells of an array symbol that is printed as a variable which is not in the expression: it may be meant.
pub(super) fn tell_alike(session: &mut Session, e: &Expr, variable: &Expr) {
    if e.may_hold_array_symbol()
        && !occurs(e, variable)
        && let Some(alike) = printed_alike(session, e, variable)
    {
        let texts = [variable, &alike].map(|symbol| Expr::string(&session.input_form(symbol)));
        session.message(Sym::D, "alike", &[texts[0].clone(), e.clone(), texts[1].clone()]);
    }
}

/// An array symbol in an expression that is another than the variable and is printed as it is: one of other dimensions, one
/// that names its place in a net, or one where the variable is a plain symbol.
fn printed_alike(session: &Session, e: &Expr, variable: &Expr) -> Option<Expr> {
    let is_symbol = |node: &Expr| node.is_array_symbol();
    if !is_symbol(variable) && !variable.is_symbol() {
        return None;
    }
    let text = session.output_form(variable);
    let mut alike = None;
    let walk = postorder::<()>(
        e,
        |node| node.may_hold_array_symbol() && !is_symbol(node),
        |node| {
            if alike.is_none() && is_symbol(node) && session.output_form(node) == text {
                alike = Some(node.clone());
            }
            Ok(())
        },
    );
    debug_assert!(walk.is_ok());
    alike
}

/// What a direction is multiplied by in the change of an expression along it.
fn by_direction(session: &mut Session, e: &Expr, variable: &Expr, direction: &Expr, change: &Expr) -> Eval {
    match multiplier(session, e, variable, direction, change)? {
        Some(derivative) => outer_products_collected(session, derivative).map(Some),
        None => Ok(None),
    }
}

/// A sum in which tensor products of two factors with the same last factor, or first, are one:
/// `a` times v less `b` times v is `a - b` times v.
fn outer_products_collected(session: &mut Session, e: Expr) -> Result<Expr, Flow> {
    let Some(terms) = e.args_of(Sym::Plus).map(Cow::into_owned) else { return Ok(e) };
    let mut terms = terms;
    for shared in [1, 0] {
        let mut groups: Vec<(Option<Expr>, Vec<Expr>)> = Vec::new();
        for term in terms {
            let key = outer_product(&term).map(|(_, factors)| factors[shared].clone());
            match groups.iter_mut().find(|(known, _)| key.is_some() && *known == key) {
                Some((_, group)) => group.push(term),
                None => groups.push((key, vec![term])),
            }
        }
        terms = Vec::with_capacity(groups.len());
        for (key, group) in groups {
            let Some(common) = key.filter(|_| group.len() > 1) else {
                terms.extend(group);
                continue;
            };
            let mut others = Vec::with_capacity(group.len());
            for (scalars, mut factors) in group.iter().filter_map(outer_product) {
                others
                    .push(arithmetic::product(session, scalars.into_iter().chain([factors.swap_remove(1 - shared)]))?);
            }
            let other = arithmetic::sum(session, others)?;
            let factors = if shared == 1 { [other, common] } else { [common, other] };
            terms.push(session.evaluate_call(Sym::TensorProduct, factors)?);
        }
    }
    arithmetic::sum(session, terms)
}

/// A multiple of a tensor product of two factors: the factors before it, and its own.
fn outer_product(term: &Expr) -> Option<(Vec<Expr>, Vec<Expr>)> {
    let factors = |e: &Expr| e.args_of(Sym::TensorProduct).filter(|factors| factors.len() == 2).map(Cow::into_owned);
    match term.args_of(Sym::Times) {
        None => factors(term).map(|factors| (Vec::new(), factors)),
        Some(all) => {
            let (products, scalars): (Vec<Expr>, Vec<Expr>) =
                all.iter().cloned().partition(|factor| factor.has_head(Sym::TensorProduct));
            let [product] = &products[..] else { return None };
            let are_numbers = scalars.iter().all(Expr::is_number);
            factors(product).filter(|_| are_numbers).map(|factors| (scalars, factors))
        }
    }
}

fn multiplier(session: &mut Session, e: &Expr, variable: &Expr, direction: &Expr, change: &Expr) -> Eval {
    let dimensions = dimension::of(session, direction)?;
    let identity = Expr::call(Sym::SymbolicIdentityArray, [dimension::list(&dimensions)]);
    let mut carry = Carry::new(&dimensions, vec![(direction.clone(), identity)]);
    let is_iterated = is_iterated_in(change, direction);
    if !is_iterated && !change.is_list() && dimension::of(session, e)?.is_empty() {
        let one = Expr::integer(1);
        if let Some(adjoints) = transpose::adjoints(session, &[(change.clone(), one)], std::slice::from_ref(direction))?
        {
            return Ok(adjoints.into_iter().next());
        }
    }
    if !is_iterated
        && !change.is_list()
        && let Some(derivative) = backwards(session, e, direction, change)?
    {
        return Ok(Some(derivative));
    }
    let derivative = carry.of(session, change)?;
    if let Some(derivative) = derivative.filter(|derivative| !occurs(derivative, direction)) {
        return Ok(Some(derivative));
    }
    if let Some(call) = carry.failure() {
        session.message(Sym::D, "linear", &[call.head().clone(), e.clone(), variable.clone()]);
    }
    Ok(None)
}

/// The derivative by the adjoint of an expression with a recurrence, if the expression has fewer elements than the variable:
/// each step of a recurrence takes the directions of all elements at once, of one or of the other.
fn backwards(session: &mut Session, e: &Expr, direction: &Expr, change: &Expr) -> Eval {
    let (of_result, of_variable) = (dimension::of(session, e)?, dimension::of(session, direction)?);
    let size = |dimensions: &[Expr]| dimension::known(dimensions).map(|sizes| sizes.iter().product::<usize>());
    let fewer = match (size(&of_result), size(&of_variable)) {
        (Some(result), Some(variable)) => result < variable,
        _ => false,
    };
    if !fewer || !is_recurrent_in(change, direction) {
        return Ok(None);
    }
    let seed = bound::variable(session, &of_result);
    let adjoints = transpose::adjoints(session, &[(change.clone(), seed.clone())], std::slice::from_ref(direction))?;
    let Some([adjoint]) = adjoints.as_deref() else { return Ok(None) };
    let identity = Expr::call(Sym::SymbolicIdentityArray, [dimension::list(&of_result)]);
    let all = Carry::new(&of_result, vec![(seed.clone(), identity)]).of(session, adjoint)?;
    let Some(all) = all.filter(|all| !occurs(all, &seed)) else { return Ok(None) };
    // The levels of the variable come first so far.
    let (first, last) = (of_result.len(), of_variable.len());
    let places = (first + 1..=first + last).chain(1..=first).map(|place| Expr::integer(place as i64));
    session.evaluate_call(Sym::Transpose, [all, Expr::list(places.collect::<Vec<_>>())]).map(Some)
}

/// Whether a recurrence may depend on an array.
fn is_recurrent_in(e: &Expr, array: &Expr) -> bool {
    let dependence = Dependence::on([array]);
    let parts = dependence.parts(e, |_| false);
    parts.iter().any(|part| part.has_head(Sym::ArrayFold) && dependence.may(part))
}
