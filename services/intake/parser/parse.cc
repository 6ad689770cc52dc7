#include "services/intake/parser/parse.h"

#include <algorithm>
#include <map>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "re2/re2.h"
#include "services/intake/parser/block_reader.h"
#include "services/intake/parser/dutch_figures.h"
#include "services/intake/parser/enrich.h"
#include "services/intake/parser/municipalities.h"
#include "services/intake/parser/organisations.h"
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

// Words in a title that give the kind of the document away, the most telling first.
struct KindWord {
  const char* pattern;
  pb::DocumentKind kind;
};
constexpr KindWord kKindWords[] = {
    {"(?i)voortgang|bestuursrapportage|tussenrapportage", pb::DOCUMENT_KIND_PROGRESS_REPORT},
    {"(?i)uitvoeringsprogramma|uitvoeringsagenda|uitvoeringsplan", pb::DOCUMENT_KIND_IMPLEMENTATION_PROGRAMME},
    {"(?i)jaarrekening|jaarstukken|jaarverslag", pb::DOCUMENT_KIND_ANNUAL_REPORT},
    {"(?i)begroting", pb::DOCUMENT_KIND_PROGRAMME_BUDGET},
    {"(?i)beleidskader|beleidsplan|beleidsnota", pb::DOCUMENT_KIND_POLICY_FRAMEWORK},
};

pb::DocumentKind KindOf(const std::string& title, const Profile& profile) {
  for (const KindWord& word : kKindWords) {
    if (RE2::PartialMatch(title, word.pattern)) return word.kind;
  }
  return profile.document_kind();
}

// The years in the title, else those in labels, else the one named most where the profile allows it.
std::vector<int> FiscalYears(const Blocks& blocks, absl::string_view text, const Profile& profile) {
  std::vector<int> years = FindYears(blocks.document.source().title());
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
      R"((?i)Deze pagina is gebouwd op (\d\d?)/(\d\d?)/(\d{4}) (\d\d:\d\d:\d\d)(?: met de export van (\d\d?)/(\d\d?)/(\d{4}) (\d\d:\d\d:\d\d))?.*)");
  static const RE2 kIdentifier(R"(\b(CVDR\d+/\d+)\b)");
  static const RE2 kValidFrom(R"((?i)Geldend (?:van|vanaf) (\d\d?-\d\d?-\d{4})\b.*)");
  static const RE2 kEffectiveFrom(R"((?i)met terugwerkende kracht (?:van|vanaf|tot en met) (\d\d?-\d\d?-\d{4})\b)");
  constexpr size_t kLongestFact = 400;
  for (const Line& line : lines) {
    if (line.text.size() > kLongestFact) continue;
    const StringPiece text = Piece(line.text);
    StringPiece g[8];
    if (source->built_at().empty() &&
        RE2::FullMatch(text, kBuilt, &g[0], &g[1], &g[2], &g[3], &g[4], &g[5], &g[6], &g[7])) {
      source->set_built_at(StampTime(View(g[0]), View(g[1]), View(g[2]), View(g[3])));
      if (!g[7].empty()) source->set_exported_at(StampTime(View(g[4]), View(g[5]), View(g[6]), View(g[7])));
    }
    if (source->identifier().empty() && RE2::PartialMatch(text, kIdentifier, &g[0])) {
      source->set_identifier(std::string(View(g[0])));
    }
    if (source->valid_from().empty() && RE2::FullMatch(text, kValidFrom, &g[0])) {
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

// Gives the lines of the file that hold markup only a place between the spans, which are of lines with text.
void AddMarkupSpans(const std::vector<int>& markup_lines, pb::ParsedDocument* document) {
  if (markup_lines.empty()) return;
  google::protobuf::RepeatedPtrField<pb::Span> spans;
  const auto append = [&](int first, int last, const pb::Span& like) {
    pb::Span* const before = spans.empty() ? nullptr : &*spans.rbegin();
    if (before != nullptr && before->role() == pb::SPAN_ROLE_BOILERPLATE && like.role() == pb::SPAN_ROLE_BOILERPLATE) {
      before->set_last_line(last);
      return;
    }
    pb::Span* const added = spans.Add();
    *added = like;
    added->set_first_line(first);
    added->set_last_line(last);
  };
  pb::Span markup;
  markup.set_role(pb::SPAN_ROLE_BOILERPLATE);
  auto next = markup_lines.begin();
  for (const pb::Span& span : document->spans()) {
    for (; next != markup_lines.end() && *next < span.first_line(); ++next) append(*next, *next, markup);
    // A span goes on over lines of markup between its lines.
    while (next != markup_lines.end() && *next <= span.last_line()) ++next;
    append(span.first_line(), span.last_line(), span);
  }
  for (; next != markup_lines.end(); ++next) append(*next, *next, markup);
  document->mutable_spans()->Swap(&spans);
}

absl::string_view NameOf(absl::string_view code) {
  for (const Municipality& known : KnownMunicipalities()) {
    if (known.code == code) return known.name;
  }
  return {};
}

}  // namespace

absl::StatusOr<v1::ParsedDocument> Parse(const SourceText& source_text, const ParseOptions& options) {
  if (!options.municipality.empty() && !IsKnownMunicipality(options.municipality)) {
    return absl::InvalidArgumentError(kMunicipalityUnknown);
  }
  const ProfileSet& profiles = ProfileSet::Instance();
  const std::vector<Line> lines = SplitLines(source_text);
  if (lines.empty()) return absl::InvalidArgumentError(kDocumentEmpty);
  const Profile* profile = options.profile.empty() ? &profiles.Infer(lines) : profiles.Find(options.profile);
  if (profile == nullptr) return absl::InvalidArgumentError(kProfileUnknown);

  Blocks blocks = ReadBlocks(lines, *profile, profiles.common());
  pb::ParsedDocument& document = blocks.document;
  pb::SourceDocument* source = document.mutable_source();
  ReadPageFacts(lines, source);
  source->set_profile(profile->data().name());
  source->set_format(source_text.format);
  source->set_sha256(source_text.sha256);
  source->set_document_kind(KindOf(source->title(), *profile));
  source->set_municipality(options.municipality.empty() ? InferMunicipality(source_text.text) : options.municipality);
  for (int year : FiscalYears(blocks, source_text.text, *profile)) source->add_fiscal_years(year);
  if (source->title().empty()) source->set_title(options.file_name);
  Enrich(OrganisationFinder(source_text.text, NameOf(source->municipality())), &blocks);

  AddMarkupSpans(source_text.markup_lines, &document);

  if (source->municipality().empty()) {
    Diagnose(pb::SEVERITY_WARNING, "MUNICIPALITY_NOT_INFERRED",
             "De gemeente is niet uit de tekst af te leiden; geef de CBS-code op.", &document);
  }
  if (options.profile.empty() && profile == profiles.Find("generic")) {
    Diagnose(pb::SEVERITY_WARNING, "PROFILE_NOT_INFERRED",
             "Geen enkel profiel herkent de indeling van dit document; het algemene profiel is gebruikt.", &document);
  }
  return std::move(document);
}

}  // namespace regiokompas::intake
