// Accuracy or loss after each epoch, a line for each trial.

class Curves {
  constructor(page) {
    this.page = page;
    this.plot = new Plot(page, "curves", 320);
    this.of = "accuracy";
    this.dim = make("canvas", { "aria-hidden": "true" });
    this.plot.canvas.before(this.dim);
    find("curves-controls").append(choice("curves-of", "Show", [["accuracy", "accuracy"], ["loss", "loss"]], (of) => {
      this.of = of;
      this.layout();
      this.repaint();
    }));
  }

  number(point) {
    return (this.of === "accuracy" ? point[1] : point[2]) ?? NaN;
  }

  up() {
    const numbers = this.page.trials.flatMap(({ curve }) => curve.map((point) => this.number(point)))
      .filter(Number.isFinite).sort((a, b) => a - b);
    if (this.of === "accuracy")
      return accuracyUp(numbers.map((accuracy) => ({ accuracy })));
    // A few trials on their way to infinity would press all others flat.
    const top = numbers.length ? Math.min(numbers.at(-1), 1.6 * quantile(numbers, 0.9)) : 1;
    this.above = numbers.filter((number) => number > top).length;
    const domain = [0, top * 1.03];
    return { domain, label: "loss", ticks: linearTicks(...domain).map((at) => ({ at, text: shortNumber(at) })) };
  }

  layout() {
    this.above = 0;
    const epochs = this.page.trials.flatMap(({ curve }) => curve.map(([epoch]) => epoch));
    const [low, high] = domainOf(epochs, 0.02);
    const ticks = linearTicks(low, high, this.plot.box.clientWidth < 500 ? 5 : 10).filter(Number.isInteger)
      .map((at) => ({ at, text: String(at) }));
    this.plot.layout({ domain: [low, high], ticks, label: "epoch" }, this.up());
    this.paintDim();
    find("curves-caption").textContent = `${this.of === "accuracy" ? "Accuracy" : "Loss"} on validation after each epoch.${
      this.above ? ` ${this.above} measurements lie above what is drawn.` : ""}`;
  }

  /// All curves lie dim below the kept ones, and no brush changes them.
  paintDim() {
    const { page, plot } = this;
    const context = this.clipped(sizedCanvas(this.dim, plot.width, plot.height));
    context.globalAlpha = page.trials.length > 300 ? 0.45 : 0.8;
    context.strokeStyle = page.colours.rule;
    for (const trial of page.ascending) this.trace(context, trial);
  }

  clipped(context) {
    context.beginPath();
    context.rect(room.left, 0, this.plot.width - room.left, this.plot.height - room.bottom);
    context.clip();
    return context;
  }

  repaint() {
    const { page, plot } = this;
    plot.clear(`${this.of} of ${page.count} trials after each epoch`);
    const { context } = plot;
    const wide = page.count <= thickLines;
    context.save();
    this.clipped(context);
    context.lineWidth = wide ? 1.5 : 1;
    context.globalAlpha = wide ? 0.85 : 0.6;
    for (const trial of page.ascending) {
      if (!page.kept[trial]) continue;
      context.strokeStyle = page.colours.of(page.trials[trial].accuracy);
      this.trace(context, trial, plot.points);
    }
    context.restore();
  }

  /// Draws a curve, and notes its points in `points`.
  trace(context, trial, points) {
    const { plot } = this;
    const { curve } = this.page.trials[trial];
    let pen = false;
    context.beginPath();
    for (const point of curve) {
      const at = this.number(point);
      if (!Number.isFinite(at)) {
        pen = false;
        continue;
      }
      const [x, y] = [plot.x(point[0]), plot.y(at)];
      if (pen) context.lineTo(x, y);
      else context.moveTo(x, y);
      // A curve of one epoch is a dot, which a line of no length does not draw.
      if (curve.length === 1) context.arc(x, y, 1.5, 0, 2 * Math.PI);
      pen = true;
      points?.push([x, y, trial]);
    }
    context.stroke();
  }

  highlight(trial) {
    this.plot.highlight(trial, true);
  }
}
