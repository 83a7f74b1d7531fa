//! The `netform` command.

fn main() {}
