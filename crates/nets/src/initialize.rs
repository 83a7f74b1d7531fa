//! `NetInitialize`: values for the arrays of a net.

use netform_array::Array;
use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, NodeMap, Sym};
use netform_layers::Initial;

use crate::net::{ArrayValue, Leaf, Net, Source};
use crate::options::split_call;
use crate::read::{is_net, read, split_options};
use crate::{Fault, parts};

pub(crate) const NET_INITIALIZE: Function = Function {
    name: "NetInitialize",
    usage: "NetInitialize[net] gives random values to the arrays of a net that have none; NetInitialize[net, All] to \
            all arrays; NetInitialize[net, None] removes all values. Options: Method -> \"Kaiming\" (default), \
            \"Xavier\", \"Orthogonal\", \"Random\" or \"Identity\", or {method, options}: \"Distribution\" -> \"Normal\" or \"Uniform\", \
            \"Weights\" -> a distribution or standard deviation, \"Biases\" -> the same or None; RandomSeeding -> 1234, \
            another integer, a text, Automatic for other numbers each time, or Inherited for the session's generator, which \
            SeedRandom sets. By default the same net gets the same values, whatever SeedRandom says.",
    arguments: Some((1, usize::MAX)),
    evaluate: Some(initialize),
    options: &[("Method", "\"Kaiming\""), ("RandomSeeding", "1234")],
    messages: &[
        ("arg1", "The first argument, `1`, is not a net or a list of nets."),
        (
            "nfspec",
            "The net is not fully specified: the shape of `1` is not known. Give the shape with an option such as \"Input\" -> 3.",
        ),
        (
            "method",
            "`1` is not a method of initialization: the methods are \"Kaiming\", \"Xavier\", \"Orthogonal\", \"Random\" and \
             \"Identity\".",
        ),
        ("optval", "`2` is not a value of the option `1`: `3`."),
    ],
    examples: &[
        (
            "NetInitialize[LinearLayer[2, \"Input\" -> 3]] === NetInitialize[LinearLayer[2, \"Input\" -> 3], RandomSeeding -> 1234]",
            "True",
        ),
        (
            "NetInitialize[LinearLayer[2, \"Input\" -> 1, \"Weights\" -> {{1}, {2}}]]",
            "LinearLayer[2, Input -> 1, Weights -> {{1}, {2}}, Biases -> {0., 0.}]",
        ),
    ],
    ..Function::NEW
};

/// Which arrays get values.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Missing,
    All,
    None,
}

/// The random values of weights.
enum Method {
    /// Variance by the number of inputs, doubled before a rectifier.
    Kaiming { uniform: bool },
    /// Variance by the mean of the numbers of inputs and outputs.
    Xavier { uniform: bool },
    /// Rows, or columns if they are fewer, that are orthogonal to each other and of length 1.
    Orthogonal,
    /// Any distribution; that of biases, if they are not zero.
    Random { weights: Expr, biases: Option<Expr> },
    /// The identity, with noise.
    Identity { noise: Expr },
}

