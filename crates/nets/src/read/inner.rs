//! Nets that are arguments of a layer: read, and connected to what its record says of them.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};
use netform_layers::{NetRecord, Port, PortKind};

use super::layer::ParameterScope;
use super::{End, Ends, Reader, port_of};
use crate::net::{InnerNet, LeafPort, Name, Source};
use crate::parts::{named_net, nets_of_argument};

impl Reader {
    /// The nets that an argument of a layer has for a record, with their names; none after a fault.
    pub(super) fn inner_nets(
        &mut self,
        session: &mut Session,
        symbol: &Expr,
        record: &'static NetRecord,
        index: usize,
    ) -> Vec<(Name, Expr)> {
        let leaf = &self.leaves[index];
        let argument = leaf.parameters.iter().find(|(name, _)| *name == record.argument).map(|(_, value)| value);
        let argument = argument.cloned().unwrap_or_else(|| Sym::None.into());
        let Some(nets) = nets_of_argument(session, record, &argument) else {
            let text = session.output_form(&argument);
            let count = leaf.layer.nets.iter().filter(|other| other.argument == record.argument).count();
            let expected = if record.each {
                "a list of nets is expected".to_owned()
            } else {
                format!("a list of {count} nets is expected")
            };
            self.fault(symbol, "valfail", [record.argument.into(), text, expected]);
            return Vec::new();
        };
        let is_unknown = |(_, net): &&(Name, Expr)| {
            let known = |name: &str| record.named.iter().any(|(known, _)| *known == name);
            !record.named.is_empty() && net.as_str().is_some_and(|name| !known(name))
        };
        if let Some((_, net)) = nets.iter().find(is_unknown) {
            let text = session.output_form(net);
            let known: Vec<String> = record.named.iter().map(|(name, _)| format!("\"{name}\"")).collect();
            let expected = format!("{} or a net is expected", known.join(", "));
            self.fault(symbol, "valfail", [record.argument.into(), text, expected]);
            return Vec::new();
        }
        nets.into_iter().map(|(name, net)| (name, named_net(session, record, &net))).collect()
    }

    /// Reads a net that is an argument of a layer, to which so many edges lead, if that is known; all of its layers are then
    /// owned by that one.
    #[expect(clippy::too_many_arguments)]
    pub(super) fn read_inner(
        &mut self,
        session: &mut Session,
        symbol: &Expr,
        record: &'static NetRecord,
        name: &Name,
        net: &Expr,
        index: usize,
        connections: Option<usize>,
    ) -> Result<Option<Ends>, Flow> {
        let mut path = self.leaves[index].path.clone();
        path.push(Expr::string(name));
        let first = self.leaves.len();
        let known = record.inputs.iter().all(|port| !matches!(port.kind, PortKind::Several(_)));
        // Whether the inputs of the net are those of the layer, one by one.
        let is_same = |port: &Port| matches!(port.kind, PortKind::Several(several) if several.names == "Ports");
        let passes_on = record.inputs.iter().all(is_same) && self.leaves[index].layer.inputs.iter().all(is_same);
        let count = if known { Some(record.inputs.len()) } else { connections.filter(|_| passes_on) };
        let ends = self.read(session, net, &path, count)?;
        for leaf in &mut self.leaves[first..] {
            leaf.owner.get_or_insert(index);
        }
        let open = self.leaves[first..].iter().find(|leaf| leaf.open);
        if open.is_some_and(|open| passes_on && open.path == path) {
            self.leaves[index].open = true;
        } else if let Some(open) = open {
            let args = [open.label()];
            self.fault(symbol, "openports", args);
        }
        Ok(ends)
    }

    /// Puts the ends of an inner net into the order of its record.
    pub(super) fn connect_inner(
        &mut self,
        session: &mut Session,
        symbol: &Expr,
        scope: &ParameterScope,
        index: usize,
        (record, name, ends, count): (&'static NetRecord, Name, Ends, usize),
    ) -> Result<(), Flow> {
        let mut inputs = self.expand(session, symbol, scope, record.inputs, None, index)?;
        let mut outputs = self.expand(session, symbol, scope, record.outputs, None, index)?;
        if record.written.is_some() {
            // Each of these nets has shapes of its own.
            let before = self.leaves[index].nets.iter().filter(|net| std::ptr::eq(net.record, record)).count();
            inputs.iter_mut().chain(&mut outputs).for_each(|port| port.index = port.index.map(|_| before));
        }
        let results: Vec<End> = ends.results().cloned().collect();
        let (Some(inner_inputs), Some(inner_outputs)) = (in_order(&inputs, &ends.inputs), in_order(&outputs, &results))
        else {
            let names = |names: Vec<&str>| names.join(", ");
            let args = [
                name.to_string(),
                names(ends.inputs.iter().filter(|end| !end.optional).map(|end| &*end.name).collect()),
                names(results.iter().map(|end| &*end.name).collect()),
                names(inputs.iter().map(|port| &*port.name).collect()),
                names(outputs.iter().map(|port| &*port.name).collect()),
            ];
            self.fault(symbol, "innerports", args);
            return Ok(());
        };
        for (i, end) in inner_inputs.iter().enumerate() {
            self.link(end, &Source::Input(i));
        }
        let ports =
            |ports: Vec<LeafPort>, ends: Vec<End>| ports.into_iter().zip(ends.into_iter().map(port_of)).collect();
        let inner = InnerNet {
            record,
            name,
            inputs: ports(inputs, inner_inputs),
            outputs: ports(outputs, inner_outputs),
            count,
        };
        self.leaves[index].nets.push(inner);
        Ok(())
    }
}

/// The ends for some ports: by their names, or in their order if they have other ones. Every end
/// that is required is among them.
fn in_order(ports: &[LeafPort], ends: &[End]) -> Option<Vec<End>> {
    let by_name = |port: &LeafPort| ends.iter().find(|end| end.name == port.name).cloned();
    let named: Option<Vec<End>> = ports.iter().map(by_name).collect();
    let required = || ends.iter().filter(|end| !end.optional);
    match named {
        Some(found) if required().all(|end| ports.iter().any(|port| port.name == end.name)) => Some(found),
        _ => Some(required().cloned().collect()).filter(|found: &Vec<End>| found.len() == ports.len()),
    }
}
