"use strict";
// A pad to draw an image on: the network says at once what it sees, and then the whole step is that of the drawing.

class DrawingPad {
  /// `x` is an input whose rows are pictures; `put(numbers)` gives the page's run another x.
  constructor(x, put) {
    const { rows, columns } = data.runs[0].nodes[x].images;
    Object.assign(this, { x, put, rows, columns });
    this.brightest = live.all(x, 0).reduce((most, number) => Math.max(most, number), 0);
    this.pixels = new Float64Array(this.rows * this.columns);
    this.prediction = DrawingPad.predictionOf(x);
    this.canvas = html("canvas", { width: this.columns, height: this.rows, class: "pad", tabindex: "0", role: "img",
      "aria-label": "Pad to draw on with a pointer" });
    this.canvas.style.width = `${6 * this.columns}px`;
    this.canvas.style.height = `${6 * this.rows}px`;
    this.bars = html("div", { class: "classes" });
    this.told = html("output", { class: "small" });
    this.element = html("section", { class: "drawing" }, html("h3", {}, "Draw one yourself"),
      html("p", { class: "small" }, "Draw: the network answers as you do. What you draw takes the place of the first example of the batch."),
      html("div", { class: "pad-row" }, this.canvas, this.bars), html("p", {}, button("Clear", () => this.clear(), { class: "clear-pad" }), " ", this.told));
    this.listen();
    this.paint();
  }

  static predictionOf(x) {
    return answerTo(x, /^\(batch, \d+\)$/).id;
  }

  listen() {
    let before;
    const at = (event) => {
      const box = this.canvas.getBoundingClientRect();
      return [(event.clientX - box.left) / box.width * this.columns, (event.clientY - box.top) / box.height * this.rows];
    };
    this.canvas.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      if (event.isTrusted) this.canvas.setPointerCapture(event.pointerId);
      before = at(event);
      this.stroke(before, before);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (!before) return;
      const here = at(event);
      this.stroke(before, here);
      before = here;
    });
    const end = () => {
      if (before) this.finish();
      before = undefined;
    };
    this.canvas.addEventListener("pointerup", end);
    this.canvas.addEventListener("pointercancel", end);
  }

  /// A line as thick as those of handwritten digits, soft at its edge.
  stroke([x1, y1], [x2, y2]) {
    const radius = 0.045 * (this.rows + this.columns) / 2 * 1.1;
    const length = Math.hypot(x2 - x1, y2 - y1);
    for (let row = 0; row < this.rows; ++row)
      for (let column = 0; column < this.columns; ++column) {
        const [dx, dy] = [column + 0.5 - x1, row + 0.5 - y1];
        const along = length ? Math.max(0, Math.min(1, (dx * (x2 - x1) + dy * (y2 - y1)) / length ** 2)) : 0;
        const distance = Math.hypot(dx - along * (x2 - x1), dy - along * (y2 - y1));
        const ink = Math.max(0, Math.min(1, radius + 0.6 - distance));
        const place = row * this.columns + column;
        this.pixels[place] = Math.max(this.pixels[place], ink);
      }
    this.paint();
    this.answer();
  }

  /// What the network says of the drawing alone, by the ops' own rules.
  answer() {
    this.network ??= new NetworkPart([this.prediction], this.x, this.scaled(), 1);
    this.network.engine.set(this.x, this.scaled());
    this.network.compute(live.at(this.run) ?? live.engine);
    const answers = Array.from(this.network.engine.value(this.prediction));
    const most = Math.max(...answers);
    const best = answers.indexOf(most);
    const least = Math.min(0, ...answers);
    this.bars.replaceChildren(...answers.map((each, at) => html("div", { class: at === best ? "best" : "" }, html("span", {}, String(at)),
      html("span", { class: "bar", style: `width: ${Math.max(1, 120 * (each - least) / (most - least || 1))}px` }), html("span", {}, formatted(each)))));
    this.told.textContent = `It looks like a ${best} to the network.`;
  }

  scaled() {
    return this.pixels.map((ink) => ink * this.brightest);
  }

  /// The drawing takes the place of the first example, so that its gradient flows back through the whole picture.
  finish() {
    const numbers = Array.from(live.engine.value(this.x));
    this.scaled().forEach((ink, at) => (numbers[at] = ink));
    this.put(numbers);
  }

  clear() {
    this.pixels.fill(0);
    this.paint();
    this.bars.replaceChildren();
    this.told.textContent = "";
  }

  paint() {
    const image = new ImageData(this.columns, this.rows);
    this.pixels.forEach((ink, at) => image.data.set([255 * ink, 255 * ink, 255 * ink, 255], 4 * at));
    this.canvas.getContext("2d").putImageData(image, 0, 0);
  }

  /// Whether a node is an input of pictures, and the page computes.
  static suits = (node) => node.role === "input" && live.isFree(node.id) && data.runs[0]?.nodes[node.id]?.images !== undefined &&
    DrawingPad.predictionOf(node.id) !== undefined;
}
