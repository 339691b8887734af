#include <gradus/train/step_recorder.hpp>

namespace gradus {

bool StepRecorder::measures() {
  if (taken_ < warm_up_ || taken_ >= warm_up_ + most) return false;
  if (begin_ == 0) begin_ = Timeline::now();
  return true;
}

void StepRecorder::end_step(Index batch) {
  if (measures()) {
    const std::vector<Interval>& phases = loop_.of(0);
    const auto ran = std::ranges::find(phases.rbegin(), phases.rend(), std::size_t{step}, &Interval::stage);
    runs_.push_back({batch, ran->begin, ran->end});
    end_ = Timeline::now();
  }
  ++taken_;
}

double StepRecorder::whole() const {
  return 1e-3 * static_cast<double>(end_ - begin_) / static_cast<double>(runs_.size());
}

double StepRecorder::in(Phase phase) const {
  std::int64_t sum = 0;
  for (const Interval& interval : loop_.of(0))
    if (interval.stage == phase && interval.end <= end_) sum += interval.end - interval.begin;
  return 1e-3 * static_cast<double>(sum) / static_cast<double>(runs_.size());
}

}  // namespace gradus
