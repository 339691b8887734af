#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace gradus {

/// Runs another program, found in PATH unless it is named by its path, with `input` on its standard input,
/// in `folder` where one is named, and returns what it wrote to its standard output. No shell is between.
/// `package` is what Debian calls the package that holds it.
///
/// Throws FileError when the program is not installed, saying which package to install, or when it exits with
/// something else than 0, with what it wrote to its standard error.
std::string run_process(const std::string& program, const std::vector<std::string>& arguments,
                        const std::string& input, const std::string& package,
                        const std::filesystem::path& folder = {});

/// Whether a program is found in PATH, for what can be done without it.
bool has_program(const std::string& program);

}  // namespace gradus
