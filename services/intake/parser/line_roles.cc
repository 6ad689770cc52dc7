#include "services/intake/parser/line_roles.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/intake/parser/structure.h"

namespace regiokompas::intake {
namespace {

// What a label is read as, in the words of the one who checks that.
absl::string_view DutchOf(const LabelRule& rule) {
  switch (rule.role) {
    case profile_pb::LABEL_ROLE_ACTIVITY_TITLE:
      return "titel van een activiteit";
    case profile_pb::LABEL_ROLE_STATUS:
      return "status";
    case profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS:
      return "stand van zaken";
    case profile_pb::LABEL_ROLE_GOAL_ITEMS:
      return "doelen";
    default:
      break;
  }
  switch (rule.aspect) {
    case pb::ASPECT_KIND_EXPLANATION:
      return "toelichting";
    case pb::ASPECT_KIND_APPROACH:
      return "aanpak";
    case pb::ASPECT_KIND_RESULT:
      return "resultaat";
    case pb::ASPECT_KIND_TIMELINE:
      return "planning";
    case pb::ASPECT_KIND_INDICATOR:
      return "indicator";
    case pb::ASPECT_KIND_STAKEHOLDERS:
      return "betrokkenen";
    case pb::ASPECT_KIND_COMMUNICATION:
      return "communicatie";
    case pb::ASPECT_KIND_COSTS_AND_BENEFITS:
      return "kosten en baten";
    case pb::ASPECT_KIND_MONITORING:
      return "monitoring";
    case pb::ASPECT_KIND_RISKS:
      return "risico's";
    default:
      return "overig";
  }
}

// A label that no list knows and that was given a meaning is for a reader to check.
void ReportPlaced(const Reading& reading, DocumentBuilder* out) {
  absl::flat_hash_set<int> reported;
  for (size_t i = 0; i < reading.lines.size(); ++i) {
    const LabelMatch& label = reading.survey.LabelAt(i, true);
    if (label.rule == nullptr || !reading.survey.IsPlaced(*label.rule) || reading.taken[i].rule != label.rule->name)
      continue;
    if (!reported.insert(label.rule->order).second) continue;
    out->Diagnose(
        pb::SEVERITY_WARNING, reading.lines[i].number, "LABEL_READ_BY_PLACE",
        absl::StrCat("Het label '", label.label, "' is niet bekend; naar zijn plaats en inhoud is het gelezen als ",
                     DutchOf(*label.rule), ". Controleer of dat klopt."));
  }
}

// A heading or label that no rule takes may hide a whole block, so a document with blocks says which ones it has.
void ReportUnread(const Reading& reading, DocumentBuilder* out) {
  constexpr int kMostReports = 20;
  if (reading.survey.themes().in_use() || reading.profile.data().signals().empty()) return;
  struct Unread {
    int count = 0;
    size_t first = 0;
    bool heads_list = false;
  };
  absl::flat_hash_map<std::string, Unread> unread;
  std::vector<std::string> order;
  for (size_t i = 0; i < reading.lines.size(); ++i) {
    const Line& line = reading.lines[i];
    const bool narrative =
        reading.taken[i].role == pb::SPAN_ROLE_NARRATIVE || reading.taken[i].role == pb::SPAN_ROLE_UNCLASSIFIED;
    if (!narrative || line.is_item || line.text.size() > kLongestNewLabel || i == reading.title_at ||
        CountCells(line) > 1)
      continue;
    if (absl::StartsWith(reading.taken[i].rule, "rule.") || absl::EndsWith(line.text, ".")) continue;
    std::string words = Normalized(line.text);
    Unread& each = unread[words];
    if (each.count++ == 0) {
      each.first = i;
      order.push_back(std::move(words));
    }
    const auto is_listed = [&](size_t at) {
      return at < reading.lines.size() && reading.lines[at].is_item &&
             reading.taken[at].role == pb::SPAN_ROLE_NARRATIVE;
    };
    each.heads_list |=
        reading.taken[i].rule == "section.heading" && is_listed(i + 1) && (is_listed(i + 2) || is_listed(i + 3));
  }
  int reports = 0;
  for (const std::string& words : order) {
    const Unread& each = unread[words];
    if ((each.count < 2 && !each.heads_list) || reports++ >= kMostReports) continue;
    out->Diagnose(pb::SEVERITY_WARNING, reading.lines[each.first].number, "LABEL_NOT_RECOGNISED",
                  absl::StrCat("'", reading.lines[each.first].text, "' (", each.count,
                               "x) is geen label of kop die dit profiel kent; wat eronder "
                               "staat, is als gewone tekst "
                               "gelezen. Controleer of er doelen of activiteiten in staan."));
  }
}

// Labels that elsewhere open the texts of an activity, several below each other under no activity: the title of the
// block may not have been seen.
void ReportBlocksInText(const Reading& reading, DocumentBuilder* out) {
  constexpr size_t kLeastLabels = 3;
  const auto label_at = [&reading](size_t at) {
    const LabelRule* const rule = reading.survey.LabelAt(at, false).rule;
    return rule != nullptr && DocumentSurvey::IsOfBlock(*rule) ? rule : nullptr;
  };
  absl::flat_hash_set<const LabelRule*> of_activities;
  for (size_t i = 0; i < reading.lines.size(); ++i) {
    if (label_at(i) != nullptr && reading.taken[i].role == pb::SPAN_ROLE_ASPECT) of_activities.insert(label_at(i));
  }
  absl::flat_hash_set<const LabelRule*> block;
  size_t first = 0;
  for (size_t i = 0; i < reading.lines.size(); ++i) {
    if (reading.taken[i].role == pb::SPAN_ROLE_ACTIVITY || reading.taken[i].role == pb::SPAN_ROLE_GOAL) block.clear();
    const LabelRule* const label = label_at(i);
    if (reading.taken[i].role != pb::SPAN_ROLE_NARRATIVE || !of_activities.contains(label)) continue;
    if (block.contains(label)) block.clear();
    if (block.empty()) first = i;
    block.insert(label);
    if (block.size() != kLeastLabels) continue;
    out->Diagnose(
        pb::SEVERITY_WARNING, reading.lines[first].number, "BLOCK_READ_AS_TEXT",
        "Hier staan labels van een activiteit onder elkaar, maar er is geen titel boven gevonden; het blok is als "
        "gewone tekst gelezen. Controleer of hier een activiteit ontbreekt.");
  }
}

}  // namespace

void ReportRoles(const Reading& reading, DocumentBuilder* out) {
  ReportPlaced(reading, out);
  ReportUnread(reading, out);
  ReportBlocksInText(reading, out);
}

void WriteSpans(const std::vector<Line>& lines, const std::vector<TakenLine>& taken, pb::ParsedDocument* document) {
  pb::Span* span = nullptr;
  for (size_t i = 0; i < lines.size(); ++i) {
    // Of several lines of text on one line of the file, the first tells what that line is.
    if (span != nullptr && span->last_line() == lines[i].number) continue;
    const TakenLine& line = taken[i];
    if (span == nullptr || span->role() != line.role || span->rule() != line.rule ||
        span->element_id() != line.element) {
      span = document->add_spans();
      span->set_first_line(lines[i].number);
      span->set_role(line.role);
      span->set_rule(std::string(line.rule));
      span->set_element_id(line.element);
    }
    span->set_last_line(lines[i].number);
  }
}

}  // namespace regiokompas::intake
