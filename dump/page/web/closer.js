"use strict";
// Pictures of a convolution, large: a pixel is pointed at, and the patch it is made of is marked, with the sum written out.

/// The planes (channels) of one example, or of one kernel, as a picture with room to mark pixels.
class Plane {
  constructor(label, numbers, sizes, index, channel, most) {
    const [, channels, rows, columns] = sizes;
    this.first = (index * channels + channel) * rows * columns;
    Object.assign(this, { rows, columns });
    const own = Array.from(numbers.subarray(this.first, this.first + rows * columns));
    const scale = Math.max(...own.map(Math.abs));
    this.square = Math.max(2, Math.floor(most / Math.max(rows, columns)));
    const size = { width: columns * this.square, height: rows * this.square };
    this.marks = svg("svg", { viewBox: `0 0 ${columns} ${rows}`, width: size.width, height: size.height, "aria-hidden": "true" });
    this.element = html("figure", { class: "closeup" }, html("div", {}, canvasOf(own.map((x) => (scale > 0 ? x / scale : 0)), rows, columns,
      diverging, label, size), this.marks), html("figcaption", {}, label));
  }

  mark(places, kind) {
    this.marks.replaceChildren(...places.filter((at) => at >= this.first && at < this.first + this.rows * this.columns).map((at) => {
      const flat = at - this.first;
      return svg("rect", { class: kind, x: flat % this.columns, y: Math.floor(flat / this.columns), width: 1, height: 1 });
    }));
  }
}

class Closer {
  /// The node's own pictures, and those of what it is made of. `run` is the run that is shown.
  constructor(node, run, symbolOf) {
    Object.assign(this, { node, run, symbolOf });
    this.value = live.all(node.id, run);
    const [examples, channels, rows, columns] = this.value.sizes;
    const field = (label, most, at) => html("input", { type: "number", min: 1, max: most, value: at, "aria-label": label, oninput: () => this.show() });
    this.fields = [field("example", Math.min(examples, 12), 1), field("channel", channels, 1), field("row", rows, Math.ceil(rows / 2)),
      field("column", columns, Math.ceil(columns / 2))];
    this.names = ["example", "channel", "row", "column"];
    this.planes = html("div", { class: "closeups" });
    this.sum = html("p", { class: "made closer-sum", "aria-live": "polite" });
    this.element = html("section", { class: "closer" }, html("h3", {}, "Look closer"),
      html("p", { class: "small" }, "Point at a pixel, or choose its place: what it is made of is marked."),
      html("div", { class: "places" }, this.fields.map((each, at) => html("label", {}, this.names[at], " ", each))), this.planes, this.sum);
    this.show();
  }

  get place() {
    return this.fields.map((field) => Math.max(1, Math.min(Number(field.max), Math.round(Number(field.value)) || 1)) - 1);
  }

  show() {
    const [example, channel, row, column] = this.place;
    const key = `${example} ${channel}`;
    if (this.shown !== key) {
      this.shown = key;
      this.draw(example, channel);
    }
    const [, channels, rows, columns] = this.value.sizes;
    const flat = ((example * channels + channel) * rows + row) * columns + column;
    const made = elements.made(this.node, flat, this.run);
    this.own.mark([flat], "now");
    for (const { input, plane } of this.sources) plane.mark(made.parts.filter((part) => part[0] === input).map((part) => part[1]), "patch");
    this.made = made;
    this.sum.replaceChildren(`${this.symbolOf(this.node.id)} [${[example, channel, row, column].map((at) => at + 1).join(", ")}] = ${made.text} = `,
      html("b", {}, formatted(this.value[flat])), html("details", { class: "small", open: this.isWhole, ontoggle: (event) => (this.isWhole = event.target.open) },
        html("summary", {}, `all ${made.products.length} products`), made.products.join(" + ")));
  }

  draw(example, channel) {
    const { kernel } = elements.taps[model.op(this.node).name];
    const isForward = model.op(this.node).name === "conv2d";
    const image = isForward ? 0 : 1;
    const plane = (input, index, at, most) => {
      const id = this.node.inputs[input];
      const value = live.all(id, this.run);
      return { input, plane: new Plane(`${this.symbolOf(id)}${value.sizes[1] > 1 || input === kernel ? `, ${at + 1}` : ""}`, value, value.sizes, index, at, most) };
    };
    this.own = new Plane(`${this.symbolOf(this.node.id)}, channel ${channel + 1}`, this.value, this.value.sizes, example, channel, 200);
    this.own.element.addEventListener("pointermove", (event) => this.point(event));
    this.own.element.addEventListener("pointerdown", (event) => this.point(event));
    const channels = live.all(this.node.inputs[image], this.run).sizes[1];
    const most = channels === 1 ? 150 : 96;
    this.sources = Array.from({ length: channels }, (_, at) => at).flatMap((at) => [plane(image, example, at, most),
      isForward ? plane(kernel, channel, at, 60) : plane(kernel, at, channel, 60)]);
    this.planes.replaceChildren(this.own.element, ...this.sources.map((each) => each.plane.element));
  }

  point(event) {
    const box = this.own.marks.getBoundingClientRect();
    const row = Math.floor((event.clientY - box.top) / this.own.square);
    const column = Math.floor((event.clientX - box.left) / this.own.square);
    if (row < 0 || column < 0 || row >= this.own.rows || column >= this.own.columns) return;
    this.fields[2].value = row + 1;
    this.fields[3].value = column + 1;
    this.show();
  }

  /// Whether a node is of these, and its numbers are there.
  static suits = (node, run) => Boolean(elements.taps[model.op(node).name]) && live.all(node.id, run) !== undefined;
}
