#include <gradus/base/console.hpp>
#include <gradus/base/printable.hpp>
#include <gradus/cli/commands.hpp>
#include <gradus/cli/flags.hpp>
#include <gradus/cli/loaded_run.hpp>
#include <gradus/report/comparison.hpp>
#include <gradus/report/run_page.hpp>
#include <gradus/report/sweep_page.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <map>
#include <memory>

namespace gradus::cli {
namespace {

constexpr const char* report_examples = R"(
Examples:
  gradus report runs/my-run                                 writes runs/my-run/report.html
  gradus report runs/tanh runs/relu -o comparison.html      curves over each other, a table
  gradus report --sweep runs/*/ -o sweep.html               which settings of many runs did best, to filter by hand
  gradus report runs/sweep                                  the same of a sweep, also while it runs)";

struct ReportFlags {
  std::vector<std::string> runs;
  std::optional<std::string> out;
  bool sweep = false;
  TrainSettings request;  ///< its data and parts
};

/// More curves than this lie over each other, and a page that filters them tells more.
constexpr std::size_t most_overlaid = 8;

/// Of the folder of a sweep.
void tell_sweep(const ReportFlags& flags) {
  const auto folder = sweep::SweepFolder::open(flags.runs.front());
  const std::filesystem::path page = flags.out ? std::filesystem::path(*flags.out) : folder.page();
  write_sweep_page(told_sweep(folder, *flags.request.parts), page);
  print("{}\n", page.string());
}

void compare(const ReportFlags& flags) {
  std::vector<ToldRun> told;
  for (const std::string& folder : flags.runs)
    for (ToldRun& run : runs_of(folder, *flags.request.parts)) told.push_back(std::move(run));
  std::map<std::string, int> named;
  for (const ToldRun& each : told) ++named[each.run.label];
  for (auto& [run, trial] : told)
    if (named[run.label] > 1) run.label = printable_line(run.folder.path().string());
  const std::filesystem::path page = flags.out.value_or("report.html");
  if (flags.sweep || told.size() > most_overlaid) {
    write_sweep_page(told_runs(told), page);
    print("{}\n", page.string());
    return;
  }
  std::vector<RunRecord> runs;
  for (ToldRun& each : told) runs.push_back(std::move(each.run));
  const std::filesystem::path plots = page.parent_path() / (page.stem().string() + "-plots");
  const std::string missing = write_comparison_page(runs, page, plots);
  if (!missing.empty()) say("{}\n", missing);
  print("{}\n", page.string());
}

void describe(const ReportFlags& flags) {
  const RunRecord record = read_record(flags.runs.front(), *flags.request.parts);
  LoadedRun run = load_run(flags.runs.front(), flags.request);
  const std::filesystem::path page = flags.out ? std::filesystem::path(*flags.out) : record.folder.page();
  const std::string missing = write_run_page(record, {run.network, run.state, run.data, run.scale}, page);
  say_missing(missing, record.folder);
  print("{}\n", page.string());
}

void run(const ReportFlags& flags) {
  if (flags.runs.size() == 1 && sweep::SweepFolder::is_one(flags.runs.front()))
    tell_sweep(flags);
  else if (flags.runs.size() == 1 && !flags.sweep)
    describe(flags);
  else
    compare(flags);
}

}  // namespace

void add_report(CLI::App& program, const Parts& parts) {
  CLI::App* command = program.add_subcommand("report", "Write a page about a run, or compare several");
  command->footer(report_examples);
  const auto flags = std::make_shared<ReportFlags>();
  flags->request.parts = &parts;
  command->add_option("runs", flags->runs, "Folders of runs, or that of a sweep")
      ->required()
      ->type_name("RUN");
  command->add_option("-o,--out", flags->out, "The page [RUN/report.html, of several runs report.html]")
      ->type_name("FILE");
  command->add_flag("--sweep", flags->sweep,
                    "Compare runs as trials of a sweep are, with a page to filter; of more than 8 always");
  add_setting_flag(*command, flags->request, setting_named("data_dir"))
      ->description("Folder of the data the network was trained on")
      ->group("Options");
  command->callback([flags] { run(*flags); });
}

}  // namespace gradus::cli
