//! The names of quantities and indices in equations.

use netform_eval::Session;
use netform_expr::{Expr, NodeSet, Sym, postorder};
use netform_layers::Port;
use netform_layers::library::LAYERS;

use crate::PartialShape;
use crate::net::{Leaf, LeafPort, Net, NetPort};

/// The names that are given so far.
#[derive(Debug, Default, Clone)]
pub(super) struct Names {
    taken: NodeSet,
}

impl Names {
    /// A name such as `W_{ix}` for a quantity of a layer, with primes if another quantity has it, and a number from the
    /// fifth on.
    pub(super) fn fresh(&mut self, printed: impl Into<Printed>, path: &[Expr]) -> Expr {
        const PRIMES: usize = 3;
        let Printed { base, subscript } = printed.into();
        let mut count = 0;
        loop {
            let name = match count {
                0..=PRIMES => assembled(&format!("{base}{}", "'".repeat(count)), &subscript, path),
                _ if subscript.is_empty() => assembled(&base, &(count + 1).to_string(), path),
                _ => assembled(&base, &format!("{subscript},{}", count + 1), path),
            };
            if self.taken.insert(name.clone()) {
                return name;
            }
            count += 1;
        }
    }

    /// Leaves the names of the user's symbols in an expression, such as those of sizes, to these.
    pub(super) fn avoid(&mut self, e: &Expr) {
        let walk = postorder::<std::convert::Infallible>(
            e,
            |_| true,
            |node| {
                if let Some(symbol) = node.as_symbol().filter(|symbol| symbol.context() != "System`") {
                    self.taken.insert(Expr::string(symbol.name()));
                }
                Ok(())
            },
        );
        match walk {
            Ok(()) => {}
            Err(never) => match never {},
        }
    }

    /// Leaves the names of symbols in sizes and parameters to these.
    pub(super) fn avoid_sizes(&mut self, net: &Net) {
        for leaf in &net.leaves {
            let known = leaf.shapes.iter().filter_map(|(_, shape)| match shape {
                PartialShape::Ranked(dimensions) => Some(dimensions.iter().flatten()),
                PartialShape::Unknown => None,
            });
            known.flatten().for_each(|size| self.avoid(size));
            leaf.parameters.iter().for_each(|(_, value)| self.avoid(value));
        }
    }

    /// Whether something has a name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.taken.contains(&Expr::string(name))
    }

    /// A symbol for a number that has no value, with `1`, `2`, ... behind it if something else has its name.
    pub(super) fn symbol(&mut self, session: &mut Session, name: &str) -> Expr {
        let mut free = name.to_owned();
        let mut count = 0;
        while !self.taken.insert(Expr::string(&free)) {
            count += 1;
            free = format!("{name}{count}");
        }
        session.resolve_name(&free)
    }

    /// A name as the user wants it.
    pub(super) fn take(&mut self, name: &str) -> Expr {
        let name = given(name);
        self.taken.insert(name.clone());
        name
    }
}

impl Names {
    /// Keeps a name that the user gave from others, also from those that are printed as it is: `y_2` is y of layer 2, too.
    pub(super) fn reserve(&mut self, name: &str) {
        self.taken.insert(given(name));
        let (base, subscript) = split(name);
        if !subscript.is_empty() {
            let key = subscript.parse::<i64>().map_or_else(|_| Expr::string(subscript), Expr::integer);
            self.taken.insert(assembled(base, "", &[key]));
        }
    }
}

/// A name before it is made different from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Printed {
    base: String,
    subscript: String,
}

impl From<&str> for Printed {
    /// The name that a record or the notation has: what follows an underscore is a subscript.
    fn from(tex: &str) -> Printed {
        let (base, subscript) = split(tex);
        Printed { base: base.to_owned(), subscript: subscript.to_owned() }
    }
}

impl Printed {
    /// The name of a port or array of the net, as `input_ids`: a word, but for a letter with a subscript, as `x_1`.
    pub(super) fn word(name: &str) -> Printed {
        match split(name) {
            (letter, subscript) if letter.chars().count() == 1 && !subscript.contains('_') => name.into(),
            _ => Printed { base: name.to_owned(), subscript: String::new() },
        }
    }
}

/// A name that the user gave.
pub(super) fn given(name: &str) -> Expr {
    assembled(split(name).0, split(name).1, &[])
}

/// Base and subscript of a printed name.
fn split(tex: &str) -> (&str, &str) {
    match tex.split_once('_') {
        Some((base, subscript)) => (base, subscript.trim_matches(['{', '}'])),
        None => (tex, ""),
    }
}

/// The name as an expression: what it is as a subscript, the place of its layer as a superscript.
fn assembled(base: &str, subscript: &str, path: &[Expr]) -> Expr {
    let key = |key: &Expr| match key.as_str() {
        // The sign between keys within a name stands in quotation marks.
        Some(name) if name.contains([',', '"']) => format!("{name:?}"),
        // What layers call the nets in them has a short form.
        Some(name) => LAYERS
            .iter()
            .flat_map(|layer| layer.nets)
            .find(|net| net.name == name)
            .map_or(name, |net| net.tex)
            .to_owned(),
        None => format!("{key:?}"),
    };
    let keys: Vec<String> = path.iter().map(key).filter(|key| !key.is_empty()).collect();
    let place = Expr::string(&keys.join(","));
    match (subscript.is_empty(), keys.is_empty()) {
        (true, true) => Expr::string(base),
        (false, true) => Expr::call(Sym::Subscript, [Expr::string(base), Expr::string(subscript)]),
        (true, false) => Expr::call(Sym::Superscript, [Expr::string(base), place]),
        (false, false) => Expr::call(Sym::Subsuperscript, [Expr::string(base), Expr::string(subscript), place]),
    }
}

