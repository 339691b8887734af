"use strict";
// The loss around the weights, in the plane of two directions: against the gradient, and a random one. Both are scaled, unit
// by unit, to the size of the weights (Li, Xu, Taylor, Studer, Goldstein, "Visualizing the loss landscape of neural nets",
// 2018), so that a step of 1 is as large as the weights themselves.

/// Two directions from the weights of an engine, and the loss of its batch anywhere in their plane.
class WeightPlane {
  constructor(engine) {
    const order = ancestorsOf([model.loss]);
    const parameters = order.filter((id) => model.nodes[id].role === "parameter" && model.adjoint.has(id));
    this.centre = new Map(parameters.map((id) => [id, engine.value(id).slice()]));
    this.gradient = new Map(parameters.map((id) => [id, this.scaled(id, engine.value(model.adjoint.get(id).total).map((x) => -x))]));
    this.random = new Map(parameters.map((id, at) => [id, this.scaled(id, WeightPlane.normal(engine.value(id).length, at))]));
    const given = (role) => order.filter((id) => role(model.nodes[id])).map((id) => [id, engine.value(id)]);
    this.engine = new Engine({ nodes: data.nodes, ops: data.ops, order }, {
      step: engine.run.step, seed: engine.run.seed, training: engine.run.training,
      feeds: [{ batch: engine.run.batch, values: new Map(given((node) => node.role === "input")) }], variables: new Map(given(isVariable)),
    });
    const dot = (a, b) => parameters.reduce((sum, id) => sum + a.get(id).reduce((own, x, at) => own + x * b.get(id)[at], 0), 0);
    this.dot = dot;
    this.squares = [dot(this.gradient, this.gradient), dot(this.gradient, this.random), dot(this.random, this.random)];
  }

  /// Normal numbers, the same ones at each call (Box and Muller 1958).
  static normal(count, stream) {
    const draw = philox([1, 0, 0, 0, 0, 0, 0, 0], stream, 0);
    const uniform = () => (draw() + 0.5) * 2 ** -32;
    return Float64Array.from({ length: count }, () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
  }

  /// Each unit's part of a direction as long as its weights are. A unit is a column of a matrix, a kernel of a convolution;
  /// all biases of a layer count as one.
  scaled(id, direction) {
    const weights = this.centre.get(id);
    const { sizes } = live.engine.values[id];
    const count = sizes.length === 2 ? sizes[1] : sizes.length > 2 ? sizes[0] : 1;
    const each = weights.length / count;
    const unit = (at) => (sizes.length === 2 ? at % count : Math.floor(at / each));
    const lengths = (numbers) => numbers.reduce((sums, x, at) => {
      sums[unit(at)] += x * x;
      return sums;
    }, new Float64Array(count));
    const [own, wanted] = [lengths(direction), lengths(weights)];
    return direction.map((x, at) => (own[unit(at)] > 0 ? x * Math.sqrt(wanted[unit(at)] / own[unit(at)]) : 0));
  }

  /// The loss at a place of the plane.
  loss(x, y) {
    for (const [id, centre] of this.centre) {
      const [gradient, random, value] = [this.gradient.get(id), this.random.get(id), this.engine.values[id]];
      for (let at = 0; at < centre.length; ++at) value[at] = centre[at] + x * gradient[at] + y * random[at];
    }
    this.engine.compute();
    return this.engine.value(model.loss)[0];
  }

  /// The place of the plane nearest to these variables, how far they are from the centre, and how much of that lies in the
  /// plane.
  place(variables) {
    const way = new Map([...this.centre].map(([id, centre]) => [id, variables.get(id).map((x, at) => x - centre[at])]));
    const [a, b, c] = this.squares;
    const [p, q] = [this.dot(way, this.gradient), this.dot(way, this.random)];
    const determinant = a * c - b * b;
    const [x, y] = determinant > 1e-12 * a * c ? [(c * p - b * q) / determinant, (a * q - b * p) / determinant]
      : [a > 0 ? p / a : 0, 0];
    const length = Math.sqrt(this.dot(way, way));
    return { x, y, length, part: length > 0 ? Math.sqrt(Math.max(0, x * p + y * q)) / length : 1 };
  }
}

class LossSlice {
  static squares = 25;
  /// Of each frame, so that there is time left for who wants to stop it.
  static most_milliseconds = 8;

  constructor() {
    const n = LossSlice.squares;
    this.go = button("Compute", () => (this.waiting ? this.stop() : this.start()), { id: "slice-go" });
    this.progress = html("output", { class: "small" });
    this.canvas = html("canvas", { width: n, height: n, role: "img", "aria-label": "The loss in the plane of two directions: the stronger the colour, the larger" });
    this.svg = svg("svg", { viewBox: "0 0 372 286", role: "img", "aria-label": "The path of the training in this plane" });
    this.picture = html("div", { class: "plane", hidden: true }, this.canvas, this.svg);
    this.said = html("p", { class: "small", id: "slice-said" }, "The loss of this batch around the weights as they are now, along two ",
      "directions: against the gradient and a random one, unit by unit as long as the weights (Li et al. 2018).");
    this.element = html("section", { id: "slice" }, html("h2", {}, "Loss around the weights", this.go, this.progress), this.picture, this.said);
  }

