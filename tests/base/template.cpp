#include <gradus/base/error.hpp>
#include <gradus/base/template.hpp>

#include <nlohmann/json.hpp>

#include <boost/test/unit_test.hpp>

using namespace gradus;

namespace {

constexpr EmbeddedFile parts[]{{"bold", "<b>{{x}}</b>"}, {"line", "{{#rows}}{{>bold}}\n{{/rows}}"}};

}  // namespace

BOOST_AUTO_TEST_SUITE(templates)

BOOST_AUTO_TEST_CASE(values_stand_where_they_are_named) {
  BOOST_TEST(filled("{{a}} {{n}} {{{a}}}", {{"a", "<&"}, {"n", 12}}) == "&lt;&amp; 12 <&");
  BOOST_TEST(filled("{{#rows}}({{x}}){{/rows}}", {{"rows", {{{"x", 1}}, {{"x", 2}}}}}) == "(1)(2)");
  BOOST_TEST(filled("{{#list}}{{.}};{{/list}}", {{"list", {"a", "b"}}}) == "a;b;");
  BOOST_TEST(filled("{{#on}}yes{{/on}}{{^on}}no{{/on}}", {{"on", nullptr}}) == "no");
  BOOST_TEST(filled("{{#on}}yes: {{on}}{{/on}}", {{"on", "text"}}) == "yes: text");
  BOOST_TEST(filled("{{#on}}yes{{/on}}[{{on}}]", {{"on", ""}}) == "[]");
  BOOST_TEST(filled("{{>line}}", {{"rows", {{{"x", 1}}, {{"x", 2}}}}}, parts) == "<b>1</b>\n<b>2</b>\n");
}

BOOST_AUTO_TEST_CASE(data_is_never_a_template) {
  for (const char* hostile : {"{{x}}", "{{{x}}}", "{{#x}}", "{{/rows}}", "{{>bold}}", "{{=<% %>=}}", "{{",
                              "}}", "<%x%>", "\n{{x}}\n"}) {
    BOOST_TEST(filled("{{{x}}}|{{{x}}}", {{"x", hostile}}, parts) == std::string(hostile) + "|" + hostile);
    BOOST_TEST(
        filled("{{>line}}", {{"rows", {{{"x", hostile}}}}, {"bold", hostile}}, parts).starts_with("<b>"));
  }
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_said) {
  BOOST_CHECK_THROW(filled("{{a}}", nlohmann::json::object()), InternalError);
  BOOST_CHECK_THROW(filled("{{#a}}{{/a}}", nlohmann::json::object()), InternalError);
  BOOST_CHECK_THROW(filled("{{^a}}{{/a}}", nlohmann::json::object()), InternalError);
  BOOST_CHECK_THROW(filled("{{>a}}", {{"a", "of the data"}}, parts), InternalError);
  BOOST_CHECK_THROW(filled("{{#a}}", {{"a", true}}), InternalError);
  BOOST_CHECK_THROW(filled("{{a", {{"a", true}}), InternalError);
}

BOOST_AUTO_TEST_SUITE_END()
