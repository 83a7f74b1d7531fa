//! The typed interface: conversions, operators, errors, layers of one's own, sessions side by side.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use netform::array::Array;
use netform::layers::{
    Absent, ArrayRecord, Equation, Initial, Layer, Parameter, ParameterType, Port, PortKind, Requirement, Step,
};
use netform::prelude::*;
use netform::{RecordError, SessionBuilder};

/// An exponential moving average with a learned rate: a recurrence.
static AVERAGE: Layer = Layer {
    name: "AverageLayer",
    usage: "AverageLayer[] gives the moving averages of a sequence of vectors.",
    inputs: &[
        Port { name: "Input", shape: "{t, n}", kind: PortKind::Data, tex: "x" },
        Port { name: "State", shape: "{n}", kind: PortKind::State("FinalState"), tex: "s" },
    ],
    outputs: &[
        Port { name: "Output", shape: "{t, n}", kind: PortKind::Data, tex: "y" },
        Port { name: "FinalState", shape: "{n}", kind: PortKind::Data, tex: "s" },
    ],
    arrays: &[ArrayRecord { name: "Rate", shape: "{n}", initial: Initial::Constant(0.5), absent: None, tex: "r" }],
    definition: &[Equation::Recurrence {
        states: &[("s", "State", "FinalState")],
        sequences: &[("x", "Input")],
        step: &[Step { left: "next", right: "s + Rate (x - s)", tex: "s" }],
        next: &["next"],
        outputs: &[("Output", "next")],
    }],
    ..Layer::NEW
};

/// A power with an argument, an optional array and a requirement.
static POWER: Layer = Layer {
    name: "PowerLayer",
    usage: "PowerLayer[p] raises every component to the power p.",
    arguments: &[Parameter { name: "exponent", kind: ParameterType::Size, default: Some("2") }],
    arrays: &[ArrayRecord {
        name: "Scale",
        shape: "{in___}",
        initial: Initial::Constant(1.0),
        absent: Some(Absent::Ones),
        tex: "c",
    }],
    requirements: &[Requirement::new(
        "exponent < 10",
        "the exponent must be less than 10, but is `exponent`",
        "Give a smaller number",
    )],
    definition: &[Equation::is("Output", "Scale Input^exponent")],
    ..Layer::NEW
};

fn own_layers() -> Session {
    Session::builder().layer(&AVERAGE).layer(&POWER).build().expect("the records are sound")
}

#[test]
fn values_become_expressions_and_come_back() -> Result<(), netform::Error> {
    assert_eq!(Expr::from(u64::MAX).to_string(), "18446744073709551615");
    assert_eq!(Expr::from(usize::MAX >> 1), i64::MAX.into());
    assert_eq!(Expr::from(f64::INFINITY), call("DirectedInfinity", [1]));
    assert_eq!(Expr::from(()), Expr::list(Vec::<Expr>::new()));
    assert_eq!(String::try_from(Expr::from("text"))?, "text");
    assert!(bool::try_from(symbol("True"))?);
    assert_eq!(usize::try_from(Expr::from(-1)).unwrap_err().expected(), "a non-negative integer");

    let large: Vec<f64> = (0..1000).map(f64::from).collect();
    assert_eq!(Vec::<f64>::try_from(Expr::from(large.clone()))?, large);
    let array = Array::from_f64([10, 100], large.clone()).expect("the sizes agree");
    assert_eq!(Array::try_from(Expr::from(array.clone()))?, array);
    let mixed = Array::try_from(Expr::from((1, 2.5)))?;
    assert_eq!(mixed.as_f64(), Some([1.0, 2.5].as_slice()));
    assert!(Array::try_from(Expr::from(([1, 2], [3]))).is_err());
    assert!(Vec::<f64>::try_from(Expr::from((1.0, symbol("x")))).is_err());
    Ok(())
}

#[test]
fn operators_build_what_the_parser_reads() -> Result<(), netform::Error> {
    let (x, y) = (symbol("x"), symbol("y"));
    for (built, text) in [
        (&x + &y, "x + y"),
        (1 - &x, "1 - x"),
        (&x * 2, "x*2"),
        (1.5 / &y, "1.5/y"),
        (-(&x + &y), "-(x + y)"),
        (x.pow(&y).dot([1, 2]), "x^y . {1, 2}"),
        (symbol("f").apply((&x, "s", 2.5)), "f[x, \"s\", 2.5]"),
    ] {
        assert_eq!(built, text.parse()?);
        assert_eq!(built, built.to_string().parse()?);
    }
    Ok(())
}

