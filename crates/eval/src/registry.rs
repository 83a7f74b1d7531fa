//! The table of all function records, shared by sessions.

use std::any::{Any, TypeId};
use std::sync::Arc;

use netform_expr::{Expr, NodeMap, Sym};
use rustc_hash::FxHashMap;

use crate::Function;

/// Function records by symbol. It is filled once, in one visible place, and then shared.
#[derive(Clone, Default)]
pub struct Registry {
    by_sym: Vec<Option<&'static Function>>,
    by_symbol: NodeMap<&'static Function>,
    start: Vec<&'static str>,
    services: FxHashMap<TypeId, Arc<dyn Any + Send + Sync>>,
}

impl Registry {
    /// A table without functions.
    pub fn new() -> Registry {
        Registry::default()
    }

    /// Adds records.
    ///
    /// # Panics
    /// If a name has two records: one definition of everything is the rule of the house.
    pub fn register(&mut self, functions: &[&'static Function]) {
        for &function in functions {
            let symbol = Expr::symbol(&function.full_name());
            let before = match symbol.sym() {
                Some(sym) => {
                    let index = sym as usize;
                    if self.by_sym.len() <= index {
                        self.by_sym.resize(index + 1, None);
                    }
                    self.by_sym[index].replace(function)
                }
                None => self.by_symbol.insert(symbol, function),
            };
            assert!(before.is_none(), "{} has two records", function.name);
        }
    }

    /// Adds definitions in the language that every session starts with.
    pub fn define(&mut self, source: &'static str) {
        self.start.push(source);
    }

    /// Offers what one crate does to others beside it, one value for each type.
    ///
    /// # Panics
    /// If there is one already.
    pub fn offer<T: Any + Send + Sync>(&mut self, service: T) {
        let before = self.services.insert(TypeId::of::<T>(), Arc::new(service));
        assert!(before.is_none(), "{} is offered twice", std::any::type_name::<T>());
    }

    /// What is offered as a value of this type.
    pub fn offered<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.services.get(&TypeId::of::<T>())?.downcast_ref()
    }

    pub(crate) fn start_definitions(&self) -> &[&'static str] {
        &self.start
    }

    /// The record of a symbol.
    pub fn get(&self, symbol: &Expr) -> Option<&'static Function> {
        match symbol.sym() {
            Some(sym) => self.get_sym(sym),
            None if self.by_symbol.is_empty() => None,
            None => self.by_symbol.get(symbol).copied(),
        }
    }

    /// The record of a symbol that the Rust code names.
    pub fn get_sym(&self, sym: Sym) -> Option<&'static Function> {
        self.by_sym.get(sym as usize).copied().flatten()
    }

    /// All records, in alphabetical order of their names.
    pub fn functions(&self) -> Vec<&'static Function> {
        let mut all: Vec<_> = self.by_sym.iter().flatten().chain(self.by_symbol.values()).copied().collect();
        all.sort_by_key(|f| f.name);
        all
    }

    /// The table behind a shared pointer, as sessions take it.
    pub fn share(self) -> Arc<Registry> {
        Arc::new(self)
    }
}
