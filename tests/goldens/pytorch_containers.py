"""Writes pytorch_containers.json: values of nets of several layers computed by PyTorch in double precision.

Run it in an environment that has torch (2.x, CPU) as `python pytorch_containers.py`, beside the data file.

Each case is as in pytorch_layers.json; the input is an object where the net has several ones.
"""

import json
import pathlib

import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(11)
nn = torch.nn
functional = nn.functional
cases = []


def numbers(tensor):
    return tensor.detach().tolist()


def case(name, net, arrays, data, output):
    data = {key: numbers(value) for key, value in data.items()} if isinstance(data, dict) else numbers(data)
    cases.append({"name": name, "net": net, "arrays": {key: numbers(value) for key, value in arrays.items()},
                  "input": data, "output": numbers(output)})


def linear(prefix, layer):
    """The arrays of a linear layer, and their options."""
    arrays = {prefix + " w": layer.weight}
    options = f'"Weights" -> array["{prefix} w"], "Biases" -> '
    if layer.bias is None:
        return arrays, options + "None"
    arrays[prefix + " b"] = layer.bias
    return arrays, options + f'array["{prefix} b"]'


def attention(name, options, keys, queries, mask=None, scale=1.0):
    k, v, q = torch.randn(keys, 3), torch.randn(keys, 2), torch.randn(queries, 3)
    output = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask, scale=scale)
    case("attention, " + name, f'AttentionLayer["Dot"{options}]', {}, {"Key": k, "Value": v, "Query": q}, output)


attention("product", "", 5, 4)
attention("rescaled", ', "ScoreRescaling" -> "DimensionSqrt"', 5, 4, scale=3 ** -0.5)
attention("causal", ', "Mask" -> "Causal"', 4, 4, mask=torch.ones(4, 4, dtype=torch.bool).tril())
attention("window", ', "Mask" -> "Causal" -> 2', 5, 5, mask=torch.ones(5, 5, dtype=torch.bool).tril().triu(-1))

k, v, q = torch.randn(5, 3), torch.randn(5, 2), torch.randn(4, 6)
w = torch.randn(3, 6)
case("attention, bilinear",
     'NetReplacePart[AttentionLayer["Bilinear"], {"ScoringNet", "Matrix", "Weights"} -> array["w"]]',
     {"w": w}, {"Key": k, "Value": v, "Query": q}, functional.softmax(q @ w.T @ k.T, -1) @ v)

k, v, q = torch.randn(4, 2, 3), torch.randn(4, 2, 5), torch.randn(6, 2, 3)
heads = functional.scaled_dot_product_attention(*(x.transpose(0, 1) for x in (q, k, v)))
case("attention, heads", 'AttentionLayer["Dot", "MultiHead" -> True, "ScoreRescaling" -> "DimensionSqrt"]', {},
     {"Key": k, "Value": v, "Query": q}, heads.transpose(0, 1))

# nn.MultiheadAttention: projections, heads, and a projection of the joined heads.
layer = nn.MultiheadAttention(4, 2)
x = torch.randn(5, 4)
arrays, projections = {}, {}
for name, weight, bias in zip("qkv", layer.in_proj_weight.chunk(3), layer.in_proj_bias.chunk(3)):
    projection = nn.Linear(4, 4)
    projection.weight, projection.bias = nn.Parameter(weight), nn.Parameter(bias)
    own, options = linear(name, projection)
    arrays |= own
    projections[name] = f"NetMapOperator[LinearLayer[{{2, 2}}, {options}]]"
