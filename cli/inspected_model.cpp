#include <gradus/cli/flags.hpp>
#include <gradus/cli/inspected_model.hpp>
#include <gradus/train/run_folder.hpp>

#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

namespace gradus::cli {

void add_inspected_model_flags(CLI::App& command, InspectedModelFlags& flags) {
  command.add_option("--run", flags.run, "Look at the trained network in this folder")->type_name("RUN");
  command.add_option("--examples", flags.examples, "Examples of the batch that is looked at")
      ->check(whole_number)
      ->type_name("N")
      ->capture_default_str();
  using enum SettingGroup;
  add_setting_flags(command, flags.settings, {data, network, optimizer, training});
}

InspectedModel open_inspected_model(const InspectedModelFlags& flags, const CLI::App& command,
                                    GraphStage stage, bool with_batch) {
  TrainSettings settings = flags.settings;
  std::optional<std::filesystem::path> checkpoint;
  if (flags.run) {
    refuse_settings(command, "--run names a run, which has its own");
    const RunFolder folder = RunFolder::open(*flags.run);
    settings = folder.read_settings(*flags.settings.parts);
    checkpoint = folder.checkpoint();
  }
  if (flags.settings.data_dir) settings.data_dir = flags.settings.data_dir;
  check(settings);
  if (!with_batch && !flags.run && !settings.data) return inspect_model(settings, stage);
  auto data = std::make_shared<data::TrainTest>(load_data(settings, false));
  return inspect_model(settings, stage, std::move(data), flags.examples, checkpoint);
}

}  // namespace gradus::cli
