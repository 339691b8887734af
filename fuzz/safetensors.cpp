#include <gradus/fuzz/support/memory_file.hpp>
#include <gradus/fuzz/support/target.hpp>
#include <gradus/fuzz/support/tensor_checksum.hpp>
#include <gradus/train/safetensors.hpp>

#include <algorithm>

void gradus::fuzz::take(std::string_view input) {
  static const MemoryFile given;
  static const MemoryFile written;
  given.fill(input);
  const TensorFile file = read_tensors(given.path());
  write_tensors(written.path(), file);
  const TensorFile again = read_tensors(written.path());
  const auto other_than_checksum = [](auto metadata) {
    metadata.erase(checksum_key);
    return metadata;
  };
  require(other_than_checksum(again.metadata) == other_than_checksum(file.metadata), "metadata come back");
  const auto same = [](const NamedTensor& a, const NamedTensor& b) {
    return a.name == b.name && a.dtype == b.dtype && a.shape == b.shape && a.data == b.data;
  };
  require(std::ranges::equal(again.tensors, file.tensors, same), "tensors come back");
}
