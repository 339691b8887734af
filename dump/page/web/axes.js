"use strict";
// Axes with ticks and numbers, for plots of the training.

/// A number on an axis: powers of ten that are far from 1 as such.
function tickText(x) {
  const power = Math.round(Math.log10(Math.abs(x)));
  if (x === 0 || Math.abs(power) < 4 || Math.abs(Math.abs(x) / 10 ** power - 1) > 1e-9) return formatted(x);
  return `${x < 0 ? "−" : ""}10${[...String(power)].map((digit) => (digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit])).join("")}`;
}

/// Round numbers from `from` to `to`, about `count` of them: 1, 2 or 5 times a power of ten apart.
function linearTicks(from, to, count) {
  const raw = (to - from) / count || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= raw * 0.999) * power;
  const ticks = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; ++k) ticks.push(Number((k * step).toPrecision(12)));
  return ticks;
}

/// Powers of ten, some of them left out where there are many, or where there are few with 2 and 5 times them too.
function logTicks(from, to, count) {
  const [least, most] = [Math.ceil(Math.log10(from) - 1e-9), Math.floor(Math.log10(to) + 1e-9)];
  const factors = most - least < 2 ? [1, 2, 5] : [1];
  const each = Math.max(1, Math.ceil((most - least) / count));
  const ticks = [];
  for (let power = least - 1; power <= most; power += each)
    for (const factor of factors) {
      const tick = Number(`${factor}e${power}`);
      if (tick >= from * (1 - 1e-9) && tick <= to * (1 + 1e-9)) ticks.push(tick);
    }
  return ticks.length < 2 ? linearTicks(from, to, count) : ticks;
}

/// One axis: from numbers to places between `start` and `end`. Of a constant it shows a little around it.
class Axis {
  constructor(from, to, start, end, { log = false, ticks = 5 } = {}) {
    if (!(to > from)) [from, to] = log ? [from / 2, to * 2] : [from - (Math.abs(from) || 1) / 2, to + (Math.abs(to) || 1) / 2];
    const scaled = log ? Math.log10 : (x) => x;
    const low = scaled(from);
    const factor = (end - start) / (scaled(to) - low);
    this.at = (x) => start + (scaled(x) - low) * factor;
    this.ticks = log ? logTicks(from, to, ticks) : linearTicks(from, to, ticks);
    Object.assign(this, { from, to, start, end });
  }
}

/// Lines and numbers of both axes; `names` says what they are of.
function axesOf(x, y, names = {}) {
  return svg("g", { class: "axes" },
    y.ticks.map((tick) => [svg("line", { x1: x.start, x2: x.end, y1: y.at(tick), y2: y.at(tick) }),
      svg("text", { x: x.start - 5, y: y.at(tick) + 4, "text-anchor": "end", "data-y": tick }, tickText(tick))]),
    x.ticks.map((tick) => [svg("line", { x1: x.at(tick), x2: x.at(tick), y1: y.start, y2: y.start + 4 }),
      svg("text", { x: x.at(tick), y: y.start + 17, "text-anchor": "middle", "data-x": tick }, tickText(tick))]),
    svg("path", { d: `M${x.start} ${y.end}V${y.start}H${x.end}` }),
    names.x ? svg("text", { class: "name", x: x.end, y: y.start + 31, "text-anchor": "end" }, names.x) : null,
    names.y ? svg("text", { class: "name", x: x.start, y: y.end - 7, "text-anchor": "start" }, names.y) : null);
}

/// A line through points [x, y]; where y is not finite it is broken.
function pathThrough(points) {
  let broken = true;
  return points.map(([x, y]) => {
    if (!Number.isFinite(y)) {
      broken = true;
      return "";
    }
    const part = `${broken ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    broken = false;
    return part;
  }).join("");
}

/// Where values over a grid, row by row and each at the middle of its square, pass a level: a path, in squares from the
/// upper left corner (marching squares, Lorensen and Cline 1987).
function contour(values, rows, columns, level) {
  const parts = [];
  for (let r = 0; r + 1 < rows; ++r) for (let c = 0; c + 1 < columns; ++c) {
    const corners = [[r, c], [r, c + 1], [r + 1, c + 1], [r + 1, c]];
    const heights = corners.map(([row, column]) => values[row * columns + column] - level);
    const crossings = [];
    for (let side = 0; side < 4; ++side) {
      const [from, to] = [heights[side], heights[(side + 1) % 4]];
      if (from < 0 === to < 0 || !Number.isFinite(from - to)) continue;
      const part = from / (from - to);
      const [[r0, c0], [r1, c1]] = [corners[side], corners[(side + 1) % 4]];
      crossings.push(`${(c0 + part * (c1 - c0) + 0.5).toFixed(2)} ${(r0 + part * (r1 - r0) + 0.5).toFixed(2)}`);
    }
    for (let at = 0; at + 1 < crossings.length; at += 2) parts.push(`M${crossings[at]}L${crossings[at + 1]}`);
  }
  return parts.join("");
}

/// Draws numbers 0 … 255 as squares of these colours.
function paintSquares(canvas, levels, colours) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  levels.forEach((level, at) => image.data.set(colours[level], at * 4));
  context.putImageData(image, 0, 0);
}

/// 256 colours, opaque: colour(part) for parts from 0 to 1.
const palette = (colour) => Array.from({ length: 256 }, (_, level) => [...colour(level / 255), 255]);
