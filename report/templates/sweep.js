// The page of a sweep: which trials are kept, and everything that is painted anew when that changes.

class SweepPage {
  constructor(data) {
    this.data = data;
    this.trials = data.trials;
    this.axes = axesOf(data);
    this.brushes = new Map();
    this.bestShare = 100;
    this.rank();
    const known = this.trials.map(({ accuracy }) => accuracy).filter((accuracy) => accuracy !== null);
    this.colours = new Colours(Math.min(...known), Math.max(...known));
    this.kept = new Uint8Array(this.trials.length);
    this.build();
    this.filter();
    this.layout();
    this.repaint();
    this.watch();
  }

  /// The best are painted last, over the others.
  rank() {
    this.ascending = this.trials.map((_, trial) => trial)
      .sort((a, b) => (this.trials[a].accuracy ?? -1) - (this.trials[b].accuracy ?? -1) || b - a);
    this.ranks = new Float64Array(this.trials.length).fill(Infinity);
    const best = this.ascending.filter((trial) => this.trials[trial].accuracy !== null).reverse();
    for (const [rank, trial] of best.entries()) this.ranks[trial] = rank;
    this.measured = best.length;
  }

  build() {
    this.parallel = new Parallel(this);
    this.limits = new Limits(this);
    this.parallel.headings = new Headings(this, this.parallel);
    this.parallel.brushing = new Brushing(this, this.parallel);
    this.parts = [this.parallel, new Spent(this), new Curves(this)];
    if (this.axes.length > 1) this.parts.push(new Boxes(this));
    this.parts.push(new Table(this));
    find("mattered").append(importanceTable(this.data.importance), correlationTable(this.data.correlation));
    this.tip = find("tip");
    this.slider();
    this.legend();
  }

  slider() {
    const range = make("input", { type: "range", id: "best-share", min: 1, max: 100, value: 100, input: () => {
      this.bestShare = Number(range.value);
      this.parallel.layout();
      this.changed();
    } });
    this.bestText = make("span", { id: "best-text" });
    this.keptText = make("output", { id: "kept", for: "best-share" });
    find("best-controls").append(make("label", {}, "Best ", range, " ", this.bestText), this.keptText);
  }

  legend() {
    this.ramp = make("i");
    if (!this.measured) return;
    find("legend").append(percent(this.colours.low), this.ramp, percent(this.colours.high),
      make("span", { class: "faint" }, "accuracy on validation"));
  }

  get bestCount() {
    return Math.ceil((this.bestShare / 100) * this.measured);
  }

  /// Trials without an accuracy are among the best only when everybody is.
  isAmongBest(trial) {
    return this.bestShare === 100 || this.ranks[trial] < this.bestCount;
  }

  filter() {
    const brushes = [...this.brushes];
    this.count = 0;
    for (let trial = 0; trial < this.trials.length; ++trial) {
      const keep = this.isAmongBest(trial) && brushes.every(([axis, brush]) => axis.keeps(brush, trial));
      this.kept[trial] = Number(keep);
      this.count += this.kept[trial];
    }
  }

  brush(axis, brush) {
    if (brush) this.brushes.set(axis, brush);
    else this.brushes.delete(axis);
    this.changed();
  }

  removeBrushes() {
    this.brushes.clear();
    this.changed();
  }

  changed() {
    this.filter();
    this.repaint();
  }

  layout() {
    this.ramp.style.background = `linear-gradient(90deg, ${this.colours.stops.join(", ")})`;
    for (const part of this.parts) part.layout();
  }

  repaint() {
    this.highlight();
    this.bestText.textContent = `${this.bestShare} %`;
    this.keptText.textContent = `${this.count} of ${this.trials.length} trials kept`;
    for (const part of this.parts) part.repaint();
    this.limits.repaint();
  }

  /// Shows a trial in every chart, and what it is beside the mouse; nothing without a trial.
  highlight(trial, event) {
    if (trial !== this.highlighted) {
      this.highlighted = trial;
      for (const part of this.parts) part.highlight(trial);
      if (trial !== undefined) this.describe(trial);
    }
    this.tip.hidden = trial === undefined || !event;
    if (this.tip.hidden) return;
    const { offsetWidth: width, offsetHeight: height } = this.tip;
    const beside = event.clientX + 16;
    const x = beside + width > document.documentElement.clientWidth ? event.clientX - 16 - width : beside;
    const y = Math.min(event.clientY + 16, window.innerHeight - height - 8);
    this.tip.style.transform = `translate(${Math.max(4, x)}px, ${Math.max(4, y)}px)`;
  }

  describe(trial) {
    const { name, accuracy, ending, message } = this.trials[trial];
    const pairs = this.axes.slice(0, -1).map((axis) => [axis.name,
      Number.isNaN(axis.coordinates[trial]) ? axis.without : axis.text(axis.coordinates[trial])]);
    if (ending !== "done") pairs.push(["ending", message ? `${ending}: ${message}` : ending]);
    this.tip.replaceChildren(make("b", {}, name), make("span", { class: "accuracy" }, percent(accuracy)),
      make("dl", {}, ...pairs.flatMap(([term, value]) => [make("dt", {}, term), make("dd", {}, value)])));
  }

  watch() {
    const anew = () => {
      this.colours.read();
      this.layout();
      this.repaint();
    };
    this.colours.dark.addEventListener("change", anew);
    let width = document.documentElement.clientWidth;
    window.addEventListener("resize", () => {
      if (document.documentElement.clientWidth === width) return;
      width = document.documentElement.clientWidth;
      anew();
    });
    window.matchMedia("print").addEventListener("change", anew);
  }

  /// How long everything that depends on the brush takes, layout and pixels included.
  repaintMilliseconds() {
    const begin = performance.now();
    this.changed();
    document.body.getBoundingClientRect();
    // Browsers put off painting a canvas until somebody asks for its pixels.
    this.probe ??= make("canvas", { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
    for (const canvas of document.querySelectorAll("canvas")) this.probe.drawImage(canvas, 0, 0, 1, 1);
    this.probe.getImageData(0, 0, 1, 1);
    return performance.now() - begin;
  }

  /// Where a trial stands on an axis, in the window.
  place(trial, name) {
    const at = this.parallel.order.findIndex((axis) => axis.name === name);
    const box = this.parallel.svg.getBoundingClientRect();
    return { x: box.left + this.parallel.x[at], y: box.top + this.parallel.y[at][trial] };
  }
}

window.sweepPage = new SweepPage(JSON.parse(find("sweep-data").textContent));
