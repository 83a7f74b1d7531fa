//! The test suite of the workspace: Markdown transcripts, property loops over all records, and the architecture's rules.
//!
//! Each module turns its subject into named [`libtest_mimic::Trial`]s; `netform.rs` is the one binary that runs them.

pub mod architecture;
pub mod properties;
mod session;
mod tools;
pub mod transcript;

use std::path::{Path, PathBuf};

/// The root folder of the workspace.
pub fn workspace_root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests crate lies in the workspace")
}

/// All files below `folder` whose name ends with `.extension`, in order of their paths.
///
/// A folder that does not exist has no files; hidden folders and `target` are left out.
pub fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_path_buf()];
    while let Some(folder) = pending.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if path.is_dir() {
                if !name.starts_with('.') && name != "target" {
                    pending.push(path);
                }
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The path of a file as it is printed: relative to the workspace, with forward slashes.
pub fn relative_name(path: &Path) -> String {
    let relative = path.strip_prefix(workspace_root()).unwrap_or(path);
    relative.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}
