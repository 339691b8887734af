#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/json.hpp>
#include <gradus/base/open_file.hpp>
#include <gradus/sweep/folder.hpp>

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace gradus::sweep {
namespace fs = std::filesystem;

namespace {

/// What every process of a sweep must agree on.
nlohmann::ordered_json agreed(Plan plan) {
  plan.trials = 1;
  plan.keep_best = 0;
  return nlohmann::ordered_json::parse(plan_text(plan));
}

/// The first thing that two plans differ in: "settings/epochs is 5 there and 3 here". Their order counts, as
/// it decides what is drawn.
std::string difference(const nlohmann::ordered_json& there, const nlohmann::ordered_json& here) {
  const nlohmann::json one = nlohmann::json::parse(there.dump());
  const nlohmann::json other = nlohmann::json::parse(here.dump());
  const nlohmann::json patch = nlohmann::json::diff(one, other);
  if (patch.empty()) return "its parameters stand in another order";
  nlohmann::json::json_pointer path(patch.front().at("path").get<std::string>());
  while (!path.parent_pointer().empty() && !path.parent_pointer().parent_pointer().empty()) path.pop_back();
  const auto value = [&](const nlohmann::json& plan) {
    return plan.contains(path) ? json_text(plan.at(path)) : "not given";
  };
  return fmt::format("{} is {} there and {} here", path.to_string().substr(1), value(one), value(other));
}

/// Holds a file's lock until it goes; waits while another one has it.
OpenFile wait_for(const fs::path& path) {
  OpenFile file = OpenFile::open(path, O_RDWR | O_CREAT | O_NOFOLLOW);
  while (!file.lock()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return file;
}

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::error_code code;
  std::vector<fs::path> entries;
  for (fs::directory_iterator at(folder, code), end; !code && at != end; at.increment(code))
    entries.push_back(at->path());
  if (code) throw FileError(fmt::format("cannot read '{}': {}", folder.string(), code.message()));
  return entries;
}

/// A folder with other things in it keeps them to itself.
void refuse_foreign(const fs::path& path) {
  std::error_code code;
  if (!fs::exists(path, code) || SweepFolder::is_one(path)) return;
  if (!fs::is_directory(path, code))
    throw FileError(fmt::format("'{}' is no folder; choose another one with --out", path.string()));
  for (const auto& entry : entries_of(path)) {
    const std::string name = entry.filename().string();
    // Another process may have begun the sweep meanwhile.
    if (SweepFolder::is_one(path)) return;
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
    throw FileError(fmt::format("'{}' holds a sweep of another plan: {}; choose another folder with --out",
                                path.string(), difference(agreed(there), agreed(plan))));
  } else if (there.trials != plan.trials || there.keep_best != plan.keep_best) {
    write_file(folder.plan_file(), plan_text(plan));
  }
  // A process may have been killed just before it did.
  folder.remove_checkpoints(folder.trials(plan), plan);
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

std::uintmax_t SweepFolder::trials_size() const {
  std::error_code code;
  const std::uintmax_t size = fs::file_size(trials_file(), code);
  return code ? 0 : size;
}

std::vector<Trial> SweepFolder::trials(const Plan& plan) const {
  std::vector<Trial> trials;
  if (!file_exists(trials_file())) return trials;
  const std::string text = read_file(trials_file());
  std::size_t line = 1;
  for (std::size_t first = 0, end = 0; (end = text.find('\n', first)) != std::string::npos; first = end + 1) {
    const std::string name = fmt::format("{}', line {}, '", trials_file().string(), line++);
    const nlohmann::json json = parse_json(std::string_view(text).substr(first, end - first), name);
    const JsonValue value(json, name);
    Trial trial = trial_from_json(value);
    // The name is that of a folder that is read and written.
    if (!plan.space.has(trial.values) || trial.name != trial_name(plan, trial.number, trial.values))
      value.at("values").must_be("those of a trial of sweep.json");
    if (std::ranges::find(trials, trial.number, &Trial::number) != trials.end())
      value.at("trial").must_be("a number that no other line has");
    if (trial.number < plan.trials) trials.push_back(std::move(trial));
  }
  std::ranges::sort(trials, {}, &Trial::number);
  return trials;
}

std::vector<std::string> SweepFolder::running() const {
  std::vector<std::string> names;
  const fs::path all = path_ / "trials";
  if (!file_exists(all)) return names;
  for (const fs::path& entry : entries_of(all))
    if (RunLock::is_held(entry)) names.push_back(entry.filename().string());
  std::ranges::sort(names);
  return names;
}

std::optional<RunFolder> SweepFolder::claim(const std::string& name,
                                            const std::function<nlohmann::json()>& config) const {
  const fs::path path = trial(name);
  try {
    if (!file_exists(path / "config.json")) {
      try {
        const RunFolder run = RunFolder::create(path);
        run.write_config(config());
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

void SweepFolder::add(const Trial& trial, const Plan& plan) const {
  const OpenFile lock = wait_for(path_ / ".lock");
  cut_half_line(trials_file());
  std::vector<Trial> all = trials(plan);
  if (std::ranges::find(all, trial.number, &Trial::number) == all.end()) {
    const OpenFile file = OpenFile::open(trials_file(), O_WRONLY | O_APPEND | O_CREAT);
    file.write(json_text(trial) + "\n");
    file.sync();
    sync_folder(path_);
    all.push_back(trial);
  }
  remove_checkpoints(all, plan);
}

void SweepFolder::remove_checkpoints(const std::vector<Trial>& all, const Plan& plan) const {
  const std::vector<Trial> best = best_of(all, plan.keep_best);
  for (const Trial& other : all) {
    if (std::ranges::find(best, other.number, &Trial::number) != best.end()) continue;
    for (const fs::path& file : RunFolder::checkpoints_in(trial(other.name))) {
      std::error_code code;
      fs::remove(file, code);
    }
  }
}

}  // namespace gradus::sweep
