"use strict";
// The panel "Questions": what comes next? The answer, and all that comes after it, is hidden until it is given.

const questions = (() => {
  if (!book || !data.runs.length) return [];
  const few = (id) => elements.numbersOf(id, 0)?.length <= 12;
  const asked = [];
  book.steps.forEach((step, at) => {
    step.lines.forEach((line, which) => {
      const sameKind = book.steps.filter((each) => each.part === step.part).flatMap((each) => each.lines)
        .filter((each) => each !== line && rightOf(each)?.text !== rightOf(line)?.text);
      if (step.part === "update" || !line.reads?.length) return;
      // A gradient that is passed on unchanged is known already.
      if (few(line.node) && book.knownAt.get(line.node) === at + 1) {
        const flat = (at * 7 + which) % elements.numbersOf(line.node, 0).length;
        // The factor first: the answer to the number writes it out.
        if (line.slope) asked.push({ kind: "factor", step, at, line, node: line.slope.node, flat });
        asked.push({ kind: "number", step, at, line, node: line.node, flat });
      }
      if (sameKind.length > 1) asked.push({ kind: "formula", step, at, line,
        options: [0, 1].map((other) => rightOf(sameKind[(at + other * 2 + 1) % sameKind.length])).concat(rightOf(line)) });
    });
    if (step.part !== "update") return;
    const { node, assigned, gradient, symbol } = step.tile.parameters[0];
    if (gradient && few(node)) asked.push({ kind: "way", step, at, node, assigned, flat: at % elements.numbersOf(node, 0).length, symbol });
  });
  // From easy to hard: forward before backward before updates, as the step goes; formulas after numbers of the same line.
  return asked;
})();

/// What a number would be if one of its operands were forgotten: [{ value, what }].
function forgotten(id, flat, run, levels = 3) {
  const node = model.nodes[id];
  const { name } = model.op(node);
  const made = elements.made(node, flat, run);
  if (!made || levels === 0) return [];
  const nameOf = (input, at) => explain.nameOf(node.inputs[input], at, run) || `the factor ${formatted(elements.numbersOf(node.inputs[input], run)[at])}`;
  if (name === "matmul") {
    const pairs = made.parts.filter((_, at) => at % 2 === 0).map((part, pair) => [part, made.parts[2 * pair + 1]]);
    const product = ([[a, at], [b, bt]]) => elements.numbersOf(node.inputs[a], run)[at] * elements.numbersOf(node.inputs[b], run)[bt];
    const both = (pair) => pair.map(([input, at]) => elements.bracketed(elements.numbersOf(node.inputs[input], run)[at])).join("·");
    return pairs.length < 2 ? pairs.flatMap((pair) => pair.map(([input, at], which) => ({
      value: elements.numbersOf(node.inputs[input], run)[at], what: nameOf(...pair[1 - which]) })))
      : pairs.map((pair) => ({ value: made.value - product(pair), what: `${both(pair)}, one of ${pairs.length} products` }));
  }
  const combine = { add: (a, b) => a + b, subtract: (a, b) => a - b, multiply: (a, b) => a * b, divide: (a, b) => a / b }[name];
  if (!combine || made.parts.length !== 2) return made.text === "" ? forgotten(node.inputs[made.parts[0][0]], made.parts[0][1], run, levels) : [];
  const values = made.parts.map(([input, at]) => elements.numbersOf(node.inputs[input], run)?.[at]);
  const alone = made.parts.map(([input, at], which) => ({ value: values[1 - which], what: nameOf(input, at) }));
  const within = made.parts.flatMap(([input, at], which) => forgotten(node.inputs[input], at, run, levels - 1).map(({ value, what }) => ({
    value: which === 0 ? combine(value, values[1]) : combine(values[0], value), what })));
  return [...alone, ...within];
}

class Questions {
  /// `go(change)` changes what is seen.
  constructor(panel, go) {
    Object.assign(this, { panel, go, at: 0, tries: 0, right: 0, asked: 0 });
    this.verdict = html("div", { id: "verdict", "aria-live": "polite" });
  }

  /// After which step numbers are hidden in a run: while a question is open, before its own.
  shownIn(run) {
    return questions[this.at].at + (this.answered && run === this.shownRun ? 1 : 0);
  }

  get tile() {
    return questions[this.at].step.tile;
  }

  show({ run }) {
    this.run = run;
    if (this.shown === this.at && this.shownRun === run) return;
    [this.shown, this.shownRun, this.tries, this.answered] = [this.at, run, 0, false];
    this.draw();
  }

  draw() {
    const score = html("p", { id: "score" }, `${this.right} of ${this.asked} right at the first try`, " ",
      button("Begin anew", () => this.restart(), { class: "plain" }));
    if (!questions.length) {
      this.panel.replaceChildren(html("h2", {}, "Questions"), html("p", {}, "There is nothing to ask: no step was recorded."));
      return;
    }
    this.verdict.replaceChildren();
    const question = questions[this.at];
    // Tiles keep their formulas to themselves where one is asked for.
    document.body.dataset.asks = question.kind;
    const few = questions.some(({ kind }) => kind === "number") ? null
      : html("p", { class: "small" }, "The numbers of this network are too many to ask for: the questions are about its formulas.");
    const form = html("form", { onsubmit: (event) => {
      event.preventDefault();
      if (this.answered) this.next();
      else this.check();
    } }, html("fieldset", {}, html("legend", {}, this.text(question)), this.fields(question)),
    html("button", { type: "submit", id: "answer" }, "Check"));
    this.panel.replaceChildren(...[html("h2", {}, `Question ${this.at + 1} of ${questions.length}`), few, form, this.verdict, score].filter((part) => part));
  }