fn initialize(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let (positional, options) = split_call(session, call);
    let which = match &positional[..] {
        [_] => Which::Missing,
        [_, which] if which.is(Sym::All) => Which::All,
        [_, which] if which.is(Sym::None) => Which::None,
        [_, which] if which.is(Sym::Automatic) => Which::Missing,
        _ => return Ok(None),
    };
    if positional[0].is_list() {
        let nets: Vec<Expr> = positional[0]
            .args()
            .iter()
            .map(|net| Expr::normal(call.head().clone(), [net.clone()].into_iter().chain(args[1..].iter().cloned())))
            .collect();
        return Ok(Some(Expr::list(nets)));
    }
    // Why it failed has been told.
    if positional[0].is(Sym::Failed) {
        return Ok(Some(Sym::Failed.into()));
    }
    if !is_net(session, &positional[0]) {
        session.message(Sym::NetInitialize, "arg1", &positional[..1]);
        return Ok(Some(Sym::Failed.into()));
    }
    let net = match read(session, &positional[0])? {
        Ok(net) if net.faults.is_empty() => net,
        Ok(net) => return Ok(Some(Fault::fail(session, &net.faults))),
        Err(faults) => return Ok(Some(Fault::fail(session, &faults))),
    };
    let mut method_setting = Expr::string("Kaiming");
    let mut seeding = Expr::integer(1234);
    for (name, value) in &options {
        match name.as_str() {
            "Method" => method_setting = value.clone(),
            "RandomSeeding" => seeding = value.clone(),
            _ => {
                session.message(Sym::General, "optx", &[Expr::string(name), call.clone()]);
                return Ok(Some(Sym::Failed.into()));
            }
        }
    }
    let Some(method) = method(session, &method_setting) else { return Ok(Some(Sym::Failed.into())) };
    if seeding.is(Sym::Inherited) {
        return fill(session, &net, which, &method).map(Some);
    }
    let Some(seed) = seeding
        .as_i64()
        .map(Expr::integer)
        .or_else(|| seeding.as_str().map(Expr::string))
        .or_else(|| seeding.is(Sym::Automatic).then(|| Sym::Automatic.into()))
    else {
        let expected = Expr::string("Inherited, Automatic, an integer or a string is expected");
        session.message(Sym::NetInitialize, "optval", &[Expr::string("RandomSeeding"), seeding, expected]);
        return Ok(Some(Sym::Failed.into()));
    };
    // A generator of its own, so that the session's is not advanced.
    let again = Expr::normal(
        call.head().clone(),
        positional.iter().cloned().chain([
            Expr::rule(Sym::Method.into(), method_setting),
            Expr::rule(Expr::string("RandomSeeding"), Sym::Inherited.into()),
        ]),
    );
    let seeded =
        if seed.is(Sym::Automatic) { Expr::call(Sym::SeedRandom, []) } else { Expr::call(Sym::SeedRandom, [seed]) };
    Ok(Some(Expr::call(Sym::BlockRandom, [Expr::call(Sym::CompoundExpression, [seeded, again])])))
}

/// Reads the setting of `Method`; `None` after a message.
fn method(session: &mut Session, setting: &Expr) -> Option<Method> {
    let (name, options) = if setting.is_list() && !setting.is_empty() {
        let args = setting.args();
        (args[0].clone(), split_options(&args[1..]).1)
    } else {
        (setting.clone(), Vec::new())
    };
    let allowed: &[&str] = match name.as_str() {
        Some("Kaiming" | "Xavier" | "Identity") => &["Distribution"],
        Some("Random") => &["Weights", "Biases"],
        Some("Orthogonal") => &[],
        _ => {
            session.message(Sym::NetInitialize, "method", std::slice::from_ref(setting));
            return None;
        }
    };
    let mut wrong = |option: &str, value: &Expr, expected: &str| {
        session.message(Sym::NetInitialize, "optval", &[Expr::string(option), value.clone(), Expr::string(expected)]);
    };
    let find = |option: &str| options.iter().find(|(n, _)| n == option).map(|(_, value)| value.clone());
    if let Some((unknown, value)) = options.iter().find(|(n, _)| !allowed.contains(&n.as_str())) {
        let known = if allowed.is_empty() { "none".to_owned() } else { allowed.join(", ") };
        wrong(unknown, value, &format!("the options of this method are {known}"));
        return None;
    }
    let distribution = |value: &Expr| {
        if value.as_number().is_some_and(|n| n.is_real()) {
            return Some(Expr::call(Sym::NormalDistribution, [Expr::integer(0), value.clone()]));
        }
        value.is_normal().then(|| value.clone())
    };
    if name.as_str() == Some("Orthogonal") {
        return Some(Method::Orthogonal);
    }
    if name.as_str() == Some("Random") {
        let weights = find("Weights").unwrap_or_else(|| Expr::integer(1));
        let Some(weights) = distribution(&weights) else {
            wrong("Weights", &weights, "a distribution or a standard deviation is expected");
            return None;
        };
        let biases = match find("Biases") {
            None => None,
            Some(none) if none.is(Sym::None) => None,
            Some(value) => match distribution(&value) {
                Some(biases) => Some(biases),
                None => {
                    wrong("Biases", &value, "a distribution, a standard deviation or None is expected");
                    return None;
                }
            },
        };
        return Some(Method::Random { weights, biases });
    }
    if name.as_str() == Some("Identity") {
        let noise = find("Distribution").unwrap_or_else(|| Expr::real(0.01));
        return match distribution(&noise) {
            Some(noise) => Some(Method::Identity { noise }),
            None => {
                wrong("Distribution", &noise, "a distribution or a standard deviation is expected");
                None
            }
        };
    }
    let uniform = match find("Distribution") {
        None => false,
        Some(value) if value.as_str() == Some("Normal") => false,
        Some(value) if value.as_str() == Some("Uniform") => true,
        Some(value) => {
            wrong("Distribution", &value, "\"Normal\" or \"Uniform\" is expected");
            return None;
        }
    };
    Some(if name.as_str() == Some("Xavier") { Method::Xavier { uniform } } else { Method::Kaiming { uniform } })
}

