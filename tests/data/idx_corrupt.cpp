#include <gradus/data/idx.hpp>
#include <gradus/tests/data/fixtures.hpp>

using namespace gradus;
using namespace gradus::test;
using namespace gradus::data;

namespace {

void check_unusable(const std::string& contents, const std::string& reason) {
  check_refused<FileError>([&] { parse_idx(contents, "x"); }, "'x' is not a usable IDX file: " + reason);
}

/// Neither too short to be interesting nor too regular to be packed.
std::string example() {
  std::string elements;
  for (unsigned i = 0; i < 240; ++i) elements += static_cast<char>(i * i * 37 >> 3);
  return idx(0x08, {10, 4, 6}, elements);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(idx_corrupt)

BOOST_AUTO_TEST_CASE(headers) {
  check_unusable("", "it holds 0 bytes, fewer than the 4 that every IDX file begins with");
  check_unusable(std::string(3, '\0'), "it holds 3 bytes, fewer than the 4 that every IDX file begins with");
  check_unusable(gzip(""), "it holds 0 bytes, fewer than the 4 that every IDX file begins with");
  check_unusable("<!DOCTYPE html>", "it begins with the bytes 3c 21, an IDX file with 00 00");
  check_unusable(gzip("PK\x03\x04"), "it begins with the bytes 50 4b, an IDX file with 00 00");
  for (const int type : {0x00, 0x07, 0x0a, 0x0f, 0xff})
    check_unusable(idx(static_cast<std::uint8_t>(type), {1}, "\x01"),
                   fmt::format("its element type 0x{:02x} is none of 0x08 ubyte, 0x09 byte, 0x0b short, 0x0c "
                               "int, 0x0d float, 0x0e double",
                               type));
  const std::string cut = idx(0x08, {1, 2, 3}, "").substr(0, 15);
  check_unusable(cut, "it announces 3 dimensions, but ends within them");
  check_unusable(gzip(cut), "it announces 3 dimensions, but ends within them");
}

BOOST_AUTO_TEST_CASE(lengths) {
  const std::string plain = idx(0x0c, {2, 3}, std::string(24, '\x01'));
  for (const std::string& contents : {plain.substr(0, 35), gzip(plain.substr(0, 35))})
    check_unusable(contents,
                   "it announces 2×3 elements of 4 bytes, 24 bytes, but holds 23: it is truncated or its "
                   "header is wrong");
  for (const std::string& contents : {plain + "x", gzip(plain + "x"), gzip(plain) + gzip("x")})
    check_unusable(contents, "it announces 2×3 elements of 4 bytes, 24 bytes, but more follow");
  check_unusable(idx(0x08, {}, ""),
                 "it announces 1 elements of 1 byte, 1 bytes, but holds 0: it is truncated or its header is "
                 "wrong");
}

BOOST_AUTO_TEST_CASE(absurd_dimensions) {
  constexpr std::uint32_t most = 0xffffffff;
  const std::string beyond = idx(0x08, {most, most, most}, "1234");
  const std::string large = idx(0x0e, {most, 65535}, "1234");
  const std::string edge = idx(0x08, {most, most}, "1234");
  for (const bool packed : {false, true}) {
    const auto contents = [&](const std::string& plain) { return packed ? gzip(plain) : plain; };
    check_unusable(contents(beyond),
                   "it announces 4294967295×4294967295×4294967295 elements of 1 byte, more than any memory "
                   "holds");
    const std::string end =
        packed
            ? "; of a gzip file at most 1073741824 are unpacked. If it is meant to be that large, unpack it "
              "first, with gunzip"
            : ", but holds 4: it is truncated or its header is wrong";
    check_unusable(contents(large),
                   "it announces 4294967295×65535 elements of 8 bytes, 2251765453422600 bytes" + end);
    check_unusable(contents(edge),
                   "it announces 4294967295×4294967295 elements of 1 byte, 18446744065119617025 bytes" + end);
  }
}

BOOST_AUTO_TEST_CASE(a_gzip_file_that_unpacks_to_more_than_it_should) {
  const std::string first = gzip(idx(0x08, {1 << 16, 1 << 15}, ""));
  std::string bomb = first;
  // Each member is 10 MB in 10 kB; 2 GiB are announced, and come.
  const std::string member = gzip(std::string(10'000'000, '\0'));
  for (int i = 0; i < 215; ++i) bomb += member;
  check_unusable(
      bomb,
      "it announces 65536×32768 elements of 1 byte, 2147483648 bytes; of a gzip file at most 1073741824 "
      "are unpacked. If it is meant to be that large, unpack it first, with gunzip");
}

BOOST_AUTO_TEST_CASE(every_truncation) {
  const std::string plain = example();
  const std::string packed = gzip(plain);
  for (std::size_t length = 0; length < plain.size(); ++length)
    BOOST_CHECK_THROW(parse_idx(plain.substr(0, length), "x"), FileError);
  for (std::size_t length = 0; length < packed.size(); ++length)
    BOOST_CHECK_THROW(parse_idx(packed.substr(0, length), "x"), FileError);
  check_refused<FileError>([&] { parse_idx(packed.substr(0, 100), "x"); },
                           "'x' is truncated: its gzip stream of 100 bytes stops before its end; fetch it "
                           "again");
  const std::string two = packed + packed.substr(0, 30);
  BOOST_CHECK_THROW(parse_idx(two, "x"), FileError);
}

BOOST_AUTO_TEST_CASE(every_flipped_bit_of_a_gzip_file) {
  const std::string plain = example();
  const auto right = std::get<std::vector<std::uint8_t>>(parse_idx(plain, "x").values);
  const std::string packed = gzip(plain);
  std::size_t refused = 0;
  for (std::size_t i = 0; i < packed.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = packed;
      flipped[i] = static_cast<char>(flipped[i] ^ 1 << bit);
      try {
        const IdxArray array = parse_idx(flipped, "x");
        BOOST_CHECK(std::get<std::vector<std::uint8_t>>(array.values) == right);
      } catch (const FileError&) {
        ++refused;
      }
    }
  // What may change unseen is the header's time, flags and system only: bytes 3 to 9.
  BOOST_TEST(refused >= (packed.size() - 7) * 8);
}

BOOST_AUTO_TEST_CASE(every_flipped_bit_of_a_header) {
  const std::string plain = example();
  for (std::size_t i = 0; i < 16; ++i)
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = plain;
      flipped[i] = static_cast<char>(flipped[i] ^ 1 << bit);
      if (i == 2 && bit == 0)
        BOOST_TEST(parse_idx(flipped, "x").type_name() == "byte");
      else
        BOOST_CHECK_THROW(parse_idx(flipped, "x"), FileError);
    }
}

BOOST_AUTO_TEST_CASE(what_zlib_says) {
  std::string packed = gzip(example());
  packed[packed.size() - 5] = static_cast<char>(packed[packed.size() - 5] ^ 1);
  check_refused<FileError>([&] { parse_idx(packed, "x"); },
                           "'x' is corrupt: zlib says 'incorrect data check'; fetch it again");
  check_refused<FileError>([&] { parse_idx(gzip(example()) + "abc", "x"); },
                           "'x' has 3 bytes after the end of its gzip stream; fetch it again");
}

BOOST_FIXTURE_TEST_CASE(no_file_at_all, Scratch) {
  const std::string name = folder.string();
  check_refused<FileError>([&] { read_idx(folder); }, "cannot read '" + name + "': it is a folder");
  check_refused<FileError>([&] { read_idx(folder / "none"); },
                           "cannot read '" + name + "/none': No such file or directory");
  write_file(folder / "empty", "");
  check_refused<FileError>(
      [&] { read_idx(folder / "empty"); },
      "'" + name +
          "/empty' is not a usable IDX file: it holds 0 bytes, fewer than the 4 that every "
          "IDX file begins with");
}

BOOST_AUTO_TEST_SUITE_END()
