//! The typed view of nets.

use std::fmt;

use crate::{Error, Expr, Initialization, Session};

/// A net: an expression that is one, with its shapes checked.
///
/// All that a net does is done by the language: every function here evaluates the call that its
/// documentation names, and a net may be taken apart or rewritten as the expression that it is.
///
/// ```
/// use netform::prelude::*;
///
/// let mut session = Session::new();
/// let net = Net::chain((2, symbol("Tanh"))).input(2).build(&mut session)?;
/// let net = net.initialize(&mut session, &Initialization::seeded(1))?;
///
/// // Numbers give numbers, symbols the closed form, array symbols equations between arrays.
/// let y: Vec<f64> = net.apply(&mut session, [0.5, -1.0])?.try_into()?;
/// let closed_form = net.apply(&mut session, [symbol("a"), symbol("b")])?;
/// let again = session.replace(closed_form, [(symbol("a"), 0.5), (symbol("b"), -1.0)])?;
/// let again: Vec<f64> = again.try_into()?;
/// assert!(y.iter().zip(again).all(|(y, z)| (y - z).abs() < 1e-15));
/// # Ok::<(), netform::Error>(())
/// ```
///
/// [`Display`](fmt::Display) is OutputForm, which shortens large arrays; the expression itself
/// prints all of them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Net {
    expr: Expr,
}

/// An input or output of a net.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// The name, such as `Input`.
    pub name: String,
    /// The dimensions, none for a scalar: integers, symbolic sizes, `"Varying"`, or `Automatic`
    /// where one is not known. `None` if not even their number is known.
    pub dimensions: Option<Vec<Expr>>,
}

/// The inputs and outputs of a net.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ports {
    /// The inputs, in order.
    pub inputs: Vec<Port>,
    /// The outputs, in order.
    pub outputs: Vec<Port>,
}

/// A learned array of a net.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetArray {
    /// Where it is: the positions or names of the layers that lead to it, then its own name.
    pub path: Vec<Expr>,
    /// Its values; `None` before initialisation.
    pub value: Option<Expr>,
}

impl Net {
    /// The net that an expression evaluates to.
    ///
    /// # Errors
    /// [`Error::Failed`] with a message for each fault of the net, [`Error::NotANet`] for anything
    /// that is none; else as [`Session::evaluate`].
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let net = Net::chain((4, symbol("Tanh"))).input(2).build(&mut session)?;
    /// let rectified = session.replace(net, [(symbol("Tanh"), symbol("Ramp"))])?;
    /// let rectified = Net::from_expr(&mut session, rectified)?;
    /// assert_eq!(rectified.to_string(), "NetChain[{LinearLayer[4], ElementwiseLayer[Ramp]}, Input -> 2]");
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn from_expr(session: &mut Session, e: impl Into<Expr>) -> Result<Net, Error> {
        let expr = session.evaluate(e)?;
        if netform_nets::is_net(session.evaluator_mut(), expr.node()) {
            Ok(Net { expr })
        } else {
            Err(Error::NotANet(expr))
        }
    }

    /// The expression.
    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    /// The net with values in its arrays: `NetInitialize[net, ...]`.
    ///
    /// # Errors
    /// [`Error::Failed`] if the shape of an array is not known.
    pub fn initialize(&self, session: &mut Session, settings: &Initialization) -> Result<Net, Error> {
        Net::from_expr(session, self.asked("NetInitialize", settings.arguments()))
    }

    /// The net on an input: `net[input]`. The input holds numbers, symbols, any mixture, or is an
    /// array symbol; one level more than the port has is a batch.
    ///
    /// A net with several inputs takes a list of them, or an [association](Expr::association) by
    /// name. One with several outputs gives an association.
    ///
    /// # Errors
    /// [`Error::Failed`] if the input does not fit.
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let net = Net::linear(1).array("Weights", [[2, 3]]).array("Biases", [1]).build(&mut session)?;
    /// assert_eq!(net.apply(&mut session, (symbol("x"), 5))?.to_string(), "{16 + 2*x}");
    /// assert_eq!(net.apply(&mut session, call("VectorSymbol", ("v", 2)))?.to_string(),
    ///     r#"{1} + {{2, 3}} . VectorSymbol["v", 2]"#);
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn apply(&self, session: &mut Session, input: impl Into<Expr>) -> Result<Expr, Error> {
        self.check(session)?;
        session.evaluate(self.on(input.into()))
    }

    /// The derivative of the output on an input, by a variable in it: `D[net[input], variable]`.
    /// With a list of variables in a list it is the Jacobian.
    ///
    /// # Errors
    /// As [`Net::apply`].
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let net = Net::elementwise(symbol("Tanh")).build(&mut session)?;
    /// let x = symbol("x");
    /// assert_eq!(net.derivative(&mut session, [2 * &x], &x)?.to_string(), "{2*Sech[2*x]^2}");
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn derivative(
        &self,
        session: &mut Session,
        input: impl Into<Expr>,
        variable: impl Into<Expr>,
    ) -> Result<Expr, Error> {
        let output = self.apply(session, input)?;
        session.differentiate(output, variable)
    }

