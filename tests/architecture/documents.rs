//! Links in the Markdown files lead somewhere.

use libtest_mimic::Failed;

use super::verdict;
use crate::{files_below, relative_name, workspace_root};

/// Every relative link of every Markdown file names an existing file.
pub(super) fn check_links() -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for path in files_below(workspace_root(), "md") {
        let text = std::fs::read_to_string(&path)?;
        let folder = path.parent().unwrap_or(workspace_root());
        for (number, target) in links(&text) {
            let file = target.split('#').next().unwrap_or_default();
            if !file.is_empty() && !folder.join(file).exists() {
                wrong.push(format!("{}:{number}: no file {file}", relative_name(&path)));
            }
        }
    }
    verdict(wrong)
}

/// The targets of inline links outside of code, with their line numbers; addresses on the web are left out.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let prose = line.split('`').step_by(2);
        for part in prose.flat_map(|piece| piece.split("](").skip(1)) {
            let target = part.split(')').next().unwrap_or_default();
            if !target.contains("://") && !target.starts_with("mailto:") {
                found.push((index + 1, target));
            }
        }
    }
    found
}
