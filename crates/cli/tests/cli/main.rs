//! The command as a user meets it: its subcommands, its limits, and a terminal.

mod command;
mod limits;
mod terminal;