/// The name of the value before the first step of a state.
pub(super) fn initial(name: &Expr) -> Expr {
    let args = name.args();
    let text = |e: &Expr| Expr::string(&format!("{},0", e.as_str().unwrap_or_default()));
    let zero = Expr::string("0");
    match name.head_sym() {
        Some(Sym::Subscript) => Expr::call(Sym::Subscript, [args[0].clone(), text(&args[1])]),
        Some(Sym::Superscript) => Expr::call(Sym::Subsuperscript, [args[0].clone(), zero, args[1].clone()]),
        Some(Sym::Subsuperscript) => {
            Expr::call(Sym::Subsuperscript, [args[0].clone(), text(&args[1]), args[2].clone()])
        }
        _ => Expr::call(Sym::Subscript, [name.clone(), zero]),
    }
}

/// The printed name of a port, with its number among several.
pub(super) fn port_tex(leaf: &Leaf, port: &str) -> Printed {
    match leaf.port(port) {
        Some(LeafPort { record, index: Some(index), .. }) if is_one_of_several(leaf, record.name) => {
            format!("{}_{}", record.tex, index + 1).as_str().into()
        }
        Some(LeafPort { record, .. }) => record.tex.into(),
        None => Printed::word(port),
    }
}

fn is_one_of_several(leaf: &Leaf, record: &str) -> bool {
    leaf.inputs.iter().chain(&leaf.outputs).filter(|port| port.record.name == record).nth(1).is_some()
}

/// The printed name of an input of the net: that of the first port that takes it, or its own where
/// several inputs would have one name.
pub(super) fn input_tex(net: &Net, input: usize) -> Printed {
    let tex = |input: &NetPort| {
        let place = input.places.first()?;
        Some(port_tex(&net.leaves[place.leaf], &place.port))
    };
    let own = &net.inputs[input];
    if let Some(given) = given_name(own, "Input") {
        return Printed::word(given);
    }
    match tex(own) {
        Some(text) if net.inputs.iter().filter(|other| tex(other).as_ref() == Some(&text)).count() == 1 => text,
        _ => Printed::word(&own.name),
    }
}

/// The printed name of an output of the net that needs one beside that of what it is equal to.
pub(super) fn output_tex(net: &Net, output: &NetPort) -> Printed {
    let of_layer = || {
        let place = output.places.first()?;
        let leaf = &net.leaves[place.leaf];
        let port = leaf.port(&place.port)?;
        (port.record.name != Port::OUTPUT.name).then(|| port.record.tex.into())
    };
    let given = given_name(output, "Output").map(Printed::word);
    given.or_else(of_layer).unwrap_or_else(|| "y".into())
}

/// The name that the user gave to a port of a net; ports that are numbered have none.
fn given_name<'a>(port: &'a NetPort, numbered: &str) -> Option<&'a str> {
    let is_own = port.places.first().is_some_and(|place| place.port != port.name);
    Some(&*port.name).filter(|name| is_own && !name.starts_with(numbered))
}

/// Whether the user gave an output of a net a name, under which its value is looked for.
pub(super) fn has_own_name(output: &NetPort) -> bool {
    given_name(output, "Output").is_some()
}

/// How a quantity gets its name.
#[derive(Debug, Clone)]
pub(super) enum Naming {
    /// It has one.
    Given(Expr),
    /// It gets a new one, unless it is the same as another quantity.
    New(Printed),
}

/// The letters of indices, in the order in which they are taken.
const LETTERS: &str = "ijklmpqrabcdefgh";

/// Those of indices that are summed over.
const BOUND: &str = "uvwijklmpqrabcdefgh";

/// What an index is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// It stands on the left side.
    Free,
    /// A sum, product or maximum goes over it.
    Bound,
    /// It counts the steps of a recurrence.
    Time,
    /// It counts the examples of a batch.
    Example,
}

/// An index that is not among those in use: a formal symbol, which never has a value.
pub(super) fn index(session: &mut Session, what: Use, used: &[(Expr, Expr)]) -> Expr {
    let letters = match what {
        Use::Free => LETTERS,
        Use::Bound => BOUND,
        Use::Time => "t",
        Use::Example => "n",
    };
    for round in 0.. {
        for letter in letters.bytes() {
            let formal = char::from_u32(FORMAL_A + u32::from(letter - b'a')).unwrap_or('i');
            let name = if round == 0 { formal.to_string() } else { format!("{formal}{round}") };
            let symbol = session.resolve_name(&name);
            if !used.iter().any(|(other, _)| *other == symbol) {
                return symbol;
            }
        }
    }
    unreachable!("rounds do not end")
}

/// The character `\[FormalA]`; the others follow in alphabetical order.
const FORMAL_A: u32 = 0xF800;
