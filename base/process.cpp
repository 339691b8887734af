#include <gradus/base/error.hpp>
#include <gradus/base/process.hpp>

#include <fmt/format.h>
#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/error.hpp>
#include <boost/process/io.hpp>
#include <boost/process/search_path.hpp>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace gradus {
namespace {

namespace bp = boost::process;

/// A file without a name, gone when it is closed. Files rather than pipes: a program that writes before it
/// has read everything, or never reads, then neither waits nor breaks a pipe.
using Scratch = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

[[noreturn]] void fail() {
  throw FileError(fmt::format("cannot keep what another program reads and writes in a temporary file: {}",
                              std::system_category().message(errno)));
}

Scratch scratch(const std::string& contents = "") {
  Scratch file(std::tmpfile(), &std::fclose);
  if (!file) fail();
  if (std::fwrite(contents.data(), 1, contents.size(), file.get()) != contents.size() ||
      std::fflush(file.get()) != 0)
    fail();
  std::rewind(file.get());
  return file;
}

std::string contents(const Scratch& file) {
  std::rewind(file.get());
  std::string text;
  std::array<char, 1 << 16> part;
  while (const std::size_t count = std::fread(part.data(), 1, part.size(), file.get()))
    text.append(part.data(), count);
  return text;
}

/// A program named by its path is where it is; others are looked for in PATH.
boost::filesystem::path find(const std::string& program) {
  return program.find('/') == std::string::npos ? bp::search_path(program) : boost::filesystem::path(program);
}

}  // namespace

bool has_program(const std::string& program) { return !find(program).empty(); }

std::string run_process(const std::string& program, const std::vector<std::string>& arguments,
                        const std::string& input, const std::string& package) {
  const auto path = find(program);
  if (path.empty())
    throw FileError(fmt::format("the program '{}' is not installed: on Debian and Ubuntu, apt-get install {}",
                                program, package));
  const Scratch in = scratch(input);
  const Scratch out = scratch();
  const Scratch complaints = scratch();
  std::error_code failure;
  bp::child child(path, bp::args(arguments), bp::std_in = in.get(), bp::std_out = out.get(),
                  bp::std_err = complaints.get(), failure);
  if (failure) throw FileError(fmt::format("cannot run '{}': {}", path.string(), failure.message()));
  child.wait();
  if (child.exit_code() != 0) {
    const std::string said = contents(complaints);
    throw FileError(fmt::format("'{}' ended with exit code {}{}{}", path.string(), child.exit_code(),
                                said.empty() ? "" : ": ", said));
  }
  return contents(out);
}

}  // namespace gradus
