"use strict";
// Reading a chart: a pointer, or the arrow keys where it is focused, choose a step; Enter shows the rollouts of that step.

(() => {
  const readings = JSON.parse(document.getElementById("data-readings").textContent);
  const short = (value) => (value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(1) : String(Number(value.toPrecision(3))));

  function said(series, step) {
    const near = series.points.reduce((best, point) => (Math.abs(point[0] - step) < Math.abs(best[0] - step) ? point : best));
    const [at, value, low, high, raw] = near;
    const band = low === null || low === undefined ? "" : ` [${short(low)}, ${short(high)}]`;
    const single = raw === null || raw === undefined ? "" : `${short(raw)}, mean `;
    return `${series.name} ${single}${short(value)}${band}${at === step ? "" : ` at step ${at}`}`;
  }

  for (const svg of document.querySelectorAll("svg[data-chart]")) {
    const lines = readings[svg.dataset.chart];
    const [first, last, left, right, width] = svg.dataset.x.split(" ").map(Number);
    const steps = [...new Set(lines.flatMap((series) => series.points.map((point) => point[0])))].sort((a, b) => a - b);
    if (!steps.length) continue;
    const output = svg.closest("figure").querySelector("output");
    const cursor = svg.querySelector(".cursor");
    let place = steps.length - 1;

    const show = (isPointed) => {
      const x = left + ((steps[place] - first) / (last - first)) * (right - left);
      cursor.setAttribute("x1", x);
      cursor.setAttribute("x2", x);
      cursor.style.visibility = isPointed ? "visible" : "hidden";
      output.textContent = `Step ${steps[place]}: ${lines.map((series) => said(series, steps[place])).join(" · ")}`;
    };
    const point = (event) => {
      const box = svg.getBoundingClientRect();
      const step = first + ((((event.clientX - box.left) / box.width) * width - left) / (right - left)) * (last - first);
      place = steps.reduce((best, one, at) => (Math.abs(one - step) < Math.abs(steps[best] - step) ? at : best), 0);
      show(true);
    };
    const moves = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -steps.length, End: steps.length };
    svg.addEventListener("keydown", (event) => {
      if (event.key === "Enter") location.hash = `step=${steps[place]}`;
      if (!(event.key in moves)) return;
      event.preventDefault();
      place = Math.min(steps.length - 1, Math.max(0, place + moves[event.key]));
      show(true);
    });
    svg.addEventListener("pointermove", point);
    svg.addEventListener("pointerdown", point);
    svg.addEventListener("pointerleave", () => show(false));
    svg.addEventListener("focus", () => show(true));
    svg.addEventListener("blur", () => show(false));
    show(false);
  }
})();
