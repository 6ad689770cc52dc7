#include "services/catalogue/finding_rules.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace regiokompas::catalogue {
namespace {

// Of titles and quotations, which may be whole paragraphs.
constexpr size_t kLongestQuote = 200;

std::string Shorten(absl::string_view text) {
  if (text.size() <= kLongestQuote) return std::string(text);
  size_t end = kLongestQuote;
  // Not within a character: its further bytes are 10xxxxxx.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return absl::StrCat(text.substr(0, end), "…");
}

bool HasText(const std::string& text) { return !absl::StripAsciiWhitespace(text).empty(); }

const char* NameOf(v1::AspectKind kind) {
  switch (kind) {
    case v1::ASPECT_KIND_EXPLANATION:
      return "toelichting";
    case v1::ASPECT_KIND_APPROACH:
      return "aanpak";
    case v1::ASPECT_KIND_RESULT:
      return "resultaat";
    case v1::ASPECT_KIND_TIMELINE:
      return "tijdpad";
    case v1::ASPECT_KIND_STAKEHOLDERS:
      return "betrokkenen";
    case v1::ASPECT_KIND_COMMUNICATION:
      return "communicatie";
    case v1::ASPECT_KIND_COSTS_AND_BENEFITS:
      return "kosten en baten";
    case v1::ASPECT_KIND_FUNDING:
      return "dekking";
    case v1::ASPECT_KIND_MONITORING:
      return "monitoring";
    case v1::ASPECT_KIND_INDICATOR:
      return "indicator";
    case v1::ASPECT_KIND_RISKS:
      return "risico's";
    case v1::ASPECT_KIND_STATE_OF_AFFAIRS:
      return "stand van zaken";
    default:
      return "overig";
  }
}

bool HasAspect(const v1::Activity& activity, std::initializer_list<v1::AspectKind> kinds) {
  return std::any_of(activity.aspects().begin(), activity.aspects().end(), [&](const v1::Aspect& aspect) {
    return std::count(kinds.begin(), kinds.end(), aspect.kind()) > 0 && HasText(aspect.plan());
  });
}

// First and last day, YYYY-MM-DD; an empty one is open.
struct Days {
  std::string first;
  std::string last;
};

Days DaysOfYear(int year) { return {absl::StrCat(year, "-01-01"), absl::StrCat(year, "-12-31")}; }

// The days that a moment such as 2022, 2022-Q3, 2022-08 or 2022-08-31 may mean. Months end on a 31st here: days are
// only compared.
Days DaysOfDue(const std::string& due) {
  const std::string year = due.substr(0, 4);
  if (due.size() == 4) return {year + "-01-01", year + "-12-31"};
  if (due.size() == 7 && due[5] == 'Q') {
    static constexpr const char* kQuarters[][2] = {
        {"-01-01", "-03-31"}, {"-04-01", "-06-31"}, {"-07-01", "-09-31"}, {"-10-01", "-12-31"}};
    const auto quarter = static_cast<size_t>(due[6] - '1') % 4;
    return {year + kQuarters[quarter][0], year + kQuarters[quarter][1]};
  }
  if (due.size() == 7) return {due + "-01", due + "-31"};
  return {due, due};
}

// What a framework is about: its years, or else the days on which it is valid.
class Period {
 public:
  explicit Period(const v1::Framework& framework) {
    const auto& years = framework.fiscal_years();
    if (!years.empty()) {
      const auto [first, last] = std::minmax_element(years.begin(), years.end());
      first_ = DaysOfYear(*first).first;
      end_ = DaysOfYear(*last + 1).first;
      words_ = *first == *last ? absl::StrCat(*first) : absl::StrCat(*first, " tot en met ", *last);
      return;
    }
    first_ = framework.valid_from_date();
    // One that works back is about the days before as well.
    if (!framework.effective_from_date().empty() && framework.effective_from_date() < first_) {
      first_ = framework.effective_from_date();
    }
    end_ = framework.valid_until_date();
    words_ = absl::StrCat(first_.empty() ? "" : absl::StrCat("vanaf ", first_),
                          first_.empty() || end_.empty() ? "" : " ", end_.empty() ? "" : absl::StrCat("tot ", end_));
  }

  bool Misses(const Days& days) const {
    return (!first_.empty() && days.last < first_) || (!end_.empty() && days.first >= end_);
  }
  // "2019 tot en met 2022"
  const std::string& words() const { return words_; }

 private:
  std::string first_;
  std::string end_;
  std::string words_;
};

// One look at one framework.
class Inspection {
 public:
  explicit Inspection(const FrameworkContent& content) : content_(content), period_(content.framework) {
    for (const v1::Contribution& contribution : content.contributions) {
      links_[contribution.name().substr(0, contribution.name().find("/contributions/"))].push_back(&contribution);
      served_.insert(contribution.goal());
    }
  }

  std::vector<v1::Finding> Run() {
    InspectGoals();
    std::map<std::string, const v1::Activity*> codes;
    for (const v1::Activity& activity : content_.activities) {
      InspectActivity(activity);
      InspectYears(activity);
      InspectCode(activity, "een andere activiteit", codes);
    }
    std::stable_sort(findings_.begin(), findings_.end(), [](const v1::Finding& a, const v1::Finding& b) {
      const auto key = [](const v1::Finding& finding) {
        return std::make_tuple(-static_cast<int>(finding.severity()), absl::string_view(finding.resource()),
                               absl::string_view(finding.field()));
      };
      return key(a) < key(b);
    });
    return std::move(findings_);
  }

