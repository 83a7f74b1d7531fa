//! Evaluation: rewriting an expression until nothing changes any more.
//!
//! One step evaluates the head and, as its attributes say, the arguments; splices sequences,
//! flattens, threads over lists and sorts; and then applies the first rule that fits: up-values,
//! the user's down- or sub-values, the record's rule.

use std::ops::Range;

use netform_expr::pattern::Pattern;
use netform_expr::{Attributes, Expr, Kind, Sym, postorder};
use smallvec::SmallVec;

use crate::function::ArrayPositions;
use crate::intervals::Law;
use crate::{Eval, Flow, Function, Session};

type Arguments = SmallVec<[Expr; 6]>;

/// What one step made of an expression.
enum Step {
    /// No rule applies to this expression, whose parts are evaluated.
    Normal(Expr),
    /// A built-in rule gave this.
    Rewritten(Expr),
    /// A definition of the user gave this.
    Defined(Expr),
}

pub(crate) const STACK_RED_ZONE: usize = 128 * 1024;
pub(crate) const STACK_SEGMENT: usize = 4 * 1024 * 1024;
/// How often the question whether something evaluates to itself may come up within itself.
const MAX_SETTLING: usize = 8;

impl Session {
    /// The value of an expression.
    ///
    /// # Errors
    /// A [`Flow`] where something leaves the evaluation: `Throw`, `Abort[]`, a limit.
    pub fn evaluate(&mut self, e: &Expr) -> Result<Expr, Flow> {
        if !matches!(e.kind(), Kind::Symbol(_) | Kind::Normal(..)) {
            return Ok(e.clone());
        }
        self.memory.consulted |= e.symbol_classes();
        if self.is_normal_form(e) || self.is_complaint(e) {
            return Ok(e.clone());
        }
        if !e.is_unique()
            && let Some(result) = self.remembered(e)
        {
            return Ok(result);
        }
        self.tick()?;
        if self.depth >= self.limits.depth {
            if self.settled.contains(e) || stacker::maybe_grow(STACK_RED_ZONE, STACK_SEGMENT, || self.settle(e))? {
                return Ok(e.clone());
            }
            self.message(Sym::General, "depth", &[Expr::integer(self.limits.depth as i64)]);
            return Err(Flow::Terminated("DepthLimit"));
        }
        let outer = std::mem::replace(&mut self.memory.consulted, e.symbol_classes());
        let effects = self.memory.effects;
        self.depth += 1;
        let mut result = stacker::maybe_grow(STACK_RED_ZONE, STACK_SEGMENT, || self.rewrite(e));
        self.depth -= 1;
        if !self.constraints.is_empty() && result.is_ok() {
            // Here a large value is seen, however shortly it lives.
            result = self.check_memory().and(result);
        }
        let depends_on = std::mem::replace(&mut self.memory.consulted, outer);
        self.memory.consulted |= depends_on;
        if let Ok(result) = &result
            && effects == self.memory.effects
        {
            self.remember(e, result, depends_on);
        }
        result
    }

    /// Whether an expression evaluates to itself, found out from its leaves upwards: so the depth
    /// of what is in normal form has no limit, although another session may have put its marks in
    /// the place of ours. The first part that evaluates to anything else ends the search.
    ///
    /// What a rule asks on the way may be asked about in the same manner, a few times over: this is
    /// where an evaluation has already gone as deep as it may.
    fn settle(&mut self, e: &Expr) -> Result<bool, Flow> {
        if self.settling >= MAX_SETTLING {
            return Ok(false);
        }
        let is_plain = |session: &Session, node: &Expr| {
            const HOLD: Attributes = Attributes::HOLD_ALL
                .with(Attributes::HOLD_ALL_COMPLETE)
                .with(Attributes::HOLD_FIRST)
                .with(Attributes::HOLD_REST);
            node.head().is_symbol() && !session.attributes_of(node.head()).intersects(HOLD)
        };
        let mut unsettled = Vec::new();
        let walk = postorder::<()>(
            e,
            |node| !self.is_normal_form(node) && is_plain(self, node),
            |node| {
                unsettled.push(node.clone());
                Ok(())
            },
        );
        debug_assert!(walk.is_ok());
        let effects = self.memory.effects;
        let mut settles = Ok(true);
        self.settling += 1;
        for node in unsettled {
            let is_atom = !matches!(node.kind(), Kind::Symbol(_) | Kind::Normal(..));
            if !is_atom && !self.is_normal_form(&node) {
                settles = self.tick().and_then(|()| self.rewrite(&node)).map(|value| value == node);
            }
            if settles != Ok(true) || effects != self.memory.effects {
                settles = settles.map(|_| false);
                break;
            }
            self.settled.insert(node);
        }
        self.settling -= 1;
        if self.settling == 0 {
            self.settled.clear();
        }
        settles
    }

