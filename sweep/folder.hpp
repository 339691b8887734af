#pragma once

#include <gradus/sweep/plan.hpp>
#include <gradus/sweep/trial.hpp>
#include <gradus/train/run_folder.hpp>

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <optional>

namespace gradus::sweep {

/// The folder of a sweep:
///
///   sweep.json     its plan
///   trials.jsonl   a line for each trial that has ended, in the order they did
///   report.html    its page, and report.csv, the trials as a table
///   trials/NAME/   a run folder for each trial; the best keep their checkpoints
///
/// Any number of processes may work on it, on machines that share it too, as far as its file system has
/// locks (flock). A trial belongs to who holds the lock of its run folder, which the kernel gives free when
/// the process dies.
class SweepFolder {
 public:
  /// Makes the folder, or goes on with the sweep that is there. More trials than before may be planned, and
  /// other numbers kept. Throws FileError for a folder that cannot be made, or holds the sweep of another
  /// plan, or something else.
  static SweepFolder take(const std::filesystem::path& path, const Plan& plan);

  /// The folder of a sweep, to look at it. Throws FileError when it is none.
  static SweepFolder open(const std::filesystem::path& path);

  static bool is_one(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path plan_file() const { return path_ / "sweep.json"; }
  std::filesystem::path page() const { return path_ / "report.html"; }
  std::filesystem::path trials_file() const { return path_ / "trials.jsonl"; }
  std::filesystem::path trial(const std::string& name) const { return path_ / "trials" / name; }

  Plan plan(const Parts& parts = library_parts()) const;

  /// The trials of a plan that have ended, by their numbers. A last line that a killed process left
  /// half-written is left out, and so are trials beyond those that are planned. Throws FileError, naming the
  /// line, for what is no trial of the plan.
  std::vector<Trial> trials(const Plan& plan) const;
  /// Of trials.jsonl in bytes, 0 as long as there is none: it tells whether there are new ones.
  std::uintmax_t trials_size() const;

  /// The names of the trials that somebody trains.
  std::vector<std::string> running() const;

  /// The run folder of a trial, begun with this config.json, which is made only then, or to be gone on with;
  /// nothing while another one trains in it.
  std::optional<RunFolder> claim(const std::string& name,
                                 const std::function<nlohmann::json()>& config) const;

  /// Adds a trial's line, unless it has one, on disk when this returns, and removes the checkpoints of those
  /// that are no longer among the best.
  void add(const Trial& trial, const Plan& plan) const;

 private:
  explicit SweepFolder(std::filesystem::path path) : path_(std::move(path)) {}

  /// Of those that are not among the best of `all`. With the lock held.
  void remove_checkpoints(const std::vector<Trial>& all, const Plan& plan) const;

  std::filesystem::path path_;
};

}  // namespace gradus::sweep
