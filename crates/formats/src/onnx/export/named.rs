//! Nodes that together are one operator with a name: `Softmax` and `LayerNormalization`, bounds ([`clip`]), and recurrent
//! cells ([`cells`]).
//!
//! As with biases, what counts is what the nodes compute and not which layer they came from. Nodes that nothing reads any
//! more are left out later.

use std::rc::Rc;

use super::cells;
use super::clip;
use super::element::Element;
use super::find::Finder;
use super::graph::{Attribute, Builder, Name, Node};

/// The nodes, with those that have a name of their own in the place of the last of several.
pub(super) fn with_names(nodes: Vec<Node>, builder: &mut Builder) -> Vec<Node> {
    let finder = Finder::new(&nodes);
    let mut named = Vec::with_capacity(nodes.len());
    for node in &nodes {
        let found = match node.operator {
            "Div" => softmax(&finder, node, builder).map(|node| vec![node]),
            "Mul" => normalization(&finder, node, builder),
            "Add" => affine(&finder, node, builder),
            "Where" | "Max" | "Min" => clip::clip(&finder, node, builder).map(|node| vec![node]),
            "Scan" => cells::cell(&finder, node, builder),
            _ => None,
        };
        match found {
            Some(found) => named.extend(found),
            None => named.push(node.clone()),
        }
    }
    named
}

/// Exponentials divided by their sum along an axis, with a shift that drops out: `Softmax`.
fn softmax(finder: &Finder<'_>, node: &Node, builder: &Builder) -> Option<Node> {
    let [exponential, total] = node.inputs.as_slice() else { return None };
    let axis = sum_along(finder, total, exponential, builder)?;
    let [axis] = *axis.as_slice() else { return None };
    let [difference]: &[Name; 1] = finder.operands("Exp", exponential)?;
    let [x, shift]: &[Name; 2] = finder.operands("Sub", difference)?;
    let [shift, axes]: &[Name; 2] = finder.operands("Unsqueeze", shift)?;
    let [_, largest, _]: &[Name; 3] = finder.operands("Where", shift)?;
    let [of, along]: &[Name; 2] = finder.operands("ReduceMax", largest)?;
    let is_same = of == x && builder.integers_of(axes)? == [axis] && builder.integers_of(along)? == [axis];
    let attributes = vec![("axis", Attribute::Integer(axis))];
    is_same.then(|| Node { operator: "Softmax", inputs: vec![Rc::clone(x)], outputs: node.outputs.clone(), attributes })
}

/// The axes of a sum of some values, which stands as an array with size 1 along these.
fn sum_along(finder: &Finder<'_>, name: &Name, values: &Name, builder: &Builder) -> Option<Vec<i64>> {
    let [sum, axes]: &[Name; 2] = finder.operands("Unsqueeze", name)?;
    let [of, along]: &[Name; 2] = finder.operands("ReduceSum", sum)?;
    let axes = builder.integers_of(axes)?;
    (of == values && builder.integers_of(along)? == axes).then(|| axes.to_vec())
}

/// What is normalised, along which axes, and what is added to the variance.
struct Normalized {
    x: Name,
    centered: Name,
    axes: Vec<i64>,
    epsilon: f64,
}

/// The reciprocal of a deviation, as an array with size 1 along the axes.
fn deviation(finder: &Finder<'_>, name: &Name, builder: &Builder) -> Option<Normalized> {
    let [reciprocal, axes]: &[Name; 2] = finder.operands("Unsqueeze", name)?;
    let axes = builder.integers_of(axes)?.to_vec();
    let [root]: &[Name; 1] = finder.operands("Reciprocal", reciprocal)?;
    let [variance]: &[Name; 1] = finder.operands("Sqrt", root)?;
    finder.either("Add", variance).find_map(|(epsilon, mean)| {
        let epsilon = builder.scalar(epsilon)?;
        let squares = mean_of(finder, mean, &axes, builder)?;
        let [a, b]: &[Name; 2] = finder.operands("Mul", squares)?;
        if a != b {
            return None;
        }
        let x = centered(finder, a, &axes, builder)?;
        Some(Normalized { x, centered: Rc::clone(a), axes: axes.clone(), epsilon })
    })
}

/// What a value is the mean of along axes.
fn mean_of<'a>(finder: &Finder<'a>, name: &Name, axes: &[i64], builder: &Builder) -> Option<&'a Name> {
    finder.either("Mul", name).find_map(|(factor, sum)| {
        let [of, along]: &[Name; 2] = finder.operands("ReduceSum", sum)?;
        let sizes = builder.shape(of)?;
        let count: i64 =
            axes.iter().map(|&axis| sizes.get(axis as usize).copied().flatten()).product::<Option<i64>>()?;
        let is_mean = (builder.scalar(factor)? * count as f64 - 1.0).abs() < 1e-6;
        (is_mean && builder.integers_of(along)? == axes).then_some(of)
    })
}

