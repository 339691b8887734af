#pragma once

#include <gradus/models/layer.hpp>
#include <gradus/ops/dropout.hpp>

#include <array>

namespace gradus::layers {

/// Srivastava et al. 2014.
struct Dropout {
  static constexpr PartDescription description{"dropout",
                                               "x / (1 − rate), or 0 with probability rate, when training"};
  double rate = required;

  static constexpr auto parameters() {
    return std::array{Parameter{"rate", &Dropout::rate, from_to_below(0, 1), "the part left out"}};
  }
  Expr declare(Expr x, const LayerSite& site) const { return dropout(x, rate, site.location); }
};

}  // namespace gradus::layers
