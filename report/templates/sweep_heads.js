// The heads of the axes: names that move their axis by mouse and keyboard, and buttons for scale and direction.

/// A long name may go on in the next line after an underscore.
function breakable(name) {
  return name.split("_").flatMap((part, place) => (place ? ["_", make("wbr"), part] : [part]));
}

class Headings {
  constructor(page, parallel) {
    this.page = page;
    this.parallel = parallel;
    this.heads = new Map(page.axes.map((axis) => [axis, this.head(axis)]));
    parallel.heads.append(...this.heads.values());
    window.addEventListener("pointermove", (event) => this.dragTo(event));
    window.addEventListener("pointerup", () => this.drop());
    window.addEventListener("pointercancel", () => this.drop());
  }

  head(axis) {
    const name = make("button", { type: "button", class: "axis-name", title: axis.name,
      "aria-keyshortcuts": "Alt+ArrowLeft Alt+ArrowRight",
      focus: () => this.page.limits.show(axis),
      pointerdown: (event) => this.take(axis, event),
      keydown: (event) => this.key(axis, event) }, ...breakable(axis.name));
    const buttons = make("span", { class: "axis-buttons" });
    if (axis.scales.length > 1) {
      const scale = make("button", { type: "button", class: "axis-scale", click: () => {
        axis.scale = axis.scales[(axis.scales.indexOf(axis.scale) + 1) % axis.scales.length];
        this.name(scale, axis);
        this.changed();
      } });
      this.name(scale, axis);
      buttons.append(scale);
    }
    const flip = make("button", { type: "button", class: "axis-flip", "aria-pressed": "false", title: "Turn upside down",
      "aria-label": `Turn ${axis.name} upside down`, click: () => {
        axis.flipped = !axis.flipped;
        flip.setAttribute("aria-pressed", axis.flipped);
        this.changed();
      } }, "⇅");
    buttons.append(flip);
    return make("div", { class: "head", role: "group", "aria-label": `Axis ${axis.name}` }, name, buttons);
  }

  name(button, axis) {
    button.textContent = axis.scale;
    const next = axis.scales[(axis.scales.indexOf(axis.scale) + 1) % axis.scales.length];
    button.title = `The scale is ${axis.scale}; make it ${next}`;
    button.setAttribute("aria-label", `${axis.scale} scale of ${axis.name}, make it ${next}`);
  }

  changed() {
    this.parallel.layout();
    this.parallel.repaint();
  }

  layout() {
    const { parallel } = this;
    for (const [place, axis] of parallel.order.entries()) {
      const { style } = this.heads.get(axis);
      style.width = `${parallel.spacing - 6}px`;
      style.left = `${parallel.x[place] - parallel.spacing / 2 + 3}px`;
    }
  }

  /// Reading and tabbing go in the order that is seen.
  reorder() {
    const focused = document.activeElement;
    this.parallel.heads.append(...this.parallel.order.map((axis) => this.heads.get(axis)));
    if (this.parallel.heads.contains(focused)) focused.focus({ preventScroll: true });
  }

  key(axis, event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!event.altKey || !step) return;
    event.preventDefault();
    this.parallel.move(axis, this.parallel.order.indexOf(axis) + step);
    this.reorder();
    event.currentTarget.focus();
  }

  take(axis, event) {
    if (event.button === 0) this.taken = { axis, from: event.clientX, moved: false };
  }

  dragTo(event) {
    if (!this.taken) return;
    const { axis, from } = this.taken;
    if (Math.abs(event.clientX - from) > 4) this.taken.moved = true;
    if (!this.taken.moved) return;
    const head = this.heads.get(axis);
    const { parallel } = this;
    const x = event.clientX - parallel.body.getBoundingClientRect().left;
    parallel.move(axis, Math.floor(x / parallel.spacing));
    head.classList.add("taken");
    head.style.left = `${x - parallel.spacing / 2 + 3}px`;
  }

  drop() {
    if (!this.taken) return;
    this.heads.get(this.taken.axis).classList.remove("taken");
    if (this.taken.moved) {
      this.layout();
      this.reorder();
    }
    this.taken = undefined;
  }
}
