#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/base/number.hpp>
#include <gradus/sweep/plan.hpp>
#include <gradus/train/setting.hpp>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <map>

namespace gradus::sweep {
namespace {

/// A value of the file that knows its place.
class Entry {
 public:
  Entry(YAML::Node node, std::string file, std::string key)
      : node_(std::move(node)), file_(std::move(file)), key_(std::move(key)) {}

  std::string place() const {
    return fmt::format("'{}', line {}{}{}", file_, node_.Mark().line + 1, key_.empty() ? "" : ", ", key_);
  }
  [[noreturn]] void must_be(std::string_view expected) const {
    throw ValueError(fmt::format("{} must be {}", place(), expected));
  }

  bool is_list() const { return node_.IsSequence(); }
  bool is_object() const { return node_.IsMap(); }

  std::string text() const {
    if (!node_.IsScalar()) must_be("one value");
    return node_.Scalar();
  }
  double number() const {
    double value = 0;
    if (!read_number(text(), value)) must_be(fmt::format("a number, not '{}'", text()));
    return value;
  }
  std::uint64_t whole() const {
    std::uint64_t value = 0;
    if (!read_number(text(), value)) must_be(fmt::format("a whole number, not '{}'", text()));
    return value;
  }
  /// One value alone is a list of one. A list in it is a value with commas, as sizes are.
  std::vector<std::string> texts() const {
    if (!is_list()) return {text()};
    std::vector<std::string> values;
    for (const YAML::Node& value : node_) {
      std::string joined;
      for (const std::string& each : Entry(value, file_, key_).texts())
        joined += (joined.empty() ? "" : ",") + each;
      values.push_back(joined);
    }
    return values;
  }

  /// The members in their order. Throws ValueError for what is none, a key that comes twice, and, where
  /// `known` names some, one that is not among them.
  std::vector<std::pair<std::string, Entry>> members(const std::vector<std::string>& known = {}) const {
    if (!node_.IsMap()) must_be("names, each with a colon and a value");
    std::vector<std::pair<std::string, Entry>> members;
    for (const auto& member : node_) {
      const Entry name_of(member.first, file_, key_);
      const std::string name = name_of.text();
      if (!known.empty() && std::ranges::find(known, name) == known.end())
        throw ValueError(fmt::format("{}: {}", name_of.place(), unknown_name("key", name, known)));
      if (std::ranges::find(members, name, [](const auto& pair) { return pair.first; }) != members.end())
        throw ValueError(fmt::format("{}: {} comes twice", name_of.place(), name));
      members.emplace_back(name, Entry(member.second, file_, key_.empty() ? name : key_ + "." + name));
    }
    return members;
  }

