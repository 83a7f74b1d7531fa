//! Sessions with a host, limits, and layers and functions of one's own.

use std::fmt;
use std::time::Duration;

use netform_eval::{Function, Host, Registry};
use netform_layers::{Layer, RecordError};

use crate::host::SandboxHost;
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
    threads: usize,
}

impl fmt::Debug for SessionBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layers: Vec<&str> = self.layers.iter().map(|layer| layer.name).collect();
        let functions: Vec<&str> = self.functions.iter().map(|function| function.name).collect();
        let mut shown = f.debug_struct("SessionBuilder");
        shown.field("layers", &layers).field("functions", &functions).field("time_limit", &self.time_limit);
        shown.finish_non_exhaustive()
    }
}

impl SessionBuilder {
    /// Adds a layer. Its name is a global one; constructors, chains and messages use it like
    /// those of the library.
    #[must_use]
    pub fn layer(mut self, layer: &'static Layer) -> SessionBuilder {
        self.layers.push(layer);
        self
    }

    /// Adds a function written in Rust; [`eval::Function`](crate::eval::Function) tells what its
    /// record may say. Its name is a global one, unless it has a context.
    ///
    /// ```
    /// use netform::eval::{self, Derivative, Eval, Function, Lowering, RealCode, ShapeRule};
    /// use netform::expr::{self, Attributes};
    /// use netform::prelude::*;
    ///
    /// fn on_numbers(_: &mut eval::Session, call: &expr::Expr) -> Eval {
    ///     Ok(call.arg(0).as_real().map(|x| expr::Expr::real(1.0 / (1.0 + x * x))))
    /// }
    ///
    /// static BUMP: Function = Function {
    ///     name: "Bump",
    ///     usage: "Bump[x] is 1/(1 + x^2).",
    ///     attributes: Attributes::LISTABLE.with(Attributes::NUMERIC_FUNCTION),
    ///     arguments: Some((1, 1)),
    ///     evaluate: Some(on_numbers),
    ///     derivative: Derivative::Partial(&["-2 #1 Bump[#1]^2"]),
    ///     // What nets need to compute with it.
    ///     real: Some(RealCode::Unary(|x| 1.0 / (1.0 + x * x))),
    ///     lowering: Lowering::Map,
    ///     shape: ShapeRule::Elementwise,
    ///     ..Function::NEW
    /// };
    ///
    /// let mut session = Session::builder().function(&BUMP).build()?;
    /// assert_eq!(session.evaluate_text("Bump[{2., x}]")?.to_string(), "{0.2, Bump[x]}");
    /// assert_eq!(session.evaluate_text("D[Bump[3 x], x]")?.to_string(), "-18*x*Bump[3*x]^2");
    /// let net = Net::chain((Net::linear(1).array("Weights", [[2.0]]), symbol("Bump"))).build(&mut session)?;
    /// let net = net.initialize(&mut session, &Initialization::default())?;
    /// assert_eq!(net.apply(&mut session, [1.0])?, [0.2].into());
    /// # Ok::<(), netform::Error>(())
    /// ```
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

    /// Gives large numeric work, such as a net on a batch, to so many threads, which sleep where there is none; 1 is the
    /// default. Results are the same bit for bit for any number of threads.
    ///
    /// ```
    /// use netform::Session;
    /// let net = "x = N[Table[Sin[i j], {i, 200}, {j, 300}]]; \
    ///     NetInitialize[NetChain[{LinearLayer[200, \"Weights\" -> x, \"Biases\" -> None], SoftmaxLayer[]}]][x]";
    /// let mut apart = Session::builder().threads(2).build()?;
    /// assert_eq!(apart.evaluate_text(net)?.to_string(), Session::new().evaluate_text(net)?.to_string());
    /// # Ok::<(), netform::Error>(())
    /// ```
    #[must_use]
    pub fn threads(mut self, threads: usize) -> SessionBuilder {
        self.threads = threads;
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
    /// use netform::Session;
    ///
    /// static WRONG: Layer =
    ///     Layer { name: "WrongLayer", definition: &[Equation::is("Output", "Tanh[Inptu]")], ..Layer::NEW };
    ///
    /// assert_eq!(
    ///     Session::builder().layer(&WRONG).build().unwrap_err().to_string(),
    ///     "a text of WrongLayer mentions Inptu, which nothing in the record defines: Tanh[Inptu]"
    /// );
    /// ```
    pub fn build(self) -> Result<Session, Error> {
        let mut shared = registry();
        if !self.layers.is_empty() || !self.functions.is_empty() {
            let mut registry = (*shared).clone();
            for function in self.functions {
                check_name(function.name, is_taken(&registry, function.name))?;
                registry.register(&[global(function)]);
            }
            for layer in &self.layers {
                check_name(layer.name, is_taken(&registry, layer.name))?;
                netform_nets::register_layer(&mut registry, layer);
            }
            shared = registry.share();
        }
        let host = self.host.unwrap_or_else(|| Box::new(SandboxHost::new()));
        let mut evaluator = netform_eval::Session::with_host(shared, host);
        evaluator.set_threads(self.threads);
        for layer in self.layers {
            netform_layers::check(&mut evaluator, layer)?;
            netform_nets::add_layer(&mut evaluator, layer);
        }
        Ok(Session::with_evaluator(evaluator, self.time_limit))
    }
}

/// Whether a function of the system, or one of one's own, has this name.
fn is_taken(registry: &Registry, name: &str) -> bool {
    let contexts: &[&str] = if name.contains('`') { &[""] } else { &["System`", "Global`"] };
    contexts.iter().any(|context| registry.get(&netform_expr::Expr::symbol(&format!("{context}{name}"))).is_some())
}

/// A record with a context in its name.
fn global(function: &'static Function) -> &'static Function {
    if function.name.contains('`') {
        return function;
    }
    // Records are never freed: nodes, sessions and threads hold them without counting.
    let name = Box::leak(format!("Global`{}", function.name).into_boxed_str());
    Box::leak(Box::new(Function { name, ..*function }))
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
