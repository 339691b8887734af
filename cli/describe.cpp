#include <gradus/base/console.hpp>
#include <gradus/base/table.hpp>
#include <gradus/cli/commands.hpp>
#include <gradus/cli/flags.hpp>
#include <gradus/cli/inspected_model.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>

namespace gradus::cli {
namespace {

constexpr const char* describe_examples = R"(
Examples:
  gradus describe mlp
  gradus describe cnn --model-size accurate
  gradus describe cnn --run runs/my-run)";

void run(const InspectedModelFlags& flags, const CLI::App& command) {
  const InspectedModel inspected = open_inspected_model(flags, command, GraphStage::declared, false);
  print_raw(table_text(layer_rows(inspected.network, {"layer", "kind", "input", "output", "stride", "padding",
                                                      "parameters", "multiply-adds", "activation bytes"}),
                       4));
  if (const std::string layers = layers_of(inspected.settings, inspected.network.model.classes());
      !layers.empty())
    print("\n{}\n", layers);
  print("\nMultiply-adds and activations (in float) are those of one example in the forward pass.\n");
}

}  // namespace

void add_describe(CLI::App& program, const Parts& parts) {
  CLI::App* describe = program.add_subcommand(
      "describe", "Print the layers of a model: output shape, parameters, multiply-adds, memory");
  describe->footer(describe_examples);
  describe->require_subcommand(1);
  for (const std::string& model : parts.model_names()) {
    CLI::App* command = describe->add_subcommand(model, "Its layers");
    command->footer(describe_examples);
    const auto flags = std::make_shared<InspectedModelFlags>();
    flags->settings = default_settings(model, parts);
    add_inspected_model_flags(*command, *flags);
    command->callback([flags, command] { run(*flags, *command); });
  }
}

}  // namespace gradus::cli
