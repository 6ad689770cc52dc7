#include "services/intake/parser/parse.h"

#include <chrono>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/intake/parser/parse_expectations.h"
#include "services/intake/reader/read_source.h"

namespace regiokompas::intake {
namespace {

using ::testing::ElementsAre;
using v1::ParsedDocument;

constexpr const char* kSamples[] = {"aspect-blocks", "activity-table", "priority-cards", "themed-narrative",
                                    "implementation-cells"};

std::string Sample(const std::string& name) {
  std::ifstream in(absl::StrCat(REGIOKOMPAS_SOURCE_DIR, "/services/intake/parser/testdata/", name, ".txt"),
                   std::ios::binary);
  EXPECT_TRUE(in) << name;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

absl::StatusOr<ParsedDocument> ReadAndParse(absl::string_view bytes, const ParseOptions& options) {
  const auto source = ReadSource(bytes);
  if (!source.ok()) return source.status();
  return Parse(*source, options);
}

ParsedDocument ParseSample(const std::string& name) {
  const auto document = ReadAndParse(Sample(name), {});
  EXPECT_TRUE(document.ok()) << document.status();
  return document.ok() ? *document : ParsedDocument();
}

std::vector<std::string> Titles(const ParsedDocument& document) {
  std::vector<std::string> titles;
  for (const auto& activity : document.activities()) titles.push_back(activity.title());
  return titles;
}

std::vector<std::string> Goals(const ParsedDocument& document) {
  std::vector<std::string> goals;
  for (const auto& goal : document.goals()) {
    goals.push_back(absl::StrCat(v1::GoalKind_Name(goal.kind()).substr(10), " ", goal.code(), " ", goal.title()));
  }
  return goals;
}

TEST(Parse, RecognisesTheFamilyOfEachSample) {
  for (const char* name : kSamples) {
    const ParsedDocument document = ParseSample(name);
    EXPECT_EQ(document.source().profile(), name);
    EXPECT_EQ(document.source().sha256().size(), 64u);
    EXPECT_FALSE(document.source().municipality().empty()) << name;
    ExpectNothingLost({.text = Sample(name)}, document);
    ExpectNothingInvented({.text = Sample(name)}, document);
  }
}

TEST(Parse, ReadsAspectBlocks) {
  const ParsedDocument document = ParseSample("aspect-blocks");
  EXPECT_EQ(document.source().title(), "Programma 4 Meedoen in de gemeente");
  EXPECT_EQ(document.source().document_kind(), v1::DOCUMENT_KIND_PROGRESS_REPORT);
  EXPECT_EQ(document.source().municipality(), "GM0678");
  EXPECT_EQ(document.source().built_at(), "2025-03-09T08:15:30");
  EXPECT_EQ(document.source().exported_at(), "2025-03-08T23:01:02");
  EXPECT_THAT(Goals(document), ElementsAre("FRAMEWORK 4 Meedoen in de gemeente", "OBJECTIVE  Zelf doen wat kan",
                                           "OBJECTIVE  Samen in de buurt"));
  EXPECT_EQ(document.goals(1).text(), "Wie hulp nodig heeft, houdt zoveel mogelijk zelf de regie.");
  EXPECT_THAT(Titles(document), ElementsAre("Openen van een buurthuis in elk dorp.", "Leren budgetteren op school."));

  const auto& house = document.activities(0);
  EXPECT_THAT(house.realisation_years(), ElementsAre(2024, 2025, 2026));
  EXPECT_THAT(house.organisations(), ElementsAre("Goes", "Borsele"));
  ASSERT_EQ(house.amounts_size(), 1);
  EXPECT_EQ(house.amounts(0).cents(), 1250000);
  ASSERT_EQ(house.aspects_size(), 5);
  EXPECT_EQ(house.aspects(0).kind(), v1::ASPECT_KIND_APPROACH);
  EXPECT_EQ(house.aspects(0).label(), "Wat gaan we ervoor doen");
  EXPECT_EQ(house.aspects(0).progress(), "Er zijn drie gebouwen gekozen.");
  EXPECT_EQ(house.aspects(3).kind(), v1::ASPECT_KIND_FUNDING);
  EXPECT_EQ(house.aspects(3).progress(), "");
  EXPECT_EQ(house.statuses_size(), 0);

  const auto& school = document.activities(1);
  ASSERT_EQ(school.statuses_size(), 1);
  EXPECT_EQ(school.statuses(0).status(), v1::STATUS_ON_TRACK);
  EXPECT_THAT(school.organisations(), ElementsAre("NIBUD"));
  EXPECT_EQ(school.aspects(0).plan(), "• Lespakket kiezen.\n• Samenwerken met NIBUD aan een proefles.");
  EXPECT_EQ(school.aspects(0).progress(), "• Het lespakket is gekozen.");

  // Two steps and a rise; the limit among the risks is no target.
  ASSERT_EQ(document.targets_size(), 3);
  EXPECT_EQ(document.targets(1).value(), "90");
  EXPECT_EQ(document.targets(1).deadline_year(), 2025);
  EXPECT_EQ(document.targets(2).basis(), v1::TARGET_BASIS_PREVIOUS_YEAR);
  ASSERT_EQ(document.measurements_size(), 1);
  EXPECT_EQ(document.measurements(0).value(), "62");
  EXPECT_EQ(document.measurements(0).period(), "2024");
}

TEST(Parse, ReadsActivityTables) {
  const ParsedDocument document = ParseSample("activity-table");
  EXPECT_THAT(Titles(document), ElementsAre("Wachttijd aan de balie verkorten", "Werkgevers bezoeken"));
  EXPECT_THAT(document.source().fiscal_years(), ElementsAre(2024));
  const auto& desk = document.activities(0);
  EXPECT_EQ(desk.code(), "4.1.1");
  EXPECT_EQ(desk.statuses_size(), 0);
  EXPECT_THAT(desk.realisation_years(), ElementsAre(2024));
  const auto& employers = document.activities(1);
  EXPECT_THAT(employers.realisation_years(), ElementsAre(2024, 2025, 2026));
  // The overview and the block print the same two statuses; they are the activity's once.
  ASSERT_EQ(employers.statuses_size(), 2);
  EXPECT_EQ(employers.statuses(0).moment(), "Status 2023");
  EXPECT_EQ(employers.statuses(0).status(), v1::STATUS_ON_TRACK);
  EXPECT_EQ(employers.statuses(1).label(), "Half klaar");
  EXPECT_EQ(employers.statuses(1).status(), v1::STATUS_UNSPECIFIED);
  EXPECT_EQ(employers.council_proposal(), "Extra bezoeken kosten € 2.000 per jaar.");
  ASSERT_EQ(employers.amounts_size(), 1);
  EXPECT_TRUE(employers.amounts(0).per_year());
  ASSERT_EQ(employers.aspects_size(), 2);
  EXPECT_EQ(employers.aspects(0).kind(), v1::ASPECT_KIND_EXPLANATION);
  EXPECT_EQ(employers.aspects(1).progress(), "Van de 60 bedrijven zijn er 41 bezocht.");

  ASSERT_EQ(document.goals_size(), 5);
  const auto& decision = document.goals(3);
  EXPECT_EQ(decision.kind(), v1::GOAL_KIND_OBJECTIVE);
  EXPECT_EQ(decision.progress(), "In 2024 kreeg 84% op tijd een besluit.");
  EXPECT_THAT(desk.goal_ids(), ElementsAre(decision.parent_id()));
  ASSERT_EQ(document.targets_size(), 2);
  EXPECT_EQ(document.targets(0).value(), "90");
  EXPECT_EQ(document.targets(0).subject_id(), decision.id());
  EXPECT_EQ(document.targets(1).benchmark(), "Overijssel");
}

TEST(Parse, ReadsPriorityCards) {
  const ParsedDocument document = ParseSample("priority-cards");
  EXPECT_THAT(Goals(document), ElementsAre("FRAMEWORK 5 Sociale zaken", "THEME 6.3 Inkomensregelingen"));
  EXPECT_THAT(Titles(document), ElementsAre("Minder mensen met schulden", "Eén loket"));
  EXPECT_THAT(document.source().fiscal_years(), ElementsAre(2024));
  const auto& debts = document.activities(0);
  EXPECT_THAT(debts.task_fields(), ElementsAre("6.3"));
  EXPECT_THAT(debts.organisations(), ElementsAre("Stichting Rondkomen"));
  ASSERT_EQ(debts.aspects_size(), 3);
  EXPECT_EQ(debts.aspects(2).kind(), v1::ASPECT_KIND_STATE_OF_AFFAIRS);
  ASSERT_EQ(debts.amounts_size(), 1);
  EXPECT_EQ(debts.amounts(0).cents(), 150000000);
  EXPECT_EQ(debts.statuses_size(), 0);
  ASSERT_EQ(document.activities(1).statuses_size(), 1);
  EXPECT_EQ(document.activities(1).statuses(0).status(), v1::STATUS_REALISED);
  ASSERT_EQ(document.targets_size(), 1);
  EXPECT_EQ(document.targets(0).baseline_value(), "8.5");
  EXPECT_EQ(document.targets(0).deadline_year(), 2025);
}

TEST(Parse, ReadsThemedNarrative) {
  const ParsedDocument document = ParseSample("themed-narrative");
  EXPECT_THAT(Goals(document), ElementsAre("THEME  Samen opgroeien aan zee", "THEME  Gezond oud in het dorp"));
  EXPECT_EQ(document.activities_size(), 0);
  EXPECT_THAT(document.source().fiscal_years(), ElementsAre(2025));
  EXPECT_EQ(document.source().municipality(), "GM0717");
  ASSERT_EQ(document.sections_size(), 3);
  EXPECT_EQ(document.sections(1).heading(), "Samen opgroeien aan zee");
  EXPECT_EQ(document.spans(document.spans_size() - 1).role(), v1::SPAN_ROLE_UNCLASSIFIED);
}

TEST(Parse, ReadsImplementationCells) {
  const ParsedDocument document = ParseSample("implementation-cells");
  EXPECT_EQ(document.source().identifier(), "CVDR000001/2");
  EXPECT_EQ(document.source().valid_from(), "2021-03-15");
  EXPECT_EQ(document.source().effective_from(), "2021-01-01");
  EXPECT_EQ(document.source().document_kind(), v1::DOCUMENT_KIND_IMPLEMENTATION_PROGRAMME);
  EXPECT_THAT(document.source().fiscal_years(), ElementsAre(2021, 2022, 2023));
  EXPECT_THAT(Goals(document),
              ElementsAre("FRAMEWORK 1 Jong in Aalten", "MAIN_GOAL  Plezier op school.",
                          "MAIN_GOAL  Sporten voor iedereen.", "FOCUS A Minder verzuim", "FOCUS B Een vol sportveld."));
  EXPECT_THAT(Titles(document),
              ElementsAre("Spijbelaars thuis bezoeken", "Versterken van de clubs", "Nieuwe trainingstijden"));
  const auto& visits = document.activities(0);
  EXPECT_THAT(visits.goal_ids(), ElementsAre("g2", "g3", "g4"));
  EXPECT_THAT(visits.result_refs(), ElementsAre("1.a", "1.b", "1.d", "2.c"));
  EXPECT_THAT(visits.organisations(), ElementsAre("Bureau Kompas", "Yvora"));
  EXPECT_EQ(visits.aspects_size(), 8);
  ASSERT_EQ(visits.amounts_size(), 2);
  EXPECT_EQ(visits.amounts(0).high_cents(), 600000);
  EXPECT_EQ(visits.amounts(1).cents(), 125050);
  EXPECT_TRUE(visits.amounts(1).per_year());
  ASSERT_EQ(document.milestones_size(), 2);
  EXPECT_EQ(document.milestones(0).date(), "2021-Q3");
  EXPECT_EQ(document.milestones(1).date(), "2023-03-31");
  const auto& clubs = document.activities(1);
  ASSERT_EQ(clubs.aspects_size(), 2);
  EXPECT_EQ(clubs.aspects(0).plan(), "- Trainers opleiden.\n- Velden opknappen.");
  EXPECT_EQ(clubs.aspects(1).kind(), v1::ASPECT_KIND_RESULT);
  EXPECT_THAT(document.activities(2).goal_ids(), ElementsAre("g5"));
  EXPECT_THAT(document.activities(2).result_refs(), ElementsAre("1.b"));
  ASSERT_EQ(document.indicators_size(), 2);
  EXPECT_EQ(document.indicators(0).subject_id(), "g1");
  EXPECT_EQ(document.indicators(0).unit(), v1::UNIT_PERCENT);
  ASSERT_EQ(document.targets_size(), 4);
  EXPECT_EQ(document.targets(2).comparator(), v1::COMPARATOR_MAINTAIN);
  EXPECT_EQ(document.targets(3).comparator(), v1::COMPARATOR_ACHIEVE);
}

TEST(Parse, RefusesBadInputWithOneStableCode) {
  auto code = [](const std::string& bytes, const ParseOptions& options) {
    return std::string(ReadAndParse(bytes, options).status().message());
  };
  EXPECT_EQ(code("\xEF\xBB\xBF \n\n", {}), kDocumentEmpty);
  EXPECT_EQ(code("Titel", {"", "GM9999", ""}), kMunicipalityUnknown);
  EXPECT_EQ(code("Titel", {"", "0677", ""}), kMunicipalityUnknown);
  EXPECT_EQ(code("Titel", {"", "", "onbekend"}), kProfileUnknown);
  EXPECT_EQ(ReadAndParse("Titel", {"", "", "onbekend"}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(Parse, TakesTheCallersWord) {
  const auto document = ReadAndParse(Sample("aspect-blocks"), {"x.txt", "GM0342", "generic"});
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document->source().municipality(), "GM0342");
  EXPECT_EQ(document->source().profile(), "generic");
  EXPECT_EQ(document->activities_size(), 2);
}

TEST(Parse, EveryLineNamesTheRuleThatTookItAndItsElement) {
  for (const char* name : kSamples) {
    const ParsedDocument document = ParseSample(name);
    std::set<std::string> ids;
    for (const auto& goal : document.goals()) ids.insert(goal.id());
    for (const auto& activity : document.activities()) ids.insert(activity.id());
    for (const auto& indicator : document.indicators()) ids.insert(indicator.id());
    for (int i = 0; i < document.sections_size(); ++i) ids.insert(absl::StrCat("s", i + 1));
    const v1::Span* before = nullptr;
    for (const auto& span : document.spans()) {
      EXPECT_EQ(span.rule().empty(), span.role() == v1::SPAN_ROLE_UNCLASSIFIED) << name << span.ShortDebugString();
      if (!span.element_id().empty()) {
        EXPECT_TRUE(ids.count(span.element_id())) << name << span.ShortDebugString();
      }
      if (before != nullptr) {
        EXPECT_FALSE(before->role() == span.role() && before->rule() == span.rule() &&
                     before->element_id() == span.element_id())
            << name << span.ShortDebugString();
      }
      before = &span;
    }
  }
  const ParsedDocument document = ParseSample("priority-cards");
  std::vector<std::string> rules;
  for (const auto& span : document.spans()) {
    if (span.element_id() == "a2") rules.push_back(span.rule());
  }
  EXPECT_THAT(rules, ElementsAre("activity.below-label", "status.afgerond", "aspect.text", "label.stand-van-zaken",
                                 "aspect.text"));
}

TEST(Parse, TakesAProfileOfTheCallersOwn) {
  ParseOptions options;
  options.profile_text =
      "name: \"eigen\"\n"
      "line_rules { name: \"wens\" action: LINE_ACTION_GOAL goal_kind: \"OBJECTIVE\" pattern: \"Wens: (?P<title>.+)\" "
      "}\n";
  const auto document = ReadAndParse("Wensen\nWens: Een park in Goes\nMet bomen.\n", options);
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_EQ(document->source().profile(), "eigen");
  EXPECT_THAT(Goals(*document), ElementsAre("OBJECTIVE  Een park in Goes"));
  EXPECT_EQ(document->spans(1).rule(), "rule.wens");

  options.profile_text += "line_rules { pattern: \"x\" }\n";
  const absl::Status refused = ReadAndParse("Wensen\n", options).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(refused.message(), kProfileInvalid);
  EXPECT_EQ(refused.GetPayload(kProfileErrorPayload).value_or(absl::Cord()),
            "regel 3, line_rules[1]: een regel zonder action");
}

TEST(Parse, ReadsTablesWithOneRowOnALine) {
  const std::string heads[] = {"Nr\tProject\tGereed in\tVoorjaar\tNajaar\n",
                               "| Nr | Project | Gereed in | Voorjaar | Najaar |\n"};
  const std::string rows[] = {"1.1.1\tBrug\t2024 en 2025\tOp koers\t\n1.1.2\tWeg\t2024\t-\tGereed\n",
                              "| 1.1.1 | Brug | 2024 en 2025 | Op koers | |\n| 1.1.2 | Weg | 2024 | - | Gereed |\n"};
  for (int i = 0; i < 2; ++i) {
    ParseOptions options;
    options.profile = "activity-table";
    const auto document = ReadAndParse("Rapportage\n" + heads[i] + rows[i], options);
    ASSERT_TRUE(document.ok());
    ASSERT_THAT(Titles(*document), ElementsAre("Brug", "Weg"));
    const auto& bridge = document->activities(0);
    EXPECT_EQ(bridge.code(), "1.1.1");
    EXPECT_THAT(bridge.realisation_years(), ElementsAre(2024, 2025));
    ASSERT_EQ(bridge.statuses_size(), 1);
    EXPECT_EQ(bridge.statuses(0).moment(), "Voorjaar");
    ASSERT_EQ(document->activities(1).statuses_size(), 1);
    EXPECT_EQ(document->activities(1).statuses(0).moment(), "Najaar");
    EXPECT_EQ(document->activities(1).statuses(0).status(), v1::STATUS_REALISED);
  }
}

TEST(Parse, LearnsTheLabelsOfADocument) {
  std::string text = "Voortgang speerpunten\n\n";
  for (const char* title : {"Een park", "Een brug", "Een plein"}) {
    absl::StrAppend(&text, title, "\n\nBuurtgenoten\n\nDe buurt van ", title, " denkt mee.\n\nAanpak\n\nWe bouwen ",
                    title, ".\n\nHet staat er.\n\nPlanning\n\n2025\n\n");
  }
  ParseOptions options;
  options.profile = "aspect-blocks";
  const auto document = ReadAndParse(text, options);
  ASSERT_TRUE(document.ok());
  ASSERT_EQ(document->activities_size(), 3) << document->DebugString();
}

TEST(Parse, LineEndsAndByteOrderMarkChangeNothingButTheHash) {
  for (const char* name : kSamples) {
    ParsedDocument plain = ParseSample(name);
    std::string crlf = "\xEF\xBB\xBF";
    for (char c : Sample(name)) crlf += c == '\n' ? "\r\n" : std::string(1, c);
    auto other = ReadAndParse(crlf, {});
    ASSERT_TRUE(other.ok());
    EXPECT_NE(plain.source().sha256(), other->source().sha256());
    plain.mutable_source()->clear_sha256();
    other->mutable_source()->clear_sha256();
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(plain, *other)) << name;
  }
}

// Cuts, repeats, swaps and damages lines and bytes of the samples.
class Mutator {
 public:
  explicit Mutator(uint32_t seed) : random_(seed) {}

  std::string Mutate(std::string text) {
    const int changes = 1 + Below(12);
    for (int i = 0; i < changes && !text.empty(); ++i) {
      const size_t at = Below(text.size());
      const size_t length = std::min<size_t>(1 + Below(60), text.size() - at);
      switch (Below(8)) {
        case 0:
          text.erase(at, length);
          break;
        case 1:
          text.insert(at, text.substr(Below(text.size()), length));
          break;
        case 2:
          text.insert(at, "\n");
          break;
        case 3:
          text[at] = static_cast<char>(Below(256));
          break;
        case 4:
          text.insert(at, kFragments[Below(std::size(kFragments))]);
          break;
        case 5: {
          const size_t line = text.find('\n', at);
          if (line != std::string::npos) text.erase(line, 1);
          break;
        }
        case 6:
          text.resize(at);
          break;
        default:
          for (size_t k = at; k < at + length; ++k) text[k] = static_cast<char>(toupper(text[k]));
      }
    }
    return text;
  }

 private:
  static constexpr const char* kFragments[] = {"\n- –\n",
                                               "\n|\n",
                                               " |",
                                               ":",
                                               "\nStatus\n",
                                               "\nToelichting\n",
                                               "\n -\n",
                                               "€ ",
                                               "€ 9.999.999.999.999.999,99",
                                               "van 1% in 2020 naar 2% in 2021",
                                               "\n6.1\n",
                                               "\r",
                                               "\xC2\xA0",
                                               "\nDoelstelling\n",
                                               "\nSpeerpunt\n",
                                               "2020 t/m 2079"};

  size_t Below(size_t limit) { return limit == 0 ? 0 : random_() % limit; }

  std::mt19937 random_;
};

TEST(Parse, DamagedDocumentsLoseNoLineAndInventNothing) {
  const std::set<std::string> codes = {kDocumentEmpty, kDocumentBinary, kDocumentNotUtf8};
  int parsed = 0;
  for (const char* name : kSamples) {
    const std::string sample = Sample(name);
    for (uint32_t seed = 0; seed < 400; ++seed) {
      const std::string text = Mutator(seed).Mutate(sample);
      // Every other document is read with a profile that was not made for it.
      const auto document = ReadAndParse(text, {"", "", seed % 2 == 0 ? "" : kSamples[seed % std::size(kSamples)]});
      if (!document.ok()) {
        ASSERT_TRUE(codes.count(std::string(document.status().message()))) << document.status();
        continue;
      }
      ++parsed;
      ASSERT_NO_FATAL_FAILURE(ExpectNothingLost({.text = text}, *document)) << name << " seed " << seed;
      ASSERT_NO_FATAL_FAILURE(ExpectNothingInvented({.text = text}, *document)) << name << " seed " << seed;
      const auto again = ReadAndParse(text, {"", "", document->source().profile()});
      ASSERT_EQ(again->spans_size(), document->spans_size());
      ASSERT_EQ(again->activities().size(), document->activities().size());
    }
  }
  EXPECT_GT(parsed, 500);
}

TEST(Parse, ReadsAMegabyteInAboutASecond) {
  for (const char* name : kSamples) {
    const std::string sample = Sample(name);
    std::string large;
    while (large.size() < (size_t{1} << 20)) large += sample;
    const auto start = std::chrono::steady_clock::now();
    ASSERT_TRUE(ReadAndParse(large, {}).ok());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    RecordProperty(absl::StrCat(name, "_ms"), static_cast<int>(took.count() * 1000));
    // Far above what an idle machine needs, far below what a quadratic step would take.
    EXPECT_LT(took.count(), 5) << name;
  }
}

}  // namespace
}  // namespace regiokompas::intake
