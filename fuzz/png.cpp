#include <gradus/base/png.hpp>
#include <gradus/fuzz/support/target.hpp>

#include <zlib.h>

#include <cstddef>
#include <cstdint>

namespace {

std::uint32_t big_endian(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 |
         std::uint32_t{bytes[3]};
}

/// Gives each whole chunk the checksum of what it holds: length, four letters, contents, checksum.
void mend_checksums(std::uint8_t* data, std::size_t size) {
  constexpr std::size_t signature = 8;
  constexpr std::size_t around = 12;
  for (std::size_t at = signature; at + around <= size;) {
    const std::size_t length = big_endian(data + at);
    if (length > size - at - around) return;
    const auto sum = static_cast<std::uint32_t>(crc32(0, data + at + 4, static_cast<uInt>(length + 4)));
    for (int byte = 0; byte < 4; ++byte)
      data[at + 8 + length + static_cast<std::size_t>(byte)] =
          static_cast<std::uint8_t>(sum >> (24 - 8 * byte));
    at += around + length;
  }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

/// Without it libpng would refuse nearly every input for a checksum, and nothing behind that would be tried.
/// One input in eight keeps its wrong checksums.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  const std::size_t changed = LLVMFuzzerMutate(data, size, max_size);
  if (seed % 8 != 0) mend_checksums(data, changed);
  return changed;
}

void gradus::fuzz::take(std::string_view input) {
  const Raster picture = decode_png(input, "input", 4);
  require(picture.pixels.size() == picture.width * picture.height * 4, "as many pixels as the size says");
  const Raster again = decode_png(encode_png(picture), "again", 4);
  require(again.pixels == picture.pixels, "pixels come back");
}
