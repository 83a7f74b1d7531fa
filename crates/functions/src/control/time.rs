//! Limits on time and memory, and the measuring of time.

use std::time::Duration;

use netform_eval::{Eval, Flow, Function, Host, Session};
use netform_expr::{Attributes, Expr, Sym};

pub(super) const TIME_CONSTRAINED: Function = Function {
    name: "TimeConstrained",
    usage: "TimeConstrained[e, t] evaluates e for at most t seconds, and gives $Aborted if that is not enough.\n\
            TimeConstrained[e, t, other] gives the value of other instead.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((2, 3)),
    evaluate: Some(evaluate_time_constrained),
    messages: &[("timc", "The time `1` is neither a positive number of seconds nor Infinity.")],
    examples: &[("TimeConstrained[1 + 1, 10]", "2"), ("TimeConstrained[x, Infinity]", "x")],
    ..Function::NEW
};

fn evaluate_time_constrained(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let limit = session.evaluate(&args[1])?;
    if is_infinity(&limit) {
        return Ok(Some(args[0].clone()));
    }
    let Some(time) = duration(session, &limit)?.filter(|time| !time.is_zero()) else {
        session.message(Sym::TimeConstrained, "timc", &[limit]);
        return Ok(None);
    };
    session.note_effect();
    match session.constrain_time(time, |session| session.evaluate(&args[0]))? {
        Some(value) => Ok(Some(value)),
        None => Ok(Some(args.get(2).cloned().unwrap_or_else(|| Sym::Aborted.into()))),
    }
}

pub(super) const MEMORY_CONSTRAINED: Function = Function {
    name: "MemoryConstrained",
    usage: "MemoryConstrained[e, b] evaluates e with at most b more bytes of memory for expressions, those of all \
            sessions of the process, and gives $Aborted if that is not enough.\nMemoryConstrained[e, b, other] gives the value of other instead.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((2, 3)),
    evaluate: Some(evaluate_memory_constrained),
    messages: &[("memc", "The size `1` is neither a positive number of bytes nor Infinity.")],
    examples: &[("MemoryConstrained[1 + 1, 10^11]", "2")],
    ..Function::NEW
};

fn evaluate_memory_constrained(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let limit = session.evaluate(&args[1])?;
    if is_infinity(&limit) {
        return Ok(Some(args[0].clone()));
    }
    let number = match limit.as_number() {
        Some(number) => Some(number),
        None => session.evaluate_call(Sym::N, [limit.clone()])?.as_number(),
    };
    let bytes = number.filter(|n| n.is_real()).and_then(|n| n.to_f64()).filter(|bytes| *bytes >= 1.0);
    let Some(bytes) = bytes.map(|bytes| bytes as u64) else {
        session.message(Sym::MemoryConstrained, "memc", &[limit]);
        return Ok(None);
    };
    session.note_effect();
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    match session.constrain_memory(bytes, |session| session.evaluate(&args[0]))? {
        Some(value) => Ok(Some(value)),
        None => Ok(Some(args.get(2).cloned().unwrap_or_else(|| Sym::Aborted.into()))),
    }
}

pub(super) const TIMING: Function = Function {
    name: "Timing",
    usage: "Timing[e] evaluates e and gives {seconds, value}, the seconds of the processor: waiting does not count. \
            Where the system does not tell them they are by the clock on the wall.",
    attributes: Attributes::HOLD_ALL.with(Attributes::SEQUENCE_HOLD),
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| evaluate_timing(session, call, processor)),
    examples: &[("Timing[1 + 1][[2]]", "2")],
    ..Function::NEW
};

pub(super) const ABSOLUTE_TIMING: Function = Function {
    name: "AbsoluteTiming",
    usage: "AbsoluteTiming[e] evaluates e and gives {seconds, value}, the seconds by the clock on the wall.",
    attributes: Attributes::HOLD_ALL.with(Attributes::SEQUENCE_HOLD),
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| evaluate_timing(session, call, wall)),
    examples: &[("AbsoluteTiming[1 + 1][[2]]", "2")],
    ..Function::NEW
};

/// A clock of the host.
type Clock = fn(&dyn Host) -> Option<Duration>;

