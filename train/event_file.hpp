#pragma once

#include <gradus/train/metrics_log.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace gradus {

/// The checksum CRC-32C (Castagnoli 1993; polynomial 1EDC6F41, reflected) of the bytes.
std::uint32_t crc32c(std::string_view bytes);

/// A record of TensorFlow's record format ("TFRecords format details",
/// https://www.tensorflow.org/tutorials/load_data/tfrecord): the length as 8 bytes, its masked checksum as 4,
/// the message, its masked checksum as 4, all little-endian. Masked is ((crc ≫ 15) | (crc ≪ 17)) + a282ead8,
/// mod 2³².
std::string event_record(std::string_view message);

/// A file that TensorBoard reads: a message `Event` of protocol buffers in each record (tensorflow/core/util/
/// event.proto: wall_time = 1, step = 2, file_version = 3, summary = 5, session_log = 7). Each row of
/// metrics.csv becomes two scalars at its iteration, "loss/SPLIT" and "accuracy/SPLIT". Every append
/// outlives the death of the process, though not a crash of the machine.
class EventFile {
 public:
  /// Begins a new file in the folder of a run, beside those of earlier sessions. It says that a session
  /// starts after iteration `after`, so that TensorBoard drops what an earlier one that crashed had written
  /// beyond it. Throws FileError naming the file and the system's reason.
  EventFile(const std::filesystem::path& folder, std::int64_t after);

  /// Throws FileError like the constructor.
  void append(const MetricsRow& row);

  const std::filesystem::path& path() const { return path_; }

 private:
  void write(const std::string& message);

  std::filesystem::path path_;
  std::ofstream out_;
};

}  // namespace gradus
