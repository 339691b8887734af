#pragma once

#include <gradus/train/parts.hpp>

namespace gradus::cli {

/// The program `gradus`, with parts and models of one's own beside those of the library:
///
///     int main(int argc, char** argv) {
///       return cli::Program().add<MyRule>().add_model("mine", my_logits).main(argc, argv);
///     }
class Program {
 public:
  /// Prepares the process: its standard streams are open, it hears of the programs it starts, and where there
  /// is no memory it says so and ends.
  Program();

  /// Adds a part, of whichever kind it is, as base/part.hpp says, or an op, which `check` and `list` then
  /// know (own_op()). Throws NameError for a name that is taken, ValueError for an op that needs an example.
  template <class T>
  Program& add() {
    parts_.add<T>();
    return *this;
  }

  /// Adds an op with examples of it to check it by, where it is not elementwise or has another domain.
  template <class T>
  Program& add_op(OpExamples examples) {
    parts_.add_op(own_op<T>(std::move(examples)));
    return *this;
  }

  /// Adds a model of one's own: what declares its nodes, from images (batch, 1, rows, columns) to the logits
  /// (batch, classes), and what lists say of it. Throws NameError for a name that is taken.
  Program& add_model(const std::string& name, DeclareLogits declare, const std::string& summary = "") {
    parts_.add_model(name, std::move(declare), summary);
    return *this;
  }

  /// Runs the command that is asked for, says what went wrong, and returns the exit code.
  int main(int argc, char** argv) const;

 private:
  Parts parts_;
};

}  // namespace gradus::cli
