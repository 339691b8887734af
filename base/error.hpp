#pragma once

#include <stdexcept>
#include <string>

namespace gradus {

/// A mistake of the user: the message names what was wrong, what was expected and how to mend it.
/// A program prints it and exits non-zero.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message) : std::runtime_error(message) {}
};

/// Shapes that do not fit an op, a feed or a target.
struct ShapeError : Error {
  using Error::Error;
};

/// A name that is unknown, missing or used twice.
struct NameError : Error {
  using Error::Error;
};

/// A number, flag or setting outside of what it may be.
struct ValueError : Error {
  using Error::Error;
};

/// A graph that cannot be differentiated or compiled as asked.
struct GraphError : Error {
  using Error::Error;
};

/// A file or folder that cannot be read, written or understood.
struct FileError : Error {
  using Error::Error;
};

/// A file that holds, or gives back, something else than what was once written to it.
struct DamagedFile : FileError {
  using FileError::FileError;
};

/// A computation whose numbers are no longer finite.
struct NumericError : Error {
  using Error::Error;
};

/// Memory that the machine does not have.
struct MemoryError : Error {
  using Error::Error;
};

/// A broken invariant of the library itself: never the user's fault.
class InternalError : public std::logic_error {
 public:
  explicit InternalError(const std::string& message)
      : std::logic_error("gradus is broken, please report this: " + message) {}
};

}  // namespace gradus
