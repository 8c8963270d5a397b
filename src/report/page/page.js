"use strict";
// The table of all runs: sorted by a column, filtered by words, conditions and choices, a hundred rows at a time. A row opens to
// its run.
(() => {
  const parsed = (id) => JSON.parse(document.getElementById(id).textContent);
  const columns = parsed("data"), details = parsed("details");
  const place = document.getElementById("table");
  const count = columns.length ? (columns[0].places || columns[0].numbers).length : 0;
  const value = (column, row) => column.numbers ? column.numbers[row] : column.words[column.places[row]];
  const NONE = "–";
  // Counts and seeds as they are, other numbers with six significant digits at most.
  const written = (column, number) => {
    if (column.whole) return String(number);
    const size = Math.abs(number), rounded = Number(number.toPrecision(6));
    return size >= 1e6 || (size > 0 && size < 1e-4) ? rounded.toExponential().replace("e+", "e") : String(rounded);
  };
  for (const column of columns) column.whole = column.numbers && column.numbers.every((n) => n === null || Number.isSafeInteger(n));
  const shown = (column, row) => {
    const v = value(column, row);
    return v === null || v === "" ? NONE : column.numbers ? written(column, v) : v;
  };
  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, of] of Object.entries(attributes)) made.setAttribute(key, of);
    made.append(...children);
    return made;
  };
  const PAGE = 100;
  const state = { sort: -1, down: false, text: "", choices: new Map(), most: PAGE, hints: [] };

  const OPERATORS = {
    ">=": (a, b) => a >= b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, "<": (a, b) => a < b,
    "=": (a, b) => a === b, "==": (a, b) => a === b, "!=": (a, b) => a !== b,
  };
  // What is typed falls into conditions, texts in quotes and words; all but quotes end at a space.
  const PART = /("[^"]+"|[^\s"<>=!]+)\s*(>=|<=|==|!=|>|<|=)\s*("[^"]*"|[^\s"]+)|"([^"]*)"|\S+/g;
  const bare = (text) => text.replaceAll('"', "");
  const names = [(known) => known, (known) => known.replaceAll(" ", "-"), (known) => known.split(".").pop()];
  const called = (name) => names.map((of) => columns.find((column) => of(column.name.toLowerCase()) === name)).find(Boolean);
  const occurs = (text) => (row) => columns.some((column) => shown(column, row).toLowerCase().includes(text));
  // A part of the filter as a test of a row, with what is to be said of it where nothing is found.
  const condition = ([part, name, operator, bound, quoted]) => {
    if (name === undefined) return { test: occurs(quoted ?? bare(part)) };
    const column = called(bare(name)), compare = OPERATORS[operator], wanted = bare(bound);
    if (!column) return { test: occurs(part), hint: `no column is called ${bare(name)}` };
    if (column.words && !operator.includes("=")) return { test: () => false, hint: `${column.name} has words: compare by = or !=` };
    if (column.words) return { test: (row) => compare(shown(column, row).toLowerCase(), wanted || NONE) };
    if (wanted === "" || Number.isNaN(Number(wanted))) return { test: () => false, hint: `${column.name} has numbers, ${wanted} is none` };
    return { test: (row) => column.numbers[row] !== null && compare(column.numbers[row], Number(wanted)) };
  };
  const rows = () => {
    const parts = [...state.text.toLowerCase().matchAll(PART)].map(condition);
    const tests = parts.map((part) => part.test);
    state.hints = parts.flatMap((part) => part.hint ?? []);
    for (const [column, wanted] of state.choices) if (wanted !== "") tests.push((row) => String(column.places[row]) === wanted);
    const kept = [];
    for (let row = 0; row < count; row++) if (tests.every((test) => test(row))) kept.push(row);
    if (state.sort >= 0) {
      const column = columns[state.sort], sign = state.down ? -1 : 1;
      kept.sort((a, b) => {
        const [x, y] = [value(column, a), value(column, b)];
        if (x === y) return a - b;
        if (x === null) return 1; // what has no number comes last, both ways
        if (y === null) return -1;
        return (x < y ? -1 : 1) * sign;
      });
    }
    return kept;
  };

  const input = element("input", { type: "search", id: "filter", autocomplete: "off", spellcheck: "false", placeholder: "adam lr>0.01", "aria-describedby": "syntax" });
  const code = (text) => element("code", {}, text);
  const syntax = element("small", { id: "syntax" }, "All parts must hold: words as ", code("adam"), ", in quotes where they have spaces as ",
    code('"dropout 0"'), ", conditions on a column as ", code("lr > 0.01"), ", ", code("seed=1"), ", ", code("test-metric>=0.9"), " or ",
    code("outcome=diverged"), ".");
  const controls = element("div", { class: "controls" }, element("label", { for: "filter" }, "Filter", input), syntax);
  for (const column of columns.filter((c) => c.words && c.name !== "run" && c.words.length > 1 && c.words.length <= 60)) {
    const select = element("select", {}, element("option", { value: "" }, "all"));
    column.words.forEach((word, index) => select.append(element("option", { value: String(index) }, word || NONE)));
    select.addEventListener("change", () => { state.choices.set(column, select.value); state.most = PAGE; draw(); });
    controls.append(element("label", {}, column.name, select));
  }
  const status = element("p", { role: "status", "aria-live": "polite" });
  const heads = columns.map((column, index) => {
    const button = element("button", { type: "button" }, column.name);
    button.addEventListener("click", () => {
      state.down = state.sort === index ? !state.down : false;
      state.sort = index;
      draw();
    });
    return element("th", { scope: "col", "aria-sort": "none" }, button);
  });
  const body = element("tbody");
  const table = element("table", {}, element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "details"), ...heads)), body);
  const more = element("button", { type: "button" }, "100 more"), all = element("button", { type: "button" }, "All");
  more.addEventListener("click", () => { state.most += PAGE; draw(); });
  all.addEventListener("click", () => { state.most = count; draw(); });
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { state.text = input.value; state.most = PAGE; draw(); }, 120);
  });

  const cell = (column, row) => element("td", column.numbers ? { class: "number" } : {}, shown(column, row));

  // What opens below a row.
  const identity = columns.find((column) => column.name === "run");
  const opened = new Set();
  const drawing = (name, attributes, ...children) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, of] of Object.entries(attributes)) made.setAttribute(key, of);
    made.append(...children);
    return made;
  };
  const SIZE = [340, 170], INSET = [58, 8, 12, 30];
  // Two lines over epochs: the training part dashed, the validation part whole; logarithmic where all numbers are above 0.
  const curve = (title, epochs, lines, logarithmic) => {
    const known = lines.flat().filter((y) => y !== null);
    if (known.length === 0) return "";
    const scaled = logarithmic && known.every((y) => y > 0) ? Math.log10 : (y) => y;
    const ends = (numbers) => [Math.min(...numbers), Math.max(...numbers)];
    const [low, high] = ends(known), [first, last] = ends(epochs);
    const along = (share, from, to) => from + share * (to - from);
    const share = (x, a, b) => (b > a ? (x - a) / (b - a) : 0.5);
    const x = (epoch) => along(share(epoch, first, last), INSET[0], SIZE[0] - INSET[2]);
    const y = (number) => along(share(scaled(number), scaled(low), scaled(high)), SIZE[1] - INSET[3], INSET[1] + 16);
    const path = (line) => line.map((number, place) => number === null ? "" : `${x(epochs[place]).toFixed(1)},${y(number).toFixed(1)}`).filter(Boolean).join(" ");
    const text = (words, at, anchor) => drawing("text", { x: at[0], y: at[1], "text-anchor": anchor }, words);
    const short = (number) => String(Number(number.toPrecision(3)));
    return drawing("svg", { class: "curve", viewBox: `0 0 ${SIZE[0]} ${SIZE[1]}`, width: SIZE[0], height: SIZE[1], role: "img", "aria-label": `${title} against epochs` },
      text(`${title}: validation part, dashed: training part`, [0, 12], "start"),
      ...lines.map((line, place) => drawing("polyline", { points: path(line), class: place === 0 ? "training" : "validation" })),
      text(short(high), [INSET[0] - 6, y(high) + 4], "end"), text(short(low), [INSET[0] - 6, y(low) + 4], "end"),
      text(`${first}`, [x(first), SIZE[1] - 10], "middle"), text(`epoch ${last}`, [x(last), SIZE[1] - 10], "end"));
  };
  const settings = (own) => {
    const rows = Object.entries({ ...details.shared, ...own }).sort(([a], [b]) => (a < b ? -1 : 1));
    return element("dl", { class: "settings" }, ...rows.flatMap(([name, of]) => [element("dt", {}, name), element("dd", {}, of)]));
  };
  const folded = (title, ...children) => element("details", {}, element("summary", {}, title), ...children);
  const details_of = (row) => {
    const run = value(identity, row), of = details.runs[row];
    const command = (words) => element("pre", {}, words);
    const place = element("td", { colspan: String(columns.length + 1) });
    if (!of) {
      place.append(element("p", {}, "Settings, results and curve of this run, and a spec that runs it alone:"),
        command(`burnmark show . ${run}\nburnmark show . ${run} --spec > run.toml`));
      return element("tr", { class: "opened" }, place);
    }
    const [trainLoss, loss, trainMetric, metric] = of.curves;
    place.append(element("p", {}, `Run ${run}`), element("div", { class: "curves" },
      curve("loss", of.epochs, [trainLoss, loss], true), curve("metric", of.epochs, [trainMetric, metric], false)));
    place.append(folded("All settings", settings(of.own)));
    if (of.spec.length > 0) {
      place.append(folded("A spec that runs it alone, to save as run.toml", command(of.spec.map((line) => details.lines[line]).join("\n"))));
    }
    place.append(command(`burnmark show . ${run} --spec > run.toml\nburnmark run run.toml`));
    return element("tr", { class: "opened" }, place);
  };
  const line = (row) => {
    const run = value(identity, row), button = element("button", { type: "button", "aria-expanded": String(opened.has(row)), "aria-label": `Run ${run}` }, run.slice(0, 8));
    const made = element("tr", {}, element("td", { class: "opens" }, button), ...columns.map((column) => cell(column, row)));
    button.addEventListener("click", () => {
      const open = !opened.has(row);
      button.setAttribute("aria-expanded", String(open));
      if (open) { opened.add(row); made.after(details_of(row)); } else { opened.delete(row); made.nextSibling.remove(); }
    });
    return opened.has(row) ? [made, details_of(row)] : [made];
  };
  const draw = () => {
    const kept = rows(), visible = kept.slice(0, state.most);
    body.replaceChildren(...visible.flatMap(line));
    heads.forEach((head, index) => head.setAttribute("aria-sort", state.sort !== index ? "none" : state.down ? "descending" : "ascending"));
    const hints = kept.length === 0 ? state.hints.map((hint) => `; ${hint}`).join("") : "";
    status.textContent = `${kept.length} of ${count} runs match, ${visible.length} shown${hints}`;
    more.hidden = all.hidden = visible.length === kept.length;
  };
  place.append(controls, status, element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "All runs" }, table),
    element("div", { class: "more" }, more, all));
  draw();

  // Paper shows the other questions too, and the glossary opens where a word leads to it.
  let closed = [];
  const open = (all) => all.forEach((fold) => { fold.open = true; });
  addEventListener("beforeprint", () => open(closed = [...document.querySelectorAll("details.printed-open:not([open])")]));
  addEventListener("afterprint", () => closed.forEach((fold) => { fold.open = false; }));
  document.querySelectorAll("a.word").forEach((word) => word.addEventListener("click", () => open(document.querySelectorAll("#words details"))));
})();
