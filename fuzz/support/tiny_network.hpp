#pragma once

#include <gradus/train/network.hpp>

namespace gradus::fuzz {

/// The settings of a network small enough to be read and saved in microseconds.
inline TrainSettings tiny_settings() {
  TrainSettings settings;
  settings.hidden = {2};
  settings.batch = 2;
  settings.validation = 1;
  return settings;
}

/// Four images of 2 × 2 pixels, of three classes.
inline data::Dataset tiny_data() {
  return {.name = "tiny",
          .origin = "memory",
          .rows = 2,
          .cols = 2,
          .pixels = {0, 10, 20, 30, 255, 0, 255, 0, 1, 2, 4, 8, 99, 99, 0, 0},
          .labels = {0, 1, 2, 1},
          .classes = {"a", "b", "c"}};
}

/// Such a network, with its training step.
struct TinyNetwork {
  TrainSettings settings = tiny_settings();
  data::TrainTest data{tiny_data(), tiny_data()};
  Network network = declare(settings, data.train);
  Expr step = add_training_step(network, settings, 10);
  State<float> state{*network.graph, 1};
};

}  // namespace gradus::fuzz
