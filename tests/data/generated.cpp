#include <gradus/data/generated.hpp>
#include <gradus/data/streams.hpp>
#include <gradus/data/transform.hpp>
#include <gradus/tests/data/fixtures.hpp>

#include <algorithm>

using namespace gradus;
using namespace gradus::test;
using namespace gradus::data;

namespace {

/// The share of test images that are nearest to the mean training image of their own class.
double nearest_mean_accuracy(const TrainTest& set) {
  const std::size_t size = set.train.image_size();
  std::vector<double> means(10 * size);
  for (std::size_t i = 0; i < set.train.size(); ++i)
    for (std::size_t k = 0; k < size; ++k)
      means[set.train.labels[i] * size + k] +=
          set.train.image(i)[k] * 10.0 / static_cast<double>(set.train.size());
  std::size_t right = 0;
  for (std::size_t i = 0; i < set.test.size(); ++i) {
    std::array<double, 10> distances{};
    for (std::size_t c = 0; c < 10; ++c)
      for (std::size_t k = 0; k < size; ++k) {
        const double difference = means[c * size + k] - set.test.image(i)[k];
        distances[c] += difference * difference;
      }
    const auto best = std::min_element(distances.begin(), distances.end()) - distances.begin();
    right += best == set.test.labels[i];
  }
  return static_cast<double>(right) / static_cast<double>(set.test.size());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(generated)

BOOST_AUTO_TEST_CASE(a_function_of_the_seed) {
  const TrainTest set = generated_digits({7, 60, 30});
  const TrainTest again = generated_digits({7, 60, 30});
  BOOST_CHECK(set.train.pixels == again.train.pixels);
  BOOST_CHECK(set.test.labels == again.test.labels);
  const TrainTest other = generated_digits({8, 60, 30});
  BOOST_CHECK(set.train.pixels != other.train.pixels);
  BOOST_CHECK(set.train.labels != other.train.labels);
  BOOST_CHECK(!std::equal(set.test.pixels.begin(), set.test.pixels.end(), set.train.pixels.begin()));
  BOOST_CHECK(!std::equal(set.test.labels.begin(), set.test.labels.end(), set.train.labels.begin()));
}

BOOST_AUTO_TEST_CASE(whatever_the_counts) {
  const TrainTest set = generated_digits({7, 60, 30});
  const TrainTest shorter = generated_digits({7, 33, 0});
  BOOST_TEST(shorter.train.size() == 33u);
  BOOST_TEST(shorter.test.size() == 0u);
  BOOST_CHECK(std::equal(shorter.train.pixels.begin(), shorter.train.pixels.end(), set.train.pixels.begin()));
  BOOST_CHECK(std::equal(shorter.train.labels.begin(), shorter.train.labels.end(), set.train.labels.begin()));
  const DigitImage image = draw_digit(set.test.labels[17], 7, test_digits_stream, 17);
  BOOST_CHECK(std::equal(image.begin(), image.end(), set.test.image(17).begin()));
}

BOOST_AUTO_TEST_CASE(each_ten_digits_hold_each_class_once) {
  const TrainTest set = generated_digits({3, 500, 100});
  std::set<std::vector<std::uint8_t>> orders;
  for (const Dataset* part : {&set.train, &set.test})
    for (std::size_t i = 0; i < part->size(); i += 10) {
      std::vector<std::uint8_t> ten(part->labels.begin() + static_cast<std::ptrdiff_t>(i),
                                    part->labels.begin() + static_cast<std::ptrdiff_t>(i) + 10);
      orders.insert(ten);
      std::sort(ten.begin(), ten.end());
      BOOST_TEST(ten == (std::vector<std::uint8_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}),
                 boost::test_tools::per_element());
    }
  BOOST_TEST(orders.size() == 60u);
}

BOOST_AUTO_TEST_CASE(says_what_it_is) {
  const TrainTest set = generated_digits({5, 20, 10});
  BOOST_CHECK(set.train.source == Source::generated);
  BOOST_TEST(set.train.name == "generated");
  BOOST_TEST(set.train.classes.size() == 10u);
  check(set.train);
  BOOST_TEST(announcement(set.test) ==
             "*** GENERATED DIGITS, NOT REAL DATA ***\n"
             "data: drawn from seed 5: 10 images of 28×28, 10 classes. Accuracies on them say nothing about "
             "MNIST.");
}

BOOST_AUTO_TEST_CASE(looks_like_handwriting) {
  const TrainTest set = generated_digits({1, 1000, 300});
  const PixelStatistics statistics = pixel_statistics(set.train);
  // MNIST: 0.1307 and 0.3081.
  BOOST_TEST(statistics.mean > 0.08);
  BOOST_TEST(statistics.mean < 0.20);
  BOOST_TEST(statistics.standard_deviation > 0.22);
  BOOST_TEST(statistics.standard_deviation < 0.36);
  for (std::size_t i = 0; i < set.train.size(); ++i) {
    const auto image = set.train.image(i);
    // The palest pen gives 190, half of it where a thin line lies between two pixels; the shortest is a "1".
    const auto inked = std::count_if(image.begin(), image.end(), [](std::uint8_t p) { return p > 64; });
    BOOST_TEST(inked > 20, "digit " << i << " has " << inked << " pixels of ink");
    BOOST_TEST(inked < 350, "digit " << i << " has " << inked << " pixels of ink");
  }
  // Neither noise (0.1) nor ten stamps (1): on MNIST this simplest of classifiers reaches 0.82.
  const double accuracy = nearest_mean_accuracy(set);
  BOOST_TEST(accuracy > 0.6);
  BOOST_TEST(accuracy < 0.95);
}

BOOST_AUTO_TEST_SUITE_END()
