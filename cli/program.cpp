#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/base/last_words.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/base/text_stream.hpp>
#include <gradus/base/version.hpp>
#include <gradus/cli/commands.hpp>
#include <gradus/cli/program.hpp>
#include <gradus/graph/compile/machine_code.hpp>
#include <gradus/ops/matrix_product.hpp>
#include <gradus/train/setting.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <csignal>
#include <exception>
#include <map>
#include <new>
#include <set>
#include <system_error>

namespace gradus::cli {
namespace {

constexpr int user_error = 1;
constexpr int usage_error = 2;
constexpr int our_error = 3;

constexpr const char* no_memory =
    "gradus: there is not enough memory for this: try a smaller --batch or smaller layers\n";

constexpr const char* main_examples = R"(
Examples:
  gradus train mlp                              784-500-250-100-10 on MNIST, Adam, 5 epochs
  gradus train mlp --activation tanh --optimizer sgd --lr 0.01 --epochs 15
  gradus train cnn                              LeNet's size on MNIST, Adam, 12 epochs
  gradus describe cnn                           its layers, parameters, multiply-adds
  gradus evaluate runs/my-run                   the test set under a trained network
  gradus predict runs/my-run images.idx         a label for each image
  gradus dump mlp --hidden 3 --stage training   every node of a training step
  gradus check tanh softmax                     derivatives against central differences
  gradus list optimizers
  gradus show-data -o digits.svg                a page of the training images

Each command has its own --help.)";

std::string version_text() {
  return fmt::format(
      "gradus {}\ncompiler  {}\nmatmul    {}\nSIMD      {}\ncode      {}", version(), compiler(),
      matrix_product_kernel(), simd(),
      machine_code_for().empty() ? "none: elementwise ops compute one by one" : machine_code_for());
}

/// The command that was being parsed when something went wrong.
const CLI::App* innermost(const CLI::App* app) {
  for (const auto parsed = app->get_subcommands(); !parsed.empty();) return innermost(parsed.front());
  return app;
}

/// A command as it is called: "gradus train mlp".
std::string full_name(const CLI::App& app) {
  const std::string& name = app.get_name();
  return app.get_parent() == nullptr ? name : full_name(*app.get_parent()) + " " + name;
}

/// What to say of the first word that no command knows.
std::string trouble_with(const std::string& word, const CLI::App& app) {
  std::vector<std::string> known, commands;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  if (std::ranges::find(known, word) != known.end())
    return fmt::format("'{}' must come after '{}'", word, full_name(app));
  if (app.get_option_no_throw("--set") != nullptr)
    for (const Setting& setting : settings_table())
      if (word == setting.flag())
        return fmt::format("'{}' is not known here; what the trials have is given as --set \"{}=…\"", word,
                           setting.name);
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    commands.push_back(command->get_name());
  if (word.starts_with('-') && !commands.empty())
    return fmt::format("'{}' comes too early: '{}' is first told one of {}", word, full_name(app),
                       fmt::join(commands, ", "));
  known.insert(known.end(), commands.begin(), commands.end());
  const std::string close = nearest(word, known);
  return fmt::format("'{}' is not known here{}", word,
                     close.empty() ? "" : fmt::format("; did you mean '{}'?", close));
}

int usage(const CLI::App& program, const CLI::ParseError& error) {
  std::string message = error.what();
  if (const auto extras = program.remaining(true); !extras.empty())
    message = trouble_with(extras.front(), *innermost(&program));
  say("gradus: {}{} '{} --help' lists what there is.\n", message, message.ends_with('?') ? "" : ".",
      full_name(*innermost(&program)));
  return usage_error;
}

/// The library's own, made once the process is prepared, since making them takes memory.
Parts first_parts() {
  open_standard_streams();
  // Whoever started this may have had it ignored: then nobody could wait for gnuplot and dot.
  std::signal(SIGCHLD, SIG_DFL);
  end_without_memory(user_error, no_memory);
  return {};
}

void add_commands(CLI::App& program, const Parts& parts) {
  add_train(program, parts);
  add_evaluate(program, parts);
  add_predict(program, parts);
  add_report(program, parts);
  add_experiment(program);
  add_sweep(program, parts);
  add_dump(program, parts);
  add_explain(program, parts);
  add_describe(program, parts);
  add_list(program, parts);
  add_check(program, parts);
  add_jacobian(program);
  add_show_data(program, parts);
}

/// The flags of the commands that have those of update rules, each with one such command.
void find_flags(const CLI::App& app, std::map<std::string, std::string>& found) {
  if (app.get_option_no_throw("--optimizer") != nullptr)
    for (const CLI::Option* option : app.get_options())
      for (const std::string& name : option->get_lnames()) found.try_emplace("--" + name, full_name(app));
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    find_flags(*command, found);
}

/// Throws NameError for a rule of one's own with a parameter whose flag the program has for something else.
void check_flags(const Parts& parts) {
  std::set<std::string> shared;
  for (const RegisteredRule& rule : library_parts().rules)
    for (const PartParameter& parameter : rule.parameters) shared.insert(parameter.name);
  std::map<std::string, std::string> taken;
  for (const RegisteredRule& rule : parts.rules)
    for (const PartParameter& parameter : rule.parameters) {
      if (shared.contains(parameter.name)) continue;
      if (taken.empty()) {
        CLI::App plain("", "gradus");
        add_commands(plain, library_parts());
        find_flags(plain, taken);
      }
      const std::string flag = hyper_flag(parameter.name);
      if (const auto clash = taken.find(flag); clash != taken.end())
        throw NameError(
            fmt::format("the parameter '{}' of the optimizer '{}' would have the flag {}, which '{}' has for "
                        "something else: give the parameter another name",
                        parameter.name, rule.name, flag, clash->second));
      shared.insert(parameter.name);
      taken.emplace(flag, rule.name);
    }
}

/// Runs the command that is asked for, and returns the exit code.
int run(int argc, char** argv, const Parts& parts) {
  check_flags(parts);
  CLI::App program{"gradus: define networks as graphs, derive their gradients, train them.", "gradus"};
  program.footer(main_examples);
  program.set_version_flag("--version", version_text, "Version, compiler, matrix kernel and SIMD");
  program.require_subcommand(1);
  add_commands(program, parts);
  int code = 0;
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    print_raw(written_by([&](std::ostream& out) { code = program.exit(asked, out, out); }));
  } catch (const CLI::ParseError& error) {
    code = usage(program, error);
  } catch (const Exit& exit) {
    code = exit.code;
  }
  finish_stdout();
  return code;
}

}  // namespace

Program::Program() : parts_(first_parts()) {}

int Program::main(int argc, char** argv) const {
  try {
    return run(argc, argv, parts_);
  } catch (const Error& error) {
    say("gradus: {}\n", error.what());
    return user_error;
  } catch (const std::bad_alloc&) {
    say_text(no_memory);
    return user_error;
  } catch (const std::system_error& error) {
    say("gradus: {}\n", error.what());
    return user_error;
  } catch (const std::exception& error) {
    say("gradus: {}\n", error.what());
    return our_error;
  }
}

}  // namespace gradus::cli
