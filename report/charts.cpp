#include <gradus/base/escape.hpp>
#include <gradus/report/charts.hpp>

#include <fmt/format.h>

namespace gradus {

std::string axis_label(Quantity quantity, const TrainSettings& settings) {
  if (quantity == Quantity::accuracy) return "accuracy (%)";
  return settings.parts->losses.parse(settings.loss).axis();
}

std::string to_html(const Figure& figure) {
  if (figure.svg.empty()) return "";
  return fmt::format("<figure><figcaption>{}</figcaption>\n{}</figure>\n", html_escaped(figure.title),
                     figure.svg);
}

std::string missing_notice(const Figures& figures) {
  if (figures.missing.empty()) return "";
  return fmt::format("<p class=\"notice\">{}.</p>\n", html_escaped(figures.missing));
}

}  // namespace gradus
