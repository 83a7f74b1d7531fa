//! Constructs with a notation of their own: patterns, slots, functions, parts, definitions.

use netform_expr::{Expr, Kind, Sym};

use super::{Linear, Out, Place, Style, held, is_call, text};
use crate::lexer::is_slot_letter;
use crate::literal;
use crate::operator::{Meaning, Operator, precedence, roles_of_head};

impl Linear<'_> {
    /// Writes a call in the notation of its head, if it has one for these arguments.
    pub(super) fn notation(&self, head: &Expr, args: &[Expr], place: Place, out: Out<'_>) -> bool {
        if let Kind::Normal(derivative, orders) = head.kind()
            && derivative.is(Sym::Derivative)
        {
            return self.primes(orders, args, place, out);
        }
        let Some(sym) = head.sym() else {
            return self.table_operator(head, args, place, out);
        };
        match (sym, args) {
            (Sym::List, _) => self.enclosed("{", args, "}", place, out),
            (Sym::Association, _) => self.enclosed("<|", args, "|>", place, out),
            (Sym::Plus, [_, _, ..]) => self.sum(args, place, out),
            (Sym::Times, [_, _, ..]) => self.product(args, place, out),
            (Sym::Power, [base, exponent]) => self.power(base, exponent, place, out),
            (Sym::Slot, [position]) => return self.slot("#", position, out),
            (Sym::SlotSequence, [position]) => return self.slot("##", position, out),
            (Sym::Blank | Sym::BlankSequence | Sym::BlankNullSequence, _) => match self.blank(head, args) {
                Some(blank) => out.text(blank),
                None => return false,
            },
            (Sym::Pattern, [name, pattern]) => return self.pattern(name, pattern, place, out),
            (Sym::Optional, _) => return self.optional(args, place, out),
            (Sym::PatternTest, [pattern, test]) => self.wrap(precedence::PATTERN_TEST, place, out, |out| {
                out.node(pattern, place.min(precedence::PATTERN_TEST + 1));
                out.text("?");
                out.node(test, held(place, self.holds(head), 1).min(precedence::PATTERN_TEST + 1));
            }),
            (Sym::Function, [body]) => self.wrap(precedence::FUNCTION, place, out, |out| {
                out.node(body, held(place, self.holds(head), 0).min(precedence::FUNCTION + 1));
                out.text(" & ");
            }),
            // `x |-> body` is for input only.
            (Sym::Function, _) => return false,
            (Sym::Part, [of, _, ..]) => self.wrap(precedence::CALL, place, out, |out| {
                out.node(of, place.min(precedence::PRIMED));
                self.enclosed("[[", &args[1..], "]]", place, out);
            }),
            (Sym::Span, [_, _] | [_, _, _]) => self.wrap(precedence::SPAN, place, out, |out| {
                out.separated(args, " ;; ", |_| place.min(precedence::SPAN + 1));
            }),
            (Sym::MessageName, [_, _, ..]) => return self.message_name(args, place, out),
            (Sym::CompoundExpression, [_, _, ..]) => self.compound(head, args, place, out),
            (Sym::Inequality, _) => return self.inequality(args, place, out),
            (Sym::TagSet | Sym::TagSetDelayed | Sym::TagUnset, _) => return self.tag(sym, head, args, place, out),
            (Sym::Unset, [of]) => self.wrap(precedence::ASSIGNMENT, place, out, |out| {
                out.node(of, held(place, self.holds(head), 0).min(precedence::ASSIGNMENT + 1));
                out.text(" =.");
            }),
            _ => return self.table_operator(head, args, place, out),
        }
        true
    }

    fn table_operator(&self, head: &Expr, args: &[Expr], place: Place, out: Out<'_>) -> bool {
        match self.operator_of(head, args.len()) {
            Some(operator) => {
                self.operator(operator, head, args, place, out);
                true
            }
            None => false,
        }
    }

    /// `f'`, `f''`, `f'''`.
    fn primes(&self, orders: &[Expr], args: &[Expr], place: Place, out: Out<'_>) -> bool {
        let ([order], [function]) = (orders, args) else { return false };
        let Some(count @ 1..=3) = order.as_usize() else { return false };
        self.wrap(precedence::PRIMED, place, out, |out| {
            out.node(function, place.min(precedence::CALL));
            out.text("'".repeat(count));
        });
        true
    }

    fn slot(&self, mark: &'static str, position: &Expr, out: Out<'_>) -> bool {
        if let Some(number) = position.as_usize() {
            out.text(format!("{mark}{number}"));
            return true;
        }
        match position.as_str() {
            Some(name) if mark == "#" && is_slot_name(name) => {
                out.text(format!("#{name}"));
                true
            }
            _ => false,
        }
    }

    /// `_`, `__h` and so on.
    fn blank(&self, head: &Expr, args: &[Expr]) -> Option<String> {
        let mark = match head.sym()? {
            Sym::Blank => "_",
            Sym::BlankSequence => "__",
            Sym::BlankNullSequence => "___",
            _ => return None,
        };
        match args {
            [] => Some(mark.to_string()),
            [of] => Some(format!("{mark}{}", self.written_symbol(of)?)),
            _ => None,
        }
    }

    /// The text of a symbol whose name can be written.
    fn written_symbol(&self, e: &Expr) -> Option<String> {
        text::symbol(e.as_symbol()?, self.forms)
    }

    /// `x_h` or `x:pattern`.
    fn pattern(&self, name: &Expr, pattern: &Expr, place: Place, out: Out<'_>) -> bool {
        let Some(name) = self.written_symbol(name) else { return false };
        if let Kind::Normal(head, args) = pattern.kind()
            && let Some(blank) = self.blank(head, args)
        {
            out.text(format!("{name}{blank}"));
            return true;
        }
        self.wrap(precedence::PATTERN, place, out, |out| {
            out.text(format!("{name}:"));
            out.node(pattern, place.min(precedence::PATTERN + 1));
        });
        true
    }

    /// `x_.`, `_.` or `pattern:default`.
    fn optional(&self, args: &[Expr], place: Place, out: Out<'_>) -> bool {
        match args {
            [pattern] if is_call(pattern, Sym::Blank, 0) => out.text("_."),
            [pattern] if is_call(pattern, Sym::Pattern, 2) && is_call(&pattern.args()[1], Sym::Blank, 0) => {
                match self.written_symbol(&pattern.args()[0]) {
                    Some(name) => out.text(format!("{name}_.")),
                    None => return false,
                }
            }
            // `x:default` would be a pattern with a name.
            [pattern, default] if !pattern.is_symbol() => self.wrap(precedence::OPTIONAL, place, out, |out| {
                out.node(pattern, place.min(precedence::OPTIONAL + 1));
                out.text(":");
                out.node(default, place.min(precedence::PATTERN + 1));
            }),
            _ => return false,
        }
        true
    }

    fn message_name(&self, args: &[Expr], place: Place, out: Out<'_>) -> bool {
        let Some(tags) = args[1..].iter().map(Expr::as_str).collect::<Option<Vec<&str>>>() else { return false };
        self.wrap(precedence::MESSAGE, place, out, |out| {
            out.node(&args[0], place.min(precedence::MESSAGE + 1));
            for tag in tags {
                let is_plain = literal::is_plain_name(tag) && !tag.chars().any(crate::character::is_private);
                out.text(if is_plain { format!("::{tag}") } else { format!("::{}", text::quoted(tag)) });
            }
        });
        true
    }

    /// `a; b`, and `a;` where the last expression is `Null`.
    fn compound(&self, head: &Expr, args: &[Expr], place: Place, out: Out<'_>) {
        let holds = self.holds(head);
        self.wrap(precedence::COMPOUND, place, out, |out| {
            let (shown, end) = match args {
                [shown @ .., last] if last.is(Sym::Null) => (shown, ";"),
                _ => (args, ""),
            };
            out.separated(shown, "; ", |i| held(place, holds, i).min(precedence::COMPOUND + 1));
            out.text(end);
        });
    }

    /// `a < b <= c`: comparisons of more than one kind.
    fn inequality(&self, args: &[Expr], place: Place, out: Out<'_>) -> bool {
        if args.len() < 5 || args.len().is_multiple_of(2) {
            return false;
        }
        let operators: Option<Vec<&Operator>> = args.iter().skip(1).step_by(2).map(comparison).collect();
        let Some(operators) = operators else { return false };
        if operators.windows(2).all(|pair| pair[0].head == pair[1].head) {
            return false;
        }
        self.wrap(precedence::COMPARISON, place, out, |out| {
            let operand = place.min(precedence::COMPARISON + 1);
            out.node(&args[0], operand);
            for (operator, e) in operators.iter().zip(args.iter().skip(2).step_by(2)) {
                out.text(format!(" {} ", operator.text));
                out.node(e, operand);
            }
        });
        true
    }

    /// `t /: a = b`, `t /: a := b`, `t /: a =.`
    fn tag(&self, sym: Sym, head: &Expr, args: &[Expr], place: Place, out: Out<'_>) -> bool {
        let (tag, left, right, sign) = match (sym, args) {
            (Sym::TagSet, [tag, left, right]) => (tag, left, Some(right), " = "),
            (Sym::TagSetDelayed, [tag, left, right]) => (tag, left, Some(right), " := "),
            (Sym::TagUnset, [tag, left]) => (tag, left, None, " =."),
            _ => return false,
        };
        let holds = self.holds(head);
        let part = |i| held(place, holds, i).min(precedence::ASSIGNMENT + 1);
        self.wrap(precedence::ASSIGNMENT, place, out, |out| {
            out.node(tag, part(0));
            out.text(" /: ");
            out.node(left, part(1));
            out.text(sign);
            if let Some(right) = right {
                out.node(right, part(2));
            }
        });
        true
    }

    pub(super) fn is_output(&self) -> bool {
        self.style == Style::Output
    }
}

fn is_slot_name(name: &str) -> bool {
    !name.is_empty() && name.char_indices().all(|(i, c)| is_slot_letter(c, i > 0) && !crate::character::is_private(c))
}

/// The comparison that a symbol stands for.
fn comparison(e: &Expr) -> Option<&'static Operator> {
    let symbol = e.as_symbol().filter(|symbol| symbol.context() == "System`")?;
    let operator = roles_of_head(symbol.name()).infix?.get();
    (operator.meaning == Meaning::Comparison).then_some(operator)
}
