#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::data {

/// How a data set came to be here.
enum class Source {
  file,       ///< read from files that were there
  download,   ///< fetched by this very run; the next one reads it from the cache as `file`
  generated,  ///< drawn from a seed: not real data
};

/// "file", "download" or "generated".
std::string_view name_of(Source source);

/// Labelled grey images, all of one size.
struct Dataset {
  std::string name;  ///< "mnist", "fashion-mnist", "generated", or the folder's name
  Source source = Source::file;
  std::string origin;  ///< the folder it was read from, or the seed it was drawn from
  std::string note;    ///< what went wrong on the way here, e.g. the places that did not have it; or empty
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::vector<std::uint8_t> pixels;  ///< image by image, row by row: size() × rows × cols, 0 is background
  std::vector<std::uint8_t> labels;  ///< class of each image: an index into `classes`
  std::vector<std::string> classes;  ///< names of the classes

  std::size_t size() const { return labels.size(); }
  std::size_t image_size() const { return rows * cols; }

  /// The pixels of image `i`, flat: rows × cols.
  std::span<const std::uint8_t> image(std::size_t i) const {
    return std::span(pixels).subspan(i * image_size(), image_size());
  }
};

/// What a model learns from, and what it is judged by.
struct TrainTest {
  Dataset train;
  Dataset test;
};

/// Consecutive examples first … first + count − 1 of a data set, which must outlive this.
struct Subset {
  const Dataset* dataset = nullptr;
  std::size_t first = 0;
  std::size_t count = 0;

  Subset() = default;
  Subset(const Dataset& whole) : dataset(&whole), count(whole.size()) {}
  Subset(const Dataset& whole, std::size_t first, std::size_t count)
      : dataset(&whole), first(first), count(count) {}

  std::size_t size() const { return count; }
  std::span<const std::uint8_t> image(std::size_t i) const { return dataset->image(first + i); }
  std::uint8_t label(std::size_t i) const { return dataset->labels[first + i]; }
};

/// Checks that a data set holds images, one label for each, and that every label is one of its classes.
/// Throws FileError naming the set, its origin and the first example at fault.
void check(const Dataset& dataset);

/// What a program says before it uses a data set: its name, where it is from, how much it holds. Of
/// generated digits it says loudly that they are not real data, and why they are used. The text is
/// printable, whatever the names are.
std::string announcement(const Dataset& dataset);

}  // namespace gradus::data
