#!/usr/bin/env python3
"""Drives the pages of `gradus explain` in headless Chromium: drive.py FOLDER

FOLDER holds hostile.html, large.html, twice.html, twice.json (tests/page/fixtures), neuron.html, 2-3-2.html
and mlp.html (gradus explain). Needs chromium, chromedriver, and Python's selenium and axe-core-python. Prints how long
a page takes to be usable and a step to be shown; nothing is asserted about times.
"""

import json
import statistics
import urllib.parse

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from browser import Page, browser, data_of, folder, run

class Pages(Page):
    """The level of nodes; drive_lines.py has the others."""

    def open(self, name, **asked):
        super().open(name, **(asked if "pass" in asked else {"level": "nodes", **asked}))

    # --- Stepping ---

    def check_stepping(self, name):
        nodes = data_of(name)["nodes"]
        self.open(name)
        seen = []
        for _ in nodes:
            self.js("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}))")
            now = self.js("[...document.querySelectorAll('.node.now')].map((node) => Number(node.dataset.node))")
            self.assertEqual(len(now), 1)
            seen.append(now[0])
            self.assertNotEqual(self.text("#sentence"), "")
            self.assertIn(f"{len(seen)} / {len(nodes)}", self.text("#step-count"))
        self.assertEqual(sorted(seen), list(range(len(nodes))), "every node once")
        place = {node: at for at, node in enumerate(seen)}
        for node, at in place.items():
            for source in nodes[node]["inputs"]:
                self.assertLess(place[source], at, f"inputs of {nodes[node]['name']} come first")
        self.js("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}))")
        self.assertIn(f"{len(nodes)} / {len(nodes)}", self.text("#step-count"), "the last step stays")
        self.quiet()

    def test_stepping_neuron(self):
        self.check_stepping("neuron.html")

    def test_stepping_shared_value(self):
        self.check_stepping("twice.html")

    def test_stepping_folded_network(self):
        self.check_stepping("mlp.html")

    def test_what_is_not_computed_yet_is_not_shown(self):
        self.open("neuron.html", step=1)
        shown = self.js("[...document.querySelectorAll('.grids text')].filter((t) => t.textContent !== '·').length")
        self.assertEqual(shown, 1)
        self.press(Keys.END)
        hidden = self.js("[...document.querySelectorAll('.node:not([aria-label*=train_step]) .grids text')]"
                         ".filter((t) => t.textContent === '·').length")
        self.assertEqual(hidden, 0)

    def test_back_and_parts(self):
        self.open("neuron.html")
        self.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
        self.assertTrue(self.text("#step-count").startswith("1 /"))
        self.press(Keys.PAGE_DOWN)
        self.assertIn("The way back begins at the loss", self.text("#sentence"))
        self.press(Keys.HOME)
        self.assertTrue(self.text("#step-count").startswith("0 /"))

    # --- Numbers ---

    def shown_gradient(self, name):
        self.open("twice.html", node=name)
        return [float(cell.replace("−", "-")) for cell in
                self.js("[...document.querySelectorAll('[aria-label^=\"Gradient of\"] td')].map((td) => td.title)")]

    def test_gradients_are_those_of_the_program(self):
        expected = json.loads((folder / "twice.json").read_text())
        for name in ("hidden/weight", "hidden/bias", "h", "output/weight"):
            shown = self.shown_gradient(name)
            self.assertEqual(len(shown), len(expected[name]))
            for a, b in zip(shown, expected[name]):
                self.assertAlmostEqual(a, b, delta=1e-8 * max(1, abs(b)), msg=name)

    def test_flows_add_up(self):
        self.open("twice.html", node="h")
        rows = self.js("document.querySelectorAll('.flows tbody tr').length")
        self.assertEqual(rows, 4, "three uses and their sum")
        self.assertIn("their sum", self.text(".flows"))

    def test_transposed_factors_say_so(self):
        nodes = data_of("twice.html")["nodes"]
        steps = data_of("twice.html")["order"]
        weight = next(i for i, node in enumerate(nodes) if node["name"] == "backward/hidden/matmul/matmul")
        self.open("twice.html", step=steps.index(weight) + 1)
        self.assertRegex(self.js("document.querySelector('#lines').textContent"), r"x\s*⊤\s*∂L∂")

    def test_every_number_is_made_of_those_it_names(self):
        for page in ("neuron.html", "2-3-2.html", "twice.html"):
            self.open(page)
            silent, wrong = self.js("""(() => {
                const silent = new Set();
                const wrong = [];
                for (const node of model.nodes) for (const run of data.runs.keys())
                  (elements.numbersOf(node.id, run) ?? []).forEach((number, flat) => {
                    const made = elements.made(node, flat, run);
                    if (!made && node.role === "compute") silent.add(model.op(node).name);
                    if (!made) return;
                    if (Math.abs(made.value - number) > 1e-7 * Math.max(1, Math.abs(number))) wrong.push([node.name, flat]);
                  });
                return [[...silent], wrong];
            })()""")
            self.assertEqual(wrong, [], page)
            self.assertLessEqual(set(silent), {"one_hot", "count"}, page)

    def test_links_of_the_way_back_multiply_to_the_gradient(self):
        for page in ("neuron.html", "2-3-2.html", "twice.html"):
            self.open(page)
            links, wrong = self.js("""(() => {
                let links = 0;
                const wrong = [];
                for (const id of model.adjoint.keys())
                  (elements.numbersOf(id, 0) ?? []).forEach((_, flat) => {
                    for (const link of elements.path(id, flat, 0)) {
                      if (!link.terms) continue;
                      ++links;
                      const all = link.terms.reduce((sum, term) => sum + term.above * term.slope, 0);
                      if (Math.abs(all - elements.numbersOf(link.total, 0)[link.flat]) > 1e-7) wrong.push([id, flat, link.node]);
                    }
                  });
                return [links, wrong];
            })()""")
            self.assertEqual(wrong, [], page)
            self.assertGreater(links, 10)

    def step_of(self, page, name):
        data = data_of(page)
        return 1 + data["order"].index(next(i for i, node in enumerate(data["nodes"]) if node["name"] == name))

    def lines_of(self, page, name):
        self.open(page, step=self.step_of(page, name))
        return self.js("document.querySelector('#lines').textContent.replace(/[\\s\\u2009]+/g, ' ')")

    def test_numbers_of_a_network(self):
        page = "2-3-2.html"
        self.assertIn("for h₁: −0.0907·1 + 0.0907·(−1)=−0.1813", self.lines_of(page, "backward/output/matmul/matmul"))
        self.assertIn("used by both outputs", self.text("#sentence"))
        self.assertIn("−0.1813·0.0701=−0.0127", self.lines_of(page, "backward/h/multiply_2"))
        lines = self.lines_of(page, "backward/hidden/matmul/matmul")
        self.assertIn("for row 2, column 1: 2·(−0.0127)=−0.0254", lines)
        self.assertIn("if hidden/weight, row 2, column 1 grew by 0.01, L would fall by about 0.000254", lines)
        self.open(page, step=self.step_of(page, "backward/h/multiply"))
        self.assertIn("h(1 − h) is the local derivative", self.text("#sentence"))
        self.open(page, step=self.step_of(page, "backward/h/subtract"))
        self.assertIn("1 − h is a piece of the local derivative", self.text("#sentence"))

    def test_link_by_link(self):
        self.open("2-3-2.html", node="hidden/weight")
        self.assertIn("× 0.0701 (= 0.9241 (1 − 0.9241)): −0.1813 → −0.0127", self.text(".story"))
        self.assertIn("contributions are added: −0.0907·1 + 0.0907·(−1) = −0.1813", self.text(".story"))
        Select(self.driver.find_element(By.CSS_SELECTOR, ".story select")).select_by_visible_text("row 1, column 3")
        self.assertIn("→ 0.0203", self.text(".story"))
        self.assertEqual(self.address()["follow"], ["hidden/weight:3"])

    def test_a_weight_changes(self):
        self.open("2-3-2.html")
        self.driver.find_element(By.XPATH, "//button[starts-with(., 'See a weight change')]").click()
        self.assertIn("1→1.0127", self.js("document.querySelector('#lines').textContent"))

    def test_what_is_computed_is_in_sight(self):
        # Of what is read far away only the beginning or the end may be in sight, but not on the way to the first weight.
        backward = {self.step_of("2-3-2.html", f"backward/{name}")
                    for name in ("output/matmul/matmul", "h/subtract", "h/multiply", "h/multiply_2", "hidden/matmul/matmul")}
        for page in ("neuron.html", "2-3-2.html"):
            self.open(page)
            for at in range(1, len(data_of(page)["nodes"]) + 1):
                self.press(Keys.ARROW_RIGHT)
                cut = self.js("""((wanted) => {
                    const frame = document.querySelector("#drawing").getBoundingClientRect();
                    return [...document.querySelectorAll(wanted)].filter((node) => {
                      const box = node.getBoundingClientRect();
                      return box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom;
                    }).map((node) => node.getAttribute("aria-label"));
                })(...arguments)""", ".node.now, .node.feeds" if page == "neuron.html" or at in backward else ".node.now")
                self.assertEqual(cut, [], f"{page}, step {at}")

    def test_check_is_shown(self):
        self.open("twice.html", node="hidden/weight")
        self.assertIn("all 6 elements", self.text("#detail"))

    def test_training_steps(self):
        self.open("twice.html", node="hidden/weight")
        first = self.text("#run-count")
        self.press(Keys.ARROW_DOWN)
        self.assertIn("2 / 3", self.text("#run-count"))
        self.assertNotEqual(first.split("loss")[1], self.text("#run-count").split("loss")[1])
        self.assertEqual(self.js("document.querySelectorAll('.chart polyline').length"), 3)

    # --- Addresses ---

    def test_addresses_restore(self):
        for asked in ({"node": "hidden/weight"}, {"node": "h", "step": "12"}, {"step": "20", "run": "3"},
                      {"node": "loss", "pass": "simplify"}, {"node": "h", "theme": "dark"}, {"open": "none"}):
            self.open("twice.html", **asked)
            before = self.driver.find_element(By.TAG_NAME, "main").text
            if "node" in asked:
                self.assertEqual(self.text("#detail h2"), asked["node"])
            if "step" in asked:
                self.assertTrue(self.text("#step-count").startswith(asked["step"] + " /"))
            if "pass" in asked:
                self.assertEqual(self.text("#pass-list [aria-current=true]"), asked["pass"])
            if "theme" in asked:
                self.assertEqual(self.js("document.documentElement.dataset.theme"), "dark")
            # Away and back within the page.
            self.js("void (location.hash = '#step=1')")
            self.address()
            self.js("void (location.hash = arguments[0])", "#" + urllib.parse.urlencode(asked))
            self.address()
            self.assertEqual(self.driver.find_element(By.TAG_NAME, "main").text, before, asked)

    def test_address_follows(self):
        self.open("twice.html")
        self.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_DOWN)
        address = self.address()
        self.assertEqual((address["step"], address["run"]), (["2"], ["2"]))
        self.press("p", Keys.ARROW_RIGHT)
        self.assertIn("pass", self.address())

    def test_nonsense_addresses(self):
        for asked in ({"node": "no such"}, {"step": "-3"}, {"step": "1e9"}, {"run": "x"}, {"open": "7,x,-1,999"},
                      {"pass": "no such"}):
            self.open("twice.html", **asked)
            self.assertIn("What you see", self.text("#detail"))

    # --- Folding, search, keys ---

    def test_folding(self):
        self.open("mlp.html")
        visible = "document.querySelectorAll('.node').length"
        self.assertEqual(self.js(visible), 0, "a large network opens folded")
        heads = self.driver.find_elements(By.CSS_SELECTOR, ".head")
        heads[0].click()
        some = self.js(visible)
        self.assertGreater(some, 0)
        self.assertEqual(self.js("document.activeElement.getAttribute('aria-expanded')"), "true")
        self.driver.switch_to.active_element.send_keys(Keys.ENTER)
        self.assertEqual(self.js(visible), 0)
        self.driver.find_element(By.ID, "open-all").click()
        self.assertEqual(self.js(visible), len(data_of("mlp.html")["nodes"]))
        self.driver.find_element(By.ID, "fold-all").click()
        self.assertEqual(self.js(visible), 0)
        self.quiet()

    def test_search(self):
        self.open("mlp.html")
        self.press("/")
        self.assertEqual(self.js("document.activeElement.id"), "search")
        self.driver.switch_to.active_element.send_keys("softmax")
        self.assertGreater(self.js("document.querySelectorAll('#found li').length"), 0)
        self.driver.switch_to.active_element.send_keys(Keys.ENTER)
        self.assertEqual(self.text("#detail h2"), "probabilities")
        self.assertEqual(self.js("document.querySelector('.node.chosen .label').textContent"), "probabilities")

    def test_clicking_a_node(self):
        self.open("neuron.html")
        self.driver.find_element(By.CSS_SELECTOR, ".node[aria-label^='a,']").click()
        self.assertEqual(self.text("#detail h2"), "a")

    def test_passes(self):
        self.open("twice.html")
        self.press("p")
        names = []
        for _ in data_of("twice.html")["passes"]["steps"]:
            names.append(self.text("#pass-list [aria-current=true]"))
            self.press(Keys.ARROW_RIGHT)
        self.assertEqual(names, [step["name"] for step in data_of("twice.html")["passes"]["steps"]])
        self.press("p")
        self.assertIn("What you see", self.text("#detail"))
        self.quiet()

    # --- Accessibility ---

    def test_accessible(self):
        for page, asked in (("neuron.html", {}), ("neuron.html", {"node": "w", "run": "3"}),
                            ("neuron.html", {"step": "15"}), ("neuron.html", {"step": "20", "theme": "dark"}),
                            ("twice.html", {"node": "hidden/weight", "theme": "dark"}), ("twice.html", {"pass": "simplify"}),
                            ("twice.html", {"pass": "simplify", "node": "loss", "theme": "dark"}),
                            ("mlp.html", {}), ("mlp.html", {"node": "hidden1/weight"}),
                            ("mlp.html", {"step": "40", "theme": "dark"})):
            with self.subTest(page=page, **asked):
                self.open(page, **asked)
                self.assertEqual(self.violations(), [])

    # --- Hostile names, large graphs ---

    def test_hostile_names(self):
        data = data_of("hostile.html")
        names = [node["name"] for node in data["nodes"]]
        self.open("hostile.html")
        self.assertEqual(self.driver.title, "</title><script>window.attacked=1</script>")
        scripts = self.js("document.scripts.length")
        for name in names:
            self.open("hostile.html", node=name)
            self.assertEqual(self.js("document.querySelector('#detail h2').textContent.slice(0, 300)"), name[:300])
            self.assertIsNone(self.js("window.attacked ?? null"))
            self.assertEqual(self.js("document.scripts.length"), scripts)
            self.assertEqual(self.js("document.querySelectorAll('img').length"), 0)
        self.assertIn("n" * 10000, names)
        self.assertTrue(any("\n" in name for name in names) and any("😀" in name for name in names))
        self.press("p")
        for _ in range(8):
            self.press(Keys.ARROW_RIGHT)
        self.assertIsNone(self.js("window.attacked ?? null"))
        self.quiet()

    def test_large_graph_opens_folded(self):
        self.open("large.html")
        self.assertGreaterEqual(len(data_of("large.html")["nodes"]), 2000)
        self.assertEqual(self.js("document.querySelectorAll('.node').length"), 0)
        self.press(Keys.ARROW_RIGHT)
        self.assertEqual(self.js("document.querySelectorAll('.node.now').length"), 1)
        self.quiet()


def report():
    """How long the pages take, in this browser on this machine."""
    driver = browser()
    for name in ("neuron.html", "mlp.html", "large.html"):
        usable = []
        for _ in range(5):
            driver.get("about:blank")
            driver.get(f"file://{folder / name}")
            usable.append(driver.execute_script("return performance.getEntriesByName('usable')[0].startTime"))
        keys = driver.execute_script("""
            const times = [];
            for (let i = 0; i < 300; ++i) {
              const start = performance.now();
              document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
              document.body.getBoundingClientRect();
              times.push(performance.now() - start);
            }
            return times;""")
        print(f"{name}: {(folder / name).stat().st_size / 1e6:.2f} MB, usable after {statistics.median(usable):.0f} ms; "
              f"a step takes {statistics.median(keys):.1f} ms, 95 in 100 of them at most "
              f"{statistics.quantiles(keys, n=20)[-1]:.1f} ms")
    driver.quit()


if __name__ == "__main__":
    run(report)
