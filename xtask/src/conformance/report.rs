//! The table of results by suite and area, with every failure and its reason.

use std::collections::BTreeMap;

use super::case::Case;

/// A judged case.
pub(super) struct Outcome {
    pub(super) suite: &'static str,
    pub(super) case: Case,
    pub(super) result: Result<(), String>,
}

/// All judged cases.
#[derive(Default)]
pub(super) struct Report {
    outcomes: Vec<Outcome>,
}

impl Report {
    pub(super) fn add(&mut self, outcome: Outcome) {
        self.outcomes.push(outcome);
    }

    /// Prints the failures, then the table.
    pub(super) fn print(&self) {
        for outcome in &self.outcomes {
            if let Err(reason) = &outcome.result {
                println!("FAILED {}/{}: {}\n    {reason}", outcome.suite, outcome.case.id, outcome.case.input);
            }
        }
        let mut rows: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
        for outcome in &self.outcomes {
            let row = rows.entry((outcome.suite, &outcome.case.area)).or_default();
            row.0 += usize::from(outcome.result.is_ok());
            row.1 += 1;
        }
        println!("{:<20} {:<12} {:>7} {:>7}", "suite", "area", "passed", "cases");
        for ((suite, area), (passed, cases)) in rows {
            println!("{suite:<20} {area:<12} {passed:>7} {cases:>7}");
        }
        println!("conformance: {} passed, {} failed", self.outcomes.len() - self.failed(), self.failed());
    }

    /// An error when a case failed.
    pub(super) fn verdict(&self) -> Result<(), String> {
        match self.failed() {
            0 => Ok(()),
            failed => Err(format!("{failed} conformance cases failed")),
        }
    }

    fn failed(&self) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.result.is_err()).count()
    }
}
