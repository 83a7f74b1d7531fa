//! Functions of numbers in other notations.
//!
//! What a function is called elsewhere says its record: in the notation itself where it has a form of its own, and else by
//! its [`Form::C`], which is read as a formula. A notation is an [`Algebra`]: it says what numbers, calls and operators are.

mod formula;

use std::collections::HashMap;
use std::convert::Infallible;
use std::rc::Rc;
use std::sync::Arc;

use netform_compile::{ScalarFunction, ScalarFunctions, Tables, scalar_code, scalar_definition};
use netform_eval::{Form, RealCode, Registry};
use netform_expr::{Expr, NodeMap, Number, Sym, postorder};

pub(crate) use formula::{Formula, Operator};

/// The largest whole exponent of a power that is written as a product.
const LARGEST_PRODUCT: i64 = 8;

/// A notation for functions of numbers. Truth values and numbers may be used for each other.
pub(crate) trait Algebra {
    /// An expression in the notation.
    type Value: Clone;

    /// The form of records that comes before that of C.
    const FORM: Form;

    /// Its name, as a person says it.
    fn notation(&self) -> &'static str;

    fn number(&mut self, value: f64) -> Self::Value;

    /// An exact real number, whose nearest machine number is `value`.
    fn exact(&mut self, _number: &Number, value: f64) -> Self::Value {
        self.number(value)
    }

    /// The call of a function by its name in the notation's own form, or in C.
    fn call(&mut self, function: &str, arguments: &[Self::Value]) -> Result<Self::Value, String>;

    fn operation(&mut self, operator: Operator, a: &Self::Value, b: &Self::Value) -> Self::Value;

    fn negative(&mut self, a: &Self::Value) -> Self::Value;

    /// One value where a condition holds, and another one elsewhere.
    fn choice(&mut self, condition: &Self::Value, yes: &Self::Value, no: &Self::Value) -> Self::Value;

    /// The value of a formula for a function of its arguments.
    fn formula(&mut self, formula: &Formula, arguments: &[Self::Value]) -> Result<Self::Value, String>
    where
        Self: Sized,
    {
        apply(formula, arguments, self)
    }

    /// The value as something that may be used so many times: under a name, if writing it anew is too long.
    fn kept(&mut self, value: Self::Value, uses: usize) -> Self::Value;
}

/// Writes functions of numbers.
pub(crate) struct Scalars<'s> {
    tables: Tables<'s>,
    registry: Arc<Registry>,
    formulas: HashMap<&'static str, Rc<Formula>>,
    is_exact: bool,
}

impl<'s> Scalars<'s> {
    pub(crate) fn new(tables: Tables<'s>, registry: Arc<Registry>) -> Scalars<'s> {
        Scalars { tables, registry, formulas: HashMap::new(), is_exact: false }
    }

    /// Functions as they are defined, without regard to the accuracy of machine numbers.
    pub(crate) fn exact(self) -> Scalars<'s> {
        Scalars { is_exact: true, ..self }
    }

