"use strict";
// Draws a graph in bands: one row for each layer, in it what is computed forward, the gradients that flow back and
// the update, side by side. Each of the three can be folded to one box. Graphviz placed the boxes inside of each;
// here they are put beside and below each other. Measures are those of drawing.cpp.

const sections = ["forward", "backward", "update"];

const measure = {
  numberWidth: 62, numberHeight: 17, textHeight: 42, gridMargin: 7,
  head: 24, pad: 10, foldedWidth: 224, foldedHeight: 40,
  betweenColumns: 70, betweenBands: 22, bandTitle: 28, margin: 16,
};

/// `source` is { nodes, drawing }; `choose(id)` is called for a click; `labelOf(node)` is what stands in a box, if it
/// has room for it.
class Drawing {
  constructor(root, source, choose, toggled, labelOf = (node) => node.label) {
    this.labelOf = labelOf;
    this.root = root;
    this.nodes = source.nodes;
    this.bands = source.drawing.bands;
    this.cells = source.drawing.cells.map((cell, index) => ({ ...cell, index }));
    this.choose = choose;
    this.toggled = toggled;
    this.cellOf = new Map();
    this.boxAt = new Map();
    for (const cell of this.cells)
      for (const box of cell.boxes) {
        this.cellOf.set(box[0], cell);
        this.boxAt.set(box[0], box);
      }
    this.titles = ["computed forward", "gradients flow back", "update"];
    this.open = new Set();
    this.present = () => true;
    this.boxes = new Map();
    this.lines = [];
  }

  /// Places the cells for the set of open ones, and draws.
  draw(open) {
    this.open = new Set(open);
    this.place();
    this.boxes = new Map();
    this.heads = new Map();
    this.lines = [];
    const bands = svg("g");
    const lines = svg("g", { class: "lines" });
    const boxes = svg("g");
    this.bands.forEach((name, band) => bands.append(this.drawBand(name, band)));
    for (const cell of this.cells) boxes.append(this.drawCell(cell, lines));
    this.drawLong(lines);
    this.columnHeads = this.columns.map((column, at) => column.width > 0
      ? svg("text", { class: `column ${sections[at]}`, x: column.x + column.width / 2, y: 20, "text-anchor": "middle" },
        this.titles[at]) : null);
    this.under = lines;
    this.above = svg("g", { class: "lines" });
    this.root.replaceChildren(bands, lines, boxes, this.above, ...this.columnHeads.filter((head) => head));
  }

  size(cell) {
    return this.open.has(cell.index)
      ? { width: Math.max(cell.width, measure.foldedWidth - 2 * measure.pad) + 2 * measure.pad,
        height: cell.height + 2 * measure.pad + measure.head }
      : { width: measure.foldedWidth, height: measure.foldedHeight };
  }

  place() {
    this.columns = sections.map((section) => ({
      width: Math.max(0, ...this.cells.filter((cell) => cell.section === section).map((cell) => this.size(cell).width)),
      x: 0,
    }));
    let x = measure.margin;
    for (const column of this.columns) {
      column.x = x;
      if (column.width > 0) x += column.width + measure.betweenColumns;
    }
    this.width = x - measure.betweenColumns + measure.margin;
    let y = 32;
    this.bandPlaces = this.bands.map((_, band) => {
      const own = this.cells.filter((cell) => cell.band === band);
      const height = Math.max(0, ...own.map((cell) => this.size(cell).height)) + measure.bandTitle + measure.pad;
      for (const cell of own) {
        const size = this.size(cell);
        const column = this.columns[sections.indexOf(cell.section)];
        cell.at = { x: column.x + (column.width - size.width) / 2, y: y + measure.bandTitle, ...size };
      }
      const place = { y, height };
      y += height + measure.betweenBands;
      return place;
    });
    this.height = y;
  }

  drawBand(name, band) {
    const { y, height } = this.bandPlaces[band];
    const shown = name.length > 60 ? `${name.slice(0, 60)}…` : name;
    return svg("g", { class: "band" },
      svg("rect", { x: 4, y, width: this.width - 8, height, rx: 10 }),
      svg("text", { x: 18, y: y + 20 }, shown));
  }

