#include <gradus/base/error.hpp>
#include <gradus/study/overfitting.hpp>
#include <gradus/study/spread.hpp>
#include <gradus/train/network.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

constexpr std::size_t few_images = 2000;

/// "50,000 images".
std::string images_text(std::size_t count) {
  return (count < 1000 ? fmt::format("{}", count) : fmt::format("{},{:03}", count / 1000, count % 1000)) +
         " images";
}

using Runs = std::vector<const RunRecord*>;

double generalisation_gap(const Runs& runs) {
  return final_accuracies(runs, "train").mean - final_accuracies(runs, "validation").mean;
}

/// What a network is called in headings and files.
struct Names {
  std::string network;

  std::string heading(const std::string& text) const {
    return network.empty() ? text : network + ": " + text;
  }
  std::string label(const std::string& text) const { return network.empty() ? text : network + ", " + text; }
  std::string plot(const std::string& text) const { return network.empty() ? text : network + "-" + text; }
};

ResultSection the_gap(const Names& names, const Runs& smalls, const Runs& larges) {
  const RunRecord& small = *smalls.front();
  const RunRecord& large = *larges.front();
  ResultSection section{names.heading("few images and many"), {}, {}, smalls};
  section.runs.insert(section.runs.end(), larges.begin(), larges.end());
  section.plots = {train_and_validation(names.plot("few-accuracy"), small.label, small, Quantity::accuracy),
                   train_and_validation(names.plot("many-accuracy"), large.label, large, Quantity::accuracy),
                   train_and_validation(names.plot("few-loss"), small.label, small, Quantity::loss),
                   train_and_validation(names.plot("many-loss"), large.label, large, Quantity::loss)};
  for (const std::size_t first : {0U, 2U})
    share_y_axis({&std::get<LineChart>(section.plots[first].what),
                  &std::get<LineChart>(section.plots[first + 1].what)});
  section.sentences.push_back(fmt::format(
      "Trained on {}, in {} iterations, the network is right on {} of them and on {} of the validation "
      "images: a "
      "gap of {:.2f} points. Trained on {}, in {}, it is right on {} and {}: a gap of {:.2f} points.",
      images_text(few_images), small.result.value().iterations, final_accuracies(smalls, "train").text(),
      final_accuracies(smalls, "validation").text(), generalisation_gap(smalls),
      images_text(static_cast<std::size_t>(large.result.value().splits.at("train").examples)),
      large.result.value().iterations, final_accuracies(larges, "train").text(),
      final_accuracies(larges, "validation").text(), generalisation_gap(larges)));
  return section;
}

ResultSection the_remedies(const Names& names, const Runs& smalls, const Runs& larges,
                           const std::vector<Runs>& remedies) {
  ResultSection section{names.heading("what wins it back"), {}, {}, smalls};
  Runs first{smalls.front()};
  for (const Runs& runs : remedies) {
    section.runs.insert(section.runs.end(), runs.begin(), runs.end());
    first.push_back(runs.front());
  }
  section.runs.insert(section.runs.end(), larges.begin(), larges.end());
  first.push_back(larges.front());
  section.plots = {{names.plot("remedies-validation"), "Accuracy on the validation split",
                    overlaid(first, {{"validation", Quantity::accuracy, false}})},
                   {names.plot("remedies-train"), "Accuracy on the training batches, as they were learned",
                    overlaid(first, {{"train", Quantity::accuracy, false}})}};
  const Spread few = final_accuracies(smalls, "validation");
  const Spread many = final_accuracies(larges, "validation");
  section.sentences.push_back(fmt::format("{} instead of {}: {}.", smalls.front()->label,
                                          larges.front()->label, difference_text(few, many)));
  for (const Runs& runs : remedies) {
    const Spread remedied = final_accuracies(runs, "validation");
    section.sentences.push_back(fmt::format(
        "{}: {} of the validation images, {}; its gap to the training images is {:.2f} points.",
        runs.front()->label, remedied.text(), difference_text(remedied, few), generalisation_gap(runs)));
  }
  return section;
}

}  // namespace

Overfitting overfitting(ExperimentRunner& runner, const TrainSettings& settings, const std::string& network) {
  const Names names{network};
  const std::size_t images = runner.train_images();
  if (images <= few_images)
    throw ValueError(
        fmt::format("overfitting is seen by comparing {} with more of them, but there are {} to "
                    "train on",
                    images_text(few_images), images));
  Overfitting result;
  result.many = runner.train_seeds(names.label(images_text(images)), settings);

  TrainSettings few = settings;
  few.train_limit = few_images;
  few.epochs = std::max<std::int64_t>(
      1, settings.epochs * batches_in_epoch(settings, images) / batches_in_epoch(settings, few_images));
  const std::string label = names.label(images_text(few_images));
  result.few = runner.train_seeds(label, few);

  TrainSettings dropped = few;
  dropped.dropout = 0.5;
  TrainSettings penalised = few;
  penalised.l2 = 1e-4;
  TrainSettings augmented = few;
  augmented.augment = "shift,rotate,elastic";
  const std::vector<Runs> remedies{runner.train_seeds(label + ", dropout", dropped),
                                   runner.train_seeds(label + ", L2", penalised),
                                   runner.train_seeds(label + ", augmentation", augmented)};
  result.sections = {the_gap(names, result.few, result.many),
                     the_remedies(names, result.few, result.many, remedies)};
  return result;
}

}  // namespace gradus
