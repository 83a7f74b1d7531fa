//! Random numbers in nets: the names of draws, the symbols that stand for them, and their seed.
//!
//! The texts of layers draw by `ArrayRandom[dist, dims, "label"]`. On numbers a program draws them, from a seed, the
//! name of the draw and the position alone; on symbols an array symbol with the name of the draw stands for them.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeMap, Sym, map_bottom_up, occurs, postorder};
use netform_layers::definition_of;

use crate::data::{array_symbol, components_at};
use crate::environment::Environment;
use crate::evaluate::{Arrays, array_name};
use crate::net::{Examples, Leaf, Net};

/// Whether layers of a net draw random numbers, so that each evaluation gives others.
pub(crate) fn is_random(session: &mut Session, net: &Net) -> bool {
    net.leaves.iter().any(|leaf| definition_of(session, leaf.layer).is_random(net.training))
}

/// Whether nets that are arguments of layers draw: anew each time that the layer applies them.
pub(crate) fn draw_inside(session: &mut Session, net: &Net) -> bool {
    let mut inner = net.leaves.iter().filter(|leaf| leaf.owner.is_some());
    inner.any(|leaf| definition_of(session, leaf.layer).is_random(net.training))
}

/// The text of a layer with the names of its draws in the whole net.
pub(crate) fn named(leaf: &Leaf, text: &Expr) -> Expr {
    if leaf.path.is_empty() || !occurs(text, &Sym::ArrayRandom.into()) {
        return text.clone();
    }
    map_bottom_up(text, |node| match (draw(&node), node.args().get(2).and_then(Expr::as_str)) {
        (Some([distribution, dimensions, _]), Some(label)) => {
            Expr::call(Sym::ArrayRandom, [distribution, dimensions, array_name(leaf, label)])
        }
        _ => node,
    })
}

/// The function of a net that is called again: its draws have the name of the call in the place of that of the net, which
/// comes after so many keys.
pub(crate) fn of_call(function: &Expr, depth: usize, call: &str) -> Expr {
    map_bottom_up(function, |node| match draw(&node) {
        Some([distribution, dimensions, label]) if label.is_list() && label.len() > depth => {
            let mut keys = label.args().to_vec();
            keys[depth] = Expr::string(call);
            Expr::call(Sym::ArrayRandom, [distribution, dimensions, Expr::list(keys)])
        }
        _ => node,
    })
}

/// The parts of a draw.
fn draw(node: &Expr) -> Option<[Expr; 3]> {
    node.args_of(Sym::ArrayRandom).and_then(|args| <[Expr; 3]>::try_from(args.into_owned()).ok())
}

/// The text with symbols for its draws, where no program draws them.
pub(crate) fn with_symbols(
    session: &mut Session,
    text: &Expr,
    scope: &Environment,
    arrays: Arrays,
    examples: Examples,
) -> Result<Expr, Flow> {
    if !matches!(arrays, Arrays::Components | Arrays::Whole) || !occurs(text, &Sym::ArrayRandom.into()) {
        return Ok(text.clone());
    }
    let mut draws = Vec::new();
    let walk = postorder::<std::convert::Infallible>(
        text,
        |_| true,
        |node| {
            draws.extend(draw(node).map(|_| node.clone()));
            Ok(())
        },
    );
    let Ok(()) = walk;
    let mut values: NodeMap<Expr> = NodeMap::default();
    for call in draws {
        let drawn = session.evaluate(&scope.put_into(&call))?;
        let value = map_bottom_up(&drawn, |node| match draw(&node) {
            Some([_, dimensions, name]) => symbols(name, &dimensions, arrays, examples),
            None => node,
        });
        values.insert(call, value);
    }
    Ok(map_bottom_up(text, |node| values.get(&node).cloned().unwrap_or(node)))
}

/// What stands for a draw with this name: an array symbol, whose leading level are the examples of a batch.
fn symbols(name: Expr, dimensions: &Expr, arrays: Arrays, examples: Examples) -> Expr {
    let own = dimensions.args().into_owned();
    let (place, mut all) = match examples {
        Examples::Of(place, count) => (Some(place), vec![Expr::integer(count as i64)]),
        Examples::One | Examples::All(_) => (None, Vec::new()),
    };
    all.extend(own.iter().cloned());
    let symbol = array_symbol(name, &all);
    let sizes: Option<Vec<usize>> = own.iter().map(Expr::as_usize).collect();
    match (sizes, place) {
        (Some(sizes), place) if arrays == Arrays::Components || sizes.is_empty() => {
            let position: Vec<usize> = place.into_iter().collect();
            components_at(&symbol, &sizes, &position)
        }
        (_, Some(place)) => Expr::call(Sym::Part, [symbol, Expr::integer(place as i64 + 1)]),
        (_, None) => symbol,
    }
}

/// Where the random numbers of an application come from: `RandomSeeding`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Seeding {
    /// The generator of the session.
    Inherited,
    /// The time.
    Automatic,
    /// This integer or string.
    Seed(Expr),
}

impl Seeding {
    /// What a setting of `RandomSeeding` says.
    pub(crate) fn read(value: &Expr) -> Option<Seeding> {
        if value.is(Sym::Inherited) {
            return Some(Seeding::Inherited);
        }
        if value.is(Sym::Automatic) {
            return Some(Seeding::Automatic);
        }
        (value.as_i64().is_some() || value.as_str().is_some()).then(|| Seeding::Seed(value.clone()))
    }

    /// The seed of one application.
    pub(crate) fn seed(&self, session: &mut Session) -> Result<u64, Flow> {
        let text = match self {
            Seeding::Inherited => {
                let bits = session.evaluate_call(Sym::RandomInteger, [Expr::integer(i64::MAX)])?;
                return Ok(bits.as_i64().unwrap_or_default() as u64);
            }
            Seeding::Automatic => session.host().unix_time().map_or(0, |time| time.as_nanos()).to_string(),
            Seeding::Seed(seed) => session.full_form(seed),
        };
        // FNV-1a, the same on every machine.
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Ok(text.bytes().fold(0xcbf2_9ce4_8422_2325, step))
    }
}
