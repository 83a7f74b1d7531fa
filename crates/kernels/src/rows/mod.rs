//! Rows of matrices that are gone through several times while they are in the first cache: softmax, normalisation, and
//! whatever else folds rows and computes with what came of that.

mod run;

use std::ops::Range;

use crate::real::Real;
use crate::reduce::Combine;
use crate::tape::{Scratch, Tape};
use crate::walk::Walk;

pub(crate) use run::Run;

/// What a pass reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// An input.
    Input(usize),
    /// A row that an earlier pass has written.
    Row(usize),
    /// A number for each row that an earlier pass has written.
    Scalar(usize),
}

/// One of the things that are done with a row.
#[derive(Clone, Debug)]
pub enum Pass<T> {
    /// Its elements become one number.
    Fold {
        /// How they are combined, in the order of [`combine`](crate::combine()).
        kind: Combine,
        /// Whether a number that is not finite is replaced by 0.
        finite: bool,
        /// What is folded.
        of: Term,
        /// The scalar that it becomes.
        to: usize,
    },
    /// A function of corresponding elements gives new rows.
    Elements {
        /// The function.
        tape: Tape<T>,
        /// What it is a function of.
        terms: Vec<Term>,
        /// The rows that it gives.
        to: Vec<usize>,
    },
    /// A function of numbers for the row gives new ones.
    Scalars {
        /// The function.
        tape: Tape<T>,
        /// What it is a function of: scalars, and inputs of which each row has one element.
        terms: Vec<Term>,
        /// The scalars that it gives.
        to: Vec<usize>,
    },
}

/// An input: `first` goes through the first elements of its rows, `step` from there to the other elements.
#[derive(Clone, Debug)]
pub struct RowInput {
    /// The first elements.
    pub first: Walk,
    /// The distance of neighbours in a row; 0 where all elements of a row are the same one.
    pub step: isize,
}

/// Passes over all rows of a matrix.
///
/// ```
/// use netform_kernels::{Code, Combine, Pass, RowInput, Rows, Scratch, Tape, Term, Walk};
/// use netform_array::Layout;
/// // x_ij - max_k x_ik
/// let matrix = RowInput { first: Walk::new(&Layout::new(0, &[2], &[3])?), step: 1 };
/// let largest = Pass::Fold { kind: Combine::Largest, finite: false, of: Term::Input(0), to: 0 };
/// let tape = Tape::new(2, vec![], [(Code::Subtract, vec![0, 1])], &[2]);
/// let rest = Pass::Elements { tape, terms: vec![Term::Input(0), Term::Scalar(0)], to: vec![0] };
/// let rows = Rows::new(2, 3, vec![matrix], [1, 1], vec![largest, rest]);
/// let mut memory = [1.0, 3.0, 2.0, 5.0, 4.0, 6.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
/// rows.run(0..2, &mut memory, &[0], &[Some(6)], &[None], &mut Scratch::default());
/// assert_eq!(memory[6..], [-2.0, 0.0, -1.0, -1.0, -2.0, 0.0]);
/// # Ok::<(), netform_array::ArrayError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rows<T> {
    count: usize,
    columns: usize,
    inputs: Vec<RowInput>,
    /// How many rows and how many scalars passes write.
    written: [usize; 2],
    passes: Vec<Pass<T>>,
}

impl<T: Real> Rows<T> {
    /// Passes over so many rows of so many elements, which write so many rows and scalars.
    ///
    /// # Panics
    /// When rows have no elements, a pass reads what has not been written, or writes what has, an input has another number of rows, or a tape
    /// another number of terms or results.
    pub fn new(
        count: usize,
        columns: usize,
        inputs: Vec<RowInput>,
        written: [usize; 2],
        passes: Vec<Pass<T>>,
    ) -> Rows<T> {
        assert!(columns > 0, "rows without elements");
        assert!(inputs.iter().all(|input| input.first.len() == count), "inputs of other numbers of rows");
        let mut there = [vec![false; written[0]], vec![false; written[1]]];
        for pass in &passes {
            let is_there = |term: &Term, scalar: bool| match *term {
                Term::Input(place) => place < inputs.len(),
                Term::Row(place) => !scalar && there[0].get(place) == Some(&true),
                Term::Scalar(place) => there[1].get(place) == Some(&true),
            };
            let (reads, kind, writes) = match pass {
                Pass::Fold { of, to, .. } => (is_there(of, false) && !matches!(of, Term::Scalar(_)), 1, vec![*to]),
                Pass::Elements { tape, terms, to } | Pass::Scalars { tape, terms, to } => {
                    let scalar = matches!(pass, Pass::Scalars { .. });
                    assert!(tape.inputs() == terms.len() && tape.results() == to.len(), "not the terms of the tape");
                    (terms.iter().all(|term| is_there(term, scalar)), usize::from(scalar), to.clone())
                }
            };
            assert!(reads, "a pass reads what is not there");
            for to in writes {
                assert!(to < written[kind] && !there[kind][to], "a pass writes what is there, or nothing");
                there[kind][to] = true;
            }
        }
        Rows { count, columns, inputs, written, passes }
    }

    /// The number of rows.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The number of elements of a row.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The inputs.
    pub fn inputs(&self) -> &[RowInput] {
        &self.inputs
    }

    /// What is done, in order.
    pub fn passes(&self) -> &[Pass<T>] {
        &self.passes
    }

    /// Makes the passes over some rows. Inputs start at the given places of the memory; rows and scalars that have a place
    /// are results, which stand there one after the other, and overlap neither with inputs nor with each other. What is
    /// written for a row does not depend on which rows are made together.
    ///
    /// # Panics
    /// When there are other numbers of places, there are no such rows, or something leaves the memory.
    pub fn run(
        &self,
        which: Range<usize>,
        memory: &mut [T],
        inputs: &[usize],
        rows: &[Option<usize>],
        scalars: &[Option<usize>],
        scratch: &mut Scratch,
    ) {
        assert!(which.start <= which.end && which.end <= self.count, "there are no such rows");
        assert!(
            (inputs.len(), rows.len(), scalars.len()) == (self.inputs.len(), self.written[0], self.written[1]),
            "not the places of the rows"
        );
        for (input, &start) in self.inputs.iter().zip(inputs) {
            let reach = input.step.unsigned_abs() * self.columns.saturating_sub(1);
            let (low, high) = if input.step < 0 { (reach, 0) } else { (0, reach) };
            let fits = start >= low && input.first.fits(start - low, memory.len()) && {
                self.count == 0 || start + high + input.first.high() < memory.len()
            };
            assert!(fits, "an input leaves the memory");
        }
        let fits = |start: &Option<usize>, len: usize| start.is_none_or(|start| start + len <= memory.len());
        let len = self.count * self.columns;
        assert!(rows.iter().all(|start| fits(start, len)), "a row leaves the memory");
        assert!(scalars.iter().all(|start| fits(start, self.count)), "a scalar leaves the memory");
        T::rows(Run { rows: self, which, memory: memory.as_mut_ptr(), starts: (inputs, rows, scalars), scratch });
    }
}
