//! The constructor of graphs.

use crate::{Error, Expr, Net, NetBuilder, Session, call, symbol};

/// A graph that is being written down: named layers, and edges between them.
///
/// It becomes a checked [`Net`] by [`GraphBuilder::build`], and may stand inside another net. Inputs that no edge leads to
/// and outputs that no edge leads from are those of the graph.
///
/// ```
/// use netform::prelude::*;
///
/// let mut session = Session::new();
/// // A block with a shortcut: x + W Tanh[V x].
/// let block = Net::graph()
///     .layer("branch", Net::chain((2, symbol("Tanh"), Net::linear(symbol("Automatic")).without("Biases"))))
///     .layer("sum", symbol("Plus"))
///     .input("x", ["branch", "sum"])
///     .edge("branch", "sum")
///     .shape("x", 3)
///     .build(&mut session)?;
/// assert_eq!(block.ports(&mut session)?.outputs[0].dimensions, Some(vec![3.into()]));
///
/// let block = block.initialize(&mut session, &Initialization::seeded(1))?;
/// let y: Vec<f64> = block.apply(&mut session, [1.0, 2.0, 3.0])?.try_into()?;
/// assert_eq!(y.len(), 3);
/// # Ok::<(), netform::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GraphBuilder {
    layers: Vec<(String, Expr)>,
    edges: Vec<Expr>,
    shapes: Vec<(String, Expr)>,
}

/// Where an edge begins or ends: a layer by its name, or `(layer, port)`; or several of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End(Expr);

impl GraphBuilder {
    /// Adds a layer: a net, a builder, or what the language takes for one, such as a size or a function.
    #[must_use]
    pub fn layer(mut self, name: &str, layer: impl Into<Expr>) -> GraphBuilder {
        self.layers.push((name.to_owned(), layer.into()));
        self
    }

    /// Gives what comes out at one end to the layer at the other. Several beginnings go to the inputs of the layer in
    /// their order, as those of edges one after the other do.
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let net = Net::graph()
    ///     .layer("tanh", symbol("Tanh"))
    ///     .layer("sin", symbol("Sin"))
    ///     .layer("difference", symbol("Subtract"))
    ///     .input("x", ["tanh", "sin"])
    ///     .edge(["tanh", "sin"], "difference")
    ///     .build(&mut session)?;
    /// assert_eq!(net.apply(&mut session, [symbol("a")])?.output_form(), "{-Sin[a] + Tanh[a]}");
    ///
    /// // The last state of one layer is where another one begins.
    /// let encoder = Net::graph()
    ///     .layer("encoder", Net::recurrent(2))
    ///     .layer("decoder", Net::recurrent(2))
    ///     .input("source", "encoder")
    ///     .input("target", "decoder")
    ///     .edge(("encoder", "State"), ("decoder", "State"))
    ///     .mute("encoder")
    ///     .build(&mut session)?;
    /// assert_eq!(encoder.ports(&mut session)?.outputs.len(), 1);
    /// # Ok::<(), netform::Error>(())
    /// ```
    #[must_use]
    pub fn edge(mut self, from: impl Into<End>, to: impl Into<End>) -> GraphBuilder {
        self.edges.push(Expr::rule(from.into().0, to.into().0));
        self
    }

    /// Gives an input of the graph a name and to a layer, or to several.
    #[must_use]
    pub fn input(mut self, name: &str, to: impl Into<End>) -> GraphBuilder {
        self.edges.push(Expr::rule(port(name), to.into().0));
        self
    }

    /// Makes what comes out of a layer an output of the graph of this name.
    #[must_use]
    pub fn output(mut self, from: impl Into<End>, name: &str) -> GraphBuilder {
        self.edges.push(Expr::rule(from.into().0, port(name)));
        self
    }

    /// Keeps what comes out of a layer from being an output of the graph.
    #[must_use]
    pub fn mute(mut self, from: impl Into<End>) -> GraphBuilder {
        self.edges.push(Expr::rule(from.into().0, symbol("None")));
        self
    }

    /// Sets the shape of an input or output of the graph, as [`NetBuilder::input`] does.
    #[must_use]
    pub fn shape(mut self, port: &str, shape: impl Into<Expr>) -> GraphBuilder {
        self.shapes.push((port.to_owned(), shape.into()));
        self
    }

    /// Checks the graph: names, edges, and shapes, which must fit each other.
    ///
    /// # Errors
    /// [`Error::Failed`] with a message for each fault.
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let error = Net::graph().layer("hidden", 3).edge("hiden", "hidden").build(&mut session).unwrap_err();
    /// assert_eq!(error.messages()[0].name, "NetGraph::novertex");
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn build(self, session: &mut Session) -> Result<Net, Error> {
        Net::from_expr(session, self)
    }
}

fn port(name: &str) -> Expr {
    call("NetPort", [name])
}

impl From<GraphBuilder> for Expr {
    fn from(graph: GraphBuilder) -> Expr {
        let edges = Expr::list(graph.edges);
        let builder = NetBuilder::new("NetGraph").argument(Expr::association(graph.layers)).argument(edges);
        graph.shapes.into_iter().fold(builder, |builder, (port, shape)| builder.option(&port, shape)).into()
    }
}

impl From<&str> for End {
    fn from(layer: &str) -> End {
        End(layer.into())
    }
}

impl From<(&str, &str)> for End {
    fn from((layer, port): (&str, &str)) -> End {
        End(call("NetPort", [Expr::list([layer, port])]))
    }
}

impl<T: Into<End>, const N: usize> From<[T; N]> for End {
    fn from(ends: [T; N]) -> End {
        End(Expr::list(ends.map(|end| end.into().0)))
    }
}

impl<T: Into<End>> From<Vec<T>> for End {
    fn from(ends: Vec<T>) -> End {
        End(Expr::list(ends.into_iter().map(|end| end.into().0).collect::<Vec<_>>()))
    }
}

impl Net {
    /// `NetGraph`: layers by name, connected by edges.
    pub fn graph() -> GraphBuilder {
        GraphBuilder::default()
    }
}
