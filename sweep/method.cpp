#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/sweep/bayes.hpp>
#include <gradus/sweep/random.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus::sweep {
namespace {

class Grid : public Method {
 public:
  explicit Grid(const Plan& plan) : space_(plan.space), trials_(trials_in(plan)) {
    for (const Parameter& parameter : space_.parameters())
      if (parameter.range)
        throw ValueError(
            fmt::format("the method grid tries every value, and {} has a range: give a list of "
                        "values, or choose the method random",
                        parameter.name));
  }

  std::size_t trials() const override { return trials_; }
  Values values(std::size_t number, const std::vector<Trial>&) override { return space_.combination(number); }

 private:
  Space space_;
  std::size_t trials_;
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
  static const std::vector<NamedMethod> all{
      {"grid", made<Grid>}, {"random", made<Random>}, {"bayes", made<Bayes>}};
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
