#include <gradus/fuzz/support/memory_file.hpp>
#include <gradus/fuzz/support/target.hpp>
#include <gradus/fuzz/support/tensor_checksum.hpp>
#include <gradus/fuzz/support/tiny_network.hpp>
#include <gradus/train/checkpoint.hpp>

#include <cmath>

void gradus::fuzz::take(std::string_view input) {
  static const MemoryFile given;
  static const MemoryFile saved;
  static TinyNetwork tiny;
  given.fill(input);
  const RunPosition position = load_checkpoint(given.path(), tiny.state);
  save_checkpoint(saved.path(), tiny.state, position);
  const RunPosition again = load_checkpoint(saved.path(), tiny.state);
  // A sum that is not a number equals nothing, itself included.
  require(again == position || std::isnan(position.loss_sum), "a position comes back");
}
