"use strict";
// The recorded steps, computed again by the page: the engine with what they were given, and whether it comes to the
// numbers that gradus recorded.

const live = (() => {
  const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  /// The numbers of a value that is written as short as can be: see dump/page/given.cpp.
  const unpacked = (value, size) => {
    if (typeof value === "number") return new Float64Array(size).fill(value);
    if (Array.isArray(value)) return Float64Array.from(value);
    if (value.floats) return Float64Array.from(new Float32Array(bytesOf(value.floats).buffer));
    if (value.doubles) return new Float64Array(bytesOf(value.doubles).buffer);
    const [inDouble, ...bytes] = bytesOf(value.bytes);
    return Float64Array.from(bytes, (byte) => (inDouble ? byte / 255 : Math.fround(byte / 255)));
  };
  const valuesOf = (values, batch) => new Map(Object.entries(values).map(([id, value]) => [Number(id),
    unpacked(value, extents(data.nodes[id].shape, batch).reduce((product, size) => product * size, 1))]));

  const { given } = data;
  const feeds = [];
  for (const feed of given.feeds ?? [])
    feeds.push(typeof feed === "number" ? feeds[feed] : { batch: feed.batch, values: valuesOf(feed.values, feed.batch) });
  const engine = feeds.length ? new Engine({ nodes: data.nodes, ops: data.ops, order: data.order }, { step: given.step,
    seed: given.seed, training: given.training, feeds, variables: valuesOf(given.variables, 1) }) : undefined;

  /// Why the page cannot take a training step; undefined where it can.
  const why = () => {
    if (!data.runs.length) return "no run was recorded";
    if (!engine) return `its weights and data would take ${(given.needed / 1e6).toFixed(1)} MB, and there is room for ` +
      `${(given.room / 1e6).toFixed(1)} MB`;
    if (engine.missing.size) return `${[...engine.missing].slice(0, 4).join(", ")} ${engine.missing.size > 1 ? "have" : "has"} ` +
      "no rule in JavaScript";
    return engine.whole ? undefined : "the recorded runs take no training step";
  };

  /// To how much of a number, or of 1 where it is smaller, what is computed here may differ from what was recorded.
  const tolerance = given.exact ? 1e-7 : 1e-4;

  /// Takes the recorded steps and compares every number that was kept of them with what comes out here:
  /// { numbers, largest, steps, differing: [{ node, run, by }] }.
  const proof = () => {
    const found = { numbers: 0, largest: 0, steps: 0, differing: [] };
    engine.reset();
    for (const [run, { nodes }] of data.runs.entries()) {
      if (run > 0 && (run >= given.feeds.length || !engine.step())) break;
      ++found.steps;
      for (const [id, kept] of Object.entries(nodes)) {
        const here = engine.value(id);
        const numbers = kept.numbers ?? kept.tracked;
        if (!here || !numbers) continue;
        let most = 0;
        numbers.forEach((recorded, at) => {
          const own = here[kept.numbers ? at : data.tracked[id][at]];
          const by = recorded === null || !Number.isFinite(own) ? (recorded === null) === !Number.isFinite(own) ? 0 : Infinity
            : Math.abs(own - recorded) / Math.max(1, Math.abs(recorded));
          most = Math.max(most, by);
        });
        found.numbers += numbers.length;
        found.largest = Math.max(found.largest, most);
        if (most > tolerance) found.differing.push({ node: Number(id), run, by: most });
      }
    }
    engine.reset();
    changed();
    return found;
  };

  // What of a large value is shown, as dump/page/snapshot.cpp keeps it of recorded runs.
  const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-";
  const squares = (rows, columns, count, values) => {
    const scale = values.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0);
    const level = (x) => (Number.isFinite(x) ? letters[Math.round(((scale > 0 ? x / scale : 0) + 1) * 31)] : " ");
    return { rows, columns, count, scale, levels: Array.from(values, level).join("") };
  };
  /// At most 32 rows and columns, each square the mean of its part.
  const picture = (numbers, sizes) => {
    const [allRows, allColumns] = matrixOf(sizes);
    const [rows, columns] = [Math.min(32, allRows), Math.min(32, allColumns)];
    const sums = new Float64Array(rows * columns);
    const counts = new Float64Array(rows * columns);
    numbers.forEach((x, at) => {
      const square = Math.floor((Math.floor(at / allColumns) * rows) / allRows) * columns + Math.floor(((at % allColumns) * columns) / allColumns);
      sums[square] += x;
      ++counts[square];
    });
    return squares(rows, columns, 1, sums.map((sum, at) => sum / counts[at]));
  };
  /// The same pictures as were recorded: rows, or of a matrix of weights columns.
  const images = (numbers, sizes, { rows, columns, count }, node) => {
    const size = rows * columns;
    const byColumn = sizes.length === 2 && node.role !== "input";
    const all = numbers.length / size;
    return squares(rows, columns, count, Float64Array.from({ length: count * size }, (_, at) => (byColumn
      ? numbers[(at % size) * all + Math.floor(at / size)] : numbers[at])));
  };
  const summary = (id, numbers) => {
    if (numbers.length <= 64) return { numbers: Array.from(numbers, (x) => (Number.isFinite(x) ? x : null)) };
    const finite = numbers.filter(Number.isFinite);
    const [from, to] = finite.reduce(([least, most], x) => [Math.min(least, x), Math.max(most, x)], [Infinity, -Infinity]);
    const counts = new Array(24).fill(0);
    for (const x of finite) ++counts[Math.min(23, Math.floor(((x - from) / (to - from || 1)) * 24))];
    const result = { statistics: [from, finite.reduce((sum, x) => sum + x, 0) / finite.length, to,
      Math.sqrt(finite.reduce((sum, x) => sum + x * x, 0))], histogram: { from, to, counts }, picture: picture(numbers, numbers.sizes) };
    if (finite.length < numbers.length) result.not_finite = numbers.length - finite.length;
    const seen = data.runs[0].nodes[id]?.images;
    if (seen) result.images = images(numbers, numbers.sizes, seen, data.nodes[id]);
    if (data.tracked[id]) result.tracked = data.tracked[id].map((at) => numbers[at]);
    return result;
  };

  let version = 0;
  let summaries = new Map();
  const changed = () => {
    ++version;
    summaries = new Map();
  };
  /// The value of a node as it is now, in the form of recorded ones.
  const value = (id) => {
    const numbers = engine?.value(id);
    if (!numbers) return undefined;
    if (!summaries.has(id)) summaries.set(id, summary(id, numbers));
    return summaries.get(id);
  };

  // The page's own run: [step, loss] from its beginning on. Where it is long one in 2, 4, … is kept, and the last.
  const losses = [];
  const most_losses = 2000;
  let apart = 1;
  const isKept = ([step]) => (step - losses[0][0]) % apart === 0;
  const record = () => {
    if (model.loss === undefined) return;
    const { step } = engine.run;
    while (losses.length && losses.at(-1)[0] >= step) losses.pop();
    if (losses.length && !isKept(losses.at(-1))) losses.pop();
    losses.push([step, engine.value(model.loss)[0]]);
    if (losses.length <= most_losses) return;
    apart *= 2;
    losses.splice(0, losses.length, ...losses.filter((each, at) => isKept(each) || at === losses.length - 1));
  };
  const restart = () => {
    losses.length = 0;
    apart = 1;
    engine.reset();
    record();
  };

  /// Goes to a recorded run, where it is not there already.
  const begin = (run) => {
    if (run === model.own) return;
    restart();
    for (let taken = 0; taken < run && engine.step(); ++taken) record();
    changed();
  };
  /// Takes steps; returns how many could be taken.
  const step = (count = 1) => {
    let taken = 0;
    for (; taken < count && engine.step(); ++taken) record();
    changed();
    return taken;
  };
  const back = () => {
    const went = engine.back();
    if (went) record();
    changed();
    return went;
  };
  const set = (id, numbers) => {
    engine.set(id, numbers);
    engine.compute();
    record();
    changed();
  };
  /// An engine in the state of a run: the page's own, or one that takes the recorded steps again. Undefined where it cannot.
  let replay;
  const at = (run) => {
    if (run === model.own || why() !== undefined) return why() === undefined ? engine : undefined;
    if (run >= given.feeds.length) return undefined;
    replay ??= new Engine({ nodes: data.nodes, ops: data.ops, order: data.order }, engine.first);
    if (replay.taken > run) replay.reset();
    while (replay.taken < run && replay.step());
    return replay;
  };

  /// All numbers of a node in a run, however many.
  const all = (id, run) => (model.isHidden(id, run) ? undefined : at(run)?.value(id));
  /// Whether the numbers of a node are given from outside, so that anybody may give others.
  const isFree = (id) => why() === undefined && engine.value(id) !== undefined &&
    (data.nodes[id].role === "input" || isVariable(data.nodes[id]));

  return { engine, losses, why, proof, value, begin, step, back, set, at, all, isFree, get version() { return version; } };
})();
