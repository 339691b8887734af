#include <gradus/data/augment/registry.hpp>

#include "transform_includes.inc"

namespace gradus::data {

const Registry<Transform>& registered_transforms() {
  static const auto transforms = Registry<Transform>("transform")
#include "transform_list.inc"
      ;
  return transforms;
}

}  // namespace gradus::data
