// The trials as a table: sorted by a column, filtered by words, with more rows on demand.

// Laying out rows is the dearest part of a brush's repaint.
const rowsAtFirst = 50;
const rowsMore = 200;

function columnsOf(page) {
  const plain = (label, of, text) => ({ label, of: (trial) => of(page.trials[trial]), text: (trial) => text(page.trials[trial]) });
  const parameters = page.axes.slice(0, -1).map((axis) => ({ label: axis.name, textual: !axis.number,
    of: (trial) => {
      const at = axis.coordinates[trial];
      if (Number.isNaN(at)) return null;
      return axis.list ? (axis.number ? axis.numbers[at] : axis.list[at]) : at;
    },
    text: (trial) => (Number.isNaN(axis.coordinates[trial]) ? "–" : axis.text(axis.coordinates[trial])) }));
  return [
    plain("no.", ({ number }) => number, ({ number }) => String(number)),
    plain("accuracy", ({ accuracy }) => accuracy, ({ accuracy }) => percent(accuracy)),
    plain("loss", ({ loss }) => loss, ({ loss }) => (loss === null ? "–" : shortNumber(loss))),
    plain("at epoch", ({ epoch }) => epoch, ({ epoch }) => (epoch === null ? "–" : String(epoch))),
    ...parameters,
    plain("weights", (trial) => trial.parameters ?? null, (trial) => trial.parameters?.toLocaleString("en") ?? "–"),
    plain("seconds", ({ seconds }) => seconds ?? null, ({ seconds }) => shortNumber(seconds ?? NaN, 3)),
    { ...plain("ending", ({ ending }) => ending, ({ ending, message }) => (message ? `${ending}: ${message}` : ending)), textual: true },
    { ...plain("name", ({ name }) => name, ({ name }) => name), textual: true },
  ];
}

class Table {
  constructor(page) {
    this.page = page;
    this.columns = columnsOf(page);
    this.texts = page.trials.map((_, trial) => this.columns.map((column) => column.text(trial)));
    this.haystacks = this.texts.map((texts) => texts.join(" ").toLowerCase());
    this.rows = [];
    this.words = [];
    this.build();
    this.sort(1, "descending");
  }

  build() {
    const words = make("input", { type: "search", id: "words", input: () => {
      this.words = words.value.toLowerCase().split(/\s+/).filter(Boolean);
      this.repaint();
    } });
    this.counted = make("output", { id: "counted", for: "words" });
    find("table-controls").append(make("label", {}, "Rows with the words ", words), this.counted);
    this.heads = this.columns.map(({ label, textual }, place) => make("th", { scope: "col", class: textual ? "text" : undefined },
      make("button", { type: "button", click: () => {
        const turn = this.sorted === place && this.direction === "ascending" ? "descending" : "ascending";
        this.sort(place, turn);
        this.repaint();
      } }, label)));
    this.body = make("tbody");
    this.more = make("button", { type: "button", id: "more", click: () => this.show(this.body.rows.length + rowsMore) });
    find("table").append(make("table", { id: "trials" }, make("thead", {}, make("tr", {}, ...this.heads)), this.body));
    find("table").after(this.more);
  }

  /// What has no value comes last either way.
  sort(place, direction) {
    Object.assign(this, { sorted: place, direction });
    for (const [at, head] of this.heads.entries()) {
      if (at === place) head.setAttribute("aria-sort", direction);
      else head.removeAttribute("aria-sort");
    }
    const column = this.columns[place];
    const sign = direction === "ascending" ? 1 : -1;
    const keys = this.page.trials.map((_, trial) => column.of(trial));
    this.order = keys.map((_, trial) => trial).sort((a, b) => {
      const [left, right] = [keys[a], keys[b]];
      if (left === null || right === null) return Number(left === null) - Number(right === null) || a - b;
      return sign * (typeof left === "string" ? left.localeCompare(right) : left - right) || a - b;
    });
  }

  layout() {}

  row(trial) {
    return (this.rows[trial] ??= make("tr", { class: this.page.trials[trial].ending === "done" ? undefined : "unfinished",
      pointerenter: () => this.page.highlight(trial), pointerleave: () => this.page.highlight() },
    ...this.columns.map(({ textual }, place) => make("td", { class: textual ? "text" : undefined }, this.texts[trial][place]))));
  }

  repaint() {
    this.show(rowsAtFirst);
  }

  show(limit) {
    const { page } = this;
    const found = this.order.filter((trial) => page.kept[trial]
      && this.words.every((word) => this.haystacks[trial].includes(word)));
    const rows = found.slice(0, limit).map((trial) => this.row(trial));
    this.body.replaceChildren(...rows);
    this.more.hidden = found.length <= rows.length;
    this.more.textContent = `Show ${Math.min(rowsMore, found.length - rows.length)} more`;
    const part = rows.length < found.length ? `${rows.length} shown of ` : "";
    this.counted.textContent = `${part}${found.length} found, of ${page.trials.length} trials`;
  }

  highlight(trial) {
    this.chosen?.classList.remove("chosen");
    this.chosen = trial === undefined ? undefined : this.rows[trial];
    this.chosen?.classList.add("chosen");
  }
}
