#include <gradus/base/file.hpp>
#include <gradus/fuzz/support/memory_file.hpp>
#include <gradus/fuzz/support/target.hpp>
#include <gradus/fuzz/support/tensor_checksum.hpp>
#include <gradus/fuzz/support/tiny_network.hpp>
#include <gradus/train/checkpoint.hpp>

#include <cmath>

namespace {

gradus::fuzz::TinyNetwork& tiny_network() {
  static gradus::fuzz::TinyNetwork tiny;
  return tiny;
}

}  // namespace

/// Writes the first input into the folder of inputs, and sees that it is taken: only a checkpoint of this
/// very network is.
extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  if (*count < 2 || !std::filesystem::is_directory((*arguments)[1])) return 0;
  const auto path = std::filesystem::path((*arguments)[1]) / "written";
  gradus::save_checkpoint(path, tiny_network().state, {});
  gradus::fuzz::take(gradus::read_file(path));
  return 0;
}

void gradus::fuzz::take(std::string_view input) {
  static const MemoryFile given;
  static const MemoryFile saved;
  TinyNetwork& tiny = tiny_network();
  given.fill(input);
  const RunPosition position = load_checkpoint(given.path(), tiny.state);
  save_checkpoint(saved.path(), tiny.state, position);
  const RunPosition again = load_checkpoint(saved.path(), tiny.state);
  // A sum that is not a number equals nothing, itself included.
  require(again == position || std::isnan(position.loss_sum), "a position comes back");
}
