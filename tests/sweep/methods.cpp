#include <gradus/base/file.hpp>
#include <gradus/sweep/gaussian_process.hpp>
#include <gradus/sweep/method.hpp>
#include <gradus/tests/support/refusal.hpp>
#include <gradus/tests/sweep/table.hpp>

#include <Eigen/LU>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numbers>

using namespace gradus;
using namespace gradus::test;

namespace {

/// 1,944 real trials, every one of their space.
class Table {
 public:
  Table() : plan(sweep::read_plan(sweep_table / "table.yaml")) {
    for (const sweep::Trial& trial : trials_of("results.csv"))
      results_[key(trial.values)] = trial.last->accuracy;
  }

  /// The best accuracy so far after each trial.
  std::vector<double> so_far(const std::string& method, std::uint64_t seed, std::size_t trials) const {
    sweep::Plan searched = plan;
    searched.method = method;
    searched.seed = seed;
    searched.trials = trials;
    const auto choice = sweep::make_method(searched);
    std::vector<sweep::Trial> done;
    std::vector<double> best;
    for (std::size_t i = 0; i < trials; ++i) {
      const std::size_t known = choice->needs(i);
      const sweep::Values values =
          choice->values(i, {done.begin(), done.begin() + static_cast<std::ptrdiff_t>(known)});
      const double accuracy = results_.at(key(values));
      done.push_back(trial_with(i, values, accuracy));
      best.push_back(best.empty() ? accuracy : std::max(best.back(), accuracy));
    }
    return best;
  }

  sweep::Plan plan;

 private:
  static std::string key(const sweep::Values& values) {
    std::string all;
    for (const auto& [name, text] : values.each) all += text + ",";
    return all;
  }

