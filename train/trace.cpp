#include <gradus/graph/compile/schedule.hpp>
#include <gradus/train/trace.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace gradus {
namespace {

using nlohmann::json;

constexpr int process_id = 1;

json metadata(const char* what, std::size_t thread, const char* key, const json& value) {
  return {{"ph", "M"}, {"name", what}, {"pid", process_id}, {"tid", thread}, {"args", {{key, value}}}};
}

/// What is the same of a stage whenever it runs with a batch of this size.
json about(const Program<float>& program, std::size_t stage, Index batch) {
  const ExecutionSchedule& schedule = program.schedule();
  const auto [node, ops] = name_of(schedule.stages[stage], program.memory());
  const Work work = work_of(schedule.stages[stage], program.memory(), batch, sizeof(float));
  const auto region = std::ranges::find_if(schedule.regions, [&](const Region& r) { return stage < r.end; });
  return {{"name", fmt::format("{} {}", ops, node->name())},
          {"cat", to_string(node->section())},
          {"args",
           {{"node", node->name()},
            {"shape", to_string(node->shape())},
            {"stage", stage},
            {"region", region - schedule.regions.begin()},
            {"operations", work.operations},
            {"bytes", work.bytes}}}};
}

json phase(std::size_t phase) {
  constexpr std::array names{"next batch", "step", "metrics", "checkpoint"};
  return {{"name", names[phase]}, {"cat", "loop"}};
}

class Events {
 public:
  Events(std::int64_t begin, std::int64_t end) : begin_(begin), end_(end) {}

  void add(json event, std::size_t thread, const Interval& interval) {
    event["ph"] = "X";
    event["pid"] = process_id;
    event["tid"] = thread;
    event["ts"] = static_cast<double>(interval.begin - begin_) / 1e3;
    event["dur"] = static_cast<double>(interval.end - interval.begin) / 1e3;
    events_.push_back(std::move(event));
  }
  bool shows(const Interval& interval) const { return interval.begin >= begin_ && interval.end <= end_; }
  json& all() { return events_; }

 private:
  std::int64_t begin_;
  std::int64_t end_;
  json events_ = json::array();
};

/// From the end of the step before, or the first note there is, to the end of what came after the last.
Events events_of_last(const StepRecorder& recorder, std::size_t steps) {
  const std::vector<ProfiledRun>& runs = recorder.runs();
  const std::vector<Interval>& phases = recorder.phases().of(0);
  const auto first = std::ranges::find_if(phases, [&](const Interval& interval) {
    return interval.stage == StepRecorder::batch &&
           (runs.size() <= steps || interval.begin >= runs[runs.size() - steps - 1].end);
  });
  return {first->begin, recorder.end()};
}

}  // namespace

json trace_json(const StepRecorder& recorder, const Program<float>& program, const std::string& process,
                std::size_t steps) {
  Events events = events_of_last(recorder, steps);
  events.all().push_back(metadata("process_name", 0, "name", process));
  for (std::size_t thread = 0; thread < recorder.stages().threads(); ++thread) {
    const std::string name = fmt::format("thread {}{}", thread, thread == 0 ? ", which runs the loop" : "");
    events.all().push_back(metadata("thread_name", thread, "name", name));
    events.all().push_back(metadata("thread_sort_index", thread, "sort_index", thread));
  }
  for (const Interval& interval : recorder.phases().of(0))
    if (events.shows(interval)) events.add(phase(interval.stage), 0, interval);

  std::vector<json> known;
  for (std::size_t s = 0; s < program.schedule().stages.size(); ++s)
    known.push_back(about(program, s, recorder.runs().back().batch));
  for (std::size_t thread = 0; thread < recorder.stages().threads(); ++thread)
    for (const Interval& interval : recorder.stages().of(thread)) {
      if (!events.shows(interval)) continue;
      if (interval.stage == Interval::feeding)
        events.add({{"name", "copy inputs in"}, {"cat", "given"}}, thread, interval);
      else if (interval.stage == Interval::checking)
        events.add({{"name", "check that they are finite"}, {"cat", "given"}}, thread, interval);
      else
        events.add(known[interval.stage], thread, interval);
    }
  return {{"displayTimeUnit", "ns"}, {"traceEvents", std::move(events.all())}};
}

}  // namespace gradus
