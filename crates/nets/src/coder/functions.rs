//! `NetEncoder` and `NetDecoder`.

use netform_eval::{Eval, Function, Session};
use netform_expr::{Expr, Sym};
use netform_layers::Coder as Record;
use netform_layers::coders::{DECODERS, ENCODERS};

use super::read;
use crate::Fault;
use crate::diagnostic::{MESSAGES, instead};
use crate::read::split_options;

/// Both records.
pub(crate) const FUNCTIONS: [&Function; 2] = [&NET_ENCODER, &NET_DECODER];

const NET_ENCODER: Function = Function {
    name: "NetEncoder",
    usage: "NetEncoder[\"name\"] or NetEncoder[{\"name\", ...}] makes arrays of labels, texts, numbers or images; the names are Boolean, \
            Characters, Class, Function, Image, Scalar, Tokens and UTF8. NetEncoder[...][x] is the array of x, NetEncoder[...][{x1, ...}] the list \
            of those of several. \"Input\" -> NetEncoder[...] puts it before an input of a net. \
            NetEncoder[NetDecoder[...]] is the encoder for a decoder.",
    evaluate: Some(|session, call| construct(session, call, Sym::NetDecoder, ENCODERS)),
    apply: Some(apply_encoder),
    information: Some(information),
    messages: MESSAGES,
    examples: &[
        ("NetEncoder[{\"Class\", {\"cat\", \"dog\"}}][\"dog\"]", "2"),
        (
            "LinearLayer[1, \"Input\" -> NetEncoder[{\"Class\", {a, b}, \"UnitVector\"}], \"Weights\" -> {{p, q}}, \"Biases\" -> None][b]",
            "{q}",
        ),
    ],
    ..Function::NEW
};

const NET_DECODER: Function = Function {
    name: "NetDecoder",
    usage: "NetDecoder[\"name\"] or NetDecoder[{\"name\", ...}] makes labels, texts, numbers or images of arrays; the names are Boolean, \
            CTCBeamSearch, Characters, Class, Function, Image, Scalar and Tokens. NetDecoder[...][x] is what it makes of x, NetDecoder[...][x, prop] a property \
            such as \"Probabilities\", NetDecoder[...][x, \"Properties\"] the list of those that it has. \
            \"Output\" -> NetDecoder[...] puts it behind an output of a net; net[x, prop] is then a property, net[x, None] the array.",
    evaluate: Some(|session, call| construct(session, call, Sym::NetEncoder, DECODERS)),
    apply: Some(apply_decoder),
    information: Some(information),
    messages: MESSAGES,
    examples: &[
        ("NetDecoder[{\"Class\", {\"cat\", \"dog\"}}][{0.2, 0.8}]", "dog"),
        (
            "SoftmaxLayer[\"Output\" -> NetDecoder[{\"Class\", {\"cat\", \"dog\"}}]][{0, Log[3]}, \"Probabilities\"]",
            "<|cat -> 1/4, dog -> 3/4|>",
        ),
    ],
    ..Function::NEW
};

