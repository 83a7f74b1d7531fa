//! What may follow an operand: operators, calls, commas, closing brackets, factors.

use super::frame::{Chain, Frame, InfixApplication, Tag};
use super::operand::{Operand, Value};
use super::stream::Peeked;
use super::{Next, Outcome, Parser, build};
use crate::operator::{Bracket, Grouping, Meaning, OperatorId, implicit_product, precedence};
use crate::{Code, Diagnostic, Span, TokenKind, literal};
use netform_expr::{Expr, Sym};

impl Parser<'_, '_> {
    /// Reads what stands behind an operand.
    pub(super) fn operator(&mut self, operand: Operand) -> Outcome<Next> {
        let Some(token) = self.stream.peek() else { return Ok(Next::End(operand)) };
        if self.ends_expression(token) {
            return Ok(Next::End(operand));
        }
        match token.kind {
            TokenKind::Operator(glyph) => {
                let roles = glyph.roles();
                if let Some(postfix) = roles.postfix {
                    self.stream.advance();
                    return self.postfix(operand, postfix, token);
                }
                if let Some(infix) = roles.infix {
                    return self.infix(operand, infix, token);
                }
                self.link(operand, implicit_product())
            }
            TokenKind::Open(bracket @ (Bracket::Call | Bracket::Part)) => {
                self.stream.advance();
                let head = self.reduce(operand, precedence::CALL, false)?;
                let bracket = self.call_bracket(bracket);
                self.open(bracket, token.span, Some(head));
                Ok(Next::Operand)
            }
            TokenKind::Comma => self.comma(operand, token),
            TokenKind::Close(_) => {
                let operand = self.reduce_all(operand)?;
                if let Some(Frame::Group(group)) = self.frames.last_mut() {
                    group.items.push(operand.into_expr());
                }
                self.close(token)
            }
            TokenKind::Error(error) => self.lexical_error(error, token.span),
            _ => {
                self.warn_of_product(&operand, token);
                self.link(operand, implicit_product())
            }
        }
    }

    /// Products that other languages would read as something else.
    fn warn_of_product(&mut self, operand: &Operand, token: Peeked) {
        if token.space_before {
            return;
        }
        let (left, right) = (self.stream.text(operand.span), self.stream.text(token.span));
        let warning = match (&operand.value, token.kind) {
            (Value::Name(_), TokenKind::Open(Bracket::Parenthesis))
                if left.len() > 1 && left.starts_with(|c: char| c.is_ascii_uppercase()) =>
            {
                Diagnostic::warning(operand.span.to(token.span), Code::UNINTENDED_PRODUCT, "this is a product")
                    .with_hint(format!("write `{left}[...]` for a call"))
            }
            (Value::Number(_), TokenKind::Symbol)
                if right.starts_with(['e', 'E'])
                    && right[1..].bytes().all(|b| b.is_ascii_digit())
                    && right.len() > 1 =>
            {
                Diagnostic::warning(operand.span.to(token.span), Code::UNINTENDED_PRODUCT, "this is a product")
                    .with_hint(format!("write `{left}*^{}` for a power of ten", &right[1..]))
            }
            _ => return,
        };
        self.diagnostics.push(warning);
    }

    /// `[` directly behind `[` makes a part of a call.
    fn call_bracket(&mut self, bracket: Bracket) -> Bracket {
        match self.stream.peek_adjacent().map(|next| next.kind) {
            Some(TokenKind::Open(Bracket::Call)) if bracket == Bracket::Call => {
                self.stream.advance();
                Bracket::Part
            }
            _ => bracket,
        }
    }

    fn postfix(&mut self, operand: Operand, operator: OperatorId, token: Peeked) -> Outcome<Next> {
        let operand = self.reduce(operand, operator.get().precedence, false)?;
        let start = operand.span.start;
        let result = match operator.get().meaning {
            Meaning::Derivative => {
                let mut order = 1;
                while let Some(next) = self.stream.peek_adjacent()
                    && next.kind == token.kind
                {
                    self.stream.advance();
                    order += 1;
                }
                let derivative = Expr::normal(operator.head(), [Expr::integer(order)]);
                Expr::normal(derivative, [operand.into_expr()])
            }
            Meaning::Unset => self.unset(operand),
            _ => Expr::normal(operator.head(), [operand.into_expr()]),
        };
        Ok(Next::Operator(Operand::plain(result, Span::new(start, self.stream.end()))))
    }

    /// `x =.`, which belongs to a tag if one stands before it.
    fn unset(&mut self, operand: Operand) -> Expr {
        match self.frames.pop() {
            Some(Frame::Tag(tag)) if tag.assignment.is_none() => {
                Expr::call(Sym::TagUnset, [tag.tag.into_expr(), operand.into_expr()])
            }
            other => {
                self.frames.extend(other);
                Expr::call(Sym::Unset, [operand.into_expr()])
            }
        }
    }

