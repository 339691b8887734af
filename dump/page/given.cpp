#include <gradus/base/base64.hpp>
#include <gradus/dump/page/given.hpp>
#include <gradus/dump/page/snapshot.hpp>
#include <gradus/graph/declare/core_ops.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <optional>

namespace gradus::page {

using nlohmann::json;

namespace {

constexpr double largest_byte = 255;

/// The byte k of a level k/255, as pictures have them, in double or rounded to float.
std::optional<unsigned char> byte_of(double value) {
  const double k = std::round(value * largest_byte);
  if (!(k >= 0 && k <= largest_byte)) return {};
  const double level = k / largest_byte;
  if (value != level && value != static_cast<double>(static_cast<float>(level))) return {};
  return static_cast<unsigned char>(k);
}

std::optional<std::vector<unsigned char>> bytes_of(const std::vector<double>& values) {
  std::vector<unsigned char> bytes;
  bool are_floats = true;
  bool are_doubles = true;
  for (const double value : values) {
    const auto byte = byte_of(value);
    if (!byte) return {};
    are_doubles = are_doubles && value == *byte / largest_byte;
    are_floats = are_floats && value == static_cast<double>(static_cast<float>(*byte / largest_byte));
    bytes.push_back(*byte);
  }
  if (!are_doubles && !are_floats) return {};
  // The first byte says in which of both precisions the levels are.
  bytes.insert(bytes.begin(), are_doubles ? 1 : 0);
  return bytes;
}

template <class T>
std::string in_base64(const std::vector<T>& values) {
  return base64({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)});
}

/// As short as is exact: one number for all, a list of few, or base64 of bytes, of floats, of doubles.
/// `rounded` takes floats for doubles. The page's scripts read it with the same cases: web/live.js.
json packed(const std::vector<double>& values, bool rounded) {
  const auto finite = [](double value) { return std::isfinite(value); };
  const bool all_finite = std::ranges::all_of(values, finite);
  const auto is_first = [&](double value) { return value == values.front(); };
  if (all_finite && !values.empty() && std::ranges::all_of(values, is_first)) return values.front();
  if (all_finite && static_cast<Index>(values.size()) <= small) return values;
  if (const auto bytes = bytes_of(values)) return {{"bytes", in_base64(*bytes)}};
  const std::vector<float> floats(values.begin(), values.end());
  if (rounded || std::ranges::equal(values, floats)) return {{"floats", in_base64(floats)}};
  return {{"doubles", in_base64(values)}};
}

json packed(const std::map<std::size_t, std::vector<double>>& values, bool rounded) {
  json result = json::object();
  for (const auto& [id, numbers] : values) result[std::to_string(id)] = packed(numbers, rounded);
  return result;
}

}  // namespace

void Given::add(const Graph& graph, const Recording& recording) {
  const bool first = feeds_.empty();
  Feed& feed = feeds_.emplace_back(Feed{recording.batch(), {}});
  if (first) {
    step_ = recording.step();
    training_ = recording.mode() == Mode::training;
  }
  for (std::size_t id = 0; id < graph.size(); ++id) {
    const Op& op = graph.node(id).op();
    const Tensor<double>* value = recording.find(graph.node(id));
    if (value == nullptr) continue;
    const auto numbers = value->span();
    if (as<Input>(op) != nullptr) feed.values[id].assign(numbers.begin(), numbers.end());
    if (first && as<VariableRead>(op) != nullptr) variables_[id].assign(numbers.begin(), numbers.end());
    if (first && as<RandomKey>(op) != nullptr)
      seed_.assign(numbers.begin(), numbers.begin() + RandomKey::size / 2);
  }
}

json Given::to_json(int level) const {
  json feeds = json::array();
  for (std::size_t i = 0; i < feeds_.size() && (i == 0 || level < 2); ++i) {
    const auto same = static_cast<std::size_t>(std::ranges::find(feeds_, feeds_[i]) - feeds_.begin());
    if (same < i)
      feeds.push_back(same);
    else
      feeds.push_back({{"batch", feeds_[i].batch}, {"values", packed(feeds_[i].values, level > 0)}});
  }
  json result{{"step", step_},
              {"training", training_},
              {"exact", level == 0},
              {"variables", packed(variables_, level > 0)},
              {"feeds", std::move(feeds)}};
  if (!seed_.empty()) result["seed"] = seed_;
  return result;
}

}  // namespace gradus::page
