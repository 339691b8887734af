#pragma once

#include <gradus/sweep/plan.hpp>
#include <gradus/sweep/trial.hpp>

#include <memory>

namespace gradus::sweep {

/// Says what the trials of a sweep try, one after the other. What it says of a trial is a function of the
/// plan and of what the trials before it came to that it asks for, whatever runs at the same time.
class Method {
 public:
  virtual ~Method() = default;

  /// How many trials there are: fewer than the plan's where the space has no more.
  virtual std::size_t trials() const = 0;

  /// The trials before this number that it must know the results of.
  virtual std::size_t needs(std::size_t /*number*/) const { return 0; }

  /// The values of a trial; `done` are those before needs(number), in their order.
  virtual Values values(std::size_t number, const std::vector<Trial>& done) = 0;
};

/// "grid": all combinations, in their order. "random": Random. "bayes": Bayes.
std::vector<std::string> method_names();

/// Throws NameError for a method that is not known, ValueError for a grid of a range.
std::unique_ptr<Method> make_method(const Plan& plan);

}  // namespace gradus::sweep