 private:
  template <typename Resource>
  void Add(const char* reason, v1::FindingSeverity severity, const Resource& resource, const std::string& field,
           const std::string& text) {
    v1::Finding& finding = findings_.emplace_back();
    finding.set_reason(reason);
    finding.set_severity(severity);
    finding.set_resource(resource.name());
    finding.set_display_name(Shorten(resource.display_name()));
    finding.set_field(field);
    finding.set_text(text);
  }

  // `codes` holds who had each code before.
  template <typename Resource>
  void InspectCode(const Resource& resource, const char* other, std::map<std::string, const Resource*>& codes) {
    if (resource.code().empty()) return;
    const auto [first, added] = codes.emplace(resource.code(), &resource);
    if (added) return;
    Add("DUPLICATE_CODE", v1::FINDING_SEVERITY_WARNING, resource, "code",
        absl::StrCat("De code ", resource.code(), " staat ook bij ", other, ": “",
                     Shorten(first->second->display_name()), "”."));
  }

  void InspectGoals() {
    std::set<std::string> parents;
    for (const v1::Goal& goal : content_.goals) parents.insert(goal.parent_goal());
    std::map<std::string, std::map<std::string, const v1::Goal*>> codes;  // by parent
    for (const v1::Goal& goal : content_.goals) {
      if (parents.count(goal.name()) == 0 && served_.count(goal.name()) == 0) {
        Add("GOAL_WITHOUT_ACTIVITY", v1::FINDING_SEVERITY_WARNING, goal, "",
            "Aan dit doel draagt geen enkele activiteit bij.");
      }
      InspectCode(goal, "een ander doel op dezelfde plaats", codes[goal.parent_goal()]);
    }
  }

  void InspectActivity(const v1::Activity& activity) {
    for (const int kind : content_.framework.required_aspects()) {
      const auto required = static_cast<v1::AspectKind>(kind);
      if (HasAspect(activity, {required})) continue;
      Add("ASPECT_MISSING", v1::FINDING_SEVERITY_ERROR, activity, "aspects",
          absl::StrCat("Het verplichte aspect “", NameOf(required), "” ontbreekt of is leeg."));
    }
    InspectLinks(activity);
    if (!HasAspect(activity, {v1::ASPECT_KIND_INDICATOR, v1::ASPECT_KIND_MONITORING})) {
      Add("ACTIVITY_WITHOUT_INDICATOR", v1::FINDING_SEVERITY_WARNING, activity, "aspects",
          "Er staat niet bij waaraan het resultaat wordt gemeten: een indicator of monitoring ontbreekt.");
    }
    if (activity.budget_lines().empty() && !HasAspect(activity, {v1::ASPECT_KIND_COSTS_AND_BENEFITS})) {
      Add("ACTIVITY_WITHOUT_MONEY", v1::FINDING_SEVERITY_WARNING, activity, "budget_lines",
          "Er staat niet bij wat het kost: een bedrag of een tekst over kosten en baten ontbreekt.");
    }
  }

  void InspectLinks(const v1::Activity& activity) {
    std::vector<std::string> citations;
    for (const v1::Contribution* link : links_[activity.name()]) {
      if (!link->goal().empty()) return;
      if (!link->citation().empty()) citations.push_back(Shorten(link->citation()));
    }
    Add("ACTIVITY_WITHOUT_GOAL", v1::FINDING_SEVERITY_WARNING, activity, "",
        citations.empty() ? "De activiteit draagt bij aan het kader als geheel, maar aan geen enkel doel."
                          : absl::StrCat("De activiteit verwijst naar “", absl::StrJoin(citations, "”, “"),
                                         "”, maar dat is geen doel van dit kader."));
  }

  void InspectYears(const v1::Activity& activity) {
    const auto outside = [&](const Days& days, const std::string& field, const std::string& what) {
      if (!period_.Misses(days)) return;
      Add("YEAR_OUTSIDE_PERIOD", v1::FINDING_SEVERITY_ERROR, activity, field,
          absl::StrCat(what, " valt buiten de periode van het kader: ", period_.words(), "."));
    };
    for (int i = 0; i < activity.realisation_years_size(); ++i) {
      const int year = activity.realisation_years(i);
      outside(DaysOfYear(year), absl::StrCat("realisation_years[", i, "]"), absl::StrCat("Het uitvoeringsjaar ", year));
    }
    for (int i = 0; i < activity.milestones_size(); ++i) {
      const v1::Milestone& milestone = activity.milestones(i);
      if (milestone.due().empty()) continue;
      outside(DaysOfDue(milestone.due()), absl::StrCat("milestones[", i, "].due"),
              absl::StrCat("De mijlpaal “", Shorten(milestone.text()), "” (", milestone.due(), ")"));
    }
    for (int i = 0; i < activity.budget_lines_size(); ++i) {
      for (int j = 0; j < activity.budget_lines(i).fiscal_years_size(); ++j) {
        const int year = activity.budget_lines(i).fiscal_years(j);
        outside(DaysOfYear(year), absl::StrCat("budget_lines[", i, "].fiscal_years[", j, "]"),
                absl::StrCat("Het begrotingsjaar ", year));
      }
    }
  }

  const FrameworkContent& content_;
  const Period period_;
  std::map<std::string, std::vector<const v1::Contribution*>> links_;  // by activity
  std::set<std::string> served_;                                       // goals with a contribution
  std::vector<v1::Finding> findings_;
};

}  // namespace

std::vector<v1::Finding> FindingsOf(const FrameworkContent& content) { return Inspection(content).Run(); }

}  // namespace regiokompas::catalogue
