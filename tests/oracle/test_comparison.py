"""The comparer accepts what rounding explains and refuses what is wrong. Needs numpy alone."""

import unittest

import numpy

from comparison import EPSILON, MARGIN, compare, compare_each, margin, sensitivities, sensitivity

RIGHT = numpy.array([0.7, -1.3, 0.02, 2.4, -0.6])
# Of a result that rounding moves by ten times its own size: worse conditioned than most.
MOVES = 24.0


class Comparison(unittest.TestCase):
    def check(self, found, passed, reference=RIGHT, moves=MOVES):
        for precision in EPSILON:
            for longest in (1, 40000):
                verdict = compare(found, reference, moves, precision, longest)
                self.assertTrue(verdict.compared)
                self.assertEqual(verdict.passed, passed, verdict)

    def test_equal(self):
        self.check(RIGHT, True)

    def test_a_wrong_sign_anywhere(self):
        for at in range(RIGHT.size):
            wrong = RIGHT.copy()
            wrong[at] = -wrong[at]
            self.check(wrong, False)
        self.check(-RIGHT, False)

    def test_a_wrong_scale(self):
        for scale in (2, 0.5, 1.05):
            self.check(scale * RIGHT, False)

    def test_zeros(self):
        self.check(0 * RIGHT, False)

    def test_a_number_where_nothing_depends(self):
        zeros = numpy.zeros(3)
        self.assertTrue(compare(zeros, zeros, 0.0, "double").passed)
        self.assertFalse(compare(numpy.array([0, 1e-30, 0]), zeros, 0.0, "double").passed)

    def test_other_numbers_of_the_same_size(self):
        self.check(numpy.roll(RIGHT, 1), False)
        self.check(RIGHT[:-1], False)

    def test_not_finite(self):
        for wrong in (numpy.nan, numpy.inf, -numpy.inf):
            found = RIGHT.copy()
            found[2] = wrong
            self.check(found, False)
            self.check(found, True, reference=found)
            self.check(RIGHT, False, reference=found)
        self.check(numpy.array([numpy.inf]), False, reference=numpy.array([-numpy.inf]), moves=0.0)

    def test_rounding(self):
        for precision, epsilon in EPSILON.items():
            unit = epsilon * (MOVES + 2.4)
            for units, passed in ((0.9 * MARGIN, True), (1.2 * MARGIN, False)):
                verdict = compare(RIGHT + units * unit, RIGHT, MOVES, precision)
                self.assertEqual(verdict.passed, passed)
                self.assertAlmostEqual(verdict.units / units, 1, delta=0.1)

    def test_longer_sums_round_more(self):
        self.assertEqual(margin(1), MARGIN)
        self.assertEqual(margin(6400), 10 * MARGIN)

    def test_what_rounding_may_turn_is_left_out_but_held_to_the_bound(self):
        tiny = numpy.array([1e-17])
        self.assertFalse(compare(-tiny, tiny, 1.0, "double").compared)
        self.assertTrue(compare(-tiny, tiny, 1.0, "double").passed)
        self.assertFalse(compare(tiny + 1e-12, tiny, 1.0, "double").passed)

    def test_numbers_of_any_size_are_compared_one_by_one(self):
        right = numpy.array([1e300, 1e-300, 0.0, numpy.inf, numpy.nan])
        moves = numpy.array([1e300, 1e-300, 0.0, 0.0, 0.0])
        self.assertTrue(compare_each(right, right, moves).passed)
        for at, wrong in ((0, -1e300), (1, -1e-300), (1, 0.0), (2, 1e-300), (3, -numpy.inf), (3, 1.0), (4, 1.0)):
            found = right.copy()
            found[at] = wrong
            self.assertFalse(compare_each(found, right, moves).passed, (at, wrong))
            self.assertEqual(compare_each(found, right, moves, only_finite=True).passed, at > 2)
        self.assertFalse(compare_each(numpy.array([numpy.nan]), numpy.array([1.0]), numpy.zeros(1)).passed)
        for reference, passed in ((1e-310, True), (1e-307, False)):
            self.assertEqual(compare_each(numpy.zeros(1), numpy.array([reference]), numpy.zeros(1)).passed, passed)

    def test_what_a_disturbance_turns_cannot_be_compared(self):
        eta = 2.0**-26
        found = sensitivities(numpy.array([1.0, 1.0]), [numpy.array([1.0 + eta, -0.3])], eta)
        self.assertEqual(list(found), [1.0, numpy.inf])

    def test_sensitivity_is_the_largest_move(self):
        eta = 2.0**-26
        self.assertAlmostEqual(sensitivity(RIGHT, [RIGHT + 3 * eta, RIGHT - 5 * eta], eta), 5, places=6)


if __name__ == "__main__":
    unittest.main()
