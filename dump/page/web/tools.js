"use strict";
// What the ops' rules may call (Op::javascript). Arrays of numbers have their `sizes`, the last axis contiguous.

/// rules[k] fills y from the inputs, the attributes and the run: (y, inputs, attributes, run).
const rules = [];

/// For each element of `large` its place in `small`, which has the last axes of `large`, once or whole, or all but those
/// named in `axes`. Made once for these sizes.
const placesIn = (() => {
  const made = new Map();
  return (small, large, axes) => {
    const key = `${small.sizes}|${large.sizes}|${axes}`;
    if (!made.has(key)) made.set(key, make(small.sizes, large.sizes, axes));
    return made.get(key);
  };

  function make(small, large, axes) {
    const rank = large.length;
    const gone = new Set((axes ?? []).map((axis) => (axis + rank) % rank));
    const strides = new Array(rank).fill(0);
    let stride = 1;
    for (let axis = rank; axis-- > 0;) {
      const own = small[small.length - rank + axis];
      if (axes ? gone.has(axis) : own === undefined || own === 1) continue;
      strides[axis] = stride;
      stride *= large[axis];
    }
    const places = new Int32Array(large.reduce((product, size) => product * size, 1));
    const at = new Array(rank).fill(0);
    for (let i = 0, place = 0; i < places.length; ++i) {
      places[i] = place;
      for (let axis = rank; axis-- > 0;) {
        place += strides[axis];
        if (++at[axis] < large[axis]) break;
        place -= strides[axis] * large[axis];
        at[axis] = 0;
      }
    }
    return places;
  }
})();

/// The lines of x along an axis: how many numbers each has, how far apart they are, and where line i begins.
function linesAlong(x, axis) {
  const count = x.sizes.at(axis);
  const stride = x.sizes.slice(axis < 0 ? axis + x.sizes.length + 1 : axis + 1).reduce((product, size) => product * size, 1);
  return { count, stride, first: (i) => Math.floor(i / stride) * count * stride + (i % stride) };
}

/// A NaN counts as larger than every number: it must not be lost.
const isLarger = (a, b) => a > b || (a !== a && b === b);

/// Y ← Y + s op(A) op(B), where op transposes what is said to be transposed.
function addProduct(y, s, a, transposeA, b, transposeB) {
  const [rows, columns] = y.sizes;
  const inner = transposeA ? a.sizes[0] : a.sizes[1];
  const [down, along] = transposeA ? [1, rows] : [inner, 1];
  for (let r = 0; r < rows; ++r) {
    const row = r * columns;
    if (transposeB) {
      for (let c = 0; c < columns; ++c) {
        let sum = 0;
        for (let k = 0; k < inner; ++k) sum += a[r * down + k * along] * b[c * inner + k];
        y[row + c] += s * sum;
      }
    } else {
      for (let k = 0; k < inner; ++k) {
        const factor = s * a[r * down + k * along];
        const from = k * columns;
        for (let c = 0; c < columns; ++c) y[row + c] += factor * b[from + c];
      }
    }
  }
}

/// Calls use(place in the image, place in the kernel, place in the result) for every product of a convolution of images
/// (example, in, row, column) with kernels (out, in, row, column). Places over the padding are left out.
function eachTap(image, kernel, result, stride, padding, dilation, use) {
  const [, channels, rows, columns] = image;
  const [, , kernelRows, kernelColumns] = kernel;
  const [examples, outputs, resultRows, resultColumns] = result;
  for (let e = 0; e < examples; ++e) for (let o = 0; o < outputs; ++o) for (let i = 0; i < channels; ++i)
    for (let p = 0; p < kernelRows; ++p) for (let q = 0; q < kernelColumns; ++q) {
      const tap = ((o * channels + i) * kernelRows + p) * kernelColumns + q;
      for (let r = 0; r < resultRows; ++r) {
        const row = stride * r + dilation * p - padding;
        if (row < 0 || row >= rows) continue;
        const at = ((e * channels + i) * rows + row) * columns + dilation * q - padding;
        const to = ((e * outputs + o) * resultRows + r) * resultColumns;
        for (let c = 0; c < resultColumns; ++c) {
          const column = stride * c + dilation * q - padding;
          if (column >= 0 && column < columns) use(at + stride * c, tap, to + c);
        }
      }
    }
}

/// Calls use(places of its pixels in the image, place in the result) for every window of a pooling. The list of places is
/// the same from window to window.
function eachWindow(image, result, window, stride, use) {
  const [, , rows, columns] = image;
  const [examples, channels, resultRows, resultColumns] = result;
  const pixels = new Int32Array(window * window);
  for (let plane = 0; plane < examples * channels; ++plane)
    for (let r = 0; r < resultRows; ++r) for (let c = 0; c < resultColumns; ++c) {
      const first = (plane * rows + r * stride) * columns + c * stride;
      for (let p = 0; p < window; ++p) for (let q = 0; q < window; ++q) pixels[p * window + q] = first + p * columns + q;
      use(pixels, (plane * resultRows + r) * resultColumns + c);
    }
}

/// The first of the largest x at these places.
function firstLargest(x, places) {
  let best = places[0];
  for (const at of places) if (isLarger(x[at], x[best])) best = at;
  return best;
}

/// 1 − erf(x). Near 0 erf is the series (2/√π) e^(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n + 1)), whose terms have one sign; far from it
/// erfc is Laplace's continued fraction (Abramowitz & Stegun, 7.1.6 and 7.1.14).
function erfc(x) {
  if (x < 0) return 2 - erfc(-x);
  const decay = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x < 2) {
    let sum = x;
    for (let term = x, n = 1; term > 1e-17 * sum; ++n) sum += term *= (2 * x * x) / (2 * n + 1);
    return 1 - 2 * decay * sum;
  }
  let fraction = x;
  for (let n = 80; n > 0; --n) fraction = x + n / 2 / fraction;
  return decay / fraction;
}

/// The numbers of 32 bits that Philox4x32-10 (Salmon et al. 2011) draws for an example, one a call; base/philox.hpp. `key`
/// is random_key's: seed and step, four numbers of 16 bits each, lowest first.
function philox(key, stream, example) {
  const word = (at) => (key[at] + key[at + 1] * 2 ** 16) >>> 0;
  let block = 0;
  let words = [];
  /// Both halves of a product of 64 bits.
  const product = (a, b) => {
    const low = Math.imul(a, b) >>> 0;
    const [a1, a0, b1, b0] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff];
    const middle = a1 * b0 + Math.floor((a0 * b0) / 2 ** 16);
    const high = a1 * b1 + Math.floor(middle / 2 ** 16) + Math.floor((a0 * b1 + (middle % 2 ** 16)) / 2 ** 16);
    return [high, low];
  };
  const draw = () => {
    let [c0, c1, c2, c3] = [block++, stream, example, word(4)];
    let [k0, k1] = [word(0), word(2)];
    for (let round = 0; round < 10; ++round) {
      const [high0, low0] = product(0xd2511f53, c0);
      const [high1, low1] = product(0xcd9e8d57, c2);
      [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0];
      k0 = (k0 + 0x9e3779b9) >>> 0;
      k1 = (k1 + 0xbb67ae85) >>> 0;
    }
    return [c0, c1, c2, c3];
  };
  return () => {
    if (words.length === 0) words = draw();
    return words.shift();
  };
}
