"use strict";
// Training on in the page: play, step, back, reset, and the settings of the update.

class Player {
  constructor(panel, go) {
    this.go = go;
    this.proof = html("output", { id: "proof" }, "checking the recorded steps …");
    const reason = live.why();
    if (reason !== undefined) {
      this.proof.textContent = data.runs.length ? `This page shows what was recorded and computes nothing: ${reason}.` : "";
      panel.append(html("div", { id: "playing" }, this.proof));
      return;
    }
    this.play = button("▶", () => this.toggle(), { id: "play", "aria-label": "Train on", "aria-pressed": "false" });
    this.back = button("⟲", () => this.move(() => live.back()), { id: "train-back", "aria-label": "Take back a training step" });
    this.once = button("+1", () => this.move(() => live.step(), this.opening()), { id: "train-once", "aria-label": "One training step on" });
    this.reset = button("Reset", () => this.restart(), { id: "train-reset" });
    this.speed = html("select", { id: "speed", "aria-label": "Training steps a second" },
      [2, 10, 60, 600].map((speed) => html("option", { value: speed, selected: speed === 10 }, `${speed} a second`)));
    this.told = html("output", { id: "own-step" });
    panel.append(html("div", { id: "playing" }, this.back, this.play, this.once, this.speed, this.reset, this.told,
      this.settings(), this.proof));
    // The page is usable first.
    setTimeout(() => this.prove(), 0);
  }

  /// A slider for each number that a user of the update rule chooses, a hundredfold up and down.
  settings() {
    this.sliders = data.nodes.filter((node) => node.role === "hyper-parameter" && node.shape === "()" && live.isFree(node.id))
      .slice(0, 4).map((node) => {
        const first = live.engine.value(node.id)[0];
        const shown = html("output", {}, formatted(first));
        if (!(first > 0)) return undefined;
        const slider = html("input", {
          type: "range", min: -2, max: 2, step: 0.02, value: 0, "aria-label": node.name, "data-setting": node.id,
          oninput: () => this.change(node.id, [first * 10 ** Number(slider.value)]),
        });
        return { node, slider, shown, first };
      }).filter((each) => each);
    const [first, ...others] = this.sliders.sort((a, b) => (b.node.name === "learning_rate") - (a.node.name === "learning_rate"))
      .map(({ node, slider, shown }) => html("label", {}, node.label.replaceAll("_", " "), " ", slider, " ", shown));
    return [first, others.length ? html("details", { class: "more" }, html("summary", {}, "more settings"), html("div", {}, others)) : null];
  }

  prove() {
    if (this.touched) return;
    const { numbers, largest, steps, differing } = live.proof();
    const runs = `${steps} ${steps === 1 ? "step" : "steps"}`;
    this.proof.className = differing.length ? "wrong" : "";
    this.proof.replaceChildren(...(differing.length
      ? [`✗ computed here, ${new Set(differing.map(({ node }) => node)).size} nodes differ from what gradus recorded: `,
        prose.nodeLink(differing[0].node), ` in step ${differing[0].run + 1}, by ${differing[0].by.toExponential(0)}`]
      : [`✓ ${numbers.toLocaleString("en")} numbers agree, largest difference ${largest.toExponential(0)}`]));
    this.proof.title = `This page computed ${runs} itself, in double precision, from the ${data.given.exact ? "" : "rounded "}` +
      "weights and data of the first, and compared every number that gradus recorded, to nine digits: the difference is told " +
      "as a part of the number, or of 1 where it is smaller.";
  }

  /// What is shown is from here on what the page computes, beginning with the run that is shown now.
  begin() {
    this.touched = true;
    live.begin(this.run);
    this.run = model.own;
  }

  move(how, change = {}) {
    this.begin();
    const went = how();
    this.go({ run: model.own, ...change });
    return went;
  }

  /// The first time that somebody trains here shows what comes of it.
  opening() {
    const change = this.opened ? {} : { panel: "training" };
    this.opened = true;
    return change;
  }

  change(id, numbers) {
    this.move(() => live.set(id, numbers));
  }

  /// One number of an input, a label or a variable as a field: type, or press ↑ and ↓. Everything follows at once.
  field(id, at, label) {
    const now = model.value(id, this.run).numbers[at];
    const place = `${id}:${at}`;
    const put = (number) => {
      // A field that is left for another one has lost the focus by then.
      setTimeout(() => {
        const focused = document.activeElement?.dataset?.number;
        this.begin();
        const numbers = Array.from(live.engine.value(id));
        numbers[at] = number;
        this.change(id, numbers);
        document.querySelector(`[data-number="${focused ?? place}"]`)?.focus();
      }, 0);
    };
    const step = data.nodes[id].shape === "(batch)" ? 1 : 0.1;
    const field = html("input", {
      type: "text", inputmode: "decimal", class: "number", size: 6, "data-number": place, "aria-label": label, value: String(now ?? "NaN"),
      title: "type another number, or press ↑ and ↓",
      onchange: () => {
        const typed = Number(field.value.replace("−", "-").replace(",", "."));
        if (field.value.trim() === "" || Number.isNaN(typed)) field.value = String(now);
        else put(typed);
      },
      onkeydown: (event) => {
        event.stopPropagation();
        if (!["ArrowUp", "ArrowDown"].includes(event.key)) return;
        event.preventDefault();
        put(Number((now + (event.key === "ArrowUp" ? step : -step)).toFixed(6)));
      },
    });
    return field;
  }

  restart() {
    this.stop();
    this.touched = true;
    live.begin(0);
    for (const { slider } of this.sliders) slider.value = 0;
    this.go({ run: 0 });
  }

  toggle() {
    if (this.playing) this.stop();
    else this.start();
  }

  start() {
    this.move(() => {}, this.opening());
    let owed = 0;
    let before = performance.now();
    const frame = (now) => {
      owed += ((now - before) / 1000) * Number(this.speed.value);
      before = now;
      const due = Math.min(Math.floor(owed), 100);
      owed = Math.min(owed - due, 1);
      if (due > 0 && live.step(due) < due) this.stop();
      if (due > 0) this.go({ run: model.own });
      if (this.playing) this.playing = requestAnimationFrame(frame);
    };
    this.playing = requestAnimationFrame(frame);
    this.play.textContent = "❚❚";
    this.play.setAttribute("aria-pressed", "true");
  }

  stop() {
    cancelAnimationFrame(this.playing);
    this.playing = undefined;
    this.play.textContent = "▶";
    this.play.setAttribute("aria-pressed", "false");
  }

  /// `state` says which run is shown.
  show({ run }) {
    this.run = run;
    if (!this.play) return;
    if (run !== model.own && this.playing) this.stop();
    const { engine } = live;
    const own = run === model.own;
    const loss = own && model.loss !== undefined ? model.scalar(model.loss, run) : undefined;
    this.told.textContent = !own ? "" : `step ${engine.run.step + 1}` + (engine.sound
      ? loss === undefined ? "" : ` · loss ${formatted(loss)}` : " · the loss is not finite: the step is refused");
    this.back.disabled = !own || !engine.kept.length;
    for (const { node, slider, shown, first } of this.sliders) {
      const value = model.scalar(node.id, run) ?? first;
      shown.textContent = formatted(value);
      slider.setAttribute("aria-valuetext", formatted(value));
    }
  }
}
