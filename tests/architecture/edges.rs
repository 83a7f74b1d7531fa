//! The crate graph: what `cargo metadata` reports against the table in `docs/architecture.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use libtest_mimic::Failed;
use serde_json::Value;

use super::verdict;
use crate::workspace_root;

type Graph = BTreeMap<String, BTreeSet<String>>;

/// Compares the workspace's dependencies with the documented edges, in both directions.
pub(super) fn check() -> Result<(), Failed> {
    let (documented, actual) = (documented()?, actual()?);
    let mut wrong = Vec::new();
    for name in documented.keys().chain(actual.keys()).collect::<BTreeSet<_>>() {
        match (documented.get(name), actual.get(name)) {
            (None, _) => wrong.push(format!("crate {name} is missing in the table of docs/architecture.md")),
            (_, None) => wrong.push(format!("docs/architecture.md lists the crate {name}, which does not exist")),
            (Some(allowed), Some(used)) => {
                wrong.extend(used.difference(allowed).map(|to| format!("{name} may not depend on {to}")));
                wrong.extend(
                    allowed
                        .difference(used)
                        .map(|to| format!("docs/architecture.md lists {name} -> {to}, which is not used")),
                );
            }
        }
    }
    verdict(wrong)
}

/// The lines `crate: dependency dependency ...` of the block marked `edges`.
fn documented() -> Result<Graph, Failed> {
    let text = std::fs::read_to_string(workspace_root().join("docs/architecture.md"))?;
    let block = text.split("```edges\n").nth(1).and_then(|rest| rest.split("```").next());
    let block = block.ok_or("docs/architecture.md has no block marked `edges`")?;
    let edges = block.lines().filter_map(|line| line.split_once(':'));
    Ok(edges.map(|(from, to)| (from.trim().to_owned(), to.split_whitespace().map(str::to_owned).collect())).collect())
}

/// The dependencies among the packages in `crates/`, by the names of their folders.
fn actual() -> Result<Graph, Failed> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(workspace_root())
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata lists no packages")?;
    let mut graph = Graph::new();
    for package in packages {
        let (Some(name), Some(manifest)) = (folder(&package["manifest_path"]), package["manifest_path"].as_str())
        else {
            continue;
        };
        if !manifest.replace('\\', "/").contains("/crates/") {
            continue;
        }
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        graph.insert(name, dependencies.filter_map(|d| folder_of_dependency(&d["path"])).collect());
    }
    Ok(graph)
}

/// The name of the folder in which a manifest lies.
fn folder(manifest: &Value) -> Option<String> {
    let path = std::path::Path::new(manifest.as_str()?);
    Some(path.parent()?.file_name()?.to_string_lossy().into_owned())
}

fn folder_of_dependency(path: &Value) -> Option<String> {
    Some(std::path::Path::new(path.as_str()?).file_name()?.to_string_lossy().into_owned())
}
