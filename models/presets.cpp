#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/models/presets.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

/// What stands between a layer's weights and the next layer: ", batch-norm, relu, ".
std::string activated(const PresetSettings& settings) {
  require_known("normalisation", settings.normalisation, normalisation_names());
  const std::string norm =
      settings.normalisation == "none" ? "" : fmt::format(", {}-norm", settings.normalisation);
  return fmt::format("{}, {}, ", norm, settings.activation);
}

}  // namespace

std::string mlp_layers(const PresetSettings& settings, Index classes) {
  const std::string behind =
      activated(settings) + (settings.dropout > 0 ? fmt::format("dropout {}, ", settings.dropout) : "");
  std::string text;
  for (const Index units : settings.hidden) text += fmt::format("dense {}{}", units, behind);
  return text + fmt::format("dense {}", classes);
}

std::string cnn_layers(const PresetSettings& settings, Index classes) {
  require_known("pooling", settings.pooling, pooling_names());
  require_known("head", settings.head, head_names());
  if (settings.pool_every < 1)
    throw ValueError(fmt::format("a pooling follows at least 1 convolution, not {}", settings.pool_every));
  std::string text;
  for (std::size_t i = 0; i < settings.channels.size(); ++i) {
    text += fmt::format("conv {} {}", settings.channels[i], settings.kernel);
    if (settings.padding != 0) text += fmt::format(" padding={}", settings.padding);
    if (settings.normalisation == "batch") text += " bias=0";
    if (settings.pooling != "none" && (static_cast<Index>(i) + 1) % settings.pool_every == 0)
      text += fmt::format(", {} 2", settings.pooling);
    text += activated(settings);
  }
  return text + (settings.head == "average" ? "global-average, " : "flatten, ") +
         mlp_layers(settings, classes);
}

const std::vector<std::string>& normalisation_names() {
  static const std::vector<std::string> names{"none", "batch", "layer"};
  return names;
}

const std::vector<std::string>& pooling_names() {
  static const std::vector<std::string> names{"max", "average", "none"};
  return names;
}

const std::vector<std::string>& head_names() {
  static const std::vector<std::string> names{"flatten", "average"};
  return names;
}

}  // namespace gradus
