#include <gradus/tests/data/fixtures.hpp>

using namespace gradus;
using namespace gradus::test;
using namespace gradus::data;

namespace {

constexpr char shade_of_dir = 30, shade_of_variable = 60, shade_of_cache = 90;

std::uint8_t shade(const TrainTest& set) { return set.train.pixels[1]; }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(catalogue, Surroundings)

BOOST_AUTO_TEST_CASE(the_first_place_that_has_it_wins) {
  const Variable variable("GRADUS_DATA", (folder / "variable").string());
  Request request = request_of({known("toy", small_set(shade_of_cache))}, "toy");
  write_set(cache / "toy", small_set(shade_of_cache));
  BOOST_TEST(shade(load(request)) == shade_of_cache);
  write_set(folder / "variable" / "toy", small_set(shade_of_variable));
  BOOST_TEST(shade(load(request)) == shade_of_variable);
  request.data_dir = folder / "dir";
  write_set(folder / "dir", small_set(shade_of_dir));
  BOOST_TEST(shade(load(request)) == shade_of_dir);
  write_set(folder / "dir" / "toy", small_set(31));
  const TrainTest set = load(request);
  BOOST_TEST(shade(set) == 31);
  BOOST_TEST(set.train.origin == (folder / "dir" / "toy").string());
  BOOST_TEST(set.train.name == "toy");
  BOOST_TEST(set.train.note == "");
  BOOST_CHECK(set.train.source == Source::file);
  BOOST_TEST(set.train.classes[2] == "two");
}

BOOST_AUTO_TEST_CASE(a_data_dir_without_it_is_a_mistake_whatever_other_places_have) {
  write_set(cache / "toy", small_set(shade_of_cache));
  const std::string dir = (folder / "dir").string();
  for (const std::optional<std::string>& name : {std::optional<std::string>("toy"), {}}) {
    Request request = request_of({known("toy", small_set())}, name);
    request.data_dir = dir;
    fs::remove_all(dir);
    check_refused<FileError>([&] { load(request); }, "--data-dir: there is no folder '" + dir + "'");
    fs::create_directories(dir);
    check_refused<FileError>([&] { load(request); },
                             "--data-dir: neither '" + dir + "/toy' nor '" + dir +
                                 "' holds a data set, which is train-images-idx3-ubyte, "
                                 "train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte "
                                 "(each plain or with .gz)");
  }
}

BOOST_AUTO_TEST_CASE(the_cache_without_its_variable) {
  const Variable none("XDG_CACHE_HOME", std::nullopt);
  BOOST_TEST(cache_folder().value_or("") == folder / "home" / ".cache" / "gradus");
  const Variable relative("XDG_CACHE_HOME", "cache");
  BOOST_TEST(cache_folder().value_or("") == folder / "home" / ".cache" / "gradus");
  const Variable homeless("HOME", "");
  BOOST_CHECK(!cache_folder());
}

BOOST_AUTO_TEST_CASE(a_part_of_a_set_is_a_mistake_but_in_the_cache) {
  write_set(folder / "dir" / "toy", small_set());
  fs::remove(folder / "dir" / "toy" / "t10k-labels-idx1-ubyte.gz");
  Request request = request_of({known("toy", small_set())}, "toy");
  request.data_dir = folder / "dir";
  check_refused<FileError>([&] { load(request); },
                           "--data-dir: the folder '" + (folder / "dir" / "toy").string() +
                               "' lacks t10k-labels-idx1-ubyte (each plain or with .gz)");
  request.data_dir.reset();
  write_file(cache / "toy" / "train-labels-idx1-ubyte", small_set()[1]);
  BOOST_CHECK(load(request_of({known("toy", small_set())})).train.source == Source::generated);
}

BOOST_AUTO_TEST_CASE(an_unusable_file_is_no_reason_to_look_further) {
  write_set(cache / "toy", small_set());
  write_set(folder / "dir", small_set());
  const fs::path damaged = folder / "dir" / "train-images-idx3-ubyte.gz";
  write_file(damaged, read_file(damaged).substr(0, 30));
  Request request = request_of({known("toy", small_set())});
  request.data_dir = folder / "dir";
  check_refused<FileError>([&] { load(request); },
                           "'" + damaged.string() +
                               "' is truncated: its gzip stream of 30 bytes stops before its end; fetch it "
                               "again");
}

BOOST_AUTO_TEST_CASE(the_cache_still_holds_what_was_published) {
  const auto published = small_set();
  const Request request = request_of({known("toy", published)}, "toy");
  for (std::size_t i = 0; i < 4; ++i) {
    auto changed = published;
    changed[i].back() ^= 1;
    for (const Packed packed : {Packed::yes, Packed::no}) {
      fs::remove_all(cache);
      write_set(cache / "toy", changed, packed);
      const std::string file = (cache / "toy" / published_name(file_stems[i])).string();
      const std::string message =
          "'" + file + (packed == Packed::yes ? ".gz" : "") +
          "' is not the file that was published: SHA-256 " + sha256(changed[i]).substr(0, 12) + "…, " +
          sha256(published[i]).substr(0, 12) +
          "… expected; it was damaged or changed: delete it, and it is downloaded again";
      check_refused<FileError>([&] { load(request); }, message);
    }
    // A folder of the user's own may hold other images under a known name.
    Request own = request;
    own.data_dir = cache;
    BOOST_TEST(load(own).train.size() == 4u);
  }
}

BOOST_AUTO_TEST_CASE(one_set_is_not_taken_for_another) {
  const auto other = small_set(40);
  write_set(folder / "dir", other);
  Request request = request_of({known("toy", small_set()), known("other", other)}, "toy");
  request.data_dir = folder / "dir";
  check_refused<FileError>([&] { load(request); }, "--data-dir: the folder '" + (folder / "dir").string() +
                                                       "' holds other, not toy; ask for --data other");
  request.name = "other";
  BOOST_TEST(shade(load(request)) == 40);
  request.name.reset();
  BOOST_TEST(load(request).train.name == "other");
  request.sets.pop_back();
  BOOST_TEST(load(request).train.name == "dir");
  BOOST_TEST(load(request).train.classes[2] == "2");
}

BOOST_AUTO_TEST_CASE(a_named_set_that_is_nowhere) {
  const Variable variable("GRADUS_DATA", (folder / "variable").string());
  const Request request = request_of(
      {known("toy", small_set(), {url("mirror"), url("second")}), known("other", small_set(40))}, "toy");
  const std::string path = folder.string();
  const std::string missing = "/train-images-idx3-ubyte.gz";
  const auto unread = [&](const std::string& mirror) {
    return "\n  - file://" + path + mirror + missing + ": Couldn't open file " + path + mirror + missing;
  };
  check_refused<FileError>(
      [&] { load(request); },
      "the data set 'toy' is not available; tried:\n  - $GRADUS_DATA '" + path +
          "/variable' is no folder\n  - the cache '" + path + "/cache/gradus' is no folder" +
          unread("/mirror") + unread("/second") +
          "\nThree ways to provide it: --data-dir FOLDER with FOLDER/toy/ or the four files themselves; the "
          "same in $GRADUS_DATA; or a network, to download it into the cache once.");
  BOOST_CHECK(!fs::exists(cache / "toy"));
}

BOOST_AUTO_TEST_CASE(nothing_asked_for_and_nothing_there) {
  const TrainTest set = load(request_of({known("toy", small_set())}));
  BOOST_CHECK(set.train.source == Source::generated);
  BOOST_CHECK(set.test.source == Source::generated);
  BOOST_TEST(set.train.size() == 20u);
  BOOST_TEST(set.train.name == "generated");
  BOOST_TEST(announcement(set.train) ==
             "*** GENERATED DIGITS, NOT REAL DATA ***\n"
             "data: drawn from seed 1: 20 images of 28×28, 10 classes. Accuracies on them say nothing about "
             "MNIST.\ntoy is not available; tried:\n  - the cache '" +
                 cache.string() + "' is no folder");
}

BOOST_AUTO_TEST_CASE(generated_digits_asked_for) {
  write_set(folder / "dir" / "toy", small_set());
  Request request = request_of({known("toy", small_set())}, "generated");
  request.data_dir = folder / "dir";
  const TrainTest set = load(request);
  BOOST_CHECK(set.train.source == Source::generated);
  BOOST_TEST(set.train.note == "");
}

BOOST_AUTO_TEST_CASE(unknown_names) {
  const auto message = [](const std::string& name, const std::string& close) {
    return "unknown data set '" + name + "'" + close +
           " Known: mnist, fashion-mnist, generated. Or give the path of a folder with the four IDX files.";
  };
  Request request;
  for (const auto& [name, close] :
       {std::pair{"mnits", "; did you mean 'mnist'?"}, std::pair{"MNIST", "; did you mean 'mnist'?"},
        std::pair{"fashion_mnist", "; did you mean 'fashion-mnist'?"}, std::pair{"cifar", "."},
        std::pair{"", "."}}) {
    request.name = name;
    check_refused<NameError>([&] { load(request); }, message(name, close));
  }
}

BOOST_AUTO_TEST_CASE(a_folder_as_a_name) {
  write_set(folder / "letters", small_set(77), Packed::no);
  for (const std::string& name : {folder.string() + "/letters", folder.string() + "/letters/"}) {
    const TrainTest set = load(request_of(known_sets(), name));
    BOOST_TEST(set.train.name == "letters");
    BOOST_TEST(shade(set) == 77);
  }
  const std::string none = folder.string() + "/none";
  check_refused<FileError>([&] { load(request_of(known_sets(), none)); },
                           "the folder '" + none +
                               "' lacks train-images-idx3-ubyte, train-labels-idx1-ubyte, "
                               "t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte (each plain or with .gz); a "
                               "data set is four IDX files");
}

BOOST_AUTO_TEST_CASE(real_data_is_announced_with_its_place) {
  write_set(cache / "toy", small_set());
  BOOST_TEST(announcement(load(request_of({known("toy", small_set())})).train) ==
             "data: toy (file) from " + (cache / "toy").string() + ": 4 images of 2×3, 3 classes");
}

BOOST_AUTO_TEST_SUITE_END()
