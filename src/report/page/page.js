"use strict";
// The table of all runs: sorted by a column, filtered by words, conditions and choices, a hundred rows at a time.
(() => {
  const columns = JSON.parse(document.getElementById("data").textContent);
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
  const status = element("p", { role: "status", "aria-live": "polite" }), printed = element("p", { class: "printed" });
  const heads = columns.map((column, index) => {
    const button = element("button", { type: "button" }, column.name);
    button.addEventListener("click", () => {
      state.down = state.sort === index ? !state.down : false;
      state.sort = index;
      draw();
    });
    // Browsers repeat texts at the head of each sheet of paper, but no buttons.
    return element("th", { scope: "col", "aria-sort": "none" }, button, element("span", { class: "printed" }, column.name));
  });
  const body = element("tbody");
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...heads)), body);
  const more = element("button", { type: "button" }, "100 more"), all = element("button", { type: "button" }, "All");
  more.addEventListener("click", () => { state.most += PAGE; draw(); });
  all.addEventListener("click", () => { state.most = count; draw(); });
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { state.text = input.value; state.most = PAGE; draw(); }, 120);
  });

  // On paper an identity is as long as `burnmark show` needs it.
  const SHORT = 10;
  const cell = (column, row) => {
    const text = shown(column, row);
    if (column.numbers) return element("td", { class: "number" }, text);
    if (column.name !== "run") return element("td", {}, text);
    return element("td", { class: "identity" }, text.slice(0, SHORT), element("span", { class: "rest" }, text.slice(SHORT)));
  };
  const draw = () => {
    const kept = rows(), visible = kept.slice(0, state.most);
    body.replaceChildren(...visible.map((row) => element("tr", {}, ...columns.map((column) => cell(column, row)))));
    heads.forEach((head, index) => head.setAttribute("aria-sort", state.sort !== index ? "none" : state.down ? "descending" : "ascending"));
    const hints = kept.length === 0 ? state.hints.map((hint) => `; ${hint}`).join("") : "";
    status.textContent = `${kept.length} of ${count} runs match, ${visible.length} shown${hints}`;
    const of = kept.length < count ? `${kept.length} runs that match the filter (of ${count})` : `${count} runs`;
    printed.textContent = visible.length < kept.length ? `The first ${visible.length} of ${of}.` : `All ${of}.`;
    more.hidden = all.hidden = visible.length === kept.length;
  };
  place.append(controls, status, printed, element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "All runs" }, table),
    element("div", { class: "more" }, more, all));
  draw();

  // Paper shows what is folded.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => folded.forEach((details) => { details.open = false; }));
})();
