//! Names in source text: which symbol a name stands for, by contexts.

use std::collections::BTreeSet;

use netform_expr::{Expr, Sym, Symbol};
use netform_syntax::{Diagnostic, Names};
use rustc_hash::FxHashMap;

use crate::{Flow, Registry, Session, nearest};

/// The current context, the search path, and the names that have been used.
pub(crate) struct NameSpace {
    context: String,
    path: Vec<String>,
    /// Full names of the symbols that source text has mentioned.
    known: BTreeSet<String>,
    /// What short names stand for, as long as contexts and known names are as they are.
    resolved: FxHashMap<String, Expr>,
    enclosing: Vec<(String, Vec<String>)>,
}

impl Default for NameSpace {
    fn default() -> NameSpace {
        NameSpace {
            context: "Global`".into(),
            path: vec!["Global`".into()],
            known: BTreeSet::new(),
            resolved: FxHashMap::default(),
            enclosing: Vec::new(),
        }
    }
}

impl NameSpace {
    /// The symbol of a short or full name.
    fn resolve(&mut self, registry: &Registry, name: &str) -> Expr {
        if let Some(symbol) = self.resolved.get(name) {
            return symbol.clone();
        }
        let full = self.full_name(registry, name);
        let symbol = self.intern(full);
        if !name.contains('`') {
            self.resolved.insert(name.to_owned(), symbol.clone());
        }
        symbol
    }

    /// The full name of the symbol that a short or full name stands for.
    fn full_name(&self, registry: &Registry, name: &str) -> String {
        if let Some(relative) = name.strip_prefix('`') {
            return format!("{}{relative}", self.context);
        }
        if name.contains('`') {
            return name.to_owned();
        }
        if is_system(registry, name) {
            return format!("System`{name}");
        }
        let found = self.path.iter().map(|context| format!("{context}{name}")).find(|full| self.known.contains(full));
        found.unwrap_or_else(|| format!("{}{name}", self.context))
    }

    fn intern(&mut self, full_name: String) -> Expr {
        let symbol = Expr::symbol(&full_name);
        if symbol.sym().is_none() {
            // The new name may be what a short one stands for from now on.
            let short = full_name.rsplit('`').next().unwrap_or_default();
            self.resolved.remove(short);
            self.known.insert(full_name);
        }
        symbol
    }
}

/// Whether a short name is one of the language: of a function, of the Rust code, or of an operator.
fn is_system(registry: &Registry, name: &str) -> bool {
    let symbol = Expr::symbol(&format!("System`{name}"));
    symbol.sym().is_some() || registry.get(&symbol).is_some() || netform_syntax::operator::is_head(name)
}

struct Resolver<'a> {
    names: &'a mut NameSpace,
    registry: &'a Registry,
}

impl Names for Resolver<'_> {
    fn resolve(&mut self, name: &str) -> Expr {
        self.names.resolve(self.registry, name)
    }
}

impl Session {
    /// The symbol that a name in source text stands for.
    pub fn resolve_name(&mut self, name: &str) -> Expr {
        let registry = self.registry.clone();
        self.names.resolve(&registry, name)
    }

    /// Parses source text; what cannot be read is told by the diagnostics of the result.
    pub fn parse(&mut self, source: &str) -> netform_syntax::Parsed {
        let registry = self.registry.clone();
        netform_syntax::parse_program(source, &mut Resolver { names: &mut self.names, registry: &registry })
    }

