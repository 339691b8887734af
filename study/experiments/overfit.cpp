#include <gradus/base/error.hpp>
#include <gradus/study/experiment.hpp>
#include <gradus/study/spread.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

constexpr std::size_t few = 2000;
/// Divides 2,000 and 50,000, so that whole epochs of both have equally many iterations.
constexpr Index batch_size = 50;

/// "50,000 images".
std::string images_text(std::size_t count) {
  return (count < 1000 ? fmt::format("{}", count) : fmt::format("{},{:03}", count / 1000, count % 1000)) +
         " images";
}

using Runs = std::vector<const RunRecord*>;

double generalisation_gap(const Runs& runs) {
  return final_accuracies(runs, "train").mean - final_accuracies(runs, "validation").mean;
}

Plot side_by_side(const char* name, const RunRecord& run, const char* what, Quantity quantity) {
  return {name, fmt::format("{}: {}", run.label, what),
          overlaid({&run}, {{"train", quantity}, {"validation", quantity}})};
}

ResultSection the_gap(const Runs& smalls, const Runs& larges) {
  const RunRecord& small = *smalls.front();
  const RunRecord& large = *larges.front();
  ResultSection section{"Few images and many", {}, {}, smalls};
  section.runs.insert(section.runs.end(), larges.begin(), larges.end());
  section.plots = {side_by_side("few-accuracy", small, "accuracy", Quantity::accuracy),
                   side_by_side("many-accuracy", large, "accuracy", Quantity::accuracy),
                   side_by_side("few-loss", small, "loss", Quantity::loss),
                   side_by_side("many-loss", large, "loss", Quantity::loss)};
  for (const std::size_t first : {0U, 2U})
    share_y_axis({&std::get<LineChart>(section.plots[first].what),
                  &std::get<LineChart>(section.plots[first + 1].what)});
  section.sentences.push_back(fmt::format(
      "Trained on {}, the network is right on {} of them and on {} of the validation images: a gap of "
      "{:.2f} points. Trained on {}, for {} iterations too, it is right on {} and {}: a gap of {:.2f} "
      "points.",
      small.label, final_accuracies(smalls, "train").text(), final_accuracies(smalls, "validation").text(),
      generalisation_gap(smalls), large.label, large.result.value().iterations,
      final_accuracies(larges, "train").text(), final_accuracies(larges, "validation").text(),
      generalisation_gap(larges)));
  return section;
}

ResultSection the_remedies(const Runs& smalls, const Runs& larges, const std::vector<Runs>& remedies) {
  ResultSection section{"What wins it back", {}, {}, smalls};
  Runs first{smalls.front()};
  for (const Runs& runs : remedies) {
    section.runs.insert(section.runs.end(), runs.begin(), runs.end());
    first.push_back(runs.front());
  }
  section.runs.insert(section.runs.end(), larges.begin(), larges.end());
  first.push_back(larges.front());
  section.plots = {{"remedies-validation", "Accuracy on the validation split",
                    overlaid(first, {{"validation", Quantity::accuracy, false}})},
                   {"remedies-train", "Accuracy on the training batches, as they were learned",
                    overlaid(first, {{"train", Quantity::accuracy, false}})}};
  const Spread few_images = final_accuracies(smalls, "validation");
  const Spread many_images = final_accuracies(larges, "validation");
  section.sentences.push_back(fmt::format("{} instead of {}: {}.", smalls.front()->label,
                                          larges.front()->label, difference_text(few_images, many_images)));
  for (const Runs& runs : remedies) {
    const Spread remedied = final_accuracies(runs, "validation");
    section.sentences.push_back(
        fmt::format("{}: {} of the validation images, {}; its gap to the training images is {:.2f} points.",
                    runs.front()->label, remedied.text(), difference_text(remedied, few_images),
                    generalisation_gap(runs)));
  }
  return section;
}

ExperimentResults run_overfit(ExperimentRunner& runner) {
  TrainSettings settings = runner.settings(5);
  settings.batch = batch_size;
  const auto batches = [](std::size_t images) { return (images + batch_size - 1) / batch_size; };
  const std::size_t images = runner.train_images();
  if (images <= few)
    throw ValueError(fmt::format("overfit compares {} with more of them, but there are {} to train on",
                                 images_text(few), images));
  const Runs large = runner.train_seeds(images_text(images), settings);

  settings.train_limit = few;
  settings.epochs = static_cast<std::int64_t>(static_cast<std::size_t>(settings.epochs) * batches(images) /
                                              batches(*settings.train_limit));
  const std::string label = images_text(*settings.train_limit);
  const Runs small = runner.train_seeds(label, settings);

  TrainSettings dropped = settings;
  dropped.dropout = 0.5;
  TrainSettings penalised = settings;
  penalised.l2 = 1e-4;
  TrainSettings augmented = settings;
  augmented.augment = "shift,rotate,elastic";
  const std::vector<Runs> remedies{runner.train_seeds(label + ", dropout", dropped),
                                   runner.train_seeds(label + ", L2", penalised),
                                   runner.train_seeds(label + ", augmentation", augmented)};
  return {
      "Overfitting",
      fmt::format(
          "The same network, {}, learns by Adam from {} and from {}, in equally "
          "many iterations on batches of {}; ± is the standard deviation over seeds. How far does what it "
          "reaches on its own images say what it "
          "reaches on others?",
          network_text(runner), small.front()->label, large.front()->label, batch_size),
      {the_gap(small, large), the_remedies(small, large, remedies)}};
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
