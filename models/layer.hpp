#pragma once

#include <gradus/base/registry.hpp>
#include <gradus/graph/declare/graph.hpp>
#include <gradus/models/activation.hpp>
#include <gradus/models/initialisers.hpp>

#include <functional>
#include <optional>
#include <string>

namespace gradus {

/// What a layer is declared with.
struct LayerSite {
  Graph& graph;
  const Initialiser& weights;  ///< how the weights of the network begin
  SourceLocation location;
};

/// A layer of a network: a part, as base/part.hpp says, with `Expr declare(Expr x, const LayerSite&) const`,
/// which declares it behind x; or an activation. Those of the library are in layers/. It may say
///
///     static constexpr std::string_view group = "conv";   // begins the scope conv1, conv2, …; "" ends one
///     static constexpr std::string_view last = "output";  // of the last of a network instead
///     static constexpr std::string_view scope = "norm";   // a scope inside of the one it stands in
///     static constexpr std::string_view row = "pool";     // what tables call it, where that is not its name
///     static constexpr bool takes_images = true;          // x is (batch, channels, rows, columns)
///
/// Without a group a layer's nodes are in the scope of the layer before it. One with parameters has a group
/// or a scope, so that a network may have it twice.
struct Layer {
  /// Throws ValueError for a parameter out of range.
  template <class T>
  requires requires(const T& part, Expr x, const LayerSite& site) {
    part.declare(x, site).shape();
    T::description.name;
  } || std::constructible_from<Activation, const T&> Layer(
      const T& part) {  // NOLINT(google-explicit-constructor): Layers{layers::Dense{10}, …}
    PartInfo info = info_of<T>("layer");
    info.separator = ' ';
    const std::vector<double> values = values_of(part);
    info.check(values);
    name = info.name;
    text = info.write_short(values);
    row = name;
    if constexpr (requires { T::group; }) group = T::group;
    if constexpr (requires { T::last; }) last = T::last;
    if constexpr (requires { T::scope; }) scope = T::scope;
    if constexpr (requires { T::row; }) row = T::row;
    if constexpr (requires { T::takes_images; }) takes_images = T::takes_images;
    if constexpr (requires(Expr x, const LayerSite& site) { part.declare(x, site); })
      declare = [part](Expr x, const LayerSite& site) { return part.declare(x, site); };
    else
      declare = [part](Expr x, const LayerSite& site) { return part(x, site.location); };
  }

  std::string name;
  std::string text;  ///< "conv 6 5x5 padding=2", without what is the default
  std::optional<std::string> group;
  std::string last;
  std::string scope;
  std::string row;
  std::optional<bool> takes_images;
  std::function<Expr(Expr x, const LayerSite&)> declare;
};

/// Every layer of models/layers, and every activation.
const Registry<Layer>& registered_layers();

}  // namespace gradus
