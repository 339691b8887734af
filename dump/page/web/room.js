"use strict";
// The page in a room: large for a lecture, small inside of other pages, and what one takes out of it.

/// `open(address)` shows another view, `redraw()` draws anew after a change of size.
class Room {
  constructor({ open, redraw }) {
    Object.assign(this, { open, redraw });
    this.lecture = byId("lecture");
    this.lecture.addEventListener("click", () => this.toggle());
    const entry = (text, action) => html("li", {}, button(text, () => {
      this.menu.open = false;
      action();
    }));
    this.told = html("output", { class: "small" });
    this.menu = html("details", { id: "share" }, html("summary", {}, "Share"), html("ul", {},
      entry("Copy a link to this view", () => this.copy(location.href, "link")),
      entry("Copy the picture as SVG", () => this.copy(this.picture(), "picture")),
      entry("Save the picture as SVG", () => this.save(this.picture(), "picture.svg", "image/svg+xml")),
      book ? entry("Copy the lines as LaTeX", () => this.copy(linesAsLatex(), "LaTeX")) : null,
      entry("Print", () => window.print()), html("li", {}, this.told)));
    byId("help").before(this.menu);
    document.addEventListener("click", (event) => {
      if (!event.target.closest?.("#share")) this.menu.open = false;
    });
    // Who embeds the page may ask for a view, and is told of each: { gradus: "#line=8" }.
    window.addEventListener("message", (event) => {
      if (typeof event.data?.gradus === "string") this.open(event.data.gradus);
    });
  }

  /// What the address asks of the room: `embed` for a picture inside of another page, `lecture`.
  enter(asked) {
    document.body.toggleAttribute("data-embed", Boolean(asked.embed));
    this.set(Boolean(asked.lecture));
  }

  set(on) {
    document.body.toggleAttribute("data-lecture", on);
    this.lecture.setAttribute("aria-pressed", String(on));
  }

  get isLecture() {
    return document.body.hasAttribute("data-lecture");
  }

  toggle() {
    this.set(!this.isLecture);
    this.redraw();
  }

  tell(address) {
    if (window.parent !== window) window.parent.postMessage({ gradus: address }, "*");
  }

  async copy(text, what) {
    try {
      await navigator.clipboard.writeText(text);
      this.told.textContent = `${what} copied`;
    } catch {
      this.told.textContent = "the browser does not let this page copy: save it instead";
    }
    this.menu.open = true;
  }

  save(text, name, type) {
    const link = html("a", { href: `data:${type};charset=utf-8,${encodeURIComponent(text)}`, download: name });
    link.click();
  }

  picture() {
    return document.body.dataset.view === "lines" || document.body.dataset.view === "layers"
      ? hingeAsSvg(byId("lines-stage").querySelector(".hinge")) : drawingAsSvg(byId("drawing"));
  }
}

/// The forward, backward and update lines, aligned.
function linesAsLatex() {
  const line = (each, sign = "=") => (each.folded ? [] : [`${each.symbol.latex} &${sign} ${rightOf(each).latex}`]);
  const all = [...data.lines.forward.flatMap((each) => line(each)), ...data.lines.backward.flatMap((each) => line(each)),
    ...data.lines.update.flatMap((each) => line(each, each.assigns ? "\\leftarrow" : "="))];
  return `\\begin{align*}\n${all.join(" \\\\\n")}\n\\end{align*}\n`;
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/// The picture of lines as one SVG: boxes, pictures and texts where the browser has put them, in its colours.
function hingeAsSvg(picture) {
  const all = picture.getBoundingClientRect();
  const at = (box) => ({ x: box.left - all.left, y: box.top - all.top, width: box.width, height: box.height });
  const parts = [];
  const line = (element) => {
    const { stroke, strokeWidth } = getComputedStyle(element);
    parts.push(`<path d="${element.getAttribute("d")}" fill="none" stroke="${stroke}" stroke-width="${strokeWidth}"${
      element.hasAttribute("marker-end") ? ` marker-end="url(#tip-${element.classList[1]})"` : ""}/>`);
  };
  const tips = [...picture.querySelectorAll("marker")].map((tip) => `<marker id="tip-${tip.classList[0]}" viewBox="0 0 10 10" refX="0" refY="5" ` +
    `markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 1L10 5L0 9z" fill="${
      getComputedStyle(tip.firstElementChild).fill}"/></marker>`);
  picture.querySelectorAll(".arrow-line").forEach(line);
  for (const element of picture.querySelectorAll(".tile")) {
    const { x, y, width, height } = at(element.getBoundingClientRect());
    const { backgroundColor, borderTopColor, borderTopWidth } = getComputedStyle(element);
    parts.push(`<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="${backgroundColor}" stroke="${borderTopColor}" stroke-width="${borderTopWidth}"/>`);
  }
  for (const canvas of picture.querySelectorAll("canvas")) {
    const { x, y, width, height } = at(canvas.getBoundingClientRect());
    parts.push(`<image x="${x}" y="${y}" width="${width}" height="${height}" preserveAspectRatio="none" image-rendering="pixelated" href="${canvas.toDataURL()}"/>`);
  }
  const texts = document.createTreeWalker(picture, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (texts.nextNode()) {
    const node = texts.currentNode;
    if (!node.textContent.trim()) continue;
    range.selectNodeContents(node);
    const { x, y, width, height } = at(range.getBoundingClientRect());
    if (!width) continue;
    const { color, fontFamily, fontSize, fontWeight } = getComputedStyle(node.parentElement);
    parts.push(`<text x="${x}" y="${y + height * 0.78}" fill="${color}" font-size="${fontSize}" font-weight="${fontWeight}" font-family="${escaped(fontFamily)}">${
      escaped(node.textContent)}</text>`);
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${all.width}" height="${all.height}" viewBox="0 0 ${all.width} ${all.height}"><defs>${
    tips.join("")}</defs>${parts.join("\n")}</svg>\n`;
}

/// The picture of nodes, with the page's style.
function drawingAsSvg(root) {
  const copy = root.cloneNode(true);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const { width, height } = root.getBoundingClientRect();
  copy.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
  const theme = getComputedStyle(document.documentElement);
  const colours = [...document.querySelector("style").textContent.matchAll(/--[\w-]+/g)].map(([name]) => name);
  style.textContent = `svg{${[...new Set(colours)].map((name) => `${name}:${theme.getPropertyValue(name)}`).join(";")}}` +
    document.querySelector("style").textContent;
  copy.prepend(style);
  return new XMLSerializer().serializeToString(copy);
}
