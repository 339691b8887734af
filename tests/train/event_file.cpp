#include <gradus/tests/train/runs.hpp>
#include <gradus/train/event_file.hpp>

#include <boost/test/unit_test.hpp>
#include <cstring>

using namespace gradus;
using namespace gradus::test;

namespace {

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

/// The messages of a file, whose every record must be whole and have the right checksums.
std::vector<std::string> messages(const std::string& file) {
  std::vector<std::string> result;
  for (std::size_t at = 0; at < file.size();) {
    std::uint64_t size = 0;
    BOOST_TEST_REQUIRE(file.size() - at >= 16);
    std::memcpy(&size, file.data() + at, sizeof size);
    BOOST_TEST_REQUIRE(size <= file.size() - at - 16);
    result.push_back(file.substr(at + 12, size));
    BOOST_TEST((file.substr(at, size + 16) == event_record(result.back())));
    at += size + 16;
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(event_file)

BOOST_AUTO_TEST_CASE(checksums_of_rfc_3720) {
  BOOST_TEST(crc32c("") == 0U);
  BOOST_TEST(crc32c("123456789") == 0xe3069283U);
  BOOST_TEST(crc32c(std::string(32, '\0')) == 0x8a9136aaU);
  BOOST_TEST(crc32c(std::string(32, '\xff')) == 0x62a8ab43U);
  std::string counting;
  for (int i = 0; i < 32; ++i) counting += static_cast<char>(i);
  BOOST_TEST(crc32c(counting) == 0x46dd794eU);
}

BOOST_AUTO_TEST_CASE(a_record_begins_as_every_event_file_of_tensorflow_does) {
  // The first message of such a file has 24 bytes.
  const std::string record = event_record(std::string(24, 'x'));
  BOOST_TEST(record.size() == 8U + 4 + 24 + 4);
  BOOST_TEST((record.substr(0, 12) == bytes({0x18, 0, 0, 0, 0, 0, 0, 0, 0xa3, 0x7f, 0x4b, 0x22})));
}

BOOST_FIXTURE_TEST_CASE(rows_become_scalars, Scratch) {
  EventFile events(folder, 300);
  events.append({301, 2, "train", 0.5, 0.25});
  BOOST_TEST(events.path().filename().string().starts_with("events.out.tfevents."));
  const auto read = messages(read_file(events.path()));
  BOOST_TEST_REQUIRE(read.size() == 3);
  // Each has a key, 8 bytes of wall time, a key, the step; then what it is for.
  BOOST_TEST((read[0].substr(9) == bytes({0x10, 0, 0x1a, 13}) + "brain.Event:2"));
  BOOST_TEST((read[1].substr(9) == bytes({0x10, 0xad, 0x02, 0x3a, 2, 8, 1})));
  BOOST_TEST((read[2].substr(9) == bytes({0x10, 0xad, 0x02, 0x2a, 42}) + bytes({10, 17, 10, 10}) +
                                       "loss/train" + bytes({0x15, 0, 0, 0, 0x3f}) + bytes({10, 21, 10, 14}) +
                                       "accuracy/train" + bytes({0x15, 0, 0, 0x80, 0x3e})));
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_not_there) {
  BOOST_CHECK_EXCEPTION(EventFile("no/such/folder", 0), FileError, [](const FileError& error) {
    const std::string said = error.what();
    return said.starts_with("cannot write 'no/such/folder/events.out.tfevents.") &&
           said.ends_with("': No such file or directory");
  });
}

BOOST_AUTO_TEST_SUITE_END()
