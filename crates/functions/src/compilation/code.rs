//! Code for calls with numbers: a tape for functions of scalars, a plan for functions of arrays.

use std::sync::Arc;

use netform_array::ElementType;
use netform_compile::{Binding, InterpretError, Plan, Source, Tables, Tensor, Type, lower, optimize, row_tape};
use netform_eval::{Dependent, Flow, Quiet, ResultType, Session};
use netform_expr::{Expr, NodeMap, PureFunction, Sym, map_bottom_up, postorder};
use netform_jit::Function;

use super::signature::{self, Argument};
use super::values::{self, Template};

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
    Arrays(Arrays),
}

impl Code {
    /// The value for elements of all arguments; `None` where the general path has to be taken.
    pub(super) fn call(&self, session: &mut Session, inputs: &[Vec<f64>]) -> Result<Option<Expr>, Flow> {
        match self {
            Code::Rows(rows) => {
                let inputs: Vec<&[f64]> = inputs.iter().map(Vec::as_slice).collect();
                Ok(rows.call(session, &inputs, 1)?.and_then(|results| rows.value(&results, 1, 0)))
            }
            Code::Arrays(arrays) => arrays.call(session, inputs),
        }
    }
}

/// Scalar functions of the same arguments.
pub(super) struct Rows {
    function: Arc<Function>,
    template: Template,
    /// How many results are values; those behind them are integers on the way, which must be small enough to be exact.
    values: usize,
}

/// So many rows are computed between two looks at limits of time.
const ROWS: usize = 1 << 14;

impl Rows {
    /// The results for some rows, one after the other for each result; each input has one element for each row, or one for
    /// all.
    pub(super) fn call(&self, session: &mut Session, inputs: &[&[f64]], rows: usize) -> Result<Option<Vec<f64>>, Flow> {
        let count = self.function.tape().results();
        let mut results = vec![0.0; count * rows];
        if rows == 1 {
            let inputs: Vec<f64> = inputs.iter().map(|input| input[0]).collect();
            self.function.call(&inputs, &mut results);
            return Ok(self.are_exact(&results, 1).then_some(results));
        }
        let mut repeated: Vec<Vec<f64>> = Vec::new();
        for input in inputs {
            repeated.push(if input.len() == rows { vec![] } else { vec![input[0]; rows.min(ROWS)] });
        }
        for start in (0..rows).step_by(ROWS) {
            session.tick()?;
            let block = start..rows.min(start + ROWS);
            let columns = inputs.iter().zip(&repeated);
            let columns: Vec<&[f64]> = columns
                .map(|(input, same)| if same.is_empty() { &input[block.clone()] } else { &same[..block.len()] })
                .collect();
            let mut outputs: Vec<&mut [f64]> = results.chunks_mut(rows).map(|all| &mut all[block.clone()]).collect();
            self.function.apply(&columns, &mut outputs);
        }
        Ok(self.are_exact(&results, rows).then_some(results))
    }

    /// Whether the integers on the way are small enough to be exact.
    fn are_exact(&self, results: &[f64], rows: usize) -> bool {
        results[self.values * rows..].iter().all(|x| x.abs() <= values::EXACT as f64)
    }

    /// The value of one of some rows.
    pub(super) fn value(&self, results: &[f64], rows: usize, row: usize) -> Option<Expr> {
        self.template.fill(&mut results.chunks(rows).map(|column| column[row]))
    }

    /// Whether the value of a row is one real number.
    pub(super) fn is_real(&self) -> bool {
        self.template == Template::Element(ElementType::F64)
    }
}

/// The function of real numbers that `body` is of `names`; its results are the elements of a list that the body is, in order. Or
/// the part that has no code.
///
/// # Errors
/// What leaves the evaluation of the body.
pub fn compile_real(session: &mut Session, names: &[Expr], body: &Expr) -> Result<Result<Arc<Function>, Expr>, Flow> {
    let real = |name: &Expr| Argument { name: name.clone(), element: ElementType::F64, rank: 0 }.to_expr();
    let function = Expr::call(Sym::CompiledFunction, [Expr::list(names.iter().map(real)), body.clone()]);
    let Some(prepared) = Prepared::of(session, &function) else { return Ok(Err(Expr::list(names.iter().cloned()))) };
    Ok(match code(session, &function, &prepared, &vec![vec![]; names.len()])? {
        Ok(code) => match &*code {
            Code::Rows(rows) => Ok(Arc::clone(&rows.function)),
            Code::Arrays(_) => Err(body.clone()),
        },
        Err(part) => Err(part),
    })
}

/// A plan of array operations.
pub(super) struct Arrays {
    plan: Plan,
    shapes: Vec<Vec<usize>>,
    shape: Vec<usize>,
    element: ElementType,
}

