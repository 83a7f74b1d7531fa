//! The primitives of programs. Each is explained by an index formula; axes count from 0,
//! positions that are data (`iota`, `gather`, `order`, `argmax`) count from 1 as in the language.

use std::fmt;
use std::sync::Arc;

use netform_array::ElementType;
use netform_expr::{Expr, Sym};
use smallvec::SmallVec;

use super::{Constant, Program, Type};
use crate::dim::{Dim, Dims};
use crate::text::text;

/// A primitive operation with its attributes. Operands are named in the order in which they stand.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// A value given by the caller for each run: data.
    Input {
        /// The name under which it is given.
        name: Arc<str>,
        /// Its type.
        value_type: Type,
    },
    /// A value given by the caller that training changes: an array of a net.
    Parameter {
        /// The name under which it is given.
        name: Arc<str>,
        /// Its type.
        value_type: Type,
    },
    /// A value known in advance.
    Constant(Constant),
    /// `r[i_0, i_1, ...] = i_axis + 1`, integers.
    Iota {
        /// The shape of the result.
        shape: Dims,
        /// The axis whose position is the value.
        axis: usize,
    },
    /// `r_k[i] = f_k(a[i], b[i], ...)` for scalar functions `f_k` and operands of one shape. Without
    /// operands the results are scalars.
    Map {
        /// One function for each result.
        functions: Vec<ScalarFunction>,
    },
    /// The sum of products of the operands over all labels that are not in the result.
    Contract(Contraction),
    /// Some axes vanish: their elements are combined to one.
    Reduce(Reduction),
    /// The same elements in row-major order under another shape.
    Reshape {
        /// The shape of the result.
        shape: Dims,
    },
    /// Axis `k` of the result is axis `axes[k]` of the operand.
    Transpose {
        /// A permutation of all axes.
        axes: SmallVec<[usize; 4]>,
    },
    /// Axis `k` of the operand is axis `axes[k]` of the result; size 1 extends; nothing changes
    /// along the other axes.
    Broadcast {
        /// The shape of the result.
        shape: Dims,
        /// Where the axes of the operand stand, in increasing order.
        axes: SmallVec<[usize; 4]>,
    },
    /// `r[i] = a[start + step i]` along each axis.
    Slice(Slicing),
    /// Operands `a` and a scalar `v`: `r[low + (interior + 1) i] = a[i]` along each axis, and `v`
    /// elsewhere. The adjoint of `slice`.
    Pad(Padding),
    /// The operands one after the other along an axis.
    Concatenate {
        /// The axis along which sizes add.
        axis: usize,
    },
    /// The order of elements along some axes is reversed.
    Reverse {
        /// The axes.
        axes: SmallVec<[usize; 4]>,
    },
    /// Operands `a` and integers `p`: `r[.., j.., ..] = a[.., p[j..] - 1, ..]`; the axis is replaced by all
    /// axes of `p`.
    Gather {
        /// The axis of `a` at which `p` points.
        axis: usize,
    },
    /// Operands `a`, integers `p` and `u`: the result is `a` with `u[.., j.., ..]` added at
    /// `[.., p[j..] - 1, ..]`. The adjoint of `gather`.
    ScatterAdd {
        /// The axis of `a` at which `p` points.
        axis: usize,
    },
    /// Sliding windows: at each given axis now stand the positions of windows, and the windows'
    /// own axes come last. Position `i`, offset `u` reads `stride i + dilation u`.
    Window(Windows),
    /// The adjoint of `window`: the last axes are windows, added where they overlap. An axis of
    /// `d` positions of windows of size `k` becomes `stride (d - 1) + dilation (k - 1) + 1` long.
    /// The sizes in the attribute must be those of the last axes.
    OverlapAdd(Windows),
    /// A recurrence. Operands: initial states, sequences, constants. Results: final states, then
    /// the outputs of all steps stacked along a new first axis.
    Scan(Box<Scan>),
    /// Operands `c`, `a`, `b` of one shape: `r[i] = a[i]` where `c[i]`, otherwise `b[i]`.
    Select,
    /// Positions that sort the operand along an axis in ascending order; ties by position.
    Order {
        /// The axis along which the operand is sorted.
        axis: usize,
    },
    /// Operands `a` and integers `n` of one shape: `r[i] = a[i]` as an integer. The program fails where it is no integer
    /// from 1 to `n[i]`.
    Index {
        /// What the elements are, for the message: "port Input of layer 2 (EmbeddingLayer)".
        label: Expr,
    },
    /// Random draws, determined by seed, label and position alone.
    Random {
        /// The name of the draw: a string, or a list that leads to it.
        label: Expr,
        /// How the elements are distributed.
        distribution: Distribution,
        /// The type of the result.
        value_type: Type,
    },
    /// The same numbers as elements of another type; reals become integers by truncation, truth
    /// values become 0 and 1.
    Convert {
        /// The type of the result's elements.
        element: ElementType,
    },
}

