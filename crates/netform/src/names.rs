//! Names and forms of a fresh session, for expressions that are made and printed without one.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use netform_eval::{Form, Registry};
use netform_expr::{Sym, Symbol};
use netform_syntax::{DefaultForms, DefaultNames, Forms, Holds};

/// The table of every function of the language, which all sessions share.
///
/// ```
/// assert!(netform::registry().functions().iter().any(|function| function.name == "Tanh"));
/// ```
pub fn registry() -> Arc<Registry> {
    static REGISTRY: LazyLock<Arc<Registry>> = LazyLock::new(|| {
        let mut registry = Registry::new();
        netform_functions::register(&mut registry);
        netform_nets::register(&mut registry);
        netform_formats::register(&mut registry);
        registry.share()
    });
    Arc::clone(&REGISTRY)
}

/// Names as a fresh session reads them.
pub(crate) fn names() -> &'static DefaultNames {
    static NAMES: LazyLock<DefaultNames> = LazyLock::new(|| {
        let registry = registry();
        let functions = registry.functions().into_iter().map(|function| function.name);
        let named_in_code = Sym::all().filter_map(|sym| sym.full_name().strip_prefix("System`"));
        let system: Vec<&str> = functions.chain(named_in_code).collect();
        DefaultNames::new(&system)
    });
    &NAMES
}

/// Forms as a fresh session prints them.
pub(crate) fn forms() -> &'static FreshForms {
    static FORMS: LazyLock<FreshForms> =
        LazyLock::new(|| FreshForms { names: DefaultForms::new(names().clone()), registry: registry() });
    &FORMS
}

/// Short names as a fresh session has them, and TeX from the records of functions.
pub(crate) struct FreshForms {
    names: DefaultForms,
    registry: Arc<Registry>,
}

impl Forms for FreshForms {
    fn name<'a>(&'a self, symbol: &'a Symbol) -> Cow<'a, str> {
        self.names.name(symbol)
    }

    fn holds(&self, symbol: &Symbol) -> Holds {
        self.names.holds(symbol)
    }

    fn tex<'a>(&'a self, symbol: &'a Symbol) -> Option<Cow<'a, str>> {
        let symbol = netform_expr::Expr::symbol(symbol.full_name());
        self.registry.get(&symbol)?.form(Form::Tex).map(Cow::Borrowed)
    }
}
