"use strict";
// The tabs of the right panel, after the ARIA pattern: one of them can be reached by Tab, arrow keys go to the others.

class Tabs {
  /// `panels` are { name, title, panel }; `choose(name)` is called when one is asked for.
  constructor(list, panels, choose) {
    this.panels = panels;
    this.tabs = panels.map(({ name, title, panel }) => button(title, () => choose(name),
      { role: "tab", id: `tab-${name}`, "aria-controls": panel.id }));
    list.append(...this.tabs);
    list.addEventListener("keydown", (event) => {
      const at = this.tabs.indexOf(event.target);
      const last = this.tabs.length - 1;
      const to = { ArrowRight: at < last ? at + 1 : 0, ArrowLeft: at > 0 ? at - 1 : last, Home: 0, End: last }[event.key];
      if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      choose(panels[to].name);
      this.tabs[to].focus();
    });
  }

  show(name) {
    this.panels.forEach((each, at) => {
      const chosen = each.name === name;
      each.panel.hidden = !chosen;
      this.tabs[at].setAttribute("aria-selected", String(chosen));
      this.tabs[at].tabIndex = chosen ? 0 : -1;
    });
  }
}
