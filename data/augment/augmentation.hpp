#pragma once

#include <gradus/data/augment/registry.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gradus::data {

/// Transforms applied one after another to every training image, differently in every epoch. Transforms in a
/// row that move pixels share one resampling; the displacements of elastic ones are added to where the others
/// come from.
///
///     Augmentation::parse("shift,rotate:15,elastic:alpha=34:sigma=4")
///     Augmentation({Shift{.pixels = 1}, Elastic{}})
class Augmentation {
 public:
  /// Changes nothing.
  Augmentation() = default;
  explicit Augmentation(std::vector<Transform> transforms) : transforms_(std::move(transforms)) {}

  /// Reads NAME[:NUMBER|:PARAMETER=NUMBER…],…: numbers without a name are for the parameters in their order,
  /// and those not given have their defaults.
  /// Throws ValueError for an empty text or part of it, a number that is none or out of range, and too many
  /// numbers; NameError for an unknown transform or parameter, with the nearest one.
  static Augmentation parse(const std::string& text,
                            const Registry<Transform>& known = registered_transforms());

  /// What `parse` reads, with every parameter. Empty when it changes nothing.
  std::string text() const;

  bool empty() const { return transforms_.empty(); }
  std::span<const Transform> transforms() const { return transforms_; }

 private:
  std::vector<Transform> transforms_;
};

/// Applies an augmentation to images of one size. What becomes of an image is a function of (seed, epoch,
/// example) alone, not of the images before it: the k-th transform draws from a stream of its own. One for
/// each thread, since it keeps memory to work in.
class Augmenter {
 public:
  Augmenter(Augmentation augmentation, std::size_t rows, std::size_t cols, std::uint64_t seed)
      : augmentation_(std::move(augmentation)), rows_(rows), cols_(cols), seed_(seed) {}

  /// Writes the image as `example` has it in `epoch`: rows × cols pixels, on the scale 0 … 255 still.
  void apply(std::span<const std::uint8_t> image, std::uint64_t epoch, std::uint32_t example,
             std::span<float> out);

  const Augmentation& augmentation() const { return augmentation_; }

 private:
  Augmentation augmentation_;
  std::size_t rows_, cols_;
  std::uint64_t seed_;
  Warp warp_;
};

}  // namespace gradus::data
