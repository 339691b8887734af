#include <gradus/base/error.hpp>
#include <gradus/base/philox.hpp>
#include <gradus/data/augment/augmentation.hpp>
#include <gradus/data/streams.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace gradus::data {
namespace {

constexpr std::string_view hint = "as in shift,rotate:15,elastic:alpha=34:sigma=4 (gradus list transforms)";

}  // namespace

Augmentation Augmentation::parse(const std::string& text, const Registry<Transform>& known) {
  if (text.empty()) throw ValueError(fmt::format("an augmentation needs at least one transform, {}", hint));
  std::vector<Transform> transforms;
  for (const std::string& part : split_text(text, ',')) {
    if (part.empty())
      throw ValueError(
          fmt::format("the augmentation '{}' has a comma with no transform before or behind it; name them {}",
                      text, hint));
    transforms.push_back(known.parse(part));
  }
  return Augmentation(std::move(transforms));
}

std::string Augmentation::text() const {
  std::vector<std::string> texts;
  for (const Transform& transform : transforms_) texts.push_back(transform.text());
  return fmt::format("{}", fmt::join(texts, ","));
}

void Augmenter::apply(std::span<const std::uint8_t> image, std::uint64_t epoch, std::uint32_t example,
                      std::span<float> out) {
  std::ranges::copy(image, out.begin());
  Canvas canvas{rows_, cols_, out};
  warp_.reset(rows_, cols_);
  bool moved = false;
  const auto settle = [&] {
    if (moved) warp_.resample(out);
    if (moved) warp_.reset(rows_, cols_);
    moved = false;
  };
  std::uint32_t place = 0;
  for (const Transform& transform : augmentation_.transforms()) {
    Philox random(seed_, augment_stream + place++, epoch << 32U | example);
    if (transform.moves()) {
      transform.warp(warp_, random);
      moved = true;
    } else {
      settle();
      transform.paint(canvas, random);
    }
  }
  settle();
}

}  // namespace gradus::data
