#include <gradus/base/error.hpp>
#include <gradus/base/escape.hpp>
#include <gradus/dump/page/document.hpp>
#include <gradus/dump/page/lines.hpp>
#include <gradus/dump/page/web.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {

using nlohmann::json;

namespace {

/// What is no UTF-8 is replaced.
std::string in_script(const json& value) {
  return script_escaped(value.dump(-1, ' ', false, json::error_handler_t::replace));
}

json checks_of(const std::vector<NumericCheck>& checks) {
  json result = json::array();
  for (const NumericCheck& check : checks) {
    json elements = json::array();
    for (const CheckedElement& e : check.elements) {
      elements.push_back({e.position, e.derived, e.numeric, e.error, e.uncertainty});
      if (e.at_kink()) elements.back().push_back({e.left, e.right});
    }
    result.push_back({{"of", check.adjoint->of->id()},
                      {"total", check.adjoint->total.node().id()},
                      {"size", check.size},
                      {"sampling", sampling(check)},
                      {"elements", std::move(elements)},
                      {"error", check.error}});
  }
  return result;
}

}  // namespace

Page::Page(const Graph& graph, PageOptions options)
    : graph_(graph), options_(std::move(options)), pixels_(page::find_pixels(graph, options_.images)) {}

void Page::add(const Recording& recording) {
  if (snapshots_.empty()) tracked_ = page::choose_tracked(graph_, recording);
  given_.add(graph_, recording);
  snapshots_.push_back(page::snapshot(graph_, recording, pixels_, tracked_));
}

void Page::write(std::ostream& out) const {
  // Without a run no numbers stand in the boxes.
  std::optional<Index> batch;
  if (!snapshots_.empty()) batch = snapshots_.front().batch;
  page::OpTable ops;
  json data = page::declared(graph_, batch, ops);
  data["lines"] = page::lines(graph_, given_.training());
  data["version"] = 1;
  data["title"] = options_.title;
  data["introduction"] = options_.introduction;
  data["passes"] = page::passes(graph_, options_.outputs, ops);
  data["ops"] = ops.take();
  data["checks"] = checks_of(checks_);
  data["tracked"] = json::object();
  for (const auto& [id, elements] : tracked_) data["tracked"][std::to_string(id)] = elements;
  std::size_t without_data = page::web_bytes();
  for (const std::string& rule : ops.rules()) without_data += rule.size();
  const std::size_t room = options_.most_bytes - std::min(options_.most_bytes, without_data);
  std::string script;
  const auto fits = [&](const json& given) {
    data["given"] = given;
    for (int level = 0; level <= page::Detail::least; ++level) {
      data["runs"] = page::runs(graph_, snapshots_, {level});
      script = in_script(data);
      if (script.size() <= room) return true;
    }
    return false;
  };
  bool runs = false;
  std::size_t needed = 0;
  for (int level = 0; level <= page::Given::least && !runs && !snapshots_.empty(); ++level) {
    const json given = given_.to_json(level);
    needed = given.dump().size();
    runs = needed < room && fits(given);
  }
  if (!runs) fits({{"needed", needed}, {"room", room}});
  page::write_html(out, options_.title, std::move(script), ops.rules());
}

void write_page(std::ostream& out, const Graph& graph, std::span<const Recording> recordings,
                const PageOptions& options) {
  Page page(graph, options);
  for (const Recording& recording : recordings) page.add(recording);
  page.write(out);
}

}  // namespace gradus
