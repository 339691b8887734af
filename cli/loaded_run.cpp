#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/cli/flags.hpp>
#include <gradus/cli/loaded_run.hpp>
#include <gradus/data/split.hpp>
#include <gradus/report/command.hpp>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace gradus::cli {

LoadedRun load_run(const std::string& run, const TrainSettings& request) {
  RunFolder folder = RunFolder::open(run);
  TrainSettings settings = folder.read_settings(*request.parts);
  // The pixel scale is that of the training set, so the run's own data is read whatever is to be judged.
  if (request.data_dir) settings.data_dir = request.data_dir;
  data::TrainTest own = load_data(settings, true);
  const data::Split split = data::split(own.train, {settings.validation, settings.train_limit});
  const data::PixelScale scale = pixel_scale(settings, split.train);
  if (request.data) {
    settings.data = request.data;
    own = load_data(settings, true);
  }
  Network network = declare(settings, own.train);
  State<float> state = initialise(*network.graph, settings.seed);
  const std::int64_t weights_of = load_parameters(folder, settings, state);
  return {std::move(folder), std::move(settings), std::move(own), std::move(network), std::move(state), scale,
          weights_of};
}

std::int64_t load_parameters(const RunFolder& folder, const TrainSettings& settings, State<float>& state) {
  try {
    return load_checkpoint(folder.kept_checkpoint(settings), state, Restore::model).iteration;
  } catch (const DamagedFile& damage) {
    throw FileError(fmt::format("{}. The checkpoint before it may be whole: {}", damage.what(),
                                resume_command(settings, folder)));
  }
}

void say_missing(const std::string& missing, const RunFolder& folder) {
  if (!missing.empty()) say("{}; then: {}\n", missing, report_command(folder));
}

}  // namespace gradus::cli
