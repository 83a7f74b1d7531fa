//! What an expression is: the view that code matches on, and the short questions.

use std::borrow::Cow;

use netform_array::Array;

use crate::node::Payload;
use crate::{Expr, Number, Sym, Symbol};

/// The contents of a node.
#[derive(Debug, Clone, Copy)]
pub enum Kind<'a> {
    /// An integer of 64 bits.
    Integer(i64),
    /// A machine real.
    Real(f64),
    /// Any other number: large integer, rational, arbitrary-precision real, complex.
    Number(&'a Number),
    /// A string.
    String(&'a str),
    /// A symbol.
    Symbol(&'a Symbol),
    /// A packed rectangular list of machine numbers; its head is `List`.
    Array(&'a Array),
    /// `head[args...]`.
    Normal(&'a Expr, &'a [Expr]),
}

impl Expr {
    /// The contents of the node.
    #[inline]
    pub fn kind(&self) -> Kind<'_> {
        match self.payload() {
            Payload::Integer(value) => Kind::Integer(value),
            Payload::Real(value) => Kind::Real(value),
            Payload::Number(value) => Kind::Number(value),
            Payload::String(value) => Kind::String(value),
            Payload::Symbol(value) => Kind::Symbol(value),
            Payload::Array(value) => Kind::Array(value),
            Payload::Normal(parts) => Kind::Normal(&parts[0], &parts[1..]),
        }
    }

    /// The head: `f` of `f[x]`, `List` of a packed array, `Integer`, `Symbol` ... of an atom.
    pub fn head(&self) -> &Expr {
        match self.kind() {
            Kind::Integer(_) => Sym::Integer.expr(),
            Kind::Real(_) => Sym::Real.expr(),
            Kind::Number(Number::Integer(_)) => Sym::Integer.expr(),
            Kind::Number(Number::Rational(_)) => Sym::Rational.expr(),
            Kind::Number(Number::Real(_) | Number::BigReal(_)) => Sym::Real.expr(),
            Kind::Number(Number::Complex(_)) => Sym::Complex.expr(),
            Kind::String(_) => Sym::String.expr(),
            Kind::Symbol(_) => Sym::Symbol.expr(),
            Kind::Array(_) => Sym::List.expr(),
            Kind::Normal(head, _) => head,
        }
    }

    /// The number of arguments; the first dimension of an array; 0 for other atoms.
    #[inline]
    pub fn len(&self) -> usize {
        match self.kind() {
            Kind::Normal(_, args) => args.len(),
            Kind::Array(array) => array.shape()[0],
            _ => 0,
        }
    }

    /// Whether there is no argument.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The arguments; those of an array are made on demand.
    #[inline]
    pub fn args(&self) -> Cow<'_, [Expr]> {
        match self.kind() {
            Kind::Normal(_, args) => Cow::Borrowed(args),
            Kind::Array(array) => Cow::Owned((0..array.shape()[0]).map(|i| Expr::array_element(array, i)).collect()),
            _ => Cow::Borrowed(&[]),
        }
    }

    /// Argument `index`, counted from 0.
    ///
    /// # Panics
    /// If there are fewer arguments.
    pub fn arg(&self, index: usize) -> Expr {
        match self.kind() {
            Kind::Normal(_, args) => args[index].clone(),
            Kind::Array(array) => Expr::array_element(array, index),
            _ => panic!("an atom has no argument {index}"),
        }
    }

    /// The arguments of a call of `head`, if this is one.
    pub fn args_of(&self, head: Sym) -> Option<Cow<'_, [Expr]>> {
        self.has_head(head).then(|| self.args())
    }

    /// Whether this is the symbol `symbol`.
    #[inline]
    pub fn is(&self, symbol: Sym) -> bool {
        self == symbol.expr()
    }

    /// Whether the head is the symbol `symbol`.
    #[inline]
    pub fn has_head(&self, symbol: Sym) -> bool {
        match self.kind() {
            Kind::Normal(..) => self.head_sym() == Some(symbol),
            _ => self.head() == symbol.expr(),
        }
    }

    /// Whether this is a list, packed or not.
    #[inline]
    pub fn is_list(&self) -> bool {
        self.head_sym() == Some(Sym::List)
    }

    /// Whether this is an atom of the language: anything but a call or a list.
    #[inline]
    pub fn is_atom(&self) -> bool {
        !matches!(self.kind(), Kind::Normal(..) | Kind::Array(_))
    }

    /// Whether this is `head[args...]`, lists included.
    pub fn is_normal(&self) -> bool {
        !self.is_atom()
    }

    /// Whether this is a symbol.
    #[inline]
    pub fn is_symbol(&self) -> bool {
        matches!(self.kind(), Kind::Symbol(_))
    }

    /// Whether this is a number.
    #[inline]
    pub fn is_number(&self) -> bool {
        matches!(self.kind(), Kind::Integer(_) | Kind::Real(_) | Kind::Number(_))
    }

    /// Whether this is `True`.
    pub fn is_true(&self) -> bool {
        self.is(Sym::True)
    }

    /// Whether it is the name of an array: `VectorSymbol["v", n]` or its kin.
    pub fn is_array_symbol(&self) -> bool {
        matches!(self.head_sym(), Some(Sym::VectorSymbol | Sym::MatrixSymbol | Sym::ArraySymbol))
    }

    /// Whether this is the exact integer `value`.
    pub fn is_integer(&self, value: i64) -> bool {
        self.as_i64() == Some(value)
    }

    /// The value of an integer of 64 bits.
    #[inline]
    pub fn as_i64(&self) -> Option<i64> {
        match self.kind() {
            Kind::Integer(value) => Some(value),
            _ => None,
        }
    }

    /// The value of a non-negative integer that can count or index something.
    pub fn as_usize(&self) -> Option<usize> {
        self.as_i64().and_then(|value| usize::try_from(value).ok())
    }

    /// The value of a machine real.
    pub fn as_real(&self) -> Option<f64> {
        match self.kind() {
            Kind::Real(value) => Some(value),
            _ => None,
        }
    }

    /// The value of any number.
    #[inline]
    pub fn as_number(&self) -> Option<Number> {
        match self.kind() {
            Kind::Integer(value) => Some(Number::from(value)),
            Kind::Real(value) => Some(Number::Real(value + 0.0)),
            Kind::Number(value) => Some(value.clone()),
            _ => None,
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self.kind() {
            Kind::String(value) => Some(value),
            _ => None,
        }
    }

    /// The name of a symbol.
    pub fn as_symbol(&self) -> Option<&Symbol> {
        match self.kind() {
            Kind::Symbol(value) => Some(value),
            _ => None,
        }
    }

    /// The packed array.
    pub fn as_array(&self) -> Option<&Array> {
        match self.kind() {
            Kind::Array(value) => Some(value),
            _ => None,
        }
    }
}