 private:
  YAML::Node node_;
  std::string file_;
  std::string key_;
};

Entry read(const std::filesystem::path& path) {
  constexpr std::uintmax_t largest = std::uintmax_t{1} << 20U;
  const std::string file = path.string();
  std::error_code code;
  if (std::filesystem::exists(path, code) && !std::filesystem::is_regular_file(path, code))
    throw FileError(fmt::format("'{}' is no file to read a plan from", file));
  if (const std::uintmax_t size = std::filesystem::file_size(path, code); !code && size > largest)
    throw FileError(fmt::format("'{}' has {} bytes, which is too much for a sweep's file", file, size));
  const std::string text = read_file(path);
  try {
    return {YAML::Load(text), file, ""};
  } catch (const YAML::Exception& error) {
    throw FileError(
        fmt::format("'{}', line {}: this is no YAML and no JSON: {}", file, error.mark.line + 1, error.msg));
  }
}

Written written(const std::string& name, const Entry& entry) {
  Written result{entry.place(), name};
  if (!entry.is_object()) {
    if (entry.is_list())
      result.list = entry.texts();
    else
      result = read_parameter(name + "=" + entry.text(), entry.place());
    return result;
  }
  Range range{};
  bool has_min = false;
  bool has_max = false;
  std::string scale = "linear";
  for (const auto& [key, value] : entry.members({"values", "min", "max", "scale", "when"})) {
    if (key == "values") {
      result.list = value.texts();
    } else if (key == "when") {
      const auto conditions = value.members();
      if (conditions.size() != 1) value.must_be("one parameter with the values it depends on");
      result.condition = Condition{conditions.front().first, conditions.front().second.texts()};
    } else if (key == "scale") {
      scale = value.text();
      if (scale != "linear" && scale != "log") value.must_be("linear or log");
    } else {
      (key == "min" ? range.min : range.max) = value.number();
      (key == "min" ? has_min : has_max) = true;
    }
  }
  if (has_min != has_max) entry.must_be("a range with both min and max, or have values");
  if (has_min && !result.list.empty()) entry.must_be("either a range or values, not both");
  range.logarithmic = scale == "log";
  if (has_min) result.range = range;
  return result;
}

Halving read_halving(const Entry& entry) {
  Halving halving;
  const auto take = [](std::int64_t& number, const Entry& from) {
    number = static_cast<std::int64_t>(
        std::min<std::uint64_t>(from.whole(), std::numeric_limits<std::int64_t>::max()));
  };
  if (!entry.is_object())
    take(halving.eta, entry);
  else
    for (const auto& [key, value] : entry.members({"eta", "from"}))
      take(key == "eta" ? halving.eta : halving.from, value);
  return halving;
}

/// Where each setting is given, by its own name.
using Places = std::map<std::string, std::string>;

Places read_settings(Plan& plan, const Entry& entry) {
  Places places;
  for (const auto& [name, value] : entry.members()) {
    const auto texts = value.texts();
    try {
      std::string text;
      for (const std::string& each : texts) text += (text.empty() ? "" : ",") + each;
      if (name == hidden_layers || name == hidden_size)
        throw ValueError("this is for the space; for all trials say hidden: 64x3, three layers of 64");
      const Setting* setting = find_setting(name);
      if (setting != nullptr && setting->decides && setting->is_of(plan.settings.model, *plan.settings.parts))
        setting->set(plan.settings, text);
      else
        set(plan.settings, parameter_name(plan.settings, name), text);
      if (setting != nullptr) setting->settle(plan.settings);
      places.emplace(setting != nullptr ? name : parameter_name(plan.settings, name), value.place());
    } catch (const Error& error) {
      throw ValueError(fmt::format("{}: {}", value.place(), error.what()));
    }
  }
  return places;
}

/// What is the same for all trials cannot vary too: one of the two would be lost.
void refuse_twice(const Places& places, const Plan& plan, const Written& varied) {
  // Where the condition does not hold, a trial has what is given for all.
  if (varied.condition) return;
  std::string name = varied.name;
  try {
    name = parameter_name(plan.settings, varied.name);
  } catch (const NameError&) {
    // A setting that may be given but not vary, or no setting, as add() says.
  }
  if (name == hidden_layers || name == hidden_size) name = "hidden";
  if (const auto found = places.find(name); found != places.end())
    throw ValueError(fmt::format("{}: this is given for all trials already ({}): keep one of the two",
                                 varied.place, found->second));
}

}  // namespace

Plan read_plan(const std::filesystem::path& path, const Parts& parts) {
  const Entry whole = read(path);
  const auto members = whole.members(
      {"model", "data", "settings", "space", "method", "trials", "seed", "ahead", "halving", "keep_best"});
  const auto of = [&](std::string_view key) -> const Entry* {
    const auto found =
        std::ranges::find(members, key, [](const auto& pair) { return std::string_view(pair.first); });
    return found == members.end() ? nullptr : &found->second;
  };
  Plan plan;
  const Entry* model = of("model");
  try {
    plan = plan_for(model != nullptr ? model->text() : "mlp", parts);
  } catch (const NameError& error) {
    throw ValueError(fmt::format("{}: {}", model->place(), error.what()));
  }
  if (const Entry* data = of("data")) plan.settings.data = data->text();
  Places places;
  if (const Entry* settings = of("settings")) places = read_settings(plan, *settings);
  if (const Entry* method = of("method")) plan.method = method->text();
  if (const Entry* trials = of("trials")) plan.trials = trials->whole();
  if (const Entry* seed = of("seed")) plan.seed = seed->whole();
  if (const Entry* ahead = of("ahead")) plan.ahead = ahead->whole();
  if (const Entry* halving = of("halving")) plan.halving = read_halving(*halving);
  if (const Entry* keep = of("keep_best")) plan.keep_best = keep->whole();
  if (const Entry* space = of("space")) {
    std::vector<Written> parameters;
    for (const auto& [name, value] : space->members()) {
      parameters.push_back(written(name, value));
      // The plans that we keep ourselves once had both, of which the space has the say.
      if (path.filename() != "sweep.json") refuse_twice(places, plan, parameters.back());
    }
    add(plan, parameters);
  }
  return plan;
}

std::string plan_text(const Plan& plan) {
  const auto varies = [&](std::string_view name) {
    return std::ranges::any_of(plan.space.parameters(), [&](const Parameter& parameter) {
      const bool is_size = parameter.name == hidden_layers || parameter.name == hidden_size;
      return !parameter.condition && (parameter.name == name || (is_size && name == "hidden"));
    });
  };
  nlohmann::ordered_json settings = nlohmann::ordered_json::object();
  for (const Setting& setting : settings_table())
    if (setting.decides && setting.name != "data" && !varies(setting.name) &&
        setting.is_of(plan.settings.model, *plan.settings.parts))
      if (const auto text = setting.text(plan.settings); text && !text->empty())
        settings[std::string(setting.name)] = *text;
  for (const auto& [name, value] : plan.settings.hyper)
    if (!varies(name)) settings[name] = fmt::format("{}", value);
  // The order of the space decides what is drawn.
  nlohmann::ordered_json space = nlohmann::ordered_json::object();
  for (const Parameter& parameter : plan.space.parameters()) {
    nlohmann::ordered_json& entry = space[parameter.name];
    if (const auto& range = parameter.range)
      entry = {{"min", range->min}, {"max", range->max}, {"scale", range->logarithmic ? "log" : "linear"}};
    else
      entry["values"] = parameter.list;
    if (const auto& condition = parameter.condition) entry["when"][condition->parameter] = condition->values;
  }
  nlohmann::ordered_json json{{"model", plan.settings.model}};
  if (plan.settings.data) json["data"] = *plan.settings.data;
  json["settings"] = settings;
  json["space"] = space;
  json["method"] = plan.method;
  json["trials"] = plan.trials;
  json["seed"] = plan.seed;
  json["ahead"] = plan.ahead;
  if (plan.halving) json["halving"] = {{"eta", plan.halving->eta}, {"from", plan.halving->from}};
  json["keep_best"] = plan.keep_best;
  return json.dump(2, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace gradus::sweep
