#include <gradus/base/console.hpp>
#include <gradus/cli/commands.hpp>
#include <gradus/data/augment/registry.hpp>
#include <gradus/data/catalogue.hpp>
#include <gradus/dump/table.hpp>
#include <gradus/models/initialisers.hpp>
#include <gradus/ops/registry.hpp>
#include <gradus/optim/registry.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <sstream>

namespace gradus::cli {
namespace {

constexpr const char* list_examples = R"(
Examples:
  gradus list ops
  gradus list optimizers  with their settings and defaults
  gradus list datasets)";

using Rows = std::vector<Row>;

Rows ops() {
  Rows rows{{"op", "computes", "derivative"}};
  for (const Description* op : registered_ops())
    rows.push_back({std::string(op->name), std::string(op->formula), std::string(op->derivative)});
  return rows;
}

Rows optimizers() {
  Rows rows{{"optimizer", "update", "settings"}};
  for (const RegisteredRule& rule : registered_rules())
    rows.push_back({rule.name, rule.summary, rule.defaults_text()});
  return rows;
}

Rows initialisers() {
  Rows rows{{"initialiser", "values"}};
  for (const RegisteredInitialiser& entry : registered_initialisers())
    rows.push_back({entry.form, entry.formula});
  return rows;
}

Rows models() {
  return {{"model", "what it is"},
          {"mlp", "multi-layer perceptron: --hidden, --activation, --init"},
          {"cnn", "convolutional network: --model-size, --channels, --kernel, --pooling, --hidden"}};
}

Rows datasets() {
  Rows rows{{"data set", "what it holds"}};
  for (const data::KnownSet& set : data::known_sets()) rows.push_back({set.name, set.description});
  rows.push_back(
      {"generated", "digits drawn from a seed, for when there is no real data; never reported as MNIST"});
  rows.push_back({"FOLDER", "any folder with four IDX files named as MNIST's are"});
  return rows;
}

Rows transforms() {
  Rows rows{{"transform", "what becomes of an image", "parameters"}};
  for (const auto& transform : data::registered_transforms())
    rows.push_back({transform.name, transform.summary, transform.defaults_text()});
  return rows;
}

}  // namespace

void add_list(CLI::App& program) {
  CLI::App* list =
      program.add_subcommand("list", "List ops, optimizers, initialisers, models, data sets or transforms");
  list->footer(list_examples);
  list->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, Rows (*rows)()) {
    list->add_subcommand(name, help)->callback([rows] {
      std::ostringstream table;
      write_table(table, rows());
      print_raw(table.view());
    });
  };
  add("ops", "Every op with its formula and derivative", ops);
  add("optimizers", "Every update rule with its settings", optimizers);
  add("initialisers", "Every way to draw initial weights", initialisers);
  add("models", "Every model the program trains", models);
  add("transforms", "Every way to change training images, with its parameters", transforms);
  add("datasets", "Every data set known by name", datasets);
}

}  // namespace gradus::cli
