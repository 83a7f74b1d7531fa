//! `ArrayContract`: sums of products over labelled levels.

use netform_array::{Array, Layout};
use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym};

use super::bound;
use super::contraction::Contraction;
use super::differentials::is_still;
use super::dimension::{self, Dims, differ, integer};
use super::grid::{Elements, Grid, nest};
use super::linear::CONTRACTION;
use super::messages::MESSAGES;
use crate::arithmetic;

pub(super) const ARRAY_CONTRACT: Function = Function {
    name: "ArrayContract",
    usage: "ArrayContract[{a, b, ...}, {la, lb, ...} -> l] multiplies elements of the arrays, whose levels carry the \
            labels la, lb, ..., and adds the products over all labels that are not in l. A label that several arrays and \
            the result have is a batch label; one that an array has twice takes its diagonal.",
    evaluate: Some(evaluate),
    arguments: Some((2, 2)),
    arrays: ArrayPositions::None,
    quantities: ArrayPositions::At(&[1]),
    shape: ShapeRule::Rule(shape),
    derivative: Derivative::Differential(differential),
    linear: CONTRACTION,
    lowering: Lowering::Rewrite(lower),
    messages: MESSAGES,
    examples: &[
        ("ArrayContract[{{{a, b}, {c, d}}, {x, y}}, {{\"i\", \"j\"}, {\"j\"}} -> {\"i\"}]", "{a x + b y, c x + d y}"),
        ("ArrayContract[{{{a, b}, {c, d}}}, {{1, 1}} -> {}]", "a + d"),
        ("ArrayContract[{{a, b}, {x, y}}, {{1}, {2}} -> {2, 1}]", "{{a x, b x}, {a y, b y}}"),
        (
            "ArrayContract[{MatrixSymbol[\"m\", {2, 3}], VectorSymbol[\"v\", 3]}, {{i, j}, {j}} -> {i}] === \
             MatrixSymbol[\"m\", {2, 3}] . VectorSymbol[\"v\", 3]",
            "True",
        ),
    ],
    ..Function::NEW
};

/// Labels numbered by their first occurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Labels {
    operands: Vec<Vec<usize>>,
    result: Vec<usize>,
}

impl Labels {
    fn stated(rule: &Expr, ranks: &[usize]) -> Option<Labels> {
        let sides = rule.args_of(Sym::Rule)?;
        let (left, right) = (sides[0].args_of(Sym::List)?, sides[1].args_of(Sym::List)?);
        if left.len() != ranks.len() {
            return None;
        }
        let mut names: Vec<Expr> = Vec::new();
        let mut operands = Vec::with_capacity(left.len());
        for (labels, &rank) in left.iter().zip(ranks) {
            let labels = labels.args_of(Sym::List).filter(|labels| labels.len() == rank)?;
            let number = |label: &Expr| {
                names.iter().position(|name| name == label).unwrap_or_else(|| {
                    names.push(label.clone());
                    names.len() - 1
                })
            };
            operands.push(labels.iter().map(number).collect());
        }
        let result: Vec<usize> =
            right.iter().map(|label| names.iter().position(|name| name == label)).collect::<Option<_>>()?;
        let distinct = result.iter().enumerate().all(|(i, label)| !result[..i].contains(label));
        distinct.then_some(Labels { operands, result })
    }

    fn count(&self) -> usize {
        self.operands.iter().flatten().max().map_or(0, |label| label + 1)
    }

    /// The size of each label, or a label that has two.
    fn sizes(&self, dimensions: &[Dims]) -> Result<Vec<Expr>, (usize, Expr, Expr)> {
        let mut sizes: Vec<Option<Expr>> = vec![None; self.count()];
        for (labels, own) in self.operands.iter().zip(dimensions) {
            for (&label, size) in labels.iter().zip(own) {
                match &sizes[label] {
                    Some(known) if differ(known, size) => return Err((label, known.clone(), size.clone())),
                    Some(known) if known.as_i64().is_some() => {}
                    _ => sizes[label] = Some(size.clone()),
                }
            }
        }
        Ok(sizes.into_iter().flatten().collect())
    }

    fn rule(&self) -> Expr {
        let list = |labels: &[usize]| Expr::list(labels.iter().map(|&label| integer(label + 1)));
        Expr::rule(Expr::list(self.operands.iter().map(|labels| list(labels))), list(&self.result))
    }

    /// The numbering by first occurrence, after labels have vanished.
    fn renumbered(mut self) -> Labels {
        let mut order: Vec<usize> = Vec::new();
        for &label in self.operands.iter().flatten() {
            if !order.contains(&label) {
                order.push(label);
            }
        }
        let place = |label: &mut usize| *label = order.iter().position(|l| l == label).unwrap_or(0);
        self.operands.iter_mut().flatten().for_each(place);
        self.result.iter_mut().for_each(place);
        self
    }

