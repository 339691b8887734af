#pragma once

#include <gradus/data/dataset.hpp>
#include <gradus/data/download.hpp>
#include <gradus/data/generated.hpp>

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace gradus::data {

/// A set that is known by name.
struct KnownSet {
  std::string name;
  std::string description;
  std::vector<std::string> classes;
  std::array<RemoteFile, 4> files;   ///< in the order of file_stems
  std::vector<std::string> mirrors;  ///< folders on the web that hold the four files with ".gz"
};

/// MNIST and Fashion-MNIST, MNIST first: the set of those who ask for none.
std::vector<KnownSet> known_sets();

/// Which data, and where it may be.
struct Request {
  /// A known set's name, "generated", or the path of a folder with four IDX files (one with a slash, or of an
  /// existing folder; a known name goes before a folder of that name). Nothing: MNIST, else generated digits.
  std::optional<std::string> name{};
  std::optional<std::filesystem::path> data_dir{};  ///< looked into alone, for a known set or none
  GeneratedOptions generated{};                     ///< for generated digits
  ProgressCallback progress{};                ///< of downloads: report_to_stderr(), or nothing for quiet
  std::vector<KnownSet> sets = known_sets();  ///< tests put their own here
};

/// Finds and reads a data set. A known set is looked for in `data_dir` where that is given, else in
/// $GRADUS_DATA, then in the user's cache ($XDG_CACHE_HOME/gradus or ~/.cache/gradus): in each as
/// FOLDER/NAME, then as FOLDER itself. Else it is downloaded into the cache. Else, when no set was asked for
/// by name, digits are generated.
///
/// A file of a known set in the cache whose SHA-256 is not the published one,
/// a `data_dir` that does not hold it, a file that is there but unusable, a folder with some of the four
/// files only (outside of the cache), and a folder whose test labels are those of another known set are
/// FileErrors, not reasons to look further. Throws NameError for an unknown name, with the nearest known one;
/// FileError when a set asked for by name is nowhere to be had, with what was tried and the three ways to
/// provide it.
TrainTest load(const Request& request);

/// The folder downloads are kept in, or nothing when neither $XDG_CACHE_HOME nor $HOME is an absolute path.
std::optional<std::filesystem::path> cache_folder();

}  // namespace gradus::data
