#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/json.hpp>
#include <gradus/base/open_file.hpp>
#include <gradus/sweep/folder.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace gradus::sweep {
namespace fs = std::filesystem;

namespace {

/// What every process of a sweep must agree on.
std::string agreed(Plan plan) {
  plan.trials = 1;
  plan.keep_best = 0;
  return plan_text(plan);
}

/// Holds a file's lock until it goes; waits while another one has it.
OpenFile wait_for(const fs::path& path) {
  OpenFile file = OpenFile::open(path, O_RDWR | O_CREAT | O_NOFOLLOW);
  while (!file.lock()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return file;
}

/// A folder with other things in it keeps them to itself.
void refuse_foreign(const fs::path& path) {
  std::error_code code;
  if (!fs::exists(path, code) || SweepFolder::is_one(path)) return;
  if (!fs::is_directory(path, code))
    throw FileError(fmt::format("'{}' is no folder; choose another one with --out", path.string()));
  for (const auto& entry : fs::directory_iterator(path)) {
    const std::string name = entry.path().filename().string();
    if (name != ".lock" && name != "trials" && !name.starts_with(".gradus-"))
      throw FileError(
          fmt::format("'{}' holds '{}' and no sweep.json: choose an empty folder, or a new one, with --out",
                      path.string(), name));
  }
}

/// Cuts what a killed process left half-written behind the last whole line.
void cut_half_line(const fs::path& path) {
  if (!file_exists(path)) return;
  const std::string text = read_file(path);
  if (text.empty() || text.back() == '\n') return;
  std::error_code code;
  fs::resize_file(path, text.rfind('\n') + 1, code);
  if (code) throw FileError(fmt::format("cannot write '{}': {}", path.string(), code.message()));
}

}  // namespace

SweepFolder SweepFolder::take(const fs::path& path, const Plan& plan) {
  SweepFolder folder(path);
  refuse_foreign(path);
  std::error_code code;
  make_folders(path / "trials", code);
  if (code)
    throw FileError(
        fmt::format("cannot make the folder of the sweep '{}': {}", path.string(), code.message()));
  const OpenFile lock = wait_for(path / ".lock");
  if (!is_one(path)) {
    write_file(folder.plan_file(), plan_text(plan));
  } else if (const Plan there = folder.plan(*plan.settings.parts); agreed(there) != agreed(plan)) {
    throw FileError(
        fmt::format("'{}' holds a sweep of another plan, which '{}' tells; choose another folder with --out",
                    path.string(), folder.plan_file().string()));
  } else if (there.trials != plan.trials || there.keep_best != plan.keep_best) {
    write_file(folder.plan_file(), plan_text(plan));
  }
  return folder;
}

bool SweepFolder::is_one(const fs::path& path) { return file_exists(path / "sweep.json"); }

SweepFolder SweepFolder::open(const fs::path& path) {
  SweepFolder folder(path);
  if (!is_one(path))
    throw FileError(
        fmt::format("'{}' is no folder of a sweep: it has no sweep.json; name one that `gradus "
                    "sweep` has made",
                    path.string()));
  return folder;
}

Plan SweepFolder::plan(const Parts& parts) const { return read_plan(plan_file(), parts); }

std::vector<Trial> SweepFolder::trials() const {
  std::vector<Trial> trials;
  if (!file_exists(trials_file())) return trials;
  const std::string text = read_file(trials_file());
  std::size_t line = 1;
  for (std::size_t first = 0, end = 0; (end = text.find('\n', first)) != std::string::npos; first = end + 1) {
    const std::string name = fmt::format("{}', line {}, '", trials_file().string(), line++);
    const nlohmann::json json = parse_json(std::string_view(text).substr(first, end - first), name);
    trials.push_back(trial_from_json(JsonValue(json, name)));
  }
  std::ranges::sort(trials, {}, &Trial::number);
  return trials;
}

std::vector<std::string> SweepFolder::running() const {
  std::vector<std::string> names;
  const fs::path all = path_ / "trials";
  if (!file_exists(all)) return names;
  for (const auto& entry : fs::directory_iterator(all))
    if (RunLock::is_held(entry.path())) names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

std::optional<RunFolder> SweepFolder::claim(const std::string& name, const nlohmann::json& config) const {
  const fs::path path = trial(name);
  try {
    if (!file_exists(path / "config.json")) {
      try {
        const RunFolder run = RunFolder::create(path);
        run.write_config(config);
        return run;
      } catch (const RunInUse&) {
        throw;
      } catch (const FileError&) {
        // Another one may have begun it, and stopped, meanwhile.
        if (!file_exists(path / "config.json")) throw;
      }
    }
    return RunFolder::resume(path);
  } catch (const RunInUse&) {
    return std::nullopt;
  }
}

void SweepFolder::add(const Trial& trial, std::size_t keep_best) const {
  const OpenFile lock = wait_for(path_ / ".lock");
  cut_half_line(trials_file());
  std::vector<Trial> all = trials();
  if (std::ranges::find(all, trial.number, &Trial::number) != all.end()) return;
  {
    const OpenFile file = OpenFile::open(trials_file(), O_WRONLY | O_APPEND | O_CREAT);
    file.write(json_text(trial) + "\n");
    file.sync();
  }
  sync_folder(path_);
  all.push_back(trial);
  const std::vector<Trial> best = best_of(all, keep_best);
  for (const Trial& other : all) {
    if (std::ranges::find(best, other.number, &Trial::number) != best.end()) continue;
    const fs::path run = this->trial(other.name);
    for (const fs::path& file : RunFolder::checkpoints_in(run)) {
      std::error_code code;
      fs::remove(file, code);
    }
  }
}

}  // namespace gradus::sweep
