//! Markdown with transcripts: finds the fenced blocks and their entries, and writes them back with new outputs.

/// A Markdown file: its lines, and the transcript blocks among them.
#[derive(Debug, Clone)]
pub struct Document {
    /// All lines of the file, without their ends.
    pub lines: Vec<String>,
    /// The transcript blocks in order.
    pub blocks: Vec<Block>,
}

/// One fenced block whose info string begins with `netform`.
#[derive(Debug, Clone)]
pub struct Block {
    /// Index of the first line after the opening fence.
    pub first: usize,
    /// Index of the closing fence.
    pub end: usize,
    /// The nearest heading above, or an empty string.
    pub heading: String,
    /// What follows `netform` in the info string.
    pub flags: Vec<String>,
    /// Inputs with their outputs, or what is wrong with the block.
    pub entries: Result<Vec<Entry>, String>,
}

/// An input with the output that the document shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Index of the line of its prompt in the file.
    pub line: usize,
    /// Empty lines above the prompt.
    pub blanks: usize,
    /// The lines of the input as they stand, prompts included.
    pub source: Vec<String>,
    /// The input without prompts.
    pub input: String,
    /// The expected lines: printed text and messages in their order, then the value.
    pub expected: Vec<String>,
}

const PROMPT: &str = ">>";
const CONTINUATION: &str = "..";
const INDENT: &str = "   ";
const VERBATIM: &str = "|";

impl Document {
    /// Reads a Markdown text.
    pub fn parse(text: &str) -> Document {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut blocks = Vec::new();
        let mut heading = String::new();
        let mut at = 0;
        while at < lines.len() {
            let line = &lines[at];
            if let Some(title) = heading_title(line) {
                heading = title.to_owned();
            } else if let Some((fence, info)) = opening_fence(line) {
                let first = at + 1;
                let end = (first..lines.len()).find(|&i| closes(&lines[i], fence)).unwrap_or(lines.len());
                let mut words = info.split_whitespace().map(str::to_owned);
                if words.next().as_deref() == Some("netform") {
                    blocks.push(Block {
                        first,
                        end,
                        heading: heading.clone(),
                        flags: words.collect(),
                        entries: entries(&lines[first..end], first),
                    });
                }
                at = end;
            }
            at += 1;
        }
        Document { lines, blocks }
    }

    /// The text with the contents of the given blocks (by index) replaced.
    pub fn with_blocks(&self, replaced: &[(usize, Vec<String>)]) -> String {
        let mut text = String::new();
        let mut at = 0;
        let mut push = |line: &str| {
            text.push_str(line);
            text.push('\n');
        };
        for (index, block) in self.blocks.iter().enumerate() {
            let Some((_, contents)) = replaced.iter().find(|(i, _)| *i == index) else { continue };
            self.lines[at..block.first].iter().for_each(|line| push(line));
            contents.iter().for_each(|line| push(line));
            at = block.end;
        }
        self.lines[at..].iter().for_each(|line| push(line));
        text
    }
}

impl Entry {
    /// The entry as lines of a document, with `output` in the place of the expected lines.
    pub fn render(&self, output: &[String]) -> Vec<String> {
        let mut lines = vec![String::new(); self.blanks];
        lines.extend(self.source.iter().cloned());
        lines.extend(output.iter().enumerate().map(|(i, line)| escape(line, i == 0)));
        lines
    }
}

/// Writes an output line so that it is read back as one.
fn escape(line: &str, first: bool) -> String {
    let ambiguous = line.trim().is_empty()
        || line.starts_with(PROMPT)
        || line.starts_with(VERBATIM)
        || line.starts_with("```")
        || (first && (line.starts_with(CONTINUATION) || line.starts_with(INDENT)));
    if ambiguous { format!("{VERBATIM} {line}").trim_end().to_owned() } else { line.trim_end().to_owned() }
}

fn entries(lines: &[String], offset: usize) -> Result<Vec<Entry>, String> {
    let mut found: Vec<Entry> = Vec::new();
    let mut blanks = 0;
    for (i, line) in lines.iter().enumerate() {
        if line.trim().is_empty() {
            blanks += 1;
        } else if let Some(input) = prompted(line, PROMPT) {
            let input = input.to_owned();
            found.push(Entry { line: offset + i, blanks, source: vec![line.clone()], input, expected: Vec::new() });
            blanks = 0;
        } else {
            let entry =
                found.last_mut().ok_or_else(|| format!("line {}: an output without an input", offset + i + 1))?;
            match continuation(line) {
                Some(rest) if entry.expected.is_empty() && blanks == 0 => {
                    entry.source.push(line.clone());
                    entry.input.push('\n');
                    entry.input.push_str(rest);
                }
                _ => {
                    blanks = 0;
                    let text = line.strip_prefix(VERBATIM);
                    let text = text.map(|rest| rest.strip_prefix(' ').unwrap_or(rest));
                    entry.expected.push(text.unwrap_or(line).trim_end().to_owned());
                }
            }
        }
    }
    Ok(found)
}

fn prompted<'a>(line: &'a str, prompt: &str) -> Option<&'a str> {
    let rest = line.strip_prefix(prompt)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(' ') }
}

fn continuation(line: &str) -> Option<&str> {
    prompted(line, CONTINUATION).or_else(|| line.strip_prefix(INDENT))
}

fn heading_title(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    if (1..=6).contains(&level) { rest.strip_prefix(' ').map(str::trim) } else { None }
}

fn opening_fence(line: &str) -> Option<(&str, &str)> {
    let length = line.len() - line.trim_start_matches('`').len();
    if length >= 3 { Some((&line[..length], line[length..].trim())) } else { None }
}

fn closes(line: &str, fence: &str) -> bool {
    line.starts_with(fence) && line.trim_end().chars().all(|c| c == '`')
}
