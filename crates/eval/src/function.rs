//! The record of a built-in function: everything that the system knows about it, in one place.

use netform_expr::{Attributes, Expr};
use netform_kernels::Code;

use crate::{Eval, Flow, Intervals, Linear, Session, Shape};

/// A built-in function, constant or system variable.
///
/// Records are constants made by struct update from [`Function::NEW`]:
///
/// ```
/// use netform_eval::{Eval, Function, Session};
/// use netform_expr::{Attributes, Expr};
///
/// fn double(_: &mut Session, call: &Expr) -> Eval {
///     Ok(call.args().first().and_then(Expr::as_i64).and_then(|n| n.checked_mul(2)).map(Expr::integer))
/// }
///
/// const DOUBLE: Function = Function {
///     name: "Double",
///     usage: "Double[n] gives 2 n.",
///     attributes: Attributes::LISTABLE,
///     evaluate: Some(double),
///     ..Function::NEW
/// };
/// assert_eq!(DOUBLE.name, "Double");
/// ```
#[derive(Clone, Copy)]
pub struct Function {
    /// The name, in the context ``System` `` unless a context is given.
    pub name: &'static str,
    /// What `?name` says: one paragraph, the forms of the call first.
    pub usage: &'static str,
    /// The attributes; `Protected` is added for all.
    pub attributes: Attributes,
    /// The rule for calls `name[...]`, tried after the user's definitions; the arguments are
    /// evaluated as the attributes say.
    pub evaluate: Option<fn(&mut Session, &Expr) -> Eval>,
    /// For flat functions that are not associative on all arguments: whether a call of the function, which is the argument at a
    /// place of another one, stays a call there.
    pub nests: Option<fn(&mut Session, arguments: &[Expr], place: usize) -> Result<bool, Flow>>,
    /// The rule for calls `name[...][...]`: what an object does when it is applied.
    pub apply: Option<fn(&mut Session, &Expr) -> Eval>,
    /// What `Information[object]` and `Information[object, property]` give for objects with this
    /// head; the property is `None` for the first.
    pub information: Option<InformationRule>,
    /// What `Normal` makes of objects with this head.
    pub normal: Option<fn(&mut Session, &Expr) -> Eval>,
    /// What the parts of objects with this head are, where they are not those of the expression; see [`ObjectParts`].
    pub parts: Option<ObjectParts>,
    /// What `N` makes of objects with this head, whose parts it does not enter; the digits are `None` for machine numbers.
    pub numeric: Option<fn(&mut Session, &Expr, digits: Option<f64>) -> Eval>,
    /// The value of the symbol itself, for system variables.
    pub value: Option<fn(&mut Session) -> Eval>,
    /// The rule for assignments to the symbol or to calls of it, tried before any definition is
    /// made: what `Options[f] = ...` or `$RecursionLimit = ...` do.
    pub assign: Option<Assign>,
    /// How many arguments are allowed: minimum and maximum. Other numbers give `argx` and its kin.
    pub arguments: Option<(usize, usize)>,
    /// Which arguments are seen as arrays, never as expressions; see [`ArrayPositions`].
    pub arrays: ArrayPositions,
    /// The arguments whose numbers are quantities, where not those of `arrays`; see [`Function::is_quantity`].
    pub quantities: ArrayPositions,
    /// The rule for calls in which such an argument is an array but no explicit list.
    pub on_arrays: Option<fn(&mut Session, &Expr) -> Eval>,
    /// For constant arrays that are no lists: the list of the elements, where the dimensions are known.
    pub written_out: Option<fn(&Expr) -> Option<Expr>>,
    /// How the shape of a call follows from its arguments.
    pub shape: ShapeRule,
    /// The partial derivatives.
    pub derivative: Derivative,
    /// What is known of the function where it is linear in arguments.
    pub linear: Linear,
    /// The derivative that training uses where the other one is undefined, as at jumps: the same form
    /// as [`Derivative::Partial`], or empty where it is defined everywhere.
    pub gradient: &'static [&'static str],
    /// Code for machine reals.
    pub real: Option<RealCode>,
    /// The instruction of kernels that does the same for many machine reals at once.
    pub instruction: Option<Code>,
    /// The logarithm of a call, not evaluated, where taking that of its value would lose accuracy of machine numbers.
    pub logarithm: Option<fn(&mut Session, &Expr) -> Eval>,
    /// A call in terms of a function with better code for numbers, such as the exponential function for powers of `E`.
    pub better: Option<fn(&Expr) -> Option<Expr>>,
    /// How the function acts on intervals of real numbers.
    pub intervals: Intervals,
    /// A call of a function that is lowered by rewriting, not evaluated, in terms of functions by which intervals in the place of
    /// numbers give narrower bounds.
    pub narrow: Option<fn(&mut Session, &Expr) -> Eval>,
    /// For heads of sets of numbers such as `Interval`: the rule for calls of functions with a law for intervals in
    /// which such an object is an argument.
    pub in_calls: Option<fn(&mut Session, &Expr) -> Eval>,
    /// What the values are, for functions that act element by element.
    pub result: ResultType,
    /// How a call is brought into a program.
    pub lowering: Lowering,
    /// The name in other notations, such as `("TeX", "\\tanh")`.
    pub forms: &'static [(Form, &'static str)],
    /// Options with their defaults, as text in the language.
    pub options: &'static [(&'static str, &'static str)],
    /// Where the options follow from something else: the list of rules for the symbol, or for an object with this head.
    pub declared_options: Option<fn(&mut Session, &Expr) -> Expr>,
    /// Message texts by tag.
    pub messages: &'static [(&'static str, &'static str)],
    /// Examples: input and output form of the result. Every one of them is a test.
    pub examples: &'static [Example],
}

