#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/ops/registry.hpp>
#include <gradus/train/settings.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

void begin_cnn(TrainSettings& settings) {
  settings.batch = 256;
  settings.epochs = 12;
  use_model_size(settings, "lenet");
}

}  // namespace

std::vector<NamedModel> library_models() {
  return {{"mlp", "multi-layer perceptron: --hidden, --activation, --init", {}, mlp_layers, {}},
          {"cnn",
           "convolutional network: --model-size, --channels, --kernel, --pooling, --hidden",
           begin_cnn,
           cnn_layers,
           {}}};
}

const NamedModel& Parts::model(const std::string& name) const {
  require_known("model", name, model_names());
  return *std::ranges::find(models, name, &NamedModel::name);
}

std::vector<std::string> Parts::model_names() const {
  std::vector<std::string> names;
  for (const NamedModel& model : models) names.push_back(model.name);
  return names;
}

void Parts::add_model(const std::string& name, DeclareLogits declare, const std::string& summary) {
  if (std::ranges::find(models, name, &NamedModel::name) != models.end())
    throw NameError(fmt::format("there are two models called '{}'", name));
  models.push_back({name, summary, {}, {}, std::move(declare)});
}

void Parts::add_op(OwnOp op) {
  const std::string_view name = op.description->name;
  const auto named = [&](const Description* other) { return other->name == name; };
  if (std::ranges::any_of(registered_ops(), named) || std::ranges::any_of(ops, named, &OwnOp::description))
    throw NameError(fmt::format("there are two ops called '{}'", name));
  if (op.cases.empty())
    throw ValueError(fmt::format(
        "the op '{}' is not elementwise, or needs values to be made with: add it with an example of its use, "
        "add_op<T>({{…}}), by which it can be checked",
        name));
  ops.push_back(std::move(op));
}

const Parts& library_parts() {
  static const Parts parts;
  return parts;
}

}  // namespace gradus