fn fill(session: &mut Session, net: &Net, which: Which, method: &Method) -> Result<Expr, Flow> {
    let oversized = Fault::oversized(net, |leaf, name| leaf.array(name).is_some());
    if !oversized.is_empty() {
        return Ok(Fault::fail(session, &oversized));
    }
    let mut settings = Vec::new();
    let mut missing = Vec::new();
    let mut shared: NodeMap<Expr> = NodeMap::default();
    for (i, leaf) in net.leaves.iter().enumerate() {
        for record in leaf.layer.arrays {
            let wanted = match (leaf.array(record.name), which) {
                (Some(ArrayValue::None) | None, _) => false,
                (Some(ArrayValue::Automatic), Which::Missing | Which::All) => true,
                (Some(ArrayValue::Given(_)), Which::All | Which::None) => true,
                _ => false,
            };
            if !wanted {
                continue;
            }
            let name = leaf.shared_name(record.name);
            let mut set = |value: ArrayValue| settings.push(parts::Setting::of_array(leaf, record.name, &value));
            if which == Which::None {
                set(ArrayValue::Automatic);
                // Nothing else says the shape of an array that is the whole layer.
                for port in leaf.outputs.iter().filter(|_| leaf.inputs.is_empty()) {
                    let (path, name) = (leaf.path.clone(), port.name.to_string());
                    settings.push(parts::Setting { path, name, value: leaf.shape(&port.name).to_expr() });
                }
                continue;
            }
            if let Some(value) = name.and_then(|name| shared.get(name)) {
                set(ArrayValue::Given(value.clone()));
                continue;
            }
            let shape = leaf.shape(record.name);
            let sizes: Option<Vec<usize>> = shape.dimensions().and_then(|d| d.iter().map(Expr::as_usize).collect());
            let Some(sizes) = sizes else {
                let known =
                    if shape.rank().is_some() { format!(" ({})", shape.describe(session)) } else { String::new() };
                missing.push(format!("{} of {}{known}", record.name, leaf.label()));
                continue;
            };
            let rectified = is_rectified(net, i);
            let value = match record.initial {
                Initial::Weights => weights(session, method, &sizes, rectified)?,
                Initial::Constant(value) => match method {
                    Method::Random { biases: Some(distribution), .. } if value == 0.0 => {
                        draw(session, distribution, &sizes)?
                    }
                    _ => constant(value, &sizes),
                },
            };
            if let Some(name) = name {
                shared.insert(name.clone(), value.clone());
            }
            set(ArrayValue::Given(value));
        }
    }
    if missing.is_empty() {
        return Ok(parts::set_all(session, &net.expr, &settings));
    }
    session.message(Sym::NetInitialize, "nfspec", &[Expr::string(&missing.join(", "))]);
    Ok(Sym::Failed.into())
}

/// Whether the result of a leaf goes into a rectifier.
fn is_rectified(net: &Net, leaf: usize) -> bool {
    let rectifier = |next: &Leaf| {
        next.parameters
            .iter()
            .any(|(_, f)| f.is(Sym::Ramp) || matches!(f.as_str(), Some("ReLU" | "RectifiedLinearUnit")))
    };
    net.leaves.iter().any(|next| {
        next.sources.iter().any(|(_, s)| matches!(s, Source::Leaf(from) if from.leaf == leaf)) && rectifier(next)
    })
}