    fn is_summed(&self, label: usize) -> bool {
        !self.result.contains(&label)
    }
}

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(operands) = args[0].args_of(Sym::List) else {
        if !args[0].is_symbol() {
            session.message(Sym::ArrayContract, "arrs", &[args[0].clone()]);
        }
        return Ok(None);
    };
    let mut dimensions = Vec::with_capacity(operands.len());
    for operand in operands.iter() {
        let Some(grid) = Grid::of(session, operand)? else {
            session.message(Sym::ArrayContract, "rect", std::slice::from_ref(operand));
            return Ok(None);
        };
        dimensions.push(grid.dimensions());
    }
    let ranks: Vec<usize> = dimensions.iter().map(|own| own.len()).collect();
    let Some(labels) = Labels::stated(&args[1], &ranks) else {
        session.message(Sym::ArrayContract, "labels", &[args[1].clone()]);
        return Ok(None);
    };
    if let Err((label, first, second)) = labels.sizes(&dimensions) {
        session.message(Sym::ArrayContract, "label", &[integer(label + 1), first, second]);
        return Ok(None);
    }
    let result = contract(session, &operands, labels, false)?;
    Ok(Some(result).filter(|result| result != call))
}

/// The contraction of arrays whose levels have these labels, in the plainest words that are equal for
/// real numbers: sums are taken in any order. What a user writes keeps the order of its sums, so that
/// it is the same expression on array symbols and on their components.
pub(crate) fn contract_freely(
    session: &mut Session,
    arrays: &[Expr],
    of_arrays: &[Vec<usize>],
    result: &[usize],
) -> Result<Expr, Flow> {
    let labels = Labels { operands: of_arrays.to_vec(), result: result.to_vec() }.renumbered();
    contract(session, arrays, labels, true)
}

fn contract(session: &mut Session, operands: &[Expr], labels: Labels, freely: bool) -> Result<Expr, Flow> {
    session.tick()?;
    let mut grids = Vec::with_capacity(operands.len());
    for operand in operands {
        match Grid::of(session, operand)? {
            Some(grid) => grids.push(grid),
            None => return symbolic(session, operands, labels, freely),
        }
    }
    if grids.iter().all(Grid::is_explicit) {
        return elements(session, &grids, &labels);
    }
    if let Some(label) = unrollable(&grids, &labels) {
        return unroll(session, operands, &labels, label, freely);
    }
    symbolic(session, operands, labels, freely)
}

/// A label that every array which has it has once, explicitly and first; and, if it is kept, the
/// result has first.
fn unrollable(grids: &[Grid], labels: &Labels) -> Option<usize> {
    let fits = |label: usize| {
        let everywhere =
            grids.iter().zip(&labels.operands).all(|(grid, own)| match own.iter().filter(|&&l| l == label).count() {
                0 => true,
                1 => own[0] == label && !grid.levels.is_empty(),
                _ => false,
            });
        everywhere && (labels.is_summed(label) || labels.result[0] == label)
    };
    (0..labels.count()).find(|&label| fits(label))
}

fn unroll(session: &mut Session, operands: &[Expr], labels: &Labels, label: usize, freely: bool) -> Result<Expr, Flow> {
    let rows: Vec<_> =
        operands.iter().zip(&labels.operands).map(|(o, own)| own.contains(&label).then(|| o.args())).collect();
    let length = rows.iter().flatten().map(|row| row.len()).next().unwrap_or(0);
    let without = |own: &Vec<usize>| own.iter().copied().filter(|&l| l != label).collect::<Vec<_>>();
    let inner = Labels { operands: labels.operands.iter().map(without).collect(), result: without(&labels.result) }
        .renumbered();
    let mut values = Vec::with_capacity(length);
    for i in 0..length {
        let parts: Vec<Expr> = operands
            .iter()
            .zip(&rows)
            .map(|(operand, row)| row.as_ref().map_or(operand, |row| &row[i]).clone())
            .collect();
        values.push(contract(session, &parts, inner.clone(), freely)?);
    }
    if labels.is_summed(label) { arithmetic::sum(session, values) } else { Ok(Expr::list(values)) }
}

/// The offsets of each operand over the result's labels and the summed labels.
fn layouts(grids: &[Grid], labels: &Labels) -> Option<(Vec<Layout>, Vec<usize>, usize)> {
    let mut sizes = vec![0; labels.count()];
    for (grid, own) in grids.iter().zip(&labels.operands) {
        own.iter().zip(&grid.levels).for_each(|(&label, &size)| sizes[label] = size);
    }
    let summed: Vec<usize> = (0..labels.count()).filter(|&label| labels.is_summed(label)).collect();
    let order: Vec<usize> = labels.result.iter().chain(&summed).copied().collect();
    let shape: Vec<usize> = order.iter().map(|&label| sizes[label]).collect();
    let mut layouts = Vec::with_capacity(grids.len());
    for (grid, own) in grids.iter().zip(&labels.operands) {
        let natural = grid.layout().ok()?;
        let mut strides = vec![0; shape.len()];
        for (axis, label) in own.iter().enumerate() {
            let place = order.iter().position(|l| l == label)?;
            strides[place] += natural.strides()[axis];
        }
        layouts.push(Layout::new(0, &shape, &strides).ok()?);
    }
    let kept = labels.result.iter().map(|&label| sizes[label]).collect();
    Some((layouts, kept, summed.iter().map(|&label| sizes[label]).product()))
}

