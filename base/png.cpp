#include <gradus/base/base64.hpp>
#include <gradus/base/error.hpp>
#include <gradus/base/png.hpp>

#include <fmt/format.h>
#include <png.h>

#include <memory>
#include <new>

namespace gradus {
namespace {

constexpr std::size_t most_pixels = std::size_t{1} << 26;

png_uint_32 format_of(std::size_t channels) {
  switch (channels) {
    case 1:
      return PNG_FORMAT_GRAY;
    case 2:
      return PNG_FORMAT_GA;
    case 3:
      return PNG_FORMAT_RGB;
    case 4:
      return PNG_FORMAT_RGBA;
    default:
      throw ValueError(fmt::format("a picture has 1 to 4 channels, not {}", channels));
  }
}

/// libpng's simplified interface, which keeps errors in the struct instead of jumping over C++ frames.
class Handle {
 public:
  Handle() { image_.version = PNG_IMAGE_VERSION; }
  ~Handle() { png_image_free(&image_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  png_image* operator->() { return &image_; }
  png_image* get() { return &image_; }

 private:
  png_image image_{};
};

}  // namespace

std::string encode_png(std::size_t width, std::size_t height, std::size_t channels,
                       std::span<const std::uint8_t> pixels) {
  const png_uint_32 format = format_of(channels);
  if (width == 0 || height == 0 || width > most_pixels / height)
    throw ValueError(fmt::format("a picture of {}×{} pixels cannot be written", width, height));
  if (pixels.size() != width * height * channels)
    throw ValueError(fmt::format("a picture of {}×{} pixels of {} channels needs {} values, not {}", width,
                                 height, channels, width * height * channels, pixels.size()));
  Handle image;
  image->width = static_cast<png_uint_32>(width);
  image->height = static_cast<png_uint_32>(height);
  image->format = format;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(*image.get());
  // Not filled with zeros, so that of the most it may take only what it does take comes into memory.
  const auto contents = std::make_unique_for_overwrite<char[]>(size);
  // What is asked for is valid and has room, so libpng can only lack memory.
  if (png_image_write_to_memory(image.get(), contents.get(), &size, 0, pixels.data(), 0, nullptr) == 0)
    throw std::bad_alloc();
  return {contents.get(), size};
}

std::string encode_png(const Raster& picture) {
  return encode_png(picture.width, picture.height, picture.channels, picture.pixels);
}

Raster decode_png(std::string_view contents, const std::string& name, std::size_t channels) {
  if (channels != 2 && channels != 4)
    throw ValueError(fmt::format("PNG files are read into 2 or 4 channels, not {}", channels));
  const auto refuse = [&](std::string_view reason) {
    throw FileError(fmt::format("'{}' is not a usable PNG file: {}", name, reason));
  };
  if (!is_png(contents)) refuse("it does not begin as PNG files do");
  Handle image;
  if (png_image_begin_read_from_memory(image.get(), contents.data(), contents.size()) == 0)
    refuse(image->message);
  // Without this libpng takes 16 bits for linear light, though files of 16 bits look like those of 8 to
  // others.
  image->flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
  if (image->width > most_pixels / image->height)
    refuse(fmt::format("it announces {}×{} pixels, more than {} in all", image->width, image->height,
                       most_pixels));
  image->format = format_of(channels);
  Raster picture{image->width, image->height, channels, {}};
  picture.pixels.resize(picture.width * picture.height * channels);
  if (png_image_finish_read(image.get(), nullptr, picture.pixels.data(), 0, nullptr) == 0)
    refuse(image->message);
  return picture;
}

bool is_png(std::string_view contents) { return contents.starts_with("\x89PNG\r\n\x1a\n"); }

std::string png_data_uri(std::string_view png) { return "data:image/png;base64," + base64(png); }

}  // namespace gradus
