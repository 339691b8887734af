#pragma once

#include <gradus/models/layer.hpp>
#include <gradus/ops/average_pool.hpp>
#include <gradus/ops/max_pool.hpp>
#include <gradus/ops/mean.hpp>

#include <array>

namespace gradus::layers {

/// What the poolings share: windows of N × N pixels, and the way from one to the next.
struct Pooling {
  static constexpr std::string_view row = "pool";
  static constexpr bool takes_images = true;
  double window = required;
  double stride = 0;

  static constexpr auto parameters() {
    return std::array{Parameter{"window", &Pooling::window, whole_from(1), "its rows and columns"},
                      Parameter{"stride", &Pooling::stride, whole_from(0),
                                "pixels from one window to the next, 0 for a window's width"}
                          .by_default("as window")};
  }
  Index pixels() const { return static_cast<Index>(window); }
  Index step() const { return static_cast<Index>(stride == 0 ? window : stride); }
};

struct MaxPool : Pooling {
  static constexpr PartDescription description{"max", "the largest x of each window of N × N pixels"};
  static constexpr std::array<std::string_view, 1> aliases{"max-pool"};
  Expr declare(Expr x, const LayerSite& site) const { return max_pool(x, pixels(), step(), site.location); }
};

struct AveragePool : Pooling {
  static constexpr PartDescription description{"average", "the mean of x over each window of N × N pixels"};
  static constexpr std::array<std::string_view, 1> aliases{"average-pool"};
  Expr declare(Expr x, const LayerSite& site) const {
    return average_pool(x, pixels(), step(), site.location);
  }
};

struct GlobalAverage {
  static constexpr PartDescription description{"global-average", "the mean of each channel"};
  static constexpr std::string_view group = "";
  static constexpr bool takes_images = true;
  Expr declare(Expr x, const LayerSite& site) const { return mean(x, {2, 3}, KeepAxes::no, site.location); }
};

}  // namespace gradus::layers
