#include <gradus/base/philox.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <span>

using namespace gradus;

BOOST_AUTO_TEST_SUITE(philox)

BOOST_AUTO_TEST_CASE(many_at_once_are_the_same_numbers) {
  for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{7}, ~std::uint64_t{0}}) {
    Philox one(123, 5, index);
    Philox many(123, 5, index);
    std::array<std::uint32_t, 200> numbers{};
    for (const std::size_t count : std::array<std::size_t, 9>{0, 1, 3, 64, 2, 65, 128, 200, 7}) {
      many.next(std::span(numbers.data(), count));
      for (std::size_t i = 0; i < count; ++i) BOOST_TEST_REQUIRE(numbers[i] == one.next());
      BOOST_TEST(many.next() == one.next());
    }
  }
}

// Random123's known answers for philox4x32 with 10 rounds: a counter and a key of zeros.
BOOST_AUTO_TEST_CASE(numbers_are_those_that_were_published) {
  Philox counter(0, 0, 0);
  for (const std::uint32_t expected : {0x6627e8d5U, 0xe169c58dU, 0xbc57ac4cU, 0x9b00dbd8U})
    BOOST_TEST(counter.next() == expected);
}

BOOST_AUTO_TEST_SUITE_END()
