#pragma once

#include <gradus/train/parts.hpp>

namespace gradus::cli {

/// The program `gradus`, with parts of one's own beside those of the library:
///
///     int main(int argc, char** argv) { return cli::Program().add<MyRule>().main(argc, argv); }
class Program {
 public:
  /// Adds a part, of whichever kind it is, as base/part.hpp says. Throws NameError for a name that is taken.
  template <class T>
  Program& add() {
    parts_.add<T>();
    return *this;
  }

  /// Runs the command that is asked for, says what went wrong, and returns the exit code.
  int main(int argc, char** argv) const;

 private:
  Parts parts_;
};

}  // namespace gradus::cli
