"""Writes pytorch_layers.json: values of layers computed by PyTorch in double precision.

Run it in an environment that has torch (2.x, CPU) as `python pytorch_layers.py`, beside the data file.

Each case has a name, the net as it is typed, with `array[name]` in the place of each array, the arrays, the input and the
output. Arrays are nested lists. PyTorch's gates are taken apart here: it stacks those of an LSTM as input, forget, cell,
output and those of a GRU as reset, update, new, and has two biases, of which the sum is meant everywhere but in the new gate
of the GRU, where the second is set to 0.
"""

import json
import pathlib

import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(7)
cases = []


def numbers(tensor):
    return tensor.detach().tolist()


def case(name, net, arrays, data, output):
    cases.append({"name": name, "net": net, "arrays": {key: numbers(value) for key, value in arrays.items()},
                  "input": numbers(data), "output": numbers(output)})


def convolution(name, net, layer, shape):
    data = torch.randn(shape)
    case(name, net, {"Weights": layer.weight, "Biases": layer.bias}, data, layer(data[None])[0])


WEIGHTS = '"Weights" -> array["Weights"], "Biases" -> array["Biases"]'
nn = torch.nn
convolution("convolution, one level", f"ConvolutionLayer[3, {{2}}, {WEIGHTS}]", nn.Conv1d(2, 3, 2), (2, 6))
convolution("convolution, one level, stride, padding, dilation",
            f'ConvolutionLayer[2, {{3}}, "Stride" -> 2, PaddingSize -> 2, "Dilation" -> 2, {WEIGHTS}]',
            nn.Conv1d(3, 2, 3, stride=2, padding=2, dilation=2), (3, 9))
convolution("convolution, one level, a channel each", f'ConvolutionLayer[4, {{3}}, "ChannelGroups" -> 4, {WEIGHTS}]',
            nn.Conv1d(4, 4, 3, groups=4), (4, 5))
convolution("convolution, two levels", f"ConvolutionLayer[2, {{3, 2}}, {WEIGHTS}]", nn.Conv2d(3, 2, (3, 2)), (3, 4, 5))
convolution("convolution, two levels, stride, padding, dilation, groups",
            'ConvolutionLayer[4, {3, 2}, "Stride" -> {2, 1}, PaddingSize -> {1, 2}, "Dilation" -> {1, 3}, '
            f'"ChannelGroups" -> 2, {WEIGHTS}]',
            nn.Conv2d(2, 4, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 3), groups=2), (2, 6, 5))

for name, net, layer, shape in [
    ("maximum, one level", "PoolingLayer[{3}, {2}]", nn.MaxPool1d(3, 2), (2, 8)),
    ("maximum, two levels, padding", "PoolingLayer[{3, 2}, {2, 1}, PaddingSize -> {1, 1}]",
     nn.MaxPool2d((3, 2), (2, 1), padding=(1, 1)), (2, 5, 4)),
    ("mean, one level", 'PoolingLayer[{2}, {1}, "Function" -> Mean]', nn.AvgPool1d(2, 1), (3, 5)),
    ("mean, two levels, padding", 'PoolingLayer[{3, 3}, {2, 2}, PaddingSize -> 1, "Function" -> Mean]',
     nn.AvgPool2d(3, 2, padding=1), (2, 6, 5)),
    ("total, two levels", 'PoolingLayer[{2, 3}, {1, 2}, "Function" -> Total]',
     nn.AvgPool2d((2, 3), (1, 2), divisor_override=1), (2, 4, 7)),
]:
    data = torch.randn(shape)
    case("pooling, " + name, net, {}, data, layer(data[None])[0])

LEARNED = '"Scaling" -> array["Scaling"], "Biases" -> array["Biases"]'


def normalization(name, net, shape, learned, compute):
    data, scaling, biases = torch.randn(shape), torch.randn(learned), torch.randn(learned)
    case("normalization, " + name, net, {"Scaling": scaling, "Biases": biases}, data, compute(data, scaling, biases))


functional = nn.functional
normalization("layer", f'NormalizationLayer[All, "Same", "Epsilon" -> 0.00001, {LEARNED}]', (3, 4), (3, 4),
              lambda x, s, b: functional.layer_norm(x, (3, 4), s, b))
normalization("layer, last level", f'NormalizationLayer[-1, "Same", "Epsilon" -> 0.01, {LEARNED}]', (3, 5), (5,),
              lambda x, s, b: functional.layer_norm(x, (5,), s, b, eps=0.01))