/// A scalar function of a `map`: an expression in which `Slot[k]` is an element of operand `k`,
/// counted from 1. It may mention symbols of dimensions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ScalarFunction {
    /// The expression.
    pub body: Expr,
    /// The type of its values.
    pub element: ElementType,
}

/// The name of an index in a [`Contraction`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(pub u16);

/// Letters, then letters with a number: `a` ... `z`, `a1` ...
impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = char::from(b'a' + (self.0 % 26) as u8);
        match self.0 / 26 {
            0 => write!(f, "{letter}"),
            turn => write!(f, "{letter}{turn}"),
        }
    }
}

/// The labels of a `contract`. A builder numbers them by first occurrence, so that contractions
/// that differ in names only are equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Contraction {
    /// The labels of the axes of each operand. A repeated label takes the diagonal.
    pub operands: Vec<SmallVec<[Label; 4]>>,
    /// The labels of the result, each once.
    pub result: SmallVec<[Label; 4]>,
}

/// How a `reduce` combines elements, in row-major order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReductionKind {
    /// The sum; 0 for no elements.
    Sum,
    /// The product; 1 for no elements.
    Product,
    /// The largest element; minus infinity for none.
    Max,
    /// The smallest element; infinity for none.
    Min,
    /// Whether all hold.
    And,
    /// Whether any holds.
    Or,
    /// The row-major position of the first largest element within the reduced axes, from 1.
    ArgMax,
    /// A number near the largest element that may be any: it is taken off before exponentials are
    /// formed, and no result may depend on it. The largest element of numbers if it is finite, 0
    /// otherwise and on symbols. Its derivative is 0.
    Shift,
}

/// Which of several equal largest or smallest elements receive the derivative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Ties {
    /// The first one.
    #[default]
    First,
    /// All, in equal parts.
    Shared,
}

/// The attributes of a `reduce`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reduction {
    /// How elements are combined.
    pub kind: ReductionKind,
    /// The axes that vanish, in increasing order.
    pub axes: SmallVec<[usize; 4]>,
    /// What the derivative of `max` and `min` does with ties.
    pub ties: Ties,
}

/// The attributes of a `slice`, one entry for each axis.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Slicing {
    /// The first position.
    pub start: Dims,
    /// The distance of neighbours, positive.
    pub step: SmallVec<[usize; 4]>,
    /// The number of elements.
    pub size: Dims,
}

/// The attributes of a `pad`, one entry for each axis.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Padding {
    /// The number of elements before the first.
    pub low: Dims,
    /// The number of elements after the last.
    pub high: Dims,
    /// The number of elements between neighbours.
    pub interior: SmallVec<[usize; 4]>,
}

/// The attributes of a `window` and an `overlap_add`, one entry for each axis that windows slide along.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Windows {
    /// The axes along which windows slide, each once.
    pub axes: SmallVec<[usize; 4]>,
    /// The sizes of windows.
    pub sizes: Dims,
    /// The distance of neighbouring windows, positive.
    pub strides: SmallVec<[usize; 4]>,
    /// The distance of neighbours within a window, positive.
    pub dilations: SmallVec<[usize; 4]>,
}

/// In which order a `scan` goes through its sequences. Outputs stand where their inputs stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Direction {
    /// From the first element to the last.
    #[default]
    Forward,
    /// From the last element to the first.
    Backward,
}

/// A recurrence.
///
/// The body's inputs are the states, one element of each sequence, and the constants; its outputs
/// are the next states, then the outputs of the step. States keep their types.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scan {
    /// One step.
    pub body: Program,
    /// The number of carried states.
    pub states: usize,
    /// The number of sequences.
    pub sequences: usize,
    /// The number of steps: the first dimension of each sequence.
    pub length: Dim,
    /// The order of steps.
    pub direction: Direction,
}

/// The distribution of random elements.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Distribution {
    /// What kind of distribution it is.
    pub family: Family,
    /// Its parameters, which hold no variables.
    pub parameters: Vec<Expr>,
}