#[test]
fn errors_say_what_happened() {
    let mut session = Session::new();
    let Err(netform::Error::Syntax(error)) = session.evaluate_text("a = 1;\nf[a, )") else {
        panic!("a bracket does not belong there")
    };
    assert!(error.to_string().starts_with("2:"), "{error}");
    assert_eq!(session.evaluate_text("Abort[]; 1"), Err(netform::Error::Aborted));
    assert_eq!(session.evaluate_text("Quit[3]"), Err(netform::Error::Quit(3)));
    let limit = session.evaluate_text("f[n_] := 1 + f[n + 1]; f[1]").unwrap_err();
    assert!(matches!(limit, netform::Error::LimitReached { .. }), "{limit:?}");
    assert!(!limit.messages().is_empty());
    assert!(matches!(Net::from_text(&mut session, "1 + 1"), Err(netform::Error::NotANet(_))));
    let failed = Net::linear(2).option("Wrong", 1).build(&mut session).unwrap_err();
    assert_eq!(failed.messages()[0].name, "LinearLayer::optx");
    assert_eq!(session.evaluate_text("1 + 1"), Ok(2.into()));
    assert!(session.messages().is_empty());
}

#[test]
fn another_thread_interrupts() {
    let mut session = Session::builder().time_limit(Duration::from_secs(60)).build().expect("nothing can be wrong");
    let interrupt = session.interrupt();
    let (done, ended) = channel::<()>();
    let raising = std::thread::spawn(move || {
        // An evaluation clears what was raised before it began: it is raised until there is a result.
        while ended.recv_timeout(Duration::from_millis(5)) == Err(RecvTimeoutError::Timeout) {
            interrupt.raise();
        }
    });
    assert_eq!(session.evaluate_text("While[True]"), Err(netform::Error::Aborted));
    drop(done);
    raising.join().expect("the thread ends");
}

#[test]
fn recorded_layers_are_nets() -> Result<(), netform::Error> {
    let mut session = own_layers();
    let net = Net::layer("AverageLayer").input((3, 1)).build(&mut session)?;
    assert_eq!(net.ports(&mut session)?.outputs.len(), 1);
    let equations = net.equations(&mut session)?;
    let equations: Vec<String> = equations.iter().map(ToString::to_string).collect();
    let step = "Indexed[MatrixSymbol[\"s\", {3, 1}], {\\[FormalT]}] == \
                Indexed[MatrixSymbol[\"s\", {3, 1}], {-1 + \\[FormalT]}] + \
                VectorSymbol[\"r\", 1]*(-Indexed[MatrixSymbol[\"s\", {3, 1}], {-1 + \\[FormalT]}] + \
                Indexed[MatrixSymbol[\"x\", {3, 1}], {\\[FormalT]}])";
    assert_eq!(equations, ["VectorSymbol[Subscript[\"s\", \"0\"], 1] == SymbolicZerosArray[{1}]", step]);

    let net = net.initialize(&mut session, &Initialization::default())?;
    let numbers: Vec<Vec<f64>> = net.apply(&mut session, [[1.0], [0.0], [1.0]])?.try_into()?;
    assert_eq!(numbers, [[0.5], [0.25], [0.625]]);
    let symbolic = net.apply(&mut session, [[symbol("a")], [symbol("b")], [symbol("c")]])?;
    let rules = [("a", 1.0), ("b", 0.0), ("c", 1.0)].map(|(name, value)| (symbol(name), value));
    assert_eq!(Vec::<Vec<f64>>::try_from(session.replace(symbolic, rules)?)?, numbers);
    let named = Expr::association([("Input", Expr::from([[1.0], [1.0], [1.0]])), ("State", Expr::from([3.0]))]);
    assert_eq!(net.apply(&mut session, named)?, [[2.0], [1.5], [1.25]].into());
    let array = net.apply(&mut session, call("MatrixSymbol", ("X", (3, 1))))?;
    assert_eq!(session.call("Dimensions", [array])?, [3, 1].into());

    let chain = Net::chain((Net::layer("PowerLayer").argument(3), Net::linear(1))).input(2).build(&mut session)?;
    let chain = chain.initialize(&mut session, &Initialization::seeded(1))?;
    assert_eq!(chain.arrays(&mut session)?.len(), 3);
    let x = symbol("x");
    let y: Vec<Expr> = chain.derivative(&mut session, (&x, 1), &x)?.args();
    let slope: f64 = session.replace(&y[0], [(&x, 2.0)])?.try_into()?;
    let weights: Vec<Vec<f64>> = chain.extract(&mut session, (2, "Weights"))?.try_into()?;
    assert!((slope - 12.0 * weights[0][0]).abs() < 1e-12);
    Ok(())
}

