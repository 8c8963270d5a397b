"""Losses of 60 full-batch steps by the code of the methods' authors, or of a reference library, for tests/it/formulas.rs.

How: pip install torch==2.9.1 schedulefree==1.4.1 prodigyopt==1.1.2 dadaptation==3.2 pytorch-optimizer==4.1.0 jax optax, unpack the
authors' repositories side by side into a folder, each as OWNER+NAME, then
python tests/oracles/authors.py FOLDER > tests/oracles/authors.json
Their commits: nikhilvyas/SOAP a1e5535, Liuhong99/Sophia a7e1572, AGI-Arena/MARS 4831e28, kyleliang919/C-Optim 2c0517c,
apple/ml-ademamix c3d73c0, KellerJordan/Muon 857d1ad, sail-sg/Adan 2c65bea, davda54/sam 3c3afdb, michaelrzhang/lookahead c4fd85f.
Task, start and network (3-5-4-2, tanh, squared error) are those of trajectories.py, everything in f64. The loss where the gradient
is taken is written, before each step. A weight is PyTorch's, outputs x inputs, and Optax's is inputs x outputs.

What is changed of their code: Muon's products are in f64 and not in bfloat16. SOAP takes its eigenvectors by the Jacobi rotations
below at every tenth step, not by LAPACK at the first and a QR step later: the first matrices have eigenvalues of 0, whose
eigenvectors are anybody's choice, and the path depends on it. Sophia's estimate of curvature is the square of the gradient itself
(its labels are drawn from the network otherwise).
"""
import importlib
import json
import os
import sys

os.environ["TORCHDYNAMO_DISABLE"] = "1"  # nothing is compiled
sys.path[0] = sys.argv[1]  # not the folder of this file, whose statistics.py is not Python's

import numpy as np  # noqa: E402
import torch  # noqa: E402

STEPS = 60
torch.set_default_dtype(torch.float64)


