//! Names that a misspelt one may stand for.

/// So many names are suggested at most.
const SUGGESTIONS: usize = 3;

/// Of some names those that are nearly like a given one, the nearest first.
///
/// ```
/// use netform_eval::nearest;
/// assert_eq!(nearest("Wieghts", ["Weights", "Biases", "Input"]), ["Weights"]);
/// assert!(nearest("Other", ["Weights", "Biases", "Input"]).is_empty());
/// ```
pub fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = name.to_lowercase();
    // Of two that are equally near, the one that begins as the given one: first letters are seldom wrong.
    let begins_otherwise = |known: &str| known.to_lowercase().chars().next() != wanted.chars().next();
    let distance_of = |known: &'a str| (distance(&wanted, &known.to_lowercase()), begins_otherwise(known), known);
    let mut near: Vec<(usize, bool, &str)> = names
        .into_iter()
        .filter(|known| known.len().abs_diff(name.len()) <= limit(known))
        .map(distance_of)
        .filter(|(distance, _, known)| *distance <= limit(known) && *distance < known.len())
        .collect();
    near.sort_unstable();
    near.dedup();
    near.truncate(SUGGESTIONS);
    near.into_iter().map(|(.., known)| known).collect()
}

/// How far a name may be from one that it stands for.
fn limit(known: &str) -> usize {
    1 + known.len() / 6
}

/// How many letters have to be put in, taken out, changed, or exchanged with their neighbours to make one
/// name of the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let changed = last[j] + usize::from(a[i] != b[j]);
            let mut least = changed.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        (before, last) = (last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn distance_counts_changed_letters() {
        assert_eq!(distance("linearlayer", "liearlayer"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("tanh", "tahn"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn short_names_are_near_to_little() {
        assert_eq!(nearest("x", ["y", "z"]), Vec::<&str>::new());
        assert_eq!(nearest("input", ["Input", "Output"]), ["Input"]);
        assert_eq!(nearest("Inptu", ["Input", "Output"]), ["Input"]);
    }
}
