//! From array expressions to programs.
//!
//! Calls are rewritten by the records of their functions until only heads of primitives are left.
//! In calls of primitives levels and positions count from 1, negative levels from the end:
//!
//! | call | meaning |
//! |---|---|
//! | ``Program`Map[f, a, ...]`` | scalar function of elements; leading levels are aligned, size 1 extends |
//! | ``Program`Contract[{a, ...}, {ia, ...} -> io]`` | sum of products over labels |
//! | ``Program`Reduce[kind, a, levels, ties]`` | kind is `Plus`, `Times`, `Max`, `Min`, `And`, `Or`, `ArgMax`, ``Program`Shift``; ties `First` or `All` |
//! | ``Program`Reshape[a, dims]`` | the same elements in another shape |
//! | ``Program`Transpose[a, p]`` | level k of `a` becomes level `p[[k]]` of the result |
//! | ``Program`Broadcast[a, dims, p]`` | the same in a result with the dimensions `dims`, `p` increasing |
//! | ``Program`Slice[a, starts, sizes, steps]`` | parts of the leading levels |
//! | ``Program`Pad[a, v, low, high, interior]`` | surrounds and spreads the leading levels by `v` |
//! | ``Program`Concatenate[level, a, ...]`` | joins |
//! | ``Program`Reverse[a, levels]`` | reverses |
//! | ``Program`Gather[a, i, level]`` | the elements at positions |
//! | ``Program`ScatterAdd[a, i, u, level]`` | adds `u` at positions |
//! | ``Program`Window[a, sizes, strides, dilations, levels]`` | sliding windows |
//! | ``Program`OverlapAdd[a, strides, dilations, levels]`` | its adjoint |
//! | ``Program`Scan[f, {s, ...}, {x, ...}, n, Reverse]`` | recurrence; `f[s, ..., x, ...]` is `{{s', ...}, {y, ...}}`; gives `{{finals}, {outputs}}`; `n` may be `Automatic`; `Reverse` goes backward |
//! | ``Program`Select[c, a, b]`` | `a` where `c`, otherwise `b` |
//! | ``Program`Order[a, level]`` | positions that sort |
//! | ``Program`Random[label, d, dims]`` | draws; `d` is `UniformDistribution` (on 0 to 1), `NormalDistribution`, or a distribution of [`Family::ALL`](crate::Family) |
//! | ``Program`Iota[dims, level]`` | positions along a level |
//! | ``Program`Convert[a, d]`` | `d` is `Booleans`, `Integers` or `Reals` |
//! | ``Program`Index[a, n, label]`` | the elements as integers from 1 to `n`, or to those of a list along the last level |
//! | ``Program`Item[a, i, ...]`` | a part of a list or array |

mod attributes;
mod elementwise;
mod error;
mod frame;
mod function;
mod literal;
mod primitives;
mod scan;
mod table;

use std::cell::RefCell;
use std::convert::Infallible;
use std::sync::Arc;

use netform_array::ElementType;
use netform_expr::{Expr, Kind, NodeMap, NodeSet, Sym, postorder};

use crate::program::{Program, Type, ValueId};

pub use error::LowerError;
pub use table::{LoweringRule, LoweringTable, Stopped};

use frame::{Frame, Lowered, NESTING_LIMIT};
use scan::OpenScan;

/// A leaf of expressions that is given to the program from outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// What stands for it in expressions.
    pub leaf: Expr,
    /// The name of the input.
    pub name: Arc<str>,
    /// Whether it is data or belongs to a net.
    pub source: Source,
    /// Its type.
    pub value_type: Type,
}

/// Where a leaf of expressions comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Data, given for each run.
    Input,
    /// An array of a net, changed by training.
    Parameter,
}

/// Brings named expressions into one program.
///
/// `bindings` are the leaves that are given from outside; they become the program's inputs, in
/// order. Numbers, lists of numbers and constants of the table need none. Real numbers are
/// elements of type `real`, [`ElementType::F64`] or [`ElementType::F32`].
///
/// Work and memory are linear in the number of distinct nodes, and depth is not limited.
///
/// # Errors
/// [`LowerError`] with the part that is to blame.
pub fn lower(
    outputs: &[(Arc<str>, Expr)],
    bindings: &[Binding],
    real: ElementType,
    table: &mut dyn LoweringTable,
) -> Result<Program, LowerError> {
    lower_in_steps(&[], outputs, bindings, real, table)
}

