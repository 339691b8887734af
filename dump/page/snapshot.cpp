#include <gradus/dump/page/snapshot.hpp>
#include <gradus/graph/declare/core_ops.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gradus::page {
namespace {

constexpr std::size_t bins = 24;
constexpr Index most_squares = 32;
constexpr Index most_images = 12;
constexpr std::size_t most_watched = 6;

/// From the least to the greatest, with zero in the middle; characters that neither JSON nor HTML has to
/// escape.
constexpr std::string_view levels = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-";

char level(double value, double scale) {
  if (!std::isfinite(value)) return ' ';
  const double part = scale > 0 ? std::clamp(value / scale, -1.0, 1.0) : 0.0;
  return levels[static_cast<std::size_t>(std::lround((part + 1) / 2 * 62))];
}

double largest(const std::vector<double>& values) {
  double result = 0;
  for (const double value : values)
    if (std::isfinite(value)) result = std::max(result, std::abs(value));
  return result;
}

Squares squares(Index rows, Index columns, Index count, const std::vector<double>& values) {
  Squares result{rows, columns, count, largest(values), {}};
  for (const double value : values) result.levels += level(value, result.scale);
  return result;
}

/// One picture is a row of the value, or a column of it.
Squares images_of(const Tensor<double>& value, const Pixels& pixels) {
  const Index size = pixels.rows * pixels.columns;
  const Index there = value.size() / size;
  const Index count = std::min(there, most_images);
  std::vector<double> values;
  for (Index i = 0; i < count; ++i)
    for (Index p = 0; p < size; ++p)
      values.push_back(pixels.by_column ? value[p * there + i] : value[i * size + p]);
  return squares(pixels.rows, pixels.columns, count, values);
}

/// The gradients that were derived first: those of the training step's own loss.
std::map<const Node*, const Node*> gradients_of(const Graph& graph) {
  std::map<const Node*, const Node*> result;
  for (const Adjoint& adjoint : graph.adjoints()) result.emplace(adjoint.of, &adjoint.total.node());
  return result;
}

}  // namespace

TrackedElements choose_tracked(const Graph& graph, const Recording& recording) {
  TrackedElements result;
  const auto gradients = gradients_of(graph);
  for (const Expr& w : graph.parameters()) {
    const auto gradient = gradients.find(&w.node());
    if (gradient == gradients.end()) continue;
    const Tensor<double>* g = recording.find(*gradient->second);
    if (g == nullptr || g->size() <= small) continue;
    std::vector<Index> elements(static_cast<std::size_t>(g->size()));
    std::iota(elements.begin(), elements.end(), 0);
    const auto middle = elements.begin() + static_cast<std::ptrdiff_t>(most_watched);
    std::partial_sort(elements.begin(), middle, elements.end(),
                      [&](Index a, Index b) { return std::abs((*g)[a]) > std::abs((*g)[b]); });
    elements.resize(most_watched);
    result[w.node().id()] = elements;
    result[gradient->second->id()] = elements;
  }
  return result;
}

std::map<std::size_t, Pixels> find_pixels(const Graph& graph, const std::vector<PageImage>& images) {
  std::map<std::size_t, Pixels> result;
  for (std::size_t id = 0; id < graph.size(); ++id) {
    const Node& node = graph.node(id);
    if (node.section() == Section::update || node.shape().rank() != 4) continue;
    const Pixels planes{node.shape()[2].at(1), node.shape()[3].at(1), false};
    if (planes.rows > 1 && planes.columns > 1) result[id] = planes;
  }
  const auto gradients = gradients_of(graph);
  for (const PageImage& image : images) {
    result[image.input.node().id()] = {image.rows, image.columns, false};
    for (std::size_t id = 0; id < graph.size(); ++id) {
      const Node& node = graph.node(id);
      if (node.section() != Section::forward) continue;
      if (std::ranges::find(node.inputs(), &image.input.node()) == node.inputs().end()) continue;
      for (const Node* w : node.inputs()) {
        const Shape& shape = w->shape();
        if (as<VariableRead>(w->op()) == nullptr || shape.rank() != 2) continue;
        if (shape[0] != Dim(image.rows * image.columns)) continue;
        result[w->id()] = {image.rows, image.columns, true};
        if (const auto g = gradients.find(w); g != gradients.end())
          result[g->second->id()] = {image.rows, image.columns, true};
      }
    }
  }
  // A new value is looked at as the old one.
  for (std::size_t id = 0; id < graph.size(); ++id) {
    if (as<Assign>(graph.node(id).op()) == nullptr) continue;
    const std::vector<const Node*>& inputs = graph.node(id).inputs();
    if (const auto old = result.find(inputs[0]->id()); old != result.end())
      result.emplace(inputs[1]->id(), old->second);
  }
  return result;
}

Snapshot snapshot(const Graph& graph, const Recording& recording, const std::map<std::size_t, Pixels>& pixels,
                  const TrackedElements& tracked) {
  Snapshot result;
  result.batch = recording.batch();
  result.step = recording.step();
  for (std::size_t id = 0; id < graph.size(); ++id) {
    const Tensor<double>* value = recording.find(graph.node(id));
    if (value == nullptr) continue;
    ValueSummary& summary = result.nodes[id];
    summary.statistics = statistics(*value);
    if (value->size() <= small) {
      summary.numbers.assign(value->span().begin(), value->span().end());
    } else {
      summary.histogram = histogram(*value, bins);
      Picture seen = picture(*value, most_squares, most_squares);
      summary.picture = squares(seen.rows, seen.columns, 1, seen.values);
    }
    if (const auto p = pixels.find(id); p != pixels.end() && value->size() > 0)
      summary.images = images_of(*value, p->second);
    if (const auto w = tracked.find(id); w != tracked.end())
      for (const Index element : w->second) summary.tracked.push_back((*value)[element]);
  }
  return result;
}

}  // namespace gradus::page
