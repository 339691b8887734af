#include <gradus/fuzz/support/target.hpp>
#include <gradus/optim/schedule.hpp>

void gradus::fuzz::take(std::string_view input) {
  const Schedule schedule = parse_schedule(std::string(input), 100);
  require(parse_schedule(schedule.name, 100).name == schedule.name,
          "a schedule's name is read as the schedule");
}
