//! Turns with a single short row, such as those of a small cell: the function computes in whole vectors that stay where they
//! are, and what a turn leaves behind is read from there by the next one, as fast as it was written.

use super::run::{BLOCK, SINGLE, Sums, Turn, Turns, bring};
use super::{Call, Operand};
use crate::lanes::Lanes;
use crate::product::Sizes;
use crate::real::Real;
use crate::tape::{Place, Steps};

impl<T: Real> Call<'_, T> {
    /// Whether the call is of this kind.
    pub(super) fn is_short(&self) -> bool {
        let Sizes { rows, columns, .. } = self.fused.sizes;
        rows == 1 && (1..=SINGLE).contains(&columns) && self.fused.grid.is_none() && self.fused.tape.is_vector()
    }

    /// The places that tell where the left factor and each input are found behind the first turn.
    pub(super) fn short_places(&self) -> usize {
        1 + self.inputs.len()
    }

    /// The register in which a turn finds an operand, if the turn before has left it behind.
    fn kept(&self, operand: &Operand) -> Option<usize> {
        let tape = &self.fused.tape;
        let written = tape.result_registers().iter().zip(self.outputs);
        let mut same = written.filter(|(register, output)| {
            let track = super::Track { first: None, ..operand.track };
            operand.track.first.is_some() && output.track == track && **register as usize >= tape.fixed()
        });
        same.next().map(|(register, _)| *register as usize).filter(|_| operand.column_step == 1)
    }
}

impl<T: Real> Turns<'_, T> {
    /// Makes the only call in all turns.
    ///
    /// # Safety
    /// As for [`Turns::all`]; the call is short, all its registers have their places in blocks from `base`, and `kept` has
    /// [`Call::short_places`].
    #[inline(always)]
    pub(super) unsafe fn short<L: Lanes<Real = T>>(
        call: &Call<'_, T>,
        turns: std::ops::Range<usize>,
        memory: *mut T,
        base: *mut T,
        (places, kept): (&mut [Place], &mut [Place]),
    ) {
        let Sizes { depth, columns, .. } = call.fused.sizes;
        let (gates, tape) = (call.fused.gates, &call.fused.tape);
        let whole = columns.next_multiple_of(L::WIDTH);
        for (operand, kept) in [&call.left].into_iter().chain(call.inputs).zip(kept.iter_mut()) {
            *kept = call.kept(operand).map_or(Place::NOWHERE, |register| places[register]);
        }
        if depth > columns {
            kept[0] = Place::NOWHERE;
        }
        let first = turns.start;
        // SAFETY: the caller's promise; registers hold blocks, which are longer than a short row.
        unsafe {
            for place in 0..call.inputs.len() {
                std::ptr::write_bytes(base.add((gates + place) * BLOCK), 0, whole);
            }
            for turn in turns {
                let start = |operand: &Operand| memory.wrapping_add(operand.track.at(turn));
                let from = |operand: &Operand, kept: &Place| match kept.address.is_null() || turn == first {
                    true => None,
                    false => Some(kept.address.cast::<T>().cast_const()).filter(|_| operand.column_step == 1),
                };
                if gates > 0 {
                    let left = from(&call.left, &kept[0]).unwrap_or(start(&call.left));
                    let backward = turn % 2 == 1 && depth > 0;
                    let turn = Turn { call, memory, base, registers: 0, places, turn, parts: [&(0..1), &(0..0)] };
                    let (turn, first_row, rows, first_panel, row_step) = (&turn, 0, 1, 0, BLOCK);
                    L::enter(Sums { turn, left, first_row, rows, first_panel, columns, row_step, backward });
                }
                for (place, (input, kept)) in call.inputs.iter().zip(&kept[1..]).enumerate() {
                    let to = base.add((gates + place) * BLOCK);
                    match from(input, kept) {
                        Some(from) => fill::<L>(from, whole, to),
                        None if input.column_step == 1 => fill::<L>(start(input), columns, to),
                        None => bring::<L>(start(input), input.column_step, columns, to),
                    }
                }
                L::enter(Steps { tape, places, count: whole });
                for (&register, output) in tape.result_registers().iter().zip(call.outputs) {
                    let (place, to) = (places[register as usize], start(output));
                    store::<L>(place, columns, to);
                }
            }
        }
    }
}

/// Copies elements to where they follow each other, whole vectors of them, the last of which is filled up with zeros.
///
/// # Safety
/// So many elements can be read, whole vectors can be written, and the processor has the instructions.
#[inline(always)]
unsafe fn fill<L: Lanes>(from: *const L::Real, count: usize, to: *mut L::Real) {
    let mut i = 0;
    // SAFETY: the caller's promise.
    unsafe {
        while i + L::WIDTH <= count {
            L::load(from.add(i)).store(to.add(i));
            i += L::WIDTH;
        }
        if i < count {
            L::load_first(from.add(i), count - i).store(to.add(i));
        }
    }
}

/// Copies the first elements of a register, which can be read by whole vectors.
///
/// # Safety
/// The register has whole vectors, so many elements can be written, and the processor has the instructions.
#[inline(always)]
pub(super) unsafe fn store<L: Lanes>(from: Place, count: usize, to: *mut L::Real) {
    let mut i = 0;
    // SAFETY: the caller's promise.
    unsafe {
        while i + L::WIDTH <= count {
            L::load(from.at(i)).store(to.add(i));
            i += L::WIDTH;
        }
        if i < count {
            L::load(from.at(i)).store_first(to.add(i), count - i);
        }
    }
}
