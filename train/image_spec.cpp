#include <gradus/base/json.hpp>
#include <gradus/data/from_picture.hpp>
#include <gradus/train/image_spec.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

/// Pixels of a side, so that the pixels of an image are a number that any memory may hold.
constexpr std::uint32_t largest_side = 1 << 16;

}  // namespace

ImageSpec image_spec(const data::Subset& train, const data::PixelScale& scale) {
  return {train.dataset->rows, train.dataset->cols, train.dataset->classes, data::drawn_size(train), scale};
}

void to_json(nlohmann::json& json, const ImageSpec& images) {
  json = {{"rows", images.rows},         {"columns", images.columns},
          {"classes", images.classes},   {"drawn_size", images.drawn_size},
          {"scale", images.scale.scale}, {"shift", images.scale.shift}};
}

ImageSpec image_spec_from_json(const JsonValue& json) {
  const auto extent = [&](const char* name) {
    const JsonValue value = json.at(name);
    const auto number = value.get<std::uint32_t>();
    if (number < 1 || number > largest_side)
      value.must_be(fmt::format("a whole number from 1 to {}", largest_side));
    return std::size_t{number};
  };
  ImageSpec images{extent("rows"),
                   extent("columns"),
                   {},
                   extent("drawn_size"),
                   {json.at("scale").get<double>(), json.at("shift").get<double>()}};
  json.at("classes").get_to(images.classes);
  if (images.classes.empty()) json.at("classes").must_be("a list of at least one name");
  return images;
}

}  // namespace gradus
