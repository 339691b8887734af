#include <gradus/base/error.hpp>
#include <gradus/study/spread.hpp>
#include <gradus/tests/support/refusal.hpp>
#include <gradus/tests/train/runs.hpp>

#include <cmath>

using namespace gradus;
using namespace gradus::test;

BOOST_AUTO_TEST_SUITE(spread)

BOOST_AUTO_TEST_CASE(mean_and_deviation_by_hand) {
  const Spread three = Spread::of(std::vector<double>{1, 2, 6});
  BOOST_TEST(three.mean == 3);
  // (4 + 1 + 9) / 2 = 7.
  BOOST_TEST(std::abs(three.deviation - std::sqrt(7)) < 1e-12);
  BOOST_TEST(three.text() == "3.00 ± 2.65 %");
  BOOST_TEST(Spread::of(std::vector<double>{97.5}).text() == "97.50 %");
  check_refused<ValueError>([] { Spread::of({}); }, "a spread is of at least one run");
}

BOOST_AUTO_TEST_CASE(a_difference_is_said_where_it_is_larger_than_the_wobble) {
  const Spread low{90, 0.3, 3};
  // 2 √(0.09 / 3 + 0.09 / 3) = 0.49.
  const Spread near{90.48, 0.3, 3};
  const Spread far{90.5, 0.3, 3};
  BOOST_TEST(!differ(low, near));
  BOOST_TEST(differ(far, low));
  BOOST_TEST(difference_text(far, low) == "+0.50 points");
  BOOST_TEST(difference_text(low, near) ==
             "-0.48 points, which is no difference beyond the runs' own wobble");
  const Spread one{95, 0, 1};
  BOOST_TEST(!differ(one, {80, 0, 1}));
  BOOST_TEST(difference_text(one, {80, 0, 1}) == "+15.00 points, of one run each, whose wobble is not known");
}

BOOST_FIXTURE_TEST_CASE(the_end_of_a_run_is_its_last_five_lines, Runs) {
  train(small_run(), "run");
  RunRecord run = read_record(folder / "run");
  run.rows.clear();
  for (int i = 0; i < 8; ++i) {
    run.rows.push_back({i + 1, 1, "train", 0, 0.9});
    run.rows.push_back({i + 1, 1, "validation", 0, 0.1 * i});
  }
  // 0.3, 0.4, 0.5, 0.6, 0.7.
  BOOST_TEST(std::abs(late_accuracy(run) - 50) < 1e-9);
}

BOOST_AUTO_TEST_SUITE_END()
