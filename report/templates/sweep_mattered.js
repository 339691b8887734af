// Importance and correlation as bars beside their numbers; the brush has no say in them.

function row(label, ...cells) {
  return make("tr", {}, make("th", { scope: "row", class: "text" }, label), ...cells);
}

function barTable(caption, heads, rows) {
  return make("div", {}, make("h3", {}, caption), scrolled(caption, make("table", { class: "bars" },
    make("thead", {}, make("tr", {}, ...heads.map((head, place) =>
      make("th", { scope: "col", class: place ? undefined : "text" }, head)))),
    make("tbody", {}, ...rows))));
}

function barCell(text, left, width, kind) {
  const fill = make("i", { class: kind });
  fill.style.left = `${100 * left}%`;
  fill.style.width = `${100 * width}%`;
  return make("td", {}, make("span", { class: "bar-row" }, make("span", { class: "bar", "aria-hidden": "true" }, fill),
    make("span", { class: "bar-number" }, text)));
}

function importanceTable(importance) {
  if (!importance?.length)
    return make("div", {}, make("h3", {}, "Importance"), make("p", {}, "There are too few trials to tell."));
  const most = Math.max(...importance.map(({ share }) => share), 1e-9);
  return barTable("Importance (PED-ANOVA)", ["setting", "share"],
    importance.map(({ name, share }) =>
      row(name, barCell(`${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`, 0, share / most))));
}

function correlationCell(value) {
  if (value === null) return make("td", {}, "–");
  const size = Math.min(1, Math.abs(value)) / 2;
  return barCell(`${value < 0 ? "−" : ""}${Math.abs(value).toFixed(2)}`, value < 0 ? 0.5 - size : 0.5, size,
    value < 0 ? "both less" : "both");
}

function correlationTable(correlation) {
  if (!correlation?.length)
    return make("div", {}, make("h3", {}, "Correlation"), make("p", {}, "There are too few trials to tell."));
  return barTable("Correlation with the accuracy", ["setting", "Pearson", "Spearman"],
    correlation.map(({ label, pearson, spearman }) => row(label, correlationCell(pearson), correlationCell(spearman))));
}
