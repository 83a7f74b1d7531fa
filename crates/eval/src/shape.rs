//! Shapes: the dimensions of every expression, as far as they are known.

use netform_expr::{Expr, Sym};
use smallvec::SmallVec;

use crate::function::ShapeRule;
use crate::{Flow, Session};

/// The dimensions of an expression.
///
/// A dimension is an integer or an expression in positive-integer symbols.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Not known to be an array: undeclared symbols, calls of unknown functions.
    Unknown,
    /// Known dimensions; none for a scalar.
    Known(SmallVec<[Expr; 4]>),
}

impl Shape {
    /// The shape of a single number.
    pub fn scalar() -> Shape {
        Shape::Known(SmallVec::new())
    }

    /// A shape of these dimensions.
    pub fn of(dimensions: impl IntoIterator<Item = Expr>) -> Shape {
        Shape::Known(dimensions.into_iter().collect())
    }

    /// The dimensions, where they are known.
    pub fn dimensions(&self) -> Option<&[Expr]> {
        match self {
            Shape::Unknown => None,
            Shape::Known(dimensions) => Some(dimensions),
        }
    }

    /// Whether this is known to have at least one level.
    pub fn is_array(&self) -> bool {
        matches!(self, Shape::Known(dimensions) if !dimensions.is_empty())
    }

    /// The number of levels, where it is known.
    pub fn rank(&self) -> Option<usize> {
        self.dimensions().map(<[Expr]>::len)
    }

    /// The shape of one element of the first level.
    pub fn element(&self) -> Shape {
        match self {
            Shape::Known(dimensions) if !dimensions.is_empty() => Shape::of(dimensions[1..].iter().cloned()),
            _ => Shape::Unknown,
        }
    }

    /// The dimensions as a list expression.
    pub fn to_list(&self) -> Option<Expr> {
        self.dimensions().map(|dimensions| Expr::list(dimensions.iter().cloned()))
    }
}

/// A shape as it is remembered for a node: most are those of scalars, and need no room.
#[derive(Debug)]
pub(crate) enum KnownShape {
    Unknown,
    Scalar,
    Array(Box<[Expr]>),
}

impl KnownShape {
    fn of(shape: &Shape) -> KnownShape {
        match shape {
            Shape::Unknown => KnownShape::Unknown,
            Shape::Known(dimensions) if dimensions.is_empty() => KnownShape::Scalar,
            Shape::Known(dimensions) => KnownShape::Array(dimensions.as_slice().into()),
        }
    }

    fn to_shape(&self) -> Shape {
        match self {
            KnownShape::Unknown => Shape::Unknown,
            KnownShape::Scalar => Shape::scalar(),
            KnownShape::Array(dimensions) => Shape::Known(dimensions.iter().cloned().collect()),
        }
    }
}