    fn infix(&mut self, operand: Operand, operator: OperatorId, token: Peeked) -> Outcome<Next> {
        match operator.get().meaning {
            Meaning::Message => {
                self.stream.advance();
                self.message(operand, operator, token)
            }
            Meaning::Put => {
                self.stream.advance();
                let left = self.reduce(operand, operator.get().precedence, true)?;
                let file = self.file(token.span)?;
                let span = Span::new(left.span.start, self.stream.end());
                let put = Expr::normal(operator.head(), [left.into_expr(), file]);
                Ok(Next::Operator(Operand::plain(put, span)))
            }
            Meaning::Span => self.span(operand),
            Meaning::Colon => {
                self.stream.advance();
                self.colon(operand)
            }
            Meaning::InfixApplication => {
                self.stream.advance();
                self.infix_application(operand, token)
            }
            Meaning::Tag => {
                self.stream.advance();
                let tag = self.reduce(operand, operator.get().precedence, false)?;
                self.frames.push(Frame::Tag(Tag { tag, assignment: None, span: token.span }));
                Ok(Next::Operand)
            }
            Meaning::Assignment => {
                self.stream.advance();
                let left = self.reduce(operand, operator.get().precedence, false)?;
                // No operand begins with a dot: `x = .` is `x =.`, as `x = .5` is a number's assignment.
                if self.stream.text(token.span) == "="
                    && let Some(dot) = self.stream.peek().filter(|next| self.stream.text(next.span) == ".")
                {
                    self.stream.advance();
                    let span = Span::new(left.span.start, dot.span.end);
                    return Ok(Next::Operator(Operand::plain(self.unset(left), span)));
                }
                if let Some(Frame::Tag(tag)) = self.frames.last_mut()
                    && tag.assignment.is_none()
                {
                    tag.assignment = Some((operator, left));
                } else {
                    self.push_chain(left, operator);
                }
                Ok(Next::Operand)
            }
            _ => {
                self.stream.advance();
                self.link(operand, operator)
            }
        }
    }

    /// Puts the operand to the left of an infix operator, which has been read.
    fn link(&mut self, operand: Operand, operator: OperatorId) -> Outcome<Next> {
        let row = operator.get();
        let mut operand = self.reduce(operand, row.precedence, false)?;
        loop {
            match self.frames.last_mut() {
                Some(Frame::Chain(chain)) if chain.takes(operator) => {
                    chain.operands.push(operand);
                    chain.operators.push(operator);
                    return Ok(Next::Operand);
                }
                Some(frame) if frame.binds() == Some(row.precedence) && row.grouping != Grouping::Right => {
                    operand = self.reduce_one(operand)?;
                }
                _ => break,
            }
        }
        self.push_chain(operand, operator);
        Ok(Next::Operand)
    }

    fn push_chain(&mut self, operand: Operand, operator: OperatorId) {
        self.frames.push(Frame::Chain(Chain { operands: vec![operand], operators: vec![operator] }));
    }

    /// `a::tag`, `a::"tag"`, `a::tag::language`.
    fn message(&mut self, operand: Operand, operator: OperatorId, token: Peeked) -> Outcome<Next> {
        let operand = self.reduce(operand, operator.get().precedence, true)?;
        let span = operand.span;
        let mut parts = vec![operand.into_expr()];
        loop {
            let tag = match self.stream.peek().filter(|next| !next.line_before) {
                Some(next) if next.kind == TokenKind::Symbol => {
                    self.stream.advance();
                    Expr::string(&literal::name(self.stream.text(next.span)))
                }
                Some(next) if next.kind == TokenKind::String => {
                    self.stream.advance();
                    self.string(next.span)
                }
                next => {
                    let code = if next.is_none() { Code::INCOMPLETE } else { Code::MISSING_OPERAND };
                    return self.fail(Diagnostic::error(
                        token.span.behind(),
                        code,
                        "the tag of the message is missing",
                    ));
                }
            };
            parts.push(tag);
            match self.stream.peek() {
                Some(next) if next.kind == token.kind && !self.ends_expression(next) => self.stream.advance(),
                _ => break,
            }
        }
        let name = Expr::normal(operator.head(), parts);
        Ok(Next::Operator(Operand::plain(name, Span::new(span.start, self.stream.end()))))
    }

    /// `;;`, which has not been read yet: a third one begins another span, a factor.
    pub(super) fn span(&mut self, operand: Operand) -> Outcome<Next> {
        let operand = self.reduce(operand, precedence::SPAN, false)?;
        match self.frames.last_mut() {
            Some(Frame::Span(parts)) if parts.len() == 1 => {
                self.stream.advance();
                parts.push(operand);
                Ok(Next::Operand)
            }
            Some(Frame::Span(_)) => {
                let first = self.reduce_one(operand)?;
                let behind = first.span.behind();
                match self.frames.last_mut() {
                    Some(Frame::SpanProduct(factors)) => factors.push(first),
                    _ => self.frames.push(Frame::SpanProduct(vec![first])),
                }
                self.stream.advance();
                self.frames.push(Frame::Span(vec![Operand::plain(Expr::integer(1), behind)]));
                Ok(Next::Operand)
            }
            _ => {
                self.stream.advance();
                self.frames.push(Frame::Span(vec![operand]));
                Ok(Next::Operand)
            }
        }
    }

