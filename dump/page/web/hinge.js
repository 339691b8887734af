"use strict";
// The picture of the lines: tiles in columns, in staves where one row is too short, and the arrows between them. The
// browser lays the tiles out; arrows run between the columns and beside the rows, never over a tile.

class Hinge {
  /// `choose(tile)` is called for a tile that is pressed, `about(element, tile, node, flat)` for a number that is pointed at.
  constructor(frame, choose, about) {
    this.choose = choose;
    this.about = about;
    this.picture = html("div", { class: "hinge" });
    this.arrows = new Arrows(this);
    this.frame = frame;
    frame.append(this.picture);
    this.painted = new Map();
    this.sights = new Map();
    frame.addEventListener("pointerover", (event) => this.point(event));
    frame.addEventListener("pointerleave", () => this.about(undefined));
  }

  /// From much detail to little: which fits first is drawn. `formula` is the length of one that stands in a tile, `least`
  /// the width of a column.
  static details = [
    { formula: 26, numbers: 12, picture: 96, least: 110 },
    { formula: 18, numbers: 12, picture: 64, least: 100 },
    { formula: 0, numbers: 12, picture: 64, least: 80 },
    { formula: 0, numbers: 12, picture: 44, least: 70 },
    { formula: 0, numbers: 6, picture: 44, least: 60, compact: true },
    { formula: 0, numbers: 4, picture: 32, least: 50, compact: true },
    { formula: 0, numbers: 1, picture: 22, least: 44, compact: true },
    { formula: 0, numbers: 1, picture: 26, least: 30, compact: true, bare: true },
  ];

  /// Draws in the detail and the number of staves with which everything is in sight; with the least detail where nothing is.
  draw(state, masked) {
    this.state = state;
    this.book = bookOf(state.level);
    this.masked = masked;
    this.frame.style.overflow = "hidden";
    const { clientWidth: width } = this.frame;
    // On a phone one scrolls.
    const height = width < 600 ? Infinity : this.frame.clientHeight;
    const unit = parseFloat(getComputedStyle(this.frame).fontSize) / 16;
    const tried = [];
    for (const [level, detail] of Hinge.details.entries())
      for (let staves = 1; staves <= Math.min(width < 600 ? 20 : 4, this.book.columns); ++staves) {
        const columns = Math.ceil(this.book.columns / staves);
        if (staves > 1 && Math.ceil(this.book.columns / (staves - 1)) === columns) continue;
        if (width / columns < detail.least * unit && level < Hinge.details.length - 1) continue;
        tried.push({ detail, staves, columns });
      }
    let least = Infinity;
    let best;
    for (const layout of tried) {
      const outside = this.lay(layout, width, height);
      if (outside < least) [least, best] = [outside, layout];
      if (outside === 0) break;
    }
    if (this.layout !== best) this.lay(best, width, height);
    this.frame.style.overflow = least > 0 || height === Infinity ? "auto" : "hidden";
    this.arrows.connect();
  }

  /// Lays the tiles out; returns how much of the picture is out of sight then.
  lay(layout, width, height) {
    this.layout = layout;
    this.build();
    this.fill(true);
    const wide = Math.max(...this.staves.map(({ grid }) => grid.scrollWidth - grid.clientWidth));
    return Math.max(0, this.picture.scrollHeight - height - 1) * width + Math.max(0, wide - 1) * 1000;
  }

  build() {
    const { staves, columns, detail } = this.layout;
    this.tiles = new Map();
    this.tileIn = new Map();
    this.painted.clear();
    this.staves = [];
    for (let stave = 0; stave < staves; ++stave) {
      const from = stave * columns;
      const own = this.book.tiles.filter((tile) => tile.column >= from && tile.column < from + columns);
      const most = (row) => Math.max(1, ...own.filter((tile) => tile.row === row).map((tile) => tile.lane + 1));
      const above = most("forward");
      const grid = html("div", { class: "stave", style: `grid-template-columns: repeat(${columns}, auto)` });
      const cells = new Map();
      for (const tile of own) {
        const element = this.element(tile, detail);
        const column = tile.column - from + 1;
        this.tiles.set(tile, element);
        this.tileIn.set(element, tile);
        if (tile.row === "shared") {
          if (!cells.has(column)) cells.set(column, html("div", { class: "shared", style: `grid-column: ${column}; grid-row: ${above + 1}` }));
          cells.get(column).append(element);
          continue;
        }
        element.style.gridColumn = column;
        element.style.gridRow = tile.row === "forward" ? tile.lane + 1 : above + 2 + tile.lane;
        grid.append(element);
      }
      grid.append(...cells.values());
      this.staves.push({ grid, from, to: from + columns });
    }
    this.picture.classList.toggle("several", staves > 1);
    this.picture.classList.toggle("compact", Boolean(detail.compact));
    this.picture.classList.toggle("bare", Boolean(detail.bare));
    this.picture.replaceChildren(this.arrows.root, ...this.staves.map(({ grid }) => grid));
  }

