#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/data/checksum.hpp>
#include <gradus/train/safetensors.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <set>

namespace gradus {
namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little,
              "the format is little-endian and its data are read and written as they lie in memory");

constexpr const char* metadata_key = "__metadata__";
constexpr std::size_t prefix_size = 8;
/// What the format's reference implementation accepts at most, too.
constexpr std::size_t largest_header = 100'000'000;

constexpr std::array all_dtypes{DType::F32, DType::F64, DType::I64, DType::U8};

template <class T>
constexpr DType dtype_of = [] {
  if constexpr (std::is_same_v<T, float>) return DType::F32;
  if constexpr (std::is_same_v<T, double>) return DType::F64;
  if constexpr (std::is_same_v<T, std::int64_t>) return DType::I64;
  if constexpr (std::is_same_v<T, std::uint8_t>) return DType::U8;
}();

const std::string no_checksum(64, '0');

/// Where in a header the digits of a checksum begin, or npos.
std::size_t find_checksum(std::string_view header, const std::string& digits) {
  const std::string before = fmt::format("\"{}\":\"", checksum_key);
  const std::size_t at = header.find(before + digits + '"');
  return at == header.npos || digits.size() != no_checksum.size() ? header.npos : at + before.size();
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  return fmt::format("({})", fmt::join(shape, ", "));
}

/// item_size · product(shape), or nothing when an extent is negative or the product is beyond 64 bits.
std::optional<std::size_t> byte_size(DType dtype, const std::vector<std::int64_t>& shape) {
  std::size_t bytes = item_size(dtype);
  for (const std::int64_t extent : shape)
    if (extent < 0 || __builtin_mul_overflow(bytes, static_cast<std::size_t>(extent), &bytes)) return {};
  return bytes;
}

void verify(const TensorFile& file) {
  std::set<std::string_view> names;
  for (const NamedTensor& tensor : file.tensors) {
    if (tensor.name == metadata_key)
      throw NameError(
          fmt::format("a tensor cannot be named '{}': the safetensors format uses that name", metadata_key));
    if (!names.insert(tensor.name).second)
      throw NameError(fmt::format("two tensors are named '{}'; every name may be used once", tensor.name));
    if (byte_size(tensor.dtype, tensor.shape) != tensor.data.size())
      throw ValueError(fmt::format("tensor '{}' of shape {} and type {} does not fit its {} bytes of data",
                                   tensor.name, shape_text(tensor.shape), name_of(tensor.dtype),
                                   tensor.data.size()));
  }
}

/// The order of the data: widest elements first, otherwise as given.
std::vector<std::size_t> data_order(const std::vector<NamedTensor>& tensors) {
  std::vector<std::size_t> order(tensors.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return item_size(tensors[a].dtype) > item_size(tensors[b].dtype);
  });
  return order;
}

std::string header_of(const TensorFile& file, const std::vector<std::size_t>& order) {
  std::vector<std::size_t> begin(file.tensors.size());
  std::size_t offset = 0;
  for (const std::size_t i : order) {
    begin[i] = offset;
    offset += file.tensors[i].data.size();
  }

  std::vector<std::string> members;
  if (!file.metadata.empty()) {
    json metadata = file.metadata;
    if (metadata.contains(checksum_key)) metadata[checksum_key] = no_checksum;
    members.push_back(fmt::format("\"{}\":{}", metadata_key, metadata.dump()));
  }
  for (std::size_t i = 0; i < file.tensors.size(); ++i) {
    const NamedTensor& tensor = file.tensors[i];
    members.push_back(fmt::format(R"({}:{{"dtype":"{}","shape":[{}],"data_offsets":[{},{}]}})",
                                  json(tensor.name).dump(), name_of(tensor.dtype),
                                  fmt::join(tensor.shape, ","), begin[i], begin[i] + tensor.data.size()));
  }
  std::string header = fmt::format("{{{}}}", fmt::join(members, ","));
  header.resize((header.size() + 7) / 8 * 8, ' ');
  return header;
}

/// Takes a file's contents apart, trusting none of it.
class Reader {
 public:
  Reader(const std::filesystem::path& path, const std::string& contents) : path_(path), contents_(contents) {}

  TensorFile read() {
    split();
    parse_header();
    TensorFile file;
    verify_checksum();
    if (const auto metadata = header_.find(metadata_key); metadata != header_.end())
      file.metadata = read_metadata(*metadata);
    for (const std::string& name : names_)
      if (name != metadata_key) entries_.push_back(read_entry(name, header_.at(name)));
    verify_layout();
    for (Entry& entry : entries_) {
      const auto* first = reinterpret_cast<const std::byte*>(data_.data()) + entry.begin;
      entry.tensor.data.assign(first, first + (entry.end - entry.begin));
      file.tensors.push_back(std::move(entry.tensor));
    }
    return file;
  }

