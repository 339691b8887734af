#pragma once

#include <gradus/report/record.hpp>

#include <nlohmann/json.hpp>

namespace gradus {

/// The settings of a run, hyper-parameters among them by their names, given or not.
nlohmann::json flat_settings(const RunRecord& run);

/// The names of those that are not the same in all runs, of those that decide what comes out.
std::vector<std::string> differing(const std::vector<nlohmann::json>& settings);

/// A value of them as text.
std::string setting_text(const nlohmann::json& value);

}  // namespace gradus
