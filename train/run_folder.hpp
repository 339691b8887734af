#pragma once

#include <gradus/train/run_lock.hpp>
#include <gradus/train/settings.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string_view>
#include <vector>

namespace gradus {

/// The folder that keeps everything of one training run. Those who train hold its lock (RunLock) as long as
/// one of the copies of what create_default(), create() or resume() returned lives.
class RunFolder {
 public:
  /// Makes `parent`/<model>-<date-time> (local time), with a number behind it where that exists already, to
  /// train in it. Throws FileError when it cannot be made.
  static RunFolder create_default(
      std::string_view model, const std::filesystem::path& parent = "runs",
      std::chrono::system_clock::time_point now = std::chrono::system_clock::now());
  /// Makes `out`, or takes the folder that is there, to train in it. Throws FileError when it already holds
  /// a run, is being trained in, or cannot be made.
  static RunFolder create(const std::filesystem::path& out);
  /// The folder of an earlier run, to go on with it; what a process that was killed left half-written is
  /// removed. Throws FileError when `path` is none, or is being trained in.
  static RunFolder resume(const std::filesystem::path& path);
  /// The folder of an earlier run, to read it, also while it is being trained. Throws FileError when `path`
  /// is none.
  static RunFolder open(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path config() const { return path_ / "config.json"; }
  std::filesystem::path metrics() const { return path_ / "metrics.csv"; }
  std::filesystem::path report_json() const { return path_ / "report.json"; }
  std::filesystem::path report_text() const { return path_ / "report.txt"; }
  std::filesystem::path page() const { return path_ / "report.html"; }
  std::filesystem::path plots() const { return path_ / "plots"; }
  std::filesystem::path trace() const { return path_ / "trace.json"; }
  std::filesystem::path checkpoint() const { return path_ / "checkpoint.safetensors"; }
  /// The one before it.
  std::filesystem::path previous_checkpoint() const { return path_ / "checkpoint.previous.safetensors"; }

  /// That of the best row of metrics.csv, of a run that keeps it (TrainSettings::keep).
  std::filesystem::path best_checkpoint() const { return path_ / "checkpoint.best.safetensors"; }

  /// That of the weights which the run's settings keep; the last as long as there is no best.
  std::filesystem::path kept_checkpoint(const TrainSettings& settings) const;

  /// All checkpoints that there may be in a folder.
  static std::vector<std::filesystem::path> checkpoints_in(const std::filesystem::path& path);

  /// Writes config.json, indented. Throws FileError as write_file does.
  void write_config(const nlohmann::json& config) const;
  /// Throws FileError naming the file when it cannot be read or holds no JSON object.
  nlohmann::json read_config() const;
  /// The settings in config.json. Throws FileError as read_config() and settings_from_json() do.
  TrainSettings read_settings(const Parts& parts = library_parts()) const;

 private:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}
  void take();

  std::filesystem::path path_;
  std::shared_ptr<const RunLock> lock_;
};

}  // namespace gradus
