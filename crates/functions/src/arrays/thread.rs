//! `ArrayThread`: a scalar function of corresponding elements of several arrays.

use netform_array::Layout;
use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Attributes, ById, Expr, Kind, Memo, NodeMap, NodeSet, Sym, map_bottom_up, postorder};
use rustc_hash::FxHashSet;

use super::bound::{self, Parameter};
use super::dimension::{self, Dims};
use super::grid::{Elements, Grid, nest};
use super::lowering;
use super::messages::MESSAGES;
use super::places::{Clash, Places};
use super::thread_derivative;
use crate::control::decision;

pub(super) const ARRAY_THREAD: Function = Function {
    name: "ArrayThread",
    usage: "ArrayThread[f, {a, b, ...}] gives the array of all f[a_i, b_i, ...], leading levels aligned. \
            ArrayThread[f, {a, b, ...}, {pa, pb, ...}] puts the levels of each array at the given levels of the result: \
            a list of levels, negative ones from the end, or All for its own. A level of size 1 is extended.",
    evaluate: Some(evaluate),
    arguments: Some((2, 3)),
    arrays: ArrayPositions::None,
    quantities: ArrayPositions::At(&[1, 2]),
    shape: ShapeRule::Rule(shape),
    derivative: Derivative::Differential(thread_derivative::differential),
    linear: thread_derivative::LINEAR,
    lowering: Lowering::Rewrite(lower),
    messages: MESSAGES,
    examples: &[
        ("ArrayThread[f, {{a, b}, {c, d}}]", "{f[a, c], f[b, d]}"),
        ("ArrayThread[f, {{a, b}, {c, d}}, {{1}, {2}}]", "{{f[a, c], f[a, d]}, {f[b, c], f[b, d]}}"),
        ("ArrayThread[Plus, {{{a, b}, {c, d}}, {x, y}}, {All, {-1}}]", "{{a + x, b + y}, {c + x, d + y}}"),
        ("Dimensions[ArrayThread[Max, {VectorSymbol[\"v\", n], VectorSymbol[\"w\", m]}, {{2}, {1}}]]", "{m, n}"),
        (
            "ArrayThread[#1^2 + #2 &, {Range[n], VectorSymbol[\"w\", n]}] === Range[n]^2 + VectorSymbol[\"w\", n]",
            "True",
        ),
    ],
    ..Function::NEW
};

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(operands) = args[1].args_of(Sym::List) else {
        if !args[1].is_symbol() {
            session.message(Sym::ArrayThread, "arrs", &[args[1].clone()]);
        }
        return Ok(None);
    };
    let mut ranks = Vec::with_capacity(operands.len());
    let mut dimensions = Vec::with_capacity(operands.len());
    for operand in operands.iter() {
        let Some(grid) = Grid::of(session, operand)? else {
            session.message(Sym::ArrayThread, "rect", std::slice::from_ref(operand));
            return Ok(None);
        };
        ranks.push(grid.rank());
        dimensions.push(grid.dimensions());
    }
    let places = match args.get(2) {
        None => Some(Places::natural(&ranks)),
        Some(stated) => Places::stated(stated, &ranks),
    };
    let Some(places) = places else {
        session.message(Sym::ArrayThread, "places", &[dimension::integer(ranks.len()), args[2].clone()]);
        return Ok(None);
    };
    if let Err(Clash { first, second, axis }) = places.result(&dimensions) {
        session.message(Sym::ArrayThread, "size", &[first, second, dimension::integer(axis + 1)]);
        return Ok(None);
    }
    let result = thread(session, &args[0], &operands, &places)?;
    Ok(Some(result).filter(|result| result != call))
}