fn elements(session: &mut Session, grids: &[Grid], labels: &Labels) -> Result<Expr, Flow> {
    let Some((layouts, kept, terms)) = layouts(grids, labels) else { return Ok(Sym::Failed.into()) };
    if let Some(packed) = machine(grids, &layouts, &kept, terms) {
        return Ok(packed);
    }
    let columns: Vec<_> = grids.iter().map(Grid::expressions).collect();
    let mut offsets: Vec<_> = layouts.iter().map(Layout::offsets).collect();
    let count = kept.iter().product();
    let mut values = Vec::with_capacity(count);
    for _ in 0..count {
        session.tick()?;
        let mut products = Vec::with_capacity(terms);
        for _ in 0..terms {
            let factors =
                columns.iter().zip(&mut offsets).filter_map(|(c, o)| o.next().map(|offset| c[offset].clone()));
            let factors: Vec<Expr> = factors.collect();
            products.push(arithmetic::product(session, factors)?);
        }
        values.push(arithmetic::sum(session, products)?);
    }
    Ok(nest(values, &kept))
}

fn machine(grids: &[Grid], layouts: &[Layout], kept: &[usize], terms: usize) -> Option<Expr> {
    let mut columns = Vec::with_capacity(grids.len());
    for grid in grids {
        let Elements::Machine(array) = &grid.elements else { return None };
        columns.push(array.as_f64()?);
    }
    if terms == 0 || columns.is_empty() {
        return None;
    }
    let mut offsets: Vec<_> = layouts.iter().map(Layout::offsets).collect();
    let count = kept.iter().product();
    let mut values = Vec::with_capacity(count);
    for _ in 0..count {
        let mut total = 0.0;
        for _ in 0..terms {
            total += columns
                .iter()
                .zip(&mut offsets)
                .map(|(c, o)| o.next().map_or(0.0, |offset| c[offset]))
                .product::<f64>();
        }
        if !total.is_finite() {
            return None;
        }
        values.push(total);
    }
    Array::from_f64(kept, values).ok().map(Expr::array)
}

/// The call with numbered labels, or the plainer functions that it is.
fn symbolic(session: &mut Session, operands: &[Expr], labels: Labels, freely: bool) -> Result<Expr, Flow> {
    let mut dimensions = Vec::with_capacity(operands.len());
    for operand in operands {
        dimensions.push(dimension::of(session, operand)?);
    }
    if let Ok(sizes) = labels.sizes(&dimensions) {
        let contraction = Contraction::new(operands, &labels.operands, &labels.result, &sizes, freely);
        if let Some(plainer) = contraction.plainer(session)? {
            return Ok(plainer);
        }
    }
    if let Some(explicit) = session.beside_lists(operands)? {
        return contract(session, &explicit, labels, freely);
    }
    let call = Expr::call(Sym::ArrayContract, [dimension::list(operands), labels.rule()]);
    Ok(bound::settled(session, call))
}

fn stated(session: &mut Session, call: &Expr) -> Result<Option<(Vec<Dims>, Labels)>, Flow> {
    let Some(operands) = (call.len() == 2).then(|| call.arg(0)).filter(Expr::is_list) else { return Ok(None) };
    let mut dimensions = Vec::with_capacity(operands.len());
    for operand in operands.args().iter() {
        dimensions.push(dimension::of(session, operand)?);
    }
    let ranks: Vec<usize> = dimensions.iter().map(|own| own.len()).collect();
    Ok(Labels::stated(&call.arg(1), &ranks).map(|labels| (dimensions, labels)))
}

fn shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let Some((dimensions, labels)) = stated(session, call)? else { return Ok(Shape::Unknown) };
    let Ok(sizes) = labels.sizes(&dimensions) else { return Ok(Shape::Unknown) };
    Ok(Shape::of(labels.result.iter().map(|&label| sizes[label].clone())))
}

/// The contraction with each array in turn replaced by its differential.
fn differential(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let args = call.args();
    let operands = args[0].args().into_owned();
    let mut terms = Vec::new();
    if differentials[0].is_list() {
        for (i, change) in differentials[0].args().iter().enumerate() {
            if is_still(change) {
                continue;
            }
            let mut changed = operands.clone();
            changed[i] = change.clone();
            terms.push(session.evaluate_call(Sym::ArrayContract, [Expr::list(changed), args[1].clone()])?);
        }
    }
    if terms.is_empty() {
        return shape(session, call).map(|shape| Some(Session::zeros(&shape)));
    }
    arithmetic::sum(session, terms).map(Some)
}

fn lower(session: &mut Session, call: &Expr) -> Eval {
    let Some((_, labels)) = stated(session, call)? else { return Ok(None) };
    let sides = labels.rule();
    Ok(Some(Expr::call(Sym::ProgramContract, [call.arg(0), sides])))
}
