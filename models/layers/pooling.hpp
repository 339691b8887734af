#pragma once

#include <gradus/models/layer.hpp>
#include <gradus/ops/average_pool.hpp>
#include <gradus/ops/max_pool.hpp>
#include <gradus/ops/mean.hpp>

#include <array>

namespace gradus::layers {

struct MaxPool {
  static constexpr PartDescription description{"max", "the largest x of each window of N × N pixels"};
  static constexpr std::array<std::string_view, 1> aliases{"max-pool"};
  static constexpr std::string_view row = "pool";
  static constexpr bool takes_images = true;
  double window = required;
  double stride = 0;

  static constexpr auto parameters() {
    return std::array{Parameter{"window", &MaxPool::window, whole_from(1), "its rows and columns"},
                      Parameter{"stride", &MaxPool::stride, whole_from(0),
                                "pixels from one window to the next, 0 for a window's width"}};
  }
  Expr declare(Expr x, const LayerSite& site) const {
    return max_pool(x, static_cast<Index>(window), static_cast<Index>(stride == 0 ? window : stride),
                    site.location);
  }
};

struct AveragePool {
  static constexpr PartDescription description{"average", "the mean of x over each window of N × N pixels"};
  static constexpr std::array<std::string_view, 1> aliases{"average-pool"};
  static constexpr std::string_view row = "pool";
  static constexpr bool takes_images = true;
  double window = required;
  double stride = 0;

  static constexpr auto parameters() {
    return std::array{Parameter{"window", &AveragePool::window, whole_from(1), "its rows and columns"},
                      Parameter{"stride", &AveragePool::stride, whole_from(0),
                                "pixels from one window to the next, 0 for a window's width"}};
  }
  Expr declare(Expr x, const LayerSite& site) const {
    return average_pool(x, static_cast<Index>(window), static_cast<Index>(stride == 0 ? window : stride),
                        site.location);
  }
};

struct GlobalAverage {
  static constexpr PartDescription description{"global-average", "the mean of each channel"};
  static constexpr std::string_view group = "";
  static constexpr bool takes_images = true;
  Expr declare(Expr x, const LayerSite& site) const { return mean(x, {2, 3}, KeepAxes::no, site.location); }
};

}  // namespace gradus::layers