/// The array of `f` of corresponding elements. The arrays are rectangular and their sizes agree.
pub(super) fn thread(session: &mut Session, f: &Expr, operands: &[Expr], places: &Places) -> Result<Expr, Flow> {
    session.tick()?;
    if places.rank() == 0 {
        return scalar(session, f, operands.to_vec());
    }
    let mut grids = Vec::with_capacity(operands.len());
    for operand in operands {
        match Grid::of(session, operand)? {
            Some(grid) => grids.push(grid),
            None => return Ok(Expr::call(Sym::ArrayThread, [f.clone(), dimension::list(operands), places.to_list()])),
        }
    }
    let dimensions: Vec<Dims> = grids.iter().map(Grid::dimensions).collect();
    let Ok(result) = places.result(&dimensions) else {
        return Ok(Expr::call(Sym::ArrayThread, [f.clone(), dimension::list(operands), places.to_list()]));
    };
    if grids.iter().all(Grid::is_explicit)
        && let Some(shape) = dimension::known(&result)
    {
        return elements(session, f, &grids, places, &shape);
    }
    if let Some(explicit) = session.beside_lists(operands)? {
        return thread(session, f, &explicit, places);
    }
    if let Some(length) = first_level(&grids, places) {
        return rows(session, f, operands, places, length);
    }
    symbolic(session, f, operands, places, &dimensions, &result)
}

/// The value of a scalar function, in which open choices are `Piecewise`.
fn scalar(session: &mut Session, f: &Expr, args: Vec<Expr>) -> Result<Expr, Flow> {
    let value = bound::apply(session, f, args)?;
    if !holds_choice(session, &value) {
        return Ok(value);
    }
    let decided = map_bottom_up(&value, |node| decision(&node).unwrap_or(node));
    session.evaluate(&decided)
}

/// Nodes without open choices, by their identity: the elements of an array are made of those of others, and are looked through
/// once.
#[derive(Default)]
struct WithoutChoice(Memo<u64, (), ById>);

/// Whether there is a choice by `If` or `Which` in a value.
fn holds_choice(session: &mut Session, value: &Expr) -> bool {
    let choices = [Sym::If, Sym::Which].map(Sym::expr);
    let may_hold = |node: &Expr| choices.iter().any(|&choice| node.symbol_classes() & choice.symbol_classes() != 0);
    let known = &mut session.extension::<WithoutChoice>().0;
    let mut seen: FxHashSet<u64> = FxHashSet::default();
    let mut stack = vec![value];
    while let Some(node) = stack.pop() {
        let Kind::Normal(head, args) = node.kind() else {
            if choices.contains(&node) {
                return true;
            }
            continue;
        };
        if may_hold(node) && known.get(&node.id()).is_none() && seen.insert(node.id()) {
            stack.push(head);
            stack.extend(args);
        }
    }
    seen.into_iter().for_each(|id| known.insert(id, ()));
    false
}

/// All levels are explicit: `f` of the scalars.
fn elements(session: &mut Session, f: &Expr, grids: &[Grid], places: &Places, shape: &[usize]) -> Result<Expr, Flow> {
    let Some(layouts) = layouts(grids, places, shape) else { return Ok(Expr::from(Sym::Failed)) };
    if let Some(packed) = machine(session, f, grids, &layouts)? {
        return Ok(packed);
    }
    let columns: Vec<_> = grids.iter().map(Grid::expressions).collect();
    let mut offsets: Vec<_> = layouts.iter().map(Layout::offsets).collect();
    let count = shape.iter().product();
    let mut values = Vec::with_capacity(count);
    for _ in 0..count {
        let corresponding: Vec<Expr> = columns
            .iter()
            .zip(&mut offsets)
            .filter_map(|(column, offsets)| offsets.next().map(|offset| column[offset].clone()))
            .collect();
        values.push(scalar(session, f, corresponding)?);
    }
    Ok(nest(values, shape))
}

/// How each array is read along the axes of the result.
fn layouts(grids: &[Grid], places: &Places, shape: &[usize]) -> Option<Vec<Layout>> {
    let mut layouts = Vec::with_capacity(grids.len());
    for (grid, places) in grids.iter().zip(&places.0) {
        let own = grid.layout().ok()?;
        let mut strides = vec![0; shape.len()];
        for (axis, &place) in places.iter().enumerate() {
            if own.shape()[axis] == shape[place] {
                strides[place] = own.strides()[axis];
            }
        }
        layouts.push(Layout::new(0, shape, &strides).ok()?);
    }
    Some(layouts)
}

