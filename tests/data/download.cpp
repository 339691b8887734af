#include <gradus/data/download.hpp>
#include <gradus/tests/data/fixtures.hpp>
#include <gradus/tests/data/http_server.hpp>
#include <gradus/tests/support/redirected.hpp>
#include <gradus/tests/support/terminal.hpp>

using namespace gradus;
using namespace gradus::test;
using namespace gradus::data;

namespace {

const std::set<std::string> four_files{"t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz",
                                       "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"};

struct Mirrors : Surroundings {
  std::array<std::string, 4> files = small_set();
  fs::path good = folder / "good", bad = folder / "bad";

  Mirrors() {
    write_set(good, files);
    write_set(bad, files);
  }

  Request request() const { return request_of({known("toy", files, {url("bad"), url("good")})}, "toy"); }

  /// Loads when the first mirror serves `contents` as the training labels: the second one must help out, and
  /// the note must say why.
  void check_passed_over(const std::string& contents, const std::string& reason) {
    const std::string name = "train-labels-idx1-ubyte.gz";
    write_file(bad / name, contents);
    const TrainTest set = load(request());
    BOOST_CHECK(set.train.source == Source::download);
    BOOST_TEST(set.train.labels == (std::vector<std::uint8_t>{0, 1, 2, 1}), boost::test_tools::per_element());
    BOOST_TEST(set.test.note == "mirrors passed over: " + reason);
    BOOST_TEST(entries(cache / "toy") == four_files, boost::test_tools::per_element());
    BOOST_TEST(read_file(cache / "toy" / name) == read_file(good / name));
    fs::remove_all(cache);
  }