    /// The defining equations, between arrays: `NetEquations[net]`. Those of a recurrent layer are
    /// for step t.
    ///
    /// # Errors
    /// [`Error::Failed`] if the shape of an array is not known.
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let equations = Net::linear(2).input(3).build(&mut session)?.equations(&mut session)?;
    /// assert_eq!(session.tex_form(&equations[0]), r"\mathbf{y}=\mathbf{W} \mathbf{x}+\mathbf{b}");
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn equations(&self, session: &mut Session) -> Result<Vec<Expr>, Error> {
        self.check(session)?;
        Ok(session.evaluate(self.asked("NetEquations", []))?.args())
    }

    /// The learned arrays in the order of the layers: `Information[net, "Arrays"]`.
    ///
    /// # Errors
    /// As [`Session::evaluate`].
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let net = Net::linear(2).input(1).build(&mut session)?.initialize(&mut session, &Initialization::seeded(1))?;
    /// let [weights, biases] = net.arrays(&mut session)?.try_into().expect("a linear layer has two arrays");
    /// assert_eq!(weights.path, ["Weights".into()]);
    /// assert_eq!(biases.value, Some([0.0, 0.0].into()));
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn arrays(&self, session: &mut Session) -> Result<Vec<NetArray>, Error> {
        let arrays = self.information(session, "Arrays")?;
        let array = |(key, value): (Expr, Expr)| NetArray {
            path: if key.is_list() { key.args() } else { vec![key] },
            value: Some(value).filter(|value| *value != crate::symbol("Automatic")),
        };
        Ok(pairs(&arrays).map(array).collect())
    }

    /// The inputs and outputs with their shapes: `Information[net, {"InputPorts", "OutputPorts"}]`.
    ///
    /// # Errors
    /// As [`Session::evaluate`].
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let ports = Net::chain((4, Net::softmax())).input(3).build(&mut session)?.ports(&mut session)?;
    /// assert_eq!(ports.inputs[0].name, "Input");
    /// assert_eq!(ports.outputs[0].dimensions, Some(vec![4.into()]));
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn ports(&self, session: &mut Session) -> Result<Ports, Error> {
        let mut ports = |property| Ok::<_, Error>(pairs(&self.information(session, property)?).map(port).collect());
        Ok(Ports { inputs: ports("InputPorts")?, outputs: ports("OutputPorts")? })
    }

    /// The layers, in the order of evaluation: `Information[net, "LayersList"]`.
    ///
    /// # Errors
    /// As [`Session::evaluate`].
    pub fn layers(&self, session: &mut Session) -> Result<Vec<Net>, Error> {
        let layers = self.information(session, "LayersList")?;
        Ok(layers.args().into_iter().map(|expr| Net { expr }).collect())
    }

    /// A part: a layer by position or name, an array, a parameter, the shape of a port; a list for
    /// a part of a part. `NetExtract[net, part]`.
    ///
    /// # Errors
    /// [`Error::Failed`] if there is no such part.
    pub fn extract(&self, session: &mut Session, part: impl Into<Expr>) -> Result<Expr, Error> {
        self.check(session)?;
        session.evaluate(self.asked("NetExtract", [part.into()]))
    }

    /// The net with another array, option, shape or layer: `NetReplacePart[net, part -> value]`.
    ///
    /// # Errors
    /// [`Error::Failed`] if there is no such part, or the value does not fit.
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let net = Net::linear(1).input(1).without("Biases").build(&mut session)?;
    /// let net = net.replace_part(&mut session, "Weights", [[symbol("w")]])?;
    /// assert_eq!(net.apply(&mut session, [symbol("x")])?.to_string(), "{w*x}");
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn replace_part(
        &self,
        session: &mut Session,
        part: impl Into<Expr>,
        value: impl Into<Expr>,
    ) -> Result<Net, Error> {
        Net::from_expr(session, self.asked("NetReplacePart", [Expr::rule(part, value)]))
    }

    /// A property by its name: `Information[net, property]`; the property `"Properties"` is the
    /// list of all.
    ///
    /// # Errors
    /// [`Error::Failed`] if there is no such property.
    pub fn information(&self, session: &mut Session, property: &str) -> Result<Expr, Error> {
        self.check(session)?;
        session.evaluate(self.asked("Information", [property.into()]))
    }

    /// That the session knows the layers: a net may come from a session with more of them.
    fn check(&self, session: &mut Session) -> Result<(), Error> {
        if netform_nets::is_net(session.evaluator_mut(), self.expr.node()) {
            Ok(())
        } else {
            Err(Error::NotANet(self.expr.clone()))
        }
    }
}

/// The keys and values of an association.
fn pairs(association: &Expr) -> impl Iterator<Item = (Expr, Expr)> {
    association.args().into_iter().filter_map(|rule| <[Expr; 2]>::try_from(rule.args()).ok()).map(|[k, v]| (k, v))
}

fn port((name, shape): (Expr, Expr)) -> Port {
    Port { name: name.as_str().unwrap_or_default().to_owned(), dimensions: shape.is_list().then(|| shape.args()) }
}

impl From<Net> for Expr {
    fn from(net: Net) -> Expr {
        net.expr
    }
}

impl From<&Net> for Expr {
    fn from(net: &Net) -> Expr {
        net.expr.clone()
    }
}

impl fmt::Display for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.expr.output_form())
    }
}

impl fmt::Debug for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Net({})", self.expr.output_form())
    }
}
