//! Whether a function that was given to a layer means on symbols what it means on numbers.
//!
//! A program is made of what a function gives for symbols. Functions that look at how their data is written, such as
//! `If[NumericQ[x], ...]` or `NestWhile[#/2 &, x, # > 1 &]`, decide for symbols what they would not decide for numbers, and
//! nothing tells that they did. So the two are compared on a few numbers, among them those that the function itself mentions,
//! such as in `MatchQ[x, 0.5]`; a function that differs has no program.

use netform_eval::{ArrayPositions, Flow, Lowering, Quiet, ResultType, Session};
use netform_expr::{Attributes, Expr, NodeSet, Sym, occurs, postorder};
use netform_layers::ParameterType;

use crate::Fault;
use crate::apply::symbol;
use crate::data::{array_symbol, components};
use crate::evaluate::{Arrays, evaluate_leaf};
use crate::kept::{Kept, kept};
use crate::net::{Elements, Examples, Leaf, Name, Net};

/// The numbers that are put in: of both signs, small and large, equal ones among them.
const NUMBERS: [f64; 11] = [3.0, -1.25, 0.5, 0.0, 2.0, -2.0, 10.0, 1.0, 0.5, -0.75, 1.5];
/// Where the data of each trial begins among them, and how far neighbours are apart there: in the last one all are equal.
const TRIALS: [(usize, usize); 5] = [(0, 1), (1, 1), (3, 1), (6, 1), (4, 0)];
/// So many numbers that a function mentions are tried.
const MENTIONED: usize = 8;
/// Data of more elements is not tried.
const LARGEST: usize = 4096;
/// The same for functions of which it can be seen that they decide nothing: what they refuse, such as the total of a number, they
/// refuse in any size.
const LARGEST_PLAIN: usize = 64;
/// The same for functions that apply others again and again, whose elements on symbols are much larger than their inputs.
const LARGEST_RECURRENT: usize = 256;
const RECURRENCES: [Sym; 7] =
    [Sym::ArrayFold, Sym::Fold, Sym::FoldList, Sym::Nest, Sym::NestList, Sym::FixedPoint, Sym::NestWhile];
/// How far results may be apart, relative to 1 and their size.
const TOLERANCE: f64 = 1e-6;

/// What is known of layers, by their parameters and shapes.
#[derive(Default)]
struct Tried(Kept<bool, 1024>);

/// What is wrong with the first layer whose function does not mean the same on symbols and numbers.
pub(crate) fn unfaithful(session: &mut Session, net: &Net) -> Result<Option<Fault>, Flow> {
    for (place, leaf) in net.leaves.iter().enumerate() {
        if leaf.nets.is_empty() && has_own_function(session, leaf) && !is_faithful(session, net, place)? {
            return Ok(Some(Fault::new(symbol(net), "datadep", [leaf.label()])));
        }
    }
    Ok(None)
}

/// What is wrong with results on numbers in which functions of the user's are stuck: the first layer with one.
pub(crate) fn unfinished(session: &Session, net: &Net, results: &[Expr]) -> Option<Fault> {
    let leaf = net.leaves.iter().find(|leaf| has_function(leaf))?;
    let call = results.iter().find_map(|result| stuck(session, result))?;
    Some(Fault::new(symbol(net), "nonumber", [leaf.label(), session.output_form(&call)]))
}

/// Whether a parameter of a layer is a function that may look at more than one number.
fn has_function(leaf: &Leaf) -> bool {
    functions(leaf).next().is_some()
}

/// The functions among the parameters of a layer.
fn functions(leaf: &Leaf) -> impl Iterator<Item = &Expr> {
    let is_function = |(name, value): &&(&'static str, Expr)| {
        let kind = leaf.layer.parameter(name).map(|parameter| parameter.kind);
        kind == Some(ParameterType::Function) || occurs(value, &Sym::Function.into())
    };
    leaf.parameters.iter().filter(is_function).map(|(_, value)| value)
}