  element(tile, detail) {
    const titles = tile.parameters ? null
      : button(written(tile.name), () => this.choose(tile), { class: "symbol", "aria-label": `${tile.name}: ${this.says(tile)}` });
    const element = html("div", { class: `tile ${tile.section} ${tile.row}`, "data-tile": tile.key, onclick: (event) => {
      if (event.target.closest("button, input, select")) return;
      this.choose(tile);
    } }, titles);
    const views = tile.parameters ? tile.parameters.map((each) => this.parameter(tile, each)) : [
      tile.layer ? html("div", { class: "small" }, tile.says) : null,
      tile.line && this.says(tile).length <= detail.formula
        ? html("div", { class: "line" }, mathFrom(rightOf(tile.line).math)) : null,
      html("div", { class: "value", "data-node": tile.values[0].node })];
    element.append(...views.filter((each) => each));
    return element;
  }

  /// W, its gradient and its new value, one below the other.
  parameter(tile, { node, symbol, gradient, assigned }) {
    const part = (label, kind, of) => html("div", { class: "part" }, label, html("div", { class: `value ${kind}`, "data-node": of }));
    return html("div", { class: "parameter" },
      part(button(symbol.text, () => this.choose(tile), { class: "symbol", "aria-label": `${symbol.text}: ${data.nodes[node].name}` }), "forward", node),
      gradient ? part(html("span", { class: "symbol backward" }, written(gradient.symbol.text)), "backward", gradient.node) : null,
      assigned !== undefined ? part(html("span", { class: "symbol update" }, "new"), "update", assigned) : null);
  }

  says(tile) {
    const node = data.nodes[tile.values[0].node];
    if (tile.says) return tile.says;
    return tile.line ? rightOf(tile.line).text : tile.slope ? "slope" : node.name;
  }

  /// Puts the numbers of this run in; pictures at most ten times a second unless `all` is asked for.
  fill(all = false) {
    const now = performance.now();
    const pictures = all || now - (this.filledAt ?? 0) > 100;
    if (pictures) this.filledAt = now;
    for (const holder of this.picture.querySelectorAll(".value")) this.value(holder, pictures);
    clearTimeout(this.later);
    if (!pictures) this.later = setTimeout(() => {
      this.refill(true);
      this.mark(...this.marked);
    }, 150);
    return pictures;
  }

  /// Other numbers: tiles may have changed their size, so arrows are drawn anew.
  refill(all = false) {
    if (this.fill(all)) this.arrows.connect();
  }

  value(holder, pictures) {
    const id = Number(holder.dataset.node);
    const { detail } = this.layout;
    const { run } = this.state;
    const sizes = extents(data.nodes[id].shape, model.batchOf(run) ?? 1);
    const [rows, columns] = matrixOf(sizes);
    const few = rows * columns <= detail.numbers && rows <= 4 && columns <= 4;
    const tile = this.tileWith(holder);
    const hidden = this.masked(id) || (this.state.line > 0 && this.book.shownAt(tile, id) > this.state.line);
    if (few) {
      const numbers = hidden ? undefined : model.value(id, run)?.numbers;
      const text = Array.from({ length: rows * columns }, (_, at) => (numbers ? short(numbers[at]) : "·"));
      this.numbers(holder, text, rows, columns);
      return;
    }
    if (!pictures) return;
    // A picture shows single examples.
    const isOfExamples = sizes.length > 2 && data.nodes[id].shape.startsWith("(batch");
    const size = (isOfExamples ? sizes.slice(1) : sizes).join("×");
    // What is hidden takes its room.
    const value = hidden ? model.withAll(() => model.value(id, run)) : model.value(id, run);
    const key = value ? `${hidden} ${run} ${live.version} ${document.documentElement.dataset.theme}` : "";
    if (this.painted.get(holder) === key) return;
    this.painted.set(holder, key);
    // The same picture serves several layouts.
    const place = `${id} ${tile.key}`;
    if (value && this.sights.get(place)?.key !== key)
      this.sights.set(place, { key, canvases: sightOf(id, value, sizes, `picture of ${explain.symbolOf(id)}`) });
    holder.replaceChildren(...[value ? sized(this.sights.get(place).canvases, detail.picture, hidden) : html("div", { class: "sight todo",
      style: `width: ${detail.picture}px; height: ${Math.min(detail.picture, 40)}px` }),
    html("span", { class: "size" }, size)].filter((each) => each));
  }

