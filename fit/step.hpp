#pragma once

#include <gradus/fit/fit.hpp>

#include <map>

namespace gradus {

/// The training step that fit() takes, and its hyper-parameters.
struct FitStep {
  Expr step;
  std::map<std::string, double> settings;  ///< the rule's numbers, by the names of the variables
  std::size_t first_variable;              ///< of its own; a state without it has not taken the step yet
};

/// Adds gradients and updates to the network's graph, as minimize() does, unless the graph has a step already
/// that does the same but for the values of settings: that one is taken again, with its slots. Steps after
/// the first have a scope of their own, so that there may be any number. Throws as minimize() does.
FitStep fit_step(const Trainable& network, const FitOptions& options);

}  // namespace gradus
