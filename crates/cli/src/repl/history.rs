//! Where the inputs of earlier sessions are kept.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::LineEditor;

/// The file of the history: `$NETFORM_HISTORY`, or `netform/history` in the folder for the state of programs.
///
/// An empty `$NETFORM_HISTORY` keeps none.
pub(super) fn path() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name);
    let present = |value: &OsString| !value.is_empty();
    if let Some(path) = variable("NETFORM_HISTORY") {
        return Some(path).filter(present).map(PathBuf::from);
    }
    let state = variable("XDG_STATE_HOME").filter(present).map(PathBuf::from);
    let home = || variable("HOME").or_else(|| variable("USERPROFILE")).filter(present).map(PathBuf::from);
    let folder = state.or_else(|| Some(home()?.join(".local").join("state")))?;
    Some(folder.join("netform").join("history"))
}

/// Adds the inputs since the last call to the file.
pub(super) fn save(editor: &mut LineEditor, path: &Path) -> rustyline::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    editor.append_history(path)
}
