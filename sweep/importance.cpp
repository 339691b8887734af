#include <gradus/base/number.hpp>
#include <gradus/sweep/importance.hpp>
#include <gradus/sweep/ranks.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace gradus::sweep {
namespace {

/// The probability of each place of a grid.
using Density = std::vector<double>;

/// A grid for a parameter's values.
struct Steps {
  std::size_t size = 0;
  bool is_list = false;
};

constexpr std::size_t most_steps = 50;

Steps grid_of(const Parameter& parameter) {
  if (!parameter.range) return {parameter.list.size(), true};
  const Range& range = *parameter.range;
  if (!range.whole) return {most_steps, false};
  const double numbers = range.max - range.min + 1;
  const double steps = range.logarithmic ? std::ceil(std::log2(numbers)) + 1 : numbers;
  return {static_cast<std::size_t>(std::min<double>(steps, most_steps)), false};
}

std::size_t place_of(const Parameter& parameter, const Steps& grid, const std::string& text) {
  if (grid.is_list)
    return static_cast<std::size_t>(std::ranges::find(parameter.list, text) - parameter.list.begin());
  const Range& range = *parameter.range;
  double value = range.min;
  read_number(text, value);
  const auto of = [&](double number) { return range.logarithmic ? std::log(number) : number; };
  const double step = (of(range.max) - of(range.min)) / static_cast<double>(grid.size - 1);
  const double place = std::ceil((of(value) - of(range.min)) / step - 0.5);
  return static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(grid.size - 1)));
}

/// Each value's kernel has its own place and a little of every other.
Density list_density(const std::vector<double>& counts) {
  const auto size = static_cast<double>(counts.size());
  const double kinds =
      static_cast<double>(std::ranges::count_if(counts, [](double count) { return count > 0; }));
  const double all = std::accumulate(counts.begin(), counts.end(), 1.0);
  const double prior = 1 / (kinds + 1);
  Density density(counts.size(), 1 / size / all);
  for (std::size_t own = 0; own < counts.size(); ++own)
    for (std::size_t place = 0; place < counts.size(); ++place)
      density[place] += counts[own] / all * (prior + (place == own ? 1 : 0)) / (1 + size * prior);
  return density;
}

double normal_below(double x) { return std::erfc(-x / std::numbers::sqrt2) / 2; }

/// A normal distribution cut to the grid, on the cell around each place.
void add_kernel(Density& density, double weight, double mean, double deviation) {
  const auto below = [&](double x) { return normal_below((x - mean) / deviation); };
  const double inside = below(static_cast<double>(density.size()) - 0.5) - below(-0.5);
  for (std::size_t place = 0; place < density.size(); ++place) {
    const auto x = static_cast<double>(place);
    density[place] += weight * (below(x + 0.5) - below(x - 0.5)) / inside;
  }
}

/// Scott's width (1992) of the smaller one of deviation and quartile range, but not less than covers one
/// cell.
Density range_density(const std::vector<double>& counts) {
  const double all = std::accumulate(counts.begin(), counts.end(), 0.0);
  std::vector<std::size_t> places;
  std::vector<double> sums;
  double mean = 0;
  for (std::size_t place = 0; place < counts.size(); ++place)
    if (counts[place] > 0) {
      places.push_back(place);
      sums.push_back((sums.empty() ? 0 : sums.back()) + counts[place]);
      mean += counts[place] / all * static_cast<double>(place);
    }
  double squares = 0;
  for (const std::size_t place : places)
    squares += counts[place] * (static_cast<double>(place) - mean) * (static_cast<double>(place) - mean);
  const auto first = std::ranges::lower_bound(sums, std::floor(all / 4)) - sums.begin();
  const auto third = std::min<std::ptrdiff_t>(
      std::ranges::upper_bound(sums, std::floor(3 * all / 4)) - sums.begin(), std::ssize(places) - 1);
  const double quartiles = static_cast<double>(places[static_cast<std::size_t>(third)]) -
                           static_cast<double>(places[static_cast<std::size_t>(first)]);
  const double deviation = std::sqrt(squares / std::max(1.0, all - 1));
  const double width =
      std::max(1.059 * std::min(quartiles / 1.34, deviation) * std::pow(all, -0.2), 0.5 / 1.64);
  Density density(counts.size(), 0);
  const auto last = static_cast<double>(counts.size() - 1);
  for (const std::size_t place : places)
    add_kernel(density, counts[place] / (all + 1), static_cast<double>(place), width);
  add_kernel(density, 1 / (all + 1), last / 2, last + 1);
  return density;
}

