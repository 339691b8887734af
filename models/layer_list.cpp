#include <gradus/base/error.hpp>
#include <gradus/models/layer_list.hpp>
#include <gradus/ops/average_pool.hpp>
#include <gradus/ops/conv2d.hpp>
#include <gradus/ops/matmul.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace gradus {
namespace {

/// The words of one layer, of which "leaky-relu:0.2" has two.
std::vector<std::string> words_of(std::string text) {
  std::vector<std::string> words;
  std::ranges::replace(text, '\n', ' ');
  for (const std::string& spaced : split_text(text, ' '))
    for (const std::string& word : split_text(spaced, ':'))
      if (!word.empty()) words.push_back(word);
  return words;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// What `make` returns; what it throws for a user's mistake names the layer.
template <class Make>
auto of_layer(std::size_t position, const std::string& text, const Make& make) {
  const auto named = [&](const Error& error) {
    return fmt::format("layer {}, '{}': {}", position, text, error.what());
  };
  try {
    return make();
  } catch (const ShapeError& error) {
    throw ShapeError(named(error));
  } catch (const NameError& error) {
    throw NameError(named(error));
  } catch (const ValueError& error) {
    throw ValueError(named(error));
  }
}

/// The scopes that layers stand in.
class Scopes {
 public:
  explicit Scopes(const Layers& layers) {
    for (const Layer& layer : layers)
      if (!layer.last.empty()) last_[*layer.group] = &layer;
  }

  /// The group of this layer, which may begin or end one.
  const std::string& enter(const Layer& layer) {
    if (!layer.group) return group_;
    const auto last = last_.find(*layer.group);
    if (last != last_.end() && last->second == &layer) {
      group_ = layer.last;
      number_.clear();
    } else {
      number_ = layer.group->empty() ? "" : fmt::format("{}", ++used_[*layer.group]);
      group_ = *layer.group + number_;
    }
    return group_;
  }

  /// Its own scope inside of the group: "norm", "norm2", …; none for most.
  std::string own(const Layer& layer) {
    if (layer.scope.empty()) return "";
    const int count = ++used_[group_ + "/" + layer.scope];
    return count == 1 ? layer.scope : fmt::format("{}{}", layer.scope, count);
  }

  std::string row(const Layer& layer) const {
    return layer.group && !layer.group->empty() ? group_ : layer.row + number_;
  }

 private:
  std::map<std::string, const Layer*> last_;
  std::map<std::string, int> used_;
  std::string group_;
  std::string number_;
};

/// Tells of one node; whether it is what a row counts.
void tell(DeclaredLayers& declared, LayerRow& row, Expr y) {
  if (const auto* pool = as<MaxPool>(y)) row.stride = pool->how.stride;
  if (const auto* pool = as<AveragePool>(y)) row.stride = pool->how.stride;
  const auto* conv = as<Conv2d>(y);
  if (conv != nullptr) {
    row.stride = conv->how.stride;
    row.padding = conv->how.padding;
  }
  const auto& variables = y.graph().variables();
  const auto parameter = [&](Expr x) {
    return std::ranges::any_of(variables, [&](const Variable& variable) {
      return variable.node == &x.node() && variable.kind == VariableKind::parameter;
    });
  };
  if (parameter(y)) row.parameters += y.shape().count(1);
  if ((conv == nullptr && as<Matmul>(y) == nullptr) || !parameter(y.input(1))) return;
  if (std::ranges::find(declared.weights, y.input(1)) == declared.weights.end())
    declared.weights.push_back(y.input(1));
  row.multiply_adds += y.input(1).shape().count(1) * (y.shape().count(1) / y.shape()[1].at(1));
}

}  // namespace

Layers::Layers(const std::string& text, const ModelParts& parts) {
  for (const std::string& each : split_text(text, ',')) {
    const std::vector<std::string> words = words_of(each);
    const std::size_t position = layers_.size() + 1;
    if (words.empty())
      throw ValueError(
          fmt::format("layer {} of '{}' is empty: write layers with a comma between them, as in dense 100, "
                      "relu, dense 10",
                      position, text));
    layers_.push_back(of_layer(position, joined(words), [&] {
      const auto& part = parts.layers.find(words.front());
      return part.build(part.read(std::span(words).subspan(1)));
    }));
  }
}

std::string Layers::text() const {
  std::string text;
  for (const Layer& layer : layers_) text += (text.empty() ? "" : ", ") + layer.text;
  return text;
}

bool Layers::take_images() const {
  const auto first =
      std::ranges::find_if(layers_, [](const Layer& layer) { return layer.takes_images.has_value(); });
  return first != layers_.end() && *first->takes_images;
}

DeclaredLayers declare(const Layers& layers, Expr x, const Initialiser& weights, SourceLocation location) {
  Graph& graph = x.graph();
  const auto whole = graph.declaration();
  DeclaredLayers declared{x, {}, {}};
  Scopes scopes(layers);
  std::size_t position = 0;
  for (const Layer& layer : layers) {
    const std::size_t before = graph.size();
    const auto group = graph.scope(scopes.enter(layer), location);
    const auto own = graph.scope(scopes.own(layer), location);
    const Expr input = declared.output;
    declared.output = of_layer(++position, layer.text, [&] {
      return layer.declare(input, {graph, weights, location});
    });
    const Shape& output = declared.output.shape();
    const bool begins = layer.group && !layer.group->empty();
    if (begins || declared.rows.empty() || output != input.shape())
      declared.rows.push_back({scopes.row(layer), layer.text, input.shape(), output, {}, {}, 0, 0});
    else
      declared.rows.back().kind += ", " + layer.text;
    for (std::size_t id = before; id < graph.size(); ++id)
      tell(declared, declared.rows.back(), Expr(graph.node(id)));
  }
  return declared;
}

DeclaredLayers told_by_scope(Expr output, Expr x) {
  const Graph& graph = x.graph();
  DeclaredLayers declared{output, {}, {}};
  for (std::size_t id = x.node().id() + 1; id < graph.size(); ++id) {
    const Expr y(graph.node(id));
    const std::string scope = y.name().substr(0, y.name().find('/'));
    if (y.node().section() != Section::forward) continue;
    const bool is_variable = y.node().inputs().empty();
    if (declared.rows.empty() || declared.rows.back().name != scope) {
      const Shape input = declared.rows.empty() ? x.shape() : declared.rows.back().output;
      declared.rows.push_back({scope, "", input, input, {}, {}, 0, 0});
    }
    LayerRow& row = declared.rows.back();
    if (!is_variable) {
      row.kind += (row.kind.empty() ? "" : ", ") + std::string(y.op().name());
      row.output = y.shape();
    }
    tell(declared, row, y);
  }
  return declared;
}

}  // namespace gradus
