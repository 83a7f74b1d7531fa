//! `NetEquations`: the defining equations of a net.
//!
//! [`writer`] goes through the layers and names their quantities, [`recurrence`] writes recurrences as
//! equations of one step, and [`notation`] with [`elements`] brings array functions into the notation of
//! the field. [`open`] and [`varying`] give sizes that are not known and those that may vary their symbols.

mod calls;
mod components;
mod draws;
mod elements;
mod names;
mod net_from_equations;
mod notation;
mod open;
mod plain;
mod quantities;
mod recurrence;
mod recurrence_terms;
mod repeated;
mod reshape;
mod slices;
mod sums;
mod terms;
mod varying;
mod windows;
mod writer;

use std::cell::RefCell;
use std::sync::Arc;

use netform_array::element_count;
use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, NodeSet, Sym};

use crate::Fault;
use crate::draws::is_random;
use crate::extract::view;
use crate::net::Net;
use crate::options::split_call;
use crate::traced::unfaithful;
pub(crate) use net_from_equations::NET_FROM_EQUATIONS;
pub(crate) use varying::with_sizes;
use writer::{Stop, Writer};

pub(crate) const NET_EQUATIONS: Function = Function {
    name: "NetEquations",
    usage: "NetEquations[net] gives the defining equations of a net, in which every intermediate quantity has its name: \
            equations between arrays where products of matrices say all, between their elements where sums over \
            indices are needed; those of a recurrence are for step t. TeXForm prints them as in a paper. Options: \
            \"Notation\" -> \"Arrays\" writes the array functions of the language instead, \"Components\" one equation for each \
            element of the outputs; \"Intermediate\" -> False leaves only the outputs and what needs a name; \
            \"Values\" -> True adds the values of arrays; \"Names\" -> {part -> name, ...} names arrays and ports, as in \
            {{1, \"Weights\"} -> \"A\", \"Input\" -> \"u\"}; NetEvaluationMode -> \"Train\" gives those that hold in training, with \
            the distribution of each random array, and with an index for the B examples where a layer takes a whole batch.",
    arguments: Some((1, usize::MAX)),
    evaluate: Some(net_equations),
    options: &[
        ("Notation", "\"Indices\""),
        ("Intermediate", "True"),
        ("Values", "False"),
        ("Names", "{}"),
        ("NetEvaluationMode", "\"Test\""),
    ],
    messages: &[
        ("arg1", "The first argument, `1`, is not a net."),
        (
            "nfspec",
            "The net is not fully specified: the shape of `1` is not known. Give the shape with an option such as \"Input\" -> 3.",
        ),
        (
            "assumed",
            "Nothing is known of the shape of `1`; the equations are for an array of the dimensions `2`. Others can be given by \
             an option such as \"Input\" -> {n, m}.",
        ),
        ("optval", "`2` is not a value of the option `1`: `3`."),
        (
            "toolarge",
            "In components the equations would have `1` elements of inputs, arrays and outputs; the limit is `2`. Leave \
             \"Notation\" -> \"Components\" out for equations between arrays.",
        ),
        ("noname", "There is no array, input or output `1` in the equations; its name is not used."),
        (
            "batch",
            "In training `1` takes all examples of a batch together, which has equations with an index for the examples only, \
             and none inside of an operator. Leave \"Notation\" out, and put the layer before or behind the operator.",
        ),
        ("symsize", "There are no components of an array with the dimensions `1`: the sizes must be numbers."),
    ],
    examples: &[
        ("NetEquations[LinearLayer[2, \"Input\" -> 3]]", "{y == b + W . x}"),
        (
            "NetEquations[ConvolutionLayer[2, {3}, \"Input\" -> {4, 8}]] // TeXForm",
            "\\begin{aligned} y_{i,j} &= b_{i}+\\sum _{u=1}^{4} \\sum _{v=1}^{3} W_{i,u,v} x_{u,j+v-1} \\end{aligned}",
        ),
        ("Length[NetEquations[LongShortTermMemoryLayer[2, \"Input\" -> {\"Varying\", 3}]]]", "8"),
        (
            "NetEquations[LinearLayer[1, \"Input\" -> 2, \"Weights\" -> {{2, 3}}, \"Biases\" -> {5}], \"Values\" -> True]",
            "{W == {{2, 3}}, b == {5}, y == b + W . x}",
        ),
        (
            "NetEquations[DropoutLayer[1/4, \"Input\" -> 3], NetEvaluationMode -> \"Train\"]",
            "{Distributed[r, BernoulliDistribution[3/4]], y == (4 r x)/3}",
        ),
        (
            "NetEquations[NetChain[{2, Tanh}, \"Input\" -> 2], \"Intermediate\" -> False]",
            "{y_2 == Tanh[b_1 + W_1 . x]}",
        ),
    ],
    ..Function::NEW
};

