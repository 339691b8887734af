#include <gradus/base/counter.hpp>
#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/data/augment/augmentation.hpp>
#include <gradus/data/augment/registry.hpp>
#include <gradus/data/streams.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace gradus::data {
namespace {

constexpr std::string_view hint = "as in shift,rotate:15,elastic:alpha=34:sigma=4 (gradus list transforms)";

std::vector<std::string> parts(const std::string& text, char separator) {
  std::vector<std::string> found(1);
  for (const char c : text) {
    if (c == separator)
      found.emplace_back();
    else
      found.back() += c;
  }
  return found;
}

const RegisteredTransform& find(const std::string& name) {
  std::vector<std::string> names;
  for (const RegisteredTransform& known : registered_transforms()) {
    if (known.description->name == name) return known;
    names.emplace_back(known.description->name);
  }
  throw NameError(unknown_name("transform", name, names));
}

/// The numbers of one transform, each for one parameter.
class Numbers {
 public:
  explicit Numbers(const RegisteredTransform& transform)
      : transform_(transform), given_(transform.parameters.size(), false) {
    for (const RegisteredParameter& parameter : transform.parameters) values_.push_back(parameter.usual);
  }

  /// NUMBER, the `place`-th of the transform, or PARAMETER=NUMBER.
  void read(const std::string& word, std::size_t place) {
    const std::size_t equals = word.find('=');
    const std::size_t i = equals == std::string::npos ? at(place) : named(word.substr(0, equals));
    if (given_[i])
      throw ValueError(fmt::format("the transform {} is given {} twice", transform_.description->name,
                                   transform_.parameters[i].name));
    given_[i] = true;
    values_[i] = number(equals == std::string::npos ? word : word.substr(equals + 1), i);
  }

  const std::vector<double>& values() const { return values_; }

 private:
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const RegisteredParameter& parameter : transform_.parameters) names.push_back(parameter.name);
    return names;
  }

  std::size_t at(std::size_t place) const {
    if (place >= values_.size())
      throw ValueError(fmt::format("the transform {} takes {} and nothing more", transform_.description->name,
                                   fmt::join(names(), ", ")));
    return place;
  }

  std::size_t named(const std::string& name) const {
    const auto all = names();
    const auto found = std::ranges::find(all, name);
    if (found == all.end())
      throw NameError(unknown_name(fmt::format("parameter of the transform {}", transform_.description->name),
                                   name, all));
    return static_cast<std::size_t>(found - all.begin());
  }

  double number(const std::string& word, std::size_t i) const {
    const RegisteredParameter& parameter = transform_.parameters[i];
    double value = 0;
    const char* end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, value);
    // Written so that what is not a number is refused too.
    if (error != std::errc() || stop != end || !(value >= parameter.least && value <= parameter.most))
      throw ValueError(fmt::format("{} of the transform {} must be a number from {} to {}, not '{}'",
                                   parameter.name, transform_.description->name, parameter.least,
                                   parameter.most, word));
    return value;
  }

  const RegisteredTransform& transform_;
  std::vector<bool> given_;
  std::vector<double> values_;
};

Transform parse_one(const std::string& text) {
  const std::vector<std::string> words = parts(text, ':');
  const RegisteredTransform& transform = find(words.front());
  Numbers numbers(transform);
  for (std::size_t i = 1; i < words.size(); ++i) numbers.read(words[i], i - 1);
  return transform.make(numbers.values());
}

}  // namespace

Augmentation Augmentation::parse(const std::string& text) {
  if (text.empty()) throw ValueError(fmt::format("an augmentation needs at least one transform, {}", hint));
  std::vector<Transform> transforms;
  for (const std::string& part : parts(text, ',')) {
    if (part.empty())
      throw ValueError(
          fmt::format("the augmentation '{}' has a comma with no transform before or behind it; name them {}",
                      text, hint));
    transforms.push_back(parse_one(part));
  }
  return Augmentation(std::move(transforms));
}

std::string Augmentation::text() const {
  std::vector<std::string> texts;
  for (const Transform& transform : transforms_) texts.push_back(transform.text());
  return fmt::format("{}", fmt::join(texts, ","));
}

void Augmenter::apply(std::span<const std::uint8_t> image, std::uint64_t epoch, std::uint32_t example,
                      std::span<float> out) {
  std::ranges::copy(image, out.begin());
  Canvas canvas{rows_, cols_, out};
  warp_.reset(rows_, cols_);
  bool moved = false;
  const auto settle = [&] {
    if (moved) warp_.resample(out);
    if (moved) warp_.reset(rows_, cols_);
    moved = false;
  };
  std::uint32_t place = 0;
  for (const Transform& transform : augmentation_.transforms()) {
    Counter random(seed_, augment_stream + place++, epoch << 32U | example);
    if (transform.moves()) {
      transform.warp(warp_, random);
      moved = true;
    } else {
      settle();
      transform.paint(canvas, random);
    }
  }
  settle();
}

}  // namespace gradus::data