fn processor(host: &dyn Host) -> Option<Duration> {
    host.processor_time().or_else(|| wall(host))
}

fn wall(host: &dyn Host) -> Option<Duration> {
    host.monotonic()
}

fn evaluate_timing(session: &mut Session, call: &Expr, clock: Clock) -> Eval {
    let (seconds, value) = timed(session, &call.arg(0), clock)?;
    Ok(Some(Expr::list([Expr::real(seconds), value])))
}

fn timed(session: &mut Session, e: &Expr, clock: Clock) -> Result<(f64, Expr), Flow> {
    session.note_effect();
    let before = clock(session.host());
    let value = session.evaluate(e)?;
    let after = clock(session.host());
    let seconds = before.zip(after).map_or(0.0, |(before, after)| after.saturating_sub(before).as_secs_f64());
    Ok((seconds, value))
}

pub(super) const REPEATED_TIMING: Function = Function {
    name: "RepeatedTiming",
    usage: "RepeatedTiming[e] evaluates e again and again for at least a second and gives {average seconds, value}.\n\
            RepeatedTiming[e, t] does so for at least t seconds.",
    attributes: Attributes::HOLD_ALL.with(Attributes::SEQUENCE_HOLD),
    arguments: Some((1, 2)),
    evaluate: Some(evaluate_repeated_timing),
    messages: &[("timc", "The time `1` is no positive number of seconds.")],
    examples: &[("RepeatedTiming[1 + 1, 0.01][[2]]", "2")],
    ..Function::NEW
};

fn evaluate_repeated_timing(session: &mut Session, call: &Expr) -> Eval {
    const FEWEST: usize = 4;
    let args = call.args();
    let total = session.evaluate(args.get(1).unwrap_or(&Expr::integer(1)))?;
    let Some(total) = duration(session, &total)? else {
        session.message(Sym::RepeatedTiming, "timc", &[total]);
        return Ok(None);
    };
    let mut seconds = Vec::new();
    let mut spent = 0.0;
    loop {
        session.forget_results();
        let (time, value) = timed(session, &args[0], wall)?;
        spent += time;
        seconds.push(time);
        let has_clock = session.host().monotonic().is_some();
        if seconds.len() >= FEWEST && (spent >= total.as_secs_f64() || !has_clock) {
            // The slowest and the fastest quarter are outliers.
            seconds.sort_by(f64::total_cmp);
            let middle = &seconds[seconds.len() / 4..seconds.len() - seconds.len() / 4];
            let average = middle.iter().sum::<f64>() / middle.len() as f64;
            return Ok(Some(Expr::list([Expr::real(average), value])));
        }
    }
}

pub(super) const PAUSE: Function = Function {
    name: "Pause",
    usage: "Pause[t] waits for t seconds.",
    arguments: Some((1, 1)),
    evaluate: Some(evaluate_pause),
    messages: &[("numnm", "The time `1` is no number of seconds, or a negative one.")],
    examples: &[("Pause[0]; done", "done")],
    ..Function::NEW
};

fn evaluate_pause(session: &mut Session, call: &Expr) -> Eval {
    const SLICE: Duration = Duration::from_millis(20);
    let Some(mut left) = duration(session, &call.arg(0))? else {
        session.message(Sym::Pause, "numnm", &[call.arg(0)]);
        return Ok(None);
    };
    session.note_effect();
    while !left.is_zero() {
        let slice = left.min(SLICE);
        session.host().sleep(slice);
        session.check_limits()?;
        left -= slice;
    }
    Ok(Some(Sym::Null.into()))
}

fn is_infinity(e: &Expr) -> bool {
    e.is(Sym::Infinity) || e.args_of(Sym::DirectedInfinity).is_some_and(|args| args[..] == [Expr::integer(1)])
}

/// A time in seconds that is not negative.
fn duration(session: &mut Session, e: &Expr) -> Result<Option<Duration>, Flow> {
    let number = match e.as_number() {
        Some(number) => Some(number),
        None => session.evaluate_call(Sym::N, [e.clone()])?.as_number(),
    };
    let seconds = number.filter(|n| n.is_real()).and_then(|n| n.to_f64());
    Ok(seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()))
}