normalization("instance", f'NormalizationLayer["Epsilon" -> 0.00001, {LEARNED}]', (3, 4, 2), (3,),
              lambda x, s, b: functional.instance_norm(x[None], weight=s, bias=b)[0])
normalization("groups", f'NormalizationLayer["GroupNumber" -> 3, "Epsilon" -> 0.00001, {LEARNED}]', (6, 4, 2), (6,),
              lambda x, s, b: functional.group_norm(x[None], 3, s, b)[0])
normalization("root mean square",
              'NormalizationLayer[-1, "Same", Method -> "RMS", "Epsilon" -> 0.001, "Scaling" -> array["Scaling"], '
              '"Biases" -> None]', (3, 4), (4,), lambda x, s, b: functional.rms_norm(x, (4,), s, eps=0.001))

size, width, steps = 3, 2, 4


def recurrence(name, layer_name, layer, gates):
    """Gates are names in the order in which PyTorch stacks them; the empty name stands for the only one."""
    if gates == ["Reset", "Input", "Memory"]:
        with torch.no_grad():
            layer.bias_hh_l0[2 * size:] = 0
    arrays = {}
    for place, gate in enumerate(gates):
        rows = slice(place * size, (place + 1) * size)
        prefix = gate + "Gate" if gate else ""
        arrays[prefix + "InputWeights"] = layer.weight_ih_l0[rows]
        arrays[prefix + "StateWeights"] = layer.weight_hh_l0[rows]
        arrays[prefix + "Biases"] = (layer.bias_ih_l0 + layer.bias_hh_l0)[rows]
    options = ", ".join(f'"{key}" -> array["{key}"]' for key in arrays)
    data = torch.randn(steps, width)
    case(name, f"{layer_name}[{size}, {options}]", arrays, data, layer(data)[0])


recurrence("basic recurrence", "BasicRecurrentLayer", nn.RNN(width, size), [""])
recurrence("gated recurrence", "GatedRecurrentLayer", nn.GRU(width, size), ["Reset", "Input", "Memory"])
recurrence("long short-term memory", "LongShortTermMemoryLayer", nn.LSTM(width, size),
           ["Input", "Forget", "Memory", "Output"])

data = torch.randn(3, 4)
case("softmax, last level", "SoftmaxLayer[]", {}, data, torch.softmax(data, -1))
case("softmax, first level", "SoftmaxLayer[1]", {}, data, torch.softmax(data, 0))
linear = nn.Linear(4, 3)
data = torch.randn(4)
case("linear", f"LinearLayer[3, {WEIGHTS}]", {"Weights": linear.weight, "Biases": linear.bias}, data, linear(data))
for name, net, function in [
    ("ReLU", '"ReLU"', nn.ReLU()), ("ELU", '"ELU"', nn.ELU()), ("SELU", '"SELU"', nn.SELU()),
    ("GELU", '"GELU"', nn.GELU()), ("Swish", '"Swish"', nn.SiLU()), ("HardSwish", '"HardSwish"', nn.Hardswish()),
    ("Mish", '"Mish"', nn.Mish()), ("SoftSign", '"SoftSign"', nn.Softsign()), ("SoftPlus", '"SoftPlus"', nn.Softplus()),
    ("HardTanh", '"HardTanh"', nn.Hardtanh()), ("Sigmoid", '"Sigmoid"', nn.Sigmoid()), ("Tanh", "Tanh", nn.Tanh()),
]:
    data = torch.tensor([-4.0, -1.5, -0.25, 0.125, 0.75, 3.5])
    case("elementwise, " + name, f"ElementwiseLayer[{net}]", {}, data, function(data))



def layer_case(name, net, arrays, shape, compute):
    data = torch.randn(shape)
    case(name, net, arrays, data, compute(data[None])[0])


def modules(name, net, layer, shape):
    layer_case(name, net, {"Weights": layer.weight, "Biases": layer.bias}, shape, layer)


for mode, filling in [("reflect", '"Reflected"'), ("circular", '"Periodic"'), ("replicate", '"Fixed"')]:
    modules(f"convolution, {mode} padding",
            f"ConvolutionLayer[2, {{3, 2}}, PaddingSize -> {{2, 1}}, Padding -> {filling}, {WEIGHTS}]",
            nn.Conv2d(2, 2, (3, 2), padding=(2, 1), padding_mode=mode), (2, 4, 3))
