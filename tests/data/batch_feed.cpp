#include <gradus/data/augment/transforms/rotate.hpp>
#include <gradus/data/augment/transforms/shift.hpp>
#include <gradus/data/batch_feed.hpp>
#include <gradus/data/generated.hpp>
#include <gradus/data/shuffle.hpp>
#include <gradus/tests/data/fixtures.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

using namespace gradus;
using namespace gradus::test;
using namespace gradus::data;

namespace {

constexpr PixelScale scale{1.0 / 128, -1};

const Dataset& digits() {
  static const Dataset set = generated_digits({.seed = 2, .train = 23, .test = 1}).train;
  return set;
}

Augment shift_and_rotate() { return {Augmentation({Shift{}, Rotate{}}), 7}; }

/// Images and labels of a walk, in the order they were given out.
struct Walk {
  std::vector<float> images, labels;
  std::vector<std::size_t> sizes;

  template <class Source>
  explicit Walk(Source& source) {
    while (const auto batch = source.next()) {
      images.insert(images.end(), batch->images.begin(), batch->images.end());
      labels.insert(labels.end(), batch->labels.begin(), batch->labels.end());
      sizes.push_back(batch->size);
    }
    BOOST_CHECK(!source.next());
    BOOST_TEST(source.position() == source.size());
  }

  friend bool operator==(const Walk&, const Walk&) = default;
};

/// Counts the images it is given, and throws at one of them.
struct Counting {
  static constexpr PartDescription description{"counting", ""};

  std::atomic<int>* count;
  int fails_at = 1'000'000;

  void paint(Canvas&, Philox&) const {
    if (++*count == fails_at) throw std::runtime_error("out of order");
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(batch_feed)

BOOST_AUTO_TEST_CASE(augmented_then_scaled) {
  Batches<double> batches(digits(), scale, 5, shift_and_rotate());
  batches.start(permutation(23, 1, 4), 0, 4);
  Augmenter augmenter(shift_and_rotate().chain, 28, 28, 7);
  const auto order = permutation(23, 1, 4);
  std::vector<float> image(784);
  std::size_t k = 0;
  while (const auto batch = batches.next())
    for (std::size_t i = 0; i < batch->size; ++i, ++k) {
      augmenter.apply(digits().image(order[k]), 4, order[k], image);
      for (std::size_t j = 0; j < 784; ++j)
        BOOST_TEST_REQUIRE(batch->images[i * 784 + j] == static_cast<double>(image[j]) / 128 - 1);
      BOOST_TEST(batch->labels[i] == digits().labels[order[k]]);
    }
  BOOST_TEST(k == 23);
}

BOOST_AUTO_TEST_CASE(the_same_batches_as_without_a_thread) {
  for (const Augment& how : {shift_and_rotate(), Augment{}})
    for (const std::size_t batch_size : {1u, 4u, 23u, 100u}) {
      Batches<float> plain(digits(), scale, batch_size, how);
      BatchFeed<float> feed(digits(), scale, batch_size, how);
      for (const std::uint64_t epoch : {0u, 1u, 2u})
        for (const std::size_t position : {0u, 8u, 23u}) {
          plain.start(permutation(23, 1, epoch), position, epoch);
          feed.start(permutation(23, 1, epoch), position, epoch);
          BOOST_TEST(feed.position() == position);
          BOOST_TEST((Walk(feed) == Walk(plain)));
        }
    }
}

BOOST_AUTO_TEST_CASE(epochs_differ_and_come_again) {
  BatchFeed<float> feed(digits(), scale, 4, shift_and_rotate());
  const auto epoch = [&](std::uint64_t number) {
    feed.start(natural_order(23), 0, number);
    return Walk(feed);
  };
  const Walk first = epoch(0);
  BOOST_TEST((epoch(1) == first) == false);
  BOOST_TEST((epoch(0) == first));
}

BOOST_AUTO_TEST_CASE(a_batch_is_good_until_the_next) {
  BatchFeed<float> feed(digits(), scale, 2, shift_and_rotate());
  Batches<float> plain(digits(), scale, 2, shift_and_rotate());
  feed.start(natural_order(23), 0, 0);
  plain.start(natural_order(23), 0, 0);
  while (const auto batch = feed.next()) {
    // Time for the thread to get ahead and spoil what it should not.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const auto right = plain.next();
    BOOST_TEST_REQUIRE(std::equal(batch->images.begin(), batch->images.end(), right->images.begin()));
    BOOST_TEST_REQUIRE(std::equal(batch->labels.begin(), batch->labels.end(), right->labels.begin()));
  }
}

BOOST_AUTO_TEST_CASE(it_works_ahead_by_two_batches_and_no_more) {
  std::atomic<int> count = 0;
  BatchFeed<float> feed(digits(), scale, 2, {Augmentation({Counting{&count}}), 1});
  feed.start(natural_order(23), 0, 0);
  const auto reaches = [&](int wanted) {
    const auto late = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (count < wanted && std::chrono::steady_clock::now() < late) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return count == wanted;
  };
  BOOST_TEST(reaches(4));
  feed.next();
  BOOST_TEST(reaches(6));
  feed.next();
  BOOST_TEST(reaches(8));
}

BOOST_AUTO_TEST_CASE(it_may_be_left_or_started_anew_at_any_time) {
  for (int taken = 0; taken < 5; ++taken) {
    BatchFeed<float> feed(digits(), scale, 3, shift_and_rotate());
    feed.start(natural_order(23), 0, 0);
    for (int i = 0; i < taken; ++i) BOOST_TEST(feed.next().has_value());
    feed.start(natural_order(23), 20, 1);
    Batches<float> plain(digits(), scale, 3, shift_and_rotate());
    plain.start(natural_order(23), 20, 1);
    BOOST_TEST((Walk(feed) == Walk(plain)));
    feed.start(natural_order(23), 0, 2);
  }
}

BOOST_AUTO_TEST_CASE(what_preparing_throws_comes_after_the_batches_before) {
  std::atomic<int> count = 0;
  BatchFeed<float> feed(digits(), scale, 4, {Augmentation({Counting{&count, 10}}), 1});
  feed.start(natural_order(23), 0, 0);
  BOOST_TEST(feed.next().has_value());
  BOOST_TEST(feed.next().has_value());
  const auto out_of_order = [](const std::runtime_error& error) {
    return error.what() == std::string("out of order");
  };
  BOOST_CHECK_EXCEPTION(feed.next(), std::runtime_error, out_of_order);
  BOOST_CHECK_EXCEPTION(feed.next(), std::runtime_error, out_of_order);
  BOOST_TEST(feed.position() == 8);
  feed.start(natural_order(23), 0, 0);
  BOOST_TEST(Walk(feed).sizes.size() == 6);
}

BOOST_AUTO_TEST_CASE(a_wrong_walk_is_refused_as_ever) {
  BatchFeed<float> feed(digits(), scale, 4, shift_and_rotate());
  check_refused<ValueError>([&] { feed.start(natural_order(23), 24, 0); },
                            "cannot start at example 24 of 23");
  check_refused<ValueError>([] { BatchFeed<float>(digits(), scale, 0, shift_and_rotate()); },
                            "a batch of 0 examples is impossible; --batch must be at least 1");
}

BOOST_AUTO_TEST_SUITE_END()
