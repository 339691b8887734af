#include <gradus/data/shuffle.hpp>
#include <gradus/tests/data/fixtures.hpp>

#include <algorithm>
#include <map>
#include <numeric>

using namespace gradus;
using namespace gradus::test;
using namespace gradus::data;

namespace {

using Words = std::array<std::uint32_t, 4>;

/// Philox4x32-10, written down from Salmon, Moraes, Dror, Shaw (2011), section 3.3.
Words philox(Words counter, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t even = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t odd = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<std::uint32_t>(odd >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(odd),
               static_cast<std::uint32_t>(even >> 32) ^ counter[3] ^ key[1],
               static_cast<std::uint32_t>(even)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

/// The documented shuffle: Durstenfeld's, from the last place to the second, over the words of stream 1.
std::vector<std::uint32_t> shuffled_by_hand(std::uint32_t n, std::uint64_t seed, std::uint64_t epoch) {
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
  std::uint32_t drawn = 0;
  const auto word = [&] {
    const Words block = philox({drawn / 4, 1, low(epoch), high(epoch)}, {low(seed), high(seed)});
    return block[drawn++ % 4];
  };
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0u);
  for (std::uint32_t left = n; left > 1; --left) {
    std::uint64_t product = std::uint64_t{word()} * left;
    while (low(product) < (std::uint64_t{1} << 32) % left) product = std::uint64_t{word()} * left;
    std::swap(order[left - 1], order[high(product)]);
  }
  return order;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shuffles)

BOOST_AUTO_TEST_CASE(known_answers_of_the_generator_the_others_are_compared_with) {
  // Random123's published vectors.
  BOOST_CHECK((philox({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  BOOST_CHECK((philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
               Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

BOOST_AUTO_TEST_CASE(the_first_values_never_change) {
  BOOST_TEST(permutation(10, 0, 0) == (std::vector<std::uint32_t>{5, 6, 1, 7, 9, 2, 0, 3, 8, 4}),
             boost::test_tools::per_element());
  BOOST_TEST(permutation(10, 42, 3) == (std::vector<std::uint32_t>{3, 7, 0, 8, 1, 2, 5, 6, 4, 9}),
             boost::test_tools::per_element());
  constexpr std::uint64_t wide_seed = (std::uint64_t{1} << 40) + 7, wide_epoch = (std::uint64_t{1} << 33) + 5;
  BOOST_TEST(permutation(12, wide_seed, wide_epoch) ==
                 (std::vector<std::uint32_t>{5, 7, 2, 4, 3, 10, 6, 1, 9, 8, 0, 11}),
             boost::test_tools::per_element());
  BOOST_CHECK(permutation(60000, 42, 0) == shuffled_by_hand(60000, 42, 0));
  BOOST_CHECK(permutation(50000, wide_seed, wide_epoch) == shuffled_by_hand(50000, wide_seed, wide_epoch));
}

BOOST_AUTO_TEST_CASE(every_example_once) {
  for (const std::size_t n : {0u, 1u, 2u, 3u, 1000u}) {
    auto order = permutation(n, 5, 6);
    std::sort(order.begin(), order.end());
    BOOST_CHECK(order == natural_order(n));
  }
}

BOOST_AUTO_TEST_CASE(by_seed_and_epoch) {
  const auto order = permutation(100, 1, 1);
  BOOST_CHECK(order == permutation(100, 1, 1));
  BOOST_CHECK(order != permutation(100, 1, 2));
  BOOST_CHECK(order != permutation(100, 2, 1));
  BOOST_CHECK(order != natural_order(100));
}

BOOST_AUTO_TEST_CASE(every_order_is_as_likely) {
  // χ² with 23 degrees of freedom: beyond 49.7 once in a thousand; the draws are fixed by their seeds.
  std::map<std::vector<std::uint32_t>, int> seen;
  constexpr int draws = 24000;
  for (int epoch = 0; epoch < draws; ++epoch) ++seen[permutation(4, 9, static_cast<std::uint64_t>(epoch))];
  BOOST_TEST(seen.size() == 24u);
  constexpr double expected = draws / 24.0;
  double chi_squared = 0;
  for (const auto& [order, count] : seen) chi_squared += (count - expected) * (count - expected) / expected;
  BOOST_TEST(chi_squared < 49.7);
}

BOOST_AUTO_TEST_CASE(too_many) {
  check_refused<ValueError>([] { natural_order(std::size_t{1} << 32); },
                            "4294967296 examples are too many to order; at most 2^32 - 1 are possible");
}

BOOST_AUTO_TEST_SUITE_END()
