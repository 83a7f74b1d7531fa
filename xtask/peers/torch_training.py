"""PyTorch on the training steps of crates/netform/benches/training.rs; see training.py."""
import training

import torch
import torch.nn.functional as F

torch.set_num_threads(training.THREADS)


def mlp():
    linear = []
    for matrix, bias in training.mlp():
        layer = torch.nn.Linear(matrix.shape[1], matrix.shape[0])
        layer.weight.data, layer.bias.data = torch.from_numpy(matrix), torch.from_numpy(bias)
        linear += [layer, torch.nn.ReLU()]
    return torch.nn.Sequential(*linear[:-1])


def lstm():
    inputs, outputs, forgets, memory = training.lstm()
    # The order of the gates in torch is input, forget, memory, output.
    gates = [inputs, forgets, memory, outputs]
    joined = [torch.cat([torch.from_numpy(gate[place]) for gate in gates]) for place in range(3)]
    net = torch.nn.LSTM(training.FEATURES, training.HIDDEN, batch_first=True)
    net.weight_ih_l0.data, net.weight_hh_l0.data, net.bias_ih_l0.data = joined
    net.bias_hh_l0.data = torch.zeros(4 * training.HIDDEN)
    # One bias for each gate learns.
    net.bias_hh_l0.requires_grad = False
    return net


def variants(kind, optimizer, rate, examples):
    x = torch.from_numpy(training.data(kind, examples))
    if kind == "mlp":
        net, targets = mlp(), torch.from_numpy(training.classes(examples))
        loss = lambda: F.cross_entropy(net(x), targets)
    else:
        net = lstm()
        loss = lambda: (net(x)[0][:, -1] ** 2).mean()
    parameters = [parameter for parameter in net.parameters() if parameter.requires_grad]
    made = torch.optim.SGD(parameters, rate) if optimizer == "sgd" else torch.optim.Adam(parameters, rate, foreach=True)

    def call():
        made.zero_grad(set_to_none=True)
        value = loss()
        value.backward()
        made.step()
        return value.detach()

    yield call


if __name__ == "__main__":
    training.main("torch", variants)
