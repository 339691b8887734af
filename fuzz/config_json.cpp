#include <gradus/base/json.hpp>
#include <gradus/fuzz/support/memory_run.hpp>
#include <gradus/fuzz/support/target.hpp>
#include <gradus/train/run_folder.hpp>

#include <nlohmann/json.hpp>

void gradus::fuzz::take(std::string_view input) {
  static const MemoryRun run;
  run.config.fill(input);
  const RunFolder folder = RunFolder::open(run.folder);
  const TrainSettings settings = folder.read_settings();
  check(settings);
  const nlohmann::json written = settings;
  require(nlohmann::json(settings_from_json(JsonValue(written, "written"))) == written, "settings come back");
}
