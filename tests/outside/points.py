"""Writes points.csv: 90 points of three kinds in the plane, the same ones each time."""

import random
import sys

draw = random.Random(1)
with open(sys.argv[1], "w") as out:
    out.write("x,y,kind\n")
    for i in range(90):
        kind = i % 3
        out.write(f"{draw.gauss(kind, 0.6)!r},{draw.gauss(-kind, 0.6)!r},{'abc'[kind]}\n")
