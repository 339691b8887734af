#include <gradus/base/error.hpp>
#include <gradus/base/escape.hpp>
#include <gradus/base/template.hpp>
#include <gradus/base/text_stream.hpp>

#include <fmt/format.h>
#include <kainjow/mustache.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <forward_list>

namespace gradus {
namespace {

namespace mustache = kainjow::mustache;

mustache::data data_of(const nlohmann::json& json) {
  if (json.is_object()) {
    mustache::object members;
    for (const auto& [name, value] : json.items()) members.emplace(name, data_of(value));
    return members;
  }
  if (json.is_array()) {
    mustache::list elements;
    for (const nlohmann::json& element : json) elements.push_back(data_of(element));
    return elements;
  }
  if (json.is_string() && !json.get_ref<const std::string&>().empty()) return json.get<std::string>();
  if (json.is_number()) return json.dump();
  return json.is_boolean() && json.get<bool>();
}

/// What a template may name. The library's own context lets a name that is missing stand for nothing, and
/// takes a string of the data for a template where one is included.
class Strict : public mustache::basic_context<std::string> {
 public:
  Strict(const mustache::data& data, std::span<const EmbeddedFile> parts) : known_(&data), parts_(parts) {}

  void push(const mustache::data* data) override { known_.push(data); }
  void pop() override { known_.pop(); }

  const mustache::data* get(const std::string& name) const override {
    if (const mustache::data* found = known_.get(name)) return found;
    throw InternalError(fmt::format("a template asks for '{}', which its data has not", name));
  }

  const mustache::data* get_partial(const std::string& name) const override {
    return &included_.emplace_front(std::string(text_of(parts_, name)));
  }

 private:
  mustache::context<std::string> known_;
  std::span<const EmbeddedFile> parts_;
  mutable std::forward_list<mustache::data> included_;
};

}  // namespace

std::string_view text_of(std::span<const EmbeddedFile> files, std::string_view name) {
  const auto found = std::ranges::find(files, name, &EmbeddedFile::name);
  if (found == files.end()) throw InternalError(fmt::format("the library lacks its file '{}'", name));
  return found->text;
}

std::string filled(std::string_view text, const nlohmann::json& data, std::span<const EmbeddedFile> parts) {
  mustache::mustache made{std::string(text)};
  made.set_custom_escape(html_escaped);
  const mustache::data values = data_of(data);
  Strict context(values, parts);
  std::string result;
  if (made.is_valid()) result = written_by([&](std::ostream& out) { made.render(context, out); });
  if (!made.is_valid()) throw InternalError(fmt::format("a template is none: {}", made.error_message()));
  return result;
}

}  // namespace gradus
