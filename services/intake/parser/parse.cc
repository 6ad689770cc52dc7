#include "services/intake/parser/parse.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "re2/re2.h"
#include "services/intake/parser/block_reader.h"
#include "services/intake/parser/dutch_figures.h"
#include "services/intake/parser/enrich.h"
#include "services/intake/parser/municipalities.h"
#include "services/intake/parser/organisations.h"
#include "services/intake/parser/page_furniture.h"
#include "services/intake/parser/profile.h"
#include "services/intake/parser/text_lines.h"
#include "services/intake/reader/read_source.h"

namespace regiokompas::intake {
namespace {

using re2::StringPiece;

StringPiece Piece(absl::string_view text) { return StringPiece(text.data(), text.size()); }
absl::string_view View(const StringPiece& piece) {
  return piece.data() == nullptr ? absl::string_view() : absl::string_view(piece.data(), piece.size());
}

// The title, the running line of its pages and the short lines around it, which say what the document is.
std::vector<std::string> Heading(const std::vector<Line>& lines, const std::vector<FurnitureLine>& furniture,
                                 const std::string& title) {
  constexpr size_t kMostLines = 5;
  constexpr size_t kLongestLine = 120;
  std::vector<std::string> heading = {title};
  for (const FurnitureLine& each : furniture) {
    if (each.rule != kPageMargin) continue;
    heading.emplace_back(each.line.text);
    break;
  }
  for (size_t i = 0; i < std::min(lines.size(), kMostLines); ++i) {
    const absl::string_view text = lines[i].text;
    if (text.size() <= kLongestLine && !lines[i].is_item) heading.emplace_back(text);
  }
  return heading;
}

// Associations have accounts and plans too; those are no documents of a municipality. The word for one tells nothing
// without its name: a municipality writes about associations.
bool IsOfAssociation(const std::vector<std::string>& heading) {
  static const RE2 kAssociation(
      R"((?i:vereniging|stichting|\bclub|genootschap|co(?:ö|o)peratie|koor|fanfare)\s+["'‘“]?[A-Z]|\bB\.?V\b)");
  static const RE2 kMunicipality(R"((?i)\bgemeente)");
  const auto any = [&heading](const RE2& pattern) {
    return std::any_of(heading.begin(), heading.end(),
                       [&pattern](const std::string& line) { return RE2::PartialMatch(line, pattern); });
  };
  return any(kAssociation) && !any(kMunicipality);
}

// The kind that the words of the heading give away, the most telling word first, else that of the profile.
pb::DocumentKind KindOf(const std::vector<std::string>& heading, const Profile& profile) {
  struct KindWord {
    RE2 pattern;
    pb::DocumentKind kind;
  };
  static const KindWord kKindWords[] = {
      {"(?i)voortgang|rapportage|\\b(?:be|bu|ma|tu)rap\\b|stand van zaken", pb::DOCUMENT_KIND_PROGRESS_REPORT},
      {"(?i)uitvoeringsprogramma|uitvoeringsagenda|uitvoeringsplan", pb::DOCUMENT_KIND_IMPLEMENTATION_PROGRAMME},
      {"(?i)jaarrekening|jaarstukken|jaarverslag", pb::DOCUMENT_KIND_ANNUAL_REPORT},
      {"(?i)begroting", pb::DOCUMENT_KIND_PROGRAMME_BUDGET},
      {"(?i)beleidskader|beleidsplan|beleidsnota", pb::DOCUMENT_KIND_POLICY_FRAMEWORK},
  };
  for (const std::string& line : heading) {
    for (const KindWord& word : kKindWords) {
      if (RE2::PartialMatch(line, word.pattern)) return word.kind;
    }
  }
  return profile.document_kind();
}

// The years in the title, else beside it, else those in labels, else the one named most where the profile allows it.
std::vector<int> FiscalYears(const Blocks& blocks, const std::vector<std::string>& heading, absl::string_view text,
                             const Profile& profile) {
  static const RE2 kDocumentWord(
      R"((?i)rapportage|begroting|jaarstukken|jaarrekening|jaarverslag|programma|agenda|plan|nota|\w+rap\b|speerpunt|accent)");
  std::vector<int> years = FindYears(heading.front());
  for (const std::string& line : heading) {
    if (years.empty() && RE2::PartialMatch(line, kDocumentWord)) years = FindYears(line);
  }
  if (!years.empty()) return years;
  static const RE2 kBudgetLabel(R"((?i)begroting|begrotingsjaar|jaarrekening)");
  for (const std::string& label : blocks.labels) {
    if (!RE2::PartialMatch(label, kBudgetLabel)) continue;
    for (int year : FindYears(label)) {
      if (std::find(years.begin(), years.end(), year) == years.end()) years.push_back(year);
    }
  }
  std::sort(years.begin(), years.end());
  if (!years.empty() || !profile.data().most_named_year()) return years;
  static const RE2 kYear(R"(\b((?:19[9]|20[0-7])\d)\b)");
  std::map<int, int> counts;
  StringPiece rest = Piece(text);
  int year = 0;
  while (RE2::FindAndConsume(&rest, kYear, &year)) ++counts[year];
  int most = 0;
  for (const auto& [candidate, count] : counts) {
    if (count >= 3 && (most == 0 || count > counts[most])) most = candidate;
  }
  if (most != 0) years.push_back(most);
  return years;
}

// "07/28/2023 09:42:57", as sites stamp their pages, in ISO 8601.
std::string StampTime(absl::string_view month, absl::string_view day, absl::string_view year, absl::string_view time) {
  const std::string date = CivilDate(absl::StrCat(day, "-", month, "-", year));
  return date.empty() ? "" : absl::StrCat(date, "T", time);
}

// What pages print about themselves.
void ReadPageFacts(const std::vector<Line>& lines, pb::SourceDocument* source) {
  static const RE2 kBuilt(
      R"((?i)(?:Deze|Dit) \w+ is (?:gebouwd|gemaakt|gegenereerd|opgebouwd|gepubliceerd|aangemaakt) op (\d\d?)/(\d\d?)/(\d{4}) (\d\d:\d\d:\d\d)(?: met de export van (\d\d?)/(\d\d?)/(\d{4}) (\d\d:\d\d:\d\d))?.*)");
  static const RE2 kIdentifier(R"(\b(CVDR\d+/\d+)\b)");
  static const RE2 kValidFrom(R"((?i)Geldend (?:van|vanaf) (\d\d?-\d\d?-\d{4})\b.*)");
  static const RE2 kEffectiveFrom(R"((?i)met terugwerkende kracht (?:van|vanaf|tot en met) (\d\d?-\d\d?-\d{4})\b)");
  constexpr size_t kLongestFact = 400;
  for (const Line& line : lines) {
    if (line.text.size() > kLongestFact) continue;
    // The first letter and a word rule most lines out before a pattern is tried.
    const char first = absl::ascii_tolower(static_cast<unsigned char>(line.text[0]));
    const StringPiece text = Piece(line.text);
    StringPiece g[8];
    if (source->built_at().empty() && first == 'd' && RE2::FullMatch(text, kBuilt) &&
        RE2::FullMatch(text, kBuilt, &g[0], &g[1], &g[2], &g[3], &g[4], &g[5], &g[6], &g[7])) {
      source->set_built_at(StampTime(View(g[0]), View(g[1]), View(g[2]), View(g[3])));
      if (!g[7].empty()) source->set_exported_at(StampTime(View(g[4]), View(g[5]), View(g[6]), View(g[7])));
    }
    if (source->identifier().empty() && absl::StrContains(line.text, "CVDR") &&
        RE2::PartialMatch(text, kIdentifier, &g[0])) {
      source->set_identifier(std::string(View(g[0])));
    }
    if (source->valid_from().empty() && first == 'g' && RE2::FullMatch(text, kValidFrom, &g[0])) {
      source->set_valid_from(CivilDate(View(g[0])));
      if (RE2::PartialMatch(text, kEffectiveFrom, &g[0])) source->set_effective_from(CivilDate(View(g[0])));
    }
  }
}

void Diagnose(pb::Severity severity, absl::string_view code, absl::string_view message, pb::ParsedDocument* document) {
  pb::Diagnostic* diagnostic = document->add_diagnostics();
  diagnostic->set_severity(severity);
  diagnostic->set_code(std::string(code));
  diagnostic->set_message(std::string(message));
}

// Gives the lines of the file that begin no line of text a place in or between the spans, which are of lines of text.
void AddMarkupSpans(const SourceText& source, pb::ParsedDocument* document) {
  if (source.markup_lines.empty() && source.continuation_lines.empty()) return;
  google::protobuf::RepeatedPtrField<pb::Span> spans;
  const auto last = [&] { return spans.empty() ? 0 : spans.rbegin()->last_line(); };
  const auto add_markup = [&](int line) {
    if (spans.empty() || spans.rbegin()->role() != pb::SPAN_ROLE_BOILERPLATE) {
      pb::Span* const added = spans.Add();
      added->set_role(pb::SPAN_ROLE_BOILERPLATE);
      added->set_rule("page.markup");
      added->set_first_line(line);
    }
    spans.rbegin()->set_last_line(line);
  };
  auto markup = source.markup_lines.begin();
  auto continuation = source.continuation_lines.begin();
  // Adds the lines before `end`; those that a span goes over are its own.
  const auto add_until = [&](int end) {
    while (true) {
      const int next_markup = markup == source.markup_lines.end() ? end : *markup;
      const int next_continuation = continuation == source.continuation_lines.end() ? end : *continuation;
      const int line = std::min(next_markup, next_continuation);
      if (line >= end) return;
      const bool is_markup = line == next_markup;
      is_markup ? ++markup : ++continuation;
      if (line <= last()) continue;
      if (is_markup || spans.empty()) {
        add_markup(line);
      } else {
        spans.rbegin()->set_last_line(line);
      }
    }
  };
  for (pb::Span& span : *document->mutable_spans()) {
    add_until(span.first_line());
    if (!spans.empty() && spans.rbegin()->role() == pb::SPAN_ROLE_BOILERPLATE &&
        span.role() == pb::SPAN_ROLE_BOILERPLATE) {
      spans.rbegin()->set_last_line(span.last_line());
    } else {
      *spans.Add() = std::move(span);
    }
  }
  add_until(std::numeric_limits<int>::max());
  document->mutable_spans()->Swap(&spans);
}

// Gives furniture spans of its own before, between and inside those of the lines of text.
void AddFurnitureSpans(const std::vector<Line>& lines, const std::vector<FurnitureLine>& furniture,
                       pb::ParsedDocument* document) {
  if (furniture.empty()) return;
  google::protobuf::RepeatedPtrField<pb::Span> spans;
  auto next = furniture.begin();
  const auto add_until = [&](int end) {
    const auto before = next;
    for (; next != furniture.end() && next->line.number < end; ++next) {
      // Of several lines of text on one line of the file, the first tells what that line is.
      if (!spans.empty() && spans.rbegin()->last_line() >= next->line.number) continue;
      if (next == before || spans.empty() || spans.rbegin()->rule() != next->rule) {
        pb::Span* const added = spans.Add();
        added->set_role(pb::SPAN_ROLE_BOILERPLATE);
        added->set_rule(next->rule);
        added->set_first_line(next->line.number);
      }
      spans.rbegin()->set_last_line(next->line.number);
    }
    return next != before;
  };
  auto line = lines.begin();
  for (pb::Span& span : *document->mutable_spans()) {
    const int last_line = span.last_line();
    int opened = -1;  // the part of the span that was added last
    for (; line != lines.end() && line->number <= last_line; ++line) {
      const bool inside = add_until(line->number) && opened >= 0;
      if (inside || opened < 0) {
        pb::Span* const part = spans.Add();
        if (inside) {
          *part = spans.Get(opened);
        } else {
          part->Swap(&span);
        }
        part->set_first_line(line->number);
        opened = spans.size() - 1;
      }
      spans.Mutable(opened)->set_last_line(line->number);
    }
  }
  add_until(std::numeric_limits<int>::max());
  document->mutable_spans()->Swap(&spans);
}

// The profile that the caller gives or names, else the one that the lines fit, else the generic one.
absl::StatusOr<const Profile*> ChooseProfile(const ProfileSet& profiles, const std::vector<Line>& lines,
                                             const ParseOptions& options, std::unique_ptr<Profile>* own,
                                             Inference* inference) {
  if (!options.profile_text.empty()) {
    auto compiled = Profile::FromText(options.profile_text, &profiles.common());
    if (!compiled.ok()) {
      absl::Status refused = absl::InvalidArgumentError(kProfileInvalid);
      refused.SetPayload(kProfileErrorPayload, absl::Cord(compiled.status().message()));
      return refused;
    }
    *own = *std::move(compiled);
    return own->get();
  }
  if (options.profile.empty()) *inference = profiles.Infer(lines);
  const std::string name = !options.profile.empty()     ? options.profile
                           : inference->profile.empty() ? kGenericProfile
                                                        : inference->profile;
  const Profile* profile = profiles.Find(name);
  if (profile == nullptr) return absl::InvalidArgumentError(kProfileUnknown);
  return profile;
}

// How much of a reading its build confirms, in known labels: aspects that an activity has once, which progress beside
// the plan confirms again, and task fields. A title that is a sentence was text, and with it what stands below.
int Confirmed(const pb::ParsedDocument& document) {
  constexpr int kTitleOfSentence = -3;
  int confirmed = 0;
  for (const pb::ParsedActivity& activity : document.activities()) {
    std::set<pb::AspectKind> kinds;
    for (const pb::ParsedAspect& aspect : activity.aspects()) {
      const bool once = kinds.insert(aspect.kind()).second;
      if (aspect.kind() == pb::ASPECT_KIND_OTHER) continue;
      confirmed += once ? 1 : -1;
      confirmed += !aspect.plan().empty() && !aspect.progress().empty();
    }
    confirmed += activity.task_fields_size();
    if (absl::EndsWith(activity.title(), ".")) confirmed += kTitleOfSentence;
  }
  return confirmed;
}

// Whether the goals of a family are themes of running text, which has few activities or none.
bool HasThemes(const Profile& profile) { return profile.announced_heading_kind() != pb::GOAL_KIND_UNSPECIFIED; }

// Another reading must be confirmed so many times as well as the inferred one, and by so many labels more: two may be
// chance.
constexpr double kTimesConfirmed = 1.5;
constexpr int kLeastConfirmed = 3;

// Reads a document of which the profile is in doubt with the other ones too. Another profile takes the place of the
// inferred one only when far more of its reading is confirmed.
Blocks ReadDoubtful(const std::vector<Line>& lines, const ProfileSet& profiles, const Profile& profile,
                    Inference* inference) {
  Blocks best = ReadBlocks(lines, profile, profiles.common());
  if (!inference->doubtful || inference->profile.empty() || HasThemes(profile)) return best;
  const int inferred = std::max(0, Confirmed(best.document));
  int most = static_cast<int>(inferred * kTimesConfirmed) + kLeastConfirmed;
  for (const auto& other : profiles.all()) {
    const std::string& name = other->data().name();
    if (HasThemes(*other) || name == kGenericProfile || name == profile.data().name()) continue;
    Blocks blocks = ReadBlocks(lines, *other, profiles.common());
    const int confirmed = Confirmed(blocks.document);
    if (confirmed < most) continue;
    most = confirmed + 1;
    best = std::move(blocks);
    inference->profile = name;
    inference->by_structure = true;
  }
  return best;
}

// Tells an officer how the profile was chosen.
void ReportInference(const Inference& inference, pb::ParsedDocument* document) {
  if (!inference.other_kind.empty()) {
    Diagnose(pb::SEVERITY_WARNING, "OTHER_KIND_OF_DOCUMENT",
             absl::StrCat("Dit lijkt geen beleidsdocument maar een ander soort stuk, te zien aan: ",
                          absl::StrJoin(inference.other_kind, "; "),
                          ". Het algemene profiel is gebruikt; is het toch een beleidsdocument, kies dan zelf een "
                          "profiel."),
             document);
    return;
  }
  const auto described = [](const ProfileFit& fit) {
    return absl::StrCat(fit.profile, " ", std::lround(fit.score * 100), "%",
                        fit.found.empty() ? "" : absl::StrCat(" (", absl::StrJoin(fit.found, ", "), ")"));
  };
  const std::string best = described(inference.fits[0]);
  const std::string next = inference.fits.size() > 1 ? described(inference.fits[1]) : "";
  if (!inference.speaks_of_policy) {
    Diagnose(pb::SEVERITY_WARNING, "PROFILE_NOT_INFERRED",
             "Dit stuk noemt geen gemeente en geen beleid. Het algemene profiel is gebruikt; is het toch een "
             "beleidsdocument, kies dan zelf een profiel.",
             document);
    return;
  }
  if (inference.profile.empty()) {
    Diagnose(pb::SEVERITY_WARNING, "PROFILE_NOT_INFERRED",
             absl::StrCat("Onbekende indeling: geen profiel past duidelijk bij "
                          "dit document, dus het algemene profiel is "
                          "gebruikt. Het dichtst bij: ",
                          best, "; daarna ", next, "."),
             document);
    return;
  }
  if (inference.by_structure) {
    Diagnose(pb::SEVERITY_INFO, "PROFILE_INFERRED",
             absl::StrCat("Profiel: ", inference.profile,
                          ", gekozen op de opbouw van het document; aan de "
                          "woorden alleen was het niet te zien. Naar "
                          "woorden het dichtst bij: ",
                          best, "; daarna ", next, "."),
             document);
    return;
  }
  Diagnose(pb::SEVERITY_INFO, "PROFILE_INFERRED", absl::StrCat("Profiel: ", best, "; daarna ", next, "."), document);
}

}  // namespace

absl::StatusOr<v1::ParsedDocument> Parse(const SourceText& source_text, const ParseOptions& options) {
  if (!options.municipality.empty() && !IsKnownMunicipality(options.municipality)) {
    return absl::InvalidArgumentError(kMunicipalityUnknown);
  }
  const ProfileSet& profiles = ProfileSet::Instance();
  std::vector<Line> lines = SplitLines(source_text);
  if (lines.empty()) return absl::InvalidArgumentError(kDocumentEmpty);
  const std::vector<FurnitureLine> furniture = TakeFurniture(&lines);
  std::unique_ptr<Profile> own;
  Inference inference;
  const auto chosen = ChooseProfile(profiles, lines, options, &own, &inference);
  if (!chosen.ok()) return chosen.status();
  const Profile* profile = *chosen;

  Blocks blocks = ReadDoubtful(lines, profiles, *profile, &inference);
  if (!inference.profile.empty()) profile = profiles.Find(inference.profile);
  pb::ParsedDocument& document = blocks.document;
  pb::SourceDocument* source = document.mutable_source();
  ReadPageFacts(lines, source);
  source->set_profile(profile->data().name());
  source->set_format(source_text.format);
  source->set_sha256(source_text.sha256);
  const std::vector<std::string> heading = Heading(lines, furniture, source->title());
  source->set_municipality(options.municipality.empty() ? InferMunicipality(source_text.text) : options.municipality);
  if (profile->data().name() != kGenericProfile || !IsOfAssociation(heading)) {
    source->set_document_kind(KindOf(heading, *profile));
  }
  for (int year : FiscalYears(blocks, heading, source_text.text, *profile)) source->add_fiscal_years(year);
  if (source->title().empty()) source->set_title(options.file_name);
  Enrich(lines, OrganisationFinder(source_text.text, NameOfMunicipality(source->municipality())), &blocks);

  AddFurnitureSpans(lines, furniture, &document);
  AddMarkupSpans(source_text, &document);

  if (source->municipality().empty()) {
    Diagnose(pb::SEVERITY_WARNING, "MUNICIPALITY_NOT_INFERRED",
             "De gemeente is niet uit de tekst af te leiden; geef de CBS-code op.", &document);
  }
  if (!inference.fits.empty()) ReportInference(inference, &document);
  return std::move(document);
}

}  // namespace regiokompas::intake
