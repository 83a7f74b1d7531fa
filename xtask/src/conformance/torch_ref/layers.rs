//! PyTorch's modules as layers in the language, by their constructor arguments.

use serde_json::Value;

use super::chains::chain;
use super::description::{flag, size, text, typed_list};
use super::shapes::{self, Own};
use super::{activations, attention, embeddings, levels, normalizations, patches, resampling, spatial};

/// A layer with the arrays that it takes from a module.
#[derive(Debug)]
pub(super) struct Translated {
    /// The layer without arrays.
    pub(super) layer: String,
    pub(super) arrays: Vec<Array>,
}

impl Translated {
    /// Gives a port its shape.
    pub(super) fn type_port(&mut self, port: &str, shape: &str) {
        self.layer.truncate(self.layer.len() - 1);
        self.layer.push_str(&format!(", \"{port}\" -> {shape}]"));
    }
}

/// An array of a layer, and the tensors of the module whose sum it is.
#[derive(Debug)]
pub(super) struct Array {
    /// The keys that lead to it in the layer, as they are typed.
    pub(super) path: Vec<String>,
    /// Tensors, of which it may be one of so many equal blocks of rows: which, from 0, and of how many.
    pub(super) tensors: Vec<(String, Option<(usize, usize)>)>,
    /// What is done to the sum, where the layer has it in another form.
    pub(super) form: Option<Form>,
    pub(super) role: Role,
}

/// What an array is for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Role {
    /// It is learned.
    Learned,
    /// It is what training keeps of its batches.
    Kept,
    /// It is no array, but a port of which training keeps what this function gives.
    Observed(String),
}

/// Functions between a tensor of PyTorch and an array of a layer.
#[derive(Debug)]
pub(super) struct Form {
    /// The array of a tensor.
    pub(super) of_tensor: String,
    /// The gradient of the tensor of that of the array.
    pub(super) of_gradient: String,
}

impl Array {
    /// An array that is a tensor.
    pub(super) fn of(name: &str, tensor: &str) -> Array {
        let path = vec![format!("\"{name}\"")];
        Array { path, tensors: vec![(tensor.to_owned(), None)], form: None, role: Role::Learned }
    }

    /// An array of a layer in this one.
    pub(super) fn inside(mut self, key: &str) -> Array {
        self.path.insert(0, key.to_owned());
        self
    }
}

pub(super) type Layers = Result<Vec<Translated>, String>;

/// What a net is applied to.
#[derive(Clone, Debug)]
pub(super) struct Example {
    /// The shape of PyTorch's tensor.
    pub(super) shape: Vec<u64>,
    /// Whether it is the whole tensor, and not one of the examples along its first dimension.
    pub(super) whole: bool,
    /// Whether the net is applied in training.
    pub(super) training: bool,
}

impl Example {
    /// Some vector of a batch of sequences, whose sizes do not matter.
    pub(super) fn vectors() -> Example {
        Example { shape: vec![1; 3], whole: false, training: false }
    }

    /// Its own shape.
    pub(super) fn own_shape(&self) -> &[u64] {
        if self.whole { &self.shape } else { self.shape.get(1..).unwrap_or_default() }
    }

    pub(super) fn rank(&self) -> usize {
        self.own_shape().len()
    }

    /// The level, from 1, that is a dimension of the tensor.
    pub(super) fn level(&self, dim: &Value) -> Result<u64, String> {
        let dim = dim.as_i64().ok_or("no dimension")?;
        let rank = i64::try_from(self.shape.len()).unwrap_or(i64::MAX);
        let level = if dim < 0 { dim + rank } else { dim } + i64::from(self.whole);
        u64::try_from(level).ok().filter(|level| *level > 0).ok_or_else(|| "a function along the batch".to_owned())
    }

    /// The same with another shape of the tensor.
    pub(super) fn of_shape(&self, shape: Vec<u64>) -> Example {
        Example { shape, ..self.clone() }
    }

    /// What a module is applied to, if it takes only a part of this, each along the first level.
    fn inner(&self, module: &Value) -> Option<Example> {
        match shapes::own(module)? {
            // These act on the last levels of arrays of any rank, or on their elements.
            Own::Each(_) if matches!(module["type"].as_str(), Some("LayerNorm" | "RMSNorm" | "Embedding")) => None,
            // Its batch is not the first level.
            Own::Rank(_) if attention::is_steps_first_encoder(module) => None,
            Own::Rank(rank) | Own::Each(rank) if self.rank() > rank => Some(self.of_shape(self.shape[1..].to_vec())),
            Own::Batch if self.whole && !normalizations::joins_examples(module, self.training) => {
                Some(Example { whole: false, ..self.clone() })
            }
            _ => None,
        }
    }
}

