#include <gradus/base/file.hpp>
#include <gradus/base/number.hpp>
#include <gradus/sweep/gaussian_process.hpp>
#include <gradus/sweep/method.hpp>
#include <gradus/tests/support/refusal.hpp>
#include <gradus/tests/support/text.hpp>

#include <algorithm>
#include <map>

using namespace gradus;
using namespace gradus::test;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

const std::filesystem::path table = std::filesystem::path(GRADUS_TEST_DATA) / "sweep/table";

std::vector<std::vector<std::string>> rows_of(const std::filesystem::path& path) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& line : split_text(read_file(path), '\n'))
    if (!line.empty() && !line.starts_with('#')) rows.push_back(split_text(line, ','));
  return rows;
}

double number(const std::string& text) {
  double value = 0;
  BOOST_TEST_REQUIRE(read_number(text, value));
  return value;
}

/// 1,944 real trials, every one of their space.
class Table {
 public:
  Table() : plan(sweep::read_plan(table / "table.yaml")) {
    auto rows = rows_of(table / "results.csv");
    const std::vector<std::string> names = rows.front();
    for (auto row = rows.begin() + 1; row != rows.end(); ++row) {
      sweep::Values values;
      for (std::size_t i = 0; i + 1 < names.size(); ++i) values.each.emplace_back(names[i], (*row)[i]);
      results_[key(values)] = number(row->back());
    }
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
      sweep::Trial trial;
      trial.number = i;
      trial.values = choice->values(i, {done.begin(), done.begin() + static_cast<std::ptrdiff_t>(known)});
      const double accuracy = results_.at(key(trial.values));
      trial.last = sweep::Score{1, 1, 1 - accuracy, accuracy};
      done.push_back(trial);
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

}  // namespace

BOOST_AUTO_TEST_SUITE(methods)

BOOST_AUTO_TEST_CASE(bayes_finds_more_than_random_and_than_tpe) {
  const Table trials;
  constexpr std::size_t most = 100;
  std::vector<std::vector<double>> random;
  std::vector<std::vector<double>> bayes;
  std::vector<std::vector<double>> tpe;
  for (const auto& row : rows_of(table / "tpe.csv")) {
    tpe.emplace_back();
    for (const std::string& text : row) tpe.back().push_back(number(text));
  }
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    random.push_back(trials.so_far("random", seed, most));
    bayes.push_back(trials.so_far("bayes", seed, most));
  }
  for (const std::size_t after : {20, 30, 50, 100})
    BOOST_TEST_MESSAGE("after " << after << ": random " << median_after(random, after) << ", TPE "
                                << median_after(tpe, after) << ", bayes " << median_after(bayes, after));
  BOOST_TEST(median_after(bayes, 50) >= median_after(random, 100));
  BOOST_TEST(median_after(bayes, 50) >= median_after(tpe, 50));
  BOOST_TEST(median_after(bayes, 100) >= median_after(tpe, 100));
}

BOOST_AUTO_TEST_SUITE_END()
