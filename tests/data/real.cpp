#include <gradus/data/gzip.hpp>
#include <gradus/data/transform.hpp>
#include <gradus/tests/data/fixtures.hpp>

#include <algorithm>
#include <cmath>

using namespace gradus;
using namespace gradus::test;
using namespace gradus::data;

namespace {

void check_real(const std::string& name, double mean, double deviation, std::size_t largest_class_of_test) {
  const auto folder = real_folder(name);
  if (!folder) return;
  Request request;
  request.name = name;
  const TrainTest set = load(request);
  BOOST_TEST(set.train.origin == folder->string());
  BOOST_TEST(set.train.size() == 60000u);
  BOOST_TEST(set.test.size() == 10000u);
  BOOST_TEST(set.train.image_size() == 784u);
  const PixelStatistics statistics = pixel_statistics(set.train);
  BOOST_TEST(std::abs(statistics.mean - mean) < 5e-5);
  BOOST_TEST(std::abs(statistics.standard_deviation - deviation) < 5e-5);
  std::array<std::size_t, 10> counts{};
  for (const std::uint8_t label : set.test.labels) ++counts[label];
  BOOST_TEST(*std::max_element(counts.begin(), counts.end()) == largest_class_of_test);

  const auto sets = known_sets();
  const auto wanted = std::find_if(sets.begin(), sets.end(), [&](const auto& s) { return s.name == name; });
  for (std::size_t i = 0; i < file_stems.size(); ++i) {
    const auto path = find_file(*folder, file_stems[i]);
    std::string contents = read_file(*path);
    if (is_gzip(contents)) {
      const Bytes unpacked = gunzip(contents, path->string(), wanted->files[i].bytes + 1);
      contents = text_of(unpacked);
    }
    BOOST_TEST(contents.size() == wanted->files[i].bytes);
    BOOST_TEST(sha256(contents) == wanted->files[i].sha256);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(real_data)

BOOST_AUTO_TEST_CASE(mnist) { check_real("mnist", 0.1307, 0.3081, 1135); }

BOOST_AUTO_TEST_CASE(fashion_mnist) { check_real("fashion-mnist", 0.2860, 0.3530, 1000); }

BOOST_AUTO_TEST_SUITE_END()
