//! The thread that evaluates requests, watched by the thread that reads them.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use netform::Interrupt;

use super::protocol::{Outcome, Request, Response};
use crate::arguments::{Form, Limits};
use crate::engine::{Engine, GRACE};

/// The time between two interrupts of an evaluation whose time is over.
const PATIENCE: Duration = Duration::from_millis(5);

/// How a request is evaluated. The handle that stops it is sent as an event when it begins.
type Evaluate = fn(Request, &Limits, &Sender<Event>) -> Response;

/// A thread that evaluates one request after the other.
pub(super) struct Worker {
    evaluate: Evaluate,
    limits: Limits,
    requests: Sender<Request>,
    events: Receiver<Event>,
}

enum Event {
    /// The evaluation has begun and can be stopped by this handle.
    Begun(Interrupt),
    Answered(Response),
}

impl Worker {
    /// Starts the thread.
    pub(super) fn start(limits: &Limits) -> Worker {
        Worker::evaluating_by(evaluate, limits)
    }

    fn evaluating_by(evaluate: Evaluate, limits: &Limits) -> Worker {
        let (requests, incoming) = channel::<Request>();
        let (outgoing, events) = channel();
        let own_limits = limits.clone();
        std::thread::spawn(move || {
            while let Ok(request) = incoming.recv() {
                let id = request.id.clone();
                let response = catch_unwind(AssertUnwindSafe(|| evaluate(request, &own_limits, &outgoing)))
                    .unwrap_or_else(|panic| Response::error(id, format!("internal error: {}", panic_text(&*panic))));
                if outgoing.send(Event::Answered(response)).is_err() {
                    return;
                }
            }
        });
        Worker { evaluate, limits: limits.clone(), requests, events }
    }

    /// The answer to a request, at the latest when the time limit and the grace are over.
    pub(super) fn answer(&mut self, request: Request) -> Response {
        let id = request.id.clone();
        let deadline = self.limits.duration().map(|limit| Instant::now() + limit);
        if self.requests.send(request).is_err() {
            self.restart();
            return Response::error(id, "internal error: the evaluation's thread has ended");
        }
        let mut interrupt = None;
        loop {
            match self.next_event(deadline) {
                Ok(Event::Begun(handle)) => interrupt = Some(handle),
                Ok(Event::Answered(response)) => return response,
                Err(RecvTimeoutError::Timeout) => {
                    self.stop(interrupt);
                    let limit = self.limits.time_limit.unwrap_or_default();
                    return Response::error(id, format!("the time limit of {limit} seconds was reached"));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    self.restart();
                    return Response::error(id, "internal error: the evaluation's thread has ended");
                }
            }
        }
    }

    /// Goes on with a new thread. The old one ends when it finds that nobody listens.
    fn restart(&mut self) {
        *self = Worker::evaluating_by(self.evaluate, &self.limits);
    }

    fn next_event(&self, deadline: Option<Instant>) -> Result<Event, RecvTimeoutError> {
        match deadline {
            Some(deadline) => self.events.recv_timeout(deadline.saturating_duration_since(Instant::now())),
            None => self.events.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    /// Stops the running evaluation, and leaves its thread behind if it does not heed.
    ///
    /// The interrupt is raised again and again, since each input of the setup takes one of its own.
    fn stop(&mut self, mut interrupt: Option<Interrupt>) {
        let until = Instant::now() + GRACE;
        while Instant::now() < until {
            if let Some(interrupt) = &interrupt {
                interrupt.raise();
            }
            match self.next_event(Some(Instant::now() + PATIENCE)) {
                Ok(Event::Begun(late)) => interrupt = Some(late),
                Ok(Event::Answered(_)) => return,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.restart();
    }
}

fn evaluate(request: Request, limits: &Limits, events: &Sender<Event>) -> Response {
    let start = Instant::now();
    let mut engine = Engine::collecting(limits);
    if events.send(Event::Begun(engine.interrupt())).is_err() {
        return Response::error(request.id, "nobody waits for the answer");
    }
    for input in &request.setup {
        engine.enter(input);
    }
    engine.take_collected();
    let value = engine.enter(&request.input);
    let out = engine.print(value.expr(), Form::OutputForm);
    let input_form = engine.print(value.expr(), Form::InputForm);
    // Definitions of formats may print and have messages, too.
    let collected = engine.take_collected();
    Response {
        id: request.id,
        outcome: Outcome::Value {
            out,
            input_form,
            messages: collected.messages,
            printed: collected.printed,
            seconds: start.elapsed().as_secs_f64(),
        },
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic")
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::Sender;
    use std::time::Duration;

    use serde_json::json;

    use super::{Event, Worker, evaluate};
    use crate::arguments::Limits;
    use crate::requests::protocol::{Outcome, Request, Response};

    fn request(input: &str) -> Request {
        Request { id: json!(input), setup: Vec::new(), input: input.to_owned() }
    }

    /// An evaluator with flaws.
    fn flawed(request: Request, limits: &Limits, events: &Sender<Event>) -> Response {
        match request.input.as_str() {
            "panic" => panic!("a flaw"),
            "deaf" => std::thread::sleep(Duration::from_secs(60)),
            _ => {}
        }
        evaluate(request, limits, events)
    }

    fn error_of(worker: &mut Worker, input: &str) -> String {
        let response = worker.answer(request(input));
        assert_eq!(response.id, json!(input));
        match response.outcome {
            Outcome::Error { error } => error,
            Outcome::Value { out, .. } => panic!("{input} gave {out}"),
        }
    }

    fn value_of(worker: &mut Worker, input: &str) -> String {
        match worker.answer(request(input)).outcome {
            Outcome::Value { out, .. } => out,
            Outcome::Error { error } => panic!("{input} failed: {error}"),
        }
    }

    #[test]
    fn a_panic_is_an_answer() {
        let mut worker = Worker::evaluating_by(flawed, &Limits::default());
        assert_eq!(error_of(&mut worker, "panic"), "internal error: a flaw");
        assert_eq!(value_of(&mut worker, "1 + 1"), "2");
    }

    #[test]
    fn a_thread_that_does_not_heed_its_limit_is_left_behind() {
        let limits = Limits { time_limit: Some(0.1), ..Limits::default() };
        let mut worker = Worker::evaluating_by(flawed, &limits);
        assert_eq!(error_of(&mut worker, "deaf"), "the time limit of 0.1 seconds was reached");
        assert_eq!(value_of(&mut worker, "1 + 1"), "2");
    }
}
