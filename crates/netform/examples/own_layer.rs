//! Define a layer of one's own: as a function of the language, and as a record like the built-in layers.
//!
//! `cargo run -p netform --example own_layer`

use netform::layers::{ArrayRecord, Equation, Initial, Layer};
use netform::prelude::*;

/// y = x Tanh(s x), with a learned slope for each component (a smooth absolute value).
static SMOOTH: Layer = Layer {
    name: "SmoothLayer",
    usage: "SmoothLayer[] gives x Tanh[s x], with a learned slope s for each component.",
    arrays: &[ArrayRecord {
        name: "Slopes",
        shape: "{in___}",
        initial: Initial::Constant(2.0),
        absent: None,
        tex: "s",
    }],
    definition: &[Equation::is("Output", "Input Tanh[Slopes Input]")],
    ..Layer::NEW
};

fn main() -> Result<(), netform::Error> {
    let mut session = Session::builder().layer(&SMOOTH).build()?;
    let (x, y) = (symbol("x"), symbol("y"));

    // In the language a layer is a definition, applied like any function.
    session.evaluate_text("smooth[s_, x_] := x Tanh[s x]")?;
    println!("function   {}", session.call("smooth", ([2, 3], [&x, &y]))?.output_form());

    // The record makes it a net: on numbers, symbols and arrays, in chains, with equations and checked shapes.
    let net = Net::layer("SmoothLayer").input(2).build(&mut session)?;
    println!("symbolic   {}", net.apply(&mut session, [&x, &y])?.output_form());
    println!("equation   {}", net.equations(&mut session)?[0].tex_form());
    let chain = Net::chain((Net::linear(2), net)).input(1).build(&mut session)?;
    let chain = chain.initialize(&mut session, &Initialization::seeded(1))?;
    println!("numbers    {}", chain.apply(&mut session, [0.5])?);
    println!("derivative {}", chain.derivative(&mut session, [&x], &x)?.output_form());
    let wrong = Net::layer("SmoothLayer").input(3).array("Slopes", [1, 2]).build(&mut session);
    println!("error      {}", wrong.unwrap_err());
    Ok(())
}