/// The kinds of distributions that are drawn from; all others are functions of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// Uniform on `0 <= x < 1`.
    Uniform,
    /// Normal with mean 0 and standard deviation 1.
    Normal,
    /// 1 with probability p, and 0 otherwise.
    Bernoulli,
    /// Of density `x^(k - 1) Exp[-x]/Gamma[k]`.
    Gamma,
    /// The number of events of which m are expected.
    Poisson,
    /// The number of successes with probability p in n trials.
    Binomial,
    /// The number of failures before n successes with probability p.
    NegativeBinomial,
}

impl Family {
    /// The heads of the distributions, and the numbers of parameters.
    pub const ALL: &'static [(Sym, Family, usize)] = &[
        (Sym::UniformDistribution, Family::Uniform, 0),
        (Sym::NormalDistribution, Family::Normal, 0),
        (Sym::BernoulliDistribution, Family::Bernoulli, 1),
        (Sym::GammaDistribution, Family::Gamma, 1),
        (Sym::PoissonDistribution, Family::Poisson, 1),
        (Sym::BinomialDistribution, Family::Binomial, 2),
        (Sym::NegativeBinomialDistribution, Family::NegativeBinomial, 2),
    ];

    /// Whether the elements are integers.
    pub fn is_discrete(self) -> bool {
        !matches!(self, Family::Uniform | Family::Normal | Family::Gamma)
    }
}

impl Distribution {
    /// What a call such as `BernoulliDistribution[p]`, or `NormalDistribution` by itself, stands for.
    pub fn from_expr(e: &Expr) -> Option<Distribution> {
        let (head, parameters) =
            if e.is_normal() { (e.head_sym()?, e.args().into_owned()) } else { (e.sym()?, vec![]) };
        let (_, family, count) = Family::ALL.iter().find(|(symbol, _, _)| *symbol == head)?;
        (parameters.len() == *count).then_some(Distribution { family: *family, parameters })
    }
}

impl fmt::Display for Distribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.family)?;
        self.parameters.iter().try_for_each(|parameter| write!(f, " {}", text(parameter)))
    }
}

impl Operation {
    /// The name of the primitive.
    pub fn name(&self) -> &'static str {
        match self {
            Operation::Input { .. } => "input",
            Operation::Parameter { .. } => "parameter",
            Operation::Constant(_) => "constant",
            Operation::Iota { .. } => "iota",
            Operation::Map { .. } => "map",
            Operation::Contract(_) => "contract",
            Operation::Reduce(_) => "reduce",
            Operation::Reshape { .. } => "reshape",
            Operation::Transpose { .. } => "transpose",
            Operation::Broadcast { .. } => "broadcast",
            Operation::Slice(_) => "slice",
            Operation::Pad(_) => "pad",
            Operation::Concatenate { .. } => "concatenate",
            Operation::Reverse { .. } => "reverse",
            Operation::Gather { .. } => "gather",
            Operation::ScatterAdd { .. } => "scatter_add",
            Operation::Window(_) => "window",
            Operation::OverlapAdd(_) => "overlap_add",
            Operation::Scan(_) => "scan",
            Operation::Select => "select",
            Operation::Order { .. } => "order",
            Operation::Index { .. } => "index",
            Operation::Random { .. } => "random",
            Operation::Convert { .. } => "convert",
        }
    }
}

impl Contraction {
    /// The same contraction with labels numbered by first occurrence.
    pub fn renumbered(&self) -> Contraction {
        let mut seen: Vec<Label> = Vec::new();
        let mut number = |label: &Label| {
            let position = seen.iter().position(|other| other == label).unwrap_or_else(|| {
                seen.push(*label);
                seen.len() - 1
            });
            Label(position as u16)
        };
        let operands = self.operands.iter().map(|labels| labels.iter().map(&mut number).collect()).collect();
        Contraction { operands, result: self.result.iter().map(&mut number).collect() }
    }
}

impl Reduction {
    /// The same reduction; the tie rule is that of `First` where it has no influence.
    pub fn without_idle_ties(self) -> Reduction {
        match self.kind {
            ReductionKind::Max | ReductionKind::Min => self,
            _ => Reduction { ties: Ties::First, ..self },
        }
    }
}

impl ReductionKind {
    /// The name in printed programs.
    pub fn name(self) -> &'static str {
        match self {
            ReductionKind::Sum => "sum",
            ReductionKind::Product => "product",
            ReductionKind::Max => "max",
            ReductionKind::Min => "min",
            ReductionKind::And => "and",
            ReductionKind::Or => "or",
            ReductionKind::ArgMax => "argmax",
            ReductionKind::Shift => "shift",
        }
    }
}
