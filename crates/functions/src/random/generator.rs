//! The generator of a session: ChaCha with 8 rounds, the same numbers on every machine.

use netform_eval::{Eval, Function, Session};
use netform_expr::{Attributes, Expr, Sym};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// The random state of a session. It starts from seed 0 unless the host has a clock, whose time
/// then is the seed.
#[derive(Default)]
pub(super) struct Generator {
    stream: Option<ChaCha8Rng>,
}

pub(super) const SEED_RANDOM: Function = Function {
    name: "SeedRandom",
    usage: "SeedRandom[n] makes all random numbers that follow repeatable: n is an integer or a string. SeedRandom[] \
            takes a seed from the clock.",
    arguments: Some((0, 1)),
    evaluate: Some(seed_random),
    messages: &[("seed", "`1` is not a seed: an integer or a string is expected.")],
    examples: &[("SeedRandom[3]; a = RandomReal[]; SeedRandom[3]; a === RandomReal[]", "True")],
    ..Function::NEW
};

pub(super) const BLOCK_RANDOM: Function = Function {
    name: "BlockRandom",
    usage: "BlockRandom[e] evaluates e and then puts the random generator back to where it was.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((1, 1)),
    evaluate: Some(block_random),
    examples: &[("BlockRandom[RandomReal[]] === RandomReal[]", "True")],
    ..Function::NEW
};

fn seed_random(session: &mut Session, call: &Expr) -> Eval {
    let seed = match call.args().first() {
        None => clock_seed(session),
        Some(arg) => match (arg.as_number().filter(|n| n.is_integer()), arg.as_str()) {
            (Some(_), _) | (_, Some(_)) => text_seed(&session.full_form(arg)),
            _ => {
                session.message(Sym::SeedRandom, "seed", std::slice::from_ref(arg));
                return Ok(None);
            }
        },
    };
    session.note_effect();
    session.extension::<Generator>().stream = Some(ChaCha8Rng::from_seed(seed));
    Ok(Some(Sym::Null.into()))
}

fn block_random(session: &mut Session, call: &Expr) -> Eval {
    let before = stream(session).clone();
    let result = session.evaluate(&call.arg(0));
    session.extension::<Generator>().stream = Some(before);
    result.map(Some)
}

/// The generator, seeded when first used.
fn stream(session: &mut Session) -> &mut ChaCha8Rng {
    if session.extension::<Generator>().stream.is_none() {
        let seed = clock_seed(session);
        session.extension::<Generator>().stream = Some(ChaCha8Rng::from_seed(seed));
    }
    session.extension::<Generator>().stream.get_or_insert_with(|| ChaCha8Rng::from_seed([0; 32]))
}

/// The next 64 random bits.
pub(super) fn next_bits(session: &mut Session) -> u64 {
    session.note_effect();
    stream(session).next_u64()
}

/// A real number from 0 to 1, 0 included and 1 not, with 53 random bits.
pub(super) fn next_real(session: &mut Session) -> f64 {
    (next_bits(session) >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

/// An integer below a bound, without bias.
pub(super) fn next_below(session: &mut Session, bound: u64) -> u64 {
    let unbiased = u64::MAX - u64::MAX % bound;
    loop {
        let bits = next_bits(session);
        if bits < unbiased {
            return bits % bound;
        }
    }
}

fn clock_seed(session: &mut Session) -> [u8; 32] {
    let nanoseconds = session.host().unix_time().map_or(0, |t| t.as_nanos());
    text_seed(&nanoseconds.to_string())
}

/// Spreads a text over a seed by FNV-1a, once for each eight bytes.
fn text_seed(text: &str) -> [u8; 32] {
    let mut seed = [0; 32];
    for (i, chunk) in seed.chunks_mut(8).enumerate() {
        let hash = text
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325 ^ (i as u64 + 1), |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        chunk.copy_from_slice(&hash.to_le_bytes());
    }
    seed
}
