#include <gradus/base/printable.hpp>
#include <gradus/report/command.hpp>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace gradus {
namespace {

/// A word that no terminal could show, as shells read it: $'red\x1b'.
std::string escaped_word(const std::string& text) {
  std::string result = "$'";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\'' || c == '\\')
      result += fmt::format("\\{}", c);
    else
      result += byte < 0x20 || byte >= 0x7F ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
  }
  return result + "'";
}

/// A word of a shell: quoted where it holds anything but plain characters.
std::string shell_word(const std::string& text) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./:,+=@%";
  if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
  if (printable_line(text) != text) return escaped_word(text);
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

std::string text_of(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return fmt::format("{}", value.get<double>());
  if (!value.is_array()) return value.dump();
  std::string list;
  for (const auto& item : value) list += (list.empty() ? "" : ",") + text_of(item);
  return list.empty() ? "none" : list;
}

}  // namespace

std::string train_command(const TrainSettings& settings) {
  const nlohmann::json defaults = default_settings(settings.model);
  const nlohmann::json own = settings;
  std::string command = fmt::format("gradus train {}", settings.model);
  for (const auto& [name, value] : own.items()) {
    if (name == "hyper") {
      for (const auto& [hyper, number] : value.items())
        command += fmt::format(" {} {}", hyper_flag(hyper), text_of(number));
    } else if (name == "model" || name == "threads" || value.is_null() ||
               (name != "seed" && value == defaults.value(name, nlohmann::json()))) {
      continue;
    } else if (value.is_boolean()) {
      command += " " + hyper_flag(name);
    } else {
      command += fmt::format(" {} {}", hyper_flag(name), shell_word(text_of(value)));
    }
  }
  return command;
}

std::string report_command(const RunFolder& folder) {
  return "gradus report " + shell_word(folder.path().string());
}

std::string resume_command(const TrainSettings& settings, const RunFolder& folder) {
  return fmt::format("gradus train {} --resume {}", settings.model, shell_word(folder.path().string()));
}

}  // namespace gradus
