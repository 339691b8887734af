#pragma once

#include <concepts>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace gradus {

// A part is what a setting chooses by its name: a transform, an update rule, a schedule, an initialiser, an
// activation, a loss, a layer. It is a struct with
//
//     static constexpr PartDescription description{"elastic", "each pixel displaced …"};
//     double alpha = 34;                                       // what it can be given, with its default
//     static constexpr auto parameters() {                     // one line for each of them
//       return std::array{Parameter{"alpha", &Elastic::alpha, from(0), "strength in pixels"}};
//     }
//     static constexpr std::array<std::string_view, 1> aliases{"bend"};  // where it has other names
//
// and with what its kind asks for. Without parameters it has no parameters() either. From that come reading
// and writing "elastic:34:sigma=4", the checks, the flags, the lists.

/// What a part says of itself.
struct PartDescription {
  std::string_view name;
  std::string_view summary;  ///< what it does, as a formula or in terms of its parameters
};

/// The numbers from `min` to `max` that a parameter may be; never infinity, never NaN.
struct Limits {
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  bool without_min = false;
  bool without_max = false;
  bool whole = false;

  bool holds(double value) const;

  /// "a number from 0 to 180", "a number above 0".
  std::string text() const;
};

constexpr Limits from(double min) { return {.min = min}; }
constexpr Limits from(double min, double max) { return {.min = min, .max = max}; }
constexpr Limits from_to_below(double min, double max) {
  return {.min = min, .max = max, .without_max = true};
}
constexpr Limits above(double min) { return {.min = min, .without_min = true}; }
/// Whole numbers, few enough for the product of two of them in bytes to be one.
constexpr Limits whole_from(double min, double max = 1e9) { return {.min = min, .max = max, .whole = true}; }

/// The default of a parameter that has none: it must be given.
constexpr double required = std::numeric_limits<double>::quiet_NaN();

/// The default of a parameter that is the number of updates in the whole run.
constexpr double of_run = std::numeric_limits<double>::infinity();

/// One number that a part T is made with: a double, or what holds one (Hyper).
template <class T, class Value>
struct Parameter {
  constexpr Parameter(std::string_view name, Value T::*member, Limits limits, std::string_view help = {})
      : name(name), member(member), limits(limits), help(help) {}

  /// The same, written N×N too, as the size of a kernel is: "5x5".
  constexpr Parameter square() const {
    Parameter changed = *this;
    changed.is_square = true;
    return changed;
  }

  /// The same with words for its default where the number says little: "stride as window".
  constexpr Parameter by_default(std::string_view words) const {
    Parameter changed = *this;
    changed.default_words = words;
    return changed;
  }

  /// The same, read by another name too, as by the one that files of older versions have.
  constexpr Parameter also(std::string_view alias) const {
    Parameter changed = *this;
    changed.alias = alias;
    return changed;
  }

  std::string_view name;
  Value T::*member;
  Limits limits;
  std::string_view help;
  std::string_view alias = {};
  std::string_view default_words = {};
  bool is_square = false;
};

/// The parameters of a part, none where it says nothing of them.
template <class T>
constexpr auto parameters_of() {
  if constexpr (requires { T::parameters(); }) {
    constexpr auto parameters = T::parameters();
    if constexpr (!parameters.empty())
      static_assert(sizeof(T) == parameters.size() * sizeof(std::declval<T>().*parameters[0].member),
                    "each member of a part has its line in parameters()");
    return parameters;
  } else {
    return std::span<const int, 0>();
  }
}

/// A parameter of a part of any type.
struct PartParameter {
  std::string name;
  double default_value;  ///< the default, `required` or `of_run`
  Limits limits;
  std::string help;
  std::string alias;          ///< another name it is read by, or empty
  std::string default_words;  ///< what the default is, where its number says little
  bool is_square = false;

  bool is_required() const;
};

/// A part of any type: what is known of it without making one.
struct PartInfo {
  std::string kind;  ///< "transform"
  std::string name;
  std::vector<std::string> aliases;
  std::string summary;
  std::vector<PartParameter> parameters;
  char separator = ':';  ///< what is written between the name and the numbers

  /// The name with what must be given: "step:EVERY:GAMMA".
  std::string form() const;

  std::vector<std::string> parameter_names() const;

  /// The parameters' defaults by their names.
  std::map<std::string, double> defaults() const;

  /// "alpha 34, sigma 4": the parameters with their defaults.
  std::string defaults_text() const;

  /// One value for each parameter, from texts NUMBER, for the parameters in their order, and NAME=NUMBER.
  /// Throws ValueError for what is no number, out of range, given twice, missing or too much; NameError for
  /// an unknown parameter.
  std::vector<double> read(std::span<const std::string> words) const;

  /// The name with these values: required ones as NUMBER, others as NAME=NUMBER. `read` reads it.
  std::string write(std::span<const double> values) const;

  /// The same without values that are the defaults.
  std::string write_short(std::span<const double> values) const;

  /// Throws ValueError for the first value that is out of range.
  void check(std::span<const double> values) const;

  /// The place of a parameter. Throws NameError.
  std::size_t place(std::string_view parameter) const;
};

namespace detail {

template <class Value>
double number_of(const Value& value) {
  if constexpr (std::same_as<Value, double>)
    return value;
  else
    return value.value();
}

}  // namespace detail

/// The values of a part's parameters.
template <class T>
std::vector<double> values_of(const T& part) {
  std::vector<double> values;
  if constexpr (!parameters_of<T>().empty())
    for (const auto& parameter : parameters_of<T>())
      values.push_back(detail::number_of(part.*parameter.member));
  return values;
}

template <class T>
PartInfo info_of(std::string_view kind) {
  PartInfo info{std::string(kind), std::string(T::description.name), {}, {}, {}, ':'};
  info.summary = T::description.summary;
  if constexpr (requires { T::aliases; }) info.aliases.assign(T::aliases.begin(), T::aliases.end());
  if constexpr (!parameters_of<T>().empty()) {
    const T defaults;
    for (const auto& parameter : parameters_of<T>())
      info.parameters.push_back({std::string(parameter.name), detail::number_of(defaults.*parameter.member),
                                 parameter.limits, std::string(parameter.help), std::string(parameter.alias),
                                 std::string(parameter.default_words), parameter.is_square});
  }
  return info;
}

/// A part as a setting names it, without values that are the defaults. Throws ValueError for a value that is
/// out of range.
template <class T>
std::string checked_text(std::string_view kind, const T& part) {
  const PartInfo info = info_of<T>(kind);
  info.check(values_of(part));
  return info.write_short(values_of(part));
}

/// "shift:pixels=2,rotate" → {"shift:pixels=2", "rotate"}; one empty text for an empty one.
std::vector<std::string> split_text(std::string_view text, char separator);

}  // namespace gradus
