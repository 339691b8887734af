#pragma once

#include <array>
#include <string_view>

namespace gradus {

/// A colour on a light page and what stands for it on a dark one.
struct Shade {
  std::string_view light;
  std::string_view dark;
};

/// Colours that people with any colour vision tell apart (Okabe & Ito 2008), without their yellow, which is
/// invisible on white; on a dark page the deep ones are lighter.
inline constexpr std::array<Shade, 7> palette{{{"#0072b2", "#4aa8e8"},    // blue
                                               {"#d55e00", "#f58231"},    // vermillion
                                               {"#009e73", "#2cc79a"},    // bluish green
                                               {"#cc79a7", "#e39bc4"},    // reddish purple
                                               {"#e69f00", "#f0b429"},    // orange
                                               {"#56b4e9", "#a6dcff"},    // sky blue
                                               {"#000000", "#f4f4f4"}}};  // black

/// Page and ink, in the page and in plots alike.
inline constexpr Shade paper{"#fdfdfd", "#16191d"};
inline constexpr Shade ink{"#1d2025", "#e4e6e9"};
inline constexpr Shade faint_ink{"#595f69", "#a2a8b3"};
inline constexpr Shade rule{"#d5d8dd", "#3a4048"};

/// On a cell of full colour, light or dark page.
inline constexpr std::string_view ink_on_colour = "#fffffe";

}  // namespace gradus
