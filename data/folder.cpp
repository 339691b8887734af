#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/data/checksum.hpp>
#include <gradus/data/download.hpp>
#include <gradus/data/folder.hpp>
#include <gradus/data/gzip.hpp>
#include <gradus/data/idx.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace gradus::data {
namespace fs = std::filesystem;

namespace {

bool is_images(std::string_view stem) { return stem.ends_with("images"); }

/// The contents of a file, unpacked, that must be those which were published.
Bytes published_contents(const fs::path& path, const RemoteFile& published) {
  const std::string file = read_file(path);
  Bytes contents =
      is_gzip(file) ? gunzip(file, path.string(), published.bytes + 1) : Bytes(file.begin(), file.end());
  if (const std::string sum = sha256(text_of(contents)); sum != published.sha256)
    throw FileError(
        fmt::format("'{}' is not the file that was published: SHA-256 {}…, {}… expected; it was damaged "
                    "or changed: delete it, and it is downloaded again",
                    path.string(), sum.substr(0, 12), published.sha256.substr(0, 12)));
  return contents;
}

IdxArray read_ubytes(const fs::path& folder, std::string_view stem, const RemoteFile* published) {
  const auto path = find_file(folder, stem);
  if (!path)
    throw FileError(fmt::format("the folder '{}' has no {}[.gz]", folder.string(), published_name(stem)));
  IdxArray array = published != nullptr ? parse_idx(published_contents(*path, *published), path->string())
                                        : read_idx(*path);
  const std::size_t rank = is_images(stem) ? 3 : 1;
  if (array.shape.size() != rank || !std::holds_alternative<std::vector<std::uint8_t>>(array.values))
    throw FileError(fmt::format("'{}' holds {} of rank {}; {} are ubyte of rank {}", path->string(),
                                array.type_name(), array.shape.size(), is_images(stem) ? "images" : "labels",
                                rank));
  return array;
}

/// The training part of a set is its files 0 and 1, the test part 2 and 3.
Dataset read_part(const fs::path& folder, const std::string& name, std::size_t first,
                  const std::array<RemoteFile, 4>* published) {
  const auto file = [&](std::size_t i) {
    return read_ubytes(folder, file_stems[i], published != nullptr ? &(*published)[i] : nullptr);
  };
  IdxArray images = file(first);
  IdxArray labels = file(first + 1);
  Dataset part;
  part.name = name;
  part.origin = folder.string();
  part.rows = images.shape[1];
  part.cols = images.shape[2];
  part.pixels = std::get<std::vector<std::uint8_t>>(std::move(images.values));
  part.labels = std::get<std::vector<std::uint8_t>>(std::move(labels.values));
  return part;
}

std::uint8_t largest_label(const Dataset& part) {
  return part.labels.empty() ? std::uint8_t{0} : *std::max_element(part.labels.begin(), part.labels.end());
}

}  // namespace

std::string published_name(std::string_view stem) {
  return fmt::format("{}-idx{}-ubyte", stem, is_images(stem) ? 3 : 1);
}

std::optional<fs::path> find_file(const fs::path& folder, std::string_view stem) {
  const std::string dashed = published_name(stem);
  std::string dotted = dashed;
  dotted[stem.size()] = '.';
  std::error_code code;
  for (const auto& file : {dashed, dashed + ".gz", dotted, dotted + ".gz"})
    if (fs::is_regular_file(folder / file, code)) return folder / file;
  return std::nullopt;
}

std::vector<std::string> missing_files(const fs::path& folder) {
  std::vector<std::string> missing;
  for (const auto stem : file_stems)
    if (!find_file(folder, stem)) missing.push_back(published_name(stem));
  return missing;
}

TrainTest read_folder(const fs::path& folder, const std::string& name, std::vector<std::string> classes,
                      const std::array<RemoteFile, 4>* published) {
  const auto missing = missing_files(folder);
  if (!missing.empty())
    throw FileError(
        fmt::format("the folder '{}' lacks {} (each plain or with .gz); a data set is four IDX files",
                    folder.string(), fmt::join(missing, ", ")));
  TrainTest set{read_part(folder, name, 0, published), read_part(folder, name, 2, published)};
  if (classes.empty()) {
    const int largest = std::max(largest_label(set.train), largest_label(set.test));
    for (int label = 0; label <= largest; ++label) classes.push_back(std::to_string(label));
  }
  set.train.classes = classes;
  set.test.classes = std::move(classes);
  check(set.train);
  check(set.test);
  if (set.train.rows != set.test.rows || set.train.cols != set.test.cols)
    throw FileError(
        fmt::format("the data set '{}' from '{}' has training images of {}×{} but test images of {}×{}", name,
                    folder.string(), set.train.rows, set.train.cols, set.test.rows, set.test.cols));
  return set;
}

}  // namespace gradus::data
