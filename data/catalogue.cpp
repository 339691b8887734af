#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/data/catalogue.hpp>
#include <gradus/data/checksum.hpp>
#include <gradus/data/folder.hpp>
#include <gradus/data/gzip.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace gradus::data {
namespace fs = std::filesystem;

namespace {

std::optional<fs::path> folder_from_environment(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return fs::path(value);
}

/// The known set whose test labels the folder holds.
const KnownSet* identify(const fs::path& folder, const std::vector<KnownSet>& sets) {
  constexpr std::size_t test_labels = 3;
  const auto path = find_file(folder, file_stems[test_labels]);
  if (!path) return nullptr;
  const std::string contents = read_file(*path);
  for (const auto& set : sets) {
    const auto& file = set.files[test_labels];
    const std::string sum = is_gzip(contents)
                                ? sha256(text_of(gunzip(contents, path->string(), file.bytes + 1)))
                                : sha256(contents);
    if (sum == file.sha256) return &set;
  }
  return nullptr;
}

/// A place where a set may lie, and what it is called in messages.
struct Place {
  fs::path folder;
  std::string called;
  bool asked_for = false;  ///< by this very request, so that it is no place to pass over
  bool fills_up = false;   ///< downloads arrive here, so that a part of a set is no mistake
};

/// One search for one known set; `tried_` tells what came of each place.
class Search {
 public:
  Search(const Request& request, const KnownSet& wanted) : request_(request), wanted_(wanted) {
    if (request.data_dir) places_.push_back({*request.data_dir, "--data-dir", true, false});
    if (const auto folder = folder_from_environment("GRADUS_DATA"))
      places_.push_back({*folder, "$GRADUS_DATA", false, false});
    if (const auto folder = cache_folder()) places_.push_back({*folder, "the cache", false, true});
  }

  std::optional<TrainTest> on_disk() {
    for (const auto& place : places_) {
      for (const fs::path& folder : {place.folder / wanted_.name, place.folder})
        if (auto set = in_folder(folder, place)) return set;
      std::error_code code;
      if (place.asked_for) refuse(place);
      tried_.push_back(
          fmt::format("{} '{}' {}", place.called, place.folder.string(),
                      fs::is_directory(place.folder, code) ? "does not hold it" : "is no folder"));
    }
    return std::nullopt;
  }

  std::optional<TrainTest> on_the_web() {
    const auto cache = cache_folder();
    if (!cache) {
      tried_.push_back("there is no cache to download into: neither $XDG_CACHE_HOME nor $HOME is set");
      return std::nullopt;
    }
    const fs::path folder = *cache / wanted_.name;
    auto mirrors = wanted_.mirrors;
    places_tried_ = std::ssize(tried_);
    for (std::size_t i = 0; i < file_stems.size(); ++i) {
      if (find_file(folder, file_stems[i])) continue;
      try {
        if (!download(wanted_.files[i], mirrors, folder, tried_, request_.progress)) return std::nullopt;
      } catch (const FileError& error) {
        tried_.push_back(error.what());
        return std::nullopt;
      }
    }
    auto set = read_folder(folder, wanted_.name, wanted_.classes, &wanted_.files);
    set.train.source = set.test.source = Source::download;
    return set;
  }

  std::string tried() const { return fmt::format("tried:\n  - {}", fmt::join(tried_, "\n  - ")); }

  /// Mirrors that were passed over before another one answered, or empty.
  std::string mirror_failures() const {
    if (std::ssize(tried_) == places_tried_) return {};
    return fmt::format("mirrors passed over: {}",
                       fmt::join(tried_.begin() + places_tried_, tried_.end(), "; "));
  }

 private:
  [[noreturn]] void refuse(const Place& place) const {
    const std::string folder = place.folder.string();
    std::error_code code;
    if (!fs::is_directory(place.folder, code))
      throw FileError(fmt::format("{}: there is no folder '{}'", place.called, folder));
    throw FileError(fmt::format(
        "{}: neither '{}' nor '{}' holds a data set, which is {} (each plain or with .gz)", place.called,
        (place.folder / wanted_.name).string(), folder, fmt::join(missing_files(place.folder), ", ")));
  }

  std::optional<TrainTest> in_folder(const fs::path& folder, const Place& place) const {
    const auto missing = missing_files(folder);
    if (missing.size() == file_stems.size() || (place.fills_up && !missing.empty())) return std::nullopt;
    if (!missing.empty())
      throw FileError(fmt::format("{}: the folder '{}' lacks {} (each plain or with .gz)", place.called,
                                  folder.string(), fmt::join(missing, ", ")));
    const KnownSet* found = identify(folder, request_.sets);
    if (request_.name && found != nullptr && found->name != wanted_.name)
      throw FileError(fmt::format("{}: the folder '{}' holds {}, not {}; ask for --data {}", place.called,
                                  folder.string(), found->name, wanted_.name, found->name));
    if (request_.name) found = &wanted_;
    if (found == nullptr) return read_folder(folder, name_of_folder(folder));
    // What was downloaded must still be what was published; a folder of the user's own is as the user made
    // it.
    return read_folder(folder, found->name, found->classes, place.fills_up ? &found->files : nullptr);
  }

  const Request& request_;
  const KnownSet& wanted_;
  std::vector<Place> places_;
  std::vector<std::string> tried_;
  std::ptrdiff_t places_tried_ = 0;
};

std::vector<std::string> names_of(const std::vector<KnownSet>& sets) {
  std::vector<std::string> names;
  for (const auto& set : sets) names.push_back(set.name);
  names.emplace_back(name_of(Source::generated));
  return names;
}

bool means_a_folder(const std::string& name) {
  std::error_code code;
  return name.find('/') != std::string::npos || fs::is_directory(name, code);
}

}  // namespace

std::optional<fs::path> cache_folder() {
  if (const auto cache = folder_from_environment("XDG_CACHE_HOME"); cache && cache->is_absolute())
    return *cache / "gradus";
  if (const auto home = folder_from_environment("HOME"); home && home->is_absolute())
    return *home / ".cache" / "gradus";
  return std::nullopt;
}

TrainTest load(const Request& request) {
  if (request.name == name_of(Source::generated)) return generated_digits(request.generated);
  const auto& sets = request.sets;
  const auto wanted = request.name
                          ? std::find_if(sets.begin(), sets.end(),
                                         [&](const KnownSet& set) { return set.name == *request.name; })
                          : sets.begin();
  if (wanted == sets.end()) {
    if (request.name && means_a_folder(*request.name))
      return read_folder(*request.name, name_of_folder(*request.name));
    throw NameError(unknown_name("data set", request.name.value_or(""), names_of(sets)) +
                    " Or give the path of a folder with the four IDX files.");
  }

  Search search(request, *wanted);
  auto set = search.on_disk();
  if (!set) {
    set = search.on_the_web();
    if (!set && request.name)
      throw FileError(
          fmt::format("the data set '{}' is not available; {}\nThree ways to provide it: --data-dir FOLDER "
                      "with FOLDER/{}/ or the "
                      "four files themselves; the same in $GRADUS_DATA; or a network, to download it into "
                      "the cache once.",
                      wanted->name, search.tried(), wanted->name));
    if (!set) {
      set = generated_digits(request.generated);
      set->train.note = set->test.note = fmt::format("{} is not available; {}", wanted->name, search.tried());
    } else {
      set->train.note = set->test.note = search.mirror_failures();
    }
  }
  return std::move(*set);
}

}  // namespace gradus::data
