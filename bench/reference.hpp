#pragma once

#include <string>

#include "workload.hpp"

namespace gradus::bench {

/// One step of SGD in double precision, as the textbook writes it; the mean loss before the update.
double reference_step(const Workload& workload, const Batch& batch, std::vector<Layer>& layers);

/// A step that is fast and wrong sets no floor: throws std::runtime_error, naming `who`, unless `loss` and
/// `layers`, one step after make_layers on make_batch, are those of the reference to float's accuracy.
void verify_first_step(const Workload& workload, const std::string& who, double loss,
                       const std::vector<Layer>& layers);

}  // namespace gradus::bench
