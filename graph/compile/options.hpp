#pragma once

#include <gradus/graph/declare/core_ops.hpp>

#include <functional>
#include <optional>
#include <string_view>

namespace gradus {

struct LoweredGraph;

/// The largest number of threads that may work on one run: each of them is there from the first run on, with
/// working memory of its own.
constexpr int max_threads = 1024;

/// How a graph is compiled. The defaults are what one wants; the switches are for tests and lessons.
struct CompileOptions {
  Index capacity = 64;  ///< the largest batch
  /// Training for a program that takes a training step, inference for any other, unless said otherwise.
  std::optional<Mode> mode = {};
  int threads = 1;           ///< that work on one run together; the results are the same bits for any number
  bool passes = true;        ///< run the passes over the graph that it could do without
  bool fuse = true;          ///< run elementwise ops together, tile by tile
  bool share_memory = true;  ///< let buffers that are not alive at once share memory
  bool regions = true;  ///< threads meet only where examples or rows of a parameter do; images block by block
  Index least_work = 32768;  ///< a region that reads and writes fewer numbers is left to one thread
  bool machine_code = true;  ///< write one function for elementwise ops that run together
  /// Called after each pass that changed something, and first with "declared" and the graph as it was
  /// declared.
  std::function<void(std::string_view pass, const LoweredGraph& graph)> trace = {};
};

}  // namespace gradus