/// Machine numbers under a function made of elementwise functions: the whole at once.
fn machine(session: &mut Session, f: &Expr, grids: &[Grid], layouts: &[Layout]) -> Eval {
    let packed = |grid: &Grid| matches!(&grid.elements, Elements::Machine(array) if array.is_real());
    let constant = |grid: &Grid| grid.levels.is_empty() && grid.expressions()[0].is_number();
    let large = layouts.first().is_some_and(|layout| layout.len() >= netform_expr::PACKING_THRESHOLD);
    if !large || !grids.iter().all(|grid| packed(grid) || constant(grid)) {
        return Ok(None);
    }
    let Trace { variables, body } = trace(session, f, grids.len())?;
    if !is_elementwise(session, &body, &variables)? || !bound::occurring(&body, &variables).contains(&true) {
        return Ok(None);
    }
    let mut whole = Vec::with_capacity(grids.len());
    for (grid, layout) in grids.iter().zip(layouts) {
        let extended =
            if constant(grid) { Some(grid.expressions()[0].clone()) } else { grid.through(layout.clone()).ok() };
        let Some(extended) = extended else { return Ok(None) };
        whole.push(extended);
    }
    let result = substitute(session, &body, &variables, &whole)?;
    Ok(Some(result).filter(|result| result.as_array().is_some_and(|array| array.shape() == layouts[0].shape())))
}

/// The length of the first level of the result, if every array that has it has it explicitly and
/// first.
fn first_level(grids: &[Grid], places: &Places) -> Option<usize> {
    let mut length = None;
    for (grid, places) in grids.iter().zip(&places.0) {
        if !places.contains(&0) {
            continue;
        }
        if places[0] != 0 {
            return None;
        }
        let own = *grid.levels.first()?;
        length = Some(length.map_or(own, |known: usize| if known == 1 { own } else { known }));
    }
    length
}

fn rows(session: &mut Session, f: &Expr, operands: &[Expr], places: &Places, length: usize) -> Result<Expr, Flow> {
    let inner = places.inner();
    let lists: Vec<_> =
        operands.iter().zip(&places.0).map(|(o, p)| p.first().is_some_and(|&p| p == 0).then(|| o.args())).collect();
    let mut values = Vec::with_capacity(length);
    for i in 0..length {
        let row: Vec<Expr> = operands
            .iter()
            .zip(&lists)
            .map(|(operand, list)| match list {
                Some(items) if items.len() == 1 => items[0].clone(),
                Some(items) => items[i].clone(),
                None => operand.clone(),
            })
            .collect();
        values.push(thread(session, f, &row, &inner)?);
    }
    Ok(Expr::list(values))
}

/// Some array is no list: the call stays, in canonical form, or becomes the plain function.
fn symbolic(
    session: &mut Session,
    f: &Expr,
    operands: &[Expr],
    places: &Places,
    dimensions: &[Dims],
    result: &[Expr],
) -> Result<Expr, Flow> {
    let Trace { variables, body } = trace(session, f, operands.len())?;
    if places.is_plain(dimensions, result) {
        let occurring = bound::occurring(&body, &variables);
        let covers = occurring.iter().zip(dimensions).any(|(&occurs, own)| occurs && own.len() == result.len());
        if covers && is_elementwise(session, &body, &variables)? {
            return substitute(session, &body, &variables, operands);
        }
    }
    let function = bound::close(&body, &Parameter::each(&variables), operands.len());
    let mut args = vec![function, dimension::list(operands)];
    if !places.is_natural() {
        args.push(places.to_list());
    }
    Ok(bound::settled(session, Expr::call(Sym::ArrayThread, args)))
}

