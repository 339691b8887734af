#pragma once

#include <gradus/data/augment/registry.hpp>
#include <gradus/models/parts.hpp>
#include <gradus/ops/cases.hpp>
#include <gradus/optim/registry.hpp>
#include <gradus/train/models.hpp>

namespace gradus {

/// The parts, and the models, that settings may name.
struct Parts : ModelParts {
  RuleRegistry rules = registered_rules();
  Registry<Schedule> schedules = registered_schedules();
  Registry<data::Transform> transforms = data::registered_transforms();
  std::vector<NamedModel> models = library_models();
  std::vector<OwnOp> ops;  ///< of the program's own; those of the library are registered_ops()

  /// The model of this name. Throws NameError with the nearest name.
  const NamedModel& model(const std::string& name) const;
  std::vector<std::string> model_names() const;

  /// Adds a model of one's own. Throws NameError for a name that is taken.
  void add_model(const std::string& name, DeclareLogits declare, const std::string& summary = "");

  /// Adds an op of one's own, as own_op() makes it. Throws NameError for a name that is taken, ValueError for
  /// an op without an example to check it by.
  void add_op(OwnOp op);

  /// Adds a part or an op of one's own, of whichever kind it is. Throws NameError for a name that is taken.
  template <class T>
  Parts& add() {
    if constexpr (std::same_as<decltype(T::description), const Description>)
      add_op(own_op<T>());
    else if constexpr (std::constructible_from<UpdateRule, T>)
      rules.add<T>();
    else if constexpr (std::constructible_from<Schedule, T>)
      schedules.add<T>();
    else if constexpr (std::constructible_from<NamedInitialiser, T>)
      initialisers.add<T>();
    else if constexpr (std::constructible_from<Activation, T>) {
      activations.add<T>();
      layers.add<T>();
    } else if constexpr (std::constructible_from<Layer, T>)
      layers.add<T>();
    else if constexpr (std::constructible_from<Loss, T>)
      losses.add<T>();
    else
      transforms.add<T>();
    return *this;
  }
};

/// Those of the library.
const Parts& library_parts();

}  // namespace gradus
