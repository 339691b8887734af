#include <gradus/base/error.hpp>
#include <gradus/base/philox.hpp>
#include <gradus/sweep/space.hpp>
#include <gradus/tests/support/refusal.hpp>
#include <gradus/tests/support/text.hpp>

#include <algorithm>
#include <set>

using namespace gradus;
using namespace gradus::test;

namespace {

/// Lists, ranges of each kind, and one that depends.
sweep::Space mixed() {
  return sweep::Space({{"optimizer", {"sgd", "nesterov", "adam"}},
                       {"rate", {}, sweep::Range{1e-4, 1e-2, true}},
                       {"momentum", {"0.8", "0.9"}, {}, sweep::Condition{"optimizer", {"nesterov"}}},
                       {"batch", {}, sweep::Range{16, 256, true, true}},
                       {"dropout", {}, sweep::Range{0, 0.5}}});
}

/// Of lists alone: (1 + 1 + 2 · 3) · 2 = 16 combinations.
sweep::Space listed() {
  return sweep::Space({{"a", {"x", "y", "z"}},
                       {"b", {"1", "2"}, {}, sweep::Condition{"a", {"z"}}},
                       {"c", {"5", "6"}},
                       {"d", {"7", "8", "9"}, {}, sweep::Condition{"a", {"z"}}}});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(space)

BOOST_AUTO_TEST_CASE(values_are_taken_from_where_their_point_is) {
  const sweep::Space space = mixed();
  for (std::uint64_t i = 0; i < 1000; ++i) {
    Philox draw(1, 2, i);
    std::vector<double> point(5);
    for (double& u : point) u = draw.uniform();
    const sweep::Values values = space.at(point);
    BOOST_TEST((space.at(space.point_of(values)) == values));
    const double rate = std::stod(*values.find("rate"));
    BOOST_TEST((rate >= 1e-4 && rate <= 1e-2));
    BOOST_TEST(std::abs(space.point_of(values)[1] - point[1]) < 1e-3);
    BOOST_TEST((values.find("momentum") != nullptr) == (*values.find("optimizer") == "nesterov"));
    BOOST_TEST(values.find("rate")->size() <= std::string("0.0001234").size());
  }
}

BOOST_AUTO_TEST_CASE(a_whole_range_gives_each_number_the_same_room) {
  const sweep::Space space({{"n", {}, sweep::Range{2, 5, false, true}}});
  std::map<std::string, int> counts;
  for (int i = 0; i < 400; ++i) ++counts[*space.at(std::vector{(i + 0.5) / 400}).find("n")];
  BOOST_TEST((counts == std::map<std::string, int>{{"2", 100}, {"3", 100}, {"4", 100}, {"5", 100}}));
}

BOOST_AUTO_TEST_CASE(an_even_logarithm_has_its_middle_at_the_geometric_mean) {
  const sweep::Space space({{"rate", {}, sweep::Range{1e-4, 1e-2, true}}});
  BOOST_TEST(*space.at(std::vector{0.5}).find("rate") == "0.001");
  BOOST_TEST(*space.at(std::vector{0.0}).find("rate") == "0.0001");
}

BOOST_AUTO_TEST_CASE(each_combination_has_a_number) {
  const sweep::Space space = listed();
  BOOST_TEST_REQUIRE(space.combinations().value() == 16U);
  std::vector<sweep::Values> all;
  for (std::uint64_t i = 0; i < 16; ++i) {
    const sweep::Values values = space.combination(i);
    BOOST_TEST((std::ranges::find(all, values) == all.end()));
    BOOST_TEST((values.find("b") != nullptr) == (*values.find("a") == "z"));
    BOOST_TEST((space.at(space.point_of(values)) == values));
    all.push_back(values);
  }
  BOOST_TEST((all.front() == sweep::Values{{{"a", "x"}, {"c", "5"}}}));
  BOOST_TEST((all.back() == sweep::Values{{{"a", "z"}, {"b", "2"}, {"c", "6"}, {"d", "9"}}}));
  BOOST_TEST(!mixed().combinations());
}

BOOST_AUTO_TEST_CASE(more_combinations_than_a_number_holds_are_countless) {
  std::vector<sweep::Parameter> many;
  for (int i = 0; i < 70; ++i) many.push_back({"p" + std::to_string(i), {"0", "1"}});
  BOOST_TEST(!sweep::Space(many).combinations());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_searched_is_refused) {
  const auto refused = [](std::vector<sweep::Parameter> parameters, const std::string& message) {
    check_refused<ValueError>([&] { sweep::Space{std::move(parameters)}; }, message);
  };
  refused({{"a", {}}}, "a has an empty list: nothing can be tried");
  refused({{"a", {"1", "2", "1"}}}, "a has 1 twice in its list");
  refused({{"a", {"1"}}, {"a", {"2"}}}, "a comes twice: it varies already");
  refused({{"a", {}, sweep::Range{2, 1}}}, "a has no numbers from 2 to 1: write 1..2");
  refused({{"a", {}, sweep::Range{0, 1, true}}},
          "a cannot be even in its logarithm from 0 on: that needs numbers above 0");
  refused({{"a", {"1"}, {}, sweep::Condition{"b", {"1"}}}}, "a depends on b, which does not vary");
  refused({{"a", {"1"}, {}, sweep::Condition{"b", {"1"}}}, {"b", {}, sweep::Range{1, 2}}},
          "a depends on b, which must be a list and have no condition itself");
  refused({{"a", {"1"}, {}, sweep::Condition{"b", {}}}, {"b", {"1"}}}, "a is in effect for no value of b");
  check_refused<NameError>(
      [] {
        sweep::Space({{"a", {"1"}, {}, sweep::Condition{"b", {"adm"}}}, {"b", {"adam", "sgd"}}});
      },
      "unknown value of b in the condition of a 'adm'; did you mean 'adam'? Known: adam, sgd.");
}

BOOST_AUTO_TEST_SUITE_END()
