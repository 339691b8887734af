"use strict";
// What happens, in words and as mathematics.

const prose = (() => {
  const nodeLink = (id, text) => {
    const { name, section } = model.nodes[id];
    const of = model.gradientOf.get(id)?.[0];
    const shown = text ?? (of === undefined ? name : `∂L/∂${model.nodes[of].name}`);
    return html("a", { href: "#", class: `link ${section}`, "data-go": id, title: name.slice(0, 300) },
      shown.length > 60 ? `${shown.slice(0, 60)}…` : shown);
  };
  /// What a value is called in sentences and formulas: its name where somebody gave it one, the loss's derivative, or
  /// the formula by which it is computed, where that is short: { text, binds }. A sum binds 1, a product 2, a name 3.
  const called = (id, most = 34) => {
    const node = model.nodes[id];
    const of = model.gradientOf.get(id)?.[0];
    if (of !== undefined) return { text: `∂L/∂${nameOf(of)}`, binds: 3 };
    const written = node.section === "forward" ? undefined : expression(node);
    return written && written.text.length <= most ? written
      : { text: nameOf(id), binds: 3, unsaid: node.role === "compute" && node.section !== "forward" };
  };
  const nameOf = (id) => {
    const { name, label, section } = model.nodes[id];
    return section === "forward" && name.length <= 22 ? name : label;
  };
  const short = (id) => called(id).text;
  /// As a title of its own: what only repeats or reshapes another value is not that value.
  const titled = (node) => (["broadcast", "reshape"].includes(model.op(node).name) && !model.gradientOf.has(node.id)
    ? node.label : short(node.id));

  const expression = (node) => {
    const op = model.op(node);
    if (op.name === "fill") {
      const value = Number(op.attributes.value);
      return { text: formatted(value), binds: value < 0 ? 1 : 3 };
    }
    if (node.role !== "compute") return undefined;
    const parts = node.inputs.map((id) => called(id, 30));
    // The label of an op's node, "multiply", is no name to compute with.
    if (parts.some((part) => part.unsaid)) return undefined;
    const held = (at, least) => (parts[at].binds < least ? `(${parts[at].text})` : parts[at].text);
    if (["broadcast", "reshape"].includes(op.name)) return parts[0];
    if (op.name === "sum") return { text: `Σ ${held(0, 2)}`, binds: 1 };
    if (op.name === "negate") return { text: `−${held(0, 2)}`, binds: 1 };
    if (parts.length !== 2) return undefined;
    if (op.name === "add") return { text: `${held(0, 1)} + ${held(1, 1)}`, binds: 1 };
    if (op.name === "subtract") return { text: `${held(0, 1)} − ${held(1, 2)}`, binds: 1 };
    if (op.name === "divide") return { text: `${held(0, 2)} / ${held(1, 3)}`, binds: 2 };
    if (op.name !== "multiply") return undefined;
    const [a, b] = [held(0, 2), held(1, 2)];
    return { text: b.startsWith("(") ? `${a}${b}` : `${a} · ${b}`, binds: 2 };
  };

  /// L̄-style derivative ∂L/∂x.
  const byLoss = (id) => math("mfrac", {}, math("mrow", {}, math("mo", {}, "∂"), math("mi", {}, "L")),
    math("mrow", {}, math("mo", {}, "∂"), mathName(nameOf(id))));
  const local = (of, by) => math("mfrac", {}, math("mrow", {}, math("mo", {}, "∂"), mathName(nameOf(of))),
    math("mrow", {}, math("mo", {}, "∂"), mathName(nameOf(by))));

  /// The op's formula with names or numbers in place of its letters.
  const formulaOf = (node) => {
    const formula = mathFrom(model.op(node).formula);
    if (isTransposed(node))
      for (const letter of [...formula.querySelectorAll("mi")])
        if (transposes(node, letter.textContent))
          letter.replaceWith(operand(node, letter.textContent, mathName(`\u2009${letter.textContent}`)));
    return formula;
  };
  /// An attribute "transpose_a" says that a is transposed.
  const isTransposed = (node) => Object.entries(model.op(node).attributes).some(([name, on]) => on === true && name.startsWith("transpose_"));
  const transposes = (node, letter) => model.op(node).attributes[`transpose_${letter.toLowerCase()}`] === true;
  const operand = (node, letter, element) => (transposes(node, letter)
    ? math("msup", {}, trimmed(element), math("mi", { mathvariant: "normal" }, "⊤")) : element);
  const trimmed = (element) => (element.localName === "mtext" ? mathName(`\u2009${element.textContent.trim()}`) : element);
  /// A name needs room on both sides, since what stands side by side is multiplied.
  const roomy = (text) => mathName(`\u2009${text}\u2009`);

  /// The letters that stand for the inputs in a formula, where all of them stand there.
  const lettersOf = (node, formula) => {
    const there = new Set([...formula.querySelectorAll("mi")].map((letter) => letter.textContent));
    const { letters } = model.op(node);
    return letters.length === node.inputs.length && letters.every((name) => there.has(name)) ? letters : undefined;
  };
  /// Each letter becomes what `meant` makes for it: { letter: () => element }.
  const replaceLetters = (formula, meant) => {
    for (const letter of [...formula.querySelectorAll("mi")])
      if (meant[letter.textContent]) {
        const element = meant[letter.textContent]();
        letter.replaceWith(letter.parentNode.localName === "msup" ? trimmed(element) : element);
      }
    return formula;
  };
  const filledIn = (node, operands) => {
    const formula = mathFrom(model.op(node).formula);
    const names = lettersOf(node, formula);
    return names ? replaceLetters(formula, Object.fromEntries(names.map((name, at) =>
      [name, () => operand(node, name, operands[at]())]))) : null;
  };
  const operandOf = (id, node) => () => {
    const of = model.gradientOf.get(id)?.[0];
    if (of !== undefined) return byLoss(of);
    const { text, binds } = called(id);
    return roomy(binds === 1 && model.op(node).name !== "add" ? `(${text})` : text);
  };

  /// y = f(inputs), with names; what has no name of its own is called by its formula, and y is left out.
  const computation = (node) => {
    const of = model.gradientOf.get(node.id)?.[0];
    const left = of !== undefined ? byLoss(of) : node.section === "forward" ? mathName(nameOf(node.id)) : undefined;
    const filled = filledIn(node, node.inputs.map((id) => operandOf(id, node)));
    if (filled) return math("math", {}, left ? [left, math("mo", {}, "=")] : null, ...filled.childNodes);
    return html("span", {}, html("code", {}, model.op(node).name), " of ",
      node.inputs.flatMap((id, at) => [at ? ", " : "", nodeLink(id, short(id))]));
  };

  const subscript = (number) => [...String(number)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("");
  /// "h₁", "row 2, column 1" or "number 3": one element of a node or of what it is the gradient of.
  const elementOf = (id, flat, run, alone = false) => {
    const of = model.gradientOf.get(id)?.[0] ?? id;
    const sizes = elements.sizesOf(id, run);
    const [rows, columns] = matrixOf(sizes);
    const name = nameOf(of);
    if (rows * columns === 1) return name;
    if (rows === 1 && /^[^/\s₀-₉]{1,8}$/.test(name) && model.nodes[of].section === "forward")
      return `${name}${subscript(flat + 1)}`;
    const place = rows === 1 ? `number ${flat + 1}` : position(flat, sizes);
    return alone ? `${name}, ${place}` : place;
  };

  /// The elements that are shown: up to three all, of more the one on the way of the followed weight.
  const toldOf = (id, run) => {
    const numbers = elements.numbersOf(id, run) ?? [];
    return numbers.length <= 3 ? numbers.map((_, at) => at) : [elements.chosen(id, run)];
  };

  /// The numbers of one element's computation: "0.9241·0.0759 = 0.0701".
  const inNumbers = (node, flat, run) => {
    const made = elements.made(node, flat, run);
    const result = elements.numbersOf(node.id, run)?.[flat];
    if (!made || result === undefined || result === null) return null;
    const filled = made.text === undefined ? filledIn(node, made.parts.map(([input, at]) => () => {
      const text = elements.bracketed(elements.numbersOf(node.inputs[input], run)[at]);
      return mathName(input === 0 && made.parts.length === 2 ? elements.open(text) : text);
    })) : null;
    const left = filled ? [...filled.childNodes] : made.text ? [mathName(made.text)] : null;
    if (!left && made.text === undefined) return null;
    return math("math", { class: "with-numbers" }, left ? [left, math("mo", {}, "=")] : null, math("mn", {}, formatted(result)));
  };

  const withNumbers = (node, run) => {
    if (!data.runs.length || node.inputs.length === 0) return null;
    const told = toldOf(node.id, run);
    const many = (elements.numbersOf(node.id, run)?.length ?? 0) > 1;
    const shown = told.map((flat) => [flat, inNumbers(node, flat, run)]).filter(([, numbers]) => numbers);
    return shown.length ? shown.map(([flat, numbers], at) => html("span", { class: "numbers-of" },
      many ? html("span", { class: "which" }, `${at === 0 ? "for " : ""}${elementOf(node.id, flat, run)}: `) : null,
      numbers, at + 1 < shown.length ? "; " : "")) : null;
  };

  const sources = {
    input: (node) => [nodeLink(node.id), " is fed from outside: the data of this batch."],
    parameter: (node) => [nodeLink(node.id), " is a parameter: numbers that training changes. Everything below is " +
      "computed with this value; the new one is stored at the end."],
    buffer: (node) => [nodeLink(node.id), " is memory of the layer, such as a running mean, kept from step to step."],
    "optimizer state": (node) => [nodeLink(node.id), " is memory of the update rule, kept from step to step."],
    "hyper-parameter": (node) => [nodeLink(node.id), " is a hyper-parameter of the update rule: you choose it."],
    step: (node) => [nodeLink(node.id), " counts the updates made so far."],
    train_step: (node) => [nodeLink(node.id), " ends the step: all new values are stored together, and the next step " +
      "begins with them."],
  };

  const forward = (node) => [nodeLink(node.id), " is computed from ", listOf(node.inputs), "."];
  const listOf = (ids, named = () => undefined) => [...new Set(ids)].flatMap((id, at, all) => [
    at === 0 ? "" : at + 1 === all.length ? " and " : ", ",
    nodeLink(id, named(id))]);

  /// Whether a node of a VJP already holds what came back from the loss, or is of the local derivative alone.
  const carries = (node) => {
    const incoming = model.adjoint.get(node.of)?.total;
    const seen = new Set();
    const reaches = (id) => {
      if (id === incoming) return true;
      const each = model.nodes[id];
      if (seen.has(id) || each.of !== node.of || each.for !== node.for) return false;
      seen.add(id);
      return each.inputs.some(reaches);
    };
    return node.inputs.some(reaches);
  };

  const backward = (node) => {
    const [first, ...others] = model.gradientOf.get(node.id) ?? [];
    if (first !== undefined && [first, ...others].includes(model.loss)) return ["The way back begins at the loss: " +
      "∂L/∂L = 1, for the loss changes by exactly as much as itself."];
    if (node.role === "accumulate") return ["What flows back from ", String(node.inputs.length), " uses of ",
      first === undefined ? "a node" : nodeLink(first), " meets here and is added up: a change of it reaches the loss on " +
      "each of these ways."];
    if (first !== undefined) return ["This is ", html("b", {}, "how fast the loss changes when "), nodeLink(first),
      html("b", {}, " changes"), model.nodes[first].shape === "()" ? "" : ", number by number",
      others.length ? ["; passed on unchanged, it is also the gradient of ", listOf(others)] : "", ".", ...addedUp(node)];
    const of = model.vjpOf(node);
    const x = of?.inputs[node.for];
    if (x === undefined) return [nodeLink(node.id), " is a constant that the way back needs."];
    const op = model.op(of).name;
    const through = ["Backward through ", op === of.name ? nodeLink(of.id)
      : [html("code", {}, op), " (", nodeLink(of.id), ")"], ": "];
    if (node.role === "constant") return [...through, "a constant that its derivative needs."];
    if (carries(node)) return [...through, nodeLink(node.id, titled(node)), " carries what came back from the loss on towards ",
      nodeLink(x), "."];
    return [...through, nodeLink(node.id, titled(node)), isLocal(node) ? " is the local derivative: how "
      : " is a piece of the local derivative: how ", nodeLink(of.id), " changes with ", nodeLink(x), "."];
  };

  /// Whether a node of a VJP is all that what came back is multiplied by.
  const isLocal = (node) => {
    const of = model.nodes[node.of];
    const incoming = model.adjoint.get(of.id)?.total;
    return node.readers.length === 1 && node.readers.every((id) => {
      const reader = model.nodes[id];
      return model.op(reader).name === "multiply" && reader.inputs.includes(incoming) &&
        model.adjoint.get(of.inputs[node.for])?.uses.some((use) => use.value === id);
    });
  };

  /// Why the gradient of a factor of a matrix product is a sum.
  const addedUp = (node) => {
    const of = model.vjpOf(node);
    if (!of || model.op(of).name !== "matmul" || !data.runs.length) return [];
    const sizes = elements.sizesOf(of.id, 0);
    const count = sizes[node.for === 0 ? sizes.length - 1 : 0];
    if (sizes.length !== 2 || count < 2) return [];
    const all = count === 2 ? "both" : `all ${count}`;
    return node.for === 0
      ? [" Each number of ", nodeLink(of.inputs[0]), ` is used by ${all} outputs of `, nodeLink(of.id),
        `, so its gradient is the sum of ${count} products, one for each output.`]
      : [` Each weight is used for ${all} examples of the batch, so its gradient is the sum of ${count} products, one for each example.`];
  };

  const update = (node) => {
    if (node.role === "assign") return [nodeLink(node.inputs[0]), " gets its new value, ", nodeLink(node.inputs[1]),
      ". All other nodes of this step have seen the old one."];
    if (node.role === "constant") return ["A constant of the update rule."];
    const of = model.nodes[node.of]?.role === "parameter" ? model.nodes[node.of] : undefined;
    // A gradient that several nodes share is here the one of what is updated.
    const named = (id) => (of && model.gradientOf.get(id)?.includes(of.id) ? `∂L/∂${of.name.slice(0, 60)}`
      : model.nodes[id].section === "forward" || model.gradientOf.has(id) ? undefined : short(id));
    return [nodeLink(node.id, titled(node)), " is computed from ", listOf(node.inputs, named), ", on the way to ",
      of ? ["the new value of ", nodeLink(of.id)] : "the new values", "."];
  };

  /// What happens when the node is computed.
  const sentence = (node) => told(node).flat(Infinity);
  const told = (node) => {
    if (sources[node.role]) return sources[node.role](node);
    if (node.section === "backward") return backward(node);
    if (node.section === "update") return update(node);
    if (node.role === "constant") return [nodeLink(node.id), " is a constant."];
    return node.id === model.loss ? [nodeLink(node.id), " is the loss, called L in all that follows: one number that says ",
      "how wrong the answer is. Training makes it smaller."] : forward(node);
  };

  /// The chain rule for what flows back through `of` to its input x.
  const chainRule = (of, x) => math("math", {}, byLoss(x), math("mo", {}, "="), byLoss(of.id), math("mo", {}, "·"),
    local(of.id, x));

  const bar = (letter) => math("mover", { accent: "true" }, math("mi", {}, letter), math("mo", { stretchy: "false" }, "¯"));

  /// What an op gives back to an input, in its own letters.
  const givenBack = (of, input) => mathFrom(of.inputs.length > 1 ? model.op(of).back[input] : model.op(of).derivative);

  /// What flows back to an input, with the names of this graph; undefined where nothing does.
  const back = (of, input) => {
    const { letters, back: rules } = model.op(of);
    if (!rules[input] || !mathFrom(rules[input]).textContent) return undefined;
    const holder = math("mrow", {}, ...mathFrom(rules[input]).childNodes);
    for (const over of [...holder.querySelectorAll("mover")])
      if (/^y$/i.test(over.firstElementChild.textContent)) over.replaceWith(byLoss(of.id));
    const y = () => roomy(nameOf(of.id));
    return replaceLetters(holder, { y, Y: y,
      ...Object.fromEntries(letters.map((letter, at) => [letter, () => roomy(nameOf(of.inputs[at]))])) });
  };

  /// y = f(x), and what flows back to the input x, with the names of this graph.
  const rule = (of, input) => {
    const filled = filledIn(of, of.inputs.map((id) => operandOf(id, of)));
    const flowing = filled && back(of, input);
    if (!flowing) {
      return [math("math", {}, math("mi", {}, "y"), math("mo", {}, "="), ...formulaOf(of).childNodes),
        html("span", { class: "arrow" }, "so there flows back"), givenBack(of, input)];
    }
    return [math("math", {}, mathName(nameOf(of.id)), math("mo", {}, "="), ...filled.childNodes),
      html("span", { class: "arrow" }, "so"), math("math", {}, byLoss(of.inputs[input]), math("mo", {}, "="), flowing)];
  };

  /// What a gradient means, for one of its numbers.
  const meaning = (node, run) => {
    const of = model.gradientOf.get(node.id)?.[0];
    if (of === undefined || of === model.loss || !data.runs.length) return null;
    const flat = elements.chosen(node.id, run);
    const slope = elements.numbersOf(node.id, run)?.[flat];
    if (slope === undefined || slope === null) return null;
    return [html("span", { class: "term" }, "that is"), `if ${elementOf(of, flat, run, true)} grew by 0.01, L would ${moved(slope * 0.01)}`];
  };

  /// A gradient that is passed on unchanged has the name of each node it belongs to.
  const alsoCalled = (of) => {
    const total = model.adjoint.get(of.id)?.total;
    const first = model.gradientOf.get(total)?.[0];
    return first === undefined || first === of.id ? null : html("span", { class: "small" }, " where ",
      math("math", {}, byLoss(of.id), math("mo", {}, "="), byLoss(first)), ", computed in step ",
      String(model.place.get(total) + 1));
  };

  /// The mathematics of a step, as a list of lines: first what is computed, with numbers, then why.
  const lines = (node, run) => {
    const result = [];
    if (node.role === "compute" || node.role === "accumulate") {
      const numbers = withNumbers(node, run);
      result.push([html("span", { class: "term" }, "computed here"), computation(node),
        ...(numbers ? [html("span", { class: "arrow" }, "with numbers"), ...numbers] : [])]);
    }
    const means = meaning(node, run);
    if (means) result.push(means);
    const of = model.vjpOf(node);
    if (of && of.inputs[node.for] !== undefined) {
      const x = of.inputs[node.for];
      const uses = model.adjoint.get(x)?.uses.length ?? 1;
      result.push(of.id === model.loss
        ? [html("span", { class: "term" }, "chain rule"), "L is the loss itself: its own gradient is 1, times its slope"]
        : [html("span", { class: "term" }, uses > 1 ? `chain rule, one of ${uses} terms` : "chain rule"), chainRule(of, x),
          alsoCalled(of)]);
      result.push([html("span", { class: "term" }, `rule of ${model.op(of).name}`), ...rule(of, node.for)]);
    }
    if (node.role === "assign")
      for (const flat of toldOf(node.id, run)) {
        const [before, after] = node.inputs.map((id) => elements.numbersOf(id, run)?.[flat]);
        if (before === undefined || after === undefined) continue;
        result.push([html("span", { class: "term" }, "stored"), `${elementOf(node.inputs[0], flat, run, true)}: `,
          math("math", { class: "with-numbers" }, math("mn", {}, formatted(before)), math("mo", {}, "→"), math("mn", {}, formatted(after)))]);
      }
    return result;
  };

  /// Whether a node computes nothing by itself: it is fed, kept, or ends the step.
  const isSource = (node) => node.role in sources;

  return { filledIn, nodeLink, isSource, sentence, lines, bar, back, givenBack, formulaOf, byLoss, local, titled, listOf, elementOf };
})();