  drawCell(cell, lines) {
    const open = this.open.has(cell.index);
    const { x, y, width, height } = cell.at;
    const count = cell.boxes.filter(([id]) => this.present(id)).length;
    const name = `${this.bands[cell.band]}: ${cell.section}, ${count} ${count === 1 ? "node" : "nodes"}`;
    const title = svg("text", { x: 12, y: 17 }, `${open ? "▾" : "▸"} ${cell.section} · ${count} ` +
      `${count === 1 ? "node" : "nodes"}`);
    const head = svg("g", {
      class: "head", tabindex: "0", role: "button", "aria-expanded": String(open), "aria-label": `Fold ${name}`,
      onclick: () => this.toggled(cell.index),
      onkeydown: (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        this.toggled(cell.index);
      },
    }, svg("rect", { width, height: open ? measure.head : height, rx: 8 }), title);
    if (!open) head.append(svg("text", { class: "ops", x: 12, y: 32 }, this.opsOf(cell)));
    const group = svg("g", {
      class: `cell ${cell.section}${open ? " open" : ""}`, transform: `translate(${x} ${y})`,
    }, svg("rect", { class: "frame", width, height, rx: 8 }), head);
    this.heads.set(cell.index, head);
    if (!open) return group;

    const inner = svg("g", {
      transform: `translate(${(width - cell.width) / 2} ${measure.head + measure.pad})`,
    });
    cell.origin = { x: x + (width - cell.width) / 2, y: y + measure.head + measure.pad };
    for (const [from, to, points] of cell.lines) {
      let path = `M${points[0] + cell.origin.x} ${points[1] + cell.origin.y}C`;
      for (let i = 2; i < points.length; i += 2) path += `${points[i] + cell.origin.x} ${points[i + 1] + cell.origin.y} `;
      this.addLine(lines, path, from, to, this.nodes[from].section, false);
    }
    for (const box of cell.boxes) inner.append(this.drawBox(box));
    group.append(inner);
    return group;
  }

  opsOf(cell) {
    const names = [...new Set(cell.boxes.filter(([id]) => this.present(id)).map(([id]) => this.nodes[id].below))].join(" · ");
    return names.length > 34 ? `${names.slice(0, 33)}…` : names;
  }

  drawBox([id, x, y, width, height]) {
    const node = this.nodes[id];
    const wished = this.labelOf(node);
    const label = wished.length * 8 + 10 <= width ? wished : node.label;
    const group = svg("g", {
      class: `node ${node.section}`, transform: `translate(${x} ${y})`, role: "button", tabindex: "-1",
      "aria-label": `${node.name.slice(0, 120)}, ${node.below ?? ""}, ${node.shape}`,
      "data-node": id, onclick: () => this.choose(id),
    }, svg("rect", { width, height, rx: 7 }),
    svg("text", { class: "label", x: width / 2, y: 18, "text-anchor": "middle" }, label),
    svg("text", { class: "below", x: width / 2, y: 34, "text-anchor": "middle" },
      `${node.below ?? ""} ${node.shape === "()" ? "" : node.shape}`));
    this.boxes.set(id, { group, id, width, height });
    return group;
  }

  /// Lines between cells; those that would lie upon each other are one.
  drawLong(lines) {
    const seen = new Map();
    this.nodes.forEach((node) => {
      for (const input of node.inputs ?? []) {
        const from = this.cellOf.get(input);
        const to = this.cellOf.get(node.id);
        if (!from || !to || from === to) continue;
        const key = `${this.open.has(from.index) ? `n${input}` : `c${from.index}`} ` +
          `${this.open.has(to.index) ? `n${node.id}` : `c${to.index}`}`;
        if (!seen.has(key)) {
          const line = this.addLine(lines, this.route(from, input, to, node.id), input, node.id, from.section, true);
          seen.set(key, line);
        } else {
          seen.get(key).pairs.push([input, node.id]);
        }
      }
    });
  }

  /// Where a node, or the folded cell that holds it, stands on the whole drawing.
  rectOf(id) {
    const cell = this.cellOf.get(id);
    if (!cell) return undefined;
    if (!this.open.has(cell.index)) return cell.at;
    const [, x, y, width, height] = this.boxAt.get(id);
    return { x: cell.origin.x + x, y: cell.origin.y + y, width, height };
  }

