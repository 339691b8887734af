#pragma once

#include <gradus/models/layer.hpp>
#include <gradus/ops/flatten.hpp>

namespace gradus::layers {

struct Flatten {
  static constexpr PartDescription description{"flatten", "all numbers of an example in one row"};
  static constexpr std::string_view group = "";
  static constexpr bool takes_images = true;
  Expr declare(Expr x, const LayerSite& site) const { return flatten(x, site.location); }
};

}  // namespace gradus::layers