  tileWith(holder) {
    return this.tileIn.get(holder.closest(".tile"));
  }

  numbers(holder, text, rows, columns) {
    const cells = holder.querySelectorAll("td");
    if (cells.length === text.length) {
      text.forEach((each, at) => {
        if (cells[at].textContent !== each) cells[at].textContent = each;
      });
      return;
    }
    holder.replaceChildren(html("table", { role: "presentation" }, Array.from({ length: rows }, (_, row) => html("tr", {},
      Array.from({ length: columns }, (__, column) => html("td", { "data-at": row * columns + column }, text[row * columns + column]))))));
  }

  /// What is done, what is computed now, and what is still to come; `step` counts from 1, 0 is outside of the step.
  mark(step, chosen) {
    this.marked = [step, chosen];
    const now = step > 0 ? this.book.steps[step - 1] : undefined;
    const tile = now?.tile ?? chosen;
    const reads = new Set(now ? readBy(now) : (tile?.reads ?? []));
    for (const [each, element] of this.tiles) {
      element.classList.toggle("now", each === now?.tile);
      element.classList.toggle("chosen", each === chosen && each !== now?.tile);
      element.classList.toggle("reads", reads.has(each));
      element.classList.toggle("todo", step > 0 && each.values.every(({ node }) => this.book.shownAt(each, node) > step));
    }
    for (const { line, from, to } of this.arrows.drawn) {
      const hot = tile && to === tile && reads.has(from);
      // A weight is there before its gradient is.
      const todo = step > 0 && (to.parameters || to.row !== "forward" ? !this.isDone(to, step) : this.book.shownAt(to, to.values[0].node) > step);
      line.classList.toggle("hot", Boolean(hot));
      line.classList.toggle("todo", todo);
    }
    if (tile) this.tiles.get(tile)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  isDone(tile, step) {
    const nodes = tile.parameters?.some((each) => each.gradient) ? tile.parameters.flatMap((each) => each.gradient?.node ?? []) : tile.values.map(({ node }) => node);
    return nodes.every((id) => this.book.shownAt(tile, id) <= step);
  }

  point(event) {
    const cell = event.target.closest?.("[data-at]");
    if (!cell) return this.about(undefined);
    const holder = cell.closest(".value");
    return this.about(cell, this.tileWith(holder), Number(holder.dataset.node), Number(cell.dataset.at));
  }
}

/// What a step of the lines reads, as tiles.
const readBy = (step) => step.layer ? step.tile.reads : [...new Set(step.part === "update" ? [step.tile] : step.lines.flatMap((line) => book.readTiles(line, step.tile)))];

/// A symbol as text, with a line over a word that has a bar: bar(error).
const written = (text) => {
  const [, word] = text.match(/^bar\((.*)\)$/) ?? [];
  return word === undefined ? text : html("span", { class: "barred" }, word);
};

/// A large value as a picture: its first images, or a matrix as squares. Laid out by `sized`.
function sightOf(id, value, sizes, label) {
  const { images } = value;
  if (!images) return [...(heatMap(value, sizes, label)?.querySelectorAll("canvas") ?? [])];
  const size = images.rows * images.columns;
  const parts = [...images.levels.slice(0, 4 * size)].map((each) => levelOf.get(each));
  const colour = data.nodes[id].role === "input" && !parts.some((part) => part < -0.05) ? grey : diverging;
  return Array.from({ length: Math.min(images.count, 4) }, (_, at) => canvasOf(parts.slice(at * size, (at + 1) * size),
    images.rows, images.columns, colour, label, { width: images.columns, height: images.rows }));
}

/// Four pictures where there is room for them, else one; none larger than `most` pixels, none a hair.
function sized(canvases, most, hidden) {
  const several = canvases.length > 3 && most >= 60;
  const shown = several ? canvases.slice(0, 4) : canvases.slice(0, 1);
  const side = several ? most / 2 - 2 : most;
  for (const canvas of shown) {
    const square = Math.min(side / canvas.width, side / canvas.height, 12);
    canvas.style.width = `${Math.max(4, canvas.width * square)}px`;
    canvas.style.height = `${Math.max(4, canvas.height * square)}px`;
  }
  return html("div", { class: `sight${hidden ? " todo" : ""}`, style: several ? `width: ${most}px` : null }, shown);
}
