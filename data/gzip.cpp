#include <gradus/base/error.hpp>
#include <gradus/data/gzip.hpp>

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

namespace gradus::data {
namespace {

class Inflater {
 public:
  Inflater() {
    constexpr int gzip_only = 16 + MAX_WBITS;
    switch (inflateInit2(&stream_, gzip_only)) {
      case Z_OK:
        return;
      case Z_MEM_ERROR:
        throw std::bad_alloc();
      default:
        throw InternalError("zlib does not start");
    }
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  z_stream* operator->() { return &stream_; }
  int inflate() { return ::inflate(&stream_, Z_NO_FLUSH); }
  void next_member() { inflateReset(&stream_); }

 private:
  z_stream stream_{};
};

uInt at_most_uint(std::size_t n) {
  return static_cast<uInt>(std::min<std::size_t>(n, std::numeric_limits<uInt>::max()));
}

}  // namespace

bool is_gzip(std::string_view contents) { return contents.substr(0, 2) == "\x1f\x8b"; }

Bytes gunzip(std::string_view contents, const std::string& name, std::size_t limit) {
  Inflater inflater;
  Bytes out;
  std::size_t read = 0;
  std::size_t written = 0;
  while (written < limit) {
    if (written == out.size()) {
      const std::size_t grown = std::max({out.size() * 2, contents.size() * 8, std::size_t{1} << 16});
      out.resize(std::min(limit, grown));
    }
    const uInt input = at_most_uint(contents.size() - read);
    const uInt room = at_most_uint(out.size() - written);
    inflater->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(contents.data() + read));
    inflater->avail_in = input;
    inflater->next_out = reinterpret_cast<Bytef*>(out.data() + written);
    inflater->avail_out = room;
    const int status = inflater.inflate();
    read += input - inflater->avail_in;
    written += room - inflater->avail_out;

    if (status == Z_STREAM_END) {
      if (read == contents.size()) break;
      if (!is_gzip(contents.substr(read)))
        throw FileError(fmt::format("'{}' has {} bytes after the end of its gzip stream; fetch it again",
                                    name, contents.size() - read));
      inflater.next_member();
    } else if (status == Z_MEM_ERROR) {
      throw std::bad_alloc();
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      throw FileError(fmt::format("'{}' is corrupt: zlib says '{}'; fetch it again", name,
                                  inflater->msg != nullptr ? inflater->msg : "bad stream"));
    } else if (read == contents.size() && inflater->avail_out != 0) {
      throw FileError(
          fmt::format("'{}' is truncated: its gzip stream of {} bytes stops before its end; fetch it again",
                      name, contents.size()));
    }
  }
  out.resize(written);
  return out;
}

}  // namespace gradus::data
