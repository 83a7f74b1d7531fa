//! Neural networks that are symbolic expressions.
//!
//! A [`Session`] made with [`registry`] knows the whole language:
//!
//! ```
//! use netform::Session;
//!
//! let mut session = Session::new(netform::registry());
//! let input = session.parse_one("1 + 1").expect("an expression");
//! let outcome = session.submit(&input);
//! assert_eq!(session.output_form(&outcome.value), "2");
//! ```

use std::sync::{Arc, LazyLock};

pub use netform_eval::{
    Derivative, EmittedMessage, Flow, Function, Host, Interrupt, Outcome, RealCode, Registry, Sandbox, Session,
};
pub use netform_expr::{Expr, Kind, Number, Sym};
pub use netform_layers as layers;
pub use netform_nets as nets;
pub use netform_syntax as syntax;

/// The table of every function of the language, which all sessions share.
pub fn registry() -> Arc<Registry> {
    static REGISTRY: LazyLock<Arc<Registry>> = LazyLock::new(|| {
        let mut registry = Registry::new();
        netform_functions::register(&mut registry);
        netform_nets::register(&mut registry);
        registry.share()
    });
    Arc::clone(&REGISTRY)
}
