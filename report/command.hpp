#pragma once

#include <gradus/train/run_folder.hpp>
#include <gradus/train/settings.hpp>

namespace gradus {

/// The command that repeats a run: `gradus train MODEL` with the data and each flag whose value is not the
/// default, quoted for a shell; Setting::in_command says of which flags it is said always or never.
std::string train_command(const TrainSettings& settings);

/// The command that writes the page of a run anew.
std::string report_command(const RunFolder& folder);

/// The command that resumes a run that was stopped.
std::string resume_command(const TrainSettings& settings, const RunFolder& folder);

}  // namespace gradus
