//! Names and strings in TeX.

use std::fmt::Write;

use crate::character;

/// A name: one letter as it is, a Greek letter by its command, anything longer as upright text.
pub(super) fn name(name: &str) -> String {
    if let Some(plain) = character::without_formal(name) {
        return numbered(&plain);
    }
    let mut characters = name.chars();
    match (characters.next(), characters.next()) {
        (Some(c), None) if c.is_ascii() => escaped(name),
        (Some(c), None) => command(c).unwrap_or_else(|| text(name)),
        _ => text(name),
    }
}

/// A letter with its number as a subscript.
fn numbered(name: &str) -> String {
    match name.split_at_checked(1) {
        Some((letter, number)) if !number.is_empty() => format!("{letter}_{{{number}}}"),
        _ => name.to_owned(),
    }
}

/// A name whose primes stand behind it.
pub(super) fn primed(name: &str, letter: fn(&str) -> String) -> String {
    let base = name.trim_end_matches('\'');
    format!("{}{}", letter(base), &name[base.len()..])
}

/// A subscript that is a text: letters stand for themselves, words are upright.
pub(super) fn subscript(value: &str) -> String {
    let part = |part: &str| match part.chars().count() {
        0..=2 => escaped(part),
        _ if part.chars().all(|c| c.is_ascii_digit()) => escaped(part),
        _ => text(part),
    };
    value.split(',').map(part).collect::<Vec<_>>().join(",")
}

/// What stands above a name in parentheses: the place of a layer in a net, by its parts.
pub(super) fn above<'p>(parts: impl Iterator<Item = &'p str>) -> String {
    let part = |part: &str| match part {
        "→" => r"\rightarrow ".to_owned(),
        "←" => r"\leftarrow ".to_owned(),
        part if part.chars().any(char::is_alphabetic) => text(part),
        part => escaped(part),
    };
    format!("({})", parts.map(part).collect::<Vec<_>>().join(","))
}

/// The name of an array: bold.
pub(super) fn bold(name: &str) -> String {
    let mut characters = name.chars();
    match (characters.next().and_then(command), characters.next()) {
        (Some(command), None) => format!(r"\boldsymbol{{{command}}}"),
        _ if is_word(name) => format!(r"\mathbf{{{}}}", escaped(name)),
        _ => format!(r"\textbf{}", text(name).trim_start_matches(r"\text")),
    }
}

/// The name of an element of an array: a word stands as it is.
pub(super) fn upright(value: &str) -> String {
    match value.chars().nth(1) {
        Some(_) if is_word(value) && character::without_formal(value).is_none() => {
            format!(r"\mathrm{{{}}}", escaped(value))
        }
        _ => name(value),
    }
}