/// A function evaluated on scalar variables.
pub(super) struct Trace {
    pub(super) variables: Vec<Expr>,
    pub(super) body: Expr,
}

/// Evaluates a scalar function on variables.
pub(super) fn trace(session: &mut Session, f: &Expr, count: usize) -> Result<Trace, Flow> {
    let variables: Vec<Expr> = (0..count).map(|_| bound::variable(session, &[])).collect();
    let body = scalar(session, f, variables.clone())?;
    Ok(Trace { variables, body })
}

/// Whether an expression in variables means the same on arrays in their places: every function of
/// a variable is Listable, and everything else is a scalar.
pub(super) fn is_elementwise(session: &mut Session, body: &Expr, variables: &[Expr]) -> Result<bool, Flow> {
    let mut varying: NodeSet = variables.iter().cloned().collect();
    let walk = postorder(
        body,
        |node| !variables.contains(node),
        |node| {
            let Kind::Normal(head, args) = node.kind() else { return Ok(()) };
            if varying.contains(node) || !(varying.contains(head) || args.iter().any(|arg| varying.contains(arg))) {
                return Ok(());
            }
            if !session.attributes_of(head).contains(Attributes::LISTABLE) {
                return Err(None);
            }
            for constant in args.iter().filter(|arg| !varying.contains(arg)) {
                if constant.is_list() || session.is_symbolic_array(constant).map_err(Some)? {
                    return Err(None);
                }
            }
            varying.insert(node.clone());
            Ok(())
        },
    );
    match walk {
        Ok(()) => Ok(true),
        Err(None) => Ok(false),
        Err(Some(flow)) => Err(flow),
    }
}

/// The value of a body with arrays in the places of its variables.
pub(super) fn substitute(
    session: &mut Session,
    body: &Expr,
    variables: &[Expr],
    values: &[Expr],
) -> Result<Expr, Flow> {
    let of: NodeMap<&Expr> = variables.iter().cloned().zip(values).collect();
    let replaced = map_bottom_up(body, |e| match of.get(&e) {
        Some(value) => (*value).clone(),
        None => e,
    });
    session.evaluate(&replaced)
}

/// The operands of a call and where they stand.
pub(super) fn aligned(session: &mut Session, call: &Expr) -> Result<Option<(Vec<Dims>, Places)>, Flow> {
    let Some(operands) = (call.len() >= 2).then(|| call.arg(1)).filter(Expr::is_list) else { return Ok(None) };
    let mut dimensions = Vec::with_capacity(operands.len());
    for operand in operands.args().iter() {
        dimensions.push(dimension::of(session, operand)?);
    }
    let ranks: Vec<usize> = dimensions.iter().map(|own| own.len()).collect();
    let places = match call.args().get(2) {
        None => Some(Places::natural(&ranks)),
        Some(stated) => Places::stated(stated, &ranks),
    };
    Ok(places.map(|places| (dimensions, places)))
}

fn shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let Some((dimensions, places)) = aligned(session, call)? else { return Ok(Shape::Unknown) };
    Ok(places.result(&dimensions).map_or(Shape::Unknown, Shape::Known))
}

/// One map. Arrays that do not stand at the leading levels are extended first.
fn lower(session: &mut Session, call: &Expr) -> Eval {
    let Some((dimensions, places)) = aligned(session, call)? else { return Ok(None) };
    let Ok(result) = places.result(&dimensions) else { return Ok(None) };
    let args = call.args();
    let operands = args[1].args();
    let mut parts = vec![args[0].clone()];
    for (operand, places) in operands.iter().zip(&places.0) {
        let natural = places.iter().copied().eq(0..places.len());
        parts.push(if natural { operand.clone() } else { lowering::broadcast(operand, places, &result) });
    }
    let Trace { variables, body } = trace(session, &args[0], operands.len())?;
    parts[0] = bound::close(&body, &Parameter::each(&variables), operands.len());
    Ok(Some(Expr::call(Sym::ProgramMap, parts)))
}
