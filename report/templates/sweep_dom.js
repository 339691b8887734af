// Elements of the page, and numbers as text. Data becomes text nodes and attributes, never markup.

function filledElement(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/// An element; an attribute that is a function listens to the event of its name.
function make(tag, attributes = {}, ...children) {
  return filledElement(document.createElement(tag), attributes, children);
}

function makeSvg(tag, attributes = {}, ...children) {
  return filledElement(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function find(id) {
  return document.getElementById(id);
}

/// A group of radio buttons, one for each [value, text]; `chosen` is told the value.
function choice(name, label, options, chosen) {
  const buttons = options.map(([value, text], place) => make("label", {},
    make("input", { type: "radio", name, value, checked: place === 0, change: () => chosen(value) }), text));
  return make("fieldset", { class: "choice" }, make("legend", {}, label), ...buttons);
}

/// A select with its label; options are [value, text].
function selection(label, options, chosen) {
  const select = make("select", { change: () => chosen(select.value) },
    ...options.map(([value, text]) => make("option", { value }, text)));
  return { select, element: make("label", {}, label, " ", select) };
}

/// What may be wider than the page; the keyboard scrolls it as well.
function scrolled(label, child) {
  return make("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": label }, child);
}

/// A canvas as large as its box on this screen; returns its context, cleared, in CSS pixels.
function sizedCanvas(canvas, width, height) {
  const scale = Math.min(2, window.devicePixelRatio || 1);
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return context;
}

function shortNumber(value, digits = 4) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size < 1e-4 || size >= 1e7
    ? value.toExponential(Math.max(0, digits - 1)).replace(/\.?0+e/, "e").replace("e+", "e")
    : String(Number(value.toPrecision(digits)));
  return text.replace("-", "−").replace("e−", "e-").replace(/e−/, "e-");
}

function percent(share) {
  return share === null || Number.isNaN(share) ? "–" : `${(100 * share).toFixed(2)} %`;
}

/// A value as the plan or a trial wrote it, without digits nobody reads.
function valueText(text) {
  const number = Number(text);
  return text.length > 8 && text.trim() !== "" && Number.isFinite(number) ? shortNumber(number) : text;
}

function cut(text, length) {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
