#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/json.hpp>
#include <gradus/base/png.hpp>
#include <gradus/cli/commands.hpp>
#include <gradus/cli/flags.hpp>
#include <gradus/cli/loaded_run.hpp>
#include <gradus/data/from_picture.hpp>
#include <gradus/data/idx.hpp>
#include <gradus/train/image_spec.hpp>
#include <gradus/train/predictor.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace gradus::cli {
namespace {

constexpr const char* predict_examples = R"(
A PNG file may have any size and a light, dark or transparent background. One of the size of the training
images is taken as it is, or as its negative where its edge is light; in any other what is drawn is scaled to
their size and centred by its centre of mass.

Examples:
  gradus predict runs/my-run t10k-images-idx3-ubyte.gz
  gradus predict runs/my-run seven.png photo-of-a-three.png
  gradus predict runs/my-run images.idx --json)";

struct PredictFlags {
  std::string run;
  std::vector<std::string> files;
  TrainSettings request;  ///< its data and parts
  bool json = false;
};

/// The pixels of the images of a file, one image after the other.
std::vector<std::uint8_t> read_images(const std::string& path, const ImageSpec& like) {
  if (const std::string contents = read_file(path); is_png(contents) || path.ends_with(".png"))
    return data::from_picture(decode_png(contents, path, 2), path, like.rows, like.columns, like.drawn_size);
  data::IdxArray array = data::read_idx(path);
  auto* pixels = std::get_if<std::vector<std::uint8_t>>(&array.values);
  if (pixels == nullptr || array.shape.size() != 3)
    throw FileError(fmt::format(
        "'{}' holds {} values along {} axes; images are unsigned bytes along three: image, row, column", path,
        array.type_name(), array.shape.size()));
  if (array.shape[1] != like.rows || array.shape[2] != like.columns)
    throw FileError(fmt::format("'{}' holds images of {} x {} pixels, but the network was trained on {} x {}",
                                path, array.shape[1], array.shape[2], like.rows, like.columns));
  return std::move(*pixels);
}

void print_label(const PredictFlags& flags, const std::string& file, std::size_t index,
                 const std::string& label, double confidence) {
  if (flags.json) {
    const nlohmann::json line{{"file", file}, {"index", index}, {"label", label}, {"confidence", confidence}};
    print_raw(json_text(line) + "\n");
  } else {
    print("{}  {:>6}  {}  {:6.2f} %\n", file, index, label, 100 * confidence);
  }
}

/// What labels images, as its run folder has it.
struct TrainedClassifier {
  ImageSpec like;
  Network network;
  State<float> state;
};

/// Runs from before a run kept what its images were need their data.
TrainedClassifier open_classifier(const PredictFlags& flags) {
  const RunFolder folder = RunFolder::open(flags.run);
  const nlohmann::json config = folder.read_config();
  const auto images = JsonValue(config, folder.config().string()).find("images");
  if (!images) {
    LoadedRun run = load_run(flags.run, flags.request);
    return {image_spec(run.data.train, run.scale), std::move(run.network), std::move(run.state)};
  }
  const TrainSettings settings = folder.read_settings(*flags.request.parts);
  ImageSpec like = image_spec_from_json(*images);
  Network network = declare(settings, {static_cast<Index>(like.rows), static_cast<Index>(like.columns)},
                            static_cast<Index>(like.classes.size()));
  State<float> state = initialise(*network.graph, settings.seed);
  load_parameters(folder, settings, state);
  return {std::move(like), std::move(network), std::move(state)};
}

void run(const PredictFlags& flags) {
  TrainedClassifier trained = open_classifier(flags);
  const Predictor predictor(trained.network, trained.like.scale);
  for (const std::string& file : flags.files)
    predictor.predict(trained.state, read_images(file, trained.like), [&](const Prediction& prediction) {
      print_label(flags, file, prediction.index, trained.like.classes[prediction.label],
                  prediction.confidence());
    });
}

}  // namespace

void add_predict(CLI::App& program, const Parts& parts) {
  CLI::App* command =
      program.add_subcommand("predict", "Label the images of PNG and IDX files with a trained network");
  command->footer(predict_examples);
  const auto flags = std::make_shared<PredictFlags>();
  flags->request.parts = &parts;
  command->add_option("run", flags->run, "Folder of the run")->required()->type_name("RUN");
  command->add_option("files", flags->files, "PNG files, or IDX files of images, gzip or plain")
      ->required()
      ->type_name("FILE");
  add_setting_flag(*command, flags->request, setting_named("data_dir"))
      ->description("Folder of the data; needed only for runs of older versions")
      ->group("Options");
  command->add_flag("--json", flags->json, "Print one JSON object a line");
  command->callback([flags] { run(*flags); });
}

}  // namespace gradus::cli
