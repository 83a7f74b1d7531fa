//! The test suite of the workspace; see `netform.rs`.
