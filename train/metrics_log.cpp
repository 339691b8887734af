#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/train/metrics_log.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace gradus {
namespace {

constexpr std::string_view header = "iteration,epoch,split,loss,accuracy";

[[noreturn]] void fail(const char* what, const std::string& path, const std::string& reason) {
  throw FileError(fmt::format("cannot {} '{}': {}", what, path, reason));
}

}  // namespace

MetricsLog::MetricsLog(const std::filesystem::path& path) : path_(path.string()) {
  errno = 0;
  out_.open(path, std::ios::binary | std::ios::app);
  if (!out_) fail("write", path_, std::strerror(errno));
}

MetricsLog MetricsLog::create(const std::filesystem::path& path) {
  write_file(path, fmt::format("{}\n", header));
  return MetricsLog(path);
}

MetricsLog MetricsLog::resume(const std::filesystem::path& path, std::int64_t iteration) {
  const std::string contents = read_file(path);
  std::string kept;
  std::string_view rest(contents);
  for (int number = 1; rest.find('\n') != rest.npos; ++number) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    std::int64_t at = iteration;
    if (number > 1) {
      const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), at);
      if (error != std::errc() || end == line.data() + line.size() || *end != ',' ||
          std::count(line.begin(), line.end(), ',') != 4)
        fail("read", path.string(), fmt::format("line {} is none of '{}': '{}'", number, header, line));
    } else if (line != header) {
      fail("read", path.string(), fmt::format("its first line is not '{}'", header));
    }
    if (at <= iteration) kept.append(line).append("\n");
  }
  if (kept.empty()) fail("read", path.string(), fmt::format("its first line is not '{}'", header));
  if (kept.size() != contents.size()) write_file(path, kept);
  return MetricsLog(path);
}

void MetricsLog::append(const MetricsRow& row) {
  errno = 0;
  out_ << fmt::format("{},{},{},{},{}\n", row.iteration, row.epoch, row.split, row.loss, row.accuracy)
       << std::flush;
  if (!out_) fail("write", path_, errno != 0 ? std::strerror(errno) : "unknown reason");
}

}  // namespace gradus
