#pragma once

#include <string>
#include <string_view>

namespace gradus {

/// Text as HTML, SVG, MathML and the HTML-like labels of DOT show it, in elements and in quoted attributes:
/// printable_text() with &, <, > and both quotes as entities.
std::string html_escaped(std::string_view text);

/// A name fit to stand between double quotes in DOT: printable() with " and \ escaped.
std::string dot_string(std::string_view name);

/// JSON that can stand in a <script> element whatever its strings hold: no '<' is left, so nothing in it can
/// end the element or open another.
std::string script_escaped(std::string_view json);

}  // namespace gradus
