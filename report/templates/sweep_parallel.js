// Parallel coordinates: lines on two canvases, all of them dim below and the kept ones above, axes over them.

const tall = { top: 16, axis: 340, without: 34, below: 26 };
const nearLine = 8;
const leastSpacing = 92;
// Browsers without a graphics card paint a line wider than a pixel at seven times the price.
const thickLines = 120;

class Parallel {
  constructor(page) {
    this.page = page;
    this.box = find("parallel");
    this.heads = make("div", { class: "heads" });
    this.dim = make("canvas", { "aria-hidden": "true" });
    this.lines = make("canvas", { role: "img" });
    this.svg = makeSvg("svg", { "aria-hidden": "true" });
    this.body = make("div", { class: "lines" }, this.dim, this.lines, this.svg);
    this.box.append(this.heads, this.body);
    this.order = [...page.axes];
    this.svg.addEventListener("pointermove", (event) => this.hover(event));
    this.svg.addEventListener("pointerleave", () => page.highlight());
  }

  get bottom() {
    return tall.top + tall.axis;
  }

  get withoutY() {
    return this.bottom + tall.without;
  }

  yOf(axis, coordinate) {
    return Number.isNaN(coordinate) ? this.withoutY : this.bottom - tall.axis * axis.shareOf(coordinate);
  }

  /// Everything but which lines are kept: sizes, places on the axes, the dim lines.
  layout() {
    this.height = (this.order.some((axis) => axis.missing) ? this.withoutY : this.bottom) + tall.below;
    this.body.style.height = `${this.height}px`;
    // After the height: a box that is too low for what is in it has a scroll bar, which takes from its width.
    // Paper does not scroll.
    const least = window.matchMedia("print").matches ? 0 : leastSpacing;
    this.width = Math.max(least * this.order.length, this.box.parentElement.clientWidth);
    this.box.style.width = `${this.width}px`;
    this.spacing = this.width / this.order.length;
    this.svg.setAttribute("width", this.width);
    this.svg.setAttribute("height", this.height);
    this.x = this.order.map((_, place) => (place + 0.5) * this.spacing);
    this.y = this.order.map((axis) => Float32Array.from(axis.coordinates, (at) => this.yOf(axis, at)));
    this.paintDim();
    this.onLines = sizedCanvas(this.lines, this.width, this.height);
    this.drawAxes();
    for (const part of [this.headings, this.brushing]) part?.layout();
  }

  paintDim() {
    const context = sizedCanvas(this.dim, this.width, this.height);
    context.strokeStyle = this.page.colours.rule;
    context.lineWidth = 1;
    context.globalAlpha = this.page.trials.length > 300 ? 0.45 : 0.8;
    for (const trial of this.page.ascending)
      if (this.page.isAmongBest(trial)) this.trace(context, trial);
  }

  trace(context, trial) {
    context.beginPath();
    context.moveTo(this.x[0], this.y[0][trial]);
    for (let place = 1; place < this.x.length; ++place) context.lineTo(this.x[place], this.y[place][trial]);
    context.stroke();
  }

  repaint() {
    const context = this.onLines;
    const { page } = this;
    context.clearRect(0, 0, this.width, this.height);
    context.lineWidth = page.count > thickLines ? 1 : 1.5;
    context.globalAlpha = page.count > 300 ? 0.6 : 0.85;
    for (const trial of page.ascending) {
      if (!page.kept[trial]) continue;
      context.strokeStyle = page.colours.of(page.trials[trial].accuracy);
      this.trace(context, trial);
    }
    this.lines.setAttribute("aria-label", `Parallel coordinates of ${page.count} trials over ${
      this.order.map((axis) => axis.name).join(", ")}`);
    this.brushing?.draw();
  }

  drawAxes() {
    const groups = this.order.map((axis, place) => this.axisGroup(axis, this.x[place]));
    this.brushLayer = makeSvg("g");
    this.highlighted = makeSvg("g");
    this.svg.replaceChildren(this.highlighted, ...groups, this.brushLayer);
  }

  axisGroup(axis, x) {
    const group = makeSvg("g", { class: "axis" });
    group.append(makeSvg("line", { x1: x, x2: x, y1: tall.top, y2: this.bottom }));
    const ticks = axis.ticks().map(({ at, text }) => ({ text, y: this.yOf(axis, at) })).sort((a, b) => b.y - a.y);
    let last = Infinity;
    for (const { text, y } of ticks) {
      // Values that a linear scale presses together would print over each other.
      if (last - y < 12) continue;
      last = y;
      group.append(makeSvg("line", { x1: x - 4, x2: x, y1: y, y2: y }),
        makeSvg("text", { x: x - 7, y: y + 4, "text-anchor": "end" }, cut(text, Math.floor(this.spacing / 7.5))));
    }
    if (axis.missing) {
      group.append(makeSvg("line", { x1: x, x2: x, y1: this.bottom, y2: this.withoutY, class: "dashed" }));
      group.append(makeSvg("line", { x1: x - 5, x2: x + 5, y1: this.withoutY, y2: this.withoutY }),
        makeSvg("text", { x, y: this.withoutY + 17, "text-anchor": "middle" }, axis.without));
    }
    return group;
  }

  /// The kept trial whose line is nearest to a place, undefined when none is near.
  lineAt(x, y) {
    const { page } = this;
    let place = 0;
    while (place < this.x.length - 2 && x > this.x[place + 1]) ++place;
    if (this.x.length < 2 || x < this.x[0] - nearLine || x > this.x.at(-1) + nearLine) return undefined;
    const span = this.x[place + 1] - this.x[place];
    const share = Math.min(1, Math.max(0, (x - this.x[place]) / span));
    let best;
    let nearest = nearLine;
    for (const trial of page.ascending) {
      if (!page.kept[trial]) continue;
      const [from, to] = [this.y[place][trial], this.y[place + 1][trial]];
      const distance = Math.abs(from + (to - from) * share - y) / Math.hypot(1, (to - from) / span);
      if (distance <= nearest) [best, nearest] = [trial, distance];
    }
    return best;
  }

  local(event) {
    const box = this.svg.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  hover(event) {
    if (this.brushing.dragged) return;
    const { x, y } = this.local(event);
    this.page.highlight(this.lineAt(x, y), event);
  }

  highlight(trial) {
    this.highlighted.replaceChildren();
    if (trial === undefined) return;
    const points = this.x.map((x, place) => `${x},${this.y[place][trial]}`).join(" ");
    for (const kind of ["halo", "chosen"]) this.highlighted.append(makeSvg("polyline", { points, class: kind }));
  }

  move(axis, to) {
    const from = this.order.indexOf(axis);
    const place = Math.min(this.order.length - 1, Math.max(0, to));
    if (place === from) return;
    this.order.splice(from, 1);
    this.order.splice(place, 0, axis);
    this.layout();
    this.repaint();
  }
}
