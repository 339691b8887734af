"use strict";
// Everything about one node: what it computes, its value, its gradient and where that came from.

class Detail {
  constructor(panel, go, player) {
    this.player = player;
    this.panel = panel;
    this.go = go;
    this.element = new Map();
  }

  /// `state` says which node, which recorded run, and how far the step is gone through.
  show(state) {
    this.state = state;
    const node = model.nodes[state.node];
    const top = this.panel.scrollTop;
    this.panel.setAttribute("aria-label", `About ${node.label}`);
    this.panel.replaceChildren(...[
      this.heading(node), this.formulas(node), this.made(node), this.valueAndGradient(node),
      gradientStory(node, this.state, (element) => this.go({ followed: node.id, element })),
      this.flows(node), this.check(node), this.overTraining(node), this.neighbours(node),
    ].filter((part) => part));
    // Another number or another training step of the same node leaves the panel where it was read.
    this.panel.scrollTop = this.shown === state.node ? top : 0;
    this.shown = state.node;
  }

  heading(node) {
    const name = node.name.length > 300 ? `${node.name.slice(0, 300)}…` : node.name;
    const at = model.place.get(node.id) + 1;
    return html("div", { class: `heading ${node.section}` },
      html("h2", {}, name.split("/").flatMap((part, at) => (at ? ["/", html("wbr"), part] : part))),
      html("p", {}, html("span", { class: `tag ${node.section}` }, node.section),
        ` ${node.role === "compute" ? model.op(node).name : node.role.replace("_", " ")} · ${this.shape(node)}`,
        attributesOf(model.op(node))),
      html("p", { class: "small" }, [node.line && `declared at ${node.line}`, this.computed(node, at)]
        .filter((part) => part).flatMap((part, index) => (index ? [" · ", part] : part))));
  }

  computed(node, at) {
    if (this.state.step === at) return `computed in step ${at}`;
    if (prose.isSource(node) && node.role !== "train_step") return null;
    return button(`computed in step ${at}: go there`, () => this.go({ step: at, node: node.id }), { class: "plain" });
  }

  shape(node) {
    const sizes = this.sizes(node);
    if (!sizes.length) return "a single number";
    const batch = data.runs.length && node.shape.includes("batch") ? `, here ${sizes.join(" × ")}` : "";
    return `shape ${node.shape}${batch}`;
  }

  formulas(node) {
    const op = model.op(node);
    if (prose.isSource(node)) return null;
    const letters = op.letters.length ? ` (${op.letters.join(", ")}: its input${op.letters.length > 1 ? "s" : ""}, y its value)` : "";
    return html("dl", { class: "formulas" },
      html("dt", {}, "computes"), this.formula(prose.formulaOf(node)),
      mathFrom(op.derivative).textContent
        ? [html("dt", {}, "gives back"), this.formula(mathFrom(op.derivative), html("span", { class: "small" }, letters))] : null);
  }

  /// Formulas do not break into lines: long ones are smaller, and can be scrolled.
  formula(formula, ...rest) {
    const length = formula.textContent.length;
    return html("dd", { class: length > 32 ? "long" : "", tabindex: length > 45 ? "0" : null }, formula, rest);
  }

  /// The VJP that made a backward node.
  made(node) {
    const of = model.vjpOf(node);
    if (!of) return null;
    const x = of.inputs[node.for];
    return html("section", {}, html("h3", {}, "Made by the chain rule"),
      html("p", {}, "The derivative rule (VJP) of ", prose.nodeLink(of.id), ` (${model.op(of).name}) made this node`,
        x === undefined ? "" : [", for the gradient of its input ", prose.nodeLink(x)], "."),
      x === undefined || of.id === model.loss ? null : html("p", { class: "rule" },
        math("math", {}, prose.byLoss(x), math("mo", {}, "="), prose.byLoss(of.id), math("mo", {}, "·"),
          prose.local(of.id, x))));
  }

  sizes(node) {
    return extents(node.shape, model.batchOf(this.state.run));
  }