/// How many elements equations between components may have.
const COMPONENT_LIMIT: usize = 4096;

/// What the options say.
pub(crate) struct Settings {
    /// Whether array functions are written with indices.
    pub(crate) indices: bool,
    /// Whether there is an equation for each element.
    pub(crate) components: bool,
    /// Whether intermediate quantities have names.
    pub(crate) intermediate: bool,
    /// Whether there are equations for the values of arrays.
    pub(crate) values: bool,
    /// Whether the equations are those of training.
    pub(crate) training: bool,
    /// Names by the parts of the net.
    pub(crate) names: Vec<(Expr, String)>,
    /// The parts whose names were asked for.
    used: RefCell<NodeSet>,
}

impl Settings {
    /// The name that the user gave to an array or port.
    fn name(&self, path: &[Expr], what: &str) -> Option<String> {
        if self.names.is_empty() {
            return None;
        }
        let keys: Vec<Expr> = path.iter().cloned().chain([Expr::string(what)]).collect();
        let is_it = |part: &Expr| {
            if part.is_list() { part.args().as_ref() == keys.as_slice() } else { keys.len() == 1 && *part == keys[0] }
        };
        let found = self.names.iter().find(|(part, _)| is_it(part));
        self.used.borrow_mut().extend(found.map(|(part, _)| part.clone()));
        found.map(|(_, name)| name.clone())
    }
}

fn net_equations(session: &mut Session, call: &Expr) -> Eval {
    let (positional, options) = split_call(session, call);
    if positional.len() != 1 {
        return Ok(None);
    }
    let Some(settings) = settings(session, &options) else { return Ok(Some(Sym::Failed.into())) };
    let Some(mut net) = view(session, Sym::NetEquations, &positional[0])? else { return Ok(Some(Sym::Failed.into())) };
    if settings.training {
        Arc::make_mut(&mut net).training = true;
    }
    Ok(Some(equations(session, &net, &settings)?.map_or_else(|| Sym::Failed.into(), Expr::list)))
}

/// The equations of a net; `None` after a message.
fn equations(session: &mut Session, net: &Arc<Net>, settings: &Settings) -> Result<Option<Vec<Expr>>, Flow> {
    if let Some(fault) = Fault::undefined(net) {
        fault.show(session);
        return Ok(None);
    }
    let open::Completed { net, assumed } = open::with_sizes(session, net)?;
    for (port, shape) in assumed {
        session.message(Sym::NetEquations, "assumed", &[Expr::string(&port), shape.to_expr()]);
    }
    let net = &with_sizes(session, &net)?;
    if let Some(fault) = unfaithful(session, net)? {
        fault.show(session);
        return Ok(None);
    }
    let mut writer = Writer::new(net, settings);
    // What is drawn has a distribution, which is stated of arrays.
    let by_elements = settings.components && !is_random(session, net);
    let written = if by_elements { writer.write_components(session) } else { writer.write(session) };
    match written {
        Ok(()) => {}
        Err(Stop::Flow(flow)) => return Err(flow),
        Err(Stop::Shape(what)) => {
            session.message(Sym::NetEquations, "nfspec", &[Expr::string(&what)]);
            return Ok(None);
        }
        Err(Stop::Batch(layer)) => {
            session.message(Sym::NetEquations, "batch", &[Expr::string(&layer)]);
            return Ok(None);
        }
        Err(Stop::Sizes(dimensions)) => {
            session.message(Sym::NetEquations, "symsize", &[Expr::list(dimensions)]);
            return Ok(None);
        }
        Err(Stop::TooLarge(total)) => {
            let [total, limit] = [total, COMPONENT_LIMIT].map(|n| Expr::integer(i64::try_from(n).unwrap_or(i64::MAX)));
            session.message(Sym::NetEquations, "toolarge", &[total, limit]);
            return Ok(None);
        }
    }
    let equations = writer.equations;
    for (part, _) in &settings.names {
        if !settings.used.borrow().contains(part) {
            session.message(Sym::NetEquations, "noname", std::slice::from_ref(part));
        }
    }
    if settings.components && !by_elements { components(session, &equations) } else { Ok(Some(equations)) }
}

