//! Control of evaluation: branches, loops, scoping, exceptions, time.

mod abort;
mod branches;
mod collecting;
mod composition;
mod compound_expression;
mod hold;
pub(crate) mod jumps;
mod loops;
pub(crate) mod pure_function;
mod scoping;
mod sequences;
mod time;
pub(crate) mod unique;

pub(crate) use branches::{decision, is_value_of, shape_of_values, with_held_values};

use netform_eval::Function;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[
    &abort::ABORT,
    &abort::ABORT_PROTECT,
    &abort::CHECK_ABORT,
    &abort::EXIT,
    &abort::QUIT,
    &branches::IF,
    &branches::PROGRAM_CASES,
    &branches::SWITCH,
    &branches::WHICH,
    &collecting::REAP,
    &collecting::SOW,
    &composition::COMPOSITION,
    &composition::IDENTITY,
    &composition::OPERATE,
    &composition::RIGHT_COMPOSITION,
    &composition::THROUGH,
    &compound_expression::COMPOUND_EXPRESSION,
    &hold::EVALUATE,
    &hold::HOLD,
    &hold::HOLD_COMPLETE,
    &hold::HOLD_PATTERN,
    &hold::RELEASE_HOLD,
    &hold::UNEVALUATED,
    &jumps::CATCH,
    &jumps::GOTO,
    &jumps::LABEL,
    &jumps::RETURN,
    &jumps::THROW,
    &loops::BREAK,
    &loops::CONTINUE,
    &loops::DO,
    &loops::FOR,
    &loops::WHILE,
    &pure_function::FUNCTION,
    &pure_function::SLOT,
    &pure_function::SLOT_SEQUENCE,
    &scoping::BLOCK,
    &scoping::MODULE,
    &scoping::WITH,
    &sequences::LIST,
    &sequences::NOTHING,
    &sequences::SEQUENCE,
    &sequences::SPLICE,
    &time::ABSOLUTE_TIMING,
    &time::MEMORY_CONSTRAINED,
    &time::PAUSE,
    &time::REPEATED_TIMING,
    &time::TIME_CONSTRAINED,
    &time::TIMING,
    &unique::MODULE_NUMBER,
    &unique::TEMPORARY,
    &unique::UNIQUE,
];