def number(i, period):
    return ((i * 7 + 3) % period - period // 2) / 16.0


X = torch.tensor([[number(3 * r + c, 31) for c in range(3)] for r in range(8)])
Y = torch.tensor([[number(2 * r + c, 29) for c in range(2)] for r in range(8)])


def start():
    """Bias and weight of each layer, numbered through."""
    arrays, i = [], 0
    for n, k in ((3, 5), (5, 4), (4, 2)):
        for shape in ((1, k), (n, k)):
            count = shape[0] * shape[1]
            arrays.append(np.array([number(i + j, 37) for j in range(count)]).reshape(shape))
            i += count
    return arrays


def tensors():
    """As PyTorch has them: vectors, and matrices of outputs x inputs."""
    arrays = start()
    return [torch.nn.Parameter(torch.tensor(a[0] if i % 2 == 0 else a.T.copy())) for i, a in enumerate(arrays)]


def loss_of(parameters):
    z = X
    for layer in range(3):
        z = z @ parameters[2 * layer + 1].T + parameters[2 * layer]
        if layer < 2:
            z = torch.tanh(z)
    return ((z - Y) ** 2).sum() / (2 * len(Y))


def authors(repository, path, name):
    """A name of a file of a repository."""
    module = path.removesuffix(".py").replace("/", ".")
    return getattr(importlib.import_module(f"{repository}.{module}"), name)


def run(code, make, before=lambda optimizer, k: None, closure=False, **settings):
    """`make` builds the optimizer of these parameters; `settings` are the formula's."""
    parameters, losses = tensors(), []
    optimizer = make(parameters)
    if hasattr(optimizer, "train"):
        optimizer.train()
    for k in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of(parameters)
        loss.backward()
        losses.append(loss.item())
        before(optimizer, k)
        if closure:
            optimizer.first_step(zero_grad=True)
            loss_of(parameters).backward()
            optimizer.second_step(zero_grad=True)
        else:
            optimizer.step()
    return {"code": code, "settings": settings, "losses": losses}


def run_optax(code, transformation, **settings):
    import jax
    import jax.numpy as jnp
    import optax

    jax.config.update("jax_enable_x64", True)
    x, y = jnp.array(X.numpy()), jnp.array(Y.numpy())

    def loss_at(arrays):
        z = x
        for layer in range(3):
            z = z @ arrays[2 * layer + 1] + arrays[2 * layer]
            z = jnp.tanh(z) if layer < 2 else z
        return ((z - y) ** 2).sum() / (2 * len(y))

    arrays, losses = [jnp.array(a) for a in start()], []
    optimizer = transformation(optax)
    state = optimizer.init(arrays)
    for _ in range(STEPS):
        loss, gradient = jax.value_and_grad(loss_at)(arrays)
        losses.append(float(loss))
        updates, state = optimizer.update(gradient, state, arrays)
        arrays = optax.apply_updates(arrays, updates)
    return {"code": code, "settings": settings, "losses": losses}


def jacobi(matrix):
    """Eigenvectors of a symmetric matrix as columns, by descending eigenvalue: cyclic rotations of pairs p < q."""
    a, v, n = matrix.clone(), torch.eye(len(matrix)), len(matrix)
    nothing = 2.0**-48 * torch.linalg.norm(a)
    for _ in range(60):
        rotated = False
        for p in range(n):
            for q in range(p + 1, n):
                if not abs(a[p, q]) > nothing:
                    continue
                rotated = True
                zeta = (a[q, q] - a[p, p]) / (2 * a[p, q])
                t = (-1.0 if zeta < 0 else 1.0) / (abs(zeta) + torch.sqrt(1 + zeta * zeta))
                c = 1 / torch.sqrt(1 + t * t)
                s = c * t
                for m in (a, v):
                    m[:, p], m[:, q] = c * m[:, p] - s * m[:, q], s * m[:, p] + c * m[:, q]
                a[p], a[q] = c * a[p] - s * a[q], s * a[p] + c * a[q]
                a[p, q] = a[q, p] = 0.0
        if not rotated:
            break
    return v[:, torch.argsort(torch.diagonal(a), descending=True, stable=True)]


def soap(every):
    of_authors = authors("nikhilvyas+SOAP", "soap.py", "SOAP")

    class Jacobi(of_authors):
        def get_orthogonal_matrix(self, matrices):
            return [jacobi(m) if len(m) else [] for m in matrices]

        def get_orthogonal_matrix_QR(self, state, *_):
            return self.get_orthogonal_matrix(state["GG"])

    return lambda p: Jacobi(p, lr=0.02, betas=(0.9, 0.95), weight_decay=0.0, precondition_frequency=every)


def muon(parameters):
    torch.Tensor.bfloat16 = lambda tensor: tensor
    make = authors("KellerJordan+Muon", "muon.py", "SingleDeviceMuonWithAuxAdam")
    hidden = [parameters[1], parameters[3]]
    rest = [parameters[0], parameters[2], parameters[4], parameters[5]]
    of_rest = {"params": rest, "use_muon": False, "lr": 0.002, "betas": (0.9, 0.95), "eps": 1e-10, "weight_decay": 0}
    return make([{"params": hidden, "use_muon": True, "lr": 0.02, "momentum": 0.95, "weight_decay": 0}, of_rest])


def every_fifth(optimizer, k):
    if k % 5 == 0:
        optimizer.update_hessian()


def groups(parameters):
    """PyTorch's AdamW: biases at twice the rate without decay, the last layer at half the rate."""
    def group(places, rate, decay):
        return {"params": [parameters[i] for i in places], "lr": rate, "weight_decay": decay}

    of_all = [group([0, 2], 0.04, 0.0), group([1, 3], 0.02, 0.1), group([4], 0.02, 0.0), group([5], 0.01, 0.1)]
    return torch.optim.AdamW(of_all, foreach=False)


import dadaptation  # noqa: E402
import prodigyopt  # noqa: E402
import pytorch_optimizer  # noqa: E402
import schedulefree  # noqa: E402

ademamix = authors("apple+ml-ademamix", "pytorch/ademamix.py", "AdEMAMix")
adan = authors("sail-sg+Adan", "adan.py", "Adan")
cautious = authors("kyleliang919+C-Optim", "c_adamw.py", "AdamW")
lookahead = authors("michaelrzhang+lookahead", "lookahead_pytorch.py", "Lookahead")
mars = authors("AGI-Arena+MARS", "MARS/optimizers/mars.py", "MARS")
sam = authors("davda54+sam", "sam.py", "SAM")
sophia = authors("Liuhong99+Sophia", "sophia.py", "SophiaG")

print(json.dumps({
    "ademamix": run("the authors'", lambda p: ademamix(p, lr=0.01, betas=(0.9, 0.999, 0.99), alpha=5.0), lr=0.01, beta3=0.99),
    "lion": run_optax("Optax", lambda o: o.lion(0.01, b1=0.9, b2=0.99, weight_decay=0.0), lr=0.01),
    "lamb": run_optax("Optax", lambda o: o.lamb(0.02, eps=1e-6, weight_decay=0.01), lr=0.02, decay=0.01),
    "lars": run_optax("Optax", lambda o: o.lars(10.0, weight_decay=0.0, trust_coefficient=0.001, momentum=0.9), lr=10.0),
    "adafactor": run("PyTorch", lambda p: torch.optim.Adafactor(p, lr=0.02, eps=(1e-30, 1e-3), weight_decay=0.0), lr=0.02),
    "adan": run("the authors'", lambda p: adan(p, lr=0.02, betas=(0.98, 0.92, 0.99), eps=1e-8, foreach=False), lr=0.02),
    "muon": run("the author's", muon, lr=0.02, epsilon=1e-10),
    "schedule-free": run("the authors'", lambda p: schedulefree.SGDScheduleFree(p, lr=0.2, foreach=False), lr=0.2),
    "schedule-free-adam": run(
        "the authors'", lambda p: schedulefree.AdamWScheduleFree(p, lr=0.02, foreach=False), lr=0.02),
    "prodigy": run("the authors'", lambda p: prodigyopt.Prodigy(p, eps=1e-30, d0=0.001), d0=0.001, epsilon=1e-30),
    "dadapt-adam": run("the authors'", lambda p: dadaptation.DAdaptAdam(p, d0=0.001), d0=0.001),
    "dadapt-sgd": run("the authors'", lambda p: dadaptation.DAdaptSGD(p, d0=0.001, momentum=0.9), d0=0.001),
    "soap": run("the authors'", soap(10), lr=0.02, beta1=0.9),
    "shampoo": run("pytorch-optimizer", lambda p: pytorch_optimizer.Shampoo(p, lr=0.1, matrix_eps=1e-6), lr=0.1),
    "sophia": run(
        "the authors'", lambda p: sophia(p, lr=0.02, betas=(0.965, 0.99), rho=0.04, weight_decay=0.0), before=every_fifth,
        lr=0.02, samples=5120, every=5),
    "mars": run(
        "the authors'", lambda p: mars(p, lr=0.02, betas=(0.95, 0.99), gamma=0.025, optimize_1d=True), lr=0.02),
    "cautious-adam": run("the authors'", lambda p: cautious(p, lr=0.02, eps=1e-30, weight_decay=0.0), lr=0.02, epsilon=1e-30),
    "sam": run(
        "davda54/sam", lambda p: sam(p, torch.optim.SGD, rho=0.05, lr=0.05, momentum=0.9), closure=True, lr=0.05),
    "lookahead": run(
        "the authors'", lambda p: lookahead(torch.optim.Adam(p, lr=0.02), la_steps=5, la_alpha=0.5), lr=0.02),
    "adamw-groups": run("PyTorch", groups, lr=0.02),
}, indent=1))
