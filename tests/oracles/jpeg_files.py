"""JPEG images by Pillow (libjpeg-turbo) and its pixels, for tests/it/formats.rs.

How: pip install pillow==13.0.0; python tests/oracles/jpeg_files.py writes tests/oracles/picture-*.jpg and picture.json
"""
import json
import math
import pathlib
from PIL import Image

WIDTH, HEIGHT = 21, 13


def pixel(x, y):
    return tuple(int(127.5 + 120 * math.sin(x / (3 + c) + y / (5 - c))) for c in range(3))


if __name__ == "__main__":
    folder, pixels = pathlib.Path(__file__).parent, {}
    image = Image.new("RGB", (WIDTH, HEIGHT))
    image.putdata([pixel(x, y) for y in range(HEIGHT) for x in range(WIDTH)])
    files = {
        "gray": (image.convert("L"), {}),
        "colours": (image, {"subsampling": 0}),
        "halved": (image, {"subsampling": 2}),
        "progressive": (image, {"subsampling": 0, "progressive": True}),
        "cmyk": (image.convert("CMYK"), {}),
    }
    for name, (picture, options) in files.items():
        path = folder / f"picture-{name}.jpg"
        picture.save(path, quality=90, **options)
        with Image.open(path) as read:
            pixels[name] = list(read.tobytes())
    del pixels["cmyk"]
    (folder / "picture.json").write_text(json.dumps(pixels) + "\n")
