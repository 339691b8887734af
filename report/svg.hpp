#pragma once

#include <string>
#include <string_view>

namespace gradus {

/// Makes gnuplot's SVG fit for a page: without the XML prologue, colours all spelled as #rrggbb, the plot's
/// own title, ids that begin with the plot's name so that many stand in one page, and the class "figure", for
/// which figure_style() has other colours on dark pages. Width and height are left to the page.
std::string page_svg(std::string_view gnuplot_svg, std::string_view name, std::string_view title);

/// The same as a file of its own, which brings its style along. Viewers that know no media queries show the
/// light colours.
std::string standalone_svg(std::string_view page_svg);

/// CSS for the elements of page_svg: on dark pages each colour of the palette becomes its dark form.
std::string figure_style();

}  // namespace gradus
