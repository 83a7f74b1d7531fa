//! Every built-in function, as records.
