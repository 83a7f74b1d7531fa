//! The texts of a layer record as expressions, parsed once in a session.

use std::sync::Arc;

use netform_eval::Session;
use netform_expr::{Expr, Sym, map_bottom_up, postorder};
use netform_syntax::{Diagnostic, Names};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{Equation, Layer, NetRecord, PortKind, Premise, Requirement};

/// The parsed texts of a layer.
#[derive(Debug)]
pub struct Definition {
    /// The layer that this is of.
    pub layer: &'static Layer,
    /// The lexical names.
    pub scope: Scope,
    /// What the relations take for granted.
    pub premises: Vec<ParsedPremise>,
    /// Relations between parameters and shapes.
    pub relations: Vec<ParsedRelation>,
    /// Relations that are tried with what is known so far.
    pub partial: Vec<ParsedRelation>,
    /// Relations that hold if nothing else determines the variable.
    pub defaults: Vec<ParsedRelation>,
    /// What must be true.
    pub requirements: Vec<ParsedRequirement>,
    /// The greatest indices of inputs that take indices.
    pub indices: Vec<ParsedIndex>,
    /// The nets that statements call more than once, and how often at most: the second call of `Net` in a text is one of
    /// the function `Net2`, and so on, so that what is random in the net can be told apart.
    pub calls: Vec<(&'static str, usize)>,
    /// The statements, in order.
    pub statements: Vec<Statement>,
    /// The statements for machine numbers, if they are others.
    pub stable: Vec<Statement>,
    /// Those that hold in training, if they are others; the last ones are for arrays.
    pub training: Option<Vec<Statement>>,
}

impl Definition {
    /// The statements in training or otherwise.
    pub fn statements(&self, training: bool) -> &[Statement] {
        self.training.as_ref().filter(|_| training).unwrap_or(&self.statements)
    }

    /// Whether the statements draw random numbers.
    pub fn is_random(&self, training: bool) -> bool {
        let draws = |e: &Expr| netform_expr::occurs(e, &Sym::ArrayRandom.into());
        self.statements(training).iter().any(|statement| match statement {
            Statement::Is { right, .. } => draws(right),
            Statement::Recurrence(recurrence) => recurrence.step.iter().any(|(_, right, _)| draws(right)),
        })
    }
}

/// A parsed [`crate::Relation`].
#[derive(Debug)]
pub struct ParsedRelation {
    /// The variable.
    pub variable: Expr,
    /// Its value.
    pub value: Expr,
    /// The variables that the value mentions.
    pub needs: Vec<Expr>,
}

/// A parsed [`Premise`].
#[derive(Debug)]
pub struct ParsedPremise {
    /// The premise.
    pub premise: &'static Premise,
    /// The number on which it depends, and the variables that this mentions.
    pub number: Option<(Expr, Vec<Expr>)>,
}

impl ParsedPremise {
    /// Whether the number on which it depends mentions a variable.
    pub fn mentions(&self, variable: &Expr) -> bool {
        self.number.as_ref().is_some_and(|(_, needs)| needs.contains(variable))
    }
}

/// A parsed requirement.
#[derive(Debug)]
pub struct ParsedRequirement {
    /// The record of it.
    pub requirement: &'static Requirement,
    /// What must be true.
    pub test: Expr,
    /// The variables that the test mentions.
    pub needs: Vec<Expr>,
}

/// A parsed [`PortKind::Index`].
#[derive(Debug)]
pub struct ParsedIndex {
    /// The input.
    pub port: &'static str,
    /// The greatest index.
    pub greatest: Expr,
    /// The variables that it mentions.
    pub needs: Vec<Expr>,
}

/// One statement of a definition.
#[derive(Debug)]
pub enum Statement {
    /// `left = right`.
    Is {
        /// The lexical name that is defined.
        left: Expr,
        /// Its value.
        right: Expr,
        /// Its name for print.
        tex: &'static str,
    },
    /// A recurrence over sequences.
    Recurrence(Recurrence),
}

/// A parsed recurrence; all names are lexical.
#[derive(Debug)]
pub struct Recurrence {
    /// State in the step, initial value, final value.
    pub states: Vec<(Expr, Expr, Expr)>,
    /// Element in the step, sequence.
    pub sequences: Vec<(Expr, Expr)>,
    /// Name, value and printed name of each equation of the step.
    pub step: Vec<(Expr, Expr, &'static str)>,
    /// The names of the next states.
    pub next: Vec<Expr>,
    /// Sequence of results, and the name of its element in the step.
    pub outputs: Vec<(Expr, Expr)>,
}

/// The lexical names of a layer: its ports, arrays, parameters, shape variables and equations.
///
/// They are symbols of a context that no user's expression can mention by a short name, and they
/// are replaced by values before anything is evaluated.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    names: FxHashSet<String>,
}

pub(crate) const CONTEXT: &str = "Layer`";

impl Scope {
    /// The symbol of a lexical name.
    pub fn symbol(&self, name: &str) -> Expr {
        Expr::symbol(&format!("{CONTEXT}{name}"))
    }

