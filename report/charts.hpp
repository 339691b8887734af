#pragma once

#include <gradus/report/html.hpp>
#include <gradus/report/plot.hpp>

namespace gradus {

/// "cross-entropy (nats)", "squared error" or "accuracy (%)".
std::string axis_label(Quantity quantity, const std::string& loss);

/// The figure in a page, or nothing when it could not be drawn.
std::string to_html(const Figure& figure);

/// What is said where figures are missing; nothing when none are.
std::string missing_notice(const Figures& figures);

}  // namespace gradus
