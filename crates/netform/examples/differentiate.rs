//! Differentiate a recurrent net: the equations, an exact derivative, and a check of its value.
//!
//! `cargo run -p netform --example differentiate`

use netform::prelude::*;

fn main() -> Result<(), netform::Error> {
    let mut session = Session::new();
    let net = Net::gated_recurrent(1).input((3, 1)).build(&mut session)?;

    // The defining equations, for a paper.
    for equation in net.equations(&mut session)? {
        println!("{}", equation.tex_form());
    }

    // Three steps on symbols; the last output as a function of the first input.
    let net = net.initialize(&mut session, &Initialization::seeded(4))?;
    let (a, b, c) = (symbol("a"), symbol("b"), symbol("c"));
    let derivative = net.derivative(&mut session, [[&a], [&b], [&c]], &a)?;
    let last = session.call("Part", (derivative, 3, 1))?;
    println!("\nd y3/d x1 has {} leaves", session.call("LeafCount", [&last])?);

    // Its value at a point, against the quotient of differences of the net on numbers.
    let exact: f64 = session.replace(last, [(&a, 0.3), (&b, -0.2), (&c, 0.7)])?.try_into()?;
    let mut y3 = |x1: f64| -> Result<f64, netform::Error> {
        let y: Vec<Vec<f64>> = net.apply(&mut session, [[x1], [-0.2], [0.7]])?.try_into()?;
        Ok(y[2][0])
    };
    let step = 1e-5;
    let quotient = (y3(0.3 + step)? - y3(0.3 - step)?) / (2.0 * step);
    println!("exact {exact:.8}, by differences {quotient:.8}");
    Ok(())
}