    /// Parses source text that is one expression, or several that make a `CompoundExpression`.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse_one(&mut self, source: &str) -> Result<Expr, Vec<Diagnostic>> {
        let parsed = self.parse(source);
        if parsed.has_errors() {
            return Err(parsed.diagnostics);
        }
        let mut expressions = parsed.expressions.into_iter().map(|(e, _)| e);
        Ok(match (expressions.next(), expressions.next()) {
            (None, _) => Sym::Null.into(),
            (Some(single), None) => single,
            (Some(first), Some(second)) => {
                Expr::call(Sym::CompoundExpression, [first, second].into_iter().chain(expressions))
            }
        })
    }

    /// Evaluates the expressions of a source, each before the next is read, so that what they do to
    /// contexts holds for those after them; the answer is the value of the last one.
    ///
    /// # Errors
    /// What leaves the evaluation; inside, what is wrong with the text, where it stopped.
    pub fn evaluate_source(&mut self, source: &str) -> Result<Result<Expr, Vec<Diagnostic>>, Flow> {
        let mut program = netform_syntax::Program::new(source);
        let mut value: Expr = Sym::Null.into();
        loop {
            let registry = self.registry.clone();
            let statement = program.next(&mut Resolver { names: &mut self.names, registry: &registry });
            let Some(statement) = statement else { return Ok(Ok(value)) };
            match statement.expression {
                Some(expression) => value = self.evaluate(&expression)?,
                None => return Ok(Err(statement.diagnostics)),
            }
        }
    }

    /// The current context.
    pub fn context(&self) -> &str {
        &self.names.context
    }

    /// The contexts in which short names are looked up, but for ``System` ``.
    pub fn context_path(&self) -> &[String] {
        &self.names.path
    }

    /// Makes `context` the current one, as `$Context = context` does.
    pub fn set_context(&mut self, context: String) {
        self.names.context = context;
        self.names.resolved.clear();
    }

    /// Replaces the search path, as `$ContextPath = path` does.
    pub fn set_context_path(&mut self, path: Vec<String>) {
        self.names.path = path;
        self.names.resolved.clear();
    }

    /// Forgets a name, as `Remove` does: source text that mentions it makes it anew.
    pub fn forget_name(&mut self, full_name: &str) {
        self.names.known.remove(full_name);
        self.names.resolved.clear();
    }

    /// Makes `context` the current one, as `Begin` does.
    pub fn begin_context(&mut self, context: &str) {
        let full = match context.strip_prefix('`') {
            Some(relative) => format!("{}{relative}", self.names.context),
            None => context.to_owned(),
        };
        self.names.enclosing.push((self.names.context.clone(), self.names.path.clone()));
        self.names.context = full;
        self.names.resolved.clear();
    }

    /// Goes back to the context before the last [`Session::begin_context`]; `None` without one.
    pub fn end_context(&mut self) -> Option<String> {
        let (context, path) = self.names.enclosing.pop()?;
        self.names.path = path;
        self.names.resolved.clear();
        Some(std::mem::replace(&mut self.names.context, context))
    }

    /// Makes `context` the current one with a fresh search path, as `BeginPackage` does.
    pub fn begin_package(&mut self, context: &str) {
        self.begin_context(context);
        self.names.path = vec![context.to_owned()];
        self.names.resolved.clear();
    }

    /// Ends a package: its context stays in front of the search path.
    pub fn end_package(&mut self) -> Option<String> {
        let package = self.end_context()?;
        if !self.names.path.contains(&package) {
            self.names.path.insert(0, package.clone());
            self.names.resolved.clear();
        }
        Some(package)
    }

    /// Full names of the user's symbols and of all functions, for completion and `Names`.
    pub fn known_names(&self) -> BTreeSet<String> {
        let functions = self.registry.functions().into_iter().map(crate::Function::full_name);
        self.names.known.iter().cloned().chain(functions).collect()
    }

    /// The known names that a misspelt one may stand for, the nearest first.
    pub fn names_near(&self, name: &str) -> Vec<String> {
        let known = self.known_names();
        let names = known.iter().map(|full| full.rsplit('`').next().unwrap_or_default());
        nearest(name, names.filter(|known| *known != name)).into_iter().map(str::to_owned).collect()
    }

    /// What is to be said of a name that has no definitions, with the names that may be meant.
    pub fn about_undefined(&self, name: &str) -> String {
        let near = self.names_near(name);
        let advice = if near.is_empty() { String::new() } else { format!(" Did you mean {}?", near.join(" or ")) };
        format!("{name} is a symbol without definitions.{advice}")
    }

    /// The name of a symbol as short as it can be read back in the current context.
    pub fn short_name(&self, symbol: &Expr) -> Option<String> {
        symbol.as_symbol().map(|symbol| self.visible_name(symbol).to_owned())
    }

    /// The short name if it is resolved to the symbol here and now, the full name otherwise.
    pub(crate) fn visible_name<'a>(&self, symbol: &'a Symbol) -> &'a str {
        let resolved = self.names.full_name(&self.registry, symbol.name());
        if resolved == symbol.full_name() { symbol.name() } else { symbol.full_name() }
    }
}