  /// One value as numbers, histogram and picture; `brief`: of few numbers the numbers alone.
  view(id, title, kind, brief = false) {
    const node = model.nodes[id];
    const value = model.value(id, this.state.run);
    const head = html("h3", { class: kind }, title);
    if (!data.runs.length) return html("section", { class: "view" }, head, html("p", {}, "No run was recorded."));
    if (model.isHidden(id, this.state.run)) return html("section", { class: "view" }, head, html("p", {}, "not computed yet"));
    if (!value) {
      const runs = model.runsWith(id, "statistics").concat(model.runsWith(id, "numbers"));
      return html("section", { class: "view" }, head,
        html("p", {}, runs.length ? "Kept for other training steps only: " : "not computed",
          runs.slice(0, 3).map((run) => button(`step ${run + 1}`, () => this.go({ run }), { class: "plain" }))));
    }
    const sizes = this.sizes(node);
    const { numbers } = value;
    const many = matrixOf(sizes).reduce((a, b) => a * b, 1) > 1;
    const { min, mean, max, norm } = statisticsOf(value);
    const isFew = brief && numbers && numbers.length <= 12;
    const histogram = many && !isFew ? histogramOf(value) : undefined;
    const free = title === "Value" && numbers && numbers.length <= 12 && live.isFree(id);
    const field = (at) => this.player.field(id, at, `${node.label.slice(0, 60)}${many ? `, ${position(at, sizes)}` : ""}`);
    return html("section", { class: "view" }, head,
      free ? numberTable(numbers, sizes, `${title} of ${node.label}`, (x, at) => field(at))
        : value.numbers && value.numbers.length === 1
        ? html("p", { class: `single ${kind}`, title: exact(value.numbers[0]) }, formatted(value.numbers[0]))
        : numbers && numbers.length <= 12 ? [numberTable(numbers, sizes, `${title} of ${node.label}`),
            isFew ? null : heatMap(value, sizes, `Heat map of ${title}`)]
          : value.images ? this.images(id) : heatMap(value, sizes, `Heat map of ${title}`) ?? this.elsewhere(id, "picture"),
      many && !isFew ? html("table", { class: "statistics" }, html("tbody", {},
        [["min", min], ["mean", mean], ["max", max], ["norm", norm]].map(([name, x]) =>
          html("tr", {}, html("th", { scope: "row" }, name), html("td", {}, formatted(x))))))
        : null,
      value.not_finite ? html("p", { class: "warning" }, `${value.not_finite} are not finite`) : null,
      histogram ? histogramPicture(histogram, `Histogram of ${title}`) : null);
  }

  elsewhere(id, what) {
    const runs = model.runsWith(id, what);
    if (!runs.length) return null;
    const links = [runs[0], ...(runs.length > 1 ? [runs[runs.length - 1]] : [])].map((run, at) => [at > 0 ? "and " : "",
      button(String(run + 1), () => this.go({ run }), { class: "plain" })]);
    return html("p", { class: "small" }, `Its picture is kept for the training step${runs.length > 1 ? "s" : ""} `, links, ".");
  }

  valueAndGradient(node) {
    if (node.role === "train_step") return null;
    const adjoint = node.section === "forward" ? model.adjoint.get(node.id) : undefined;
    const totals = model.gradientOf.get(node.id);
    const parts = [html("div", { class: "sights" },
      this.view(node.id, "Value", node.section),
      adjoint ? this.view(adjoint.total, "Gradient", "backward") : null)];
    if (adjoint)
      parts.push(html("p", { class: "small" }, "The gradient says for each number: if it grew by a little ε, the loss would ",
        "change by ε times its gradient. Computed by ", prose.nodeLink(adjoint.total), "."));
    else if (node.section === "forward" && data.adjoints.length && node.role !== "constant")
      parts.push(html("p", { class: "small" }, node.role === "input" ? "No gradient is computed: it is given, not trained."
        : "No gradient is computed: nothing that is trained lies behind it."));
    if (totals)
      parts.push(html("p", { class: "small" }, "It is the gradient of ", prose.listOf(totals), "."));
    const runs = data.runs.length;
    const value = model.value(node.id, this.state.run);
    if (value?.numbers && value.numbers.length > 12)
      parts.push(html("h3", {}, "All numbers"), numberTable(value.numbers, this.sizes(node), `Numbers of ${node.label}`));
    const gradient = adjoint && model.value(adjoint.total, this.state.run);
    if (gradient?.numbers && gradient.numbers.length > 12)
      parts.push(html("h3", { class: "backward" }, "All numbers of the gradient"),
        numberTable(gradient.numbers, this.sizes(model.nodes[adjoint.total]), `Gradient of ${node.label}`));
    return html("div", {}, runs ? html("p", { class: "when" }, `In training step ${this.state.run + 1} of ${runs}`) : null,
      parts);
  }

  /// The examples of a batch, the channels of its images, the kernels of a convolution, or for each unit of the first
  /// layer what it looks for in an image.
  images(id) {
    const { role, shape } = model.nodes[id];
    const of = (name, caption) => imagesOf(model.value(id, this.state.run), role === "input", name, caption);
    if (extents(shape, 1).length !== 4)
      return role === "input" ? of("Example", "the first examples of the batch")
        : of("Template of unit", "the templates of the first units");
    return shape.startsWith("(batch") ? of("Channel", "the first channels, example by example")
      : of("Kernel", "the first kernels, output channel by output channel");
  }