    pub(crate) fn tables(&mut self) -> &mut Tables<'s> {
        &mut self.tables
    }

    pub(crate) fn into_tables(self) -> Tables<'s> {
        self.tables
    }

    /// The value of an element that no machine number holds exactly.
    pub(crate) fn number(&mut self, element: &Expr) -> Option<f64> {
        match element.sym() {
            Some(Sym::True) => Some(1.0),
            Some(Sym::False) => Some(0.0),
            _ => element.as_number().and_then(|number| number.to_f64()).or_else(|| self.tables.constant(element)),
        }
    }

    /// The value of a function of arguments.
    pub(crate) fn write<A: Algebra>(
        &mut self,
        function: &ScalarFunction,
        arguments: &[A::Value],
        algebra: &mut A,
    ) -> Result<A::Value, String> {
        let body = match self.is_exact {
            true => scalar_definition(function, &mut self.tables),
            false => scalar_code(function, &mut self.tables),
        };
        let mut uses: NodeMap<usize> = NodeMap::default();
        let mut order = Vec::new();
        let walk = postorder::<Infallible>(
            &body,
            |node| !node.has_head(Sym::Slot),
            |node| {
                if node.is_normal() && !node.has_head(Sym::Slot) {
                    node.args().iter().for_each(|part| *uses.entry(part.clone()).or_default() += 1);
                }
                order.push(node.clone());
                Ok(())
            },
        );
        match walk {
            Ok(()) => {}
            Err(never) => match never {},
        }
        let mut values: HashMap<u64, A::Value> = HashMap::new();
        for node in order {
            let Some(value) = self.node(&node, arguments, &values, algebra)? else { continue };
            let value = algebra.kept(value, uses.get(&node).copied().unwrap_or(1));
            values.insert(node.id(), value);
        }
        values.remove(&body.id()).ok_or_else(|| format!("{body:?} has no code in {}", algebra.notation()))
    }

    /// A node whose parts are known; nothing for what is only part of others, such as the name of a function.
    fn node<A: Algebra>(
        &mut self,
        node: &Expr,
        arguments: &[A::Value],
        known: &HashMap<u64, A::Value>,
        algebra: &mut A,
    ) -> Result<Option<A::Value>, String> {
        if node.has_head(Sym::Slot) {
            let place = node.arg(0).as_usize().and_then(|place| arguments.get(place.checked_sub(1)?));
            return place.cloned().map(Some).ok_or_else(|| "a function has too few arguments".to_owned());
        }
        if node.is_atom() || self.tables.code(node.head()).is_none() && !node.has_head(Sym::ProgramSelect) {
            let Some(value) = self.number(node) else { return Ok(None) };
            return Ok(Some(match node.as_number() {
                Some(number) => algebra.exact(&number, value),
                None => algebra.number(value),
            }));
        }
        let args = node.args();
        let parts: Option<Vec<A::Value>> = args.iter().map(|arg| known.get(&arg.id()).cloned()).collect();
        let Some(mut parts) = parts else { return Ok(None) };
        if node.has_head(Sym::ProgramSelect) {
            let [condition, yes, no] = parts.as_slice() else { return Ok(None) };
            return Ok(Some(algebra.choice(condition, yes, no)));
        }
        if node.has_head(Sym::Power)
            && let [base, _] = parts.as_slice()
            && let Some(exponent) = args[1].as_number().and_then(|number| number.to_f64())
            && let Some(value) = power(base, exponent, algebra)?
        {
            return Ok(Some(value));
        }
        let record = self.registry.get(node.head());
        let forms = [A::FORM, Form::C].into_iter();
        let form = forms.filter_map(|form| record?.form(form)).find(|form| !form.is_empty());
        let Some(form) = form else {
            let name = node.head().as_symbol().map_or("a function", |symbol| symbol.name());
            return Err(format!("{name} has no code in {}", algebra.notation()));
        };
        if form.contains('#') {
            let Some(formula) = self.formula(form, parts.len())? else {
                let name = node.head().as_symbol().map_or("a function", |symbol| symbol.name());
                return Err(format!("{name} of {} arguments has no code in {}", parts.len(), algebra.notation()));
            };
            for (place, part) in parts.iter_mut().enumerate() {
                *part = algebra.kept(part.clone(), formula.uses(place));
            }
            return algebra.formula(&formula, &parts).map(Some);
        }
        if let Some(operator) = Operator::of(form) {
            return Ok(Some(chain(operator, parts, algebra)));
        }
        if record.is_some_and(|record| matches!(record.real, Some(RealCode::Variadic(_)))) {
            let mut rest = parts.into_iter();
            let Some(mut value) = rest.next() else { return Ok(None) };
            for part in rest {
                value = algebra.call(form, &[value, part])?;
            }
            return Ok(Some(value));
        }
        algebra.call(form, &parts).map(Some)
    }

    /// The formula of a form for so many arguments, if it has one.
    fn formula(&mut self, form: &'static str, count: usize) -> Result<Option<Rc<Formula>>, String> {
        for text in alternatives(form) {
            let formula = match self.formulas.get(text) {
                Some(known) => Rc::clone(known),
                None => {
                    let formula = Rc::new(Formula::parse(text)?);
                    self.formulas.insert(text, Rc::clone(&formula));
                    formula
                }
            };
            if formula.arity() == count {
                return Ok(Some(formula));
            }
        }
        Ok(None)
    }
}

