#include <gradus/study/lesson.hpp>

#include <boost/test/unit_test.hpp>

using namespace gradus;

BOOST_AUTO_TEST_SUITE(lesson)

BOOST_AUTO_TEST_CASE(each_learns_from_its_example) {
  for (const KnownLesson& known : lessons()) {
    Lesson lesson = known.make(0.5);
    const auto program = compile<double>(*lesson.graph, {lesson.loss, lesson.step});
    const double before = program.run(lesson.state, lesson.feeds()).scalar(lesson.loss);
    double after = before;
    for (int step = 0; step < 20; ++step)
      after = program.run(lesson.state, lesson.feeds()).scalar(lesson.loss);
    BOOST_TEST(after < before / 4, known.name);
    BOOST_TEST(lesson.title != "");
    BOOST_TEST(known.summary != "");
  }
}

BOOST_AUTO_TEST_CASE(points_are_told_apart_after_a_few_hundred_steps) {
  for (const data::PointShape& shape : data::point_shapes())
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      PointsLessonOptions options;
      options.points.shape = shape.name;
      options.points.seed = seed;
      Lesson lesson = points_lesson(options);
      const Expr p = lesson.graph->find("p");
      const auto program = compile<double>(*lesson.graph, {p, lesson.step}, {.capacity = lesson.examples});
      for (int step = 0; step < 300; ++step) program.run(lesson.state, lesson.feeds());
      const auto result = program.run(lesson.state, lesson.feeds());
      const auto outputs = result[p];
      int right = 0;
      for (Index i = 0; i < lesson.examples; ++i) {
        const bool is_second = lesson.values[1][static_cast<std::size_t>(i)] == 1;
        right += (outputs[2 * i + 1] > outputs[2 * i]) == is_second;
      }
      BOOST_TEST(right > 0.95 * static_cast<double>(lesson.examples), shape.name << " from seed " << seed);
    }
}

BOOST_AUTO_TEST_CASE(points_and_their_network_can_be_chosen) {
  PointsLessonOptions options;
  options.points = {"xor", 20, 0, 1};
  options.hidden = {5};
  options.activation = "relu";
  options.rule = Sgd{.learning_rate = 0.1};
  const Lesson lesson = points_lesson(options);
  BOOST_TEST(lesson.examples == 20);
  BOOST_TEST(lesson.values[0].size() == 40U);
  BOOST_TEST(to_string(lesson.graph->find("hidden1/weight").shape()) == "(2, 5)");
  BOOST_CHECK_NO_THROW(lesson.graph->find("hidden1/relu"));
  options.activation = "rely";
  BOOST_CHECK_THROW(points_lesson(options), NameError);
}

BOOST_AUTO_TEST_SUITE_END()