/// A coder stays as it is if it is valid. One made from its counterpart has the parameters that both have, and some of its own.
fn construct(session: &mut Session, call: &Expr, counterpart: Sym, records: &[&'static Record]) -> Eval {
    if let [other] = call.args().as_ref()
        && other.has_head(counterpart)
    {
        let other = match read(session, other)? {
            Ok(other) => other,
            Err(faults) => return Ok(Some(Fault::fail(session, &faults))),
        };
        let Some(record) = records.iter().find(|record| record.name == other.record.name) else {
            let known: Vec<&str> = records.iter().map(|record| record.name).collect();
            let args = [other.record.name.to_owned(), instead(other.record.name, &known)];
            return Ok(Some(Fault::fail(session, &[Fault::new(call.head().clone(), "nocoder", args)])));
        };
        return Ok(Some(Expr::normal(
            call.head().clone(),
            [Expr::list(shared_parameters(session, &other.expr, other.record, record))],
        )));
    }
    Ok(match read(session, call)? {
        Ok(_) => None,
        Err(faults) => Some(Fault::fail(session, &faults)),
    })
}

/// The name and the parameters of a coder that another kind has too, by position as far as the positions are the same.
fn shared_parameters(session: &mut Session, coder: &Expr, from: &Record, to: &Record) -> Vec<Expr> {
    let written = match coder.arg(0) {
        list if list.is_list() => list.args().into_owned(),
        name => vec![name],
    };
    let (positional, options) = split_options(&written[1..]);
    let same = from.arguments.iter().zip(to.arguments).take_while(|(from, to)| from.name == to.name).count();
    let known = |name: &str| to.options.iter().any(|option| option.name == name);
    // What has another place there is given by its name.
    let moved =
        from.arguments.iter().zip(positional).skip(same).map(|(argument, value)| (argument.name, value.clone()));
    let options = moved.map(|(name, value)| (name.to_owned(), value)).chain(options).filter(|(name, _)| known(name));
    let options = options.map(|(name, value)| Expr::rule(Expr::string(&name), value));
    let positional = positional.iter().take(same).cloned();
    let own = to.counterpart.iter().map(|(name, text)| Expr::rule(Expr::string(name), session.parse_static(text)));
    [written[0].clone()].into_iter().chain(positional).chain(options).chain(own).collect()
}

fn apply_encoder(session: &mut Session, call: &Expr) -> Eval {
    let coder = match read(session, call.head())? {
        Ok(coder) => coder,
        Err(faults) => return Ok(Some(Fault::fail(session, &faults))),
    };
    let args = call.args();
    let [data] = args.as_ref() else {
        let counts = [args.len().to_string(), "1".to_owned(), "the data".to_owned()];
        return Ok(Some(Fault::fail(session, &[coder.fault("netnargs", counts)])));
    };
    Ok(match coder.encode(session, data)? {
        Ok(encoded) => Some(encoded.into_expr()).filter(|array| array != call),
        Err(fault) => Some(Fault::fail(session, &[fault])),
    })
}

fn apply_decoder(session: &mut Session, call: &Expr) -> Eval {
    let coder = match read(session, call.head())? {
        Ok(coder) => coder,
        Err(faults) => return Ok(Some(Fault::fail(session, &faults))),
    };
    let args = call.args();
    let (data, asked) = match args.as_ref() {
        [data] => (data, None),
        [data, asked] => (data, Some(asked)),
        _ => {
            let counts = [args.len().to_string(), "1 or 2".to_owned(), "the data, and a property".to_owned()];
            return Ok(Some(Fault::fail(session, &[coder.fault("netnargs", counts)])));
        }
    };
    let asked = match coder.asked(session, asked) {
        Ok(asked) => asked,
        Err(fault) => return Ok(Some(Fault::fail(session, &[fault]))),
    };
    let is_batch = match coder.is_batch(session, data)? {
        Ok(is_batch) => is_batch,
        Err(fault) => return Ok(Some(Fault::fail(session, &[fault]))),
    };
    Ok(match coder.decode_all(session, &asked, data, is_batch)? {
        Ok(value) => Some(value).filter(|value| value != call),
        Err(fault) => Some(Fault::fail(session, &[fault])),
    })
}

/// What is known of a coder: its kind, and the shape and elements of its arrays.
fn information(session: &mut Session, object: &Expr, property: Option<&Expr>) -> Eval {
    let coder = match read(session, object)? {
        Ok(coder) => coder,
        Err(faults) => return Ok(Some(Fault::fail(session, &faults))),
    };
    let elements = match &coder.greatest {
        Some(greatest) => Expr::call(Sym::Restricted, [Expr::string("Integer"), greatest.clone()]),
        None => Expr::string("Real"),
    };
    let all = [
        ("Type", Expr::string(coder.record.name)),
        ("Dimensions", coder.shape.to_expr()),
        ("Elements", elements),
        ("Usage", Expr::string(coder.record.usage)),
    ];
    let Some(property) = property else {
        let rules = all.into_iter().map(|(name, value)| Expr::rule(Expr::string(name), value));
        return Ok(Some(Expr::call(Sym::Association, rules)));
    };
    if let Some((_, value)) = all.iter().find(|(name, _)| property.as_str() == Some(name)) {
        return Ok(Some(value.clone()));
    }
    let known = all.map(|(name, _)| name);
    let name = session.output_form(property);
    let fault = coder.fault("noprop", [name.clone(), instead(&name, &known)]);
    Ok(Some(Fault::fail(session, &[fault])))
}
