"""The figures in src/num/stream.rs, src/train/sampling.rs, src/num/stable.rs, src/data/draw.rs and tests/it/axes.rs, by a second implementation.

How: pip install mpmath==1.3.0 blake3==1.0.11; python tests/oracles/streams.py
ChaCha8 (Bernstein 2008, the 64-bit counter and nonce layout) is written out here from its definition.
"""
import math
import struct

MASK = 0xFFFFFFFF


def chacha8_words(key, nonce):
    state = list(struct.unpack("<4I", b"expand 32-byte k")) + list(struct.unpack("<8I", key)) + [0, 0, nonce & MASK, nonce >> 32]
    def quarter(x, a, b, c, d):
        for p, q, r, n in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            x[p] = (x[p] + x[q]) & MASK
            x[r] ^= x[p]
            x[r] = ((x[r] << n) | (x[r] >> (32 - n))) & MASK
    while True:
        x = list(state)
        for _ in range(4):
            for a, b, c, d in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)):
                quarter(x, a, b, c, d)
            for a, b, c, d in ((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
                quarter(x, a, b, c, d)
        yield from ((u + v) & MASK for u, v in zip(x, state))
        state[12] = (state[12] + 1) & MASK


def stream(seed, tag, layer, index, network=0):
    return chacha8_words(struct.pack("<Q8sII8x", seed, tag, layer, network), index)


def uniform(words):
    low, high = next(words), next(words)
    return ((high << 32 | low) >> 11) / 2.0**53


def normal(words):
    radius = math.sqrt(-2.0 * math.log1p(-uniform(words)))
    return radius * math.cos(2.0 * math.pi * uniform(words))


def below(words, bound):
    threshold = (2**32 - bound) % bound
    while True:
        wide = next(words) * bound
        if wide & MASK >= threshold:
            return wide >> 32


def shuffled(words, items):
    order = list(items)
    for last in range(len(order) - 1, 0, -1):
        other = below(words, last + 1)
        order[last], order[other] = order[other], order[last]
    return order


def figures():
    from mpmath import mp, mpf, exp, log

    words = stream(42, b"data    ", 0, 5)
    print("bits", [next(words) for _ in range(2)])
    words = stream(42, b"data    ", 0, 5)
    print("uniform", [uniform(words) for _ in range(2)])
    words = stream(42, b"data    ", 0, 5)
    print("normal", [normal(words) for _ in range(2)])
    print("order", shuffled(stream(42, b"batches ", 0, 5), range(8)))
    # A mask takes word w of block l at place 16 w + l.
    words = stream(42, b"dropout ", 1, 5)
    blocks = [[next(words) for _ in range(16)] for _ in range(16)]
    print("mask", [0 if blocks[place % 16][place // 16] < 2**31 else 1 for place in range(48)])

    noises = ((b"connect ", 2), (b"in-noise", 0), (b"w-noise ", 2), (b"thinned ", 2))
    print("noises", [next(stream(42, tag, layer, 5)) for tag, layer in noises])
    words = stream(42, b"bootstrp", 0, 0)
    print("bootstrap", sorted(below(words, 12) for _ in range(12)))
    print("second network", next(stream(42, b"batches ", 0, 5, network=1)))

    draws = [stream(seed, b"draw    ", 0, 0) for seed in (0, 1)]
    print("seeds of new draws", [next(words) << 32 | next(words) for words in draws])

    from blake3 import blake3

    words = stream(0, b"setting ", 0, struct.unpack("<Q", blake3(b"optimizer.lr").digest()[:8])[0])
    print("drawn from 1e-4 to 1", [float(f"{10 ** (-4 * (1 - uniform(words))):.3e}") for _ in range(3)])

    mp.dps = 50
    for s in (1, -30):
        print("sigmoid", s, repr(float(1 / (1 + exp(-mpf(s))))), "softplus", repr(float(log(1 + exp(mpf(s))))))
    print("log-sum-exp 1 2 3", repr(float(log(exp(mpf(1)) + exp(mpf(2)) + exp(mpf(3))))))


if __name__ == "__main__":
    figures()
