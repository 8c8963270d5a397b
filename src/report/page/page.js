"use strict";
// The table of all runs: sorted by a column, filtered by words, conditions and choices, a hundred rows at a time.
(() => {
  const columns = JSON.parse(document.getElementById("data").textContent);
  const place = document.getElementById("table");
  const count = columns.length ? (columns[0].places || columns[0].numbers).length : 0;
  const value = (column, row) => column.numbers ? column.numbers[row] : column.words[column.places[row]];
  const shown = (column, row) => { const v = value(column, row); return v === null || v === "" ? "–" : String(v); };
  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, of] of Object.entries(attributes)) made.setAttribute(key, of);
    made.append(...children);
    return made;
  };
  const PAGE = 100;
  const state = { sort: -1, down: false, text: "", choices: new Map(), most: PAGE };

  const OPERATORS = { ">=": (a, b) => a >= b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, "<": (a, b) => a < b, "=": (a, b) => a === b };
  // A word of the filter: a condition on a column of numbers, or a text that occurs in any cell.
  const condition = (word) => {
    const found = /^(.+?)(>=|<=|>|<|=)(.+)$/.exec(word);
    if (found) {
      const [, name, operator, bound] = found;
      const same = (column) => column.name.replaceAll(" ", "-") === name || column.name.split(".").pop() === name;
      const column = columns.find(same);
      if (column && column.numbers && bound !== "" && !Number.isNaN(Number(bound)))
        return (row) => column.numbers[row] !== null && OPERATORS[operator](column.numbers[row], Number(bound));
      if (column && column.words && operator === "=") return (row) => value(column, row).toLowerCase() === bound;
    }
    return (row) => columns.some((column) => shown(column, row).toLowerCase().includes(word));
  };
  const rows = () => {
    const tests = state.text.toLowerCase().split(/\s+/).filter(Boolean).map(condition);
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

  const input = element("input", { type: "search", id: "filter", autocomplete: "off", spellcheck: "false", placeholder: "adam lr>0.01" });
  const controls = element("div", { class: "controls" }, element("label", { for: "filter" }, "Filter", input));
  for (const column of columns.filter((c) => c.words && c.name !== "run" && c.words.length > 1 && c.words.length <= 60)) {
    const select = element("select", {}, element("option", { value: "" }, "all"));
    column.words.forEach((word, index) => select.append(element("option", { value: String(index) }, word || "–")));
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
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...heads)), body);
  const more = element("button", { type: "button" }, "100 more"), all = element("button", { type: "button" }, "All");
  more.addEventListener("click", () => { state.most += PAGE; draw(); });
  all.addEventListener("click", () => { state.most = count; draw(); });
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { state.text = input.value; state.most = PAGE; draw(); }, 120);
  });

  const draw = () => {
    const kept = rows(), visible = kept.slice(0, state.most);
    body.replaceChildren(...visible.map((row) => element("tr", {}, ...columns.map((column) =>
      element("td", column.numbers ? { class: "number" } : {}, shown(column, row))))));
    heads.forEach((head, index) => head.setAttribute("aria-sort", state.sort !== index ? "none" : state.down ? "descending" : "ascending"));
    status.textContent = `${kept.length} of ${count} runs match, ${visible.length} shown`;
    more.hidden = all.hidden = visible.length === kept.length;
  };
  place.append(controls, status, element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "All runs" }, table),
    element("div", { class: "more" }, more, all));
  draw();
})();
