"use strict";
// The panel about one tile of the picture of lines: its formula, its numbers, and where its gradient comes from, in
// symbols.

/// z = x W + b: a line, or its symbol with another right side.
const equationOf = (line, right = rightOf(line), sign = "=") => math("math", {}, ...mathFrom(line.symbol.math).childNodes,
  math("mo", {}, sign), ...mathFrom(right.math).childNodes);

class LinePanel {
  constructor(panel, detail, go) {
    Object.assign(this, { panel, detail, go });
  }

  show(state, tile, step) {
    const top = this.panel.scrollTop;
    this.detail.state = state;
    this.run = state.run;
    const shownTile = step?.tile ?? tile;
    this.panel.setAttribute("aria-label", `About ${shownTile.name}`);
    const parts = step ? this.ofStep(step) : this.ofTile(shownTile);
    this.panel.replaceChildren(...parts.flat(Infinity).filter((part) => part));
    this.panel.scrollTop = this.shown === shownTile ? top : 0;
    this.shown = shownTile;
    this.detail.shown = undefined;
  }

  /// What one sees on opening the page, and what to press.
  welcome(state) {
    this.shown = undefined;
    this.panel.setAttribute("aria-label", "What this page shows");
    const key = (text) => html("kbd", {}, text);
    const back = book.steps.findIndex((step) => step.part === "backward");
    const parameters = book.steps.find((step) => step.part === "update");
    const keys = [["→ ←", "one line on, one back"], ["Home End", "before the first, the last"], ["PgDn PgUp", "next, previous part"],
      ["↓ ↑", "next, previous training step"], ["/", "search"], ["P", "compiler passes and back"], ["Space", "play, pause"], ["Q", "questions"], ["L", "lecture: everything large"], ["D", "dark or light"], ["?", "this page"]];
    this.panel.replaceChildren(...[
      html("h2", {}, "What you see"),
      data.introduction ? html("p", { class: "introduction" }, data.introduction) : null,
      html("p", {}, "One whole training step. The upper row goes ", html("b", { class: "forward" }, "forward"), ", from the data to the loss L, one ",
        "number that says how wrong the answer is."),
      back < 0 ? null : [html("p", {}, "The lower row goes ", html("b", { class: "backward" }, "back"), ", by the chain rule. Each gradient stands below its value: ",
        "z̄, which means ∂L/∂z, below z. It says how fast the loss changes when z changes, number by number."),
      html("p", {}, "Between them stands what both use: parameters with their gradients and new values, and slopes.")],
      html("h2", { class: "screen" }, "Begin here"),
      html("ul", { class: "begin" },
        html("li", {}, button("Go through the step", () => this.go(Stepper.walks.lines.to(1))), " or press ", key("→")),
        back < 0 ? null : html("li", {}, button("See the way back begin", () => this.go(Stepper.walks.lines.to(back + 1)))),
        html("li", {}, "Press a weight and change one of its numbers, or play (▶): everything is computed anew."),
        parameters ? html("li", {}, button(`See ${parameters.tile.name} change`, () => this.go({ tile: parameters.tile, line: 0 }))) : null,
        html("li", {}, button("See every node", () => this.go({ level: "nodes" }))),
        html("li", {}, button("Watch the compiler simplify it", () => this.go({ view: "pass", pass: 0 })))),
      html("h2", { class: "screen" }, "Keys"),
      html("dl", { class: "keys" }, keys.map(([names, what]) => [html("dt", {}, names.split(" ").map(key)), html("dd", {}, what)])),
      html("p", { class: "small" }, "Point at a number to see what it is made of; press a tile for all about it. The page ",
        "computes with all digits, and shows some. Its address leads back to the view, but not to numbers you changed."),
    ].flat(Infinity).filter((part) => part));
    this.panel.scrollTop = 0;
    this.detail.shown = undefined;
    this.run = state.run;
  }

