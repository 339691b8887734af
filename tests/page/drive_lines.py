#!/usr/bin/env python3
"""Drives the picture of lines in headless Chromium: drive_lines.py FOLDER, as drive.py."""

import itertools
import unittest
import xml.etree.ElementTree

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import Page

pages = ("neuron.html", "2-3-2.html", "784-64-10.html", "mlp.html", "cnn.html")
sizes = ((1280, 800), (1920, 1080))

seen = """(() => {
  const stage = document.querySelector('#lines-stage').getBoundingClientRect();
  const box = (e) => { const { left, top, right, bottom } = e.getBoundingClientRect(); return [left, top, right, bottom]; };
  const texts = [];
  for (const e of document.querySelectorAll('.hinge *')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (own && e.getClientRects().length) texts.push([parseFloat(getComputedStyle(e).fontSize), e.textContent]);
  }
  return {
    stage: [stage.left, stage.top, stage.right, stage.bottom],
    tiles: Object.fromEntries([...document.querySelectorAll('.tile')].map((e) => [e.dataset.tile, box(e)])),
    overflowing: [...document.querySelectorAll('.tile')].filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.dataset.tile),
    texts,
    arrows: [...document.querySelectorAll('.arrow-line')].map((e) => {
      const all = document.querySelector('.hinge').getBoundingClientRect();
      return { from: e.dataset.from, to: e.dataset.to, points: e.getAttribute('d').slice(1).split('L')
        .map((p) => p.split(' ').map(Number)).map(([x, y]) => [x + all.left, y + all.top]) };
    }),
    pairs: book.tiles.filter((t) => t.row === 'backward').map((t) => [`v${t.of}`, t.key]),
  };
})()"""


def segments(arrow):
    return list(zip(arrow["points"], arrow["points"][1:]))


def cuts(segment, box, by=1):
    """Whether a segment that is level or upright goes through a box."""
    (x1, y1), (x2, y2) = segment
    left, top, right, bottom = box
    return max(min(x1, x2), left + by) < min(max(x1, x2), right - by) + (x1 == x2) and \
        max(min(y1, y2), top + by) < min(max(y1, y2), bottom - by) + (y1 == y2) and \
        max(x1, x2) > left + by and min(x1, x2) < right - by and max(y1, y2) > top + by and min(y1, y2) < bottom - by


def over_tiles(page):
    """Arrows that run over a tile they neither leave nor reach."""
    return [(arrow["from"], arrow["to"], key) for arrow in page["arrows"] for key, box in page["tiles"].items()
            if key not in (arrow["from"], arrow["to"]) and any(cuts(each, box) for each in segments(arrow))]


def cross(a, b):
    """Whether two segments cross, and do not only meet at an end."""
    (ax, ay), (ax2, ay2) = a
    (bx, by), (bx2, by2) = b
    if (ax == ax2) == (bx == bx2):
        return False
    if ax == ax2:
        return cross(b, a)
    return min(ax, ax2) + 2 < bx < max(ax, ax2) - 2 and min(by, by2) + 2 < ay < max(by, by2) - 2


