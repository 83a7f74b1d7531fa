//! A net as a function of arrays, in a module with its test.

use std::fmt::Write;

use super::super::constants::Known;
use super::super::language::Notation;
use super::library::Recurrence;
use super::{Module, Python, Trial, tuple};

impl Python {
    /// The file of a function.
    pub(super) fn function(&self, module: &Module, trial: &Trial) -> String {
        let name = &module.name;
        // Arrays that do not change are those of a compiler, whose functions are for one example.
        let is_compiled = matches!(self.library.recurrence, Recurrence::Step { .. });
        let library = self.name();
        let mut text = format!("\"\"\"{name}: a net on arrays of {library}, written by Netform.\n\n");
        if is_compiled {
            text.push_str(
                "jax.jit compiles it, jax.vmap applies it to many examples, and jax.grad differentiates it. ",
            );
        }
        text.push_str("self_test() compares results with those that Netform has computed.\n\"\"\"\n\n");
        text.push_str(&self.needs(&module.statements));
        for Known { name, kind, shape, elements, .. } in &module.constants {
            let _ = writeln!(text, "{name} = {}\n", self.array(*kind, shape, elements));
        }
        let parameters: Vec<&str> = module.inputs.iter().map(|port| port.name.as_str()).collect();
        let _ = writeln!(
            text,
            "\n{}def {name}({}):\n    \"\"\"Applies the net to arrays{}.\n",
            if is_compiled { "" } else { "@np.errstate(all=\"ignore\")\n" },
            parameters.join(", "),
            if parameters.is_empty() || is_compiled {
                ""
            } else {
                ", or to many examples, which are the first axis of each then"
            }
        );
        for (port, label) in module.ports() {
            let _ = writeln!(text, "    {}: {label}, {}", port.name, port.dimensions());
        }
        text.push_str("    \"\"\"\n");
        if let Some(first) = module.inputs.first().filter(|_| !is_compiled) {
            let _ = writeln!(
                text,
                "    if np.ndim({}) > {}:\n        results = [{name}(*example) for example in zip({}, strict=True)]",
                first.name,
                first.shape.len(),
                parameters.join(", ")
            );
            text.push_str(match module.outputs.len() {
                1 => "        return np.stack(results)\n",
                _ => "        return tuple(np.stack(parts) for parts in zip(*results))\n",
            });
        }
        for port in &module.inputs {
            let dtype = self.dtype(port.kind.into());
            let _ =
                writeln!(text, "    {0} = np.asarray({0}, dtype={dtype}).reshape({1})", port.name, tuple(&port.shape));
        }
        text.push_str(&module.statements);
        let results = module.outputs.iter().map(|port| {
            format!("np.asarray({}, dtype={}).reshape({})", port.name, self.dtype(port.kind.into()), tuple(&port.shape))
        });
        let _ = writeln!(text, "    return {}\n\n", results.collect::<Vec<_>>().join(", "));
        self.test_of_function(module, trial, is_compiled, &mut text);
        text
    }

    fn test_of_function(&self, module: &Module, trial: &Trial, is_compiled: bool, text: &mut String) {
        let name = &module.name;
        text.push_str("def self_test():\n    \"\"\"The largest difference to the results of Netform; an error if it is too large.\"\"\"\n");
        let arguments = module.inputs.iter().zip(&trial.inputs);
        let arguments: Vec<String> =
            arguments.map(|(port, elements)| self.array(port.kind, &port.shape, elements)).collect();
        // Two examples at once give the same twice.
        let is_single = module.outputs.len() == 1;
        let once = if is_compiled { format!("jax.jit({name})") } else { name.clone() };
        let one = if is_single { format!("({once}(*arguments),)") } else { format!("{once}(*arguments)") };
        let many = if is_compiled { format!("jax.jit(jax.vmap({name}))") } else { name.clone() };
        let (found, times) = match (arguments.is_empty(), is_single) {
            (true, _) => (one, ""),
            (false, true) => (format!("{one} + ({many}(*twice)[1],)"), " * 2"),
            (false, false) => (format!("{one} + tuple(results[1] for results in {many}(*twice))"), " * 2"),
        };
        let _ = writeln!(text, "    arguments = {}", tuple(&arguments));
        if !arguments.is_empty() {
            text.push_str("    twice = [np.stack([argument, argument]) for argument in arguments]\n");
        }
        let expected = module.outputs.iter().zip(&trial.expected);
        let expected: Vec<String> =
            expected.map(|(port, elements)| self.array(port.kind, &port.shape, elements)).collect();
        let _ = writeln!(
            text,
            "    found = {found}\n    expected = ({},){times}\n    worst = 0.0\n    for x, y in zip(found, expected):\n        x, y = x.astype(np.float64), \
             y.astype(np.float64)\n{quiet}error = np.where((x == y) | (np.isnan(x) & np.isnan(y)), \
             0, np.abs(x - y) / (1 + np.abs(y)))\n        worst = np.maximum(worst, np.max(error, initial=0))\n    if not worst <= {:e}:\n        \
             raise AssertionError(f\"the results differ by {{worst}}\")\n    return worst",
            expected.join(", "),
            trial.tolerance,
            quiet = if is_compiled { "        " } else { "        with np.errstate(all=\"ignore\"):\n            " },
        );
    }
}
