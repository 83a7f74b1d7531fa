//! `Simplify` and `FullSimplify`: the cheapest among the forms that transformations give.
//!
//! Parts are simplified before wholes, each distinct part once. At a part, all transformations are
//! tried as long as one of them makes it cheaper; the cost is the number of leaves, digits counted.

use std::time::Duration;

use netform_eval::{Declared, Eval, Flow, Function, Quiet, Session};
use netform_expr::{Expr, Kind, NodeMap, Number, Sym, postorder, size};

use super::assumptions::Facts;
use super::refine::{arguments, assumptions, refined_node};
use super::thread::is_container;
use crate::call_options::CallOptions;
use crate::parts_first::rewrite_parts;
use crate::rules_text::{
    EXPONENTIAL_TO_TRIGONOMETRIC, FUNCTION_EXPAND, QUOTIENTS, RuleTable, SIMPLIFY, SQUARES_OF_COSINES,
    SQUARES_OF_SINES, TRIGONOMETRIC_TO_EXPONENTIAL,
};
use crate::symbolic_arrays::array_simplified;

pub(super) const SIMPLIFY_RECORD: Function = Function {
    name: "Simplify",
    usage: "Simplify[e] looks for a simpler form of e among those that expanding, collecting, factoring, common \
            denominators, identities between circular and hyperbolic functions, and a table of rules give. \
            Simplify[e, assumptions] uses assumptions, as Refine does; Element[x, Vectors[n]] and the like declare arrays, \
            which are simplified as by ArraySimplify. Parts with more than 2000 leaves are only rewritten \
            by rules, not transformed as wholes. Options: Assumptions; ComplexityFunction, which is to be made small \
            (Automatic: leaves and digits); TransformationFunctions, a list in which Automatic stands for the built-in \
            ones; TimeConstraint, seconds for one transformation.",
    evaluate: Some(|session, call| simplify(session, call, Effort::Modest)),
    options: OPTIONS,
    messages: MESSAGES,
    examples: &[
        ("Simplify[Sin[x]^2 + Cos[x]^2]", "1"),
        ("Simplify[(x^2 - 1)/(x - 1)]", "1 + x"),
        ("Simplify[(x - 1)(x + 1)(x^2 + 1) + 1]", "x^4"),
        ("Simplify[Sech[x]^2 + Tanh[x]^2]", "1"),
        ("Simplify[Sqrt[x^2], x > 0]", "x"),
        ("Simplify[a x + b x + c]", "c + (a + b) x"),
        ("Simplify[Sin[x]^2/Cos[x]]", "Sin[x] Tan[x]"),
        ("Simplify[x > 1 && x > 2]", "x > 2"),
        ("Simplify[Inverse[a] . a . x, Element[a, Matrices[{n, n}]] && Element[x, Vectors[n]]]", "x"),
    ],
    ..Function::NEW
};

pub(super) const FULL_SIMPLIFY: Function = Function {
    name: "FullSimplify",
    usage: "FullSimplify[e] looks for a simpler form of e as Simplify does, and tries exponentials for circular and \
            hyperbolic functions, expanded special functions and partial fractions too. FullSimplify[e, assumptions] uses \
            assumptions. Options and limits are those of Simplify.",
    evaluate: Some(|session, call| simplify(session, call, Effort::Full)),
    options: OPTIONS,
    messages: MESSAGES,
    examples: &[("FullSimplify[Cosh[x] - Sinh[x]]", "E^(-x)"), ("FullSimplify[(E^x - E^(-x))/2 - Sinh[x]]", "0")],
    ..Function::NEW
};

const OPTIONS: &[(&str, &str)] = &[
    ("Assumptions", "$Assumptions"),
    ("ComplexityFunction", "Automatic"),
    ("TransformationFunctions", "Automatic"),
    ("TimeConstraint", "300"),
];

const MESSAGES: &[(&str, &str)] =
    &[("tconst", "`1` is not a time constraint: a positive number of seconds or Infinity is expected.")];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Effort {
    Modest,
    Full,
}

/// Parts with more leaves than this are not transformed as wholes.
const MOST_LEAVES: f64 = 2000.0;
/// Rounds of improvements at one part.
const MOST_ROUNDS: usize = 6;
/// Variables in which terms are collected.
const MOST_COLLECTED: usize = 5;

struct Simplifier {
    effort: Effort,
    facts: Facts,
    complexity: Option<Expr>,
    /// Transformations of the user, and whether the built-in ones are tried too.
    transformations: Vec<Expr>,
    built_in: bool,
    time: Option<Duration>,
}