    /// Evaluates where the result is wanted only if it differs.
    ///
    /// # Errors
    /// As [`Session::evaluate`].
    pub fn evaluate_call(&mut self, head: Sym, args: impl IntoIterator<Item = Expr>) -> Result<Expr, Flow> {
        self.evaluate(&Expr::call(head, args))
    }

    /// Evaluates what does not belong to the expression around it, such as a table that is set up: its depth counts anew.
    ///
    /// # Errors
    /// As [`Session::evaluate`].
    pub fn evaluate_apart(&mut self, e: &Expr) -> Result<Expr, Flow> {
        let depth = std::mem::take(&mut self.depth);
        let value = stacker::maybe_grow(STACK_RED_ZONE, STACK_SEGMENT, || self.evaluate(e));
        self.depth = depth;
        value
    }

    fn rewrite(&mut self, e: &Expr) -> Result<Expr, Flow> {
        let mut current = e.clone();
        let mut counted = false;
        let mut rewritings = 0;
        let result = loop {
            match self.step(&current) {
                Ok(Step::Normal(normal)) => break Ok(normal),
                Ok(Step::Rewritten(next)) => current = next,
                Ok(Step::Defined(next)) => {
                    current = next;
                    if !counted {
                        counted = true;
                        if let Err(flow) = self.enter_definition() {
                            break Err(flow);
                        }
                    }
                    rewritings += 1;
                    if rewritings > self.limits.iteration {
                        let limit = Expr::integer(self.limits.iteration as i64);
                        self.message(Sym::IterationLimit, "itlim", &[limit]);
                        break Err(Flow::Terminated("IterationLimit"));
                    }
                }
                Err(flow) => break Err(flow),
            }
            if !matches!(current.kind(), Kind::Symbol(_) | Kind::Normal(..)) {
                break Ok(current);
            }
            self.memory.consulted |= current.symbol_classes();
            if self.is_normal_form(&current) || self.is_complaint(&current) {
                break Ok(current);
            }
            if let Err(flow) = self.tick() {
                break Err(flow);
            }
        };
        if counted {
            self.leave_definition();
            return match result {
                Err(Flow::Return { value, from }) if from.as_ref().is_none_or(|from| *from == *e.head()) => Ok(value),
                other => other,
            };
        }
        result
    }

    /// Counts a definition that is at work, with an error where they nest too deep.
    /// [`Session::leave_definition`] follows in any case.
    pub(crate) fn enter_definition(&mut self) -> Result<(), Flow> {
        self.recursion += 1;
        if self.recursion <= self.limits.recursion {
            return Ok(());
        }
        self.message(Sym::RecursionLimit, "reclim", &[Expr::integer(self.limits.recursion as i64)]);
        Err(Flow::Terminated("RecursionLimit"))
    }

    pub(crate) fn leave_definition(&mut self) {
        self.recursion -= 1;
    }

    fn step(&mut self, e: &Expr) -> Result<Step, Flow> {
        match e.kind() {
            Kind::Symbol(_) => self.step_symbol(e),
            Kind::Normal(head, args) => self.step_call(e, head, args),
            _ => Ok(Step::Normal(e.clone())),
        }
    }

    fn step_symbol(&mut self, symbol: &Expr) -> Result<Step, Flow> {
        if let Some(own) = self.definitions.get(symbol).map(|d| d.own.clone())
            && let Some(value) = self.apply_values(&own, symbol)?
            // A symbol that is its own value stands for itself.
            && value != *symbol
        {
            return Ok(Step::Defined(value));
        }
        if let Some(value) = self.registry.get(symbol).and_then(|f| f.value)
            && let Some(value) = value(self)?
        {
            return Ok(Step::Rewritten(value));
        }
        self.mark_normal_form(symbol);
        Ok(Step::Normal(symbol.clone()))
    }

