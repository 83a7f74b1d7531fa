//! About how wide a formula is when TeX has set it, from the TeX that this crate writes.

/// Widths are in thousandths of an em, as in text of ordinary size.
pub(super) type Width = u32;

/// How deep groups may nest until what is in them is only counted.
const DEPTH_LIMIT: usize = 40;

/// How much smaller scripts are, in percent.
const SCRIPT: Width = 70;

/// What a part of a formula is for the spaces around it, and for where lines may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Ordinary,
    /// A large sign such as that of a sum.
    Large,
    Open,
    Close,
    Comma,
    Relation,
    /// A sign between terms.
    Sum,
    /// A sign between factors.
    Product,
}

/// A part of a formula that is not in a group, with its scripts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'t> {
    pub(super) text: &'t str,
    pub(super) kind: Kind,
    pub(super) width: Width,
    /// Whether it is a bracket that grows with what it encloses.
    pub(super) grows: bool,
    /// Whether a space stands before it.
    pub(super) is_apart: bool,
}

/// The parts of a formula.
pub(super) fn parts(tex: &str) -> Vec<Part<'_>> {
    let mut reader = Reader { tex, at: 0, depth: 0 };
    reader.parts()
}

/// The width of a formula.
pub(super) fn width(tex: &str) -> Width {
    Reader { tex, at: 0, depth: 0 }.row()
}

