//! The messages of a model, read in place: texts and arrays stay in the bytes of the file.
//!
//! <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>

use super::skeleton::ELSEWHERE;
use super::sparse::Sparse;
use super::wire::{Field, Message};
use crate::FormatError;

/// How deep graphs may stand in attributes of nodes of other graphs.
const DEPTH_LIMIT: usize = 32;

/// A model.
#[derive(Debug, Default)]
pub(super) struct Model<'a> {
    pub(super) producer: &'a str,
    pub(super) graph: Option<Graph<'a>>,
    /// Domains of operators, and their versions.
    pub(super) opsets: Vec<(&'a str, i64)>,
    pub(super) functions: Vec<LocalFunction<'a>>,
}

/// A graph.
#[derive(Debug, Default, Clone)]
pub(super) struct Graph<'a> {
    pub(super) nodes: Vec<Node<'a>>,
    pub(super) initializers: Vec<Tensor<'a>>,
    pub(super) sparse_initializers: Vec<Sparse<'a>>,
    pub(super) inputs: Vec<ValueInfo<'a>>,
    pub(super) outputs: Vec<ValueInfo<'a>>,
}

/// An application of an operator.
#[derive(Debug, Default, Clone)]
pub(super) struct Node<'a> {
    pub(super) name: &'a str,
    pub(super) operator: &'a str,
    pub(super) domain: &'a str,
    /// Names of values; an empty one is left out.
    pub(super) inputs: Vec<&'a str>,
    pub(super) outputs: Vec<&'a str>,
    pub(super) attributes: Vec<Attribute<'a>>,
}

/// An attribute of a node. What it holds is told by its kind, or by the field that is there.
#[derive(Debug, Default, Clone)]
pub(super) struct Attribute<'a> {
    pub(super) name: &'a str,
    /// The attribute of the function around it that it stands for.
    pub(super) reference: &'a str,
    pub(super) value: AttributeValue<'a>,
}