  /// A layer: its lines, each of which leads to the picture of lines.
  ofLayer({ name, forward, backward, parameters }, section) {
    const count = parameters.flatMap((tile) => tile.values).reduce((sum, { node }) => sum + matrixOf(extents(model.nodes[node].shape, 1)).reduce((a, b) => a * b, 1), 0);
    const listOf = (title, tiles, kind) => (tiles.length ? [html("h3", { class: kind }, title), html("ul", { class: "layer" }, tiles.map((tile) => html("li", {},
      button(tile.name, () => this.go({ level: "lines", tile, line: 0 }), { class: "plain" }), tile.line ? [": ", equationOf(tile.line)] : null)))] : null);
    return [this.heading(section, name, count ? `${count.toLocaleString("en")} parameters` : ""), listOf("Forward", forward, "forward"),
      listOf("Backward", [...backward].reverse(), "backward"), parameters.map((tile) => listOf("Parameters", [tile], "update"))];
  }

  ofStep(step) {
    if (step.layer) return this.ofLayer(step.layer, step.part);
    if (step.part === "update") return [this.heading("update", step.tile.parameters.map((each) => each.symbol.text).join(", "),
      "the new values"), this.update(step.tile), step.tile.parameters.map((each) => this.changed(each))];
    if (step.tile.parameters) return [this.heading("backward", step.lines.map((line, at) => [at ? ", " : "", written(line.symbol.text)]), this.place(step.tile)),
      step.lines.map((line) => this.line(line, "backward")), this.toNodes(step.lines[0].node)];
    return this.ofTile(step.tile);
  }

  ofTile(tile) {
    if (tile.layer) return this.ofLayer(tile.layer, tile.section);
    if (tile.parameters) return [
      this.heading("forward", tile.parameters.map((each) => each.symbol.text).join(", "), this.place(tile)),
      html("div", {}, tile.parameters.map((each) => [html("h3", { class: "forward" }, each.symbol.text), this.detail.view(each.node, "Value", "forward", true),
        each.gradient ? this.line(each.gradient, "backward") : null])),
      this.update(tile), tile.parameters.map((each) => this.overTraining(each.node)), this.toNodes(tile.parameters[0].node)];
    const { node, symbol } = tile.values[0];
    if (tile.slope) return [this.heading("backward", symbol.text, "the slope"), html("p", {}, "How fast ", this.symbol(tile.slope.of),
      " changes with what it is computed from, number by number. What flows back is multiplied by it."), this.numbers(node, undefined, "backward")];
    if (tile.row === "backward") return [this.heading("backward", symbol.text, this.shape(node)), this.meaning(tile),
      this.line(tile.line, "backward", true), this.toNodes(node)];
    const gradient = book.gradientOf.get(node);
    return [this.heading("forward", symbol.text, this.place(tile)), this.pad(node),
      tile.line ? this.line(tile.line, "forward") : this.numbers(node, undefined, "forward"),
      (tile.sources ?? []).map((id) => [html("h3", { class: "forward" }, book.symbols.get(id).text), this.detail.view(id, "Value", "forward", true)]),
      gradient ? [html("h3", { class: "backward" }, "Its gradient ", written(gradient.symbol.text)), this.line(gradient, "backward")] : null,
      this.detail.check(model.nodes[node]), this.overTraining(node), this.toNodes(node)];
  }

  heading(section, name, what) {
    return html("div", { class: `heading ${section}` }, html("h2", {}, typeof name === "string" ? written(name) : name),
      html("p", {}, html("span", { class: `tag ${section}` }, section), " ", what));
  }

  place(tile) {
    const { node } = tile.values[0];
    const scope = model.nodes[node].name.split("/").slice(0, -1).join("/");
    return `${scope ? `layer ${scope} · ` : ""}${tile.parameters ? "parameters, which training changes" : this.shape(node)}`;
  }

  shape(node) {
    const sizes = extents(model.nodes[node].shape, model.batchOf(this.run) ?? 1);
    return sizes.length ? `${sizes.join(" × ")} numbers` : "a single number";
  }

  symbol(id) {
    return mathFrom(explain.symbolFor(id).math);
  }

