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

  zoom(factor, x = this.size.width / 2, y = this.size.height / 2) {
    const scale = Math.min(3, Math.max(0.05, this.scale * factor));
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.apply();
  }

  /// All of a drawing if that can be read, else its beginning.
  fit(wide, high, least = 0.5) {
    const { width: w, height } = this.size;
    const h = height - 48;  // the buttons below
    this.scale = Math.max(Math.min(least, w / wide), Math.min(1.15, w / wide, h / high));
    this.x = Math.max(0, (w - wide * this.scale) / 2);
    this.y = Math.max(0, (h - high * this.scale) / 2);
    this.apply();
  }

  /// As little movement as brings a box into sight, with some room around it, large enough to be read. What fits
  /// as a whole is not cut off at a side.
  show({ x, y, width, height }, whole) {
    const room = 70;
    const { width: w, height: h } = this.size;
    const least = Math.max(0.58, Math.min(0.75, w / whole.width));
    if (this.scale < least) this.zoom(least / this.scale);
    const movement = (origin, from, length, all, seen) => {
      if (all * this.scale <= seen) return (seen - all * this.scale) / 2 - origin;
      const first = origin + from * this.scale - room;
      const back = Math.min(0, seen - (first + length * this.scale + 2 * room));
      return first + back < 0 ? -first : back;
    };
    this.pan(movement(this.x, x, width, whole.width, w), movement(this.y, y, height, whole.height, h));
  }
}
