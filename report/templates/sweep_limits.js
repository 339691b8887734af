// The form that does by keyboard what a brush does by mouse, for one axis at a time.

class Limits {
  constructor(page) {
    this.page = page;
    this.axis = page.axes[0];
    this.which = selection("Keep trials whose", page.axes.map((axis, place) => [place, axis.name]),
      (place) => this.show(page.axes[Number(place)]));
    this.fields = make("span", { class: "fields" });
    this.remove = make("button", { type: "button", click: () => page.brush(this.axis, undefined) }, "Remove this brush");
    this.removeAll = make("button", { type: "button", id: "remove-all", click: () => page.removeBrushes() }, "Remove all brushes");
    find("limits").append(this.which.element, this.fields, this.remove, this.removeAll);
    this.show(this.axis);
  }

  show(axis) {
    this.axis = axis;
    this.which.select.value = this.page.axes.indexOf(axis);
    this.from = this.field("from", "low");
    this.to = this.field("to", "high");
    this.without = make("input", { type: "checkbox", change: () => this.change("missing", this.without.checked) });
    this.fields.replaceChildren(
      make("label", {}, "is from ", this.from), make("label", {}, "to ", this.to),
      ...(axis.missing ? [make("label", {}, this.without, `or is ${axis.without}`)] : []));
    this.repaint();
  }

  field(id, end) {
    const { axis } = this;
    if (axis.list) {
      const select = make("select", { id: `limit-${id}`, change: () => this.change(end, Number(select.value)) },
        ...axis.list.map((_, place) => make("option", { value: place }, axis.text(place))));
      return select;
    }
    const input = make("input", { id: `limit-${id}`, type: "number", step: "any", change: () => {
      if (input.value !== "") this.change(end, Number(input.value) / axis.factor);
    } });
    return input;
  }

  whole() {
    return { low: this.axis.low, high: this.axis.high, missing: this.axis.missing };
  }

  change(end, value) {
    const brush = { ...(this.page.brushes.get(this.axis) ?? this.whole()), [end]: value };
    // Whoever moves one end past the other means to take the other along.
    if (brush.low > brush.high && end !== "missing") brush[end === "low" ? "high" : "low"] = value;
    this.page.brush(this.axis, brush);
  }

  repaint() {
    const brush = this.page.brushes.get(this.axis);
    const { low, high, missing } = brush ?? this.whole();
    for (const [field, at] of [[this.from, low], [this.to, high]])
      field.value = !Number.isFinite(at) ? "" : this.axis.list ? at : Number((at * this.axis.factor).toPrecision(6));
    this.without.checked = missing;
    this.remove.disabled = !brush;
    this.removeAll.disabled = this.page.brushes.size === 0;
  }
}
