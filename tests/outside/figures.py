"""Figures: MuPDF and Pillow open what `burnmark plot` writes, find sizes, fonts and texts, and see the same in PDF and PNG.

python figures.py BURNMARK RESULTS
"""

import subprocess
import sys
from pathlib import Path

import pymupdf
from PIL import Image, ImageChops, ImageStat

# Points wide and high, None: as high as it needs; the pixels of a PNG for an inch.
PRESETS = {"paper": (88 / 25.4 * 72, None, 300), "page": (180 / 25.4 * 72, None, 300), "slide": (960, 540, 144)}
# Of 255, on average over all pixels: the two programs smooth edges differently.
MOST_DIFFERENT = 2.0


def near(found: float, wanted: float, within: float) -> None:
    assert abs(found - wanted) <= within, f"{found} is not {wanted}"


def check(pdf: Path, png: Path, preset: str) -> None:
    width, height, dpi = PRESETS[preset]
    with pymupdf.open(pdf) as document:
        assert document.page_count == 1 and not document.is_repaired, pdf
        page = document[0]
        near(page.rect.width, width, 1)
        if height:
            near(page.rect.height, height, 1)
        (font,) = page.get_fonts()
        assert font[1] == "ttf" and font[3].endswith("DejaVuSans"), font
        assert len(document.extract_font(font[0])[3]) > 10_000, "the font is in the file"
        assert page.get_text().strip(), "texts can be searched"
        drawn = page.get_pixmap(dpi=dpi, alpha=False)
        seen = Image.frombytes("RGB", (drawn.width, drawn.height), drawn.samples)
    image = Image.open(png)
    near(image.info["dpi"][0], dpi, 0.1)
    near(image.width, seen.width, 2)
    near(image.height, seen.height, 2)
    difference = ImageChops.difference(image.convert("RGB"), seen.resize(image.size))
    different = max(ImageStat.Stat(difference).mean)
    assert different < MOST_DIFFERENT, f"{pdf}: {different}"


def main() -> None:
    burnmark, results = sys.argv[1:]
    count = 0
    for preset in PRESETS:
        for form in ("pdf", "png"):
            command = [burnmark, "plot", "all", results, "--preset", preset, "--format", form, "--out", preset]
            subprocess.run(command, check=True, capture_output=True)
        for pdf in sorted(Path(preset).glob("*.pdf")):
            check(pdf, pdf.with_suffix(".png"), preset)
            count += 1
    assert count > 20, count
    print(f"MuPDF and Pillow: {count} figures, sizes, fonts and texts as asked for, the same in PDF and PNG")


main()
