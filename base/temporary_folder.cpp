#include <gradus/base/error.hpp>
#include <gradus/base/temporary_folder.hpp>

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <system_error>

namespace gradus {
namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  std::error_code code;
  const fs::path parent = fs::temp_directory_path(code);
  if (code) throw FileError(fmt::format("there is no folder for temporary files: {}", code.message()));
  std::string name = (parent / "gradus-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw FileError(fmt::format("cannot make a temporary folder in '{}': {}", parent.string(),
                                std::system_category().message(errno)));
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace gradus
