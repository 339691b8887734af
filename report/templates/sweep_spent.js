// Accuracy of one trial after the other, and the best so far, against their numbers or the time they took.

class Spent {
  constructor(page) {
    this.page = page;
    this.plot = new Plot(page, "spent", 280);
    this.by = "number";
    find("spent-controls").append(choice("spent-by", "Against",
      [["number", "trial number"], ["time", "training time so far"]], (by) => {
        this.by = by;
        this.layout();
        this.repaint();
      }));
    this.inOrder = page.trials.map((_, trial) => trial)
      .sort((a, b) => page.trials[a].number - page.trials[b].number);
    this.seconds = new Float64Array(page.trials.length);
    let sum = 0;
    for (const trial of this.inOrder) this.seconds[trial] = sum += page.trials[trial].seconds ?? 0;
  }

  at(trial) {
    return this.by === "time" ? this.seconds[trial] : this.page.trials[trial].number;
  }

  across() {
    const end = this.inOrder.length ? this.at(this.inOrder.at(-1)) : 1;
    const begin = this.by === "time" || !this.inOrder.length ? 0 : this.at(this.inOrder[0]);
    const count = this.plot.box.clientWidth < 500 ? 4 : 8;
    const margin = (end - begin) * 0.015 || 0.5;
    const [unit, name] = this.by === "number" ? [1, ""]
      : end > 7200 ? [3600, "hours"] : end > 180 ? [60, "minutes"] : [1, "seconds"];
    return { domain: [begin - margin, end + margin],
      ticks: linearTicks(begin / unit, end / unit, count).filter((tick) => this.by === "time" || Number.isInteger(tick))
        .map((tick) => ({ at: tick * unit, text: shortNumber(tick) })),
      label: name ? `training time so far, ${name}` : "trial number" };
  }

  layout() {
    this.plot.layout(this.across(), accuracyUp(this.page.trials));
  }

  repaint() {
    const { page, plot } = this;
    plot.clear(`Accuracy of ${page.count} trials against ${plot.across.label}, with the best so far`);
    this.steps();
    for (const trial of this.inOrder) {
      const { accuracy } = page.trials[trial];
      if (accuracy !== null) plot.dot(plot.x(this.at(trial)), plot.y(accuracy), trial);
    }
  }

  steps() {
    const { page, plot } = this;
    const { context } = plot;
    let best = -Infinity;
    context.strokeStyle = page.colours.ink;
    context.lineWidth = 1.5;
    context.beginPath();
    for (const trial of this.inOrder) {
      const { accuracy } = page.trials[trial];
      if (accuracy === null || accuracy <= best) continue;
      const x = plot.x(this.at(trial));
      if (best === -Infinity) context.moveTo(x, plot.y(accuracy));
      else {
        context.lineTo(x, plot.y(best));
        context.lineTo(x, plot.y(accuracy));
      }
      best = accuracy;
    }
    if (best > -Infinity) context.lineTo(plot.x(plot.across.domain[1]), plot.y(best));
    context.stroke();
  }

  highlight(trial) {
    this.plot.highlight(trial);
  }
}