modules("convolution, three levels",
        f'ConvolutionLayer[4, {{2, 3, 1}}, "Stride" -> {{1, 2, 1}}, PaddingSize -> {{1, 0, 2}}, "ChannelGroups" -> 2, {WEIGHTS}]',
        nn.Conv3d(2, 4, (2, 3, 1), stride=(1, 2, 1), padding=(1, 0, 2), groups=2), (2, 3, 5, 2))
modules("deconvolution, one level", f'DeconvolutionLayer[3, {{4}}, "Stride" -> 3, PaddingSize -> 1, {WEIGHTS}]',
        nn.ConvTranspose1d(2, 3, 4, stride=3, padding=1), (2, 5))
modules("deconvolution, two levels, more at the end",
        f'DeconvolutionLayer[3, {{3, 2}}, "Stride" -> {{2, 3}}, PaddingSize -> {{{{1, 0}}, {{0, -2}}}}, {WEIGHTS}]',
        nn.ConvTranspose2d(2, 3, (3, 2), stride=(2, 3), padding=(1, 0), output_padding=(1, 2)), (2, 3, 4))
modules("deconvolution, two levels, groups, dilation",
        f'DeconvolutionLayer[4, {{2, 3}}, "Stride" -> 2, "Dilation" -> {{3, 2}}, "ChannelGroups" -> 2, {WEIGHTS}]',
        nn.ConvTranspose2d(6, 4, (2, 3), stride=2, groups=2, dilation=(3, 2)), (6, 2, 3))
modules("deconvolution, three levels", f'DeconvolutionLayer[2, {{2, 1, 3}}, "Stride" -> {{1, 2, 2}}, {WEIGHTS}]',
        nn.ConvTranspose3d(3, 2, (2, 1, 3), stride=(1, 2, 2)), (3, 2, 2, 3))

for name, net, layer, shape in [
    ("maximum, rounded up", 'PoolingLayer[{3, 2}, {2, 3}, PaddingSize -> {1, 0}, "SizeRounding" -> Ceiling]',
     nn.MaxPool2d((3, 2), (2, 3), padding=(1, 0), ceil_mode=True), (2, 6, 6)),
    ("maximum, dilation", 'PoolingLayer[{2, 3}, {1, 2}, "Dilation" -> {3, 2}, PaddingSize -> {1, 1}]',
     nn.MaxPool2d((2, 3), (1, 2), padding=(1, 1), dilation=(3, 2)), (2, 5, 6)),
    ("maximum, three levels", "PoolingLayer[{2, 1, 3}, {1, 2, 1}]", nn.MaxPool3d((2, 1, 3), (1, 2, 1)), (2, 3, 3, 4)),
    ("mean, padding not counted", 'PoolingLayer[3, 2, PaddingSize -> 1, "Function" -> Mean, "CountPadding" -> False]',
     nn.AvgPool2d(3, 2, padding=1, count_include_pad=False), (2, 5, 6)),
    ("mean, rounded up", 'PoolingLayer[3, 2, PaddingSize -> 1, "Function" -> Mean, "SizeRounding" -> Ceiling]',
     nn.AvgPool2d(3, 2, padding=1, ceil_mode=True), (2, 6, 4)),
    ("mean, rounded up, padding not counted",
     'PoolingLayer[3, 2, PaddingSize -> 1, "Function" -> Mean, "SizeRounding" -> Ceiling, "CountPadding" -> False]',
     nn.AvgPool2d(3, 2, padding=1, ceil_mode=True, count_include_pad=False), (2, 6, 4)),
    ("mean, three levels", 'PoolingLayer[2, {1, 2, 1}, "Function" -> Mean]', nn.AvgPool3d(2, (1, 2, 1)), (2, 3, 4, 3)),
    ("norm", 'PoolingLayer[{2, 3}, {1, 2}, "Function" -> {"Norm", 2}]', nn.LPPool2d(2, (2, 3), (1, 2)), (2, 4, 5)),
]:
    layer_case("pooling, " + name, net, {}, shape, layer)
for name, net, layer, shape in [
    ("mean, one level", 'AdaptivePoolingLayer[{4}, "Function" -> Mean]', nn.AdaptiveAvgPool1d(4), (2, 7)),
    ("mean, two levels", 'AdaptivePoolingLayer[{3, All}, "Function" -> Mean]', nn.AdaptiveAvgPool2d((3, None)), (2, 5, 4)),
    ("maximum, two levels", "AdaptivePoolingLayer[{2, 5}]", nn.AdaptiveMaxPool2d((2, 5)), (2, 5, 7)),
    ("maximum, three levels", "AdaptivePoolingLayer[{2, 3, 1}]", nn.AdaptiveMaxPool3d((2, 3, 1)), (2, 3, 4, 2)),
]:
    layer_case("adaptive pooling, " + name, net, {}, shape, layer)