  /// The columns that belong together: forward and backward, and for an update all three.
  columnsOf(id) {
    const there = this.columns.filter((column, at) => column.width > 0 && (at < 2 || this.cellOf.get(id)?.section === "update"));
    const x = Math.min(...there.map((column) => column.x));
    return { x, width: Math.max(...there.map((column) => column.x + column.width)) - x };
  }

  /// Along the flow to the next band straight; to farther ones beside the column; sideways to another column.
  route(fromCell, fromId, toCell, toId) {
    const from = this.rectOf(fromId);
    const to = this.rectOf(toId);
    const tip = 9;
    const middle = (rect) => ({ x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 });
    if (fromCell.section !== toCell.section) return this.between(from, to, [fromCell, toCell], [fromId, toId]);
    const down = to.y > from.y;
    const flows = fromCell.section === "backward" ? !down : down;
    if (flows && Math.abs(fromCell.band - toCell.band) === 1)
      return this.between(from, to, [fromCell, toCell], [fromId, toId]);
    const column = this.columns[sections.indexOf(fromCell.section)];
    const lane = column.x + column.width + 26;
    const a = { x: from.x + from.width, y: middle(from).y };
    const b = { x: to.x + to.width + tip, y: middle(to).y };
    const bend = Math.min(40, Math.abs(b.y - a.y) / 2) * (down ? 1 : -1);
    return `M${a.x} ${a.y}C${lane} ${a.y} ${lane} ${a.y} ${lane} ${a.y + bend}L${lane} ${b.y - bend}` +
      `C${lane} ${b.y} ${lane} ${b.y} ${b.x} ${b.y}`;
  }

  /// From one cell to another, from any side of a box to any side of the other: the way that passes behind the
  /// fewest boxes, among these the shortest.
  between(from, to, cells, ends) {
    const tip = 9;
    const right = to.x > from.x;
    const down = to.y > from.y;
    const sides = ({ x, y, width, height }, gap) => ({
      side: (onRight) => ({ x: onRight ? x + width + gap : x - gap, y: y + height / 2, dx: onRight ? 1 : -1, dy: 0 }),
      ends: [{ x: x + width / 2, y: y - gap, dx: 0, dy: -1 }, { x: x + width / 2, y: y + height + gap, dx: 0, dy: 1 }],
    });
    const [out, into] = [sides(from, 0), sides(to, tip)];
    const path = (a, b, most = 120) => {
      const bend = Math.max(24, Math.min(most, Math.hypot(b.x - a.x, b.y - a.y) / 2));
      return [a, { x: a.x + a.dx * bend, y: a.y + a.dy * bend }, { x: b.x + b.dx * bend, y: b.y + b.dy * bend }, b];
    };
    const straight = cells[0].section === cells[1].section ? path(out.ends[down ? 1 : 0], into.ends[down ? 0 : 1], 90)
      : path(out.side(right), into.side(!right));
    const text = ([a, b, c, d]) => `M${a.x} ${a.y}C${b.x} ${b.y} ${c.x} ${c.y} ${d.x} ${d.y}`;
    // In large graphs looking at every box would take long.
    if (this.nodes.length > 300) return text(straight);
    const bands = cells.map((cell) => cell.band);
    const boxes = this.cells.filter((cell) => cell.band >= Math.min(...bands) && cell.band <= Math.max(...bands))
      .flatMap((cell) => (this.open.has(cell.index) ? cell.boxes.filter(([id]) => !ends.includes(id)).map(([id]) => this.rectOf(id))
        : cells.includes(cell) ? [] : [cell.at]));
    // Nor should it pass behind its own two boxes.
    const own = [from, to].map(({ x, y, width, height }) => ({ x: x + 8, y: y + 8, width: width - 16, height: height - 16 }));
    boxes.push(...own);
    const hits = ([a, b, c, d]) => {
      const behind = new Set();
      for (let t = 0.02; t < 1; t += 0.03) {
        const [p, q, r, s] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
        const [x, y] = [p * a.x + q * b.x + r * c.x + s * d.x, p * a.y + q * b.y + r * c.y + s * d.y];
        for (const box of boxes)
          if (x > box.x - 3 && x < box.x + box.width + 3 && y > box.y - 3 && y < box.y + box.height + 3) behind.add(box);
      }
      return behind.size + 4 * own.filter((box) => behind.has(box)).length;
    };
    const every = ({ side, ends: both }) => [side(false), side(true), ...both];
    const length = (way) => way.slice(1).reduce((all, p, at) => all + Math.hypot(p.x - way[at].x, p.y - way[at].y), 0);
    const ways = [straight, ...every(out).flatMap((a) => every(into).flatMap((b) => [60, 120, 200].map((most) => path(a, b, most))))];
    return text(ways.map((way) => ({ way, cost: hits(way) * 2000 + length(way) }))
      .reduce((best, each) => (each.cost < best.cost ? each : best)).way);
  }

