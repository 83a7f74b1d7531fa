//! Bound variables: functions of arrays are evaluated once, on typed variables, and then closed
//! again over positions, so that equal functions are equal nodes.

use std::convert::Infallible;

use netform_eval::{Flow, Function, Session, Shape, ShapeRule};
use netform_expr::{Expr, Kind, NodeSet, Sym, map_bottom_up, postorder};

use super::dimension::{integer, list, stated};

pub(super) const ARRAY_VARIABLE: Function = Function {
    name: "ArrayVariable",
    usage: "ArrayVariable[k, {n, m, ...}] is a bound variable of the given dimensions while the body of a function \
            of arrays is evaluated.",
    shape: ShapeRule::Rule(shape),
    examples: &[("Dimensions[ArrayVariable[1, {n, 3}]]", "{n, 3}")],
    ..Function::NEW
};

fn shape(_: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let dimensions = (call.len() == 2).then(|| stated(&call.arg(1))).flatten();
    Ok(dimensions.map_or(Shape::Unknown, Shape::Known))
}

/// How many variables the session has made.
#[derive(Default)]
struct Counter(i64);

/// A variable of these dimensions that occurs nowhere else.
pub(crate) fn variable(session: &mut Session, dimensions: &[Expr]) -> Expr {
    let counter = session.extension::<Counter>();
    counter.0 += 1;
    let number = Expr::integer(counter.0);
    Expr::call(Sym::ArrayVariable, [number, list(dimensions)])
}

/// A scalar symbol that occurs nowhere else, to differentiate by.
pub(crate) fn scalar_symbol(session: &mut Session) -> Expr {
    let counter = session.extension::<Counter>();
    counter.0 += 1;
    Expr::symbol(&format!("Global`t${}", counter.0))
}

/// What a variable becomes when its function is closed.
pub(crate) struct Parameter {
    /// The variable.
    pub(crate) variable: Expr,
    /// The parameter of the function, counted from 1.
    pub(crate) position: usize,
    /// The part of that parameter, counted from 1, where parameters are lists.
    pub(crate) part: Option<usize>,
}

impl Parameter {
    /// The variables as parameters, in their order.
    pub(crate) fn each(variables: &[Expr]) -> Vec<Parameter> {
        let parameter =
            |(i, variable): (usize, &Expr)| Parameter { variable: variable.clone(), position: i + 1, part: None };
        variables.iter().enumerate().map(parameter).collect()
    }

    /// The variables as the parts of parameter `position`.
    pub(crate) fn parts(variables: &[Expr], position: usize) -> impl Iterator<Item = Parameter> + '_ {
        variables.iter().enumerate().map(move |(i, variable)| Parameter {
            variable: variable.clone(),
            position,
            part: Some(i + 1),
        })
    }
}

/// The function of `count` parameters with this evaluated body.
///
/// Parameters are slots; they have names where the body holds a function that uses them. The names
/// depend only on how deep functions nest, so functions that differ in names only become the same
/// node. A body `f[#1, #2]` gives `f`.
pub(crate) fn close(body: &Expr, parameters: &[Parameter], count: usize) -> Expr {
    let uses = Uses::of(body, parameters);
    let names: Vec<Expr> = if uses.inside_functions {
        (1..=count).map(|i| Expr::symbol(&format!("Global`x{i}${}", uses.height + 1))).collect()
    } else {
        (1..=count).map(|i| Expr::call(Sym::Slot, [integer(i)])).collect()
    };
    let stands_for = |parameter: &Parameter| {
        let name = names[parameter.position - 1].clone();
        match parameter.part {
            Some(part) => Expr::call(Sym::Part, [name, integer(part)]),
            None => name,
        }
    };
    let replaced = map_bottom_up(body, |e| match parameters.iter().find(|p| p.variable == e) {
        Some(parameter) => stands_for(parameter),
        None => e,
    });
    if uses.inside_functions {
        return Expr::call(Sym::Function, [Expr::list(names), replaced]);
    }
    if let Kind::Normal(head, args) = replaced.kind()
        && head.is_symbol()
        && !head.is(Sym::List)
        && args == names.as_slice()
    {
        return head.clone();
    }
    Expr::call(Sym::Function, [replaced])
}

/// Which of the variables occur in an expression.
pub(crate) fn occurring(e: &Expr, variables: &[Expr]) -> Vec<bool> {
    let mut found = vec![false; variables.len()];
    let _ = postorder::<Infallible>(
        e,
        |_| true,
        |node| {
            if let Some(i) = variables.iter().position(|v| v == node) {
                found[i] = true;
            }
            Ok(())
        },
    );
    found
}

/// How a body uses the variables.
struct Uses {
    /// Whether a function inside the body mentions one of them.
    inside_functions: bool,
    /// The largest number among the names of parameters in the body.
    height: u64,
}

impl Uses {
    fn of(body: &Expr, parameters: &[Parameter]) -> Uses {
        let mut uses = Uses { inside_functions: false, height: 0 };
        let mut mentioning: NodeSet = parameters.iter().map(|p| p.variable.clone()).collect();
        let _ = postorder::<Infallible>(
            body,
            |_| true,
            |node| {
                match node.kind() {
                    Kind::Symbol(symbol) => uses.height = uses.height.max(height_of_name(symbol.name())),
                    Kind::Normal(head, args)
                        if mentioning.contains(head) || args.iter().any(|arg| mentioning.contains(arg)) =>
                    {
                        mentioning.insert(node.clone());
                        uses.inside_functions |= node.has_head(Sym::Function);
                    }
                    _ => {}
                }
                Ok(())
            },
        );
        uses
    }
}

/// 3 for the parameter name `x1$3`, 0 for other names.
fn height_of_name(name: &str) -> u64 {
    let parts = name.strip_prefix('x').and_then(|rest| rest.split_once('$'));
    parts.and_then(|(_, height)| height.parse().ok()).unwrap_or(0)
}

/// The value of `f` at the given arguments.
pub(crate) fn apply(session: &mut Session, f: &Expr, args: impl IntoIterator<Item = Expr>) -> Result<Expr, Flow> {
    session.evaluate(&Expr::normal(f.clone(), args))
}

/// Marks a call that an array function made, its parts being in normal form.
pub(crate) fn settled(session: &mut Session, call: Expr) -> Expr {
    if !session.has_user_rules(call.head()) {
        session.mark_normal_form(&call);
    }
    call
}
