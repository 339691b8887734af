#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace gradus::page {

/// The size of the page without its data.
std::size_t web_bytes();

/// The text of a file of web/.
std::string web_file(const std::string& name);

/// The files of web/ put together around `data` (JSON without a '<') and the scripts of the ops' rules.
void write_html(std::ostream& out, const std::string& title, std::string data,
                const std::vector<std::string>& rules);

}  // namespace gradus::page
