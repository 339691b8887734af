"use strict";
// The arrows of the picture of lines: between the columns and beside the rows, never over a tile. What a gradient is
// multiplied by joins its arrow from above.

class Arrows {
  /// `hinge` has the tiles where the browser has laid them out.
  constructor(hinge) {
    this.hinge = hinge;
    this.root = svg("svg", { class: "arrows", "aria-hidden": "true" });
    this.drawn = [];
  }

  /// Where the browser has put a tile; it is asked once.
  box(tile) {
    if (!this.boxes.has(tile)) this.boxes.set(tile, this.measured(tile));
    return this.boxes.get(tile);
  }

  measured(tile) {
    const element = this.hinge.tiles.get(tile);
    if (!element) return undefined;
    const all = this.hinge.picture.getBoundingClientRect();
    const { left, top, width, height } = element.getBoundingClientRect();
    return { left: left - all.left, top: top - all.top, right: left - all.left + width, bottom: top - all.top + height,
      x: left - all.left + width / 2, y: top - all.top + height / 2 };
  }

  staveOf(tile) {
    return this.hinge.staves.findIndex(({ from, to }) => tile.column >= from && tile.column < to);
  }

  connect() {
    this.boxes = new Map();
    this.drawn = [];
    this.root.replaceChildren(tips("hinge", 8));
    this.root.setAttribute("width", this.hinge.picture.scrollWidth);
    this.root.setAttribute("height", this.hinge.picture.scrollHeight);
    this.skips = new Map();
    for (const tile of this.hinge.book.tiles)
      for (const from of tile.reads) this.arrow(from, tile);
  }

