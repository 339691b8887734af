#include <gradus/inspect/roofline.hpp>

#include <boost/test/unit_test.hpp>

using namespace gradus;

BOOST_AUTO_TEST_SUITE(roofline)

BOOST_AUTO_TEST_CASE(the_larger_part_of_both_bounds) {
  const Roofline machine{.operations = 100, .bytes = 10};
  BOOST_TEST(machine.part(50, 1, 1) == 0.5);
  BOOST_TEST(machine.part(50, 8, 1) == 0.8);
  BOOST_TEST(machine.part(50, 8, 2) == 0.4);
  BOOST_TEST(machine.part(0, 20, 1) == 2);
}

BOOST_AUTO_TEST_CASE(a_machine_does_millions_at_least) {
  for (const int threads : {1, 2}) {
    const Roofline machine = measure_roofline(threads);
    BOOST_TEST(machine.operations > 1e8);
    BOOST_TEST(machine.bytes > 1e7);
    // No processor has vectors of 64 KiB, at 10 GHz.
    BOOST_TEST(machine.operations < 1e15);
    BOOST_TEST(machine.bytes < 1e14);
  }
}

BOOST_AUTO_TEST_SUITE_END()
