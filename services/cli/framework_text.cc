#include "services/cli/framework_text.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/cli/arguments.h"
#include "services/cli/table.h"

namespace regiokompas::cli {
namespace {

using catalogue::v1::Activity;
using catalogue::v1::Contribution;
using catalogue::v1::Framework;
using catalogue::v1::Goal;
using catalogue::v1::Section;
using progress::v1::AspectReport;
using progress::v1::StatusReport;

constexpr size_t kIndent = 2;
constexpr size_t kDeepest = 20;  // what stands deeper is not moved in any further

std::string KindText(catalogue::v1::FrameworkKind kind) {
  switch (kind) {
    case catalogue::v1::FRAMEWORK_KIND_PROGRESS_REPORT:
      return InLanguage("voortgangsrapportage", "progress report");
    case catalogue::v1::FRAMEWORK_KIND_PROGRAMME_BUDGET:
      return InLanguage("programmabegroting", "programme budget");
    case catalogue::v1::FRAMEWORK_KIND_IMPLEMENTATION_PROGRAMME:
      return InLanguage("uitvoeringsprogramma", "implementation programme");
    case catalogue::v1::FRAMEWORK_KIND_POLICY_FRAMEWORK:
      return InLanguage("beleidskader", "policy framework");
    case catalogue::v1::FRAMEWORK_KIND_ANNUAL_REPORT:
      return InLanguage("jaarverslag", "annual report");
    default:
      return InLanguage("kader", "framework");
  }
}

// What the owner calls the level, or what it is called everywhere.
std::string LevelText(const Goal& goal) {
  if (!goal.level_label().empty()) return goal.level_label();
  switch (goal.kind()) {
    case catalogue::v1::GOAL_KIND_THEME:
      return InLanguage("Thema", "Theme");
    case catalogue::v1::GOAL_KIND_MAIN_GOAL:
      return InLanguage("Hoofddoel", "Main goal");
    case catalogue::v1::GOAL_KIND_FOCUS:
      return InLanguage("Aandachtspunt", "Focus");
    case catalogue::v1::GOAL_KIND_INTENDED_RESULT:
      return InLanguage("Beoogd resultaat", "Intended result");
    case catalogue::v1::GOAL_KIND_OBJECTIVE:
      return InLanguage("Doelstelling", "Objective");
    default:
      return InLanguage("Doel", "Goal");
  }
}

std::string EndingText(const catalogue::v1::ActivityEnding& ending) {
  const bool realised = ending.kind() == catalogue::v1::ACTIVITY_ENDING_KIND_REALISED;
  return absl::StrCat(realised ? InLanguage("gerealiseerd", "realised") : InLanguage("gestopt", "stopped"),
                      ending.ending_date().empty() ? "" : absl::StrCat(" ", ending.ending_date()),
                      ending.reason().empty() ? "" : absl::StrCat(": ", ending.reason()));
}

std::string BudgetText(const catalogue::v1::BudgetLine& line) {
  std::string text = MoneyText(line.amount_cents());
  if (line.has_high_cents()) absl::StrAppend(&text, InLanguage(" tot ", " to "), MoneyText(line.high_cents()));
  if (line.frequency() == catalogue::v1::BUDGET_FREQUENCY_PER_YEAR) text += InLanguage(" per jaar", " a year");
  if (line.frequency() == catalogue::v1::BUDGET_FREQUENCY_ONCE) text += InLanguage(" eenmalig", " once");
  if (!line.per_unit().empty()) absl::StrAppend(&text, InLanguage(" per ", " per "), line.per_unit());
  if (!line.fiscal_years().empty()) absl::StrAppend(&text, ", ", absl::StrJoin(line.fiscal_years(), ", "));
  if (line.nature() == catalogue::v1::BUDGET_NATURE_STRUCTURAL) text += InLanguage(", structureel", ", structural");
  if (line.nature() == catalogue::v1::BUDGET_NATURE_INCIDENTAL) text += InLanguage(", incidenteel", ", incidental");
  if (!line.funding_source().empty()) absl::StrAppend(&text, InLanguage(", uit ", ", from "), line.funding_source());
  if (!line.text().empty()) absl::StrAppend(&text, " (", line.text(), ")");
  return text;
}

std::string SideText(catalogue::v1::BudgetSide side) {
  if (side == catalogue::v1::BUDGET_SIDE_COST) return InLanguage("Kosten", "Cost");
  if (side == catalogue::v1::BUDGET_SIDE_BENEFIT) return InLanguage("Opbrengst", "Benefit");
  return InLanguage("Bedrag", "Amount");
}

std::string Titled(const std::string& code, const std::string& title) {
  return code.empty() ? title : absl::StrCat(code, " ", title);
}

// Prints one framework; lives for one call.
class Printer {
 public:
  Printer(const FrameworkParts& parts, std::ostream& out) : parts_(parts), out_(out) {
    std::set<std::string> names;
    for (const Goal& goal : parts.goals) names.insert(goal.name());
    for (const Activity& activity : parts.activities) activities_[activity.name()] = &activity;
    for (const StatusReport& report : parts.reports) reports_[report.subject()] = &report;
    for (const Section& section : parts.sections) {
      Add("", {.line = LineOf(section.provenance()), .section = &section});
    }
    for (const Goal& goal : parts.goals) {
      Add(names.count(goal.parent_goal()) > 0 ? goal.parent_goal() : "",
          {.line = LineOf(goal.provenance()), .goal = &goal});
    }
    AddActivities(names);
    for (auto& [parent, items] : under_) {
      std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.line < b.line; });
    }
  }

