#include <gradus/base/error.hpp>
#include <gradus/base/process.hpp>

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <system_error>

namespace gradus {
namespace fs = std::filesystem;

namespace {

/// A file without a name, gone when it is closed. Files rather than pipes: a program that writes before it
/// has read everything, or never reads, then neither waits nor breaks a pipe.
using Scratch = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

std::string reason(int error) { return std::system_category().message(error); }

[[noreturn]] void fail() {
  throw FileError(fmt::format("cannot keep what another program reads and writes in a temporary file: {}",
                              reason(errno)));
}

Scratch scratch(const std::string& contents = "") {
  Scratch file(std::tmpfile(), &std::fclose);
  if (!file) fail();
  if (std::fwrite(contents.data(), 1, contents.size(), file.get()) != contents.size() ||
      std::fflush(file.get()) != 0 || std::fseek(file.get(), 0, SEEK_SET) != 0)
    fail();
  return file;
}

std::string contents(const Scratch& file) {
  if (std::fseek(file.get(), 0, SEEK_SET) != 0) fail();
  std::string text;
  std::array<char, 1 << 16> part;
  while (const std::size_t count = std::fread(part.data(), 1, part.size(), file.get()))
    text.append(part.data(), count);
  if (std::ferror(file.get()) != 0) fail();
  return text;
}

bool is_program(const fs::path& path) {
  std::error_code code;
  return fs::is_regular_file(path, code) && ::access(path.c_str(), X_OK) == 0;
}

/// A program named by its path is where it is; others are looked for in PATH, whose empty entries are the
/// folder one is in. Absolute, so that it is found from every folder; empty where there is none.
fs::path find(const std::string& program) {
  std::error_code code;
  if (program.find('/') != std::string::npos) return fs::absolute(program, code);
  const char* variable = std::getenv("PATH");
  std::string_view left = variable != nullptr ? variable : "/usr/local/bin:/usr/bin:/bin";
  while (true) {
    const std::size_t end = left.find(':');
    const std::string_view folder = left.substr(0, end);
    const fs::path path = fs::absolute(fs::path(folder.empty() ? "." : folder) / program, code);
    if (is_program(path)) return path;
    if (end == std::string_view::npos) return {};
    left.remove_prefix(end + 1);
  }
}

/// What a program finds open when it starts.
class StartingFiles {
 public:
  StartingFiles() {
    if (::posix_spawn_file_actions_init(&actions_) != 0) throw std::bad_alloc();
  }
  ~StartingFiles() { ::posix_spawn_file_actions_destroy(&actions_); }
  StartingFiles(const StartingFiles&) = delete;
  StartingFiles& operator=(const StartingFiles&) = delete;

  void put(const Scratch& file, int number) {
    if (::posix_spawn_file_actions_adddup2(&actions_, ::fileno(file.get()), number) != 0)
      throw std::bad_alloc();
  }
  void start_in(const fs::path& folder) {
    if (::posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str()) != 0) throw std::bad_alloc();
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// How a program ended, in words; empty where all went well.
std::string trouble(int status) {
  if (WIFSIGNALED(status)) return fmt::format("was ended by signal {}", WTERMSIG(status));
  return WEXITSTATUS(status) == 0 ? "" : fmt::format("ended with exit code {}", WEXITSTATUS(status));
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) throw FileError("cannot wait for another program: " + reason(errno));
  return status;
}

}  // namespace

bool has_program(const std::string& program) { return !find(program).empty(); }

std::string run_process(const std::string& program, const std::vector<std::string>& arguments,
                        const std::string& input, const std::string& package, const fs::path& folder) {
  const fs::path path = find(program);
  if (path.empty())
    throw FileError(fmt::format("the program '{}' is not installed: on Debian and Ubuntu, apt-get install {}",
                                program, package));
  const Scratch in = scratch(input);
  const Scratch out = scratch();
  const Scratch complaints = scratch();
  StartingFiles files;
  files.put(in, STDIN_FILENO);
  files.put(out, STDOUT_FILENO);
  files.put(complaints, STDERR_FILENO);
  if (!folder.empty()) files.start_in(folder);
  std::vector<std::string> words{path.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  pid_t child = 0;
  if (const int error = ::posix_spawn(&child, path.c_str(), files.get(), nullptr, pointers.data(), environ))
    throw FileError(fmt::format("cannot run '{}': {}", path.string(), reason(error)));
  if (const std::string ended = trouble(wait_for(child)); !ended.empty()) {
    std::string said = contents(complaints);
    said.erase(said.find_last_not_of('\n') + 1);
    throw FileError(fmt::format("'{}' {}{}{}", path.string(), ended, said.empty() ? "" : ": ", said));
  }
  return contents(out);
}

}  // namespace gradus
