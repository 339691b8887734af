#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/base/number.hpp>
#include <gradus/sweep/space.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gradus::sweep {
namespace {

/// Products of lists beyond this are as good as countless.
constexpr std::uint64_t countless = std::uint64_t{1} << 53U;

void check_values(const Parameter& parameter) {
  if (const auto& range = parameter.range) {
    if (!(range->min < range->max))
      throw ValueError(fmt::format("{0} has no numbers from {1} to {2}: write {2}..{1}", parameter.name,
                                   range->min, range->max));
    if (range->logarithmic && range->min <= 0)
      throw ValueError(
          fmt::format("{} cannot be even in its logarithm from {} on: that needs numbers above 0",
                      parameter.name, range->min));
    return;
  }
  if (parameter.list.empty()) throw ValueError(parameter.name + " has an empty list: nothing can be tried");
  for (auto value = parameter.list.begin(); value != parameter.list.end(); ++value)
    if (std::find(parameter.list.begin(), value, *value) != value)
      throw ValueError(fmt::format("{} has {} twice in its list", parameter.name, *value));
}

void check_condition(const Parameter& parameter, const Space& space) {
  if (!parameter.condition) return;
  const auto& [name, values] = *parameter.condition;
  const auto& all = space.parameters();
  const auto decisive = std::ranges::find(all, name, &Parameter::name);
  if (decisive == all.end())
    throw ValueError(fmt::format("{} depends on {}, which does not vary", parameter.name, name));
  if (decisive->range || decisive->condition)
    throw ValueError(fmt::format("{} depends on {}, which must be a list and have no condition itself",
                                 parameter.name, name));
  if (values.empty())
    throw ValueError(fmt::format("{} is in effect for no value of {}", parameter.name, name));
  for (const std::string& value : values)
    require_known(fmt::format("value of {} in the condition of {}", name, parameter.name), value,
                  decisive->list);
}

std::uint64_t times(std::uint64_t a, std::uint64_t b) {
  return b != 0 && a > countless / b ? countless : a * b;
}

std::string number_at(const Range& range, double u) {
  const bool log = range.logarithmic;
  // A whole number takes as much room as the others, the first and the last included.
  const double below = range.whole ? 0.5 : 0;
  const double from = log ? std::log(range.min - below) : range.min - below;
  const double to = log ? std::log(range.max + below) : range.max + below;
  const double value = from + u * (to - from);
  const double number = log ? std::exp(value) : value;
  if (range.whole) return fmt::format("{:.0f}", std::clamp(std::round(number), range.min, range.max));
  double short_number = range.min;
  read_number(rounded(number), short_number);
  return fmt::format("{}", std::clamp(short_number, range.min, range.max));
}

double place_in(const Range& range, const std::string& text) {
  double number = 0;
  if (!read_number(text, number)) throw ValueError(fmt::format("'{}' is no number", text));
  const double below = range.whole ? 0.5 : 0;
  const double place = range.logarithmic ? std::log(number / (range.min - below)) /
                                               std::log((range.max + below) / (range.min - below))
                                         : (number - range.min + below) / (range.max - range.min + 2 * below);
  return std::clamp(place, 0.0, std::nextafter(1.0, 0.0));
}

}  // namespace

std::string rounded(double value, int digits) {
  double number = 0;
  read_number(fmt::format("{:.{}e}", value, digits - 1), number);
  return fmt::format("{}", number);
}

bool Parameter::is_number() const {
  double number = 0;
  return range ||
         std::ranges::all_of(list, [&](const std::string& text) { return read_number(text, number); });
}

const std::string* Values::find(std::string_view name) const {
  const auto found =
      std::ranges::find(each, name, [](const auto& pair) { return std::string_view(pair.first); });
  return found == each.end() ? nullptr : &found->second;
}

Space::Space(std::vector<Parameter> parameters) : parameters_(std::move(parameters)) {
  for (auto one = parameters_.begin(); one != parameters_.end(); ++one) {
    if (std::find_if(parameters_.begin(), one, [&](const auto& other) { return other.name == one->name; }) !=
        one)
      throw ValueError(one->name + " comes twice: it varies already");
    check_values(*one);
  }
  for (const Parameter& parameter : parameters_) check_condition(parameter, *this);
}

std::vector<const Parameter*> Space::varied() const {
  std::vector<const Parameter*> found;
  for (const Parameter& parameter : parameters_)
    if (parameter.varies()) found.push_back(&parameter);
  return found;
}

