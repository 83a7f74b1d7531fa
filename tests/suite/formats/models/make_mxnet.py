"""Writes the models of MXNet in this folder, with inputs and outputs: `python make_mxnet.py`.

It needs mxnet 1.9.1 and numpy 1.23.5. Arrays are small multiples of 1/8, so that results are easy to follow.
"""

import pathlib

import mxnet as mx
import numpy as np

here = pathlib.Path(__file__).parent
S = mx.sym


def filled(name, shape, start):
    numbers = ((np.arange(int(np.prod(shape))) * 5 + start) % 13 - 6) / 8
    if "var" in name:
        numbers = np.abs(numbers) + 0.5
    return numbers.reshape(shape).astype(np.float32)


def save(name, symbol, shapes):
    arguments, _, auxiliary = symbol.infer_shape(**shapes)
    sizes = dict(zip(symbol.list_arguments(), arguments)) | dict(zip(symbol.list_auxiliary_states(), auxiliary))
    values = {key: filled(key, shape, start) for start, (key, shape) in enumerate(sizes.items())}
    if "index" in values:
        values["index"] = np.abs(values["index"] * 8).round()
    arrays = {key: mx.nd.array(value) for key, value in values.items()}
    states = {key: arrays[key] for key in symbol.list_auxiliary_states()}
    bound = symbol.bind(mx.cpu(), {key: arrays[key] for key in symbol.list_arguments()}, aux_states=states)
    outputs = [output.asnumpy() for output in bound.forward(is_train=False)]
    symbol.save(str(here / f"{name}-symbol.json"))
    kept = {key: value for key, value in arrays.items() if key not in shapes and not key.endswith("label")}
    mx.nd.save(str(here / f"{name}-0000.params"), {("aux:" if key in states else "arg:") + key: value for key, value in kept.items()})
    data = {f"in.{key}": values[key].astype(float) for key in shapes}
    data |= {f"out.{key}": output.astype(float) for key, output in zip(symbol.list_outputs(), outputs)}
    np.savez(here / f"{name}_data.npz", **data)


x = S.Variable("data")
x = S.FullyConnected(x, num_hidden=4, name="hidden")
x = S.Activation(x, act_type="relu", name="ramp")
x = S.FullyConnected(x, num_hidden=2, no_bias=True, name="out")
save("dense", S.SoftmaxOutput(x, name="softmax"), {"data": (2, 3)})

x = S.SwapAxis(S.Variable("data"), dim1=0, dim2=1)
zeros = S.zeros(shape=(4, 2, 2))
x = S.RNN(x, S.Variable("arrays"), zeros, zeros, state_size=2, num_layers=2, mode="lstm", bidirectional=True, name="lstm")
x = S.SequenceLast(x, name="last")
save("stacked", S.FullyConnected(x, num_hidden=2, name="out"), {"data": (2, 3, 2)})

image, vector, sequence, index = (S.Variable(name) for name in ("image", "vector", "sequence", "index"))
x = S.Convolution(image, kernel=(3, 3), num_filter=4, stride=(2, 1), pad=(1, 0), dilate=(1, 2), num_group=2, name="convolution")
x = S.BatchNorm(x, fix_gamma=False, name="normal")
x = S.LeakyReLU(x, act_type="prelu", name="slopes")
heads = [
    x,
    S.Deconvolution(image, kernel=(3, 2), num_filter=2, stride=(2, 2), pad=(1, 0), adj=(1, 0), name="spread"),
    S.InstanceNorm(image, name="instance"),
    S.GroupNorm(image, num_groups=2, name="groups"),
    S.L2Normalization(image, mode="channel", name="unit"),
    S.LRN(image, nsize=3, alpha=0.5, name="near"),
    S.Pad(image, mode="reflect", pad_width=(0, 0, 0, 0, 1, 2, 2, 1), name="border"),
    S.UpSampling(image, scale=2, sample_type="nearest", name="larger"),
    S.depth_to_space(image, block_size=2, name="spaced"),
    S.contrib.AdaptiveAvgPooling2D(image, output_size=(3, 2), name="adaptive"),
    S.Pooling(image, global_pool=True, kernel=(1, 1), pool_type="avg", name="whole"),
    S.SoftmaxActivation(image, mode="channel", name="channels"),
]
for convention in "valid", "full":
    for function in "max", "avg", "sum":
        window = dict(kernel=(3, 3), stride=(2, 2), pad=(1, 0), pooling_convention=convention, pool_type=function)
        heads.append(S.Pooling(image, name=f"{function}_{convention}", **window))
heads += [S.Activation(vector, act_type=name, name=f"act_{name}") for name in ("softrelu", "softsign", "tanh", "sigmoid")]
heads += [S.LeakyReLU(vector, act_type=name, name=f"leaky_{name}") for name in ("leaky", "elu", "selu", "gelu")]
heads += [getattr(S, name)(vector, name=name) for name in ("exp", "abs", "sign", "rint", "round", "trunc", "cbrt", "erf")]
parts = S.SliceChannel(vector, num_outputs=3, name="parts")
heads += [
    ((2 - (vector * 3 + 1) / 4) ** 2 + 1.5) / (2**vector) + (vector > 0.1),
    S.concat(parts[2], parts[0], dim=1, name="joined"),
    S.clip(vector, a_min=-0.25, a_max=0.5, name="clipped"),
    S.dot(vector, S.Variable("matrix", shape=(6, 4)), name="product"),
    S.broadcast_mul(sequence, S.Variable("scales", shape=(1, 5, 1)), name="scaled"),
    S.LayerNorm(sequence, axis=1, name="layer"),
    S.log_softmax(sequence, axis=1, name="logarithm"),
    S.softmax(sequence, temperature=2.5, name="warm"),
    S.sum(sequence, axis=-1, keepdims=True, name="sums"),
    S.max(sequence, axis=(0, 1), exclude=True, name="largest"),
    S.norm(sequence, axis=1, name="lengths"),
    S.reshape(sequence, shape=(0, 0, -4, 2, -1), name="parted"),
    S.reshape(sequence, shape=(-1, 20), name="flat"),
    S.transpose(image, axes=(0, 2, 3, 1), name="turned"),
    S.slice(sequence, begin=(None, 1, 0), end=(None, 4, 3), name="cut"),
    S.slice_axis(sequence, axis=1, begin=1, end=-1, name="inner"),
    S.reverse(sequence, axis=1, name="backwards"),
    S.batch_dot(sequence, sequence, transpose_b=True, name="gram"),
    S.FullyConnected(sequence, num_hidden=3, flatten=False, name="each"),
    S.Embedding(index, input_dim=9, output_dim=2, name="words"),
    S.one_hot(index, depth=9, name="units"),
]
shapes = {"image": (2, 4, 6, 6), "vector": (2, 6), "sequence": (2, 5, 4), "index": (2, 3)}
save("operators", S.Group(heads), shapes)
