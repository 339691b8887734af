#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/cli/commands.hpp>
#include <gradus/cli/flags.hpp>
#include <gradus/cli/output.hpp>
#include <gradus/data/augment/augmentation.hpp>
#include <gradus/data/shuffle.hpp>
#include <gradus/report/image_grid.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <memory>

namespace gradus::cli {
namespace {

constexpr const char* show_data_examples = R"(
Shows the training images: one of each class, random ones, and augmented ones
with the original at the left. With --one-per-class the first of these alone.
Both formats have headings and labels, which gnuplot draws into PNG.

Examples:
  gradus show-data -o digits.svg
  gradus show-data --data fashion-mnist --one-per-class -o classes.svg
  gradus show-data --data fashion-mnist --augment flip,shift -o clothes.png
  gradus show-data --augment elastic:alpha=60:sigma=5 --seed 7 -o elastic.svg)";

struct ShowFlags {
  TrainSettings settings;
  std::string out;
  bool one_per_class = false;
};

constexpr std::size_t columns = 10;

Raster picture_of(const data::Dataset& set, std::size_t example) {
  const auto image = set.image(example);
  return {set.cols, set.rows, 1, {image.begin(), image.end()}};
}

LabelledImage image_of(const data::Dataset& set, std::size_t example) {
  return {picture_of(set, example), set.classes[set.labels[example]]};
}

/// The first example of each class, where it has one.
std::vector<std::uint32_t> one_of_each(const data::Dataset& set, const std::vector<std::uint32_t>& order) {
  std::vector<std::uint32_t> found;
  for (std::size_t label = 0; label < set.classes.size(); ++label) {
    const auto first =
        std::ranges::find_if(order, [&](std::uint32_t example) { return set.labels[example] == label; });
    if (first != order.end()) found.push_back(*first);
  }
  return found;
}

ImageGrid as_they_are(const std::string& heading, const data::Dataset& set,
                      const std::vector<std::uint32_t>& examples) {
  ImageGrid grid{heading, std::min(columns, examples.size()), {}};
  for (const std::uint32_t example : examples) grid.images.push_back(image_of(set, example));
  return grid;
}

/// A row for an image: as it is, then as it is in the first epochs of a run with this seed.
ImageGrid augmented_ones(const data::Dataset& set, const std::vector<std::uint32_t>& examples,
                         const TrainSettings& settings) {
  const data::Augmentation chain = data::Augmentation::parse(settings.augment, settings.parts->transforms);
  ImageGrid grid{"Augmented by " + chain.text(), columns, {}};
  data::Augmenter augmenter(chain, set.rows, set.cols, settings.seed);
  std::vector<float> changed(set.image_size());
  for (std::size_t i = 0; i < std::min(columns, examples.size()); ++i) {
    grid.images.push_back(image_of(set, examples[i]));
    for (std::size_t epoch = 0; epoch + 1 < columns; ++epoch) {
      augmenter.apply(set.image(examples[i]), epoch, examples[i], changed);
      Raster picture = picture_of(set, examples[i]);
      std::ranges::transform(changed, picture.pixels.begin(), [](float value) {
        return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0f, 255.0f)));
      });
      grid.images.push_back({std::move(picture), fmt::format("epoch {}", epoch + 1)});
    }
  }
  return grid;
}

/// Without its words where they cannot be drawn, which is said.
std::string sheet_png(const std::vector<ImageGrid>& grids) {
  try {
    return labelled_sheet_png(grids);
  } catch (const FileError& error) {
    say("gradus: the picture has no labels: {}\n", error.what());
    return contact_sheet_png(grids);
  }
}

void run(ShowFlags& flags) {
  const bool svg = flags.out.ends_with(".svg");
  if (!svg && !flags.out.ends_with(".png"))
    throw ValueError(fmt::format("-o takes a file that ends in .svg or .png, not '{}'", flags.out));
  const data::TrainTest loaded = load_data(flags.settings, false);
  const data::Dataset& set = loaded.train;
  constexpr std::size_t random_ones = 50;
  std::vector<std::uint32_t> order = data::permutation(set.size(), flags.settings.seed, 0);
  const std::vector<std::uint32_t> each = one_of_each(set, order);
  order.resize(std::min(random_ones, order.size()));
  std::vector<ImageGrid> grids{as_they_are("One of each class", set, each)};
  if (!flags.one_per_class) {
    grids.push_back(as_they_are("Random training images", set, order));
    grids.push_back(augmented_ones(set, each, flags.settings));
  }
  write_output(flags.out,
               svg ? contact_sheet_svg(grids, "Training images of " + set.name) : sheet_png(grids));
  print("{}\nIn {}:\n", data::announcement(set), flags.out);
  std::string classes;
  for (const LabelledImage& image : grids.front().images)
    classes += (classes.empty() ? "" : ", ") + image.label;
  print("  one of each class: {}\n", classes);
  if (flags.one_per_class) return;
  print("  {} random ones\n", grids[1].images.size());
  print("  {} augmented ones, the original at the left: {}\n",
        grids[2].images.size() / columns * (columns - 1), flags.settings.augment);
}

}  // namespace

void add_show_data(CLI::App& program, const Parts& parts) {
  CLI::App* command = program.add_subcommand("show-data", "Draw a page of training images");
  command->footer(show_data_examples);
  const auto flags = std::make_shared<ShowFlags>();
  flags->settings.parts = &parts;
  flags->settings.augment = "shift,rotate,scale,elastic";
  add_setting_flags(*command, flags->settings, {SettingGroup::data});
  CLI::Option* augment =
      add_setting_flag(*command, flags->settings, setting_named("augment"))->group("Options");
  command->add_flag("--one-per-class", flags->one_per_class, "Draw one image of each class and nothing else")
      ->excludes(augment);
  command->add_option("--seed", flags->settings.seed, "Of which images are drawn, and of augmentation")
      ->check(whole_number)
      ->type_name("N")
      ->capture_default_str();
  command->add_option("-o,--out", flags->out, "File to write, .svg or .png")->required()->type_name("FILE");
  command->callback([flags] { run(*flags); });
}

}  // namespace gradus::cli
