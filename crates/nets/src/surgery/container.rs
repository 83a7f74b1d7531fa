//! A chain or graph, taken apart into its parts and edges.

use std::collections::HashSet;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use crate::extract::view;
use crate::parts::{Part, is_container, members};
use crate::read::{port_keys, split_options};
use crate::resolve::resolve;

/// A chain or graph, taken apart.
pub(super) struct Container {
    pub(super) head: Expr,
    pub(super) parts: Vec<Part>,
    pub(super) named: bool,
    /// The edges of a graph: pairs of ends.
    pub(super) edges: Vec<(Expr, Expr)>,
    pub(super) options: Vec<Expr>,
}

impl Container {
    /// The container that is the first argument of a call; `None` after a message.
    pub(super) fn of(session: &mut Session, function: Sym, net: &Expr) -> Result<Option<Container>, Flow> {
        if view(session, function, net)?.is_none() {
            return Ok(None);
        }
        if !is_container(net) {
            session.message(function, "container", std::slice::from_ref(net));
            return Ok(None);
        }
        Ok(Some(Container::read(net)))
    }

    pub(super) fn read(net: &Expr) -> Container {
        let args = net.args();
        let (positional, _) = split_options(&args);
        let list = positional.first().cloned().unwrap_or_else(|| Expr::list([]));
        let edges = positional.get(1).map(arrows).unwrap_or_default();
        Container {
            head: net.head().clone(),
            named: list.has_head(Sym::Association),
            parts: members(&list).unwrap_or_default(),
            edges,
            options: args[positional.len()..].to_vec(),
        }
    }

    pub(super) fn is_chain(&self) -> bool {
        self.head.is(Sym::NetChain)
    }

    pub(super) fn to_expr(&self) -> Expr {
        let list = if self.named {
            Expr::call(Sym::Association, self.parts.iter().map(|(key, part)| Expr::rule(key.clone(), part.clone())))
        } else {
            Expr::list(self.parts.iter().map(|(_, part)| part.clone()))
        };
        let edges = self.edges.iter().map(|(from, to)| Expr::rule(from.clone(), to.clone()));
        let edges = (!self.is_chain()).then(|| Expr::list(edges.collect::<Vec<_>>()));
        Expr::normal(self.head.clone(), [list].into_iter().chain(edges).chain(self.options.iter().cloned()))
    }

    /// The container with those parts that are kept; edges to others go. Where a part takes `several` inputs, as many as
    /// there are, an input takes the place of a part that goes.
    pub(super) fn keep(mut self, kept: &[bool], several: &[bool]) -> Container {
        self.open_inputs(kept, several);
        // The parts of a list are numbered anew.
        let mut number = 0;
        let mut keys = Vec::with_capacity(kept.len());
        for (keep, (key, _)) in kept.iter().zip(&self.parts) {
            number += i64::from(*keep);
            keys.push(keep.then(|| if self.named { key.clone() } else { Expr::integer(number) }));
        }
        let new_key = |key: &Expr| resolve(&self.parts, key).and_then(|place| keys[place].clone());
        let edges = self.edges.iter().filter_map(|(from, to)| Some((end(from, &new_key)?, end(to, &new_key)?)));
        self.edges = edges.collect();
        let parts = self.parts.into_iter().zip(keys);
        self.parts = parts.filter_map(|((_, part), key)| Some((key?, part))).collect();
        self
    }

    /// Gives the parts that take several inputs one of the whole for each part that goes.
    fn open_inputs(&mut self, kept: &[bool], several: &[bool]) {
        let place = |e: &Expr| vertex_of(e).and_then(|key| resolve(&self.parts, &key));
        let mut taken: HashSet<String> =
            self.edges.iter().flat_map(|(from, _)| ends(from)).filter_map(|e| port_name(&e)).collect();
        let mut last = 0;
        let mut edges = Vec::with_capacity(self.edges.len());
        for (from, to) in &self.edges {
            let opens = ends(to).iter().filter_map(place).any(|to| kept[to] && several[to]);
            let mut open = |e: &Expr| match place(e) {
                Some(from) if opens && !kept[from] => {
                    let name = loop {
                        last += 1;
                        let name = format!("Input{last}");
                        if taken.insert(name.clone()) {
                            break name;
                        }
                    };
                    Expr::call(Sym::NetPort, [Expr::string(&name)])
                }
                _ => e.clone(),
            };
            let from =
                if from.is_list() { Expr::list(from.args().iter().map(open).collect::<Vec<_>>()) } else { open(from) };
            edges.push((from, to.clone()));
        }
        self.edges = edges;
    }

    /// Which parts have an influence on a part, or depend on it.
    pub(super) fn related(&self, place: usize, backwards: bool) -> Vec<bool> {
        let mut found = vec![false; self.parts.len()];
        let vertex = |e: &Expr| vertex_of(e).and_then(|key| resolve(&self.parts, &key));
        let mut next: Vec<Vec<usize>> = vec![Vec::new(); self.parts.len()];
        for (from, to) in &self.edges {
            for from in ends(from).iter().filter_map(vertex) {
                for to in ends(to).iter().filter_map(vertex) {
                    if backwards { next[to].push(from) } else { next[from].push(to) }
                }
            }
        }
        let mut open = vec![place];
        while let Some(place) = open.pop() {
            if !std::mem::replace(&mut found[place], true) {
                open.extend(next[place].iter().copied());
            }
        }
        found
    }
}

/// The arrows of a list of edges, one by one.
fn arrows(edges: &Expr) -> Vec<(Expr, Expr)> {
    let mut all = Vec::new();
    for edge in edges.args().iter() {
        let (mut from, mut rest) = (edge.arg(0), edge.arg(1));
        while rest.has_head(Sym::Rule) {
            all.push((from, rest.arg(0)));
            (from, rest) = (rest.arg(0), rest.arg(1));
        }
        all.push((from, rest));
    }
    all
}

/// The ends on one side of an arrow.
pub(super) fn ends(side: &Expr) -> Vec<Expr> {
    if side.is_list() { side.args().into_owned() } else { vec![side.clone()] }
}

/// The name of the port of the whole at an end of an edge.
fn port_name(end: &Expr) -> Option<String> {
    let keys = end.has_head(Sym::NetPort).then(|| port_keys(end))?;
    if let [name] = keys.as_slice() { name.as_str().map(str::to_owned) } else { None }
}

/// The key of the part at an end of an edge.
fn vertex_of(end: &Expr) -> Option<Expr> {
    if !end.has_head(Sym::NetPort) {
        return (!end.is(Sym::None)).then(|| end.clone());
    }
    port_keys(end).first().filter(|_| port_keys(end).len() > 1).cloned()
}

/// One side of an arrow with other keys; `None` if nothing of it is left.
pub(super) fn end(side: &Expr, new_key: &dyn Fn(&Expr) -> Option<Expr>) -> Option<Expr> {
    let one = |e: &Expr| match vertex_of(e) {
        None => Some(e.clone()),
        Some(key) if e.has_head(Sym::NetPort) => {
            let keys = [new_key(&key)?].into_iter().chain(port_keys(e).into_iter().skip(1));
            Some(Expr::call(Sym::NetPort, [Expr::list(keys.collect::<Vec<_>>())]))
        }
        Some(key) => new_key(&key),
    };
    if !side.is_list() {
        return one(side);
    }
    let left: Vec<Expr> = side.args().iter().filter_map(one).collect();
    (!left.is_empty()).then(|| Expr::list(left))
}
