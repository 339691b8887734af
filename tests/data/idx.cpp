#include <gradus/data/idx.hpp>
#include <gradus/tests/data/fixtures.hpp>

#include <bit>
#include <limits>

using namespace gradus;
using namespace gradus::test;
using namespace gradus::data;

namespace {

/// Reads the same file plain and packed.
template <class Value>
void check_values(std::uint8_t type, const std::string& type_name, const std::vector<Value>& values) {
  std::string bytes;
  for (const Value value : values) {
    if constexpr (sizeof(Value) == 8)
      bytes += big_endian(std::bit_cast<std::uint64_t>(value), 8);
    else if constexpr (sizeof(Value) == 4)
      bytes += big_endian(std::bit_cast<std::uint32_t>(value), 4);
    else
      bytes += big_endian(static_cast<std::uint64_t>(value), sizeof(Value));
  }
  const std::string plain = idx(type, {2, static_cast<std::uint32_t>(values.size() / 2)}, bytes);
  for (const std::string& contents : {plain, gzip(plain)}) {
    const IdxArray array = parse_idx(contents, "x");
    BOOST_TEST(array.type_name() == type_name);
    BOOST_TEST(array.size() == values.size());
    BOOST_TEST(array.shape == (std::vector<std::size_t>{2, values.size() / 2}),
               boost::test_tools::per_element());
    BOOST_REQUIRE(std::holds_alternative<std::vector<Value>>(array.values));
    BOOST_CHECK(std::get<std::vector<Value>>(array.values) == values);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(idx_files)

BOOST_AUTO_TEST_CASE(every_element_type) {
  check_values<std::uint8_t>(0x08, "ubyte", {0, 1, 127, 128, 254, 255});
  check_values<std::int8_t>(0x09, "byte", {0, 1, 127, -128, -2, -1});
  check_values<std::int16_t>(0x0b, "short", {0, 1, 258, -258, 32767, -32768});
  check_values<std::int32_t>(0x0c, "int", {0, 16909060, -16909060, 2147483647, -2147483647 - 1, -1});
  check_values<float>(0x0d, "float",
                      {0.0f, 1.5f, -0.1f, 1e-40f, std::numeric_limits<float>::infinity(), 3e38f});
  check_values<double>(0x0e, "double",
                       {0.0, 1.5, -0.1, 1e-310, std::numeric_limits<double>::infinity(), 1e308});
}

BOOST_AUTO_TEST_CASE(every_rank) {
  const IdxArray scalar = parse_idx(idx(0x08, {}, "\x07"), "x");
  BOOST_TEST(scalar.shape.empty());
  BOOST_TEST(scalar.size() == 1u);
  const IdxArray five = parse_idx(idx(0x08, {1, 2, 3, 1, 2}, std::string(12, '\x01')), "x");
  BOOST_TEST(five.shape.size() == 5u);
  const IdxArray none = parse_idx(idx(0x08, {0, 28, 28}, ""), "x");
  BOOST_TEST(none.shape[1] == 28u);
  BOOST_TEST(none.size() == 0u);
  BOOST_TEST(parse_idx(gzip(idx(0x0d, {0}, "")), "x").size() == 0u);

  std::string most{0, 0, 8, static_cast<char>(255)};
  for (int axis = 0; axis < 255; ++axis) most += big_endian(1, 4);
  const IdxArray high = parse_idx(gzip(most + "\x05"), "x");
  BOOST_TEST(high.shape.size() == 255u);
  BOOST_TEST(high.size() == 1u);
}

BOOST_AUTO_TEST_CASE(larger_than_any_buffer) {
  std::string elements(300000, '\0');
  for (std::size_t i = 0; i < elements.size(); ++i) elements[i] = static_cast<char>(i * i / 7);
  const std::string plain = idx(0x08, {300, 1000}, elements);
  const auto values = [&](const std::string& contents) {
    return std::get<std::vector<std::uint8_t>>(parse_idx(contents, "x").values);
  };
  BOOST_CHECK(values(gzip(plain)) == values(plain));
  const std::string blank = idx(0x08, {3000, 1000}, std::string(3000000, '\0'));
  BOOST_CHECK(values(gzip(blank)) == values(blank));
}

BOOST_AUTO_TEST_CASE(several_gzip_members) {
  const std::string plain = idx(0x0b, {3}, std::string{1, 2, 3, 4, 5, 6});
  for (std::size_t cut = 0; cut <= plain.size(); ++cut) {
    const IdxArray array = parse_idx(gzip(plain.substr(0, cut)) + gzip(plain.substr(cut)), "x");
    BOOST_TEST(
        std::get<std::vector<std::int16_t>>(array.values) == (std::vector<std::int16_t>{258, 772, 1286}),
        boost::test_tools::per_element());
  }
}

BOOST_FIXTURE_TEST_CASE(contents_decide_not_the_name, Scratch) {
  const std::string plain = idx(0x08, {2}, "\x01\x02");
  write_file(folder / "plain.gz", plain);
  write_file(folder / "packed", gzip(plain));
  BOOST_TEST(read_idx(folder / "plain.gz").size() == 2u);
  BOOST_TEST(read_idx(folder / "packed").size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
