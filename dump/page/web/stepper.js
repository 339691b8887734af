"use strict";
// The lower edge: what happens now, in words and formulas, and the bars to move along the step and along the training.

class Stepper {
  constructor(panel, go) {
    this.go = go;
    const count = data.order.length;
    this.sentence = html("p", { id: "sentence", "aria-live": "polite" });
    this.lines = html("div", { id: "lines" });
    this.bar = html("input", {
      type: "range", id: "step-bar", min: 0, max: count, value: 0, "aria-label": "Step",
      oninput: () => this.move(Number(this.bar.value)),
    });
    this.count = html("output", { id: "step-count", for: "step-bar" });
    this.back = button("←", () => this.move(this.step - 1), { id: "back", "aria-label": "One step back" });
    this.forth = button("→", () => this.move(this.step + 1), { id: "forth", "aria-label": "One step on" });
    this.parts = this.partBar();
    const moving = html("div", { id: "moving" }, this.back, this.forth,
      html("div", { id: "track" }, this.parts, this.bar), this.count);
    panel.append(html("div", { id: "told" }, this.sentence, this.lines), html("div", { id: "bars" }, moving, this.training()));
  }

  /// Where forward, backward and update begin and end, in their colours.
  partBar() {
    const count = data.order.length;
    const runs = [];
    data.order.forEach((id) => {
      const section = model.nodes[id].section;
      if (runs.length && runs[runs.length - 1].section === section) ++runs[runs.length - 1].length;
      else runs.push({ section, length: 1 });
    });
    return html("div", { class: "part-bar", "aria-hidden": "true" }, runs.map(({ section, length }) =>
      html("span", { class: section, style: `flex: ${length / count}` })));
  }

  training() {
    if (data.runs.length < 2) return null;
    this.run = html("input", {
      type: "range", id: "run-bar", min: 1, max: data.runs.length, value: 1, "aria-label": "Training step",
      oninput: () => this.go({ run: Number(this.run.value) - 1 }),
    });
    this.runCount = html("output", { id: "run-count", for: "run-bar" });
    return html("div", { id: "training" }, html("label", { for: "run-bar" }, "training step"), this.run, this.runCount);
  }

  move(step) {
    const to = Math.max(0, Math.min(data.order.length, step));
    this.go(to === 0 ? { step: 0 } : { step: to, node: data.order[to - 1] });
  }

  /// The step at which the next or the previous part begins.
  part(direction) {
    const section = (step) => (step > 0 ? model.nodes[data.order[step - 1]].section : "");
    let to = this.step;
    if (direction < 0 && to > 0) --to;
    while (direction > 0 ? to < data.order.length : to > 0) {
      to += direction > 0 ? 1 : 0;
      if (to <= 0 || section(to) !== section(to - 1)) break;
      if (direction < 0) --to;
    }
    this.move(to);
  }

  /// The step that is gone through, or before the first one the node that was chosen.
  show({ step, run, node: chosen }) {
    this.step = step;
    this.bar.value = step;
    this.bar.setAttribute("aria-valuetext", step ? `${step} of ${data.order.length}: ${model.nodes[data.order[step - 1]].label}` : "before the first");
    this.back.disabled = step === 0;
    this.forth.disabled = step === data.order.length;
    this.count.textContent = `${step} / ${data.order.length}`;
    if (this.run) {
      const own = run === model.own;
      if (!own) this.run.value = run + 1;
      const loss = model.loss === undefined ? undefined : model.scalar(model.loss, run);
      this.runCount.textContent = own ? "of the page" : `${run + 1} / ${data.runs.length}${loss === undefined ? "" : ` · loss ${formatted(loss)}`}`;
    }
    const told = step > 0 ? data.order[step - 1] : chosen;
    if (told === undefined) {
      this.sentence.className = "idle";
      this.sentence.replaceChildren("Press → to go through the training step, node by node.");
      this.lines.replaceChildren();
      return;
    }
    const node = model.nodes[told];
    this.sentence.className = node.section;
    this.sentence.replaceChildren(html("span", { class: `tag ${node.section}` }, node.section), " ", ...prose.sentence(node));
    this.lines.replaceChildren(...prose.lines(node, run).map((line) => html("p", {}, line)));
  }
}
