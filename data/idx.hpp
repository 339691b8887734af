#pragma once

#include <gradus/data/gzip.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gradus::data {

/// An array as an IDX file holds it (LeCun, Cortes, Burges, "The MNIST database", 1998): two zero bytes, a
/// byte for the element type, a byte for the rank, each dimension as four bytes, then the elements,
/// row-major, all big-endian.
struct IdxArray {
  /// The format's element types: 0x08 ubyte, 0x09 byte, 0x0b short, 0x0c int, 0x0d float, 0x0e double.
  using Values = std::variant<std::vector<std::uint8_t>, std::vector<std::int8_t>, std::vector<std::int16_t>,
                              std::vector<std::int32_t>, std::vector<float>, std::vector<double>>;

  std::vector<std::size_t> shape;
  Values values;

  /// The number of elements: the product of the shape.
  std::size_t size() const;

  /// The format's name of the element type: "ubyte", "byte", "short", "int", "float" or "double".
  std::string_view type_name() const;
};

/// Reads an IDX file, plain or gzip, whichever its contents are.
/// Throws FileError naming the file and what is wrong: not readable, truncated or corrupt gzip, a wrong
/// magic, an unknown element type, a header cut short, dimensions that no memory can hold, or of more than a
/// gibibyte in a gzip file, too few or too many bytes.
IdxArray read_idx(const std::filesystem::path& path);

/// The same of contents already in memory; `name` names them in errors.
IdxArray parse_idx(Bytes contents, const std::string& name);
IdxArray parse_idx(std::string_view contents, const std::string& name);

}  // namespace gradus::data
