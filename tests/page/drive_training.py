#!/usr/bin/env python3
"""The tab "Training" of the pages of `gradus explain`, in headless Chromium: drive_training.py FOLDER

FOLDER holds what drive_live.py asks for, and moons.html (gradus explain points). Prints how long a training step takes
that is shown there.
"""

import math
import re

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import Page, browser, data_of, folder, run


class Training(Page):
    def shown(self):
        return self.js("[...document.querySelectorAll('#side > section')].filter((panel) => !panel.hidden).map((panel) => panel.id)")

    # --- Tabs ---

    def test_training_opens_the_tab_once(self):
        self.open("2-3-2.html")
        self.assertEqual(self.shown(), ["detail"])
        self.click("train-once")
        self.assertEqual(self.shown(), ["training-panel"])
        self.assertEqual(self.address()["panel"], ["training"])
        self.click("tab-explain")
        self.click("train-once")
        self.assertEqual(self.shown(), ["detail"])
        self.assertNotIn("panel", self.address())

    def test_tabs_with_the_keyboard(self):
        self.open("neuron.html", panel="training")
        self.assertEqual(self.shown(), ["training-panel"])
        tab = self.driver.find_element(By.ID, "tab-training")
        self.assertEqual(tab.get_attribute("aria-selected"), "true")
        tab.send_keys(Keys.ARROW_LEFT)
        self.assertEqual(self.shown(), ["detail"])
        self.assertEqual(self.js("document.activeElement.id"), "tab-explain")
        self.assertEqual(self.js("document.querySelectorAll('[role=tab][tabindex=\"0\"]').length"), 1)
        self.driver.switch_to.active_element.send_keys(Keys.ARROW_LEFT)
        self.assertEqual(self.shown(), ["questions-panel"], "the last, from the first")
        self.assertTrue(self.text("#step-count").startswith("0 /"), "arrow keys of the tabs do not step")

    def test_a_node_that_is_chosen_is_explained(self):
        self.open("2-3-2.html", panel="training", level="nodes")
        self.driver.find_element(By.CSS_SELECTOR, ".node[aria-label^='h,']").click()
        self.assertEqual(self.shown(), ["detail"])
        self.assertEqual(self.text("#detail h2"), "h")

    def test_accessible(self):
        for page in ("2-3-2.html", "784-64-10.html", "neuron.html", "moons.html"):
            for theme in ("light", "dark"):
                with self.subTest(page=page, theme=theme):
                    self.open(page, panel="training", theme=theme)
                    self.assertEqual(self.violations(), [])
                    self.click("train-once")
                    self.assertEqual(self.violations(), [])

    def test_pages_without_training(self):
        for page in ("large.html", "hostile.html", "mlp.html"):
            self.open(page, panel="training")
            self.assertEqual(self.shown(), ["training-panel"])
            self.assertNotEqual(self.text("#training-panel"), "")

    def test_print_shows_the_chosen_tab(self):
        self.open("2-3-2.html", panel="training")
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        seen = self.js("['detail', 'training-panel', 'tabs'].map((id) => document.getElementById(id).offsetHeight > 0)")
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
        self.assertEqual(seen, [False, True, False])

    # --- Loss ---

    def curve(self, kind):
        """The points of a curve as [step, loss], read off the numbers at the axes."""
        ticks, path = self.js("""(() => {
            const chart = document.getElementById("loss-chart");
            const read = (name, at) => [...chart.querySelectorAll(`[data-${name}]`)].map((text) =>
              [Number(text.dataset[name]), Number(text.getAttribute(at))]);
            return [{ x: read("x", "x"), y: read("y", "y") }, chart.querySelector(`path.${arguments[0]}`).getAttribute("d")];
        })()""", kind)
        log = self.js("document.getElementById('loss-log').getAttribute('aria-pressed') === 'true'")
        scaled = math.log10 if log else lambda x: x

        def value(pixel, ticks, scaled=lambda x: x, shift=0):
            (a, at_a), (b, at_b) = ticks[0], ticks[-1]
            return scaled(a) + (pixel + shift - at_a) / (at_b - at_a) * (scaled(b) - scaled(a))
        points = [tuple(map(float, point)) for point in re.findall(r"[ML]([\d.-]+) ([\d.-]+)", path)]
        return [(value(x, ticks["x"]), (lambda y: 10 ** y if log else y)(value(y, ticks["y"], scaled, 4))) for x, y in points]

    def test_loss_is_that_of_the_engine(self):
        self.open("2-3-2.html", panel="training")
        for _ in range(25):
            self.click("train-once")
        losses = self.js("""(() => {
            const { nodes, ops, order } = data;
            const again = new Engine({ nodes, ops, order }, live.engine.first);
            const losses = [again.value(model.loss)[0]];
            for (let step = 0; step < 25; ++step) { again.step(); losses.push(again.value(model.loss)[0]); }
            return losses;
        })()""")
        self.assertEqual([loss for _, loss in self.js("live.losses")], losses)
        for press in range(2):
            curve = self.curve("own")
            self.assertEqual(len(curve), len(losses))
            for at, ((step, loss), expected) in enumerate(zip(curve, losses)):
                self.assertAlmostEqual(step, at + 1, delta=0.1)
                self.assertAlmostEqual(loss, expected, delta=0.01 * losses[0])
            self.click("loss-log")
        recorded = [run["nodes"][str(data_of("2-3-2.html")["adjoints"][0]["loss"])]["numbers"][0] for run in data_of("2-3-2.html")["runs"]]
        for (_, loss), expected in zip(self.curve("recorded"), recorded):
            self.assertAlmostEqual(loss, expected, delta=0.01 * losses[0])
        for _ in range(5):
            self.click("train-back")
        self.assertEqual([loss for _, loss in self.js("live.losses")], losses[:21])
        self.quiet()

    def test_long_runs_are_thinned(self):
        self.open("2-3-2.html", panel="training")
        self.click("train-once")
        self.driver.execute_script("live.step(5000);")
        steps = [step for step, _ in self.js("live.losses")]
        self.assertLessEqual(len(steps), 2000)
        self.assertGreater(len(steps), 900)
        self.assertEqual((steps[0], steps[-1]), (0, 5001))
        self.assertEqual(len({b - a for a, b in zip(steps, steps[1:-1])}), 1, "as far apart everywhere")
        self.click("train-back")
        self.assertEqual(self.js("live.losses.at(-1)[0]"), 5000)

    # --- Layers ---

    def test_bars_are_the_norms_of_gradients(self):
        for page, names in (("2-3-2.html", {"hidden": "hidden/add", "output": "output/add"}),
                            ("neuron.html", {"z": "z"}), ("twice.html", {"hidden": "hidden/add"})):
            document = data_of(page)
            place = {node["name"]: at for at, node in enumerate(document["nodes"])}
            total = {each["of"]: each["total"] for each in reversed(document["adjoints"])}
            for at, run in enumerate(document["runs"]):
                self.open(page, panel="training", run=at + 1)
                for layer, name in names.items():
                    numbers = run["nodes"][str(total[place[name]])]["numbers"]
                    shown = float(self.js("document.querySelector(`[data-layer=\"${arguments[0]}\"]`).dataset.norm", layer))
                    self.assertAlmostEqual(shown, math.sqrt(sum(x * x for x in numbers)), delta=1e-12, msg=(page, layer))

    def test_bars_stand_on_a_logarithmic_axis(self):
        self.open("2-3-2.html", panel="training")
        rows = self.js("""[...document.querySelectorAll('[data-layer]')].map((row) =>
            [Number(row.dataset.norm), parseFloat(row.querySelector('.bar span').style.width)])""")
        ticks = self.js("""[...document.querySelectorAll('.layer-bars .ticks span')].map((tick) =>
            [Number(tick.textContent), parseFloat(tick.style.left)])""")
        (a, at_a), (b, at_b) = ticks[0], ticks[1]
        for norm, width in rows:
            self.assertAlmostEqual(width, at_a + (at_b - at_a) * math.log10(norm / a) / math.log10(b / a), delta=0.01)

    def test_dead_units(self):
        self.open("784-64-10.html", panel="training")
        self.click("train-once")
        self.assertRegex(self.text("[data-layer=hidden1]"), r"\b0 of 64\b")
        self.js("void live.set(model.nodes.findIndex((node) => node.name === 'hidden1/bias'), new Float64Array(64).fill(-1e3).fill(0, 5))")
        self.click("train-once")
        self.assertRegex(self.text("[data-layer=hidden1]"), r"\b5 of 64\b")

    # --- Speed ---

    def test_playing_keeps_its_pace(self):
        self.open("2-3-2.html")
        self.driver.execute_script("document.getElementById('speed').value = '60';")
        self.click("play")
        self.wait(3000)
        self.click("play")
        self.assertGreaterEqual(self.js("live.engine.taken"), 60)
        self.assertEqual(self.shown(), ["training-panel"])
        self.quiet()


def report():
    driver = browser()
    for name in ("2-3-2.html", "moons.html", "784-64-10.html"):
        driver.get("about:blank")
        driver.get(f"file://{folder / name}#panel=training")
        shown = driver.execute_script("""
            const once = document.getElementById("train-once");
            once.click();
            const start = performance.now();
            for (let i = 0; i < 30; ++i) once.click();
            return (performance.now() - start) / 30;""")
        print(f"{name}: a training step takes {shown:.1f} ms, shown in the tab Training")
    driver.quit()


if __name__ == "__main__":
    run(report)
