#include <gradus/fuzz/support/memory_file.hpp>
#include <gradus/fuzz/support/target.hpp>
#include <gradus/sweep/plan.hpp>

void gradus::fuzz::take(std::string_view input) {
  static const MemoryFile file;
  file.fill(input);
  const sweep::Plan plan = sweep::read_plan(file.path());
  check(plan);
  const std::string text = sweep::plan_text(plan);
  file.fill(text);
  require(sweep::plan_text(sweep::read_plan(file.path())) == text, "a plan comes back");
}
