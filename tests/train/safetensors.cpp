#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/tests/support/refusal.hpp>
#include <gradus/tests/support/scratch.hpp>
#include <gradus/train/safetensors.hpp>

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <limits>

using namespace gradus;
namespace fs = std::filesystem;

namespace {

/// A path that is removed with everything below it.
struct TensorScratch : test::Scratch {
  fs::path file = folder / "t.safetensors";
};

TensorFile example() {
  const std::vector<float> weights{1.5F, -2.0F, 0.0F, std::numeric_limits<float>::infinity(), 4.0F, 1e-40F};
  const std::vector<double> losses{0.1, -1e300};
  const std::vector<std::uint8_t> mask{0, 255, 7};
  TensorFile file;
  file.metadata = {{"model", "784-10"}, {"note", "\"quoted\" größe\n"}};
  file.tensors.push_back(NamedTensor::of<float>("hidden1/W", {2, 3}, weights));
  file.tensors.push_back(NamedTensor::of<std::uint8_t>("mask", {3}, mask));
  file.tensors.push_back(NamedTensor::of<double>("loss", {2, 1}, losses));
  file.tensors.push_back(NamedTensor::scalar<std::int64_t>("step", -5));
  file.tensors.push_back(NamedTensor::of<float>("empty", {0, 4}, {}));
  return file;
}

std::string with_size(const std::string& header, const std::string& data = "") {
  const std::uint64_t size = header.size();
  std::string contents(8, '\0');
  std::memcpy(contents.data(), &size, 8);
  return contents + header + data;
}

/// Reading `contents` must throw a FileError that names the file and says `reason`.
void check_unreadable(const std::string& contents, const std::string& reason) {
  const TensorScratch scratch;
  write_file(scratch.file, contents);
  const std::string expected = "cannot read '" + scratch.file.string() + "' as safetensors: " + reason;
  test::check_refused<FileError>([&] { read_tensors(scratch.file); }, expected);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(safetensors)

BOOST_AUTO_TEST_CASE(what_is_written_is_read) {
  const TensorScratch scratch;
  write_tensors(scratch.file, example());
  BOOST_TEST((read_tensors(scratch.file) == example()));

  write_tensors(scratch.file, TensorFile{});
  BOOST_TEST((read_tensors(scratch.file) == TensorFile{}));
}

BOOST_AUTO_TEST_CASE(bytes_are_as_the_format_says) {
  const TensorScratch scratch;
  TensorFile file;
  file.metadata = {{"k", "v"}};
  file.tensors.push_back(NamedTensor::scalar<std::uint8_t>("b", 9));
  file.tensors.push_back(NamedTensor::of<float>("a", {2}, std::vector<float>{1.0F, -2.0F}));
  write_tensors(scratch.file, file);

  std::string header = R"({"__metadata__":{"k":"v"},)"
                       R"("b":{"dtype":"U8","shape":[],"data_offsets":[8,9]},)"
                       R"("a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  header.resize((header.size() + 7) / 8 * 8, ' ');
  const std::string data("\x00\x00\x80\x3f\x00\x00\x00\xc0\x09", 9);
  BOOST_TEST(read_file(scratch.file) == with_size(header, data));
}

BOOST_AUTO_TEST_CASE(every_tensor_is_aligned_to_its_elements) {
  const TensorScratch scratch;
  write_tensors(scratch.file, example());
  const std::string contents = read_file(scratch.file);
  std::uint64_t header = 0;
  std::memcpy(&header, contents.data(), 8);
  BOOST_TEST(header % 8 == 0);
  const std::string text = contents.substr(8, header);
  BOOST_TEST(text.find(R"("loss":{"dtype":"F64","shape":[2,1],"data_offsets":[0,16]})") != text.npos);
  BOOST_TEST(text.find(R"("step":{"dtype":"I64","shape":[],"data_offsets":[16,24]})") != text.npos);
  BOOST_TEST(text.find(R"("hidden1/W":{"dtype":"F32","shape":[2,3],"data_offsets":[24,48]})") != text.npos);
  BOOST_TEST(text.find(R"("mask":{"dtype":"U8","shape":[3],"data_offsets":[48,51]})") != text.npos);
}

BOOST_AUTO_TEST_CASE(equal_contents_give_equal_bytes) {
  const TensorScratch scratch;
  write_tensors(scratch.file, example());
  const std::string first = read_file(scratch.file);
  write_tensors(scratch.file, read_tensors(scratch.file));
  BOOST_TEST((read_file(scratch.file) == first));
}

BOOST_AUTO_TEST_CASE(values_come_out_as_they_went_in) {
  const TensorFile file = example();
  std::vector<double> losses(2);
  file.at("loss").copy_to<double>(losses);
  BOOST_TEST(losses[1] == -1e300);
  BOOST_TEST(file.at("step").value<std::int64_t>() == -5);
  test::check_refused<ValueError>([&] { file.at("step").value<double>(); },
                                  "tensor 'step' holds 1 values of type I64; 1 of type F64 were expected");
  test::check_refused<ValueError>([&] { file.at("loss").value<double>(); },
                                  "tensor 'loss' holds 2 values of type F64; 1 of type F64 were expected");
  test::check_refused<NameError>(
      [&] { file.at("stop"); },
      "unknown tensor 'stop'; did you mean 'step'? Known: hidden1/W, mask, loss, step, empty.");
}

BOOST_AUTO_TEST_CASE(mistakes_of_the_writer) {
  const TensorScratch scratch;
  const std::vector<float> two{1.0F, 2.0F};
  test::check_refused<ValueError>([&] { NamedTensor::of<float>("w", {3}, two); },
                                  "tensor 'w' of shape (3) cannot hold 2 values");
  test::check_refused<ValueError>(
      [&] {
        NamedTensor::of<float>("w", {-1, -2}, two);
      },
      "tensor 'w' of shape (-1, -2) cannot hold 2 values");

  TensorFile file;
  file.tensors.assign(2, NamedTensor::of<float>("w", {2}, two));
  test::check_refused<NameError>([&] { write_tensors(scratch.file, file); },
                                 "two tensors are named 'w'; every name may be used once");
  file.tensors.pop_back();
  file.tensors[0].data.pop_back();
  test::check_refused<ValueError>([&] { write_tensors(scratch.file, file); },
                                  "tensor 'w' of shape (2) and type F32 does not fit its 7 bytes of data");
  file.tensors[0] = NamedTensor::of<float>("__metadata__", {2}, two);
  test::check_refused<NameError>(
      [&] { write_tensors(scratch.file, file); },
      "a tensor cannot be named '__metadata__': the safetensors format uses that name");
  file.tensors[0].name = "\xff";
  test::check_refused<ValueError>(
      [&] { write_tensors(scratch.file, file); },
      "cannot write '" + scratch.file.string() + "': a name or metadata text in it is not UTF-8");
  BOOST_TEST(!fs::exists(scratch.file));
}

BOOST_AUTO_TEST_CASE(a_header_that_is_wrong) {
  check_unreadable("", "it has 0 bytes, not even the 8 of the header's size");
  check_unreadable("1234567", "it has 7 bytes, not even the 8 of the header's size");
  check_unreadable(
      std::string(8, '\xff') + "{}",
      "its header should have 18446744073709551615 bytes and only 2 follow; the file is truncated or "
      "of another format");
  check_unreadable(std::string(8, '\0'), "its header does not begin with '{'");
  check_unreadable(with_size(" {}"), "its header does not begin with '{'");
  const std::string no_json = "its header is no valid JSON; the file is corrupt or of another format";
  check_unreadable(with_size("{} x"), no_json);
  check_unreadable(with_size(R"({"a":1e999})"), no_json);
  check_unreadable(with_size("{\"\xff\":1}"), no_json);
  check_unreadable(with_size(R"({"a":1})"), "tensor 'a' is described by no object");
  check_unreadable(with_size(R"({"__metadata__":[]})"), "its '__metadata__' is no object");
  check_unreadable(with_size(R"({"__metadata__":{"k":1}})"),
                   "its '__metadata__' has a value that is no text, under 'k'");
  check_unreadable(with_size(R"({"a":{},"a":{}})"), "the name 'a' is used twice in its header");
  check_unreadable(with_size(R"({"a":{"dtype":"U8","dtype":"U8"}})"),
                   "the name 'dtype' is used twice in its header");
}

BOOST_AUTO_TEST_CASE(no_header_is_as_large_as_that) {
  const TensorScratch scratch;
  constexpr std::uint64_t size = 100'000'001;
  std::string prefix(8, '\0');
  std::memcpy(prefix.data(), &size, 8);
  write_file(scratch.file, prefix);
  // Of holes, so that it takes no place.
  fs::resize_file(scratch.file, 8 + size);
  test::check_refused<FileError>([&] { read_tensors(scratch.file); },
                                 "cannot read '" + scratch.file.string() +
                                     "' as safetensors: its header of 100000001 bytes is beyond the limit of "
                                     "100000000");
}

BOOST_AUTO_TEST_CASE(a_tensor_that_is_wrong) {
  const auto one = [](const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return with_size(
        R"({"a":{"dtype":)" + dtype + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}",
        "12345678");
  };
  const TensorScratch scratch;
  write_file(scratch.file, one("\"F32\"", "[2]", "[0,8]"));
  BOOST_TEST(read_tensors(scratch.file).tensors.size() == 1);

  const std::string not_sizes = "than whole numbers from 0 to 2^63 - 1";
  check_unreadable(with_size(R"({"a":{}})"), "tensor 'a' has no 'dtype' string");
  check_unreadable(one("1", "[2]", "[0,8]"), "tensor 'a' has no 'dtype' string");
  check_unreadable(one("\"F16\"", "[4]", "[0,8]"),
                   "tensor 'a' has the element type 'F16'; known are F32, F64, I64 and U8");
  check_unreadable(one("\"F32\"", "2", "[0,8]"), "tensor 'a' has no 'shape' array");
  check_unreadable(one("\"F32\"", "[-2]", "[0,8]"),
                   "tensor 'a' has something else in its shape " + not_sizes);
  check_unreadable(one("\"F32\"", "[2.0]", "[0,8]"),
                   "tensor 'a' has something else in its shape " + not_sizes);
  check_unreadable(one("\"F32\"", "[9223372036854775808]", "[0,8]"),
                   "tensor 'a' has something else in its shape " + not_sizes);
  check_unreadable(one("\"F32\"", "[4611686018427387906]", "[0,8]"),
                   "tensor 'a' of shape (4611686018427387906) and type F32 does not fit its 8 bytes of data");
  check_unreadable(one("\"F32\"", "[3]", "[0,8]"),
                   "tensor 'a' of shape (3) and type F32 does not fit its 8 bytes of data");
  check_unreadable(one("\"F32\"", "[2]", "{}"), "tensor 'a' has no 'data_offsets' array");
  check_unreadable(one("\"F32\"", "[2]", "[0,4,8]"), "tensor 'a' has 3 data_offsets instead of 2");
  check_unreadable(one("\"F32\"", "[2]", "[0,\"8\"]"),
                   "tensor 'a' has something else in its data_offsets " + not_sizes);
  check_unreadable(one("\"F32\"", "[2]", "[1,9]"),
                   "tensor 'a' claims bytes 1 to 9 of 8 bytes of data; the file is truncated or corrupt");
  check_unreadable(one("\"F32\"", "[2]", "[8,0]"),
                   "tensor 'a' claims bytes 8 to 0 of 8 bytes of data; the file is truncated or corrupt");
  check_unreadable(one("\"F32\"", "[1]", "[0,4]"), "its tensors end at byte 4 of 8 bytes of data");
  check_unreadable(
      one("\"F32\"", "[1]", "[4,8]"),
      "tensor 'a' begins at byte 4 of the data where 0 was expected; tensors may neither overlap nor "
      "leave gaps");
}

BOOST_AUTO_TEST_CASE(tensors_that_overlap) {
  check_unreadable(
      with_size(R"({"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]},)"
                R"("b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})",
                "12345678"),
      "tensor 'b' begins at byte 4 of the data where 5 was expected; tensors may neither overlap nor "
      "leave gaps");
}

