"use strict";
// One number of a node: from which numbers of its inputs it is made, and how it changes with them. Told for numbers
// that were kept; where one was not, or an op is not known here, the answer is undefined.

const elements = (() => {
  const sizesOf = (id, run) => extents(model.nodes[id].shape, model.batchOf(run));
  const numbersOf = (id, run) => model.value(id, run)?.numbers;
  const sum = (terms) => terms.reduce((a, b) => a + b, 0);

  const flatOf = (place, sizes) => place.reduce((flat, at, axis) => flat * sizes[axis] + at, 0);

  /// The first element of the element's row, and the row's length.
  const rowOf = (flat, sizes) => {
    const length = sizes[sizes.length - 1] ?? 1;
    return { first: flat - (flat % length), length };
  };
  const range = (first, length) => Array.from({ length }, (_, at) => first + at);

  /// The element of the result that an element of x is summed into.
  const summedInto = (node, flat, sizes) => {
    const axes = new Set(model.op(node).attributes.axes.map((axis) => (axis + sizes.length) % sizes.length));
    const kept = sizes.map((_, axis) => axis).filter((axis) => !axes.has(axis));
    const place = placeOf(flat, sizes);
    return flatOf(kept.map((axis) => place[axis]), kept.map((axis) => sizes[axis]));
  };

  /// The element of x that is repeated as an element of y.
  const repeatedFrom = (flat, from, to) => {
    const place = placeOf(flat, to).slice(to.length - from.length);
    return flatOf(place.map((at, axis) => (from[axis] === 1 ? 0 : at)), from);
  };

  const transposes = (node, letter) => model.op(node).attributes[`transpose_${letter}`];

  /// The elements of A and B that are multiplied with each other, pair by pair, for an element of A B.
  const pairsOf = (node, flat, run) => {
    const [a, b] = node.inputs.map((id) => sizesOf(id, run));
    if (a.length !== 2 || b.length !== 2) return undefined;
    const [ta, tb] = [transposes(node, "a"), transposes(node, "b")];
    const columns = tb ? b[0] : b[1];
    const [row, column] = [Math.floor(flat / columns), flat % columns];
    return range(0, ta ? a[0] : a[1]).map((k) => [ta ? k * a[1] + row : row * a[1] + k,
      tb ? column * b[1] + k : k * b[1] + column]);
  };

  /// How a slope is worked out of these numbers, as the op's VJP says; undefined where it is one of them.
  const worked = (node, input, xs, y) => {
    const rule = model.op(node).slopes[input];
    return !rule || /^(\{\w+\}|−?[\d.]+)$/.test(rule) ? undefined
      : rule.replace(/\{(\w+)\}/g, (_, which) => bracketed(which === "y" ? y : xs[which]));
  };

  const bracketed = (x) => (x < 0 ? `(${formatted(x)})` : formatted(x));
  /// "a·b + c·d", of at most four terms; of more the first two and the last.
  const joined = (terms) => open((terms.length <= 4 ? terms : [terms[0], terms[1], "…", terms[terms.length - 1]]).join(" + "));
  /// A minus sign at the very beginning needs no brackets.
  const open = (text) => text.replace(/^\((−[^)]*)\)/, "$1");

  const runOf = (run) => ({ step: 0, batch: model.batchOf(run), training: data.given.training });

  /// What an elementwise op makes of these numbers.
  const ofNumbers = (op, xs, run) => {
    const y = new Float64Array(1);
    rules[op.rule](y, xs.map((x) => [x]), inNumbers(op.attributes), runOf(run));
    return y[0];
  };

  // Which of a tap's three places, those of x, w and w ⋆ x, is the result's, and which are multiplied: see eachTap.
  const taps = { conv2d: { image: 0, kernel: 1, of: 2, factors: [0, 1] }, conv2d_input_gradient: { kernel: 0, result: 1, of: 0, factors: [1, 2] } };

  /// One number of a convolution, or of the gradient of its image: only its own example is gone through.
  const madeOfTaps = (node, flat, run) => {
    const { name, attributes } = model.op(node);
    const values = node.inputs.map((id) => live.all(id, run));
    const whole = live.all(node.id, run);
    if (!whole || values.includes(undefined)) return undefined;
    const { image, kernel, result, of, factors } = taps[name];
    const one = (value) => [1, ...value.sizes.slice(1)];
    const size = (value) => value.length / value.sizes[0];
    const example = Math.floor(flat / size(whole));
    const first = { image: image === undefined ? whole : values[image], result: result === undefined ? whole : values[result] };
    const offsets = [example * size(first.image), 0, example * size(first.result)];
    const parts = [];
    const inputOf = [image, kernel, result];
    const terms = [];
    eachTap(one(first.image), values[kernel].sizes, one(first.result), attributes.stride, attributes.padding, attributes.dilation, (...places) => {
      if (places[of] + offsets[of] !== flat) return;
      const factor = factors.map((which) => [inputOf[which], places[which] + offsets[which]]);
      terms.push(factor.map(([input, at]) => values[input][at]));
      parts.push(...factor.map(([input, at]) => [input, at, Math.abs(terms.at(-1)[0] * terms.at(-1)[1])]));
    });
    const bias = name === "conv2d" && values[2];
    const channel = Math.floor((flat % size(whole)) / (whole.sizes[2] * whole.sizes[3]));
    const products = terms.map(([a, b]) => `${bracketed(a)}·${bracketed(b)}`);
    if (bias) parts.push([2, channel, Math.abs(bias[channel])]);
    return { parts, products, value: sum(terms.map(([a, b]) => a * b)) + (bias ? bias[channel] : 0),
      text: joined(products) + (bias ? ` + ${bracketed(bias[channel])}` : "") };
  };

  /// Of what one element is made: { parts: [[input, element, size]], text, value }; `text` is missing where the op's own
  /// formula says it. The size tells which part weighs most.
  const made = (node, flat, run) => {
    const op = model.op(node).name;
    if (taps[op]) return madeOfTaps(node, flat, run);
    const inputs = node.inputs.map((id) => numbersOf(id, run));
    if (!inputs.length || inputs.includes(undefined)) return undefined;
    const [x, other] = inputs;
    const sizes = sizesOf(node.id, run);
    const from = sizesOf(node.inputs[0], run);
    const whole = (elementsOf, term, total) => ({
      parts: elementsOf.map((at) => [0, at, Math.abs(x[at])]), value: total(elementsOf.map((at) => x[at])),
      text: term(elementsOf.map((at) => x[at])),
    });
    if (op === "accumulate")
      return { parts: inputs.map((each, input) => [input, flat, Math.abs(each[flat])]), value: sum(inputs.map((each) => each[flat])),
        text: joined(inputs.map((each) => bracketed(each[flat]))) };
    if (model.op(node).elementwise && rules[model.op(node).rule])
      return { parts: inputs.map((each, input) => [input, flat, Math.abs(each[flat])]),
        value: ofNumbers(model.op(node), inputs.map((each) => each[flat]), run) };
    if (op === "reshape") return { parts: [[0, flat, 1]], value: x[flat], text: "" };
    if (op === "broadcast") {
      const at = repeatedFrom(flat, from, sizes);
      return { parts: [[0, at, 1]], value: x[at], text: "" };
    }
    if (op === "assign") return { parts: [[1, flat, 1]], value: other[flat], text: "" };
    if (op === "sum" || op === "mean") {
      const summed = range(0, x.length).filter((at) => summedInto(node, at, from) === flat);
      const mean = op === "mean" ? summed.length : 1;
      return whole(summed, (xs) => (mean > 1 ? `(${joined(xs.map(bracketed))}) / ${mean}` : xs.length > 1 ? joined(xs.map(bracketed)) : ""),
        (xs) => sum(xs) / mean);
    }
    if (op === "softmax") {
      const { first, length } = rowOf(flat, sizes);
      const powers = (xs) => xs.map((each) => `e^${bracketed(each)}`);
      const made = whole(range(first, length), (xs) => `${powers(xs)[flat - first]} / (${joined(powers(xs))})`,
        (xs) => Math.exp(x[flat]) / sum(xs.map(Math.exp)));
      made.parts[flat - first][2] = Infinity;
      return made;
    }
    if (op === "cross_entropy") {
      const { first, length } = rowOf(flat * from[from.length - 1], from);
      const row = range(first, length);
      return { parts: row.map((at) => [0, at, other[at]]), value: -sum(row.map((at) => (other[at] === 0 ? 0 : other[at] * Math.log(x[at])))),
        text: `−(${joined(row.map((at) => `${bracketed(other[at])}·ln ${bracketed(x[at])}`))})` };
    }
    if (op === "matmul") {
      const pairs = pairsOf(node, flat, run);
      if (!pairs) return undefined;
      return { parts: pairs.flatMap(([a, b]) => [[0, a, Math.abs(x[a] * other[b])], [1, b, Math.abs(x[a] * other[b])]]),
        value: sum(pairs.map(([a, b]) => x[a] * other[b])), terms: pairs.length,
        text: joined(pairs.map(([a, b]) => `${bracketed(x[a])}·${bracketed(other[b])}`)) };
    }
    return undefined;
  };

  /// A function of ȳ: what flows from one node of the way back on to another, by the nodes between them with the numbers of
  /// this run; undefined where some were not kept or an op has no rule.
  const flowing = (from, to, run) => {
    const order = [];
    const reads = new Map([[from, true]]);
    // Inputs have smaller numbers than what reads them.
    const visit = (id) => {
      if (!reads.has(id)) {
        reads.set(id, id > from && model.nodes[id].inputs.map(visit).includes(true));
        if (reads.get(id)) order.push(id);
      }
      return reads.get(id);
    };
    if (!visit(to)) return undefined;
    const values = new Map();
    const prepare = (id) => {
      if (values.has(id)) return true;
      const numbers = numbersOf(id, run);
      if (!numbers) return false;
      values.set(id, Object.assign(Float64Array.from(numbers, (x) => x ?? NaN), { sizes: sizesOf(id, run) }));
      return true;
    };
    const plan = [];
    for (const id of order) {
      const node = model.nodes[id];
      const op = model.op(node);
      if (!rules[op.rule] || ![id, ...node.inputs].every(prepare)) return undefined;
      plan.push(() => rules[op.rule](values.get(id), node.inputs.map((input) => values.get(input)), inNumbers(op.attributes), runOf(run)));
    }
    if (!prepare(from)) return undefined;
    return (back) => {
      values.get(from).set(back);
      for (const compute of plan) compute();
      return values.get(to);
    };
  };

  /// ∂y/∂x of a use and its input, a row for each element of y: what its VJP makes of 1 at that element of ȳ and 0 elsewhere.
  const jacobian = (use, input, run) => {
    const way = model.adjoint.get(use.inputs[input])?.uses.find((each) => each.use === use.id && each.input === input);
    const total = model.adjoint.get(use.id)?.total;
    const y = numbersOf(use.id, run);
    if (!way || !y || total === undefined) return undefined;
    const back = flowing(total, way.value, run);
    return back && y.map((_, at) => Array.from(back(y.map((_, other) => (other === at ? 1 : 0)))));
  };
  let jacobians = new Map();
  let jacobiansOf;
  const kept = (use, input, run) => {
    const of = `${run} ${live.version}`;
    if (jacobiansOf !== of) jacobians = new Map();
    jacobiansOf = of;
    const key = `${use.id} ${input}`;
    if (!jacobians.has(key)) jacobians.set(key, jacobian(use, input, run));
    return jacobians.get(key);
  };

  /// How the elements of `use` change with one element of its input: [{ at, slope, text }]; elements that do not
  /// change with it are left out.
  const changes = (use, input, flat, run) => {
    const { name, elementwise } = model.op(use);
    const inputs = use.inputs.map((id) => numbersOf(id, run));
    const y = numbersOf(use.id, run);
    const rows = kept(use, input, run);
    if (!rows || inputs.includes(undefined)) return undefined;
    const told = (at) => {
      if (elementwise && name !== "accumulate" || name === "cross_entropy") return worked(use, input, inputs.map((each) => each[flat]), y[at]);
      return name === "mean" && inputs[0].length > y.length ? worked(use, input, [], 0)?.replace(/\bn\b/, inputs[0].length / y.length) : undefined;
    };
    const changed = rows.map((row, at) => ({ at, slope: row[flat] })).filter(({ slope }) => slope !== 0);
    // A slope of 0, as ReLU has it, is told.
    if (!changed.length && elementwise) changed.push({ at: flat, slope: 0 });
    return changed.length ? changed.map((each) => ({ ...each, text: told(each.at) })) : undefined;
  };

  /// From the loss to one element of a node, along the use and the element through which most flows back:
  /// [{ node, total, flat, use, uses, terms }], with what is added up to its gradient as terms { above, slope, text },
  /// undefined where numbers were not kept.
  const path = (id, flat, run) => {
    const links = [...model.pathFromLoss(id, run)].reverse();
    let element = flat;
    const result = links.map((link) => {
      const here = { ...link, flat: element };
      if (link.use === undefined) return here;
      const terms = (element === undefined ? [] : model.adjoint.get(link.node).uses.filter((each) => each.use !== undefined))
        .flatMap(({ use, input }) => {
          const above = numbersOf(model.adjoint.get(use)?.total, run);
          const changed = above && changes(model.nodes[use], input, element, run);
          return changed ? changed.map((each) => ({ ...each, use, above: above[each.at] })) : [undefined];
        });
      const known = terms.length > 0 && !terms.includes(undefined) && numbersOf(link.total, run);
      if (known) here.terms = terms;
      const onward = terms.filter((term) => term?.use === link.use);
      const larger = (a, b) => (Math.abs(a.above * a.slope) >= Math.abs(b.above * b.slope) ? a : b);
      element = onward.length ? onward.reduce(larger).at : undefined;
      return here;
    });
    return result.reverse();
  };

  /// The elements on the way of one element of a node: Map from node to element. First what it becomes on the way to
  /// the loss and the gradients of these, then of what each node between is made, then how it is updated.
  const follow = (id, flat, run) => {
    const at = new Map();
    for (const { node, total, flat: element } of path(id, flat, run).reverse()) {
      if (element === undefined) break;
      at.set(node, element);
      if (!at.has(total)) at.set(total, element);
    }
    const into = (each) => {
      const node = model.nodes[each];
      const parts = made(node, at.get(each), run)?.parts ?? [];
      for (const [input, element] of [...parts].sort((a, b) => b[2] - a[2])) {
        const source = node.inputs[input];
        if (at.has(source)) continue;
        at.set(source, element);
        into(source);
      }
    };
    for (const each of [...at.keys()].sort((a, b) => b - a)) into(each);
    for (const node of model.nodes) {
      if (node.section !== "update" || at.has(node.id)) continue;
      const count = numbersOf(node.id, run)?.length;
      const source = node.inputs.find((input) => at.has(input) && numbersOf(input, run)?.length === count);
      if (source !== undefined) at.set(node.id, at.get(source));
    }
    return at;
  };

  /// The element followed where nobody chose one: into the first unit, from where most flows back.
  const first = (id, run) => {
    const gradient = numbersOf(model.adjoint.get(id)?.total, run);
    if (!gradient) return 0;
    const columns = sizesOf(id, run).at(-1) ?? 1;
    return range(0, gradient.length).filter((at) => at % columns === 0)
      .reduce((best, at) => (Math.abs(gradient[at]) > Math.abs(gradient[best]) ? at : best), 0);
  };

  const firstWeight = model.nodes.find((node) => node.role === "parameter" && model.adjoint.has(node.id))?.id;
  let followed = { weight: firstWeight };
  let onTheWay;
  /// The element of a node that stands for all of them: on the way of the followed weight, else the first.
  const chosen = (id, run) => {
    if (followed.weight === undefined || !data.runs.length) return 0;
    if (onTheWay?.run !== run || onTheWay.version !== live.version)
      onTheWay = { run, version: live.version, at: model.withAll(() => follow(followed.weight,
        followed.element ?? first(followed.weight, run), run)) };
    return onTheWay.at.get(id) ?? 0;
  };
  /// Follows an element of a node; the first weight where none is named.
  const choose = (id, element) => {
    if (followed.weight === (id ?? firstWeight) && followed.element === element) return;
    followed = { weight: id ?? firstWeight, element };
    onTheWay = undefined;
  };

  return { made, taps, changes, open, path, chosen, choose, firstWeight, sizesOf, numbersOf, bracketed, joined };
})();
