#pragma once

#include <string>
#include <string_view>

namespace gradus {

/// Text fit for one line of a terminal, whoever it is from: control characters, among them those that begin
/// a terminal's commands, as \n, \t, \xNN or \u00NN; the characters that change the direction of writing or
/// end a line as \uNNNN; bytes that are no UTF-8 as \xNN.
std::string printable_line(std::string_view text);

/// The same for several lines: their ends stay.
std::string printable_text(std::string_view text);

/// A name as printable_line() shows it, and no more than 120 characters of it.
std::string printable(std::string_view name);

}  // namespace gradus
