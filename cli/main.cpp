#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/base/last_words.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/base/version.hpp>
#include <gradus/cli/commands.hpp>
#include <gradus/ops/matrix_product.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <exception>
#include <new>
#include <sstream>
#include <system_error>

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
  gradus check tanh softmax                     derivatives against differences
  gradus list optimizers
  gradus show-data -o digits.svg                a page of the training images

Each command has its own --help.)";

std::string version_text() {
  return fmt::format("gradus {}\ncompiler  {}\nmatmul    {}\nSIMD      {}", gradus::version(),
                     gradus::compiler(), gradus::matrix_product_kernel(), gradus::simd());
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
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    commands.push_back(command->get_name());
  if (word.starts_with('-') && !commands.empty())
    return fmt::format("'{}' comes too early: '{}' is first told one of {}", word, full_name(app),
                       fmt::join(commands, ", "));
  known.insert(known.end(), commands.begin(), commands.end());
  const std::string close = gradus::nearest(word, known);
  return fmt::format("'{}' is not known here{}", word,
                     close.empty() ? "" : fmt::format("; did you mean '{}'?", close));
}

int usage(const CLI::App& program, const CLI::ParseError& error) {
  std::string message = error.what();
  if (const auto extras = program.remaining(true); !extras.empty())
    message = trouble_with(extras.front(), *innermost(&program));
  gradus::say("gradus: {}{} '{} --help' lists what there is.\n", message, message.ends_with('?') ? "" : ".",
              full_name(*innermost(&program)));
  return usage_error;
}

/// Runs the command that is asked for, and returns the exit code.
int run(int argc, char** argv) {
  CLI::App program{"gradus: define networks as graphs, derive their gradients, train them.", "gradus"};
  program.footer(main_examples);
  program.set_version_flag("--version", version_text, "Version, compiler, matrix kernel and SIMD");
  program.require_subcommand(1);
  gradus::cli::add_train(program);
  gradus::cli::add_evaluate(program);
  gradus::cli::add_predict(program);
  gradus::cli::add_report(program);
  gradus::cli::add_experiment(program);
  gradus::cli::add_dump(program);
  gradus::cli::add_explain(program);
  gradus::cli::add_describe(program);
  gradus::cli::add_list(program);
  gradus::cli::add_check(program);
  gradus::cli::add_jacobian(program);
  gradus::cli::add_show_data(program);
  int code = 0;
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    std::ostringstream text;
    code = program.exit(asked, text, text);
    gradus::print_raw(text.view());
  } catch (const CLI::ParseError& error) {
    code = usage(program, error);
  } catch (const gradus::cli::Exit& exit) {
    code = exit.code;
  }
  gradus::finish_stdout();
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  gradus::open_standard_streams();
  gradus::end_without_memory(user_error, no_memory);
  try {
    return run(argc, argv);
  } catch (const gradus::Error& error) {
    gradus::say("gradus: {}\n", error.what());
    return user_error;
  } catch (const std::bad_alloc&) {
    gradus::say_text(no_memory);
    return user_error;
  } catch (const std::system_error& error) {
    gradus::say("gradus: {}\n", error.what());
    return user_error;
  } catch (const std::exception& error) {
    gradus::say("gradus: {}\n", error.what());
    return our_error;
  }
}
