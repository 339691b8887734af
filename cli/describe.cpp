#include <gradus/base/console.hpp>
#include <gradus/cli/commands.hpp>
#include <gradus/cli/flags.hpp>
#include <gradus/cli/inspected_model.hpp>
#include <gradus/cli/output.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>

namespace gradus::cli {
namespace {

constexpr const char* describe_examples = R"(
Examples:
  gradus describe mlp
  gradus describe cnn --model-size accurate
  gradus describe cnn --run runs/my-run)";

/// Of one example: "6×24×24".
std::string size_of(const Shape& shape) {
  std::vector<Index> sizes;
  for (const Dim& dim : shape.dims())
    if (!dim.is_batch()) sizes.push_back(dim.at(1));
  return fmt::format("{}", fmt::join(sizes, "×"));
}

/// A row's layers as --layers takes them, with the stride and the padding that the first of them has.
std::string as_written(const LayerRow& layer) {
  const std::size_t end = std::min(layer.kind.find(','), layer.kind.size());
  std::string first = layer.kind.substr(0, end);
  const auto add = [&](const char* name, const std::optional<Index>& value) {
    if (value && first.find(name) == first.npos) first += fmt::format(" {}={}", name, *value);
  };
  add("stride", layer.stride);
  add("padding", layer.padding);
  return first + layer.kind.substr(end);
}

/// A layer is given what the one above it computes; only where that is not so the input is a column.
std::vector<Row> rows_of_layers(const Network& network) {
  const std::vector<LayerRow>& layers = network.model.layers;
  std::vector<Row> rows =
      layer_rows(network, {"layer", "kind", "output", "parameters", "multiply-adds", "activation bytes"});
  // No wider than what is below them.
  rows[0][4] = "MACs";
  rows[0][5] = "bytes";
  constexpr std::size_t above = 2;
  if (!layers.empty()) rows[1][2] = size_of(layers.front().input);
  bool in_line = true;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    rows[above + i][1] = as_written(layers[i]);
    rows[above + i][2] = size_of(layers[i].output);
    in_line = in_line && (i == 0 || layers[i].input == layers[i - 1].output);
  }
  if (in_line) return rows;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const bool is_layer = k >= above && k < above + layers.size();
    rows[k].insert(rows[k].begin() + 2, k == 0 ? "input" : is_layer ? size_of(layers[k - above].input) : "");
  }
  return rows;
}

void run(const InspectedModelFlags& flags, const CLI::App& command) {
  const InspectedModel inspected = open_inspected_model(flags, command, GraphStage::declared, false);
  const std::string layers = layers_of(inspected.settings, inspected.network.model.classes());
  std::vector<Row> rows = rows_of_layers(inspected.network);
  if (constexpr std::string_view softmax = ", softmax"; !layers.empty())
    if (std::string& last = rows[rows.size() - 2][1]; last.ends_with(softmax))
      last.resize(last.size() - softmax.size());
  print_table(rows, rows.front().size() - 3);
  if (!layers.empty())
    print_raw("\nAs --layers takes them (the softmax behind the last comes by itself):\n" + wrapped(layers));
  print_raw("\n" +
            wrapped("Outputs, MACs (multiply-adds) and the bytes of the outputs (floats) are those of one "
                    "example in the forward pass."));
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