 private:
  struct Entry {
    NamedTensor tensor;
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  template <class... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> what, Args&&... args) const {
    throw DamagedFile(fmt::format("cannot read '{}' as safetensors: {}", path_.string(),
                                  fmt::format(what, std::forward<Args>(args)...)));
  }

  void split() {
    if (contents_.size() < prefix_size)
      fail("it has {} bytes, not even the 8 of the header's size", contents_.size());
    std::uint64_t size = 0;
    std::memcpy(&size, contents_.data(), prefix_size);
    const std::size_t rest = contents_.size() - prefix_size;
    if (size > rest)
      fail("its header should have {} bytes and only {} follow; the file is truncated or of another format",
           size, rest);
    if (size > largest_header) fail("its header of {} bytes is beyond the limit of {}", size, largest_header);
    const std::string_view all(contents_);
    text_ = all.substr(prefix_size, size);
    data_ = all.substr(prefix_size + size);
    if (text_.empty() || text_.front() != '{') fail("its header does not begin with '{{'");
  }

  /// Besides the header, keeps the order of its names, which `json` does not.
  void parse_header() {
    std::vector<std::set<std::string>> seen;
    const auto watch = [&](int depth, json::parse_event_t event, json& value) {
      if (event == json::parse_event_t::object_start) seen.emplace_back();
      if (event == json::parse_event_t::object_end) seen.pop_back();
      if (event == json::parse_event_t::key) {
        const auto& key = value.get_ref<const std::string&>();
        if (!seen.back().insert(key).second) fail("the name '{}' is used twice in its header", key);
        if (depth == 1) names_.push_back(key);
      }
      return true;
    };
    try {
      header_ = json::parse(text_, watch);
    } catch (const json::exception&) {
      fail("its header is no valid JSON; the file is corrupt or of another format");
    }
  }

  void verify_checksum() const {
    const json::json_pointer place = json::json_pointer() / metadata_key / checksum_key;
    if (!header_.contains(place)) return;
    const json& digits = header_.at(place);
    const std::size_t at =
        digits.is_string() ? find_checksum(text_, digits.get_ref<const std::string&>()) : text_.npos;
    const std::string_view all(contents_);
    if (at == text_.npos ||
        digits != data::sha256(std::array{all.substr(0, prefix_size + at), std::string_view(no_checksum),
                                          all.substr(prefix_size + at + no_checksum.size())}))
      fail(
          "its bytes do not have the checksum that it says; the file is damaged, or was changed by a program "
          "that kept the old checksum");
  }

  std::map<std::string, std::string> read_metadata(const json& value) const {
    std::map<std::string, std::string> metadata;
    if (!value.is_object()) fail("its '{}' is no object", metadata_key);
    for (const auto& [key, text] : value.items()) {
      if (!text.is_string()) fail("its '{}' has a value that is no text, under '{}'", metadata_key, key);
      metadata.emplace(key, text.get_ref<const std::string&>());
    }
    return metadata;
  }

  Entry read_entry(const std::string& name, const json& value) const {
    const auto member = [&](const char* key, json::value_t type) -> const json& {
      const auto found = value.find(key);
      if (found == value.end() || found->type() != type)
        fail("tensor '{}' has no '{}' {}", name, key, json(type).type_name());
      return *found;
    };
    if (!value.is_object()) fail("tensor '{}' is described by no object", name);
    Entry entry;
    entry.tensor.name = name;
    entry.tensor.dtype = read_dtype(name, member("dtype", json::value_t::string));
    for (const json& extent : member("shape", json::value_t::array))
      entry.tensor.shape.push_back(static_cast<std::int64_t>(read_size(name, "shape", extent)));
    const json& offsets = member("data_offsets", json::value_t::array);
    if (offsets.size() != 2) fail("tensor '{}' has {} data_offsets instead of 2", name, offsets.size());
    entry.begin = read_size(name, "data_offsets", offsets[0]);
    entry.end = read_size(name, "data_offsets", offsets[1]);

    if (entry.begin > entry.end || entry.end > data_.size())
      fail("tensor '{}' claims bytes {} to {} of {} bytes of data; the file is truncated or corrupt", name,
           entry.begin, entry.end, data_.size());
    if (byte_size(entry.tensor.dtype, entry.tensor.shape) != entry.end - entry.begin)
      fail("tensor '{}' of shape {} and type {} does not fit its {} bytes of data", name,
           shape_text(entry.tensor.shape), name_of(entry.tensor.dtype), entry.end - entry.begin);
    return entry;
  }

  DType read_dtype(const std::string& name, const json& value) const {
    const auto& text = value.get_ref<const std::string&>();
    const auto* found =
        std::find_if(all_dtypes.begin(), all_dtypes.end(), [&](DType d) { return name_of(d) == text; });
    if (found == all_dtypes.end())
      fail("tensor '{}' has the element type '{}'; known are F32, F64, I64 and U8", name, text);
    return *found;
  }