#[test]
fn recorded_layers_check_what_they_are_given() {
    let mut session = own_layers();
    let too_large = Net::layer("PowerLayer").argument(12).input(2).build(&mut session).unwrap_err();
    assert_eq!(
        too_large.to_string(),
        "PowerLayer::cstfail: PowerLayer: the exponent must be less than 10, but is 12. Here port Input is a length-2 vector. \
         Give a smaller number."
    );
    let net = Net::layer("PowerLayer").input(2).without("Scale").build(&mut session).expect("a sound net");
    assert_eq!(net.apply(&mut session, [3, 4]), Ok([9, 16].into()));
    let misfit = net.apply(&mut session, [1, 2, 3]).unwrap_err();
    assert_eq!(misfit.messages()[0].name, "PowerLayer::invindata2");
    assert_eq!(session.evaluate_text("?PowerLayer").map(|_| ()), Ok(()));

    // A session without the layer does not take it for a net.
    assert_eq!(net.apply(&mut Session::new(), [1, 2]), Err(netform::Error::NotANet(net.expr().clone())));
}

#[test]
fn records_that_cannot_be_used_are_refused() {
    static TAKEN: Layer = Layer { name: "LinearLayer", ..POWER };
    static UNNAMED: Layer = Layer { name: "my layer", ..POWER };
    static UNREADABLE: Layer =
        Layer { name: "UnreadableLayer", definition: &[Equation::is("Output", "Input +")], ..POWER };
    static UNDEFINED: Layer = Layer { name: "UndefinedLayer", definition: &[Equation::is("y", "Input")], ..POWER };
    let refused = |builder: SessionBuilder| match builder.build() {
        Err(netform::Error::Record(error)) => error,
        other => panic!("the record was taken: {other:?}"),
    };
    let of = |layer: &'static Layer| refused(Session::builder().layer(layer));
    assert!(matches!(of(&TAKEN), RecordError::NameTaken { .. }));
    assert!(matches!(of(&UNNAMED), RecordError::InvalidName { .. }));
    assert!(matches!(of(&UNREADABLE), RecordError::Text { .. }));
    assert!(matches!(of(&UNDEFINED), RecordError::UndefinedOutput { .. }));
    assert!(matches!(refused(Session::builder().layer(&POWER).layer(&POWER)), RecordError::NameTaken { .. }));
}

#[test]
fn sessions_have_their_own_definitions() -> Result<(), netform::Error> {
    let (mut one, mut other) = (Session::new(), Session::new());
    one.evaluate_text("f[x_] := x + 1")?;
    other.evaluate_text("f[x_] := 2 x")?;
    assert_eq!((one.call("f", [5])?, other.call("f", [5])?), (6.into(), 10.into()));
    let moved = std::thread::spawn(move || one.call("f", [6])).join().expect("the thread ends")?;
    assert_eq!(moved, 7.into());
    one_line_of_a_dialogue(&mut other);
    Ok(())
}

fn one_line_of_a_dialogue(session: &mut Session) {
    let outcome = session.submit(call("f", [symbol("x")]));
    assert_eq!((outcome.line, outcome.value.to_string()), (1, "2*x".to_owned()));
    assert_eq!(session.evaluate_text("Out[1]"), Ok(outcome.value));
}

#[test]
fn seeds_decide_initial_values() -> Result<(), netform::Error> {
    let mut session = Session::new();
    let net = Net::linear(2).input(2).build(&mut session)?;
    let normal = Initialization { method: Method::Normal(0.1), ..Initialization::seeded(3) };
    let first = net.initialize(&mut session, &normal)?;
    assert_eq!(first, net.initialize(&mut session, &normal)?);
    assert_eq!(first, first.initialize(&mut session, &Initialization::seeded(4))?);
    let all = Initialization { extent: Extent::All, ..Initialization::seeded(4) };
    assert_ne!(first, first.initialize(&mut session, &all)?);
    session.seed_random(5)?;
    let drawn = net.initialize(&mut session, &Initialization::default())?;
    session.seed_random(5)?;
    assert_eq!(drawn, net.initialize(&mut session, &Initialization::default())?);
    Ok(())
}
