//! Symbolic expressions.

use std::fmt;
use std::str::FromStr;

use netform_expr::{Number, Sym};
use netform_syntax::{input_form, output_form, parse_expression, tex_form};

use crate::conversion::Arguments;
use crate::error::SyntaxError;
use crate::names::{forms, names};

/// A symbolic expression: a number, a string, a symbol, or `head[arguments...]`.
///
/// Everything in Netform is one: formulas, lists, rules, functions, nets. Structurally equal
/// expressions are the same node, so cloning, comparing and hashing cost O(1), however large the
/// expression is, and expressions may be sent to other threads.
///
/// Expressions are made by [`symbol`], [`call`], conversions from Rust values, parsing, and
/// operators. Nothing is evaluated by that: `&x + 0` is the call `Plus[x, 0]` until
/// [`Session::evaluate`](crate::Session::evaluate) makes `x` of it.
///
/// ```
/// use netform::prelude::*;
///
/// let x = symbol("x");
/// let e = call("Tanh", [2 * &x + 1]);
/// assert_eq!(e.to_string(), "Tanh[2*x + 1]");
/// assert_eq!(e, "Tanh[2 x + 1]".parse()?);
/// # Ok::<(), netform::Error>(())
/// ```
///
/// [`Display`](fmt::Display) is InputForm, which reads back as the same expression; `{:?}` is
/// FullForm. Rust values become expressions by `From`: integers, reals, truth values, strings,
/// `Vec`s and arrays (lists), tuples (lists of mixed items), and [`array::Array`](crate::array::Array)
/// for large ones, whose elements are not copied. Expressions become Rust values by `TryFrom`:
///
/// ```
/// use netform::prelude::*;
///
/// let matrix = Expr::from([[1.0, 2.0], [3.0, 4.0]]);
/// assert_eq!(matrix.to_string(), "{{1., 2.}, {3., 4.}}");
/// assert_eq!(Expr::from((1, "a", symbol("x"))).to_string(), "{1, \"a\", x}");
///
/// let rows: Vec<Vec<f64>> = matrix.try_into()?;
/// assert_eq!(rows[1], [3.0, 4.0]);
/// # Ok::<(), netform::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Expr(netform_expr::Expr);

/// The symbol of a name: of the language where it has that name, else the user's.
///
/// A name with a context, such as ``physics`x``, is taken as it is.
///
/// ```
/// use netform::symbol;
///
/// assert_eq!(format!("{:?}", symbol("Tanh")), "Tanh");
/// assert_eq!(symbol("x"), symbol("Global`x"));
/// ```
pub fn symbol(name: &str) -> Expr {
    let full_name = match name.strip_prefix('`') {
        Some(relative) => format!("Global`{relative}"),
        None if name.contains('`') => name.to_owned(),
        None if names().is_system(name) => format!("System`{name}"),
        None => format!("Global`{name}"),
    };
    Expr(netform_expr::Expr::symbol(&full_name))
}

/// The unevaluated call `function[arguments...]`.
///
/// ```
/// use netform::{call, symbol};
///
/// let x = symbol("x");
/// assert_eq!(call("D", (call("Sin", [&x]), &x)).to_string(), "D[Sin[x], x]");
/// ```
pub fn call(function: &str, arguments: impl Arguments) -> Expr {
    symbol(function).apply(arguments)
}

impl Expr {
    /// A list; the same as the conversion from a `Vec`, for any iterator.
    pub fn list(items: impl IntoIterator<Item = impl Into<Expr>>) -> Expr {
        Expr(netform_expr::Expr::list(nodes(items)))
    }

    /// `left -> right`.
    ///
    /// ```
    /// use netform::{Expr, symbol};
    ///
    /// assert_eq!(Expr::rule(symbol("x"), 2).to_string(), "x -> 2");
    /// ```
    pub fn rule(left: impl Into<Expr>, right: impl Into<Expr>) -> Expr {
        Expr(netform_expr::Expr::rule(left.into().0, right.into().0))
    }

    /// `<|key -> value, ...|>`.
    ///
    /// ```
    /// use netform::Expr;
    ///
    /// assert_eq!(Expr::association([("Input", 1), ("Query", 2)]).to_string(), r#"<|"Input" -> 1, "Query" -> 2|>"#);
    /// ```
    pub fn association<K: Into<Expr>, V: Into<Expr>>(pairs: impl IntoIterator<Item = (K, V)>) -> Expr {
        let rules = pairs.into_iter().map(|(key, value)| Expr::rule(key, value).0);
        Expr(netform_expr::Expr::call(Sym::Association, rules))
    }

    /// The unevaluated call of this expression: `self[arguments...]`.
    pub fn apply(&self, arguments: impl Arguments) -> Expr {
        Expr(netform_expr::Expr::normal(self.0.clone(), nodes(arguments.into_arguments())))
    }

