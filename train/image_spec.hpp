#pragma once

#include <gradus/data/split.hpp>
#include <gradus/data/transform.hpp>

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace gradus {

class JsonValue;

/// What a run keeps of the images it learned from, so that others can be labelled without them.
struct ImageSpec {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<std::string> classes;
  std::size_t drawn_size = 0;  ///< as data::drawn_size()
  data::PixelScale scale;      ///< what the network sees of a pixel
};

/// Of the images a network is trained on. Throws ValueError for no images.
ImageSpec image_spec(const data::Subset& train, const data::PixelScale& scale);

void to_json(nlohmann::json& json, const ImageSpec& images);

/// Reads what to_json wrote. Throws FileError for fields that are missing or of the wrong type.
ImageSpec image_spec_from_json(const JsonValue& json);

}  // namespace gradus