  addLine(lines, path, from, to, section, long) {
    const element = svg("path", { class: `line ${section}${long ? " long" : ""}`, d: path,
      "marker-end": `url(#tip-${section})` });
    lines.append(element);
    const line = { element, pairs: [[from, to]] };
    this.lines.push(line);
    return line;
  }

  /// Every box gets the class that `classOf(id)` says, every line that of `classOfLine(from, to)`.
  mark(classOf, classOfLine) {
    for (const [id, box] of this.boxes) setState(box.group, classOf(id));
    for (const cell of this.cells) {
      if (this.open.has(cell.index)) continue;
      const states = new Set(cell.boxes.map(([id]) => classOf(id)));
      const state = states.has("now") ? "now" : states.size === 1 ? [...states][0] : states.has("chosen") ? "chosen" : "";
      setState(this.heads.get(cell.index).parentNode, state);
    }
    this.above.replaceChildren();
    for (const line of this.lines) {
      const state = line.pairs.map(([from, to]) => classOfLine(from, to))
        .reduce((best, each) => (best && best !== "todo" ? best : each), "");
      setState(line.element, state);
      // What is read now passes over the boxes it has nothing to do with, and is told from them by a halo.
      if (state === "hot") this.above.append(svg("path", { class: "halo", d: line.element.getAttribute("d") }), line.element);
      else if (line.element.parentNode !== this.under) this.under.append(line.element);
    }
  }

  /// Numbers into the boxes that have room for them: `numbersOf(id)` gives { value, gradient }, each an array of
  /// numbers or undefined.
  fill(numbersOf) {
    for (const [id, box] of this.boxes) {
      const [rows, columns] = this.nodes[id].grid ?? [0, 0];
      if (rows === 0) continue;
      const { value, gradient } = numbersOf(id);
      const key = JSON.stringify([value, gradient]);
      if (box.filled === key) continue;
      box.filled = key;
      box.grids?.remove();
      box.grids = svg("g", { class: "grids" });
      let y = measure.textHeight;
      y = this.fillGrid(box, value, rows, columns, y, "value");
      if (model.adjoint.has(id) && this.nodes[id].section === "forward")
        this.fillGrid(box, gradient, rows, columns, y, "gradient");
      box.group.append(box.grids);
    }
  }

  fillGrid(box, numbers, rows, columns, y, kind) {
    const left = (box.width - columns * measure.numberWidth) / 2;
    box.grids.append(svg("line", { x1: 6, x2: box.width - 6, y1: y - 3, y2: y - 3 }));
    for (let r = 0; r < rows; ++r)
      for (let c = 0; c < columns; ++c) {
        const shown = numbers ? brief(numbers[r * columns + c]) : "·";
        box.grids.append(svg("text", {
          class: kind, x: left + (c + 0.5) * measure.numberWidth, "text-anchor": "middle",
          y: y + 13 + r * measure.numberHeight,
        }, shown));
      }
    return y + rows * measure.numberHeight + measure.gridMargin;
  }
}

/// Which of the states that exclude each other an element is in.
const states = ["todo", "done", "now", "chosen", "feeds", "hot", "path", "fresh", "gone", "absent", "changed"];
function setState(element, state) {
  if (element.dataset.state === state) return;
  element.dataset.state = state;
  element.classList.remove(...states);
  if (state) element.classList.add(...state.split(" "));
}

/// The tips of the arrows, one for each colour; each picture has its own, called `name`-forward and so on.
const tips = (name, size) => svg("defs", {}, sections.map((section) =>
  svg("marker", { id: `${name}-${section}`, class: section, viewBox: "0 0 10 10", refX: 0, refY: 5, markerWidth: size,
    markerHeight: size, markerUnits: "userSpaceOnUse", orient: "auto" }, svg("path", { d: "M0 1L10 5L0 9z" }))));
