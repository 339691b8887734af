"use strict";
// The lower edge: what happens now, in words and formulas, and the bars to move along the step and along the training.

class Stepper {
  constructor(panel, go) {
    this.go = go;
    this.sentence = html("p", { id: "sentence", "aria-live": "polite" });
    this.lines = html("div", { id: "lines" });
    this.bar = html("input", {
      type: "range", id: "step-bar", min: 0, value: 0, "aria-label": "Step",
      oninput: () => this.move(Number(this.bar.value)),
    });
    this.count = html("output", { id: "step-count", for: "step-bar" });
    this.back = button("←", () => this.move(this.step - 1), { id: "back", "aria-label": "One step back" });
    this.forth = button("→", () => this.move(this.step + 1), { id: "forth", "aria-label": "One step on" });
    this.parts = html("div", { class: "part-bar", "aria-hidden": "true" });
    const moving = html("div", { id: "moving" }, this.back, this.forth,
      html("div", { id: "track" }, this.parts, this.bar), this.count);
    panel.append(html("div", { id: "told" }, this.sentence, this.lines), html("div", { id: "bars" }, moving, this.training()));
  }

  /// The steps of the level that is shown: of each the part it belongs to, what it is called, and how to go there.
  static walks = {
    nodes: {
      parts: data.order.map((id) => model.nodes[id].section),
      name: (at) => model.nodes[data.order[at]].label,
      to: (step) => (step === 0 ? { step: 0 } : { step, node: data.order[step - 1] }),
      at: (state) => state.step,
      idle: "Press → to go through the training step, node by node.",
    },
    lines: Stepper.walkOf("lines", "line by line"),
    layers: Stepper.walkOf("layers", "layer by layer"),
  };

  static walkOf(level, how) {
    const steps = bookOf(level)?.steps ?? [];
    return {
      parts: steps.map((step) => step.part),
      name: (at) => steps[at].lines.map((line) => line.symbol.text).join(", "),
      to: (line) => ({ line, tile: line === 0 ? undefined : steps[line - 1].tile }),
      at: (state) => state.line,
      idle: `Press → to go through the training step, ${how}.`,
    };
  }

  use(level) {
    const walk = Stepper.walks[level];
    if (this.walk === walk) return;
    this.walk = walk;
    this.bar.max = walk.parts.length;
    const runs = [];
    for (const section of walk.parts) {
      if (runs.length && runs[runs.length - 1].section === section) ++runs[runs.length - 1].length;
      else runs.push({ section, length: 1 });
    }
    // Where forward, backward and update begin and end, in their colours.
    this.parts.replaceChildren(...runs.map(({ section, length }) =>
      html("span", { class: section, style: `flex: ${length / walk.parts.length}` })));
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
    this.go(this.walk.to(Math.max(0, Math.min(this.walk.parts.length, step))));
  }

  /// The step at which the next or the previous part begins.
  part(direction) {
    const { parts } = this.walk;
    const section = (step) => (step > 0 ? parts[step - 1] : "");
    let to = this.step;
    if (direction < 0 && to > 0) --to;
    while (direction > 0 ? to < parts.length : to > 0) {
      to += direction > 0 ? 1 : 0;
      if (to <= 0 || section(to) !== section(to - 1)) break;
      if (direction < 0) --to;
    }
    this.move(to);
  }

  /// The step that is gone through, or before the first one what was chosen.
  show(state) {
    this.use(state.level);
    const { walk } = this;
    const { run } = state;
    const count = walk.parts.length;
    const step = walk.at(state);
    this.step = step;
    this.bar.value = step;
    this.bar.setAttribute("aria-valuetext", step ? `${step} of ${count}: ${walk.name(step - 1)}` : "before the first");
    this.back.disabled = step === 0;
    this.forth.disabled = step === count;
    this.count.textContent = `${step} / ${count}`;
    if (this.run) {
      const own = run === model.own;
      if (!own) this.run.value = run + 1;
      const loss = model.loss === undefined ? undefined : model.scalar(model.loss, run);
      this.runCount.textContent = own ? "your run" : `${run + 1} / ${data.runs.length}${loss === undefined ? "" : ` · loss ${formatted(loss)}`}`;
    }
    if (walk === Stepper.walks.nodes) this.tellNode(state);
    else this.tellLine(state);
  }

  tell(className, sentence, lines = []) {
    this.sentence.className = className;
    this.sentence.replaceChildren(...sentence);
    this.lines.replaceChildren(...lines);
  }

  tellLine({ level, line, run }) {
    if (line === 0) return this.tell("idle", [this.walk.idle]);
    const step = bookOf(level).steps[line - 1];
    return this.tell(step.part, lineSentence(step, run).flat(Infinity).filter((part) => part));
  }

  tellNode({ step, run, node: chosen }) {
    const told = step > 0 ? data.order[step - 1] : chosen;
    if (told === undefined) return this.tell("idle", [this.walk.idle]);
    const node = model.nodes[told];
    return this.tell(node.section, [html("span", { class: `tag ${node.section}` }, node.section), " ", ...prose.sentence(node)],
      prose.lines(node, run).map((line) => html("p", {}, line)));
  }
}