/// Whether a name has only letters, digits and underscores, which formulas show as text does.
fn is_word(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Text as on a typewriter, which may be broken into lines behind its separators.
pub(super) fn typed(value: &str) -> String {
    let mut tex = String::from(r"\texttt{");
    for c in value.chars() {
        push_text(if c.is_control() { ' ' } else { c }, &mut tex);
        if matches!(c, '/' | ';' | '.' | '_' | ':') {
            tex.push_str(r"\allowbreak{}");
        }
    }
    tex.push('}');
    tex
}

/// Upright text.
pub(super) fn text(value: &str) -> String {
    let mut tex = String::from(r"\text{");
    value.chars().for_each(|c| push_text(c, &mut tex));
    tex.push('}');
    tex
}

/// A character of text outside of formulas.
fn push_text(c: char, tex: &mut String) {
    match c {
        '\\' => tex.push_str(r"\textbackslash{}"),
        '^' => tex.push_str(r"\textasciicircum{}"),
        '~' => tex.push_str(r"\textasciitilde{}"),
        // In formulas of Markdown these would be marks of HTML, and the usual fonts have others in their places.
        '<' => tex.push_str(r"\textless{}"),
        '>' => tex.push_str(r"\textgreater{}"),
        '|' => tex.push_str(r"\textbar{}"),
        c if c.is_ascii() || is_accented(c) => push_escaped(c, tex),
        c => match command(c) {
            Some(command) => {
                let _ = write!(tex, r"\ensuremath{{{command}}}");
            }
            // The usual fonts have no such letter.
            None => {
                let _ = write!(tex, r"\texttt{{U+{:04X}}}", u32::from(c));
            }
        },
    }
}

/// Whether a letter is a Latin one with an accent that every font of TeX has.
fn is_accented(c: char) -> bool {
    ('À'..='ÿ').contains(&c) && !matches!(c, 'Ð' | '×' | 'Þ' | 'ð' | '÷' | 'þ')
}

fn push_escaped(c: char, tex: &mut String) {
    if matches!(c, '#' | '$' | '%' | '&' | '_' | '{' | '}') {
        tex.push('\\');
    }
    tex.push(c);
}

/// Text in formulas whose special characters TeX shows instead of obeying.
pub(super) fn escaped(value: &str) -> String {
    let mut tex = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\\' => tex.push_str(r"\backslash "),
            '^' => tex.push_str(r"\hat{}"),
            '~' => tex.push_str(r"\sim "),
            '<' | '>' | '|' => tex.push_str(&text(c.encode_utf8(&mut [0; 4]))),
            c if c.is_ascii() => push_escaped(c, &mut tex),
            c => match command(c) {
                Some(command) => {
                    let _ = write!(tex, "{{{command}}}");
                }
                None => tex.push_str(&text(c.encode_utf8(&mut [0; 4]))),
            },
        }
    }
    tex
}

/// The command for a Greek letter or another character that has one.
fn command(c: char) -> Option<String> {
    let name = character::name_of(c)?;
    if let Some((_, command)) = COMMANDS.iter().find(|(known, _)| *known == name) {
        return Some((*command).to_string());
    }
    if let Some(letter) = name.strip_prefix("DoubleStruckCapital") {
        return Some(format!(r"\mathbb{{{letter}}}"));
    }
    if let Some(letter) = name.strip_prefix("ScriptCapital") {
        return Some(format!(r"\mathcal{{{letter}}}"));
    }
    let capital = name.strip_prefix("Capital");
    if !('α'..='ω').contains(&c) && !('Α'..='Ω').contains(&c) {
        return None;
    }
    Some(match capital {
        // Capitals that look like Latin letters have no command.
        Some(greek) => format!(r"\mathrm{{{}}}", &greek[..1]),
        None => format!("\\{}", name.to_ascii_lowercase()),
    })
}

const COMMANDS: &[(&str, &str)] = &[
    ("CapitalGamma", r"\Gamma"),
    ("CapitalDelta", r"\Delta"),
    ("CapitalTheta", r"\Theta"),
    ("CapitalLambda", r"\Lambda"),
    ("CapitalXi", r"\Xi"),
    ("CapitalPi", r"\Pi"),
    ("CapitalSigma", r"\Sigma"),
    ("CapitalUpsilon", r"\Upsilon"),
    ("CapitalPhi", r"\Phi"),
    ("CapitalPsi", r"\Psi"),
    ("CapitalOmega", r"\Omega"),
    ("Epsilon", r"\epsilon"),
    ("CurlyEpsilon", r"\varepsilon"),
    ("Phi", r"\phi"),
    ("CurlyPhi", r"\varphi"),
    ("CurlyTheta", r"\vartheta"),
    ("CurlyKappa", r"\varkappa"),
    ("CurlyRho", r"\varrho"),
    ("CurlyPi", r"\varpi"),
    ("FinalSigma", r"\varsigma"),
    ("Omicron", "o"),
    ("Aleph", r"\aleph"),
    ("HBar", r"\hbar"),
    ("Ell", r"\ell"),
    ("EmptySet", r"\emptyset"),
    ("Infinity", r"\infty"),
    ("Ellipsis", r"\ldots"),
    ("CenterEllipsis", r"\cdots"),
];