Density density_of(const Parameter& parameter, const std::vector<const Trial*>& trials) {
  const Steps grid = grid_of(parameter);
  std::vector<double> counts(grid.size, 0);
  for (const Trial* trial : trials) ++counts[place_of(parameter, grid, *trial->values.find(parameter.name))];
  return grid.is_list ? list_density(counts) : range_density(counts);
}

double pearson_divergence(const Density& best, const Density& all) {
  constexpr double nothing = 1e-12;
  double sum = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const double q = all[i] + nothing;
    const double ratio = (best[i] + nothing) / q - 1;
    sum += q * ratio * ratio;
  }
  return sum;
}

std::vector<const Trial*> with_result(const std::vector<Trial>& trials) {
  std::vector<const Trial*> found;
  for (const Trial& trial : trials)
    if (trial.result() != nullptr) found.push_back(&trial);
  return found;
}

std::vector<const Trial*> having(const std::vector<const Trial*>& trials, const std::string& parameter) {
  std::vector<const Trial*> found;
  for (const Trial* trial : trials)
    if (trial->values.find(parameter) != nullptr) found.push_back(trial);
  return found;
}

double part(std::size_t count, std::size_t all) {
  return static_cast<double>(count) / static_cast<double>(all);
}

std::optional<double> correlation(const std::vector<double>& x, const std::vector<double>& y) {
  const auto varies = [](const std::vector<double>& values) {
    return !values.empty() &&
           std::ranges::any_of(values, [&](double value) { return value != values.front(); });
  };
  if (!varies(x) || !varies(y)) return std::nullopt;
  const auto centred = [](const std::vector<double>& values) {
    const Eigen::Map<const Eigen::VectorXd> all(values.data(), std::ssize(values));
    return Eigen::VectorXd(all.array() - all.mean());
  };
  return centred(x).normalized().dot(centred(y).normalized());
}

}  // namespace

std::vector<Importance> importance(const Space& space, const std::vector<Trial>& trials, double best) {
  std::vector<const Trial*> all = with_result(trials);
  if (all.size() < 2) return {};
  std::vector<double> accuracies;
  for (const Trial* trial : all) accuracies.push_back(trial->result()->accuracy);
  std::ranges::sort(accuracies, std::greater());
  const auto cut = static_cast<std::size_t>(std::ceil(best * static_cast<double>(all.size()))) - 1;
  std::vector<const Trial*> top = all;
  std::erase_if(top, [&](const Trial* trial) { return trial->result()->accuracy < accuracies[cut]; });
  if (top.size() == all.size()) return {};

  std::vector<Importance> found;
  double sum = 0;
  for (const Parameter* varied : space.varied()) {
    const Parameter& parameter = *varied;
    const auto all_having = having(all, parameter.name);
    const auto top_having = having(top, parameter.name);
    double value = 0;
    if (!top_having.empty() && all_having.size() >= 2) {
      const double alpha = part(top_having.size(), top.size());
      value = alpha * alpha / part(all_having.size(), all.size()) *
              pearson_divergence(density_of(parameter, top_having), density_of(parameter, all_having));
    }
    found.push_back({parameter.name, value});
    sum += value;
  }
  if (sum <= 0) return {};
  for (Importance& one : found) one.share /= sum;
  std::ranges::stable_sort(found, std::ranges::greater(), &Importance::share);
  return found;
}

std::vector<Correlation> correlations(const Space& space, const std::vector<Trial>& trials) {
  const std::vector<const Trial*> all = with_result(trials);
  std::vector<Correlation> found;
  for (const Parameter* varied : space.varied()) {
    const Parameter& parameter = *varied;
    const auto with = having(all, parameter.name);
    std::vector<double> accuracies;
    for (const Trial* trial : with) accuracies.push_back(trial->result()->accuracy);
    const auto add = [&](const std::string& label, const auto& number_of) {
      std::vector<double> numbers;
      for (const Trial* trial : with) numbers.push_back(number_of(*trial->values.find(parameter.name)));
      found.push_back(
          {label, correlation(numbers, accuracies), correlation(ranks(numbers), ranks(accuracies))});
    };
    if (parameter.is_number()) {
      add(parameter.name, [](const std::string& text) {
        double number = 0;
        read_number(text, number);
        return number;
      });
      continue;
    }
    for (const std::string& value : parameter.list)
      add(parameter.name + " = " + value, [&](const std::string& text) { return text == value ? 1.0 : 0.0; });
  }
  return found;
}

}  // namespace gradus::sweep