  void Print() {
    PrintHead();
    PrintUnder("", 0);
  }

 private:
  // What stands under a goal, or, under the empty name, right under the framework.
  struct Item {
    int line;
    const Section* section = nullptr;
    const Goal* goal = nullptr;
    const Activity* activity = nullptr;
  };

  int LineOf(const catalogue::v1::Provenance& provenance) const {
    return provenance.document() == parts_.framework.provenance().document() ? provenance.first_line() : 0;
  }

  // What was not read from the document stands behind what comes before it in its own order.
  void Add(const std::string& parent, Item item) {
    std::vector<Item>& items = under_[parent];
    const auto same_sort = [&](const Item& other) {
      return (item.section != nullptr) == (other.section != nullptr) &&
             (item.goal != nullptr) == (other.goal != nullptr);
    };
    const auto before = std::find_if(items.rbegin(), items.rend(), same_sort);
    if (before != items.rend()) item.line = std::max(item.line, before->line);
    items.push_back(item);
  }

  // Activities have no order of their own: they stand in that of the document, then in that of their names.
  void AddActivities(const std::set<std::string>& goals) {
    std::vector<const Contribution*> contributions;
    std::set<std::string> with_goal;
    for (const Contribution& contribution : parts_.contributions) {
      contributions.push_back(&contribution);
      const std::string activity = contribution.name().substr(0, contribution.name().find("/contributions/"));
      if (goals.count(contribution.goal()) > 0) with_goal.insert(activity);
      if (!contribution.citation().empty()) citations_[activity].push_back(contribution.citation());
    }
    const auto line_of = [this](const Contribution* contribution) {
      const int line = LineOf(contribution->provenance());
      return line == 0 ? std::numeric_limits<int>::max() : line;
    };
    std::stable_sort(contributions.begin(), contributions.end(),
                     [&](const auto* a, const auto* b) { return line_of(a) < line_of(b); });
    std::set<std::pair<std::string, std::string>> placed;
    for (const Contribution* contribution : contributions) {
      const std::string name = contribution->name().substr(0, contribution->name().find("/contributions/"));
      const auto activity = activities_.find(name);
      if (activity == activities_.end()) continue;
      const bool has_goal = goals.count(contribution->goal()) > 0;
      // A mere citation says nothing about the place of an activity that has one.
      if (!has_goal && with_goal.count(name) > 0) continue;
      const std::string parent = has_goal ? contribution->goal() : "";
      if (!placed.emplace(parent, name).second) continue;
      Add(parent, {.line = LineOf(contribution->provenance()), .activity = activity->second});
    }
  }

  void Line(size_t depth, const std::string& text) {
    out_ << (text.empty() ? "" : std::string(kIndent * std::min(depth, kDeepest), ' ')) << text << "\n";
  }

  void Lines(size_t depth, const std::string& text) {
    if (text.empty()) return;
    for (const auto& line : absl::StrSplit(text, '\n')) Line(depth, std::string(line));
  }

