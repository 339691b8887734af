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
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <array>
#include <optional>
#include <span>

namespace gradus::cli {
namespace {

constexpr const char* predict_examples = R"(
Each line has the file, the number of the image in it, from 0, and the three
most probable classes. A file that cannot be used is named on stderr, the others
are labelled all the same, and the exit code is 1.

A PNG file may have any size, a light, dark or transparent background, and
uneven light, as a photo has. What is drawn is scaled to the size it has on the
training images and centred by its centre of mass. A picture of the training
images' size on which it has about that size already is taken as it is, or as
its negative where its edge is light.

Examples:
  gradus predict runs/my-run t10k-images-idx3-ubyte.gz
  gradus predict runs/my-run seven.png photo-of-a-three.png --show
  gradus predict runs/my-run images.idx --json)";

struct PredictFlags {
  std::string run;
  std::vector<std::string> files;
  TrainSettings request;  ///< its data and parts
  bool json = false;
  bool show = false;
};

/// How many classes a line has.
constexpr std::size_t named_classes = 3;

/// The format of a picture that is no PNG file, by its first bytes; nothing for anything else.
std::optional<std::string_view> other_format(std::string_view contents) {
  if (contents.starts_with("\xff\xd8\xff")) return "JPEG";
  if (contents.starts_with("GIF8")) return "GIF";
  if (contents.starts_with("RIFF") && contents.substr(0, 12).ends_with("WEBP")) return "WebP";
  return {};
}

/// The pixels of the images of a file, one image after the other.
std::vector<std::uint8_t> read_images(const std::string& path, const ImageSpec& like) {
  const std::string contents = read_file(path);
  if (const auto format = other_format(contents))
    throw FileError(fmt::format("'{}' is a {} file: save it as PNG", path, *format));
  if (is_png(contents) || path.ends_with(".png"))
    return data::from_picture(decode_png(contents, path, 2), path, like.rows, like.columns, like.drawn_size);
  data::IdxArray array = data::parse_idx(contents, path);
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

/// An image in shades of five, two characters a pixel, so that it is about as wide as it is high.
void print_image(std::span<const std::uint8_t> pixels, std::size_t columns) {
  constexpr std::array<std::string_view, 5> shades{"  ", "░░", "▒▒", "▓▓", "██"};
  std::string drawn;
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    drawn += shades[pixels[i] * shades.size() / 256];
    if ((i + 1) % columns == 0) drawn += '\n';
  }
  print_raw(drawn);
}

void print_json(const std::string& file, const Prediction& prediction,
                const std::vector<std::string>& classes) {
  nlohmann::json probabilities = nlohmann::json::array();
  for (std::size_t i = 0; i < classes.size(); ++i)
    probabilities.push_back({{"label", classes[i]}, {"probability", prediction.probabilities[i]}});
  print_raw(json_text({{"file", file},
                       {"index", prediction.index},
                       {"label", classes[prediction.label]},
                       {"confidence", prediction.confidence()},
                       {"probabilities", probabilities}}) +
            "\n");
}

void print_text(const std::string& file, const Prediction& prediction,
                const std::vector<std::string>& classes) {
  std::vector<std::string> texts;
  for (const std::size_t label : prediction.most_probable(named_classes))
    texts.push_back(fmt::format("{}  {:6.2f} %", classes[label], 100 * prediction.probabilities[label]));
  print("{}  {:>6}  {}\n", file, prediction.index, fmt::format("{}", fmt::join(texts, "   ")));
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
  const ImageSpec& like = trained.like;
  const Predictor predictor(trained.network, like.scale);
  bool all_read = true;
  for (const std::string& file : flags.files) {
    std::vector<std::uint8_t> pixels;
    try {
      pixels = read_images(file, like);
    } catch (const FileError& error) {
      say("gradus: {}\n", error.what());
      all_read = false;
      continue;
    }
    const std::size_t size = like.rows * like.columns;
    predictor.predict(trained.state, pixels, [&](const Prediction& prediction) {
      if (flags.show) print_image(std::span(pixels).subspan(prediction.index * size, size), like.columns);
      (flags.json ? print_json : print_text)(file, prediction, like.classes);
    });
  }
  if (!all_read) throw Exit{1};
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
  CLI::Option* json =
      command->add_flag("--json", flags->json, "Print one JSON object a line, with every class");
  command->add_flag("--show", flags->show, "Draw each image as the network sees it")->excludes(json);
  command->callback([flags] { run(*flags); });
}

}  // namespace gradus::cli