/// What `object[[...]]` means for an object, and assignments to it. Structural functions such as `Extract` and `ReplacePart`
/// see the expression all the same.
#[derive(Clone, Copy)]
pub struct ObjectParts {
    /// The part by some specifications, of which the first is not 0; `None` if the expression is no such object.
    pub part: fn(&mut Session, object: &Expr, specifications: &[Expr]) -> Eval,
    /// The object with another value in the place of that part; `None` if the expression is no such object.
    pub replaced: fn(&mut Session, object: &Expr, specifications: &[Expr], value: &Expr) -> Eval,
}

/// What an assignment does: it gets the left side as it is written and the right side, evaluated
/// if the assignment evaluates it; `None` removes. The answer tells whether it was done.
pub type Assign = fn(&mut Session, left: &Expr, right: Option<&Expr>) -> Result<bool, Flow>;

/// Tells about an object: all of it, or one property.
pub type InformationRule = fn(&mut Session, object: &Expr, property: Option<&Expr>) -> Eval;

/// An input and the output that it gives.
pub type Example = (&'static str, &'static str);

/// A notation that functions have names in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// TeX, as a command that stands before its arguments.
    Tex,
    /// C: the name of a function of the standard library; an operator; or an expression in which `#1`, `#2` ... stand
    /// for arguments and `@` before the names of such functions, with alternatives for more arguments after `|`.
    C,
    /// ONNX: the name of an operator; else the form of C is written with operators.
    Onnx,
}

/// Which arguments a function takes as arrays.
///
/// Where such an argument is array-valued but no explicit list, the ordinary rule is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArrayPositions {
    /// None: the function acts on expressions.
    None,
    /// All arguments.
    All,
    /// The arguments at these positions, counted from 1, negative ones from the end.
    At(&'static [i32]),
    /// The elements of the list at this position, counted from 1.
    In(usize),
}

/// How the shape of a call follows from its arguments.
#[derive(Clone, Copy)]
pub enum ShapeRule {
    /// Nothing is known of it.
    Unknown,
    /// A call is always a scalar.
    Scalar,
    /// The longest shape among the arguments: elementwise functions.
    Elementwise,
    /// Computed.
    Rule(fn(&mut Session, &Expr) -> Result<Shape, Flow>),
}

/// The partial derivatives of a function.
#[derive(Clone, Copy)]
pub enum Derivative {
    /// Not known: `D` gives `Derivative[...][f][...]`.
    Unknown,
    /// One text for each argument, in the language, with `#1`, `#2` ... for the arguments.
    Partial(&'static [&'static str]),
    /// Computed from the call and the position, counted from 1.
    Rule(fn(&mut Session, call: &Expr, position: usize) -> Eval),
    /// The differential of the whole call, from the differentials of the arguments: for functions
    /// of lists and arrays. The third argument differentiates any subexpression.
    Differential(fn(&mut Session, call: &Expr, differentials: &[Expr]) -> Eval),
    /// A rule for numbers, and the differential of a call with arrays among its arguments.
    RuleAndDifferential(
        fn(&mut Session, call: &Expr, position: usize) -> Eval,
        fn(&mut Session, call: &Expr, differentials: &[Expr]) -> Eval,
    ),
}

