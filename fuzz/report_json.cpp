#include <gradus/fuzz/support/memory_run.hpp>
#include <gradus/fuzz/support/target.hpp>
#include <gradus/fuzz/support/tiny_network.hpp>
#include <gradus/report/comparison.hpp>
#include <gradus/report/run_page.hpp>

#include <cstdlib>
#include <optional>

namespace {

using namespace gradus;
using namespace gradus::fuzz;

/// A run whose report.json changes, and the network it is a run of.
struct Reported : MemoryRun, TinyNetwork {
  Reported() {
    // Without gnuplot in reach the pages are written without plots.
    ::setenv("PATH", "", 1);
    config.fill(nlohmann::json{{"settings", settings}}.dump());
    metrics.fill("iteration,epoch,split,loss,accuracy\n2,1,train,0.5,0.25\n2,1,validation,0.6,0.5\n");
    // Its other files are read once, as those of a run that has not finished.
    std::filesystem::remove(folder / "report.json");
    record = read_record(folder);
  }

  std::optional<RunRecord> record;
  MemoryFile page;
};

}  // namespace

void gradus::fuzz::take(std::string_view input) {
  static Reported run;
  run.report.fill(input);
  RunRecord& record = *run.record;
  record.result = read_result(run.report.path());
  comparison_table({&record});
  const TrainedNetwork trained{run.network, run.state, run.data, data::PixelScale{}};
  write_run_page(record, trained, run.page.path());
}
