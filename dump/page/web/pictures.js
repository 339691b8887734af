"use strict";
// Numbers as pictures: heat maps, images, histograms. Orange is above zero, blue below, as in every picture here.

const levelOf = new Map([..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-"]
  .map((character, level) => [character, (level / 62) * 2 - 1]));

const below = [0, 92, 158];
const above = [200, 88, 0];

/// The colour of a part in [−1, 1] of the scale: from the paper's own colour towards blue or orange.
function diverging(part) {
  const paper = document.documentElement.dataset.theme === "dark" ? [34, 38, 44] : [250, 250, 250];
  if (part === undefined) return [150, 150, 150];
  const end = part < 0 ? below : above;
  const strength = Math.sqrt(Math.abs(part));
  return paper.map((from, channel) => Math.round(from + (end[channel] - from) * strength));
}

/// Black for the least, white for the most: an image as it came.
const grey = (part) => (part === undefined ? [150, 150, 150] : new Array(3).fill(Math.round(255 * Math.max(0, part))));

/// Parts in [−1, 1], row by row, as a canvas.
function canvasOf(parts, rows, columns, colour, label, size) {
  const canvas = html("canvas", { width: columns, height: rows, role: "img", "aria-label": label });
  canvas.style.width = `${size.width}px`;
  canvas.style.height = `${size.height}px`;
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  parts.forEach((part, at) => image.data.set([...colour(part), 255], at * 4));
  context.putImageData(image, 0, 0);
  return canvas;
}

/// A matrix as squares, as large as fits into `most` pixels.
function heatMap(value, sizes, label, most = 166) {
  let parts;
  let rows;
  let columns;
  let scale;
  if (value.numbers) {
    [rows, columns] = matrixOf(sizes);
    if (rows * columns < 2) return null;
    scale = Math.max(...value.numbers.map((x) => Math.abs(x ?? 0)));
    parts = value.numbers.map((x) => (x === null ? undefined : scale > 0 ? x / scale : 0));
  } else {
    if (!value.picture) return null;
    ({ rows, columns, scale } = value.picture);
    parts = [...value.picture.levels].map((character) => levelOf.get(character));
  }
  const square = Math.max(1, Math.min(most / columns, most / rows, 26));
  const size = { width: Math.max(4, columns * square), height: Math.max(4, rows * square) };
  const [allRows, allColumns] = matrixOf(sizes);
  const reduced = rows < allRows || columns < allColumns;
  return html("figure", {},
    canvasOf(parts, rows, columns, diverging, label, size),
    html("figcaption", {}, `${reduced ? "each square a mean; " : ""}orange above 0, blue below, up to ±${formatted(scale)}`));
}

/// The pictures that a value's rows, columns or planes are.
function imagesOf(value, isInput, label, caption) {
  const { rows, columns, count, scale, levels } = value.images;
  const parts = [...levels].map((character) => levelOf.get(character));
  const negative = parts.some((part) => part < -0.05);
  const figures = [];
  for (let i = 0; i < count; ++i) {
    const own = parts.slice(i * rows * columns, (i + 1) * rows * columns);
    const colour = isInput && !negative ? grey : diverging;
    figures.push(canvasOf(own, rows, columns, colour, `${label} ${i + 1}`, { width: 52, height: Math.round(52 * rows / columns) }));
  }
  return html("figure", { class: "images" }, html("div", {}, figures),
    html("figcaption", {}, `${caption}; ${isInput && !negative ? "" : "orange above 0, blue below, up to "}±${formatted(scale)}`));
}

/// Bars of a histogram.
function histogramPicture(histogram, label) {
  const { from, to, counts } = histogram;
  const most = Math.max(...counts);
  const width = 166;
  const height = 64;
  const step = width / counts.length;
  const bars = counts.map((count, at) => svg("rect", {
    x: at * step + 0.5, width: step - 1, y: height - (height - 2) * (count / most), height: (height - 2) * (count / most),
  }));
  const zero = from < 0 && to > 0
    ? svg("line", { x1: (-from / (to - from)) * width, x2: (-from / (to - from)) * width, y1: 0, y2: height })
    : null;
  return html("figure", {},
    svg("svg", { class: "histogram", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label }, bars, zero),
    html("figcaption", { class: "ends" }, html("span", {}, formatted(from)), html("span", {}, formatted(to))));
}
