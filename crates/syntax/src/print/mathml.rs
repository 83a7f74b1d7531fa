//! MathMLForm: mathematics for web pages, made from TeXForm, so that both always show the same.
//!
//! What is read is the TeX that this crate writes, not all of TeX.

use netform_expr::Expr;

use super::Forms;
use super::tex::{Equations, group_length, tex_form};
use crate::character;

/// How deep groups may nest until the rest is shown as text.
const DEPTH_LIMIT: usize = 200;

/// The expression as MathML.
///
/// ```
/// use netform_syntax::{DefaultForms, DefaultNames, mathml_form, parse_expression};
///
/// let e = parse_expression("x^2/2", &mut DefaultNames::default()).unwrap();
/// assert_eq!(
///     mathml_form(&e, &DefaultForms::default()),
///     "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\">\
///      <mfrac><msup><mi>x</mi><mn>2</mn></msup><mn>2</mn></mfrac></math>"
/// );
/// ```
pub fn mathml_form(e: &Expr, forms: &dyn Forms) -> String {
    let equations = Equations::of(e, forms);
    let tex = equations.as_ref().map_or_else(|| tex_form(e, forms), Equations::aligned);
    let mut reader = Reader { rest: &tex, depth: 0 };
    let mut body = unrowed(&reader.row(|_| false));
    let legend = equations.as_ref().map(Equations::legend).unwrap_or_default();
    if !legend.is_empty() {
        let lines: Vec<String> = legend.iter().map(|(label, name)| format!("{label}: {name}")).collect();
        let note = escaped(&lines.join("\n"));
        body = format!("<semantics>{body}<annotation encoding=\"text/plain\">{note}</annotation></semantics>");
    }
    format!("<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\">{body}</math>")
}

/// The parts of a row, each an element.
struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

