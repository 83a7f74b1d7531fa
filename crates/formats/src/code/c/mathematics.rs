//! The functions of mathematics that a file of C brings along, for targets without the library that has them.

use std::collections::BTreeSet;
use std::fmt::Write;

/// What is known of the accuracy of the functions.
pub(super) const ACCURACY: &str =
    "Functions of mathematics err by at most 2.5 units in the last place, gamma functions by 8";

/// All functions, in blocks between empty lines; the first one is about the file.
const TEXT: &str = include_str!("mathematics.c");

/// What names begin with in this text.
const OWN: [&str; 2] = ["netform_", "NETFORM_"];

/// The functions that a text calls by names with a prefix, with those that they call, in an order in which C takes them. The
/// function whose name has a further `f` is that of single precision.
pub(super) fn functions_for(text: &str, prefix: &str) -> String {
    let prefixes = [prefix, &prefix.to_uppercase()];
    let blocks: Vec<(&str, &str)> =
        TEXT.split("\n\n").skip(1).filter_map(|block| Some((name(block)?, block))).collect();
    let mut wanted: BTreeSet<&str> = names(text, prefixes).collect();
    let narrow: Vec<&(&str, &str)> =
        blocks.iter().filter(|(name, _)| wanted.contains(format!("{name}f").as_str())).collect();
    wanted.extend(narrow.iter().map(|(name, _)| *name));
    // What a block uses stands before it.
    for (name, block) in blocks.iter().rev() {
        if wanted.contains(name) {
            wanted.extend(names(block, OWN));
        }
    }
    let mut functions = String::new();
    for (name, block) in &blocks {
        if wanted.contains(name) {
            let block = block.trim_end().replace(OWN[0], prefixes[0]).replace(OWN[1], prefixes[1]);
            let _ = writeln!(functions, "{block}\n");
        }
    }
    for (name, block) in narrow {
        let (parameters, arguments) = match block.contains(", double y)") || block.contains(", double x)") {
            true => ("float x, float y", "(double)x, (double)y"),
            false => ("float x", "(double)x"),
        };
        let _ = writeln!(
            functions,
            "static float {prefix}{name}f({parameters})\n{{\n    return (float){prefix}{name}({arguments});\n}}\n"
        );
    }
    functions
}

/// The name that a block defines: the first of ours outside of comments.
fn name(block: &str) -> Option<&str> {
    let code = block.lines().filter(|line| !line.starts_with("/*") && !line.starts_with(" *"));
    code.flat_map(|line| names(line, OWN)).next()
}

/// The words of a text that begin in one of two ways, without that.
fn names<'t>(text: &'t str, prefixes: [&str; 2]) -> impl Iterator<Item = &'t str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter_map(move |word| prefixes.iter().find_map(|prefix| word.strip_prefix(prefix)))
}

#[cfg(test)]
mod tests {
    use super::{OWN, TEXT, functions_for, names};

    /// What a text defines, by the lines that begin definitions.
    fn defined(text: &str) -> Vec<&str> {
        let lines = text.lines().filter(|line| line.starts_with("static ") || line.starts_with("#define "));
        lines.filter_map(|line| names(line, ["m_", "M_"]).next()).collect()
    }

    #[test]
    fn only_what_is_called_is_there() {
        assert_eq!(functions_for("out[0] = floor(in[0]);", "m_"), "");
        assert_eq!(defined(&functions_for("m_floor(x)", "m_")), ["of_bits", "bits", "trunc", "floor"]);
        let narrow = functions_for("y = m_powf(x, 2.0f) + m_erf(x);", "m_");
        assert!(
            narrow.contains(
                "static float m_powf(float x, float y)\n{\n    return (float)m_pow((double)x, (double)y);\n}\n"
            )
        );
        assert!(!narrow.contains("m_er(") && !narrow.contains("netform"));
    }

    #[test]
    fn what_is_used_stands_before() {
        let all = functions_for(&TEXT.replace(OWN[0], "m_"), "m_");
        let blocks: Vec<&str> = all.split("\n\n").collect();
        assert!(blocks.len() > 50);
        for (place, block) in blocks.iter().enumerate() {
            for call in names(block, ["m_", "M_"]).filter(|name| *name != "number") {
                assert!(blocks[..=place].iter().any(|earlier| defined(earlier).contains(&call)), "{call} in {block}");
            }
        }
    }
}
