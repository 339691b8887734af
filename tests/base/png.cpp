#include <gradus/base/png.hpp>
#include <gradus/tests/data/fixtures.hpp>

#include <sys/mman.h>

using namespace gradus;
using namespace gradus::test;

namespace {

std::vector<std::uint8_t> ramp(std::size_t size) {
  std::vector<std::uint8_t> values(size);
  for (std::size_t i = 0; i < size; ++i) values[i] = static_cast<std::uint8_t>(37 * i + 11);
  return values;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(png)

BOOST_AUTO_TEST_CASE(grey_and_colour_come_back_as_they_were) {
  const auto grey = ramp(5 * 3);
  const Raster read = decode_png(encode_png(5, 3, 1, grey), "grey.png", 2);
  BOOST_TEST(read.width == 5);
  BOOST_TEST(read.height == 3);
  for (std::size_t row = 0; row < 3; ++row)
    for (std::size_t col = 0; col < 5; ++col) {
      BOOST_TEST(read.at(row, col) == grey[row * 5 + col]);
      BOOST_TEST((&read.at(row, col))[1] == 255);
    }
  const auto colours = ramp(4 * 2 * 3);
  const Raster rgba = decode_png(encode_png(4, 2, 3, colours), "colours.png", 4);
  for (std::size_t i = 0; i < 8; ++i) {
    for (std::size_t c = 0; c < 3; ++c) BOOST_TEST(rgba.pixels[4 * i + c] == colours[3 * i + c]);
    BOOST_TEST(rgba.pixels[4 * i + 3] == 255);
  }
}

BOOST_AUTO_TEST_CASE(opacity_comes_back) {
  const std::vector<std::uint8_t> pixels{0, 255, 0, 0, 200, 255, 90, 255};
  BOOST_TEST(decode_png(encode_png(2, 2, 2, pixels), "a.png", 2).pixels == pixels,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_same_pixels_give_the_same_bytes) {
  const Raster picture{6, 6, 1, ramp(36)};
  BOOST_TEST(encode_png(picture) == encode_png(picture));
  BOOST_TEST(is_png(encode_png(picture)));
}

BOOST_AUTO_TEST_CASE(pictures_that_cannot_be_written) {
  check_refused<ValueError>([] { encode_png(2, 2, 1, ramp(3)); },
                            "a picture of 2×2 pixels of 1 channels needs 4 values, not 3");
  check_refused<ValueError>([] { encode_png(0, 2, 1, {}); }, "a picture of 0×2 pixels cannot be written");
  check_refused<ValueError>([] { encode_png(1, 1, 5, ramp(5)); }, "a picture has 1 to 4 channels, not 5");
}

BOOST_AUTO_TEST_CASE(pictures_that_cannot_be_read_so_or_embedded) {
  check_refused<ValueError>([] { decode_png(encode_png(1, 1, 1, ramp(1)), "x.png", 3); },
                            "PNG files are read into 2 or 4 channels, not 3");
  // Of addresses alone: nobody looks at what is there.
  constexpr std::size_t size = std::size_t{1} << 30;
  void* pages = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  BOOST_TEST_REQUIRE(pages != MAP_FAILED);
  check_refused<ValueError>(
      [&] {
        png_data_uri({static_cast<const char*>(pages), size});
      },
      "1073741824 bytes are too many to embed in a page: at most 1073741823 can be");
  ::munmap(pages, size);
}

BOOST_AUTO_TEST_CASE(files_that_are_no_pictures) {
  const std::string start = "'x.png' is not a usable PNG file: ";
  for (const char* contents : {"", "hello", "\x89PNG"})
    check_refused<FileError>([&] { decode_png(contents, "x.png", 2); },
                             start + "it does not begin as PNG files do");
}

/// A chunk of a PNG file: length, name, data, CRC-32.
std::string chunk(const std::string& name, const std::string& data) {
  const std::string checked = name + data;
  return big_endian(static_cast<std::uint32_t>(data.size()), 4) + checked +
         big_endian(
             ::crc32(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<uInt>(checked.size())),
             4);
}

BOOST_AUTO_TEST_CASE(sixteen_bits_are_no_other_light_than_eight) {
  const std::string row("\0\x40\x40\x80\x80\xff\xff", 7);
  std::string packed(::compressBound(static_cast<uLong>(row.size())), '\0');
  uLongf size = packed.size();
  BOOST_TEST_REQUIRE(::compress(reinterpret_cast<Bytef*>(packed.data()), &size,
                                reinterpret_cast<const Bytef*>(row.data()),
                                static_cast<uLong>(row.size())) == Z_OK);
  packed.resize(size);
  const std::string file =
      "\x89PNG\r\n\x1a\n" +
      chunk("IHDR", big_endian(3, 4) + big_endian(1, 4) + std::string("\x10\0\0\0\0", 5)) +
      chunk("IDAT", packed) + chunk("IEND", "");
  const Raster read = decode_png(file, "deep.png", 2);
  BOOST_TEST(read.at(0, 0) == 0x40);
  BOOST_TEST(read.at(0, 1) == 0x80);
  BOOST_TEST(read.at(0, 2) == 0xff);
}

BOOST_AUTO_TEST_CASE(truncated_anywhere_it_is_refused) {
  const std::string whole = encode_png(9, 9, 3, ramp(243));
  // What follows the pixels is a chunk of 12 bytes that says nothing but that the file ends.
  for (std::size_t size = 0; size + 12 < whole.size(); ++size) BOOST_TEST_CONTEXT(size)
  BOOST_CHECK_THROW(decode_png(whole.substr(0, size), "x.png", 4), FileError);
}

BOOST_AUTO_TEST_CASE(a_damaged_byte_is_refused_or_harmless) {
  const Raster picture{9, 9, 3, ramp(243)};
  const std::string whole = encode_png(picture);
  for (std::size_t at = 0; at < whole.size(); ++at) BOOST_TEST_CONTEXT(at) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
      try {
        BOOST_TEST(decode_png(damaged, "x.png", 4).pixels.size() > 0);
      } catch (const FileError&) {
      }
    }
}

BOOST_AUTO_TEST_CASE(enormous_pictures_are_refused_before_memory_is_asked_for) {
  std::string header = encode_png(1, 1, 1, ramp(1)).substr(0, 16) + big_endian(60000, 4) +
                       big_endian(60000, 4) + std::string("\x08\0\0\0\0", 5);
  header += big_endian(::crc32(0, reinterpret_cast<const Bytef*>(header.data() + 12), 17), 4);
  header += encode_png(1, 1, 1, ramp(1)).substr(33);
  check_refused<FileError>(
      [&] { decode_png(header, "x.png", 2); },
      "'x.png' is not a usable PNG file: it announces 60000×60000 pixels, more than 67108864 in all");
}

BOOST_AUTO_TEST_CASE(as_an_address_in_a_page) {
  BOOST_TEST(png_data_uri("") == "data:image/png;base64,");
  BOOST_TEST(png_data_uri("Man") == "data:image/png;base64,TWFu");
  BOOST_TEST(png_data_uri("Ma") == "data:image/png;base64,TWE=");
}

BOOST_AUTO_TEST_SUITE_END()
