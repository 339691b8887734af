"use strict";
// Numbers as people read them.

const withMinus = (text) => text.replace(/-/g, "−");
/// "1.2e−5" with so many digits behind the point; fixed, without zeros at the end.
const scientific = (x, digits) => withMinus(x.toExponential(digits)).replace("e+", "e");
const fixed = (x, digits) => withMinus(x.toFixed(digits).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, ""));

/// At most five significant digits; "not finite" for what JSON could not carry.
function formatted(x) {
  if (x === null || x === undefined || Number.isNaN(x)) return "not finite";
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size >= 1e5 || size < 1e-3) return scientific(x, 2);
  const digits = Math.max(0, 4 - Math.max(0, Math.floor(Math.log10(size))));
  return fixed(x, digits);
}

/// As formatted, but small numbers with all their zeros: 0.000254.
const plain = (x) => (Math.abs(x) < 1e-3 && Math.abs(x) >= 1e-6
  ? x.toFixed(2 - Math.floor(Math.log10(Math.abs(x)))).replace(/0+$/, "").replace("-", "−") : formatted(x));

/// "fall by about 0.0012": where a number changes by so much.
const moved = (by) => (by < 0 ? `fall by about ${plain(-by)}` : by > 0 ? `grow by about ${plain(by)}` : "hardly change");

/// As formatted, in the little room of a box.
const brief = (x) => (x && (Math.abs(x) >= 1e5 || Math.abs(x) < 1e-3)
  ? scientific(x, 1) : formatted(x));

/// Three digits at most: the room of a tile is small.
function short(x) {
  if (x === null || x === undefined || Number.isNaN(x)) return "NaN";
  const size = Math.abs(x);
  if (x === 0) return "0";
  return size >= 1e4 || size < 1e-3 ? scientific(x, 0) : fixed(x, size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
}

/// As many digits as were recorded.
const exact = (x) => (x === null || x === undefined ? "not finite" : String(x).replace("-", "−"));

/// " · axes = (0), keepdims": the attributes of an op that say something.
function attributesOf(op) {
  const said = Object.entries(op.attributes).filter(([, value]) => value !== false).map(([name, value]) => (value === true
    ? name : `${name} = ${!Array.isArray(value) ? value : value.length > 8 ? `${value.length} numbers` : `(${value.join(", ")})`}`));
  return said.length ? ` · ${said.join(", ")}`.slice(0, 200) : "";
}

/// "(batch, 500)" with the batch that was run: [64, 500].
function extents(shape, batch) {
  const inside = shape.slice(1, -1);
  return inside === "" ? [] : inside.split(", ").map((size) => (size === "batch" ? batch : Number(size)));
}

/// [rows, columns]: the last axis from left to right, all others from top to bottom.
function matrixOf(sizes) {
  const columns = sizes.length ? sizes[sizes.length - 1] : 1;
  return [sizes.slice(0, -1).reduce((product, size) => product * size, 1), columns];
}

/// Where an element stands along each axis, counted from 0.
function placeOf(flat, sizes) {
  const place = [];
  for (let axis = sizes.length; axis-- > 0; flat = Math.floor(flat / sizes[axis])) place[axis] = flat % sizes[axis];
  return place;
}

/// "row 3, column 17", "number 5": where an element stands, counted from 1.
function position(flat, sizes) {
  const place = placeOf(flat, sizes).map((at) => at + 1);
  return place.length === 2 ? `row ${place[0]}, column ${place[1]}` : place.length === 1 ? `number ${place[0]}`
    : `place ${place.join(", ")}`;
}

/// { min, mean, max, norm } of a recorded value.
function statisticsOf(value) {
  if (!value.numbers) {
    const [min, mean, max, norm] = value.statistics;
    return { min, mean, max, norm };
  }
  const finite = value.numbers.filter((x) => x !== null);
  const sum = finite.reduce((a, b) => a + b, 0);
  return {
    min: Math.min(...finite),
    mean: sum / finite.length,
    max: Math.max(...finite),
    norm: Math.sqrt(finite.reduce((a, b) => a + b * b, 0)),
  };
}

/// { from, to, counts } of a recorded value; undefined where it was not kept.
function histogramOf(value) {
  if (!value.numbers) return value.histogram;
  const finite = value.numbers.filter((x) => x !== null);
  if (finite.length < 2) return undefined;
  const from = Math.min(...finite);
  const to = Math.max(...finite);
  if (from === to) return undefined;
  const counts = new Array(12).fill(0);
  for (const x of finite) ++counts[Math.min(11, Math.floor(((x - from) / (to - from)) * 12))];
  return { from, to, counts };
}

/// The numbers of a small value as a table. `shown` makes a cell of a number and its place.
function numberTable(numbers, sizes, caption, shown = formatted) {
  const [rows, columns] = matrixOf(sizes);
  const body = [];
  for (let r = 0; r < rows; ++r) {
    const cells = [];
    for (let c = 0; c < columns; ++c) {
      const x = numbers[r * columns + c];
      cells.push(html("td", { title: exact(x) }, shown(x, r * columns + c)));
    }
    body.push(html("tr", {}, cells));
  }
  return html("div", { class: "numbers", tabindex: "0", role: "region", "aria-label": caption },
    html("table", {}, html("caption", { class: "unseen" }, caption), html("tbody", {}, body)));
}
