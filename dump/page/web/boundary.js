"use strict";
// Networks of two features: what they and each of their neurons make of every point of the plane.

/// { x, prediction, label, isClass, neurons }: the input with two features; the last value that is made of it alone on the way
/// to the loss; what it is compared with; whether it says classes; and the layers' activations before it. Undefined for any
/// other network.
const plane = (() => {
  if (model.loss === undefined) return undefined;
  const needed = ancestorsOf([model.loss]);
  const inputs = needed.filter((id) => model.nodes[id].role === "input");
  const wide = inputs.filter((id) => model.nodes[id].shape === "(batch, 2)");
  for (const x of wide) {
    const { isOf, id: prediction } = answerTo(x, /^\(batch(, \d+)?\)$/);
    const others = inputs.filter((id) => id !== x);
    if (prediction === undefined || others.length > 1 || !layers.length) continue;
    const { shape } = model.nodes[prediction];
    const label = others[0];
    const isClass = extents(shape, 1)[1] > 1 && (label === undefined || model.nodes[label].shape === "(batch)" ||
      model.op(model.nodes[prediction]).name.includes("softmax"));
    const neurons = layers.slice(0, -1).map(({ name, activation, node }) => ({ name, id: (activation ?? node).id }))
      .filter(({ id }) => id !== prediction && isOf(id) && /^\(batch, \d+\)$/.test(model.nodes[id].shape));
    return { x, prediction, label, isClass, neurons };
  }
  return undefined;
})();

/// The network and its neurons on any points: `points` are x₁, x₂ of each in turn.
const planeNetwork = (points) => new NetworkPart([plane.prediction, ...plane.neurons.map(({ id }) => id)], plane.x,
  Float64Array.from(points), points.length / 2);

/// The numbers of a node as one array for each of its columns.
function columnsOf(engine, id) {
  const numbers = engine.value(id);
  const count = numbers.sizes[1] ?? 1;
  return Array.from({ length: count }, (_, column) => numbers.filter((_, at) => at % count === column));
}

/// The largest of one row of columns.
const classAt = (columns, at) => columns.reduce((best, column, index) => (column[at] > columns[best][at] ? index : best), 0);

class Boundary {
  static squares = 40;
  // Okabe and Ito's colours; marks differ too, for who cannot tell the colours apart.
  static colours = [[0, 114, 178], [213, 94, 0], [0, 158, 115], [204, 121, 167], [86, 180, 233], [240, 228, 66]];
  static marks = ["M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0", "M0 -5L5 0L0 5L-5 0Z", "M-4 -4h8v8h-8Z", "M0 -5L5 4H-5Z"];

  constructor() {
    const canvas = (label) => html("canvas", { width: Boundary.squares, height: Boundary.squares, role: "img", "aria-label": label });
    this.canvas = canvas("The plane, coloured by the class that the network gives to each point");
    this.svg = svg("svg", { viewBox: "0 0 372 286", role: "img", "aria-label": "The data in the plane, and the decision boundary" });
    this.said = html("p", { class: "small", id: "boundary-said" });
    this.neurons = plane.neurons.map(({ name, id }) => ({ name, id, canvases: Array.from(
      { length: Math.min(32, extents(model.nodes[id].shape, 1)[1]) }, (_, at) => canvas(`${name}, neuron ${at + 1}`)) }));
    this.element = html("section", {}, html("h2", {}, plane.isClass ? "Decision boundary" : "What the network answers"),
      html("div", { class: "plane" }, this.canvas, this.svg), this.said,
      this.neurons.map(({ name, canvases }) => html("figure", { class: "neurons" }, html("figcaption", {}, `${name}: what each neuron sees`),
        html("div", {}, canvases))));
    this.painted = -Infinity;
  }

  /// At most ten times a second.
  show(run) {
    this.run = run;
    const wait = this.painted + 100 - performance.now();
    if (this.due !== undefined) return;
    if (wait <= 0) this.paint();
    else this.due = setTimeout(() => this.paint(), wait);
  }

  /// A square around the data, the same as long as no point leaves it.
  frame(points) {
    const [x, y] = [points.filter((_, at) => at % 2 === 0), points.filter((_, at) => at % 2 === 1)];
    const range = (numbers) => [Math.min(...numbers), Math.max(...numbers)];
    const [[left, right], [bottom, top]] = [range(x), range(y)];
    const { middle, half } = this;
    if (half && Math.max(Math.abs(left - middle[0]), Math.abs(right - middle[0]), Math.abs(bottom - middle[1]), Math.abs(top - middle[1])) <= half) return;
    this.middle = [(left + right) / 2, (bottom + top) / 2];
    this.half = (Math.max(right - left, top - bottom) / 2) * 1.15 || 2;
    const n = Boundary.squares;
    const grid = new Float64Array(n * n * 2);
    for (let row = 0; row < n; ++row) for (let column = 0; column < n; ++column)
      grid.set([this.middle[0] + this.half * ((2 * column + 1) / n - 1), this.middle[1] + this.half * (1 - (2 * row + 1) / n)], (row * n + column) * 2);
    this.network = planeNetwork(grid);
  }

