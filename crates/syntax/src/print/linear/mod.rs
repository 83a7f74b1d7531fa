//! Expressions in one line of operators: what InputForm and OutputForm have in common.
//!
//! Parentheses follow from the operator table: a part whose operator binds less tightly than its
//! place asks for is enclosed. What the notation cannot express is written as a call.

mod arithmetic;
mod notation;
mod number;
mod product;
mod wrappers;

pub(super) use wrappers::{Marked, marked, path};

use netform_expr::{Expr, Kind, Sym};

use super::pieces::{Pieces, Seams, print};
use super::{Forms, Holds, text};
use crate::character;
use crate::operator::{Form, Grouping, Operator, OperatorId, Padding, precedence, roles_of_head};

/// Which of the two forms is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    /// Text that reads back as the same expression.
    Input,
    /// Text for people.
    Output,
}

/// What a place asks of what stands there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// What binds less tightly needs parentheses.
    min: u16,
    /// Whether the place is not evaluated, so that the text must denote the node as it is.
    is_held: bool,
    /// How many significant digits OutputForm gives to machine reals.
    digits: u16,
}

impl Place {
    /// Where a whole expression stands.
    pub(super) const TOP: Place = Place { min: precedence::NONE, is_held: false, digits: 6 };

    const fn min(self, min: u16) -> Place {
        Place { min, ..self }
    }

    /// Between commas or brackets.
    const fn free(self) -> Place {
        self.min(precedence::NONE)
    }
}

pub(super) struct Linear<'f> {
    pub(super) style: Style,
    pub(super) forms: &'f dyn Forms,
}

type Out<'p> = &'p mut Pieces<Place>;

impl Linear<'_> {
    /// The text of an expression.
    pub(super) fn print(&self, e: &Expr, place: Place) -> String {
        print(e, place, Seams::Operators, |e, place, out| self.lay_out(e, place, out))
    }

    fn is_input(&self) -> bool {
        self.style == Style::Input
    }

    fn lay_out(&self, e: &Expr, place: Place, out: Out<'_>) {
        match e.kind() {
            Kind::Integer(_) | Kind::Real(_) | Kind::Number(_) => self.number(e, place, out),
            Kind::String(value) if self.is_input() => out.text(text::quoted(value)),
            Kind::String(value) => out.text(value.to_string()),
            Kind::Symbol(symbol) => match text::symbol(symbol, self.forms) {
                Some(name) if self.is_input() => out.text(name),
                Some(name) => out.text(character::without_formal(symbol.name()).unwrap_or(name)),
                None => self.wrap(precedence::CALL, place, out, |out| out.text(text::unwritable_symbol(symbol))),
            },
            Kind::Array(_) => self.enclosed("{", &e.args(), "}", place, out),
            Kind::Normal(head, args) => {
                if !self.wrapped(head, args, place, out) && !self.notation(head, args, place, out) {
                    self.call(head, args, place, out);
                }
            }
        }
    }

    /// Writes `body` in parentheses if it binds less tightly than the place asks for.
    fn wrap(&self, precedence: u16, place: Place, out: Out<'_>, body: impl FnOnce(Out<'_>)) {
        if precedence < place.min {
            out.text("(");
            body(out);
            out.text(")");
        } else {
            body(out);
        }
    }

    fn enclosed(&self, open: &'static str, items: &[Expr], close: &'static str, place: Place, out: Out<'_>) {
        out.text(open);
        out.separated(items, ", ", |_| place.free());
        out.text(close);
    }

    /// `head[args...]`.
    fn call(&self, head: &Expr, args: &[Expr], place: Place, out: Out<'_>) {
        self.wrap(precedence::CALL, place, out, |out| {
            // `Rational[1, 2]` is a literal; the call of that head is none.
            if self.is_input() && super::looks_like_number(head, args) {
                out.text("(");
                out.node(head, place.free());
                out.text(")");
            } else {
                out.node(head, place.min(precedence::PRIMED));
            }
            let holds = self.holds(head);
            out.text("[");
            out.separated(args, ", ", |i| held(place, holds, i).free());
            out.text("]");
        });
    }

    fn holds(&self, head: &Expr) -> Holds {
        head.as_symbol().map(|symbol| self.forms.holds(symbol)).unwrap_or_default()
    }

    /// An operator of the table that writes calls of this head with so many arguments.
    fn operator_of(&self, head: &Expr, count: usize) -> Option<&'static Operator> {
        let symbol = head.as_symbol().filter(|symbol| symbol.context() == "System`")?;
        let roles = roles_of_head(symbol.name());
        let operator = match count {
            0 => None,
            1 => roles.prefix.or(roles.postfix),
            2 => roles.infix,
            _ => roles.infix.filter(|infix| infix.get().grouping == Grouping::Flat),
        };
        operator.map(OperatorId::get).filter(|operator| self.can_write(operator))
    }

    /// Special characters are for people only, and only those that other programs can show.
    fn can_write(&self, operator: &Operator) -> bool {
        let is_ascii = operator.text.is_ascii();
        let is_shown = operator.form == Form::Infix && !operator.text.chars().any(crate::character::is_private);
        is_ascii || (!self.is_input() && is_shown)
    }

    /// A call written by an operator of the table.
    fn operator(&self, operator: &Operator, head: &Expr, args: &[Expr], place: Place, out: Out<'_>) {
        let own = operator.precedence;
        let holds = self.holds(head);
        self.wrap(own, place, out, |out| match operator.form {
            Form::Prefix => {
                out.text(operator.text);
                out.node(&args[0], held(place, holds, 0).min(own));
            }
            Form::Postfix => {
                out.node(&args[0], held(place, holds, 0).min(own + 1));
                out.text(operator.text);
            }
            Form::Infix => {
                let last = args.len() - 1;
                for (i, arg) in args.iter().enumerate() {
                    if i > 0 {
                        infix_text(operator, out);
                    }
                    // A nested call of the same operator needs no parentheses on its side.
                    let is_nested = match operator.grouping {
                        Grouping::Left => i == 0,
                        Grouping::Right => i == last,
                        Grouping::Flat => false,
                    };
                    let min = if is_nested && arg.head() == head && arg.len() == 2 { own } else { own + 1 };
                    out.node(arg, held(place, holds, i).min(min));
                }
            }
        });
    }
}

/// The place of argument `index` of a head that holds some.
fn held(place: Place, holds: Holds, index: usize) -> Place {
    Place { is_held: place.is_held || holds.argument(index), ..place }
}

fn infix_text(operator: &Operator, out: Out<'_>) {
    match operator.padding {
        Padding::None => out.text(operator.text),
        Padding::Both => out.text(format!(" {} ", operator.text)),
        Padding::Behind => out.text(format!("{} ", operator.text)),
    }
}

/// Whether the expression is a call of one of the heads with this number of arguments.
fn is_call(e: &Expr, head: Sym, count: usize) -> bool {
    matches!(e.kind(), Kind::Normal(h, args) if h.is(head) && args.len() == count)
}
