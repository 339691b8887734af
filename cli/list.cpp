#include <gradus/cli/commands.hpp>
#include <gradus/cli/output.hpp>
#include <gradus/data/catalogue.hpp>
#include <gradus/dump/derivative.hpp>
#include <gradus/ops/registry.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <functional>

namespace gradus::cli {
namespace {

constexpr const char* list_examples = R"(
Parameters are given in their order or by name: leaky-relu:0.2, cosine:100:0.1,
cosine:min=0.1, elastic:sigma=6; those of a layer after blanks: conv 8 3x3
stride=2 padding=1. No list of layers has the softmax at its end, which comes by
itself.

Examples:
  gradus list ops
  gradus list rules       of the compiler, as equations
  gradus list optimizers  with their settings and defaults
  gradus list activations
  gradus list datasets)";

using Rows = std::vector<Row>;

/// The derivative as it is in a case with as many inputs as the op may have, with the numbers among its
/// constants.
std::string gives_back(std::string_view op, const Notation& notation, const Parts& parts) {
  std::string text;
  std::size_t inputs = 0;
  for (const OpCase* each : cases_of(op, parts.ops)) {
    Graph graph;
    const Node& node = each->build(graph).y.node();
    if (node.op().name() != op || node.inputs().size() <= inputs) continue;
    inputs = node.inputs().size();
    const Formula derivative = derivative_of(node, notation).to_all();
    text = derivative.empty() ? "none" : to_text(derivative);
    std::vector<std::string> numbers;
    for (const auto& [letter, number] : notation.numbers(node))
      numbers.push_back(fmt::format("{} = {}", to_text(letter), to_text(number)));
    if (!numbers.empty() && text != "0") text += fmt::format(" ({})", fmt::join(numbers, ", "));
  }
  return text;
}

Rows ops(const Parts& parts) {
  Rows rows{{"op", "computes", "gives back"}};
  const Notation notation;
  const auto add = [&](const Description& op) {
    rows.push_back({std::string(op.name), formula_in_words(op), gives_back(op.name, notation, parts)});
  };
  for (const Description* op : registered_ops()) add(*op);
  for (const OwnOp& op : parts.ops) add(*op.description);
  return rows;
}

Rows rules(const Parts& parts) {
  Rows rows{{"pass", "op", "rule", "equation", "where"}};
  for (const auto& [op, pass, rule] : op_rules(parts.ops))
    rows.push_back(
        {std::string(pass), std::string(op), rule->name(), to_string(rule->equation()), rule->condition()});
  return rows;
}

/// Columns that no part has anything for are left out.
template <class Registry>
Rows parts_of(const Registry& registry, const char* summary) {
  Rows rows{{registry.kind(), summary, "parameters", "also called"}};
  for (const PartInfo& part : registry)
    rows.push_back(
        {part.form(), part.summary, part.defaults_text(), fmt::format("{}", fmt::join(part.aliases, ", "))});
  for (std::size_t column = rows.front().size(); column-- > 2;)
    if (std::all_of(rows.begin() + 1, rows.end(), [&](const Row& row) { return row[column].empty(); }))
      for (Row& row : rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(column));
  return rows;
}

Rows models(const Parts& parts) {
  Rows rows{{"model", "what it is"}};
  for (const NamedModel& model : parts.models) rows.push_back({model.name, model.summary});
  return rows;
}

Rows datasets() {
  Rows rows{{"data set", "what it holds"}};
  for (const data::KnownSet& set : data::known_sets()) rows.push_back({set.name, set.description});
  rows.push_back(
      {"generated", "digits drawn from a seed, for when there is no real data; never reported as MNIST"});
  rows.push_back({"FOLDER", "any folder with four IDX files named as MNIST's are"});
  return rows;
}

}  // namespace

void add_list(CLI::App& program, const Parts& parts) {
  CLI::App* list =
      program.add_subcommand("list",
                             "List ops, rules of the compiler, optimizers, schedules, layers, initialisers, "
                             "activations, losses, transforms, models or data sets");
  list->footer(list_examples);
  list->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, std::function<Rows()> rows) {
    list->add_subcommand(name, help)->callback([rows = std::move(rows)] { print_table(rows()); });
  };
  add("ops", "Every op with its formula, and with what its VJP gives back to its inputs",
      [&] { return ops(parts); });
  add("rules", "Every equation by which the compiler rewrites a graph, and where it holds",
      [&] { return rules(parts); });
  add("optimizers", "Every update rule with its hyper-parameters",
      [&] { return parts_of(parts.rules, "update"); });
  add("schedules", "Every learning-rate schedule: a factor as a function of t, the number of updates made",
      [&] { return parts_of(parts.schedules, "factor"); });
  add("layers", "Every layer of a network, with its parameters",
      [&] { return parts_of(parts.layers, "computes"); });
  add("initialisers", "Every way to draw initial weights",
      [&] { return parts_of(parts.initialisers, "values"); });
  add("activations", "Every nonlinearity of a layer",
      [&] { return parts_of(parts.activations, "computes"); });
  add("losses", "Every way to judge an answer", [&] { return parts_of(parts.losses, "of one example"); });
  add("transforms", "Every way to change training images, with its parameters",
      [&] { return parts_of(parts.transforms, "what becomes of an image"); });
  add("models", "Every model the program trains", [&] { return models(parts); });
  add("datasets", "Every data set known by name", datasets);
}

}  // namespace gradus::cli
