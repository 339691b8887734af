#include <gradus/base/error.hpp>
#include <gradus/tests/support/refusal.hpp>
#include <gradus/train/save_every.hpp>

using namespace gradus;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(save_every)

BOOST_AUTO_TEST_CASE(iterations_or_a_time) {
  BOOST_TEST((parse_save_every("1") == SaveEvery{.iterations = 1}));
  BOOST_TEST((parse_save_every("1000000000") == SaveEvery{.iterations = 1'000'000'000}));
  BOOST_TEST((parse_save_every("30s") == SaveEvery{.time = 30s}));
  BOOST_TEST((parse_save_every("5m") == SaveEvery{.time = 5min}));
  BOOST_TEST((parse_save_every("1h") == SaveEvery{.time = 1h}));
}

BOOST_AUTO_TEST_CASE(anything_else) {
  for (const char* text : {"", "0", "0s", "-1", "1000000001", "277778h", "99999999999999999999", "5 m", "m",
                           "5min", "1.5h", "5m ", " 5m", "1h30m", "+5"})
    test::check_refused<ValueError>([&] { parse_save_every(text); },
                                    "--save-every takes a number of iterations, or a time such as 30s, 5m or "
                                    "1h, from 1 to 1000000000 iterations or seconds; not '" +
                                        std::string(text) + "'");
}

BOOST_AUTO_TEST_SUITE_END()
