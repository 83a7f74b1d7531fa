//! Sessions with a host, limits, and layers and functions of one's own.

use std::time::Duration;

use netform_eval::{Function, Host, Sandbox};
use netform_layers::{Layer, RecordError};

use crate::names::registry;
use crate::{Error, Session};

/// Makes a [`Session`] with more than the language has; see [`Session::builder`].
///
/// A layer of one's own is a record like those of the library: its shapes, arrays and equations are
/// written once, in the language, and application to numbers and symbols, shape inference,
/// initialisation, equations for print and error messages follow from it.
///
/// ```
/// use netform::layers::{ArrayRecord, Equation, Initial, Layer};
/// use netform::prelude::*;
///
/// static SCALE: Layer = Layer {
///     name: "ScaleLayer",
///     usage: "ScaleLayer[] multiplies every component of a vector by a learned factor.",
///     arrays: &[ArrayRecord {
///         name: "Factors",
///         shape: "{in___}",
///         initial: Initial::Constant(1.0),
///         absent: None,
///         tex: "s",
///     }],
///     definition: &[Equation::is("Output", "Factors Input")],
///     ..Layer::NEW
/// };
///
/// let mut session = Session::builder().layer(&SCALE).build()?;
/// let net = Net::layer("ScaleLayer").array("Factors", [2.0, 3.0]).build(&mut session)?;
/// assert_eq!(net.apply(&mut session, [symbol("x"), symbol("y")])?.to_string(), "{2.*x, 3.*y}");
/// # Ok::<(), netform::Error>(())
/// ```
#[derive(Default)]
pub struct SessionBuilder {
    layers: Vec<&'static Layer>,
    functions: Vec<&'static Function>,
    host: Option<Box<dyn Host>>,
    time_limit: Option<Duration>,
}

impl SessionBuilder {
    /// Adds a layer. Its name is a global one; constructors, chains and messages use it like
    /// those of the library.
    #[must_use]
    pub fn layer(mut self, layer: &'static Layer) -> SessionBuilder {
        self.layers.push(layer);
        self
    }

    /// Adds a function written in Rust; [`eval::Function`](crate::eval::Function) tells how.
    #[must_use]
    pub fn function(mut self, function: &'static Function) -> SessionBuilder {
        self.functions.push(function);
        self
    }

    /// Lets the session reach the world through this host: output, clock, files.
    #[must_use]
    pub fn host(mut self, host: impl Host + 'static) -> SessionBuilder {
        self.host = Some(Box::new(host));
        self
    }

    /// Limits the time of each evaluation; see [`Session::set_time_limit`].
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> SessionBuilder {
        self.time_limit = Some(limit);
        self
    }

    /// Makes the session.
    ///
    /// # Errors
    /// [`Error::Record`] if a layer or function cannot be used: its name is taken, or a text of the
    /// layer is not in the language.
    ///
    /// ```
    /// use netform::layers::{Equation, Layer};
    /// use netform::{Error, Session};
    ///
    /// static WRONG: Layer =
    ///     Layer { name: "WrongLayer", definition: &[Equation::is("Output", "Tanh[Inptu]")], ..Layer::NEW };
    ///
    /// let Err(error) = Session::builder().layer(&WRONG).build() else { panic!("a name is wrong") };
    /// assert_eq!(
    ///     error.to_string(),
    ///     "a text of WrongLayer mentions Inptu, which nothing in the record defines: Tanh[Inptu]"
    /// );
    /// ```
    pub fn build(self) -> Result<Session, Error> {
        let mut shared = registry();
        if !self.layers.is_empty() || !self.functions.is_empty() {
            let mut registry = (*shared).clone();
            for function in self.functions {
                let symbol = netform_expr::Expr::symbol(&function.full_name());
                check_name(function.name, registry.get(&symbol).is_some())?;
                registry.register(&[function]);
            }
            for layer in &self.layers {
                let of_system = registry.get(&netform_expr::Expr::symbol(&format!("System`{}", layer.name)));
                let taken = of_system.or_else(|| registry.get(&netform_nets::layer_symbol(layer)));
                check_name(layer.name, taken.is_some())?;
                netform_nets::register_layer(&mut registry, layer);
            }
            shared = registry.share();
        }
        let host = self.host.unwrap_or_else(|| Box::new(Sandbox));
        let mut evaluator = netform_eval::Session::with_host(shared, host);
        for layer in self.layers {
            netform_layers::check(&mut evaluator, layer)?;
            netform_nets::add_layer(&mut evaluator, layer);
        }
        Ok(Session::with_evaluator(evaluator, self.time_limit))
    }
}

fn check_name(name: &'static str, taken: bool) -> Result<(), RecordError> {
    let part_is_name = |part: &str| {
        part.starts_with(|c: char| c.is_alphabetic() || c == '$')
            && part.chars().all(|c| c.is_alphanumeric() || c == '$')
    };
    if !name.split('`').all(part_is_name) {
        return Err(RecordError::InvalidName { name: name.to_owned() });
    }
    if taken { Err(RecordError::NameTaken { name: name.to_owned() }) } else { Ok(()) }
}
