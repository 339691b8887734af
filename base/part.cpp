#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/base/number.hpp>
#include <gradus/base/part.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>

namespace gradus {
namespace {

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

void require(const PartInfo& part, const PartParameter& parameter, bool fine, const std::string& given) {
  if (!fine)
    throw ValueError(fmt::format("{} of the {} {} must be {}, not {}", parameter.name, part.kind, part.name,
                                 parameter.limits.text(), given));
}

std::string written(const PartParameter& parameter, double value, char separator) {
  const std::string name = parameter.is_required() ? "" : parameter.name + "=";
  return fmt::format(fmt::runtime(parameter.is_square ? "{0}{1}{2}x{2}" : "{0}{1}{2}"), separator, name,
                     value);
}

/// "5x5" → "5".
std::string side_of(const std::string& text) {
  const std::size_t x = text.find('x');
  return x != std::string::npos && text.substr(0, x) == text.substr(x + 1) ? text.substr(0, x) : text;
}

}  // namespace

bool Limits::holds(double value) const {
  return std::isfinite(value) && (!whole || std::trunc(value) == value) &&
         (without_min ? value > min : value >= min) && (without_max ? value < max : value <= max);
}

std::string Limits::text() const {
  std::string text = whole ? "a whole number" : "a number";
  if (std::isfinite(min))
    text += fmt::format(" {} {}{}", without_min ? "above" : "from", min, std::isfinite(max) ? "" : " on");
  if (std::isfinite(max)) text += fmt::format(" {} {}", without_max ? "to below" : "to", max);
  return without_min && !std::isfinite(max) ? fmt::format("a number above {}", min) : text;
}

bool PartParameter::is_required() const { return std::isnan(default_value); }

std::vector<std::string> PartInfo::parameter_names() const {
  std::vector<std::string> names;
  for (const PartParameter& parameter : parameters) names.push_back(parameter.name);
  return names;
}

std::string PartInfo::form() const {
  std::string text = name;
  for (const PartParameter& parameter : parameters)
    if (parameter.is_required()) text += separator + upper(parameter.name);
  return text;
}

std::map<std::string, double> PartInfo::defaults() const {
  std::map<std::string, double> defaults;
  for (const PartParameter& parameter : parameters) defaults[parameter.name] = parameter.default_value;
  return defaults;
}

std::string PartInfo::defaults_text() const {
  std::vector<std::string> texts;
  for (const PartParameter& parameter : parameters) {
    std::string& text = texts.emplace_back(parameter.name);
    if (!parameter.default_words.empty())
      text += fmt::format(" {}", parameter.default_words);
    else if (parameter.default_value == of_run)
      text += " of the run";
    else if (!parameter.is_required())
      text += fmt::format(" {}", parameter.default_value);
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::size_t PartInfo::place(std::string_view parameter) const {
  const auto found = std::ranges::find_if(parameters, [&](const PartParameter& each) {
    return parameter == each.name || (!each.alias.empty() && parameter == each.alias);
  });
  if (found == parameters.end())
    throw NameError(
        unknown_name(fmt::format("parameter of the {} {}", kind, name), parameter, parameter_names()));
  return static_cast<std::size_t>(found - parameters.begin());
}

std::vector<double> PartInfo::read(std::span<const std::string> words) const {
  std::vector<double> values;
  for (const PartParameter& parameter : parameters) values.push_back(parameter.default_value);
  std::vector<bool> given(values.size());
  for (std::size_t word = 0; word < words.size(); ++word) {
    const std::size_t equals = words[word].find('=');
    if (equals == std::string::npos && word >= parameters.size())
      throw ValueError(parameters.empty() ? fmt::format("the {} {} takes no number", kind, name)
                                          : fmt::format("the {} {} takes {} and nothing more", kind, name,
                                                        fmt::join(parameter_names(), ", ")));
    const std::size_t i = equals == std::string::npos ? word : place(words[word].substr(0, equals));
    const std::string given_text = equals == std::string::npos ? words[word] : words[word].substr(equals + 1);
    const std::string number = parameters[i].is_square ? side_of(given_text) : given_text;
    if (given[i])
      throw ValueError(fmt::format("the {} {} is given {} twice", kind, name, parameters[i].name));
    given[i] = true;
    require(*this, parameters[i], read_number(number, values[i]) && parameters[i].limits.holds(values[i]),
            "'" + number + "'");
  }
  for (std::size_t i = 0; i < values.size(); ++i)
    if (parameters[i].is_required() && !given[i])
      throw ValueError(fmt::format("the {} {} needs {}, as in {}", kind, name, parameters[i].name, form()));
  return values;
}

std::string PartInfo::write(std::span<const double> values) const {
  std::string text = name;
  for (std::size_t i = 0; i < values.size(); ++i) text += written(parameters[i], values[i], separator);
  return text;
}

std::string PartInfo::write_short(std::span<const double> values) const {
  std::string text = name;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] != parameters[i].default_value) text += written(parameters[i], values[i], separator);
  return text;
}

void PartInfo::check(std::span<const double> values) const {
  for (std::size_t i = 0; i < values.size(); ++i)
    require(*this, parameters[i], parameters[i].limits.holds(values[i]), fmt::format("{}", values[i]));
}

std::vector<std::string> split_text(std::string_view text, char separator) {
  std::vector<std::string> found(1);
  for (const char c : text)
    if (c == separator)
      found.emplace_back();
    else
      found.back() += c;
  return found;
}

}  // namespace gradus