  std::string labels_url() const { return url("bad/train-labels-idx1-ubyte.gz"); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(downloads, Mirrors)

BOOST_AUTO_TEST_CASE(into_the_cache_once) {
  std::vector<DownloadProgress> told;
  Request request = request_of({known("toy", files, {url("good")})});
  request.progress = [&](const DownloadProgress& state) { told.push_back(state); };
  const TrainTest set = load(request);
  BOOST_CHECK(set.train.source == Source::download);
  BOOST_TEST(set.train.note == "");
  BOOST_TEST(set.train.origin == (cache / "toy").string());
  BOOST_TEST(entries(cache / "toy") == four_files, boost::test_tools::per_element());
  BOOST_TEST(announcement(set.train) ==
             "data: toy (download) from " + (cache / "toy").string() + ": 4 images of 2×3, 3 classes");
  std::set<std::string> finished;
  for (const auto& state : told)
    if (state.finished) {
      BOOST_TEST(finished.insert(state.url).second);
      BOOST_TEST(state.received == fs::file_size(state.url.substr(std::string("file://").size())));
    }
  BOOST_TEST(finished.size() == 4u);

  fs::remove_all(good);
  told.clear();
  BOOST_CHECK(load(request).train.source == Source::file);
  BOOST_TEST(told.empty());
}

BOOST_AUTO_TEST_CASE(only_what_is_missing) {
  write_set(cache / "toy", files);
  fs::remove(cache / "toy" / "t10k-images-idx3-ubyte.gz");
  const auto kept = fs::last_write_time(cache / "toy" / "train-labels-idx1-ubyte.gz");
  fs::remove(good / "train-labels-idx1-ubyte.gz");
  BOOST_CHECK(load(request_of({known("toy", files, {url("good")})})).train.source == Source::download);
  BOOST_CHECK(fs::last_write_time(cache / "toy" / "train-labels-idx1-ubyte.gz") == kept);
}

BOOST_AUTO_TEST_CASE(a_mirror_with_wrong_bytes) {
  std::string wrong = files[1];
  wrong.back() = 0;
  check_passed_over(gzip(wrong), labels_url() + " served wrong bytes: SHA-256 " +
                                     sha256(wrong).substr(0, 12) + "…, " + sha256(files[1]).substr(0, 12) +
                                     "… expected");
}

BOOST_AUTO_TEST_CASE(a_mirror_with_wrong_lengths) {
  check_passed_over(gzip(files[1].substr(1)), labels_url() + " served only 11 bytes, 12 expected");
  check_passed_over(gzip(files[1] + "x"), labels_url() + " served more than 12 bytes, 12 expected");
  check_passed_over(std::string(5000, 'x'), labels_url() + " sends more than the 4108 bytes there should be");
  check_passed_over("", labels_url() + " served only 0 bytes, 12 expected");
}

BOOST_AUTO_TEST_CASE(a_mirror_with_a_broken_stream) {
  const std::string packed = gzip(files[1]);
  check_passed_over(packed.substr(0, 20), "'" + labels_url() +
                                              "' is truncated: its gzip stream of 20 bytes stops before its "
                                              "end; fetch it again");
  std::string corrupt = packed;
  corrupt[corrupt.size() - 6] ^= 4;
  check_passed_over(corrupt,
                    "'" + labels_url() + "' is corrupt: zlib says 'incorrect data check'; fetch it again");
  check_passed_over("<html>no</html>", labels_url() + " served more than 12 bytes, 12 expected");
}

BOOST_AUTO_TEST_CASE(a_mirror_that_fails_is_struck_off) {
  fs::remove_all(bad);
  std::vector<std::string> urls;
  Request with_progress = request();
  with_progress.progress = [&](const DownloadProgress& state) { urls.push_back(state.url); };
  const TrainTest set = load(with_progress);
  const std::string missing = "/train-images-idx3-ubyte.gz";
  BOOST_TEST(set.train.note == "mirrors passed over: " + url("bad") + missing + ": Couldn't open file " +
                                   bad.string() + missing);
  for (const auto& each : urls) BOOST_TEST(each.starts_with(url("good")));
}

BOOST_AUTO_TEST_CASE(a_mirror_may_serve_what_it_unpacked) {
  for (const auto& name : four_files) write_file(good / name, "");
  for (std::size_t i = 0; i < 4; ++i) write_file(good / (published_name(file_stems[i]) + ".gz"), files[i]);
  BOOST_TEST(load(request_of({known("toy", files, {url("good")})})).train.size() == 4u);
  BOOST_TEST(entries(cache / "toy").count("train-images-idx3-ubyte") == 1u);
}

BOOST_AUTO_TEST_CASE(nothing_half_written_is_left) {
  for (const fs::path& mirror : {bad, good})
    write_file(mirror / "train-images-idx3-ubyte.gz", gzip(files[0]).substr(0, 30));
  BOOST_CHECK_THROW(load(request()), FileError);
  BOOST_TEST(entries(cache / "toy").empty());
  const TrainTest unnamed = load(request_of({known("toy", files, {url("bad")})}));
  BOOST_CHECK(unnamed.train.source == Source::generated);
  BOOST_TEST(unnamed.train.note.find("stops before its end") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_cache_that_cannot_be_written) {
  write_file(folder / "cache", "a file where the cache should be");
  const std::string file = (cache / "toy" / "train-images-idx3-ubyte.gz").string();
  const std::string reason = "\n  - cannot make the folder of '" + file + "': Not a directory\n";
  BOOST_CHECK_EXCEPTION(load(request()), FileError, [&](const FileError& error) {
    BOOST_TEST(std::string(error.what()).find(reason) != std::string::npos, error.what());
    return true;
  });
  BOOST_CHECK(load(request_of(request().sets)).train.source == Source::generated);
}

BOOST_AUTO_TEST_CASE(no_cache_at_all) {
  const Variable none("XDG_CACHE_HOME", std::nullopt);
  const Variable homeless("HOME", std::nullopt);
  BOOST_TEST(load(request_of(request().sets)).train.note ==
             "toy is not available; tried:\n  - there is no cache to download into: neither $XDG_CACHE_HOME "
             "nor $HOME is set");
}

BOOST_AUTO_TEST_CASE(fetching) {
  const std::string name = "train-labels-idx1-ubyte.gz";
  const std::string contents = read_file(good / name);
  BOOST_TEST(fetch(url("good/" + name), contents.size()) == contents);
  check_refused<FileError>([&] { fetch(url("good/" + name), contents.size() - 1); },
                           url("good/" + name) + " sends more than the " +
                               std::to_string(contents.size() - 1) + " bytes there should be");
  check_refused<FileError>([&] { fetch("nonsense://x", 1); },
                           "nonsense://x: Protocol \"nonsense\" not supported or disabled in libcurl");
}

BOOST_AUTO_TEST_CASE(a_transfer_that_breaks_off_is_gone_on_with) {
  const std::string body = "0123456789abcdefghij";
  const std::string all = fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.size());
  const auto rest = [&](std::size_t from) {
    return fmt::format(
        "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {}-{}/{}\r\nContent-Length: {}\r\n\r\n{}", from,
        body.size() - 1, body.size(), body.size() - from, body.substr(from));
  };
  const FetchRules rules{.plain_http = true};
  {
    HttpServer server({{all + body.substr(0, 5)}, {rest(5).substr(0, rest(5).size() - 8)}, {rest(12)}});
    BOOST_TEST(fetch(server.url(), 100, {}, rules) == body);
    BOOST_TEST_REQUIRE(server.asked().size() == 3u);
    BOOST_TEST(server.asked()[0].find("Range:") == std::string::npos);
    BOOST_TEST(server.asked()[1].find("Range: bytes=5-\r\n") != std::string::npos);
    BOOST_TEST(server.asked()[2].find("Range: bytes=12-\r\n") != std::string::npos);
  }
  {  // A server that gives the whole again begins anew.
    HttpServer server({{all + body.substr(0, 5)}, {all + body}, {all + body}});
    BOOST_TEST(fetch(server.url(), 100, {}, rules) == body);
  }
  {  // Not for ever, and not from one that sends nothing.
    const std::string one = all + "0";
    HttpServer server({{one}, {rest(1).substr(0, rest(1).size() - 18)}, {""}, {all + body}});
    BOOST_CHECK_THROW(fetch(server.url(), 100, {}, rules), FileError);
    BOOST_TEST(server.asked().size() == 3u);
  }
}

BOOST_AUTO_TEST_CASE(a_server_that_takes_too_long) {
  using namespace std::chrono_literals;
  const std::string start = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n";
  const auto seconds = [](HttpServer& server, const FetchRules& rules) {
    const auto begin = std::chrono::steady_clock::now();
    BOOST_CHECK_THROW(fetch(server.url(), 100000, {}, rules), FileError);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  // 10 bytes ten times a second are never silent, but slow.
  HttpServer slow({{start + std::string(1000, 'x'), 0s, 10}});
  BOOST_TEST(seconds(slow, {.silent = 1s, .attempts = 1, .plain_http = true}) < 8);
  // Quick enough, but never done.
  HttpServer endless({{start + std::string(20000, 'x'), 0s, 200}});
  BOOST_TEST(seconds(endless, {.silent = 60s, .total = 1s, .attempts = 9, .plain_http = true}) < 8);
}

BOOST_AUTO_TEST_CASE(nothing_but_https_from_the_web) {
  const auto refused = [](const std::string& url) {
    check_refused<FileError>([&] { fetch(url, 1); },
                             fmt::format("{}: Protocol \"{}\" not supported or disabled in libcurl", url,
                                         url.substr(0, url.find(':'))));
  };
  refused("http://127.0.0.1:1/file");
  refused("ftp://127.0.0.1:1/file");
  for (const KnownSet& set : known_sets())
    for (const std::string& mirror : set.mirrors) BOOST_TEST(mirror.starts_with("https://"), mirror);
  for (const std::string& elsewhere :
       {std::string("ftp://127.0.0.1:1/file"), std::string("http://127.0.0.1:1/file"), url("good/x")}) {
    HttpServer server(
        {{fmt::format("HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n", elsewhere)}});
    check_refused<FileError>([&] { fetch(server.url(), 1, {}, {.plain_http = true}); },
                             fmt::format("{}: Protocol \"{}\" not supported or disabled in libcurl",
                                         server.url(), elsewhere.substr(0, elsewhere.find(':'))));
  }
}

BOOST_AUTO_TEST_CASE(checksums) {
  // FIPS 180-4's own examples.
  BOOST_TEST(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

BOOST_AUTO_TEST_CASE(are_told_of_in_a_bar_or_a_line) {
  const auto tell = [] {
    const ProgressCallback report = report_to_stderr();
    report({.url = "http://there/file", .received = 1'000'000, .total = 2'000'000});
    report({.url = "http://there/file", .received = 2'000'000, .total = 2'000'000, .finished = true});
    report({.url = "http://there/other", .received = 0, .total = 0});
  };
  const std::string path = (folder / "said").string();
  {
    const Redirected to(stderr, path);
    tell();
  }
  BOOST_TEST(read_file(path) == "downloading http://there/file: 2.0 MB\n");
  const Terminal window(80);
  {
    const Redirected to(stderr, window.path());
    tell();
  }
  BOOST_TEST(window.text() ==
             "\rhttp://there/file [############            ] 1.0 of 2.0 MB"
             "\rhttp://there/file [########################] 2.0 of 2.0 MB\r\n"
             "\rhttp://there/other [                        ] 0.0 of 0.0 MB");
}

BOOST_AUTO_TEST_SUITE_END()
