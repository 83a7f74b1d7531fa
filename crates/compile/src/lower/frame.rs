//! What is known while one body is lowered: its program so far, its variables, its results.

use std::cell::RefCell;
use std::convert::Infallible;
use std::sync::Arc;

use netform_expr::{Expr, Kind, NodeMap, NodeSet, postorder};

use crate::program::{BuildError, Builder, Type, ValueId};

/// What an expression has been lowered to.
#[derive(Clone, Debug)]
pub(super) enum Lowered {
    /// A value of the program.
    Value(ValueId),
    /// A scalar without variables, which becomes a constant or a part of a scalar function.
    Literal(Expr),
    /// A list, which becomes an array when it is used as one.
    List(Arc<[Lowered]>),
}

/// Lists and recurrences that nest deeper than this are not lowered: arrays of such rank and
/// programs of such depth do not occur, and what follows may recurse.
pub(super) const NESTING_LIMIT: usize = 64;

impl Lowered {
    /// How deep lists nest.
    pub(super) fn depth(&self) -> usize {
        match self {
            Lowered::Value(_) | Lowered::Literal(_) => 0,
            Lowered::List(items) => 1 + items.iter().map(Lowered::depth).max().unwrap_or(0),
        }
    }
}

/// The body of a scan, or the whole program.
pub(super) struct Frame {
    /// The frame that encloses this one.
    pub(super) parent: Option<usize>,
    /// The number of frames that enclose this one.
    pub(super) depth: usize,
    pub(super) builder: Builder,
    /// Inputs, states and elements of sequences.
    pub(super) variables: NodeMap<ValueId>,
    /// What has been lowered.
    pub(super) known: NodeMap<Lowered>,
    /// What is being lowered.
    pub(super) pending: NodeSet,
    /// Values of the enclosing frame, and the constants of the scan that stand for them.
    pub(super) captures: Vec<(ValueId, ValueId)>,
    /// The names of inputs so far.
    names: Vec<Arc<str>>,
    /// Which expressions contain a variable of this frame.
    depends: NodeMap<bool>,
}

impl Frame {
    pub(super) fn new(parent: Option<usize>, depth: usize) -> Frame {
        Frame {
            parent,
            depth,
            builder: Builder::new(),
            variables: NodeMap::default(),
            known: NodeMap::default(),
            pending: NodeSet::default(),
            captures: vec![],
            names: vec![],
            depends: NodeMap::default(),
        }
    }

    /// Declares an input of the body that an expression stands for.
    pub(super) fn bind(&mut self, name: &str, variable: &Expr, value_type: Type) -> Result<ValueId, BuildError> {
        let value = self.builder.input(name, value_type)?;
        self.names.push(name.into());
        self.variables.insert(variable.clone(), value);
        Ok(value)
    }

    /// Whether a variable of this frame occurs in an expression.
    pub(super) fn depends_on_variables(&mut self, expression: &Expr) -> bool {
        let depends = RefCell::new(&mut self.depends);
        let variables = &self.variables;
        let walk = postorder::<Infallible>(
            expression,
            |node| !depends.borrow().contains_key(node) && !variables.contains_key(node),
            |node| {
                let mut depends = depends.borrow_mut();
                let found = variables.contains_key(node)
                    || match node.kind() {
                        Kind::Normal(head, args) => {
                            args.iter().chain([head]).any(|part| depends.get(part).copied().unwrap_or(false))
                        }
                        _ => false,
                    };
                depends.entry(node.clone()).or_insert(found);
                Ok(())
            },
        );
        let Ok(()) = walk;
        self.depends.get(expression).copied().unwrap_or(false)
    }

    /// What a result of the enclosing frame is in this one: values become constants of the scan.
    pub(super) fn capture(&mut self, outer: &Builder, lowered: &Lowered) -> Result<Lowered, BuildError> {
        Ok(match lowered {
            Lowered::Literal(literal) => Lowered::Literal(literal.clone()),
            Lowered::Value(value) => Lowered::Value(self.capture_value(outer, *value)?),
            Lowered::List(items) => {
                let items: Result<Vec<Lowered>, _> = items.iter().map(|item| self.capture(outer, item)).collect();
                Lowered::List(items?.into())
            }
        })
    }

    fn capture_value(&mut self, outer: &Builder, value: ValueId) -> Result<ValueId, BuildError> {
        if let Some((_, inner)) = self.captures.iter().find(|(captured, _)| *captured == value) {
            return Ok(*inner);
        }
        let own = outer.input_name(value).cloned();
        let numbered = (1..).map(|number| Arc::from(format!("constant{number}")));
        let name = own.into_iter().chain(numbered).find(|name| !self.names.contains(name));
        let name = name.unwrap_or_else(|| "constant".into());
        let inner = self.builder.input(&name, outer.type_of(value).clone())?;
        self.names.push(name);
        self.captures.push((value, inner));
        Ok(inner)
    }
}