own, options = linear("out", layer.out_proj)
arrays |= own
case("attention, the whole layer",
     f'NetGraph[<|"q" -> {projections["q"]}, "k" -> {projections["k"]}, "v" -> {projections["v"]}, '
     '"heads" -> AttentionLayer["Dot", "MultiHead" -> True, "ScoreRescaling" -> "DimensionSqrt"], '
     f'"out" -> NetMapOperator[LinearLayer[4, {options}]]|>, '
     '{"q" -> NetPort[{"heads", "Query"}], "k" -> NetPort[{"heads", "Key"}], "v" -> NetPort[{"heads", "Value"}], '
     'NetPort["Input"] -> {"q", "k", "v"}, "heads" -> "out"}]',
     arrays, x, layer(x, x, x)[0])


def gates(layer, kind, suffix):
    """The arrays of one direction of an LSTM or GRU, and their options."""
    names = {"LSTM": ["Input", "Forget", "Memory", "Output"], "GRU": ["Reset", "Input", "Memory"]}[kind]
    parts = [getattr(layer, f"{what}_l0{suffix}").chunk(len(names)) for what in
             ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
    arrays, options = {}, []
    for name, wi, ws, bi, bs in zip(names, *parts):
        if kind == "GRU" and name == "Memory":
            bs.data.zero_()
        values = {"InputWeights": wi, "StateWeights": ws, "Biases": bi + bs}
        for key, value in values.items():
            arrays[f"{name}{key}{suffix}"] = value
            options.append(f'"{name}Gate{key}" -> array["{name}{key}{suffix}"]')
    return arrays, ", ".join(options)


for kind, constructor in (("LSTM", "LongShortTermMemoryLayer"), ("GRU", "GatedRecurrentLayer")):
    layer = getattr(nn, kind)(3, 2, bidirectional=True)
    forward, forward_options = gates(layer, kind, "")
    backward, backward_options = gates(layer, kind, "_reverse")
    x = torch.randn(5, 3)
    case(f"bidirectional, {kind}",
         f"NetBidirectionalOperator[{{{constructor}[2, {forward_options}], {constructor}[2, {backward_options}]}}]",
         forward | backward, x, layer(x)[0])

# A recurrence whose step is written as a net.
layer = nn.RNN(3, 2)
x = torch.randn(6, 3)
case("fold, simple recurrence",
     'NetFoldOperator[NetGraph[{LinearLayer[2, "Weights" -> array["wi"], "Biases" -> array["b"]], '
     'LinearLayer[2, "Weights" -> array["ws"], "Biases" -> None], Plus, Tanh}, '
     '{NetPort["Input"] -> 1, NetPort["State"] -> 2, {1, 2} -> 3 -> 4}]]',
     {"wi": layer.weight_ih_l0, "ws": layer.weight_hh_l0, "b": layer.bias_ih_l0 + layer.bias_hh_l0}, x, layer(x)[0])

# A residual block and a mapped perceptron.
first, second = nn.Linear(3, 4), nn.Linear(4, 3)
(a, first_options), (b, second_options) = linear("first", first), linear("second", second)
perceptron = f"NetChain[{{LinearLayer[4, {first_options}], Tanh, LinearLayer[3, {second_options}]}}]"
x = torch.randn(3)
case("graph, residual block", f'NetGraph[{{{perceptron}, Plus}}, {{NetPort["Input"] -> 1 -> 2, NetPort["Input"] -> 2}}]',
     a | b, x, x + second(torch.tanh(first(x))))
x = torch.randn(5, 3)
case("map, perceptron", f"NetMapOperator[{perceptron}]", a | b, x, second(torch.tanh(first(x))))
x = torch.randn(2, 3)
y = second(torch.tanh(first(x)))
case("pair embedding", f"NetPairEmbeddingOperator[{perceptron}]", a | b, x, torch.linalg.vector_norm(y[0] - y[1]))
case("nest, perceptron", f"NetNestOperator[{perceptron}, 3]", a | b, x[0],
     (lambda f: f(f(f(x[0]))))(lambda z: second(torch.tanh(first(z)))))

text = ",\n".join(json.dumps(entry) for entry in cases)
pathlib.Path(__file__).with_suffix(".json").write_text(f"[\n{text}\n]\n")
