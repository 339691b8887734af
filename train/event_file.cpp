#include <gradus/base/error.hpp>
#include <gradus/train/event_file.hpp>

#include <fmt/format.h>
#include <unistd.h>
#include <boost/crc.hpp>
#include <protozero/pbf_writer.hpp>

#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>

namespace gradus {
namespace {

using Message = protozero::pbf_writer;

/// Begins a message `Event` with what every one has.
Message event(std::string& bytes, std::int64_t step) {
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  Message message(bytes);
  message.add_double(1, now.count());
  message.add_int64(2, step);
  return message;
}

/// A Summary.Value: tag = 1, simple_value = 2.
void add_scalar(Message& summary, std::string_view what, const MetricsRow& row, double value) {
  Message scalar(summary, 1);
  scalar.add_string(1, fmt::format("{}/{}", what, row.split));
  scalar.add_float(2, static_cast<float>(value));
}

template <class T>
std::string little_endian(T value) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof(T); ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xff);
  return bytes;
}

std::string masked_crc(std::string_view bytes) {
  return little_endian(std::rotr(crc32c(bytes), 15) + 0xa282ead8U);
}

/// events.out.tfevents.SECONDS.HOST.PROCESS: TensorBoard goes by the first words and reads in this order.
std::string file_name() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) std::strcpy(host.data(), "localhost");
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return fmt::format("events.out.tfevents.{:010}.{}.{}",
                     std::chrono::duration_cast<std::chrono::seconds>(now).count(), host.data(), ::getpid());
}

[[noreturn]] void fail(const std::filesystem::path& path) {
  throw FileError(fmt::format("cannot write '{}': {}", path.string(),
                              errno != 0 ? std::strerror(errno) : "unknown reason"));
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

std::string event_record(std::string_view message) {
  const std::string length = little_endian(static_cast<std::uint64_t>(message.size()));
  return length + masked_crc(length) + std::string(message) + masked_crc(message);
}

EventFile::EventFile(const std::filesystem::path& folder, std::int64_t after) : path_(folder / file_name()) {
  errno = 0;
  out_.open(path_, std::ios::binary | std::ios::app);
  if (!out_) fail(path_);
  std::string version;
  event(version, 0).add_string(3, "brain.Event:2");
  write(version);
  std::string session;
  Message message = event(session, after + 1);
  constexpr int start = 1;
  Message(message, 7).add_enum(1, start);
  write(session);
}

void EventFile::append(const MetricsRow& row) {
  std::string bytes;
  Message message = event(bytes, row.iteration);
  {
    Message summary(message, 5);
    add_scalar(summary, "loss", row, row.loss);
    add_scalar(summary, "accuracy", row, row.accuracy);
  }
  write(bytes);
}

void EventFile::write(const std::string& message) {
  errno = 0;
  out_ << event_record(message) << std::flush;
  if (!out_) fail(path_);
}

}  // namespace gradus
