#include <gradus/base/error.hpp>
#include <gradus/data/from_picture.hpp>
#include <gradus/train/seen_images.hpp>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace gradus {

SeenImages seen_images(const data::Subset& train, const data::PixelScale& scale) {
  return {train.dataset->rows, train.dataset->cols, train.dataset->classes, data::drawn_size(train), scale};
}

void to_json(nlohmann::json& json, const SeenImages& images) {
  json = {{"rows", images.rows},         {"columns", images.columns},
          {"classes", images.classes},   {"drawn_size", images.drawn_size},
          {"scale", images.scale.scale}, {"shift", images.scale.shift}};
}

SeenImages seen_images_from_json(const nlohmann::json& json, const std::filesystem::path& file) {
  try {
    return {json.at("rows"),
            json.at("columns"),
            json.at("classes"),
            json.at("drawn_size"),
            {json.at("scale"), json.at("shift")}};
  } catch (const nlohmann::json::exception& error) {
    throw FileError(
        fmt::format("'{}' does not hold what its run's images were: {}", file.string(), error.what()));
  }
}

}  // namespace gradus
