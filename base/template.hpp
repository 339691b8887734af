#pragma once

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>
#include <string_view>

namespace gradus {

/// A file that became part of the library when it was built (cmake/Embed.cmake).
struct EmbeddedFile {
  std::string_view name;
  std::string_view text;
};

/// The text of one of the files. Throws InternalError when it is not among them.
std::string_view text_of(std::span<const EmbeddedFile> files, std::string_view name);

/// A template of Mustache (https://mustache.github.io/mustache.5.html) filled with an object: {{name}} is a
/// string or number as html_escaped() makes it, {{{name}}} the same as it is, {{#name}} … {{/name}} stands
/// for each element of a list, or once unless it is false, null or empty, {{^name}} … {{/name}} where the
/// other does not, and {{>name}} is one of `parts`, which are templates too. Data is never read as a
/// template. Throws InternalError when the template is none, or names what neither the object nor `parts`
/// has.
std::string filled(std::string_view text, const nlohmann::json& data,
                   std::span<const EmbeddedFile> parts = {});

}  // namespace gradus