    fn colon(&mut self, operand: Operand) -> Outcome<Next> {
        let left = self.reduce(operand, precedence::PATTERN, false)?;
        let behind_colon = matches!(self.frames.last(), Some(Frame::Colon { .. }));
        if matches!(left.value, Value::Name(_)) && !behind_colon {
            self.frames.push(Frame::Colon { left, is_pattern: true });
        } else {
            let left = self.reduce(left, precedence::OPTIONAL, true)?;
            self.frames.push(Frame::Colon { left, is_pattern: false });
        }
        Ok(Next::Operand)
    }

    fn infix_application(&mut self, operand: Operand, token: Peeked) -> Outcome<Next> {
        let operand = self.reduce(operand, precedence::INFIX_APPLICATION, false)?;
        match self.frames.last_mut() {
            Some(Frame::InfixApplication(infix)) if infix.function.is_none() => {
                infix.function = Some(operand);
            }
            _ => {
                let left = self.reduce(operand, precedence::INFIX_APPLICATION, true)?;
                let frame = InfixApplication { left, function: None, tilde: token.span };
                self.frames.push(Frame::InfixApplication(frame));
            }
        }
        Ok(Next::Operand)
    }

    fn comma(&mut self, operand: Operand, token: Peeked) -> Outcome<Next> {
        let operand = self.reduce_all(operand)?;
        match self.frames.last_mut() {
            Some(Frame::Group(group)) if group.bracket != Bracket::Parenthesis => {
                group.items.push(operand.into_expr());
                self.stream.advance();
                Ok(Next::Operand)
            }
            Some(Frame::Group(group)) => {
                let open = group.open;
                let message = "parentheses hold one expression, without commas";
                self.fail(
                    Diagnostic::error(token.span, Code::UNEXPECTED_COMMA, message)
                        .with_note(open, "they begin here")
                        .with_hint("write `{...}` for a list, `f[...]` for a call"),
                )
            }
            _ => {
                let message = "a comma stands outside all brackets";
                self.fail(Diagnostic::error(token.span, Code::UNEXPECTED_COMMA, message))
            }
        }
    }

    /// A closing bracket; its contents are complete and the group is on top of the stack.
    pub(super) fn close(&mut self, token: Peeked) -> Outcome<Next> {
        let TokenKind::Close(closing) = token.kind else {
            return self.fail(Diagnostic::error(
                token.span,
                Code::UNEXPECTED_TOKEN,
                "a closing bracket should stand here",
            ));
        };
        let text = self.stream.text(token.span);
        let Some(Frame::Group(group)) = self.frames.pop() else {
            let message = format!("nothing is open that `{text}` could close");
            return self.fail(Diagnostic::error(token.span, Code::MISMATCHED_BRACKET, message));
        };
        self.stream.advance();
        let double = group.bracket == Bracket::Part && closing == Bracket::Call;
        let second = self.stream.peek().filter(|t| t.kind == TokenKind::Close(Bracket::Call));
        if double && second.is_some() {
            self.stream.advance();
        } else if group.bracket != closing {
            let message = format!("`{}` is closed by `{text}`", group.bracket.opening());
            let at_end = double && self.stream.peek().is_none();
            let code = if at_end { Code::UNCLOSED_BRACKET } else { Code::MISMATCHED_BRACKET };
            let hint = format!("close it with `{}`", group.bracket.closing());
            let error = Diagnostic::error(token.span, code, message).with_note(group.open, "it is opened here");
            self.open_brackets -= 1;
            return self.fail(error.with_hint(hint));
        }
        self.open_brackets -= 1;
        let end = self.stream.end();
        Ok(Next::Operator(build::group(group, end)))
    }

    /// Finishes the constructs that hold the operand more tightly than `precedence`, or as tightly
    /// if `equal` says so.
    pub(super) fn reduce(&mut self, mut operand: Operand, precedence: u16, equal: bool) -> Outcome<Operand> {
        let limit = if equal { precedence } else { precedence + 1 };
        while self.frames.last().and_then(Frame::binds).is_some_and(|binds| binds >= limit) {
            operand = self.reduce_one(operand)?;
        }
        Ok(operand)
    }

    /// Finishes all constructs up to the innermost bracket.
    pub(super) fn reduce_all(&mut self, operand: Operand) -> Outcome<Operand> {
        self.reduce(operand, precedence::NONE, true)
    }

    /// Finishes the construct on top of the stack.
    fn reduce_one(&mut self, operand: Operand) -> Outcome<Operand> {
        match self.frames.pop() {
            None => Ok(operand),
            Some(frame) => match build::frame(frame, operand) {
                Ok(operand) => Ok(operand),
                Err(frame) => {
                    let error = self.unfinished(&frame);
                    self.fail(error)
                }
            },
        }
    }
}
