#include <gradus/data/batches.hpp>
#include <gradus/data/shuffle.hpp>
#include <gradus/tests/data/fixtures.hpp>

#include <tuple>

using namespace gradus;
using namespace gradus::test;
using namespace gradus::data;

namespace {

/// 11 images of 5 × 7, none like another, some pixels of every value.
struct Eleven {
  Dataset dataset;
  Eleven() {
    dataset.rows = 5;
    dataset.cols = 7;
    for (unsigned i = 0; i < 11; ++i) {
      for (unsigned k = 0; k < 35; ++k) dataset.pixels.push_back(static_cast<std::uint8_t>(i * 35 + k * 3));
      dataset.labels.push_back(static_cast<std::uint8_t>(i * 7 % 10));
    }
  }
};

template <class Scalar>
void check_walk(const Subset& subset, const PixelScale& scale, std::size_t batch_size,
                const std::vector<std::uint32_t>& order, std::size_t from) {
  Batches<Scalar> batches(subset, scale, batch_size);
  batches.start(order, from);
  std::size_t k = from;
  while (const auto batch = batches.next()) {
    BOOST_TEST(batch->size == std::min(batch_size, order.size() - k));
    BOOST_REQUIRE(batch->labels.size() == batch->size);
    BOOST_REQUIRE(batch->images.size() == batch->size * 35);
    for (std::size_t i = 0; i < batch->size; ++i, ++k) {
      BOOST_TEST(batch->labels[i] == static_cast<Scalar>(subset.label(order[k])));
      for (std::size_t j = 0; j < 35; ++j)
        BOOST_TEST(batch->images[i * 35 + j] == scale.value<Scalar>(subset.image(order[k])[j]));
    }
    BOOST_TEST(batches.position() == k);
  }
  BOOST_TEST(k == order.size());
  BOOST_CHECK(!batches.next());
}

// Sums that need no rounding, so that the compiler's fused multiply-add cannot differ between two files.
constexpr PixelScale exact{1.0 / 128, -1};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(batches, Eleven)

BOOST_AUTO_TEST_CASE_TEMPLATE(equal_to_direct_conversion, Scalar, decltype(std::tuple<float, double>{})) {
  const Subset part(dataset, 2, 8);
  for (const PixelScale& scale : {PixelScale{}, exact})
    for (const std::size_t batch_size : {1u, 3u, 4u, 8u, 100u}) {
      check_walk<Scalar>(dataset, scale, batch_size, permutation(11, 3, 0), 0);
      check_walk<Scalar>(part, scale, batch_size, permutation(8, 3, 0), 0);
      check_walk<Scalar>(part, scale, batch_size, permutation(8, 3, 0), 5);
      check_walk<Scalar>(part, scale, batch_size, {7, 7, 0}, 1);
    }
}

BOOST_AUTO_TEST_CASE(a_fresh_walk_is_in_order) {
  Batches<float> batches(dataset, exact, 4);
  BOOST_TEST(batches.count() == 3u);
  BOOST_TEST(batches.size() == 11u);
  std::vector<std::size_t> sizes;
  std::vector<float> labels;
  while (const auto batch = batches.next()) {
    sizes.push_back(batch->size);
    labels.insert(labels.end(), batch->labels.begin(), batch->labels.end());
  }
  BOOST_TEST(sizes == (std::vector<std::size_t>{4, 4, 3}), boost::test_tools::per_element());
  BOOST_TEST(labels == (std::vector<float>{0, 7, 4, 1, 8, 5, 2, 9, 6, 3, 0}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_stopped_walk_goes_on) {
  const auto order = permutation(11, 1, 2);
  Batches<float> whole(dataset, {}, 3), first(dataset, {}, 3), second(dataset, {}, 3);
  whole.start(order);
  first.start(order);
  for (int i = 0; i < 2; ++i) {
    whole.next();
    first.next();
  }
  second.start(order, first.position());
  for (;;) {
    const auto a = whole.next();
    const auto b = second.next();
    BOOST_REQUIRE(a.has_value() == b.has_value());
    if (!a) break;
    BOOST_TEST(a->images == b->images, boost::test_tools::per_element());
    BOOST_TEST(a->labels == b->labels, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(the_same_memory_again) {
  Batches<float> batches(dataset, {}, 4);
  const float* images = batches.next()->images.data();
  batches.start(permutation(11, 1, 1));
  while (const auto batch = batches.next()) BOOST_TEST(batch->images.data() == images);
}

BOOST_AUTO_TEST_CASE(nothing_to_walk_through) {
  Batches<float> none(Subset(dataset, 5, 0), {}, 4);
  BOOST_TEST(none.count() == 0u);
  BOOST_CHECK(!none.next());
  Batches<float> no_set(Subset{}, {}, 4);
  BOOST_CHECK(!no_set.next());
  Batches<float> at_its_end(dataset, {}, 4);
  at_its_end.start(natural_order(11), 11);
  BOOST_CHECK(!at_its_end.next());
}

BOOST_AUTO_TEST_CASE(impossible_walks) {
  check_refused<ValueError>([&] { Batches<float>(dataset, {}, 0); },
                            "a batch of 0 examples is impossible; --batch must be at least 1");
  Batches<float> batches(Subset(dataset, 2, 8), {}, 4);
  check_refused<ValueError>([&] { batches.start(natural_order(9)); },
                            "the order names 9 examples, but there are 8");
  check_refused<ValueError>([&] { batches.start({0, 8}); }, "the order names example 8, but there are 8");
  check_refused<ValueError>([&] { batches.start({0, 1}, 3); }, "cannot start at example 3 of 2");
  BOOST_TEST(batches.next()->size == 4u);
}

BOOST_AUTO_TEST_SUITE_END()
