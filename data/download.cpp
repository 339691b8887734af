#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/data/checksum.hpp>
#include <gradus/data/download.hpp>
#include <gradus/data/gzip.hpp>

#include <curl/curl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <mutex>

namespace gradus::data {
namespace {

constexpr long connect_seconds = 3;
constexpr long slowest = 1000;  // bytes a second

struct Transfer {
  std::string body;
  std::size_t limit = 0;
  std::size_t before = 0;  ///< bytes of the body from attempts before this one
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
  transfer.state.total = total > 0 ? transfer.before + static_cast<std::size_t>(total) : 0;
  transfer.state.received = transfer.before + static_cast<std::size_t>(received);
  if (received > 0) transfer.report();
  return 0;
}

void start_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

/// A transfer that may be continued.
bool breaks_off(CURLcode code) {
  return code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING ||
         code == CURLE_OPERATION_TIMEDOUT;
}

/// What fetches one url, in several attempts.
class Connection {
 public:
  Connection(Transfer& transfer, const FetchRules& rules) : transfer_(transfer) {
    start_curl();
    curl_.reset(curl_easy_init());
    if (!curl_) throw InternalError("libcurl does not start");
    set(CURLOPT_URL, transfer.state.url.c_str());
    set(CURLOPT_USERAGENT, "gradus");
    set(CURLOPT_ERRORBUFFER, reason_.data());
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_FAILONERROR, 1L);
    allow_protocols(rules.plain_http);
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, 5L);
    set(CURLOPT_CONNECTTIMEOUT, connect_seconds);
    set(CURLOPT_LOW_SPEED_LIMIT, slowest);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(rules.silent.count()));
    set(CURLOPT_WRITEFUNCTION, &receive);
    set(CURLOPT_WRITEDATA, &transfer);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &advance);
    set(CURLOPT_XFERINFODATA, &transfer);
  }

  /// Asks for what is still missing.
  CURLcode go_on(std::chrono::milliseconds time) const {
    transfer_.before = transfer_.body.size();
    set(CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(transfer_.before));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(time.count()));
    return curl_easy_perform(curl_.get());
  }

  std::string reason(CURLcode code) const {
    return reason_[0] != '\0' ? reason_.data() : curl_easy_strerror(code);
  }

 private:
  void allow_protocols(bool plain_http) const {
#if LIBCURL_VERSION_NUM >= 0x075500
    set(CURLOPT_PROTOCOLS_STR, plain_http ? "https,file,http" : "https,file");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "https");
#else
    set(CURLOPT_PROTOCOLS, CURLPROTO_HTTPS | CURLPROTO_FILE | (plain_http ? CURLPROTO_HTTP : 0L));
    set(CURLOPT_REDIR_PROTOCOLS, CURLPROTO_HTTPS);
#endif
  }
  template <class Value>
  void set(CURLoption option, Value value) const {
    curl_easy_setopt(curl_.get(), option, value);
  }

  Transfer& transfer_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_{nullptr, &curl_easy_cleanup};
  std::array<char, CURL_ERROR_SIZE> reason_{};
};

/// Why downloaded contents are not the file that was asked for, or empty.
std::string fault(const std::string& contents, const RemoteFile& file, const std::string& url) {
  try {
    const Bytes gunzipped = is_gzip(contents) ? gunzip(contents, url, file.bytes + 1) : Bytes();
    const std::string_view unpacked = is_gzip(contents) ? text_of(gunzipped) : contents;
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
      const std::string bar =
          fmt::format("\r{} [{:<{}}] {:.1f} of {:.1f} MB{}", state.url, std::string(filled, '#'), width,
                      received, static_cast<double>(state.total) / megabyte, state.finished ? "\n" : "");
      std::fwrite(bar.data(), 1, bar.size(), stderr);
      std::fflush(stderr);
    } else if (state.finished) {
      say("downloading {}: {:.1f} MB\n", state.url, received);
    }
  };
}

std::string fetch(const std::string& url, std::size_t limit, const ProgressCallback& progress,
                  const FetchRules& rules) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + rules.total;
  Transfer transfer;
  transfer.limit = limit;
  transfer.state.url = url;
  transfer.progress = &progress;
  const Connection connection(transfer, rules);
  CURLcode code = CURLE_OK;
  for (int attempt = 1; attempt <= rules.attempts; ++attempt) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() <= 0) break;
    code = connection.go_on(left);
    if (code == CURLE_RANGE_ERROR)
      transfer.body.clear();
    else if (!breaks_off(code) || transfer.body.size() == transfer.before)
      break;
  }
  transfer.state.received = transfer.body.size();
  transfer.state.finished = true;
  if (transfer.state.received > 0) transfer.report();
  if (code == CURLE_WRITE_ERROR)
    throw FileError(fmt::format("{} sends more than the {} bytes there should be", url, limit));
  if (code != CURLE_OK) throw FileError(fmt::format("{}: {}", url, connection.reason(code)));
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