    fn step_call(&mut self, e: &Expr, head: &Expr, args: &[Expr]) -> Result<Step, Flow> {
        // A later argument may change what an earlier one evaluates to.
        let effects = self.memory.effects;
        let but_messages = self.effects_but_messages();
        let head = self.evaluate(head)?;
        let attributes = self.attributes_of_head(&head);
        let mut arguments = self.evaluate_arguments(args, attributes)?;
        self.splice_sequences(&head, &mut arguments, attributes)?;
        let unevaluated = strip_unevaluated(&mut arguments, args, attributes);
        let ordered = self.flatten(&head, &mut arguments, attributes)?;
        if attributes.contains(Attributes::LISTABLE) {
            if !arguments.iter().any(Expr::is_list) {
                self.check_sizes(&head, &arguments)?;
            } else if let Some(threaded) = self.thread_over_lists(&head, &arguments)? {
                return Ok(Step::Rewritten(threaded));
            }
        }
        if attributes.contains(Attributes::ORDERLESS) {
            self.sort_arguments(&mut arguments, ordered);
        }
        let call = rebuild(e, head, arguments);
        if !matches!(call.kind(), Kind::Normal(..)) {
            return Ok(Step::Normal(call));
        }
        let consulted = std::mem::replace(&mut self.memory.consulted, 0);
        let step = self.apply_rules(&call, attributes)?;
        let by_rules = std::mem::replace(&mut self.memory.consulted, consulted);
        self.memory.consulted |= by_rules;
        Ok(match (step, unevaluated) {
            (Some(step), _) => step,
            (None, Some(arguments)) => Step::Normal(rebuild(e, call.head().clone(), arguments)),
            (None, None) => {
                if effects != self.memory.effects {
                    if but_messages == self.effects_but_messages() {
                        self.note_complaint(&call, self.memory.consulted | call.symbol_classes());
                    }
                } else if by_rules & !call.symbol_classes() == 0 {
                    self.mark_normal_form(&call);
                }
                Step::Normal(call)
            }
        })
    }

    /// A call with its head and its arguments evaluated, flattened and sorted as the attributes say,
    /// but no rule applied: the left side of an assignment.
    ///
    /// # Errors
    /// As [`Session::evaluate`].
    pub fn evaluate_parts(&mut self, e: &Expr) -> Result<Expr, Flow> {
        let Kind::Normal(head, args) = e.kind() else { return Ok(e.clone()) };
        let head = self.evaluate(head)?;
        let attributes = self.attributes_of_head(&head);
        let mut arguments = self.evaluate_arguments(args, attributes)?;
        self.splice_sequences(&head, &mut arguments, attributes)?;
        let ordered = self.flatten(&head, &mut arguments, attributes)?;
        if attributes.contains(Attributes::ORDERLESS) {
            self.sort_arguments(&mut arguments, ordered);
        }
        Ok(rebuild(e, head, arguments))
    }

    /// The attributes by which the arguments of a call are evaluated: those of the symbol in front,
    /// or those that `Function[parameters, body, attributes]` states.
    fn attributes_of_head(&self, head: &Expr) -> Attributes {
        match head.kind() {
            Kind::Normal(_, [_, _, stated]) if head.has_head(Sym::Function) => {
                let named = |e: &Expr| Attributes::named(e).unwrap_or_default();
                match stated.kind() {
                    Kind::Normal(_, items) if stated.is_list() => {
                        items.iter().map(named).fold(Attributes::NONE, Attributes::with)
                    }
                    _ => named(stated),
                }
            }
            _ => self.attributes_of(head),
        }
    }

    fn evaluate_arguments(&mut self, args: &[Expr], attributes: Attributes) -> Result<Arguments, Flow> {
        let mut evaluated = Arguments::with_capacity(args.len());
        for (i, arg) in args.iter().enumerate() {
            evaluated.push(if attributes.contains(Attributes::HOLD_ALL_COMPLETE) {
                arg.clone()
            } else if is_held(i, attributes) {
                if arg.has_head(Sym::Evaluate) { self.evaluate(arg)? } else { arg.clone() }
            } else if arg.has_head(Sym::Unevaluated) && arg.len() == 1 {
                arg.clone()
            } else {
                self.evaluate(arg)?
            });
        }
        Ok(evaluated)
    }

