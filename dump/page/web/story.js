"use strict";
// How the gradient of one number arises: from the loss back to it, link by link, each with the factor it multiplies by.

/// `state` says which recorded run and whether the step is gone through; `choose(element)` follows another number.
function gradientStory(node, state, choose) {
  const { run } = state;
  if (node.section !== "forward" || !model.adjoint.has(node.id) || node.id === model.loss) return null;
  // While somebody goes through the step it waits until it is opened, so that the next step comes at once.
  const open = state.step === 0;
  const parts = () => storyParts(node, run, choose);
  const story = html("details", { class: "story", open }, html("summary", {}, "How this gradient arises, link by link"),
    open ? parts() : null);
  if (!open) story.addEventListener("toggle", () => story.append(...parts().filter((part) => part)), { once: true });
  return story;
}

function storyParts(node, run, choose) {
  const flat = elements.chosen(node.id, run);
  const path = elements.path(node.id, flat, run);
  const numbers = elements.numbersOf(node.id, run);
  const chooser = numbers?.length > 1 ? html("p", {}, "For ", html("select", {
    "aria-label": "Number whose gradient is told", onchange: (event) => choose(Number(event.target.value)),
  }, numbers.map((_, at) => html("option", { value: at, selected: at === flat },
    position(at, elements.sizesOf(node.id, run)))))) : null;
  return [
    html("p", { class: "small" }, "From the loss back to this node: each link multiplies what came back so far by the ",
      "derivative of one computation. Where a number is used several times, the contributions of its uses are added."),
    chooser,
    html("ol", {}, path.map((link) => html("li", {}, link.use === undefined
      ? ["The way back begins: ", html("b", {}, "∂L/∂L = 1")] : storyLink(link, run)))),
    path.some((link) => link.use !== undefined && !link.terms) ? html("p", { class: "small" },
      "Of values with very many numbers the norm is told, √Σ x², which is their size in one number. The page of a small ",
      "network, as gradus explain 2-3-2 makes it, tells each link in numbers.") : null,
  ];
}

function storyLink({ node, total, flat, use, uses, terms }, run) {
  const through = model.nodes[use];
  const rule = use === model.loss ? null : math("math", {}, prose.byLoss(node), math("mo", {}, "="),
    prose.byLoss(use), math("mo", {}, "·"), prose.local(use, node));
  const input = through.inputs.indexOf(node);
  const named = prose.back(through, input);
  const back = named?.textContent.length <= 40 ? named : undefined;
  const by = back ? math("math", {}, rule ? null : prose.byLoss(node), math("mo", {}, "="), back)
    : html("span", { class: "small" }, " by ", prose.givenBack(through, input));
  return ["through ", html("code", {}, model.op(through).name), rule ? " " : ", the loss itself: ", rule, by, html("br"),
    prose.nodeLink(total, `∂L/∂${!terms ? model.nodes[node].name : prose.elementOf(node, flat, run, true)}`), " ",
    terms ? storyNumbers(terms, uses, elements.numbersOf(total, run)[flat]) : storySize(total, uses, run)];
}

/// "× 0.0701 (= 0.9241·0.0759): −0.1813 → −0.0127", or the sum of several such products.
function storyNumbers(terms, uses, result) {
  if (terms.length === 1) {
    const [{ above, slope, text }] = terms;
    return html("span", { class: "factor" }, "× ", html("b", {}, formatted(slope)),
      text ? ` (= ${text})` : slope === 1 ? " (passed on unchanged)" : "", `: ${formatted(above)} → ${formatted(result)}`);
  }
  const products = terms.map(({ above, slope }) => `${elements.bracketed(above)}·${elements.bracketed(slope)}`);
  const worked = [...new Map(terms.filter(({ text }) => text).map(({ slope, text }) => [text, `${formatted(slope)} = ${text}`])).values()];
  return html("span", { class: "factor" }, `contributions ${uses > 1 ? `of ${uses} uses ` : ""}are added: `,
    html("b", {}, elements.joined(products)), ` = ${formatted(result)}`,
    worked.length ? html("span", { class: "small" }, ` (${worked.slice(0, 4).join(", ")})`) : null);
}

function storySize(total, uses, run) {
  const value = model.value(total, run);
  return html("span", { class: "small" }, value ? `norm ${formatted(statisticsOf(value).norm)}` : "",
    uses > 1 ? `; the largest of ${uses} contributions, which are added` : "");
}
