#!/usr/bin/env python3
"""Has the pages of `gradus explain` take their training steps themselves, in headless Chromium: drive_live.py FOLDER

FOLDER holds what drive.py asks for, and 784-64-10.html. Prints how long a training step takes.
"""

import re

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from browser import Page, browser, data_of, folder, run

small = ("neuron.html", "2-3-2.html", "twice.html")


class Live(Page):
    def proof(self, name):
        """What the page says of its own computation, once it has said it."""
        self.open(name)
        return WebDriverWait(self.driver, 20).until(
            lambda driver: (lambda text: text if "checking" not in text else None)(driver.find_element(By.ID, "proof").text))

    def loss(self):
        return self.js("model.scalar(model.loss, model.own)")

    # --- The page's own numbers are gradus's ---

    def test_recorded_steps_are_computed_again(self):
        for name in (*small, "784-64-10.html"):
            said = re.fullmatch(r"✓ ([\d,]+) numbers agree, largest difference (\S+)", self.proof(name))
            self.assertIsNotNone(said, name)
            self.assertGreater(int(said[1].replace(",", "")), 100)
            self.assertLess(float(said[2]), 1e-7)
            self.assertEqual(self.js("live.proof().steps"), self.js("data.runs.length"), "all recorded steps")

    def test_a_number_that_differs_is_named(self):
        self.proof("2-3-2.html")
        found = self.js("""(() => {
            const id = data.nodes.findIndex((node) => node.name === "h");
            data.runs[1].nodes[id].numbers[2] += 1e-5;
            return [id, live.proof().differing];
        })()""")
        self.assertEqual([(each["node"], each["run"]) for each in found[1]], [(found[0], 1)])

    def test_a_page_that_computes_nothing_says_why(self):
        self.assertRegex(self.proof("mlp.html"), r"weights and data would take [\d.]+ MB, and there is room for [\d.]+ MB")
        self.assertIn("take no training step", self.proof("large.html"))
        self.assertIn("no rule in JavaScript", self.proof("hostile.html"))
        self.assertEqual(self.js("window.attacked"), None)

    # --- Training on ---

    def test_training_on_back_and_reset(self):
        self.proof("2-3-2.html")
        self.click("train-once")
        self.click("train-once")
        second = self.loss()
        self.assertIn("step 3", self.text("#own-step"))
        self.assertLess(abs(second - self.js("model.scalar(model.loss, 2)")), 1e-7, "the third recorded step")
        for _ in range(40):
            self.click("train-once")
        self.assertLess(self.loss(), second / 2)
        for _ in range(40):
            self.click("train-back")
        self.assertEqual(self.loss(), second)
        self.click("train-reset")
        self.assertIn("1 / 3", self.text("#run-count"))
        self.quiet()

    def test_playing(self):
        self.proof("2-3-2.html")
        self.click("play")
        self.driver.execute_async_script("setTimeout(arguments[0], 1000)")
        self.assertEqual(self.js("document.getElementById('play').getAttribute('aria-pressed')"), "true")
        self.click("play")
        taken = self.js("live.engine.taken")
        self.assertGreater(taken, 3)
        self.driver.execute_async_script("setTimeout(arguments[0], 300)")
        self.assertEqual(self.js("live.engine.taken"), taken)
        self.quiet()

    def test_another_number(self):
        self.open("2-3-2.html", node="hidden/weight")
        field = self.driver.find_element(By.CSS_SELECTOR, "[data-number]")
        before = self.js("model.scalar(model.loss, 0)")
        field.send_keys(Keys.ARROW_UP)
        self.driver.execute_async_script("setTimeout(arguments[0], 100)")
        self.assertAlmostEqual(self.js("live.engine.value(model.nodes.find((node) => node.name === 'hidden/weight').id)[0]"), 0.6)
        self.assertNotEqual(self.loss(), before)
        self.assertEqual(self.js("document.activeElement.dataset.number"), self.js("document.querySelector('[data-number]').dataset.number"))
        field = self.driver.switch_to.active_element
        field.send_keys(Keys.CONTROL + "a" + Keys.NULL + "0.5" + Keys.TAB)
        self.driver.execute_async_script("setTimeout(arguments[0], 100)")
        self.assertAlmostEqual(self.loss(), before, delta=1e-8)
        self.assertEqual(self.js("document.activeElement.dataset.number.split(':')[1]"), "1", "the next number has the focus")
        self.quiet()

    def test_after_any_edit_gradients_are_differences(self):
        for page in ("neuron.html", "2-3-2.html", "moons.html"):
            with self.subTest(page=page):
                self.open(page)
                worst = self.js("""(() => {
                    // Counted numbers from 0 to 1, the same at each run of the test.
                    let count = 0;
                    const next = () => (Math.sin(++count * 12.9898) * 43758.5453) % 1 / 2 + 0.5;
                    const engine = live.at(0);
                    const inputs = model.nodes.filter((node) => live.isFree(node.id) && !["hyper-parameter", "optimizer state", "buffer"].includes(node.role)
                      && node.name !== "label").map((node) => node.id);
                    const loss = () => { engine.compute(); return engine.value(model.loss)[0]; };
                    const with_ = (id, at, by) => { const numbers = Array.from(engine.value(id)); numbers[at] += by; engine.set(id, numbers); };
                    let worst = 0;
                    for (let edit = 0; edit < 20; ++edit) {
                      const id = inputs[Math.floor(next() * inputs.length)];
                      const at = Math.floor(next() * engine.value(id).length);
                      with_(id, at, 2 * next() - 1);
                      engine.compute();
                      for (const [of, { total }] of model.adjoint) {
                        if (model.nodes[of].role !== "parameter") continue;
                        engine.compute();
                        const gradient = Array.from(engine.value(total));
                        const element = Math.floor(next() * gradient.length);
                        const step = 1e-5;
                        with_(of, element, step);
                        const above = loss();
                        with_(of, element, -2 * step);
                        const below = loss();
                        with_(of, element, step);
                        worst = Math.max(worst, Math.abs((above - below) / (2 * step) - gradient[element]));
                      }
                    }
                    return worst;
                })()""")
                self.assertLess(worst, 1e-6)
                self.assertGreater(worst, 0)

    def test_a_drawn_digit_is_labelled_and_its_gradient_flows_back(self):
        self.open("784-64-10.html", tile="x")
        took, best, alone = self.js("""(() => {
            const pad = document.querySelector('.pad');
            const { left, top, width, height } = pad.getBoundingClientRect();
            const send = (type, x, y) => pad.dispatchEvent(new PointerEvent(type, { bubbles: true, button: 0, clientX: left + x * width, clientY: top + y * height }));
            send('pointerdown', 0.5, 0.2);
            for (let y = 0.25; y < 0.85; y += 0.05) send('pointermove', 0.5, y);
            const start = performance.now();
            send('pointermove', 0.5, 0.85);
            const took = performance.now() - start;
            send('pointerup', 0.5, 0.85);
            return [took, document.querySelectorAll('.classes .best').length, document.querySelector('.drawing output').textContent];
        })()""")
        self.assertEqual(best, 1)
        self.assertRegex(alone, r"^It looks like a \d to the network\.$")
        print(f"784-64-10.html: a stroke is labelled in {took:.1f} ms")
        self.driver.execute_async_script("setTimeout(arguments[0], 200)")
        row, sure, answer = self.js("""(() => {
            const x = model.nodes.find((node) => node.role === 'input' && node.shape === '(batch, 784)').id;
            const p = DrawingPad.predictionOf(x);
            const row = Array.from(live.engine.value(p).subarray(0, 10));
            return [Array.from(live.engine.value(x).subarray(0, 784)).filter((ink) => ink > 0).length, Math.max(...row), row.indexOf(Math.max(...row))];
        })()""")
        self.assertGreater(row, 40)
        self.assertIn(f"a {answer} to", alone, "the batch's first example has the same answer")

    def test_scripts_hold_no_derivative(self):
        """Only the rules of ops compute, and drive_rules.py holds each of them against its kernel: all other scripts
        know no function by its name, so that they cannot know its slope either."""
        functions = {op["name"] for op in data_of("rules.html")["ops"] if op.get("elementwise") and len(op["letters"]) == 1}
        self.assertGreater(len(functions), 15)
        text = (self.folder / "2-3-2.html").read_text(encoding="utf-8")
        scripts = [script for script in re.findall(r"<script>(.*?)</script>", text, re.S) if not script.startswith("rules[")]
        named = {name for name in functions for script in scripts if re.search(rf"""["'`]{name}["'`]""", script)}
        # A minus sign is written; whose units can be dead, and where a probability is undecided, is told by the name.
        self.assertEqual(named - {"negate", "relu", "sigmoid"}, set())

    def test_another_learning_rate(self):
        self.proof("2-3-2.html")
        self.driver.execute_script("""
            const slider = document.querySelector("[data-setting]");
            slider.value = -1;
            slider.dispatchEvent(new Event("input"));""")
        rate = self.js("model.nodes.find((node) => node.name === 'learning_rate').id")
        self.assertAlmostEqual(self.js("model.scalar(arguments[0], model.own)", rate), 0.05)
        before = self.loss()
        self.click("train-once")
        slow = self.loss()
        self.assertLess(slow, before)
        self.assertGreater(slow, self.js("model.scalar(model.loss, 1)"))


def report():
    driver = browser()
    for name in ("2-3-2.html", "784-64-10.html"):
        driver.get(f"file://{folder / name}")
        step, shown = driver.execute_script("""
            const time = (count, action) => {
              action();
              const start = performance.now();
              for (let i = 0; i < count; ++i) action();
              return (performance.now() - start) / count;
            };
            return [time(30, () => live.step()), time(30, () => document.getElementById("train-once").click())];""")
        print(f"{name}: {(folder / name).stat().st_size / 1e6:.2f} MB, a training step takes {step:.2f} ms, and {shown:.1f} ms shown")
    driver.quit()


if __name__ == "__main__":
    run(report)
