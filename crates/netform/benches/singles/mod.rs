//! Nets with weights, and inputs of single precision, as every program of a comparison computes them.

use netform::{Expr, Session};

use crate::common::FILLED;

/// A session with as many threads as the environment asks for, and a net with weights in it.
pub(crate) fn filled(net: &str) -> (Session, Expr) {
    let threads = std::env::var("NETFORM_THREADS").ok().and_then(|threads| threads.parse().ok()).unwrap_or(1);
    let mut session = Session::builder().threads(threads).build().expect("a session");
    let net = session.evaluate_text(&FILLED.replace("NETTEXT", net)).expect("a net");
    (session, net)
}

/// Single-precision inputs that others can compute.
pub(crate) fn singles(count: usize) -> Vec<f32> {
    (0..count).map(|k| ((k + 1) as f32 * 0.7).sin()).collect()
}
