#pragma once

#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/data/catalogue.hpp>
#include <gradus/data/checksum.hpp>
#include <gradus/data/folder.hpp>
#include <gradus/tests/support/refusal.hpp>
#include <gradus/tests/support/scratch.hpp>
#include <gradus/tests/support/variable.hpp>

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::test {

namespace fs = std::filesystem;

/// Contents as one member of a gzip file.
inline std::string gzip(std::string_view contents) {
  z_stream stream{};
  constexpr int gzip_format = 16 + MAX_WBITS;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_format, 9, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("zlib does not start");
  std::string out(deflateBound(&stream, contents.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(contents.data()));
  stream.avail_in = static_cast<uInt>(contents.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = deflate(&stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) throw std::runtime_error("zlib does not finish");
  return out;
}

/// The lowest `count` bytes of a number, the highest first.
inline std::string big_endian(std::uint64_t value, int count) {
  std::string bytes;
  for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xff);
  return bytes;
}

/// An IDX file: header, then `elements` as they are.
inline std::string idx(std::uint8_t type, std::initializer_list<std::uint32_t> shape,
                       std::string_view elements) {
  std::string bytes{0, 0, static_cast<char>(type), static_cast<char>(shape.size())};
  for (const std::uint32_t extent : shape) bytes += big_endian(extent, 4);
  return bytes.append(elements);
}

/// A set of 4 + 2 images of 2 × 3, all their pixels equal to `shade` but the first, with labels below 3: the
/// four files, uncompressed, in the order of data::file_stems.
inline std::array<std::string, 4> small_set(char shade = 9) {
  const auto images = [shade](std::uint32_t n) {
    std::string pixels(n * 6, shade);
    for (std::size_t i = 0; i < n; ++i) pixels[6 * i] = static_cast<char>(i);
    return idx(8, {n, 2, 3}, pixels);
  };
  return {images(4), idx(8, {4}, std::string{0, 1, 2, 1}), images(2),
          idx(8, {2}, std::string{2, static_cast<char>(shade % 3)})};
}

enum class Packed { no, yes };

inline void write_set(const fs::path& folder, const std::array<std::string, 4>& files,
                      Packed packed = Packed::yes) {
  for (std::size_t i = 0; i < 4; ++i) {
    const fs::path path = folder / data::published_name(data::file_stems[i]);
    if (packed == Packed::yes)
      write_file(path.string() + ".gz", gzip(files[i]));
    else
      write_file(path, files[i]);
  }
}

inline data::KnownSet known(const std::string& name, const std::array<std::string, 4>& files,
                            std::vector<std::string> mirrors = {}) {
  data::KnownSet set;
  set.name = name;
  set.classes = {"zero", "one", "two"};
  for (std::size_t i = 0; i < 4; ++i)
    set.files[i] = {data::published_name(data::file_stems[i]), files[i].size(), data::sha256(files[i])};
  set.mirrors = std::move(mirrors);
  return set;
}

/// The names of what a folder holds; none for a folder that is not there.
inline std::set<std::string> entries(const fs::path& folder) {
  std::set<std::string> names;
  if (fs::exists(folder))
    for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename().string());
  return names;
}

/// Folders of its own for everything that a search for data looks at.
struct Surroundings : Scratch {
  fs::path cache = folder / "cache" / "gradus";
  Variable no_data{"GRADUS_DATA", std::nullopt};
  Variable cache_home{"XDG_CACHE_HOME", (folder / "cache").string()};
  Variable home{"HOME", (folder / "home").string()};

  std::string url(const std::string& name) const { return "file://" + (folder / name).string(); }
};

inline data::Request request_of(std::vector<data::KnownSet> sets,
                                std::optional<std::string> name = std::nullopt) {
  data::Request request;
  request.sets = std::move(sets);
  request.name = std::move(name);
  request.generated.train = 20;
  request.generated.test = 10;
  return request;
}

/// The folder of a set below $GRADUS_DATA, or nothing, said aloud: then there is nothing to check.
inline std::optional<fs::path> real_folder(const std::string& name) {
  const char* root = std::getenv("GRADUS_DATA");
  if (root != nullptr && data::missing_files(fs::path(root) / name).empty()) return fs::path(root) / name;
  BOOST_TEST_MESSAGE("skipped: $GRADUS_DATA/" << name << " does not hold the real data");
  return std::nullopt;
}

}  // namespace gradus::test
