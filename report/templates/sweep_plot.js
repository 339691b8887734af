// A chart's frame: axes and grid as SVG, a canvas for what changes with the brush, and which trial is near the mouse.

const room = { left: 58, right: 14, top: 12, bottom: 44 };
const nearPoint = 10;

class Plot {
  constructor(page, id, height) {
    this.page = page;
    this.box = find(id);
    this.height = height;
    this.canvas = make("canvas", { role: "img" });
    this.frame = makeSvg("svg", { "aria-hidden": "true" });
    this.mark = makeSvg("svg", { "aria-hidden": "true" });
    this.box.append(this.frame, this.canvas, this.mark);
    this.canvas.addEventListener("pointermove", (event) => {
      const { left, top } = this.canvas.getBoundingClientRect();
      page.highlight(this.nearest(event.clientX - left, event.clientY - top), event);
    });
    this.canvas.addEventListener("pointerleave", () => page.highlight());
  }

  x(value) {
    const [low, high] = this.across.domain;
    return room.left + ((value - low) / (high - low)) * (this.width - room.left - room.right);
  }

  y(value) {
    const [low, high] = this.up.domain;
    return this.height - room.bottom - ((value - low) / (high - low)) * (this.height - room.top - room.bottom);
  }

  /// Each way has a domain, ticks ({ at, text }) and a label.
  layout(across, up) {
    Object.assign(this, { across, up, width: this.box.clientWidth });
    this.box.style.height = `${this.height}px`;
    const { width, height } = this;
    for (const svg of [this.frame, this.mark]) {
      svg.setAttribute("width", width);
      svg.setAttribute("height", height);
    }
    const bottom = height - room.bottom;
    const grid = makeSvg("g", { class: "grid" });
    for (const { at, text } of up.ticks)
      grid.append(makeSvg("line", { x1: room.left, x2: width - room.right, y1: this.y(at), y2: this.y(at) }),
        makeSvg("text", { x: room.left - 8, y: this.y(at) + 4, "text-anchor": "end" }, text));
    for (const { at, text } of across.ticks)
      grid.append(makeSvg("text", { x: this.x(at), y: bottom + 19, "text-anchor": "middle" }, text));
    grid.append(makeSvg("line", { class: "base", x1: room.left, x2: width - room.right, y1: bottom, y2: bottom }),
      makeSvg("text", { class: "title", x: (room.left + width - room.right) / 2, y: height - 6, "text-anchor": "middle" },
        cut(across.label, Math.floor(width / 8))));
    this.frame.replaceChildren(grid);
    this.context = sizedCanvas(this.canvas, width, height);
  }

  clear(label) {
    this.points = [];
    this.mark.replaceChildren();
    this.context.globalAlpha = 1;
    this.context.clearRect(0, 0, this.width, this.height);
    this.canvas.setAttribute("aria-label", label);
  }

  dot(x, y, trial, radius = 3) {
    const { context, page } = this;
    const kept = page.kept[trial];
    context.globalAlpha = kept ? 0.9 : 0.35;
    context.fillStyle = kept ? page.colours.of(page.trials[trial].accuracy) : page.colours.faint;
    context.beginPath();
    context.arc(x, y, kept ? radius : radius * 0.7, 0, 2 * Math.PI);
    context.fill();
    if (kept) this.points.push([x, y, trial]);
  }

  nearest(x, y) {
    let best;
    let least = nearPoint;
    for (const [px, py, trial] of this.points) {
      const distance = Math.hypot(px - x, py - y);
      if (distance <= least) [best, least] = [trial, distance];
    }
    return best;
  }

  /// Rings around a trial's points, and a line through them where they are a curve.
  highlight(trial, asCurve = false) {
    this.mark.replaceChildren();
    const own = this.points.filter((point) => point[2] === trial);
    if (asCurve && own.length > 1) {
      const points = own.map(([x, y]) => `${x},${y}`).join(" ");
      for (const kind of ["halo", "chosen"]) this.mark.append(makeSvg("polyline", { points, class: kind }));
    }
    for (const [cx, cy] of own) this.mark.append(makeSvg("circle", { class: "ring", cx, cy, r: asCurve ? 3 : 6 }));
  }
}

/// The accuracy's way up, the same in every chart that has it.
function accuracyUp(trials, label = "accuracy") {
  const [low, high] = domainOf(trials.map(({ accuracy }) => accuracy ?? NaN), 0.05);
  const domain = [Math.max(0, low), Math.min(1, high)];
  return { domain, label, ticks: linearTicks(100 * domain[0], 100 * domain[1])
    .map((at) => ({ at: at / 100, text: `${shortNumber(at)} %` })) };
}