/// As [`lower`], after `steps`: leaves with the expressions that they stand for, in which leaves of
/// bindings and of earlier steps may occur. What stands behind a leaf is lowered as it is, however
/// evaluation would have joined it with what stands around.
///
/// # Errors
/// [`LowerError`] with the part that is to blame.
pub fn lower_in_steps(
    steps: &[(Expr, Expr)],
    outputs: &[(Arc<str>, Expr)],
    bindings: &[Binding],
    real: ElementType,
    table: &mut dyn LoweringTable,
) -> Result<Program, LowerError> {
    let mut frame = Frame::new(None, 0);
    let mut sizes = NodeSet::default();
    for binding in bindings {
        sizes.extend(binding.value_type.shape.iter().flat_map(|dim| dim.symbols()));
        let (name, value_type) = (&binding.name, binding.value_type.clone());
        let value = match binding.source {
            Source::Input => frame.builder.input(name, value_type),
            Source::Parameter => frame.builder.parameter(name, value_type),
        };
        frame.variables.insert(binding.leaf.clone(), value.map_err(LowerError::build(&binding.leaf))?);
    }
    let mut lowerer =
        Lowerer { table, frames: vec![frame], tasks: vec![], real, sizes, variables: 0, drawing: NodeMap::default() };
    for (leaf, expression) in steps {
        let expression = &lowerer.stable(expression)?;
        lowerer.run(Task::Visit { frame: 0, node: expression.clone(), rewrites: 0 })?;
        let value = lowerer.value_of(0, expression)?;
        lowerer.frames[0].variables.insert(leaf.clone(), value);
    }
    for (name, expression) in outputs {
        let expression = &lowerer.stable(expression)?;
        lowerer.run(Task::Visit { frame: 0, node: expression.clone(), rewrites: 0 })?;
        let value = lowerer.value_of(0, expression)?;
        lowerer.frames[0].builder.output(name, value).map_err(LowerError::build(expression))?;
    }
    Ok(lowerer.frames.swap_remove(0).builder.finish())
}

/// How often one call may be rewritten.
const REWRITE_LIMIT: usize = 256;

/// One step of the work, of which the latest is done first.
enum Task {
    /// Lowers a node, which is the result of so many rewritings.
    Visit { frame: usize, node: Expr, rewrites: usize },
    /// Lowers a node whose operands are lowered.
    Build { frame: usize, node: Expr },
    /// Takes what another node was lowered to.
    Alias { frame: usize, node: Expr, other: Expr },
    /// Takes what the node was lowered to in the enclosing frame.
    Capture { frame: usize, parent: usize, node: Expr },
    /// Opens the body of a scan whose operands are lowered.
    OpenScan { frame: usize, node: Expr },
    /// Ends the body of a scan.
    CloseScan(Box<OpenScan>),
}

struct Lowerer<'a> {
    table: &'a mut dyn LoweringTable,
    /// The whole program, and the bodies that have been opened.
    frames: Vec<Frame>,
    tasks: Vec<Task>,
    real: ElementType,
    /// The symbols of dimensions.
    sizes: NodeSet,
    /// The number of variables made so far.
    variables: usize,
    /// In which expressions random numbers are drawn.
    drawing: NodeMap<bool>,
}

