// Small random graphs against what PyTorch found of them (reference.json, made by ./run oracle --reference).
#include <fmt/format.h>
#include <gradus/base/file.hpp>
#include <gradus/tests/oracle/graphs/runs.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <nlohmann/json.hpp>

using namespace gradus;
using namespace gradus::oracle;
using nlohmann::json;

namespace {

const json& reference() {
  static const json all = json::parse(read_file(GRADUS_TEST_DATA "/oracle/reference.json"));
  return all;
}

/// The same rule as comparison.py's, which says why: units of rounding that pass.
double margin(double longest) { return 64 * std::max(1.0, std::sqrt(longest / 64)); }

/// What is expected of one result: some of its numbers, its largest, and how far rounding moves it.
struct Expected {
  Index count = 0;
  double moves = 0;
  double size = 0;
  std::vector<double> numbers;
  double longest = 1;

  Expected(const json& of, double longest_sum)
      : count(of[0].get<Index>()),
        moves(of[1].get<double>()),
        size(of[2].get<double>()),
        numbers(of[3].get<std::vector<double>>()),
        longest(longest_sum) {}
};

/// What is wrong with numbers found, or nothing.
template <class Scalar>
std::string complaint(std::span<const Scalar> found, const Expected& expected) {
  if (static_cast<Index>(found.size()) != expected.count) return "another number of numbers";
  const double epsilon = std::numeric_limits<Scalar>::epsilon() / 2;
  const double bound = margin(expected.longest) * epsilon * (expected.moves + expected.size);
  const std::size_t samples = expected.numbers.size();
  for (std::size_t k = 0; k < samples; ++k) {
    const std::size_t at = samples < found.size() ? k * (found.size() - 1) / (samples - 1) : k;
    const double error = std::abs(static_cast<double>(found[at]) - expected.numbers[k]);
    if (!(error <= bound))
      return "[" + std::to_string(at) + "] is off by " + std::to_string(error / bound) + " times what may be";
  }
  return "";
}

template <class Scalar>
void check_runs(const RandomGraph& of, const json& expected) {
  const std::vector<std::string> names = names_of_wanted(of);
  const json& results = expected["results"];
  BOOST_TEST_REQUIRE(results.size() == names.size());
  for (const bool passes : {false, true}) {
    const Runs<Scalar> runs = run_all_plans<Scalar>(of, passes);
    for (const std::string& broken : runs.broken) BOOST_TEST(false, broken);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string wrong = complaint<Scalar>(std::span<const Scalar>(runs.values[i].span()),
                                                  {results[i], expected["longest"].get<double>()});
      BOOST_TEST(wrong.empty(),
                 names[i] << (passes ? ", passes, " : ", ") << 8 * sizeof(Scalar) << " bits: " << wrong);
    }
  }
}

/// The largest result of a graph's gradients, which is wrong if its sign is.
std::vector<double> telling_gradient(const json& of, Expected& expected) {
  for (const json& result : of["results"]) {
    expected = {result, of["longest"].get<double>()};
    if (expected.size > 1e-3 && expected.moves < 1e3 &&
        expected.count == static_cast<Index>(expected.numbers.size()))
      return expected.numbers;
  }
  return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(random_reference)

BOOST_AUTO_TEST_CASE(values_gradients_and_products_are_pytorchs) {
  const auto ops = reference()["ops"].get<std::vector<std::string>>();
  BOOST_TEST(reference()["graphs"].size() >= 200U);
  for (const json& expected : reference()["graphs"]) {
    const auto seed = expected["seed"].get<std::uint64_t>();
    BOOST_TEST_CONTEXT("seed " << seed) {
      RandomGraph of = random_graph({seed, ops, {Size::small}});
      BOOST_TEST_REQUIRE(
          fmt::format("{:016x}", fingerprint(of)) == expected["fingerprint"].get<std::string>(),
          "the generator makes other graphs now: ./run oracle --reference makes the file anew");
      differentiate(of);
      check_runs<double>(of, expected);
      check_runs<float>(of, expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_sign_a_wrong_scale_and_zeros_are_refused) {
  int tried = 0;
  for (const json& of : reference()["graphs"]) {
    Expected expected(of["results"][0], 1);
    const std::vector<double> right = telling_gradient(of, expected);
    if (right.empty()) continue;
    ++tried;
    BOOST_TEST(complaint<double>(right, expected).empty());
    for (const double factor : {-1.0, 0.0, 1.05, 2.0}) {
      std::vector<double> wrong = right;
      std::vector<float> wrong_float;
      for (double& number : wrong) number *= factor;
      for (const double number : wrong) wrong_float.push_back(static_cast<float>(number));
      BOOST_TEST(!complaint<double>(wrong, expected).empty());
      BOOST_TEST(!complaint<float>(wrong_float, expected).empty());
    }
    std::vector<double> not_a_number = right;
    not_a_number.back() = std::nan("");
    BOOST_TEST(!complaint<double>(not_a_number, expected).empty());
  }
  BOOST_TEST(tried > 100);
}

BOOST_AUTO_TEST_SUITE_END()
