//! A net as a class with its arrays as members, in a module with its test.

use std::fmt::Write;

use super::super::constants::Known;
use super::{Module, Python, Trial, tuple};

/// Arrays of the net have paths through layers, as the names of state dictionaries are.
const PATHS: &str = "\
def _add(module, path, array):
    *layers, name = path.split(\".\")
    for layer in layers:
        module = module._modules.setdefault(layer, torch.nn.Module())
    module._parameters[name] = torch.nn.Parameter(array)


def _array(module, path):
    *layers, name = path.split(\".\")
    for layer in layers:
        module = module._modules[layer]
    return module._parameters[name]


";

impl Python {
    /// The file of a class.
    pub(super) fn class(&self, module: &Module, trial: &Trial) -> String {
        let name = &module.name;
        let real = self.dtype(super::Number::Real);
        let mut text = format!(
            "\"\"\"{name}: a net as a module of PyTorch, written by Netform.\n\nIts state dictionary has the arrays of the net under their \
             paths. self_test() compares results with those\nthat Netform has computed.\n\"\"\"\n\n"
        );
        let needs = self.needs(&module.statements);
        text.push_str(&needs);
        if needs.contains("_REAL") {
            let _ = writeln!(text, "\n_REAL = {real}\n");
        }
        text.push('\n');
        let (arrays, constants): (Vec<&Known>, Vec<&Known>) =
            module.constants.iter().partition(|known| known.path.is_some());
        if !arrays.is_empty() {
            text.push_str(PATHS);
        }
        let parameters: Vec<&str> = module.inputs.iter().map(|port| port.name.as_str()).collect();
        let _ = writeln!(text, "class {name}(torch.nn.Module):");
        text.push_str(
            "    \"\"\"Applies the net to tensors, or to many examples, which are the first axis of each then.\n\n",
        );
        for (port, label) in module.ports() {
            let _ = writeln!(text, "    {}: {label}, {}", port.name, port.dimensions());
        }
        text.push_str("    \"\"\"\n\n    def __init__(self):\n        super().__init__()\n");
        for known in &arrays {
            let path = known.path.as_deref().unwrap_or_default();
            let array = self.array(known.kind, &known.shape, &known.elements);
            let _ = writeln!(text, "        _add(self, {path:?}, {array})");
        }
        for Known { name, kind, shape, elements, .. } in &constants {
            let array = self.array(*kind, shape, elements);
            let _ = writeln!(text, "        self.register_buffer(\"_{name}\", {array}, persistent=False)");
        }
        let _ = writeln!(
            text,
            "\n    def forward({}):",
            ["self"].iter().chain(&parameters).copied().collect::<Vec<_>>().join(", ")
        );
        if let Some(first) = module.inputs.first() {
            let _ = writeln!(
                text,
                "        if {}.ndim > {}:\n            return torch.vmap(self._example)({})",
                first.name,
                first.shape.len(),
                parameters.join(", ")
            );
        }
        let _ = writeln!(text, "        return self._example({})", parameters.join(", "));
        self.example(module, &arrays, &constants, &parameters, &mut text);
        self.test_of_class(module, trial, &mut text);
        text
    }

    /// The method for one example.
    fn example(
        &self,
        module: &Module,
        arrays: &[&Known],
        constants: &[&Known],
        parameters: &[&str],
        text: &mut String,
    ) {
        let _ = writeln!(
            text,
            "\n    def _example({}):",
            ["self"].iter().chain(parameters).copied().collect::<Vec<_>>().join(", ")
        );
        let words: std::collections::HashSet<&str> =
            module.statements.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
        for known in arrays.iter().filter(|known| words.contains(known.name.as_str())) {
            let _ = writeln!(
                text,
                "        {} = _array(self, {:?})",
                known.name,
                known.path.as_deref().unwrap_or_default()
            );
        }
        for Known { name, .. } in constants {
            let _ = writeln!(text, "        {name} = self._{name}");
        }
        let device = match (module.inputs.first(), arrays.first()) {
            (Some(first), _) => format!("{}.device", first.name),
            (None, Some(array)) => format!("{}.device", array.name),
            (None, None) => "None".to_owned(),
        };
        let _ = writeln!(text, "        device = {device}");
        for port in &module.inputs {
            let dtype = self.dtype(port.kind.into());
            let _ = writeln!(text, "        {0} = {0}.to({dtype}).reshape({1})", port.name, tuple(&port.shape));
        }
        for line in module.statements.lines() {
            let _ = writeln!(text, "    {line}");
        }
        let results = module
            .outputs
            .iter()
            .map(|port| format!("{}.to({}).reshape({})", port.name, self.dtype(port.kind.into()), tuple(&port.shape)));
        let _ = writeln!(text, "        return {}\n\n", results.collect::<Vec<_>>().join(", "));
    }

    fn test_of_class(&self, module: &Module, trial: &Trial, text: &mut String) {
        text.push_str("def self_test():\n    \"\"\"The largest difference to the results of Netform; an error if it is too large.\"\"\"\n");
        let arguments = module.inputs.iter().zip(&trial.inputs);
        let arguments: Vec<String> =
            arguments.map(|(port, elements)| self.array(port.kind, &port.shape, elements)).collect();
        let expected = module.outputs.iter().zip(&trial.expected);
        let expected: Vec<String> =
            expected.map(|(port, elements)| self.array(port.kind, &port.shape, elements)).collect();
        let is_single = module.outputs.len() == 1;
        let results = |call: &str| if is_single { format!("({call},)") } else { call.to_owned() };
        let _ = writeln!(
            text,
            "    net = {}()\n    arguments = {}\n    expected = {}\n    found = list(zip({}, expected))",
            module.name,
            tuple(&arguments),
            tuple(&expected),
            results("net(*arguments)")
        );
        if !arguments.is_empty() {
            let _ = writeln!(
                text,
                "    twice = {}\n    found += [(many[1], y) for many, y in zip(twice, expected)]",
                results("net(*(torch.stack([argument, argument]) for argument in arguments))")
            );
        }
        let _ = writeln!(
            text,
            "    errors = [torch.zeros(1, dtype=torch.float64)]\n    for x, y in found:\n        x, y = x.detach().to(torch.float64), y.to(torch.float64)\n        \
             is_equal = (x == y) | (torch.isnan(x) & torch.isnan(y))\n        \
             error = torch.where(is_equal, torch.zeros_like(x), torch.abs(x - y) / (1 + torch.abs(y)))\n        \
             errors.append(error.reshape(-1))\n    worst = torch.cat(errors).max().item()\n    if not worst <= {:e}:\n        \
             raise AssertionError(f\"the results differ by {{worst}}\")\n    return worst",
            trial.tolerance
        );
    }
}