/// Code of a function for machine reals. A result that is not a number means that the general
/// path has to be taken. In programs truth values are 1 and 0, as arguments and as results; the
/// evaluator does not use code of functions whose results are truth values.
#[derive(Clone, Copy, Debug)]
pub enum RealCode {
    /// One argument.
    Unary(fn(f64) -> f64),
    /// Two arguments.
    Binary(fn(f64, f64) -> f64),
    /// Any number of arguments.
    Variadic(fn(&[f64]) -> f64),
}

/// What the values of a function of real numbers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultType {
    /// Reals, also for integer arguments.
    Real,
    /// Of the widest type among the arguments: sums, products, maxima, choices.
    Widest,
    /// Integers.
    Integer,
    /// `True` and `False`.
    Truth,
}

/// How a call is brought into a program.
#[derive(Clone, Copy)]
pub enum Lowering {
    /// It cannot be.
    None,
    /// Elementwise, by its code for scalars.
    Map,
    /// By its code for scalars; a call with arrays, which are compared as a whole, is rewritten, if that gives something.
    Whole(fn(&mut Session, &Expr) -> Eval),
    /// Elementwise, without code for scalars: on numbers a call is `rewrite`n into one over other
    /// functions and ``Program`Select``. Lists are notation, not arrays, in some arguments: `lists`
    /// gives their places, from 0, and how deep the lists nest there.
    Scalar {
        /// The call in terms of other functions.
        rewrite: fn(&mut Session, &Expr) -> Eval,
        /// Places of lists, and their depth.
        lists: &'static [(usize, usize)],
    },
    /// By rewriting the call into one over other functions and, in the end, the heads of the
    /// program's primitives.
    Rewrite(fn(&mut Session, &Expr) -> Eval),
    /// The same for calls that give others each time: within a recurrence, at each step.
    Draw(fn(&mut Session, &Expr) -> Eval),
}

impl Function {
    /// A record with nothing in it.
    pub const NEW: Function = Function {
        name: "",
        usage: "",
        attributes: Attributes::NONE,
        evaluate: None,
        nests: None,
        apply: None,
        information: None,
        normal: None,
        parts: None,
        numeric: None,
        value: None,
        assign: None,
        arguments: None,
        arrays: ArrayPositions::None,
        quantities: ArrayPositions::None,
        on_arrays: None,
        written_out: None,
        shape: ShapeRule::Unknown,
        derivative: Derivative::Unknown,
        linear: Linear::NEW,
        gradient: &[],
        real: None,
        instruction: None,
        logarithm: None,
        better: None,
        intervals: Intervals::UNKNOWN,
        narrow: None,
        in_calls: None,
        result: ResultType::Real,
        lowering: Lowering::None,
        forms: &[],
        options: &[],
        declared_options: None,
        messages: &[],
        examples: &[],
    };

    /// The name with its context.
    pub fn full_name(&self) -> String {
        if self.name.contains('`') { self.name.to_owned() } else { format!("System`{}", self.name) }
    }

    /// The name in another notation.
    pub fn form(&self, form: Form) -> Option<&'static str> {
        self.forms.iter().find(|(f, _)| *f == form).map(|(_, text)| *text)
    }
}

impl Function {
    /// Whether numbers in an argument of a call, counted from 0, are quantities, which `N` makes inexact; others are sizes,
    /// levels, positions and labels. An integer by itself among arrays is a size too.
    pub fn is_quantity(&self, call: &Expr, index: usize) -> bool {
        match (self.quantities, self.arrays) {
            _ if self.attributes.contains(Attributes::NUMERIC_FUNCTION) => true,
            (ArrayPositions::None, ArrayPositions::None) => true,
            (ArrayPositions::None, ArrayPositions::All) => call.arg(index).as_i64().is_none(),
            (ArrayPositions::None, arrays) => {
                arrays.contains(index, call.len()) || arrays == ArrayPositions::In(index + 1)
            }
            (ArrayPositions::All, _) => true,
            (positions, _) => positions.contains(index, call.len()) && call.arg(index).as_i64().is_none(),
        }
    }

    /// Whether calls with arrays are arrays whose dimensions no rule tells.
    pub(crate) fn rearranges(&self) -> bool {
        self.arrays != ArrayPositions::None && matches!(self.shape, ShapeRule::Unknown)
    }
}

impl ArrayPositions {
    /// Whether argument `index`, counted from 0, of a call with `count` arguments is among them.
    pub fn contains(self, index: usize, count: usize) -> bool {
        match self {
            ArrayPositions::None | ArrayPositions::In(_) => false,
            ArrayPositions::All => true,
            ArrayPositions::At(positions) => positions.iter().any(|&position| {
                let from_start =
                    if position > 0 { position as usize } else { (count as i32 + 1 + position).max(0) as usize };
                from_start == index + 1
            }),
        }
    }
}