impl Session {
    /// The shape of an expression.
    ///
    /// A list whose elements all have one known shape counts them; numbers, strings and undeclared
    /// symbols inside a list count as scalars.
    ///
    /// # Errors
    /// Where a shape rule evaluates something and that is left by a [`Flow`].
    pub fn shape_of(&mut self, e: &Expr) -> Result<Shape, Flow> {
        if e.is_atom() {
            return Ok(if e.is_number() { Shape::scalar() } else { Shape::Unknown });
        }
        if let Some(array) = e.as_array() {
            return Ok(Shape::of(array.shape().iter().map(|&n| Expr::integer(n as i64))));
        }
        if let Some(shape) = self.shapes.get(&e.id()) {
            return Ok(shape.to_shape());
        }
        let shape = stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.shape_of_call(e))?;
        self.shapes.insert(e.id(), KnownShape::of(&shape));
        Ok(shape)
    }

    /// Whether an expression is an array without being an explicit list; its dimensions need not be known.
    ///
    /// # Errors
    /// As [`Session::shape_of`].
    pub fn is_symbolic_array(&mut self, e: &Expr) -> Result<bool, Flow> {
        if !e.may_hold_array_symbol() || e.is_list() {
            return Ok(false);
        }
        let shape = self.shape_of(e)?;
        if shape != Shape::Unknown {
            return Ok(shape.is_array());
        }
        // A function that rearranges an array gives an array, of whatever dimensions.
        match self.registry.get(e.head()) {
            Some(function) if function.rearranges() => self.takes_symbolic_array(function, e),
            _ => Ok(false),
        }
    }

    fn shape_of_call(&mut self, e: &Expr) -> Result<Shape, Flow> {
        if e.is_list() {
            return self.shape_of_list(e);
        }
        let Some(function) = self.function_of(e.head()) else { return Ok(Shape::Unknown) };
        match function.shape {
            ShapeRule::Unknown => Ok(Shape::Unknown),
            ShapeRule::Scalar => Ok(Shape::scalar()),
            ShapeRule::Elementwise => self.shape_of_elementwise(e),
            ShapeRule::Rule(rule) => rule(self, e),
        }
    }

    fn shape_of_list(&mut self, e: &Expr) -> Result<Shape, Flow> {
        let items = e.args();
        let count = Expr::integer(items.len() as i64);
        let Some(first) = items.first() else { return Ok(Shape::of([count])) };
        let first = self.element_shape(first)?;
        for item in &items[1..] {
            if self.element_shape(item)? != first {
                return Ok(Shape::Unknown);
            }
        }
        Ok(match first {
            Shape::Known(dimensions) => Shape::of([count].into_iter().chain(dimensions)),
            Shape::Unknown => Shape::Unknown,
        })
    }

    /// Inside a list, what is not known to be an array is a scalar, a ragged list excepted.
    fn element_shape(&mut self, item: &Expr) -> Result<Shape, Flow> {
        match self.shape_of(item)? {
            Shape::Unknown if !item.is_list() => Ok(Shape::scalar()),
            shape => Ok(shape),
        }
    }

    /// Elementwise functions align leading levels: the result has the longest shape, of which all
    /// others are prefixes; size 1 extends where the other is larger. Unknown arguments count as
    /// scalars if another argument is an array.
    fn shape_of_elementwise(&mut self, e: &Expr) -> Result<Shape, Flow> {
        if !e.may_hold_array_symbol() && !e.args().iter().any(Expr::is_list) {
            return Ok(Shape::Unknown);
        }
        let mut longest: Shape = Shape::Unknown;
        for arg in e.args().iter() {
            let shape = self.shape_of(arg)?;
            if shape.rank() > longest.rank() {
                longest = shape;
            }
        }
        Ok(longest)
    }

    /// The first dimension of an array, where it is an explicit integer.
    ///
    /// # Errors
    /// As [`Session::shape_of`].
    pub fn known_length(&mut self, e: &Expr) -> Result<Option<usize>, Flow> {
        Ok(self.shape_of(e)?.dimensions().and_then(|d| d.first()).and_then(Expr::as_usize))
    }

    /// The array symbol of a name and dimensions.
    pub fn array_symbol(name: Expr, dimensions: &[Expr]) -> Expr {
        let list = || Expr::list(dimensions.iter().cloned());
        match dimensions {
            [size] => Expr::call(Sym::VectorSymbol, [name, size.clone()]),
            [_, _] => Expr::call(Sym::MatrixSymbol, [name, list()]),
            _ => Expr::call(Sym::ArraySymbol, [name, list()]),
        }
    }

    /// `SymbolicZerosArray` of a shape, or 0 for a scalar.
    pub fn zeros(shape: &Shape) -> Expr {
        match shape.to_list() {
            Some(dimensions) if !dimensions.is_empty() => Expr::call(Sym::SymbolicZerosArray, [dimensions]),
            _ => Expr::integer(0),
        }
    }

    /// `SymbolicOnesArray` of a shape, or 1 for a scalar.
    pub fn ones(shape: &Shape) -> Expr {
        match shape.to_list() {
            Some(dimensions) if !dimensions.is_empty() => Expr::call(Sym::SymbolicOnesArray, [dimensions]),
            _ => Expr::integer(1),
        }
    }
}
