//! Data for ports: their shape and what they are made of.

use netform_eval::{Flow, Session, Shape};
use netform_expr::{Expr, Kind, Number, Sym};

use crate::{Fault, PartialShape};

/// What data consists of: decides how a net is evaluated on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Content {
    /// Exact real numbers.
    Exact,
    /// Real numbers, some of them machine numbers, the others exact.
    Machine,
    /// Lists of scalars of any kind.
    Scalars,
    /// Array symbols, or lists of them.
    Arrays,
}

/// The content of a list, number or expression.
pub(crate) fn content(session: &mut Session, data: &Expr) -> Result<Content, Flow> {
    match data.kind() {
        Kind::Integer(_) | Kind::Number(Number::Integer(_) | Number::Rational(_)) => Ok(Content::Exact),
        Kind::Real(_) => Ok(Content::Machine),
        Kind::Array(array) => Ok(if array.as_i64().is_some() { Content::Exact } else { Content::Machine }),
        Kind::Normal(..) if data.is_list() => {
            let mut all = Content::Exact;
            for item in data.args().iter() {
                all = all.max(content(session, item)?);
            }
            Ok(all)
        }
        _ if session.is_symbolic_array(data)? => Ok(Content::Arrays),
        _ => Ok(Content::Scalars),
    }
}

/// The dimensions of data.
pub(crate) fn dimensions(
    session: &mut Session,
    port: &str,
    symbol: &Expr,
    data: &Expr,
) -> Result<Result<Vec<Expr>, Fault>, Flow> {
    let shape = session.shape_of(data)?;
    let fault = |what: &str| Ok(Err(Fault::new(symbol.clone(), "invindata1", [port.to_owned(), what.to_owned()])));
    if let Some(what) = alien(data) {
        return fault(&format!("it holds {what}"));
    }
    match shape {
        Shape::Known(dimensions) => Ok(Ok(dimensions.into_vec())),
        Shape::Unknown if !data.is_list() => Ok(Ok(Vec::new())),
        _ => fault("it is a ragged list"),
    }
}

/// What stands among the elements of data that can never be a number, in words.
fn alien(data: &Expr) -> Option<&'static str> {
    match data.kind() {
        Kind::String(_) => Some("a string"),
        Kind::Normal(_, items) if data.is_list() => items.iter().find_map(alien),
        _ => match data.head_sym() {
            Some(Sym::Rule | Sym::RuleDelayed) => Some("a rule"),
            Some(Sym::Association) => Some("an association"),
            Some(Sym::Function) => Some("a function"),
            _ if [Sym::True, Sym::False].iter().any(|truth| data.is(*truth)) => Some("a truth value"),
            _ if [Sym::None, Sym::Automatic, Sym::All, Sym::Null, Sym::Failed].iter().any(|word| data.is(*word)) => {
                Some("a word of the language that stands for no number")
            }
            _ => None,
        },
    }
}

/// Nested lists of the components of an array symbol with integer dimensions.
pub(crate) fn components(array: &Expr, dimensions: &[usize]) -> Expr {
    fn level(array: &Expr, dimensions: &[usize], indices: &mut Vec<Expr>) -> Expr {
        let Some((&size, rest)) = dimensions.split_first() else {
            return Expr::call(Sym::Indexed, [array.clone(), Expr::list(indices.iter().cloned())]);
        };
        let mut items = Vec::with_capacity(size);
        for i in 1..=size {
            indices.push(Expr::integer(i as i64));
            items.push(level(array, rest, indices));
            indices.pop();
        }
        Expr::list(items)
    }
    level(array, dimensions, &mut Vec::new())
}

/// The array symbol of a name and dimensions; a scalar is the single component of a vector.
pub(crate) fn array_symbol(name: Expr, dimensions: &[Expr]) -> Expr {
    match dimensions {
        [] => Expr::call(Sym::ArraySymbol, [name, Expr::list([])]),
        [n] => Expr::call(Sym::VectorSymbol, [name, n.clone()]),
        [_, _] => Expr::call(Sym::MatrixSymbol, [name, Expr::list(dimensions.iter().cloned())]),
        _ => Expr::call(Sym::ArraySymbol, [name, Expr::list(dimensions.iter().cloned())]),
    }
}

/// An array of one value: nested lists for integer dimensions, a symbolic array otherwise.
pub(crate) fn filled(value: i64, shape: &PartialShape, symbolic: bool) -> Option<Expr> {
    let dimensions = shape.dimensions()?;
    let sizes: Option<Vec<usize>> = dimensions.iter().map(Expr::as_usize).collect();
    match sizes {
        Some(sizes) if !symbolic || sizes.is_empty() => {
            let fill = |inner: Expr, &size: &usize| Expr::list(std::iter::repeat_n(inner, size));
            Some(sizes.iter().rev().fold(Expr::integer(value), fill))
        }
        _ => {
            let shape = Shape::of(dimensions);
            Some(if value == 0 { Session::zeros(&shape) } else { Session::ones(&shape) })
        }
    }
}
