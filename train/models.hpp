#pragma once

#include <gradus/graph/declare/expr.hpp>
#include <gradus/models/presets.hpp>

#include <functional>
#include <string>
#include <vector>

namespace gradus {

struct TrainSettings;

/// What declares a network of one's own: the logits (batch, classes) of images (batch, 1, rows, columns).
using DeclareLogits = std::function<Expr(Expr images, Index classes)>;

/// A model that settings may name: one that writes a list of layers, or one that declares its nodes itself.
struct NamedModel {
  std::string name;
  std::string summary;
  std::function<void(TrainSettings&)> begin;  ///< sets what it begins with where that is not the default
  std::function<std::string(const PresetSettings&, Index classes)> layers;
  DeclareLogits declare;  ///< where it has no layers
};

/// Those of the library: mlp, cnn.
std::vector<NamedModel> library_models();

}  // namespace gradus
