#include <gradus/base/error.hpp>
#include <gradus/train/checkpoint.hpp>
#include <gradus/train/safetensors.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace gradus {
namespace {

constexpr const char* format_name = "gradus checkpoint 2";
/// That of checkpoints from before they had a checksum.
constexpr const char* old_format_name = "gradus checkpoint 1";

std::vector<std::int64_t> sizes(const Extents& extents) {
  return {extents.sizes.begin(), extents.sizes.begin() + static_cast<std::ptrdiff_t>(extents.rank)};
}

const NamedTensor* find(const TensorFile& file, const std::string& name) {
  const auto found = std::ranges::find(file.tensors, name, &NamedTensor::name);
  return found == file.tensors.end() ? nullptr : &*found;
}

template <class T>
T number(const TensorFile& file, const std::filesystem::path& path, const char* name) {
  const NamedTensor* tensor = find(file, name);
  try {
    if (tensor != nullptr) return tensor->value<T>();
  } catch (const ValueError&) {
    // Falls through to the message below, which names the file.
  }
  throw FileError(fmt::format("'{}' is no checkpoint of a run: it lacks '{}'", path.string(), name));
}

void read_variable(const TensorFile& file, const std::filesystem::path& path, State<float>& state,
                   const Variable& variable) {
  const View<float> values = state[variable.name];
  const NamedTensor* tensor = find(file, variable.name);
  if (tensor == nullptr)
    throw FileError(fmt::format("'{}' is a checkpoint of another model or optimizer: it holds no '{}' {}",
                                path.string(), variable.name, to_string(variable.shape)));
  if (tensor->shape != sizes(values.extents) || tensor->dtype != DType::F32)
    throw FileError(fmt::format(
        "'{}' is a checkpoint of another model: its '{}' is {} ({}), expected {} (F32)", path.string(),
        variable.name, name_of(tensor->dtype), fmt::join(tensor->shape, ", "), to_string(variable.shape)));
  tensor->copy_to(values.span());
}

}  // namespace

void save_checkpoint(const std::filesystem::path& path, const State<float>& state,
                     const RunPosition& position, const std::filesystem::path& keep_old) {
  TensorFile file;
  file.metadata["format"] = format_name;
  file.metadata[checksum_key];
  for (const Variable& variable : state.variables()) {
    const View<const float> values = state[variable.name];
    file.tensors.push_back(NamedTensor::of<float>(variable.name, sizes(values.extents), values.span()));
  }
  file.tensors.push_back(NamedTensor::scalar("run.step", state.step));
  file.tensors.push_back(NamedTensor::scalar("run.seed", static_cast<std::int64_t>(state.seed)));
  file.tensors.push_back(NamedTensor::scalar("run.iteration", position.iteration));
  file.tensors.push_back(NamedTensor::scalar("run.epoch", position.epoch));
  file.tensors.push_back(NamedTensor::scalar("run.example", position.example));
  file.tensors.push_back(NamedTensor::scalar("run.loss_sum", position.loss_sum));
  file.tensors.push_back(NamedTensor::scalar("run.correct", position.correct));
  file.tensors.push_back(NamedTensor::scalar("run.counted", position.counted));
  write_tensors(path, file, keep_old);
}

RunPosition load_checkpoint(const std::filesystem::path& path, State<float>& state, Restore restore) {
  const TensorFile file = read_tensors(path);
  const auto format = file.metadata.find("format");
  if (format == file.metadata.end() || (format->second != format_name && format->second != old_format_name))
    throw FileError(fmt::format("'{}' is no checkpoint of a run: its metadata does not say '{}'",
                                path.string(), format_name));
  if (format->second == format_name && !file.metadata.contains(checksum_key))
    throw DamagedFile(fmt::format("'{}' lacks its checksum; the file is damaged", path.string()));
  for (const Variable& variable : state.variables())
    if (restore == Restore::everything || variable.kind == VariableKind::parameter ||
        variable.kind == VariableKind::buffer)
      read_variable(file, path, state, variable);
  state.step = number<std::int64_t>(file, path, "run.step");
  state.seed = static_cast<std::uint64_t>(number<std::int64_t>(file, path, "run.seed"));
  const RunPosition position{
      number<std::int64_t>(file, path, "run.iteration"), number<std::int64_t>(file, path, "run.epoch"),
      number<std::int64_t>(file, path, "run.example"),   number<double>(file, path, "run.loss_sum"),
      number<std::int64_t>(file, path, "run.correct"),   number<std::int64_t>(file, path, "run.counted")};
  constexpr std::size_t own = 8;
  if (restore == Restore::everything && file.tensors.size() != state.variables().size() + own)
    throw FileError(
        fmt::format("'{}' is a checkpoint of another model or optimizer: it holds {} variables, expected {}",
                    path.string(), file.tensors.size() - own, state.variables().size()));
  return position;
}

}  // namespace gradus