/// The layers that a module is, applied to one example.
pub(super) fn translate(module: &Value, example: &Example) -> Layers {
    if module.is_array() {
        return Ok(vec![chain(module, "", example)?]);
    }
    if let Some(inner) = example.inner(module) {
        return Ok(mapped(translate(module, &inner)?));
    }
    let kind = text(module, "type")?;
    let tables = [
        activations::translate,
        normalizations::translate,
        spatial::translate,
        resampling::translate,
        levels::translate,
    ];
    for table in tables {
        if let Some(layers) = table(kind, module, example)? {
            return Ok(layers);
        }
    }
    match kind {
        "Identity" | "Dropout" | "Dropout1d" | "Dropout2d" | "Dropout3d" | "AlphaDropout" | "FeatureAlphaDropout" => {
            Ok(Vec::new())
        }
        "Linear" => affine(&format!("LinearLayer[{}", size(module, "out_features")?), flag(module, "bias")?),
        "Embedding" => embeddings::embedding(module),
        "EmbeddingBag" => embeddings::bag(module),
        "Residual" => {
            let body = chain(&module["body"], "body", example)?;
            let layer = format!(
                "NetGraph[<|\"body\" -> {}, \"sum\" -> Plus|>, {{NetPort[\"Input\"] -> \"body\", {{\"body\", NetPort[\"Input\"]}} -> \"sum\"}}]",
                body.layer
            );
            let arrays = body.arrays.into_iter().map(|array| array.inside("\"body\"")).collect();
            Ok(vec![Translated { layer, arrays }])
        }
        "Parallel" => {
            let branches = module["branches"].as_array().ok_or("no branches")?;
            let (mut members, mut names, mut edges, mut arrays) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
            for (place, branch) in branches.iter().enumerate() {
                let branch = chain(branch, &format!("branches.{place}"), example)?;
                members.push(format!("\"b{place}\" -> {}", branch.layer));
                names.push(format!("\"b{place}\""));
                edges.push(format!("NetPort[\"Input\"] -> \"b{place}\""));
                arrays.extend(branch.arrays.into_iter().map(|array| array.inside(&format!("\"b{place}\""))));
            }
            // Branches may give other ranks than they are given.
            let given = example.of_shape(shapes::after_all(branches.first().ok_or("no branches")?, &example.shape)?);
            members.push(format!("\"all\" -> CatenateLayer[{}]", given.level(&module["dim"])?));
            edges.push(format!("{{{}}} -> \"all\"", names.join(", ")));
            let layer = format!("NetGraph[<|{}|>, {{{}}}]", members.join(", "), edges.join(", "));
            Ok(vec![Translated { layer, arrays }])
        }
        "PixelShuffle" => one(patches::shuffle(size(module, "upscale_factor")?), &[]),
        "PixelUnshuffle" => one(patches::unshuffle(size(module, "downscale_factor")?), &[]),
        "Fold" | "Unfold" => one(patches::layer(module, example.own_shape())?, &[]),
        "TransformerEncoderLayer" | "TransformerEncoder" => attention::encoder(module, example),
        other => Err(format!("no layer for {other}")),
    }
}

pub(super) fn one(layer: String, arrays: &[(&'static str, &'static str)]) -> Layers {
    let arrays = arrays.iter().map(|(name, tensor)| Array::of(name, tensor)).collect();
    Ok(vec![Translated { layer, arrays }])
}

/// The layers applied to all elements of a sequence.
pub(super) fn mapped(layers: Vec<Translated>) -> Vec<Translated> {
    let inner = match joined(layers) {
        Some(inner) => inner,
        None => return Vec::new(),
    };
    let arrays = inner.arrays.into_iter().map(|array| array.inside("\"Net\"")).collect();
    vec![Translated { layer: format!("NetMapOperator[{}]", inner.layer), arrays }]
}

/// Layers as one, one after the other, if there are any.
fn joined(mut layers: Vec<Translated>) -> Option<Translated> {
    if layers.len() < 2 {
        return layers.pop();
    }
    let (mut members, mut arrays) = (Vec::new(), Vec::new());
    for layer in layers {
        members.push(layer.layer);
        arrays.extend(layer.arrays.into_iter().map(|array| array.inside(&members.len().to_string())));
    }
    Some(Translated { layer: format!("NetChain[{}]", typed_list(&members)), arrays })
}

/// A layer, given up to its last option, with weights and biases.
pub(super) fn affine(layer: &str, biased: bool) -> Layers {
    match biased {
        true => one(format!("{layer}]"), &[("Weights", "weight"), ("Biases", "bias")]),
        false => one(format!("{layer}, \"Biases\" -> None]"), &[("Weights", "weight")]),
    }
}
