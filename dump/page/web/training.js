"use strict";
// The panel "Training": what changes while the network learns, over the recorded steps and those the page takes itself.

/// The loss over the steps, recorded and of the page's own run.
class LossChart {
  constructor() {
    this.logarithmic = false;
    this.toggle = button("Log scale", () => {
      this.logarithmic = !this.logarithmic;
      this.toggle.setAttribute("aria-pressed", String(this.logarithmic));
      this.show(this.run);
    }, { id: "loss-log", "aria-pressed": "false" });
    this.svg = svg("svg", { id: "loss-chart", viewBox: "0 0 372 184", role: "img" });
    this.keys = html("figcaption");
    this.element = html("section", {}, html("h2", {}, "Loss", this.toggle), html("figure", { class: "plot" }, this.svg, this.keys));
    this.recorded = data.runs.map(({ step }, run) => [step + 1, model.scalar(model.loss, run) ?? NaN]);
  }

  show(run) {
    this.run = run;
    const isSeen = ([, loss]) => Number.isFinite(loss) && (!this.logarithmic || loss > 0);
    const own = live.losses.map(([step, loss]) => [step + 1, loss]);
    const seen = [...this.recorded, ...own].filter(isSeen);
    const [from, to] = seen.reduce(([least, most], [, loss]) => [Math.min(least, loss), Math.max(most, loss)], [Infinity, -Infinity]);
    const steps = [...this.recorded, ...own].map(([step]) => step);
    const x = new Axis(Math.min(...steps), Math.max(...steps, Math.min(...steps) + 1), 52, 362);
    x.ticks = x.ticks.filter(Number.isInteger);
    const y = seen.length ? new Axis(this.logarithmic ? from : Math.min(0, from), to, 148, 20, { log: this.logarithmic })
      : new Axis(0, 1, 148, 20);
    const place = (each) => [x.at(each[0]), isSeen(each) ? y.at(each[1]) : NaN];
    const now = run === model.own ? own.at(-1) : this.recorded[run];
    const line = (kind, points) => svg("path", { class: kind, d: pathThrough(points.map(place)) });
    this.svg.replaceChildren(axesOf(x, y, { x: "training step", y: this.logarithmic ? "loss, logarithmic" : "loss" }),
      line("own", own), line("recorded", this.recorded),
      svg("g", {}, this.recorded.length <= 60 ? this.recorded.filter(isSeen).map(place).map(([cx, cy]) =>
        svg("circle", { class: "recorded", cx, cy, r: 2.5 })) : []),
      now && isSeen(now) ? svg("circle", { class: "now", cx: place(now)[0], cy: place(now)[1], r: 5 }) : "");
    this.svg.setAttribute("aria-label", now ? `Loss over the training steps: at step ${now[0]} it is ${formatted(now[1])}` : "Loss over the training steps");
    this.keys.replaceChildren(
      html("span", { class: "key recorded" }, "recorded"), own.length ? html("span", { class: "key own" }, "run of this page, on the recorded data again") : "",
      now ? html("span", { class: "key" }, `step ${now[0]}: ${formatted(now[1])}`) : "");
  }
}

class Training {
  constructor(panel) {
    this.panel = panel;
    this.parts = [];
    if (plane && live.why() === undefined) this.parts.push(new Boundary());
    if (data.runs.length && model.loss !== undefined && model.scalar(model.loss, 0) !== undefined) this.parts.push(new LossChart());
    if (data.runs.length && layers.length) this.parts.push(new LayerBars());
    if (live.why() === undefined && model.loss !== undefined) this.parts.push(new LossSlice());
    panel.append(...(this.parts.length ? this.parts.map(({ element }) => element)
      : [html("p", {}, "No loss and no gradient was recorded.")]));
  }

  /// `run` is a recorded one or the page's own.
  show({ run }) {
    for (const part of this.parts) part.show(run);
  }
}
