#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/data/checksum.hpp>
#include <gradus/data/download.hpp>
#include <gradus/data/gzip.hpp>

#include <curl/curl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <mutex>

namespace gradus::data {
namespace {

constexpr long connect_seconds = 3;
constexpr long silent_seconds = 10;

struct Transfer {
  std::string body;
  std::size_t limit = 0;
  DownloadProgress state;
  const ProgressCallback* progress = nullptr;

  void report() const {
    if (*progress) (*progress)(state);
  }
};

std::size_t receive(char* bytes, std::size_t, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (transfer.body.size() + count > transfer.limit) return 0;
  transfer.body.append(bytes, count);
  return count;
}

int advance(void* user, curl_off_t total, curl_off_t received, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<Transfer*>(user);
  transfer.state.total = static_cast<std::size_t>(total);
  transfer.state.received = static_cast<std::size_t>(received);
  if (received > 0) transfer.report();
  return 0;
}

void start_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

/// Why downloaded contents are not the file that was asked for, or empty.
std::string fault(const std::string& contents, const RemoteFile& file, const std::string& url) {
  try {
    const std::string unpacked = is_gzip(contents) ? gunzip(contents, url, file.bytes + 1) : contents;
    if (unpacked.size() != file.bytes)
      return fmt::format("{} served {} {} bytes, {} expected", url,
                         unpacked.size() > file.bytes ? "more than" : "only",
                         std::min(unpacked.size(), file.bytes), file.bytes);
    const std::string sum = sha256(unpacked);
    if (sum != file.sha256)
      return fmt::format("{} served wrong bytes: SHA-256 {}…, {}… expected", url, sum.substr(0, 12),
                         file.sha256.substr(0, 12));
  } catch (const FileError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

ProgressCallback report_to_stderr() {
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  return [terminal](const DownloadProgress& state) {
    constexpr double megabyte = 1e6;
    const double received = static_cast<double>(state.received) / megabyte;
    if (terminal) {
      constexpr std::size_t width = 24;
      const std::size_t filled = state.total == 0 ? 0 : width * state.received / state.total;
      fmt::print(stderr, "\r{} [{:<{}}] {:.1f} of {:.1f} MB{}", state.url, std::string(filled, '#'), width,
                 received, static_cast<double>(state.total) / megabyte, state.finished ? "\n" : "");
    } else if (state.finished) {
      fmt::print(stderr, "downloading {}: {:.1f} MB\n", state.url, received);
    }
    std::fflush(stderr);
  };
}

std::string fetch(const std::string& url, std::size_t limit, const ProgressCallback& progress) {
  start_curl();
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
  if (!curl) throw InternalError("libcurl does not start");
  Transfer transfer;
  transfer.limit = limit;
  transfer.state.url = url;
  transfer.progress = &progress;
  char reason[CURL_ERROR_SIZE] = "";
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl.get(), option, value); };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_USERAGENT, "gradus");
  set(CURLOPT_ERRORBUFFER, &reason[0]);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_FAILONERROR, 1L);
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, 5L);
  set(CURLOPT_CONNECTTIMEOUT, connect_seconds);
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, silent_seconds);
  set(CURLOPT_WRITEFUNCTION, &receive);
  set(CURLOPT_WRITEDATA, &transfer);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &advance);
  set(CURLOPT_XFERINFODATA, &transfer);
  const CURLcode code = curl_easy_perform(curl.get());
  transfer.state.received = transfer.body.size();
  transfer.state.finished = true;
  if (transfer.state.received > 0) transfer.report();
  if (code == CURLE_WRITE_ERROR)
    throw FileError(fmt::format("{} sends more than the {} bytes there should be", url, limit));
  if (code != CURLE_OK)
    throw FileError(fmt::format("{}: {}", url, reason[0] != '\0' ? reason : curl_easy_strerror(code)));
  return std::move(transfer.body);
}

bool download(const RemoteFile& file, std::vector<std::string>& mirrors, const std::filesystem::path& folder,
              std::vector<std::string>& failures, const ProgressCallback& progress) {
  // Incompressible contents grow a little when compressed.
  const std::size_t limit = file.bytes + file.bytes / 100 + 4096;
  while (!mirrors.empty()) {
    const std::string url = fmt::format("{}/{}.gz", mirrors.front(), file.name);
    std::string contents;
    std::string reason;
    try {
      contents = fetch(url, limit, progress);
      reason = fault(contents, file, url);
    } catch (const FileError& error) {
      reason = error.what();
    }
    if (reason.empty()) {
      write_file(folder / (is_gzip(contents) ? file.name + ".gz" : file.name), contents);
      return true;
    }
    failures.push_back(reason);
    mirrors.erase(mirrors.begin());
  }
  return false;
}

}  // namespace gradus::data
