//! Compilation of templates: which nodes contain variables, and what names mean inside scopes.

use smallvec::{SmallVec, smallvec};

use super::occurs::occurs;
use super::scope::{Part, Scope, declared_name, is_initialisation, is_slot_function, scope_of};
use super::template::{Operand, Step, bit};
use crate::{Expr, Kind, NodeMap, NodeSet};

/// The meaning of names at some place of the body.
struct Environment {
    meanings: NodeMap<Operand>,
    /// The union of the classes of the names.
    classes: u64,
    /// Whether the list of a scoping construct's variables is read here: its initial values belong
    /// to this other environment.
    initial_values: Option<usize>,
    done: NodeMap<Operand>,
}

/// A compiled body.
#[derive(Debug, Clone)]
pub(super) struct Compiled {
    /// The calls to build, parts before wholes.
    pub(super) steps: Vec<Step>,
    pub(super) operands: Vec<Operand>,
    pub(super) root: Operand,
    /// The names that bound variables were given.
    pub(super) new_names: Vec<Expr>,
}

/// Compiles a body. No bound variable is given a name that occurs in one of the values to avoid.
pub(super) fn compile(body: &Expr, variables: &[Expr], slots_are_variables: bool, avoided_values: &[Expr]) -> Compiled {
    let mut compiler = Compiler {
        steps: Vec::new(),
        operands: Vec::new(),
        environments: Vec::new(),
        tasks: Vec::new(),
        slots_are_variables,
        avoided_values,
        free: NodeMap::default(),
        new_names: Vec::new(),
    };
    let root = compiler.run(body, variables);
    let Compiler { steps, operands, new_names, .. } = compiler;
    Compiled { steps, operands, root, new_names }
}

struct Compiler<'a> {
    steps: Vec<Step>,
    operands: Vec<Operand>,
    environments: Vec<Environment>,
    tasks: Vec<Task>,
    slots_are_variables: bool,
    avoided_values: &'a [Expr],
    /// The variables that occur free in a node, as a set of bits.
    free: NodeMap<u64>,
    new_names: Vec<Expr>,
}

enum Task {
    Visit {
        environment: usize,
        node: Expr,
    },
    /// The parts are compiled, each in its environment.
    Build {
        environment: usize,
        node: Expr,
        parts: SmallVec<[usize; 6]>,
    },
}

