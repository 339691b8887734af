#pragma once

#include <gradus/study/experiment.hpp>

#include <string>
#include <vector>

namespace gradus {

/// What a network that was trained on few images lacks beside one that saw many, and what narrows the gap.
struct Overfitting {
  std::vector<const RunRecord*> few;
  std::vector<const RunRecord*> many;
  std::vector<ResultSection> sections;
};

/// Trains a network on all images for as many epochs as the settings say, and on 2,000 for as many
/// iterations, as far as whole epochs go: as it is, with dropout, with an L2 penalty, with augmentation.
/// `network` names it in labels, headings and files, where an experiment has several; else it is empty.
/// Throws ValueError where there are not more images.
Overfitting overfitting(ExperimentRunner& runner, const TrainSettings& settings, const std::string& network);

}  // namespace gradus
