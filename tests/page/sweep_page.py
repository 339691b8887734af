"""The page of a sweep as a person with a mouse and a keyboard meets it."""

import zlib

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

import made_sweep
from browser import Page, data_of, folder


class Sweep(Page):
    """Opens pages of sweeps and does what a person does there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        made_sweep.write(folder / "sweep.html", folder / "made.html", made_sweep.page_data())

    def open(self, name, **asked):
        super().open(name, **asked)
        self.trials = data_of(name, "sweep-data")["trials"]
        self.js("document.querySelector('#parallel').scrollIntoView({block: 'center'})")

    def tearDown(self):
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        self.quiet()

    # --- What a person does and sees ---

    def mouse(self, *points, release=True):
        chain = ActionChains(self.driver, duration=20)
        for place, (x, y) in enumerate(points):
            chain.w3c_actions.pointer_action.move_to_location(round(x), round(y))
            if place == 0 and (len(points) > 1 or release):
                chain.w3c_actions.pointer_action.pointer_down()
        if release:
            chain.w3c_actions.pointer_action.pointer_up()
        chain.perform()

    def place(self, trial, axis):
        at = self.js("sweepPage.place(arguments[0], arguments[1])", trial, axis)
        return at["x"], at["y"]

    def drag_axis(self, axis, first, second):
        """A brush from one trial to another, a little beyond both; which trials are in it."""
        x, y1 = self.place(first, axis)
        y2 = self.place(second, axis)[1]
        low, high = sorted((y1, y2))
        low, high = round(low) - 3, round(high) + 3
        self.mouse((x, low), (x, (low + high) / 2), (x, high))
        return {trial["number"] for place, trial in enumerate(self.trials) if low <= self.place(place, axis)[1] <= high}

    def rows(self):
        return [int(number) for number in
                self.js("[...document.querySelectorAll('#trials tbody tr')].map((row) => row.cells[0].textContent)")]

    def column(self, label):
        heads = self.js("[...document.querySelectorAll('#trials thead th')].map((head) => head.textContent)")
        place = heads.index(label)
        return self.js("[...document.querySelectorAll('#trials tbody tr')].map((row) => row.cells[arguments[0]].textContent)",
                       place)

    def picture(self, selector):
        """What tells one picture of a canvas from another."""
        return zlib.crc32(self.js("document.querySelector(arguments[0]).toDataURL()", selector).encode())

    def order(self):
        return self.js("[...document.querySelectorAll('.head')].map((head) => [head.querySelector('.axis-name').title,"
                       " head.getBoundingClientRect().left]).sort((a, b) => a[1] - b[1]).map(([name]) => name)")

    def head(self, axis, part=".axis-name"):
        heads = self.driver.find_elements(By.CSS_SELECTOR, ".head")
        return next(head for head in heads
                    if head.find_element(By.CSS_SELECTOR, ".axis-name").get_attribute("title") == axis
                    ).find_element(By.CSS_SELECTOR, part)

    def kept(self):
        return int(self.text("#kept").split()[0])

    def by_accuracy(self):
        measured = [place for place, trial in enumerate(self.trials) if trial["accuracy"] is not None]
        return sorted(measured, key=lambda place: -self.trials[place]["accuracy"])
