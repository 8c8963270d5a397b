"""The polynomials of src/num/elementary.rs, and the errors of its f64 functions against 60 digits.

How: pip install mpmath==1.4.1; python tests/oracles/elementary.py prints the coefficients, the highest power first.
For the errors, write lines `function x y` (bits of x and y in hexadecimal) to a file, with `exp`, `tanh`, `ln` or `ln_1p`
as the function, and name the file: python tests/oracles/elementary.py pairs.txt. Figures of 2026: exp 1.06, tanh 1.47,
ln 0.75, ln_1p 0.74 units in the last place over 60,000 numbers each, of all sizes and dense around 0 and 1.
"""
import struct
import sys

from mpmath import chebyfit, exp, frexp, log, log1p, mp, mpf, nstr, sqrt, tanh

mp.dps = 60


def coefficients():
    def q(r):  # (e^r - 1 - r)/r^2
        return (exp(r) - 1 - r) / r**2 if abs(r) > mpf("1e-12") else mpf(1) / 2 + r / 6 + r * r / 24

    def t(z):  # tanh x = x + x^3 t(x^2)
        return (tanh(sqrt(z)) / sqrt(z) - 1) / z if abs(z) > mpf("1e-15") else mpf(-1) / 3 + 2 * z / 15

    widest = log(2) / 2 * mpf("1.0005")
    for name, terms in (("f32", 6), ("f64", 10)):
        print("q", name, [float(c) for c in chebyfit(q, [-widest, widest], terms)])
    widest = (log(2) * 3 / 4 * mpf("1.001")) ** 2
    for name, terms in (("f32", 6), ("f64", 14)):
        print("t", name, [float(c) for c in chebyfit(t, [mpf("1e-30"), widest], terms)])
    for name, nearest in (("f32", struct.unpack("f", struct.pack("f", float(log(2))))[0]), ("f64", float(log(2)))):
        print("ln 2 less the nearest", name, nstr(log(2) - mpf(nearest), 20))


def errors(path):
    functions = {"exp": exp, "tanh": tanh, "ln": log, "ln_1p": log1p}
    worst = {}
    number = lambda bits: struct.unpack(">d", bytes.fromhex(bits.zfill(16)))[0]
    for line in open(path):
        name, x, y = line.split()
        x, y = number(x), number(y)
        exact = functions[name](mpf(x))
        if abs(exact) >= mpf(2) ** 1024 * (1 - mpf(2) ** -54):
            error = 0 if y == float("inf") else float("inf")
        else:
            unit = mpf(2) ** max(int(frexp(exact)[1]) - 53, -1074)
            error = abs(mpf(y) - exact) / unit
        if error > worst.get(name, (-1,))[0]:
            worst[name] = (error, x, y)
    for name, (error, x, y) in worst.items():
        print(name, nstr(error, 4), "at", x, "for", y)


if __name__ == "__main__":
    errors(sys.argv[1]) if len(sys.argv) > 1 else coefficients()
