//! What the standard streams are: terminals with or without colour, or something else.

use std::fmt::Arguments;
use std::io::{IsTerminal, Write};

/// Whether text on the standard output may be coloured.
pub(crate) fn output_has_colour() -> bool {
    std::io::stdout().is_terminal() && colour_is_wanted()
}

/// Whether text on the standard error stream may be coloured.
pub(crate) fn errors_have_colour() -> bool {
    std::io::stderr().is_terminal() && colour_is_wanted()
}

/// Whether a person types the input.
pub(crate) fn input_is_typed() -> bool {
    std::io::stdin().is_terminal()
}

/// The conventions of <https://no-color.org> and of terminals that cannot show colours.
fn colour_is_wanted() -> bool {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    set("NO_COLOR").is_none() && set("TERM").is_none_or(|terminal| terminal != "dumb")
}

/// Writes to the standard output, and ends the program quietly where nobody reads it any more, as behind `| head`.
pub(crate) fn write_out(text: Arguments<'_>) {
    if std::io::stdout().write_fmt(text).is_err() {
        std::process::exit(0);
    }
}

/// `print!` by [`write_out`].
macro_rules! out {
    ($($text:tt)*) => { $crate::terminal::write_out(format_args!($($text)*)) };
}

/// `println!` by [`write_out`].
macro_rules! outln {
    ($($text:tt)*) => { out!("{}\n", format_args!($($text)*)) };
}
