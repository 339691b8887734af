#pragma once

#include <functional>

namespace gradus::test {

/// How often memory was asked for, on all threads.
struct Allocations {
  int all = 0;   ///< counted at malloc itself, under everything that asks
  int news = 0;  ///< by C++'s new alone: oneDNN's products, whose code is written at run time, take theirs
                 ///< from malloc
};

/// Those of f, in a program that counting.cpp is compiled into: it takes over malloc and new. The new of the
/// number `failing`, from 1, throws std::bad_alloc.
Allocations count_allocations(const std::function<void()>& f, int failing = 0);

}  // namespace gradus::test