  /// What flows back to a node from each of its uses, and the sum.
  flows(node) {
    const adjoint = node.section === "forward" ? model.adjoint.get(node.id) : undefined;
    const uses = adjoint?.uses.filter((use) => use.use !== undefined) ?? [];
    if (!uses.length) return null;
    const number = (id) => {
      const value = model.value(id, this.state.run);
      if (!value) return "not computed";
      return value.numbers?.length === 1 ? formatted(value.numbers[0]) : `norm ${formatted(statisticsOf(value).norm)}`;
    };
    return html("section", {}, html("h3", { class: "backward" }, "What flows in from each use"),
      html("table", { class: "flows" },
        html("thead", {}, html("tr", {}, ["used by", "flows back as", ""].map((text) => html("th", { scope: "col" }, text || html("span", { class: "unseen" }, "size"))))),
        html("tbody", {}, uses.map((use) => html("tr", {}, html("td", {}, prose.nodeLink(use.use)),
          html("td", {}, prose.nodeLink(use.value)), html("td", {}, number(use.value)))),
        html("tr", { class: "sum" }, html("td", {}, uses.length > 1 ? "their sum" : "in all"),
          html("td", {}, prose.nodeLink(adjoint.total)), html("td", {}, number(adjoint.total))))));
  }

  /// The gradient beside central differences.
  check(node) {
    const total = node.section === "forward" ? model.adjoint.get(node.id)?.total : node.id;
    const check = data.checks.find((each) => each.total === total && (node.section !== "forward" || each.of === node.id));
    // The check is of the first recorded run.
    if (!check || model.isHidden(total, 0)) return null;
    const sizes = this.sizes(model.nodes[check.of]);
    return html("section", {}, html("h3", { class: "backward" }, "Checked by differences"),
      html("p", { class: "small" }, "(L(w + ε) − L(w − ε)) / 2ε, where w is the one number varied, in double precision, at the first training step: ",
        `${check.sampling}. Largest relative error ${check.error === null ? "not finite" : check.error.toExponential(1)}.`),
      check.elements.some((each) => each[5]) ? html("p", { class: "small" }, "Two slopes, left | right, are those of a kink, ",
        "as ReLU has at 0: any number between them serves as the derivative there.") : null,
      html("table", { class: "check" },
        html("thead", {}, html("tr", {}, ["element", "derived", "difference", "error"].map((text) => html("th", { scope: "col" }, text)))),
        html("tbody", {}, check.elements.map(([at, derived, numeric, error, , kink]) => html("tr", {},
          html("td", {}, sizes.length ? position(at, sizes) : "the number"), html("td", { title: exact(derived) }, formatted(derived)),
          html("td", { title: (kink ?? [numeric]).map(exact).join(" | ") },
            numeric === null ? "not finite" : (kink ?? [numeric]).map(formatted).join(" | ")),
          html("td", {}, error === null ? "–" : error.toExponential(1)))))));
  }

  /// One element of a value and its gradient, and the loss, over the recorded steps.
  overTraining(node) {
    if (data.runs.length < 2) return null;
    const total = model.adjoint.get(node.id)?.total;
    const elements = data.tracked[node.id] ?? this.everyElement(node);
    if (!elements.length) return null;
    const sizes = this.sizes(node);
    const at = Math.min(this.element.get(node.id) ?? 0, elements.length - 1);
    const followed = (id) => data.runs.map((_, run) => {
      const value = model.value(id, run);
      return (data.tracked[id] ? value?.tracked : value?.numbers)?.[at] ?? undefined;
    });
    const series = [{ name: "this number", kind: node.section, values: followed(node.id) }];
    if (total !== undefined && node.section === "forward")
      series.push({ name: "its gradient", kind: "backward", values: followed(total) });
    if (model.loss !== undefined && node.id !== model.loss)
      series.push({ name: "loss", kind: "loss", values: data.runs.map((_, run) => model.scalar(model.loss, run)) });
    const chooser = html("select", {
      "aria-label": "Element to follow",
      onchange: (event) => {
        this.element.set(node.id, Number(event.target.value));
        this.show(this.state);
      },
    }, elements.slice(0, 64).map((flat, index) => html("option", { value: index, selected: index === at },
      sizes.length ? position(flat, sizes) : "the number")));
    return html("section", {}, html("h3", {}, "Over the recorded training steps"),
      html("p", {}, "Element ", chooser, html("span", { class: "small" }, " · each line has a scale of its own")),
      lineChart(series, this.state.run, `Element ${position(elements[at], sizes)} over the training steps`));
  }

