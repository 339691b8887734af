#pragma once

#include <gradus/models/layer.hpp>
#include <gradus/models/layers.hpp>

#include <array>

namespace gradus::layers {

struct Conv {
  static constexpr PartDescription description{"conv", "w ⋆ x + b: convolution with kernels of N × N pixels"};
  static constexpr std::array<std::string_view, 1> aliases{"conv2d"};
  static constexpr std::string_view group = "conv";
  static constexpr bool takes_images = true;
  double channels = required;
  double kernel = required;
  double stride = 1;
  double padding = 0;
  double dilation = 1;
  double bias = 1;

  static constexpr auto parameters() {
    return std::array{
        Parameter{"channels", &Conv::channels, whole_from(1), "of the images that come out"},
        Parameter{"kernel", &Conv::kernel, whole_from(1), "its rows and columns"}.square(),
        Parameter{"stride", &Conv::stride, whole_from(1), "pixels from one place to the next"},
        Parameter{"padding", &Conv::padding, whole_from(0), "rows and columns of zeros around the image"},
        Parameter{"dilation", &Conv::dilation, whole_from(1), "pixels between the numbers of a kernel"},
        Parameter{"bias", &Conv::bias, whole_from(0, 1), "0 for none, as before batch-norm"}};
  }
  Expr declare(Expr x, const LayerSite& site) const {
    const Convolution how{static_cast<Index>(stride), static_cast<Index>(padding),
                          static_cast<Index>(dilation)};
    return conv2d(x, static_cast<Index>(channels), static_cast<Index>(kernel), "", how,
                  bias == 0 ? Bias::no : Bias::yes, site.weights, site.location);
  }
};

}  // namespace gradus::layers
