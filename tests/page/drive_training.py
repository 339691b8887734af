#!/usr/bin/env python3
"""The tab "Training" of the pages of `gradus explain`, in headless Chromium: drive_training.py FOLDER

FOLDER holds what drive_live.py asks for, moons.html and spirals.html. Prints how long a
training step takes that is shown there.
"""

import math
import re
import sys
import unittest

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import Page, browser, data_of, folder


# Has the slice of the loss computed, and says how many milliseconds that took.
compute_slice = """
    const done = arguments[0];
    const start = performance.now();
    const go = document.getElementById("slice-go");
    go.click();
    const look = () => (go.textContent === "Compute again" ? done(performance.now() - start) : requestAnimationFrame(look));
    look();"""


class Training(Page):
    def click(self, name):
        self.driver.find_element(By.ID, name).click()

    def wait(self, milliseconds):
        self.driver.execute_async_script("setTimeout(arguments[1], arguments[0])", milliseconds)

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
        self.assertEqual(self.shown(), ["training-panel"])
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

    # --- The plane ---

    def test_boundary_is_of_the_networks_own_classes(self):
        for page in ("2-3-2.html", "moons.html", "spirals.html"):
            self.open(page, panel="training")
            self.click("train-once")
            self.driver.execute_script("live.step(60);")
            self.click("train-once")
            self.wait(250)
            largest, differing, coloured, seen = self.js("""(() => {
                const points = live.engine.value(plane.x);
                const network = new PlaneNetwork(points);
                network.compute(live.engine);
                const here = columnsOf(network.engine, plane.prediction);
                const own = columnsOf(live.engine, plane.prediction);
                const largest = Math.max(...own.flatMap((column, at) => Array.from(column, (x, i) => Math.abs(x - here[at][i]))));
                const differing = [...own[0].keys()].filter((at) => classAt(own, at) !== classAt(here, at)).length;
                // What the canvas shows where the points lie, of which the network is sure.
                const canvas = document.querySelector(".plane canvas").getContext("2d").getImageData(0, 0, 40, 40).data;
                const [left, right] = ["x", "y"].map((axis) => [...document.querySelectorAll(`.plane [data-${axis}]`)].map((text) =>
                  [Number(text.dataset[axis]), Number(text.getAttribute(axis)) - (axis === "y" ? 4 : 0)]));
                const pixel = ([[a, at_a], ...rest], x) => at_a + (x - a) / (rest.at(-1)[0] - a) * (rest.at(-1)[1] - at_a);
                let [coloured, seen] = [0, 0];
                own[0].forEach((p, at) => {
                  if (Math.abs(p - 0.5) < 0.3) return;
                  const [column, row] = [(pixel(left, points[2 * at]) - 44) / 232, (pixel(right, points[2 * at + 1]) - 18) / 232].map((part) => Math.floor(part * 40));
                  const [red, , blue] = canvas.slice((row * 40 + column) * 4);
                  ++seen;
                  coloured += (blue > red) === p > 0.5;
                });
                return [largest, differing, coloured, seen];
            })()""")
            self.assertLess(largest, 1e-12, page)
            self.assertEqual(differing, 0, page)
            self.assertGreater(seen, 0, page)
            self.assertEqual(coloured, seen, page)
        self.assertEqual(self.js("document.querySelectorAll('.neurons canvas').length"), 16)
        self.quiet()

    def test_points_are_learnt_within_a_few_hundred_steps(self):
        for page in ("moons.html", "spirals.html"):
            self.open(page, panel="training")
            self.click("train-once")
            self.driver.execute_script("live.step(298);")
            self.click("train-once")
            self.wait(250)
            self.assertGreater(float(re.search(r"([\d.]+) %", self.text("#boundary-said"))[1]), 95, page)

    def test_recorded_steps_have_their_own_boundary(self):
        self.open("moons.html", panel="training", run=1)
        first = self.text("#boundary-said")
        self.open("moons.html", panel="training", run=10)
        self.assertNotEqual(self.text("#boundary-said"), first)
        right = self.js("""(() => {
            const engine = live.at(9);
            const p = columnsOf(engine, plane.prediction);
            return Array.from(engine.value(plane.label)).filter((label, at) => classAt(p, at) === label).length;
        })()""")
        self.assertTrue(self.text("#boundary-said").startswith(f"{right} of 128"))

    def test_the_plane_is_painted_ten_times_a_second_at_most(self):
        self.open("moons.html", panel="training")
        self.driver.execute_script("""
            document.getElementById("speed").value = "60";
            window.painted = 0;
            const { paint } = Boundary.prototype;
            Boundary.prototype.paint = function () { ++window.painted; paint.call(this); };""")
        self.click("play")
        self.wait(2000)
        self.click("play")
        self.assertLessEqual(self.js("painted"), 24)
        self.assertGreaterEqual(self.js("painted"), 5)

    def test_only_networks_of_two_features_have_a_plane(self):
        for page in ("784-64-10.html", "neuron.html", "mlp.html"):
            self.open(page, panel="training")
            self.assertIsNone(self.js("document.getElementById('boundary-said')"))

    # --- The loss around the weights ---

    def sliced(self, page, steps):
        """Opens a page, takes steps and has it compute the slice."""
        self.open(page, panel="training")
        self.click("train-once")
        self.driver.execute_script("live.step(arguments[0]);", steps - 2)
        self.click("train-once")
        self.driver.execute_async_script(compute_slice)

    def test_the_slice_is_the_loss_of_other_weights(self):
        for page in ("2-3-2.html", "moons.html"):
            self.sliced(page, 20)
            here, there, at_zero, expected, norms = self.js("""(() => {
                const weights = new WeightPlane(live.engine);
                const again = new Engine({ nodes: data.nodes, ops: data.ops, order: data.order }, live.engine.first);
                for (const [id] of again.first.variables) again.set(id, live.engine.value(id));
                for (const [id, centre] of weights.centre)
                  again.set(id, centre.map((x, at) => x + 0.3 * weights.gradient.get(id)[at] - 0.2 * weights.random.get(id)[at]));
                again.compute();
                const id = model.nodes.findIndex((node) => /hidden1?.weight/.test(node.name));
                const column = (numbers) => Math.hypot(...numbers.filter((_, at) => at % live.engine.value(id).sizes[1] === 1));
                return [weights.loss(0.3, -0.2), again.value(model.loss)[0], weights.loss(0, 0), live.engine.value(model.loss)[0],
                  [weights.gradient, weights.random, weights.centre].map((each) => column(each.get(id)))];
            })()""")
            self.assertAlmostEqual(here, there, delta=1e-12)
            self.assertAlmostEqual(at_zero, expected, delta=1e-12)
            self.assertAlmostEqual(norms[0], norms[2], delta=1e-9)
            self.assertAlmostEqual(norms[1], norms[2], delta=1e-9)
            self.assertGreater(len(self.js("document.querySelector('.contours').getAttribute('d')")), 100)
            self.assertEqual(self.js("new Set(document.querySelector('#slice canvas').getContext('2d').getImageData(0, 0, 25, 25).data).size > 10"), True)

    def path_points(self):
        return re.findall(r"[ML]([\d.-]+) ([\d.-]+)", self.js("document.querySelector('#slice .path').getAttribute('d')"))

    def test_the_path_goes_on(self):
        self.sliced("moons.html", 20)
        self.assertEqual(len(self.path_points()), 21)
        self.assertEqual(self.path_points()[-1], ("160.0", "134.0"), "the middle")
        for _ in range(5):
            self.click("train-once")
        self.assertEqual(len(self.path_points()), 26)
        self.assertNotEqual(self.path_points()[-1], ("160.0", "134.0"))
        self.assertIn("the weights of step 21", self.text("#slice-said"))
        self.assertEqual(self.violations(), [])
        # A place in the plane is found again.
        found = self.js("""(() => {
            const weights = new WeightPlane(live.engine);
            const { x, y, part } = weights.place(new Map([...weights.centre].map(([id, centre]) => [id,
              centre.map((w, at) => w + 0.25 * weights.gradient.get(id)[at] - 0.5 * weights.random.get(id)[at])])));
            return [x, y, part];
        })()""")
        for here, expected in zip(found, (0.25, -0.5, 1)):
            self.assertAlmostEqual(here, expected, delta=1e-9)
        self.quiet()

    def test_the_slice_can_be_stopped(self):
        self.open("784-64-10.html", panel="training")
        self.click("slice-go")
        self.wait(100)
        self.assertRegex(self.text("#slice-go"), r"Stop \(\d+ %\)")
        self.click("slice-go")
        self.assertEqual(self.text("#slice-go"), "Compute")
        self.wait(200)
        self.assertEqual(self.js("document.querySelectorAll('#slice .plane:not([hidden])').length"), 0)
        self.quiet()

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
        if driver.execute_script("return plane !== undefined"):
            painted = driver.execute_script("""
                const boundary = new Boundary();
                boundary.run = model.own;
                boundary.paint();
                const start = performance.now();
                for (let i = 0; i < 20; ++i) boundary.paint();
                return (performance.now() - start) / 20;""")
            print(f"{name}: the plane, {painted:.1f} ms")
    for name in ("2-3-2.html", "moons.html", "784-64-10.html"):
        driver.get("about:blank")
        driver.get(f"file://{folder / name}#panel=training")
        took = driver.execute_async_script(compute_slice)
        print(f"{name}: the loss around the weights, {took:.0f} ms")
    for name in ("moons.html", "spirals.html"):
        driver.get(f"file://{folder / name}")
        right = driver.execute_script("""
            live.begin(0);
            const right = [];
            for (let step = 0; step <= 300; ++step, live.step()) {
              const p = columnsOf(live.engine, plane.prediction);
              right.push(Array.from(live.engine.value(plane.label)).filter((label, at) => classAt(p, at) === label).length);
            }
            return right.map((count) => count / live.engine.run.batch);""")
        reached = {part: next((step for step, share in enumerate(right) if share >= part), None) for part in (0.95, 1)}
        print(f"{name}: 95 % of the points are right after {reached[0.95]} steps, all after {reached[1]}")
    driver.quit()


if __name__ == "__main__":
    result = unittest.main(exit=False, argv=sys.argv)
    report()
    sys.exit(not result.result.wasSuccessful())
