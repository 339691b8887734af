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
  const Classifier& model = inspected.network.model;
  const auto bytes = [](const Shape& shape) { return shape.count(1) * static_cast<Index>(sizeof(float)); };
  const auto text = [](std::optional<Index> count) { return count ? fmt::format("{}", *count) : ""; };
  std::vector<Row> rows{
      {"layer", "kind", "input", "output", "stride", "padding", "parameters", "multiply-adds",
       "activation bytes"},
      {"image", "", "", to_string(model.image.shape()), "", "", "0", "0", text(bytes(model.image.shape()))}};
  Index activations = bytes(model.image.shape());
  for (const LayerRow& layer : model.layers) {
    activations += bytes(layer.output);
    rows.push_back({layer.name, layer.kind, to_string(layer.input), to_string(layer.output),
                    text(layer.stride), text(layer.padding), text(layer.parameters),
                    text(layer.multiply_adds), text(bytes(layer.output))});
  }
  rows.push_back({"in all", "", "", "", "", "", text(inspected.network.parameters()),
                  text(inspected.network.multiply_adds()), text(activations)});
  print_raw(table_text(rows, 4));
  if (const std::string layers = layers_of(inspected.settings, model.classes()); !layers.empty())
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