struct Reader<'t> {
    tex: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.tex[self.at..]
    }

    fn skip_spaces(&mut self) {
        self.at = self.tex.len() - self.rest().trim_start().len();
    }

    fn row(&mut self) -> Width {
        self.parts().iter().map(|part| part.width).fold(0, Width::saturating_add)
    }

    /// The width of a text inside of this one.
    fn of(&self, tex: &str) -> Width {
        if self.depth >= DEPTH_LIMIT {
            return 500 * tex.chars().count() as Width;
        }
        Reader { tex, at: 0, depth: self.depth + 1 }.row()
    }

    fn parts(&mut self) -> Vec<Part<'t>> {
        let mut parts: Vec<Part<'t>> = Vec::new();
        loop {
            let before = self.at;
            self.skip_spaces();
            let is_apart = self.at > before;
            let start = self.at;
            if self.rest().is_empty() {
                return parts;
            }
            let (mut kind, width, grows) = self.atom();
            let is_unary = parts.last().is_none_or(|last| !matches!(last.kind, Kind::Ordinary | Kind::Close));
            if kind == Kind::Sum && is_unary {
                kind = Kind::Ordinary;
            }
            let scripts = self.scripts();
            let width = match kind {
                Kind::Large => width.max(scripts) + 170,
                Kind::Relation => width + scripts + 560,
                Kind::Sum | Kind::Product => width + scripts + 440,
                Kind::Comma => width + scripts + 170,
                Kind::Ordinary | Kind::Open | Kind::Close => width + scripts,
            };
            parts.push(Part { text: &self.tex[start..self.at], kind, width, grows, is_apart });
        }
    }

    /// The width of what stands below and above what was read.
    fn scripts(&mut self) -> Width {
        let (mut primes, mut above, mut below) = (0, 0, 0);
        loop {
            let trimmed = self.rest().trim_start();
            let Some(c) = trimmed.chars().next().filter(|c| matches!(c, '^' | '_' | '\'')) else {
                return (primes + above).max(below);
            };
            self.skip_spaces();
            self.at += 1;
            match c {
                '\'' => primes += 300,
                '^' => above = self.argument() * SCRIPT / 100 + 50,
                _ => below = self.argument() * SCRIPT / 100 + 50,
            }
        }
    }

    /// The width of a group in braces, or of one character or command.
    fn argument(&mut self) -> Width {
        self.skip_spaces();
        match self.rest().starts_with('{') {
            true => {
                let group = self.group();
                self.of(group)
            }
            false if self.rest().is_empty() => 0,
            false => self.atom().1,
        }
    }

    /// What is in braces.
    fn group(&mut self) -> &'t str {
        self.skip_spaces();
        let Some(inner) = self.rest().strip_prefix('{') else { return "" };
        let length = group_length(inner);
        self.at += 1 + length + usize::from(length < inner.len());
        &inner[..length]
    }

    fn atom(&mut self) -> (Kind, Width, bool) {
        let Some(c) = self.rest().chars().next() else { return (Kind::Ordinary, 0, false) };
        let plain = |kind: Kind, width: Width| (kind, width, false);
        match c {
            '{' => plain(Kind::Ordinary, self.argument()),
            '\\' => self.command(),
            _ => {
                self.at += c.len_utf8();
                match c {
                    '(' | '[' => plain(Kind::Open, 390),
                    ')' | ']' => plain(Kind::Close, 390),
                    ',' | ';' => plain(Kind::Comma, 280),
                    '=' | '<' | '>' | ':' => plain(Kind::Relation, 780),
                    '+' | '-' => plain(Kind::Sum, 780),
                    '&' => plain(Kind::Ordinary, 0),
                    _ => plain(Kind::Ordinary, of_character(c)),
                }
            }
        }
    }

    fn command(&mut self) -> (Kind, Width, bool) {
        let after = &self.rest()[1..];
        let length = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        if length == 0 {
            let c = after.chars().next().unwrap_or(' ');
            self.at += 1 + c.len_utf8().min(after.len());
            return match c {
                '{' => (Kind::Open, 500, false),
                '}' => (Kind::Close, 500, false),
                ',' => (Kind::Ordinary, 170, false),
                '\\' => (Kind::Ordinary, 0, false),
                _ => (Kind::Ordinary, 500, false),
            };
        }
        self.at += 1 + length;
        let name = &after[..length];
        let ordinary = |width: Width| (Kind::Ordinary, width, false);
        match name {
            "frac" | "binom" => {
                let (above, below) = (self.argument(), self.argument());
                ordinary(above.max(below) + if name == "frac" { 240 } else { 1000 })
            }
            "sqrt" => {
                if self.rest().starts_with('[') {
                    self.at += self.rest().find(']').map_or(0, |end| end + 1);
                }
                ordinary(self.argument() + 850)
            }
            "overset" | "underset" => {
                let (small, of) = (self.argument(), self.argument());
                ordinary(of.max(small * SCRIPT / 100))
            }
            "text" | "mathrm" | "mathbf" | "textbf" | "boldsymbol" | "operatorname" | "mathbb" | "mathcal" => {
                let text = self.group();
                let bold = matches!(name, "mathbf" | "textbf" | "boldsymbol");
                let width = of_text(text);
                ordinary(if bold { width * 115 / 100 } else { width } + if name == "operatorname" { 170 } else { 0 })
            }
            "left" | "right" => {
                let (_, width, _) = self.atom();
                (if name == "left" { Kind::Open } else { Kind::Close }, width.max(390) + 250, true)
            }
            "begin" => ordinary(self.environment()),
            "tilde" | "hat" => ordinary(self.argument()),
            "sum" | "prod" => (Kind::Large, 1440, false),
            "int" => (Kind::Large, 1000, false),
            "max" | "min" => (Kind::Large, 1800, false),
            "lfloor" | "lceil" | "langle" => (Kind::Open, 440, false),
            "rfloor" | "rceil" | "rangle" => (Kind::Close, 440, false),
            "leq" | "geq" | "neq" | "sim" | "to" | "mapsto" | "in" | "rightarrow" | "leftarrow" | "ll" | "gg" => {
                (Kind::Relation, 900, false)
            }
            "land" | "lor" => (Kind::Sum, 670, false),
            "odot" | "otimes" | "cdot" | "times" | "bmod" => {
                (Kind::Product, if name == "bmod" { 1900 } else { 780 }, false)
            }
            "quad" => ordinary(1000),
            // A Greek letter, or the name of a function.
            _ if length > 7 || matches!(name, "tanh" | "sinh" | "cosh" | "sin" | "cos" | "tan" | "exp" | "log") => {
                ordinary(500 * length as Width + 170)
            }
            _ => ordinary(640),
        }
    }

    /// The width of a matrix, of cases, or of equations one below the other.
    fn environment(&mut self) -> Width {
        let name = self.group();
        if name == "array" {
            let _ = self.group();
        }
        let rest = self.rest();
        let (mut open, mut at) = (1, 0);
        let mut end = rest.len();
        while let Some(next) = rest[at..].find(r"\begin{").into_iter().chain(rest[at..].find(r"\end{")).min() {
            open = if rest[at + next..].starts_with(r"\end{") { open - 1 } else { open + 1 };
            if open == 0 {
                end = at + next;
                break;
            }
            at += next + 5;
        }
        let body = &rest[..end];
        self.at += end;
        if let Some(behind) = self.rest().strip_prefix(r"\end") {
            self.at = self.tex.len() - behind.len();
            let _ = self.group();
        }
        let mut columns: Vec<Width> = Vec::new();
        for row in cells(body, r"\\") {
            for (i, cell) in cells(row, "&").into_iter().enumerate() {
                let width = self.of(cell);
                match columns.get_mut(i) {
                    Some(column) => *column = width.max(*column),
                    None => columns.push(width),
                }
            }
        }
        let between = 1000 * (columns.len() as Width).saturating_sub(1);
        columns.into_iter().fold(between + 1000, Width::saturating_add)
    }
}

