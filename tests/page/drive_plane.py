#!/usr/bin/env python3
"""The planes that the tab "Training" draws, of two features and of the weights, in headless Chromium: drive_plane.py FOLDER

FOLDER holds what drive_live.py asks for, moons.html and spirals.html (gradus explain points). Prints how long the
pictures take, and after how many steps the points are told apart.
"""

import re

from browser import Page, browser, folder, run

# Has the slice of the loss computed, and says how many milliseconds that took.
compute_slice = """
    const done = arguments[0];
    const start = performance.now();
    const go = document.getElementById("slice-go");
    go.click();
    const look = () => (go.textContent === "Compute again" ? done(performance.now() - start) : requestAnimationFrame(look));
    look();"""


class Plane(Page):
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
                const network = planeNetwork(points);
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

    def test_answers_of_a_regression(self):
        self.open("twice.html", panel="training")
        self.click("train-once")
        self.driver.execute_script("live.step(100);")
        self.click("train-once")
        self.wait(250)
        self.assertIn("each point in the colour of what should be answered", self.text("#boundary-said"))
        # Trained, it answers what it should: each point has the colour of the plane around it.
        apart = self.js("""(() => {
            const canvas = document.querySelector(".plane canvas").getContext("2d").getImageData(0, 0, 40, 40).data;
            return [...document.querySelectorAll(".plane .point")].map((point) => {
              const [x, y] = point.getAttribute("transform").match(/[\\d.]+/g).map(Number);
              const at = (Math.floor((y - 18) / 232 * 40) * 40 + Math.floor((x - 44) / 232 * 40)) * 4;
              const own = point.getAttribute("fill").match(/\\d+/g).map(Number);
              return Math.max(...own.map((channel, index) => Math.abs(channel - canvas[at + index])));
            });
        })()""")
        self.assertEqual(len(apart), 4)
        self.assertLess(max(apart), 40)
        self.quiet()

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
        self.assertEqual(self.text("#slice-go"), "Stop")
        self.assertRegex(self.text("#slice output"), r"^\d+ %$")
        self.click("slice-go")
        self.assertEqual(self.text("#slice-go"), "Compute")
        self.wait(200)
        self.assertEqual(self.js("document.querySelectorAll('#slice .plane:not([hidden])').length"), 0)
        self.quiet()


def report():
    driver = browser()
    for name in ("2-3-2.html", "moons.html"):
        driver.get(f"file://{folder / name}")
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
    run(report)
