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

path = pathlib.Path(__file__).with_suffix(".json")
lines = ",\n".join(json.dumps(one) for one in cases)
path.write_text(f"[\n{lines}\n]\n")
