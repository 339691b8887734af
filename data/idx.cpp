#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/data/gzip.hpp>
#include <gradus/data/idx.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <bit>
#include <limits>
#include <optional>

namespace gradus::data {
namespace {

constexpr std::size_t longest_header = 4 + 4 * 255;

/// A gzip file may unpack to a thousand times its size, and so fill any memory: this is twice what the
/// largest known set of IDX files holds (EMNIST's 697,932 images of 28 × 28).
constexpr std::size_t most_unpacked = std::size_t{1} << 30;

struct Header {
  std::uint8_t type = 0;
  std::vector<std::size_t> shape;
  std::size_t header_bytes = 0;
  std::size_t element_bytes = 0;
  std::size_t value_bytes = 0;

  std::string text() const {
    return fmt::format("{} elements of {} byte{}",
                       shape.empty() ? "1" : fmt::format("{}", fmt::join(shape, "×")), element_bytes,
                       element_bytes == 1 ? "" : "s");
  }
};

[[noreturn]] void refuse(const std::string& name, const std::string& reason) {
  throw FileError(fmt::format("'{}' is not a usable IDX file: {}", name, reason));
}

template <std::size_t N>
struct Bits;
template <>
struct Bits<1> {
  using type = std::uint8_t;
};
template <>
struct Bits<2> {
  using type = std::uint16_t;
};
template <>
struct Bits<4> {
  using type = std::uint32_t;
};
template <>
struct Bits<8> {
  using type = std::uint64_t;
};

template <class Value>
Value big_endian(const char* bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < sizeof(Value); ++i) word = word << 8 | static_cast<std::uint8_t>(bytes[i]);
  return std::bit_cast<Value>(static_cast<typename Bits<sizeof(Value)>::type>(word));
}

std::size_t element_bytes(std::uint8_t type, const std::string& name) {
  switch (type) {
    case 0x08:
    case 0x09:
      return 1;
    case 0x0b:
      return 2;
    case 0x0c:
    case 0x0d:
      return 4;
    case 0x0e:
      return 8;
    default:
      refuse(name,
             fmt::format("its element type 0x{:02x} is none of 0x08 ubyte, 0x09 byte, 0x0b short, 0x0c int, "
                         "0x0d float, 0x0e double",
                         type));
  }
}

std::optional<std::size_t> product(std::size_t a, std::size_t b) {
  if (b != 0 && a > std::numeric_limits<std::size_t>::max() / b) return std::nullopt;
  return a * b;
}

Header parse_header(std::string_view contents, const std::string& name) {
  if (contents.size() < 4)
    refuse(name, fmt::format("it holds {} bytes, fewer than the 4 that every IDX file begins with",
                             contents.size()));
  if (contents[0] != 0 || contents[1] != 0)
    refuse(name, fmt::format("it begins with the bytes {:02x} {:02x}, an IDX file with 00 00",
                             static_cast<std::uint8_t>(contents[0]), static_cast<std::uint8_t>(contents[1])));
  Header header;
  header.type = static_cast<std::uint8_t>(contents[2]);
  header.element_bytes = element_bytes(header.type, name);
  const std::size_t rank = static_cast<std::uint8_t>(contents[3]);
  header.header_bytes = 4 + 4 * rank;
  if (contents.size() < header.header_bytes)
    refuse(name, fmt::format("it announces {} dimensions, but ends within them", rank));
  std::optional<std::size_t> bytes = header.element_bytes;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    header.shape.push_back(big_endian<std::uint32_t>(contents.data() + 4 + 4 * axis));
    if (bytes) bytes = product(*bytes, header.shape.back());
  }
  // One byte more than the whole file is asked of the decompressor below, so that must not wrap around
  // either.
  if (!bytes || *bytes >= std::numeric_limits<std::size_t>::max() - longest_header)
    refuse(name, fmt::format("it announces {}, more than any memory holds", header.text()));
  header.value_bytes = *bytes;
  return header;
}

template <class Value>
std::vector<Value> values_of(std::string_view bytes) {
  std::vector<Value> values(bytes.size() / sizeof(Value));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = big_endian<Value>(bytes.data() + i * sizeof(Value));
  return values;
}

/// The elements behind the header. Those that are bytes stay where they are.
IdxArray::Values all_values(const Header& header, Bytes contents) {
  const std::string_view bytes = text_of(contents).substr(header.header_bytes);
  switch (header.type) {
    case 0x08:
      contents.erase(contents.begin(), contents.begin() + static_cast<std::ptrdiff_t>(header.header_bytes));
      return contents;
    case 0x09:
      return values_of<std::int8_t>(bytes);
    case 0x0b:
      return values_of<std::int16_t>(bytes);
    case 0x0c:
      return values_of<std::int32_t>(bytes);
    case 0x0d:
      return values_of<float>(bytes);
    default:
      return values_of<double>(bytes);
  }
}

}  // namespace

std::size_t IdxArray::size() const {
  return std::visit([](const auto& values) { return values.size(); }, values);
}

std::string_view IdxArray::type_name() const {
  static constexpr std::array<std::string_view, std::variant_size_v<Values>> names{
      "ubyte", "byte", "short", "int", "float", "double"};
  return names[values.index()];
}

IdxArray parse_idx(Bytes contents, const std::string& name) {
  if (is_gzip(text_of(contents))) {
    const Header header = parse_header(text_of(gunzip(text_of(contents), name, longest_header)), name);
    if (header.value_bytes > most_unpacked)
      refuse(name,
             fmt::format("it announces {}, {} bytes; of a gzip file at most {} are unpacked. If it is meant "
                         "to be that large, unpack it first, with gunzip",
                         header.text(), header.value_bytes, most_unpacked));
    // One byte beyond shows trailing bytes without unpacking all of them.
    contents = gunzip(text_of(contents), name, header.header_bytes + header.value_bytes + 1);
  }
  const Header header = parse_header(text_of(contents), name);
  const std::size_t held = contents.size() - header.header_bytes;
  if (held < header.value_bytes)
    refuse(name,
           fmt::format("it announces {}, {} bytes, but holds {}: it is truncated or its header is wrong",
                       header.text(), header.value_bytes, held));
  if (held > header.value_bytes)
    refuse(name,
           fmt::format("it announces {}, {} bytes, but more follow", header.text(), header.value_bytes));
  return {header.shape, all_values(header, std::move(contents))};
}

IdxArray parse_idx(std::string_view contents, const std::string& name) {
  return parse_idx(Bytes(contents.begin(), contents.end()), name);
}

IdxArray read_idx(const std::filesystem::path& path) { return parse_idx(read_file(path), path.string()); }

}  // namespace gradus::data
