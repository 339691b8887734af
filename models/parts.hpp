#pragma once

#include <gradus/models/activation.hpp>
#include <gradus/models/initialisers.hpp>
#include <gradus/models/layer.hpp>
#include <gradus/models/loss.hpp>

namespace gradus {

/// The parts that a network may name.
struct ModelParts {
  Registry<Layer> layers = registered_layers();
  Registry<Activation> activations = registered_activations();
  Registry<NamedInitialiser> initialisers = registered_initialisers();
  Registry<Loss> losses = registered_losses();
};

/// Those of the library.
const ModelParts& library_model_parts();

}  // namespace gradus
