#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/base/philox.hpp>
#include <gradus/sweep/method.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus::sweep {
namespace {

class Grid : public Method {
 public:
  explicit Grid(const Plan& plan) : space_(plan.space) {
    for (const Parameter& parameter : space_.parameters())
      if (parameter.range)
        throw ValueError(
            fmt::format("the method grid tries every value, and {} has a range: give a list of "
                        "values, or choose the method random",
                        parameter.name));
    const auto all = space_.combinations();
    trials_ = all ? std::min<std::uint64_t>(plan.trials, *all) : plan.trials;
  }

  std::size_t trials() const override { return trials_; }
  Values values(std::size_t number, const std::vector<Trial>&) override { return space_.combination(number); }

 private:
  Space space_;
  std::size_t trials_;
};

class Random : public Method {
 public:
  explicit Random(const Plan& plan) : space_(plan.space), seed_(plan.seed) {
    const auto all = space_.combinations();
    trials_ = all ? std::min<std::uint64_t>(plan.trials, *all) : plan.trials;
  }

  std::size_t trials() const override { return trials_; }

  Values values(std::size_t number, const std::vector<Trial>&) override {
    while (drawn_.size() <= number) drawn_.push_back(draw());
    return drawn_[number];
  }

 private:
  /// Draws until it is none of those before; where most are taken, the first that is left after the draw.
  Values draw() {
    constexpr int most_draws = 100;
    for (int i = 0; i < most_draws; ++i) {
      const Values values = at_random();
      if (std::ranges::find(drawn_, values) == drawn_.end()) return values;
    }
    const auto all = space_.combinations();
    if (!all) return at_random();
    std::uint64_t place = Philox(seed_, stream, draws_++).next() % *all;
    while (std::ranges::find(drawn_, space_.combination(place)) != drawn_.end()) place = (place + 1) % *all;
    return space_.combination(place);
  }

  Values at_random() {
    Philox draw(seed_, stream, draws_++);
    std::vector<double> point;
    for (std::size_t i = 0; i < space_.parameters().size(); ++i) point.push_back(draw.uniform());
    return space_.at(point);
  }

  static constexpr std::uint32_t stream = 1;

  Space space_;
  std::uint64_t seed_;
  std::size_t trials_;
  std::uint64_t draws_ = 0;
  std::vector<Values> drawn_;
};

struct NamedMethod {
  std::string name;
  std::unique_ptr<Method> (*make)(const Plan&);
};

template <class T>
std::unique_ptr<Method> made(const Plan& plan) {
  return std::make_unique<T>(plan);
}

const std::vector<NamedMethod>& methods() {
  static const std::vector<NamedMethod> all{{"grid", made<Grid>}, {"random", made<Random>}};
  return all;
}

}  // namespace

std::vector<std::string> method_names() {
  std::vector<std::string> names;
  for (const NamedMethod& method : methods()) names.push_back(method.name);
  return names;
}

std::unique_ptr<Method> make_method(const Plan& plan) {
  require_known("method", plan.method, method_names());
  return std::ranges::find(methods(), plan.method, &NamedMethod::name)->make(plan);
}

}  // namespace gradus::sweep
