// The accuracies that the values of one setting came with, a box for each value.

/// Median, quartiles, and the last numbers within 1.5 times their distance from the box.
function boxOf(numbers) {
  const sorted = Float64Array.from(numbers).sort();
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share));
  const reach = 1.5 * (high - low);
  const inside = sorted.filter((number) => number >= low - reach && number <= high + reach);
  return { low, middle, high, from: inside[0], to: inside.at(-1), count: sorted.length };
}

const bins = 5;

/// Labels of the groups of an axis, and which of them each trial is in.
function groupsOf(axis) {
  const width = (axis.high - axis.low) / bins;
  const edges = Array.from({ length: bins + 1 }, (_, place) => (axis.logarithmic
    ? axis.low * (axis.high / axis.low) ** (place / bins) : axis.low + place * width));
  const labels = axis.list ? axis.list.map((_, place) => axis.text(place))
    : edges.slice(1).map((edge, place) => `${shortNumber(edges[place], 3)} to ${shortNumber(edge, 3)}`);
  const none = labels.length;
  const group = (at) => {
    if (Number.isNaN(at)) return none;
    if (axis.list) return at;
    return Math.max(0, Math.min(bins - 1, edges.findLastIndex((edge) => at >= edge)));
  };
  return { labels: axis.missing ? [...labels, axis.without] : labels, of: Array.from(axis.coordinates, group) };
}

class Boxes {
  constructor(page) {
    this.page = page;
    this.plot = new Plot(page, "box", 300);
    const axes = page.axes.slice(0, -1);
    [this.axis] = axes;
    const { select, element } = selection("Setting", axes.map((axis, place) => [place, axis.name]), (place) => {
      this.axis = axes[Number(place)];
      this.layout();
      this.repaint();
    });
    select.id = "box-setting";
    find("box-controls").append(element);
    this.body = make("tbody");
    this.head = make("th", { scope: "col", class: "text" });
    const heads = ["trials", "first quartile", "median", "third quartile", "best"]
      .map((text) => make("th", { scope: "col" }, text));
    find("box-table").append(scrolled("Accuracies by setting",
      make("table", {}, make("thead", {}, make("tr", {}, this.head, ...heads)), this.body)));
  }

  layout() {
    this.groups = groupsOf(this.axis);
    this.head.textContent = this.axis.name;
    const { labels } = this.groups;
    const each = (this.plot.box.clientWidth - room.left - room.right) / labels.length;
    const every = Math.ceil(40 / each);
    this.plot.layout({ domain: [-0.5, labels.length - 0.5], label: this.axis.name,
      ticks: labels.map((text, at) => ({ at, text: cut(text, Math.max(4, Math.floor((each * every) / 7))) }))
        .filter(({ at }) => at % every === 0) },
    accuracyUp(this.page.trials));
  }

  repaint() {
    const { page, plot, groups } = this;
    plot.clear(`Accuracies by ${this.axis.name}; the table below has the numbers`);
    const each = plot.x(1) - plot.x(0);
    const members = groups.labels.map(() => []);
    for (const [trial, { accuracy }] of page.trials.entries()) {
      if (accuracy === null) continue;
      const group = groups.of[trial];
      // Points beside each other by the trial's number, so that a page drawn twice is the same page.
      const aside = ((trial * 0.618034) % 1) - 0.5;
      plot.dot(plot.x(group) + aside * Math.min(36, each * 0.42), plot.y(accuracy), trial, 2.2);
      if (page.kept[trial]) members[group].push(accuracy);
    }
    const boxes = members.map((numbers) => (numbers.length ? { ...boxOf(numbers), best: Math.max(...numbers) } : undefined));
    for (const [group, box] of boxes.entries()) if (box) this.paint(box, plot.x(group), Math.min(64, each * 0.7));
    this.body.replaceChildren(...boxes.map((box, group) => row(groups.labels[group],
      ...(box ? [box.count, percent(box.low), percent(box.middle), percent(box.high), percent(box.best)] : [0, "–", "–", "–", "–"])
        .map((text) => make("td", {}, String(text))))));
  }

  paint(box, x, width) {
    const { plot } = this;
    const { context } = plot;
    const [from, low, middle, high, to] = [box.from, box.low, box.middle, box.high, box.to].map((at) => plot.y(at));
    const [left, right] = [x - width / 2, x + width / 2];
    context.globalAlpha = 1;
    context.strokeStyle = this.page.colours.ink;
    context.lineWidth = 1.2;
    context.strokeRect(left, high, width, low - high);
    context.beginPath();
    for (const [a, b] of [[from, low], [high, to]]) {
      context.moveTo(x, a);
      context.lineTo(x, b);
    }
    for (const end of [from, to]) {
      context.moveTo(x - width / 5, end);
      context.lineTo(x + width / 5, end);
    }
    context.stroke();
    context.lineWidth = 3;
    context.beginPath();
    context.moveTo(left, middle);
    context.lineTo(right, middle);
    context.stroke();
  }

  highlight(trial) {
    this.plot.highlight(trial);
  }
}
