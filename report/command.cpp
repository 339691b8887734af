#include <gradus/base/printable.hpp>
#include <gradus/report/command.hpp>
#include <gradus/train/setting.hpp>

#include <fmt/format.h>

#include <map>

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

}  // namespace

std::string train_command(const TrainSettings& settings) {
  const TrainSettings defaults = default_settings(settings.model, *settings.parts);
  std::map<std::string_view, std::string> words;
  for (const Setting& setting : settings_table()) {
    const auto text = setting.text(settings);
    if (!text || setting.in_command == InCommand::never) continue;
    if (setting.in_command != InCommand::always && text == setting.text(defaults)) continue;
    words[setting.name] = " " + setting.words(*text, shell_word);
  }
  for (const auto& [name, value] : settings.hyper)
    words["hyper"] += fmt::format(" {} {}", hyper_flag(name), value);
  std::string command = fmt::format("gradus train {}", settings.model);
  for (const auto& [name, word] : words) command += word;
  return command;
}

std::string report_command(const RunFolder& folder) {
  return "gradus report " + shell_word(folder.path().string());
}

std::string resume_command(const TrainSettings& settings, const RunFolder& folder) {
  return fmt::format("gradus train {} --resume {}", settings.model, shell_word(folder.path().string()));
}

}  // namespace gradus
