#pragma once

#include <gradus/train/step_recorder.hpp>

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace gradus {

/// The last steps that a recorder measured, as chrome://tracing and https://ui.perfetto.dev show them:
/// Chrome's Trace Event Format, a lane for each thread, an event for each stage with its node, shape, region,
/// operations and bytes, and around those of a step the phases of the loop. Times are microseconds since the
/// first event.
nlohmann::json trace_json(const StepRecorder& recorder, const Program<float>& program,
                          const std::string& process, std::size_t steps = 5);

}  // namespace gradus
