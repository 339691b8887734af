#pragma once

#include <string>
#include <string_view>

namespace gradus {

/// A name as printable_line() shows it, and no more than 120 characters of it.
std::string printable(std::string_view name);

/// A name fit for HTML, XML and the HTML-like labels of DOT, in text and in quoted attributes: as
/// printable(), with
/// &, <, > and both quotes as entities.
std::string html(std::string_view name);

/// A name fit to stand between double quotes in DOT: as printable(), with " and \ escaped.
std::string dot_string(std::string_view name);

/// The number of characters of UTF-8 text.
std::size_t display_width(std::string_view text);

}  // namespace gradus
