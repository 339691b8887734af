#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/json.hpp>
#include <gradus/base/open_file.hpp>
#include <gradus/train/run_folder.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <system_error>

namespace gradus {
namespace fs = std::filesystem;

namespace {

[[noreturn]] void cannot_make(const fs::path& path, const std::error_code& code) {
  throw FileError(fmt::format("cannot make the run folder '{}': {}", path.string(), code.message()));
}

}  // namespace

RunFolder RunFolder::create_default(std::string_view model, const fs::path& parent,
                                    std::chrono::system_clock::time_point now) {
  std::error_code code;
  make_folders(parent, code);
  if (code) cannot_make(parent, code);
  const std::string name =
      fmt::format("{}-{:%Y%m%d-%H%M%S}", model, fmt::localtime(std::chrono::system_clock::to_time_t(now)));
  fs::path path = parent / name;
  for (int number = 2; !fs::create_directory(path, code); ++number) {
    if (code) cannot_make(path, code);
    path = parent / fmt::format("{}-{}", name, number);
  }
  sync_folder(parent);
  RunFolder run(path);
  run.take();
  return run;
}

RunFolder RunFolder::create(const fs::path& out) {
  RunFolder run(out);
  std::error_code code;
  make_folders(out, code);
  if (code) cannot_make(out, code);
  run.take();
  if (file_exists(run.config()))
    throw FileError(fmt::format(
        "'{0}' already holds a run; continue it with --resume {0} or choose another folder with --out",
        out.string()));
  for (const fs::path& file :
       {run.metrics(), run.checkpoint(), run.previous_checkpoint(), run.best_checkpoint(), run.report_json()})
    if (file_exists(file))
      throw FileError(
          fmt::format("'{}' holds '{}' of a run that has lost its config.json; delete the folder's files or "
                      "choose another folder with --out",
                      out.string(), file.filename().string()));
  return run;
}

std::vector<fs::path> RunFolder::checkpoints_in(const fs::path& path) {
  const RunFolder run(path);
  return {run.checkpoint(), run.previous_checkpoint(), run.best_checkpoint()};
}

fs::path RunFolder::kept_checkpoint(const TrainSettings& settings) const {
  return settings.keeps_best() && file_exists(best_checkpoint()) ? best_checkpoint() : checkpoint();
}

RunFolder RunFolder::resume(const fs::path& path) {
  RunFolder run = open(path);
  run.take();
  return run;
}

void RunFolder::take() {
  lock_ = std::make_shared<const RunLock>(path_);
  remove_leftovers(path_);
  remove_leftovers(plots());
}

RunFolder RunFolder::open(const fs::path& path) {
  RunFolder run(path);
  std::error_code code;
  const auto refuse = [&](std::string_view why) {
    throw FileError(fmt::format("'{}' is no run folder: {}; name a folder that `gradus train` has made",
                                path.string(), why));
  };
  if (!fs::exists(path, code)) refuse("it does not exist");
  if (!fs::is_directory(path, code)) refuse("it is a file");
  if (!fs::exists(run.config(), code)) refuse("it has no config.json");
  return run;
}

void RunFolder::write_config(const nlohmann::json& config) const {
  write_file(this->config(), json_text(config, 2) + "\n");
}

nlohmann::json RunFolder::read_config() const {
  nlohmann::json read = read_json(config());
  if (!read.is_object()) JsonValue(read, config().string()).must_be("an object");
  return read;
}

TrainSettings RunFolder::read_settings(const Parts& parts) const {
  const nlohmann::json config = read_config();
  if (config.contains("fit"))
    throw FileError(fmt::format(
        "'{}' is a run of fit(), whose network its own program alone knows: read what it wrote, '{}'",
        path_.string(), page().string()));
  return settings_from_json(JsonValue(config, this->config().string()).at("settings"), parts);
}

}  // namespace gradus
