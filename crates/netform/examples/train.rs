//! Train a net to tell the points inside of a circle from those outside, and look at what it has learnt.
//!
//! `cargo run -p netform --example train`

use netform::prelude::*;

const EXAMPLES: usize = 64;

fn main() -> Result<(), netform::Error> {
    let mut session = Session::new();
    let net = Net::chain((16, symbol("Tanh"), 2)).input(2).build(&mut session)?;
    let net = net.initialize(&mut session, &Initialization::seeded(1))?;

    // Cross entropy of the two numbers, as logarithms of probabilities, and the number of the class.
    let loss = call("CrossEntropyLossLayer", ("Index", Expr::rule("FromLogits", symbol("True"))));
    let training = Training::new(("ADAM", Expr::rule("LearningRate", 0.02)), EXAMPLES);
    let mut step = net.training_step(&mut session, &Training { loss: Some(loss), ..training })?;

    let mut inputs = [0.0; 2 * EXAMPLES];
    let mut classes = [0.0; EXAMPLES];
    let mut losses = vec![];
    for batch in 0..300 {
        for (example, class) in classes.iter_mut().enumerate() {
            // Points that fill the square evenly.
            let place = (batch * EXAMPLES + example) as f64;
            let point = [0.754_877_666 * place, 0.569_840_291 * place].map(|x| 2.0 * x.fract() - 1.0);
            inputs[2 * example..2 * example + 2].copy_from_slice(&point);
            *class = if point[0].hypot(point[1]) < 0.7 { 1.0 } else { 2.0 };
        }
        losses.push(step.step(&[&inputs, &classes])?);
    }
    println!("first      {:.3}", losses[0]);
    println!("last       {:.3}", losses[losses.len() - 1]);

    // The trained net is an expression like every other one.
    let trained = step.net(&mut session)?;
    for (name, point) in [("inside", [0.1, -0.2]), ("outside", [0.9, 0.8])] {
        let scores: Vec<f64> = trained.apply(&mut session, point)?.try_into()?;
        println!("{name:10} {}", scores[0] > scores[1]);
    }
    Ok(())
}
