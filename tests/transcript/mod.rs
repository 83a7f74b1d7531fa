//! Transcripts in Markdown: inputs with the outputs that a session must give, between prose.
//!
//! The form is described, and tested, in `tests/suite/README.md`. One test is one session: a fenced block, together with the
//! blocks marked `continue` that follow it.

mod markdown;

pub use markdown::{Block, Document, Entry};

use std::collections::HashMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use libtest_mimic::{Failed, Trial};

use crate::session::TestSession;
use crate::{files_below, relative_name, workspace_root};

/// What a test does with the outputs in the documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expectation {
    /// They must be what the session answers.
    Compare,
    /// They become what the session answers.
    Update,
}

/// Every document with transcripts.
#[derive(Debug)]
pub struct Suite {
    expectation: Expectation,
    files: Vec<Arc<File>>,
}

#[derive(Debug)]
struct File {
    path: PathBuf,
    document: Document,
    /// New contents of blocks by their index, collected by the tests in update mode.
    updates: Mutex<Vec<(usize, Vec<String>)>>,
}

impl Suite {
    /// Reads `tests/suite/**/*.md`, `docs/**/*.md` and `README.md`.
    pub fn load(expectation: Expectation) -> Suite {
        let root = workspace_root();
        let mut paths = files_below(&root.join("tests/suite"), "md");
        paths.extend(files_below(&root.join("docs"), "md"));
        paths.push(root.join("README.md"));
        let files = paths.into_iter().filter_map(|path| {
            let text = std::fs::read_to_string(&path).ok()?;
            Some(Arc::new(File { path, document: Document::parse(&text), updates: Mutex::default() }))
        });
        Suite { expectation, files: files.collect() }
    }

    /// One test for each session of each document.
    pub fn trials(&self) -> Vec<Trial> {
        let mut trials = Vec::new();
        for file in &self.files {
            let area = relative_name(&file.path);
            let area = area.strip_prefix("tests/").unwrap_or(&area).trim_end_matches(".md");
            let mut used: HashMap<String, usize> = HashMap::new();
            for blocks in sessions(&file.document) {
                let mut name = slug(&file.document.blocks[blocks[0]].heading);
                let count = used.entry(name.clone()).or_default();
                *count += 1;
                if *count > 1 || name.is_empty() {
                    let separator = if name.is_empty() { "" } else { "-" };
                    let _ = write!(name, "{separator}{count}");
                }
                let (file, expectation) = (Arc::clone(file), self.expectation);
                trials.push(Trial::test(format!("{area}::{name}"), move || file.run(&blocks, expectation)));
            }
        }
        trials
    }

    /// Writes the documents whose outputs changed, and names them.
    pub fn write_updates(&self) -> std::io::Result<Vec<String>> {
        let mut written = Vec::new();
        for file in &self.files {
            let updates = file.updates.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            if !updates.is_empty() {
                std::fs::write(&file.path, file.document.with_blocks(&updates))?;
                written.push(relative_name(&file.path));
            }
        }
        Ok(written)
    }
}

impl File {
    fn run(&self, blocks: &[usize], expectation: Expectation) -> Result<(), Failed> {
        let mut session = TestSession::new();
        let mut differences = String::new();
        for &index in blocks {
            let block = &self.document.blocks[index];
            if let Some(flag) = block.flags.iter().find(|flag| *flag != "continue") {
                return Err(format!(
                    "{}:{}: unknown word `{flag}` after `netform`",
                    relative_name(&self.path),
                    block.first
                )
                .into());
            }
            let entries = block.entries.as_ref().map_err(|what| format!("{}: {what}", relative_name(&self.path)))?;
            let mut contents = Vec::new();
            for entry in entries {
                let actual = session.transcript(&entry.input);
                contents.extend(entry.render(&actual));
                if actual != entry.expected {
                    self.describe(entry, &actual, &mut differences);
                }
            }
            let unchanged = contents == self.document.lines[block.first..block.end];
            if expectation == Expectation::Update && !unchanged {
                let mut updates = self.updates.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                updates.push((index, contents));
            }
        }
        match expectation {
            Expectation::Compare if !differences.is_empty() => Err(differences.into()),
            _ => Ok(()),
        }
    }

    fn describe(&self, entry: &Entry, actual: &[String], report: &mut String) {
        let _ = writeln!(report, "{}:{}", relative_name(&self.path), entry.line + 1);
        for line in &entry.source {
            let _ = writeln!(report, "    {line}");
        }
        let shared = entry.expected.iter().zip(actual).take_while(|(a, b)| a == b).count();
        for line in &entry.expected[..shared] {
            let _ = writeln!(report, "    {line}");
        }
        for line in &entry.expected[shared..] {
            let _ = writeln!(report, "  - {line}");
        }
        for line in &actual[shared..] {
            let _ = writeln!(report, "  + {line}");
        }
        report.push('\n');
    }
}

/// Indices of the blocks of each session.
fn sessions(document: &Document) -> Vec<Vec<usize>> {
    let mut sessions: Vec<Vec<usize>> = Vec::new();
    for (index, block) in document.blocks.iter().enumerate() {
        match sessions.last_mut() {
            Some(session) if block.flags.iter().any(|flag| flag == "continue") => session.push(index),
            _ => sessions.push(vec![index]),
        }
    }
    sessions
}

/// A heading as part of a test's name: lower case, words joined by hyphens.
fn slug(heading: &str) -> String {
    let spaced: String =
        heading.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join("-")
}
