//! Constructors of nets.

use crate::{Error, Expr, Net, Session, call, symbol};

/// A net that is being written down: a layer or chain with its arguments and options.
///
/// It becomes a checked [`Net`] by [`NetBuilder::build`], and may stand inside another one. See
/// [`Net::layer`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetBuilder {
    head: Expr,
    arguments: Vec<Expr>,
    options: Vec<(String, Expr)>,
}

impl NetBuilder {
    pub(crate) fn new(name: &str) -> NetBuilder {
        NetBuilder { head: symbol(name), arguments: Vec::new(), options: Vec::new() }
    }

    /// Adds an argument.
    #[must_use]
    pub fn argument(mut self, value: impl Into<Expr>) -> NetBuilder {
        self.arguments.push(value.into());
        self
    }

    /// Sets an option, such as `"Stride"`.
    #[must_use]
    pub fn option(mut self, name: &str, value: impl Into<Expr>) -> NetBuilder {
        self.options.retain(|(known, _)| known != name);
        self.options.push((name.to_owned(), value.into()));
        self
    }

    /// Sets the shape of the input: a length, or the dimensions as an array or tuple. `"Varying"`
    /// is a length that the data decides; a symbol is a symbolic one.
    #[must_use]
    pub fn input(self, shape: impl Into<Expr>) -> NetBuilder {
        self.option("Input", shape)
    }

    /// Sets the shape of the output.
    #[must_use]
    pub fn output(self, shape: impl Into<Expr>) -> NetBuilder {
        self.option("Output", shape)
    }

    /// Gives an array its values, numbers or symbols.
    #[must_use]
    pub fn array(self, name: &str, value: impl Into<Expr>) -> NetBuilder {
        self.option(name, value)
    }

    /// Leaves an array out, such as `"Biases"`.
    #[must_use]
    pub fn without(self, name: &str) -> NetBuilder {
        self.option(name, symbol("None"))
    }

    /// Checks the net: options, values, and shapes, which must fit each other.
    ///
    /// # Errors
    /// [`Error::Failed`] with a message for each fault.
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let error = Net::chain((Net::linear(3), Net::softmax().input(2))).build(&mut session).unwrap_err();
    /// assert_eq!(error.messages()[0].name, "NetChain::tyinc");
    /// ```
    pub fn build(self, session: &mut Session) -> Result<Net, Error> {
        Net::from_expr(session, self)
    }
}

impl From<NetBuilder> for Expr {
    fn from(builder: NetBuilder) -> Expr {
        let options = builder.options.iter().map(|(name, value)| Expr::rule(name.as_str(), value));
        let arguments: Vec<Expr> = builder.arguments.iter().cloned().chain(options).collect();
        builder.head.apply(arguments)
    }
}

impl Net {
    /// A layer by its name, in the library or one's own.
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let lstm = Net::layer("LongShortTermMemoryLayer").argument(2).input((3, 2)).build(&mut session)?;
    /// assert_eq!(lstm.to_string(), "LongShortTermMemoryLayer[2, Input -> {3, 2}]");
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn layer(name: &str) -> NetBuilder {
        NetBuilder::new(name)
    }

    /// `LinearLayer`: an affine map to vectors of this length, or arrays of these dimensions.
    pub fn linear(size: impl Into<Expr>) -> NetBuilder {
        Net::layer("LinearLayer").argument(size)
    }

    /// `ElementwiseLayer`: a function on every element, such as `symbol("Tanh")`, a pure function,
    /// or one of the names that the layer knows, such as `"GELU"`.
    pub fn elementwise(function: impl Into<Expr>) -> NetBuilder {
        Net::layer("ElementwiseLayer").argument(function)
    }

    /// `SoftmaxLayer`: positive numbers whose sum is 1.
    pub fn softmax() -> NetBuilder {
        Net::layer("SoftmaxLayer")
    }

