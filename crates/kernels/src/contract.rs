//! Sums of products over labelled axes: matrix products, inner products, traces, convolutions.

use std::fmt;

use netform_array::{ArrayError, Layout, Offsets, View, element_count, row_major_strides};

use crate::real::Real;

/// Why labels and operands do not fit each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContractError {
    /// There are more or fewer lists of labels than operands.
    OperandCount {
        /// The number of lists of labels.
        labels: usize,
        /// The number of operands.
        operands: usize,
    },
    /// An operand has more or fewer axes than labels.
    LabelCount {
        /// The position of the operand.
        operand: usize,
    },
    /// Axes of one label differ in size.
    SizesDiffer {
        /// The label.
        label: usize,
        /// The size found first.
        first: usize,
        /// The other size.
        second: usize,
    },
    /// A label of the result occurs twice in it, or in no operand.
    ResultLabel {
        /// The label.
        label: usize,
    },
    /// The result would have too many elements, or the sum too many products.
    Shape(ArrayError),
}

impl fmt::Display for ContractError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ContractError::OperandCount { labels, operands } => {
                write!(f, "{labels} lists of labels were given for {operands} operands")
            }
            ContractError::LabelCount { operand } => write!(f, "operand {operand} has not one label for each axis"),
            ContractError::SizesDiffer { label, first, second } => {
                write!(f, "label {label} stands for axes of sizes {first} and {second}")
            }
            ContractError::ResultLabel { label } => {
                write!(f, "label {label} of the result occurs twice in it or in no operand")
            }
            ContractError::Shape(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ContractError {}

/// One loop: its length, the step of each operand, the step of the result.
struct Axis {
    label: usize,
    size: usize,
    steps: Vec<isize>,
    result_step: isize,
}

/// The sum of products of the operands over all labels that are not in `result`, in row-major
/// order of the result's labels.
///
/// `labels[k][a]` labels axis `a` of operand `k`. A label that several operands share runs through
/// them together; one that is repeated in an operand takes its diagonal.
///
/// Every element of the result is the sum, beginning with zero, of its products in lexicographic
/// order of the summed labels, which are ordered by first occurrence; each product is taken from
/// the left. The result is therefore the same to the last bit whatever loop runs innermost.
///
/// # Errors
/// [`ContractError`] when labels and operands do not fit each other.
///
/// ```
/// use netform_array::View;
/// use netform_kernels::contract;
///
/// let matrix = [1.0, 2.0, 3.0, 4.0];
/// let vector = [10.0, 100.0];
/// let operands = [View::contiguous(&matrix, &[2, 2])?, View::contiguous(&vector, &[2])?];
/// assert_eq!(contract(&operands, &[&[0, 1], &[1]], &[0])?, [210.0, 430.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn contract<T: Real>(
    operands: &[View<'_, T>],
    labels: &[&[usize]],
    result: &[usize],
) -> Result<Vec<T>, ContractError> {
    let mut axes = label_axes(operands, labels)?;
    let shape = result_shape(&axes, result)?;
    let count = element_count(&shape).map_err(ContractError::Shape)?;
    for (&label, &step) in result.iter().zip(&row_major_strides(&shape)) {
        if let Some(axis) = axes.iter_mut().find(|axis| axis.label == label) {
            axis.result_step = step;
        }
    }
    let mut sums = vec![T::ZERO; count];
    if axes.iter().any(|axis| axis.size == 0) {
        return Ok(sums);
    }
    let (kept, summed): (Vec<Axis>, Vec<Axis>) = axes.into_iter().partition(|axis| result.contains(&axis.label));
    let mut outer = order_kept(kept, result);
    let inner = outer.pop_if(|axis| !summed.is_empty() && axis.steps.iter().all(|step| (0..=1).contains(step)));
    let mut order = outer;
    order.extend(summed);
    let innermost = inner.or_else(|| order.pop());
    run(operands, &order, innermost.as_ref(), &mut sums)?;
    Ok(sums)
}

/// The loops in order of first occurrence of their labels.
fn label_axes<T>(operands: &[View<'_, T>], labels: &[&[usize]]) -> Result<Vec<Axis>, ContractError> {
    if operands.len() != labels.len() {
        return Err(ContractError::OperandCount { labels: labels.len(), operands: operands.len() });
    }
    let mut axes: Vec<Axis> = Vec::new();
    for (operand, (view, names)) in operands.iter().zip(labels).enumerate() {
        if view.rank() != names.len() {
            return Err(ContractError::LabelCount { operand });
        }
        for (&label, (&size, &step)) in names.iter().zip(view.shape().iter().zip(view.strides())) {
            match axes.iter_mut().find(|axis| axis.label == label) {
                Some(axis) if axis.size != size => {
                    return Err(ContractError::SizesDiffer { label, first: axis.size, second: size });
                }
                Some(axis) => axis.steps[operand] += step,
                None => {
                    let mut steps = vec![0; operands.len()];
                    steps[operand] = step;
                    axes.push(Axis { label, size, steps, result_step: 0 });
                }
            }
        }
    }
    Ok(axes)
}

fn result_shape(axes: &[Axis], result: &[usize]) -> Result<Vec<usize>, ContractError> {
    result
        .iter()
        .enumerate()
        .map(|(position, &label)| {
            let axis = axes.iter().find(|axis| axis.label == label);
            axis.filter(|_| !result[..position].contains(&label))
                .map(|axis| axis.size)
                .ok_or(ContractError::ResultLabel { label })
        })
        .collect()
}

fn order_kept(mut kept: Vec<Axis>, result: &[usize]) -> Vec<Axis> {
    kept.sort_by_key(|axis| result.iter().position(|&label| label == axis.label));
    kept
}

/// Runs `outer` loops in order around the `innermost` one.
fn run<T: Real>(
    operands: &[View<'_, T>],
    outer: &[Axis],
    innermost: Option<&Axis>,
    sums: &mut [T],
) -> Result<(), ContractError> {
    let shape: Vec<usize> = outer.iter().map(|axis| axis.size).collect();
    let positions = |offset: usize, step: &dyn Fn(&Axis) -> isize| {
        let steps: Vec<isize> = outer.iter().map(step).collect();
        Layout::new(offset, &shape, &steps).map(|layout| layout.offsets()).map_err(ContractError::Shape)
    };
    let targets = positions(0, &|axis| axis.result_step)?;
    let mut sources: Vec<Offsets> = operands
        .iter()
        .enumerate()
        .map(|(k, view)| positions(view.offset(), &|axis| axis.steps[k]))
        .collect::<Result<_, _>>()?;
    let single = Axis { label: 0, size: 1, steps: vec![0; operands.len()], result_step: 0 };
    let inner = innermost.unwrap_or(&single);
    let mut at = vec![0usize; operands.len()];
    for target in targets {
        for (position, source) in at.iter_mut().zip(&mut sources) {
            *position = source.next().unwrap_or(0);
        }
        if let ([a, b], [step_a, step_b]) = (operands, inner.steps.as_slice()) {
            let starts = (at[0], at[1]);
            innermost_pair((a.data(), b.data()), starts, (*step_a, *step_b), inner, target, sums);
        } else {
            innermost_product(operands, &at, inner, target, sums);
        }
    }
    Ok(())
}

fn innermost_pair<T: Real>(
    (a, b): (&[T], &[T]),
    (a_start, b_start): (usize, usize),
    (a_step, b_step): (isize, isize),
    inner: &Axis,
    target: usize,
    sums: &mut [T],
) {
    let size = inner.size;
    let a_at = |i: usize| a[a_start.wrapping_add_signed(i as isize * a_step)];
    let b_at = |i: usize| b[b_start.wrapping_add_signed(i as isize * b_step)];
    match (inner.result_step, a_step, b_step) {
        (0, 1, 1) => {
            let mut sum = sums[target];
            for (&x, &y) in a[a_start..a_start + size].iter().zip(&b[b_start..b_start + size]) {
                sum += x * y;
            }
            sums[target] = sum;
        }
        (0, ..) => {
            let mut sum = sums[target];
            for i in 0..size {
                sum += a_at(i) * b_at(i);
            }
            sums[target] = sum;
        }
        (1, 0, 1) => {
            let x = a[a_start];
            for (sum, &y) in sums[target..target + size].iter_mut().zip(&b[b_start..b_start + size]) {
                *sum += x * y;
            }
        }
        (step, ..) => {
            for i in 0..size {
                sums[target.wrapping_add_signed(i as isize * step)] += a_at(i) * b_at(i);
            }
        }
    }
}

fn innermost_product<T: Real>(operands: &[View<'_, T>], at: &[usize], inner: &Axis, target: usize, sums: &mut [T]) {
    for i in 0..inner.size as isize {
        let mut factors = operands
            .iter()
            .zip(at)
            .zip(&inner.steps)
            .map(|((view, &start), &step)| view.data()[start.wrapping_add_signed(i * step)]);
        let product = factors.next().map_or(T::ONE, |first| factors.fold(first, |product, factor| product * factor));
        sums[target.wrapping_add_signed(i * inner.result_step)] += product;
    }
}
