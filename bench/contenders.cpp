#include "contenders.hpp"

#include <memory>

#include "floor.hpp"
#include "reference.hpp"

namespace gradus::bench {

Contender floor_contender(const Workload& workload) {
  auto batch = std::make_shared<const Batch>(make_batch(workload));
  auto floor = std::make_shared<Floor>(workload, FloorOptions{});
  const float loss = floor->step(*batch);
  verify_first_step(workload, "floor", static_cast<double>(loss), floor->layers());
  return {"floor", [batch, floor] { floor->step(*batch); }};
}

}  // namespace gradus::bench
