"use strict";
// Which part of the drawing is seen: dragging, wheel, buttons.

class Camera {
  constructor(frame, world) {
    this.frame = frame;
    this.world = world;
    this.x = 0;
    this.y = 0;
    this.scale = 1;
    this.measure();
    frame.addEventListener("wheel", (event) => {
      event.preventDefault();
      const box = frame.getBoundingClientRect();
      this.zoom(Math.exp(-event.deltaY / 600), event.clientX - box.left, event.clientY - box.top);
    }, { passive: false });
    this.drag();
  }

  drag() {
    let last;
    this.frame.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      last = event;
      this.moved = 0;
    });
    window.addEventListener("pointermove", (event) => {
      if (!last) return;
      const [dx, dy] = [event.clientX - last.clientX, event.clientY - last.clientY];
      this.moved += Math.abs(dx) + Math.abs(dy);
      if (this.moved > 4) this.pan(dx, dy);
      last = event;
    });
    window.addEventListener("pointerup", () => (last = undefined));
    // What ends a drag is no choice of what happens to be below it.
    this.frame.addEventListener("click", (event) => {
      if (this.moved > 4) event.stopPropagation();
      this.moved = 0;
    }, true);
  }

  /// The frame's size is asked for once: asking makes the browser lay out the page.
  measure() {
    this.size = { width: this.frame.clientWidth, height: this.frame.clientHeight };
  }

  apply() {
    this.world.setAttribute("transform", `translate(${this.x} ${this.y}) scale(${this.scale})`);
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.apply();
  }

  /// By a person's own wish: from then on the scale stays.
  zoom(factor, x, y) {
    this.zoomed = true;
    this.scaleTo(this.scale * factor, x, y);
  }

  scaleTo(wanted, x = this.size.width / 2, y = this.size.height / 2) {
    const scale = Math.min(3, Math.max(0.05, wanted));
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.apply();
  }

  /// All of a drawing if that can be read, else its beginning.
  fit(wide, high, least = 0.5) {
    this.zoomed = false;
    const { width: w, height: h } = this.size;
    this.scale = Math.max(Math.min(least, w / wide), Math.min(1.15, w / wide, h / high));
    this.x = Math.max(0, (w - wide * this.scale) / 2);
    this.y = Math.max(0, (h - high * this.scale) / 2);
    this.apply();
  }

  /// As little movement as brings boxes into sight, with some room around them, and the first of them when not all fit.
  /// The drawing is as large as lets `columns`, { x, width }, be seen from side to side, unless somebody zoomed.
  show(boxes, columns, whole) {
    const room = 24;
    const above = 44;  // lines bend over boxes
    const { width: w, height: h } = this.size;
    const left = Math.min(...boxes.map((box) => box.x));
    const top = Math.min(...boxes.map((box) => box.y));
    const all = { x: left, y: top, width: Math.max(...boxes.map((box) => box.x + box.width)) - left,
      height: Math.max(...boxes.map((box) => box.y + box.height)) - top };
    if (!this.zoomed) {
      const fitting = Math.min(w / (columns.width + room), (h - 2 * above) / all.height, (w - 2 * room) / all.width);
      const scale = Math.min(1.15, Math.max(0.62, fitting));
      if (Math.abs(scale / this.scale - 1) > 0.02) this.scaleTo(scale);
    }
    const movement = (origin, from, length, seen, wanted) => {
      const first = origin + from * this.scale - wanted;
      const back = Math.min(0, seen - (first + length * this.scale + 2 * wanted));
      return first + back < 0 ? -first : back;
    };
    const along = (origin, first, each, total, seen, margin) => {
      if (total * this.scale <= seen) return (seen - total * this.scale) / 2 - origin;
      const wanted = (each[1] - each[0]) * this.scale + 2 * margin <= seen + 1 ? each : first;
      return movement(origin, wanted[0], wanted[1] - wanted[0], seen, margin);
    };
    const [now] = boxes;
    // Whole columns are kept in sight where they fit.
    const wide = columns.width * this.scale <= w + 1
      ? { x: Math.min(columns.x, all.x), end: Math.max(columns.x + columns.width, all.x + all.width) } : { x: all.x, end: all.x + all.width };
    const sideways = (wide.end - wide.x) * this.scale <= w + 1
      ? (w - (wide.end - wide.x) * this.scale) / 2 - (this.x + wide.x * this.scale)
      : along(this.x, [now.x, now.x + now.width], [all.x, all.x + all.width], whole.width, w, room);
    this.pan(sideways, along(this.y, [now.y, now.y + now.height], [all.y, all.y + all.height], whole.height, h, above));
  }
}
