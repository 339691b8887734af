#include <gradus/base/png.hpp>
#include <gradus/fuzz/support/mending.hpp>
#include <gradus/fuzz/support/target.hpp>

#include <zlib.h>

namespace {

std::uint32_t big_endian(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 |
         std::uint32_t{bytes[3]};
}

}  // namespace

/// Each whole chunk has its checksum: length, four letters, contents, checksum.
void gradus::fuzz::mend(std::span<std::uint8_t> input) {
  constexpr std::size_t signature = 8;
  constexpr std::size_t around = 12;
  for (std::size_t at = signature; at + around <= input.size();) {
    const std::size_t length = big_endian(&input[at]);
    if (length > input.size() - at - around) return;
    auto sum = static_cast<std::uint32_t>(crc32(0, &input[at + 4], static_cast<uInt>(length + 4)));
    for (std::size_t byte = 4; byte-- > 0; sum >>= 8)
      input[at + 8 + length + byte] = static_cast<std::uint8_t>(sum);
    at += around + length;
  }
}

void gradus::fuzz::take(std::string_view input) {
  const Raster picture = decode_png(input, "input", 4);
  require(picture.pixels.size() == picture.width * picture.height * 4, "as many pixels as the size says");
  const Raster again = decode_png(encode_png(picture), "again", 4);
  require(again.pixels == picture.pixels, "pixels come back");
}
