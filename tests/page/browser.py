"""A page of the program in headless Chromium, as a person with a mouse and a keyboard meets it."""

import json
import pathlib
import re
import shutil
import sys
import unittest
import urllib.parse

import axe_core_python
from selenium import webdriver
from selenium.webdriver.common.by import By

folder = pathlib.Path(sys.argv.pop(1)).resolve()


axe = (pathlib.Path(axe_core_python.__path__[0]) / "axe.min.js").read_text(encoding="utf-8")


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("chromium-browser")
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,800",
                     "--force-prefers-reduced-motion"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.ChromeService(executable_path=shutil.which("chromedriver"))
    return webdriver.Chrome(options=options, service=service)


def run(report):
    """Runs the tests, and prints what `report` measures, whatever their result."""
    result = unittest.main(exit=False, argv=sys.argv)
    report()
    sys.exit(not result.result.wasSuccessful())


def data_of(name, element="data"):
    """What the page holds in an element, read without the page's own scripts."""
    text = (folder / name).read_text(encoding="utf-8")
    return json.loads(re.search(rf'<script type="application/json" id="{element}">(.*?)</script>', text, re.S).group(1))


class Page(unittest.TestCase):
    folder = folder

    @classmethod
    def setUpClass(cls):
        cls.driver = browser()

    @classmethod
    def tearDownClass(cls):
        cls.driver.quit()

    def open(self, name, **asked):
        """Opens a page anew at an address, and checks that nothing was asked of the network and nothing went wrong."""
        driver = self.driver
        driver.get("about:blank")
        driver.get_log("performance")
        driver.get_log("browser")
        address = f"file://{folder / name}"
        if asked:
            address += "#" + urllib.parse.urlencode(asked)
        driver.get(address)
        requests = [json.loads(entry["message"])["message"]["params"]["request"]["url"]
                    for entry in driver.get_log("performance") if "Network.requestWillBeSent\"" in entry["message"]]
        others = [url for url in requests if not url.startswith((f"file://{folder / name}", "data:"))]
        self.assertEqual(others, [], "requests")
        self.quiet()

    def quiet(self):
        self.assertEqual(self.driver.get_log("browser"), [], "console")

    def js(self, script, *arguments):
        return self.driver.execute_script(f"return {script}", *arguments)

    def click(self, name):
        self.driver.find_element(By.ID, name).click()

    def wait(self, milliseconds):
        self.driver.execute_async_script("setTimeout(arguments[1], arguments[0])", milliseconds)

    def press(self, *keys):
        body = self.driver.find_element(By.TAG_NAME, "body")
        for key in keys:
            body.send_keys(key)

    def text(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector).text

    def violations(self):
        """What is not accessible, after axe-core."""
        self.driver.execute_script(axe)
        found = self.driver.execute_async_script(
            "axe.run(document, {resultTypes: ['violations']}).then(arguments[0])")["violations"]
        return [(rule["id"], [(node["target"], node["failureSummary"]) for node in rule["nodes"]][:3]) for rule in found]

    def address(self):
        """The address as it is once the page has written it."""
        self.driver.execute_async_script("setTimeout(arguments[0], 250)")
        return urllib.parse.parse_qs(urllib.parse.urlparse(self.driver.current_url).fragment)
