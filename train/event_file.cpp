#include <gradus/base/error.hpp>
#include <gradus/train/event_file.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>

namespace gradus {
namespace {

constexpr std::array<std::uint32_t, 256> crc_table = [] {
  constexpr std::uint32_t reflected_polynomial = 0x82f63b78;
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1) ^ ((rest & 1) != 0 ? reflected_polynomial : 0);
    table[byte] = rest;
  }
  return table;
}();

template <class T>
std::string little_endian(T value) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof(T); ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xff);
  return bytes;
}

std::string masked_crc(std::string_view bytes) {
  return little_endian(std::rotr(crc32c(bytes), 15) + 0xa282ead8U);
}

// Protocol buffers: each field is a key, its number and how its value is written, then the value.

enum Wire : unsigned { varint = 0, eight_bytes = 1, text = 2, four_bytes = 5 };

std::string as_varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>((value & 0x7f) | 0x80);
  return bytes + static_cast<char>(value);
}

std::string key(unsigned field, Wire wire) { return as_varint(field << 3 | wire); }

std::string number(unsigned field, std::int64_t value) {
  return key(field, varint) + as_varint(static_cast<std::uint64_t>(value));
}

std::string number(unsigned field, double value) {
  return key(field, eight_bytes) + little_endian(std::bit_cast<std::uint64_t>(value));
}

std::string number(unsigned field, float value) {
  return key(field, four_bytes) + little_endian(std::bit_cast<std::uint32_t>(value));
}

std::string bytes(unsigned field, std::string_view value) {
  return key(field, text) + as_varint(value.size()) + std::string(value);
}

/// wall_time and step, which every event has.
std::string event(std::int64_t step) {
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  return number(1, now.count()) + number(2, step);
}

/// Summary.Value: tag = 1, simple_value = 2.
std::string scalar(std::string_view what, const MetricsRow& row, double value) {
  return bytes(1, bytes(1, fmt::format("{}/{}", what, row.split)) + number(2, static_cast<float>(value)));
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
  std::uint32_t crc = 0xffffffff;
  for (const char c : bytes) crc = (crc >> 8) ^ crc_table[(crc ^ static_cast<std::uint8_t>(c)) & 0xff];
  return ~crc;
}

std::string event_record(std::string_view message) {
  const std::string length = little_endian(static_cast<std::uint64_t>(message.size()));
  return length + masked_crc(length) + std::string(message) + masked_crc(message);
}

EventFile::EventFile(const std::filesystem::path& folder, std::int64_t after) : path_(folder / file_name()) {
  errno = 0;
  out_.open(path_, std::ios::binary | std::ios::app);
  if (!out_) fail(path_);
  constexpr std::int64_t start = 1;
  write(event(0) + bytes(3, "brain.Event:2"));
  write(event(after + 1) + bytes(7, number(1, start)));
}

void EventFile::append(const MetricsRow& row) {
  write(event(row.iteration) +
        bytes(5, scalar("loss", row, row.loss) + scalar("accuracy", row, row.accuracy)));
}

void EventFile::write(const std::string& message) {
  errno = 0;
  out_ << event_record(message) << std::flush;
  if (!out_) fail(path_);
}

}  // namespace gradus
