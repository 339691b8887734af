#!/usr/bin/env python3
"""Answers the questions of the pages by keyboard in headless Chromium: drive_questions.py FOLDER, as drive.py."""

import itertools
import unittest

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import Page

# Of each question its kind, and the right answer: a number of the page's document, or the place of an option.
expected = """(() => {
  const numbers = (id) => data.runs[0].nodes[id].numbers;
  return questions.map(({ kind, node, assigned, flat, at }) => {
    if (kind === 'formula') return { kind, answer: [2, 1, 0][at % 3] };
    if (kind === 'way') return { kind, answer: [1, 2, 0][1 + Math.sign(numbers(assigned)[flat] - numbers(node)[flat])] };
    return { kind, answer: numbers(node)[flat] };
  });
})()"""


class Questions(Page):
    def verdict(self):
        return self.text("#verdict")

    def type(self, *keys):
        self.driver.switch_to.active_element.send_keys(*keys)

    def answer(self, kind, value):
        if kind in ("number", "factor"):
            self.type(Keys.CONTROL + "a" + Keys.NULL, f"{value:.6g}", Keys.ENTER)
        else:
            self.type(*[Keys.ARROW_DOWN] * value if value else [Keys.SPACE], Keys.ENTER)

    def begin(self, page):
        self.open(page)
        self.press("q")
        self.driver.execute_script("document.querySelector('#questions-panel input').focus()")

    def test_every_question_can_be_answered_by_keyboard(self):
        for page in ("neuron.html", "2-3-2.html"):
            with self.subTest(page=page):
                self.begin(page)
                questions = self.js(expected)
                self.assertGreater(len(questions), 15)
                self.assertEqual({each["kind"] for each in questions}, {"number", "factor", "formula", "way"})
                for number, each in enumerate(questions, 1):
                    self.assertIn(f"Question {number} of {len(questions)}", self.text("#questions-panel h2"))
                    if each["kind"] in ("number", "factor") and len(f"{abs(each['answer']):.4g}") > 4:
                        shown = self.js("formatted(arguments[0])", each["answer"])
                        before = self.js("model.value(questions[arguments[0]].node, 0) === undefined", number - 1)
                        self.assertTrue(before, f"question {number} shows {shown}")
                        if each["kind"] == "number":
                            self.assertNotIn(f" {shown} ", f" {self.js('document.body.innerText')} ".replace("\n", " "))
                    self.answer(each["kind"], each["answer"])
                    self.assertTrue(self.verdict().startswith("Right!"), f"question {number}, {each}: {self.verdict()}")
                    self.type(Keys.ENTER)
                self.assertIn(f"{len(questions)} of {len(questions)} right", self.text("#score"))
                self.quiet()

    def place_of(self, kind, symbol):
        return self.js("""questions.findIndex((each) => each.kind === arguments[0] && each.line?.symbol.text === arguments[1])""", kind, symbol)

    def goto(self, page, kind, symbol):
        self.begin(page)
        at = self.place_of(kind, symbol)
        questions = self.js(expected)
        for each in questions[:at]:
            self.answer(each["kind"], each["answer"])
            self.type(Keys.ENTER)
        return questions[at]

    def test_a_wrong_answer_hears_what_is_missing(self):
        right = self.goto("2-3-2.html", "number", "z̄₁")["answer"]
        self.answer("number", -right)
        self.assertIn("sign", self.verdict())
        at = self.place_of("number", "z̄₁")
        incoming = self.js("""model.withAll(() => { const { line, flat } = questions[arguments[0]];
            return elements.numbersOf(line.reads.find((id) => book.gradientTile.has(id)), 0)[flat]; })""", at)
        self.answer("number", incoming)
        self.assertIn("You left out", self.verdict())
        self.answer("number", right + 1)
        self.assertIn("It is", self.verdict())
        self.assertIn(f"{at} of {at + 1} right", self.text("#score"))

    def test_a_forgotten_product_is_named(self):
        question = self.goto("2-3-2.html", "number", "z₁")
        at = self.place_of("number", "z₁")
        first = self.js("forgotten(questions[arguments[0]].node, questions[arguments[0]].flat, 0).find(({ what }) => what?.includes('products'))", at) \
            or self.js("model.withAll(() => forgotten(questions[arguments[0]].node, questions[arguments[0]].flat, 0).find(({ what }) => what?.includes('products')))", at)
        self.answer("number", first["value"])
        self.assertIn("one of 2 products", self.verdict())
        self.answer("number", question["answer"])
        self.assertTrue(self.verdict().startswith("Right."))

    def test_accessible(self):
        for page, theme in itertools.product(("2-3-2.html", "784-64-10.html"), ("light", "dark")):
            with self.subTest(page=page, theme=theme):
                self.open(page, panel="questions", theme=theme)
                self.assertEqual(self.violations(), [])

    def test_large_networks_ask_for_formulas(self):
        self.open("784-64-10.html", panel="questions")
        kinds = set(self.js("questions.map(({ kind }) => kind)"))
        self.assertIn("formula", kinds)
        self.assertTrue(self.driver.find_element(By.CSS_SELECTOR, "#questions-panel fieldset").is_displayed())


if __name__ == "__main__":
    unittest.main()
