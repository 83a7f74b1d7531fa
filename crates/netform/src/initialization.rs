//! How the arrays of a net get their first values.

use crate::{Expr, symbol};

/// How [`Net::initialize`](crate::Net::initialize) fills the arrays of a net.
///
/// ```
/// use netform::prelude::*;
///
/// let mut session = Session::new();
/// let net = Net::linear(2).input(3).build(&mut session)?;
/// let settings = Initialization { method: Method::Xavier, seed: Some(7), ..Initialization::default() };
/// assert_eq!(net.initialize(&mut session, &settings)?, net.initialize(&mut session, &settings)?);
/// # Ok::<(), netform::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Initialization {
    /// The distribution of weights.
    pub method: Method,
    /// The seed of the random numbers; `None` takes them from the session's generator.
    pub seed: Option<i64>,
    /// Which arrays get values.
    pub extent: Extent,
}

/// The distribution of initial weights. Biases begin as zeros.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub enum Method {
    /// Variance 1/inputs, or 2/inputs before a rectifier (He et al. 2015, Delving Deep into Rectifiers).
    #[default]
    Kaiming,
    /// Variance 2/(inputs + outputs) (Glorot and Bengio 2010, Understanding the difficulty of training deep
    /// feedforward neural networks).
    Xavier,
    /// Normal with this standard deviation.
    Normal(f64),
    /// The identity, with normal noise of standard deviation 0.01.
    Identity,
}

/// Which arrays get values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Extent {
    /// Those that have none.
    #[default]
    Missing,
    /// All.
    All,
}

impl Initialization {
    /// The default method with a seed.
    pub fn seeded(seed: i64) -> Initialization {
        Initialization { seed: Some(seed), ..Initialization::default() }
    }

    /// The arguments of `NetInitialize` after the net.
    pub(crate) fn arguments(&self) -> Vec<Expr> {
        let extent = match self.extent {
            Extent::Missing => symbol("Automatic"),
            Extent::All => symbol("All"),
        };
        let method = match self.method {
            Method::Kaiming => "Kaiming".into(),
            Method::Xavier => "Xavier".into(),
            Method::Normal(deviation) => Expr::from(("Random", Expr::rule("Weights", deviation))),
            Method::Identity => "Identity".into(),
        };
        let seeding = self.seed.map_or_else(|| symbol("Inherited"), Expr::from);
        vec![extent, Expr::rule(symbol("Method"), method), Expr::rule(symbol("RandomSeeding"), seeding)]
    }
}
