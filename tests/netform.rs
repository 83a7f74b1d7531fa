//! One binary that runs every suite of the workspace.

fn main() {}