/// The parts of a form between single bars.
pub(crate) fn alternatives(form: &'static str) -> Vec<&'static str> {
    let bytes = form.as_bytes();
    let is_bar = |k: usize| bytes.get(k) == Some(&b'|');
    let mut start = 0;
    let mut parts = Vec::new();
    for k in 0..bytes.len() {
        if is_bar(k) && !is_bar(k + 1) && (k == 0 || !is_bar(k - 1)) {
            parts.push(&form[start..k]);
            start = k + 1;
        }
    }
    parts.push(&form[start..]);
    parts
}

/// The value of a formula, part by part.
pub(crate) fn apply<A: Algebra>(
    formula: &Formula,
    arguments: &[A::Value],
    algebra: &mut A,
) -> Result<A::Value, String> {
    Ok(match formula {
        Formula::Argument(place) => {
            let argument = arguments.get(*place).cloned();
            argument.ok_or_else(|| "a function has too few arguments".to_owned())?
        }
        Formula::Number(value) => algebra.number(*value),
        Formula::Negative(a) => {
            let a = apply(a, arguments, algebra)?;
            algebra.negative(&a)
        }
        Formula::Operation(operator, parts) => {
            let [a, b] = parts.as_ref();
            let (a, b) = (apply(a, arguments, algebra)?, apply(b, arguments, algebra)?);
            algebra.operation(*operator, &a, &b)
        }
        Formula::Choice(parts) => {
            let [condition, yes, no] = parts.as_ref();
            let condition = apply(condition, arguments, algebra)?;
            let (yes, no) = (apply(yes, arguments, algebra)?, apply(no, arguments, algebra)?);
            algebra.choice(&condition, &yes, &no)
        }
        Formula::Call(name, parts) => {
            let parts: Result<Vec<A::Value>, String> =
                parts.iter().map(|part| apply(part, arguments, algebra)).collect();
            algebra.call(name, &parts?)?
        }
    })
}

/// The formula of a text on values of an algebra, where a notation has no function of its own.
pub(crate) fn by_formula<A: Algebra>(text: &str, arguments: &[A::Value], algebra: &mut A) -> Result<A::Value, String> {
    let formula = Formula::parse(text)?;
    let kept = arguments.iter().enumerate().map(|(place, part)| algebra.kept(part.clone(), formula.uses(place)));
    let arguments: Vec<A::Value> = kept.collect();
    apply(&formula, &arguments, algebra)
}

/// An operator between all operands; a relation holds between neighbours.
fn chain<A: Algebra>(operator: Operator, mut parts: Vec<A::Value>, algebra: &mut A) -> A::Value {
    let is_relation = operator.is_truth() && !operator.is_logical();
    if is_relation {
        let count = parts.len();
        for part in parts.iter_mut().take(count.saturating_sub(1)).skip(1) {
            *part = algebra.kept(part.clone(), 2);
        }
        let links: Vec<A::Value> =
            parts.windows(2).map(|pair| algebra.operation(operator, &pair[0], &pair[1])).collect();
        return chain_of(Operator::And, links, 1.0, algebra);
    }
    let none = match operator {
        Operator::Multiply | Operator::And => 1.0,
        _ => 0.0,
    };
    chain_of(operator, parts, none, algebra)
}

fn chain_of<A: Algebra>(operator: Operator, parts: Vec<A::Value>, none: f64, algebra: &mut A) -> A::Value {
    let mut parts = parts.into_iter();
    let Some(first) = parts.next() else { return algebra.number(none) };
    parts.fold(first, |value, part| algebra.operation(operator, &value, &part))
}

/// Powers that need no general power: small integers, roots, and their reciprocals.
fn power<A: Algebra>(base: &A::Value, exponent: f64, algebra: &mut A) -> Result<Option<A::Value>, String> {
    let whole = exponent as i64;
    let value = if exponent.abs() == 0.5 {
        algebra.call("sqrt", std::slice::from_ref(base))?
    } else if whole as f64 == exponent && whole != 0 && whole.abs() <= LARGEST_PRODUCT {
        let count = whole.unsigned_abs() as usize;
        let base = algebra.kept(base.clone(), count);
        chain_of(Operator::Multiply, vec![base; count], 1.0, algebra)
    } else {
        return Ok(None);
    };
    if exponent > 0.0 {
        return Ok(Some(value));
    }
    let one = algebra.number(1.0);
    Ok(Some(algebra.operation(Operator::Divide, &one, &value)))
}

/// An expression without the parentheses around it.
pub(crate) fn bare(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return text };
    let mut depth = 0_usize;
    for c in inner.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return text,
            ')' => depth -= 1,
            _ => {}
        }
    }
    inner
}

#[cfg(test)]
mod tests {
    use super::alternatives;

    #[test]
    fn alternatives_stand_between_single_bars() {
        assert_eq!(alternatives("#1|#1 || #2"), ["#1", "#1 || #2"]);
        assert_eq!(alternatives("#1"), ["#1"]);
    }
}
