//! Build a net, initialise it, and apply it to numbers, symbols, a mixture, and an array symbol.
//!
//! `cargo run -p netform --example apply`

use netform::prelude::*;

fn main() -> Result<(), netform::Error> {
    let mut session = Session::new();

    // A size stands for a linear layer, a function for an elementwise one.
    let net = Net::chain((2, symbol("Tanh"), 1)).input(2).build(&mut session)?;
    let net = net.initialize(&mut session, &Initialization::seeded(1))?;
    println!("net        {net}");

    // Numbers give numbers.
    let y: Vec<f64> = net.apply(&mut session, [0.5, -1.0])?.try_into()?;
    println!("numbers    {y:?}");

    // Symbols give the closed form, in which numbers may be put afterwards.
    let (a, b) = (symbol("a"), symbol("b"));
    let closed_form = net.apply(&mut session, [&a, &b])?;
    println!("symbols    {}", closed_form.output_form());
    println!("then       {}", session.replace(closed_form, [(&a, 0.5), (&b, -1.0)])?);
    println!("mixture    {}", net.apply(&mut session, (0.5, &b))?.output_form());

    // An array symbol gives the equation between arrays; a net without values has symbolic ones.
    let v = call("VectorSymbol", ("v", 3));
    let affine = Net::linear(2).input(3).build(&mut session)?.apply(&mut session, v)?;
    println!("array      {}", affine.output_form());

    // What does not fit is an error that says so.
    let error = net.apply(&mut session, [1, 2, 3]).unwrap_err();
    println!("error      {error}");
    Ok(())
}