/// How long what is in braces is, behind the first of them.
pub(in crate::print) fn group_length(inner: &str) -> usize {
    let (mut depth, mut escape) = (1, false);
    for (i, c) in inner.char_indices() {
        match c {
            _ if escape => escape = false,
            '\\' => escape = true,
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return i;
        }
    }
    inner.len()
}

/// The pieces of the body of an environment between separators that are in no other one.
fn cells<'t>(body: &'t str, separator: &str) -> Vec<&'t str> {
    let (mut depth, mut start, mut at) = (0_usize, 0, 0);
    let mut found = Vec::new();
    while let Some(c) = body[at..].chars().next() {
        let rest = &body[at..];
        if rest.starts_with(r"\begin{") {
            depth += 1;
        } else if rest.starts_with(r"\end{") {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && rest.starts_with(separator) {
            found.push(&body[start..at]);
            at += separator.len();
            start = at;
            continue;
        }
        // What is escaped is no separator.
        at += c.len_utf8();
        if c == '\\' {
            at += body[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    found.push(&body[start..]);
    found
}

/// The width of upright text.
fn of_text(text: &str) -> Width {
    let plain = text.replace(r"\textasciitilde{}", "~").replace(r"\textasciicircum{}", "^");
    plain.chars().filter(|c| *c != '\\').map(of_character).fold(0, Width::saturating_add)
}

fn of_character(c: char) -> Width {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | '\'' | '|' | ':' | ';' | '!' => 290,
        'f' | 'r' | 's' | 't' | ' ' | '(' | ')' | '[' | ']' => 400,
        'm' | 'w' => 800,
        'M' | 'W' => 1000,
        'A'..='Z' => 740,
        'a'..='z' | '0'..='9' => 520,
        _ => 600,
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, parts, width};

    #[test]
    fn parts_have_their_scripts() {
        let kinds: Vec<(&str, Kind)> =
            parts(r"-a_{i,j}+\left( b^2 \odot c\right),d").iter().map(|part| (part.text, part.kind)).collect();
        let expected = [
            ("-", Kind::Ordinary),
            ("a_{i,j}", Kind::Ordinary),
            ("+", Kind::Sum),
            (r"\left(", Kind::Open),
            ("b^2", Kind::Ordinary),
            (r"\odot", Kind::Product),
            ("c", Kind::Ordinary),
            (r"\right)", Kind::Close),
            (",", Kind::Comma),
            ("d", Kind::Ordinary),
        ];
        assert_eq!(kinds, expected);
    }

    #[test]
    fn wider_formulas_are_wider() {
        for (narrow, wide) in [
            ("x", "x+y"),
            (r"\frac{1}{x+y}", "1+x+y+z"),
            (r"y^{(\text{a})}_{i}", r"y^{(\text{a long name})}_{i}"),
            (r"\begin{cases} a & b \\ c & d \end{cases}", r"\begin{cases} a & b>c+d \\ c & d \end{cases}"),
            (r"\begin{pmatrix} a \\ b \\ c \end{pmatrix}", r"\begin{pmatrix} a & b & c \end{pmatrix}"),
        ] {
            assert!(width(narrow) < width(wide), "{narrow} {wide}");
        }
        assert_eq!(parts(r"\begin{cases} a & b \\ c & d \end{cases}").len(), 1);
    }
}
