"""Outputs and losses of 60 full-batch steps of networks from parts by PyTorch, for tests/it/networks.rs.

How: pip install torch==2.9.1; python tests/oracles/networks.py > tests/oracles/networks.json
Everything is given by formulas of small whole numbers, so that both sides start from the same bits; parameters are numbered through
in the order of burnmark's θ: for each layer the bias, then the weights, inputs x outputs. Layers are PyTorch's own, in f64. Each
network has the layers as a spec writes them, the outputs before the first step, and the loss before each update.
"""
import json
import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
STEPS, SAMPLES, RATE = 60, 8, 0.05


def number(i, period):
    """A number between -1 and 1, exact in binary."""
    return ((i * 7 + 3) % period - period // 2) / 16.0


class Theta:
    """Parameters, numbered through; a quarter of `number`."""

    def __init__(self):
        self.tensors, self.next, self.training = [], 0, False

    def take(self, *shape):
        count = torch.Size(shape).numel()
        values = [number(self.next + j, 37) / 4 for j in range(count)]
        self.next += count
        self.tensors.append(torch.tensor(values).reshape(shape).requires_grad_())
        return self.tensors[-1]

    def running(self, n):
        """Running mean and variance, which have places in theta and no gradient; the variances are made positive."""
        mean, variance = self.take(n).detach(), self.take(n).detach()
        del self.tensors[-2:]
        return mean, variance + 2

    def linear(self, n, k, bias=True):
        b = self.take(k) if bias else 0.0
        w = self.take(n, k)
        return lambda z: z @ w + b

    def norm(self, n, epsilon=1e-5):
        shift = self.take(n)
        gain = self.take(n)
        return lambda z: F.layer_norm(z, (n,), gain, shift, epsilon)


def inputs(width):
    return torch.tensor([[number(width * r + c, 31) for c in range(width)] for r in range(SAMPLES)])


NETWORKS = {}


def network(name, layers, task):
    """Registers a function of Theta that makes a network."""
    def register(make):
        NETWORKS[name] = (layers, task, make)
        return make
    return register


FLAT = {"inputs": 6, "classes": 3}
STEPS_4 = {"inputs": 12, "steps": 4}


@network(
    "residual, layer norm, gelu",
    [{"dense": 5, "activation": "gelu"},
     {"residual": [{"norm": "layer"}, {"dense": 7, "activation": "gelu"}, {"dense": 5}]},
     {"norm": "layer", "epsilon": 0.01}],
    FLAT)
def residual(theta):
    first, norm, wide, narrow = theta.linear(6, 5), theta.norm(5), theta.linear(5, 7), theta.linear(7, 5)
    last, out = theta.norm(5, 0.01), theta.linear(5, 3)

    def forward(x):
        z = F.gelu(first(x))
        z = z + narrow(F.gelu(wide(norm(z))))
        return out(last(z))
    return forward


@network(
    "all shortcuts",
    [{"shortcut": [{"dense": 4, "activation": "sigmoid"}]}, {"shortcut": [{"dense": 3, "activation": "tanh"}]}],
    FLAT)
def shortcuts(theta):
    one, two, out = theta.linear(6, 4), theta.linear(10, 3), theta.linear(13, 3)

    def forward(x):
        z = torch.cat([x, torch.sigmoid(one(x))], 1)
        z = torch.cat([z, torch.tanh(two(z))], 1)
        return out(z)
    return forward


@network(
    "weights shared by name",
    [{"dense": 4}, {"repeat": 3, "layers": [{"dense": 4, "bias": False, "name": "same"}, {"activation": "elu"}]}],
    FLAT)
def shared(theta):
    first, same, out = theta.linear(6, 4), theta.linear(4, 4, False), theta.linear(4, 3)

    def forward(x):
        z = first(x)
        for _ in range(3):
            z = F.elu(same(z))
        return out(z)
    return forward


@network(
    "autoencoder",
    [{"dense": 5, "activation": "gelu"}, {"dense": 2}, {"dense": 5, "activation": "gelu"}],
    {"inputs": 6, "gives_back": True})
def autoencoder(theta):
    one, code, two, out = theta.linear(6, 5), theta.linear(5, 2), theta.linear(2, 5), theta.linear(5, 6)
    return lambda x: out(F.gelu(two(code(F.gelu(one(x))))))


ACTIVATIONS = {
    "gelu": F.gelu, "gelu-tanh": lambda z: F.gelu(z, approximate="tanh"), "silu": F.silu, "elu": F.elu,
    "softplus": F.softplus, "softsign": F.softsign,
}


def of_activation(name, f):
    @network(name, [{"dense": 5, "activation": name}, {"dense": 4, "activation": name}], FLAT)
    def make(theta):
        one, two, out = theta.linear(6, 5), theta.linear(5, 4), theta.linear(4, 3)
        return lambda x: out(f(two(f(one(x)))))


for _name, _f in ACTIVATIONS.items():
    of_activation(_name, _f)


@network(
    "layer norm at each step, flattened",
    [{"dense": 5, "activation": "silu"}, {"norm": "layer"}, {"flatten": True}],
    STEPS_4)
def per_step(theta):
    dense, norm, out = theta.linear(3, 5), theta.norm(5), theta.linear(20, 1)
    return lambda x: out(norm(F.silu(dense(x.reshape(SAMPLES, 4, 3)))).reshape(SAMPLES, 20))


@network("embedding", [{"embedding": 3, "of": 5}, {"dense": 4, "activation": "tanh"}, {"flatten": True}], {"inputs": 6, "of": 5, "classes": 3})
def embedding(theta):
    rows, dense, out = theta.take(5, 3), theta.linear(3, 4), theta.linear(24, 3)
    return lambda x: out(torch.tanh(dense(F.embedding(x.long(), rows))).reshape(SAMPLES, 24))


@network("gru", [{"gru": 5}, {"pool": "last"}], STEPS_4)
def gru(theta):
    input_bias, input_weight, hidden_bias, hidden_weight = theta.take(15), theta.take(3, 15), theta.take(15), theta.take(5, 15)
    out = theta.linear(5, 1)

    def forward(x):
        weights = [input_weight.T, hidden_weight.T, input_bias, hidden_bias]
        states, _ = torch.gru(x.reshape(SAMPLES, 4, 3), torch.zeros(1, SAMPLES, 5), weights, True, 1, 0.0, False, False, True)
        return out(states[:, -1])
    return forward


@network("two layers of lstm", [{"lstm": 4}, {"lstm": 3}, {"pool": "mean"}], STEPS_4)
def lstm(theta):
    def layer(n, k):
        bias, weight, hidden = theta.take(4 * k), theta.take(n, 4 * k), theta.take(k, 4 * k)

        def forward(x):
            zeros = torch.zeros(1, SAMPLES, k)
            weights = [weight.T, hidden.T, bias, torch.zeros(4 * k)]
            return torch.lstm(x, (zeros, zeros), weights, True, 1, 0.0, False, False, True)[0]
        return forward
    one, two = layer(3, 4), layer(4, 3)
    out = theta.linear(3, 1)
    return lambda x: out(two(one(x.reshape(SAMPLES, 4, 3))).mean(1))


@network(
    "convolutions over steps",
    [{"conv": 5, "kernel": 3, "padding": 1, "activation": "relu"}, {"conv": 4, "kernel": 2, "stride": 2}, {"pool": "max"}],
    STEPS_4)
def convolutions(theta):
    def layer(n, k, size, **options):
        bias, weight = theta.take(k), theta.take(size, n, k)
        return lambda z: F.conv1d(z, weight.permute(2, 1, 0), bias, **options)
    one, two, out = layer(3, 5, 3, padding=1), layer(5, 4, 2, stride=2), theta.linear(4, 1)
    return lambda x: out(two(F.relu(one(x.reshape(SAMPLES, 4, 3).permute(0, 2, 1)))).amax(2))


@network(
    "convolutions over pixels",
    [{"conv": 4, "kernel": 3, "padding": 2, "stride": 2, "activation": "tanh"}, {"conv": 3, "kernel": 2, "padding": 1},
     {"pool": "max", "size": 2}, {"pool": "mean"}],
    {"inputs": 40, "image": [5, 4, 2], "classes": 3})
def image(theta):
    def layer(n, k, size, **options):
        bias, weight = theta.take(k), theta.take(size, size, n, k)
        return lambda z: F.conv2d(z, weight.permute(3, 2, 0, 1), bias, **options)
    one, two, out = layer(2, 4, 3, padding=2, stride=2), layer(4, 3, 2, padding=1), theta.linear(3, 3)

    def forward(x):
        z = torch.tanh(one(x.reshape(SAMPLES, 5, 4, 2).permute(0, 3, 1, 2)))
        return out(F.max_pool2d(two(z), 2).mean((2, 3)))
    return forward


@network(
    "batch norm",
    [{"dense": 5, "activation": "tanh"}, {"norm": "batch"}, {"dense": 4}, {"norm": "batch", "epsilon": 0.01}],
    FLAT)
def batch_norm(theta):
    def norm(n, epsilon):
        shift, gain = theta.take(n), theta.take(n)
        mean, variance = theta.running(n)
        return lambda z: F.batch_norm(z, mean, variance, gain, shift, theta.training, 0.1, epsilon)
    one, first, two, second, out = theta.linear(6, 5), norm(5, 1e-5), theta.linear(5, 4), norm(4, 0.01), theta.linear(4, 3)
    return lambda x: out(second(two(first(torch.tanh(one(x))))))


@network("batch norm at each step", [{"norm": "batch"}, {"gru": 3}, {"norm": "batch"}, {"pool": "last"}], STEPS_4)
def batch_norm_of_steps(theta):
    def norm(n):
        shift, gain = theta.take(n), theta.take(n)
        mean, variance = theta.running(n)
        over = lambda z: F.batch_norm(z, mean, variance, gain, shift, theta.training, 0.1, 1e-5)
        return lambda z: over(z.permute(0, 2, 1)).permute(0, 2, 1)
    first = norm(3)
    input_bias, input_weight, hidden_bias, hidden_weight = theta.take(9), theta.take(3, 9), theta.take(9), theta.take(3, 9)
    second, out = norm(3), theta.linear(3, 1)

    def forward(x):
        weights = [input_weight.T, hidden_weight.T, input_bias, hidden_bias]
        zeros = torch.zeros(1, SAMPLES, 3)
        return out(second(torch.gru(first(x.reshape(SAMPLES, 4, 3)), zeros, weights, True, 1, 0.0, False, False, True)[0])[:, -1])
    return forward


def run(name):
    layers, task, make = NETWORKS[name]
    theta = Theta()
    forward = make(theta)
    x = inputs(task["inputs"])
    if "of" in task:
        x = torch.tensor([[float((r * task["inputs"] + c) * 7 % task["of"]) for c in range(task["inputs"])] for r in range(SAMPLES)])
    if "classes" in task:
        y = torch.tensor([r % task["classes"] for r in range(SAMPLES)])
        loss_of = lambda s: F.cross_entropy(s, y)
    elif "gives_back" in task:
        loss_of = lambda s: 0.5 * ((s - x) ** 2).mean()
    else:
        y = torch.tensor([[number(2 * r, 29)] for r in range(SAMPLES)])
        loss_of = lambda s: 0.5 * ((s - y) ** 2).sum(1).mean()
    outputs = forward(x).detach().reshape(-1).tolist()
    losses, theta.training = [], True
    for _ in range(STEPS):
        loss = loss_of(forward(x))
        losses.append(loss.item())
        gradients = torch.autograd.grad(loss, theta.tensors)
        with torch.no_grad():
            for tensor, gradient in zip(theta.tensors, gradients):
                tensor -= RATE * gradient
    theta.training = False
    final = forward(x).detach().reshape(-1).tolist()
    return {"name": name, "task": task, "layers": layers, "parameters": theta.next, "outputs": outputs, "losses": losses, "final": final}


if __name__ == "__main__":
    print("[\n" + ",\n".join(json.dumps(run(name)) for name in NETWORKS) + "\n]")