interpolate = functional.interpolate
for name, net, shape, compute in [
    ("linear", "ResizeLayer[{9}]", (2, 4), lambda x: interpolate(x, size=9, mode="linear")),
    ("bilinear", "ResizeLayer[{7, 3}]", (2, 4, 5), lambda x: interpolate(x, size=(7, 3), mode="bilinear")),
    ("bilinear, corners", 'ResizeLayer[{7, 3}, "Alignment" -> "Corners"]', (2, 4, 5),
     lambda x: interpolate(x, size=(7, 3), mode="bilinear", align_corners=True)),
    ("trilinear", "ResizeLayer[{4, 3, 5}]", (2, 2, 3, 3), lambda x: interpolate(x, size=(4, 3, 5), mode="trilinear")),
    ("nearest", 'ResizeLayer[{7, 3}, Resampling -> "Nearest", "Alignment" -> "Edges"]', (2, 4, 5),
     lambda x: interpolate(x, size=(7, 3), mode="nearest")),
    ("nearest, exact", 'ResizeLayer[{7, 3}, Resampling -> "Nearest"]', (2, 4, 5),
     lambda x: interpolate(x, size=(7, 3), mode="nearest-exact")),
    ("bicubic", 'ResizeLayer[{7, 3}, Resampling -> "Cubic"]', (2, 4, 5),
     lambda x: interpolate(x, size=(7, 3), mode="bicubic")),
    ("bicubic, corners", 'ResizeLayer[{Scaled[2], Scaled[2]}, Resampling -> "Cubic", "Alignment" -> "Corners"]', (2, 2, 3),
     lambda x: interpolate(x, scale_factor=2, mode="bicubic", align_corners=True)),
]:
    layer_case("resizing, " + name, net, {}, shape, compute)

for mode, filling in [("reflect", '"Reflected"'), ("circular", '"Periodic"'), ("replicate", '"Fixed"'), ("constant", "3")]:
    layer_case("padding, " + mode, f"PaddingLayer[{{{{0, 0}}, {{2, 1}}, {{0, 2}}}}, Padding -> {filling}]", {}, (2, 4, 3),
               lambda x: functional.pad(x, (0, 2, 2, 1), mode, **({"value": 3.0} if mode == "constant" else {})))

for name, options, layer, shape in [
    ("vector", "", nn.BatchNorm1d(4), (4,)), ("two levels", "", nn.BatchNorm1d(3), (3, 5)),
    ("three levels", ', "Epsilon" -> 0.01', nn.BatchNorm2d(3, eps=0.01), (3, 2, 4)),
]:
    layer.eval()
    with torch.no_grad():
        for tensor in [layer.weight, layer.bias, layer.running_mean]:
            tensor.copy_(torch.randn(tensor.shape))
        layer.running_var.copy_(torch.rand(layer.running_var.shape) + 0.5)
    arrays = {"Scaling": layer.weight, "Biases": layer.bias, "MovingMean": layer.running_mean,
              "MovingVariance": layer.running_var}
    given = ", ".join(f'"{key}" -> array["{key}"]' for key in arrays)
    epsilon = options or ', "Epsilon" -> 0.00001'
    layer_case("batch normalization, " + name, f"BatchNormalizationLayer[{given}{epsilon}]", arrays, shape, layer)

layer_case("local response normalization, odd",
           'LocalResponseNormalizationLayer["Alpha" -> 0.5, "Beta" -> 0.75, "Bias" -> 2., "ChannelWindowSize" -> 1]', {},
           (4, 2, 3), nn.LocalResponseNorm(3, alpha=0.5, beta=0.75, k=2.0))
layer_case("local response normalization, even",
           'LocalResponseNormalizationLayer["Alpha" -> 0.5, "Beta" -> 0.75, "Bias" -> 2., "ChannelWindowSize" -> {2, 1}]', {},
           (5, 2, 3), nn.LocalResponseNorm(4, alpha=0.5, beta=0.75, k=2.0))

