"""The page `report.html` in headless Chromium: sorting, filtering, keyboard, phone, dark mode, print, no connection.

python -m venv v && v/bin/pip install playwright==1.65.2    (and a Chromium, such as Debian's)
v/bin/python page.py RESULTS/report.html [FOLDER FOR SCREENSHOTS]
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PAGE = Path(sys.argv[1]).resolve()
SHOTS = Path(sys.argv[2]) if len(sys.argv) > 2 else None


def shot(page, name):
    if SHOTS:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def column(page, name):
    """The visible cells of a column, as texts."""
    place = page.locator("#runs th").all_inner_texts().index(name)
    return page.locator(f"#runs tbody tr td:nth-child({place + 1})").all_inner_texts()


with sync_playwright() as playwright:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints, asked = [], []
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(PAGE.as_uri())
    shot(page, "wide")

    status = page.locator("#runs [role=status]")
    total = int(status.inner_text().split(" of ")[1].split()[0])
    assert page.locator("#runs tbody tr").count() == min(100, total)

    # Sorting: a click ascending, another one descending; numbers as numbers, runs without one last.
    button = page.locator("#runs th button", has_text="validation loss")
    for word, sign in (("ascending", 1), ("descending", -1)):
        button.click()
        head = page.locator("#runs th", has=page.locator("button", has_text="validation loss"))
        assert head.get_attribute("aria-sort") == word
        losses = [sign * float(text) for text in column(page, "validation loss") if text != "–"]
        assert losses == sorted(losses) and losses, word

    # Keyboard alone: focus a column's button, press Enter.
    page.locator("#runs th button", has_text="seed").focus()
    page.keyboard.press("Enter")
    seeds = [float(text) for text in column(page, "seed")]
    assert seeds == sorted(seeds)
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none", "the focus is seen"

    # Filtering: words, a condition, a choice.
    method = column(page, "method")[0]
    page.fill("#filter", f"{method} seed=0")
    page.wait_for_timeout(300)
    assert set(column(page, "method")) == {method} and set(column(page, "seed")) == {"0"}
    page.fill("#filter", "no-such-word")
    page.wait_for_timeout(300)
    assert status.inner_text().startswith("0 of ")
    page.fill("#filter", "")
    page.wait_for_timeout(300)
    if page.locator(".more button", has_text="All").is_visible():
        page.locator(".more button", has_text="100 more").click()
        assert page.locator("#runs tbody tr").count() == min(200, total)

    # The first Tab leads to the link that skips to the table.
    page.goto(PAGE.as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"

    # A phone: nothing but tables, figures and code scrolls sideways, and those by themselves.
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shot(page, "phone")

    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="dark")
    shot(page, "dark")
    page.emulate_media(media="print", color_scheme="light")
    assert not page.locator(".controls").is_visible()
    shot(page, "print")
    if SHOTS:
        page.pdf(path=SHOTS / "print.pdf", format="A4")

    assert not complaints, complaints
    assert set(asked) == {PAGE.as_uri()}, asked
    browser.close()
print(f"{PAGE.name}: {total} runs, all as it should be")
