//! Short labels in the place of the long names that layers have in files.
//!
//! A name such as `model/encoder/layer.3/attention/query/MatMul` becomes `layer.3/query/MatMul`: its last segment, and as many
//! others as tell it from the names that end alike.

use std::collections::{BTreeMap, BTreeSet};

/// Names with at most so many characters stand as they are.
const SHORT: usize = 16;

/// How many characters a shortened label has at most.
const MOST: usize = 28;

/// Among more names that end alike than this they are numbered.
const ALIKE: usize = 1000;

/// Labels of names, by first appearance.
#[derive(Debug, Default)]
pub(in crate::print) struct Labels {
    by_name: BTreeMap<String, String>,
    /// Names that are shortened, in their order.
    shortened: Vec<String>,
}

/// A piece of a name, and where it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Segment<'n> {
    text: &'n str,
    start: usize,
}

impl Labels {
    /// Different labels for names, each of which is given once.
    pub(super) fn of(names: &[String]) -> Labels {
        let (long, short): (Vec<&String>, Vec<&String>) = names.iter().partition(|name| name.chars().count() > SHORT);
        let mut used: BTreeSet<String> = short.into_iter().cloned().collect();
        let mut alike: BTreeMap<&str, Vec<Vec<Segment<'_>>>> = BTreeMap::new();
        for name in &long {
            let segments = segments(name);
            alike.entry(segments.last().map_or("", |last| last.text)).or_default().push(segments);
        }
        // Where one name has all the segments of another, the shorter one has the shorter label.
        let mut order: Vec<&String> = long.clone();
        order.sort_by_key(|name| segments(name).len());
        let mut by_name = BTreeMap::new();
        for name in order {
            let own = segments(name);
            let others = alike.get(own.last().map_or("", |last| last.text)).map_or(&[][..], Vec::as_slice);
            let label = shortened(name, &own, others).filter(|label| !used.contains(label));
            let label = label.unwrap_or_else(|| numbered(own.last().map_or(name, |last| last.text), &used));
            used.insert(label.clone());
            by_name.insert(name.clone(), label);
        }
        let shortened = long.into_iter().filter(|name| by_name[*name] != **name).cloned().collect();
        Labels { by_name, shortened }
    }

    /// The label of a name.
    pub(super) fn get<'a>(&'a self, name: &'a str) -> &'a str {
        self.by_name.get(name).map_or(name, String::as_str)
    }

    /// The labels that are not the names themselves, each with its name.
    pub(in crate::print) fn legend(&self) -> impl Iterator<Item = (&str, &str)> {
        self.shortened.iter().map(|name| (self.get(name), name.as_str()))
    }
}

fn segments(name: &str) -> Vec<Segment<'_>> {
    let mut start = 0;
    let mut found = Vec::new();
    for text in name.split_inclusive(['/', ';', '.', '|']) {
        let plain = text.trim_end_matches(['/', ';', '.', '|']);
        if !plain.is_empty() {
            found.push(Segment { text: plain, start });
        }
        start += text.len();
    }
    found
}

/// The last segment with short ones that tell the name from others, as far as they do; `None` if these are many, or the label
/// would be long.
fn shortened(name: &str, own: &[Segment<'_>], others: &[Vec<Segment<'_>>]) -> Option<String> {
    let last = own.len().checked_sub(1)?;
    if others.len() > ALIKE {
        return None;
    }
    let mut chosen = BTreeSet::from([last]);
    let left = |chosen: &BTreeSet<usize>| -> usize {
        let words: Vec<&str> = chosen.iter().map(|i| own[*i].text).collect();
        others.iter().filter(|other| other.as_slice() != own && has_in_order(other, &words)).count()
    };
    let mut alike = left(&chosen);
    while alike > 0 {
        let with = |i: usize| chosen.iter().copied().chain([i]).collect::<BTreeSet<usize>>();
        let rest = (0..last).rev().filter(|i| !chosen.contains(i) && own[*i].text.chars().count() <= SHORT);
        let best = rest.map(|i| (left(&with(i)), i)).min_by_key(|(fewer, _)| *fewer);
        match best {
            Some((fewer, i)) if fewer < alike => {
                chosen.insert(i);
                alike = fewer;
            }
            _ => break,
        }
    }
    // A number says little without the word before it.
    let is_number = |i: usize| own[i].text.chars().all(|c| c.is_ascii_digit());
    let words: Vec<usize> = chosen.iter().filter(|i| **i > 0 && is_number(**i)).map(|i| i - 1).collect();
    let fuller: BTreeSet<usize> = chosen.iter().copied().chain(words).collect();
    let fits = |label: &String| label.chars().count() <= MOST;
    Some(joined(name, own, &fuller)).filter(fits).or_else(|| Some(joined(name, own, &chosen)).filter(fits))
}

/// Whether a name has these words among its segments, in their order.
fn has_in_order(segments: &[Segment<'_>], words: &[&str]) -> bool {
    let mut segments = segments.iter();
    words.iter().all(|word| segments.any(|segment| segment.text == *word))
}

/// Segments with what stands between them in the name, or a slash where others are left out.
fn joined(name: &str, own: &[Segment<'_>], chosen: &BTreeSet<usize>) -> String {
    let mut label = String::new();
    let mut before: Option<usize> = None;
    for &i in chosen {
        match before {
            Some(before) if before + 1 == i => {
                label.push_str(&name[own[before].start + own[before].text.len()..own[i].start])
            }
            Some(_) => label.push('/'),
            None => {}
        }
        label.push_str(own[i].text);
        before = Some(i);
    }
    label
}

/// The beginning of a word with the first number that is free.
fn numbered(word: &str, used: &BTreeSet<String>) -> String {
    let beginning: String = word.chars().take(SHORT).collect();
    let mut number = 1;
    loop {
        let label = format!("{beginning}#{number}");
        if !used.contains(&label) {
            return label;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::Labels;

    fn labels(names: &[&str]) -> Vec<String> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let labels = Labels::of(&names);
        names.iter().map(|name| labels.get(name).to_owned()).collect()
    }

    #[test]
    fn as_many_segments_as_tell_names_apart() {
        let names = [
            "model/encoder/layer.0/attention/query/MatMul",
            "model/encoder/layer.1/attention/query/MatMul",
            "model/encoder/layer.0/attention/key/MatMul",
            "model/pooler/dense/MatMul",
            "model/encoder/final/normalization",
            "MatMul",
        ];
        let expected =
            ["layer.0/query/MatMul", "layer.1/MatMul", "key/MatMul", "dense/MatMul", "normalization", "MatMul"];
        assert_eq!(labels(&names), expected);
    }

    #[test]
    fn a_name_whose_segments_another_has() {
        let names = [
            "If_0_then_branch_0/Squeeze",
            "If_0_then_branch_1/decoder/Squeeze",
            "If_0_then_branch_2/decoder/rnn/Squeeze",
        ];
        assert_eq!(labels(&names), ["Squeeze", "decoder/Squeeze", "rnn/Squeeze"]);
    }

    #[test]
    fn different_names_have_different_labels() {
        let long = "a_word_without_end_that_nobody_can_read_on_paper";
        let names = [&format!("{long}_1"), &format!("{long}_2"), "a_word_without_e#1"].map(String::from);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(labels(&names), ["a_word_without_e#1", "a_word_without_e#2", "a_word_without_e#3"]);
    }
}
