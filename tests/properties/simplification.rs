//! Properties of every rule of `NetSimplify`, tried on its samples: the rule alone makes another net of them, with the same
//! results on exact and on symbolic data.

use libtest_mimic::{Failed, Trial};
use netform::expr::Sym;
use netform::nets::simplification_samples;

use crate::session::TestSession;

/// One test for each sample.
pub(super) fn trials() -> Vec<Trial> {
    let trial = |(number, (rule, sample)): (usize, (&'static str, &'static str))| {
        let name = format!("properties::simplification::{rule}-{}", number + 1);
        Trial::test(name, move || check(rule, sample).map_err(Failed::from))
    };
    simplification_samples().enumerate().map(trial).collect()
}

fn check(rule: &str, sample: &str) -> Result<(), String> {
    let mut session = TestSession::new();
    let setup = format!(
        "net = {sample}; simple = NetSimplify[net, \"Rules\" -> \"{rule}\"];
         symbols = Array[x, First[Values[Information[net, \"InputPorts\"]]]];
         numbers = symbols /. x[i__] :> Total[{{i}}^2]/3 - 1;"
    );
    let shown = session.transcript(&setup);
    if !shown.is_empty() {
        return Err(shown.join("\n"));
    }
    for (claim, test) in [
        ("the rule applies", "simple =!= net"),
        ("no layer is added", "Information[simple, \"LayersCount\"] <= Information[net, \"LayersCount\"]"),
        ("exact results are the same", "net[numbers] === simple[numbers]"),
        ("symbolic results are the same", "Union[Flatten[{Simplify[Expand[net[symbols] - simple[symbols]]]}]] === {0}"),
    ] {
        if !session.value(test)?.is(Sym::True) {
            let simple = session.value("simple")?;
            return Err(format!("{claim}: {test} is not true for\n{}", session.session().output_form(&simple)));
        }
    }
    Ok(())
}
