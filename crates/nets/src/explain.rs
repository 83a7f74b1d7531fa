//! What becomes of a net on machine numbers, for people who read it: its program before and after the passes, its plan with
//! what each step costs, and how long the steps take.

use std::cell::RefCell;
use std::time::Duration;

use netform_array::ElementType;
use netform_compile::{Plan, Report, prepare};
use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use crate::Fault;
use crate::apply::symbol;
use crate::evaluate::Arrays;
use crate::net::Net;
use crate::numeric::plan_of;
use crate::program::{NetProgram, lowered, sizes_missing, without_numbers};
use crate::read::read;

/// So often a plan runs to find the medians of the times of its steps.
const RUNS: usize = 101;
/// Plans that take long run less often: so long altogether, but at least three times.
const LONGEST: Duration = Duration::from_secs(1);

/// The program of a net as its definitions are lowered.
pub(crate) fn lowered_program(session: &mut Session, net: &Net) -> Result<Expr, Flow> {
    if let Some(missing) = sizes_missing(session, net) {
        return refuse(session, net, missing);
    }
    match lowered(session, net, &given(net), ElementType::F64, Arrays::Numbers)? {
        Ok(program) => Ok(text(&program)),
        Err(fault) => Ok(Fault::fail(session, &[fault])),
    }
}

/// The program of a net after all passes, of which the plan is written.
pub(crate) fn prepared_program(session: &mut Session, net: &Net) -> Result<Expr, Flow> {
    if let Some(missing) = sizes_missing(session, net) {
        return refuse(session, net, missing);
    }
    let made = match NetProgram::of_net(session, net, &given(net), ElementType::F64, Arrays::Numbers)? {
        Ok(made) => made,
        Err(fault) => return Ok(Fault::fail(session, &[fault])),
    };
    let data = made.program.inputs().len() - made.parameters.len();
    let known: Vec<bool> = (0..made.program.inputs().len()).map(|place| place >= data).collect();
    match prepare(&made.program, &known) {
        Ok(program) => Ok(text(&program)),
        Err(error) => refuse(session, net, error.to_string()),
    }
}

/// The steps of the plan of a net, and what they cost.
pub(crate) fn plan(session: &mut Session, net: &Net) -> Result<Expr, Flow> {
    with_plan(session, net, |_, plan| Ok(Ok(plan.report())))
}

/// The same with the times that the steps take, by the clock of the host.
pub(crate) fn plan_times(session: &mut Session, net: &Net) -> Result<Expr, Flow> {
    if session.host().monotonic().is_none() {
        return refuse(session, net, "there is no clock".to_owned());
    }
    with_plan(session, net, |session, plan| {
        let session = RefCell::new(session);
        let mut flow = None;
        let mut clock = || session.borrow_mut().host().monotonic().unwrap_or_default();
        let mut proceed = || match session.borrow_mut().tick() {
            Ok(()) => true,
            Err(stopped) => {
                flow = Some(stopped);
                false
            }
        };
        let start = clock();
        let first = plan.measured(3, &mut clock, &mut proceed);
        let once = (clock().saturating_sub(start) / 3).max(Duration::from_nanos(1));
        let more = (LONGEST.as_nanos() / once.as_nanos()).min(RUNS as u128) as usize;
        let report = match first {
            Ok(_) if more > 3 => plan.measured(more, &mut clock, &mut proceed),
            first => first,
        };
        match flow {
            Some(flow) if report.is_err() => Err(flow),
            _ => Ok(report.map_err(|error| error.to_string())),
        }
    })
}

/// The report of the plan of a net; arrays without values get some.
fn with_plan(
    session: &mut Session,
    net: &Net,
    report: impl FnOnce(&mut Session, &Plan) -> Result<Result<Report, String>, Flow>,
) -> Result<Expr, Flow> {
    if let Some(missing) = sizes_missing(session, net) {
        return refuse(session, net, missing);
    }
    let seeding = Expr::rule(Expr::symbol("RandomSeeding"), Expr::integer(1));
    let with_numbers = session.evaluate_call(Sym::NetInitialize, [net.expr.clone(), seeding])?;
    let net = match read(session, &with_numbers)? {
        Ok(net) if net.faults.is_empty() => net,
        Ok(net) => return Ok(Fault::fail(session, &net.faults)),
        Err(faults) => return Ok(Fault::fail(session, &faults)),
    };
    let made = match NetProgram::of_net(session, &net, &given(&net), ElementType::F64, Arrays::Numbers)? {
        Ok(made) => made,
        Err(fault) => return Ok(Fault::fail(session, &[fault])),
    };
    if let Some(array) = without_numbers(&made) {
        return refuse(session, &net, format!("its array {array} has no machine numbers"));
    }
    let data = made.program.inputs().len() - made.parameters.len();
    let plan = match plan_of(session, &made.program, &made.parameters, data, None)? {
        Ok(plan) => plan,
        Err(error) => return refuse(session, &net, error.to_string()),
    };
    match report(session, &plan)? {
        Ok(report) => Ok(text(&report)),
        Err(error) => refuse(session, &net, error),
    }
}

/// What is printed, as a string.
fn text(printed: &impl std::fmt::Display) -> Expr {
    Expr::string(printed.to_string().trim_end())
}

/// The inputs that a net needs.
fn given(net: &Net) -> Vec<bool> {
    net.inputs.iter().map(|port| !port.optional).collect()
}

fn refuse(session: &mut Session, net: &Net, why: String) -> Result<Expr, Flow> {
    Ok(Fault::fail(session, &[Fault::new(symbol(net), "progfail", [why])]))
}
