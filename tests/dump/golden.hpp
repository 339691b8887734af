#pragma once

#include <gradus/base/file.hpp>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace gradus::test {

/// Checks a text against tests/dump/golden/NAME. With GRADUS_REGENERATE set it writes that file instead, to
/// be looked through by its author.
inline void check_golden(const std::string& name, const std::string& text) {
  const std::filesystem::path path = std::filesystem::path(GRADUS_TEST_DATA) / "dump" / "golden" / name;
  if (std::getenv("GRADUS_REGENERATE") != nullptr) write_file(path, text);
  BOOST_TEST_CONTEXT(name << ", to be made anew with GRADUS_REGENERATE=1 when the change is meant")
  BOOST_TEST(text == read_file(path));
}

}  // namespace gradus::test
