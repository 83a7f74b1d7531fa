//! Formulas broken into lines that fit the page.
//!
//! A line may end before a relation, before a sign between terms or factors, and behind a comma. Of all ways to break a formula
//! into lines that fit, the one that breaks the least of what belongs together is taken.

use super::width::{Kind, Part, Width, parts};

/// The lines of a formula, the first of which may be so wide, and the others so.
pub(super) fn lines(tex: &str, first: Width, rest: Width) -> Vec<String> {
    let parts = parts(tex);
    let widths = sums(&parts);
    if widths.last().copied().unwrap_or(0) <= u64::from(first) {
        return vec![tex.to_owned()];
    }
    let depths = depths(&parts);
    let breaks = breaks(&parts, &depths);
    let ends = best(&breaks, &widths, [first, rest].map(u64::from));
    let line_of = |part: usize| ends.partition_point(|end| *end <= part);
    let partners = partners(&parts);
    let mut lines = vec![String::new(); ends.len() + 1];
    for (i, part) in parts.iter().enumerate() {
        let line = &mut lines[line_of(i)];
        let is_first = ends.binary_search(&i).is_ok();
        if part.is_apart && !line.is_empty() {
            line.push(' ');
        }
        if is_first && is_factor(&parts, i) {
            line.push_str(r"\cdot ");
        }
        match partners[i].filter(|partner| line_of(*partner) != line_of(i)) {
            // Brackets that grow with what is in them stand on one line.
            Some(_) => line.push_str(&fixed(part)),
            None => line.push_str(part.text),
        }
    }
    lines
}

/// The widths of the first parts together.
fn sums(parts: &[Part<'_>]) -> Vec<u64> {
    let mut sum = 0;
    std::iter::once(0)
        .chain(parts.iter().map(move |part| {
            sum += u64::from(part.width);
            sum
        }))
        .collect()
}

/// In how many brackets each part is.
fn depths(parts: &[Part<'_>]) -> Vec<u64> {
    let mut depth = 0_u64;
    parts
        .iter()
        .map(|part| match part.kind {
            Kind::Open => {
                depth += 1;
                depth - 1
            }
            Kind::Close => {
                depth = depth.saturating_sub(1);
                depth
            }
            _ => depth,
        })
        .collect()
}

/// The bracket that belongs to each one that grows.
fn partners(parts: &[Part<'_>]) -> Vec<Option<usize>> {
    let mut partners = vec![None; parts.len()];
    let mut open = Vec::new();
    for (i, part) in parts.iter().enumerate().filter(|(_, part)| part.grows) {
        match part.kind {
            Kind::Open => open.push(i),
            _ => {
                if let Some(other) = open.pop() {
                    partners[i] = Some(other);
                    partners[other] = Some(i);
                }
            }
        }
    }
    partners
}

/// A bracket of one size.
fn fixed(part: &Part<'_>) -> String {
    match (part.text.strip_prefix(r"\left"), part.text.strip_prefix(r"\right")) {
        (Some(bracket), _) => format!(r"\Bigl{bracket}"),
        (_, Some(bracket)) => format!(r"\Bigr{bracket}"),
        _ => part.text.to_owned(),
    }
}

/// Whether a part is a factor that nothing but a space parts from the one before it.
fn is_factor(parts: &[Part<'_>], i: usize) -> bool {
    let before = i.checked_sub(1).map(|before| parts[before]);
    parts[i].is_apart
        && matches!(parts[i].kind, Kind::Ordinary | Kind::Large)
        && before.is_some_and(|before| matches!(before.kind, Kind::Ordinary | Kind::Close))
}

/// The parts before which a line may end, and what that costs.
fn breaks(parts: &[Part<'_>], depths: &[u64]) -> Vec<(usize, u64)> {
    let cost = |i: usize| {
        let before = parts[i - 1];
        let depth = depths[i];
        match (before.kind, parts[i].kind) {
            (_, Kind::Relation) if depth == 0 => Some(0),
            (_, Kind::Sum) => Some(20 + 60 * depth),
            (Kind::Comma, _) => Some(20 + 60 * depths[i - 1]),
            (_, Kind::Relation) => Some(40 + 60 * depth),
            (_, Kind::Product) => Some(120 + 60 * depth),
            _ if is_factor(parts, i) => Some(200 + 60 * depth),
            _ => None,
        }
    };
    (1..parts.len()).filter_map(|i| Some((i, cost(i)?))).collect()
}

/// What a line costs, apart from where it ends.
const LINE: u64 = 100;

/// What each thousandth costs by which a line is too wide.
const TOO_WIDE: u64 = 1000;

/// Where to break: the places of the first part of each line but the first.
fn best(breaks: &[(usize, u64)], widths: &[u64], [first, rest]: [u64; 2]) -> Vec<usize> {
    let end = widths.len() - 1;
    let starts: Vec<(usize, u64)> =
        std::iter::once((0, 0)).chain(breaks.iter().copied()).chain(std::iter::once((end, 0))).collect();
    // The least cost of all lines up to a place, and where the last of them begins.
    let mut least: Vec<(u64, usize)> = vec![(0, 0)];
    for (k, &(place, cost)) in starts.iter().enumerate().skip(1) {
        let mut found = (u64::MAX, 0);
        for before in (0..k).rev() {
            let width = widths[place] - widths[starts[before].0];
            let room = if before == 0 { first } else { rest };
            let too_wide = width.saturating_sub(room);
            let total = least[before].0.saturating_add(LINE + cost + too_wide.saturating_mul(TOO_WIDE));
            if total < found.0 {
                found = (total, before);
            }
            if too_wide > 0 && before + 1 < k {
                break;
            }
        }
        least.push(found);
    }
    let mut ends = Vec::new();
    let mut k = starts.len() - 1;
    while k > 0 {
        k = least[k].1;
        if k > 0 {
            ends.push(starts[k].0);
        }
    }
    ends.reverse();
    ends
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn what_fits_is_one_line() {
        assert_eq!(lines("a+b", 4000, 4000), ["a+b"]);
    }

    #[test]
    fn lines_end_where_the_least_is_broken() {
        let tex = r"f(a+b,c)+g(d,e)+\text{a long name}";
        assert_eq!(lines(tex, 9000, 9000), ["f(a+b,c)+g(d,e)", r"+\text{a long name}"]);
        assert_eq!(lines("f(aaaaaaaa,bbbbbbbb,cccccccc)", 12000, 12000), ["f(aaaaaaaa,bbbbbbbb,", "cccccccc)"]);
        assert_eq!(lines("x=aaaaaaaa+bbbbbbbb", 10000, 10000), ["x=aaaaaaaa", "+bbbbbbbb"]);
    }

    #[test]
    fn brackets_stay_whole() {
        let tex = r"\left(\frac{aaaaaaaa}{b}+\frac{cccccccc}{d}\right)^2";
        assert_eq!(lines(tex, 9000, 9000), [r"\Bigl(\frac{aaaaaaaa}{b}", r"+\frac{cccccccc}{d}\Bigr)^2"]);
    }

    #[test]
    fn factors_have_a_sign_between_lines() {
        assert_eq!(lines("aaaaaaaaa bbbbbbbbb", 6000, 6000), ["aaaaaaaaa", r"\cdot bbbbbbbbb"]);
    }
}
