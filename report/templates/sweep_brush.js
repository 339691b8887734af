// Brushes by mouse and finger: drag along an axis to make one, drag it to move it, its ends to stretch it,
// click beside it to remove it.

const around = 9;
const grip = 5;
const strip = 20;

class Brushing {
  constructor(page, parallel) {
    this.page = page;
    this.parallel = parallel;
    const { svg } = parallel;
    svg.addEventListener("pointerdown", (event) => this.take(event));
    window.addEventListener("pointermove", (event) => this.dragTo(event));
    window.addEventListener("pointerup", () => this.drop());
    window.addEventListener("pointercancel", () => this.drop());
  }

  /// Where on an axis drags begin; drawn anew with the axes.
  layout() {
    const { parallel } = this;
    const strips = parallel.order.map((axis, place) => makeSvg("rect", { class: "strip", "data-place": place,
      x: parallel.x[place] - strip, width: 2 * strip, y: 0, height: parallel.height }));
    this.marks = makeSvg("g", { class: "brushes" });
    parallel.brushLayer.replaceChildren(this.marks, ...strips);
  }

  /// From top to bottom, in pixels; the first is that of values, if it has any.
  spans(axis, brush) {
    const { parallel } = this;
    const spans = [];
    if (brush.low <= brush.high) {
      const ends = [brush.low, brush.high].map((at) => parallel.yOf(axis, at)).sort((a, b) => a - b);
      spans.push(axis.list ? [ends[0] - around, ends[1] + around] : ends);
    }
    if (brush.missing) spans.push([parallel.withoutY - around, parallel.withoutY + around]);
    return spans;
  }

  draw() {
    const { parallel, page } = this;
    const rectangles = [];
    for (const [place, axis] of parallel.order.entries()) {
      const brush = page.brushes.get(axis);
      if (!brush) continue;
      const spans = this.dragged?.axis === axis && this.dragged.span ? [this.dragged.span] : this.spans(axis, brush);
      for (const [top, bottom] of spans)
        rectangles.push(makeSvg("rect", { class: "brush", x: parallel.x[place] - 9, width: 18, y: top,
          height: Math.max(2, bottom - top), rx: 3 }));
    }
    this.marks.replaceChildren(...rectangles);
  }

  take(event) {
    const place = event.target.dataset.place;
    if (event.button !== 0 || place === undefined) return;
    event.preventDefault();
    const axis = this.parallel.order[Number(place)];
    const { y } = this.parallel.local(event);
    const before = this.page.brushes.get(axis);
    const spans = before ? this.spans(axis, before) : [];
    this.dragged = { axis, from: y, before, moved: false, ...this.grasp(y, spans, before) };
    this.page.highlight();
    this.page.limits.show(axis);
  }

  grasp(y, spans, before) {
    const hit = spans.find(([top, bottom]) => y >= top - grip && y <= bottom + grip);
    if (!hit) return { kind: "new", anchor: y };
    if (hit !== spans[0] || before.low > before.high) return { kind: "still" };
    const [top, bottom] = hit;
    if (bottom - top > 4 * grip && y < top + grip) return { kind: "stretch", anchor: bottom };
    if (bottom - top > 4 * grip && y > bottom - grip) return { kind: "stretch", anchor: top };
    return { kind: "move", grasped: hit };
  }

  dragTo(event) {
    const drag = this.dragged;
    if (!drag) return;
    const { y } = this.parallel.local(event);
    if (Math.abs(y - drag.from) > 3) drag.moved = true;
    if (!drag.moved || drag.kind === "still") return;
    const { parallel } = this;
    const end = drag.axis.missing ? parallel.withoutY + around : parallel.bottom + around;
    const first = tall.top - around;
    if (drag.kind === "move") {
      const [top, bottom] = drag.grasped;
      const by = Math.max(first - top, Math.min(parallel.bottom + around - bottom, y - drag.from));
      drag.span = [top + by, bottom + by];
    } else {
      const at = Math.max(first, Math.min(end, y));
      drag.span = [Math.min(drag.anchor, at), Math.max(drag.anchor, at)];
    }
    this.page.brush(drag.axis, this.brushOf(drag));
  }

  brushOf({ axis, span: [top, bottom], kind, before }) {
    const { parallel } = this;
    const share = (y) => (parallel.bottom - y) / tall.axis;
    const missing = axis.missing && ((top <= parallel.withoutY && bottom >= parallel.withoutY)
      || (kind !== "new" && before.missing));
    // While the mouse is still on its way a brush over nothing keeps nothing.
    return axis.brush(share(bottom), share(top), missing) ?? { low: Infinity, high: -Infinity, missing: false };
  }

  drop() {
    const drag = this.dragged;
    if (!drag) return;
    this.dragged = undefined;
    const brush = this.page.brushes.get(drag.axis);
    if (!drag.moved && drag.kind === "new") this.page.brush(drag.axis, undefined);
    else if (brush && brush.low > brush.high && !brush.missing) this.page.brush(drag.axis, undefined);
    else this.draw();
  }
}
