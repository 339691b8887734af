#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

/// Element types of stored tensors, named as in the safetensors format.
enum class DType { F32, F64, I64, U8 };

/// "F32", "F64", "I64" or "U8".
std::string_view name_of(DType dtype);
/// Bytes of one element.
std::size_t item_size(DType dtype);

/// A named array of numbers, row-major and little-endian.
struct NamedTensor {
  std::string name;
  DType dtype = DType::F32;
  std::vector<std::int64_t> shape;  ///< Empty for a scalar.
  std::vector<std::byte> data;      ///< item_size(dtype) · product(shape) bytes.

  /// A tensor of T = float, double, std::int64_t or std::uint8_t.
  /// Throws ValueError when there are not product(shape) values.
  template <class T>
  static NamedTensor of(std::string name, std::vector<std::int64_t> shape, std::span<const T> values);
  /// A scalar, that is a tensor of shape ().
  template <class T>
  static NamedTensor scalar(std::string name, T value) {
    return of<T>(std::move(name), {}, std::span<const T>(&value, 1));
  }

  /// Copies the elements out. Throws ValueError when T is not the element type or the lengths differ.
  template <class T>
  void copy_to(std::span<T> values) const;
  /// The only element. Throws ValueError like copy_to.
  template <class T>
  T value() const {
    T result{};
    copy_to(std::span<T>(&result, 1));
    return result;
  }

  bool operator==(const NamedTensor&) const = default;
};

/// The contents of a safetensors file.
struct TensorFile {
  std::map<std::string, std::string> metadata;
  std::vector<NamedTensor> tensors;

  /// The tensor of that name. Throws NameError, with the nearest name there is.
  const NamedTensor& at(std::string_view name) const;

  bool operator==(const TensorFile&) const = default;
};

/// The name in a file's metadata of its checksum: the SHA-256 (FIPS 180-4) of the whole file, as 64
/// hexadecimal digits, these themselves taken as zeros.
inline constexpr const char* checksum_key = "gradus.sha256";

/// Writes tensors in the safetensors format (https://huggingface.co/docs/safetensors): the header's size as 8
/// bytes, a JSON header padded by spaces to a multiple of 8 bytes, then the data. The header keeps the order
/// given; the data lies with the widest elements first, so that every tensor is aligned to its element size.
/// Equal contents give equal bytes. The file is replaced as a whole or not at all, and what was there goes on
/// under the name `keep_old` where one is given, as write_file does. Metadata with a checksum_key, whatever
/// it says, gets the checksum of what is written. Throws NameError for a name that is used twice or reserved,
/// ValueError for data that do not fill their shape or a text that is not UTF-8, FileError as write_file
/// does.
void write_tensors(const std::filesystem::path& path, const TensorFile& file,
                   const std::filesystem::path& keep_old = {});

/// Reads what write_tensors or another writer of the format has written; the tensors keep the order of the
/// header. Nothing in the file is believed: bytes that do not have the checksum of the metadata, where it has
/// one, a header beyond the file, broken JSON, an unknown element type, a name used twice, sizes that
/// overflow, offsets that overlap, leave a gap or miss the end of the file throw DamagedFile naming the file
/// and what is wrong with it; a file that cannot be read throws as read_file does.
TensorFile read_tensors(const std::filesystem::path& path);

}  // namespace gradus