  /// The line with its numbers, and for a derivative the rule it comes from.
  line(line, kind, alone = false) {
    const rules = line.rules ?? [];
    const by = (symbol) => math("mfrac", {}, math("mrow", {}, math("mo", {}, "∂"), math("mi", {}, "L")), math("mrow", {}, math("mo", {}, "∂"), ...mathFrom(symbol.math).childNodes));
    const local = (y, x) => math("mfrac", {}, math("mrow", {}, math("mo", {}, "∂"), ...mathFrom(y.math).childNodes), math("mrow", {}, math("mo", {}, "∂"), ...mathFrom(x.math).childNodes));
    const [through] = rules.length === 1 ? book.throughOf(line) : [];
    const chain = through === undefined ? null : html("p", {}, "Chain rule: ", math("math", {}, by(book.symbols.get(line.of)), math("mo", {}, "="),
      by(book.symbols.get(through)), math("mo", {}, "·"), local(book.symbols.get(through), book.symbols.get(line.of))));
    return html("section", { class: "told-line" },
      html("p", { class: "formula" }, equationOf(line)),
      chain, line.shorter ? html("p", { class: "small" }, "which is what the compiler's rules make of ", equationOf(line, line.formula)) : null,
      rules.length ? html("p", { class: "small" }, rules.length > 1 ? `The sum of what flows back from ${rules.length} uses; by the rules of ` : "By the rule of ",
        rules.map((use, at) => {
          const input = model.adjoint.get(line.of)?.uses.find((each) => each.use === use)?.input;
          const given = input === undefined ? undefined : prose.givenBack(model.nodes[use], input);
          return [at ? "; " : "", this.ruleOf(model.nodes[use]), given?.textContent ? [": ", given] : null];
        })) : null,
      this.numbers(line.node, line, kind), this.closer(model.nodes[line.node]), alone ? null : this.latex(line));
  }

  /// What an operation is called: a + b and a b by their formulas, all others by name.
  ruleOf(node) {
    const { name, elementwise, formula, letters } = model.op(node);
    return elementwise && letters.length > 1 ? mathFrom(formula) : html("code", {}, name);
  }

  latex(line) {
    const text = `${line.symbol.latex} = ${rightOf(line).latex}`;
    return html("p", { class: "small" }, button("Copy LaTeX", () => navigator.clipboard?.writeText(text), { class: "plain", title: text }));
  }

  /// The value, and how its chosen number is made.
  numbers(node, line, kind) {
    const flat = elements.chosen(node, this.run);
    const how = elements.numbersOf(node, this.run) ? explain.ofLine(line, node, flat, this.run) : undefined;
    return html("div", {}, this.detail.view(node, "Value", kind, true), how ? html("p", { class: "made" },
      html("span", { class: "which" }, explain.nameOf(node, flat, this.run, line?.symbol.text) || "it", " = "), html("span", { class: "scrolls" }, math("math", {}, how.math),
        math("math", {}, math("mo", {}, "="), math("mn", {}, formatted(elements.numbersOf(node, this.run)[flat]))))) : null);
  }

  /// One pad for all: what is drawn on it stays.
  pad(id) {
    if (!DrawingPad.suits(model.nodes[id])) return null;
    this.drawing ??= new DrawingPad(id, (numbers) => this.detail.player.change(id, numbers));
    this.drawing.run = this.run;
    return this.drawing.element;
  }

  /// Not while the step is gone through: most of it would be still to come.
  overTraining(node) {
    return this.detail.state.line > 0 ? null : this.detail.overTraining(model.nodes[node]);
  }

  closer(node) {
    return Closer.suits(node, this.run) ? new Closer(node, this.run, explain.symbolOf).element : null;
  }

  meaning(tile) {
    if (tile.of === model.loss) return html("p", {}, "The way back begins here: the loss changes by exactly as much as itself.");
    return html("p", {}, "How fast the loss changes when ", this.symbol(tile.of), " changes, number by number.");
  }