  /// Draws an arrow, unless it would run over a tile: then the tiles that are read are marked when one is chosen.
  path(points, kind, from, to, tip = true) {
    if (this.runsOver(points, from, to)) return;
    const line = svg("path", { class: `arrow-line ${kind}`, "data-from": from.key, "data-to": to.key, d: points.map(([x, y], at) => `${at ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join(""),
      "marker-end": tip ? `url(#hinge-${kind})` : null });
    this.root.append(line);
    if (!tip) {
      const [x, y] = points[points.length - 1];
      this.root.append(svg("circle", { class: `joint ${kind}`, cx: x, cy: y, r: 3 }));
    }
    this.drawn.push({ line, from, to });
  }

  runsOver(points, from, to) {
    const boxes = [...this.hinge.tiles.keys()].filter((tile) => tile !== from && tile !== to).map((tile) => this.box(tile));
    return points.slice(1).some(([x2, y2], at) => {
      const [x1, y1] = points[at];
      return boxes.some(({ left, top, right, bottom }) => Math.max(x1, x2) > left + 1 && Math.min(x1, x2) < right - 1 &&
        Math.max(y1, y2) > top + 1 && Math.min(y1, y2) < bottom - 1);
    });
  }

  arrow(from, to) {
    const [a, b] = [this.box(from), this.box(to)];
    if (!a || !b) return;
    const [one, other] = [this.staveOf(from), this.staveOf(to)];
    const tip = 7;
    if (to.row === "forward") {
      if (one !== other) return from.row === "forward" && other === one + 1 ? this.wrap(from, to, a, b) : undefined;
      if (from.row === "shared") {
        if (from.column !== to.column) return undefined;
        if (!this.isBetween(from, b.bottom, a.top)) return this.path([[a.x, a.top], [a.x, b.bottom + tip]], "forward", from, to);
        // Beside what stands between.
        const gap = a.left - 9;
        return this.path([[a.left, a.y], [gap, a.y], [gap, b.bottom - 7], [b.left - 2, b.bottom - 7]], "forward", from, to, false);
      }
      if (to.column === from.column + 1) return this.beside([a.right, a.y], [b.left - tip, b.y], "forward", from, to);
      return this.around(from, to, a, b, "forward");
    }
    if (to.row === "backward" && from.row === "backward") {
      if (one !== other) return one === other + 1 ? this.wrapBack(from, to, a, b) : undefined;
      if (this.isFree(from, to)) return this.beside([a.left, a.y], [b.right + tip, b.y], "backward", from, to);
      return this.around(from, to, a, b, "backward");
    }
    if (to.row === "backward") return one === other ? this.join(from, to, a, b) : undefined;
    if (!to.parameters || from.row !== "backward" || from.column !== to.column) return undefined;
    if (!this.isBetween(to, b.bottom, a.top)) return this.path([[a.x, a.top], [a.x, b.bottom + tip]], "backward", from, to);
    const gap = a.right + 6;
    return this.path([[a.right, a.top + 7], [gap, a.top + 7], [gap, b.y], [b.right + 2, b.y]], "backward", from, to, false);
  }

  /// Whether another tile of the column stands between two heights.
  isBetween(tile, top, bottom) {
    return this.hinge.book.tiles.some((each) => each !== tile && each.column === tile.column && this.hinge.tiles.has(each) &&
      this.box(each).top > top - 1 && this.box(each).bottom < bottom + 1);
  }

  /// Whether no other gradient stands between two of the same lane.
  isFree(from, to) {
    return !this.hinge.book.tiles.some((tile) => tile.row === "backward" && tile.column > to.column && tile.column < from.column);
  }

  /// To the next column, with a bend between them where they are not level.
  beside([x, y], [toX, toY], kind, from, to) {
    const middle = (x + toX) / 2;
    this.path(Math.abs(y - toY) < 2 ? [[x, toY], [toX, toY]] : [[x, y], [middle, y], [middle, toY], [toX, toY]], kind, from, to);
  }

  /// Over the row of values, or under the row of gradients.
  around(from, to, a, b, kind) {
    const { grid } = this.hinge.staves[this.staveOf(to)];
    const all = this.hinge.picture.getBoundingClientRect();
    const box = grid.getBoundingClientRect();
    const lane = this.skips.get(kind) ?? 0;
    this.skips.set(kind, lane + 1);
    const forward = kind === "forward";
    const y = forward ? box.top - all.top - 12 - (lane % 3) * 3 : box.bottom - all.top + 12 + (lane % 3) * 3;
    const [startY, endY] = forward ? [a.top, b.top - 7] : [a.bottom, b.bottom + 7];
    if (from.lane > 0 && forward || to.lane > 0 && forward) return;
    const shift = 10 * (1 + (lane % 3));
    const [startX, endX] = forward ? [a.x + shift, b.x - shift] : [a.x - shift, b.x + shift];
    this.path([[startX, startY], [startX, y], [endX, y], [endX, endY]], kind, from, to);
  }

  /// From the end of a stave to the beginning of the next one: outside of what comes back.
  wrap(from, to, a, b) {
    if (to.column !== from.column + 1) return;
    const { right, below, left } = this.margins(from);
    this.path([[a.right, a.y], [right - 3, a.y], [right - 3, below + 4], [left + 8, below + 4], [left + 8, b.y], [b.left - 7, b.y]], "forward", from, to);
  }

  wrapBack(from, to, a, b) {
    const { right, below, left } = this.margins(to);
    this.path([[a.left, a.y], [left + 2, a.y], [left + 2, below - 4], [right - 9, below - 4], [right - 9, b.y], [b.right + 7, b.y]], "backward", from, to);
  }

  /// The room beside a stave and below it.
  margins(tile) {
    const at = this.staveOf(tile);
    const all = this.hinge.picture.getBoundingClientRect();
    const box = this.hinge.staves[at].grid.getBoundingClientRect();
    const next = this.hinge.staves[at + 1].grid.getBoundingClientRect();
    return { left: 0, right: all.width, below: (box.bottom + next.top) / 2 - all.top };
  }

  /// What a gradient is multiplied by comes to its arrow from above: straight down, or through the gap beside its column.
  join(from, to, a, b) {
    const incoming = to.reads.find((each) => each.row === "backward" && each.column > to.column && this.staveOf(each) === this.staveOf(to));
    if (!incoming || !this.isFree(incoming, to)) return;
    if (from.column <= to.column || from.column > incoming.column) return;
    const below = this.hinge.book.tiles.some((tile) => tile !== from && tile.column === from.column && this.hinge.tiles.has(tile) &&
      (tile.row === "backward" || (from.row === "forward" && tile.row === "shared") || (tile.row === "shared" && this.box(tile).top > a.bottom - 1)));
    if (!below) return this.path([[a.x, a.bottom], [a.x, b.y]], from.section, from, to, false);
    if (from.row !== "shared") return undefined;
    const gap = a.left - Math.min(8, (a.left - this.edgeBefore(from)) / 2);
    return this.path([[a.left, a.y], [gap, a.y], [gap, b.y]], from.section, from, to, false);
  }

  /// Where the column before a tile's ends.
  edgeBefore(tile) {
    return Math.max(0, ...[...this.hinge.tiles].filter(([each]) => each.column === tile.column - 1 && this.staveOf(each) === this.staveOf(tile))
      .map(([each]) => this.box(each).right));
  }
}
