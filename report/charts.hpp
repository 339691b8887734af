#pragma once

#include <gradus/report/html.hpp>
#include <gradus/report/plot.hpp>
#include <gradus/train/settings.hpp>

namespace gradus {

/// "accuracy (%)", or what the loss of the settings is called: "cross-entropy (nats)".
std::string axis_label(Quantity quantity, const TrainSettings& settings);

/// The figure in a page, or nothing when it could not be drawn.
std::string to_html(const Figure& figure);

/// What is said where figures are missing; nothing when none are.
std::string missing_notice(const Figures& figures);

}  // namespace gradus
