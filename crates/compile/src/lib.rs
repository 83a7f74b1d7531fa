//! Programs: lowering, verifier, passes, reference interpreter.