impl Arrays {
    fn call(&self, session: &mut Session, inputs: &[Vec<f64>]) -> Result<Option<Expr>, Flow> {
        let tensors = self.shapes.iter().zip(inputs).map(|(shape, elements)| Tensor::new(shape, elements.clone()));
        let Ok(tensors) = tensors.collect::<Result<Vec<_>, _>>() else { return Ok(None) };
        let mut stopped = None;
        let results = self.plan.apply(&tensors, 0, &[], &mut || match session.tick() {
            Ok(()) => true,
            Err(flow) => {
                stopped = Some(flow);
                false
            }
        });
        match (stopped, results) {
            (Some(flow), _) => Err(flow),
            (None, Ok(results)) => {
                Ok(results.first().and_then(|result| values::array(&self.shape, self.element, result.to_vec())))
            }
            // What the program refuses, such as a position that is not there, evaluation explains.
            (None, Err(_)) => Ok(None),
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
    let (leaves, value) = on_symbols(session, &function.arg(1), prepared, shapes)?;
    let mut blame = value.clone();
    if shapes.iter().all(Vec::is_empty) {
        let slot = |place: usize| Expr::call(Sym::Slot, [Expr::integer(place as i64 + 1)]);
        let places: NodeMap<usize> = leaves.iter().cloned().zip(0..).collect();
        let value = map_bottom_up(&value, |node| places.get(&node).map_or(node, |&place| slot(place)));
        let types = match types(session, &prepared.arguments, &value) {
            Ok(types) => types,
            Err(misfit) => return Ok(Err(named(&misfit, &prepared.arguments))),
        };
        match rows(session, prepared, &value, types)? {
            Ok(rows) => return Ok(Ok(Arc::new(Code::Rows(rows)))),
            Err(part) => blame = named(&part, &prepared.arguments),
        }
    }
    match arrays(session, prepared, &leaves, shapes, &value)? {
        Some(arrays) => Ok(Ok(Arc::new(Code::Arrays(arrays)))),
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

/// The tape of a function of scalars, in which slots stand for the arguments, or the part that has no code.
fn rows(
    session: &mut Session,
    prepared: &Prepared,
    value: &Expr,
    types: NodeMap<ElementType>,
) -> Result<Result<Rows, Expr>, Flow> {
    let mut bodies = Vec::new();
    let Some(template) = template(value, &types, &mut bodies, NESTING) else { return Ok(Err(value.clone())) };
    let template = template.in_one_type();
    let values = bodies.len();
    if prepared.arguments.iter().any(|argument| argument.element == ElementType::I64) {
        let calls = types.into_iter().filter(|(node, element)| *element == ElementType::I64 && node.is_normal());
        let mut calls: Vec<Expr> = calls.map(|(node, _)| node).filter(|node| !node.has_head(Sym::Slot)).collect();
        calls.sort_by_key(Expr::id);
        bodies.extend(calls);
    }
    let mut tables = Tables::new(session);
    let made = row_tape(prepared.arguments.len(), &bodies, &mut tables);
    if let (Some(flow), Err(_)) = (tables.flow(), &made) {
        return Err(flow);
    }
    Ok(match made {
        Ok(tape) => Ok(Rows { function: Arc::new(Function::new(tape)), template, values }),
        Err(InterpretError::NoCode(part)) => Err(part),
        Err(_) => Err(value.clone()),
    })
}

/// A part of a body with the names of the arguments in the place of slots.
fn named(part: &Expr, arguments: &[Argument]) -> Expr {
    map_bottom_up(part, |node| {
        let slot = if node.has_head(Sym::Slot) { node.arg(0).as_usize() } else { None };
        let argument = slot.and_then(|slot| arguments.get(slot.checked_sub(1)?));
        argument.map_or(node, |argument| argument.name.clone())
    })
}

/// Arguments of functions that are of a type, by place from 0 or all: evaluation leaves calls with others as they are, while
/// code would take any number.
const TYPED: &[(Sym, Option<usize>, ElementType)] = &[
    (Sym::And, None, ElementType::Bool),
    (Sym::Or, None, ElementType::Bool),
    (Sym::Xor, None, ElementType::Bool),
    (Sym::Nand, None, ElementType::Bool),
    (Sym::Nor, None, ElementType::Bool),
    (Sym::Not, None, ElementType::Bool),
    (Sym::Implies, None, ElementType::Bool),
    (Sym::Equivalent, None, ElementType::Bool),
    (Sym::Boole, None, ElementType::Bool),
    (Sym::If, Some(0), ElementType::Bool),
    (Sym::Surd, Some(1), ElementType::I64),
];

/// Lists that are nested deeper are no results of compiled code.
const NESTING: usize = 32;

/// How results stand in a value; they are added to `bodies`.
fn template(value: &Expr, types: &NodeMap<ElementType>, bodies: &mut Vec<Expr>, deepest: usize) -> Option<Template> {
    if !value.is_list() {
        bodies.push(value.clone());
        return Some(Template::Element(types.get(value).copied().unwrap_or(ElementType::F64)));
    }
    let deepest = deepest.checked_sub(1)?;
    let parts: Option<Vec<Template>> = value.args().iter().map(|part| template(part, types, bodies, deepest)).collect();
    parts.map(Template::List)
}

/// The types of the values of all parts of a scalar function, or a call whose arguments are not of the types that it takes.
fn types(session: &mut Session, arguments: &[Argument], value: &Expr) -> Result<NodeMap<ElementType>, Expr> {
    let mut types: NodeMap<ElementType> = NodeMap::default();
    postorder(
        value,
        |node| !node.has_head(Sym::Slot),
        |node| {
            let of = |part: &Expr| types.get(part).copied().unwrap_or(ElementType::F64);
            let widest = |parts: &[Expr]| parts.iter().map(of).max_by_key(|element| width(*element));
            let misfits = |(head, place, element): &(Sym, Option<usize>, ElementType)| {
                let mut parts = (0..).zip(node.args().into_owned());
                node.has_head(*head)
                    && parts.any(|(at, part)| place.is_none_or(|place| place == at) && of(&part) != *element)
            };
            if TYPED.iter().any(misfits) {
                return Err(node.clone());
            }
            let element = if node.has_head(Sym::Slot) {
                node.arg(0).as_usize().and_then(|place| arguments.get(place - 1)).map(|argument| argument.element)
            } else if node.as_i64().is_some() {
                Some(ElementType::I64)
            } else if node.is(Sym::True) || node.is(Sym::False) {
                Some(ElementType::Bool)
            } else if node.has_head(Sym::Power) && node.len() == 2 && node.arg(1).as_usize().is_some() {
                Some(of(&node.arg(0)))
            } else if node.is_normal() {
                let function = session.function_of(node.head());
                match function.map_or(ResultType::Real, |function| function.result) {
                    ResultType::Real => None,
                    ResultType::Widest => widest(&node.args()),
                    ResultType::Integer => Some(ElementType::I64),
                    ResultType::Truth => Some(ElementType::Bool),
                }
            } else {
                None
            };
            types.insert(node.clone(), element.unwrap_or(ElementType::F64));
            Ok(())
        },
    )?;
    Ok(types)
}

fn width(element: ElementType) -> usize {
    match element {
        ElementType::Bool => 0,
        ElementType::I64 => 1,
        _ => 2,
    }
}

/// The plan of a function of arrays; nothing if it is not one of real numbers and truth values.
fn arrays(
    session: &mut Session,
    prepared: &Prepared,
    leaves: &[Expr],
    shapes: &[Vec<usize>],
    value: &Expr,
) -> Result<Option<Arrays>, Flow> {
    // Integers of programs are machine numbers, which would lose digits without telling.
    if prepared.arguments.iter().any(|argument| argument.element == ElementType::I64) {
        return Ok(None);
    }
    let bindings = prepared.arguments.iter().zip(leaves).zip(shapes).map(|((argument, leaf), shape)| Binding {
        leaf: leaf.clone(),
        name: argument.name.as_symbol().map_or("", |symbol| symbol.name()).into(),
        source: Source::Input,
        value_type: Type::of_shape(argument.element, shape),
    });
    let bindings: Vec<Binding> = bindings.collect();
    let mut tables = Tables::new(session).for_numbers();
    let lowered = lower(&[("Output".into(), value.clone())], &bindings, ElementType::F64, &mut tables);
    if let (Some(flow), Err(_)) = (tables.flow(), &lowered) {
        return Err(flow);
    }
    let Ok(program) = lowered.map_err(drop).and_then(|program| optimize(&program).map_err(drop)) else {
        return Ok(None);
    };
    let result = program.type_of(program.outputs()[0].value);
    let shape: Option<Vec<usize>> = result.shape.iter().map(|dim| usize::try_from(dim.as_integer()?).ok()).collect();
    let (Some(shape), element) = (shape, result.element) else { return Ok(None) };
    let known = vec![None; program.inputs().len()];
    let mut tables = Tables::new(session);
    let plan = Plan::new(&program, &known, &mut tables);
    if let (Some(flow), Err(_)) = (tables.flow(), &plan) {
        return Err(flow);
    }
    Ok(plan.ok().map(|plan| Arrays { plan, shapes: shapes.to_vec(), shape, element }))
}
