#pragma once

#include <gradus/models/layer.hpp>
#include <gradus/models/layers.hpp>

#include <array>

namespace gradus::layers {

struct Dense {
  static constexpr PartDescription description{"dense", "x W + b"};
  static constexpr std::string_view group = "hidden";
  static constexpr std::string_view last = "output";
  static constexpr bool takes_images = false;
  double units = required;

  static constexpr auto parameters() {
    return std::array{Parameter{"units", &Dense::units, whole_from(1), "numbers that come out"}};
  }
  Expr declare(Expr x, const LayerSite& site) const {
    return dense(x, static_cast<Index>(units), "", site.weights, site.location);
  }
};

}  // namespace gradus::layers
