#pragma once

#include <gradus/models/layer.hpp>
#include <gradus/models/layers.hpp>

#include <array>

namespace gradus::layers {

/// Ioffe & Szegedy 2015.
struct BatchNorm {
  static constexpr PartDescription description{"batch-norm",
                                               "γ x̂ + β, x̂ of mean 0 and variance 1 over the batch"};
  static constexpr std::array<std::string_view, 1> aliases{"batch_norm"};
  static constexpr std::string_view scope = "norm";
  Expr declare(Expr x, const LayerSite& site) const { return batch_norm(x, "", site.location); }
};

/// Ba, Kiros & Hinton 2016.
struct LayerNorm {
  static constexpr PartDescription description{"layer-norm",
                                               "γ x̂ + β, x̂ of mean 0 and variance 1 over each example"};
  static constexpr std::array<std::string_view, 1> aliases{"layer_norm"};
  static constexpr std::string_view scope = "norm";
  Expr declare(Expr x, const LayerSite& site) const { return layer_norm(x, "", site.location); }
};

}  // namespace gradus::layers
