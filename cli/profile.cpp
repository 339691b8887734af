#include <gradus/base/console.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/json.hpp>
#include <gradus/base/printable.hpp>
#include <gradus/cli/output.hpp>
#include <gradus/cli/profile.hpp>
#include <gradus/graph/compile/schedule.hpp>
#include <gradus/inspect/roofline.hpp>
#include <gradus/train/trace.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus::cli {
namespace {

constexpr std::size_t traced_steps = 5;

/// Stages that take less are summed in one line.
constexpr double least_part = 0.005;

/// One stage, or several of the same ops.
struct Line {
  std::string ops;
  Row text;
  std::size_t stages;
  double time;
  double longest;
  Work work;
};

/// The rows of a table of lines, the longest first, and what they add up to beside them.
class Table {
 public:
  Table(const Profile& profile, const Roofline& roofline) : profile_(profile), roofline_(roofline) {}

  Row head(Row text) const {
    text.insert(text.end(), {"share %", "µs"});
    if (profile_.threads > 1) text.emplace_back("longest");
    text.insert(text.end(), {"GFLOP/s", "kB", "GB/s", "roof %"});
    return text;
  }

  Row row(const Line& line) const {
    Row row = sum(line.text, line.time);
    if (profile_.threads > 1) row.push_back(fmt::format("{:.1f}", line.longest));
    const double seconds = 1e-6 * line.longest;
    const auto rate = [&](double amount) {
      return amount == 0 || seconds == 0 ? "" : fmt::format("{:.1f}", 1e-9 * amount / seconds);
    };
    row.push_back(rate(line.work.operations));
    row.push_back(fmt::format("{:.0f}", 1e-3 * line.work.bytes));
    row.push_back(rate(line.work.bytes));
    row.push_back(seconds == 0 ? ""
                               : fmt::format("{:.0f}", 100 * roofline_.part(line.work.operations,
                                                                            line.work.bytes, seconds)));
    return row;
  }

  /// Of what does not compute.
  Row sum(Row text, double time) const {
    text.push_back(fmt::format("{:.1f}", 100 * profile_.part(time)));
    text.push_back(fmt::format("{:.1f}", time));
    return text;
  }