/// The single element of a row, or the row.
fn unrowed(parts: &[String]) -> String {
    match parts {
        [single] => single.clone(),
        several => format!("<mrow>{}</mrow>", several.concat()),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", escaped(text))
}

impl Reader<'_> {
    /// Elements up to what `ends` a row, or the end of the group.
    fn row(&mut self, ends: impl Fn(&str) -> bool) -> Vec<String> {
        let mut parts = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.is_empty() || self.rest.starts_with('}') || ends(self.rest) {
                return parts;
            }
            let base = self.atom();
            parts.push(self.with_scripts(base));
        }
    }

    /// An element with what stands below and above it.
    fn with_scripts(&mut self, (base, is_large): (String, bool)) -> String {
        let (mut below, mut above) = (None, String::new());
        loop {
            let trimmed = self.rest.trim_start();
            if let Some(rest) = trimmed.strip_prefix('\'') {
                self.rest = rest;
                above.push_str("<mo>′</mo>");
            } else if let Some(rest) = trimmed.strip_prefix('^') {
                self.rest = rest;
                above.push_str(&self.argument());
            } else if let Some(rest) = trimmed.strip_prefix('_') {
                self.rest = rest;
                below = Some(self.argument());
            } else {
                break;
            }
        }
        let above = if above.matches("<mo>′</mo>").count() > 0 { format!("<mrow>{above}</mrow>") } else { above };
        let [under, over, both] =
            if is_large { ["munder", "mover", "munderover"] } else { ["msub", "msup", "msubsup"] };
        match (below, above.is_empty()) {
            (None, true) => base,
            (Some(below), true) => format!("<{under}>{base}{below}</{under}>"),
            (None, false) => format!("<{over}>{base}{above}</{over}>"),
            (Some(below), false) => format!("<{both}>{base}{below}{above}</{both}>"),
        }
    }

    /// A group in braces, or a single character or command, as one element.
    fn argument(&mut self) -> String {
        self.rest = self.rest.trim_start();
        if self.rest.starts_with('{') { unrowed(&self.group()) } else { self.atom().0 }
    }

    /// The elements of a group in braces.
    fn group(&mut self) -> Vec<String> {
        if self.depth >= DEPTH_LIMIT {
            return vec![element("mtext", self.raw())];
        }
        self.rest = self.rest.trim_start().strip_prefix('{').unwrap_or(self.rest);
        self.depth += 1;
        let parts = self.row(|_| false);
        self.depth -= 1;
        self.rest = self.rest.strip_prefix('}').unwrap_or(self.rest);
        parts
    }

    /// The text of a group in braces as it stands.
    fn raw(&mut self) -> &str {
        let text = self.rest.trim_start();
        let Some(inner) = text.strip_prefix('{') else { return "" };
        let (group, rest) = inner.split_at(group_length(inner));
        self.rest = rest.strip_prefix('}').unwrap_or(rest);
        group
    }

    /// The text of a group whose special characters are escaped.
    fn text(&mut self) -> String {
        let raw = self.raw();
        let plain = raw.replace(r"\rightarrow ", "→").replace(r"\leftarrow ", "←").replace(r"\sim ", "~");
        let plain = plain.replace(r"\textasciitilde{}", "~").replace(r"\textasciicircum{}", "^");
        plain.replace(r"\textbackslash{}", "\u{0}").replace('\\', "").replace('\u{0}', "\\")
    }

    /// One element, and whether it is a large sign with limits.
    fn atom(&mut self) -> (String, bool) {
        let mut characters = self.rest.chars();
        let Some(c) = characters.next() else { return (String::new(), false) };
        match c {
            '{' => (unrowed(&self.group()), false),
            '\\' => self.command(),
            '0'..='9' => {
                let length = self.rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(self.rest.len());
                let (number, rest) = self.rest.split_at(length);
                self.rest = rest;
                (element("mn", number), false)
            }
            _ => {
                self.rest = characters.as_str();
                let c = if c == '-' { '−' } else { c };
                (element(if c.is_alphabetic() { "mi" } else { "mo" }, &c.to_string()), false)
            }
        }
    }

    fn command(&mut self) -> (String, bool) {
        let after = &self.rest[1..];
        let length = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        if length == 0 {
            let c = after.chars().next().unwrap_or(' ');
            self.rest = after.get(c.len_utf8()..).unwrap_or_default();
            return (
                if c == ',' { String::from("<mspace width=\"0.2em\"/>") } else { element("mo", &c.to_string()) },
                false,
            );
        }
        let (name, rest) = after.split_at(length);
        self.rest = rest;
        let plain = |text: String| (text, false);
        match name {
            "frac" => {
                let (above, below) = (self.argument(), self.argument());
                plain(format!("<mfrac>{above}{below}</mfrac>"))
            }
            "sqrt" => {
                if let Some((degree, rest)) = self.rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                    self.rest = rest;
                    let degree = element("mn", degree);
                    let of = self.argument();
                    return plain(format!("<mroot>{of}{degree}</mroot>"));
                }
                let of = self.argument();
                plain(format!("<msqrt>{of}</msqrt>"))
            }
            "mathbf" | "boldsymbol" | "textbf" => plain(self.bold()),
            "text" => plain(element("mtext", &self.text())),
            "operatorname" | "mathrm" | "mathbb" | "mathcal" => {
                let text = self.text();
                let text = if name == "mathbb" && text == "R" { "ℝ".to_owned() } else { text };
                plain(format!("<mi mathvariant=\"normal\">{}</mi>", escaped(&text)))
            }
            "quad" => plain("<mspace width=\"1em\"/>".to_owned()),
            "left" | "right" | "Bigl" | "Bigr" => {
                let (fence, _) = self.atom();
                plain(fence.replace("<mo>", "<mo stretchy=\"true\">"))
            }
            "begin" => plain(self.environment()),
            "overset" | "underset" => {
                let (small, of) = (self.argument(), self.argument());
                let tag = if name == "overset" { "mover" } else { "munder" };
                plain(format!("<{tag}>{of}{small}</{tag}>"))
            }
            "tilde" => {
                let of = self.argument();
                plain(format!("<mover>{of}<mo>~</mo></mover>"))
            }
            "max" | "min" => (format!("<mo>{name}</mo>"), true),
            _ => match SIGNS.iter().find(|(known, _)| *known == name) {
                Some((_, sign)) => (element("mo", sign), matches!(name, "sum" | "prod")),
                None => plain(match greek(name) {
                    Some(letter) => element("mi", &letter.to_string()),
                    None => format!("<mi>{name}</mi>"),
                }),
            },
        }
    }

    /// A bold name, in the letters that stand for that.
    fn bold(&mut self) -> String {
        let text = self.text();
        let text = greek(&text).filter(|_| text.len() > 1).map_or(text, |letter| letter.to_string());
        let bold: Option<String> = text.chars().map(bold_letter).collect();
        match bold {
            Some(bold) => element("mi", &bold),
            None => format!("<mi style=\"font-weight:bold\">{}</mi>", escaped(&text)),
        }
    }

    /// A matrix, cases, or equations one below the other.
    fn environment(&mut self) -> String {
        let name = self.raw().to_owned();
        if name == "array" {
            let _ = self.raw();
        }
        let mut rows = Vec::new();
        let mut cells = Vec::new();
        loop {
            let ends = |rest: &str| rest.starts_with('&') || rest.starts_with(r"\\") || rest.starts_with(r"\end");
            self.depth += 1;
            let cell = if self.depth < DEPTH_LIMIT { self.row(ends) } else { vec![] };
            self.depth -= 1;
            let side = match (name.as_str(), cells.len()) {
                ("aligned", 0) => " style=\"text-align:right\"",
                ("aligned" | "cases" | "array", _) => " style=\"text-align:left\"",
                _ => "",
            };
            cells.push(format!("<mtd{side}>{}</mtd>", cell.concat()));
            if let Some(rest) = self.rest.strip_prefix('&') {
                self.rest = rest;
                continue;
            }
            rows.push(format!("<mtr>{}</mtr>", cells.concat()));
            cells.clear();
            match self.rest.strip_prefix(r"\\") {
                Some(rest) => self.rest = rest,
                None => break,
            }
        }
        self.rest = self.rest.strip_prefix(r"\end").unwrap_or("");
        let _ = self.raw();
        let table = format!("<mtable>{}</mtable>", rows.concat());
        let fence = |text: &str| format!("<mo stretchy=\"true\">{text}</mo>");
        match name.as_str() {
            "pmatrix" => format!("<mrow>{}{table}{}</mrow>", fence("("), fence(")")),
            "bmatrix" => format!("<mrow>{}{table}{}</mrow>", fence("["), fence("]")),
            "cases" => format!("<mrow>{}{table}</mrow>", fence("{")),
            _ => table,
        }
    }
}