  everyElement(node) {
    const numbers = model.value(node.id, this.state.run)?.numbers;
    return numbers ? numbers.map((_, at) => at) : [];
  }

  neighbours(node) {
    const list = (title, ids) => ids.length ? html("p", {}, html("b", {}, title), " ", prose.listOf(ids.slice(0, 12)),
      ids.length > 12 ? ` and ${ids.length - 12} more` : "") : null;
    return html("section", {}, html("h3", {}, "In the graph"), list("reads", node.inputs), list("read by", node.readers));
  }

  /// ": 1 → 1.0127", the number that is followed.
  change(assign, run) {
    const [before, after] = assign.inputs.map((id) => elements.numbersOf(id, run)?.[elements.chosen(assign.id, run)]);
    return before === undefined || after === undefined ? "" : `: ${formatted(before)} → ${formatted(after)}`;
  }

  /// What one sees on opening the page, and what to press.
  welcome(run = 0) {
    this.shown = undefined;
    this.panel.setAttribute("aria-label", "What this page shows");
    const parameter = model.nodes[elements.firstWeight];
    const key = (text) => html("kbd", {}, text);
    const first = data.adjoints.length ? model.place.get(data.adjoints[0].total) + 1 : undefined;
    const changed = model.nodes.find((node) => node.role === "assign" && node.inputs[0] === elements.firstWeight);
    this.panel.replaceChildren(
      html("h2", {}, "What you see"),
      data.introduction ? html("p", { class: "introduction" }, data.introduction) : null,
      html("p", {}, "One whole training step, as a graph. Every box is one small computation (a ", html("i", {}, "node"),
        "); an arrow carries its result to where it is used. Each row is a layer; its three parts stand side by side:"),
      html("ul", { class: "parts" },
        html("li", { class: "forward" }, html("b", {}, "Forward"), ", from top to bottom: from the data to the loss ",
          html("i", {}, "L"), ", one number that says how wrong the answer is."),
        html("li", { class: "backward" }, html("b", {}, "Backward"), ", from bottom to top: the chain rule, applied node ",
          "by node from the loss back to every weight."),
        html("li", { class: "update" }, html("b", {}, "Update"), ": each weight moves a little, against its gradient, so ",
          "that the loss gets smaller.")),
      html("p", { class: "definition" }, math("math", {}, math("mfrac", {}, math("mrow", {}, math("mo", {}, "∂"), math("mi", {}, "L")),
        math("mrow", {}, math("mo", {}, "∂"), math("mi", {}, "y")))),
      " is the ", html("b", {}, "gradient"), " of y: how fast the loss changes when y changes. It has one number for each ",
      "number of y. The rules of the computations write it in short ", math("math", {}, prose.bar("y")), ", with a bar."),
      html("h2", { class: "screen" }, "Begin here"),
      html("ul", { class: "begin" },
        html("li", {}, button("Go through the step", () => this.go({ step: 1, node: data.order[0] })), " or press ", key("→")),
        first ? html("li", {}, button("See the way back begin", () => this.go({ step: first, node: data.order[first - 1] }))) : null,
        parameter ? html("li", {}, button("How does the gradient of a first weight arise?",
          () => {
            this.go({ node: parameter.id, step: 0 });
            this.panel.querySelector(".story").scrollIntoView();
          })) : null,
        changed ? html("li", {}, button(`See a weight change${this.change(changed, run)}`,
          () => this.go({ step: model.place.get(changed.id) + 1, node: changed.id }))) : null,
        html("li", {}, button("Watch the compiler simplify it", () => this.go({ view: "pass", pass: 0 })))),
      html("h2", { class: "screen" }, "Keys"),
      html("dl", { class: "keys" },
        [["→ ←", "one step on, one back"], ["Home End", "before the first step, the last"], ["PgDn PgUp", "next, previous part"],
          ["↓ ↑", "next, previous training step"], ["/", "search"], ["F", "fold or open the part of the chosen node"],
          ["+ − 0", "zoom, fit"], ["P", "compiler passes and back"], ["D", "dark or light"], ["?", "this page"]]
          .map(([keys, what]) => [html("dt", {}, keys.split(" ").map(key)), html("dd", {}, what)])),
      html("p", { class: "small" }, "Choose any box for all about it. The address of this page always leads back to what ",
        "is shown: copy it to share a view."));
    this.panel.scrollTop = 0;
  }
}
