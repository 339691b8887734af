#include <gradus/base/philox.hpp>
#include <gradus/sweep/bayes.hpp>
#include <gradus/sweep/ranks.hpp>
#include <gradus/sweep/streams.hpp>

#include <boost/math/special_functions/erf.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gradus::sweep {
namespace {

constexpr std::size_t candidates = 1000;
constexpr std::size_t refined = 5;
constexpr int changes = 40;

/// Ranks of results as quantiles of the normal distribution, the best the greatest: what a trial that came to
/// nothing says is that it is among the worst. Equal results have the mean of their ranks.
Eigen::VectorXd normal_scores(const std::vector<Trial>& done) {
  std::vector<double> accuracies;
  for (const Trial& trial : done)
    accuracies.push_back(trial.result() != nullptr ? trial.result()->accuracy : -1);
  const auto count = static_cast<double>(done.size());
  Eigen::VectorXd scores(static_cast<Eigen::Index>(done.size()));
  Eigen::Index at = 0;
  for (const double rank : ranks(accuracies))
    scores(at++) = std::numbers::sqrt2 * boost::math::erf_inv(2 * ((rank - 0.5) / count) - 1);
  return scores;
}

}  // namespace

Bayes::Bayes(const Plan& plan)
    : space_(plan.space),
      seed_(plan.seed),
      ahead_(plan.ahead),
      at_random_(std::max({std::size_t{10}, plan.space.parameters().size(), plan.ahead})),
      random_(plan) {
  int group = 0;
  for (const Parameter& parameter : space_.parameters()) {
    const std::size_t coordinates = parameter.is_number() ? 1 : parameter.list.size();
    groups_.insert(groups_.end(), coordinates, group++);
  }
}

std::size_t Bayes::needs(std::size_t number) const {
  return number < at_random_ ? 0 : number - std::min(number, ahead_ - 1);
}

/// A range and a list of numbers by their place, other lists by a corner of a simplex of side 1; what is not
/// in effect by the middle.
Eigen::VectorXd Bayes::encoded(const Values& values) const {
  Eigen::VectorXd point(static_cast<Eigen::Index>(groups_.size()));
  const std::vector<double> places = space_.point_of(values);
  Eigen::Index at = 0;
  for (std::size_t p = 0; p < places.size(); ++p) {
    const Parameter& parameter = space_.parameters()[p];
    if (parameter.is_number()) {
      point(at++) = places[p];
      continue;
    }
    const auto count = static_cast<double>(parameter.list.size());
    const bool is_set = values.find(parameter.name) != nullptr;
    for (std::size_t i = 0; i < parameter.list.size(); ++i)
      point(at++) = !is_set
                        ? std::numbers::sqrt2 / 2 / count
                        : (i == static_cast<std::size_t>(places[p] * count) ? std::numbers::sqrt2 / 2 : 0);
  }
  return point;
}

Values Bayes::choose(std::size_t number, const std::vector<Trial>& done) const {
  Eigen::MatrixXd points(static_cast<Eigen::Index>(done.size()), static_cast<Eigen::Index>(groups_.size()));
  for (std::size_t i = 0; i < done.size(); ++i)
    points.row(static_cast<Eigen::Index>(i)) = encoded(done[i].values).transpose();
  const Eigen::VectorXd scores = normal_scores(done);
  GaussianProcess process(points, scores, groups_);
  double best = scores.maxCoeff();
  for (std::size_t i = done.size(); i < number; ++i) {
    const Eigen::VectorXd point = encoded(chosen_[i]);
    const double expected = process.at(point).mean;
    process = process.with(point, expected);
    best = std::max(best, expected);
  }

  Philox chance(seed_, candidate_stream, number);
  struct Candidate {
    std::vector<double> place;
    double gain;
  };
  const auto is_taken = [&](const Values& values) {
    return std::ranges::find(chosen_.begin(), chosen_.begin() + static_cast<std::ptrdiff_t>(number),
                             values) != chosen_.begin() + static_cast<std::ptrdiff_t>(number);
  };
  const auto gain_at = [&](const std::vector<double>& place) {
    const Values values = space_.at(place);
    return is_taken(values) ? -1.0 : expected_improvement(process.at(encoded(values)), best);
  };
  std::vector<Candidate> found;
  for (std::size_t i = 0; i < candidates; ++i) {
    std::vector<double> place(space_.parameters().size());
    for (double& u : place) u = chance.uniform();
    const double gain = gain_at(place);
    found.push_back({std::move(place), gain});
  }
  std::ranges::stable_sort(found, std::ranges::greater(), &Candidate::gain);
  found.resize(refined);
  for (Candidate& candidate : found)
    for (int change = 0; change < changes; ++change) {
      std::vector<double> place = candidate.place;
      const std::size_t p = chance.below(static_cast<std::uint32_t>(place.size()));
      // Ever smaller steps in a range, any other value of a list.
      const double step = 0.2 * std::pow(0.02, static_cast<double>(change) / changes);
      place[p] = space_.parameters()[p].range
                     ? std::clamp(place[p] + step * chance.normal(), 0.0, std::nextafter(1.0, 0.0))
                     : chance.uniform();
      const double gain = gain_at(place);
      if (gain > candidate.gain) candidate = {std::move(place), gain};
    }
  const auto chosen = std::ranges::max_element(found, {}, &Candidate::gain);
  if (chosen->gain >= 0) return space_.at(chosen->place);
  // A small space of which nearly all is tried.
  const auto all = space_.combinations();
  std::uint64_t combination = 0;
  while (all && combination + 1 < *all && is_taken(space_.combination(combination))) ++combination;
  return all ? space_.combination(combination) : space_.at(chosen->place);
}

Values Bayes::values(std::size_t number, const std::vector<Trial>& done) {
  while (chosen_.size() <= number) {
    const std::size_t next = chosen_.size();
    if (next < done.size())
      chosen_.push_back(done[next].values);
    else if (next < at_random_)
      chosen_.push_back(random_.values(next, {}));
    else
      chosen_.push_back(
          choose(next, {done.begin(), done.begin() + static_cast<std::ptrdiff_t>(needs(next))}));
  }
  return chosen_[number];
}

}  // namespace gradus::sweep
