//! The graph of a model: files that MXNet writes with `Symbol.save`, as JSON.

use netform_expr::{Expr, Sym};
use serde_json::{Map, Value as Json};

use crate::FormatError;

/// How many nodes a graph may have.
const MOST_NODES: usize = 200_000;

/// How many outputs a node may have.
const MOST_OUTPUTS: usize = 10_000;

/// How deep lists within values of attributes may nest.
const MOST_LEVELS: usize = 8;

/// A graph; nodes come before those that use them.
#[derive(Debug)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    /// The outputs of the graph: nodes and numbers of their outputs.
    pub(super) heads: Vec<(usize, usize)>,
}

/// An operator with its inputs, or a variable.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) operator: String,
    pub(super) name: String,
    /// Names and values, as they are written.
    pub(super) attributes: Vec<(String, String)>,
    /// Nodes and numbers of their outputs.
    pub(super) inputs: Vec<(usize, usize)>,
}

impl Node {
    /// A variable has no operator.
    pub(super) fn is_variable(&self) -> bool {
        self.operator == "null"
    }

    /// How faults name the node.
    pub(super) fn label(&self) -> String {
        format!("{:?} ({})", self.name, self.operator)
    }
}

fn malformed(text: String) -> FormatError {
    FormatError::Malformed(text)
}

pub(super) fn read(bytes: &[u8]) -> Result<Graph, FormatError> {
    let json: Json = serde_json::from_slice(bytes).map_err(|error| malformed(error.to_string()))?;
    let list = |key: &str| json.get(key).and_then(Json::as_array);
    let (Some(nodes), Some(heads)) = (list("nodes"), list("heads")) else {
        return Err(malformed("it has no nodes and heads, as files of symbols have".to_owned()));
    };
    if nodes.len() > MOST_NODES {
        return Err(malformed(format!("it has {} nodes; {MOST_NODES} are read at most", nodes.len())));
    }
    let nodes = nodes.iter().enumerate().map(|(place, json)| node(place, json)).collect::<Result<Vec<_>, _>>()?;
    let heads = heads.iter().map(|head| place(head, nodes.len())).collect::<Option<Vec<_>>>();
    let heads = heads.filter(|heads| !heads.is_empty());
    let heads = heads.ok_or_else(|| malformed("its heads are no nodes of the graph".to_owned()))?;
    Ok(Graph { nodes, heads })
}

fn node(number: usize, json: &Json) -> Result<Node, FormatError> {
    let text = |key: &str| json.get(key).and_then(Json::as_str);
    let (Some(operator), Some(name)) = (text("op"), text("name")) else {
        return Err(malformed(format!("the node {number} has no operator and name")));
    };
    if json.get("subgraphs").is_some() {
        return Err(FormatError::Unsupported(format!("a graph within a graph, here of {name:?} ({operator}),")));
    }
    let inputs = json.get("inputs").and_then(Json::as_array);
    let inputs = inputs.map(|list| list.iter().map(|input| place(input, number)).collect::<Option<Vec<_>>>());
    let Some(Some(inputs)) = inputs else {
        return Err(malformed(format!("the inputs of {name:?} ({operator}) are no nodes before it")));
    };
    // Earlier versions have other names for attributes, or two lists of them.
    let lists = ["attrs", "attr", "param"].into_iter().filter_map(|key| json.get(key).and_then(Json::as_object));
    let attributes = lists.flat_map(entries).collect();
    Ok(Node { operator: operator.to_owned(), name: name.to_owned(), attributes, inputs })
}

fn entries(list: &Map<String, Json>) -> impl Iterator<Item = (String, String)> {
    list.iter().map(|(name, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (name.clone(), text)
    })
}

/// A node among the first ones, and the number of an output.
fn place(json: &Json, count: usize) -> Option<(usize, usize)> {
    let number = |at: usize| json.get(at)?.as_u64().and_then(|number| usize::try_from(number).ok());
    Some((number(0).filter(|node| *node < count)?, number(1).filter(|output| *output < MOST_OUTPUTS)?))
}

/// The value of an attribute, as Python writes it: numbers, truth values, `None`, and tuples of them; anything else is a string.
pub(super) fn value(text: &str) -> Expr {
    let trimmed = text.trim();
    let mut rest = trimmed;
    literal(&mut rest, MOST_LEVELS).filter(|_| rest.trim().is_empty()).unwrap_or_else(|| Expr::string(trimmed))
}

fn literal(rest: &mut &str, depth: usize) -> Option<Expr> {
    *rest = rest.trim_start();
    if let Some(inside) = rest.strip_prefix(['(', '[']).filter(|_| depth > 0) {
        *rest = inside;
        let mut items = Vec::new();
        loop {
            *rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix([')', ']']) {
                *rest = after;
                return Some(Expr::list(items));
            }
            items.push(literal(rest, depth - 1)?);
            *rest = rest.trim_start();
            *rest = rest.strip_prefix(',').unwrap_or(rest);
        }
    }
    let end = rest.find([',', ')', ']']).unwrap_or(rest.len());
    let (word, after) = rest.split_at(end);
    *rest = after;
    Some(match word.trim() {
        "True" | "true" => Expr::boolean(true),
        "False" | "false" => Expr::boolean(false),
        "None" => Sym::None.into(),
        // An integer of the type that Python 2 marked.
        word => match (word.trim_end_matches('L').parse::<i64>(), word.parse::<f64>()) {
            (Ok(integer), _) => Expr::integer(integer),
            (_, Ok(real)) if word.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) => Expr::real(real),
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use netform_expr::{Expr, Sym};

    use super::value;

    #[test]
    fn values_are_those_of_python() {
        let integers = |items: &[i64]| Expr::list(items.iter().map(|item| Expr::integer(*item)));
        assert_eq!(value("(3, 3)"), integers(&[3, 3]));
        assert_eq!(value("[2L,]"), integers(&[2]));
        assert_eq!(value("()"), integers(&[]));
        assert_eq!(value("-1"), Expr::integer(-1));
        assert_eq!(value("1e-05"), Expr::real(1e-5));
        assert_eq!(value("((0, 1), None)"), Expr::list([integers(&[0, 1]), Sym::None.into()]));
        assert_eq!(value("True"), Expr::boolean(true));
        for text in ["relu", "inf", "(3, x)", "(3", "3)", "((((((((((3))))))))))"] {
            assert_eq!(value(text), Expr::string(text), "{text}");
        }
    }
}
