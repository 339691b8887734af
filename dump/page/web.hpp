#pragma once

#include <cstddef>
#include <ostream>
#include <string>

namespace gradus::page {

/// The size of the page without its data.
std::size_t web_bytes();

/// The files of web/ put together around `data` (JSON without a '<').
void write_html(std::ostream& out, const std::string& title, std::string data);

}  // namespace gradus::page
