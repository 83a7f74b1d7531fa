//! Ctrl-C on the terminal: it stops the evaluation, not the session.

use std::sync::atomic::{AtomicU32, Ordering};

use netform::Interrupt;

/// How often Ctrl-C is pressed without an effect before the program ends all the same.
const PATIENCE: u32 = 3;

/// Makes Ctrl-C abort the evaluation that the handle belongs to.
///
/// An evaluation that does not heed it can be ended, with the session, by pressing it again and again.
pub(crate) fn abort_on_interrupt(interrupt: Interrupt) -> Result<(), ctrlc::Error> {
    let unheeded = AtomicU32::new(0);
    ctrlc::set_handler(move || {
        if !interrupt.is_raised() {
            unheeded.store(0, Ordering::Relaxed);
            interrupt.raise();
            // The terminal has shown `^C` without ending the line.
            eprintln!();
        } else if unheeded.fetch_add(1, Ordering::Relaxed) + 1 >= PATIENCE {
            std::process::exit(130);
        } else {
            eprintln!("(the evaluation will stop soon; Ctrl-C again ends the session)");
        }
    })
}
