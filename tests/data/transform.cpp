#include <gradus/data/batches.hpp>
#include <gradus/data/transform.hpp>
#include <gradus/tests/data/fixtures.hpp>

#include <cmath>
#include <tuple>

using namespace gradus;
using namespace gradus::test;
using namespace gradus::data;

namespace {

Dataset strip(const std::vector<std::uint8_t>& pixels) {
  Dataset dataset;
  dataset.rows = 1;
  dataset.cols = 2;
  dataset.pixels = pixels;
  dataset.labels.assign(pixels.size() / 2, 0);
  return dataset;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transforms)

BOOST_AUTO_TEST_CASE(pixels_become_numbers_from_0_to_1) {
  const PixelScale scale;
  BOOST_TEST(scale.value<float>(0) == 0.0f);
  BOOST_TEST(scale.value<float>(255) == 1.0f);
  BOOST_TEST(scale.value<double>(255) == 1.0);
  for (int p = 0; p < 256; ++p) {
    const auto pixel = static_cast<std::uint8_t>(p);
    BOOST_TEST(scale.value<double>(pixel) == p / 255.0, boost::test_tools::tolerance(1e-15));
    BOOST_TEST(scale.value<float>(pixel) == static_cast<float>(p) / 255.0f,
               boost::test_tools::tolerance(2e-7f));
  }
}

BOOST_AUTO_TEST_CASE(mean_and_deviation) {
  const Dataset dataset = strip({255, 255, 0, 51, 102, 153, 255, 255});
  const PixelStatistics statistics = pixel_statistics(Subset(dataset, 1, 2));
  BOOST_TEST(statistics.mean == 0.3, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(statistics.standard_deviation == std::sqrt(0.05), boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(standardised_pixels_have_mean_0_and_deviation_1) {
  std::vector<std::uint8_t> pixels;
  for (unsigned i = 0; i < 2000; ++i) pixels.push_back(static_cast<std::uint8_t>(i * i >> 5));
  const Dataset dataset = strip(pixels);
  Batches<double> batches(dataset, standardised(pixel_statistics(dataset)), 1000);
  const auto batch = batches.next();
  double sum = 0, squares = 0;
  for (const double value : batch->images) {
    sum += value;
    squares += value * value;
  }
  BOOST_TEST(std::abs(sum / 2000) < 1e-14);
  BOOST_TEST(squares / 2000 == 1, boost::test_tools::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(equal_pixels_have_no_deviation) {
  for (int p = 0; p < 256; ++p) {
    const Dataset dataset = strip(std::vector<std::uint8_t>(6, static_cast<std::uint8_t>(p)));
    const PixelStatistics statistics = pixel_statistics(dataset);
    BOOST_TEST(statistics.mean == p / 255.0);
    BOOST_TEST(statistics.standard_deviation == 0.0);
    check_refused<ValueError>([&] { standardised(statistics); },
                              "cannot standardise: all pixels are equal, so their deviation is 0");
  }
  Dataset nearly = strip(std::vector<std::uint8_t>(100000, 200));
  nearly.pixels.back() = 201;
  BOOST_TEST(pixel_statistics(nearly).standard_deviation == std::sqrt(1e-5 * (1 - 1e-5)) / 255,
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(statistics_of_nothing) {
  const Dataset dataset = strip({1, 2});
  for (const Subset& subset : {Subset{}, Subset(dataset, 0, 0)})
    check_refused<ValueError>([&] { pixel_statistics(subset); },
                              "no examples to compute a mean and a deviation of");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(one_hot_rows, Scalar, decltype(std::tuple<float, double>{})) {
  const std::vector<std::uint8_t> labels{2, 0, 1, 2};
  BOOST_TEST(one_hot<Scalar>(labels, 3) == (std::vector<Scalar>{0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(one_hot<Scalar>(std::vector<std::uint8_t>{}, 3).empty());
  check_refused<ValueError>([&] { one_hot<Scalar>(labels, 2); },
                            "label 2 of example 0 is not one of 2 classes");
}

BOOST_AUTO_TEST_SUITE_END()
