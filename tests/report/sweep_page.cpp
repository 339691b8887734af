#include <gradus/base/json.hpp>
#include <gradus/report/sweep_page.hpp>
#include <gradus/tests/support/text.hpp>
#include <gradus/tests/train/runs.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

ToldTrial told_trial(std::size_t number, const std::string& op, double accuracy,
                     sweep::Ending ending = sweep::Ending::done) {
  ToldTrial told;
  told.trial.number = number;
  told.trial.name = "t" + std::to_string(number);
  told.trial.values = {{{"op", op}, {"fixed", "1"}}};
  told.trial.ending = ending;
  told.trial.seconds = 1.5;
  if (ending != sweep::Ending::diverged) told.trial.last = sweep::Score{20, 2, 0.5, accuracy};
  told.rows = {{5, 1, "train", 0.7, 0.1},
               {5, 1, "validation", 0.65, 0.2},
               {10, 1, "validation", 0.6, accuracy / 2},
               {20, 2, "validation", 0.5, accuracy}};
  return told;
}

ToldSweep small_sweep() {
  ToldSweep told;
  told.title = "a <b>";
  told.question = "Which?";
  told.space = sweep::Space({{"op", {"sgd", "a,\"d\"</script>"}}, {"fixed", {"1"}}});
  told.validation = 100;
  for (std::size_t i = 0; i < 20; ++i)
    told.trials.push_back(told_trial(i, i < 10 ? "sgd" : "a,\"d\"</script>", 0.05 * static_cast<double>(i)));
  told.trials.push_back(told_trial(20, "sgd", 0, sweep::Ending::diverged));
  return told;
}

/// What stands in the page for its script.
nlohmann::json data_of(const std::string& page) {
  const std::string begin = "id=\"sweep-data\">";
  const std::size_t first = page.find(begin) + begin.size();
  return parse_json(page.substr(first, page.find("</script>", first) - first), "the page");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sweep_page)

BOOST_FIXTURE_TEST_CASE(a_page_tells_every_trial, Scratch) {
  write_sweep_page(small_sweep(), folder / "page.html");
  const std::string page = read_file(folder / "page.html");
  const nlohmann::json data = data_of(page);
  BOOST_TEST(data["trials"].size() == 21U);
  BOOST_TEST(data["parameters"] ==
             nlohmann::json::parse(R"([{"name":"op","number":false,"values":["sgd","a,\"d\"</script>"]}])"));
  // The last line of each epoch.
  BOOST_TEST(data["trials"][4]["curve"] == nlohmann::json::parse("[[1,0.1,0.6],[2,0.2,0.5]]"));
  BOOST_TEST(data["trials"][20]["accuracy"].is_null());
  BOOST_TEST(data["trials"][20]["ending"] == "diverged");
  BOOST_TEST(data["importance"][0]["name"] == "op");
  BOOST_TEST(data["importance"][0]["share"] == 1.0);
  BOOST_TEST(data["correlation"][0]["label"] == "op = sgd");
  BOOST_TEST(holds(page, "<h1>a &lt;b&gt;</h1>"));
  BOOST_TEST(read_file(folder / "page.csv")
                 .starts_with("trial,name,op,ending,accuracy,loss,epoch,seconds\n"
                              "0,t0,sgd,done,0,0.5,2,1.50\n"
                              "1,t1,sgd,done,0.05,0.5,2,1.50\n"));
  BOOST_TEST(holds(read_file(folder / "page.csv"), "10,t10,\"a,\"\"d\"\"</script>\",done,0.5,0.5,2,1.50\n"));
  BOOST_TEST(holds(read_file(folder / "page.csv"), "20,t20,sgd,diverged,,,,1.50\n"));
}

BOOST_AUTO_TEST_CASE(findings_are_carried_by_the_numbers) {
  const std::vector<std::string> found = findings(small_sweep());
  const std::vector<std::string> expected{
      "The best of 20 trials that came to their end, t19, has 95.00 % on validation; half of them have 47.50 "
      "% or "
      "more.",
      // p = 97 / 104, √(p (1 − p) / 104) = 0.0246; 0.9009 is above all others.
      "Measured on 100 images, 95.00 % is uncertain by 2.46 points (one standard error): no other trial is "
      "within "
      "two of these.",
      "What tells the best tenth of the trials from the rest is, of all that single settings tell: op (100 "
      "%).",
      "Half of the trials have at least this accuracy, by op: a,\"d\"</script> 72.50 %, sgd 22.50 %.",
      "1 of 21 trials diverged: a loss or a gradient was no longer finite."};
  BOOST_TEST(found == expected, boost::test_tools::per_element());
  ToldSweep close = small_sweep();
  close.trials[18].trial.last->accuracy = 0.91;
  BOOST_TEST(
      holds(findings(close)[1],
            "2 of the trials, the best among them, are within two of these, and which of those is best is "
            "not decided by one run each"));
  close.best_test = 0.875;
  BOOST_TEST(holds(findings(close)[0], " On the test images, which none was chosen by, it has 87.50 %."));
  BOOST_TEST((findings({}) == std::vector<std::string>{"No trial has come to its end with a result yet."}));
}

BOOST_FIXTURE_TEST_CASE(any_runs_are_told_as_a_sweep, Runs) {
  std::vector<ToldRun> records;
  for (const auto& [name, rate, activation] :
       {std::tuple("one", 0.01, "relu"), std::tuple("two", 0.1, "tanh"),
        std::tuple("three", 0.001, "relu")}) {
    TrainSettings settings = small_run();
    settings.hyper["learning_rate"] = rate;
    settings.activation = activation;
    train(settings, name);
    records.push_back({read_record(folder / name)});
  }
  const ToldSweep told = told_runs(records);
  BOOST_TEST_REQUIRE(told.space.parameters().size() == 2U);
  BOOST_TEST(
      (told.space.parameter("learning_rate").list == std::vector<std::string>{"0.001", "0.01", "0.1"}));
  BOOST_TEST(told.trials[1].trial.name == "two");
  BOOST_TEST(*told.trials[1].trial.values.find("activation") == "tanh");
  BOOST_TEST(told.trials[1].trial.last->iteration == 3 * steps_an_epoch);
  // Without a report they have not come to their end.
  BOOST_TEST((told.trials[1].trial.ending == sweep::Ending::stopped));
}

BOOST_AUTO_TEST_SUITE_END()
