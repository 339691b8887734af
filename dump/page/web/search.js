"use strict";
// Search by name or op: type, choose with the arrow keys, Enter.

class Search {
  constructor(input, list, found) {
    this.input = input;
    this.list = list;
    this.found = found;
    this.at = 0;
    input.addEventListener("input", () => this.update());
    input.addEventListener("focus", () => this.update());
    input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    input.addEventListener("keydown", (event) => this.key(event));
  }

  /// `nodes` is what is searched: [{ id, name, what }].
  set(nodes) {
    this.nodes = nodes;
  }

  matches(text) {
    const wanted = text.toLowerCase().trim();
    if (!wanted) return [];
    const rank = ({ name, what }) => {
      const lower = name.toLowerCase();
      if (lower === wanted) return 0;
      if (what === wanted) return 1;
      if (lower.startsWith(wanted)) return 2;
      return lower.includes(wanted) || what.includes(wanted) ? 3 : 9;
    };
    return this.nodes.map((node) => [rank(node), node]).filter(([r]) => r < 9).sort(([a], [b]) => a - b)
      .slice(0, 50).map(([, node]) => node);
  }

  update() {
    this.results = this.matches(this.input.value);
    this.at = 0;
    this.list.replaceChildren(...this.results.map((node, index) => html("li", {
      role: "option", id: `found-${index}`, "aria-selected": String(index === 0),
      onpointerdown: (event) => {
        event.preventDefault();
        this.choose(index);
      },
    }, html("span", { class: node.section }, node.name.slice(0, 90)), html("small", {}, ` ${node.what}`))));
    const open = this.results.length > 0;
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (open) this.input.setAttribute("aria-activedescendant", "found-0");
    else this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  choose(index) {
    const node = this.results?.[index];
    if (!node) return;
    this.close();
    this.input.blur();
    this.found(node.id);
  }

  key(event) {
    event.stopPropagation();
    if (event.key === "Escape") {
      this.close();
      this.input.blur();
    } else if (event.key === "Enter") {
      this.choose(this.at);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && this.results?.length) {
      event.preventDefault();
      const count = this.results.length;
      this.at = (this.at + (event.key === "ArrowDown" ? 1 : count - 1)) % count;
      [...this.list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === this.at)));
      this.list.children[this.at].scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", `found-${this.at}`);
    }
  }
}
