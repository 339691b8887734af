#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/tests/support/limits.hpp>
#include <gradus/tests/support/refusal.hpp>
#include <gradus/tests/support/scratch.hpp>
#include <gradus/train/metrics_log.hpp>
#include <gradus/train/run_folder.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <nlohmann/json.hpp>

using namespace gradus;
using test::check_refused;
using test::Scratch;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(run_folder)

BOOST_FIXTURE_TEST_CASE(the_default_folder_is_never_shared, Scratch) {
  const auto now = std::chrono::system_clock::now();
  const RunFolder first = RunFolder::create_default("mlp", folder / "runs", now);
  const RunFolder second = RunFolder::create_default("mlp", folder / "runs", now);
  const RunFolder third = RunFolder::create_default("mlp", folder / "runs", now);
  const std::string name = first.path().filename().string();
  BOOST_TEST(name.size() == std::string("mlp-20260101-000000").size());
  BOOST_TEST(name.substr(0, 4) == "mlp-");
  BOOST_TEST(second.path().filename().string() == name + "-2");
  BOOST_TEST(third.path().filename().string() == name + "-3");
  BOOST_TEST(fs::is_directory(third.path()));
}

BOOST_FIXTURE_TEST_CASE(a_run_is_not_overwritten, Scratch) {
  const std::string path = (folder / "a" / "b").string();
  RunFolder::create(path).write_config({{"seed", 42}});
  BOOST_TEST(RunFolder::open(path).read_config()["seed"] == 42);
  check_refused<FileError>([&] { RunFolder::create(path); },
                           "'" + path + "' already holds a run; continue it with --resume " + path +
                               " or choose another folder with --out");
  fs::remove(folder / "a" / "b" / "config.json");
  for (const char* file : {"metrics.csv", "checkpoint.safetensors", "checkpoint.previous.safetensors"}) {
    write_file(folder / "a" / "b" / file, "");
    check_refused<FileError>([&] { RunFolder::create(path); },
                             "'" + path + "' holds '" + file +
                                 "' of a run that has lost its config.json; delete the folder's files or "
                                 "choose another folder with --out");
    fs::remove(folder / "a" / "b" / file);
  }
  BOOST_TEST(fs::is_empty(path));
}

BOOST_FIXTURE_TEST_CASE(a_run_is_trained_by_one_at_a_time_and_read_by_all, Scratch) {
  const fs::path path = folder / "run";
  const std::string refused =
      "'" + path.string() +
      "' is being trained by another process; wait until that has ended or stop it, or choose another folder "
      "with --out";
  {
    const RunFolder run = RunFolder::create(path);
    check_refused<FileError>([&] { RunFolder::create(path); }, refused);
    run.write_config({{"seed", 42}});
    check_refused<FileError>([&] { RunFolder::create(path); }, refused);
    check_refused<FileError>([&] { RunFolder::resume(path); }, refused);
    BOOST_TEST(RunFolder::open(path).read_config()["seed"] == 42);
  }
  BOOST_TEST(!fs::exists(path / ".lock"));
  {
    const RunFolder run = RunFolder::resume(path);
    check_refused<FileError>([&] { RunFolder::resume(path); }, refused);
  }
  const fs::path of_time = RunFolder::create_default("mlp", folder).path();
  BOOST_TEST(!fs::exists(of_time / ".lock"));
  const RunFolder run = RunFolder::create_default("mlp", folder);
  check_refused<FileError>([&] { RunFolder::create(run.path()); },
                           "'" + run.path().string() + refused.substr(path.string().size() + 1));
}

BOOST_FIXTURE_TEST_CASE(a_killed_training_keeps_nobody_out_and_its_leftovers_go, Scratch) {
  const fs::path path = folder / "run";
  const pid_t child = ::fork();
  if (child == 0) {
    const RunFolder run = RunFolder::create(path);
    const auto killed = [](std::ostream&) { ::raise(SIGKILL); };
    write_file(run.config(), killed);
  }
  ::waitpid(child, nullptr, 0);
  BOOST_TEST(fs::exists(path / ".lock"));
  BOOST_TEST(std::distance(fs::directory_iterator(path), fs::directory_iterator()) == 2);
  RunFolder::create(path).write_config({{"seed", 42}});
  BOOST_TEST(std::distance(fs::directory_iterator(path), fs::directory_iterator()) == 1);
  fs::create_directory(path / "plots");
  for (const char* name : {".gradus-0123456789abcdef.part", "plots/.gradus-0123456789abcdef.part"})
    write_file(path / name, "half");
  RunFolder::resume(path);
  BOOST_TEST(std::distance(fs::recursive_directory_iterator(path), fs::recursive_directory_iterator()) == 2);
}

