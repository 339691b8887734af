#include <gradus/tests/train/runs.hpp>
#include <gradus/train/safetensors.hpp>

#include <fstream>
#include <map>

using namespace gradus;
using namespace gradus::test;

namespace {

constexpr ImageSize pixels{2, 3};
constexpr Index classes = 3;

/// A model with its training step, and a state of it.
struct Model {
  explicit Model(const TrainSettings& settings, std::uint64_t seed = 42)
      : network(declare(settings, pixels, classes)),
        step(add_training_step(network, settings, 10)),
        state(*network.graph, seed) {}
  Network network;
  Expr step;
  State<float> state;
};

TrainSettings tiny() {
  TrainSettings settings;
  settings.hidden = {4};
  return settings;
}

struct Saved : Scratch {
  fs::path path = folder / "checkpoint.safetensors";
  RunPosition position{
      .iteration = 12, .epoch = 3, .example = 48, .loss_sum = 1.0 / 3, .correct = 7, .counted = 9};

  void save(const TrainSettings& settings = tiny()) const {
    save_checkpoint(path, Model(settings).state, position);
  }
  void refused(const TrainSettings& settings, const std::string& message) const {
    Model model(settings, 7);
    check_refused<FileError>([&] { load_checkpoint(path, model.state); }, message);
  }
  void refused(const std::string& message) const { refused(tiny(), message); }
  std::string called() const { return "'" + path.string() + "'"; }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(checkpoint, Saved)

BOOST_AUTO_TEST_CASE(everything_comes_back_to_the_bit) {
  Model saved(tiny());
  float value = 0.1F;
  for (const auto& variable : saved.state.variables())
    for (float& element : saved.state[variable.name].span()) element = value *= 1.01F;
  saved.state.step = 12;
  saved.state.seed = 0xffffffffffffffff;
  save_checkpoint(path, saved.state, position);

  Model read(tiny(), 7);
  BOOST_TEST((load_checkpoint(path, read.state) == position));
  BOOST_TEST(read.state.step == 12);
  BOOST_TEST(read.state.seed == 0xffffffffffffffff);
  for (const auto& variable : saved.state.variables()) {
    const auto a = saved.state[variable.name].span();
    const auto b = read.state[variable.name].span();
    BOOST_TEST(a == b, boost::test_tools::per_element());
  }
  const std::string before = read_file(path);
  save_checkpoint(path, read.state, position);
  BOOST_TEST((read_file(path) == before));
}

BOOST_AUTO_TEST_CASE(parameters_and_buffers_are_enough_to_use_a_model) {
  TrainSettings settings = tiny();
  settings.layers = "flatten, dense 4, batch-norm, relu, dense 3";
  Model saved(settings);
  float value = 0.1F;
  for (const auto& variable : saved.state.variables())
    for (float& element : saved.state[variable.name].span()) element = value *= 1.01F;
  save_checkpoint(path, saved.state, position);
  settings.optimizer = "sgd";
  Model read(settings, 7);
  load_checkpoint(path, read.state, Restore::model);
  std::map<VariableKind, int> kinds;
  for (const auto& variable : read.state.variables()) {
    if (variable.kind != VariableKind::parameter && variable.kind != VariableKind::buffer) continue;
    ++kinds[variable.kind];
    const auto a = saved.state[variable.name].span();
    const auto b = read.state[variable.name].span();
    BOOST_TEST(a == b, boost::test_tools::per_element());
  }
  BOOST_TEST(kinds[VariableKind::parameter] == 6);
  BOOST_TEST(kinds[VariableKind::buffer] == 2);
}

BOOST_AUTO_TEST_CASE(of_another_model) {
  save();
  TrainSettings other = tiny();
  other.hidden = {5};
  refused(other, called() +
                     " is a checkpoint of another model: its 'hidden1/weight' is F32 (6, 4), expected (6, 5) "
                     "(F32)");
  other.hidden = {4, 4};
  refused(other,
          called() + " is a checkpoint of another model or optimizer: it holds no 'hidden2/weight' (4, 4)");
  other.hidden = {};
  refused(other, called() +
                     " is a checkpoint of another model: its 'output/weight' is F32 (4, 3), expected (6, 3) "
                     "(F32)");
}

BOOST_AUTO_TEST_CASE(of_another_optimizer) {
  save();
  const std::string start = called() + " is a checkpoint of another model or optimizer: it holds ";
  TrainSettings other = tiny();
  other.optimizer = "sgd";
  refused(other, start + "16 variables, expected 5");
  other.optimizer = "momentum";
  refused(other, start + "no 'hidden1/weight/velocity' (6, 4)");
  other.optimizer = "adam";
  other.accumulate = 2;
  refused(other, start + "no 'accumulate/batches' ()");
}

BOOST_AUTO_TEST_CASE(that_is_not_there_or_cut_off) {
  refused("cannot read " + called() + ": No such file or directory");
  save();
  const std::string whole = read_file(path);
  const std::string start = "cannot read " + called() + " as safetensors: ";
  const auto cut = [&](std::size_t size, const std::string& message) {
    write_file(path, whole.substr(0, size));
    refused(start + message);
  };
  cut(0, "it has 0 bytes, not even the 8 of the header's size");
  cut(7, "it has 7 bytes, not even the 8 of the header's size");
  cut(100,
      "its header should have 1832 bytes and only 92 follow; the file is truncated or of another format");
  cut(whole.size() - 1,
      "its bytes do not have the checksum that it says; the file is damaged, or was changed by a program "
      "that "
      "kept the old checksum");
}

BOOST_AUTO_TEST_CASE(every_bit_that_changes_is_found) {
  save();
  const std::string whole = read_file(path);
  Model model(tiny(), 7);
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string changed = whole;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    std::ofstream(path, std::ios::binary) << changed;
    BOOST_CHECK_THROW(load_checkpoint(path, model.state), DamagedFile);
  }
}

BOOST_AUTO_TEST_CASE(every_page_that_is_lost_is_found) {
  constexpr std::size_t page = 4096;
  TrainSettings settings = tiny();
  settings.hidden = {64, 64};
  Model model(settings);
  float value = 0.1F;
  for (const auto& variable : model.state.variables())
    for (float& element : model.state[variable.name].span()) element = value += 1;
  save_checkpoint(path, model.state, position);
  const std::string whole = read_file(path);
  BOOST_TEST_REQUIRE(whole.size() > 10 * page);
  for (std::size_t at = 0; at < whole.size(); at += page)
    for (const char filling : {'\0', '\xff'}) {
      const std::size_t count = std::min(page, whole.size() - at);
      std::ofstream(path, std::ios::binary) << std::string(whole).replace(at, count, count, filling);
      BOOST_CHECK_THROW(load_checkpoint(path, model.state), DamagedFile);
    }
  std::ofstream(path, std::ios::binary) << whole;
  BOOST_TEST((load_checkpoint(path, model.state) == position));
}

BOOST_AUTO_TEST_CASE(of_a_version_without_checksums) {
  save();
  TensorFile file = read_tensors(path);
  file.metadata = {{"format", "gradus checkpoint 1"}};
  write_tensors(path, file);
  Model read(tiny(), 7);
  BOOST_TEST((load_checkpoint(path, read.state) == position));
  file.metadata = {{"format", "gradus checkpoint 2"}};
  write_tensors(path, file);
  refused(called() + " lacks its checksum; the file is damaged");
}

BOOST_AUTO_TEST_CASE(that_is_none) {
  write_tensors(path, {});
  refused(called() + " is no checkpoint of a run: its metadata does not say 'gradus checkpoint 2'");
  save();
  TensorFile file = read_tensors(path);
  std::erase_if(file.tensors, [](const NamedTensor& tensor) { return tensor.name == "run.epoch"; });
  write_tensors(path, file);
  refused(called() + " is no checkpoint of a run: it lacks 'run.epoch'");
  file.tensors.push_back(NamedTensor::scalar("run.epoch", 1.0));
  write_tensors(path, file);
  refused(called() + " is no checkpoint of a run: it lacks 'run.epoch'");
}

BOOST_AUTO_TEST_SUITE_END()
