#include <gradus/data/split.hpp>
#include <gradus/tests/data/fixtures.hpp>

using namespace gradus;
using namespace gradus::test;
using namespace gradus::data;

namespace {

struct Ten {
  Dataset dataset;
  Ten() {
    dataset.name = "ten";
    dataset.rows = dataset.cols = 1;
    for (std::uint8_t i = 0; i < 10; ++i) {
      dataset.pixels.push_back(i);
      dataset.labels.push_back(static_cast<std::uint8_t>(i % 3));
    }
  }

  Split cut(std::size_t validation, std::optional<std::size_t> train_limit = std::nullopt) const {
    return split(dataset, {validation, train_limit});
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(splits, Ten)

BOOST_AUTO_TEST_CASE(the_last_examples_are_kept_for_validation) {
  const Split parts = cut(3);
  BOOST_TEST(parts.train.size() == 7u);
  BOOST_TEST(parts.validation.size() == 3u);
  BOOST_TEST(parts.train.image(6)[0] == 6);
  BOOST_TEST(parts.validation.image(0)[0] == 7);
  BOOST_TEST(parts.validation.label(2) == 0);
}

BOOST_AUTO_TEST_CASE(a_limit_changes_no_validation_example) {
  const Split parts = cut(3, 2);
  BOOST_TEST(parts.train.size() == 2u);
  BOOST_TEST(parts.train.image(0)[0] == 0);
  BOOST_TEST(parts.validation.image(0)[0] == 7);
  BOOST_TEST(cut(3, 7).train.size() == 7u);
}

BOOST_AUTO_TEST_CASE(no_validation) {
  BOOST_TEST(cut(0).train.size() == 10u);
  BOOST_TEST(cut(0).validation.size() == 0u);
  BOOST_TEST(cut(9).train.size() == 1u);
}

BOOST_AUTO_TEST_CASE(impossible_splits) {
  for (const std::size_t validation : {std::size_t{10}, std::size_t{11}, ~std::size_t{0}})
    check_refused<ValueError>([&] { cut(validation); },
                              fmt::format("--validation {} leaves nothing to train on: 'ten' has 10 training "
                                          "examples; give fewer",
                                          validation));
  for (const std::size_t limit : {std::size_t{0}, std::size_t{8}, ~std::size_t{0}})
    check_refused<ValueError>([&] { cut(3, limit); },
                              fmt::format("--train-limit {} is impossible: of the 10 training examples of "
                                          "'ten', 3 are kept for validation, so it may be 1 to 7",
                                          limit));
  check_refused<ValueError>([&] { split(dataset); },
                            "--validation 10000 leaves nothing to train on: 'ten' has 10 training examples; "
                            "give fewer");
}

BOOST_AUTO_TEST_SUITE_END()
