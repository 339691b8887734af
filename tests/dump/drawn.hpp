#pragma once

#include <gradus/base/process.hpp>
#include <gradus/tests/data/fixtures.hpp>
#include <gradus/tests/support/process.hpp>

#include <boost/test/unit_test.hpp>
#include <string>

namespace gradus::test {

/// Checks that Graphviz draws a picture and has nothing to complain of. Skipped, visibly, where it is not
/// installed.
inline void check_drawn(const std::string& dot) {
  if (!has_program("dot")) {
    BOOST_TEST_MESSAGE("SKIPPED: Graphviz is not installed");
    return;
  }
  const Scratch scratch;
  const std::string source = (scratch.folder / "graph.dot").string();
  write_file(source, dot);
  const ProcessResult said = Process("/usr/bin/env", {"dot", "-Tsvg", source}, scratch.folder).wait();
  BOOST_TEST(said.code == 0);
  BOOST_TEST(said.err == "");
  BOOST_TEST(said.out.find("</svg>") != std::string::npos);
  BOOST_TEST(said.out.find("<script") == std::string::npos);
}

}  // namespace gradus::test
