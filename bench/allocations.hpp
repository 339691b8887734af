#pragma once

#include <functional>

namespace gradus::bench {

/// How often memory was asked for, on all threads.
struct Allocations {
  int all = 0;   ///< counted at malloc itself
  int news = 0;  ///< by C++'s new alone: oneDNN's products, whose code is written at run time, take theirs
                 ///< from malloc
};

Allocations allocations_in(const std::function<void()>& f);

}  // namespace gradus::bench
