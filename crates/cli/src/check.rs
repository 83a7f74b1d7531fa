//! `netform check`: whether all ways of computing a net agree, one line a way while it is computed.

use std::io::Write;

use netform::nets::check_ways;

use crate::arguments::{CheckOptions, Form, Limits};
use crate::engine::{Engine, Value};
use crate::host::Sink;
use crate::net::{NET, enter, enter_net_with};
use crate::recorded;
use crate::status::Status;

/// The symbol whose value is the data.
const DATA: &str = "Command`data";

/// Checks the net of an expression or a file, on data if some is given, or against records.
pub(crate) fn run(options: &CheckOptions, limits: &Limits) -> Status {
    if let Some(records) = options.data.as_deref().and_then(recorded::records) {
        return recorded::check(&records, options, limits);
    }
    if let Some(data) = options.data.as_deref().filter(|data| recorded::is_meant_as_path(data)) {
        eprintln!("netform: {data}: there is no such file or folder of recorded data");
        return Status::Usage;
    }
    let mut engine = Engine::on_terminal(limits, Sink::Streams);
    if let Err(status) = enter_net_with(&mut engine, &options.net, &options.source) {
        return status;
    }
    if let Some(data) = &options.data
        && let Err(status) = enter(&mut engine, DATA, data)
    {
        return status;
    }
    let data = options.data.as_ref().map_or_else(String::new, |_| format!(", {DATA}"));
    let mut settings = format!(
        "\"Tries\" -> {}, RandomSeeding -> {}, \"SymbolicLimit\" -> {}",
        options.tries.unwrap_or(3),
        options.seed,
        options.symbolic_limit.unwrap_or(2000)
    );
    if let Some(tolerance) = options.tolerance {
        settings.push_str(&format!(", \"Tolerance\" -> {}", format!("{tolerance:?}").replace('e', "*^")));
    }
    let mut agrees = true;
    for way in check_ways() {
        out!("{way:<20}");
        // The line stands there while the way is computed.
        let _ = std::io::stdout().flush();
        let value = engine.enter(&format!("NetCheck[{NET}{data}, {settings}, \"Ways\" -> \"{way}\"]"));
        if value.status() != Status::Done {
            outln!("not computed");
            return Status::Failed;
        }
        let line = line(&mut engine, &value, way);
        agrees &= line.agrees;
        outln!("{}", line.text);
    }
    outln!("{}", if agrees { "All results agree." } else { "The results do not agree." });
    if agrees { Status::Done } else { Status::Failed }
}

/// What is said of a way.
struct Line {
    text: String,
    agrees: bool,
}

fn line(engine: &mut Engine, value: &Value, way: &str) -> Line {
    let entry = |group: &str| {
        let entries = value.expr().args().into_iter().find(|rule| rule.args()[0].as_str() == Some(group))?;
        let rule = entries.args()[1].args().into_iter().find(|rule| rule.args()[0].as_str() == Some(way))?;
        Some(rule.args()[1].clone())
    };
    if let Some(text) = entry("Failed") {
        return Line { text: format!("WRONG: {}", engine.print(&text, Form::OutputForm)), agrees: false };
    }
    if let Some(difference) = entry("Differences").and_then(|number| number.as_f64()) {
        let text = if difference == 0.0 { "0".to_owned() } else { format!("{difference:.1e}") };
        return Line { text, agrees: true };
    }
    let reason = entry("NotApplicable").map_or_else(String::new, |text| engine.print(&text, Form::OutputForm));
    Line { text: format!("not applicable: {reason}"), agrees: true }
}
