#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <gradus/base/file.hpp>

#include <csignal>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace gradus::test {

/// What a program said, and its exit code; 128 + n when signal n ended it.
struct ProcessResult {
  int code = -1;
  std::string out;
  std::string err;
};

/// What a program has for stdin, stdout and stderr: a path, or nothing where it is closed. Without a path its
/// output goes to files that are read back.
struct Streams {
  std::optional<std::string> in = "/dev/null";
  std::optional<std::string> out = "";
  std::optional<std::string> err = "";
};

/// A running program, in a folder that outlives it and gets the files its output goes to.
class Process {
 public:
  Process(const std::string& program, const std::vector<std::string>& arguments,
          const std::filesystem::path& folder, const Streams& streams = {})
      : out_((folder / "stdout").string()), err_((folder / "stderr").string()) {
    write_file(out_, "");
    write_file(err_, "");
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addchdir_np(&files, folder.c_str());
    open(files, STDIN_FILENO, streams.in, "/dev/null", O_RDONLY);
    open(files, STDOUT_FILENO, streams.out, out_, O_WRONLY | O_TRUNC);
    open(files, STDERR_FILENO, streams.err, err_, O_WRONLY | O_TRUNC);
    std::vector<std::string> words{program};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    // Also where the tests run under nohup.
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t hang_up;
    sigemptyset(&hang_up);
    sigaddset(&hang_up, SIGHUP);
    posix_spawnattr_setsigdefault(&attributes, &hang_up);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    const int error = ::posix_spawn(&id_, program.c_str(), &files, &attributes, pointers.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    if (error != 0) throw std::runtime_error("cannot start " + program);
  }
  ~Process() {
    if (id_ == 0) return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void send(int signal) const { ::kill(id_, signal); }

  ProcessResult wait() {
    int status = 0;
    ::waitpid(id_, &status, 0);
    id_ = 0;
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_file(out_),
            read_file(err_)};
  }

 private:
  static void open(posix_spawn_file_actions_t& files, int number, const std::optional<std::string>& path,
                   const std::string& usual, int flags) {
    if (!path)
      posix_spawn_file_actions_addclose(&files, number);
    else
      posix_spawn_file_actions_addopen(&files, number, (path->empty() ? usual : *path).c_str(), flags, 0);
  }

  std::string out_;
  std::string err_;
  pid_t id_ = 0;
};

}  // namespace gradus::test
