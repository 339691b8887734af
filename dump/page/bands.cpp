#include <gradus/dump/page/bands.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace gradus::page {
namespace {

/// More forward nodes than this are split: a band should be taken in at a glance.
constexpr std::size_t most_in_band = 48;

/// Names made by a user can have thousands of scopes; no picture needs more levels.
constexpr std::size_t most_levels = 12;

/// "a/b/c" gives "a", "a/b", "a/b/c".
std::vector<std::string_view> prefixes(std::string_view name) {
  std::vector<std::string_view> result;
  for (std::size_t at = name.find('/'); at != std::string_view::npos && result.size() < most_levels;
       at = name.find('/', at + 1))
    result.push_back(name.substr(0, at));
  result.push_back(name);
  return result;
}

class Arranger {
 public:
  explicit Arranger(const std::vector<Box>& nodes) : nodes_(nodes), band_of_(nodes.size()) {}

  Bands run() {
    for (const Box& node : nodes_) {
      if (node.section != Section::forward) continue;
      for (const std::string_view prefix : prefixes(node.name))
        if (prefix.size() < node.name.size()) ++in_scope_[std::string(prefix)];
    }
    for (std::size_t id = 0; id < nodes_.size(); ++id)
      if (nodes_[id].section == Section::forward) place(id, of_forward(id));
    for (std::size_t id = 0; id < nodes_.size(); ++id)
      if (nodes_[id].section != Section::forward) place(id, of_other(id));
    return finish();
  }

 private:
  struct Band {
    std::string name;
    bool loose = false;    ///< of nodes outside of all scopes
    bool inputs = false;   ///< of sources outside of all scopes
    std::size_t last = 0;  ///< the node that gave it its name, if loose
    std::size_t forward = 0;
    std::size_t sources = 0;
  };

  void place(std::size_t id, std::size_t band) {
    band_of_[id] = band;
    by_name_.emplace(nodes_[id].name, id);
    if (nodes_[id].section != Section::forward) return;
    ++bands_[band].forward;
    if (nodes_[id].source) ++bands_[band].sources;
    if (!nodes_[id].beside) bands_[band].last = id;
  }

  std::size_t fresh(const std::string& name, bool loose) {
    bands_.push_back({name, loose});
    return bands_.size() - 1;
  }

  /// The band of a scope; a new one of the same name where it is full.
  std::size_t of_scope(const std::string& scope) {
    auto& parts = by_scope_[scope];
    if (parts.empty())
      parts.push_back(fresh(scope, false));
    else if (bands_[parts.back()].forward >= most_in_band)
      parts.push_back(fresh(fmt::format("{} ({})", scope, parts.size() + 1), false));
    return parts.back();
  }

  std::size_t of_forward(std::size_t id) {
    const Box& node = nodes_[id];
    const std::vector<std::string_view> levels = prefixes(node.name);
    if (levels.size() > 1) {
      std::size_t level = 0;
      while (level + 2 < levels.size() && in_scope_[std::string(levels[level])] > most_in_band) ++level;
      return of_scope(std::string(levels[level]));
    }
    if (node.beside) return band_of_[*node.beside];
    if (node.source) return of_loose_source();
    return of_loose(node);
  }

  std::size_t of_loose_source() {
    if (!inputs_ || bands_[*inputs_].forward >= most_in_band) {
      inputs_ = fresh(inputs_ ? fmt::format("inputs ({})", ++input_bands_) : "inputs", false);
      bands_[*inputs_].inputs = true;
    }
    return *inputs_;
  }

  std::size_t of_loose(const Box& node) {
    std::vector<std::size_t> found;
    for (const std::size_t input : node.inputs)
      if (input < nodes_.size() && by_name_.contains(nodes_[input].name)) found.push_back(band_of_[input]);
    std::ranges::sort(found);
    found.erase(std::unique(found.begin(), found.end()), found.end());
    const auto has_room = [&](std::size_t band) { return bands_[band].forward < most_in_band; };
    if (found.size() == 1 && has_room(found.front())) return found.front();
    for (std::size_t i = found.size(); i-- > 0;)
      if (bands_[found[i]].loose && has_room(found[i])) return found[i];
    return fresh("", true);
  }

  /// The band of the innermost scope the name is in that has one.
  std::optional<std::size_t> known_scope(std::string_view name) const {
    const std::vector<std::string_view> levels = prefixes(name);
    for (std::size_t level = levels.size(); level-- > 0;)
      if (const auto scope = by_scope_.find(std::string(levels[level])); scope != by_scope_.end())
        return scope->second.front();
    return std::nullopt;
  }

  std::size_t of_other(std::size_t id) {
    const Box& node = nodes_[id];
    if (const auto of = by_name_.find(node.of); of != by_name_.end()) return band_of_[of->second];
    if (const auto scope = known_scope(node.name)) return *scope;
    if (const auto slash = node.name.find('/'); slash != std::string::npos)
      return of_scope(node.name.substr(0, slash));
    for (const std::size_t input : node.inputs)
      if (input < nodes_.size() && by_name_.contains(nodes_[input].name)) return band_of_[input];
    return bands_.size() == 1 ? 0 : of_scope("settings");
  }

  /// Inputs come first; one that computes, outside of all scopes, is called after
  /// the last node it computes.
  Bands finish() {
    for (Band& band : bands_)
      if (band.loose || (band.inputs && 2 * band.sources < band.forward)) band.name = nodes_[band.last].name;
    std::vector<std::size_t> order;
    for (std::size_t band = 0; band < bands_.size(); ++band) order.push_back(band);
    const auto rank = [&](std::size_t band) {
      return bands_[band].inputs ? 0 : (bands_[band].forward > 0 ? 1 : 2);
    };
    std::ranges::stable_sort(order, {}, rank);
    Bands result;
    std::vector<std::size_t> place(bands_.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      place[order[i]] = i;
      result.names.push_back(bands_[order[i]].name);
    }
    for (const std::size_t band : band_of_) result.of.push_back(place[band]);
    return result;
  }

  const std::vector<Box>& nodes_;
  std::vector<std::size_t> band_of_;
  std::vector<Band> bands_;
  std::unordered_map<std::string, std::size_t> in_scope_;
  std::unordered_map<std::string, std::size_t> by_name_;
  std::map<std::string, std::vector<std::size_t>> by_scope_;
  std::optional<std::size_t> inputs_;
  std::size_t input_bands_ = 1;
};

}  // namespace

Bands arrange_in_bands(const std::vector<Box>& nodes) { return Arranger(nodes).run(); }

}  // namespace gradus::page
