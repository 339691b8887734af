"use strict";
// The layers of the network: how much gradient reaches each, and which of its units are dead.

/// Each layer { name, node, total, activation }, from the data on: its pre-activation z, the last value in which a parameter
/// of its scope takes part directly, the gradient z̄, and the node that makes the layer's activation of z.
const layers = (() => {
  const scopeOf = (name) => name.slice(0, Math.max(0, name.lastIndexOf("/")));
  /// What comes behind z, perhaps after a pooling, element by element.
  const activationOf = (z) => {
    const next = (node) => node && node.readers.map((id) => model.nodes[id]).find(({ section, role, inputs }) =>
      section === "forward" && role === "compute" && inputs.length === 1);
    return [next(z), next(next(z))].find((node) => node && model.op(node).elementwise);
  };
  const forward = data.order.map((id) => model.nodes[id]).filter((node) => node.section === "forward");
  // Which scope's parameters a value is made of alone, as a bias that is broadcast is.
  const own = new Map(forward.filter((node) => node.role === "parameter").map((node) => [node.id, scopeOf(node.name)]));
  const reading = new Map();
  for (const node of forward) {
    if (node.role !== "compute") continue;
    const scopes = new Set(node.inputs.map((id) => own.get(id)).filter((scope) => scope !== undefined));
    if (scopes.size && node.inputs.every((id) => own.has(id))) own.set(node.id, [...scopes][0]);
    else if (model.adjoint.has(node.id))
      for (const scope of scopes) reading.set(scope, [...(reading.get(scope) ?? []), node]);
  }
  return [...reading].map(([scope, nodes]) => {
    // A penalty on weights is a value too, but none of an example.
    const z = nodes.findLast((node) => node.shape.startsWith("(batch")) ?? nodes.at(-1);
    return { name: scope || z.name, node: z, total: model.adjoint.get(z.id).total, activation: activationOf(z) };
  });
})();

/// All numbers of a node in a run, where they are known.
const allNumbers = (id, run) => (run === model.own ? live.engine?.value(id) : model.value(id, run)?.numbers);

class LayerBars {
  constructor() {
    this.table = html("table", { class: "layer-bars" });
    this.element = html("section", {}, html("h2", {}, "Gradient by layer"), this.table,
      html("p", { class: "small" }, math("math", {}, math("mo", {}, "‖"), prose.bar("z"), math("mo", {}, "‖")),
        " is √Σ z̄² over the gradient of the loss by a layer's z, what it computes before its activation: from the output ",
        "back to the data it may vanish or explode. A ReLU is ", html("b", {}, "dead"), " where it gives 0 for every example of the ",
        "batch: no gradient passes through it."));
  }

  static norm(id, run) {
    const numbers = allNumbers(id, run);
    if (!numbers) return model.value(id, run)?.statistics?.[3];
    return Math.sqrt(numbers.reduce((sum, x) => sum + (x ?? NaN) * (x ?? NaN), 0));
  }

  /// [dead, all] units of a ReLU; undefined where there is none. A channel of an image is a unit.
  static dead({ activation }, run) {
    if (!activation || model.op(activation).name !== "relu") return undefined;
    const numbers = allNumbers(activation.id, run);
    if (!numbers) return undefined;
    const [, units = 1, ...plane] = extents(activation.shape, model.batchOf(run));
    const pixels = plane.reduce((product, size) => product * size, 1);
    const alive = new Set();
    numbers.forEach((x, at) => x !== 0 && alive.add(Math.floor(at / pixels) % units));
    return [units - alive.size, units];
  }

  show(run) {
    const rows = layers.map((layer) => ({ ...layer, norm: LayerBars.norm(layer.total, run), dead: LayerBars.dead(layer, run) }));
    const sizes = rows.map(({ norm }) => norm).filter((norm) => norm > 0 && Number.isFinite(norm));
    // Whole powers of ten, so that the bars of steps in play keep their scale.
    const from = sizes.length ? 10 ** (Math.ceil(Math.log10(Math.min(...sizes))) - 1) : 0.1;
    const to = sizes.length ? 10 ** Math.max(Math.ceil(Math.log10(Math.max(...sizes))), Math.log10(from) + 1) : 1;
    const axis = new Axis(from, to, 0, 100, { log: true, ticks: 4 });
    const ticks = axis.ticks.filter((tick) => Math.abs(Math.log10(tick) % 1) < 1e-9);
    const hasRelu = layers.some(({ activation }) => activation && model.op(activation).name === "relu");
    this.table.replaceChildren(
      html("caption", { class: "unseen" }, "Norm of the gradient by layer"),
      html("thead", {}, html("tr", {}, ["layer", "‖z̄‖, logarithmic", "‖z̄‖", ...(hasRelu ? ["dead"] : [])].map((text) =>
        html("th", { scope: "col" }, text)))),
      html("tbody", {}, rows.map(({ name, node, norm, dead }) => html("tr", { "data-layer": name, "data-norm": norm },
        html("th", { scope: "row" }, prose.nodeLink(node.id, name)),
        html("td", { class: "bar" }, ticks.map((tick) => html("i", { style: `left: ${axis.at(tick)}%` })),
          norm > 0 ? html("span", { style: `width: ${axis.at(Math.min(norm, to))}%` }) : null),
        html("td", {}, norm === undefined ? "–" : formatted(norm)),
        hasRelu ? html("td", {}, dead ? `${dead[0]} of ${dead[1]}` : "–") : null))),
      html("tfoot", { "aria-hidden": "true" }, html("tr", {}, html("td"), html("td", { class: "ticks" },
        ticks.map((tick) => html("span", { style: `left: ${axis.at(tick)}%` }, tickText(tick)))))));
  }
}
