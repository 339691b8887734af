#include <gradus/tests/data/fixtures.hpp>

using namespace gradus;
using namespace gradus::test;
using namespace gradus::data;

namespace {

struct Set : Scratch {
  std::array<std::string, 4> files = small_set();

  TrainTest read(std::vector<std::string> classes = {}) {
    write_set(folder, files, Packed::no);
    return read_folder(folder, "mine", std::move(classes));
  }

  void check_message(const std::string& message, const std::vector<std::string>& classes = {}) {
    check_refused<FileError>([&] { read(classes); }, message);
  }

  std::string whole() const { return "the data set 'mine' from '" + folder.string() + "' "; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(folders)

BOOST_FIXTURE_TEST_CASE(a_set_is_read, Set) {
  const TrainTest set = read();
  BOOST_TEST(set.train.name == "mine");
  BOOST_TEST(set.train.origin == folder.string());
  BOOST_CHECK(set.train.source == Source::file);
  BOOST_TEST(set.train.size() == 4u);
  BOOST_TEST(set.test.size() == 2u);
  BOOST_TEST(set.train.rows == 2u);
  BOOST_TEST(set.train.cols == 3u);
  const std::vector<std::uint8_t> third{2, 9, 9, 9, 9, 9};
  const auto image = set.train.image(2);
  BOOST_TEST(std::vector<std::uint8_t>(image.begin(), image.end()) == third,
             boost::test_tools::per_element());
  BOOST_TEST(set.train.labels == (std::vector<std::uint8_t>{0, 1, 2, 1}), boost::test_tools::per_element());
  BOOST_TEST(set.test.classes == (std::vector<std::string>{"0", "1", "2"}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(classes_are_numbered_up_to_the_largest_label_of_either_part, Set) {
  files[3] = idx(8, {2}, std::string{5, 0});
  BOOST_TEST(read().train.classes.size() == 6u);
  files[3] = idx(8, {2}, std::string{static_cast<char>(255), 0});
  BOOST_TEST(read().train.classes.size() == 256u);
}

BOOST_FIXTURE_TEST_CASE(the_spellings_of_a_file_name, Set) {
  const std::array<std::string, 4> spellings{"-idx3-ubyte", "-idx3-ubyte.gz", ".idx3-ubyte",
                                             ".idx3-ubyte.gz"};
  for (auto i = spellings.rbegin(); i != spellings.rend(); ++i) {
    const fs::path file = folder / ("train-images" + *i);
    write_file(file, "");
    BOOST_TEST(find_file(folder, "train-images").value_or("") == file);
  }
  fs::create_directory(folder / "t10k-labels-idx1-ubyte");
  BOOST_CHECK(!find_file(folder, "t10k-labels"));
  check_refused<FileError>(
      [&] { read_folder(folder, "mine"); },
      "the folder '" + folder.string() +
          "' lacks train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte "
          "(each plain or with .gz); a data set is four IDX files");
}

BOOST_FIXTURE_TEST_CASE(wrong_ranks_and_types, Set) {
  const auto restore = files;
  files[0] = restore[1];
  check_message(fmt::format("'{}/train-images-idx3-ubyte' holds ubyte of rank 1; images are ubyte of rank 3",
                            folder.string()));
  files = restore;
  files[0] = idx(0x0d, {1, 1, 1}, std::string(4, '\0'));
  check_message(fmt::format("'{}/train-images-idx3-ubyte' holds float of rank 3; images are ubyte of rank 3",
                            folder.string()));
  files = restore;
  files[3] = restore[2];
  check_message(fmt::format("'{}/t10k-labels-idx1-ubyte' holds ubyte of rank 3; labels are ubyte of rank 1",
                            folder.string()));
}

BOOST_FIXTURE_TEST_CASE(labels_out_of_range, Set) {
  check_message(whole() + "gives image 2 the label 2; its 2 classes have the labels 0 to 1", {"a", "b"});
  files[3] = idx(8, {2}, std::string{0, 3});
  check_message(whole() + "gives image 1 the label 3; its 3 classes have the labels 0 to 2", {"a", "b", "c"});
}

BOOST_FIXTURE_TEST_CASE(unequal_counts, Set) {
  files[1] = idx(8, {3}, std::string{0, 1, 2});
  check_message(whole() + "holds 4 images of 2×3 but 3 labels; each image needs one label");
  files[1] = idx(8, {0}, "");
  check_message(whole() + "holds 4 images of 2×3 but 0 labels; each image needs one label");
}

BOOST_FIXTURE_TEST_CASE(no_images, Set) {
  const auto restore = files;
  files[0] = idx(8, {0, 2, 3}, "");
  check_message(whole() + "holds no images");
  files = restore;
  files[2] = idx(8, {2, 0, 3}, "");
  check_message(whole() + "holds no images");
}

BOOST_FIXTURE_TEST_CASE(parts_of_unequal_size, Set) {
  files[2] = idx(8, {2, 3, 2}, std::string(12, '\x01'));
  check_message(whole() + "has training images of 2×3 but test images of 3×2");
}

BOOST_AUTO_TEST_SUITE_END()