    /// Puts the arguments of `Sequence` and `Splice` in their places.
    fn splice_sequences(&mut self, head: &Expr, arguments: &mut Arguments, attributes: Attributes) -> Result<(), Flow> {
        let is_sequence = |arg: &Expr| matches!(arg.head_sym(), Some(Sym::Sequence | Sym::Splice));
        if attributes.intersects(Attributes::SEQUENCE_HOLD | Attributes::HOLD_ALL_COMPLETE)
            || !arguments.iter().any(is_sequence)
        {
            return Ok(());
        }
        let mut spliced = Arguments::new();
        for arg in arguments.drain(..) {
            let parts = match (arg.head_sym(), arg.kind()) {
                (Some(Sym::Sequence), _) => Some(arg.clone()),
                (Some(Sym::Splice), Kind::Normal(_, [parts])) if head.is(Sym::List) => Some(parts.clone()),
                (Some(Sym::Splice), Kind::Normal(_, [parts, heads])) => {
                    Pattern::new(heads).is_match(head, self)?.then(|| parts.clone())
                }
                _ => None,
            };
            match parts.filter(Expr::is_normal) {
                Some(parts) => spliced.extend(parts.args().iter().cloned()),
                None => spliced.push(arg),
            }
        }
        *arguments = spliced;
        Ok(())
    }

    /// Puts the arguments of calls of a flat head in the places of these calls. The answer is the
    /// longest range that comes from one call in normal form, and so is in order if order matters.
    fn flatten(
        &mut self,
        head: &Expr,
        arguments: &mut Arguments,
        attributes: Attributes,
    ) -> Result<Range<usize>, Flow> {
        let mut ordered = 0..0;
        let is_nested = |arg: &Expr| arg.is_normal() && arg.head() == head;
        let nests = self.registry.get(head).and_then(|function| function.nests);
        while attributes.contains(Attributes::FLAT) && arguments.iter().any(is_nested) {
            let mut flat = Arguments::with_capacity(arguments.len() + 8);
            let before = arguments.len();
            let all = nests.map(|_| arguments.clone());
            for (place, arg) in arguments.drain(..).enumerate() {
                let stays = match (nests, &all) {
                    (Some(nests), Some(all)) if is_nested(&arg) => nests(self, all, place)?,
                    _ => false,
                };
                if stays || !is_nested(&arg) {
                    flat.push(arg);
                    continue;
                }
                let start = flat.len();
                flat.extend(arg.args().iter().cloned());
                let inner = start..flat.len();
                if inner.len() > ordered.len() && self.is_normal_form(&arg) {
                    ordered = inner;
                }
            }
            // What lies deeper shifts what was found above.
            let again = flat.iter().any(is_nested);
            ordered = if again { 0..0 } else { ordered };
            let same = flat.len() == before;
            *arguments = flat;
            if nests.is_some() && same {
                break;
            }
        }
        Ok(ordered)
    }

    fn sort_arguments(&mut self, arguments: &mut Arguments, ordered: Range<usize>) {
        if ordered.is_empty() {
            if !self.order().is_sorted(arguments) {
                self.order().sort(arguments);
            }
            return;
        }
        let mut sorted = std::mem::take(arguments).into_vec();
        self.order().sort_around(&mut sorted, ordered);
        *arguments = sorted.into();
    }

    fn apply_rules(&mut self, call: &Expr, attributes: Attributes) -> Result<Option<Step>, Flow> {
        if !attributes.contains(Attributes::HOLD_ALL_COMPLETE)
            && let Some(value) = self.apply_up_values(call)?
        {
            return Ok(Some(Step::Defined(value)));
        }
        let head = call.head();
        if head.is_symbol() {
            if let Some(down) = self.definitions.get(head).map(|d| d.down.clone())
                && let Some(value) = self.apply_values(&down, call)?
            {
                return Ok(Some(Step::Defined(value)));
            }
            let Some(function) = self.registry.get(head) else { return Ok(None) };
            return Ok(self.apply_function(function, call)?.map(Step::Rewritten));
        }
        let Some(symbol) = leftmost_symbol(head) else { return Ok(None) };
        if let Some(sub) = self.definitions.get(symbol).map(|d| d.sub.clone())
            && let Some(value) = self.apply_values(&sub, call)?
        {
            return Ok(Some(Step::Defined(value)));
        }
        match self.registry.get(symbol).and_then(|f| f.apply) {
            Some(apply) => Ok(apply(self, call)?.map(Step::Rewritten)),
            None => Ok(None),
        }
    }

