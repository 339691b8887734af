#pragma once

#include <gradus/train/parts.hpp>

#include <CLI/App.hpp>

namespace gradus::cli {

// Each adds its command, with its flags and help, to the program; what it reads names `parts`, which must
// outlive the program. The command runs while the line is parsed
// and throws gradus::Error for the user's mistakes.

void add_train(CLI::App& program, const Parts& parts);
void add_evaluate(CLI::App& program, const Parts& parts);
void add_predict(CLI::App& program, const Parts& parts);
void add_report(CLI::App& program, const Parts& parts);
void add_experiment(CLI::App& program);
void add_sweep(CLI::App& program, const Parts& parts);
void add_dump(CLI::App& program, const Parts& parts);
void add_explain(CLI::App& program, const Parts& parts);
void add_describe(CLI::App& program, const Parts& parts);
void add_list(CLI::App& program, const Parts& parts);
void add_check(CLI::App& program, const Parts& parts);
void add_jacobian(CLI::App& program);
void add_show_data(CLI::App& program, const Parts& parts);

/// Thrown to end the program with a given exit code after everything has been said.
struct Exit {
  int code;
};

/// The exit code of what Ctrl-C stopped (128 + SIGINT).
constexpr int interrupted = 130;

}  // namespace gradus::cli
