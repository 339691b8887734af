#include <gradus/base/median.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/inspect/profile.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace gradus {
namespace {

/// Nodes whose arrays a stage reads and writes.
struct Traffic {
  std::set<const Node*> read;
  std::set<const Node*> written;
};

/// Written to an array, be it one of a block.
bool is_kept(const Place& place) {
  return place.in == Place::In::arena || place.in == Place::In::state || place.in == Place::In::block;
}

Traffic traffic_of(const Stage& stage, const MemoryPlan& memory) {
  Traffic traffic;
  const auto within = [&](const Node& node) {
    return std::ranges::find(stage.nodes, &node) != stage.nodes.end();
  };
  const auto read = [&](const Node& input) {
    const Node& from = storage_of(input);
    if (!within(from) && memory.places[from.id()].in != Place::In::nowhere) traffic.read.insert(&from);
  };
  for (const Node* node : stage.nodes) {
    if (as<Assign>(node->op()) != nullptr) {
      if (memory.assigned_in_place[node->id()] != 0) continue;
      read(*node->inputs()[1]);
      traffic.written.insert(node->inputs()[0]);
      continue;
    }
    if (node->op().kind() == Kind::effect || node->op().kind() == Kind::view) continue;
    if (!node->op().sizes_only())
      for (const Node* input : node->inputs()) read(*input);
    if (!stage.inlines(*node) && is_kept(memory.places[node->id()])) traffic.written.insert(node);
  }
  return traffic;
}

/// Microseconds by stage.
using Times = std::map<std::size_t, double>;

/// The intervals of a thread, run by run.
class Walk {
 public:
  explicit Walk(const std::vector<Interval>& intervals) : intervals_(intervals) {}

  Times until(std::int64_t end) {
    Times times;
    for (; at_ < intervals_.size() && intervals_[at_].begin < end; ++at_)
      times[intervals_[at_].stage] += 1e-3 * static_cast<double>(intervals_[at_].end - intervals_[at_].begin);
    return times;
  }

 private:
  const std::vector<Interval>& intervals_;
  std::size_t at_ = 0;
};

}  // namespace

Work work_of(const Stage& stage, const MemoryPlan& memory, Index batch, Index scalar_bytes) {
  Work work;
  for (const Node* node : stage.nodes) {
    std::vector<Extents> inputs;
    for (const Node* input : node->inputs()) inputs.push_back(input->shape().at(batch));
    work.operations += node->op().operations(inputs, node->shape().at(batch));
  }
  const Traffic traffic = traffic_of(stage, memory);
  for (const auto* nodes : {&traffic.read, &traffic.written})
    for (const Node* node : *nodes)
      work.bytes += static_cast<double>(node->shape().count(batch) * scalar_bytes);
  return work;
}

StageName name_of(const Stage& stage, const MemoryPlan& memory) {
  StageName name{stage.nodes.back(), ""};
  for (const Node* node : stage.nodes)
    if (!stage.inlines(*node) && is_kept(memory.places[node->id()])) name.node = node;
  std::vector<std::pair<std::string_view, int>> counted;
  for (const Node* node : stage.nodes) {
    if (stage.nodes.size() > 1 && node->op().kind() != Kind::elementwise) continue;
    const auto found =
        std::ranges::find(counted, node->op().name(), &std::pair<std::string_view, int>::first);
    if (found == counted.end())
      counted.emplace_back(node->op().name(), 1);
    else
      ++found->second;
  }
  if (counted.empty()) counted.emplace_back(stage.nodes.back()->op().name(), 1);
  for (const auto& [op, count] : counted) {
    if (!name.ops.empty()) name.ops += ", ";
    name.ops += count == 1 ? std::string(op) : fmt::format("{} ×{}", op, count);
  }
  return name;
}

Profile profile(const Program<float>& program, const Timeline& timeline, std::span<const ProfiledRun> runs) {
  const std::vector<Stage>& stages = program.schedule().stages;
  Profile profile;
  profile.runs = runs.size();
  profile.threads = timeline.threads();
  for (std::size_t s = 0; s < stages.size(); ++s) profile.stages.push_back({s});
  std::vector<Walk> walks;
  for (std::size_t thread = 0; thread < timeline.threads(); ++thread) walks.emplace_back(timeline.of(thread));
  std::map<Index, double> runs_of_batch;
  std::vector<double> on_the_clock;
  const double each = 1 / static_cast<double>(runs.size());
  for (const ProfiledRun& run : runs) {
    on_the_clock.push_back(1e-3 * static_cast<double>(run.end - run.begin));
    profile.mean += each * on_the_clock.back();
    runs_of_batch[run.batch] += each;
    Times longest;
    for (Walk& walk : walks)
      for (const auto& [stage, time] : walk.until(run.end)) {
        if (stage == Interval::feeding) {
          profile.feeding += each * time;
        } else if (stage == Interval::checking) {
          profile.checking += each * time;
        } else {
          profile.stages[stage].time += each * time;
          longest[stage] = std::max(longest[stage], time);
        }
      }
    for (const auto& [stage, time] : longest) profile.stages[stage].longest += each * time;
  }
  profile.median = median(on_the_clock);
  profile.waiting = static_cast<double>(profile.threads) * profile.mean - profile.feeding - profile.checking;
  for (Profile::OfStage& of : profile.stages) {
    profile.waiting -= of.time;
    for (const auto& [batch, part] : runs_of_batch) {
      const Work work = work_of(stages[of.stage], program.memory(), batch, sizeof(float));
      of.work += {part * work.operations, part * work.bytes};
    }
  }
  return profile;
}

}  // namespace gradus
