#include "services/cli/framework_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "google/protobuf/text_format.h"
#include "services/intake/intake_rules.h"
#include "services/intake/parser/parse.h"

namespace regiokompas::cli {
namespace {

using testing::HasSubstr;

std::string TextOf(const FrameworkParts& parts) {
  std::stringstream out;
  PrintFramework(parts, out);
  return out.str();
}

template <typename Message>
Message Read(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

// The lines of `text` with something on them, without what they are moved in by.
std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

// Fails unless `wanted` stands in `lines` in its order; there may be others in between.
void ExpectInOrder(const std::vector<std::string>& lines, const std::vector<std::string>& wanted) {
  auto at = lines.begin();
  for (const std::string& line : wanted) {
    const auto found = std::find(at, lines.end(), line);
    ASSERT_NE(found, lines.end()) << line;
    at = found + 1;
  }
}

void Append(std::vector<std::string>& lines, const std::string& text) {
  const std::vector<std::string> more = LinesOf(text);
  lines.insert(lines.end(), more.begin(), more.end());
}

struct File {
  std::string name;
  std::string text;
};

std::vector<File> Documents() {
  const std::filesystem::path root = REGIOKOMPAS_SOURCE_DIR;
  std::vector<File> files;
  for (const std::filesystem::path& folder : {root / "deploy/demo", root.parent_path() / "shared/seeds"}) {
    if (!std::filesystem::is_directory(folder)) continue;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() != ".txt") continue;
      std::stringstream text;
      text << std::ifstream(entry.path()).rdbuf();
      files.push_back({entry.path().filename(), text.str()});
    }
  }
  return files;
}

// The frameworks that a document becomes, each with what it holds.
std::vector<FrameworkParts> PartsOf(const intake::v1::ParsedDocument& parsed) {
  const intake::Plan plan = *intake::PlanAcceptance(parsed, "GM0677", "owners/GM0677/documents/d-1", {});
  std::vector<FrameworkParts> all;
  for (const auto& planned : plan.frameworks) {
    FrameworkParts parts;
    parts.framework = planned.resource;
    const std::string prefix = planned.resource.name() + "/";
    const auto is_part = [&](const auto& part) { return part.name().rfind(prefix, 0) == 0; };
    std::copy_if(plan.sections.begin(), plan.sections.end(), std::back_inserter(parts.sections), is_part);
    std::copy_if(plan.goals.begin(), plan.goals.end(), std::back_inserter(parts.goals), is_part);
    for (const auto& contribution : plan.contributions) {
      if (contribution.framework() != planned.resource.name()) continue;
      parts.contributions.push_back(contribution);
    }
    for (const auto& activity : plan.activities) {
      const bool contributes = std::any_of(
          parts.contributions.begin(), parts.contributions.end(),
          [&](const auto& contribution) { return contribution.name().rfind(activity.resource.name() + "/", 0) == 0; });
      if (contributes) parts.activities.push_back(activity.resource);
    }
    parts.reports = plan.reports;
    // As the catalogue returns them: sections and goals by ordinal, activities by name.
    const auto by_ordinal = [](const auto& a, const auto& b) { return a.ordinal() < b.ordinal(); };
    std::sort(parts.goals.begin(), parts.goals.end(), by_ordinal);
    std::sort(parts.activities.begin(), parts.activities.end(),
              [](const auto& a, const auto& b) { return a.name() < b.name(); });
    all.push_back(std::move(parts));
  }
  return all;
}

// The block of an activity in a text: from its title up to the next title of a goal or an activity.
std::vector<std::string> BlockOf(const std::vector<std::string>& lines, const std::string& title) {
  const auto start = std::find(lines.begin(), lines.end(), "* " + title);
  if (start == lines.end()) return {};
  const auto end =
      std::find_if(start + 1, lines.end(), [](const std::string& line) { return line.rfind("* ", 0) == 0; });
  return {start, end};
}

class FrameworkTextTest : public testing::Test {
 protected:
  FrameworkTextTest() { setenv("LANG", "nl_NL.UTF-8", 1); }
};

TEST_F(FrameworkTextTest, ADocumentStandsThereAgainWithEveryAspectInItsPlace) {
  int aspects = 0;
  for (const File& file : Documents()) {
    SCOPED_TRACE(file.name);
    const auto parsed = intake::Parse(intake::SourceText{.text = file.text}, {});
    ASSERT_TRUE(parsed.ok());
    std::string whole;
    for (const FrameworkParts& parts : PartsOf(*parsed)) whole += TextOf(parts);
    const std::vector<std::string> lines = LinesOf(whole);
    for (const auto& goal : parsed->goals()) {
      if (goal.kind() == intake::v1::GOAL_KIND_FRAMEWORK) continue;
      EXPECT_THAT(whole, HasSubstr(": " + (goal.code().empty() ? "" : goal.code() + " ") + goal.title() + "\n"));
      ExpectInOrder(lines, LinesOf(goal.progress()));
    }
    for (const auto& section : parsed->sections()) {
      std::vector<std::string> wanted;
      Append(wanted, section.heading());
      Append(wanted, section.text());
      ExpectInOrder(lines, wanted);
    }
    for (const auto& activity : parsed->activities()) {
      const std::string title = (activity.code().empty() ? "" : activity.code() + " ") + activity.title();
      SCOPED_TRACE(title);
      std::vector<std::string> wanted = {"* " + title};
      for (const auto& aspect : activity.aspects()) {
        Append(wanted, aspect.label());
        Append(wanted, aspect.plan());
        Append(wanted, aspect.progress());
        ++aspects;
      }
      ExpectInOrder(BlockOf(lines, title), wanted);
      ExpectInOrder(BlockOf(lines, title), LinesOf(activity.council_proposal()));
    }
  }
  EXPECT_GT(aspects, 100);
}

FrameworkParts Small() {
  FrameworkParts parts;
  parts.framework = Read<catalogue::v1::Framework>(R"(
    name: "owners/GM0677/frameworks/zorg" display_name: "Zorg" kind: FRAMEWORK_KIND_POLICY_FRAMEWORK
    fiscal_years: 2025 fiscal_years: 2026 state: FRAMEWORK_STATE_ADOPTED provenance { document: "d" })");
  parts.goals.push_back(Read<catalogue::v1::Goal>(R"(
    name: "g1" display_name: "Minder schulden" kind: GOAL_KIND_OBJECTIVE level_label: "Ambitie" code: "1"
    provenance { document: "d" first_line: 7 })"));
  parts.goals.push_back(Read<catalogue::v1::Goal>(R"(
    name: "g2" display_name: "Vroeg zien" kind: GOAL_KIND_FOCUS parent_goal: "g1" text: "Voor de deurwaarder.")"));
  parts.sections.push_back(Read<catalogue::v1::Section>(
      R"(display_name: "Slot" text: "Tot zover." provenance { document: "d" first_line: 9 })"));
  parts.activities.push_back(Read<catalogue::v1::Activity>(R"(
    name: "a1" display_name: "Bellen" aspects { kind: ASPECT_KIND_APPROACH label: "Aanpak" plan: "Wij bellen.\nSteeds." }
    milestones { text: "Eerste belronde" due: "2026-Q2" shifts { from_due: "2026-Q1" to_due: "2026-Q2" reason: "Ziek" } }
    budget_lines { amount_cents: 600000 high_cents: 123456789 side: BUDGET_SIDE_COST nature: BUDGET_NATURE_INCIDENTAL
                   frequency: BUDGET_FREQUENCY_PER_YEAR fiscal_years: 2026 funding_source: "het Rijk" }
    realisation_years: 2026 task_fields: "6.3" parties { organisation: "Yvora" role: "uitvoerder" }
    responsible_executive: "Wethouder Smit" policy_officer: "J. Jansen" ending { kind: ACTIVITY_ENDING_KIND_STOPPED reason: "Op" })"));
  for (const char* goal : {"g1", "g2"}) {
    auto& contribution = parts.contributions.emplace_back();
    contribution.set_name(absl::StrCat("a1/contributions/", goal));
    contribution.set_goal(goal);
  }
  parts.contributions.push_back(Read<catalogue::v1::Contribution>(R"(name: "a1/contributions/c" citation: "2.c")"));
  return parts;
}

TEST_F(FrameworkTextTest, EveryFieldStandsUnderItsLabel) {
  EXPECT_EQ(TextOf(Small()), R"(Zorg
====
Naam: owners/GM0677/frameworks/zorg
Soort: beleidskader
Jaren: 2025, 2026
Stand: vastgesteld

Ambitie: 1 Minder schulden

  Aandachtspunt: Vroeg zien
    Voor de deurwaarder.

    * Bellen
      Aanpak
        Wij bellen.
        Steeds.
      Jaren: 2026
      Mijlpaal: 2026-Q2  Eerste belronde
        2026-Q1 → 2026-Q2: Ziek
      Kosten: € 6.000,00 tot € 1.234.567,89 per jaar, 2026, incidenteel, uit het Rijk
      Taakvelden: 6.3
      Partijen: Yvora (uitvoerder)
      Portefeuillehouder: Wethouder Smit
      Beleidsmedewerker: J. Jansen
      Verwijst naar: 2.c
      Afloop: gestopt: Op
  * Bellen (zie hierboven)

Slot
----
Tot zover.
)");
}

TEST_F(FrameworkTextTest, AGoalThatIsItsOwnAncestorEndsSomewhere) {
  FrameworkParts parts = Small();
  parts.goals[0].set_parent_goal("g2");
  EXPECT_THAT(TextOf(parts), HasSubstr("Zorg"));
}

TEST_F(FrameworkTextTest, MoneyIsExact) {
  EXPECT_EQ(MoneyText(0), "€ 0,00");
  EXPECT_EQ(MoneyText(7), "€ 0,07");
  EXPECT_EQ(MoneyText(-123456), "€ -1.234,56");
  EXPECT_EQ(MoneyText(99999), "€ 999,99");
  EXPECT_EQ(MoneyText(INT64_MIN), "€ -92.233.720.368.547.758,08");
}

}  // namespace
}  // namespace regiokompas::cli
