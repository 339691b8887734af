#pragma once

#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/base/part.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace gradus {

/// A part that can be made from numbers, as a `Made`: Transform, UpdateRule, … `Value` is the type of its
/// parameters.
template <class Made, class Value = double>
struct RegisteredPart : PartInfo {
  std::function<Made(std::span<const Value> values)> build;  ///< of one value for each parameter

  /// The part with some parameters given by name. Throws NameError for one it does not have.
  Made make(const std::map<std::string, Value>& given = {}) const {
    std::vector<Value> values;
    for (const PartParameter& parameter : parameters) values.push_back(parameter.default_value);
    for (const auto& [parameter, value] : given) values[place(parameter)] = value;
    return build(values);
  }
};

/// The parts of one kind that can be chosen by name, in the order they were added.
template <class Made, class Value = double>
class Registry {
 public:
  using Part = RegisteredPart<Made, Value>;

  /// `kind` is what messages call them: "transform"; `separator` stands between a name and its numbers.
  explicit Registry(std::string kind, char separator = ':') : kind_(std::move(kind)), separator_(separator) {}

  /// Adds a part, a struct as base/part.hpp says. Throws NameError for a name that is taken.
  template <class T>
  Registry& add() {
    Part part{info_of<T>(kind_), [](std::span<const Value> values) {
                T made;
                if constexpr (!parameters_of<T>().empty()) {
                  std::size_t i = 0;
                  for (const auto& parameter : parameters_of<T>()) made.*parameter.member = values[i++];
                }
                return Made(made);
              }};
    part.separator = separator_;
    for (const std::string& name : names_of(part))
      if (find_if_known(name) != nullptr)
        throw NameError("there are two of the kind " + kind_ + " called '" + name + "'");
    parts_.push_back(std::move(part));
    return *this;
  }

  const std::string& kind() const { return kind_; }
  auto begin() const { return parts_.begin(); }
  auto end() const { return parts_.end(); }

  /// The names, without aliases.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Part& part : parts_) names.push_back(part.name);
    return names;
  }

  /// The part of this name or alias. Throws NameError with the nearest name.
  const Part& find(const std::string& name) const {
    if (const Part* part = find_if_known(name)) return *part;
    std::vector<std::string> others;
    for (const Part& part : parts_) others.insert(others.end(), part.aliases.begin(), part.aliases.end());
    throw NameError(unknown_name(kind_, name, names(), others));
  }

  /// Reads NAME[:NUMBER|:PARAMETER=NUMBER…]: numbers without a name are for the parameters in their order,
  /// and those not given have their defaults. Throws as find() and PartInfo::read() do.
  std::pair<const Part*, std::vector<double>> read(const std::string& text) const {
    const std::vector<std::string> words = split_text(text, ':');
    const Part& part = find(words.front());
    return {&part, part.read(std::span(words).subspan(1))};
  }

  /// The part of a text, as read() takes it.
  Made parse(const std::string& text) const {
    const auto [part, values] = read(text);
    return part->build(std::vector<Value>(values.begin(), values.end()));
  }

  /// The text with the part's own name in place of an alias. Throws as read() does.
  std::string own_name(const std::string& text) const {
    const std::size_t colon = std::min(text.find(':'), text.size());
    return read(text).first->name + text.substr(colon);
  }

 private:
  static std::vector<std::string> names_of(const Part& part) {
    std::vector<std::string> names = part.aliases;
    names.push_back(part.name);
    return names;
  }

  const Part* find_if_known(const std::string& name) const {
    for (const Part& part : parts_)
      if (part.name == name || std::ranges::find(part.aliases, name) != part.aliases.end()) return &part;
    return nullptr;
  }

  std::string kind_;
  char separator_;
  std::vector<Part> parts_;
};

}  // namespace gradus
