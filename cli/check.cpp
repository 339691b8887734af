#include <gradus/base/console.hpp>
#include <gradus/base/table.hpp>
#include <gradus/cli/commands.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

namespace gradus::cli {
namespace {

constexpr const char* check_examples = R"(
Examples:
  gradus check              every op
  gradus check tanh matmul  only these)";

std::string cell(const GradientCheck& check) {
  return fmt::format("{:.1e} {}", check.error, check.passed ? "ok" : "FAILED");
}

void run(const std::vector<std::string>& names, const Parts& parts) {
  const std::vector<OpCheck> checks = check_ops(names, parts.ops);
  print("Largest relative error between derivatives and central differences, in double:\n\n");
  std::vector<Row> rows{{"op", "cases", "first order", "second order"}};
  for (const OpCheck& check : checks)
    rows.push_back({check.op, fmt::to_string(check.cases), cell(check.first), cell(check.second),
                    check.passed ? "" : "<-"});
  print_raw(table_text(rows));
  const auto failed = std::ranges::count_if(checks, [](const OpCheck& check) { return !check.passed; });
  print("\n{} ops, {} failed\n", checks.size(), failed);
  if (failed > 0) throw Exit{1};
}

}  // namespace

void add_check(CLI::App& program, const Parts& parts) {
  CLI::App* command = program.add_subcommand(
      "check", "Check the derivatives of ops against central differences, to second order");
  command->footer(check_examples);
  const auto names = std::make_shared<std::vector<std::string>>();
  command->add_option("ops", *names, "Ops to check; all when none is named")->type_name("OP");
  command->callback([names, &parts] { run(*names, parts); });
}

}  // namespace gradus::cli
