#include <gradus/base/error.hpp>
#include <gradus/study/experiment.hpp>

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

double generalisation_gap(const RunRecord& run) {
  return final_accuracy(run, "train") - final_accuracy(run, "validation");
}

Plot side_by_side(const char* name, const RunRecord& run, const char* what, Quantity quantity) {
  return {name, fmt::format("{}: {}", run.label, what),
          overlaid({&run}, {{"train", quantity}, {"validation", quantity}})};
}

ResultSection the_gap(const RunRecord& small, const RunRecord& large) {
  ResultSection section{"Few images and many", {}, {}, {&small, &large}};
  section.plots = {side_by_side("few-accuracy", small, "accuracy", Quantity::accuracy),
                   side_by_side("many-accuracy", large, "accuracy", Quantity::accuracy),
                   side_by_side("few-loss", small, "loss", Quantity::loss),
                   side_by_side("many-loss", large, "loss", Quantity::loss)};
  for (const std::size_t first : {0U, 2U})
    share_y_axis({&std::get<LineChart>(section.plots[first].what),
                  &std::get<LineChart>(section.plots[first + 1].what)});
  section.sentences.push_back(fmt::format(
      "Trained on {}, the network is right on {:.2f} % of them and on {:.2f} % of the validation "
      "images: a gap of "
      "{:.2f} points. Trained on {}, for {} iterations too, it is right on {:.2f} % and {:.2f} "
      "%: a gap of {:.2f} "
      "points.",
      small.label, final_accuracy(small, "train"), final_accuracy(small, "validation"),
      generalisation_gap(small), large.label, large.result.value().iterations, final_accuracy(large, "train"),
      final_accuracy(large, "validation"), generalisation_gap(large)));
  return section;
}

ResultSection the_remedies(const RunRecord& small, const RunRecord& large,
                           const std::vector<const RunRecord*>& remedies) {
  ResultSection section{"What wins it back", {}, {}, {&small}};
  section.runs.insert(section.runs.end(), remedies.begin(), remedies.end());
  section.runs.push_back(&large);
  section.plots = {{"remedies-validation", "Accuracy on the validation split",
                    overlaid(section.runs, {{"validation", Quantity::accuracy, false}})},
                   {"remedies-train", "Accuracy on the training batches, as they were learned",
                    overlaid(section.runs, {{"train", Quantity::accuracy, false}})}};
  const double lost = final_accuracy(large, "validation") - final_accuracy(small, "validation");
  for (const RunRecord* run : remedies) {
    const double won = final_accuracy(*run, "validation") - final_accuracy(small, "validation");
    const std::string compared =
        lost > 0 ? fmt::format("{:+.2f} points of the {:.2f} that having {} instead of {} costs", won, lost,
                               small.label, large.label)
                 : fmt::format("{:+.2f} points, where {} instead of {} cost nothing", won, small.label,
                               large.label);
    section.sentences.push_back(fmt::format(
        "{}: {:.2f} % of the validation images, {}; its gap to the training images is {:.2f} points.",
        run->label, final_accuracy(*run, "validation"), compared, generalisation_gap(*run)));
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
  const RunRecord& large = runner.train(images_text(images), settings);

  settings.train_limit = few;
  settings.epochs = static_cast<std::int64_t>(static_cast<std::size_t>(settings.epochs) * batches(images) /
                                              batches(*settings.train_limit));
  const std::string label = images_text(*settings.train_limit);
  const RunRecord& small = runner.train(label, settings);

  TrainSettings dropped = settings;
  dropped.dropout = 0.5;
  TrainSettings penalised = settings;
  penalised.l2 = 1e-4;
  TrainSettings augmented = settings;
  augmented.augment = "shift,rotate,elastic";
  const std::vector<const RunRecord*> remedies{&runner.train(label + ", dropout", dropped),
                                               &runner.train(label + ", L2", penalised),
                                               &runner.train(label + ", augmentation", augmented)};
  return {
      "Overfitting",
      fmt::format(
          "The same network, 784-500-250-100-10 with ReLU and Adam, learns from {} and from {}, in equally "
          "many iterations on batches of {}. How far does what it reaches on its own images say what it "
          "reaches on others?",
          small.label, large.label, batch_size),
      {the_gap(small, large), the_remedies(small, large, remedies)}};
}

}  // namespace

Experiment overfit() {
  return {"overfit", "The same network on 2,000 and on 50,000 images, and what narrows the gap", R"(
Examples:
  gradus experiment overfit                      5 epochs of 50,000 images, 125 of 2,000: 5,000 iterations each
  gradus experiment overfit --epochs 1 --out runs/overfit)",
          run_overfit};
}

}  // namespace gradus
