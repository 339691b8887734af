#pragma once

#include <gradus/inspect/recording.hpp>

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <vector>

namespace gradus::page {

/// What recorded runs were given from outside: the inputs of each, the variables and the seed of the first.
/// All other numbers follow from these by the ops' rules.
class Given {
 public:
  void add(const Graph& graph, const Recording& recording);

  /// As a page has it. The `level` says what is given up for a smaller page: 0 nothing, 1 variables and
  /// inputs are rounded to float, 2 the inputs of all runs but the first too.
  nlohmann::json to_json(int level) const;
  static constexpr int least = 2;

  /// Were the runs made in training?
  bool training() const { return training_; }

 private:
  using Values = std::map<std::size_t, std::vector<double>>;
  struct Feed {
    Index batch;
    Values values;
    friend bool operator==(const Feed&, const Feed&) = default;
  };
  Values variables_;
  std::vector<Feed> feeds_;
  std::vector<double> seed_;  ///< the first half of random_key's value, where there is one
  std::int64_t step_ = 0;
  bool training_ = false;
};

}  // namespace gradus::page
