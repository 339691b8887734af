#include <gradus/base/philox.hpp>
#include <gradus/sweep/random.hpp>
#include <gradus/sweep/streams.hpp>

#include <algorithm>

namespace gradus::sweep {

std::size_t trials_in(const Plan& plan) {
  const auto all = plan.space.combinations();
  return all ? std::min<std::uint64_t>(plan.trials, *all) : plan.trials;
}

Random::Random(const Plan& plan) : space_(plan.space), seed_(plan.seed), trials_(trials_in(plan)) {}

Values Random::values(std::size_t number, const std::vector<Trial>& /*done*/) {
  while (drawn_.size() <= number) drawn_.push_back(draw());
  return drawn_[number];
}

Values Random::draw() {
  constexpr int most_draws = 100;
  for (int i = 0; i < most_draws; ++i)
    if (const Values values = at_random(); std::ranges::find(drawn_, values) == drawn_.end()) return values;
  const auto all = space_.combinations();
  if (!all) return at_random();
  std::uint64_t place = Philox(seed_, random_stream, draws_++).next() % *all;
  while (std::ranges::find(drawn_, space_.combination(place)) != drawn_.end()) place = (place + 1) % *all;
  return space_.combination(place);
}

Values Random::at_random() {
  Philox draw(seed_, random_stream, draws_++);
  std::vector<double> point;
  for (std::size_t i = 0; i < space_.parameters().size(); ++i) point.push_back(draw.uniform());
  return space_.at(point);
}

}  // namespace gradus::sweep
