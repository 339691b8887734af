#pragma once

#include <gradus/base/registry.hpp>
#include <gradus/data/augment/transform.hpp>

namespace gradus::data {

/// Every transform of data/augment/transforms, by name.
const Registry<Transform>& registered_transforms();

}  // namespace gradus::data