/// One equation for each element.
fn components(session: &mut Session, equations: &[Expr]) -> Result<Option<Vec<Expr>>, Flow> {
    let mut total = 0_usize;
    for symbol in symbols(equations) {
        let dimensions = session.shape_of(&symbol)?.dimensions().unwrap_or_default().to_vec();
        let sizes: Option<Vec<usize>> = dimensions.iter().map(Expr::as_usize).collect();
        let Some(sizes) = sizes else {
            session.message(Sym::NetEquations, "symsize", &[Expr::list(dimensions)]);
            return Ok(None);
        };
        total = total.saturating_add(element_count(&sizes).unwrap_or(usize::MAX));
    }
    if total > COMPONENT_LIMIT {
        let [total, limit] = [total, COMPONENT_LIMIT].map(|n| Expr::integer(i64::try_from(n).unwrap_or(i64::MAX)));
        session.message(Sym::NetEquations, "toolarge", &[total, limit]);
        return Ok(None);
    }
    let mut result = Vec::new();
    for equation in equations {
        if let Some([drawn, distribution]) = equation.args_of(Sym::Distributed).as_deref() {
            let expanded = session.evaluate_call(Sym::ComponentExpand, [drawn.clone()])?;
            let all = session.evaluate_call(Sym::Flatten, [Expr::list([expanded])])?;
            let each = all.args().into_owned().into_iter();
            result.extend(each.map(|element| Expr::call(Sym::Distributed, [element, distribution.clone()])));
            continue;
        }
        let mut pairs = vec![];
        for side in equation.args().iter() {
            let expanded = session.evaluate_call(Sym::ComponentExpand, [side.clone()])?;
            pairs.push(session.evaluate_call(Sym::Flatten, [Expr::list([expanded])])?.args().into_owned());
        }
        let [left, right] = &pairs[..] else { continue };
        result.extend(left.iter().zip(right).map(|(l, r)| Expr::call(Sym::Equal, [l.clone(), r.clone()])));
    }
    Ok(Some(result))
}

/// The array symbols of equations, each once.
pub(crate) fn symbols(equations: &[Expr]) -> Vec<Expr> {
    netform_expr::array_symbols(&Expr::list(equations.iter().cloned()))
}

/// The settings by the options; `None` after a message.
fn settings(session: &mut Session, options: &[(String, Expr)]) -> Option<Settings> {
    let mut settings = Settings {
        indices: true,
        components: false,
        intermediate: true,
        values: false,
        training: false,
        names: Vec::new(),
        used: RefCell::default(),
    };
    for (name, value) in options {
        let truth = || value.is(Sym::True).then_some(true).or_else(|| value.is(Sym::False).then_some(false));
        let expected = match name.as_str() {
            "Notation" => {
                settings.indices = value.as_str() == Some("Indices") || value.is(Sym::Automatic);
                settings.components = value.as_str() == Some("Components");
                if settings.components {
                    settings.intermediate = false;
                }
                (!settings.indices && !settings.components && value.as_str() != Some("Arrays"))
                    .then_some("one of \"Indices\", \"Arrays\", \"Components\" is expected")
            }
            "NetEvaluationMode" => {
                settings.training = value.as_str() == Some("Train");
                (!settings.training && value.as_str() != Some("Test")).then_some("\"Test\" or \"Train\" is expected")
            }
            "Intermediate" | "Values" => match (truth(), name.as_str()) {
                (Some(truth), "Values") => {
                    settings.values = truth;
                    None
                }
                (Some(truth), _) => {
                    settings.intermediate = truth && !settings.components;
                    None
                }
                (None, _) => Some("True or False is expected"),
            },
            "Names" => {
                let rules = if value.is_list() || value.has_head(Sym::Association) {
                    value.args()
                } else {
                    vec![value.clone()].into()
                };
                let rule = |rule: &Expr| {
                    let is_rule = rule.has_head(Sym::Rule) && rule.len() == 2;
                    is_rule.then(|| Some((rule.arg(0), rule.arg(1).as_str()?.to_owned()))).flatten()
                };
                match rules.iter().map(rule).collect::<Option<Vec<(Expr, String)>>>() {
                    Some(names) => {
                        let distinct: NodeSet = names.iter().map(|(_, name)| names::given(name)).collect();
                        let is_ambiguous = distinct.len() < names.len();
                        settings.names = names;
                        is_ambiguous.then_some("different names for different parts are expected")
                    }
                    None => Some("rules such as {1, \"Weights\"} -> \"A\" are expected"),
                }
            }
            _ => {
                session.message(Sym::General, "optx", &[Expr::string(name), Sym::NetEquations.into()]);
                return None;
            }
        };
        if let Some(expected) = expected {
            let args = [Expr::string(name), value.clone(), Expr::string(expected)];
            session.message(Sym::NetEquations, "optval", &args);
            return None;
        }
    }
    Some(settings)
}
