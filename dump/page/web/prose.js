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
  /// A name in a formula: with its layer where that is short, and no slash, which would look like a fraction.
  const short = (id) => {
    const { name, label, section } = model.nodes[id];
    return section === "forward" && name.length <= 22 ? name.replaceAll("/", ".") : label;
  };

  /// L̄-style derivative ∂L/∂x.
  const byLoss = (id) => math("mfrac", {}, math("mrow", {}, math("mo", {}, "∂"), math("mi", {}, "L")),
    math("mrow", {}, math("mo", {}, "∂"), mathName(short(id))));
  const local = (of, by) => math("mfrac", {}, math("mrow", {}, math("mo", {}, "∂"), mathName(short(of))),
    math("mrow", {}, math("mo", {}, "∂"), mathName(short(by))));

  /// The op's formula with names or numbers in place of x, or of a and b.
  const formulaOf = (node, what = "formula") => {
    const formula = mathFrom(model.op(node)[what]);
    if (what === "formula" && isTransposed(node))
      for (const letter of [...formula.querySelectorAll("mi")])
        if (transposes(node, letter.textContent)) letter.replaceWith(operand(node, letter.textContent, letter.textContent));
    return formula;
  };
  const symbols = { 1: [["x"], ["X"]], 2: [["a", "b"], ["A", "B"]] };
  /// An attribute "transpose_a" says that a is transposed.
  const isTransposed = (node) => model.op(node).attributes.includes("transpose_");
  const transposes = (node, letter) => model.op(node).attributes.split(", ").includes(`transpose_${letter.toLowerCase()}`);
  /// A name needs room on both sides, since what stands side by side is multiplied.
  const operand = (node, letter, text) => (transposes(node, letter)
    ? math("msup", {}, math("mtext", {}, `\u2009${text}`), math("mi", { mathvariant: "normal" }, "⊤"))
    : math("mtext", {}, `\u2009${text}\u2009`));
  const filledIn = (node, texts) => {
    const formula = mathFrom(model.op(node).formula);
    for (const names of symbols[texts.length] ?? []) {
      const letters = [...formula.querySelectorAll("mi")];
      if (!names.every((name) => letters.some((letter) => letter.textContent === name))) continue;
      for (const letter of letters) {
        const at = names.indexOf(letter.textContent);
        if (at >= 0) letter.replaceWith(operand(node, names[at], texts[at]));
      }
      return formula;
    }
    return null;
  };

  /// y = f(inputs), with names.
  const computation = (node) => {
    const filled = filledIn(node, node.inputs.map(short));
    if (filled) return math("math", {}, mathName(short(node.id)), math("mo", {}, "="), ...filled.childNodes);
    return html("span", {}, html("code", {}, model.op(node).name), " of ",
      node.inputs.flatMap((id, at) => [at ? ", " : "", nodeLink(id)]));
  };

  /// The same with numbers, where all are single.
  const withNumbers = (node, run) => {
    const result = model.scalar(node.id, run);
    const inputs = node.inputs.map((id) => model.scalar(id, run));
    if (result === undefined || !inputs.length || inputs.includes(undefined)) return null;
    const texts = inputs.map((x) => (x < 0 ? `(${formatted(x)})` : formatted(x)));
    const filled = filledIn(node, texts);
    return math("math", { class: "with-numbers" }, ...(filled ? filled.childNodes
      : [mathName(`${model.op(node).name}(${texts.join(", ")})`)]), math("mo", {}, "="), math("mn", {}, formatted(result)));
  };

  const sources = {
    input: (node) => [nodeLink(node.id), " is fed from outside: the data of this batch."],
    parameter: (node) => [nodeLink(node.id), " is a parameter: numbers that training changes. Its old value is used " +
      "everywhere in this step."],
    slot: (node) => [nodeLink(node.id), " is memory of the update rule, kept from step to step."],
    setting: (node) => [nodeLink(node.id), " is a setting of the update rule, chosen by whoever trains."],
    step: (node) => [nodeLink(node.id), " counts the updates made so far."],
    train_step: (node) => [nodeLink(node.id), " ends the step: all new values are stored together, and the next step " +
      "begins with them."],
  };

  const forward = (node) => [nodeLink(node.id), " is computed from ", listOf(node.inputs), "."];
  const listOf = (ids, called = () => undefined) => [...new Set(ids)].flatMap((id, at, all) => [
    at === 0 ? "" : at + 1 === all.length ? " and " : ", ",
    nodeLink(id, called(id))]);

  /// Whether a node of a VJP already holds what came back from the loss, or is of the local derivative alone.
  const carries = (node) => {
    const incoming = model.adjoint.get(model.byName.get(node.of).id)?.total;
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
      others.length ? ["; passed on unchanged, it is also the gradient of ", listOf(others)] : "", "."];
    const of = node.of === undefined ? undefined : model.byName.get(node.of);
    const x = of?.inputs[node.for];
    if (x === undefined) return [nodeLink(node.id), " is a constant that the way back needs."];
    const op = model.op(of).name;
    const through = ["Backward through ", op === of.name ? nodeLink(of.id)
      : [html("code", {}, op), " (", nodeLink(of.id), ")"], ": "];
    if (node.role === "constant") return [...through, "a constant that its derivative needs."];
    if (carries(node)) return [...through, nodeLink(node.id, node.label), " carries what came back from the loss on towards ",
      nodeLink(x), "."];
    return [...through, nodeLink(node.id, node.label), " is a piece of the local derivative: how ", nodeLink(of.id),
      " changes with ", nodeLink(x), "."];
  };

  /// What an update is of: the longest name of a variable that the node's own name begins with.
  const updated = (node) => model.nodes.filter((each) => ["parameter", "slot"].includes(each.role) &&
    node.name.startsWith(`update/${each.name}/`)).sort((a, b) => b.name.length - a.name.length)[0];

  const update = (node) => {
    if (node.role === "assign") return [nodeLink(node.inputs[0]), " gets its new value, ", nodeLink(node.inputs[1]),
      ". All other nodes of this step have seen the old one."];
    if (node.role === "constant") return ["A constant of the update rule."];
    const of = updated(node);
    // A gradient that several nodes share is here the one of what is updated.
    const called = (id) => (of && model.gradientOf.get(id)?.includes(of.id) ? `∂L/∂${of.name.slice(0, 60)}` : undefined);
    return [nodeLink(node.id, node.label), " is computed from ", listOf(node.inputs, called), ", on the way to ",
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

  const bar = (letter) => math("mover", { accent: "true" }, math("mi", {}, letter), math("mo", {}, "¯"));

  /// y = f(x), and x̄ from ȳ; an op of several inputs says itself what goes to which.
  const rule = (node) => {
    const single = node.inputs.length === 1;
    return [math("math", {}, math("mi", {}, "y"), math("mo", {}, "="), ...formulaOf(node).childNodes),
      html("span", { class: "arrow" }, single ? "so" : "so there flows back"),
      math("math", {}, ...(single ? [bar("x"), math("mo", {}, "=")] : []), ...formulaOf(node, "derivative").childNodes)];
  };

  /// What a gradient of a single number means, in numbers.
  const meaning = (node, run) => {
    const of = model.gradientOf.get(node.id)?.[0];
    const slope = model.scalar(node.id, run);
    if (of === undefined || of === model.loss || slope === undefined || model.nodes[of].shape !== "()") return null;
    const change = slope * 0.01;
    return [html("span", { class: "term" }, "that is"), `if ${short(of)} grew by 0.01, L would ` +
      (change < 0 ? `fall by about ${formatted(-change)}` : change > 0 ? `grow by about ${formatted(change)}` : "hardly change")];
  };

  /// The mathematics of a step, as a list of lines.
  const lines = (node, run) => {
    const result = [];
    const of = node.of === undefined ? undefined : model.byName.get(node.of);
    if (of && of.inputs[node.for] !== undefined) {
      const x = of.inputs[node.for];
      const uses = model.adjoint.get(x)?.uses.length ?? 1;
      result.push([html("span", { class: "term" }, uses > 1 ? `chain rule, one of ${uses} terms` : "chain rule"),
        chainRule(of, x)]);
      result.push([html("span", { class: "term" }, `rule of ${model.op(of).name}`), ...rule(of)]);
    }
    if (node.role === "compute" || node.role === "accumulate") {
      const numbers = withNumbers(node, run);
      result.push([html("span", { class: "term" }, "computed here"), computation(node),
        ...(numbers ? [html("span", { class: "arrow" }, "with numbers"), numbers] : [])]);
    }
    const means = meaning(node, run);
    if (means) result.push(means);
    if (node.role === "assign") {
      const before = model.scalar(node.inputs[0], run);
      const after = model.scalar(node.inputs[1], run);
      result.push([html("span", { class: "term" }, "stored"), math("math", {}, mathName(short(node.inputs[0])),
        math("mo", {}, "←"), mathName(after === undefined ? short(node.inputs[1]) : formatted(after))),
      before === undefined ? null : html("span", { class: "arrow" }, `it was ${formatted(before)}`)]);
    }
    return result;
  };

  return { nodeLink, sentence, lines, bar, isTransposed, formulaOf, byLoss, local, short, listOf };
})();
