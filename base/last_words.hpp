#pragma once

namespace gradus {

/// Some functions may not throw and yet allocate: a JSON value's destructor, a directory iterator's step.
/// Where one finds no memory, the program from now on ends with this exit code and says this text to stderr,
/// instead of what std::terminate does. `text` must outlive the program.
void end_without_memory(int exit_code, const char* text) noexcept;

}  // namespace gradus
