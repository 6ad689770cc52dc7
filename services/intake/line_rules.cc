#include "services/intake/line_rules.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/names/resource_name.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {
namespace {

// What may hold lines.
struct Element {
  v1::SpanRole role;  // of the line where it starts
  catalogue::v1::Provenance* provenance;
};

// Walks through a document from top to bottom; lives for one call.
class LineWalk {
 public:
  explicit LineWalk(Plan& plan) {
    std::map<std::string, catalogue::v1::Contribution*> first;  // by the name of the activity
    for (catalogue::v1::Contribution& contribution : plan.contributions) {
      const std::string& name = contribution.name();
      first.try_emplace(name.substr(0, name.find("/contributions/")), &contribution);
    }
    for (auto& planned : plan.frameworks) {
      catalogue::v1::Framework& framework = planned.resource;
      // The first one is the document itself.
      Add(elements_.empty() ? v1::SPAN_ROLE_TITLE : v1::SPAN_ROLE_GOAL, framework.mutable_provenance());
    }
    for (catalogue::v1::Goal& goal : plan.goals) {
      AddTitled(v1::SPAN_ROLE_GOAL, goal, goal.provenance().first_line(), goal.mutable_provenance());
    }
    for (auto& planned : plan.activities) {
      catalogue::v1::Activity& activity = planned.resource;
      auto* provenance = activity.mutable_provenance();
      if (planned.outcome == Outcome::kMerge) {
        const auto found = first.find(activity.name());
        provenance = found == first.end() ? plan.frameworks.front().resource.mutable_provenance()
                                          : found->second->mutable_provenance();
      }
      AddTitled(v1::SPAN_ROLE_ACTIVITY, activity, activity.provenance().first_line(), provenance);
    }
    for (catalogue::v1::Section& section : plan.sections) {
      Add(v1::SPAN_ROLE_NARRATIVE, section.mutable_provenance());
      sections_[section.provenance().first_line()] = &elements_.back();
    }
    current_ = &elements_.front();
  }

  // The element of the next line.
  catalogue::v1::Provenance* Next(const Line& line, v1::SpanRole role) {
    if (Element* const element = Find(line, role); element != nullptr) current_ = element;
    return current_->provenance;
  }

 private:
  void Add(v1::SpanRole role, catalogue::v1::Provenance* provenance) {
    elements_.push_back({role, provenance});
    starts_[provenance->first_line()].push_back(&elements_.back());
  }

  // A goal or an activity may be printed more than once under its title, in an overview and in a block of its own.
  template <typename Resource>
  void AddTitled(v1::SpanRole role, const Resource& resource, int line, catalogue::v1::Provenance* provenance) {
    elements_.push_back({role, provenance});
    Element* const element = &elements_.back();
    starts_[line].push_back(element);
    titles_[{role, Normalized(resource.display_name())}][line] = element;
    if (!resource.code().empty()) {
      titles_[{role, Normalized(absl::StrCat(resource.code(), " ", resource.display_name()))}][line] = element;
    }
  }

  // The element that the line itself points at; null when it goes on with what was before it.
  Element* Find(const Line& line, v1::SpanRole role) const {
    if (const auto start = starts_.find(line.number); start != starts_.end()) {
      for (Element* const element : start->second) {
        if (element->role == role) return element;
      }
      return start->second.front();
    }
    if (role == v1::SPAN_ROLE_NARRATIVE) {
      const auto after = sections_.upper_bound(line.number);
      if (after == sections_.begin()) return nullptr;
      Element* const section = std::prev(after)->second;
      return line.number <= section->provenance->last_line() ? section : nullptr;
    }
    const auto titled = titles_.find({role, Normalized(line.text)});
    if (titled == titles_.end()) return nullptr;
    // Of several with one title, the last that was printed before.
    const auto after = titled->second.upper_bound(line.number);
    return after == titled->second.begin() ? after->second : std::prev(after)->second;
  }