    /// The lexical name of a symbol of this scope.
    pub fn name_of<'a>(&self, symbol: &'a Expr) -> Option<&'a str> {
        let symbol = symbol.as_symbol()?;
        (symbol.context() == CONTEXT && self.names.contains(symbol.name())).then(|| symbol.name())
    }

    /// The lexical names that occur in an expression, each once.
    pub fn names_in(&self, e: &Expr) -> Vec<Expr> {
        let mut names = Vec::new();
        let walk = postorder::<std::convert::Infallible>(
            e,
            |_| true,
            |node| {
                if self.name_of(node).is_some() {
                    names.push(node.clone());
                }
                Ok(())
            },
        );
        match walk {
            Ok(()) => names,
            Err(never) => match never {},
        }
    }

    /// The scope of these names.
    pub fn with_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Scope {
        Scope { names: names.into_iter().map(str::to_owned).collect() }
    }

    pub(crate) fn of(layer: &Layer) -> Scope {
        let mut names = FxHashSet::default();
        let mut add = |name: &str| {
            names.insert(name.to_owned());
        };
        for parameter in layer.arguments.iter().chain(layer.options) {
            add(parameter.name);
        }
        for port in layer.ports() {
            add(port.name);
            shape_variables(port.shape).for_each(&mut add);
        }
        if !layer.nets.is_empty() {
            add("Ports");
            add("OutputPorts");
        }
        for net in layer.nets {
            if let Some(written) = net.written {
                add(written.forms());
            }
            add(net.name);
            net.inputs.iter().chain(net.outputs).flat_map(|port| shape_variables(port.shape)).for_each(&mut add);
        }
        for array in layer.arrays {
            add(array.name);
            shape_variables(array.shape).for_each(&mut add);
        }
        for relation in layer.relations.iter().chain(layer.partial).chain(layer.defaults) {
            add(relation.variable);
        }
        let training = layer.training.iter().flat_map(crate::Training::all);
        for equation in layer.definition.iter().chain(layer.stable).chain(training) {
            match equation {
                Equation::Is { left, .. } => add(left),
                Equation::Recurrence { states, sequences, step, outputs, .. } => {
                    for (name, initial, last) in *states {
                        [name, initial, last].into_iter().for_each(|n| add(n));
                    }
                    for (name, other) in sequences.iter().chain(*outputs) {
                        [name, other].into_iter().for_each(|n| add(n));
                    }
                    step.iter().for_each(|s| add(s.left));
                }
            }
        }
        Scope { names }
    }
}

/// The names in a shape pattern such as `{t, rest___}`.
fn shape_variables(pattern: &str) -> impl Iterator<Item = &str> {
    pattern.split(|c: char| !c.is_alphanumeric()).filter(|word| word.starts_with(|c: char| c.is_alphabetic()))
}

struct Resolver<'a> {
    scope: &'a Scope,
    session: &'a mut Session,
}

impl Names for Resolver<'_> {
    fn resolve(&mut self, name: &str) -> Expr {
        if self.scope.names.contains(name) {
            return self.scope.symbol(name);
        }
        let symbol = self.session.resolve_name(name);
        let of_language = symbol.as_symbol().is_some_and(|s| ["System`", "Program`"].contains(&s.context()));
        if of_language { symbol } else { self.scope.symbol(name) }
    }
}

