//! Calls of the nets in a layer.
//!
//! A net in a layer is called as a function by the layer's definition. Here such a call is first an array
//! symbol whose name holds what it is called with; where it is met, the equations of the inner net are
//! written, with the indices that its arguments hold, and the symbol becomes the quantity that they define.

use std::borrow::Cow;

use netform_eval::Session;
use netform_expr::{Expr, Sym};

use super::writer::{Writer, Written, is_call_or_fold, lengths};
use crate::environment::Environment;
use crate::net::{LeafPort, NetPort};

impl Writer<'_> {
    /// Nets in a layer as functions whose results are calls to be resolved.
    pub(super) fn set_calls(&mut self, session: &mut Session, scope: &mut Environment, index: usize) {
        let leaf = &self.net.leaves[index];
        let mut functions = Vec::with_capacity(leaf.nets.len());
        for (which, inner) in leaf.nets.iter().enumerate() {
            let variables: Vec<Expr> = (0..inner.inputs.len())
                .map(|i| Expr::symbol(&format!("Layer`x{}${}", i + 1, leaf.path.len())))
                .collect();
            let result = |(k, (port, net_port)): (usize, &(LeafPort, NetPort))| {
                let shape = net_port.shape.dimensions().or_else(|| leaf.shape(&port.name).dimensions());
                let place = [index, which, k].map(|number| Expr::integer(number as i64));
                let name = [call_mark()].into_iter().chain(place).chain(variables.iter().cloned());
                Expr::call(Sym::ArraySymbol, [Expr::list(name), Expr::list(lengths(&shape.unwrap_or_default()))])
            };
            let results: Vec<Expr> = inner.outputs.iter().enumerate().map(result).collect();
            let single = inner.outputs.len() == 1 && inner.outputs[0].0.index.is_none();
            let body = if single { results[0].clone() } else { Expr::list(results) };
            functions.push(Expr::call(Sym::Function, [Expr::list(variables), body]));
        }
        scope.set_functions(session, leaf, functions);
    }

    /// The quantity that a call of an inner net gives.
    pub(super) fn resolve(&mut self, session: &mut Session, call: &Expr) -> Written<Expr> {
        let Some(parts) = call_of(call) else { return Ok(call.clone()) };
        let [owner, which, output] = [1, 2, 3].map(|i| parts[i].as_usize().unwrap_or_default());
        let arguments = &parts[4..];
        let key = Expr::list([&parts[..3], arguments].concat());
        if let Some(known) = self.results.get(&key) {
            return Ok(known[output].clone());
        }
        let net = self.net;
        let inner = &net.leaves[owner].nets[which];
        let before: usize = net.leaves[owner].nets[..which].iter().map(|inner| inner.count).sum();
        let first = owner + 1 + before;
        let outer = self.enter(&key);
        let mut inputs = Vec::with_capacity(arguments.len());
        for argument in arguments {
            inputs.push(Some(if is_call_or_fold(argument) {
                self.element(session, argument, &[])?
            } else {
                argument.clone()
            }));
        }
        let values = self.write_net(session, Some(owner), first..first + inner.count, &inputs)?;
        self.leave(outer);
        let value = |(_, port): &(LeafPort, NetPort)| {
            let place = port.places.first()?;
            values.iter().find(|(other, _)| other == place).map(|(_, value)| value.clone())
        };
        let results: Vec<Expr> =
            inner.outputs.iter().map(|output| value(output).unwrap_or_else(|| call.clone())).collect();
        let result = results[output].clone();
        self.results.insert(key, results);
        Ok(result)
    }
}

fn call_mark() -> Expr {
    Expr::symbol("Layer`call")
}

/// The parts of a call of an inner net: the mark, its layer, which of its nets, which output, arguments.
pub(super) fn call_of(e: &Expr) -> Option<Cow<'_, [Expr]>> {
    let name = e.args_of(Sym::ArraySymbol)?.first()?.clone();
    (name.is_list() && name.len() > 3 && name.arg(0) == call_mark()).then(|| Cow::Owned(name.args().into_owned()))
}
