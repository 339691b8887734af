#pragma once

#include <gradus/models/parts.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace gradus {

/// A network: layers, one behind the other.
class Layers {
 public:
  Layers(std::initializer_list<Layer> layers) : layers_(layers) {}

  /// The layers of a text, each with its name, its numbers in their order and others as NAME=NUMBER:
  ///
  ///     conv 6 5x5, max 2, relu, conv 16 5x5 padding=2, relu, flatten, dense 120, relu, dropout 0.3, dense
  ///     10
  ///
  /// Throws NameError for an unknown name, ValueError for a number that is missing, of no use or out of
  /// range, each with the layer and its position.
  Layers(const std::string& text, const ModelParts& parts = library_model_parts());
  Layers(const char* text) : Layers(std::string(text)) {}

  /// The text that is read as these layers.
  std::string text() const;

  /// Whether the first of them that does not take both takes images.
  bool take_images() const;

  auto begin() const { return layers_.begin(); }
  auto end() const { return layers_.end(); }

 private:
  std::vector<Layer> layers_;
};

/// What a layer became in a graph, with those behind it that keep its shape.
struct LayerRow {
  std::string name;  ///< "conv1"
  std::string kind;  ///< the layers' texts: "conv 6 5x5, relu"
  Shape input;
  Shape output;
  std::optional<Index> stride;   ///< of a convolution or a pooling
  std::optional<Index> padding;  ///< of a convolution
  Index parameters = 0;
  Index multiply_adds = 0;  ///< for one example, forward
};

/// What layers became in a graph.
struct DeclaredLayers {
  Expr output;
  Exprs weights;  ///< the parameters that are multiplied with what the layers are given
  std::vector<LayerRow> rows;
};

/// Declares the layers behind x: scopes conv1, conv2, …, hidden1, hidden2, …, and output for the last dense
/// one. Throws, with the layer and its position, as the ops do for shapes that do not fit.
DeclaredLayers declare(const Layers& layers, Expr x, const Initialiser& weights = glorot_uniform(),
                       SourceLocation location = SourceLocation::current());

/// The same of nodes that were declared behind x by other means: a row for each outermost scope in turn, and
/// for each node outside of all.
DeclaredLayers told_by_scope(Expr output, Expr x);

}  // namespace gradus