/// Whether a function among the parameters of a layer is more than the name of one of numbers, such as `Tanh`.
fn has_own_function(session: &Session, leaf: &Leaf) -> bool {
    let is_elementwise = |name: &Expr| {
        let record = session.function_of(name).filter(|_| !session.has_user_rules(name));
        record.is_some_and(|record| {
            matches!(record.lowering, Lowering::Map | Lowering::Scalar { .. })
                && record.real.is_some()
                && record.attributes.contains(Attributes::NUMERIC_FUNCTION)
                && record.result != ResultType::Truth
        })
    };
    functions(leaf).any(|function| !(function.is_symbol() && is_elementwise(function)))
}

/// Whether the layer at a place in a net means the same on symbols and numbers, as far as can be seen.
fn is_faithful(session: &mut Session, net: &Net, index: usize) -> Result<bool, Flow> {
    let leaf = &net.leaves[index];
    let parameters = leaf.parameters.iter().map(|(_, value)| value.clone());
    let shapes = leaf.shapes.iter().map(|(_, shape)| shape.to_expr());
    let mode = [Expr::string(leaf.layer.name), Expr::boolean(net.training)];
    let key = Expr::list(mode.into_iter().chain(parameters).chain(shapes));
    kept(session, |Tried(layers): &mut Tried| layers, &key, |session| try_out(session, net, index))
}