  update(tile) {
    const updates = book.updatesOf(tile);
    const several = updates.some((line) => line.parameters.length);
    return html("section", {}, html("h3", { class: "update" }, "Update"), updates.map((line) => html("p", { class: "formula" },
      equationOf(line, line.formula, line.assigns ? "←" : "="))),
    several ? html("p", { class: "small" }, "θ stands for each parameter, θ with a bar for its gradient; η is the learning rate.") : null);
  }

  changed({ node, symbol, assigned }) {
    if (assigned === undefined) return null;
    const flat = elements.chosen(node, this.run);
    const [before, after] = [node, assigned].map((id) => elements.numbersOf(id, this.run)?.[flat]);
    const how = before === undefined || after === undefined ? undefined : explain.ofLine(undefined, assigned, flat, this.run);
    return html("div", {}, html("h3", { class: "update" }, `${symbol.text}, new`),
      how ? html("p", { class: "made" }, `new ${explain.nameOf(node, flat, this.run)} = `, math("math", {}, how.math), ` = ${formatted(after)}`) : null, this.detail.view(assigned, "Value", "update", true));
  }

  toNodes(node) {
    return html("p", { class: "screen" }, button("See the nodes that compute it", () => this.go({ level: "nodes", node, step: 0 }), { class: "plain" }));
  }
}

/// What some functions are for, in a sentence.
const purposes = {
  sigmoid: "σ makes of any number one between 0 and 1.", tanh: "tanh makes of any number one between −1 and 1.",
  relu: "What is below 0 becomes 0.", softmax: "softmax makes of any numbers probabilities, whose sum is 1.",
  one_hot: "The class as numbers: 1 at its place, 0 elsewhere.", cross_entropy: "ln is large where a probable answer was wrong.",
  conv2d: "A small window of weights is moved over the image.", max_pool: "Of each window the largest number is kept.",
};
const inWords = (line) => {
  const said = purposes[model.op(model.nodes[line.node]).name];
  return said ? html("span", { class: "small" }, ` ${said}`) : null;
};

/// What the lower edge says of a step of the lines.
function lineSentence(step, run) {
  const tag = html("span", { class: `tag ${step.part}` }, step.part);
  if (step.part === "update") {
    const [first] = step.tile.parameters;
    const flat = elements.chosen(first.node, run);
    const how = step.layer ? undefined : explain.ofLine(undefined, first.assigned, flat, run);
    const after = elements.numbersOf(first.assigned, run)?.[flat];
    return [tag, " ", step.tile.parameters.map((each, at) => [at ? ", " : "", mathFrom(each.symbol.math)]),
      step.tile.parameters.length > 1 ? " move against their gradients" : " moves against its gradient",
      how && after !== undefined ? [": new ", explain.nameOf(first.node, flat, run), " = ", math("math", {}, how.math), ` = ${formatted(after)}`] : "."];
  }
  const [line] = step.lines;
  if (line.of === model.loss) return [tag, " The way back begins at the loss: ", equationOf(line), ", for it changes by exactly as much as itself."];
  const flat = elements.chosen(line.node, run);
  const numbers = elements.numbersOf(line.node, run);
  if (step.layer) return [tag, " ", step.lines.slice(0, 4).map((each, at) => [at ? html("span", { class: "small" }, "  and  ") : "", equationOf(each)])];
  const name = numbers && numbers.length > 1 ? explain.nameOf(line.node, flat, run, line.symbol.text) : undefined;
  const how = numbers ? explain.ofLine(line, line.node, flat, run) : undefined;
  const meaning = step.part === "backward" && numbers
    ? html("span", { class: "small" }, ` If ${explain.nameOf(line.of, flat, run)} grew by 0.01, L would ${moved(numbers[flat] * 0.01)}.`) : null;
  return [tag, " ", step.lines.map((each, at) => [at ? html("span", { class: "small" }, "  and  ") : "", equationOf(each)]),
    how ? html("span", { class: "with-numbers" }, ";  ", name ? `${name} = ` : "", math("math", {}, how.math), name || numbers.length === 1 ? ` = ${formatted(numbers[flat])}` : "") : null,
    step.part === "forward" ? inWords(line) : null, meaning];
}