/// Definitions by the name of their layer.
#[derive(Default)]
struct Parsed(FxHashMap<&'static str, Arc<Definition>>);

/// The parsed texts of a layer.
///
/// # Panics
/// If a text of the record is not in the language, which is a defect of the record.
pub fn definition_of(session: &mut Session, layer: &'static Layer) -> Arc<Definition> {
    if let Some(definition) = session.extension::<Parsed>().0.get(layer.name) {
        return definition.clone();
    }
    let definition = Arc::new(parse(session, layer));
    session.extension::<Parsed>().0.insert(layer.name, definition.clone());
    definition
}

/// Parses a text with the lexical names of a scope.
///
/// # Panics
/// If the text is not in the language.
pub fn parse_in(session: &mut Session, scope: &Scope, text: &str) -> Expr {
    match parse_text(session, scope, text) {
        Ok(expression) => expression,
        Err(diagnostics) => panic!("a text of a layer is not one expression: {text}: {diagnostics:?}"),
    }
}

/// Parses a text that is one expression with the lexical names of a scope.
pub(crate) fn parse_text(session: &mut Session, scope: &Scope, text: &str) -> Result<Expr, Vec<Diagnostic>> {
    let parsed = netform_syntax::parse_program(text, &mut Resolver { scope, session });
    match (parsed.diagnostics.is_empty(), parsed.expressions.as_slice()) {
        (true, [(single, _)]) => Ok(single.clone()),
        _ => Err(parsed.diagnostics),
    }
}

/// Gives every call of a net in statements a name of its own; says how often each net is called.
fn tell_calls_apart(scope: &Scope, nets: &[NetRecord], statements: &mut [Statement]) -> Vec<(&'static str, usize)> {
    let mut calls: Vec<(&'static str, usize)> = nets.iter().map(|net| (net.name, 0)).collect();
    for statement in statements {
        let Statement::Is { right, .. } = statement else { continue };
        *right = map_bottom_up(right, |node| {
            let called = calls.iter_mut().find(|(name, _)| node.is_normal() && *node.head() == scope.symbol(name));
            let Some((name, count)) = called else { return node };
            *count += 1;
            if *count == 1 { node } else { Expr::normal(scope.symbol(&format!("{name}{count}")), node.args().to_vec()) }
        });
    }
    calls.retain(|(_, count)| *count > 1);
    calls
}

fn parse(session: &mut Session, layer: &'static Layer) -> Definition {
    let scope = Scope::of(layer);
    let mut text = |source: &str| parse_in(session, &scope, source);
    let premise = |premise: &'static Premise| {
        let number = premise.number().map(&mut text).map(|number| (number.clone(), scope.names_in(&number)));
        ParsedPremise { premise, number }
    };
    let premises = layer.premises.iter().map(premise).collect();
    let mut relation = |r: &crate::Relation| {
        let value = text(r.value);
        ParsedRelation { variable: scope.symbol(r.variable), needs: scope.names_in(&value), value }
    };
    let relations = layer.relations.iter().map(&mut relation).collect();
    let partial = layer.partial.iter().map(&mut relation).collect();
    let defaults = layer.defaults.iter().map(&mut relation).collect();
    let requirements = layer
        .requirements
        .iter()
        .map(|requirement| {
            let test = text(requirement.test);
            ParsedRequirement { requirement, needs: scope.names_in(&test), test }
        })
        .collect();
    let indices = layer
        .inputs
        .iter()
        .filter_map(|port| {
            let PortKind::Index(greatest) = port.kind else { return None };
            let greatest = text(greatest);
            Some(ParsedIndex { port: port.name, needs: scope.names_in(&greatest), greatest })
        })
        .collect();
    let mut statement = |equation: &Equation| match equation {
        Equation::Is { left, right, tex } => Statement::Is { left: scope.symbol(left), right: text(right), tex },
        Equation::Recurrence { states, sequences, step, next, outputs } => Statement::Recurrence(Recurrence {
            states: states.iter().map(|(s, i, f)| (scope.symbol(s), scope.symbol(i), scope.symbol(f))).collect(),
            sequences: sequences.iter().map(|(x, s)| (scope.symbol(x), scope.symbol(s))).collect(),
            step: step.iter().map(|s| (scope.symbol(s.left), text(s.right), s.tex)).collect(),
            next: next.iter().map(|n| scope.symbol(n)).collect(),
            outputs: outputs.iter().map(|(o, e)| (scope.symbol(o), scope.symbol(e))).collect(),
        }),
    };
    let mut statements: Vec<Statement> = layer.definition.iter().map(&mut statement).collect();
    let mut stable: Vec<Statement> = layer.stable.iter().map(&mut statement).collect();
    let mut training: Option<Vec<Statement>> =
        layer.training.map(|training| training.all().map(&mut statement).collect());
    let mut calls = Vec::new();
    for text in [&mut statements, &mut stable].into_iter().chain(&mut training) {
        calls.extend(tell_calls_apart(&scope, layer.nets, text));
    }
    Definition {
        layer,
        premises,
        relations,
        partial,
        defaults,
        requirements,
        indices,
        calls,
        statements,
        stable,
        training,
        scope,
    }
}