fn simplify(session: &mut Session, call: &Expr, effort: Effort) -> Eval {
    let Some(options) = CallOptions::split_rules(session, call, 1, 2) else { return Ok(None) };
    let (e, facts) = arguments(session, &options)?;
    let declared = Declared::by(&assumptions(session, &options)?);
    let with_arrays = declared.with_arrays(&e);
    let e = if with_arrays == e { e } else { session.evaluate(&with_arrays)? };
    let complexity = options.get(session, Sym::ComplexityFunction);
    let transformations = options.get(session, Sym::TransformationFunctions);
    let listed = if transformations.is_list() { transformations.args().into_owned() } else { vec![transformations] };
    let built_in = listed.iter().any(|f| f.is(Sym::Automatic));
    let seconds = options.get(session, Sym::TimeConstraint);
    let time = match seconds.as_number().and_then(|n| n.to_f64()) {
        Some(seconds) if seconds > 0.0 && seconds < 1e9 => Some(Duration::from_secs_f64(seconds)),
        _ if seconds.has_head(Sym::DirectedInfinity) => None,
        _ => {
            session.message_of(call.head(), "tconst", &[seconds]);
            return Ok(None);
        }
    };
    let mut simplifier = Simplifier {
        effort,
        facts,
        complexity: Some(complexity).filter(|f| !f.is(Sym::Automatic)),
        transformations: listed.into_iter().filter(|f| !f.is(Sym::Automatic)).collect(),
        built_in,
        time,
    };
    let mut current = e;
    for _ in 0..3 {
        let next = simplifier.simplified(session, &current)?;
        if next == current {
            break;
        }
        current = next;
    }
    if current.may_hold_array_symbol() && simplifier.built_in && size(&current).leaves < MOST_LEAVES {
        current = array_simplified(session, &current)?;
        current = session.evaluate(&current)?;
    }
    Ok(Some(declared.with_symbols(&current)))
}

impl Simplifier {
    fn simplified(&mut self, session: &mut Session, e: &Expr) -> Result<Expr, Flow> {
        rewrite_parts(session, e, |session, mut current| {
            if let Some(better) = refined_node(session, &current, &mut self.facts)? {
                current = session.evaluate(&better)?;
            }
            self.improved(session, current)
        })
    }

    /// The cheapest form of one part that transformations reach.
    fn improved(&mut self, session: &mut Session, e: Expr) -> Result<Expr, Flow> {
        let is_logical = matches!(e.head_sym(), Some(Sym::And | Sym::Or | Sym::Not));
        if !e.is_normal() || (is_container(&e) && !is_logical) {
            return Ok(e);
        }
        let mut best = e;
        let mut least = self.cost(session, &best)?;
        for _ in 0..MOST_ROUNDS {
            let before = best.clone();
            for candidate in self.candidates(session, &before)? {
                session.tick()?;
                let cost = self.cost(session, &candidate)?;
                if cost < least {
                    (best, least) = (candidate, cost);
                }
            }
            if best == before {
                break;
            }
        }
        Ok(best)
    }

    fn cost(&self, session: &mut Session, e: &Expr) -> Result<f64, Flow> {
        if let Some(function) = &self.complexity {
            let value = session.evaluate(&Expr::normal(function.clone(), [e.clone()]))?;
            return Ok(value.as_number().and_then(|n| n.to_f64()).unwrap_or(f64::INFINITY));
        }
        Ok(leaves_and_digits(e))
    }

    fn candidates(&self, session: &mut Session, e: &Expr) -> Result<Vec<Expr>, Flow> {
        let mut found = Vec::new();
        for function in &self.transformations {
            self.attempt(session, &Expr::normal(function.clone(), [e.clone()]), &mut found)?;
        }
        if !self.built_in {
            return Ok(found);
        }
        if is_container(e) {
            super::logic::candidates(session, e, &mut found)?;
            return Ok(found);
        }
        if e.len() <= 40
            && let Some(result) = SIMPLIFY.rules(session)?.apply(e, session)?
        {
            found.push(session.evaluate(&result)?);
        }
        if matches!(e.head_sym(), Some(Sym::Times | Sym::Power)) {
            found.extend(super::quotients::joined(session, e)?);
        }
        let is_algebraic = matches!(e.head_sym(), Some(Sym::Plus | Sym::Times | Sym::Power));
        if !is_algebraic || size(e).leaves > MOST_LEAVES {
            return Ok(found);
        }
        for head in [Sym::Together, Sym::Expand, Sym::Factor] {
            self.attempt(session, &Expr::call(head, [e.clone()]), &mut found)?;
        }
        self.collect_terms(session, e, &mut found)?;
        for table in [SQUARES_OF_SINES, SQUARES_OF_COSINES, QUOTIENTS] {
            self.rewrite(session, e, table, &mut found)?;
        }
        if self.effort == Effort::Full {
            for table in [TRIGONOMETRIC_TO_EXPONENTIAL, FUNCTION_EXPAND, EXPONENTIAL_TO_TRIGONOMETRIC] {
                self.rewrite(session, e, table, &mut found)?;
            }
            for head in [Sym::Apart, Sym::TrigExpand, Sym::TrigReduce] {
                self.attempt(session, &Expr::call(head, [e.clone()]), &mut found)?;
            }
        }
        Ok(found)
    }