  // "Label: a, b"; nothing when there is none.
  void Field(size_t depth, const std::string& label, const std::string& value) {
    if (!value.empty()) Line(depth, absl::StrCat(label, ": ", value));
  }

  void PrintHead() {
    const Framework& framework = parts_.framework;
    const std::string title = Titled(framework.code(), framework.display_name());
    Line(0, title);
    Line(0, std::string(Width(title), '='));
    Field(0, InLanguage("Naam", "Name"), framework.name());
    Field(0, InLanguage("Soort", "Kind"), KindText(framework.kind()));
    Field(0, InLanguage("Jaren", "Years"), absl::StrJoin(framework.fiscal_years(), ", "));
    Field(0, InLanguage("Stand", "State"), StateText(framework.state()));
    Field(0, InLanguage("Vastgesteld op", "Adopted on"), framework.adoption_date());
    Field(0, InLanguage("Geldig vanaf", "Valid from"), framework.valid_from_date());
    Field(0, InLanguage("Terugwerkend tot en met", "Retroactive from"), framework.effective_from_date());
    Field(0, InLanguage("Geldig tot", "Valid until"), framework.valid_until_date());
    Field(0, InLanguage("Vindplaats", "Published as"), framework.source_identifier());
    if (!framework.text().empty()) Line(0, "");
    Lines(0, framework.text());
  }

  void PrintUnder(const std::string& parent, size_t depth) {
    const auto items = under_.find(parent);
    // A goal that is its own ancestor is printed once.
    if (items == under_.end() || !entered_.insert(parent).second) return;
    for (const Item& item : items->second) {
      if (item.section != nullptr) PrintSection(*item.section);
      if (item.goal != nullptr) PrintGoal(*item.goal, depth);
      if (item.activity != nullptr) PrintActivity(*item.activity, depth);
    }
  }

  void PrintSection(const Section& section) {
    Line(0, "");
    if (!section.display_name().empty()) {
      Line(0, section.display_name());
      Line(0, std::string(Width(section.display_name()), '-'));
    }
    Lines(0, section.text());
  }

  void PrintGoal(const Goal& goal, size_t depth) {
    Line(depth, "");
    Line(depth, absl::StrCat(LevelText(goal), ": ", Titled(goal.code(), goal.display_name())));
    // Where no title was printed the text stands in for it.
    if (goal.text() != goal.display_name()) Lines(depth + 1, goal.text());
    if (const StatusReport* report = ReportOf(goal.name()); report != nullptr) PrintReported(depth + 1, *report);
    PrintUnder(goal.name(), depth + 1);
  }

  void PrintActivity(const Activity& activity, size_t depth) {
    const std::string title = Titled(activity.code(), activity.display_name());
    if (!printed_.insert(activity.name()).second) {
      Line(depth, absl::StrCat("* ", title, InLanguage(" (zie hierboven)", " (see above)")));
      return;
    }
    Line(depth, "");
    Line(depth, absl::StrCat("* ", title));
    const size_t inner = depth + 1;
    PrintAspects(activity, inner);
    Field(inner, InLanguage("Jaren", "Years"), absl::StrJoin(activity.realisation_years(), ", "));
    for (const catalogue::v1::Milestone& milestone : activity.milestones()) {
      Field(inner, InLanguage("Mijlpaal", "Milestone"), absl::StrCat(milestone.due(), "  ", milestone.text()));
      for (const catalogue::v1::MilestoneShift& shift : milestone.shifts()) {
        Line(inner + 1, absl::StrCat(shift.from_due(), " → ", shift.to_due(), ": ", shift.reason()));
      }
    }
    for (const catalogue::v1::BudgetLine& line : activity.budget_lines()) {
      Field(inner, SideText(line.side()), BudgetText(line));
    }
    Field(inner, InLanguage("Taakvelden", "Task fields"), absl::StrJoin(activity.task_fields(), ", "));
    const auto party = [](std::string* text, const catalogue::v1::ActivityParty& each) {
      absl::StrAppend(text, each.organisation(), each.role().empty() ? "" : absl::StrCat(" (", each.role(), ")"));
    };
    Field(inner, InLanguage("Partijen", "Parties"), absl::StrJoin(activity.parties(), ", ", party));
    Field(inner, InLanguage("Portefeuillehouder", "Responsible executive"), activity.responsible_executive());
    Field(inner, InLanguage("Beleidsmedewerker", "Policy officer"), activity.policy_officer());
    const auto cited = citations_.find(activity.name());
    if (cited != citations_.end()) {
      Field(inner, InLanguage("Verwijst naar", "Refers to"), absl::StrJoin(cited->second, ", "));
    }
    if (const StatusReport* report = ReportOf(activity.name()); report != nullptr) PrintReported(inner, *report);
    if (activity.has_ending()) Field(inner, InLanguage("Afloop", "Ending"), EndingText(activity.ending()));
  }