  std::deque<Element> elements_;
  std::map<int, std::vector<Element*>> starts_;                                     // by first line
  std::map<int, Element*> sections_;                                                // by first line
  std::map<std::pair<v1::SpanRole, std::string>, std::map<int, Element*>> titles_;  // and by first line
  Element* current_;
};

// What one element holds at most: as many as the contract allows, and so few bytes that the element fits in a message.
constexpr int kMaxLines = 20'000;
constexpr size_t kMaxLineBytes = 1'048'576;
// After all sections that were read.
constexpr int kSpareOrdinal = 10'000;
constexpr char kSpareId[] = "rest-";
constexpr char kSpareTitle[] = "Overige regels";

// How many of the lines fit.
int Fitting(const catalogue::v1::Provenance& provenance) {
  size_t bytes = 0;
  for (int i = 0; i < provenance.lines_size(); ++i) {
    bytes += provenance.lines(i).text().size() + 1;
    // A line feed stands between two lines only.
    if (i == kMaxLines || bytes > kMaxLineBytes + 1) return i;
  }
  return provenance.lines_size();
}

// Takes the lines from the one at `from` on out of an element.
void MoveLines(int from, catalogue::v1::Provenance* holder, std::vector<catalogue::v1::SourceLine>& lines) {
  for (int i = from; i < holder->lines_size(); ++i) lines.push_back(std::move(*holder->mutable_lines(i)));
  holder->mutable_lines()->DeleteSubrange(from, holder->lines_size() - from);
}

// Calls `visit` with the name of each element of a plan that holds lines, what becomes of it where the plan says so,
// and its lines.
template <typename Visit>
void ForEachHolder(Plan& plan, Visit visit) {
  const auto planned = [&](auto& items) {
    for (auto& each : items) visit(each.resource.name(), each.outcome, each.resource.mutable_provenance());
  };
  const auto resources = [&](auto& items) {
    for (auto& each : items) visit(each.name(), std::nullopt, each.mutable_provenance());
  };
  planned(plan.frameworks);
  resources(plan.sections);
  resources(plan.goals);
  planned(plan.activities);
  resources(plan.contributions);
}

// Puts lines in sections of the framework of the document: first in those with the ids `spare`, then in new ones.
void FillSections(std::vector<catalogue::v1::SourceLine> lines, const std::set<std::string>& spare,
                  const KnownIds& sections, Plan& plan) {
  std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.number() < b.number(); });
  const catalogue::v1::Framework& framework = plan.frameworks.front().resource;
  auto reused = spare.begin();
  int number = 0;
  for (auto line = lines.begin(); line != lines.end();) {
    std::string id;
    if (reused != spare.end()) {
      id = *reused++;
    } else {
      do {
        id = absl::StrFormat("%s%04d", kSpareId, ++number);
      } while (sections.count(id) > 0 || spare.count(id) > 0);
    }
    catalogue::v1::Section section;
    section.set_name(absl::StrCat(framework.name(), "/sections/", id));
    section.set_display_name(kSpareTitle);
    int place = 0;
    static_cast<void>(absl::SimpleAtoi(absl::StripPrefix(id, kSpareId), &place));
    section.set_ordinal(kSpareOrdinal + place);
    catalogue::v1::Provenance& provenance = *section.mutable_provenance();
    provenance.set_document(framework.provenance().document());
    provenance.set_sha256(framework.provenance().sha256());
    provenance.set_element_id(id);
    provenance.set_first_line(line->number());
    size_t bytes = 0;
    for (; line != lines.end() && provenance.lines_size() < kMaxLines; ++line) {
      bytes += line->text().size() + 1;
      if (provenance.lines_size() > 0 && bytes > kMaxLineBytes) break;
      absl::StrAppend(section.mutable_text(), provenance.lines().empty() ? "" : "\n", line->text());
      provenance.set_last_line(line->number());
      *provenance.add_lines() = std::move(*line);
    }
    plan.sections.push_back(std::move(section));
  }
}

}  // namespace

void AssignLines(const v1::ParsedDocument& parsed, const SourceText& source, HeldLines held, Plan& plan) {
  LineWalk walk(plan);
  auto span = parsed.spans().begin();
  for (const Line& line : SplitLines(source)) {
    while (span != parsed.spans().end() && span->last_line() < line.number) ++span;
    const bool inside = span != parsed.spans().end() && span->first_line() <= line.number;
    catalogue::v1::Provenance* const provenance = walk.Next(line, inside ? span->role() : v1::SPAN_ROLE_UNCLASSIFIED);
    if (const auto found = held.find({line.number, std::string(line.raw)}); found != held.end()) {
      held.erase(found);
      continue;
    }
    catalogue::v1::SourceLine* const kept = provenance->add_lines();
    kept->set_number(line.number);
    kept->set_text(std::string(line.raw));
  }
}

void AddSpareSections(const std::set<std::string>& present, const KnownIds& sections, Plan& plan) {
  std::vector<catalogue::v1::SourceLine> lines;
  ForEachHolder(plan, [&](const std::string& name, std::optional<Outcome> outcome, catalogue::v1::Provenance* holder) {
    const bool stored = outcome ? *outcome != Outcome::kCreate : present.count(name) > 0;
    MoveLines(stored ? 0 : Fitting(*holder), holder, lines);
  });
  FillSections(std::move(lines), {}, sections, plan);
}

void AddOverflowSections(const std::set<std::string>& spare, const KnownIds& sections, Plan& plan) {
  std::vector<catalogue::v1::SourceLine> lines;
  ForEachHolder(plan, [&](const std::string&, std::optional<Outcome>, catalogue::v1::Provenance* holder) {
    MoveLines(Fitting(*holder), holder, lines);
  });
  FillSections(std::move(lines), spare, sections, plan);
}

bool IsSpareId(const std::string& id) { return absl::StartsWith(id, kSpareId); }

bool IsSpareSection(const catalogue::v1::Section& section) {
  if (!IsSpareId(names::LastId(section.name())) || section.display_name() != kSpareTitle) return false;
  std::vector<absl::string_view> lines;
  for (const catalogue::v1::SourceLine& line : section.provenance().lines()) lines.push_back(line.text());
  return section.text() == absl::StrJoin(lines, "\n");
}

}  // namespace regiokompas::intake