fn weights(session: &mut Session, method: &Method, sizes: &[usize], rectified: bool) -> Result<Expr, Flow> {
    let fan_out = sizes.first().copied().unwrap_or(1).max(1) as f64;
    let fan_in = sizes.iter().skip(1).map(|&size| size as f64).product::<f64>().max(1.0);
    let (variance, uniform) = match method {
        Method::Kaiming { uniform } => (if rectified { 2.0 } else { 1.0 } / fan_in, *uniform),
        Method::Xavier { uniform } => (2.0 / (fan_in + fan_out), *uniform),
        // A single row has no other one that it could be orthogonal to.
        Method::Orthogonal if sizes.len() < 2 => (1.0 / fan_in, false),
        Method::Orthogonal => return orthogonal(session, sizes),
        Method::Random { weights, .. } => return draw(session, weights, sizes),
        Method::Identity { noise } => {
            let noise = draw(session, noise, sizes)?;
            return session.evaluate_call(Sym::Plus, [identity(sizes), noise]);
        }
    };
    let distribution = if uniform {
        let half_width = (3.0 * variance).sqrt();
        Expr::call(Sym::UniformDistribution, [Expr::list([Expr::real(-half_width), Expr::real(half_width)])])
    } else {
        Expr::call(Sym::NormalDistribution, [Expr::integer(0), Expr::real(variance.sqrt())])
    };
    draw(session, &distribution, sizes)
}

/// An array whose rows, if they are not more than its columns, are orthonormal; otherwise its columns. All levels behind the
/// first are one row. What is uniformly distributed becomes so by the Gram-Schmidt process on normal vectors.
fn orthogonal(session: &mut Session, sizes: &[usize]) -> Result<Expr, Flow> {
    let (rows, columns) = (sizes[0], sizes[1..].iter().product::<usize>());
    let (count, length) = (rows.min(columns), rows.max(columns));
    if count == 0 {
        return Ok(constant(0.0, sizes));
    }
    let normal = Expr::call(Sym::NormalDistribution, [Expr::integer(0), Expr::integer(1)]);
    let drawn = draw(session, &normal, &[count, length])?;
    let row = |row: &Expr| row.args().iter().map(|e| e.as_real().unwrap_or(0.0)).collect::<Vec<f64>>();
    let mut vectors: Vec<Vec<f64>> = drawn.args().iter().map(row).collect();
    for i in 0..count {
        let (before, rest) = vectors.split_at_mut(i);
        let vector = &mut rest[0];
        // Twice, since what is left after the first time is rounded.
        for other in before.iter().chain(before.iter()) {
            let along: f64 = vector.iter().zip(other).map(|(a, b)| a * b).sum();
            vector.iter_mut().zip(other).for_each(|(a, b)| *a -= along * b);
        }
        let norm = vector.iter().map(|a| a * a).sum::<f64>().sqrt();
        vector.iter_mut().for_each(|a| *a /= norm);
    }
    let element = |i: usize| {
        let (row, column) = (i / columns, i % columns);
        if rows <= columns { vectors[row][column] } else { vectors[column][row] }
    };
    let elements: Vec<f64> = (0..rows * columns).map(element).collect();
    match Array::from_f64(sizes, elements) {
        Ok(array) => Ok(Expr::array(array)),
        Err(_) => unreachable!("the elements fill the array"),
    }
}

fn draw(session: &mut Session, distribution: &Expr, sizes: &[usize]) -> Result<Expr, Flow> {
    if sizes.contains(&0) {
        return Ok(constant(0.0, sizes));
    }
    let sizes = Expr::list(sizes.iter().map(|&n| Expr::integer(n as i64)));
    session.evaluate_call(Sym::RandomVariate, [distribution.clone(), sizes])
}

fn constant(value: f64, sizes: &[usize]) -> Expr {
    sizes.iter().rev().fold(Expr::real(value), |inner, &size| Expr::list(std::iter::repeat_n(inner, size)))
}

/// Ones where the first two indices agree and, for kernels, all others are central.
fn identity(sizes: &[usize]) -> Expr {
    fn level(sizes: &[usize], indices: &mut Vec<usize>, all: &[usize]) -> Expr {
        let Some((&size, rest)) = sizes.split_first() else {
            let central = indices.iter().zip(all).skip(2).all(|(&i, &n)| i == (n - 1) / 2);
            let diagonal = indices.len() < 2 || indices[0] == indices[1];
            return Expr::real(if central && diagonal { 1.0 } else { 0.0 });
        };
        let mut items = Vec::with_capacity(size);
        for i in 0..size {
            indices.push(i);
            items.push(level(rest, indices, all));
            indices.pop();
        }
        Expr::list(items)
    }
    level(sizes, &mut Vec::new(), sizes)
}