  text({ kind, line, node, flat, symbol }) {
    if (kind === "number") return [explain.nameOf(node, flat, this.run, line.symbol.text), " = ?"];
    if (kind === "factor") return ["Which factor is missing? ", explain.nameOf(line.node, flat, this.run, line.symbol.text), " = ",
      explain.nameOf(line.reads.find((id) => book.gradientTile.has(id)), flat, this.run), " · ?"];
    if (kind === "way") return ["Which way will ", explain.nameOf(node, flat, this.run, symbol.text), " move in this step?"];
    return ["Which of these is ", written(line.symbol.text), "?"];
  }

  fields({ kind, options, at }) {
    if (kind === "number" || kind === "factor") {
      this.field = html("input", { type: "text", inputmode: "decimal", id: "guess", "aria-label": "Your answer", autocomplete: "off", size: 10 });
      return this.field;
    }
    // The right one stands at another place each time.
    this.order = kind === "way" ? ["up", "down", "not at all"] : [0, 1, 2].map((each) => options[(each + at) % 3]);
    return this.order.map((each, which) => html("label", { class: "option" }, html("input", { type: "radio", name: "guess", value: which,
      "aria-label": each.text ?? each }),
      typeof each === "string" ? each : mathFrom(each.math)));
  }

  /// What the right answer is, with all numbers there.
  answerOf({ kind, line, node, assigned, flat }) {
    return model.withAll(() => {
      const number = (id) => elements.numbersOf(id, this.run)?.[flat];
      if (kind === "formula") return this.order.indexOf(rightOf(line));
      return kind === "way" ? [1, 2, 0][1 + Math.sign(number(assigned) - number(node))] : number(node);
    });
  }

  check() {
    const question = questions[this.at];
    const right = this.answerOf(question);
    const isNumber = question.kind === "number" || question.kind === "factor";
    const chosen = this.panel.querySelector("input[name=guess]:checked");
    const given = isNumber ? Number(this.field.value.trim().replace("−", "-").replace(",", ".") || NaN) : Number(chosen?.value ?? NaN);
    if (Number.isNaN(given)) return this.say("Type a number, or choose one.");
    ++this.tries;
    if (isNumber ? this.isNear(given, right) : given === right) return this.end(this.tries === 1, ["Right", this.tries === 1 ? "! " : ". "]);
    if (this.tries >= 3 || !isNumber && this.tries >= 2) return this.end(false, ["It is "]);
    return this.say(["Not yet. ", ...(isNumber ? this.reason(question, given, right) : ["Look at the shapes, and at what comes back."])]);
  }

  /// Within 1 %, as rounded numbers give it.
  isNear(given, right) {
    return Math.abs(given - right) <= 0.01 * Math.abs(right) || (right === 0 && Math.abs(given) < 1e-9);
  }

  /// What is wrong with an answer, as far as its number says it; else a hint.
  reason({ kind, line, node, flat }, given, right) {
    return model.withAll(() => {
      if (right !== 0 && this.isNear(given, -right)) return ["The sign is wrong."];
      const missing = forgotten(node, flat, this.run).find(({ value, what }) => what && Number.isFinite(value) && this.isNear(given, value));
      if (missing) return [`You left out ${missing.what}.`];
      if (this.tries > 1) return ["It is made of ", html("span", {}, explain.ofLine(kind === "factor" ? undefined : line, node, flat, this.run)?.math ?? "these numbers"), "."];
      return kind === "factor" ? ["It is the slope ", mathFrom(line.slope.formula.math), "."]
        : ["The formula is ", equationOf(line), "."];
    });
  }

  say(what) {
    this.verdict.className = "";
    this.verdict.replaceChildren(...[what].flat());
    return undefined;
  }

  end(isRight, words) {
    ++this.asked;
    if (isRight) ++this.right;
    this.answered = true;
    document.body.dataset.asks = "";
    // Now the numbers may be seen.
    this.go({});
    const { kind, line, node, assigned, flat, symbol } = questions[this.at];
    const name = kind === "formula" ? "" : explain.nameOf(node, flat, this.run, (kind === "number" ? line.symbol : symbol)?.text) || "the slope";
    const how = kind === "formula" ? undefined : explain.ofLine(kind === "number" ? line : undefined, kind === "way" ? assigned : node, flat, this.run);
    const value = kind === "formula" ? undefined : elements.numbersOf(kind === "way" ? assigned : node, this.run)[flat];
    this.say([...words, kind === "formula" ? mathFrom(rightOf(line).math) : `${kind === "way" ? "new " : ""}${name} = `,
      how ? math("math", {}, how.math) : "", value === undefined ? "" : ` = ${formatted(value)}`]);
    this.verdict.className = isRight ? "right" : "";
    this.panel.querySelector("#score").firstChild.textContent = `${this.right} of ${this.asked} right at the first try`;
    const next = this.panel.querySelector("#answer");
    next.textContent = "Next";
    next.focus();
  }

  next() {
    this.at = (this.at + 1) % questions.length;
    this.answered = false;
    this.go({});
    this.panel.querySelector("#guess, input[name=guess]")?.focus();
  }

  restart() {
    Object.assign(this, { at: 0, right: 0, asked: 0, shown: undefined, answered: false });
    this.go({});
  }
}
