#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/study/experiment_runner.hpp>
#include <gradus/train/image_spec.hpp>
#include <gradus/train/report.hpp>
#include <gradus/train/setting.hpp>

#include <fmt/format.h>

#include <cctype>

namespace gradus {
namespace {

/// "2,000 images, dropout" → "2000-images-dropout".
std::string folder_name(const std::string& label) {
  std::string name;
  for (const char c : label) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.';
    if (plain)
      name += c;
    else if (c != ',' && !name.empty() && name.back() != '-')
      name += '-';
  }
  return name;
}

}  // namespace

ExperimentRunner::ExperimentRunner(ExperimentOptions options, const data::TrainTest& data,
                                   std::function<bool()> stop)
    : options_(std::move(options)), data_(&data), stop_(std::move(stop)) {}

ExperimentRunner& ExperimentRunner::on(const data::TrainTest& data, const std::string& folder) {
  ExperimentOptions options = options_;
  options.out /= folder;
  return others_.emplace_back(options, data, stop_);
}

TrainSettings ExperimentRunner::settings(std::int64_t epochs) const {
  return settings_from(options_.settings, epochs);
}

TrainSettings ExperimentRunner::settings_from(TrainSettings settings, std::int64_t epochs) const {
  settings.data.reset();
  settings.data_dir = options_.settings.data_dir;
  settings.epochs = options_.epochs.value_or(epochs);
  settings.train_limit = options_.settings.train_limit;
  settings.seed = options_.settings.seed;
  settings.threads = options_.settings.threads;
  return with_data(settings, data_->train);
}

std::size_t ExperimentRunner::train_images() const {
  const TrainSettings& settings = options_.settings;
  return data::split(data_->train, {settings.validation, settings.train_limit}).train.size();
}

std::vector<const RunRecord*> ExperimentRunner::train_seeds(const std::string& label,
                                                            const TrainSettings& settings) {
  std::vector<const RunRecord*> runs;
  for (int i = 0; i < options_.seeds; ++i) {
    TrainSettings seeded = settings;
    seeded.seed += static_cast<std::uint64_t>(i);
    runs.push_back(&train(i == 0 ? label : fmt::format("{}, seed {}", label, seeded.seed), seeded));
  }
  return runs;
}

const RunRecord& ExperimentRunner::train(const std::string& label, const TrainSettings& settings) {
  check(settings);
  // Before the folder, so that nothing is left behind where the data is too small.
  const data::Split split = data::split(data_->train, {settings.validation, settings.train_limit});
  const std::filesystem::path path = options_.out / folder_name(label);
  const bool there = file_exists(path / "config.json");
  const RunFolder folder = there ? RunFolder::resume(path) : RunFolder::create(path);
  if (there && deciding(folder.read_settings()) != deciding(settings))
    throw FileError(
        fmt::format("'{}' holds a run with other settings; choose another folder with --out", path.string()));
  if (!there)
    folder.write_config(
        {{"settings", settings}, {"images", image_spec(split.train, pixel_scale(settings, split.train))}});
  if (!options_.quiet) say("{}{}\n", label, file_exists(folder.report_json()) ? ": is there already" : "");
  if (!file_exists(folder.report_json())) {
    Trainer trainer(settings, *data_, split, folder, there);
    for (const std::string& note : trainer.notes()) say("{}\n", note);
    Progress progress(
        {settings.epochs, trainer.iterations_per_epoch(), trainer.position().iteration, options_.quiet},
        Progress::Screen::of(stderr));
    const TrainOutcome outcome = trainer.run(progress, stop_);
    if (!outcome.finished) throw ExperimentStopped();
    write_reports(folder, settings, *data_, trainer.network(), outcome);
  }
  runs_.push_back(read_record(path));
  runs_.back().label = label;
  return runs_.back();
}

}  // namespace gradus
