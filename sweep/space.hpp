#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gradus::sweep {

/// The parameters of one trial, in the order of their space: names and what their flags take. Those that are
/// not in effect are not among them.
struct Values {
  std::vector<std::pair<std::string, std::string>> each;

  /// Null where there is none of this name.
  const std::string* find(std::string_view name) const;
  friend bool operator==(const Values&, const Values&) = default;
};

/// The numbers from `min` to `max`, even or, where `logarithmic`, with even logarithms.
struct Range {
  double min;
  double max;
  bool logarithmic = false;
  bool whole = false;

  friend bool operator==(const Range&, const Range&) = default;
};

/// A parameter is in effect only where another one, of a list and without a condition, is one of these.
struct Condition {
  std::string parameter;
  std::vector<std::string> values;

  friend bool operator==(const Condition&, const Condition&) = default;
};

/// A parameter that varies, over a list or a range.
struct Parameter {
  std::string name;
  std::vector<std::string> list;
  std::optional<Range> range{};
  std::optional<Condition> condition{};

  /// Whether it has more than one value.
  bool varies() const { return range || list.size() > 1; }
  /// Whether its values have an order: those of a range, or of a list of numbers.
  bool is_number() const;
  friend bool operator==(const Parameter&, const Parameter&) = default;
};

/// What a sweep searches: the product of its parameters, those with a condition only where it holds.
class Space {
 public:
  Space() = default;
  /// Throws ValueError for names that come twice, lists that are empty or hold a value twice, ranges that end
  /// before they begin or have no logarithm, and conditions that can never hold.
  explicit Space(std::vector<Parameter> parameters);

  const std::vector<Parameter>& parameters() const { return parameters_; }
  /// Those with more than one value.
  std::vector<const Parameter*> varied() const;
  /// Throws NameError.
  const Parameter& parameter(std::string_view name) const;

  /// The values at a point of the unit cube, one coordinate in [0, 1) for each parameter: u takes place ⌊n u⌋
  /// of a list of n, min + u (max − min) of a range. Numbers that are not whole are rounded to 4 digits, so
  /// that what is said of a trial is all of it.
  Values at(std::span<const double> point) const;

  /// Whether a trial can have these values: each in its list or range.
  bool has(const Values& values) const;

  /// A point that at() takes to the values: the middle of what it takes there; ½ where a parameter is not
  /// in effect.
  std::vector<double> point_of(const Values& values) const;

  /// How many different trials there are; none where there is a range, or
  /// too many lists.
  std::optional<std::uint64_t> combinations() const;

  /// Each of them by a number below combinations(), the last parameter changing fastest.
  Values combination(std::uint64_t number) const;

 private:
  bool holds(const Parameter& parameter, const Values& values) const;
  /// What a parameter without a condition can be, with all that depends on it.
  std::uint64_t combinations_of(const Parameter& parameter, const std::string& value) const;

  std::vector<Parameter> parameters_;
};

/// The number with so many significant digits, as the shortest text that reads back to it.
std::string rounded(double value, int digits = 4);

}  // namespace gradus::sweep