  std::size_t read_size(const std::string& name, const char* key, const json& value) const {
    if (!value.is_number_unsigned() ||
        value.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
      fail("tensor '{}' has something else in its {} than whole numbers from 0 to 2^63 - 1", name, key);
    return value.get<std::uint64_t>();
  }

  /// Every byte of the data belongs to exactly one tensor.
  void verify_layout() const {
    std::vector<const Entry*> order;
    for (const Entry& entry : entries_) order.push_back(&entry);
    std::sort(order.begin(), order.end(), [](const Entry* a, const Entry* b) {
      return std::pair(a->begin, a->end) < std::pair(b->begin, b->end);
    });
    std::size_t end = 0;
    for (const Entry* entry : order) {
      if (entry->begin != end)
        fail(
            "tensor '{}' begins at byte {} of the data where {} was expected; tensors may neither overlap "
            "nor leave gaps",
            entry->tensor.name, entry->begin, end);
      end = entry->end;
    }
    if (end != data_.size()) fail("its tensors end at byte {} of {} bytes of data", end, data_.size());
  }

  const std::filesystem::path& path_;
  const std::string& contents_;
  std::string_view text_;
  std::string_view data_;
  json header_;
  std::vector<std::string> names_;
  std::vector<Entry> entries_;
};

}  // namespace

std::string_view name_of(DType dtype) {
  constexpr std::array<std::string_view, all_dtypes.size()> names{"F32", "F64", "I64", "U8"};
  return names[static_cast<std::size_t>(dtype)];
}

std::size_t item_size(DType dtype) {
  constexpr std::array<std::size_t, all_dtypes.size()> sizes{4, 8, 8, 1};
  return sizes[static_cast<std::size_t>(dtype)];
}

template <class T>
NamedTensor NamedTensor::of(std::string name, std::vector<std::int64_t> shape, std::span<const T> values) {
  if (byte_size(dtype_of<T>, shape) != values.size_bytes())
    throw ValueError(
        fmt::format("tensor '{}' of shape {} cannot hold {} values", name, shape_text(shape), values.size()));
  const auto bytes = std::as_bytes(values);
  return {std::move(name), dtype_of<T>, std::move(shape), {bytes.begin(), bytes.end()}};
}

template <class T>
void NamedTensor::copy_to(std::span<T> values) const {
  if (dtype != dtype_of<T> || data.size() != values.size_bytes())
    throw ValueError(fmt::format("tensor '{}' holds {} values of type {}; {} of type {} were expected", name,
                                 data.size() / item_size(dtype), name_of(dtype), values.size(),
                                 name_of(dtype_of<T>)));
  if (!data.empty()) std::memcpy(values.data(), data.data(), data.size());
}

template NamedTensor NamedTensor::of(std::string, std::vector<std::int64_t>, std::span<const float>);
template NamedTensor NamedTensor::of(std::string, std::vector<std::int64_t>, std::span<const double>);
template NamedTensor NamedTensor::of(std::string, std::vector<std::int64_t>, std::span<const std::int64_t>);
template NamedTensor NamedTensor::of(std::string, std::vector<std::int64_t>, std::span<const std::uint8_t>);
template void NamedTensor::copy_to(std::span<float>) const;
template void NamedTensor::copy_to(std::span<double>) const;
template void NamedTensor::copy_to(std::span<std::int64_t>) const;
template void NamedTensor::copy_to(std::span<std::uint8_t>) const;

const NamedTensor& TensorFile::at(std::string_view name) const {
  std::vector<std::string> names;
  for (const NamedTensor& tensor : tensors) {
    if (tensor.name == name) return tensor;
    names.push_back(tensor.name);
  }
  throw NameError(unknown_name("tensor", name, names));
}

void write_tensors(const std::filesystem::path& path, const TensorFile& file,
                   const std::filesystem::path& keep_old) {
  verify(file);
  const std::vector<std::size_t> order = data_order(file.tensors);
  std::string header;
  try {
    header = header_of(file, order);
  } catch (const json::exception&) {
    throw ValueError(
        fmt::format("cannot write '{}': a name or metadata text in it is not UTF-8", path.string()));
  }
  const std::uint64_t size = header.size();
  std::vector<std::string_view> parts{{reinterpret_cast<const char*>(&size), prefix_size}, header};
  for (const std::size_t i : order)
    parts.emplace_back(reinterpret_cast<const char*>(file.tensors[i].data.data()),
                       file.tensors[i].data.size());
  if (file.metadata.contains(checksum_key))
    header.replace(find_checksum(header, no_checksum), no_checksum.size(), data::sha256(parts));
  write_file(
      path,
      [&](std::ostream& out) {
        for (const std::string_view part : parts)
          out.write(part.data(), static_cast<std::streamsize>(part.size()));
      },
      keep_old);
}

TensorFile read_tensors(const std::filesystem::path& path) {
  const std::string contents = read_file(path);
  return Reader(path, contents).read();
}

}  // namespace gradus
