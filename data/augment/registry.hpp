#pragma once

#include <gradus/data/augment/transform.hpp>

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace gradus::data {

/// A parameter of a registered transform.
struct RegisteredParameter {
  std::string name;
  double usual;  ///< the default
  double least;
  double most;
};

/// A transform that is known by name.
struct RegisteredTransform {
  const TransformDescription* description;
  std::vector<RegisteredParameter> parameters;
  std::function<Transform(std::span<const double> values)> make;  ///< one value for each parameter
};

/// Every transform of data/augment/transforms, by name.
std::span<const RegisteredTransform> registered_transforms();

}  // namespace gradus::data
