//! Training step by step.

use netform_array::ElementType;
use netform_compile::Segments;
use netform_expr::Sym;

use crate::{Error, Expr, Net, Session, call};

/// How [`Net::training_step`] trains a net.
///
/// ```
/// use netform::prelude::*;
/// use netform::Checkpointing;
///
/// let training = Training::new(("SGD", Expr::rule("LearningRate", 0.1), Expr::rule("Momentum", 0.9)), 32);
/// let training = Training { loss: Some(call("MeanSquaredLossLayer", ())), ..training };
/// assert_eq!(training.checkpointing, Checkpointing::None);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Training {
    /// What `NetOptimizer` takes: a name, or a list of a name and options.
    pub optimizer: Expr,
    /// A layer or net with the inputs `Input` and others, such as `Target`, that is put behind the output of the net. `None` for a
    /// net whose output is the loss.
    pub loss: Option<Expr>,
    /// The number of examples of a step.
    pub examples: usize,
    /// Whether numbers are `F64` or `F32`.
    pub real: ElementType,
    /// What is computed again in the walk back to save memory.
    pub checkpointing: Checkpointing,
    /// The seed of what is drawn, such as by `DropoutLayer`.
    pub seed: u64,
}

/// What of a recurrence is computed again in the walk back instead of being stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Checkpointing {
    /// Nothing: the states of all steps are stored.
    #[default]
    None,
    /// The steps in segments of about the square root of their number: the states before each segment are stored, and of one
    /// segment at a time those of all its steps.
    Root,
    /// The same with segments of so many steps.
    Segments(usize),
}

impl Training {
    /// By an optimiser, on so many examples in each step, in double precision.
    pub fn new(optimizer: impl Into<Expr>, examples: usize) -> Training {
        Training {
            optimizer: optimizer.into(),
            loss: None,
            examples,
            real: ElementType::F64,
            checkpointing: Checkpointing::None,
            seed: 0,
        }
    }
}

/// A net that learns, ready for its next step; see [`Net::training_step`].
///
/// It needs no session for a step, and allocates nothing in it but for random numbers.
#[derive(Debug)]
pub struct TrainingStep {
    inner: netform_nets::TrainingStep,
    /// Whether the net is a part of what is trained.
    has_loss: bool,
}

impl Net {
    /// The net as one that learns: the loss of a batch, its gradients by all learned arrays and what the optimiser makes of
    /// these are one program, in whose memory the arrays are.
    ///
    /// The loss is the output of the net, of several the one of the name `Loss`, or that of [`Training::loss`] behind the net; its mean
    /// over the examples and its elements is made smaller. Layers do what they do in training, such as `DropoutLayer`; the moving
    /// averages of `BatchNormalizationLayer` follow. Arrays whose `LearningRateMultipliers` is `None` stay.
    ///
    /// # Errors
    /// [`Error::Failed`] if a shape is not known, an array has no numbers, there is no such optimiser, or no such loss.
    ///
    /// ```
    /// use netform::prelude::*;
    ///
    /// let mut session = Session::new();
    /// let net = Net::chain((1,)).input(2).build(&mut session)?.initialize(&mut session, &Initialization::seeded(1))?;
    /// let training = Training::new(("SGD", Expr::rule("LearningRate", 0.1)), 4);
    /// let training = Training { loss: Some(call("MeanSquaredLossLayer", ())), ..training };
    /// let mut step = net.training_step(&mut session, &training)?;
    ///
    /// // y = 2 a - b + 1 at four points.
    /// let (inputs, targets) = ([0., 0., 0., 1., 1., 0., 1., 1.], [1., 0., 3., 2.]);
    /// for _ in 0..500 {
    ///     step.step(&[&inputs, &targets])?;
    /// }
    /// let trained = step.net(&mut session)?;
    /// let y: Vec<f64> = trained.apply(&mut session, [2.0, 3.0])?.try_into()?;
    /// assert!((y[0] - 2.0).abs() < 1e-6);
    ///
    /// let error = net.training_step(&mut session, &Training::new("Adam", 4)).unwrap_err();
    /// assert!(error.to_string().contains("Did you mean ADAM"));
    /// # Ok::<(), netform::Error>(())
    /// ```
    pub fn training_step(&self, session: &mut Session, training: &Training) -> Result<TrainingStep, Error> {
        let net = match &training.loss {
            None => self.clone(),
            Some(loss) => {
                let members = Expr::association([("Net", self.expr().clone()), ("Loss", loss.clone())]);
                let edge = Expr::rule("Net", call("NetPort", (("Loss", "Input"),)));
                Net::from_expr(session, call("NetGraph", (members, (edge,))))?
            }
        };
        let optimizer = call("NetOptimizer", (training.optimizer.clone(),)).node().clone();
        let options = netform_nets::TrainingOptions {
            optimizer,
            real: training.real,
            examples: training.examples,
            segments: match training.checkpointing {
                Checkpointing::None => None,
                Checkpointing::Root => Some(Segments::Root),
                Checkpointing::Segments(steps) => Some(Segments::Of(steps)),
            },
            seed: training.seed,
        };
        let mut made = None;
        session.work(|session| {
            Ok(match netform_nets::TrainingStep::new(session, net.expr().node(), &options)? {
                Ok(step) => {
                    made = Some(step);
                    Sym::Null.into()
                }
                Err(faults) => netform_nets::Fault::fail(session, &faults),
            })
        })?;
        let has_loss = training.loss.is_some();
        made.map(|inner| TrainingStep { inner, has_loss }).ok_or(Error::Aborted)
    }
}

impl TrainingStep {
    /// Makes a step on a batch: for each input of the net, and then of the loss, the elements of all examples, example after
    /// example. Gives the loss before the step.
    ///
    /// # Errors
    /// [`Error::Step`] if the data is not that of a batch.
    pub fn step(&mut self, inputs: &[&[f64]]) -> Result<f64, Error> {
        Ok(self.inner.step(inputs)?)
    }

    /// The same on numbers of single precision.
    ///
    /// # Errors
    /// As [`TrainingStep::step`].
    pub fn step_single(&mut self, inputs: &[&[f32]]) -> Result<f64, Error> {
        Ok(self.inner.step_single(inputs)?)
    }

    /// The number of steps made so far.
    pub fn steps(&self) -> u64 {
        self.inner.steps()
    }

    /// Sets the learning rate of the following steps.
    ///
    /// # Panics
    /// When it is negative or no number.
    pub fn set_learning_rate(&mut self, rate: f64) {
        self.inner.set_learning_rate(rate);
    }

    /// The net with its arrays as they are now, without the loss behind it.
    ///
    /// # Errors
    /// As [`Session::evaluate`].
    pub fn net(&self, session: &mut Session) -> Result<Net, Error> {
        let mut whole = None;
        session.work(|session| {
            whole = Some(self.inner.net(session));
            Ok(Sym::Null.into())
        })?;
        let whole = Net::from_expr(session, whole.map_or(Expr::from(()), Expr::from))?;
        if !self.has_loss {
            return Ok(whole);
        }
        let net = whole.extract(session, "Net")?;
        Net::from_expr(session, net)
    }

    /// The bytes in which a step works, with the arrays of the net and what the optimiser keeps.
    pub fn memory(&self) -> usize {
        self.inner.plan().memory()
    }

    /// The plan of a step: what is done, in which order and in which memory.
    pub fn plan(&self) -> String {
        self.inner.plan().to_string()
    }
}