const Parameter& Space::parameter(std::string_view name) const {
  const auto found = std::ranges::find(parameters_, name, &Parameter::name);
  if (found == parameters_.end()) throw NameError(fmt::format("the sweep has no parameter '{}'", name));
  return *found;
}

bool Space::holds(const Parameter& parameter, const Values& values) const {
  if (!parameter.condition) return true;
  const std::string* value = values.find(parameter.condition->parameter);
  return value != nullptr &&
         std::ranges::find(parameter.condition->values, *value) != parameter.condition->values.end();
}

bool Space::has(const Values& values) const {
  return std::ranges::all_of(values.each, [&](const auto& pair) {
    const auto parameter = std::ranges::find(parameters_, pair.first, &Parameter::name);
    if (parameter == parameters_.end()) return false;
    if (!parameter->range) return std::ranges::find(parameter->list, pair.second) != parameter->list.end();
    double number = 0;
    return read_number(pair.second, number) && number >= parameter->range->min &&
           number <= parameter->range->max;
  });
}

Values Space::at(std::span<const double> point) const {
  const auto value_at = [&](std::size_t i) {
    const Parameter& parameter = parameters_[i];
    if (parameter.range) return number_at(*parameter.range, point[i]);
    const auto count = static_cast<double>(parameter.list.size());
    return parameter.list[static_cast<std::size_t>(std::min(point[i] * count, count - 1))];
  };
  Values decisive;
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    if (!parameters_[i].condition) decisive.each.emplace_back(parameters_[i].name, value_at(i));
  Values values;
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    if (holds(parameters_[i], decisive)) values.each.emplace_back(parameters_[i].name, value_at(i));
  return values;
}

std::vector<double> Space::point_of(const Values& values) const {
  std::vector<double> point;
  for (const Parameter& parameter : parameters_) {
    const std::string* value = values.find(parameter.name);
    if (value == nullptr) {
      point.push_back(0.5);
    } else if (parameter.range) {
      point.push_back(place_in(*parameter.range, *value));
    } else {
      const auto place = std::ranges::find(parameter.list, *value) - parameter.list.begin();
      point.push_back((static_cast<double>(place) + 0.5) / static_cast<double>(parameter.list.size()));
    }
  }
  return point;
}

std::uint64_t Space::combinations_of(const Parameter& parameter, const std::string& value) const {
  std::uint64_t count = 1;
  for (const Parameter& other : parameters_)
    if (other.condition && other.condition->parameter == parameter.name &&
        std::ranges::find(other.condition->values, value) != other.condition->values.end())
      count = times(count, other.list.size());
  return count;
}

std::optional<std::uint64_t> Space::combinations() const {
  std::uint64_t all = 1;
  for (const Parameter& parameter : parameters_) {
    if (parameter.range) return std::nullopt;
    if (parameter.condition) continue;
    std::uint64_t count = 0;
    for (const std::string& value : parameter.list) count += combinations_of(parameter, value);
    all = times(all, count);
  }
  if (all >= countless) return std::nullopt;
  return all;
}

Values Space::combination(std::uint64_t number) const {
  std::vector<std::string> chosen(parameters_.size());
  // From the back, as digits of a number: a parameter without a condition has as many as its values with what
  // depends on each.
  for (std::size_t i = parameters_.size(); i-- > 0;) {
    const Parameter& parameter = parameters_[i];
    if (parameter.condition) continue;
    std::uint64_t count = 0;
    for (const std::string& value : parameter.list) count += combinations_of(parameter, value);
    std::uint64_t digit = number % count;
    number /= count;
    std::size_t place = 0;
    while (digit >= combinations_of(parameter, parameter.list[place]))
      digit -= combinations_of(parameter, parameter.list[place++]);
    chosen[i] = parameter.list[place];
    for (std::size_t j = parameters_.size(); j-- > 0;) {
      const Parameter& other = parameters_[j];
      if (!other.condition || other.condition->parameter != parameter.name ||
          std::ranges::find(other.condition->values, chosen[i]) == other.condition->values.end())
        continue;
      chosen[j] = other.list[digit % other.list.size()];
      digit /= other.list.size();
    }
  }
  Values values;
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    if (!chosen[i].empty()) values.each.emplace_back(parameters_[i].name, chosen[i]);
  return values;
}

}  // namespace gradus::sweep
