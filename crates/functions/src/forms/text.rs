//! From expressions to strings and back.

use netform_eval::{Eval, Function, Session};
use netform_expr::{Attributes, Expr, Sym};

const FORMS: &[(&str, &str)] = &[("fmtval", "`1` is no form of text.")];

pub(super) const TO_STRING: Function = Function {
    name: "ToString",
    usage: "ToString[e] gives the text of e as OutputForm prints it, ToString[e, form] as InputForm, FullForm, TeXForm \
            or another form does.",
    arguments: Some((1, 2)),
    evaluate: Some(evaluate_to_string),
    messages: FORMS,
    examples: &[
        ("ToString[x^2 + 1] <> \"!\"", "1 + x^2!"),
        ("ToString[{a, \"b\"}, InputForm]", "{a, \"b\"}"),
        ("ToString[a + b, FullForm]", "Plus[a, b]"),
    ],
    ..Function::NEW
};

fn evaluate_to_string(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let e = &args[0];
    let text = match args.get(1).map(|form| (form.sym(), form)) {
        None | Some((Some(Sym::OutputForm | Sym::StandardForm | Sym::TraditionalForm), _)) => session.output_text(e)?,
        Some((Some(Sym::InputForm), _)) => session.input_form(e),
        Some((Some(Sym::FullForm), _)) => session.full_form(e),
        Some((Some(Sym::TeXForm), _)) => session.formatted(e, Sym::TeXForm).map(|e| session.tex_form(&e))?,
        Some((Some(Sym::MathMLForm), _)) => session.formatted(e, Sym::MathMLForm).map(|e| session.mathml_form(&e))?,
        Some((Some(Sym::MarkdownForm), _)) => session.formatted(e, Sym::TeXForm).map(|e| session.markdown_form(&e))?,
        Some((_, form)) => {
            session.message(Sym::ToString, "fmtval", std::slice::from_ref(form));
            return Ok(None);
        }
    };
    Ok(Some(Expr::string(&text)))
}

pub(super) const TO_EXPRESSION: Function = Function {
    name: "ToExpression",
    usage: "ToExpression[\"text\"] reads and evaluates a text.\n\
            ToExpression[\"text\", InputForm, h] wraps h around what it reads before that is evaluated.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 3)),
    evaluate: Some(evaluate_to_expression),
    messages: &[
        ("fmtval", "`1` is no form of text that can be read."),
        ("sntx", "The text cannot be read: `1`."),
        ("notstr", "`1` is no string."),
    ],
    examples: &[
        ("ToExpression[\"1 + 1\"]", "2"),
        ("ToExpression[\"1 + 1\", InputForm, Hold]", "Hold[1 + 1]"),
        ("Quiet[ToExpression[\"1 +\"]]", "$Failed"),
    ],
    ..Function::NEW
};

fn evaluate_to_expression(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    if let Some(form) = args.get(1).filter(|form| !form.is(Sym::InputForm) && !form.is(Sym::StandardForm)) {
        session.message(Sym::ToExpression, "fmtval", std::slice::from_ref(form));
        return Ok(None);
    }
    let Some(text) = args[0].as_str() else {
        session.message(Sym::ToExpression, "notstr", &[args[0].clone()]);
        return Ok(Some(Sym::Failed.into()));
    };
    // What names mean depends on the current context.
    session.note_effect();
    match session.parse_one(text) {
        Ok(e) => Ok(Some(match args.get(2) {
            Some(head) => Expr::normal(head.clone(), [e]),
            None => e,
        })),
        Err(diagnostics) => {
            let reason = diagnostics.first().map(|d| d.message.to_string()).unwrap_or_default();
            session.message(Sym::ToExpression, "sntx", &[Expr::string(&reason)]);
            Ok(Some(Sym::Failed.into()))
        }
    }
}
