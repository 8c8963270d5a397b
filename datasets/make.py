# Makes the CSV files of this folder from the data that ship inside the
# scikit-learn package (nothing is downloaded) and prints their BLAKE3 digests.
#
#   pip install scikit-learn==1.9.1 blake3==1.0.11
#   python datasets/make.py

from pathlib import Path

from blake3 import blake3
from sklearn import datasets

SETS = {
    "iris": datasets.load_iris(),
    "wine": datasets.load_wine(),
    "breast-cancer": datasets.load_breast_cancer(),
    "digits": datasets.load_digits(),
    "diabetes": datasets.load_diabetes(scaled=False),
}


def column(name):
    """'sepal length (cm)' -> 'sepal_length_cm', 'od280/od315_of' -> 'od280_od315_of'"""
    for old, new in (("(", ""), (")", ""), (" ", "_"), ("/", "_")):
        name = name.replace(old, new)
    return name.lower()


def number(value):
    """Shortest decimal that reads back as the same f64; integers without '.0'."""
    return repr(float(value)).removesuffix(".0")


for name, data in SETS.items():
    target = "target" if name == "diabetes" else "class"
    lines = [",".join([column(str(f)) for f in data.feature_names] + [target])]
    for x, y in zip(data.data, data.target, strict=True):
        lines.append(",".join(map(number, [*x, y])))
    text = "\n".join(lines) + "\n"

    path = Path(__file__).with_name(name + ".csv")
    path.write_bytes(text.encode("utf-8"))

    # Read back and compare every value exactly.
    rows = [[float(v) for v in line.split(",")] for line in path.read_text("utf-8").splitlines()[1:]]
    assert [r[:-1] for r in rows] == data.data.tolist(), name
    assert [r[-1] for r in rows] == data.target.tolist(), name

    print(blake3(path.read_bytes()).hexdigest(), path.name)