    /// `BasicRecurrentLayer`: a recurrence with a state of this length.
    pub fn recurrent(size: impl Into<Expr>) -> NetBuilder {
        Net::layer("BasicRecurrentLayer").argument(size)
    }

    /// `GatedRecurrentLayer` with a state of this length.
    pub fn gated_recurrent(size: impl Into<Expr>) -> NetBuilder {
        Net::layer("GatedRecurrentLayer").argument(size)
    }

    /// `LongShortTermMemoryLayer` with a state of this length.
    pub fn long_short_term_memory(size: impl Into<Expr>) -> NetBuilder {
        Net::layer("LongShortTermMemoryLayer").argument(size)
    }

    /// `NetChain`: each member takes its input from the one before. Members are nets, builders, or
    /// what the language takes for one: a size for a linear layer, a function for an elementwise one.
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let net = Net::chain((4, symbol("Tanh"), Net::linear(2).without("Biases"))).input(3).build(&mut session)?;
    /// assert_eq!(net.layers(&mut session)?.len(), 3);
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn chain(members: impl crate::Arguments) -> NetBuilder {
        Net::layer("NetChain").argument(Expr::list(members.into_arguments()))
    }

    /// `NetChain` with names for its members.
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let net = Net::named_chain([("hidden", Net::linear(4)), ("output", Net::linear(1))]).input(2);
    /// let net = net.build(&mut session)?;
    /// assert_eq!(net.extract(&mut session, "output")?.to_string(), "LinearLayer[1]");
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn named_chain<N: Into<Expr>, M: Into<Expr>>(members: impl IntoIterator<Item = (N, M)>) -> NetBuilder {
        Net::layer("NetChain").argument(Expr::association(members))
    }

    /// `NetMapOperator`: a net on each element of a sequence.
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let net = Net::map_operator(Net::linear(1).array("Weights", [[2]]).without("Biases")).build(&mut session)?;
    /// let (x, y) = (symbol("x"), symbol("y"));
    /// assert_eq!(net.apply(&mut session, [[x], [y]])?.to_string(), "{{2*x}, {2*y}}");
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn map_operator(net: impl Into<Expr>) -> NetBuilder {
        Net::layer("NetMapOperator").argument(net)
    }

    /// `NetFoldOperator`: a recurrence whose step is a net with the inputs `"Input"` and `"State"`.
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let step = session.parse("ThreadingLayer[#Input + 2 #State &]")?;
    /// let net = Net::fold_operator(step).build(&mut session)?;
    /// assert_eq!(net.apply(&mut session, [symbol("x"), symbol("y")])?.to_string(), "{x, 2*x + y}");
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn fold_operator(net: impl Into<Expr>) -> NetBuilder {
        Net::layer("NetFoldOperator").argument(net)
    }

    /// `NetNestOperator`: a net on its own result, so many times.
    pub fn nest_operator(net: impl Into<Expr>, count: impl Into<Expr>) -> NetBuilder {
        Net::layer("NetNestOperator").argument(net).argument(count)
    }

    /// `NetBidirectionalOperator`: a recurrent net on a sequence and on its reverse.
    pub fn bidirectional_operator(net: impl Into<Expr>) -> NetBuilder {
        Net::layer("NetBidirectionalOperator").argument(net)
    }

    /// The constructor call that a text denotes, checked.
    ///
    /// # Errors
    /// [`Error::Syntax`], [`Error::Failed`], [`Error::NotANet`].
    pub fn from_text(session: &mut Session, text: &str) -> Result<Net, Error> {
        let e = session.parse(text)?;
        Net::from_expr(session, e)
    }

    /// The call of the net on an input, unevaluated.
    pub(crate) fn on(&self, input: Expr) -> Expr {
        self.expr().apply([input])
    }

    /// The call of a function on the net, unevaluated.
    pub(crate) fn asked(&self, function: &str, rest: impl IntoIterator<Item = Expr>) -> Expr {
        call(function, [self.expr().clone()].into_iter().chain(rest).collect::<Vec<_>>())
    }
}
