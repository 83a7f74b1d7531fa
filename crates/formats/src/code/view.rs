//! Arrays of generated code: where the elements of a value lie. Transposing, slicing, broadcasting, reversing and sliding
//! windows need no code: they are other views of the same elements.

use std::fmt::Write;
use std::rc::Rc;

use netform_compile::Windows;

use super::memory::{Kind, Slot};

/// A sum of a number and multiples of variables of loops around.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Affine {
    constant: i64,
    terms: Vec<(Rc<str>, i64)>,
}

impl Affine {
    pub(super) fn add(&mut self, number: i64) {
        self.constant += number;
    }

    pub(super) fn add_multiple(&mut self, factor: i64, variable: &Rc<str>) {
        if factor != 0 {
            self.terms.push((Rc::clone(variable), factor));
        }
    }
}

/// A value as elements in an array of the code.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub(super) kind: Kind,
    /// The array, as an expression.
    pub(super) array: Rc<str>,
    /// The place in the working memory that it keeps, unless it lies elsewhere.
    pub(super) slot: Option<Rc<Slot>>,
    pub(super) start: Affine,
    pub(super) strides: Vec<i64>,
    pub(super) shape: Vec<usize>,
}

/// The distances of neighbours along each axis in row-major order.
pub(super) fn row_major(shape: &[usize]) -> Vec<i64> {
    let mut strides = vec![1; shape.len()];
    for axis in (1..shape.len()).rev() {
        strides[axis - 1] = strides[axis] * shape[axis] as i64;
    }
    strides
}

impl View {
    /// All elements of an array in row-major order.
    pub(super) fn whole(kind: Kind, array: &str, shape: &[usize]) -> View {
        let (strides, shape) = (row_major(shape), shape.to_vec());
        View { kind, array: array.into(), slot: None, start: Affine::default(), strides, shape }
    }

    pub(super) fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether the elements follow each other in row-major order.
    pub(super) fn is_contiguous(&self) -> bool {
        let natural = row_major(&self.shape);
        self.len() == 0
            || (0..self.shape.len()).all(|axis| self.shape[axis] == 1 || self.strides[axis] == natural[axis])
    }

    /// Whether both are the same elements.
    pub(super) fn is_same(&self, other: &View) -> bool {
        self.array == other.array
            && self.start == other.start
            && self.shape == other.shape
            && (0..self.shape.len()).all(|axis| self.shape[axis] <= 1 || self.strides[axis] == other.strides[axis])
    }

    /// Other axes on the same elements.
    pub(super) fn with_axes(&self, axes: impl IntoIterator<Item = (usize, i64)>) -> View {
        let (shape, strides) = axes.into_iter().unzip();
        View { shape, strides, ..self.clone() }
    }

    /// The element `index` along the first axis; `backward` counts from the last one.
    pub(super) fn step(&self, index: &Rc<str>, backward: bool) -> View {
        let mut row = self.with_axes(self.shape.iter().copied().zip(self.strides.iter().copied()).skip(1));
        let stride = self.strides[0];
        if backward {
            row.start.add(stride * (self.shape[0] as i64 - 1));
            row.start.add_multiple(-stride, index);
        } else {
            row.start.add_multiple(stride, index);
        }
        row
    }

    /// The place of the element at indices; an index that is not there is 0.
    pub(super) fn place(&self, indices: &[Option<Rc<str>>]) -> String {
        let mut place = self.start.clone();
        for (index, &stride) in indices.iter().zip(&self.strides) {
            if let Some(index) = index {
                place.add_multiple(stride, index);
            }
        }
        text(&place)
    }
}

/// A sum as it is written in all languages.
fn text(sum: &Affine) -> String {
    let mut text = String::new();
    for (variable, factor) in &sum.terms {
        let sign = match (text.is_empty(), *factor < 0) {
            (true, true) => "-",
            (true, false) => "",
            (false, true) => " - ",
            (false, false) => " + ",
        };
        text.push_str(sign);
        let _ = match factor.unsigned_abs() {
            1 => write!(text, "{variable}"),
            size => write!(text, "{size}*{variable}"),
        };
    }
    match (text.is_empty(), sum.constant) {
        (true, constant) => text = constant.to_string(),
        (false, 0) => {}
        (false, constant) => {
            let _ = write!(text, " {} {}", if constant < 0 { '-' } else { '+' }, constant.unsigned_abs());
        }
    }
    text
}

/// The value along axes of a shape, the same along all others.
pub(super) fn broadcast(a: &View, shape: &[usize], axes: &[usize]) -> View {
    let stride = |axis: usize| match axes.iter().position(|&place| place == axis) {
        Some(own) if a.shape[own] > 1 || shape[axis] == 1 => a.strides[own],
        _ => 0,
    };
    a.with_axes((0..shape.len()).map(|axis| (shape[axis], stride(axis))))
}

/// Windows that slide along axes: their positions in the places of the axes, their own axes last.
pub(super) fn window(a: &View, windows: &Windows, counts: &[usize]) -> View {
    let mut axes: Vec<(usize, i64)> = a.shape.iter().copied().zip(a.strides.iter().copied()).collect();
    for (k, &axis) in windows.axes.iter().enumerate() {
        let reach = windows.dilations[k] * counts[k].saturating_sub(1) + 1;
        let positions = if a.shape[axis] < reach { 0 } else { (a.shape[axis] - reach) / windows.strides[k] + 1 };
        axes[axis] = (positions, a.strides[axis] * windows.strides[k] as i64);
    }
    for (k, &axis) in windows.axes.iter().enumerate() {
        axes.push((counts[k], a.strides[axis] * windows.dilations[k] as i64));
    }
    a.with_axes(axes)
}

/// Axes that follow each other in all views become one.
pub(super) fn merged(shape: &[usize], views: &[View]) -> (Vec<usize>, Vec<View>) {
    let mut axes: Vec<(usize, Vec<i64>)> = Vec::new();
    for (axis, &size) in shape.iter().enumerate() {
        if size == 1 {
            continue;
        }
        let strides: Vec<i64> = views.iter().map(|view| view.strides[axis]).collect();
        match axes.last_mut() {
            Some((before, outer)) if outer.iter().zip(&strides).all(|(outer, inner)| *outer == inner * size as i64) => {
                *before *= size;
                *outer = strides;
            }
            _ => axes.push((size, strides)),
        }
    }
    let shape = axes.iter().map(|(size, _)| *size).collect();
    let views = views.iter().enumerate();
    let views = views.map(|(k, view)| view.with_axes(axes.iter().map(|(size, strides)| (*size, strides[k]))));
    (shape, views.collect())
}
