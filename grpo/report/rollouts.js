// The table of rollouts. What it shows is in the address (#verdict=WRONG&sort=-tokens&open=...), so a view can be linked.
// Texts of a model only ever become text nodes.

(() => {
  const PAGE = 60;
  const START = 160;
  const COLUMNS = [
    ["step", "step"], ["run", "run"], ["task", "task"], ["verdict", "verdict"], ["reward", "reward number"],
    ["advantage", "advantage number"], ["tokens", "tokens number"], ["response", "start"],
  ];
  const rows = JSON.parse(document.getElementById("data-rollouts").textContent);
  const form = document.getElementById("filters");
  if (!form) return;
  const body = document.querySelector("#rows tbody");
  const more = document.getElementById("more");
  const columns = COLUMNS.filter(([name]) => name !== "run" || form.elements.run);
  let matching = [];
  let opened = "";

  function make(tag, className, ...children) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  const number = (value) => (value === null ? "–" : String(Number(value.toPrecision(4))));
  const keyOf = (row) => [row.run || "", row.step, row.task, row.rollout].join(":");
  const textsOf = (row) => [row.task, row.prompt, row.reason, row.answer, ...row.turns.flatMap((turn) => Object.values(turn))];
  const searched = (row) => (row.searched ??= textsOf(row).join("\n").toLowerCase());

  function fill(select, values) {
    const options = [...new Set(values)].sort().map((value) => new Option(value, value));
    select.replaceChildren(new Option("all", ""), ...options);
  }

  function range(text) {
    const match = /^\s*(\d+)\s*(?:-\s*(\d+)\s*)?$/.exec(text);
    return match ? [Number(match[1]), Number(match[2] ?? match[1])] : null;
  }

  function chosen() {
    const { run, step, verdict, taskset, text } = form.elements;
    const steps = range(step.value);
    const isWrong = step.value.trim() !== "" && !steps;
    step.setAttribute("aria-invalid", String(isWrong));
    const words = text.value.toLowerCase();
    return rows.filter((row) =>
      !isWrong &&
      (!steps || (row.step >= steps[0] && row.step <= steps[1])) &&
      (!run?.value || row.run === run.value) &&
      (!verdict.value || row.verdict === verdict.value) &&
      (!taskset.value || row.taskset === taskset.value) &&
      (!words || searched(row).includes(words)));
  }

  function sorted(found) {
    const order = form.elements.sort.value || "step";
    const name = order.replace("-", "");
    const sign = order.startsWith("-") ? -1 : 1;
    const isKnown = (row) => row[name] !== null;
    return [...found.filter(isKnown).sort((a, b) => sign * (a[name] - b[name])), ...found.filter((row) => !isKnown(row))];
  }

  function cell(row, name, className) {
    if (name === "step") {
      const button = make("button", "open", `${row.step ?? "–"}`);
      button.type = "button";
      button.setAttribute("aria-label", `Open rollout ${row.rollout ?? ""} of ${row.task}, step ${row.step}`);
      button.setAttribute("aria-expanded", "false");
      return make("td", className, button);
    }
    if (name === "verdict") return make("td", "", make("span", `verdict ${row.verdict}`, row.verdict));
    if (name === "task") return make("td", className, make("bdi", "told", row.task));
    if (name === "response") return make("td", className, (row.turns.at(-1)?.response ?? "").slice(0, START));
    return make("td", className, typeof row[name] === "number" || row[name] === null ? number(row[name]) : row[name]);
  }

  const said = (kind, text) => (text ? make("pre", `said ${kind}`, text) : null);
  const heading = (text) => make("h4", "", text);

  function details(row) {
    const parts = Object.entries(row.parts).map(([name, value]) => make("li", "told", make("b", "", name), ` ${number(value)}`));
    const facts = [
      `reward ${number(row.reward)}`, `value ${number(row.value)}`, `advantage ${number(row.advantage)}`,
      `${row.tokens ?? "–"} tokens`, `ended by ${row.finish.at(-1) ?? "–"}`, `policy version ${row.version ?? "–"}`,
      row.trained ? "trained on" : "not trained on",
    ];
    const same = make("a", "", "all rollouts of this task");
    same.href = `#${new URLSearchParams({ text: row.task })}`;
    const turns = row.turns.flatMap((turn, at) => [
      heading(row.num_turns > 1 ? `Response ${at + 1}` : "Response"), make("pre", "said response", turn.response),
      turn.answer && row.num_turns > 1 ? make("p", "quiet told", `answer: ${turn.answer}`) : null,
      turn.observation ? heading("Observation") : null, said("observation", turn.observation),
    ]);
    const leftOut = row.num_turns - row.turns.length;
    return make("div", "", make("p", "quiet told", make("bdi", "", row.task), `, rollout ${row.rollout ?? "–"}: `, same),
      heading("Prompt"), make("pre", "said prompt", row.prompt), ...turns,
      leftOut ? make("p", "quiet", `… ${leftOut} more turns`) : null,
      make("h4", "", "Score: ", make("span", `verdict ${row.verdict}`, row.verdict)), make("ul", "parts", ...parts),
      row.reason ? make("p", "told", `Reason: ${row.reason}`) : null,
      row.answer ? make("p", "told", "Graded: ", make("code", "", row.answer)) : null,
      make("ul", "parts", ...facts.map((fact) => make("li", "", fact))));
  }

  function toggle(tr, row, isOpen) {
    tr.querySelector(".open").setAttribute("aria-expanded", String(isOpen));
    if (tr.nextElementSibling?.className === "details") tr.nextElementSibling.remove();
    if (!isOpen) return;
    const wide = make("td", "", details(row));
    wide.colSpan = [...tr.cells].filter((one) => one.offsetParent).length;
    tr.after(make("tr", "details", wide));
  }

  function addRow(row) {
    const tr = make("tr", "row", ...columns.map(([name, className]) => cell(row, name, className)));
    tr.addEventListener("click", () => {
      const isOpen = tr.querySelector(".open").getAttribute("aria-expanded") !== "true";
      toggle(tr, row, isOpen);
      opened = isOpen ? keyOf(row) : "";
      remember();
    });
    body.append(tr);
    if (keyOf(row) === opened) toggle(tr, row, true);
  }

  function addPage() {
    const shown = body.querySelectorAll("tr.row").length;
    matching.slice(shown, shown + PAGE).forEach(addRow);
    more.hidden = matching.length <= shown + PAGE;
  }

  function render() {
    matching = sorted(chosen());
    const at = matching.findIndex((row) => keyOf(row) === opened);
    if (at > 0) matching.unshift(...matching.splice(at, 1));
    body.replaceChildren();
    addPage();
    document.getElementById("matches").textContent = `${matching.length} of ${rows.length} match`;
  }

  // What the reader chose goes into the address, and what the address says into the form.
  function remember() {
    const fields = [...new FormData(form)].filter(([name, value]) => value && !(name === "sort" && value === "step"));
    const hash = new URLSearchParams(opened ? [...fields, ["open", opened]] : fields).toString();
    history.replaceState(null, "", hash ? `#${hash}` : "#rollouts");
  }

  function recall() {
    const hash = location.hash.slice(1);
    if (hash && !hash.includes("=")) return false;
    const wanted = new URLSearchParams(hash);
    for (const control of form.elements) if (control.name) control.value = wanted.get(control.name) ?? (control.name === "sort" ? "step" : "");
    opened = wanted.get("open") ?? "";
    return hash !== "";
  }

  function follow() {
    if (recall()) {
      render();
      document.getElementById("rollouts-heading").scrollIntoView();
    }
  }

  document.querySelector("#rows thead").append(make("tr", "", ...columns.map(([name, className]) => {
    const head = make("th", name === "response" ? "" : className, name);
    head.scope = "col";
    return head;
  })));
  for (const name of ["run", "verdict", "taskset"]) if (form.elements[name]) fill(form.elements[name], rows.map((row) => row[name]));
  form.addEventListener("input", () => { opened = ""; remember(); render(); });
  form.addEventListener("reset", () => setTimeout(() => { opened = ""; remember(); render(); }));
  form.addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", addPage);
  window.addEventListener("hashchange", follow);
  render();
  follow();
})();
