#include <gradus/base/error.hpp>
#include <gradus/base/printable.hpp>
#include <gradus/data/dataset.hpp>

#include <fmt/format.h>

namespace gradus::data {

std::string_view name_of(Source source) {
  switch (source) {
    case Source::file:
      return "file";
    case Source::download:
      return "download";
    case Source::generated:
      return "generated";
  }
  throw InternalError("a data source without a name");
}

void check(const Dataset& dataset) {
  const auto refuse = [&](const std::string& reason) {
    throw FileError(fmt::format("the data set '{}' from '{}' {}", dataset.name, dataset.origin, reason));
  };
  if (dataset.pixels.empty() || dataset.image_size() == 0) refuse("holds no images");
  if (dataset.pixels.size() != dataset.size() * dataset.image_size())
    refuse(fmt::format("holds {} images of {}×{} but {} labels; each image needs one label",
                       dataset.pixels.size() / dataset.image_size(), dataset.rows, dataset.cols,
                       dataset.size()));
  for (std::size_t i = 0; i < dataset.size(); ++i)
    if (dataset.labels[i] >= dataset.classes.size())
      refuse(fmt::format("gives image {} the label {}; its {} classes have the labels 0 to {}", i,
                         dataset.labels[i], dataset.classes.size(), dataset.classes.size() - 1));
}

std::string announcement(const Dataset& dataset) {
  const std::string holds = fmt::format("{} images of {}×{}, {} classes", dataset.size(), dataset.rows,
                                        dataset.cols, dataset.classes.size());
  const std::string note = dataset.note.empty() ? "" : "\n" + printable_text(dataset.note);
  const std::string origin = printable_line(dataset.origin);
  if (dataset.source != Source::generated)
    return fmt::format("data: {} ({}) from {}: {}{}", printable_line(dataset.name), name_of(dataset.source),
                       origin, holds, note);
  return fmt::format(
      "*** GENERATED DIGITS, NOT REAL DATA ***\n"
      "data: drawn from {}: {}. Accuracies on them say nothing about MNIST.{}",
      origin, holds, note);
}

}  // namespace gradus::data
