// The table of rooms in docs/architecture.md is true: a room includes no header but those of the rooms that
// its line names, and its own.
#include <gradus/base/file.hpp>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace fs = std::filesystem;
using namespace gradus;

namespace {

const fs::path root = fs::path(GRADUS_TEST_DATA).parent_path();

using Rooms = std::map<std::string, std::set<std::string>>;

/// What each room may include, itself among it, from lines | `room/` | what it holds | `room` `file.hpp` … |.
Rooms rooms_of(const std::string& page) {
  static const std::regex row(R"(\| `([a-z/]+)/` \|[^|]*\| ([^|]*) \|)");
  static const std::regex named("`([a-z_/.]+)`");
  Rooms rooms;
  std::istringstream in(page);
  for (std::string line; std::getline(in, line);) {
    std::smatch cells;
    if (!std::regex_match(line, cells, row)) continue;
    std::set<std::string> allowed{cells[1]};
    const std::string includes = cells[2];
    for (std::sregex_iterator name(includes.begin(), includes.end(), named), end; name != end; ++name) {
      allowed.insert((*name)[1]);
      if (includes.ends_with("and below")) allowed.merge(std::set(rooms.at((*name)[1])));
    }
    if (includes == "all above")
      for (const auto& room : rooms) allowed.insert(room.first);
    rooms.emplace(cells[1], std::move(allowed));
  }
  return rooms;
}

bool holds(const std::string& room_or_file, const std::string& path) {
  return path == room_or_file || path.starts_with(room_or_file + '/');
}

/// "file includes header" for each #include <gradus/…> in `text` that `room` may not have.
std::vector<std::string> forbidden(const Rooms& rooms, const std::string& room, const std::string& file,
                                   const std::string& text) {
  static const std::regex include("#include <gradus/([a-z_/.]+)>");
  std::vector<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), include), end; at != end; ++at) {
    const std::string header = (*at)[1];
    const auto& allowed = rooms.at(room);
    if (std::ranges::none_of(allowed, [&](const std::string& other) { return holds(other, header); }))
      found.push_back(file + " includes " + header);
  }
  return found;
}

}  // namespace

BOOST_AUTO_TEST_CASE(include_arrows_never_turn_back) {
  const Rooms rooms = rooms_of(read_file(root / "docs/architecture.md"));
  BOOST_TEST_REQUIRE(rooms.size() > 10);
  for (const auto& row : rooms) {
    const std::string& room = row.first;
    for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".hpp" && extension != ".cpp") continue;
      const std::string file = entry.path().lexically_relative(root).string();
      for (const std::string& wrong : forbidden(rooms, room, file, read_file(entry.path())))
        BOOST_ERROR(wrong << ", which the table of rooms in docs/architecture.md does not allow");
    }
  }
}

BOOST_AUTO_TEST_CASE(an_arrow_that_turns_back_is_seen) {
  const Rooms rooms = rooms_of(
      "| `base/` | errors | nothing |\n| `graph/` | nodes | `base` |\n| `ops/` | ops | `graph` and below |\n"
      "| `cli/` | commands | all above |\n");
  const auto wrong = [&](const char* room, const char* header) {
    return forbidden(rooms, room, "x.cpp", std::string("#include <gradus/") + header + ">\n").size();
  };
  BOOST_TEST(wrong("graph", "ops/add.hpp") == 1U);
  BOOST_TEST(wrong("graph", "graph/node.hpp") == 0U);
  BOOST_TEST(wrong("base", "graph/node.hpp") == 1U);
  BOOST_TEST(wrong("ops", "base/file.hpp") == 0U);
  BOOST_TEST(wrong("cli", "ops/add.hpp") == 0U);
}
