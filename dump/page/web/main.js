"use strict";
// Puts the page together: one state, changed by go(), and everything shown follows from it.

(() => {
  const root = byId("drawing");
  const world = svg("g");
  root.append(tips("tip", 9), world);
  const camera = new Camera(root, world);
  const stepper = new Stepper(byId("stepper"), go);
  const player = new Player(byId("stepper"), go);
  const detail = new Detail(byId("detail"), go, player);
  const training = new Training(byId("training-panel"));
  const tabs = new Tabs(byId("tabs"), [{ name: "explain", title: "Explain", panel: byId("detail") },
    { name: "training", title: "Training", panel: byId("training-panel") },
    ...(questions.length ? [{ name: "questions", title: "Questions", panel: byId("questions-panel") }] : [])],
  // Training shows all steps: who goes through one leaves it.
  (name) => {
    if (name !== "explain" && state.panel === undefined) left = { line: state.line, step: state.step, node: state.node, tile: state.tile };
    go(name === "explain" ? { ...left, panel: undefined } : { panel: name, step: 0, line: 0, tile: undefined,
      ...(name === "questions" ? { view: "step", level: "lines" } : {}) });
  });
  let left;
  const asking = new Questions(byId("questions-panel"), go);
  const passPanel = html("div", { id: "passes", hidden: true });
  byId("stepper").append(passPanel);
  const passes = new Passes(passPanel, go);
  const search = new Search(byId("search"), byId("found"), (id) => go(state.view === "pass" ? { node: id } : { level: "nodes", node: id }));
  const hinge = book && new Hinge(byId("lines-stage"), (tile) => go({ tile }), (...number) => pointer.show(...number));
  const linePanel = book && new LinePanel(byId("detail"), detail, go);
  const pointer = book && new Pointer(byId("lines-stage"), () => state.run);

  const step = new Drawing(world, data, (id) => go({ node: id }), toggle,
    (node) => (node.section === "backward" ? prose.titled(node) : node.label));
  let pass;
  let drawn;

  /// Graphs of up to so many nodes are seen whole at first, larger ones folded.
  const open_at_first = 70;

  const beginning = { view: "step", level: book ? "lines" : "nodes", step: 0, line: 0, run: 0, pass: 0 };
  let state = beginning;
  let shut;
  let shownOpen = "";
  let wasIdle;

  const drawing = () => (state.view === "pass" ? pass : step);

  /// The cells that are open: those asked for, and the one with the chosen node in it.
  function openCells() {
    const { cells, nodes, cellOf } = drawing();
    const asked = state.open ?? (nodes.length <= open_at_first ? "all" : state.view === "pass" ? passes.touched(cells, state.pass)
      : "none");
    const open = new Set(asked === "all" ? cells.map((cell) => cell.index) : asked === "none" ? [] : asked);
    const own = state.node === undefined ? undefined : cellOf.get(state.node);
    if (own && own.index !== shut) open.add(own.index);
    return open;
  }

  function toggle(index) {
    const open = openCells();
    const { x, y } = drawing().cells[index].at;
    if (open.has(index)) {
      open.delete(index);
      shut = index;
    } else {
      open.add(index);
      shut = undefined;
    }
    state.open = [...open].sort((a, b) => a - b);
    render(false);
    // The head that was pressed stays below the pointer.
    const { at } = drawing().cells[index];
    camera.pan((x - at.x) * camera.scale, (y - at.y) * camera.scale);
    drawing().heads.get(index).focus({ preventScroll: true });
    remember();
  }

  /// Changes what is seen.
  function go(change) {
    if (change.view && change.view !== state.view) {
      state.node = undefined;
      state.open = undefined;
    }
    if (change.node !== undefined && change.node !== state.node) shut = undefined;
    // Who asks for a node or a line wants it explained.
    const asks = ["node", "tile"].some((part) => change[part] !== undefined) || change.line > 0;
    state = { ...state, ...(asks ? { panel: undefined } : {}), ...change };
    if (change.level && change.level !== "nodes") Object.assign(state, { step: 0, node: undefined });
    if (change.level) Object.assign(state, { line: change.line ?? 0, tile: change.tile });
    if (change.step === 0 && !("node" in change)) state.node = undefined;
    render(true);
    remember();
  }

  function draw() {
    const open = openCells();
    const key = `${state.view} ${[...open].sort().join(",")}${state.view === "pass" ? ` ${state.pass}` : ""}`;
    if (key === shownOpen) return;
    shownOpen = key;
    drawing().draw(open);
  }

  function markStep() {
    const now = state.step > 0 ? data.order[state.step - 1] : undefined;
    const path = new Set(state.step === 0 && state.node !== undefined
      ? model.pathFromLoss(state.node, state.run).flatMap(({ node, total }) => [node, total]) : []);
    const feeds = new Set(now === undefined ? [] : model.nodes[now].inputs);
    const done = (id) => state.step === 0 || model.place.get(id) < state.step;
    step.mark((id) => {
      if (id === now) return "now";
      const chosen = id === state.node ? " chosen" : "";
      if (state.step > 0) return (done(id) ? (feeds.has(id) ? "done feeds" : "done") : "todo") + chosen;
      return chosen.trim() || (path.has(id) ? "path" : "");
    }, (from, to) => {
      const centre = now ?? state.node;
      if (to === centre || (state.step === 0 && from === centre)) return "hot";
      if (path.has(from) && path.has(to)) return "path";
      return state.step > 0 && !done(to) ? "todo" : "";
    });
    const numbers = (id) => (done(id) ? model.value(id, state.run)?.numbers : undefined);
    step.fill((id) => {
      const total = model.adjoint.get(id)?.total;
      return { value: numbers(id), gradient: total === undefined ? undefined : numbers(total) };
    });
  }

  function markPass() {
    pass.mark((id) => {
      const mark = passes.state(state.pass, id);
      return id === state.node ? `${mark} chosen`.trim() : mark;
    }, (from, to) => {
      const mark = passes.state(state.pass, to);
      if (!pass.nodes[to].inputs.includes(from)) return "absent";
      if (from === state.node || to === state.node) return "hot";
      return mark === "fresh" || mark === "gone" ? mark : passes.state(state.pass, from) === "gone" ? "gone" : "";
    });
  }

  /// What is known after so many nodes or lines of the step, and of no later training step.
  function hideLater() {
    const { level, step: nodes, line, run } = state;
    const isKnown = level === "nodes" ? (id) => model.place.get(id) < nodes : (id) => bookOf(level).knownAt.get(id) <= line;
    if (state.panel === "questions")
      model.show((id, at) => at < run || (at === run && book.knownAt.get(id) <= asking.shownIn(run)));
    else model.show(state.view === "step" && (level === "nodes" ? nodes : line) > 0
      ? (id, at) => (at < run && run !== model.own) || (at === run && isKnown(id)) : undefined);
  }

  let drawnLines;
  function renderLines() {
    const key = `${state.level} ${byId("lines-stage").clientWidth} ${byId("lines-stage").clientHeight} ${document.documentElement.dataset.theme}`;
    const masked = (id) => model.isHidden(id, state.run);
    if (drawnLines !== key) hinge.draw(state, masked);
    else Object.assign(hinge, { state, masked }).refill();
    drawnLines = key;
    if (drawn !== "lines") offerNodes(data.nodes);
    drawn = "lines";
    hinge.mark(state.line, state.panel === "questions" ? asking.tile : state.tile);
  }

  function render(follow) {
    elements.choose(state.followed, state.element);
    const isPass = state.view === "pass";
    const isLines = !isPass && state.level !== "nodes";
    Object.assign(document.body.dataset, { view: isPass ? "pass" : state.level, panel: state.panel ?? "explain" });
    hideLater();
    if (isLines) {
      panels(false);
      renderLines();
      return;
    }
    if (isPass) {
      pass ??= new Drawing(world, { ...data.passes, nodes: [] }, (id) => go({ node: id }), toggle);
      pass.nodes = passes.nodesAt(state.pass);
      pass.present = (id) => passes.state(state.pass, id) !== "absent";
    }
    const first = drawn !== state.view;
    drawn = state.view;
    draw();
    if (isPass) markPass();
    else markStep();
    // The panels decide how much room is left for the drawing.
    panels(isPass);
    const idle = state.node === undefined && state.step === 0;
    if (first || idle !== wasIdle) camera.measure();
    wasIdle = idle;
    if (first) fit();
    if (follow && state.node !== undefined) {
      lookAt([state.node, ...(isPass ? [] : model.nodes[state.node].inputs)]);
    } else if (follow && isPass && state.pass > 0) {
      const first = pass.nodes.findIndex((_, id) => !["", "absent"].includes(passes.state(state.pass, id)));
      if (first >= 0) lookAt([first]);
    }
    if (first) {
      offerNodes(isPass ? passes.nodesAt(state.pass) : data.nodes);
    }
  }

  const offerNodes = (nodes) => search.set(nodes.map((node, id) => ({ id, name: node.name, what: node.below, section: node.section })));

  /// Moves to a node and to what it reads.
  function lookAt(ids) {
    const boxes = ids.map((id) => drawing().rectOf(id)).filter((box) => box);
    if (boxes.length) camera.show(boxes, drawing().columnsOf(ids[0]), drawing());
  }

  function panels(isPass) {
    for (const [id, level] of [["view-lines", "lines"], ["view-layers", "layers"], ["view-step", "nodes"]]) {
      byId(id).setAttribute("aria-pressed", String(!isPass && state.level === level));
      byId(id).hidden = level !== "nodes" && !book;
    }
    byId("view-pass").setAttribute("aria-pressed", String(isPass));
    byId("told").hidden = isPass;
    byId("bars").hidden = isPass;
    // What is told of a node needs the room.
    byId("playing").hidden = isPass || state.step > 0;
    passPanel.hidden = !isPass;
    byId("tabs").hidden = isPass;
    tabs.show(isPass ? "explain" : state.panel ?? "explain");
    if (isPass) {
      passes.show(state.pass);
      if (state.node === undefined) passes.welcome(byId("detail"));
      else passes.describe(byId("detail"), state.pass, state.node);
    } else {
      stepper.show(state);
      player.show(state);
      if (state.panel === "questions") asking.show(state);
      else if (state.panel === "training") training.show(state);
      else if (state.level !== "nodes") {
        const step = state.line > 0 ? bookOf(state.level).steps[state.line - 1] : undefined;
        if (step || state.tile) linePanel.show(state, state.tile, state.tile && state.tile !== step?.tile ? undefined : step);
        else linePanel.welcome(state);
      } else if (state.node === undefined) detail.welcome(state.run);
      else detail.show(state);
    }
  }

  const fit = () => camera.fit(drawing().width, drawing().height);

  // The address is written a moment later, so that a key held down does not write it a hundred times.
  let remembering;
  let written = location.hash;
  function remember() {
    clearTimeout(remembering);
    remembering = setTimeout(() => {
      written = views.write(state);
      history.replaceState(null, "", written);
      room.tell(written);
    }, 120);
  }

  function restore() {
    state = { ...beginning, ...views.read(location.hash) };
    shownOpen = "";
    drawn = undefined;
    shut = undefined;
    room.enter(state);
    setTheme(state.theme);
    render(true);
  }

  const room = new Room({
    open: (address) => (location.hash = address),
    redraw: () => {
      state.lecture = room.isLecture;
      render(false);
      remember();
    },
  });

  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  function setTheme(theme) {
    document.documentElement.dataset.theme = theme ?? (dark.matches ? "dark" : "light");
    byId("theme").textContent = document.documentElement.dataset.theme === "dark" ? "Light" : "Dark";
  }
  function switchTheme() {
    state.theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    setTheme(state.theme);
    render(false);
    remember();
  }

  const switchView = () => go({ view: state.view === "pass" ? "step" : "pass" });
  const help = () => go({ view: "step", step: 0, node: undefined, line: 0, tile: undefined, panel: undefined });
  const foldAll = (open) => {
    state.open = open;
    shut = open === "none" && state.node !== undefined ? drawing().cellOf.get(state.node)?.index : undefined;
    render(false);
    fit();
    remember();
  };
  const move = (by) => {
    if (state.view === "step") stepper.move(stepper.step + by);
    else go({ pass: Math.max(0, Math.min(data.passes.steps.length - 1, state.pass + by)) });
  };
  const moveRun = (by) => go({ run: Math.max(0, Math.min(data.runs.length - 1, state.run + by)) });
  const foldOwn = () => {
    if (state.node !== undefined) toggle(drawing().cellOf.get(state.node).index);
  };

  const keys = {
    ArrowRight: () => move(1),
    ArrowLeft: () => move(-1),
    ArrowDown: () => moveRun(1),
    ArrowUp: () => moveRun(-1),
    Home: () => (state.view === "step" ? stepper.move(0) : go({ pass: 0 })),
    End: () => (state.view === "step" ? stepper.move(Infinity) : go({ pass: data.passes.steps.length - 1 })),
    PageDown: () => stepper.part(1),
    PageUp: () => stepper.part(-1),
    "/": () => byId("search").focus(),
    f: foldOwn,
    "+": () => camera.zoom(1.2),
    "-": () => camera.zoom(1 / 1.2),
    0: fit,
    p: switchView,
    l: () => room.toggle(),
    q: () => questions.length && go({ view: "step", level: "lines", panel: "questions", step: 0, line: 0, tile: undefined }),
    d: switchTheme,
    "?": help,
    Escape: () => (room.isLecture ? room.toggle() : state.level === "nodes" || state.line === 0 ? help() : go({ tile: undefined })),
    " ": () => player.toggle?.(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const inside = event.target.closest?.("input, select, #side > section");
    // A panel that scrolls keeps the keys that scroll it; sliders and lists keep their own.
    const moves = /^(Arrow|Page|Home|End)/.test(event.key);
    if (inside?.matches("select, input:not([type=range])") || (moves && inside?.matches("input:not(#step-bar)"))) return;
    if (moves && inside?.matches("section") && !/^Arrow(Left|Right)/.test(event.key)) return;
    const action = keys[event.key] ?? keys[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-go]");
    if (!link) return;
    event.preventDefault();
    go({ node: Number(link.dataset.go) });
  });

  byId("title").textContent = data.title;
  /// The same place of the step at another level: what is known there is known here.
  const placeAt = (level) => {
    const node = state.level === "nodes" ? data.order[state.step - 1]
      : state.line > 0 ? bookOf(state.level).steps[state.line - 1].nodes.reduce((a, b) => (model.place.get(a) > model.place.get(b) ? a : b)) : undefined;
    if (node === undefined) return {};
    return level === "nodes" ? { step: model.place.get(node) + 1, node } : Stepper.walks[level].to(bookOf(level).knownAt.get(node));
  };
  for (const [id, level] of [["view-lines", "lines"], ["view-layers", "layers"], ["view-step", "nodes"]])
    byId(id).addEventListener("click", () => go(state.level === level ? { view: "step" } : { view: "step", level, ...placeAt(level) }));
  byId("view-pass").addEventListener("click", () => go({ view: "pass" }));
  byId("theme").addEventListener("click", switchTheme);
  byId("help").addEventListener("click", help);
  byId("fold-all").addEventListener("click", () => foldAll("none"));
  byId("open-all").addEventListener("click", () => foldAll("all"));
  byId("zoom-in").addEventListener("click", keys["+"]);
  byId("zoom-out").addEventListener("click", keys["-"]);
  byId("fit").addEventListener("click", fit);
  dark.addEventListener("change", () => {
    setTheme(state.theme);
    render(false);
  });
  window.addEventListener("hashchange", () => {
    if (location.hash === written) return;
    written = location.hash;
    restore();
  });
  let before;
  window.addEventListener("beforeprint", () => {
    before = { x: camera.x, y: camera.y, scale: camera.scale };
    setTheme("light");
    if (state.view === "step" && state.level !== "nodes") {
      Object.assign(byId("lines-stage").style, { width: "1030px", height: "660px" });
      renderLines();
    }
    root.setAttribute("viewBox", `0 0 ${drawing().width} ${drawing().height}`);
    Object.assign(camera, { x: 0, y: 0, scale: 1 });
    camera.apply();
  });
  window.addEventListener("afterprint", () => {
    setTheme(state.theme);
    byId("lines-stage").removeAttribute("style");
    render(false);
    root.removeAttribute("viewBox");
    Object.assign(camera, before);
    camera.apply();
  });
  new ResizeObserver(() => {
    if (!root.clientWidth) return;
    camera.measure();
    if (state.node === undefined) fit();
  }).observe(root);
  new ResizeObserver(() => {
    if (state.view === "step" && state.level !== "nodes") renderLines();
  }).observe(byId("lines-stage"));

  restore();
  performance.mark("usable");
})();
