#pragma once

#include <gradus/fuzz/support/memory_file.hpp>
#include <gradus/tests/support/scratch.hpp>

namespace gradus::fuzz {

/// A run's folder whose files are in memory.
struct MemoryRun : test::Scratch {
  MemoryRun() {
    std::filesystem::create_symlink(config.path(), folder / "config.json");
    std::filesystem::create_symlink(metrics.path(), folder / "metrics.csv");
    std::filesystem::create_symlink(report.path(), folder / "report.json");
  }

  MemoryFile config, metrics, report;
};

}  // namespace gradus::fuzz