    /// The unevaluated power `self^exponent`.
    pub fn pow(&self, exponent: impl Into<Expr>) -> Expr {
        Expr::of_call(Sym::Power, [self.clone(), exponent.into()])
    }

    /// The unevaluated product `self . other` of vectors, matrices or arrays.
    pub fn dot(&self, other: impl Into<Expr>) -> Expr {
        Expr::of_call(Sym::Dot, [self.clone(), other.into()])
    }

    /// The head: `f` of `f[x]`, `List` of a list, `Integer`, `Real`, `String`, `Symbol` of atoms.
    pub fn head(&self) -> Expr {
        Expr(self.0.head().clone())
    }

    /// The arguments, or the items of a list; none for atoms.
    ///
    /// ```
    /// let e: netform::Expr = "f[x, 2]".parse()?;
    /// assert_eq!(e.args()[1], 2.into());
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn args(&self) -> Vec<Expr> {
        self.0.args().iter().cloned().map(Expr).collect()
    }

    /// The number of arguments or items; 0 for atoms.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no arguments.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this is a list.
    pub fn is_list(&self) -> bool {
        self.0.is_list()
    }

    /// Whether this is a number of any kind.
    pub fn is_number(&self) -> bool {
        self.0.is_number()
    }

    /// Whether this is a symbol.
    pub fn is_symbol(&self) -> bool {
        self.0.is_symbol()
    }

    /// Whether this is `Null`, the value of inputs that give none, such as definitions.
    pub fn is_null(&self) -> bool {
        self.0.is(Sym::Null)
    }

    /// Whether this is `$Failed`.
    pub fn is_failed(&self) -> bool {
        self.0.is(Sym::Failed)
    }

    /// Whether this is `$Aborted`.
    pub fn is_aborted(&self) -> bool {
        self.0.is(Sym::Aborted)
    }

    /// Whether this is `TerminatedEvaluation[...]`: a limit ended the evaluation.
    pub fn is_terminated(&self) -> bool {
        self.0.has_head(Sym::TerminatedEvaluation)
    }

    /// The value of an integer of 64 bits.
    pub fn as_i64(&self) -> Option<i64> {
        self.0.as_i64()
    }

    /// The value of a real number, exact ones included, as a machine real.
    ///
    /// ```
    /// use netform::Session;
    ///
    /// let quarter = Session::new().evaluate_text("1/4")?;
    /// assert_eq!(quarter.as_f64(), Some(0.25));
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn as_f64(&self) -> Option<f64> {
        self.0.as_number().filter(Number::is_real).and_then(|number| number.to_f64())
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_str()
    }

    /// The name of a symbol, without its context.
    pub fn symbol_name(&self) -> Option<&str> {
        self.0.as_symbol().map(netform_expr::Symbol::name)
    }

    /// The text that a terminal shows; large expressions are shortened.
    ///
    /// A session prints with the user's contexts and formats; see
    /// [`Session::output_form`](crate::Session::output_form).
    pub fn output_form(&self) -> String {
        output_form(&self.0, forms())
    }

    /// The text of the expression for TeX.
    ///
    /// ```
    /// let e: netform::Expr = "Tanh[x]^2/2".parse()?;
    /// assert_eq!(e.tex_form(), r"\frac{\tanh ^{2}(x)}{2}");
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn tex_form(&self) -> String {
        tex_form(&self.0, forms())
    }

    /// The node behind it, for functions of the crates beneath.
    pub fn node(&self) -> &netform_expr::Expr {
        &self.0
    }

    pub(crate) fn of_call(head: Sym, arguments: impl IntoIterator<Item = Expr>) -> Expr {
        Expr(netform_expr::Expr::call(head, arguments.into_iter().map(|argument| argument.0)))
    }

    pub(crate) fn has_head(&self, head: Sym) -> bool {
        self.0.has_head(head)
    }
}

fn nodes(items: impl IntoIterator<Item = impl Into<Expr>>) -> impl Iterator<Item = netform_expr::Expr> {
    items.into_iter().map(|item| item.into().0)
}

impl From<netform_expr::Expr> for Expr {
    fn from(node: netform_expr::Expr) -> Expr {
        Expr(node)
    }
}

impl From<Expr> for netform_expr::Expr {
    fn from(e: Expr) -> netform_expr::Expr {
        e.0
    }
}

impl From<&Expr> for Expr {
    fn from(e: &Expr) -> Expr {
        e.clone()
    }
}

impl FromStr for Expr {
    type Err = crate::Error;

    /// Reads one expression with the names of a fresh session, and evaluates nothing.
    fn from_str(text: &str) -> Result<Expr, crate::Error> {
        match parse_expression(text, &mut names().clone()) {
            Ok(expression) => Ok(Expr(expression)),
            Err(diagnostics) => Err(SyntaxError::new(text, diagnostics).into()),
        }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&input_form(&self.0, forms()))
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