    fn apply_up_values(&mut self, call: &Expr) -> Eval {
        if !self.definitions.any_up_values() {
            return Ok(None);
        }
        let args = call.args();
        let mut tried: SmallVec<[Expr; 4]> = SmallVec::new();
        for arg in args.iter() {
            let Some(symbol) = leftmost_symbol(arg) else { continue };
            if tried.contains(symbol) {
                continue;
            }
            tried.push(symbol.clone());
            if let Some(up) = self.definitions.get(symbol).map(|d| d.up.clone())
                && let Some(value) = self.apply_values(&up, call)?
            {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    /// Applies the rule of a record to a call whose arguments are evaluated.
    fn apply_function(&mut self, function: &'static Function, call: &Expr) -> Eval {
        if let Some((least, most)) = function.arguments
            && !(least..=most).contains(&call.len())
        {
            self.message_argument_count(call, least, most);
            return Ok(None);
        }
        let may_hold_array = call.may_hold_array_symbol();
        let on_arrays =
            may_hold_array && function.arrays != ArrayPositions::None && self.takes_symbolic_array(function, call)?;
        if !on_arrays
            && call.may_hold_interval()
            && !matches!(function.intervals.law, Law::Unknown)
            && call.args().iter().any(|arg| arg.has_head(Sym::Interval))
            && let Some(rule) = self.registry.get(Sym::Interval.expr()).and_then(|interval| interval.in_calls)
            && let Some(value) = rule(self, call)?
        {
            return Ok(Some(value));
        }
        let value = match if on_arrays { function.on_arrays } else { function.evaluate } {
            Some(rule) => rule(self, call)?,
            None => None,
        };
        match value {
            None if may_hold_array => self.on_constant_arrays(function, call),
            value => Ok(value),
        }
    }
}

/// Takes `Unevaluated` off arguments that would have been evaluated. If there was any, the answer is
/// the arguments as they were: they stay so if no rule applies.
fn strip_unevaluated(arguments: &mut Arguments, args: &[Expr], attributes: Attributes) -> Option<Arguments> {
    let wrappers: SmallVec<[&Expr; 2]> = (args.iter().enumerate())
        .filter(|(i, arg)| arg.has_head(Sym::Unevaluated) && arg.len() == 1 && !is_held(*i, attributes))
        .map(|(_, arg)| arg)
        .collect();
    if wrappers.is_empty() {
        return None;
    }
    let before = arguments.clone();
    for arg in arguments.iter_mut().filter(|arg| wrappers.contains(&&**arg)) {
        *arg = arg.arg(0);
    }
    Some(before)
}

/// Whether the argument at `index`, counted from 0, is not evaluated.
fn is_held(index: usize, attributes: Attributes) -> bool {
    const ALL: Attributes = Attributes::HOLD_ALL.with(Attributes::HOLD_ALL_COMPLETE);
    attributes.intersects(ALL.with(if index == 0 { Attributes::HOLD_FIRST } else { Attributes::HOLD_REST }))
}

/// The call with new parts; the same node if nothing changed.
fn rebuild(e: &Expr, head: Expr, arguments: Arguments) -> Expr {
    match e.kind() {
        Kind::Normal(old_head, old) if *old_head == head && old == arguments.as_slice() => e.clone(),
        _ => Expr::normal(head, arguments),
    }
}

/// `f` of `f`, `f[x]`, `f[x][y]` ...
fn leftmost_symbol(e: &Expr) -> Option<&Expr> {
    let mut e = e;
    loop {
        match e.kind() {
            Kind::Symbol(_) => return Some(e),
            Kind::Normal(head, _) => e = head,
            _ => return None,
        }
    }
}