  std::map<std::string, double> results_;
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

/// Of the best so far after so many trials, over runs.
double median_after(const std::vector<std::vector<double>>& runs, std::size_t trials) {
  std::vector<double> values;
  for (const auto& run : runs) values.push_back(run[trials - 1]);
  return median(values);
}

/// A line for each number of trials: the quartiles of the best so far, nothing where a method stops earlier.
std::string quartiles_csv(const std::vector<std::vector<std::vector<double>>>& methods) {
  std::string text;
  for (std::size_t after = 0; after < 100; ++after) {
    text += std::to_string(after + 1);
    for (const auto& runs : methods) {
      std::vector<double> values;
      for (const auto& run : runs)
        if (after < run.size()) values.push_back(100 * run[after]);
      std::ranges::sort(values);
      for (const std::size_t quarter : {1U, 2U, 3U})
        text += values.empty() ? ",nan" : "," + std::to_string(values[(values.size() - 1) * quarter / 4]);
    }
    text += "\n";
  }
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(methods)

BOOST_AUTO_TEST_CASE(bayes_finds_more_than_random_and_than_tpe) {
  const Table trials;
  std::vector<std::vector<double>> random;
  std::vector<std::vector<double>> bayes;
  std::vector<std::vector<double>> tpe;
  for (const auto& row : rows_of("tpe.csv")) {
    tpe.emplace_back();
    for (const std::string& text : row) tpe.back().push_back(std::stod(text));
  }
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    random.push_back(trials.so_far("random", seed, 100));
    bayes.push_back(trials.so_far("bayes", seed, 50));
  }
  for (const std::size_t after : {20U, 30U, 50U})
    BOOST_TEST_MESSAGE("after " << after << ": random " << median_after(random, after) << ", TPE "
                                << median_after(tpe, after) << ", bayes " << median_after(bayes, after));
  BOOST_TEST(median_after(bayes, 50) >= median_after(random, 100));
  BOOST_TEST(median_after(bayes, 50) >= median_after(tpe, 50));
  BOOST_TEST_MESSAGE("after 100: random " << median_after(random, 100) << ", TPE " << median_after(tpe, 100));
  if (const char* csv = std::getenv("GRADUS_METHODS_CSV"))
    write_file(csv, quartiles_csv({random, tpe, bayes}));
}

BOOST_AUTO_TEST_CASE(bayes_finds_the_least_value_of_branin) {
  // Branin's function (Dixon and Szegö 1978) has three minima of 0.397887.
  const auto branin = [](double x, double y) {
    const double pi = std::numbers::pi;
    const double a = y - 5.1 / (4 * pi * pi) * x * x + 5 / pi * x - 6;
    return a * a + 10 * (1 - 1 / (8 * pi)) * std::cos(x) + 10;
  };
  std::vector<double> found;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    sweep::Plan plan = sweep::plan_for("mlp");
    plan.space = sweep::Space({{"x", {}, sweep::Range{-5, 10}}, {"y", {}, sweep::Range{0, 15}}});
    plan.method = "bayes";
    plan.seed = seed;
    plan.trials = 40;
    const auto choice = sweep::make_method(plan);
    std::vector<sweep::Trial> done;
    double least = 1e9;
    for (std::size_t i = 0; i < plan.trials; ++i) {
      const auto known = static_cast<std::ptrdiff_t>(choice->needs(i));
      const sweep::Values values = choice->values(i, {done.begin(), done.begin() + known});
      const double value = branin(std::stod(*values.find("x")), std::stod(*values.find("y")));
      least = std::min(least, value);
      done.push_back(trial_with(i, values, 1 / (1 + value)));
    }
    found.push_back(least);
    BOOST_TEST_MESSAGE(least);
  }
  BOOST_TEST(median(found) < 0.5);
}

BOOST_AUTO_TEST_CASE(a_gaussian_process_goes_through_its_values) {
  Eigen::MatrixXd points(6, 2);
  points << 0, 0, 0.2, 0.7, 0.4, 0.1, 0.6, 0.9, 0.8, 0.3, 1, 1;
  Eigen::VectorXd values(6);
  values << -1, 0.3, -0.4, 1.2, 0.1, 1.5;
  const sweep::GaussianProcess process(points, values, {0, 1});
  // The same by inverting the matrix of the kernel.
  const auto kernel = [&](const Eigen::VectorXd& a, const Eigen::VectorXd& b) {
    double squares = 0;
    for (int j = 0; j < 2; ++j)
      squares += std::pow((a(j) - b(j)) / process.length_scales()[static_cast<std::size_t>(j)], 2);
    const double r = std::sqrt(5 * squares);
    return (1 + r + r * r / 3) * std::exp(-r);
  };
  Eigen::MatrixXd all(6, 6);
  for (int i = 0; i < 6; ++i)
    for (int j = 0; j < 6; ++j)
      all(i, j) = kernel(points.row(i), points.row(j)) + (i == j ? process.noise() : 0);
  const Eigen::MatrixXd inverse = all.inverse();
  const double variance = values.dot(inverse * values) / 6;
  for (const auto& [x, y] : {std::pair(0.2, 0.7), std::pair(0.5, 0.5), std::pair(3.0, -2.0)}) {
    const Eigen::VectorXd point = Eigen::Vector2d(x, y);
    Eigen::VectorXd to(6);
    for (int i = 0; i < 6; ++i) to(i) = kernel(points.row(i), point);
    const sweep::Prediction predicted = process.at(point);
    BOOST_TEST(std::abs(predicted.mean - to.dot(inverse * values)) < 1e-9);
    BOOST_TEST(std::abs(predicted.deviation - std::sqrt(variance * (1 - to.dot(inverse * to)))) < 1e-6);
  }
  // A value that is expected changes no expectation.
  const Eigen::VectorXd there = Eigen::Vector2d(0.5, 0.5);
  const Eigen::VectorXd elsewhere = Eigen::Vector2d(0.1, 0.9);
  const auto more = process.with(there, process.at(there).mean);
  BOOST_TEST(std::abs(more.at(elsewhere).mean - process.at(elsewhere).mean) < 1e-9);
  BOOST_TEST(more.at(there).deviation < process.at(there).deviation);
}

BOOST_AUTO_TEST_CASE(expected_improvement_is_its_integral) {
  for (const double best : {-1.0, 0.0, 2.5}) {
    const sweep::Prediction predicted{0.5, 0.8};
    double sum = 0;
    constexpr int steps = 200000;
    for (int i = 0; i < steps; ++i) {
      const double z = -8 + 16 * (i + 0.5) / steps;
      const double value = predicted.mean + predicted.deviation * z;
      sum += std::max(0.0, value - best) * std::exp(-z * z / 2) * 16 / steps;
    }
    BOOST_TEST(std::abs(sweep::expected_improvement(predicted, best) -
                        sum / std::sqrt(2 * std::numbers::pi)) < 1e-9);
  }
}

BOOST_AUTO_TEST_SUITE_END()
