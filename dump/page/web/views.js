"use strict";
// Every view has an address: #node=…&step=…&run=…&pass=…&open=…, and is restored from it.

const views = (() => {
  const whole = (text, least, most) => {
    const number = Number(text);
    return Number.isInteger(number) && number >= least && number <= most ? number : undefined;
  };

  /// What an address asks for; parts that make no sense are left out.
  const read = (hash) => {
    const asked = new URLSearchParams(hash.replace(/^#/, ""));
    const state = {};
    const pass = asked.get("pass");
    const at = data.passes.steps.findIndex((step) => step.name === pass);
    if (at >= 0) Object.assign(state, { view: "pass", pass: at });
    const name = asked.get("node");
    if (name !== null) {
      const nodes = state.view === "pass" ? data.passes.nodes : data.nodes;
      const found = nodes.findIndex((node) => node.name === name);
      if (found >= 0) state.node = found;
    }
    state.step = whole(asked.get("step") ?? "0", 0, data.order.length) ?? 0;
    if (state.step > 0 && state.node === undefined && state.view !== "pass") state.node = data.order[state.step - 1];
    state.run = (whole(asked.get("run") ?? "1", 1, Math.max(1, data.runs.length)) ?? 1) - 1;
    const followed = asked.get("follow")?.match(/^(.*):(\d+)$/s);
    const weight = followed ? data.nodes.findIndex((node) => node.name === followed[1]) : -1;
    if (weight >= 0 && model.adjoint.has(weight)) Object.assign(state, { followed: weight, element: Number(followed[2]) - 1 });
    const isOfNodes = ["node", "step", "open"].some((part) => asked.has(part));
    const level = asked.get("level") ?? (book && !isOfNodes ? "lines" : "nodes");
    state.level = book && ["layers", "lines"].includes(level) ? level : "nodes";
    if (book) {
      const { steps, tiles } = bookOf(state.level);
      state.line = whole(asked.get("line") ?? "0", 0, steps.length) ?? 0;
      state.tile = tiles.find((tile) => tile.name.normalize() === asked.get("tile")?.normalize()) ?? steps[state.line - 1]?.tile;
    }
    const open = asked.get("open");
    if (open !== null) state.open = open === "all" || open === "none" ? open
      : open.split(",").map(Number).filter((index) => Number.isInteger(index) && index >= 0);
    if (["training", ...(questions.length ? ["questions"] : [])].includes(asked.get("panel")) && !state.line && !state.step)
      state.panel = asked.get("panel");
    for (const name of ["embed", "lecture"]) if (asked.has(name)) state[name] = true;
    if (["light", "dark"].includes(asked.get("theme"))) state.theme = asked.get("theme");
    return state;
  };

  /// The address of a view: what is as at the beginning is left out.
  const write = (state) => {
    const asked = new URLSearchParams();
    const nodes = state.view === "pass" ? data.passes.nodes : data.nodes;
    if (state.node !== undefined) asked.set("node", nodes[state.node].name);
    if (state.view === "step" && (state.level === "layers" || (state.level === "nodes" && book && state.node === undefined && state.step === 0)))
      asked.set("level", state.level);
    if (state.line > 0) asked.set("line", state.line);
    if (state.tile && state.tile !== bookOf(state.level)?.steps[state.line - 1]?.tile) asked.set("tile", state.tile.name);
    if (state.step > 0) asked.set("step", state.step);
    if (state.run > 0 && state.run < data.runs.length) asked.set("run", state.run + 1);
    if (state.view === "pass") asked.set("pass", data.passes.steps[state.pass].name);
    if (state.followed !== undefined) asked.set("follow", `${data.nodes[state.followed].name}:${state.element + 1}`);
    if (state.open !== undefined) asked.set("open", Array.isArray(state.open) ? state.open.join(",") : state.open);
    if (state.panel) asked.set("panel", state.panel);
    for (const name of ["embed", "lecture"]) if (state[name]) asked.set(name, "");
    if (state.theme) asked.set("theme", state.theme);
    return `#${asked}`;
  };

  return { read, write };
})();
