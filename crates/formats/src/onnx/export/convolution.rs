//! Windows that an operator reads where they lie: convolutions and pooling, matched by the roles of axes, whatever layer
//! they came from.

use netform_compile::{Contraction, Dim, Dims, Label, Reduction, ReductionKind, Type, Windows};

use super::contraction::Factor;
use super::element::Element;
use super::graph::{Attribute, Name};
use super::program::{Exporter, Held, Tensor, Written};

/// Runtimes have these operators for at most so many spatial levels.
const LEVELS: usize = 3;

/// Attributes of operators on windows.
fn attributes(windows: &Windows, sizes: &[i64], dilated: bool) -> Vec<(&'static str, Attribute)> {
    let list = |values: &[usize]| Attribute::Integers(values.iter().map(|value| *value as i64).collect());
    let mut all = vec![("kernel_shape", Attribute::Integers(sizes.to_vec())), ("strides", list(&windows.strides))];
    if dilated && windows.dilations.iter().any(|dilation| *dilation != 1) {
        all.push(("dilations", list(&windows.dilations)));
    }
    all
}

/// The sizes of windows, if they are known.
fn window_sizes(windows: &Windows) -> Option<Vec<i64>> {
    windows.sizes.iter().map(Dim::as_integer).collect()
}

impl Exporter<'_> {
    /// A product with windows as a convolution, if it is one.
    ///
    /// Each axis has a role: examples are in the data and the result, groups in all three, channels in data and weights,
    /// outputs in weights and result; several axes of a role become one.
    pub(super) fn convolution(
        &mut self,
        contraction: &Contraction,
        operands: &[Held],
        result: &Type,
    ) -> Written<Option<Tensor>> {
        let (data, weights, labels) = match (operands, contraction.operands.as_slice()) {
            ([Held::Windows(data), Held::Tensor(weights)], [a, b]) => (data, weights, [a, b]),
            ([Held::Tensor(weights), Held::Windows(data)], [a, b]) => (data, weights, [b, a]),
            _ => return Ok(None),
        };
        let (source, windows, _) = data.as_ref();
        let (rank, levels) = (source.shape.len(), windows.axes.len());
        // In double precision runtimes have products only.
        if self.real != Element::Float || source.element != self.real || weights.element != self.real || levels > LEVELS
        {
            return Ok(None);
        }
        let [of_data, of_weights] = labels;
        let distinct = |labels: &[Label]| labels.iter().enumerate().all(|(k, label)| !labels[..k].contains(label));
        if !distinct(of_data) || !distinct(of_weights) {
            return Ok(None);
        }
        let in_weights = |label: &Label| of_weights.contains(label);
        let in_result = |label: &Label| contraction.result.contains(label);
        let positions: Vec<Label> = windows.axes.iter().map(|&axis| of_data[axis]).collect();
        let inner = &of_data[rank..];
        if !positions.iter().all(|label| in_result(label) && !in_weights(label))
            || !inner.iter().all(|label| in_weights(label) && !in_result(label))
        {
            return Ok(None);
        }
        let (mut examples, mut groups, mut channels) = (vec![], vec![], vec![]);
        for label in of_data[..rank].iter().filter(|label| !positions.contains(label)) {
            match (in_weights(label), in_result(label)) {
                (true, true) => groups.push(*label),
                (true, false) => channels.push(*label),
                (false, true) => examples.push(*label),
                (false, false) => return Ok(None),
            }
        }
        let outputs: Vec<Label> = of_weights.iter().copied().filter(|label| !of_data.contains(label)).collect();
        let Some(sizes) = window_sizes(windows).filter(|_| outputs.iter().all(in_result)) else { return Ok(None) };
        let data = Factor { tensor: self.full(source)?, labels: of_data[..rank].to_vec() };
        let weights = Factor { tensor: self.full(weights)?, labels: of_weights.to_vec() };
        let size = |factor: &Factor, labels: &[Label]| {
            let dims = labels.iter().map(|label| &factor.tensor.shape[factor.place(*label)]);
            Dim::product(dims).map_err(|error| error.to_string())
        };
        let (group, channel) = (size(&data, &groups)?, size(&data, &channels)?);
        let output = size(&weights, &outputs)?;
        let (Some(group), Some(channel), Some(output)) =
            (group.as_integer(), channel.as_integer(), output.as_integer())
        else {
            return Ok(None);
        };
        let order: Vec<Label> = [&examples, &groups, &channels, &positions].into_iter().flatten().copied().collect();
        let arranged = self.arranged(&data, &order);
        let spatial = arranged.shape[order.len() - levels..].iter().cloned();
        let shape: Dims = [size(&data, &examples)?, Dim::integer(group * channel)].into_iter().chain(spatial).collect();
        let arranged = self.reshape(&arranged, &shape)?;
        let order: Vec<Label> = [groups.as_slice(), &outputs, &channels, inner].concat();
        let kernel = self.arranged(&weights, &order);
        let shape: Vec<i64> = [group * output, channel].into_iter().chain(sizes.iter().copied()).collect();
        let kernel = self.reshape(&kernel, &shape.iter().map(|size| Dim::integer(*size)).collect())?;
        let mut all = attributes(windows, &sizes, true);
        if group != 1 {
            all.push(("group", Attribute::Integer(group)));
        }
        let name = self.builder.node("Conv", &[&arranged.name, &kernel.name], all);
        let order: Vec<Label> = [&examples, &groups, &outputs, &positions].into_iter().flatten().copied().collect();
        self.unmerged(name, &shape_of(&order, &contraction.result, result), &order, &contraction.result, 2 + levels)
            .map(Some)
    }

    /// The result of an operator on merged axes, with the axes of a value of the program.
    fn unmerged(
        &mut self,
        name: Name,
        shape: &Dims,
        order: &[Label],
        result: &[Label],
        rank: usize,
    ) -> Written<Tensor> {
        let mut tensor = Tensor::new(name, self.real, shape);
        if order.len() != rank {
            let merged = Tensor { shape: Dims::new(), thin: vec![], ..tensor };
            tensor = self.reshape(&merged, shape)?;
        }
        let labelled = Factor { tensor, labels: order.to_vec() };
        Ok(self.arranged(&labelled, result))
    }

    /// A reduction of windows as pooling, if it is one.
    pub(super) fn pooled(&mut self, reduction: &Reduction, a: &Held, result: &Type) -> Written<Option<Tensor>> {
        let Held::Windows(data) = a else { return Ok(None) };
        let (source, windows, _) = data.as_ref();
        let (rank, levels) = (source.shape.len(), windows.axes.len());
        let all_windows = reduction.axes.iter().copied().eq(rank..rank + levels);
        let Some(sizes) = window_sizes(windows).filter(|_| all_windows && levels <= LEVELS) else { return Ok(None) };
        if source.element != self.real {
            return Ok(None);
        }
        let operator = match reduction.kind {
            ReductionKind::Max => "MaxPool",
            ReductionKind::Sum if self.real == Element::Float && windows.dilations.iter().all(|d| *d == 1) => {
                "AveragePool"
            }
            _ => return Ok(None),
        };
        let kept: Vec<usize> = (0..rank).filter(|axis| !windows.axes.contains(axis)).collect();
        let order: Vec<usize> = kept.iter().chain(&windows.axes).copied().collect();
        let whole = self.full(source)?;
        let mut arranged = self.transpose(&whole, &order);
        if kept.len() != 2 {
            let count = Dim::product(&arranged.shape[..kept.len()]).map_err(|error| error.to_string())?;
            let spatial = arranged.shape[kept.len()..].iter().cloned();
            let shape: Dims = [count, Dim::from(1)].into_iter().chain(spatial).collect();
            arranged = self.reshape(&arranged, &shape)?;
        }
        let mut name = self.builder.node(operator, &[&arranged.name], attributes(windows, &sizes, true));
        if reduction.kind == ReductionKind::Sum {
            let count = sizes.iter().product::<i64>() as f64;
            let count = self.builder.constant(self.real, &[], &[count]);
            name = self.builder.node("Mul", &[&name, &count], vec![]);
        }
        let label = |axis: &usize| Label(*axis as u16);
        let order: Vec<Label> = order.iter().map(label).collect();
        let axes: Vec<Label> = (0..rank).map(|axis| label(&axis)).collect();
        self.unmerged(name, &shape_of(&order, &axes, result), &order, &axes, 2 + levels).map(Some)
    }
}

/// The dimensions of labels in an order, by those of a result.
fn shape_of(order: &[Label], labels: &[Label], result: &Type) -> Dims {
    let size = |label: &Label| labels.iter().position(|other| other == label).map(|axis| result.shape[axis].clone());
    order.iter().filter_map(size).collect()
}