class Lines(Page):
    def size(self, width, height):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def tearDown(self):
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def on(self):
        """One line on, without the driver's way of pressing keys, which takes its time."""
        self.driver.execute_script("document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }))")

    def each(self, sizes=sizes, **asked):
        for (width, height), name in itertools.product(sizes, pages):
            self.size(width, height)
            self.open(name, **asked)
            yield name, self.subTest(page=name, width=width), self.js(seen)

    def test_text_can_be_read_and_every_tile_is_in_sight(self):
        for _, test, page in self.each():
            with test:
                self.assertEqual([text for text in page["texts"] if text[0] < 12], [])
                self.assertEqual(page["overflowing"], [])
                left, top, right, bottom = page["stage"]
                outside = [key for key, box in page["tiles"].items()
                           if box[0] < left or box[1] < top or box[2] > right + 1 or box[3] > bottom + 1]
                self.assertEqual(outside, [])

    def test_a_lecture_can_be_read_from_the_last_row(self):
        for _, test, page in self.each([(1920, 1080)], lecture=""):
            with test:
                self.assertEqual([text for text in page["texts"] if text[0] < 20], [])
                self.assertEqual(page["overflowing"], [])
                left, top, right, bottom = page["stage"]
                self.assertEqual([key for key, box in page["tiles"].items() if box[0] < left or box[1] < top or box[2] > right + 1
                                  or box[3] > bottom + 1], [])
        small = self.js("""[...document.querySelectorAll('#stepper *')].filter((e) => e.getClientRects().length && parseFloat(getComputedStyle(e).fontSize) < 20
            && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())).map((e) => e.outerHTML.slice(0, 80))""")
        self.assertEqual(small, [])
        self.press("l")
        self.assertTrue(self.driver.find_element(By.ID, "side").is_displayed())

    def test_embedded_it_is_a_picture_that_can_be_asked(self):
        self.size(800, 450)
        self.open("2-3-2.html", embed="", line=3)
        for hidden in ("header", "#side", "#playing"):
            self.assertFalse(self.driver.find_element(By.CSS_SELECTOR, hidden).is_displayed(), hidden)
        page = self.js(seen)
        self.assertEqual([key for key, box in page["tiles"].items() if box[3] > page["stage"][3] or box[2] > page["stage"][2]], [])
        self.assertEqual([text for text in page["texts"] if text[0] < 12], [])
        self.driver.execute_async_script("window.postMessage({ gradus: '#line=8&embed=' }, '*'); setTimeout(arguments[0], 300)")
        self.assertEqual(self.text(".tile.now .symbol"), "z̄₂")

    def test_on_a_phone_buttons_and_picture_are_seen_together(self):
        self.size(390, 844)
        self.open("2-3-2.html", line=8)
        wide = self.js("document.documentElement.scrollWidth")
        self.assertLessEqual(wide, 390)
        boxes = self.js("""['#forth', '#play', '.tile.now'].map((e) => { const b = document.querySelector(e).getBoundingClientRect();
            return [b.left, b.top, b.right, b.bottom]; })""")
        for left, top, right, bottom in boxes:
            self.assertTrue(left >= 0 and top >= 0 and right <= 390 and bottom <= 844, (left, top, right, bottom))
        self.assertLessEqual(boxes[2][3], self.js("document.querySelector('#stepper').getBoundingClientRect().top"), "nothing covers the line")

    def test_what_is_taken_out(self):
        self.open("2-3-2.html")
        latex = self.js("linesAsLatex()")
        self.assertIn(r"\bar{z}_{2} &= \frac{1}{n} ( p - t )", latex)
        picture = self.js("hingeAsSvg(document.querySelector('.hinge'))")
        root = xml.etree.ElementTree.fromstring(picture)
        self.assertEqual(len(root.findall("{http://www.w3.org/2000/svg}rect")), 14)
        self.assertGreater(len(root.findall("{http://www.w3.org/2000/svg}text")), 60)

    def test_no_arrow_runs_over_a_tile_of_others(self):
        for name, test, page in self.each():
            over = over_tiles(page)
            crossings = [(a["from"], a["to"], b["from"], b["to"]) for a, b in itertools.combinations(page["arrows"], 2)
                         if any(cross(s, t) for s in segments(a) for t in segments(b))]
            with test:
                self.assertEqual(over, [])
                if name == "2-3-2.html":
                    self.assertLessEqual(len(crossings), 4, crossings)
                    self.assertEqual(len(page["arrows"]), 17, "all are drawn")

    def test_arrows_of_any_graph_keep_off_tiles(self):
        for name in ("twice.html", "moons.html", "hostile.html"):
            with self.subTest(page=name):
                self.open(name)
                page = self.js(seen)
                over = over_tiles(page)
                self.assertEqual(over, [])

    def test_any_graph_can_be_gone_through(self):
        for name in ("twice.html", "moons.html", "hostile.html", "large.html"):
            with self.subTest(page=name):
                self.open(name)
                for _ in range(self.js("Stepper.walks[book ? 'lines' : 'nodes'].parts.length > 100 ? 100 : Stepper.walks[book ? 'lines' : 'nodes'].parts.length")):
                    self.on()
                for tile in range(self.js("document.querySelectorAll('.tile').length")):
                    self.driver.execute_script("document.querySelectorAll('.tile')[arguments[0]].click()", tile)
                self.press("q", "l", "l")
                self.quiet()

    def test_every_gradient_is_below_its_value(self):
        for _, test, page in self.each():
            with test:
                for value, gradient in page["pairs"]:
                    above, below = page["tiles"][value], page["tiles"][gradient]
                    self.assertAlmostEqual(above[0] + above[2], below[0] + below[2], delta=3)
                    self.assertLess(above[3], below[1])

    def test_two_presses_from_the_loss_to_p_minus_t(self):
        self.open("2-3-2.html")
        self.assertRegex(self.text("#step-count"), r"^0 / 14$")
        presses = 0
        while "L = " not in self.js("document.querySelector('.tile.now .symbol')?.getAttribute('aria-label') ?? ''") \
                and not self.js("document.querySelector('.tile.now .symbol')?.textContent === 'L'"):
            self.press(Keys.ARROW_RIGHT)
            presses += 1
            self.assertLess(presses, 14)
        self.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
        self.assertEqual(self.text(".tile.now .symbol"), "z̄₂")
        self.assertRegex(self.js("document.querySelector('#sentence').textContent"), r"p\s*−\s*t")

    def test_lines_speak_of_no_nodes(self):
        for page in pages:
            self.open(page)
            count = self.js("book.steps.length")
            for step in range(count + 1):
                if step > 0:
                    self.on()
                if count > 20 and step % 5:
                    continue
                text = self.js("['#stage', '#detail', '#told'].map((e) => document.querySelector(e).innerText).join(' ')")
                for word in ("backward/", "update/", "_2", "multiply"):
                    self.assertNotIn(word, text, f"{page}, step {step}")

    def test_no_number_of_the_future(self):
        for page in ("neuron.html", "2-3-2.html"):
            self.open(page)
            count = self.js("book.steps.length")
            for step in range(1, count):
                self.on()
                text = self.js("document.body.innerText.replaceAll('−', '-')")
                later = self.js("""model.withAll(() => [...book.knownAt].filter(([id, at]) => at > arguments[0] && model.nodes[id].section !== 'update')
                    .flatMap(([id]) => model.value(id, 0)?.numbers ?? []).map((x) => formatted(x).replaceAll('−', '-')))""", step)
                now = self.js("""[...book.knownAt].filter(([id, at]) => at <= arguments[0]).flatMap(([id]) => model.value(id, 0)?.numbers ?? [])
                    .map((x) => formatted(x).replaceAll('−', '-'))""", step)
                for number in set(later) - set(now):
                    if len(number.lstrip("-")) > 4:
                        self.assertNotIn(number, text, f"{page}, step {step}")

    def test_numbers_say_what_they_are_made_of(self):
        self.open("2-3-2.html")
        wrong, count = self.js("""(() => {
          const wrong = []; let count = 0;
          for (const cell of document.querySelectorAll('.hinge .value [data-at]')) {
            const id = Number(cell.closest('.value').dataset.node);
            if (!model.nodes[id].inputs.length) continue;
            cell.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }));
            const note = document.querySelector('#number-note');
            ++count;
            const number = model.value(id, 0).numbers[Number(cell.dataset.at)];
            if (note.hidden || !note.querySelector('math') || note.querySelector('b').textContent !== formatted(number))
              wrong.push(model.nodes[id].name);
          }
          return [wrong, count];
        })()""")
        self.assertGreater(count, 30)
        self.assertLessEqual(set(wrong), {"t", "backward/L/fill"})
        self.assertGreater(self.js("document.querySelectorAll('.hinge .lit').length"), 1)

    def test_a_pixel_of_a_convolution_marks_its_patch(self):
        for tile, sources in (("z₁", ("x", "K₁, 1")), ("z₂", ("a₁, 1", "K₂, 1")), ("ā₁", ("z̄₂, 1", "K₂, 1"))):
            with self.subTest(tile=tile):
                self.open("cnn.html", tile=tile)
                planes = self.driver.find_elements(By.CSS_SELECTOR, ".closeup")
                captions = [plane.find_element(By.TAG_NAME, "figcaption").text for plane in planes]
                self.driver.execute_script("""const [svg] = document.querySelectorAll('.closeup svg');
                    const { left, top, width, height } = svg.getBoundingClientRect();
                    svg.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, clientX: left + width * 0.55, clientY: top + height * 0.55 }));""")
                self.assertEqual(len(planes[0].find_elements(By.CSS_SELECTOR, "rect.now")), 1)
                for source in sources:
                    marked = planes[captions.index(source)].find_elements(By.CSS_SELECTOR, "rect.patch")
                    self.assertEqual(len(marked), 25, f"{source} of {captions}")
                shown, summed, value = self.js("""(() => {
                    const closer = new Closer(model.nodes[Number(document.querySelector(`.tile.chosen .value`).dataset.node)], 0, explain.symbolOf);
                    const [n, channel, row, column] = closer.place;
                    const [, channels, rows, columns] = closer.value.sizes;
                    return [document.querySelector('.closer-sum b').textContent, closer.made.value,
                        closer.value[((n * channels + channel) * rows + row) * columns + column]];
                })()""")
                self.assertAlmostEqual(summed, value, delta=1e-9)
                self.assertRegex(shown, r"^−?[\d.e−]+$")

    def test_layers_lines_and_nodes(self):
        self.open("2-3-2.html", level="layers")
        self.assertEqual(self.js("[...document.querySelectorAll('.tile.forward.forward .symbol')].map((e) => e.textContent).slice(0, 4)"),
                         ["data", "hidden", "output", "loss"])
        self.driver.find_element(By.ID, "view-step").click()
        self.assertTrue(self.driver.find_element(By.ID, "drawing").is_displayed())
        self.driver.find_element(By.ID, "view-lines").click()
        self.assertTrue(self.driver.find_element(By.CSS_SELECTOR, ".hinge").is_displayed())

    def test_fields_and_sliders_keep_their_keys(self):
        self.open("2-3-2.html", tile="W₁, b₁")
        rate = self.driver.find_element(By.CSS_SELECTOR, "[data-setting]")
        before = float(rate.get_attribute("value"))
        rate.send_keys(Keys.ARROW_RIGHT)
        self.assertGreater(float(self.driver.find_element(By.CSS_SELECTOR, "[data-setting]").get_attribute("value")), before)
        self.assertRegex(self.text("#step-count"), r"^0 / 14$")
        field = self.driver.find_element(By.CSS_SELECTOR, "#detail [data-number]")
        field.send_keys(Keys.ARROW_RIGHT, "l", "d", Keys.BACKSPACE, Keys.BACKSPACE)
        self.assertRegex(self.text("#step-count"), r"^0 / 14$")
        self.assertFalse(self.js("document.body.hasAttribute('data-lecture')"))
        self.driver.find_element(By.ID, "step-bar").send_keys(Keys.ARROW_RIGHT)
        self.assertRegex(self.text("#step-count"), r"^1 / 14$")

    def test_address_restores_a_line(self):
        self.open("2-3-2.html", line=8)
        self.assertEqual(self.text(".tile.now .symbol"), "z̄₂")
        self.press(Keys.ARROW_LEFT)
        self.assertEqual(self.address()["line"], ["7"])
        self.open("2-3-2.html", tile="W₁, b₁")
        self.assertEqual(self.text("#detail h2"), "W₁, b₁")

    def test_accessible(self):
        for page, theme, asked in itertools.product(("2-3-2.html", "mlp.html"), ("light", "dark"), ({}, {"line": 9}, {"level": "layers"})):
            with self.subTest(page=page, theme=theme, asked=asked):
                self.open(page, theme=theme, **asked)
                self.assertEqual(self.violations(), [])


if __name__ == "__main__":
    unittest.main()
