//! Definitions of records as texts in the language: names of their own, shared helpers, and refusals.
//!
//! A record states what an operator or a layer of a file means as a text. In it the record's own names stand for what
//! a file gives (`keep_dims` is written `keepDims`), names with a capital letter are those of the language, and
//! `refused["why"]` says that a definition has no answer.

use netform_eval::Session;
use netform_expr::Expr;
use netform_expr::pattern::Bindings;
use netform_syntax::Names;
use rustc_hash::FxHashMap;

/// The records of one format.
#[derive(Debug)]
pub(crate) struct Texts {
    /// The context of the records' own names.
    pub(crate) context: &'static str,
    /// Functions that definitions share; each may mention those before it.
    pub(crate) helpers: &'static [&'static [(&'static str, &'static str)]],
    /// Names with capitals that are parameters of helpers.
    pub(crate) capitals: &'static [&'static str],
}

/// The texts of definitions as expressions, parsed once in a session.
#[derive(Default)]
struct Parsed {
    texts: FxHashMap<(usize, usize), Expr>,
    helpers: FxHashMap<&'static str, Bindings>,
}

/// Names of a definition: those of the record, and of the language.
struct Resolver<'a> {
    session: &'a mut Session,
    texts: &'a Texts,
    own: &'a dyn Fn(&str) -> bool,
}

impl Names for Resolver<'_> {
    fn resolve(&mut self, name: &str) -> Expr {
        if (self.own)(name) || name.chars().next().is_some_and(char::is_lowercase) {
            return self.texts.symbol(name);
        }
        self.session.resolve_name(name)
    }
}

impl Texts {
    /// The symbol of a name in definitions: `keep_dims` is written `keepDims` there.
    pub(crate) fn symbol(&self, name: &str) -> Expr {
        let mut words = name.split('_');
        let mut joined = words.next().unwrap_or_default().to_owned();
        for word in words {
            let mut letters = word.chars();
            joined.extend(letters.next().into_iter().flat_map(char::to_uppercase));
            joined.push_str(letters.as_str());
        }
        Expr::symbol(&format!("{}{joined}", self.context))
    }

    /// A text of a record as an expression, with the helpers in their places; `own` tells the names with capitals that
    /// are the record's.
    ///
    /// # Panics
    /// If the text is not in the language, which is a defect of the record.
    pub(crate) fn parse(&self, session: &mut Session, own: &dyn Fn(&str) -> bool, text: &'static str) -> Expr {
        let key = (text.as_ptr() as usize, text.len());
        if let Some(parsed) = session.extension::<Parsed>().texts.get(&key) {
            return parsed.clone();
        }
        let helpers = self.helpers(session);
        let parsed = self.parse_text(session, own, text);
        let parsed = netform_expr::substitute(&parsed, &helpers);
        session.extension::<Parsed>().texts.insert(key, parsed.clone());
        parsed
    }

    fn parse_text(&self, session: &mut Session, own: &dyn Fn(&str) -> bool, text: &str) -> Expr {
        let parsed = netform_syntax::parse_program(text, &mut Resolver { session, texts: self, own });
        match (parsed.diagnostics.is_empty(), parsed.expressions.as_slice()) {
            (true, [(single, _)]) => single.clone(),
            _ => panic!("a text of a record is not one expression: {text}: {:?}", parsed.diagnostics),
        }
    }

    /// Why a definition refuses what it is asked, if it does.
    pub(crate) fn refusal(&self, value: &Expr) -> Option<String> {
        let head = self.symbol("refused");
        let mut text = None;
        let walk = netform_expr::postorder(
            value,
            |_| true,
            |node| {
                if *node.head() == head && node.len() == 1 {
                    text = node.arg(0).as_str().map(str::to_owned);
                    return Err(());
                }
                Ok(())
            },
        );
        walk.err().and(text)
    }

    /// A helper, by its name.
    ///
    /// # Panics
    /// If there is none, which is a defect of the record.
    pub(crate) fn helper(&self, session: &mut Session, name: &str) -> Expr {
        let helpers = self.helpers(session);
        let function = helpers.get(&self.symbol(name)).cloned();
        function.unwrap_or_else(|| panic!("there is no helper {name}"))
    }

    /// The helpers by their symbols; each may mention those before it.
    fn helpers(&self, session: &mut Session) -> Bindings {
        if let Some(helpers) = session.extension::<Parsed>().helpers.get(self.context) {
            return helpers.clone();
        }
        let mut known = Vec::new();
        for (name, text) in self.helpers.iter().copied().flatten() {
            let parsed = self.parse_text(session, &|name| self.capitals.contains(&name), text);
            let parsed = netform_expr::substitute(&parsed, &Bindings::from_iter(known.iter().cloned()));
            known.push((self.symbol(name), parsed));
        }
        let helpers = Bindings::from_iter(known);
        session.extension::<Parsed>().helpers.insert(self.context, helpers.clone());
        helpers
    }
}
