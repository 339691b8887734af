#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace gradus::data {

/// How far a download is.
struct DownloadProgress {
  std::string url;
  std::size_t received = 0;  ///< bytes so far
  std::size_t total = 0;     ///< bytes in all, or 0 while the server has not said
  bool finished = false;     ///< this file is through, well or ill: nothing more comes for this url
};

using ProgressCallback = std::function<void(const DownloadProgress&)>;

/// Reports to stderr: a bar drawn over itself on a terminal, one plain line for each file elsewhere.
ProgressCallback report_to_stderr();

/// A file to fetch, and what must be in it.
struct RemoteFile {
  std::string name;       ///< published name of the uncompressed file; a mirror has it with ".gz"
  std::size_t bytes = 0;  ///< uncompressed length
  std::string sha256;     ///< checksum of the uncompressed contents, whatever compression a mirror uses
};

/// How long and how often a file is tried for, and how it may come.
struct FetchRules {
  std::chrono::seconds silent{10};      ///< it may be slower than 1,000 bytes a second for this long
  std::chrono::seconds total{30 * 60};  ///< for all attempts together
  int attempts = 4;                     ///< each goes on where the one before broke off
  bool plain_http = false;              ///< for servers of tests
};

/// Fetches the url, of https or of a file, at most `limit` bytes. Redirections are followed to https alone. A
/// server has 3 seconds to answer. Where a transfer breaks off after some bytes, the next attempt asks for
/// the rest, or begins anew where the server gives no parts: so what comes is to be checked against a
/// checksum. Throws FileError naming the url and the reason.
std::string fetch(const std::string& url, std::size_t limit, const ProgressCallback& progress = {},
                  const FetchRules& rules = {});

/// Fetches MIRROR/NAME.gz from the first mirror that has it whole, checks length and checksum of what it
/// unpacks to, and writes it into the folder (beside, then renamed) as it came. A mirror that fails is struck
/// off `mirrors`, and why is added to `failures`: the later files of a set do not wait for it again. Returns
/// whether some mirror had it. Throws FileError when the folder cannot be written.
bool download(const RemoteFile& file, std::vector<std::string>& mirrors, const std::filesystem::path& folder,
              std::vector<std::string>& failures, const ProgressCallback& progress = {});

}  // namespace gradus::data
