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

BOOST_AUTO_TEST_SUITE_END()
