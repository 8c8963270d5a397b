"""The page `report.html` in headless Chromium: sorting, filtering, keyboard, figures, phone, dark mode, print, no connection.

python -m venv v && v/bin/pip install playwright==1.65.2    (and a Chromium, such as Debian's)
v/bin/python page.py RESULTS/report.html [FOLDER FOR SCREENSHOTS]
"""

import re
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


def filtered(page, text):
    """What the page says of its rows once this is typed into the filter."""
    page.fill("#filter", text)
    page.wait_for_timeout(300)
    return page.locator("#runs [role=status]").inner_text()


def matching(said):
    return int(said.split(" of ")[0])


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

    # Numbers have six significant digits at most, whatever their size.
    for name in ("train loss", "validation loss", "test metric"):
        for text in column(page, name):
            digits = re.sub(r"e.*|\D", "", text).strip("0")
            assert len(digits) <= 6 and len(text) <= 13, f"{name} {text}"

    # Filtering: words, texts with spaces, conditions with spaces or without.
    method, seed, outcome = (column(page, name)[0] for name in ("method", "seed", "outcome"))
    filtered(page, f'method="{method}" seed={seed}')
    assert set(column(page, "method")) == {method} and set(column(page, "seed")) == {seed}
    assert method in column(page, "method") and matching(filtered(page, f'"{method}"')) > 0
    found = {matching(filtered(page, text)) for text in (f"seed={seed}", f"seed = {seed}", f"seed=={seed}", f" seed == {seed} ")}
    assert len(found) == 1 and found != {0}, found
    assert matching(filtered(page, f"seed != {seed}")) == total - found.pop()
    assert matching(filtered(page, f"outcome={outcome}")) > 0 and set(column(page, "outcome")) == {outcome}
    assert filtered(page, "no-such-word").startswith("0 of ")
    assert "no column is called no-such-column" in filtered(page, "no-such-column > 1")
    assert "seed has numbers, many is none" in filtered(page, "seed>many")
    described = page.locator("#filter").get_attribute("aria-describedby")
    assert "lr > 0.01" in page.locator(f"#{described}").inner_text(), "the syntax stands beside the field"
    filtered(page, "")
    if page.locator(".more button", has_text="All").is_visible():
        page.locator(".more button", has_text="100 more").click()
        assert page.locator("#runs tbody tr").count() == min(200, total)

    # The first Tab leads to the link that skips to the table.
    page.goto(PAGE.as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"

    # Figures: in the order of Tab, named by the title that they show.
    figures = page.locator("figure .scroll")
    for figure in figures.all():
        figure.focus()
        assert figure.evaluate("element => element === document.activeElement && element.getAttribute('role') === 'group'")
        title = figure.locator("svg text").first.text_content().strip()
        assert figure.get_attribute("aria-label") == title
    captions = page.locator("figcaption").all_inner_texts() + page.locator("#figures .counts").all_inner_texts()
    assert not any("`" in caption for caption in captions), captions

    # A phone: nothing but tables, figures and code scrolls sideways, and those by themselves.
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    scale = "svgs => svgs.map(svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"
    assert all(of >= 0.89 for of in page.locator("figure svg").evaluate_all(scale)), "letters stay legible"
    shot(page, "phone")

    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="dark")
    shot(page, "dark")
    page.emulate_media(media="print", color_scheme="light")
    assert not page.locator(".controls").is_visible() and not status.is_visible()

    # Paper: the head on every page, identities on one line, what is folded unfolded, figures as wide as the paper.
    page.set_viewport_size({"width": 688, "height": 1000})
    assert page.evaluate("getComputedStyle(document.querySelector('#runs thead')).display") == "table-header-group"
    assert page.locator("#runs th .printed").first.is_visible() and not page.locator("#runs th button").first.is_visible()
    identity = page.locator("#runs td.identity")
    shown = identity.first.evaluate("cell => cell.innerText")
    assert re.fullmatch("[0-9a-f]{10}", shown), shown
    assert identity.first.evaluate("cell => { const r = new Range(); r.selectNodeContents(cell.firstChild); return r.getClientRects().length }") == 1
    assert page.locator("p.printed").inner_text().startswith("The first 100 of" if total > 100 else f"All {total} runs")
    assert all(of <= 1.001 for of in page.locator("figure svg").evaluate_all(scale))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0 and page.locator("details pre").first.is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0
    page.set_viewport_size({"width": 1280, "height": 900})
    shot(page, "print")
    if SHOTS:
        page.pdf(path=SHOTS / "print.pdf", format="A4")

    assert not complaints, complaints
    assert set(asked) == {PAGE.as_uri()}, asked
    browser.close()
print(f"{PAGE.name}: {total} runs, all as it should be")
