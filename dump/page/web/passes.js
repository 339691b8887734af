"use strict";
// The compiler's passes: after each, which nodes appeared, vanished, or compute something else.

class Passes {
  constructor(panel, go) {
    this.go = go;
    this.steps = data.passes.steps;
    data.passes.nodes.forEach((node, id) => (node.id = id));
    this.after = this.steps.map((step) => new Map(step.nodes.map(([id, op, inputs]) => [id, { op, inputs }])));
    this.sentence = html("p", { id: "pass-sentence", "aria-live": "polite" });
    this.list = html("ol", { id: "pass-list" }, this.steps.map((step, at) =>
      html("li", {}, button(step.name, () => go({ pass: at }), { "data-pass": at }))));
    panel.append(this.sentence, this.list);
  }

  /// Inputs and op of every node as they are after a pass.
  nodesAt(pass) {
    const now = this.after[pass];
    const before = this.after[Math.max(0, pass - 1)];
    return data.passes.nodes.map((node, id) => {
      const is = now.get(id) ?? before.get(id);
      return { ...node, inputs: is?.inputs ?? [], below: is ? data.ops[is.op].name : "" };
    });
  }

  state(pass, id) {
    const now = this.after[pass].get(id);
    const before = this.after[Math.max(0, pass - 1)].get(id);
    if (now && !before) return "fresh";
    if (!now && before) return "gone";
    if (!now) return "absent";
    const same = now.op === before.op && String(now.inputs) === String(before.inputs);
    return same ? "" : "changed";
  }

  /// Cells in which this pass did something, unless these are too many to be looked at together.
  touched(cells, pass) {
    const here = cells.filter(({ boxes }) => boxes.some(([id]) => !["", "absent"].includes(this.state(pass, id))));
    return here.length <= 6 ? here.map((cell) => cell.index) : "none";
  }

  counts(pass) {
    const counts = { fresh: 0, gone: 0, changed: 0, absent: 0, "": 0 };
    data.passes.nodes.forEach((_, id) => ++counts[this.state(pass, id)]);
    return counts;
  }

  show(pass) {
    const step = this.steps[pass];
    const { fresh, gone, changed } = this.counts(pass);
    const words = [[gone, "vanished", "gone"], [fresh, "appeared", "fresh"], [changed, "changed", "changed"]]
      .filter(([count]) => count > 0)
      .map(([count, what, kind], at) => [at ? ", " : "", html("b", { class: kind }, `${count} ${what}`)]);
    this.sentence.replaceChildren(html("b", {}, step.name), `: ${step.what}. `,
      `${this.after[pass].size} nodes`, ...(words.length ? [": ", ...words.flat()] : []), ".");
    for (const each of this.list.querySelectorAll("button"))
      each.setAttribute("aria-current", String(Number(each.dataset.pass) === pass));
  }

  /// What a node is after this pass, and what it was before.
  describe(panel, pass, id) {
    const node = data.passes.nodes[id];
    const now = this.after[pass].get(id);
    const before = this.after[Math.max(0, pass - 1)].get(id);
    const call = (is) => html("p", {}, html("code", {}, data.ops[is.op].name), " of ",
      is.inputs.length ? is.inputs.map((input, at) => [at ? ", " : "",
        button(data.passes.nodes[input].name.slice(0, 80), () => this.go({ node: input }), { class: "plain" })]) : "nothing",
      html("br"), mathFrom(data.ops[is.op].formula));
    const state = this.state(pass, id);
    const words = { fresh: "appeared in this pass", gone: "vanished in this pass", changed: "changed in this pass",
      absent: "is not there at this point", "": "is as it was" };
    panel.setAttribute("aria-label", `About ${node.label}`);
    panel.replaceChildren(...[
      html("div", { class: `heading ${node.section}` }, html("h2", {}, node.name.slice(0, 300)),
        html("p", {}, html("span", { class: `tag ${node.section}` }, node.section), ` shape ${node.shape} · `,
          html("b", { class: state || "same" }, words[state]))),
      state === "changed" || state === "gone" ? [html("h3", {}, "Before"), call(before)] : null,
      now ? [html("h3", {}, "Now"), call(now)] : null,
    ].flat().filter((part) => part));
  }

  welcome(panel) {
    panel.setAttribute("aria-label", "What the passes are");
    panel.replaceChildren(html("h2", {}, "From the graph to the program"),
      html("p", {}, "Before it runs, the compiler rewrites the training step into an equal one that is safe in floating ",
        "point and cheaper. It does so in passes, each a small idea. Only passes that changed something are listed."),
      html("p", {}, html("b", { class: "gone" }, "Dashed"), " nodes vanish in the pass, ", html("b", { class: "fresh" }, "thick"),
        " ones appear, ", html("b", { class: "changed" }, "dotted"), " ones compute something else from now on."),
      html("p", {}, "Use ← and →, or the list below. Choose a box to see what it was and what it is."));
  }
}
