#include "accurate.hpp"

#include <fmt/format.h>

#include <cmath>
#include <gradus/models/classifier.hpp>
#include <gradus/models/presets.hpp>
#include <gradus/train/parts.hpp>
#include <gradus/train/settings.hpp>
#include <stdexcept>

namespace gradus::bench {

std::string accurate_layers() {
  TrainSettings settings = default_settings("cnn", library_parts());
  use_model_size(settings, "accurate");
  return cnn_layers(settings, 10);
}

double accurate_flops() {
  Graph graph;
  double multiply_adds = 0;
  bool first = true;
  for (const LayerRow& row : classifier(graph, accurate_layers()).layers) {
    if (row.multiply_adds == 0) continue;
    multiply_adds += (first ? 2 : 3) * static_cast<double>(row.multiply_adds);
    first = false;
  }
  return 2 * static_cast<double>(accurate_batch) * multiply_adds;
}

void verify_that_it_learns(Network& network) {
  const double before = network.step();
  double after = before;
  for (int i = 0; i < 20; ++i) after = network.step();
  if (!(std::abs(before - std::log(10.0)) < 1.5) || !(after < 0.8 * before))
    throw std::runtime_error(fmt::format("accurate: the loss went from {} to {}", before, after));
}

}  // namespace gradus::bench