/// What an attribute holds.
#[derive(Debug, Default, Clone)]
pub(super) enum AttributeValue<'a> {
    #[default]
    None,
    Float(f32),
    Integer(i64),
    Text(&'a [u8]),
    Tensor(Box<Tensor<'a>>),
    Sparse(Box<Sparse<'a>>),
    Graph(Box<Graph<'a>>),
    Floats(Vec<f32>),
    Integers(Vec<i64>),
    Texts(Vec<&'a [u8]>),
    /// A kind that nothing here reads.
    Other,
}

/// An array as it is stored.
#[derive(Debug, Default, Clone)]
pub(super) struct Tensor<'a> {
    pub(super) name: &'a str,
    pub(super) dimensions: Vec<i64>,
    pub(super) element_type: i64,
    pub(super) raw: Option<&'a [u8]>,
    pub(super) floats: Vec<f32>,
    pub(super) doubles: Vec<f64>,
    /// Elements of all types of at most four bytes, and those of eight bytes.
    pub(super) integers: Vec<i64>,
    pub(super) texts: usize,
    /// Where the elements are, if in another file: "location", "offset", "length".
    pub(super) external: Vec<(&'a str, &'a str)>,
    pub(super) is_external: bool,
    /// The position in the file and the number of the bytes that are to be read when they are needed.
    pub(super) elsewhere: Option<(u64, usize)>,
}

/// The type of an input or output.
#[derive(Debug, Default, Clone)]
pub(super) struct ValueInfo<'a> {
    pub(super) name: &'a str,
    pub(super) value_type: ValueType<'a>,
}

/// What a value is.
#[derive(Debug, Default, Clone)]
pub(super) enum ValueType<'a> {
    #[default]
    Unknown,
    /// Elements, and dimensions if their number is known.
    Tensor(i64, Option<Vec<Dimension<'a>>>),
    /// A sequence, map or other thing.
    Other,
}

/// A dimension of an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dimension<'a> {
    Size(i64),
    Name(&'a str),
    Unknown,
}

/// A function that the file defines.
#[derive(Debug, Default)]
pub(super) struct LocalFunction<'a> {
    pub(super) name: &'a str,
    pub(super) domain: &'a str,
    pub(super) inputs: Vec<&'a str>,
    pub(super) outputs: Vec<&'a str>,
    /// Attributes that have defaults.
    pub(super) defaults: Vec<Attribute<'a>>,
    pub(super) nodes: Vec<Node<'a>>,
    pub(super) opsets: Vec<(&'a str, i64)>,
}

/// Reads the fields of a message one after the other.
pub(super) fn fields<'a>(
    mut message: Message<'a>,
    mut read: impl FnMut(u32, Field<'a>) -> Result<(), FormatError>,
) -> Result<(), FormatError> {
    while let Some((number, field)) = message.next()? {
        read(number, field)?;
    }
    Ok(())
}

impl<'a> Model<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Model<'a>, FormatError> {
        let mut model = Model::default();
        fields(Message::new(bytes), |number, field| {
            match number {
                2 => model.producer = field.text()?,
                7 => model.graph = Some(Graph::read(field.message()?, DEPTH_LIMIT)?),
                8 => model.opsets.push(opset(field.message()?)?),
                25 => model.functions.push(LocalFunction::read(field.message()?)?),
                _ => {}
            }
            Ok(())
        })?;
        Ok(model)
    }
}

fn opset(message: Message<'_>) -> Result<(&str, i64), FormatError> {
    let mut opset = ("", 1);
    fields(message, |number, field| {
        match number {
            1 => opset.0 = field.text()?,
            2 => opset.1 = field.integer()?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(opset)
}

impl<'a> Graph<'a> {
    fn read(message: Message<'a>, depth: usize) -> Result<Graph<'a>, FormatError> {
        let Some(depth) = depth.checked_sub(1) else {
            let text = format!("graphs stand in each other more than {DEPTH_LIMIT} deep");
            return Err(FormatError::Malformed(text));
        };
        let mut graph = Graph::default();
        fields(message, |number, field| {
            match number {
                1 => graph.nodes.push(Node::read(field.message()?, depth)?),
                5 => graph.initializers.push(Tensor::read(field.message()?)?),
                11 => graph.inputs.push(ValueInfo::read(field.message()?)?),
                12 => graph.outputs.push(ValueInfo::read(field.message()?)?),
                15 => graph.sparse_initializers.push(Sparse::read(field.message()?)?),
                _ => {}
            }
            Ok(())
        })?;
        Ok(graph)
    }
}

impl<'a> Node<'a> {
    fn read(message: Message<'a>, depth: usize) -> Result<Node<'a>, FormatError> {
        let mut node = Node::default();
        fields(message, |number, field| {
            match number {
                1 => node.inputs.push(field.text()?),
                2 => node.outputs.push(field.text()?),
                3 => node.name = field.text()?,
                4 => node.operator = field.text()?,
                5 => node.attributes.push(Attribute::read(field.message()?, depth)?),
                7 => node.domain = field.text()?,
                _ => {}
            }
            Ok(())
        })?;
        if node.domain == "ai.onnx" {
            node.domain = "";
        }
        Ok(node)
    }
}

impl<'a> Attribute<'a> {
    fn read(message: Message<'a>, depth: usize) -> Result<Attribute<'a>, FormatError> {
        let mut attribute = Attribute::default();
        let (mut floats, mut integers, mut texts) = (Vec::new(), Vec::new(), Vec::new());
        let mut kind = 0;
        let mut value = AttributeValue::None;
        fields(message, |number, field| {
            match number {
                1 => attribute.name = field.text()?,
                2 => value = AttributeValue::Float(field.float()?),
                3 => value = AttributeValue::Integer(field.integer()?),
                4 => value = AttributeValue::Text(field.bytes()?),
                5 => value = AttributeValue::Tensor(Box::new(Tensor::read(field.message()?)?)),
                6 => value = AttributeValue::Graph(Box::new(Graph::read(field.message()?, depth)?)),
                7 => field.push_floats(&mut floats)?,
                8 => field.push_integers(&mut integers)?,
                9 => texts.push(field.bytes()?),
                22 => value = AttributeValue::Sparse(Box::new(Sparse::read(field.message()?)?)),
                10 | 11 | 14 | 15 | 23 => value = AttributeValue::Other,
                20 => kind = field.integer()?,
                21 => attribute.reference = field.text()?,
                _ => {}
            }
            Ok(())
        })?;
        // Zeros and empty lists may be left out; old files leave out the kind.
        attribute.value = match (kind, value) {
            (1, AttributeValue::None) => AttributeValue::Float(0.0),
            (2, AttributeValue::None) => AttributeValue::Integer(0),
            (3, AttributeValue::None) => AttributeValue::Text(&[]),
            (6, AttributeValue::None) => AttributeValue::Floats(floats),
            (7, AttributeValue::None) => AttributeValue::Integers(integers),
            (8, AttributeValue::None) => AttributeValue::Texts(texts),
            (_, AttributeValue::None) if !floats.is_empty() => AttributeValue::Floats(floats),
            (_, AttributeValue::None) if !integers.is_empty() => AttributeValue::Integers(integers),
            (_, AttributeValue::None) if !texts.is_empty() => AttributeValue::Texts(texts),
            (_, value) => value,
        };
        Ok(attribute)
    }
}

impl<'a> Tensor<'a> {
    pub(super) fn read(message: Message<'a>) -> Result<Tensor<'a>, FormatError> {
        let mut tensor = Tensor::default();
        fields(message, |number, field| {
            match number {
                1 => field.push_integers(&mut tensor.dimensions)?,
                2 => tensor.element_type = field.integer()?,
                4 => field.push_floats(&mut tensor.floats)?,
                5 | 7 | 11 => field.push_integers(&mut tensor.integers)?,
                6 => tensor.texts += 1,
                8 => tensor.name = field.text()?,
                9 => tensor.raw = Some(field.bytes()?),
                10 => field.push_doubles(&mut tensor.doubles)?,
                13 => tensor.external.push(entry(field.message()?)?),
                14 => tensor.is_external = field.integer()? == 1,
                ELSEWHERE => tensor.elsewhere = place(field.bytes()?),
                _ => {}
            }
            Ok(())
        })?;
        Ok(tensor)
    }
}

/// A position in the file and a number of bytes.
fn place(words: &[u8]) -> Option<(u64, usize)> {
    let (offset, length) = words.split_at_checked(8)?;
    let [offset, length] = [offset.try_into().ok()?, length.try_into().ok()?].map(u64::from_le_bytes);
    Some((offset, usize::try_from(length).ok()?))
}

fn entry(message: Message<'_>) -> Result<(&str, &str), FormatError> {
    let mut entry = ("", "");
    fields(message, |number, field| {
        match number {
            1 => entry.0 = field.text()?,
            2 => entry.1 = field.text()?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(entry)
}

impl<'a> ValueInfo<'a> {
    fn read(message: Message<'a>) -> Result<ValueInfo<'a>, FormatError> {
        let mut info = ValueInfo::default();
        fields(message, |number, field| {
            match number {
                1 => info.name = field.text()?,
                2 => {
                    let mut value_type = ValueType::Unknown;
                    fields(field.message()?, |number, field| {
                        match number {
                            1 => value_type = tensor_type(field.message()?)?,
                            4 | 5 | 8 | 9 => value_type = ValueType::Other,
                            _ => {}
                        }
                        Ok(())
                    })?;
                    info.value_type = value_type;
                }
                _ => {}
            }
            Ok(())
        })?;
        Ok(info)
    }
}

fn tensor_type(message: Message<'_>) -> Result<ValueType<'_>, FormatError> {
    let (mut element, mut dimensions) = (0, None);
    fields(message, |number, field| {
        match number {
            1 => element = field.integer()?,
            2 => {
                let mut list = Vec::new();
                fields(field.message()?, |number, field| {
                    if number == 1 {
                        list.push(dimension(field.message()?)?);
                    }
                    Ok(())
                })?;
                dimensions = Some(list);
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(ValueType::Tensor(element, dimensions))
}

fn dimension(message: Message<'_>) -> Result<Dimension<'_>, FormatError> {
    let mut dimension = Dimension::Unknown;
    fields(message, |number, field| {
        match number {
            1 => dimension = Dimension::Size(field.integer()?),
            2 => dimension = Some(field.text()?).filter(|name| !name.is_empty()).map_or(dimension, Dimension::Name),
            _ => {}
        }
        Ok(())
    })?;
    Ok(dimension)
}

impl<'a> LocalFunction<'a> {
    fn read(message: Message<'a>) -> Result<LocalFunction<'a>, FormatError> {
        let mut function = LocalFunction::default();
        fields(message, |number, field| {
            match number {
                1 => function.name = field.text()?,
                4 => function.inputs.push(field.text()?),
                5 => function.outputs.push(field.text()?),
                7 => function.nodes.push(Node::read(field.message()?, DEPTH_LIMIT)?),
                9 => function.opsets.push(opset(field.message()?)?),
                10 => function.domain = field.text()?,
                11 => function.defaults.push(Attribute::read(field.message()?, DEPTH_LIMIT)?),
                _ => {}
            }
            Ok(())
        })?;
        Ok(function)
    }
}