for name, net, layer, shape in [
    ("one slope", 'ParametricRampLayer[None, "Slope" -> First[array["Slope"]]]', nn.PReLU(), (3, 4)),
    ("by channel", 'ParametricRampLayer["Slope" -> array["Slope"]]', nn.PReLU(3), (3, 4)),
]:
    with torch.no_grad():
        layer.weight.copy_(torch.randn(layer.weight.shape))
    layer_case("parametric ramp, " + name, net, {"Slope": layer.weight}, shape, layer)


def several(name, net, arrays, data, output):
    """A net with several inputs, by name; tensors of integers hold positions from 1."""
    inputs = {port: numbers(value) for port, value in data.items()}
    cases.append({"name": name, "net": net, "arrays": {key: numbers(value) for key, value in arrays.items()},
                  "input": inputs, "output": numbers(output)})


x, y = torch.randn(3, 4), torch.randn(3, 4)
pair = {"Input": x, "Target": y}
for reduction, ours in [("mean", "Mean"), ("sum", "Total"), ("none", "None")]:
    options = f'"Reduction" -> {ours}'
    several(f"squared loss, {reduction}", f"MeanSquaredLossLayer[{options}]", {}, pair,
            functional.mse_loss(x, y, reduction=reduction))
    several(f"absolute loss, {reduction}", f"MeanAbsoluteLossLayer[{options}]", {}, pair,
            functional.l1_loss(x, y, reduction=reduction))
    several(f"Huber loss, {reduction}", f"HuberLossLayer[0.7, {options}]", {}, pair,
            functional.huber_loss(x, y, reduction=reduction, delta=0.7))
    classes = torch.tensor([2, 0, 3])
    indexed = {"Input": x, "Target": classes + 1}
    several(f"cross-entropy of logits, {reduction}", f'CrossEntropyLossLayer["Index", "FromLogits" -> True, {options}]', {},
            indexed, functional.cross_entropy(x, classes, reduction=reduction))
    several(f"cross-entropy of logits, smoothed, {reduction}",
            f'CrossEntropyLossLayer["Index", "FromLogits" -> True, "LabelSmoothing" -> 0.3, {options}]', {}, indexed,
            functional.cross_entropy(x, classes, reduction=reduction, label_smoothing=0.3))
    given = torch.softmax(x, -1)
    several(f"cross-entropy of probabilities, {reduction}", f'CrossEntropyLossLayer["Index", {options}]', {},
            {"Input": given, "Target": classes + 1}, functional.nll_loss(given.log(), classes, reduction=reduction))
    soft = torch.softmax(y, -1)
    several(f"cross-entropy with soft targets, {reduction}",
            f'CrossEntropyLossLayer["Probabilities", "FromLogits" -> True, {options}]', {}, {"Input": x, "Target": soft},
            functional.cross_entropy(x, soft, reduction=reduction))
    several(f"binary cross-entropy, {reduction}", f'CrossEntropyLossLayer["Binary", {options}]', {},
            {"Input": torch.sigmoid(x), "Target": soft},
            functional.binary_cross_entropy(torch.sigmoid(x), soft, reduction=reduction))
    several(f"binary cross-entropy of logits, {reduction}",
            f'CrossEntropyLossLayer["Binary", "FromLogits" -> True, {options}]', {}, {"Input": x, "Target": soft},
            functional.binary_cross_entropy_with_logits(x, soft, reduction=reduction))
for target in [[1, 2], [2, 2], [3], []]:
    given = torch.softmax(torch.randn(5, 4), -1)
    labels = torch.tensor(target, dtype=torch.long)
    # PyTorch's blank is the first class.
    moved = torch.cat([given[:, 3:], given[:, :3]], 1).log()
    several(f"connectionist temporal classification, {target}", "CTCLossLayer[]", {}, {"Input": given, "Target": labels},
            functional.ctc_loss(moved, labels, (5,), (len(target),), reduction="sum"))

table = torch.randn(5, 3)
positions = torch.tensor([[4, 0], [2, 4], [1, 1]])
several("embedding", 'EmbeddingLayer[3, "Weights" -> array["Weights"]]', {"Weights": table}, {"Input": positions + 1},
        functional.embedding(positions, table))
for mode in ["sum", "mean", "max"]:
    function = {"sum": "Total", "mean": "Mean", "max": "Max"}[mode]
    net = f'NetChain[{{EmbeddingLayer[3, "Weights" -> array["Weights"]], AggregationLayer[{function}, 2]}}]'
    several(f"embedding, {mode} of bags", net, {"Weights": table}, {"Input": positions + 1},
            functional.embedding_bag(positions, table, mode=mode))