  const StatusReport* ReportOf(const std::string& subject) const {
    const auto report = reports_.find(subject);
    return report == reports_.end() ? nullptr : report->second;
  }

  // Each aspect with what was planned and what was reported about it; then what was only reported.
  void PrintAspects(const Activity& activity, size_t depth) {
    const StatusReport* const report = ReportOf(activity.name());
    std::vector<const AspectReport*> reported;
    if (report != nullptr) {
      for (const AspectReport& each : report->aspect_reports()) reported.push_back(&each);
    }
    for (const catalogue::v1::Aspect& aspect : activity.aspects()) {
      PrintAspect(depth, aspect.label(), aspect.plan());
      const auto same = std::find_if(reported.begin(), reported.end(), [&](const AspectReport* each) {
        return static_cast<int>(each->kind()) == static_cast<int>(aspect.kind()) && each->label() == aspect.label();
      });
      if (same == reported.end()) continue;
      PrintAspect(depth + 1, InLanguage("Voortgang", "Progress"), (*same)->text());
      reported.erase(same);
    }
    for (const AspectReport* each : reported) {
      PrintAspect(depth, each->label().empty() ? InLanguage("Voortgang", "Progress") : each->label(), each->text());
    }
  }

  void PrintAspect(size_t depth, const std::string& label, const std::string& text) {
    if (!label.empty()) Line(depth, label);
    Lines(label.empty() ? depth : depth + 1, text);
  }

  // What is reported about a goal or an activity as a whole.
  void PrintReported(size_t depth, const StatusReport& report) {
    const std::string status = progress::v1::Status_Name(report.status());
    if (report.status() != progress::v1::STATUS_NOT_PRINTED) {
      Field(depth, InLanguage("Status", "Status"), report.status_label().empty() ? status : report.status_label());
    }
    if (!report.explanation().empty()) PrintAspect(depth, InLanguage("Voortgang", "Progress"), report.explanation());
    if (!report.council_proposal().text().empty()) {
      PrintAspect(depth, InLanguage("Voorstel aan de raad", "Proposal to the council"),
                  report.council_proposal().text());
    }
  }

  const FrameworkParts& parts_;
  std::ostream& out_;
  std::map<std::string, const StatusReport*> reports_;         // by name of the subject
  std::map<std::string, const Activity*> activities_;          // by name
  std::map<std::string, std::vector<std::string>> citations_;  // by name of the activity
  std::map<std::string, std::vector<Item>> under_;             // by name of the goal
  std::set<std::string> entered_;                              // goals of which the items were printed
  std::set<std::string> printed_;                              // activities that were
};

}  // namespace

void PrintFramework(const FrameworkParts& parts, std::ostream& out) { Printer(parts, out).Print(); }

std::string StateText(catalogue::v1::FrameworkState state) {
  switch (state) {
    case catalogue::v1::FRAMEWORK_STATE_ADOPTED:
      return InLanguage("vastgesteld", "adopted");
    case catalogue::v1::FRAMEWORK_STATE_WITHDRAWN:
      return InLanguage("ingetrokken", "withdrawn");
    default:
      return InLanguage("concept", "draft");
  }
}

std::string MoneyText(int64_t cents) {
  const bool negative = cents < 0;
  // The lowest amount has no positive counterpart.
  const uint64_t size = negative ? ~static_cast<uint64_t>(cents) + 1 : static_cast<uint64_t>(cents);
  std::string whole = absl::StrCat(size / 100);
  for (size_t at = whole.size(); at > 3; at -= 3) whole.insert(at - 3, InLanguage(".", ","));
  const uint64_t rest = size % 100;
  return absl::StrCat("€ ", negative ? "-" : "", whole, InLanguage(",", "."), rest < 10 ? "0" : "", rest);
}

}  // namespace regiokompas::cli
