//! Ports that take integers only: `Restricted["Integer", {m, n}]`.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use crate::Fault;
use crate::data::scalars;

/// A range of integers; an end is a number or a symbol, or there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integers {
    /// The least one.
    pub least: Option<Expr>,
    /// The greatest one.
    pub greatest: Option<Expr>,
}

/// The name of the type.
const INTEGER: &str = "Integer";

impl Integers {
    /// What `"Integer"`, `Restricted["Integer", n]`, `Restricted["Integer", {m, n}]`, or a list that ends with one of them says: the
    /// dimensions before it, and the integers.
    pub(crate) fn of_option(value: &Expr) -> Option<(Expr, Integers)> {
        let (dimensions, last) = if value.is_list() {
            let args = value.args();
            let (last, rest) = args.split_last()?;
            (Expr::list(rest.iter().cloned()), last.clone())
        } else {
            (Expr::list([]), value.clone())
        };
        if last.as_str() == Some(INTEGER) {
            return Some((dimensions, Integers { least: None, greatest: None }));
        }
        let args = last.args_of(Sym::Restricted)?;
        let [kind, range] = args.as_ref() else { return None };
        let (least, greatest) = match range.args_of(Sym::List).as_deref() {
            None => (Expr::integer(1), range.clone()),
            Some([least, greatest]) => (least.clone(), greatest.clone()),
            Some(_) => return None,
        };
        let integers = Integers { least: end(&least, -1)?, greatest: end(&greatest, 1)? };
        (kind.as_str() == Some(INTEGER) && !integers.is_empty()).then_some((dimensions, integers))
    }

    /// The option that says it.
    pub(crate) fn to_expr(&self) -> Expr {
        let open = |sign: i64| Expr::call(Sym::DirectedInfinity, [Expr::integer(sign)]);
        if self.least.is_none() && self.greatest.is_none() {
            return Expr::string(INTEGER);
        }
        let least = self.least.clone().unwrap_or_else(|| open(-1));
        let greatest = self.greatest.clone().unwrap_or_else(|| open(1));
        let range = if least.is_integer(1) { greatest } else { Expr::list([least, greatest]) };
        Expr::call(Sym::Restricted, [Expr::string(INTEGER), range])
    }

    fn is_empty(&self) -> bool {
        let number = |end: &Option<Expr>| end.as_ref().and_then(Expr::as_i64);
        number(&self.least).zip(number(&self.greatest)).is_some_and(|(least, greatest)| least > greatest)
    }

    /// Which integers they are, in words.
    fn describe(&self, session: &Session) -> String {
        let text = |end: &Expr| session.output_form(end);
        match (&self.least, &self.greatest) {
            (None, None) => "integers".to_owned(),
            (Some(least), None) => format!("integers from {} on", text(least)),
            (None, Some(greatest)) => format!("integers up to {}", text(greatest)),
            (Some(least), Some(greatest)) => format!("integers from {} to {}", text(least), text(greatest)),
        }
    }

    /// What is wrong with data for a port that takes these; symbols are always good, and so are machine numbers that are integers.
    pub(crate) fn unfit(
        &self,
        session: &mut Session,
        port: &str,
        symbol: &Expr,
        data: &Expr,
    ) -> Result<Option<Fault>, Flow> {
        let [least, greatest] = [&self.least, &self.greatest].map(|end| end.as_ref().and_then(Expr::as_i64));
        for element in scalars(data) {
            let Some(number) = element.as_number().and_then(|number| number.to_f64()) else { continue };
            let above = least.is_none_or(|least| number >= least as f64);
            let below = greatest.is_none_or(|greatest| number <= greatest as f64);
            if number.fract() != 0.0 || !above || !below {
                let args = [port.to_owned(), session.output_form(&element), self.describe(session)];
                return Ok(Some(Fault::new(symbol.clone(), "invelem", args)));
            }
        }
        Ok(None)
    }
}

/// An end of a range, an integer or a symbol, or no end for infinity of its sign. `None` for what is neither.
fn end(e: &Expr, sign: i64) -> Option<Option<Expr>> {
    if let Some(direction) = e.args_of(Sym::DirectedInfinity) {
        return direction.first().is_some_and(|direction| direction.is_integer(sign)).then_some(None);
    }
    (e.as_i64().is_some() || e.is_symbol()).then(|| Some(e.clone()))
}
