#pragma once

#include <cstddef>
#include <ostream>
#include <string>

namespace gradus::page {

/// The size of the page without its data.
std::size_t web_bytes();

/// The files of web/, which are part of the library, put together around `data` (JSON without a '<').
void write_html(std::ostream& out, const std::string& title, const std::string& data);

}  // namespace gradus::page
