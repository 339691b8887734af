#include <gradus/study/overfitting.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

/// Divides 2,000 and 50,000, so that whole epochs of both have equally many iterations.
constexpr Index batch_size = 50;

ExperimentResults run_overfit(ExperimentRunner& runner) {
  TrainSettings settings = runner.settings(5);
  settings.batch = batch_size;
  const Overfitting found = overfitting(runner, settings, "");
  return {
      "Overfitting",
      fmt::format("The same network, {}, learns by Adam from {} and from {}, in equally many iterations on "
                  "batches of {}; ± is the standard deviation over seeds. How far does what it reaches on "
                  "its own images say what it reaches on others?",
                  network_text(runner), found.few.front()->label, found.many.front()->label, batch_size),
      found.sections};
}

}  // namespace

Experiment overfit() {
  return {"overfit", "The same network on 2,000 and on 50,000 images, and what narrows the gap",
          R"(
Examples:
  gradus experiment overfit                      5 epochs of 50,000 images, 125 of 2,000: 5,000 iterations each; three seeds
  gradus experiment overfit cnn --epochs 2
  gradus experiment overfit --hidden 64 --activation sigmoid
  gradus experiment overfit --epochs 1 --out runs/overfit)",       run_overfit,
          true,      {"dropout", "l2", "layers"}};
}

}  // namespace gradus