BOOST_AUTO_TEST_CASE(deep_nesting_is_refused_without_recursion) {
  const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  check_unreadable(with_size(R"({"a":{"dtype":"U8","shape":[)" + deep + R"(],"data_offsets":[0,0]}})"),
                   "tensor 'a' has something else in its shape than whole numbers from 0 to 2^63 - 1");
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_named) {
  test::check_refused<FileError>([] { read_tensors("nowhere/t.safetensors"); },
                                 "cannot read 'nowhere/t.safetensors': No such file or directory");
}

/// Any damage either still gives a valid file or is a FileError: no crash, no other exception.
BOOST_AUTO_TEST_CASE(damage_is_reported) {
  const TensorScratch scratch;
  write_tensors(scratch.file, example());
  const std::string sound = read_file(scratch.file);
  std::size_t refused = 0;
  const auto try_reading = [&](const std::string& contents) {
    write_file(scratch.file, contents);
    try {
      read_tensors(scratch.file);
    } catch (const FileError&) {
      ++refused;
    }
  };

  for (std::size_t size = 0; size < sound.size(); ++size) try_reading(sound.substr(0, size));
  BOOST_TEST(refused == sound.size());

  refused = 0;
  for (std::size_t i = 0; i < sound.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = sound;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      try_reading(damaged);
    }
    for (const char byte : {'\0', '\xff', '"', '[', '{', '}', '9', '-', ' '}) {
      std::string damaged = sound;
      damaged[i] = byte;
      try_reading(damaged);
    }
  }
  BOOST_TEST(refused > sound.size());

  refused = 0;
  try_reading(sound + "x");
  BOOST_TEST(refused == 1);
}

BOOST_AUTO_TEST_SUITE_END()
