#pragma once

#include <gradus/sweep/space.hpp>
#include <gradus/sweep/trial.hpp>

namespace gradus::sweep {

/// How much a parameter alone tells the best trials from all of them, as a share of what all parameters tell.
struct Importance {
  std::string name;
  double share = 0;  ///< in [0, 1]
};

/// PED-ANOVA (Watanabe, Bansal, Hutter, "PED-ANOVA: efficiently quantifying hyperparameter importance in
/// arbitrary subspaces", 2023): for each parameter the Pearson divergence Σ q (p/q − 1)² of the density p of
/// its values among the best trials from q among all. Densities are Parzen estimates on a grid: of lists,
/// with one count for an even prior; of ranges, in 50 steps of normal kernels of Scott's width. A parameter
/// that is not always in effect counts where it is, α²/β times, with the parts α of the best trials and β of
/// all that have it. The largest share comes first; empty for fewer than two results or where all are equally
/// good.
///
/// `best` is the part of the trials that is best. Trials without a result are left out.
std::vector<Importance> importance(const Space& space, const std::vector<Trial>& trials, double best = 0.1);

/// How a parameter goes with the accuracy. Of lists that are no numbers each value is a variable of its own,
/// 1 where a trial has it and 0 elsewhere.
struct Correlation {
  std::string label;                 ///< "learning_rate", "optimizer = adam"
  std::optional<double> pearson{};   ///< of the values; none where either does not vary
  std::optional<double> spearman{};  ///< of their ranks
};

/// Over the trials that have a result and in which the parameter is in effect.
std::vector<Correlation> correlations(const Space& space, const std::vector<Trial>& trials);

}  // namespace gradus::sweep