BOOST_FIXTURE_TEST_CASE(what_is_no_run, Scratch) {
  const auto message = [](const fs::path& path, const std::string& why) {
    return "'" + path.string() + "' is no run folder: " + why +
           "; name a folder that `gradus train` has made";
  };
  check_refused<FileError>([&] { RunFolder::open(folder / "x"); },
                           message(folder / "x", "it does not exist"));
  check_refused<FileError>([&] { RunFolder::open(folder); }, message(folder, "it has no config.json"));
  write_file(folder / "file", "");
  check_refused<FileError>([&] { RunFolder::open(folder / "file"); },
                           message(folder / "file", "it is a file"));
  check_refused<FileError>(
      [&] { RunFolder::create(folder / "file" / "x"); },
      "cannot make the run folder '" + (folder / "file" / "x").string() + "': Not a directory");
  const std::string config = (folder / "config.json").string();
  write_file(config, "{");
  BOOST_CHECK_EXCEPTION(RunFolder::open(folder).read_config(), FileError, [&](const FileError& error) {
    return std::string(error.what()).starts_with("cannot read '" + config + "': it holds no JSON: ");
  });
  write_file(config, "[]");
  check_refused<FileError>(
      [&] { RunFolder::open(folder).read_config(); },
      "'" + config + "' must hold an object, not a list; the file is damaged or was changed by hand");
}

BOOST_FIXTURE_TEST_CASE(a_resumed_log_equals_an_uninterrupted_one, Scratch) {
  const fs::path whole = folder / "whole.csv";
  const fs::path parts = folder / "parts.csv";
  const auto rows = [](MetricsLog& log, int from, int to) {
    for (int i = from; i <= to; ++i) {
      log.append({i * 10, i / 2, "train", 1.0 / i, 0.1 * i});
      log.append({i * 10, i / 2, "validation", 2.0 / i, 0.1 * i});
    }
  };
  {
    MetricsLog log = MetricsLog::create(whole);
    rows(log, 1, 5);
    MetricsLog interrupted = MetricsLog::create(parts);
    rows(interrupted, 1, 4);
  }
  write_file(parts, read_file(parts) + "50,2,tra");
  MetricsLog log = MetricsLog::resume(parts, 20);
  BOOST_TEST(read_file(parts) ==
             "iteration,epoch,split,loss,accuracy\n"
             "10,0,train,1,0.1\n10,0,validation,2,0.1\n"
             "20,1,train,0.5,0.2\n20,1,validation,1,0.2\n");
  rows(log, 3, 5);
  BOOST_TEST(read_file(parts) == read_file(whole));
}

BOOST_FIXTURE_TEST_CASE(a_log_that_is_none, Scratch) {
  const fs::path path = folder / "metrics.csv";
  const std::string cannot = "cannot read '" + path.string() + "': ";
  const std::string header = "iteration,epoch,split,loss,accuracy";
  check_refused<FileError>([&] { MetricsLog::resume(path, 1); }, cannot + "No such file or directory");
  for (const char* wrong : {"", "a,b\n"}) {
    write_file(path, wrong);
    check_refused<FileError>([&] { MetricsLog::resume(path, 1); },
                             cannot + "its first line is not '" + header + "'");
  }
  for (const std::string wrong : {"x,1,train,1,1", "1,1,train,1", "1"}) {
    write_file(path, header + "\n1,1,train,1,1\n" + wrong + "\n");
    check_refused<FileError>([&] { MetricsLog::resume(path, 1); },
                             cannot + "line 3 is none of '" + header + "': '" + wrong + "'");
  }
}

BOOST_FIXTURE_TEST_CASE(a_full_disk_is_named, Scratch) {
  const fs::path path = folder / "metrics.csv";
  MetricsLog log = MetricsLog::create(path);
  const test::FullDisk full(40);
  std::string message;
  try {
    log.append({1, 1, "train", 0.123456789, 0.5});
  } catch (const FileError& error) {
    message = error.what();
  }
  BOOST_TEST(message == "cannot write '" + path.string() + "': File too large");
}

BOOST_AUTO_TEST_SUITE_END()
