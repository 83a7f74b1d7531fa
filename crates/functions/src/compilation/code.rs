//! Code for calls with numbers, kept by function and shapes: rows for functions of scalars, a plan for functions of arrays.

use std::sync::Arc;

use netform_eval::{Dependent, Flow, Quiet, Session};
use netform_expr::{Expr, NodeMap, PureFunction, Sym};

use super::arrays::{ArrayFunction, Input};
use super::form::by_form;
use super::rows::{Made, Rows};
use super::signature::{self, Argument};

/// A compiled function, taken apart.
pub(super) struct Prepared {
    pub(super) arguments: Vec<Argument>,
    pub(super) listable: bool,
    body: PureFunction,
}

impl Prepared {
    /// Takes `CompiledFunction[arguments, body, options]` apart; `None` if it is none.
    pub(super) fn of(session: &mut Session, function: &Expr) -> Option<Arc<Prepared>> {
        if let Some(known) = session.extension::<Functions>().0.get(function) {
            return Some(Arc::clone(known));
        }
        let parts = function.args();
        let [arguments, body, settings @ ..] = &*parts else { return None };
        let arguments = signature::read(arguments).ok()?;
        let names = Expr::list(arguments.iter().map(|argument| argument.name.clone()));
        let pure = PureFunction::new(&Expr::call(Sym::Function, [names, body.clone()])).ok()?;
        let listable = settings.iter().any(|setting| {
            setting.has_head(Sym::Rule) && setting.arg(0).is(Sym::RuntimeAttributes) && is_listable(&setting.arg(1))
        });
        let prepared = Arc::new(Prepared { arguments, listable, body: pure });
        let functions = &mut session.extension::<Functions>().0;
        if functions.len() >= CAPACITY {
            functions.clear();
        }
        functions.insert(function.clone(), Arc::clone(&prepared));
        Some(prepared)
    }

    /// The body with values in the place of the arguments.
    pub(super) fn applied(&self, values: &[Expr]) -> Option<Expr> {
        self.body.apply(values).ok()
    }
}

fn is_listable(attributes: &Expr) -> bool {
    attributes.is(Sym::Listable) || attributes.is_list() && attributes.args().iter().any(|one| one.is(Sym::Listable))
}

/// Functions that were applied lately.
#[derive(Default)]
struct Functions(NodeMap<Arc<Prepared>>);

/// Code by function and shapes of the arguments, or the part that has none.
#[derive(Default)]
struct Known(NodeMap<Dependent<Result<Arc<Code>, Expr>>>);

/// So many functions are kept; then all are forgotten.
const CAPACITY: usize = 256;

/// Code of a function for arguments of certain shapes.
pub(super) enum Code {
    /// A function of scalars.
    Rows(Rows),
    /// A function of arrays.
    Arrays(Arc<ArrayFunction>),
}

impl Code {
    /// The value for elements of all arguments; `None` where the general path has to be taken.
    pub(super) fn call(&self, session: &mut Session, inputs: &[Vec<f64>]) -> Result<Option<Expr>, Flow> {
        match self {
            Code::Rows(rows) => {
                let inputs: Vec<&[f64]> = inputs.iter().map(Vec::as_slice).collect();
                Ok(rows.call(session, &inputs, 1)?.and_then(|results| rows.value(&results, 1, 0)))
            }
            Code::Arrays(arrays) => arrays.value(session, inputs),
        }
    }
}

/// The code of a function for arguments of these shapes, or the part of it that has none.
pub(super) fn code(
    session: &mut Session,
    function: &Expr,
    prepared: &Prepared,
    shapes: &[Vec<usize>],
) -> Result<Result<Arc<Code>, Expr>, Flow> {
    let sizes = |shape: &Vec<usize>| Expr::list(shape.iter().map(|&n| Expr::integer(n as i64)));
    let key = Expr::list([function.clone(), Expr::list(shapes.iter().map(sizes))]);
    if let Some(found) = session.extension::<Known>().0.get(&key).cloned()
        && let Some(code) = session.still(&found)
    {
        return Ok(code);
    }
    let mut made = session.depending(&key, |session| make(session, function, prepared, shapes))?;
    // A body that has effects or draws random numbers has them in each call.
    if session.still(&made).is_none() {
        let blame = function.arg(1);
        made = session.depending(&key, |_| Ok::<_, Flow>(Err(blame)))?;
    }
    let known = &mut session.extension::<Known>().0;
    if known.len() >= CAPACITY {
        known.clear();
    }
    known.insert(key, made.clone());
    Ok(made.into_value())
}

fn make(
    session: &mut Session,
    function: &Expr,
    prepared: &Prepared,
    shapes: &[Vec<usize>],
) -> Result<Result<Arc<Code>, Expr>, Flow> {
    let body = function.arg(1);
    let arrays = !shapes.iter().all(Vec::is_empty);
    if !session.is_normal_form(&body)
        && let Some(call) = by_form(&body, arrays)
    {
        return Ok(Err(call));
    }
    let (leaves, value) = on_symbols(session, &body, prepared, shapes)?;
    let mut blame = value.clone();
    if !arrays {
        match Rows::make(session, prepared, &leaves, &value)? {
            Made::Code(rows) => return Ok(Ok(Arc::new(Code::Rows(rows)))),
            Made::Misfit(part) => return Ok(Err(part)),
            Made::NoCode(part) => blame = part,
        }
    }
    let inputs = prepared.arguments.iter().zip(leaves).zip(shapes);
    let inputs =
        inputs.map(|((argument, leaf), shape)| Input { leaf, element: argument.element, shape: shape.clone() });
    match ArrayFunction::make(session, inputs.collect(), &value)? {
        Some(arrays) => Ok(Ok(Arc::new(Code::Arrays(Arc::new(arrays))))),
        None => Ok(Err(blame)),
    }
}

/// What stands for the arguments, and the value of the body for that.
fn on_symbols(
    session: &mut Session,
    body: &Expr,
    prepared: &Prepared,
    shapes: &[Vec<usize>],
) -> Result<(Vec<Expr>, Expr), Flow> {
    // A large body that has been evaluated, as by Evaluate, is taken as it is.
    let names = prepared.arguments.iter().map(|argument| argument.name.clone());
    if shapes.iter().all(Vec::is_empty) && session.is_normal_form(body) {
        let names: Vec<Expr> = names.collect();
        if names.iter().all(|name| session.definitions_of(name).is_none() && session.function_of(name).is_none()) {
            return Ok((names, body.clone()));
        }
    }
    let leaves: Vec<Expr> =
        prepared.arguments.iter().zip(shapes).map(|(argument, shape)| leaf(argument, shape)).collect();
    let value = match prepared.applied(&leaves) {
        Some(body) => session.quietly(Quiet::All, |session| session.evaluate(&body))?,
        None => body.clone(),
    };
    Ok((leaves, value))
}

/// What stands for an argument while the body is evaluated.
fn leaf(argument: &Argument, shape: &[usize]) -> Expr {
    let name = argument.name.as_symbol().map_or("", |symbol| symbol.name());
    if shape.is_empty() {
        return Expr::symbol(&format!("Compile`{name}"));
    }
    let sizes = Expr::list(shape.iter().map(|&n| Expr::integer(n as i64)));
    Expr::call(Sym::ArraySymbol, [Expr::string(name), sizes, Sym::Reals.into()])
}
