#include <gradus/models/layer.hpp>

#include "activation_includes.inc"
#include "layer_includes.inc"

namespace gradus {

const Registry<Layer>& registered_layers() {
  static const auto layers = Registry<Layer>("layer", ' ')
#include "layer_list.inc"
// Activations are layers too.
#include "activation_list.inc"
      ;
  return layers;
}

}  // namespace gradus
