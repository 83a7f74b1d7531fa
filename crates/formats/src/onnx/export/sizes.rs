//! Sizes that are not known: a model computes them from the shapes of its inputs.

use std::rc::Rc;

use netform_compile::{Dim, DimArithmetic, Dims, Sizes};
use netform_expr::Expr;

use super::element::Element;
use super::graph::{Attribute, Builder, Name};
use super::program::{Exporter, Written};

/// What the symbols in sizes stand for.
#[derive(Debug, Default)]
pub(super) struct OpenSizes {
    sources: Vec<Source>,
    /// All symbols in shapes of inputs.
    symbols: Vec<Expr>,
}

/// A symbol n, where an input has the size `slope n + constant`.
#[derive(Debug)]
struct Source {
    symbol: Expr,
    input: Name,
    axis: usize,
    slope: i64,
    constant: i64,
}

impl OpenSizes {
    /// Learns which symbols the shape of an input tells, the simplest way for each.
    pub(super) fn of_input(&mut self, input: &Name, shape: &Dims) {
        for (axis, dim) in shape.iter().enumerate() {
            let symbols = dim.symbols();
            for symbol in &symbols {
                if !self.symbols.contains(symbol) {
                    self.symbols.push(symbol.clone());
                }
            }
            let [symbol] = symbols.as_slice() else { continue };
            let Some((slope, constant)) = line(dim, symbol) else { continue };
            let known = self.sources.iter().position(|source| source.symbol == *symbol);
            let source = Source { symbol: symbol.clone(), input: Rc::clone(input), axis, slope, constant };
            match known {
                None => self.sources.push(source),
                Some(place) if (slope, constant) == (1, 0) && self.sources[place].slope != 1 => {
                    self.sources[place] = source;
                }
                Some(_) => {}
            }
        }
    }

    /// Whether there are sizes that are not known.
    pub(super) fn is_empty(&self) -> bool {
        self.symbols.is_empty()
    }

    /// Whether an expression is the symbol of a size.
    pub(super) fn has(&self, symbol: &Expr) -> bool {
        self.symbols.contains(symbol)
    }
}

/// Slope and constant of a dimension that is linear in its only symbol: those of the line through two values, if it goes through
/// two others.
fn line(dim: &Dim, symbol: &Expr) -> Option<(i64, i64)> {
    let value = |size: usize| {
        let sizes: Sizes = [(symbol.clone(), size)].into_iter().collect();
        dim.value(&sizes).ok()
    };
    let (first, second) = (value(1)?, value(2)?);
    let (slope, constant) = (second - first, 2 * first - second);
    let is_on = |size: i64| value(size as usize) == Some(size * slope + constant);
    (slope > 0 && is_on(7) && is_on(1000)).then_some((slope, constant))
}

/// The arithmetic of nodes on lists with one integer.
struct Nodes<'a> {
    builder: &'a mut Builder,
    sizes: &'a OpenSizes,
}

impl Nodes<'_> {
    fn node(&mut self, operator: &'static str, a: &Name, b: &Name) -> Name {
        self.builder.node(operator, &[a, b], vec![])
    }
}

impl DimArithmetic for Nodes<'_> {
    type Value = Name;
    type Error = String;

    fn integer(&mut self, value: i64) -> Written<Name> {
        Ok(self.builder.integers(&[value]))
    }

    fn symbol(&mut self, symbol: &Expr) -> Written<Name> {
        let source = self.sizes.sources.iter().find(|source| source.symbol == *symbol);
        let source =
            source.ok_or_else(|| format!("no shape of an input tells the size {}", Dim::symbol(symbol.clone())))?;
        let ends = vec![
            ("start", Attribute::Integer(source.axis as i64)),
            ("end", Attribute::Integer(source.axis as i64 + 1)),
        ];
        let mut name = self.builder.node("Shape", &[&source.input], ends);
        for (operator, number, nothing) in [("Sub", source.constant, 0), ("Div", source.slope, 1)] {
            if number != nothing {
                let number = self.builder.integers(&[number]);
                name = self.node(operator, &name, &number);
            }
        }
        Ok(name)
    }

    fn add(&mut self, a: Name, b: Name) -> Written<Name> {
        Ok(self.node("Add", &a, &b))
    }

    fn multiply(&mut self, a: Name, b: Name) -> Written<Name> {
        Ok(self.node("Mul", &a, &b))
    }

    /// The operator rounds towards zero; without the remainder, which is not negative, nothing is rounded.
    fn floor_div(&mut self, a: Name, divisor: i64) -> Written<Name> {
        let divisor = self.builder.integers(&[divisor]);
        let remainder = self.node("Mod", &a, &divisor);
        let whole = self.node("Sub", &a, &remainder);
        Ok(self.node("Div", &whole, &divisor))
    }

    fn max(&mut self, a: Name, b: Name) -> Written<Name> {
        Ok(self.node("Max", &a, &b))
    }
}

impl Exporter<'_> {
    /// Dimensions as a list of integers.
    pub(super) fn dimensions(&mut self, dims: &[Dim]) -> Written<Name> {
        let known: Option<Vec<i64>> = dims.iter().map(Dim::as_integer).collect();
        if let Some(known) = known {
            return Ok(self.builder.integers(&known));
        }
        let mut nodes = Nodes { builder: &mut self.builder, sizes: &self.sizes };
        let parts: Written<Vec<Name>> = dims.iter().map(|dim| dim.compute(&mut nodes)).collect();
        match parts?.as_slice() {
            [single] => Ok(Rc::clone(single)),
            parts => {
                let parts: Vec<&Name> = parts.iter().collect();
                Ok(self.builder.node("Concat", &parts, vec![("axis", Attribute::Integer(0))]))
            }
        }
    }

    /// A dimension as an integer that is no list.
    pub(super) fn size(&mut self, dim: &Dim) -> Written<Name> {
        let list = self.dimensions(std::slice::from_ref(dim))?;
        let zero = self.builder.constant(Element::Integer, &[], &[0.0]);
        Ok(self.builder.node("Gather", &[&list, &zero], vec![]))
    }

    /// The integers from 0 on, so many.
    pub(super) fn counted(&mut self, count: &Dim) -> Written<Name> {
        if let Some(count) = count.as_size() {
            return Ok(self.builder.integers(&(0..count as i64).collect::<Vec<_>>()));
        }
        let count = self.size(count)?;
        let [zero, one] = [0.0, 1.0].map(|value| self.builder.constant(Element::Integer, &[], &[value]));
        Ok(self.builder.node("Range", &[&zero, &count, &one], vec![]))
    }
}
