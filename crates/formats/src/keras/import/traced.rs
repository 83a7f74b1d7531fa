//! An operation whose record says what its value is: a function of array symbols as a layer.

use netform_eval::{Flow, Session};
use netform_expr::pattern::Bindings;
use netform_expr::{Expr, NodeMap, Sym};

use super::Importer;
use super::build::{Inputs, Operand};
use crate::graph::identifier;
use crate::keras::config::LayerConfig;
use crate::keras::layers::{Layer, TEXTS};
use crate::traced::with_names;

/// The inputs of a function: the symbols for arrays in the definition, and their variables.
struct Variables<'i> {
    inputs: &'i Inputs,
    replaced: NodeMap<Expr>,
    variables: Vec<Expr>,
}

impl Variables<'_> {
    /// What stands for an argument in the definition; truth values are the numbers 1 and 0.
    fn standing(&mut self, name: &str, operand: &Operand) -> Expr {
        match operand {
            Operand::Value(value) => numbers(value),
            Operand::List(items) => {
                let items = items.iter().enumerate();
                let items: Vec<Expr> =
                    items.map(|(place, item)| self.standing(&format!("{name}{}", place + 1), item)).collect();
                Expr::list(items)
            }
            Operand::Array(place) => {
                let symbol = TEXTS.symbol(&format!("array_{name}"));
                let variable = Expr::symbol(&format!("Global`{}", identifier(name)));
                let array = Session::array_symbol(symbol.clone(), &self.inputs.values[*place].shape);
                self.replaced.insert(symbol, variable.clone());
                self.variables[*place] = variable;
                array
            }
        }
    }

    /// Symbols of dimensions are read off the arrays.
    fn read_dimensions(&mut self) {
        for (value, variable) in self.inputs.values.iter().zip(&self.variables) {
            for (level, size) in value.shape.iter().enumerate().filter(|(_, size)| size.is_symbol()) {
                let dimensions = Expr::call(Sym::Dimensions, [variable.clone()]);
                let read = Expr::call(Sym::Part, [dimensions, Expr::integer(level as i64 + 1)]);
                self.replaced.entry(size.clone()).or_insert(read);
            }
        }
    }
}

impl Importer<'_> {
    /// The layer of an operation on these arrays; `None` after an error.
    pub(super) fn traced(
        &mut self,
        layer: &LayerConfig<'_>,
        record: &Layer,
        inputs: &Inputs,
        bound: Vec<(Expr, Expr)>,
    ) -> Result<Option<Expr>, Flow> {
        let variables = vec![Sym::None.into(); inputs.values.len()];
        let mut variables = Variables { inputs, replaced: NodeMap::default(), variables };
        let mut bound = bound;
        for name in record.inputs {
            let operand = inputs.operands.iter().find(|(known, _)| known == name);
            let value = operand.map_or(Sym::None.into(), |(_, operand)| variables.standing(name, operand));
            bound.push((TEXTS.symbol(name), value));
        }
        let Some(value) = self.text(layer, record.value, &Bindings::from_iter(bound))? else { return Ok(None) };
        variables.read_dimensions();
        let values = if *value.head() == TEXTS.symbol("outputs") && value.len() == 1 {
            value.arg(0).args().into_owned()
        } else {
            vec![value]
        };
        let wanted: Vec<usize> = inputs.wanted.clone().unwrap_or_else(|| (0..values.len()).collect());
        let mut bodies = Vec::with_capacity(wanted.len());
        for place in &wanted {
            let Some(value) = values.get(*place) else {
                self.faults.add(format!("{}: it has {} outputs, and no output {place}", layer.label(), values.len()));
                return Ok(None);
            };
            bodies.push(with_names(value, &variables.replaced));
        }
        let body = if bodies.len() == 1 {
            bodies.swap_remove(0)
        } else {
            let name = |place: &usize| Expr::string(&format!("Output{}", place + 1));
            let rules = wanted.iter().zip(bodies).map(|(place, body)| Expr::rule(name(place), body));
            Expr::call(Sym::Association, rules)
        };
        let function = Expr::call(Sym::Function, [Expr::list(variables.variables), body]);
        Ok(Some(Expr::call(Sym::FunctionLayer, [function])))
    }
}

/// A value with the numbers 1 and 0 for truth values.
fn numbers(value: &Expr) -> Expr {
    netform_expr::map_bottom_up(value, |node| {
        if node.is(Sym::True) {
            Expr::integer(1)
        } else if node.is(Sym::False) {
            Expr::integer(0)
        } else {
            node
        }
    })
}
