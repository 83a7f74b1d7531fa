//! Data for ports: their shape and what they are made of.

use netform_compile::enclosure_of;
use netform_eval::{Flow, Session, Shape};
use netform_expr::{Expr, Kind, Number, Sym};

use crate::{Elements, Fault, PartialShape};

/// What data consists of: decides how a net is evaluated on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Content {
    /// Exact real numbers.
    Exact,
    /// Real numbers, some of them machine numbers, the others exact.
    Machine,
    /// Real numbers and intervals of them.
    Intervals,
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
        _ if limit_of(data).is_some() => Ok(Content::Machine),
        _ if data.has_head(Sym::Interval) && enclosure_of(data).is_some() => Ok(Content::Intervals),
        _ if session.is_symbolic_array(data)? => Ok(Content::Arrays),
        _ => Ok(Content::Scalars),
    }
}

/// The machine number that stands for an infinite or indeterminate element: nets are computed on such numbers by what is
/// said of them for machine numbers, by a program as by a definition.
pub(crate) fn limit_of(e: &Expr) -> Option<f64> {
    if e.is(Sym::Indeterminate) {
        return Some(f64::NAN);
    }
    let direction = e.args_of(Sym::DirectedInfinity).filter(|args| args.len() == 1)?[0].as_i64()?;
    match direction {
        1 => Some(f64::INFINITY),
        -1 => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

/// An infinite or indeterminate number as users write it.
fn name_of_limit(limit: f64) -> String {
    match limit {
        f64::INFINITY => "Infinity",
        f64::NEG_INFINITY => "-Infinity",
        _ => "Indeterminate",
    }
    .to_owned()
}

/// The content of data for a port with these elements: truth values are exact where they are expected.
pub(crate) fn content_of(session: &mut Session, data: &Expr, elements: &Elements) -> Result<Content, Flow> {
    if *elements == Elements::Truth && scalars(data).iter().all(is_truth) {
        return Ok(Content::Exact);
    }
    content(session, data)
}

/// Data with truth values in the place of zeros and ones, if it has no other numbers: what encoders of truth values give.
pub(crate) fn as_truth(data: &Expr) -> Expr {
    let truth = |e: &Expr| match e.as_number() {
        Some(number) if number.is_zero() => Some(Expr::boolean(false)),
        Some(number) if number.equal(&Number::ONE) => Some(Expr::boolean(true)),
        _ => None,
    };
    if scalars(data).iter().any(|e| e.is_number() && truth(e).is_none()) {
        return data.clone();
    }
    fn converted(data: &Expr, truth: &impl Fn(&Expr) -> Option<Expr>) -> Expr {
        match data.is_list() {
            true => Expr::list(data.args().iter().map(|item| converted(item, truth)).collect::<Vec<_>>()),
            false => truth(data).unwrap_or_else(|| data.clone()),
        }
    }
    converted(data, &truth)
}

/// The scalars of a nested list, in row-major order.
pub(crate) fn scalars(data: &Expr) -> Vec<Expr> {
    let mut level = vec![data.clone()];
    while level.iter().any(Expr::is_list) {
        level = level
            .iter()
            .flat_map(|item| if item.is_list() { item.args().into_owned() } else { vec![item.clone()] })
            .collect();
    }
    level
}

/// A truth value among the elements of data.
pub(crate) fn truth_value(data: &Expr) -> Option<Expr> {
    if let Kind::Normal(_, items) = data.kind()
        && data.is_list()
    {
        return items.iter().find_map(truth_value);
    }
    is_truth(data).then(|| data.clone())
}

fn is_truth(e: &Expr) -> bool {
    e.is(Sym::True) || e.is(Sym::False)
}

/// What is wrong with data for a port with these elements; symbols are always good.
pub(crate) fn unfit_element(port: &str, symbol: &Expr, data: &Expr, elements: &Elements) -> Option<Fault> {
    let fault = |element: &Expr, expected: String| {
        let text = limit_of(element).map_or_else(|| format!("{element:?}"), name_of_limit);
        Fault::new(symbol.clone(), "invelem", [port.to_owned(), text, expected])
    };
    match elements {
        Elements::Real => truth_value(data).map(|found| fault(&found, "numbers or symbols".to_owned())),
        Elements::Truth => {
            let number = scalars(data).into_iter().find(|e| e.is_number() || limit_of(e).is_some())?;
            Some(fault(&number, "True or False".to_owned()))
        }
        Elements::Index(greatest) => {
            let limits: Vec<i64> = match greatest {
                Some(list) if list.is_list() => list.args().iter().filter_map(Expr::as_i64).collect(),
                Some(one) => one.as_i64().into_iter().collect(),
                None => Vec::new(),
            };
            let limit = |place: usize| limits.get(place % limits.len().max(1)).copied();
            let outside = |(place, e): &(usize, Expr)| match e.as_i64() {
                Some(n) => n < 1 || limit(*place).is_some_and(|limit| n > limit),
                None => e.is_number() || is_truth(e) || limit_of(e).is_some(),
            };
            let (place, element) = scalars(data).into_iter().enumerate().find(outside)?;
            let expected = match limit(place) {
                Some(limit) => format!("integers from 1 to {limit}"),
                None => "positive integers".to_owned(),
            };
            Some(fault(&element, expected))
        }
    }
}

/// The dimensions of data, or what is wrong with it, in words.
pub(crate) fn dimensions(session: &mut Session, data: &Expr) -> Result<Result<Vec<Expr>, String>, Flow> {
    let shape = session.shape_of(data)?;
    if let Some(what) = alien(data) {
        return Ok(Err(format!("it holds {what}")));
    }
    Ok(match shape {
        Shape::Known(dimensions) => Ok(dimensions.into_vec()),
        Shape::Unknown if !data.is_list() => Ok(Vec::new()),
        Shape::Unknown => Err("it is a ragged list".to_owned()),
    })
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
            _ if [Sym::None, Sym::Automatic, Sym::All, Sym::Null, Sym::Failed].iter().any(|word| data.is(*word)) => {
                Some("a word of the language that stands for no number")
            }
            _ => None,
        },
    }
}

/// Nested lists of the components of an array symbol with integer dimensions.
pub(crate) fn components(array: &Expr, dimensions: &[usize]) -> Expr {
    components_at(array, dimensions, &[])
}

/// Those of a part of an array symbol, which is at these positions of its leading levels.
pub(crate) fn components_at(array: &Expr, dimensions: &[usize], position: &[usize]) -> Expr {
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
    let mut indices: Vec<Expr> = position.iter().map(|&i| Expr::integer(i as i64 + 1)).collect();
    if dimensions.is_empty() && indices.is_empty() { array.clone() } else { level(array, dimensions, &mut indices) }
}

/// The array symbol of a name and dimensions.
pub(crate) fn array_symbol(name: Expr, dimensions: &[Expr]) -> Expr {
    Session::array_symbol(name, dimensions)
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
