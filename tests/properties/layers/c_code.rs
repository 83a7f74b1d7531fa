//! The nets of a record as C: what the compiler of the machine makes of them gives the same numbers.

use std::path::Path;
use std::process::Command;

use libtest_mimic::Trial;

use super::case::{Call, Case};

/// At most so many nets of each record.
const NETS: usize = 12;

/// Nets that draw random numbers have no code in C.
const RANDOM: &str = "draws random numbers";

/// The test of some nets.
pub(super) fn trial(name: &'static str, nets: impl Fn() -> Vec<Call> + Send + 'static) -> Trial {
    Trial::test(format!("properties::layers::{name}::c-code"), move || Ok(same_numbers(name, &nets())?))
}

fn same_numbers(name: &str, nets: &[Call]) -> Result<(), String> {
    let folder = std::env::temp_dir().join(format!("netform-c-{}-{}", std::process::id(), name));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let result = same_numbers_in(nets, &folder);
    // What has failed is left to be looked at.
    if result.is_ok() {
        std::fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
    }
    result
}

fn same_numbers_in(nets: &[Call], folder: &Path) -> Result<(), String> {
    let mut program = String::new();
    let mut calls_of_tests = String::new();
    for (place, call) in nets.iter().take(NETS).enumerate() {
        let mut case = Case::new(call, place as u64)?;
        let name = format!("net{place}");
        let precision = if place % 3 == 2 { "Real32" } else { "Real64" };
        let export = format!("ExportString[net, \"C\", \"Name\" -> \"{name}\", \"Precision\" -> \"{precision}\"]");
        let shown = case.session.transcript(&format!("code = {export};"));
        if !shown.is_empty() {
            if shown.iter().any(|line| line.contains(RANDOM)) {
                continue;
            }
            return Err(format!("{}\n{}", call.text, shown.join("\n")));
        }
        let code = case.session.value("code")?;
        let code = code.as_str().ok_or_else(|| format!("{} has no code", call.text))?;
        write(&folder.join(format!("{name}.c")), code)?;
        program.push_str(&format!(
            "#define NET{place}_TEST\n#define main test{place}\n#include \"{name}.c\"\n#undef main\n"
        ));
        calls_of_tests.push_str(&format!(
            "    if (test{place}() != 0) {{\n        printf(\"in {name}.c\\n\");\n        return 1;\n    }}\n"
        ));
    }
    if program.is_empty() {
        return Ok(());
    }
    write(&folder.join("all.c"), &format!("{program}\nint main(void) {{\n{calls_of_tests}    return 0;\n}}\n"))?;
    let strict = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1"];
    run(Command::new("cc").args(strict).args(["all.c", "-o", "all", "-lm"]).current_dir(folder))?;
    run(Command::new(folder.join("all")).current_dir(folder))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Err(format!("{command:?} ends with {}\n{}{}", output.status, text(&output.stdout), text(&output.stderr)))
}