    /// Evaluates a call within the time allowed; messages of attempts are not shown.
    fn attempt(&self, session: &mut Session, call: &Expr, found: &mut Vec<Expr>) -> Result<Option<Expr>, Flow> {
        let work = |session: &mut Session| session.quietly(Quiet::All, |session| session.evaluate(call));
        let result = match self.time {
            Some(time) => session.constrain_time(time, work)?,
            None => Some(work(session)?),
        };
        let result = result.filter(|result| result != call);
        found.extend(result.clone());
        Ok(result)
    }

    /// Rewrites by a table, multiplies out and factors again.
    fn rewrite(&self, session: &mut Session, e: &Expr, table: RuleTable, found: &mut Vec<Expr>) -> Result<(), Flow> {
        let rewritten = table.rewrite(session, e)?;
        if rewritten == *e {
            return Ok(());
        }
        found.push(rewritten.clone());
        for head in [Sym::Expand, Sym::Together] {
            if let Some(result) = self.attempt(session, &Expr::call(head, [rewritten.clone()]), found)? {
                self.attempt(session, &Expr::call(Sym::Factor, [result.clone()]), found)?;
                for squares in [SQUARES_OF_SINES, SQUARES_OF_COSINES] {
                    let other = squares.rewrite(session, &result)?;
                    if other != result {
                        self.attempt(session, &Expr::call(Sym::Expand, [other.clone()]), found)?;
                        self.attempt(session, &Expr::call(Sym::Together, [other]), found)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn collect_terms(&self, session: &mut Session, e: &Expr, found: &mut Vec<Expr>) -> Result<(), Flow> {
        if !e.has_head(Sym::Plus) {
            return Ok(());
        }
        let variables = super::variables::variables_of(session, e);
        for variable in variables.into_iter().take(MOST_COLLECTED) {
            self.attempt(session, &Expr::call(Sym::Collect, [e.clone(), variable]), found)?;
        }
        Ok(())
    }
}

/// The number of leaves of the expression as a tree, numbers counted by their digits.
fn leaves_and_digits(e: &Expr) -> f64 {
    let mut costs: NodeMap<f64> = NodeMap::default();
    let walk = postorder::<()>(
        e,
        |_| true,
        |node| {
            let cost = match node.kind() {
                Kind::Normal(head, args) => args.iter().chain([head]).filter_map(|part| costs.get(part)).sum(),
                Kind::Array(array) => array.len() as f64 + 1.0,
                _ => node.as_number().map_or(1.0, |number| digits(&number)),
            };
            costs.insert(node.clone(), cost);
            Ok(())
        },
    );
    debug_assert!(walk.is_ok());
    costs.get(e).copied().unwrap_or(1.0)
}

fn digits(number: &Number) -> f64 {
    match number {
        Number::Integer(n) => {
            let sign = if n.sign() < 0 { 1.0 } else { 0.0 };
            (n.bit_length() as f64 * std::f64::consts::LOG10_2).floor() + 1.0 + sign
        }
        Number::Rational(_) => {
            let of_part =
                |part: Option<netform_expr::number::Integer>| part.map_or(1.0, |n| digits(&Number::Integer(n)));
            of_part(number.numerator()) + of_part(number.denominator()) + 1.0
        }
        Number::Complex(z) => digits(z.re()) + digits(z.im()) + 1.0,
        Number::Real(_) | Number::BigReal(_) => 2.0,
    }
}

pub(super) const FUNCTION_EXPAND_RECORD: Function = Function {
    name: "FunctionExpand",
    usage: "FunctionExpand[e] writes special functions in e by simpler ones: LogisticSigmoid by the exponential function, \
            Erfc by Erf, Gamma of shifted arguments by Gamma.",
    arguments: Some((1, 2)),
    evaluate: Some(|session, call| {
        let result = FUNCTION_EXPAND.rewrite(session, &call.arg(0))?;
        match call.args().get(1) {
            Some(assumptions) => session.evaluate_call(Sym::Refine, [result, assumptions.clone()]).map(Some),
            None => Ok(Some(result)),
        }
    }),
    examples: &[
        ("FunctionExpand[LogisticSigmoid[x]]", "1/(1 + E^(-x))"),
        ("FunctionExpand[Gamma[2 + x]]", "x (1 + x) Gamma[x]"),
    ],
    ..Function::NEW
};
