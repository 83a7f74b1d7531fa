//! Rows of matrices that are gone through several times while they are in the first cache: softmax, normalisation, and
//! whatever else folds rows and computes with what came of that.

mod run;

use std::ops::Range;

use crate::pool::{Address, Crew, are_apart};
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

/// Where the inputs of passes start, and what is written that is a result.
#[derive(Clone, Copy, Debug)]
pub struct Starts<'a> {
    /// Each input.
    pub inputs: &'a [usize],
    /// Each row that is written.
    pub rows: &'a [Option<usize>],
    /// Each scalar that is written.
    pub scalars: &'a [Option<usize>],
}

/// Passes over all rows of a matrix.
///
/// ```
/// use netform_kernels::{Code, Combine, Pass, RowInput, Rows, Scratch, Starts, Tape, Term, Walk};
/// use netform_array::Layout;
/// // x_ij - max_k x_ik
/// let matrix = RowInput { first: Walk::new(&Layout::new(0, &[2], &[3])?), step: 1 };
/// let largest = Pass::Fold { kind: Combine::Largest, finite: false, of: Term::Input(0), to: 0 };
/// let tape = Tape::new(2, vec![], [(Code::Subtract, vec![0, 1])], &[2]);
/// let rest = Pass::Elements { tape, terms: vec![Term::Input(0), Term::Scalar(0)], to: vec![0] };
/// let rows = Rows::new(2, 3, vec![matrix], [1, 1], vec![largest, rest]);
/// let mut memory = [1.0, 3.0, 2.0, 5.0, 4.0, 6.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
/// let starts = Starts { inputs: &[0], rows: &[Some(6)], scalars: &[None] };
/// rows.run(0..2, &mut memory, starts, &mut Scratch::default());
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
    pub fn run(&self, which: Range<usize>, memory: &mut [T], starts: Starts<'_>, scratch: &mut Scratch) {
        self.check(&which, memory, starts);
        T::rows(Run { rows: self, which, memory: memory.as_mut_ptr(), starts, scratch });
    }

    /// Makes the passes over all rows, parts of which are made at once.
    ///
    /// # Panics
    /// As [`Rows::run`], and when results overlap.
    pub fn run_apart(&self, memory: &mut [T], starts: Starts<'_>, crew: &mut Crew) {
        self.check(&(0..self.count), memory, starts);
        let mut reads = Vec::with_capacity(self.inputs.len());
        for (input, &start) in self.inputs.iter().zip(starts.inputs) {
            let (low, high) = self.reach(input);
            reads.push(start - input.first.low() - low..start + input.first.high() + high + 1);
        }
        let len = self.count * self.columns;
        let rows = starts.rows.iter().flatten().map(|&start| start..start + len);
        let writes: Vec<Range<usize>> =
            rows.chain(starts.scalars.iter().flatten().map(|&start| start..start + self.count)).collect();
        assert!(are_apart(&writes, &reads), "results overlap");
        let memory = Address(memory.as_mut_ptr());
        // Results of different rows are different elements.
        crew.each(self.count, 1, |which, scratch| {
            T::rows(Run { rows: self, which, memory: memory.at(0), starts, scratch });
        });
    }

    /// How far a row of an input reaches before and behind its first element.
    fn reach(&self, input: &RowInput) -> (usize, usize) {
        let reach = input.step.unsigned_abs() * (self.columns - 1);
        if input.step < 0 { (reach, 0) } else { (0, reach) }
    }

    fn check(&self, which: &Range<usize>, memory: &[T], Starts { inputs, rows, scalars }: Starts<'_>) {
        assert!(which.start <= which.end && which.end <= self.count, "there are no such rows");
        assert!(
            (inputs.len(), rows.len(), scalars.len()) == (self.inputs.len(), self.written[0], self.written[1]),
            "not the places of the rows"
        );
        for (input, &start) in self.inputs.iter().zip(inputs) {
            let (low, high) = self.reach(input);
            let fits = start >= low && input.first.fits(start - low, memory.len()) && {
                self.count == 0 || start + high + input.first.high() < memory.len()
            };
            assert!(fits, "an input leaves the memory");
        }
        let fits = |start: &Option<usize>, len: usize| start.is_none_or(|start| start + len <= memory.len());
        let len = self.count * self.columns;
        assert!(rows.iter().all(|start| fits(start, len)), "a row leaves the memory");
        assert!(scalars.iter().all(|start| fits(start, self.count)), "a scalar leaves the memory");
    }
}
