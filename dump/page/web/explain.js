"use strict";
// One number, as made of numbers that have a symbol: the sum or product written out, and which numbers these are.

const explain = (() => {
  /// The nodes in between, which have no symbol, are written out, down to so many levels.
  const deepest = 8;
  const isTold = (id) => book?.tileOf.has(id) || book?.gradientTile.has(id) || gradients.has(id) || !model.nodes[id].inputs.length;

  /// { math, parts: [[node, element]] }; undefined where numbers were not kept or an op is not known here.
  const made = (id, flat, run) => {
    const parts = [];
    const math_ = writtenOut(id, flat, run, parts, deepest);
    return math_ && { math: math_, parts };
  };

  const writtenOut = (id, flat, run, parts, levels) => {
    const node = model.nodes[id];
    const of = elements.made(node, flat, run);
    if (!of) return undefined;
    const operand = ([input, at], first) => {
      const from = node.inputs[input];
      const number = elements.numbersOf(from, run)?.[at];
      if (levels > 0 && !isTold(from)) {
        const inner = writtenOut(from, at, run, parts, levels - 1);
        if (inner) return inner.compound ? math("mrow", {}, math("mo", {}, "("), inner, math("mo", {}, ")")) : inner;
      }
      parts.push([from, at]);
      const text = elements.bracketed(number);
      return mathName(first ? elements.open(text) : text);
    };
    if (of.text === "") return operand(of.parts[0], true);
    if (of.text !== undefined) {
      for (const [input, at] of of.parts) source(node.inputs[input], at, run, parts);
      return compound(mathName(of.text));
    }
    const alone = ["add", "accumulate"].includes(model.op(node).name);
    const filled = prose.filledIn(node, of.parts.map((part, at) => () => {
      const inner = operand(part, at === 0);
      // A sum needs no brackets in a sum.
      return alone && inner.childNodes.length === 3 && inner.firstChild.textContent === "(" ? inner.childNodes[1] : inner;
    }));
    return filled ? compound(math("mrow", {}, ...filled.childNodes)) : undefined;
  };

  const compound = (element) => Object.assign(element, { compound: true });

  /// The number with a symbol that a part stands for: what is only repeated or has another shape is followed.
  const source = (id, flat, run, parts) => {
    if (!isTold(id)) {
      const of = elements.made(model.nodes[id], flat, run);
      if (of?.text === "") {
        const [input, at] = of.parts[0];
        source(model.nodes[id].inputs[input], at, run, parts);
        return;
      }
    }
    parts.push([id, flat]);
  };

  /// A formula, number by number, with numbers for its symbols: (p − t)/n as (0.67 − 1)/1.
  const filled = (line, flat, run) => {
    const { math: text } = line.shorter;
    if (/Σ|∑|⊤/.test(text)) return undefined;
    const parts = [];
    let result = text;
    const reads = [...line.reads].sort((a, b) => (inMath(b)?.length ?? 0) - (inMath(a)?.length ?? 0));
    const size = elements.numbersOf(line.node, run)?.length;
    for (const id of reads) {
      const numbers = elements.numbersOf(id, run);
      if (!inMath(id) || !numbers || ![1, size].includes(numbers.length)) return undefined;
      const at = numbers.length === 1 ? 0 : flat;
      parts.push([id, at]);
      result = result.replaceAll(inMath(id), `<mn>${elements.bracketed(numbers[at])}</mn>`);
    }
    return { math: mathFrom(result.replaceAll("<mi>n</mi>", `<mn>${model.batchOf(run)}</mn>`)), parts };
  };
  const inMath = (id) => symbolFor(id)?.math.replace(/^<math[^>]*>|<\/math>$/g, "");

  /// How one number of a tile's line is made.
  const ofLine = (line, id, flat, run) => (line?.shorter && line.node === id ? filled(line, flat, run) : undefined) ?? made(id, flat, run);

  /// "z₂" of a value or gradient; its place behind it where it has several numbers.
  const nameOf = (id, flat, run, text = symbolOf(id)) => {
    const sizes = elements.sizesOf(id, run);
    const [rows, columns] = matrixOf(sizes);
    if (rows * columns === 1) return text;
    const place = placeOf(flat, sizes).map((at) => at + 1);
    return `${text} [${place.join(", ")}]`;
  };
  const parameters = (book?.tiles ?? []).flatMap((tile) => tile.parameters ?? []);
  const gradients = new Map(parameters.filter((each) => each.gradient).map((each) => [each.gradient.node, each.gradient.symbol]));
  const newValues = new Set(parameters.map((each) => each.assigned));
  /// A node's symbol, in text, MathML and LaTeX.
  const symbolFor = (id) => (book.gradientTile.get(id) ?? book.tileOf.get(id))?.values.find((each) => each.node === id)?.symbol
    ?? gradients.get(id) ?? book.symbols.get(id);
  const symbolOf = (id) => symbolFor(id)?.text ?? (newValues.has(id) ? "new value"
    : model.op(model.nodes[id]).name === "reshape" ? symbolOf(model.nodes[id].inputs[0]) : "");

  return { ofLine, nameOf, symbolFor, symbolOf };
})();

/// Says beside a number that is pointed at how it is made, and lights up what it is made of.
class Pointer {
  /// `run()` is the run that is shown.
  constructor(frame, run) {
    Object.assign(this, { frame, run });
    this.note = html("div", { id: "number-note", hidden: true });
    document.body.append(this.note);
  }

  show(cell, tile, node, flat) {
    for (const lit of this.frame.querySelectorAll(".lit")) lit.classList.remove("lit");
    this.note.hidden = true;
    if (!cell || elements.numbersOf(node, this.run())?.[flat] === undefined) return;
    const run = this.run();
    const line = tile.parameters?.find((each) => each.gradient?.node === node)?.gradient ?? tile.line;
    const how = explain.ofLine(line, node, flat, run);
    cell.classList.add("lit");
    const own = tile.values.find((each) => each.node === node)?.symbol ?? line?.symbol;
    const name = explain.nameOf(node, flat, run, own?.text);
    const number = elements.numbersOf(node, run)[flat];
    this.note.replaceChildren(...[name ? `${name} = ` : "", how ? [math("math", {}, how.math), " = "] : "", html("b", {}, formatted(number))].flat());
    for (const [id, at] of how?.parts ?? [])
      this.frame.querySelector(`.value[data-node="${id}"] [data-at="${at}"]`)?.classList.add("lit");
    this.note.hidden = false;
    // Clear of the tile it tells of.
    const box = cell.closest(".tile").getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.note;
    this.note.style.left = `${Math.max(4, Math.min(window.innerWidth - width - 4, box.left + box.width / 2 - width / 2))}px`;
    this.note.style.top = `${box.top > height + 8 ? box.top - height - 6 : box.bottom + 6}px`;
  }
}
