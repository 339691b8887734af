#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

/// A picture as pixels: row by row from the top, pixel by pixel, channel by channel, 0 … 255.
struct Raster {
  std::size_t width = 0;
  std::size_t height = 0;
  std::size_t channels = 1;  ///< 1 grey, 2 grey and opacity, 3 RGB, 4 RGB and opacity
  std::vector<std::uint8_t> pixels;

  /// The pixel's first channel.
  std::uint8_t& at(std::size_t row, std::size_t col) { return pixels[(row * width + col) * channels]; }
  const std::uint8_t& at(std::size_t row, std::size_t col) const {
    return pixels[(row * width + col) * channels];
  }
};

/// A PNG file of width × height pixels of 1 to 4 channels, ordered as in Raster. The same pixels give the
/// same bytes. Throws ValueError when there are no pixels or not as many as that.
std::string encode_png(std::size_t width, std::size_t height, std::size_t channels,
                       std::span<const std::uint8_t> pixels);
std::string encode_png(const Raster& picture);

/// Reads the contents of any PNG file (grey, colour, palette, transparent, 1 to 16 bits) into the channels
/// asked for, 2 or 4: colours become their luminance where grey is wanted, what has no opacity becomes
/// opaque. Throws FileError naming `name` for contents that are no PNG file, truncated or corrupt, and for
/// pictures of more than 2²⁶ pixels.
Raster decode_png(std::string_view contents, const std::string& name, std::size_t channels);

/// Whether contents begin as a PNG file does.
bool is_png(std::string_view contents);

/// A PNG file as an address that stands for itself in HTML and SVG: data:image/png;base64,…
std::string png_data_uri(std::string_view png);

}  // namespace gradus