  /// Begins at the weights of the run that is shown.
  start() {
    const engine = live.at(this.run);
    if (!engine) {
      this.said.textContent = "The weights of this step are not kept.";
      return;
    }
    const weights = new WeightPlane(engine);
    this.places = new WeakMap();
    const path = this.path(engine, weights);
    const half = 1.1 * path.reduce((most, { x, y }) => Math.max(most, Math.abs(x), Math.abs(y)), 1 / 1.1);
    const n = LossSlice.squares;
    const losses = new Float64Array(n * n);
    let done = 0;
    const frame = () => {
      const until = performance.now() + LossSlice.most_milliseconds;
      for (; done < n * n && performance.now() < until; ++done)
        losses[done] = weights.loss(half * ((2 * (done % n) + 1) / n - 1), half * (1 - (2 * Math.floor(done / n) + 1) / n));
      this.progress.textContent = `${Math.floor((100 * done) / (n * n))} %`;
      if (done < n * n) {
        this.waiting = requestAnimationFrame(frame);
        return;
      }
      Object.assign(this, { weights, half, losses, theme: undefined, step: engine.run.step + 1 });
      this.stop();
      this.picture.hidden = false;
      this.show(this.run);
    };
    this.go.textContent = "Stop";
    frame();
  }

  stop() {
    cancelAnimationFrame(this.waiting);
    this.waiting = undefined;
    this.progress.textContent = "";
    this.go.textContent = this.losses ? "Compute again" : "Compute";
  }

  /// Where the run has been, in the plane: at most some 300 of its steps, and the last.
  path(engine, weights) {
    const each = Math.ceil(engine.kept.length / 300) || 1;
    const before = engine.kept.filter((_, at) => at % each === 0).map(({ variables }) => {
      if (!this.places.has(variables)) this.places.set(variables, weights.place(variables));
      return this.places.get(variables);
    });
    return [...before, weights.place(new Map([...weights.centre.keys()].map((id) => [id, engine.value(id)])))];
  }

  show(run) {
    this.run = run;
    if (!this.losses) return;
    this.paint();
    const engine = live.at(run);
    const path = engine ? this.path(engine, this.weights) : [];
    const [x, y] = [[44, 276], [250, 18]].map(([start, end]) => new Axis(-this.half, this.half, start, end));
    const at = (point) => [x.at(point.x), y.at(point.y)];
    const dot = (point, kind) => svg("circle", { class: kind, cx: at(point)[0], cy: at(point)[1], r: 4.5 });
    this.svg.replaceChildren(
      svg("path", { class: "contours", d: this.contours, transform: `translate(44 18) scale(${232 / LossSlice.squares})` }),
      axesOf(x, y, { x: "against the gradient", y: "a random direction" }), this.scale,
      svg("defs", {}, svg("clipPath", { id: "slice-frame" }, svg("rect", { x: 44, y: 18, width: 232, height: 232 }))),
      svg("g", { "clip-path": "url(#slice-frame)" }, svg("path", { class: "path", d: pathThrough(path.map(at)) }),
        path.length > 1 ? dot(path[0], "first") : null, path.length ? dot(path.at(-1), "now") : null));
    const far = path.reduce((most, each) => (each.length > most.length ? each : most), { length: 0 });
    this.said.textContent = `In the middle the weights of step ${this.step}; 1 is a step as long as they are. ` + (far.length > 0
      ? `The line is the run, from ○ on, as it falls on this plane: of its largest distance from the middle ${Math.round(100 * far.part)} % lie in it.`
      : "Train on, and the path of the run is drawn.");
  }

  /// The colours and lines of equal loss, logarithmic, since the loss differs by powers of ten.
  paint() {
    const { theme } = document.documentElement.dataset;
    if (theme === this.theme) return;
    this.theme = theme;
    const finite = this.losses.filter((loss) => Number.isFinite(loss));
    const [least, most] = [Math.min(...finite), Math.max(...finite)];
    const log = least > 0 && most > least;
    const axis = new Axis(least, most, 0, 1, { log });
    const colours = palette((part) => diverging(0).map((from, channel) =>
      from + ((theme === "dark" ? [221, 165, 218] : [122, 62, 119])[channel] - from) * part));
    paintSquares(this.canvas, Array.from(this.losses, (loss) => Math.round(255 * (Number.isFinite(loss) ? axis.at(loss) : 1))), colours);
    const n = LossSlice.squares;
    const levels = Array.from({ length: 11 }, (_, at) => (at + 1) / 12);
    const heights = this.losses.map((loss) => axis.at(loss));
    this.contours = levels.map((level) => contour(heights, n, n, level)).join("");
    const numbers = new Axis(least, most, 250, 18, { log, ticks: 6 });
    const stripe = 232 / 32;
    this.scale = svg("g", { class: "scale" }, Array.from({ length: 32 }, (_, at) => svg("rect", { x: 300, y: 250 - (at + 1) * stripe,
      width: 12, height: stripe + 0.5, fill: `rgb(${colours[Math.round((at / 31) * 255)].slice(0, 3).map(Math.round)})` })),
    numbers.ticks.map((tick) => svg("text", { x: 318, y: numbers.at(tick) + 4 }, tickText(tick))), svg("text", { x: 300, y: 11 }, "loss"));
  }
}