/// A Greek letter by its command.
fn greek(command: &str) -> Option<char> {
    let name = command.strip_prefix('\\').unwrap_or(command);
    if let Some((_, variant)) = VARIANTS.iter().find(|(known, _)| *known == name) {
        return Some(*variant);
    }
    let mut characters = name.chars();
    let first = characters.next()?;
    let capitalized: String = first.to_uppercase().chain(characters).collect();
    let name = if first.is_uppercase() { format!("Capital{capitalized}") } else { capitalized };
    character::named(&name).filter(|c| ('Α'..='ω').contains(c))
}

const VARIANTS: [(&str, char); 4] = [("epsilon", 'ϵ'), ("varepsilon", 'ε'), ("phi", 'ϕ'), ("varphi", 'φ')];

/// The bold form of a letter.
fn bold_letter(c: char) -> Option<char> {
    let shifted = |first: char, bold: u32| char::from_u32(bold + (c as u32 - first as u32));
    match c {
        'A'..='Z' => shifted('A', 0x1D400),
        'a'..='z' => shifted('a', 0x1D41A),
        '0'..='9' => shifted('0', 0x1D7CE),
        'α'..='ω' => shifted('α', 0x1D6C2),
        _ => None,
    }
}

/// Signs by their commands.
const SIGNS: [(&str, &str); 34] = [
    ("sum", "∑"),
    ("prod", "∏"),
    ("int", "∫"),
    ("leq", "≤"),
    ("geq", "≥"),
    ("neq", "≠"),
    ("to", "→"),
    ("mapsto", "↦"),
    ("rightarrow", "→"),
    ("leftarrow", "←"),
    ("times", "×"),
    ("cdot", "⋅"),
    ("odot", "⊙"),
    ("otimes", "⊗"),
    ("in", "∈"),
    ("land", "∧"),
    ("lor", "∨"),
    ("lnot", "¬"),
    ("neg", "¬"),
    ("wedge", "∧"),
    ("vee", "∨"),
    ("infty", "∞"),
    ("top", "⊤"),
    ("partial", "∂"),
    ("nabla", "∇"),
    ("lfloor", "⌊"),
    ("rfloor", "⌋"),
    ("lceil", "⌈"),
    ("rceil", "⌉"),
    ("langle", "⟨"),
    ("rangle", "⟩"),
    ("bmod", " mod "),
    ("ll", "≪"),
    ("gg", "≫"),
];
