#include <fmt/format.h>
#include <gradus/models/initialisers.hpp>
#include <gradus/tests/data/fixtures.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace gradus;
using namespace gradus::test;

namespace {

std::vector<double> drawn(const std::string& name, Index rows, Index columns, std::uint64_t seed = 42,
                          std::uint64_t stream = 0) {
  const Extents extents{rows, columns};
  std::vector<double> values(static_cast<std::size_t>(extents.count()), -1);
  parse_initialiser(name).fill(values, extents, seed, stream);
  return values;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// The mean of the k-th powers.
double moment(const std::vector<double>& values, int k) {
  double sum = 0;
  for (const double value : values) sum += std::pow(value, k);
  return sum / static_cast<double>(values.size());
}

constexpr Index fan_in = 300;
constexpr Index fan_out = 200;

struct Law {
  const char* name;
  double variance;
};

const std::vector<Law> uniforms{{"uniform:0.5", 0.25 / 3},
                                {"glorot", 2.0 / (fan_in + fan_out)},
                                {"glorot-uniform", 2.0 / (fan_in + fan_out)},
                                {"he", 2.0 / fan_in},
                                {"he-uniform", 2.0 / fan_in}};
const std::vector<Law> normals{
    {"gaussian:0.1", 0.01}, {"glorot-normal", 2.0 / (fan_in + fan_out)}, {"he-normal", 2.0 / fan_in}};

/// Five standard errors of a mean over n values, given the deviation of what is averaged.
double five_errors(double deviation) {
  return 5 * deviation / std::sqrt(static_cast<double>(fan_in * fan_out));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(initialisers)

BOOST_AUTO_TEST_CASE(zeros_are_zero) {
  const std::vector<double> values = drawn("zeros", 3, 4);
  BOOST_TEST((values == std::vector<double>(12, 0.0)));
}

BOOST_AUTO_TEST_CASE(uniform_ones_fill_their_interval_evenly) {
  for (const Law& law : uniforms) BOOST_TEST_CONTEXT(law.name) {
      const std::vector<double> values = drawn(law.name, fan_in, fan_out);
      const double limit = std::sqrt(3 * law.variance);
      const auto [least, most] = std::ranges::minmax(values);
      BOOST_TEST(least >= -limit);
      BOOST_TEST(most <= limit);
      BOOST_TEST(least < -0.999 * limit);
      BOOST_TEST(most > 0.999 * limit);
      BOOST_TEST(std::abs(mean(values)) < five_errors(std::sqrt(law.variance)));
      // Var x² = E x⁴ − (E x²)² = limit⁴ (1/5 − 1/9).
      BOOST_TEST(std::abs(moment(values, 2) - law.variance) <
                 five_errors(limit * limit * std::sqrt(1.0 / 5 - 1.0 / 9)));
    }
}

BOOST_AUTO_TEST_CASE(normal_ones_have_the_moments_of_a_normal_distribution) {
  for (const Law& law : normals) BOOST_TEST_CONTEXT(law.name) {
      std::vector<double> values = drawn(law.name, fan_in, fan_out);
      const double deviation = std::sqrt(law.variance);
      for (double& value : values) value /= deviation;
      // The moments 0, 1, 0, 3; the variances of x, x², x³, x⁴ are 1, 2, 15, 96.
      BOOST_TEST(std::abs(moment(values, 1)) < five_errors(1));
      BOOST_TEST(std::abs(moment(values, 2) - 1) < five_errors(std::sqrt(2)));
      BOOST_TEST(std::abs(moment(values, 3)) < five_errors(std::sqrt(15)));
      BOOST_TEST(std::abs(moment(values, 4) - 3) < five_errors(std::sqrt(96)));
    }
}

BOOST_AUTO_TEST_CASE(a_function_of_seed_and_stream_alone) {
  for (const Law& law : uniforms) {
    const auto values = drawn(law.name, 5, 4);
    BOOST_TEST((drawn(law.name, 5, 4) == values), law.name);
    BOOST_TEST((drawn(law.name, 5, 4, 43) != values), law.name);
    BOOST_TEST((drawn(law.name, 5, 4, 42, 1) != values), law.name);
  }
}

BOOST_AUTO_TEST_CASE(two_variables_are_independent) {
  for (const char* name : {"gaussian:1", "uniform:1.7320508075688772"}) {
    const auto a = drawn(name, fan_in, fan_out, 42, 0);
    for (const auto& b : {drawn(name, fan_in, fan_out, 42, 1), drawn(name, fan_in, fan_out, 43, 0)}) {
      double product = 0;
      for (std::size_t i = 0; i < a.size(); ++i) product += a[i] * b[i];
      BOOST_TEST(std::abs(product / static_cast<double>(a.size())) < five_errors(1), name);
    }
  }
}

BOOST_AUTO_TEST_CASE(variables_of_a_state_draw_from_streams_of_their_own) {
  Graph graph;
  const Expr a = graph.parameter("a", {3, 4}, parse_initialiser("glorot"));
  const Expr b = graph.parameter("b", {3, 4}, parse_initialiser("glorot"));
  const State<double> state(graph, 5);
  BOOST_TEST((numbers(state[a]) != numbers(state[b])));
  const State<double> again(graph, 5);
  BOOST_TEST((numbers(again[b]) == numbers(state[b])));
}

BOOST_AUTO_TEST_CASE(every_registered_form_is_read) {
  for (const auto& entry : registered_initialisers()) {
    const std::string text = entry.parameters.empty() ? entry.name : entry.name + ":0.25";
    BOOST_TEST(parse_initialiser(text).name == text);
    for (const std::string& alias : entry.aliases)
      BOOST_TEST(registered_initialisers().own_name(alias + text.substr(entry.name.size())) == text);
  }
  const std::pair<const char*, const char*> aliases[] = {{"glorot-uniform", "glorot"},
                                                         {"xavier", "glorot"},
                                                         {"he-uniform", "he"},
                                                         {"random:0.5", "uniform:0.5"}};
  for (const auto& [alias, name] : aliases) BOOST_TEST(parse_initialiser(alias).name == name);
}

BOOST_AUTO_TEST_CASE(what_is_none) {
  const auto value = [](const std::string& text, const std::string& message) {
    check_refused<ValueError>([&] { parse_initialiser(text); }, message);
  };
  const auto name = [](const std::string& text, const std::string& message) {
    check_refused<NameError>([&] { parse_initialiser(text); }, message);
  };
  const std::string known = " Known: zeros, uniform, gaussian, glorot, glorot-normal, he, he-normal.";
  name("glorott", "unknown initialiser 'glorott'; did you mean 'glorot'?" + known);
  name("", "unknown initialiser ''." + known);
  name("helium:3", "unknown initialiser 'helium'." + known);
  value("gaussian", "the initialiser gaussian needs sigma, as in gaussian:SIGMA");
  value("uniform", "the initialiser uniform needs limit, as in uniform:LIMIT");
  for (const char* number : {"", "x", "0.1x", "0", "-1", "nan", "inf"}) {
    const std::string above = fmt::format(" must be a number above 0, not '{}'", number);
    value(fmt::format("gaussian:{}", number), "sigma of the initialiser gaussian" + above);
    value(fmt::format("random:{}", number), "limit of the initialiser uniform" + above);
  }
  value("gaussian:0.1:2", "the initialiser gaussian takes sigma and nothing more");
  check_refused<ValueError>([] { uniform(-1); },
                            "limit of the initialiser uniform must be a number above 0, not -1");
  value("glorot:1", "the initialiser glorot takes no number");
  value("zeros:0", "the initialiser zeros takes no number");
}

BOOST_AUTO_TEST_SUITE_END()
