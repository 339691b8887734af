#pragma once

#include <gradus/sweep/gaussian_process.hpp>
#include <gradus/sweep/random.hpp>

namespace gradus::sweep {

/// Bayesian optimisation (Snoek, Larochelle, Adams, "Practical Bayesian optimization of machine learning
/// algorithms", 2012): after some trials at random a Gaussian process learns what the others came to, and the
/// next trial is where the expected improvement is greatest, of candidates at random and of changes to the
/// best of them. Trials under way, of which there are plan.ahead − 1 at most, count as if they came to what
/// the process expects of them (Ginsbourger, Le Riche, Carraro, "Kriging is well-suited to parallelize
/// optimization", 2010).
class Bayes : public Method {
 public:
  explicit Bayes(const Plan& plan);

  std::size_t trials() const override { return random_.trials(); }
  std::size_t needs(std::size_t number) const override;
  Values values(std::size_t number, const std::vector<Trial>& done) override;

 private:
  Values choose(std::size_t number, const std::vector<Trial>& done) const;
  Eigen::VectorXd encoded(const Values& values) const;

  Space space_;
  std::uint64_t seed_;
  std::size_t ahead_;
  std::size_t at_random_;  ///< so many first trials
  Random random_;
  std::vector<int> groups_;     ///< of the coordinates: the parameter that each belongs to
  std::vector<Values> chosen_;  ///< by number
};

}  // namespace gradus::sweep