theta, image = torch.randn(1, 2, 3) / 2, torch.randn(2, 4, 3)
grid = functional.affine_grid(theta, (1, 2, 3, 5), align_corners=True)
several("spatial transformation", "SpatialTransformationLayer[{3, 5}]", {},
        {"Input": image, "Parameters": theta.flatten()},
        functional.grid_sample(image[None], grid, align_corners=True)[0])

unit = nn.GRU(width, size)
arrays = {}
for place, gate in enumerate(["Reset", "Input", "Memory"]):
    rows = slice(place * size, (place + 1) * size)
    arrays[f"{gate}GateInputWeights"] = unit.weight_ih_l0[rows]
    arrays[f"{gate}GateStateWeights"] = unit.weight_hh_l0[rows]
    arrays[f"{gate}GateBiases"] = unit.bias_ih_l0[rows] + (unit.bias_hh_l0[rows] if gate != "Memory" else 0)
arrays["MemoryGateStateBiases"] = unit.bias_hh_l0[2 * size:]
data = torch.randn(steps, width)
given = ", ".join(f'"{key}" -> array["{key}"]' for key in arrays)
case("gated recurrent unit, two biases", f"GatedRecurrentUnitLayer[{size}, {given}]", arrays, data, unit(data)[0])

unit = nn.LSTM(width, size, proj_size=2)
arrays = {"ProjectionWeights": unit.weight_hr_l0}
for place, gate in enumerate(["Input", "Forget", "Memory", "Output"]):
    rows = slice(place * size, (place + 1) * size)
    arrays[f"{gate}GateInputWeights"] = unit.weight_ih_l0[rows]
    arrays[f"{gate}GateStateWeights"] = unit.weight_hh_l0[rows]
    arrays[f"{gate}GateBiases"] = (unit.bias_ih_l0 + unit.bias_hh_l0)[rows]
given = ", ".join(f'"{key}" -> array["{key}"]' for key in arrays)
absent = ", ".join(f'"{gate}GatePeephole" -> None' for gate in ["Input", "Forget", "Output"])
case("long short-term memory, projected", f"ProjectedLongShortTermMemoryLayer[{size}, 2, {given}, {absent}]", arrays, data,
     unit(data)[0])

layer_case("gated linear unit", "GatedLinearUnitLayer[]", {}, (3, 6), nn.GLU())
layer_case("gated linear unit, first level", "GatedLinearUnitLayer[LogisticSigmoid, 1]", {}, (4, 3), nn.GLU(1))
for name, net, function in [
    ("ReLU6", '"ReLU6"', nn.ReLU6()), ("LeakyReLU", '{"LeakyReLU", 0.2}', nn.LeakyReLU(0.2)),
    ("LeakyReLU, default", '"LeakyReLU"', nn.LeakyReLU()), ("ELU, 0.7", '{"ELU", 0.7}', nn.ELU(0.7)),
    ("CELU", '{"CELU", 1.3}', nn.CELU(1.3)), ("GELUTanh", '"GELUTanh"', nn.GELU("tanh")),
    ("SoftPlus, 2", '{"SoftPlus", 2}', nn.Softplus(2, threshold=1000)), ("LogSigmoid", '"LogSigmoid"', nn.LogSigmoid()),
    ("TanhShrink", '"TanhShrink"', nn.Tanhshrink()), ("HardShrink", '{"HardShrink", 0.5}', nn.Hardshrink()),
    ("SoftShrink", '{"SoftShrink", 0.5}', nn.Softshrink()), ("Threshold", '{"Threshold", 0.5, 3}', nn.Threshold(0.5, 3)),
    ("HardTanh, -1/2 to 2", '{"HardTanh", -1/2, 2}', nn.Hardtanh(-0.5, 2)),
    ("HardSigmoid, PyTorch's", '{"HardSigmoid", 1/6, 1/2}', nn.Hardsigmoid()),
]:
    data = torch.tensor([-4.0, -1.5, -0.25, 0.125, 0.75, 3.5, 7.0])
    case("elementwise, " + name, f"ElementwiseLayer[{net}]", {}, data, function(data))

path = pathlib.Path(__file__).with_suffix(".json")
lines = ",\n".join(json.dumps(one) for one in cases)
path.write_text(f"[\n{lines}\n]\n")
