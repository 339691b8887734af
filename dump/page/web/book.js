"use strict";
// The training step as lines of a textbook, arranged as a hinge: values in a row from left to right, every gradient
// below its value, and between them what both share. Nothing of a browser's document in here.

/// The right side of a line, as short as it is known.
const rightOf = (line) => line.shorter ?? line.formula;

const book = (() => {
  const { lines } = data;
  if (!lines) return undefined;
  const forward = lines.forward.filter((line) => !line.folded);
  const backward = lines.backward.filter((line) => !line.folded);
  const symbols = new Map(lines.given.map(({ node, symbol }) => [node, symbol]));
  for (const line of lines.forward) symbols.set(line.node, line.symbol);
  const lineOf = new Map(lines.forward.map((line) => [line.node, line]));
  const gradientOf = new Map();
  for (const line of backward) if (line.of !== undefined && !gradientOf.has(line.of)) gradientOf.set(line.of, line);
  const given = lines.given.map(({ node }) => node);
  const role = (id) => data.nodes[id].role;
  const readsOf = (line) => line.reads ?? [];
  const readersOf = (id) => forward.filter((line) => readsOf(line).includes(id));

  // The row of values: what a gradient flows through, and the data it is computed from.
  const root = backward.find((line) => line.of !== undefined)?.of;
  const isOnPath = (line) => backward.length === 0 || model.adjoint.has(line.node);
  const path = forward.filter(isOnPath);
  const onPath = new Set(path.map((line) => line.node));
  const beginsAt = (line) => !readsOf(line).some((id) => onPath.has(id));
  const sources = given.filter((id) => role(id) === "input" && path.some((line) => beginsAt(line) && readsOf(line).includes(id)));

  // A column for each depth; what hangs on parameters alone stands just before its reader.
  const depth = new Map(sources.map((id) => [id, 0]));
  for (const line of path)
    depth.set(line.node, 1 + Math.max(sources.length ? 0 : -1, ...readsOf(line).map((id) => depth.get(id) ?? 0)));
  for (const line of [...path].reverse()) {
    if (readsOf(line).some((id) => depth.has(id))) continue;
    const readers = readersOf(line.node).filter((reader) => onPath.has(reader.node));
    if (readers.length) depth.set(line.node, Math.max(0, Math.min(...readers.map((reader) => depth.get(reader.node))) - 1));
  }
  const depths = [...new Set(depth.values())].sort((a, b) => a - b);
  const columnOf = new Map([...depth].map(([id, at]) => [id, depths.indexOf(at)]));

  const tiles = [];
  const tileOf = new Map();  // by the node whose value it shows
  const add = (tile) => {
    tiles.push(tile);
    for (const { node } of tile.values) if (!tileOf.has(node)) tileOf.set(node, tile);
    return tile;
  };
  const lanes = new Map();
  for (const id of [...sources, ...path.map((line) => line.node)]) {
    const column = columnOf.get(id);
    const lane = lanes.get(column) ?? 0;
    lanes.set(column, lane + 1);
    const line = lineOf.get(id);
    const gradient = gradientOf.get(id);
    add({ key: `v${id}`, row: "forward", section: "forward", column, lane, line, values: [{ node: id, symbol: symbols.get(id) }] });
    if (gradient) add({ key: `g${id}`, row: "backward", section: "backward", column, lane, line: gradient, of: id,
      values: [{ node: gradient.node, symbol: gradient.symbol }] });
  }

  // What both rows share stands in the column of its first reader.
  const assigned = new Map(data.nodes.filter((node) => node.role === "assign").map((node) => [node.inputs[0], node.inputs[1]]));
  const firstColumn = (id) => {
    const readers = readersOf(id);
    const columns = readers.map((line) => columnOf.get(line.node) ?? firstColumn(line.node)).filter((at) => at !== undefined);
    return columns.length ? Math.min(...columns) : undefined;
  };
  const held = new Map();
  for (const id of given.filter((each) => role(each) === "parameter")) {
    const column = firstColumn(id);
    if (column === undefined) continue;
    if (!held.has(column)) held.set(column, add({ key: `p${id}`, row: "shared", section: "forward", column, values: [], parameters: [] }));
    const tile = held.get(column);
    const gradient = gradientOf.get(id);
    tile.parameters.push({ node: id, symbol: symbols.get(id), gradient, assigned: assigned.get(id) });
    tile.values.push({ node: id, symbol: symbols.get(id) });
    tileOf.set(id, tile);
  }
  const shownByOthers = (id) => readersOf(id).every((line) => !onPath.has(line.node));
  for (const id of [...given.filter((each) => role(each) === "input" && !columnOf.has(each) && !shownByOthers(each)),
    ...forward.filter((line) => !onPath.has(line.node)).map((line) => line.node)]) {
    const column = firstColumn(id);
    if (column === undefined) continue;
    const line = lineOf.get(id);
    add({ key: `s${id}`, row: "shared", section: "forward", column, line, values: [{ node: id, symbol: symbols.get(id) }],
      sources: line ? readsOf(line).filter((each) => given.includes(each) && shownByOthers(each)) : [] });
  }
  for (const line of backward) {
    if (!line.slope || !tileOf.has(line.slope.of)) continue;
    add({ key: `f${line.slope.node}`, row: "shared", section: "backward", column: tileOf.get(line.slope.of).column, slope: line.slope,
      values: [{ node: line.slope.node, symbol: line.slope.formula }] });
  }

  for (const tile of tiles) tile.name = tile.values.map(({ symbol }) => symbol.text).join(", ");
  // A gradient that is passed on unchanged is one node with several tiles.
  const gradientTiles = new Map();
  for (const tile of tiles.filter((each) => each.row === "backward")) {
    const { node } = tile.values[0];
    gradientTiles.set(node, [...(gradientTiles.get(node) ?? []), tile]);
  }
  const gradientTile = new Map([...gradientTiles].map(([node, [tile]]) => [node, tile]));
  const rootTile = tiles.find((tile) => tile.row === "backward" && tile.of === root);

  /// The nearest of the tiles from where a gradient comes.
  const comingFrom = (id, column, self) => gradientTiles.get(id)?.filter((tile) => tile.column >= column && tile !== self)
    .reduce((best, tile) => (best && best.column <= tile.column ? best : tile), undefined);
  /// The gradients and the other tiles that a line of a tile reads.
  const readTiles = (line, tile) => [...new Set(readsOf(line).map((id) => comingFrom(id, tile.column, tile) ?? gradientTile.get(id) ??
    tileOf.get(id)).filter((each) => each))];
  for (const tile of tiles) {
    const own = tile.parameters ? tile.parameters.map((each) => each.gradient).filter((line) => line) : tile.line ? [tile.line] : [];
    tile.reads = [...new Set(own.flatMap((line) => readTiles(line, tile)))].filter((each) => each !== tile);
    if (tile.slope) tile.reads = [tileOf.get(tile.slope.of)];
    // What stands in the slope is read through it.
    const slope = tile.row === "backward" && tile.line.slope ? tiles.find((each) => each.slope === tile.line.slope) : undefined;
    if (slope) tile.reads = [...tile.reads.filter((each) => each.row === "backward"), slope];
    // What lies between was folded away.
    if (tile.row === "backward" && tile !== rootTile && rootTile && !tile.reads.some((each) => each.row === "backward"))
      tile.reads.push(rootTile);
  }

  // The steps: a tile at a time, a layer's parameters together.
  const steps = [];
  const told = new Set();
  // What is no value of the upper row is told when it is needed first.
  const tellForward = (line) => {
    const tile = tileOf.get(line.node);
    if (!tile || told.has(tile)) return;
    told.add(tile);
    for (const id of readsOf(line)) if (lineOf.has(id) && !onPath.has(id)) tellForward(lineOf.get(id));
    steps.push({ part: "forward", tile, lines: [line], nodes: [line.node] });
  };
  path.forEach(tellForward);
  const ready = new Set();
  const done = new Set();
  const waiting = tiles.filter((tile) => tile.parameters?.some((each) => each.gradient));
  for (const line of backward) {
    const tile = line.of === undefined ? undefined : tiles.find((each) => each.row === "backward" && each.of === line.of);
    if (tile) {
      ready.add(line.node);
      done.add(tile);
      const slope = line.slope ? tiles.find((each) => each.slope === line.slope) : undefined;
      steps.push({ part: "backward", tile, lines: [line], nodes: slope ? [line.node, line.slope.node] : [line.node] });
    }
    for (const parameters of [...waiting]) {
      const own = parameters.parameters.map((each) => each.gradient).filter((each) => each);
      const reads = own.flatMap(readsOf);
      const later = reads.some((id) => gradientTile.has(id) && !ready.has(id));
      const above = tiles.find((each) => each.row === "backward" && each.column === parameters.column && each.lane === 0);
      if (later || !reads.length || !ready.size || (above && !done.has(above))) continue;
      waiting.splice(waiting.indexOf(parameters), 1);
      steps.push({ part: "backward", tile: parameters, lines: own, nodes: own.map((each) => each.node) });
    }
  }
  for (const tile of tiles.filter((each) => each.parameters?.some((one) => one.assigned !== undefined)))
    steps.push({ part: "update", tile, lines: updatesOf(tile), nodes: tile.parameters.map((each) => each.assigned) });

  /// The lines of the update of a tile's parameters, θ standing for each of them.
  function updatesOf(tile) {
    const names = tile.parameters.map((each) => each.symbol.text);
    return lines.update.filter((line) => line.parameters.some((name) => names.includes(name)) || names.includes(line.symbol.text));
  }

  // At which step the value of a node is known; what is no line's is known with the line it belongs to.
  const knownAt = new Map();
  steps.forEach(({ nodes }, at) => nodes.forEach((id) => {
    if (!knownAt.has(id)) knownAt.set(id, at + 1);
  }));
  data.order.forEach((id) => {
    if (knownAt.has(id)) return;
    const node = data.nodes[id];
    const from = Math.max(0, ...node.inputs.map((input) => knownAt.get(input) ?? 0));
    const part = steps.findIndex((step) => step.part === node.section);
    knownAt.set(id, node.role === "train_step" ? steps.length
      : node.inputs.length && part >= 0 ? Math.max(from, part + 1) : from);
  });

  /// At which step a tile shows the value of a node.
  const shownAt = (tile, id) => {
    const own = steps.findIndex((step) => step.tile === tile && step.nodes.includes(id)) + 1;
    return own || (knownAt.get(id) ?? 0);
  };
  /// The values with a symbol through which a derivative comes back to what it is of.
  const throughOf = (line) => path.filter((each) => readsOf(each).includes(line.of)).map((each) => each.node);
  const columns = depths.length;
  return { shownAt, throughOf, tiles, steps, columns, tileOf, gradientTile, symbols, gradientOf, knownAt, updatesOf, readTiles };
})();
