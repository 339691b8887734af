#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/json.hpp>
#include <gradus/tests/support/refusal.hpp>
#include <gradus/tests/support/scratch.hpp>

#include <boost/test/unit_test.hpp>

using namespace gradus;
using namespace gradus::test;
namespace fs = std::filesystem;

namespace {

std::string nested(std::size_t levels, const std::string& open, const std::string& close) {
  std::string text;
  for (std::size_t i = 0; i < levels; ++i) text += open;
  text += "1";
  for (std::size_t i = 0; i < levels; ++i) text += close;
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json)

BOOST_AUTO_TEST_CASE(no_deeper_than_64_levels) {
  for (const auto& around : {std::pair("[", "]"), std::pair("{\"a\":", "}")}) {
    const auto parse = [&](std::size_t levels) {
      parse_json(nested(levels, around.first, around.second), "file");
    };
    parse(64);
    for (const std::size_t levels : {65U, 80000U})
      check_refused<FileError>([&] { parse(levels); },
                               "cannot read 'file': its JSON nests deeper than 64 arrays and objects");
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_json) {
  check_refused<FileError>([] { parse_json("{\"a\": 1, \"b\": {\"a\": 1, \"a\": 2}}", "file"); },
                           "cannot read 'file': its JSON has two members of one object with the name 'a'");
  for (const char* text : {"", "[", "{'a': 1}", "[1,]", "nul", "[\"\xff\"]", "[1e999]", "1 2", "[\"\n\"]"})
    BOOST_CHECK_EXCEPTION(parse_json(text, "file"), FileError, [](const FileError& error) {
      const std::string message = error.what();
      BOOST_TEST(message.starts_with("cannot read 'file': it holds no JSON: "), message);
      BOOST_TEST(message.ends_with("; the file is damaged or of another kind"), message);
      BOOST_TEST(message.find("json.exception") == std::string::npos, message);
      return true;
    });
}

BOOST_FIXTURE_TEST_CASE(files_that_are_no_documents, Scratch) {
  const fs::path path = folder / "x.json";
  check_refused<FileError>([&] { read_json(path); },
                           "cannot read '" + path.string() + "': No such file or directory");
  check_refused<FileError>([&] { read_json(folder); },
                           "cannot read '" + folder.string() + "': it is a folder");
  fs::create_symlink("/dev/zero", path);
  check_refused<FileError>([&] { read_json(path); }, "cannot read '" + path.string() + "': it is no file");
  fs::remove(path);
  write_file(path, "[1]");
  BOOST_TEST((read_json(path) == nlohmann::json{1}));
  // Of holes, so that it takes no place.
  fs::resize_file(path, (std::uintmax_t{64} << 20) + 1);
  check_refused<FileError>([&] { read_json(path); },
                           "cannot read '" + path.string() +
                               "': its 67108865 bytes are more than the 67108864 of any JSON file of ours");
}

BOOST_AUTO_TEST_CASE(values_are_not_converted) {
  const nlohmann::json json = parse_json(
      R"({"int": 7, "big": 18446744073709551615, "minus": -1, "half": 2.5, "large": 1e21, "yes": true, "text": "x",
          "null": null, "list": [1, 2, "c"], "map": {"a": 1, "b": 0.5}})",
      "file");
  const JsonValue value(json, "file");
  BOOST_TEST(value.at("int").get<int>() == 7);
  BOOST_TEST(value.at("int").get<double>() == 7);
  BOOST_TEST(value.at("big").get<std::uint64_t>() == 18446744073709551615U);
  BOOST_TEST(value.at("minus").get<std::int64_t>() == -1);
  BOOST_TEST(value.at("yes").get<bool>());
  BOOST_TEST(!value.at("null").get<std::optional<int>>());
  BOOST_TEST(*value.at("int").get<std::optional<int>>() == 7);
  BOOST_TEST((value.at("map").get<std::map<std::string, double>>().at("b")) == 0.5);
  BOOST_TEST(!value.find("none"));

  const std::string end = "; the file is damaged or was changed by hand";
  const auto refused = [&](auto read, const std::string& message) {
    check_refused<FileError>([&] { read(value); }, "'file'" + message + end);
  };
  using V = const JsonValue&;
  const std::string whole = " must be a whole number from -2147483648 to 2147483647, not ";
  refused([](V v) { v.at("half").get<int>(); }, ": 'half'" + whole + "2.5");
  refused([](V v) { v.at("large").get<int>(); }, ": 'large'" + whole + "1e+21");
  refused([](V v) { v.at("big").get<int>(); }, ": 'big'" + whole + "18446744073709551615");
  refused([](V v) { v.at("yes").get<int>(); }, ": 'yes'" + whole + "true");
  refused([](V v) { v.at("minus").get<unsigned char>(); },
          ": 'minus' must be a whole number from 0 to 255, not -1");
  refused([](V v) { v.at("text").get<double>(); }, ": 'text' must be a number, not \"x\"");
  refused([](V v) { v.at("int").get<bool>(); }, ": 'int' must be true or false, not 7");
  refused([](V v) { v.at("list").get<std::string>(); }, ": 'list' must be a text, not a list");
  refused([](V v) { v.at("map").get<std::vector<int>>(); }, ": 'map' must be a list, not an object");
  refused([](V v) { v.at("list").get<std::vector<int>>(); }, ": 'list[2]'" + whole + "\"c\"");
  refused([](V v) { v.at("map").get<std::map<std::string, int>>(); }, ": 'map.b'" + whole + "0.5");
  refused([](V v) { v.at("map").at("c"); }, " has no 'map.c'");
  refused([](V v) { v.at("int").at("c"); }, ": 'int' must be an object, not 7");
  check_refused<FileError>([&] { JsonValue(json, "file").get<bool>(); },
                           "'file' must hold true or false, not an object" + end);
}

BOOST_AUTO_TEST_CASE(text_that_every_terminal_may_show) {
  BOOST_TEST(json_text({{"a", "ä\n\x1b"}, {"b", 0.5}}) == "{\"a\":\"ä\\n\\u001b\",\"b\":0.5}");
  BOOST_TEST(json_text({"\xc2\x9b", "\xe2\x80\xae", "\xff"}) == "[\"\\u009b\",\"\\u202e\",\"\xef\xbf\xbd\"]");
  BOOST_TEST(json_text({1}, 2) == "[\n  1\n]");
  const nlohmann::json hostile{"\xc2\x9b", "\xe2\x80\xae", "\\u009b", "\x7f"};
  BOOST_TEST((parse_json(json_text(hostile), "file") == hostile));
}

BOOST_AUTO_TEST_SUITE_END()
