//! Rules on the text of the source files, each a row of a table.

use libtest_mimic::Failed;

use super::rust_text::code_only;
use super::verdict;
use crate::{files_below, relative_name, workspace_root};

/// A rule on Rust source files.
pub(super) struct Rule {
    /// Name of the test.
    pub(super) name: &'static str,
    /// What a finding means, for the person who reads the failure.
    message: &'static str,
    /// Finds the lines (counted from 1) that break the rule.
    find: fn(&File<'_>) -> Vec<usize>,
}

/// A source file as the rules see it.
struct File<'a> {
    /// Path from the workspace's root.
    name: &'a str,
    /// The text as it stands.
    text: &'a str,
    /// The text without comments and literals.
    code: &'a str,
}

/// All rules, in the order in which they are reported.
pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "size",
        message: "a file over 1000 lines has two subjects: split it by subject",
        find: |file| if file.text.lines().count() > 1000 { vec![1000] } else { Vec::new() },
    },
    Rule {
        name: "module-documentation",
        message: "a file begins with its module documentation",
        find: |file| if file.text.starts_with("//!") { Vec::new() } else { vec![1] },
    },
    Rule {
        name: "nothing-left-open",
        message: "work that is left open belongs in an issue",
        find: |file| {
            let marked = lines_where(file.text, |line| {
                [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")].iter().any(|mark| has_word(line, mark))
            });
            let macros =
                lines_where(file.code, |line| ["todo!", "unimplemented!", "#[ignore"].iter().any(|m| line.contains(m)));
            [marked, macros].concat()
        },
    },
    Rule {
        name: "state",
        message: "all state is in `Session`: no thread-local and no changeable static outside of the intern tables",
        find: |file| {
            if file.name.starts_with("crates/expr/") || COUNTERS.contains(&file.name) {
                return Vec::new();
            }
            lines_where(file.code, |line| {
                line.contains("thread_local!") || line.contains("static mut ") || is_changeable_static(line)
            })
        },
    },
    Rule {
        name: "unsafe",
        message: "unsafe code is allowed in the interner of `expr`, in `kernels` and in `jit` only",
        find: |file| {
            if is_in(file, &["crates/expr/src/", "crates/kernels/", "crates/jit/src/"]) {
                return Vec::new();
            }
            lines_where(file.code, |line| has_word(line, "unsafe"))
        },
    },
    Rule {
        name: "names-are-interned",
        message: "a symbol's name is compared with text only in `syntax`, `formats` and record tables: compare symbols",
        find: |file| {
            if !file.name.starts_with("crates/") || is_in(file, &["crates/syntax/", "crates/formats/", "crates/expr/"])
            {
                return Vec::new();
            }
            lines_where(file.code, |line| {
                let compared = ["name() == \"\"", "name() != \"\""].iter().any(|comparison| line.contains(comparison));
                compared || (line.contains("match ") && line.ends_with("name() {"))
            })
        },
    },
    Rule {
        name: "compile-names-no-function",
        message: "`compile` knows primitives and structure only: functions and layers reach it as data from their records",
        find: |file| {
            if !file.name.starts_with("crates/compile/src/") {
                return Vec::new();
            }
            let allowed =
                |name: &str| name.starts_with("Program") || COMPILE_SYMBOLS.iter().any(|theme| theme.contains(&name));
            lines_where(file.code, |line| symbols_in(line).any(|name| !allowed(name)))
        },
    },
    Rule {
        name: "effects",
        message: "only fronts and formats touch files, clocks, terminals and processes: go through the session's `Host`",
        find: |file| {
            let inner = file.name.starts_with("crates/") && file.name.contains("/src/");
            if !inner || is_in(file, &["crates/cli/", "crates/formats/", "crates/netform/src/host"]) {
                return Vec::new();
            }
            lines_where(file.code, |line| EFFECTS.iter().any(|effect| line.contains(effect)))
        },
    },
    Rule {
        name: "explicit-imports",
        message: "imports are explicit",
        find: |file| {
            lines_where(file.code, |line| {
                let line = line.trim();
                (line.starts_with("use ") || line.starts_with("pub use "))
                    && line.ends_with("::*;")
                    && !line.ends_with("::prelude::*;")
            })
        },
    },
    Rule {
        name: "no-paths-of-one-machine",
        message: "no absolute path of a machine in the source",
        find: |file| {
            lines_where(file.text, |line| {
                ["home", "root", "Users"].iter().any(|folder| line.contains(&format!("\"/{folder}/")))
            })
        },
    },
];

const EFFECTS: &[&str] = &[
    "std::fs",
    "std::env",
    "process::Command",
    "std::net",
    "SystemTime::now",
    "println!",
    "print!(",
    "stdin()",
    "stdout()",
    "stderr()",
];

/// The symbols that `compile` may name, beside the heads of the primitives, which begin with `Program`.
const COMPILE_SYMBOLS: &[&[&str]] = &[
    // The structure of expressions.
    &[
        "List",
        "Rule",
        "Function",
        "Slot",
        "True",
        "False",
        "All",
        "Automatic",
        "First",
        "Reverse",
        "ArrayVariable",
        "Failed",
    ],
    // Numbers and element types.
    &["Complex", "DirectedInfinity", "Indeterminate", "Interval", "N", "Reals", "Integers", "Booleans"],
    // The arithmetic of dimensions.
    &["Plus", "Times", "Power", "Floor", "Ceiling", "Mod", "Max", "Min"],
    // Kinds of reductions and draws, which are parameters of primitives.
    &[
        "And",
        "Or",
        "ArgMax",
        "UniformDistribution",
        "NormalDistribution",
        "BernoulliDistribution",
        "GammaDistribution",
        "PoissonDistribution",
        "BinomialDistribution",
        "NegativeBinomialDistribution",
    ],
    // What comparing, choosing and converting mean for elements that are expressions.
    &["Less", "Equal", "Piecewise", "Indexed", "Boole", "IntegerPart"],
];

/// Changeable statics that are no state of an evaluation, by file.
const COUNTERS: &[&str] = &["crates/eval/src/session.rs", "tests/tools.rs"];

/// Applies a rule to every Rust file of the workspace.
pub(super) fn check(rule: &Rule) -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for path in files_below(workspace_root(), "rs") {
        let name = relative_name(&path);
        let text = std::fs::read_to_string(&path)?;
        let code = code_only(&text);
        let found = (rule.find)(&File { name: &name, text: &text, code: &code });
        wrong.extend(found.into_iter().map(|line| format!("{name}:{line}: {}", rule.message)));
    }
    verdict(wrong)
}

fn is_in(file: &File<'_>, folders: &[&str]) -> bool {
    folders.iter().any(|folder| file.name.starts_with(folder))
}

fn lines_where(text: &str, broken: impl Fn(&str) -> bool) -> Vec<usize> {
    text.lines().enumerate().filter(|(_, line)| broken(line)).map(|(index, _)| index + 1).collect()
}

fn has_word(line: &str, word: &str) -> bool {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|piece| piece == word)
}

/// A `static` item whose type can change after it is made.
fn is_changeable_static(line: &str) -> bool {
    let line = line.trim_start();
    let item = line.strip_prefix("pub ").or_else(|| line.strip_prefix("pub(crate) ")).unwrap_or(line);
    item.starts_with("static ")
        && ["Mutex", "RwLock", "Atomic", "RefCell", "Cell<"].iter().any(|kind| item.contains(kind))
}

/// The names `X` in `Sym::X`.
fn symbols_in(line: &str) -> impl Iterator<Item = &str> {
    line.split("Sym::").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        &rest[..end]
    })
}
