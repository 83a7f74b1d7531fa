//! A body compiled for many replacements of its variables.

use smallvec::SmallVec;

use super::compile::{Compiled, compile};
use super::occurs::occurs;
use super::scope::holds_sequences;
use crate::{Expr, Kind, Sym};

/// A body whose variables can be replaced again and again.
///
/// ```
/// use netform_expr::{Expr, Sym, Template};
///
/// let x = Expr::symbol("Global`x");
/// let square = Template::new(&Expr::call(Sym::Power, [x.clone(), Expr::integer(2)]), &[x]);
/// let filled = square.fill(&[Expr::integer(5)]);
/// assert_eq!(filled, Expr::call(Sym::Power, [Expr::integer(5), Expr::integer(2)]));
/// ```
#[derive(Debug, Clone)]
pub struct Template {
    body: Expr,
    variables: SmallVec<[Expr; 4]>,
    slots_are_variables: bool,
    compiled: Compiled,
    /// The classes of the names that bound variables were given.
    new_classes: u64,
    /// The variables that the body mentions, as a set of bits; those from the 64th on share one.
    used: u64,
}

/// A part of the filled body.
#[derive(Debug, Clone)]
pub(super) enum Operand {
    /// An expression without variables.
    Constant(Expr),
    /// The value of a variable.
    Variable(u32),
    /// The result of an earlier step.
    Step(u32),
}

/// A call to build: the operands from `first` on are its head and its `len` arguments.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) first: u32,
    pub(super) len: u32,
}

impl Template {
    /// Compiles a body with symbols for variables, filled by position.
    pub fn new(body: &Expr, variables: &[Expr]) -> Template {
        Template::compile(body, variables.iter().cloned().collect(), false, &[])
    }

    /// Compiles the body of a function whose variables are these slots (`#1`, `##`, `#name` ...).
    /// Slots of functions inside belong to these functions.
    pub(super) fn with_slots(body: &Expr, slots: &[Expr]) -> Template {
        Template::compile(body, slots.iter().cloned().collect(), true, &[])
    }

    fn compile(
        body: &Expr,
        variables: SmallVec<[Expr; 4]>,
        slots_are_variables: bool,
        avoided_values: &[Expr],
    ) -> Template {
        let compiled = compile(body, &variables, slots_are_variables, avoided_values);
        let new_classes = compiled.new_names.iter().fold(0, |all, name| all | name.symbol_classes());
        let used = compiled.operands.iter().chain([&compiled.root]).fold(0, |all, operand| match operand {
            Operand::Variable(i) => all | bit(*i),
            _ => all,
        });
        Template { body: body.clone(), variables, slots_are_variables, compiled, new_classes, used }
    }

    /// Whether the body contains no variable.
    pub fn is_constant(&self) -> bool {
        matches!(self.compiled.root, Operand::Constant(_))
    }

    /// Whether the body mentions variable `index`; the values of others may be anything.
    pub fn uses(&self, index: usize) -> bool {
        self.used & bit(u32::try_from(index).unwrap_or(u32::MAX)) != 0
    }

    /// The body with each variable replaced by its value.
    ///
    /// # Panics
    /// If there are fewer values than variables.
    pub fn fill(&self, values: &[Expr]) -> Expr {
        match &self.compiled.root {
            Operand::Constant(e) => return e.clone(),
            Operand::Variable(i) => return values[*i as usize].clone(),
            Operand::Step(_) => {}
        }
        if self.captures(values) {
            return Template::compile(&self.body, self.variables.clone(), self.slots_are_variables, values)
                .fill_steps(values);
        }
        self.fill_steps(values)
    }

    fn fill_steps(&self, values: &[Expr]) -> Expr {
        let splices = values.iter().any(|value| value.has_head(Sym::Sequence));
        let mut built: SmallVec<[Expr; 8]> = SmallVec::with_capacity(self.compiled.steps.len());
        for step in &self.compiled.steps {
            let parts = &self.compiled.operands[step.first as usize..=(step.first + step.len) as usize];
            let get = |operand: &Operand| match operand {
                Operand::Constant(e) => e.clone(),
                Operand::Variable(i) => values[*i as usize].clone(),
                Operand::Step(i) => built[*i as usize].clone(),
            };
            let head = get(&parts[0]);
            let call = if splices && !holds_sequences(&head) {
                let mut args: SmallVec<[Expr; 6]> = SmallVec::new();
                for operand in &parts[1..] {
                    let value = get(operand);
                    match value.kind() {
                        Kind::Normal(_, items)
                            if matches!(operand, Operand::Variable(_)) && value.has_head(Sym::Sequence) =>
                        {
                            args.extend(items.iter().cloned());
                        }
                        _ => args.push(value),
                    }
                }
                Expr::normal(head, args)
            } else {
                Expr::normal(head, parts[1..].iter().map(get))
            };
            built.push(call);
        }
        match &self.compiled.root {
            Operand::Constant(e) => e.clone(),
            Operand::Variable(i) => values[*i as usize].clone(),
            Operand::Step(i) => built[*i as usize].clone(),
        }
    }

    /// Whether a name given to a bound variable occurs in a value.
    fn captures(&self, values: &[Expr]) -> bool {
        !self.compiled.new_names.is_empty()
            && values.iter().any(|value| {
                value.symbol_classes() & self.new_classes != 0
                    && self.compiled.new_names.iter().any(|name| occurs(value, name))
            })
    }
}

/// The bit of a variable in a set; variables from the 64th on share the last.
pub(super) fn bit(variable: u32) -> u64 {
    1 << variable.min(63)
}