impl Lowerer<'_> {
    fn run(&mut self, task: Task) -> Result<(), LowerError> {
        self.tasks.push(task);
        while let Some(task) = self.tasks.pop() {
            match task {
                Task::Visit { frame, node, rewrites } => self.visit(frame, node, rewrites)?,
                Task::Build { frame, node } => {
                    let lowered = self.build(frame, &node)?;
                    self.finish(frame, node, lowered);
                }
                Task::Alias { frame, node, other } => {
                    let lowered = self.lowered(frame, &other)?;
                    self.finish(frame, node, lowered);
                }
                Task::Capture { frame, parent, node } => {
                    let lowered = self.lowered(parent, &node)?;
                    // A frame is made after the one that encloses it.
                    let (outer, inner) = self.frames.split_at_mut(frame);
                    let captured = inner[0].capture(&outer[parent].builder, &lowered);
                    self.finish(frame, node.clone(), captured.map_err(LowerError::build(&node))?);
                }
                Task::OpenScan { frame, node } => self.open_scan(frame, node)?,
                Task::CloseScan(scan) => self.close_scan(*scan)?,
            }
        }
        Ok(())
    }

    fn finish(&mut self, frame: usize, node: Expr, lowered: Lowered) {
        self.frames[frame].pending.remove(&node);
        self.frames[frame].known.insert(node, lowered);
    }

    fn lowered(&self, frame: usize, node: &Expr) -> Result<Lowered, LowerError> {
        self.frames[frame].known.get(node).cloned().ok_or_else(|| LowerError::NoLowering(node.clone()))
    }

    /// The value that a lowered node is, made an array where it is a list or a number.
    fn value_of(&mut self, frame: usize, node: &Expr) -> Result<ValueId, LowerError> {
        let lowered = self.lowered(frame, node)?;
        self.array(frame, node, &lowered)
    }

    fn type_of(&self, frame: usize, value: ValueId) -> &Type {
        self.frames[frame].builder.type_of(value)
    }

    fn visit(&mut self, frame: usize, node: Expr, rewrites: usize) -> Result<(), LowerError> {
        let here = &mut self.frames[frame];
        if here.known.contains_key(&node) {
            return Ok(());
        }
        if let Some(&value) = here.variables.get(&node) {
            here.known.insert(node, Lowered::Value(value));
            return Ok(());
        }
        if rewrites > REWRITE_LIMIT || !here.pending.insert(node.clone()) {
            return Err(LowerError::Endless(node));
        }
        if let Some(parent) = here.parent
            && !here.depends_on_variables(&node)
            && !self.draws(&node)
        {
            self.tasks.push(Task::Capture { frame, parent, node: node.clone() });
            self.tasks.push(Task::Visit { frame: parent, node, rewrites });
            return Ok(());
        }
        if let Some(literal) = self.literal(frame, &node)? {
            self.finish(frame, node, literal);
            return Ok(());
        }
        let Kind::Normal(head, args) = node.kind() else { return Err(LowerError::Unbound(node)) };
        if let Some(operands) = primitives::operands(&node)? {
            let build = Task::Build { frame, node: node.clone() };
            let scan = Task::OpenScan { frame, node: node.clone() };
            self.tasks.push(if node.has_head(Sym::ProgramScan) { scan } else { build });
            let captured = self.captured_parts(frame, &node);
            self.visit_all(frame, operands.into_iter().chain(captured));
            return Ok(());
        }
        match self.table.rule(head) {
            Some(LoweringRule::Elementwise) => {
                let whole = self.table.rewrite(&node).map_err(|Stopped| LowerError::Stopped)?;
                if let Some(other) = whole.filter(|other| *other != node) {
                    self.tasks.push(Task::Alias { frame, node, other: other.clone() });
                    self.tasks.push(Task::Visit { frame, node: other, rewrites: rewrites + 1 });
                    return Ok(());
                }
                self.tasks.push(Task::Build { frame, node: node.clone() });
                self.visit_all(frame, args.iter().cloned());
                Ok(())
            }
            Some(LoweringRule::Scalar(lists)) => {
                self.tasks.push(Task::Build { frame, node: node.clone() });
                self.visit_all(frame, elementwise::scalar_function(&node, lists).1.into_iter());
                Ok(())
            }
            Some(LoweringRule::Rewrite | LoweringRule::Draw) => {
                let rewritten = self.table.rewrite(&node).map_err(|Stopped| LowerError::Stopped)?;
                let Some(other) = rewritten.filter(|other| *other != node) else {
                    return Err(LowerError::NoLowering(node));
                };
                self.tasks.push(Task::Alias { frame, node: node.clone(), other: other.clone() });
                self.tasks.push(Task::Visit { frame, node: other, rewrites: rewrites + 1 });
                Ok(())
            }
            None => Err(LowerError::NoLowering(node)),
        }
    }

    fn stable(&mut self, expression: &Expr) -> Result<Expr, LowerError> {
        self.table.stable(expression).map_err(|Stopped| LowerError::Stopped)
    }

    /// Whether an expression has other values at each step of a recurrence, though no variable occurs in it.
    fn draws(&mut self, expression: &Expr) -> bool {
        let drawing = RefCell::new(&mut self.drawing);
        let table = &mut self.table;
        let walk = postorder::<Infallible>(
            expression,
            |node| !drawing.borrow().contains_key(node),
            |node| {
                let mut drawing = drawing.borrow_mut();
                if let Kind::Normal(head, args) = node.kind()
                    && !drawing.contains_key(node)
                {
                    let found = args.iter().chain([head]).any(|part| drawing.get(part).copied().unwrap_or(false))
                        || head.is(Sym::ProgramRandom)
                        || table.rule(head) == Some(LoweringRule::Draw);
                    drawing.insert(node.clone(), found);
                }
                Ok(())
            },
        );
        let Ok(()) = walk;
        self.drawing.get(expression).copied().unwrap_or(false)
    }

    /// Visits operands so that the first is lowered first.
    fn visit_all(&mut self, frame: usize, nodes: impl DoubleEndedIterator<Item = Expr>) {
        self.tasks.extend(nodes.rev().map(|node| Task::Visit { frame, node, rewrites: 0 }));
    }

    fn build(&mut self, frame: usize, node: &Expr) -> Result<Lowered, LowerError> {
        if node.is_list() {
            let items: Result<Vec<Lowered>, _> = node.args().iter().map(|item| self.lowered(frame, item)).collect();
            let list = Lowered::List(items?.into());
            return if list.depth() > NESTING_LIMIT {
                Err(LowerError::form(node, "lists nest too deep"))
            } else {
                Ok(list)
            };
        }
        match node.head_sym() {
            Some(head) if primitives::is_primitive(head) => self.primitive(frame, head, node),
            _ => self.elementwise(frame, node),
        }
    }
}