 private:
  const Profile& profile_;
  const Roofline& roofline_;
};

/// "update hidden1/weight/subtract (784, 64): multiply ×2, subtract": the section as a word, so that lines
/// can be broken there.
std::string text_of(const Node& node, const std::string& ops) {
  std::string name = printable_line(node.name());
  const std::string section(to_string(node.section()));
  if (name.starts_with(section + "/")) name[section.size()] = ' ';
  return fmt::format("{} {}: {}", name, to_string(node.shape()), ops);
}

std::vector<Line> lines_of_stages(const Profile& profile, const Program<float>& program) {
  std::vector<Line> lines;
  for (const Profile::OfStage& of : profile.stages) {
    const auto [node, ops] = name_of(program.schedule().stages[of.stage], program.memory());
    lines.push_back({ops, {text_of(*node, ops)}, 1, of.time, of.longest, of.work});
  }
  return lines;
}

std::vector<Line> lines_of_ops(const std::vector<Line>& stages) {
  std::vector<Line> lines;
  for (const Line& stage : stages) {
    auto line = std::ranges::find(lines, stage.ops, &Line::ops);
    if (line == lines.end()) line = lines.insert(line, {stage.ops, {stage.ops, ""}, 0, 0, 0, {}});
    line->stages += stage.stages;
    line->time += stage.time;
    line->longest += stage.longest;
    line->work += stage.work;
    line->text[1] = std::to_string(line->stages);
  }
  return lines;
}

/// The lines that take most, and the sum of the others.
std::vector<Row> rows_of(std::vector<Line> lines, const Table& table, const Profile& profile) {
  std::ranges::sort(lines, std::ranges::greater(), &Line::time);
  std::vector<Row> rows;
  double rest = 0;
  std::size_t left = 0;
  for (const Line& line : lines) {
    if (profile.part(line.time) >= least_part) {
      rows.push_back(table.row(line));
      continue;
    }
    rest += line.time;
    left += line.stages;
  }
  if (left == 0) return rows;
  Row others(lines.front().text.size());
  others[0] = fmt::format("{} stage{} below {} % each", left, left == 1 ? "" : "s", 100 * least_part);
  rows.push_back(table.sum(others, rest));
  return rows;
}

std::string head_of(const StepRecorder& recorder, const Profile& profile, const Roofline& roofline) {
  return fmt::format(
      "Profile of {} step{}, after {} to warm up, on {} thread{}: {:.1f} µs a step (median; mean {:.1f}). "
      "This machine does at most {:.1f} GFLOP/s (10⁹ floating-point operations a second) and moves {:.1f} "
      "GB/s, both measured on {}.",
      profile.runs, profile.runs == 1 ? "" : "s", recorder.warm_up(), profile.threads,
      profile.threads == 1 ? "" : "s", profile.median, profile.mean, 1e-9 * roofline.operations,
      1e-9 * roofline.bytes, profile.threads == 1 ? "one thread" : "as many threads");
}

std::string between_steps(const StepRecorder& recorder) {
  const double batch = recorder.in(StepRecorder::batch);
  const double metrics = recorder.in(StepRecorder::metrics);
  const double checkpoint = recorder.in(StepRecorder::checkpoint);
  const double rest =
      std::max(recorder.whole() - batch - metrics - checkpoint - recorder.in(StepRecorder::step), 0.0);
  return fmt::format(
      "From one step to the next, µs: the next batch {:.1f}; metrics.csv and what is measured for it {:.1f}; "
      "checkpoints {:.1f}; loss, accuracy and progress {:.1f}.",
      batch, metrics, checkpoint, rest);
}

std::string legend(const Profile& profile) {
  return fmt::format(
      "{} kB: what is read and written, each array once. roof: the least time this machine needs for so "
      "many operations and bytes, as a part of the time taken; above 100 where caches give numbers faster "
      "than memory does. A stage is one op, or several elementwise ones that run together tile by tile, and "
      "has the name of what they leave.",
      profile.threads > 1
          ? "share: of the time of all threads; µs: of a step, all threads together; longest: the "
            "thread that took longest, from which GFLOP/s and GB/s follow."
          : "share: of the time of a step; µs: of a step.");
}

}  // namespace

void show_profile(const StepRecorder& recorder, const Program<float>& program, const RunFolder& folder) {
  if (recorder.runs().empty()) {
    say("no step was measured for --profile: the run took none, or none but those that warm up\n");
    return;
  }
  const Profile profile = gradus::profile(program, recorder.stages(), recorder.runs());
  const Roofline roofline = measure_roofline(static_cast<int>(profile.threads));
  const Table table(profile, roofline);
  const std::vector<Line> stages = lines_of_stages(profile, program);

  std::vector<Row> rows = rows_of(stages, table, profile);
  rows.insert(rows.begin(), table.head({"stage: ops"}));
  rows.push_back(table.sum({"copying inputs in"}, profile.feeding));
  rows.push_back(table.sum({"checking that they are finite"}, profile.checking));
  rows.push_back(
      table.sum({profile.threads > 1 ? "waiting for other threads, between stages" : "between stages"},
                profile.waiting));
  rows.push_back(table.sum({"the whole step"}, static_cast<double>(profile.threads) * profile.mean));
  print_raw("\n" + wrapped(head_of(recorder, profile, roofline)) + "\n");
  print_table(rows, 1);

  rows = rows_of(lines_of_ops(stages), table, profile);
  rows.insert(rows.begin(), table.head({"op", "stages"}));
  print_raw("\n");
  print_table(rows, 1);
  print_raw("\n" + wrapped(legend(profile)) + "\n" + wrapped(between_steps(recorder)));

  write_file(folder.trace(), json_text(trace_json(recorder, program, "gradus train", traced_steps)) + "\n");
  print("Trace of the last {} of these steps, for chrome://tracing or https://ui.perfetto.dev: {}\n",
        std::min(traced_steps, profile.runs), folder.trace().string());
}

}  // namespace gradus::cli
