"use strict";
// The step layer by layer: what the lines tell, with a tile for each layer.

const coarse = (() => {
  if (!book) return undefined;
  const root = Math.max(...book.tiles.filter((tile) => tile.row === "forward").map((tile) => tile.column));
  const begins = new Set([0, root, ...book.tiles.filter((tile) => tile.parameters).map((tile) => tile.column)]);
  const starts = [...begins].sort((a, b) => a - b);
  const groupOf = (tile) => starts.filter((start) => start <= tile.column).length - 1;
  const groups = starts.map((_, group) => book.tiles.filter((tile) => groupOf(tile) === group));
  const rowOf = (group, row) => groups[group].filter((tile) => tile.row === row).sort((a, b) => a.column - b.column);

  const scopeOf = (group) => {
    const [first] = groups[group].filter((tile) => tile.parameters).flatMap((tile) => tile.values);
    return first && data.nodes[first.node].name.split("/").slice(0, -1).join("/");
  };
  const titleOf = (group) => scopeOf(group) || (group === 0 ? "data" : starts[group] === root ? "loss" : rowOf(group, "forward")[0]?.name ?? "");
  const tiles = [];
  const add = (tile) => {
    tiles.push(tile);
    return tile;
  };
  const made = groups.map((_, group) => {
    const forward = rowOf(group, "forward");
    const backward = rowOf(group, "backward");
    const parameters = groups[group].filter((tile) => tile.parameters);
    const name = titleOf(group);
    const inner = { forward, backward, parameters, name };
    const last = forward.at(-1);
    const first = backward[0];
    return {
      forward: last && add({ key: `V${group}`, row: "forward", section: "forward", column: group, lane: 0, layer: inner, name,
        says: forward.map((tile) => tile.name).join(" → "), values: last.values }),
      backward: first && add({ key: `G${group}`, row: "backward", section: "backward", column: group, lane: 0, layer: inner,
        name: first.name, says: `gradient of ${forward[0]?.name ?? name}`, values: first.values }),
      parameters: parameters.length ? add({ key: `P${group}`, row: "shared", section: "forward", column: group, layer: inner,
        name: parameters.map((tile) => tile.name).join(", "), parameters: parameters.flatMap((tile) => tile.parameters),
        values: parameters.flatMap((tile) => tile.values) }) : undefined,
    };
  });
  made.forEach(({ forward, backward, parameters }, group) => {
    const before = made.slice(0, group).reverse().find((each) => each.forward)?.forward;
    const after = made.slice(group + 1).find((each) => each.backward)?.backward;
    if (forward) forward.reads = [before, parameters].filter((tile) => tile);
    if (backward) backward.reads = [after].filter((tile) => tile);
    if (parameters) parameters.reads = [backward].filter((tile) => tile);
  });

  const steps = [];
  const stepsOf = (part, group) => book.steps.filter((step) => step.part === part && groupOf(step.tile) === group);
  const tell = (part, group) => {
    const own = stepsOf(part, group);
    const tile = made[group][part === "update" ? "parameters" : part] ?? made[group].forward;
    if (own.length) steps.push({ part, tile, layer: tile.layer, lines: own.flatMap((step) => step.lines), nodes: own.flatMap((step) => step.nodes) });
  };
  groups.forEach((_, group) => tell("forward", group));
  [...groups.keys()].reverse().forEach((group) => tell("backward", group));
  groups.forEach((_, group) => tell("update", group));
  const knownAt = new Map([...book.knownAt].map(([id, at]) => {
    const nodes = at > 0 ? book.steps[at - 1].nodes : [];
    return [id, at === 0 ? 0 : steps.findIndex((step) => nodes.every((node) => step.nodes.includes(node))) + 1];
  }));
  return { ...book, shownAt: (tile, id) => knownAt.get(id) ?? 0, tiles, steps, knownAt, columns: groups.length };
})();

/// What is drawn, and gone through, at a level.
const bookOf = (level) => (level === "layers" ? coarse : book);