impl Compiler<'_> {
    fn run(&mut self, body: &Expr, variables: &[Expr]) -> Operand {
        let mut meanings = NodeMap::default();
        let mut classes = 0;
        for (i, variable) in variables.iter().enumerate() {
            classes |= variable.symbol_classes();
            meanings.entry(variable.clone()).or_insert(Operand::Variable(i as u32));
        }
        self.environments.push(Environment { meanings, classes, initial_values: None, done: NodeMap::default() });
        self.tasks.push(Task::Visit { environment: 0, node: body.clone() });
        while let Some(task) = self.tasks.pop() {
            match task {
                Task::Visit { environment, node } => self.visit(environment, node),
                Task::Build { environment, node, parts } => {
                    let operand = self.build(&node, &parts);
                    self.environments[environment].done.insert(node, operand);
                }
            }
        }
        self.result(0, body)
    }

    /// What a compiled node has become; atoms and nodes without names need no entry.
    fn result(&self, environment: usize, node: &Expr) -> Operand {
        let environment = &self.environments[environment];
        if node.symbol_classes() & environment.classes == 0 {
            return Operand::Constant(node.clone());
        }
        if let Some(found) = environment.meanings.get(node).or_else(|| environment.done.get(node)) {
            return found.clone();
        }
        Operand::Constant(node.clone())
    }

    fn visit(&mut self, at: usize, node: Expr) {
        let environment = &self.environments[at];
        let Kind::Normal(head, args) = node.kind() else { return };
        if node.symbol_classes() & environment.classes == 0
            || environment.done.contains_key(&node)
            || self.slots_are_variables && (environment.meanings.contains_key(&node) || is_slot_function(&node))
        {
            return;
        }
        let parts: SmallVec<[usize; 6]> = match environment.initial_values {
            Some(outside) if is_initialisation(&node) && declared_name(&node).is_some() => smallvec![at, at, outside],
            Some(_) => SmallVec::from_elem(at, args.len() + 1),
            None => match scope_of(&node) {
                Some(scope) => self.enter(at, &node, &scope),
                None => SmallVec::from_elem(at, args.len() + 1),
            },
        };
        self.tasks.push(Task::Build { environment: at, node: node.clone(), parts: parts.clone() });
        for (part, environment) in args.iter().rev().zip(parts[1..].iter().rev()).chain([(head, &parts[0])]) {
            if part.is_normal() {
                self.tasks.push(Task::Visit { environment: *environment, node: part.clone() });
            }
        }
    }

    /// Opens a scope and returns the environments of its parts.
    fn enter(&mut self, outside: usize, node: &Expr, scope: &Scope) -> SmallVec<[usize; 6]> {
        let renames = scope.renames && {
            let visible = self.environments[outside].meanings.values().fold(0, |all, meaning| match meaning {
                Operand::Variable(i) => all | bit(*i),
                _ => all,
            });
            self.free_variables(node) & visible != 0
        };
        let mut meanings = self.environments[outside].meanings.clone();
        for name in &scope.names {
            if renames {
                let new_name = self.new_name(name, node);
                meanings.insert(name.clone(), Operand::Constant(new_name));
            } else {
                meanings.remove(name);
            }
        }
        let classes = meanings.keys().fold(0, |all, name| all | name.symbol_classes());
        let inside = self.environments.len();
        let environment = |initial_values| Environment {
            meanings: meanings.clone(),
            classes,
            initial_values,
            done: NodeMap::default(),
        };
        let all_classes = classes | self.environments[outside].classes;
        self.environments.extend([
            environment(None),
            Environment { classes: all_classes, ..environment(Some(outside)) },
            Environment { classes: all_classes, ..environment(Some(inside)) },
        ]);
        scope
            .parts
            .iter()
            .map(|part| match part {
                Part::Outer => outside,
                Part::Inner => inside,
                Part::Declarations => inside + 1,
                Part::InnerDeclarations => inside + 2,
            })
            .collect()
    }

    /// `y$` for `y`, with as many more signs as it takes to be neither in the scope nor in a value.
    fn new_name(&mut self, name: &Expr, scope: &Expr) -> Expr {
        let Some(symbol) = name.as_symbol() else { return name.clone() };
        let in_values = |candidate: &Expr| self.avoided_values.iter().any(|value| occurs(value, candidate));
        let mut text = symbol.full_name().to_owned();
        let mut candidate = name.clone();
        if !text.ends_with('$') || in_values(&candidate) {
            loop {
                text.push('$');
                candidate = Expr::symbol(&text);
                if !in_values(&candidate) && !occurs(scope, &candidate) {
                    break;
                }
            }
        }
        self.new_names.push(candidate.clone());
        candidate
    }

    /// The variables of the template that occur free in the node, as a set of bits; those from the
    /// 64th on share the last bit.
    fn free_variables(&mut self, root: &Expr) -> u64 {
        let mut entered = NodeSet::default();
        let mut stack = vec![(root.clone(), false)];
        while let Some((node, parts_are_done)) = stack.pop() {
            if self.free.contains_key(&node) {
                continue;
            }
            let Kind::Normal(head, args) = node.kind() else { continue };
            if parts_are_done {
                let free = self.free_in_parts(&node, head, args);
                self.free.insert(node, free);
            } else if node.symbol_classes() & self.environments[0].classes == 0
                || self.slots_are_variables && is_slot_function(&node)
            {
                self.free.insert(node, 0);
            } else if let Some(Operand::Variable(i)) = self.environments[0].meanings.get(&node) {
                self.free.insert(node, bit(*i));
            } else if entered.insert(node.clone()) {
                stack.push((node.clone(), true));
                stack.extend(args.iter().chain([head]).filter(|part| part.is_normal()).map(|e| (e.clone(), false)));
            }
        }
        self.free_in(root)
    }

    fn free_in(&self, part: &Expr) -> u64 {
        match self.environments[0].meanings.get(part) {
            Some(Operand::Variable(i)) => bit(*i),
            _ => self.free.get(part).copied().unwrap_or(0),
        }
    }

    fn free_in_parts(&self, node: &Expr, head: &Expr, args: &[Expr]) -> u64 {
        let Some(scope) = scope_of(node) else {
            return args.iter().chain([head]).fold(0, |all, part| all | self.free_in(part));
        };
        let hidden = scope.names.iter().fold(0, |all, name| match self.environments[0].meanings.get(name) {
            Some(Operand::Variable(i)) if *i < 63 => all | bit(*i),
            _ => all,
        });
        [head].into_iter().chain(args).zip(&scope.parts).fold(0, |all, (part, role)| match role {
            Part::Outer => all | self.free_in(part),
            Part::Inner => all | self.free_in(part) & !hidden,
            Part::Declarations | Part::InnerDeclarations => {
                let hidden = if *role == Part::Declarations { 0 } else { hidden };
                part.args()
                    .iter()
                    .filter(|e| is_initialisation(e) && e.len() == 2)
                    .fold(all, |all, declaration| all | self.free_in(&declaration.arg(1)) & !hidden)
            }
        })
    }

    /// The operand for a node whose parts are compiled.
    fn build(&mut self, node: &Expr, environments: &[usize]) -> Operand {
        let Kind::Normal(head, args) = node.kind() else { return Operand::Constant(node.clone()) };
        let parts: SmallVec<[Operand; 6]> = [head]
            .into_iter()
            .chain(args)
            .zip(environments)
            .map(|(part, environment)| self.result(*environment, part))
            .collect();
        let constants: Option<SmallVec<[Expr; 6]>> = parts
            .iter()
            .map(|operand| match operand {
                Operand::Constant(e) => Some(e.clone()),
                _ => None,
            })
            .collect();
        if let Some(constants) = constants {
            if constants[0] == *head && constants[1..] == *args {
                return Operand::Constant(node.clone());
            }
            let mut constants = constants.into_iter();
            return match constants.next() {
                Some(head) => Operand::Constant(Expr::normal(head, constants)),
                None => Operand::Constant(node.clone()),
            };
        }
        let first = self.operands.len() as u32;
        self.operands.extend(parts);
        self.steps.push(Step { first, len: args.len() as u32 });
        Operand::Step(self.steps.len() as u32 - 1)
    }
}
