#include <gradus/data/augment/registry.hpp>

#include <fmt/format.h>

#include <algorithm>

#include "transform_includes.inc"

namespace gradus::data {
namespace {

template <class T>
RegisteredTransform entry() {
  RegisteredTransform found{&T::description, {}, [](std::span<const double> values) {
                              T transform;
                              std::size_t i = 0;
                              for (const auto& parameter : T::parameters())
                                transform.*parameter.value = values[i++];
                              return Transform(transform);
                            }};
  const T usual;
  for (const auto& parameter : T::parameters())
    found.parameters.push_back(
        {std::string(parameter.name), usual.*parameter.value, parameter.least, parameter.most});
  return found;
}

}  // namespace

std::span<const RegisteredTransform> registered_transforms() {
  static const auto transforms = [] {
    std::vector<RegisteredTransform> found{
#include "transform_list.inc"
    };
    std::ranges::sort(found, {}, [](const RegisteredTransform& t) { return t.description->name; });
    return found;
  }();
  return transforms;
}

void Transform::append_parameter(std::string& text, std::string_view name, double value) {
  text += fmt::format(":{}={}", name, value);
}

}  // namespace gradus::data
