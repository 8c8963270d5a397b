"""The committed digests of src/data/digest.rs, src/plan/identity.rs, src/model/weights.rs, src/train/hashes.rs and
src/harness/plan.rs, by a second implementation of the bytes that src/digest.rs describes.

How: pip install blake3==1.0.11; python tests/oracles/digests.py
"""
import struct

from blake3 import blake3


def u64(number):
    return struct.pack("<Q", number)


def f64(*numbers):
    return struct.pack(f"<{len(numbers)}d", *numbers)


def f32(*numbers):
    return struct.pack(f"<{len(numbers)}f", *numbers)


def digest(form, fields):
    """Fields are pairs of a name and bytes, a text or a whole number."""
    hasher = blake3()
    for name, value in [("form", form), *fields]:
        value = u64(value) if isinstance(value, int) else value.encode() if isinstance(value, str) else value
        hasher.update(u64(len(name.encode())) + name.encode() + u64(len(value)) + value)
    return hasher.digest()


def data():
    features = [("rows", 2), ("columns", 3), ("features", f64(0.5, -1.0, 2.0, 1e-300, 3.25, 0.1))]
    flat = [("shape", "flat")]
    sequence = [("shape", "sequence"), ("steps", 3), ("features of a step", 1)]
    image = [("shape", "image"), ("height", 3), ("width", 1), ("channels", 1)]
    classes = [("target", "classes"), ("classes", 3), ("labels", struct.pack("<2I", 0, 2))]
    values = [("target", "values"), ("values", f64(1.5, -0.0))]
    objective = [("target", "objective")]
    quadratic = [("objective", "quadratic"), ("dimensions", 2), ("matrix", f64(2.0, 0.5, 0.5, 2.0))]
    sets = [
        flat + features + classes,
        sequence + features + values,
        image + features + classes,
        flat + features + objective + quadratic,
        flat + features + objective + [("objective", "rosenbrock"), ("dimensions", 3)],
        flat + features + objective + [("objective", "beale")],
    ]
    return [digest("burnmark data 1", fields).hex() for fields in sets]


def setting(value):
    if isinstance(value, bool):
        return b"f" + bytes([value])
    if isinstance(value, int):
        return b"i" + u64(value)
    return b"n" + f64(value) if isinstance(value, float) else b"t" + value.encode()


def run():
    # The settings of the run in src/plan/identity.rs, as the tables have them, and the entries' revisions.
    settings = {
        "engine": {"engine": "reference"},
        "precision": {"precision": "f32"},
        "data": {
            "data.set.kind": "iris",
            "data.split.test": 0.2,
            "data.split.train": 0.6,
            "data.split.validation": 0.2,
            "data.standardize": True,
        },
        "model": {
            "model.activation.kind": "relu",
            "model.hidden": "16-8",
            "model.initial.kind": "he",
            "model.kind": "mlp",
            "model.tied": False,
        },
        "train": {
            "train.average.kind": "none",
            "train.batch": "32",
            "train.clip": 0.0,
            "train.curve": "epoch",
            "train.drop_last": False,
            "train.early_stopping": False,
            "train.ensemble": 1,
            "train.epochs": 30,
            "train.evaluate_every": 1,
            "train.order": "fresh",
            "train.patience": 10,
            "train.reduction": "mean",
        },
        "optimizer": {
            "optimizer.beta1": 0.9,
            "optimizer.beta2": 0.999,
            "optimizer.epsilon": 1e-8,
            "optimizer.kind": "adam",
            "optimizer.lr": 0.01,
        },
        "annealing": {"annealing.kind": "constant"},
        "regularize": {
            "regularize.decoupled": False,
            "regularize.dropconnect": 0.0,
            "regularize.dropout": 0.0,
            "regularize.dropout_at_test": "scaling",
            "regularize.dropout_samples": 100,
            "regularize.input_dropout": 0.0,
            "regularize.input_noise": 0.0,
            "regularize.l1": 0.0,
            "regularize.weight_decay": 0.0,
            "regularize.weight_noise": 0.0,
        },
    }

    def section(values):
        fields = []
        for name, value in sorted(values.items()):
            fields.append((name, setting(value)))
            if name == "engine" or name.endswith(".kind"):
                fields.append(("revision", 1))
        return digest("burnmark settings 1", fields)

    sections = [(name, section(values)) for name, values in settings.items()]
    fields = [("numerics version", 4), ("data digest", "0123"), ("seed", 7), *sections]
    return digest("burnmark run 1", fields)[:16].hex()


def tensors(kind, pack):
    theta = [i / 8 for i in range(11)]
    # θ: 2 biases, 3 × 2 weights, 1 bias, 2 × 1 weights; the file has weights by output.
    blocks = [
        ("layers.0.bias", [2], theta[0:2]),
        ("layers.0.weight", [2, 3], [theta[2 + 2 * i + j] for j in range(2) for i in range(3)]),
        ("layers.1.bias", [1], theta[8:9]),
        ("layers.1.weight", [1, 2], theta[9:11]),
    ]
    fields = []
    for name, shape, numbers in blocks:
        fields += [("tensor", name), ("type", kind), *[("length", n) for n in shape], ("numbers", pack(*numbers))]
    return digest("burnmark tensors 1", fields).hex()


def parameters(kind, networks):
    fields = [("type", kind), *[("network", numbers) for numbers in networks]]
    return digest("burnmark parameters 1", fields).hex()


if __name__ == "__main__":
    print("src/data/digest.rs", *data(), sep="\n  ")
    print("src/plan/identity.rs", run(), sep="\n  ")
    print("src/model/weights.rs", tensors("f64", f64), tensors("f32", f32), sep="\n  ")
    order = "burnmark batch order 1"
    print(
        "src/train/hashes.rs",
        parameters("f64", [f64(0.5, -1.0, 1e-3)]),
        parameters("f32", [f32(0.5, -1.0), f32(2.0)]),
        digest(order, []).hex(),
        digest(order, [("epoch", u64(2) + u64(0) + u64(1))]).hex(),
        sep="\n  ",
    )
    print("src/harness/plan.rs", digest("burnmark plan 1", [("run", "0" * 32), ("run", "1" * 32)]).hex(), sep="\n  ")