  paint() {
    clearTimeout(this.due);
    this.due = undefined;
    const engine = live.at(this.run);
    if (!engine) {
      this.said.textContent = "The weights of this step are not kept.";
      return;
    }
    this.frame(engine.value(plane.x));
    this.network.compute(engine);
    this.values = palette((part) => diverging(part * 2 - 1));
    const outputs = columnsOf(this.network.engine, plane.prediction);
    const lines = plane.isClass ? this.paintClasses(outputs) : this.paintAnswers(outputs[0]);
    this.draw(engine, lines);
    for (const { id, canvases } of this.neurons) {
      const columns = columnsOf(this.network.engine, id);
      canvases.forEach((canvas, at) => this.paintValues(canvas, columns[at]));
    }
    this.painted = performance.now();
  }

  /// Each square in its class's colour, the stronger the surer the network is; returns the boundaries.
  paintClasses(outputs) {
    const paper = diverging(0);
    const isSure = model.op(model.nodes[plane.prediction]).name === "softmax";
    const levels = Array.from(outputs[0], (_, at) => {
      const best = classAt(outputs, at);
      const sure = isSure ? (outputs[best][at] - 1 / outputs.length) / (1 - 1 / outputs.length) : 1;
      return Math.min(Math.round(sure * 31), 31) + 32 * (best % 6);
    });
    paintSquares(this.canvas, levels, Array.from({ length: 192 }, (_, level) => [...Boundary.colours[level >> 5].map((end, channel) =>
      paper[channel] + (end - paper[channel]) * (0.08 + 0.5 * ((level & 31) / 31))), 255]));
    const margins = outputs.length === 2 ? [outputs[0].map((x, at) => x - outputs[1][at])] : outputs.map((own, index) =>
      own.map((x, at) => x - Math.max(...outputs.filter((_, other) => other !== index).map((column) => column[at]))));
    return margins.map((margin) => contour(margin, Boundary.squares, Boundary.squares, 0)).join("");
  }

  /// Orange above zero, blue below; of probabilities, above and below a half.
  paintValues(canvas, numbers, zero = 0) {
    const scale = numbers.reduce((most, x) => Math.max(most, Math.abs(x - zero)), 0) || 1;
    paintSquares(canvas, Array.from(numbers, (x) => Math.round(((x - zero) / scale + 1) * 127.5)), this.values);
    return scale;
  }

  /// One answer for each point; returns where it is zero, or a probability a half.
  paintAnswers(numbers) {
    this.zero = model.op(model.nodes[plane.prediction]).name === "sigmoid" ? 0.5 : 0;
    this.scale = this.paintValues(this.canvas, numbers, this.zero);
    return contour(numbers, Boundary.squares, Boundary.squares, this.zero);
  }

  /// Axes, the boundary, the points and how many of them are right.
  draw(engine, lines) {
    const [x, y] = [0, 1].map((at) => new Axis(this.middle[at] - this.half, this.middle[at] + this.half, ...[[44, 276], [250, 18]][at]));
    const points = engine.value(plane.x);
    const classes = plane.label !== undefined && plane.isClass ? this.classesOf(engine) : undefined;
    const kinds = classes ? [...new Set(classes)].sort((a, b) => a - b) : [0];
    const wanted = plane.label === undefined || plane.isClass ? undefined : columnsOf(engine, plane.label)[0];
    const ofAnswer = (x) => diverging(Math.max(-1, Math.min(1, (x - this.zero) / this.scale)));
    const mark = (kind, left, top, colour = Boundary.colours[kind % 6]) => svg("path", { d: Boundary.marks[kind % 4],
      transform: `translate(${left} ${top})`, fill: `rgb(${colour})`, class: `point ${wanted ? "wanted" : ""}` });
    this.svg.replaceChildren(
      svg("path", { class: "boundary", d: lines, transform: `translate(44 18) scale(${232 / Boundary.squares})` }),
      axesOf(x, y, { x: "x₁", y: "x₂" }),
      svg("g", {}, Array.from({ length: points.length / 2 }, (_, at) => mark(classes?.[at] ?? 0, x.at(points[2 * at]), y.at(points[2 * at + 1]),
        wanted ? ofAnswer(wanted[at]) : undefined))),
      svg("g", {}, plane.isClass ? kinds.slice(0, 8).map((kind, at) => [mark(kind, 292, 32 + 22 * at),
        svg("text", { x: 304, y: 36 + 22 * at, class: "legend" }, `class ${kind}`)]) : []));
    const columns = columnsOf(engine, plane.prediction);
    const right = classes?.filter((kind, at) => classAt(columns, at) === kind).length;
    this.said.textContent = classes ? `${right} of ${classes.length} points right: ${((100 * right) / classes.length).toFixed(1).replace(".0", "")} %`
      : `Orange above ${this.zero}, blue below, up to ${formatted(this.scale)} away` +
        `${wanted ? "; each point in the colour of what should be answered" : ""}.`;
  }

  /// Of class numbers, or of rows that are 1 at their class.
  classesOf(engine) {
    const columns = columnsOf(engine, plane.label);
    return columns.length === 1 ? Array.from(columns[0]) : Array.from(columns[0], (_, at) => classAt(columns, at));
  }
}
