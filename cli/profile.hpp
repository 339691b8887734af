#pragma once

#include <gradus/graph/run/program.hpp>
#include <gradus/train/run_folder.hpp>
#include <gradus/train/step_recorder.hpp>

namespace gradus::cli {

/// Prints where the time of the measured steps went, beside what the machine can do, and writes the trace of
/// the last of them into the run's folder. Says so where none was measured. Throws as write_file(),
/// print_raw() and measure_roofline() do.
void show_profile(const StepRecorder& recorder, const Program<float>& program, const RunFolder& folder);

}  // namespace gradus::cli
