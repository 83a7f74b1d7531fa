//! What TeX sets in a way of its own: matrices, cases, subscripts, sums over a range, brackets.

use netform_expr::{Expr, Kind, Sym, apply_function};

use super::{Out, Tex, arrays, names};
use crate::operator::{precedence, roles_of_head};

impl Tex<'_> {
    /// Sets a call in the way of its head, if it has one for these arguments.
    pub(super) fn structure(&self, head: &Expr, args: &[Expr], min: u16, out: Out<'_>) -> bool {
        if let Kind::Normal(derivative, orders) = head.kind()
            && derivative.is(Sym::Derivative)
            && let [function] = args
        {
            self.derivative(function, orders, out);
            return true;
        }
        if self.array_structure(head, args, min, out) {
            return true;
        }
        let Some(sym) = head.sym() else { return self.unnamed(head, args, out) };
        if sym.name().ends_with("Distribution") {
            return self.unnamed(head, args, out);
        }
        match (sym, args) {
            (Sym::List, _) => self.list(args, out),
            (Sym::Association, _) => self.between(r"\langle |", args, r"|\rangle ", out),
            (Sym::Plus, [_, _, ..]) => self.sum(args, min, out),
            (Sym::Times, [_, _, ..]) => self.product(args, min, out),
            (Sym::Power, [base, exponent]) => self.power(base, exponent, min, out),
            (Sym::Sqrt, [e]) => self.root(e, 2, out),
            (Sym::Exp, [e]) => self.power(&Sym::E.into(), e, min, out),
            (Sym::Surd, [e, degree]) if degree.as_usize().is_some() => self.root(e, degree.as_i64().unwrap_or(2), out),
            (Sym::Abs | Sym::RealAbs, [_]) => self.between(r"\left| ", args, r"\right| ", out),
            (Sym::Norm, [_]) => self.between(r"\left\| ", args, r"\right\| ", out),
            (Sym::Floor, [_]) => self.between(r"\lfloor ", args, r"\rfloor ", out),
            (Sym::Ceiling, [_]) => self.between(r"\lceil ", args, r"\rceil ", out),
            (Sym::Subscript, [of, indices @ ..]) if !indices.is_empty() => self.script(of, "_", indices, out),
            (Sym::Superscript, [of, above]) => self.script(of, "^", std::slice::from_ref(above), out),
            (Sym::DirectedInfinity, []) => out.text(r"\tilde{\infty}"),
            (Sym::DirectedInfinity, [direction]) if direction.is_integer(1) => out.text(r"\infty"),
            (Sym::DirectedInfinity, [direction]) if direction.is_integer(-1) => out.text(r"-\infty"),
            // A row of an identity is a unit vector.
            (Sym::Indexed, [of, index])
                if of.has_head(Sym::SymbolicIdentityArray)
                    && of.len() == 1
                    && of.arg(0).len() == 1
                    && index.len() == 1 =>
            {
                out.text(r"\mathbf{e}_{");
                out.separated(index.args().iter(), ",", |_| precedence::NONE);
                out.text("}");
            }
            (Sym::Total, [of, levels]) if levels.as_usize().is_some_and(|levels| (2..10).contains(&levels)) => {
                out.node(Sym::Total.expr(), precedence::CALL);
                let levels: Vec<String> = (1..=levels.as_usize().unwrap_or(1)).map(|level| level.to_string()).collect();
                out.text(format!("_{{{}}}", levels.join(",")));
                self.between("(", std::slice::from_ref(of), ")", out);
            }
            (Sym::Indexed, [of, index]) if index.is_list() => self.script(of, "_", &index.args(), out),
            (Sym::Indexed, [of, index]) => self.script(of, "_", std::slice::from_ref(index), out),
            (Sym::ArraySoftmax, [of, rest @ ..]) => {
                out.text(r"\operatorname{softmax}");
                let is_only = |levels: &Expr| {
                    arrays::rank(of) <= 1 && levels.len() <= 1 && levels.args().iter().all(|l| l.is_integer(1))
                };
                if let Some(levels) = rest.first().filter(|levels| !is_only(levels)) {
                    out.text("_{");
                    out.separated(levels.args().iter(), ",", |_| precedence::NONE);
                    out.text("}");
                }
                self.arguments(std::slice::from_ref(of), out);
            }
            (Sym::ArrayThread, [function, arrays]) if arrays.is_list() && function.has_head(Sym::Function) => {
                // Elementwise functions are written as functions of arrays.
                match apply_function(function, &arrays.args()) {
                    Ok(body) if function.len() == 1 => out.node(&body, min),
                    _ => return false,
                }
            }
            (Sym::ArrayReduce, [f, of, levels]) if f.is_symbol() && levels.is_list() => {
                out.node(f, precedence::CALL);
                out.text("_{");
                out.separated(levels.args().iter(), ",", |_| precedence::NONE);
                out.text("}");
                self.between("(", std::slice::from_ref(of), ")", out);
            }
            (Sym::Boole, [condition]) => self.between("[", std::slice::from_ref(condition), "]", out),
            (Sym::Transpose, [of]) => self.marked(of, r"^{\top}", out),
            (Sym::Inverse, [of]) => self.marked(of, "^{-1}", out),
            (Sym::SymbolicIdentityArray, [sizes]) => self.constant_array(r"\mathbf{I}", sizes, out),
            (Sym::SymbolicOnesArray, [sizes]) => self.constant_array(r"\mathbf{1}", sizes, out),
            (Sym::SymbolicZerosArray, [sizes]) => self.constant_array(r"\mathbf{0}", sizes, out),
            (Sym::Subsuperscript, [of, below, above]) => {
                self.script(of, "_", std::slice::from_ref(below), out);
                out.text("^{");
                out.node(above, precedence::NONE);
                out.text("}");
            }
            (Sym::Overscript, [of, above]) => self.stacked(r"\overset{", above, of, out),
            (Sym::Underscript, [of, below]) => self.stacked(r"\underset{", below, of, out),
            (Sym::Piecewise, [cases, rest @ ..]) if cases.is_list() => self.cases(cases, rest.first(), out),
            (Sym::Function, [body]) => self.wrap(precedence::FUNCTION, min, args, out, |out| {
                out.node(body, precedence::FUNCTION + 1);
                out.text(r"\&");
            }),
            (Sym::Slot, [position]) => return slot(r"\#", position, out),
            (Sym::SlotSequence, [position]) => return slot(r"\#\#", position, out),
            (Sym::Binomial, [of, chosen]) => {
                out.text(r"\binom{");
                out.node(of, precedence::NONE);
                out.text("}{");
                out.node(chosen, precedence::NONE);
                out.text("}");
            }
            (Sym::Inequality, [_, _, _, ..]) if args.len() % 2 == 1 => {
                let signs: Option<Vec<_>> = args.iter().skip(1).step_by(2).map(sign_of).collect();
                let Some(signs) = signs else { return false };
                self.wrap(precedence::COMPARISON, min, args, out, |out| {
                    for (i, side) in args.iter().step_by(2).enumerate() {
                        if i > 0 {
                            out.text(signs[i - 1].clone());
                        }
                        out.node(side, precedence::COMPARISON + 1);
                    }
                });
            }
            (Sym::Blank | Sym::BlankSequence | Sym::BlankNullSequence, [] | [_]) => self.blank(sym, args, out),
            (Sym::Pattern, [name, pattern]) if name.is_symbol() => {
                out.node(name, precedence::CALL);
                match (pattern.head_sym(), pattern.args().as_ref()) {
                    (Some(blank @ (Sym::Blank | Sym::BlankSequence | Sym::BlankNullSequence)), head @ ([] | [_])) => {
                        self.blank(blank, head, out);
                    }
                    _ => {
                        out.text(":");
                        out.node(pattern, precedence::PRIMED);
                    }
                }
            }
            (Sym::Span, [_, _] | [_, _, _]) => {
                self.wrap(precedence::SPAN, min, args, out, |out| out.separated(args, ";;", |_| precedence::SPAN + 1));
            }
            (Sym::CompoundExpression, [_, _, ..]) => self.wrap(precedence::NONE + 1, min, args, out, |out| {
                let (last, steps) = args.split_last().unwrap_or((head, &[]));
                for step in steps {
                    out.node(step, precedence::NONE + 2);
                    out.text(r";\,");
                }
                if !last.is(Sym::Null) {
                    out.node(last, precedence::NONE + 2);
                }
            }),
            (Sym::Part, [of, _, ..]) => {
                out.node(of, precedence::PRIMED);
                self.between(r"[[", &args[1..], "]]", out);
            }
            (Sym::Sum, [e, ranges @ ..]) if !ranges.is_empty() => return self.big(r"\sum ", e, ranges, min, out),
            (Sym::Product, [e, ranges @ ..]) if !ranges.is_empty() => return self.big(r"\prod ", e, ranges, min, out),
            (Sym::Integrate, [e, range]) => return self.integral(e, range, min, out),
            (
                Sym::HoldForm
                | Sym::Defer
                | Sym::TeXForm
                | Sym::MathMLForm
                | Sym::MarkdownForm
                | Sym::StandardForm
                | Sym::TraditionalForm
                | Sym::MatrixForm
                | Sym::TableForm
                | Sym::Style
                | Sym::NumberForm,
                [e, ..],
            ) => out.node(e, min),
            (Sym::Row, [items]) if items.is_list() => items.args().iter().for_each(|e| out.node(e, precedence::NONE)),
            (Sym::Column, [rows, ..]) if rows.is_list() => {
                out.text(r"\begin{array}{l} ");
                out.separated(rows.args().iter(), r" \\ ", |_| precedence::NONE);
                out.text(r" \end{array}");
            }
            _ => return false,
        }
        true
    }

    /// `_`, `__` or `___`, with the head that is asked for.
    fn blank(&self, blank: Sym, head: &[Expr], out: Out<'_>) {
        out.text(match blank {
            Sym::Blank => r"\_",
            Sym::BlankSequence => r"\_\_",
            _ => r"\_\_\_",
        });
        for head in head {
            out.node(head, precedence::CALL);
        }
    }

    /// Calls of symbols that the Rust code does not name.
    fn unnamed(&self, head: &Expr, args: &[Expr], out: Out<'_>) -> bool {
        let distribution = head.as_symbol().filter(|symbol| symbol.context() == "System`");
        if let Some(name) = distribution.and_then(|symbol| symbol.name().strip_suffix("Distribution")) {
            out.text(format!(r"\operatorname{{{name}}}"));
            self.arguments(args, out);
            return true;
        }
        let is_skeleton = head.as_symbol().is_some_and(|symbol| symbol.full_name() == "System`Skeleton");
        if is_skeleton {
            self.between(r"\ll ", args, r"\gg ", out);
        }
        is_skeleton
    }

    fn between(&self, open: &'static str, args: &[Expr], close: &'static str, out: Out<'_>) {
        out.text(open);
        out.separated(args, ",", |_| precedence::NONE);
        out.text(close);
    }

    /// A list; a rectangular list of lists is a matrix.
    pub(super) fn list(&self, items: &[Expr], out: Out<'_>) {
        let columns = items.first().filter(|row| row.is_list()).map_or(0, Expr::len);
        let is_matrix = columns > 0
            && items.iter().all(|row| row.is_list() && row.len() == columns && !row.args().iter().any(Expr::is_list));
        if !is_matrix {
            return self.between(r"\{", items, r"\}", out);
        }
        out.text(r"\begin{pmatrix} ");
        for (i, row) in items.iter().enumerate() {
            if i > 0 {
                out.text(r" \\ ");
            }
            out.separated(row.args().iter(), " & ", |_| precedence::NONE);
        }
        out.text(r" \end{pmatrix}");
    }

    fn script(&self, of: &Expr, mark: &'static str, indices: &[Expr], out: Out<'_>) {
        out.text("{");
        out.node(of, precedence::CALL);
        out.text("}");
        out.text(format!("{mark}{{"));
        out.separated(indices, ",", |_| precedence::NONE);
        out.text("}");
    }

    /// A mark above, as that of a transposed matrix.
    fn marked(&self, of: &Expr, mark: &'static str, out: Out<'_>) {
        out.text("{");
        out.node(of, precedence::CALL);
        out.text("}");
        out.text(mark);
    }

    /// An array that its sizes determine.
    fn constant_array(&self, name: &'static str, sizes: &Expr, out: Out<'_>) {
        out.text(format!("{name}_{{"));
        match sizes.args_of(Sym::List) {
            Some(sizes) => out.separated(sizes.iter(), r"\times ", |_| precedence::PRODUCT),
            None => out.node(sizes, precedence::NONE),
        }
        out.text("}");
    }

    fn stacked(&self, command: &'static str, small: &Expr, of: &Expr, out: Out<'_>) {
        out.text(command);
        out.node(small, precedence::NONE);
        out.text("}{");
        out.node(of, precedence::NONE);
        out.text("}");
    }

    fn derivative(&self, function: &Expr, orders: &[Expr], out: Out<'_>) {
        out.node(function, precedence::CALL);
        match orders {
            [order] if (1..=3).contains(&order.as_i64().unwrap_or(0)) => {
                out.text("'".repeat(order.as_usize().unwrap_or(1)));
            }
            _ => {
                out.text("^{(");
                out.separated(orders, ",", |_| precedence::NONE);
                out.text(")}");
            }
        }
    }

    fn cases(&self, cases: &Expr, default: Option<&Expr>, out: Out<'_>) {
        out.text(r"\begin{cases} ");
        for case in cases.args().iter() {
            match case.args().as_ref() {
                [value, condition] => {
                    out.node(value, precedence::NONE);
                    out.text(" & ");
                    out.node(condition, precedence::NONE);
                }
                _ => out.node(case, precedence::NONE),
            }
            out.text(r" \\ ");
        }
        match default {
            Some(default) => out.node(default, precedence::NONE),
            None => out.text("0"),
        }
        out.text(r" & \text{otherwise} \end{cases}");
    }

    /// A sum or product over ranges `{i, a, b}`.
    fn big(&self, sign: &'static str, e: &Expr, ranges: &[Expr], min: u16, out: Out<'_>) -> bool {
        let bounds: Vec<Vec<Expr>> = ranges.iter().map(|range| range.args().to_vec()).collect();
        if !bounds.iter().all(|range| matches!(range.len(), 2 | 3)) {
            return false;
        }
        self.wrap(precedence::PRODUCT, min, &[whole(e)], out, |out| {
            for range in &bounds {
                out.text(format!("{sign}_{{"));
                out.node(&range[0], precedence::NONE);
                out.text("=");
                match &range[..] {
                    [_, first, last] => {
                        out.node(first, precedence::NONE);
                        out.text("}^{");
                        out.node(last, precedence::NONE);
                    }
                    _ => {
                        out.text("1}^{");
                        out.node(&range[1], precedence::NONE);
                    }
                }
                out.text("} ");
            }
            out.node(e, precedence::PRODUCT);
        });
        true
    }

    fn integral(&self, e: &Expr, range: &Expr, min: u16, out: Out<'_>) -> bool {
        let bounds = range.args();
        let variable = match (range.is_list(), bounds.as_ref()) {
            (true, [variable, _, _]) => variable,
            (false, _) => range,
            _ => return false,
        };
        self.wrap(precedence::PRODUCT, min, &[whole(e)], out, |out| {
            out.text(r"\int ");
            if let (true, [_, from, to]) = (range.is_list(), bounds.as_ref()) {
                out.text("_{");
                out.node(from, precedence::NONE);
                out.text("}^{");
                out.node(to, precedence::NONE);
                out.text("} ");
            }
            out.node(e, precedence::PRODUCT);
            out.text(r" \, d");
            out.node(variable, precedence::PRODUCT);
        });
        true
    }
}

/// The sign of a relation.
fn sign_of(relation: &Expr) -> Option<String> {
    let operator = roles_of_head(relation.as_symbol()?.name()).infix?.get();
    Some(if operator.tex.is_empty() { names::escaped(operator.text) } else { operator.tex.to_string() })
}

/// A sum over what is summed, which needs parentheses that grow.
fn whole(e: &Expr) -> Expr {
    Expr::call(Sym::Sum, [e.clone()])
}

fn slot(mark: &'static str, position: &Expr, out: Out<'_>) -> bool {
    let name = position.as_usize().map(|number| number.to_string());
    match name.or_else(|| position.as_str().map(names::text)) {
        Some(name) => out.text(format!("{mark}{name}")),
        None => return false,
    }
    true
}