/// The values whose mean along axes is taken from them.
fn centered(finder: &Finder<'_>, name: &Name, axes: &[i64], builder: &Builder) -> Option<Name> {
    finder.either("Add", name).find_map(|(x, shift)| {
        let [opposite, along]: &[Name; 2] = finder.operands("Unsqueeze", shift)?;
        let [mean]: &[Name; 1] = finder.operands("Neg", opposite)?;
        let of = mean_of(finder, mean, axes, builder)?;
        (of == x && builder.integers_of(along)? == axes).then(|| Rc::clone(x))
    })
}

/// Centred values, a scale, and the reciprocal of a deviation along the last axes, multiplied: `LayerNormalization`, and the
/// scale where it is no array of these axes.
fn normalization(finder: &Finder<'_>, node: &Node, builder: &mut Builder) -> Option<Vec<Node>> {
    let (scale, found) = factors(finder, node).into_iter().find_map(|factors| {
        let found = factors.iter().find_map(|factor| deviation(finder, factor, builder))?;
        let centered = factors.iter().position(|factor| *factor == found.centered)?;
        let is_scale =
            |(place, factor): &(usize, &Name)| *place != centered && deviation(finder, factor, builder).is_none();
        let scales: Vec<Name> =
            factors.iter().enumerate().filter(is_scale).map(|(_, scale)| Rc::clone(scale)).collect();
        (scales.len() + 2 == factors.len()).then(|| (scales.into_iter().next(), found))
    })?;
    let shape = builder.shape(&found.x)?.to_vec();
    let first = shape.len().checked_sub(found.axes.len())?;
    let is_last = found.axes.iter().enumerate().all(|(place, axis)| *axis == (first + place) as i64);
    // The format has epsilons in single precision.
    let is_exact = builder.real() == Element::Float || f64::from(found.epsilon as f32) == found.epsilon;
    if !is_last || !is_exact || found.axes.is_empty() {
        return None;
    }
    let sizes: Vec<i64> = shape[first..].iter().copied().collect::<Option<_>>()?;
    let own = scale.as_ref().and_then(|scale| array_of(finder, scale, &sizes, builder));
    let weights = match &own {
        Some(array) => Rc::clone(array),
        None => {
            let count = usize::try_from(sizes.iter().product::<i64>()).ok()?;
            builder.constant(builder.real(), &sizes, &vec![1.0; count])
        }
    };
    let attributes = vec![("axis", Attribute::Integer(first as i64)), ("epsilon", Attribute::Real(found.epsilon))];
    let normal = |outputs| Node { operator: "LayerNormalization", inputs: vec![found.x, weights], outputs, attributes };
    match scale.filter(|_| own.is_none()) {
        None => Some(vec![normal(node.outputs.clone())]),
        Some(scale) => {
            let name = builder.name("LayerNormalization");
            let inputs = vec![scale, Rc::clone(&name)];
            let product = Node { operator: "Mul", inputs, outputs: node.outputs.clone(), attributes: vec![] };
            Some(vec![normal(vec![name]), product])
        }
    }
}

/// The two factors of a product, and the three where one of them is a product itself.
fn factors(finder: &Finder<'_>, node: &Node) -> Vec<Vec<Name>> {
    let [a, b] = node.inputs.as_slice() else { return vec![] };
    let mut found = vec![vec![Rc::clone(a), Rc::clone(b)]];
    for (product, other) in [(a, b), (b, a)] {
        if let Some([first, second]) = finder.operands::<2>("Mul", product) {
            found.push(vec![Rc::clone(first), Rc::clone(second), Rc::clone(other)]);
        }
    }
    found
}

/// The array of a net that a value is but for axes of size 1 before its own.
fn array_of(finder: &Finder<'_>, name: &Name, sizes: &[i64], builder: &Builder) -> Option<Name> {
    let mut name = name;
    while let Some([inner, axes]) = finder.operands::<2>("Unsqueeze", name) {
        let leading: Vec<i64> = (0..builder.integers_of(axes)?.len() as i64).collect();
        if builder.integers_of(axes)? != leading {
            return None;
        }
        name = inner;
    }
    (builder.stored_shape(name)? == sizes).then(|| Rc::clone(name))
}

/// A normalisation with a scale of its own, and a bias of the same axes.
fn affine(finder: &Finder<'_>, node: &Node, builder: &mut Builder) -> Option<Vec<Node>> {
    let [a, b] = node.inputs.as_slice() else { return None };
    [(a, b), (b, a)].into_iter().find_map(|(product, bias)| {
        let inner = finder.node(product).filter(|inner| inner.operator == "Mul")?;
        let mut found = normalization(finder, inner, builder)?;
        let [single] = found.as_mut_slice() else { return None };
        let sizes = builder.stored_shape(&single.inputs[1])?.to_vec();
        single.inputs.push(array_of(finder, bias, &sizes, builder)?);
        single.outputs = node.outputs.clone();
        Some(found)
    })
}