fn try_out(session: &mut Session, net: &Net, index: usize) -> Result<bool, Flow> {
    let leaf = &net.leaves[index];
    // Where an array is empty there are no numbers to try, and the layer is evaluated by its program.
    if leaf.shapes.iter().any(|(_, shape)| shape.is_empty()) {
        return Ok(true);
    }
    let is_plain = leaf.parameters.iter().all(|(_, value)| decides_nothing(session, value));
    let recurs = |value: &Expr| RECURRENCES.iter().any(|&head| occurs(value, &head.into()));
    let (largest, most) = match leaf.parameters.iter().any(|(_, value)| recurs(value)) {
        _ if is_plain => (LARGEST_PLAIN, 1),
        true => (LARGEST_RECURRENT, usize::MAX),
        false => (LARGEST, usize::MAX),
    };
    let Some(ports) = Port::of(leaf, largest) else { return Ok(true) };
    let inputs = |value: &dyn Fn(&Port) -> Expr| -> Vec<(Name, Expr)> {
        ports.iter().map(|port| (port.name.clone(), value(port))).collect()
    };
    let one = |session: &mut Session, inputs: &[(Name, Expr)]| {
        evaluate_leaf(session, net, index, inputs, Arrays::Components, Examples::One)
    };
    session.quietly(Quiet::All, |session| {
        // Whole arrays, and lists of their elements, of which functions on expressions see more.
        let mut on_symbols = Vec::new();
        for data in [inputs(&|port| port.symbol.clone()), inputs(&|port| components(&port.symbol, &port.sizes))] {
            on_symbols.push(match one(session, &data) {
                Ok(outputs) => outputs,
                // It asks for what symbols do not tell.
                Err(Flow::Throw { .. }) => return Ok(false),
                Err(flow) => return Err(flow),
            });
        }
        for trial in trials(leaf).into_iter().take(most) {
            let numbers = inputs(&|port| port.numbers(&trial));
            let directly = match one(session, &numbers) {
                Ok(directly) => directly,
                // What refuses numbers, such as those that are no positions, says nothing about them.
                Err(Flow::Throw { .. }) => continue,
                Err(flow) => return Err(flow),
            };
            // What draws random numbers differs from itself.
            if directly != one(session, &numbers)? {
                return Ok(true);
            }
            let rules = ports.iter().map(|port| Expr::rule(port.symbol.clone(), port.numbers(&trial)));
            let rules = Expr::list(rules);
            for (form, outputs) in on_symbols.iter().enumerate() {
                for ((_, value), (_, symbolic)) in directly.iter().zip(outputs) {
                    let put_in = session.evaluate_call(Sym::ReplaceAll, [symbolic.clone(), rules.clone()])?;
                    let put_in = session.evaluate_call(Sym::ComponentExpand, [put_in])?;
                    // An element that is chosen by a real number stays open.
                    let is_open = form > 0 && !numbers_of(&put_in, &mut Vec::new());
                    if !is_open && !agree(session, value, &put_in) {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    })
}

/// Whether an expression is made of functions that programs know and that do not decide: they mean the same on symbols and
/// numbers, so that little needs to be tried. Within [`Sym::ArrayThread`] conditions are about single numbers, of which it
/// stays open what they decide.
fn decides_nothing(session: &mut Session, e: &Expr) -> bool {
    let mut variables = NodeSet::default();
    let mut seen = [NodeSet::default(), NodeSet::default()];
    let mut stack = vec![(e.clone(), false)];
    while let Some((node, scalars)) = stack.pop() {
        if !node.is_normal() {
            if node.is_symbol() && node.sym().is_none() && !variables.contains(&node) {
                return false;
            }
            continue;
        }
        if node.as_array().is_some() || node.has_head(Sym::NetArray) || !seen[usize::from(scalars)].insert(node.clone())
        {
            continue;
        }
        let args = node.args();
        match node.head_sym() {
            Some(Sym::Function) if args.len() > 1 => {
                let names = if args[0].is_list() { args[0].args() } else { args[..1].into() };
                variables.extend(names.iter().cloned());
                stack.extend(args[1..].iter().map(|part| (part.clone(), scalars)));
            }
            Some(Sym::Function | Sym::List | Sym::Rule | Sym::Slot | Sym::Association | Sym::DirectedInfinity) => {
                stack.extend(args.iter().map(|part| (part.clone(), scalars)));
            }
            Some(Sym::ArrayThread) => {
                stack.extend(args.iter().enumerate().map(|(place, part)| (part.clone(), scalars || place == 0)));
            }
            Some(Sym::If | Sym::Which | Sym::Switch | Sym::Piecewise) if !scalars => return false,
            Some(_) => {
                let record = session.function_of(node.head()).filter(|_| !session.has_user_rules(node.head()));
                let is_known = record.is_some_and(|record| {
                    !matches!(record.lowering, Lowering::None) && (scalars || record.result != ResultType::Truth)
                });
                if !is_known {
                    return false;
                }
                stack.extend(args.iter().map(|part| (part.clone(), scalars)));
            }
            None => {
                stack.push((node.head().clone(), scalars));
                stack.extend(args.iter().map(|part| (part.clone(), scalars)));
            }
        }
    }
    true
}

/// An input of a layer.
struct Port {
    name: Name,
    sizes: Vec<usize>,
    symbol: Expr,
}

impl Port {
    /// The inputs, if all take real numbers and have known sizes that are not too large together.
    fn of(leaf: &Leaf, largest: usize) -> Option<Vec<Port>> {
        let port = |name: &Name| {
            let dimensions = leaf.shape(name).dimensions()?;
            let sizes: Option<Vec<usize>> = dimensions.iter().map(Expr::as_usize).collect();
            let sizes = sizes.filter(|sizes| {
                sizes.iter().try_fold(1_usize, |n, &k| n.checked_mul(k)).is_some_and(|n| n <= largest)
            })?;
            let symbol = array_symbol(Expr::string(&format!("{name} of a trial")), &dimensions);
            (leaf.elements(name) == Elements::Real).then(|| Port { name: name.clone(), sizes, symbol })
        };
        let ports: Vec<Port> = leaf.inputs.iter().map(|input| port(&input.name)).collect::<Option<_>>()?;
        let elements: usize = ports.iter().map(|port| port.sizes.iter().product::<usize>()).sum();
        (elements <= largest).then_some(ports)
    }

    /// Numbers in its shape, again and again.
    fn numbers(&self, trial: &[f64]) -> Expr {
        filled(&self.sizes, &mut trial.iter().cycle().map(|&x| Expr::real(x)))
    }
}

/// The numbers of all trials: each number that the functions of a layer mention is tried for all elements, and for some.
fn trials(leaf: &Leaf) -> Vec<Vec<f64>> {
    let count = NUMBERS.len();
    let run = |(start, step): (usize, usize)| (0..count).map(|k| NUMBERS[(start + k * step) % count]).collect();
    let mut trials: Vec<Vec<f64>> = TRIALS.into_iter().map(run).collect();
    for number in mentioned(leaf) {
        trials.push(vec![number]);
        trials.push(vec![number, NUMBERS[0], NUMBERS[1]]);
    }
    trials
}

/// The first numbers that stand in the parameters of a layer, with their signs changed too.
fn mentioned(leaf: &Leaf) -> Vec<f64> {
    let mut found: Vec<f64> = Vec::new();
    for (_, value) in &leaf.parameters {
        let walk = postorder::<()>(
            value,
            |_| true,
            |node| {
                let number = node.as_number().filter(|number| number.is_real()).and_then(|number| number.to_f64());
                for number in number.into_iter().flat_map(|number| [number, -number]) {
                    if !found.contains(&number) {
                        found.push(number);
                    }
                }
                if found.len() < 2 * MENTIONED { Ok(()) } else { Err(()) }
            },
        );
        if walk.is_err() {
            break;
        }
    }
    found
}

fn filled(sizes: &[usize], numbers: &mut dyn Iterator<Item = Expr>) -> Expr {
    match sizes.split_first() {
        None => numbers.next().unwrap_or_else(|| Expr::real(0.0)),
        Some((&size, rest)) => Expr::list((0..size).map(|_| filled(rest, numbers)).collect::<Vec<_>>()),
    }
}

/// A call that stays as it is because a function of arrays got a number, or a comparison of numbers got lists.
fn stuck(session: &Session, e: &Expr) -> Option<Expr> {
    let mut found = None;
    let walk = postorder::<()>(
        e,
        |_| true,
        |node| {
            let args = node.args();
            let stays = match node.head_sym() {
                Some(Sym::Less | Sym::LessEqual | Sym::Greater | Sym::GreaterEqual) => args.iter().any(Expr::is_list),
                _ => session.function_of(node.head()).is_some_and(|function| {
                    let takes_array = |place: usize| function.arrays.contains(place, args.len());
                    // Integers among arrays are levels and sizes.
                    let is_number = |arg: &Expr| {
                        arg.is_number() && (function.arrays != ArrayPositions::All || arg.as_i64().is_none())
                    };
                    args.iter().enumerate().any(|(place, arg)| is_number(arg) && takes_array(place))
                }),
            };
            if stays && node.is_normal() {
                found = Some(node.clone());
                return Err(());
            }
            Ok(())
        },
    );
    walk.err().and(found)
}

/// Whether two results are the same numbers. Results that are no real numbers are not compared, but a call that is stuck is no
/// result.
fn agree(session: &Session, directly: &Expr, put_in: &Expr) -> bool {
    let mut pairs = (Vec::new(), Vec::new());
    if !numbers_of(directly, &mut pairs.0) {
        return stuck(session, directly).is_none();
    }
    if !numbers_of(put_in, &mut pairs.1) || pairs.0.len() != pairs.1.len() {
        return false;
    }
    pairs.0.iter().zip(&pairs.1).all(|(x, y)| x == y || (x - y).abs() <= TOLERANCE * (1.0 + x.abs()))
}

/// Adds the real numbers in nested lists; `false` if something else is in them.
fn numbers_of(value: &Expr, found: &mut Vec<f64>) -> bool {
    if value.is_list() {
        return value.args().iter().all(|item| numbers_of(item, found));
    }
    let number = value.as_number().filter(|number| number.is_real()).and_then(|number| number.to_f64());
    number.filter(|number| number.is_finite()).map(|number| found.push(number)).is_some()
}
