#include "services/intake/correction_rules.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/api/formats.h"
#include "common/base/clock.h"
#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "common/names/resource_name.h"
#include "regiokompas/catalogue/v1/activity.pb.h"
#include "services/intake/figure_rules.h"

namespace regiokompas::intake {
namespace {

using errors::Violations;
using google::protobuf::RepeatedPtrField;
using v1::Correction;

constexpr errors::Kind kElementAccepted{absl::StatusCode::kFailedPrecondition, "ELEMENT_ACCEPTED",
                                        "{element} was accepted already: change what was made of it instead",
                                        "{element} is al aanvaard: wijzig wat daarvan is gemaakt"};
constexpr errors::Kind kAcceptanceBegun{
    absl::StatusCode::kFailedPrecondition, "ACCEPTANCE_BEGUN",
    "Acceptance of {element} has begun and is not finished: accept the draft again first",
    "Het aanvaarden van {element} is begonnen en nog niet klaar: aanvaard het concept eerst opnieuw"};
constexpr errors::Rule kUnknownElement{"UNKNOWN_ELEMENT", "{field} is {id}: the draft has no such element",
                                       "{field} is {id}: zo'n onderdeel heeft het concept niet"};
constexpr errors::Rule kOtherKind{"OTHER_KIND", "{field} is of another kind than element {id}",
                                  "{field} is van een andere soort dan onderdeel {id}"};
constexpr errors::Rule kOtherId{"OTHER_ID", "{field} must be empty or the id of the corrected element",
                                "{field} moet leeg zijn of het kenmerk van het verbeterde onderdeel"};
constexpr errors::Rule kTwice{"TWICE", "{field} is there already", "{field} staat er al"};
constexpr errors::Rule kInUse{"IN_USE", "{field} cannot be taken back: {id} refers to it",
                              "{field} kan niet worden teruggenomen: {id} verwijst ernaar"};
constexpr errors::Rule kLoop{"LOOP", "{field} would make a goal stand under itself",
                             "{field} zou een doel onder zichzelf zetten"};
constexpr errors::Rule kTooDeep{"TOO_DEEP", "{field} would make the tree of goals deeper than {limit} levels",
                                "{field} zou de doelenboom dieper maken dan {limit} niveaus"};
constexpr errors::Rule kBadLine{"BAD_LINE", "{field} must be a line of the document, 1 to {limit}",
                                "{field} moet een regel van het document zijn, 1 tot en met {limit}"};
constexpr errors::Rule kNotAscending{"NOT_ASCENDING", "{field} must ascend", "{field} moet oplopen"};
constexpr errors::Rule kBadMoment{"BAD_MOMENT", "{field} must be a date, with or without a time after T",
                                  "{field} moet een datum zijn, met of zonder tijd na T"};
constexpr errors::Rule kBadDue{"BAD_DUE", "{field} must be like 2020, 2020-Q3, 2020-08 or 2020-08-31",
                               "{field} moet eruitzien als 2020, 2020-Q3, 2020-08 of 2020-08-31"};
constexpr errors::Rule kHighBelowLow{"HIGH_BELOW_LOW", "{field} must be 0 or more than the low end",
                                     "{field} moet 0 zijn of meer dan de ondergrens"};
constexpr errors::Rule kBadTaskField{"BAD_TASK_FIELD", "{field} must be a code like 6.72 or 6.71a",
                                     "{field} moet een code zijn zoals 6.72 of 6.71a"};
constexpr errors::Rule kNotOwner{"NOT_OWNER", "{field} must be empty or the code of the owner",
                                 "{field} moet leeg zijn of de code van de eigenaar"};

// What the services that take the elements allow.
constexpr size_t kMaxText = 65'536;
constexpr size_t kMaxSectionText = 1'048'576;
constexpr size_t kMaxLabel = 1'000;
constexpr size_t kMaxCode = 100;
constexpr size_t kMaxShort = 200;
constexpr int kMaxParts = 200;
constexpr int kMaxYears = 100;
constexpr int kMaxStatuses = 50;
constexpr int kMaxGoalLevels = 20;
constexpr size_t kMaxNewDigits = 6;

constexpr char kSource[] = "source";

bool IsDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
}

bool IsPrintedYear(absl::string_view text) {
  return text.size() == 4 && IsDigits(text) && IsYear(std::stoi(std::string(text)));
}

// "6.72", "6.71a"
bool IsTaskField(absl::string_view code) {
  const std::vector<absl::string_view> parts = absl::StrSplit(code, '.');
  if (parts.size() != 2 || !IsDigits(parts[0])) return false;
  absl::string_view rest = parts[1];
  if (!rest.empty() && absl::ascii_islower(static_cast<unsigned char>(rest.back()))) rest.remove_suffix(1);
  return IsDigits(rest);
}

// The number of `n12`, an element that the parser did not see; 0 for other ids.
int NewNumber(absl::string_view id) {
  if (id.size() < 2 || id[0] != 'n' || id[1] == '0' || id.size() > kMaxNewDigits + 1 || !IsDigits(id.substr(1))) {
    return 0;
  }
  return std::stoi(std::string(id.substr(1)));
}

int LineOf(const v1::ParsedSection& section) { return section.first_line(); }
template <typename Element>
int LineOf(const Element& element) {
  return element.line();
}

bool IsMatch(const Correction& correction) { return correction.has_same_as() || correction.has_not_known(); }

// Calls `visit` with each list of elements and with the kind of correction that holds one of them.
template <typename Parsed, typename Visit>
void ForEachList(Parsed& parsed, Visit visit) {
  const auto list = [&](auto& elements, Correction::ChangeCase kind) { visit(elements, kind); };
  if constexpr (std::is_const_v<Parsed>) {
    list(parsed.goals(), Correction::kGoal);
    list(parsed.activities(), Correction::kActivity);
    list(parsed.targets(), Correction::kTarget);
    list(parsed.indicators(), Correction::kIndicator);
    list(parsed.measurements(), Correction::kMeasurement);
    list(parsed.milestones(), Correction::kMilestone);
    list(parsed.sections(), Correction::kSection);
  } else {
    list(*parsed.mutable_goals(), Correction::kGoal);
    list(*parsed.mutable_activities(), Correction::kActivity);
    list(*parsed.mutable_targets(), Correction::kTarget);
    list(*parsed.mutable_indicators(), Correction::kIndicator);
    list(*parsed.mutable_measurements(), Correction::kMeasurement);
    list(*parsed.mutable_milestones(), Correction::kMilestone);
    list(*parsed.mutable_sections(), Correction::kSection);
  }
}

// The element that a correction holds, of the type of `like`.
template <typename Element>
const Element& ElementIn(const Correction& correction, const RepeatedPtrField<Element>& like) {
  const auto* field = Correction::descriptor()->FindFieldByNumber(static_cast<int>(correction.change_case()));
  static_cast<void>(like);
  return static_cast<const Element&>(correction.GetReflection()->GetMessage(correction, field));
}

// Element id -> what kind it is.
std::map<std::string, Correction::ChangeCase> KindsOf(const v1::ParsedDocument& parsed) {
  std::map<std::string, Correction::ChangeCase> kinds;
  ForEachList(parsed, [&](const auto& elements, Correction::ChangeCase kind) {
    for (const auto& element : elements) kinds.emplace(element.id(), kind);
  });
  return kinds;
}

void ReplaceSource(const v1::SourceDocument& said, v1::SourceDocument& source) {
  v1::SourceDocument replaced = said;
  replaced.set_sha256(source.sha256());
  replaced.set_format(source.format());
  replaced.set_profile(source.profile());
  source = std::move(replaced);
}

template <typename Element>
void ReplaceIn(const Corrections& corrections, Correction::ChangeCase kind, RepeatedPtrField<Element>& elements) {
  std::map<std::string, const Correction*> said;
  std::map<int, const Correction*> added;
  for (const Correction& correction : corrections) {
    if (correction.change_case() != kind) continue;
    const int number = NewNumber(correction.element_id());
    number > 0 ? added[number] = &correction : said[correction.element_id()] = &correction;
  }
  for (Element& element : elements) {
    const auto found = said.find(element.id());
    if (found == said.end()) continue;
    element = ElementIn(*found->second, elements);
    element.set_id(found->first);
  }
  for (const auto& [number, correction] : added) {
    Element* const element = elements.Add();
    *element = ElementIn(*correction, elements);
    element->set_id(correction->element_id());
    const auto after = std::find_if(elements.begin(), elements.end(),
                                    [&](const Element& other) { return LineOf(other) > LineOf(*element); });
    for (int at = elements.size() - 1; at > after - elements.begin(); --at) elements.SwapElements(at, at - 1);
  }
}

// What is dropped, and what goes with it.
class Removal {
 public:
  Removal(v1::ParsedDocument& parsed, const Corrections& corrections) : parsed_(parsed) {
    for (const Correction& correction : corrections) {
      if (correction.has_drop()) gone_.insert(correction.element_id());
    }
    for (const v1::ParsedGoal& goal : parsed_.goals()) parents_[goal.id()] = goal.parent_id();
  }

  void Run() {
    if (gone_.empty()) return;
    // Indicators first: they are subjects themselves.
    DropUnderSubjects(parsed_.indicators());
    DropUnderSubjects(parsed_.targets());
    DropUnderSubjects(parsed_.measurements());
    DropUnderSubjects(parsed_.milestones());
    for (v1::ParsedGoal& goal : *parsed_.mutable_goals()) goal.set_parent_id(Standing(goal.parent_id()));
    for (v1::ParsedActivity& activity : *parsed_.mutable_activities()) MoveUp(activity);
    ForEachList(parsed_, [this](auto& elements, Correction::ChangeCase) {
      elements.erase(std::remove_if(elements.begin(), elements.end(),
                                    [this](const auto& element) { return gone_.count(element.id()) > 0; }),
                     elements.end());
    });
    std::string before;
    for (v1::Span& span : *parsed_.mutable_spans()) {
      if (gone_.count(span.element_id()) > 0) span.set_element_id(before);
      before = span.element_id();
    }
  }

 private:
  template <typename Element>
  void DropUnderSubjects(const RepeatedPtrField<Element>& elements) {
    for (const Element& element : elements) {
      if (gone_.count(element.subject_id()) > 0) gone_.insert(element.id());
    }
  }

  // The goal itself or the nearest above it that stays; empty when none does.
  std::string Standing(std::string goal) const {
    for (size_t depth = 0; gone_.count(goal) > 0; ++depth) {
      const auto parent = parents_.find(goal);
      if (parent == parents_.end() || depth > parents_.size()) return "";
      goal = parent->second;
    }
    return goal;
  }

  void MoveUp(v1::ParsedActivity& activity) const {
    std::vector<std::string> goals;
    for (const std::string& goal : activity.goal_ids()) {
      std::string standing = Standing(goal);
      if (!standing.empty() && std::count(goals.begin(), goals.end(), standing) == 0) {
        goals.push_back(std::move(standing));
      }
    }
    activity.mutable_goal_ids()->Assign(goals.begin(), goals.end());
  }

  v1::ParsedDocument& parsed_;
  std::set<std::string> gone_;
  std::map<std::string, std::string> parents_;  // of goals
};

// Checks the content of one correction, as far as it can be judged by itself.
class FieldCheck {
 public:
  FieldCheck(std::string path, const std::string& owner, int last_line, Violations& violations)
      : path_(std::move(path)), owner_(owner), last_line_(last_line), violations_(violations) {}

  void Check(const v1::SourceDocument& source) {
    Need("title", source.title());
    if (source.document_kind() == v1::DOCUMENT_KIND_UNSPECIFIED) Add("document_kind", errors::kRequired);
    Years("fiscal_years", source.fiscal_years());
    Moment("built_at", source.built_at());
    Moment("exported_at", source.exported_at());
    Length("identifier", source.identifier(), kMaxShort);
    Date("valid_from", source.valid_from());
    Date("effective_from", source.effective_from());
    if (!source.municipality().empty() && source.municipality() != owner_) Add("municipality", kNotOwner);
  }

  void Check(const v1::ParsedGoal& goal) {
    if (goal.kind() == v1::GOAL_KIND_UNSPECIFIED) Add("kind", errors::kRequired);
    Need("title", goal.title());
    Length("code", goal.code(), kMaxCode);
    Length("text", goal.text(), kMaxText);
    Length("progress", goal.progress(), kMaxText);
    Line("line", goal.line());
  }

  void Check(const v1::ParsedActivity& activity) {
    Need("title", activity.title());
    Length("code", activity.code(), kMaxCode);
    Years("realisation_years", activity.realisation_years());
    Length("council_proposal", activity.council_proposal(), kMaxText);
    Line("line", activity.line());
    Count("aspects", activity.aspects_size(), kMaxParts);
    for (int i = 0; i < activity.aspects_size(); ++i) {
      const v1::ParsedAspect& aspect = activity.aspects(i);
      const std::string at = At("aspects", i);
      if (aspect.kind() == v1::ASPECT_KIND_UNSPECIFIED) Add(at + ".kind", errors::kRequired);
      Length(at + ".label", aspect.label(), kMaxLabel);
      Length(at + ".plan", aspect.plan(), kMaxText);
      Length(at + ".progress", aspect.progress(), kMaxText);
    }
    Count("statuses", activity.statuses_size(), kMaxStatuses);
    for (int i = 0; i < activity.statuses_size(); ++i) {
      Need(At("statuses", i) + ".label", activity.statuses(i).label());
      Length(At("statuses", i) + ".label", activity.statuses(i).label(), kMaxLabel);
      Length(At("statuses", i) + ".moment", activity.statuses(i).moment(), kMaxShort);
    }
    Count("task_fields", activity.task_fields_size(), kMaxYears);
    for (int i = 0; i < activity.task_fields_size(); ++i) {
      if (!IsTaskField(activity.task_fields(i))) Add(At("task_fields", i), kBadTaskField);
    }
    Texts("organisations", activity.organisations(), kMaxLabel);
    Texts("result_refs", activity.result_refs(), kMaxShort);
    Count("amounts", activity.amounts_size(), kMaxParts);
    for (int i = 0; i < activity.amounts_size(); ++i) {
      const v1::ParsedAmount& amount = activity.amounts(i);
      if (amount.cents() < 0) Add(At("amounts", i) + ".cents", errors::kNegative);
      if (amount.high_cents() != 0 && amount.high_cents() <= amount.cents()) {
        Add(At("amounts", i) + ".high_cents", kHighBelowLow);
      }
      Length(At("amounts", i) + ".text", amount.text(), kMaxText);
      if (amount.line() != 0) Line(At("amounts", i) + ".line", amount.line());
    }
  }

  void Check(const v1::ParsedTarget& target) {
    Need("text", target.text());
    Length("text", target.text(), kMaxText);
    Decimal("value", target.value());
    Decimal("baseline_value", target.baseline_value());
    // How much something changes has no sign: the comparator or the words say which way it goes.
    const bool change = target.comparator() == v1::COMPARATOR_INCREASE ||
                        target.comparator() == v1::COMPARATOR_DECREASE ||
                        target.basis() == v1::TARGET_BASIS_PREVIOUS_YEAR || target.basis() == v1::TARGET_BASIS_BASELINE;
    if (change && absl::StartsWith(target.value(), "-")) Add("value", errors::kNegative);
    if (target.baseline_year() != 0) Year("baseline_year", target.baseline_year());
    if (target.deadline_year() != 0) Year("deadline_year", target.deadline_year());
    Length("benchmark", target.benchmark(), kMaxLabel);
    Date("period_from", target.period_from());
    Date("period_to", target.period_to());
    if (!target.period_to().empty() && target.period_to() <= target.period_from()) {
      Add("period_to", errors::kEndsBeforeStart, {{"start", target.period_from()}});
    }
    Line("line", target.line());
  }

  void Check(const v1::ParsedIndicator& indicator) {
    Need("text", indicator.text());
    Length("text", indicator.text(), kMaxText);
    Line("line", indicator.line());
  }

  void Check(const v1::ParsedMeasurement& measurement) {
    Length("text", measurement.text(), kMaxText);
    Decimal("value", measurement.value());
    Decimal("numerator", measurement.numerator());
    Decimal("denominator", measurement.denominator());
    if (!measurement.period().empty() && !IsPrintedYear(measurement.period())) Add("period", errors::kBadYear);
    Line("line", measurement.line());
  }

  void Check(const v1::ParsedMilestone& milestone) {
    Need("text", milestone.text());
    Length("text", milestone.text(), kMaxText);
    if (!milestone.date().empty() && !api::IsDue(milestone.date())) Add("date", kBadDue);
    Line("line", milestone.line());
  }

  void Check(const v1::ParsedSection& section) {
    Length("text", section.text(), kMaxSectionText);
    Line("first_line", section.first_line());
    Line("last_line", section.last_line());
    if (section.last_line() < section.first_line()) {
      Add("last_line", errors::kEndsBeforeStart, {{"start", absl::StrCat(section.first_line())}});
    }
  }

 private:
  static std::string At(absl::string_view field, int index) { return absl::StrCat(field, "[", index, "]"); }

  void Add(absl::string_view field, const errors::Rule& rule, const errors::Metadata& metadata = {}) {
    violations_.Add(absl::StrCat(path_, ".", field), rule, metadata);
  }

  void Need(absl::string_view field, absl::string_view text) {
    if (absl::StripAsciiWhitespace(text).empty()) Add(field, errors::kRequired);
  }

  void Length(absl::string_view field, absl::string_view text, size_t limit) {
    if (text.size() > limit) Add(field, errors::kTooLong, {{"limit", absl::StrCat(limit)}});
  }

  void Count(absl::string_view field, int count, int limit) {
    if (count > limit) Add(field, errors::kTooMany, {{"limit", absl::StrCat(limit)}});
  }

  void Texts(absl::string_view field, const RepeatedPtrField<std::string>& texts, size_t limit) {
    Count(field, texts.size(), kMaxParts);
    for (int i = 0; i < texts.size(); ++i) {
      Need(At(field, i), texts[i]);
      Length(At(field, i), texts[i], limit);
    }
  }

  void Year(absl::string_view field, int year) {
    if (!IsYear(year)) Add(field, errors::kBadYear);
  }

  void Years(absl::string_view field, const google::protobuf::RepeatedField<int>& years) {
    Count(field, years.size(), kMaxYears);
    for (int i = 0; i < years.size(); ++i) {
      Year(At(field, i), years[i]);
      if (i > 0 && years[i] <= years[i - 1]) Add(At(field, i), kNotAscending);
    }
  }

  void Date(absl::string_view field, const std::string& date) {
    if (!date.empty() && !IsCivilDate(date)) Add(field, errors::kBadDate);
  }

  // 2023-07-28 or 2023-07-28T09:42:57
  void Moment(absl::string_view field, const std::string& moment) {
    const bool good = IsCivilDate(moment.substr(0, 10)) && (moment.size() == 10 || moment[10] == 'T');
    if (!moment.empty() && !good) Add(field, kBadMoment);
  }

  void Decimal(absl::string_view field, const std::string& decimal) {
    if (!decimal.empty() && !api::IsDecimal(decimal)) Add(field, errors::kBadDecimal);
  }

  void Line(absl::string_view field, int line) {
    if (line < 1 || line > last_line_) Add(field, kBadLine, {{"limit", absl::StrCat(last_line_)}});
  }

  const std::string path_;
  const std::string& owner_;
  const int last_line_;
  Violations& violations_;
};

// Calls `visit` with each element id that a correction names besides its own, where it stands, and which kinds may
// stand there.
template <typename Visit>
void ForEachReference(const Correction& correction, Visit visit) {
  using Kinds = std::set<Correction::ChangeCase>;
  static const Kinds kGoals = {Correction::kGoal};
  static const Kinds kSubjects = {Correction::kGoal, Correction::kActivity};
  static const Kinds kFigureSubjects = {Correction::kGoal, Correction::kActivity, Correction::kIndicator};
  const auto one = [&](const std::string& id, const std::string& field, const Kinds& kinds) {
    if (!id.empty()) visit(id, field, kinds);
  };
  switch (correction.change_case()) {
    case Correction::kGoal:
      return one(correction.goal().parent_id(), "goal.parent_id", kGoals);
    case Correction::kActivity:
      for (int i = 0; i < correction.activity().goal_ids_size(); ++i) {
        one(correction.activity().goal_ids(i), absl::StrCat("activity.goal_ids[", i, "]"), kGoals);
      }
      return;
    case Correction::kTarget:
      return one(correction.target().subject_id(), "target.subject_id", kFigureSubjects);
    case Correction::kIndicator:
      return one(correction.indicator().subject_id(), "indicator.subject_id", kSubjects);
    case Correction::kMeasurement:
      return one(correction.measurement().subject_id(), "measurement.subject_id", kFigureSubjects);
    case Correction::kMilestone:
      return one(correction.milestone().subject_id(), "milestone.subject_id", kSubjects);
    default:
      return;
  }
}

// One batch of corrections on one draft; lives for one call.
class BatchCheck {
 public:
  BatchCheck(const v1::ParsedDocument& parsed, const Corrections& standing, const RepeatedPtrField<Correction>& said,
             const std::string& owner)
      : kinds_(KindsOf(parsed)),
        last_line_(parsed.spans().empty() ? 0 : parsed.spans().rbegin()->last_line()),
        said_(said),
        owner_(owner),
        merged_(Merge(standing, said)),
        effective_(Apply(parsed, merged_)),
        effective_kinds_(KindsOf(effective_)) {
    for (const Correction& correction : standing) {
      if (NewNumber(correction.element_id()) > 0 && !IsMatch(correction)) {
        kinds_.emplace(correction.element_id(), correction.change_case());
      }
    }
  }

  absl::Status Run() {
    std::set<std::string> seen;
    for (int i = 0; i < said_.size(); ++i) {
      if (!seen.insert(said_[i].element_id()).second) violations_.Add(Field(i, "element_id"), kTwice);
      CheckElement(i);
      CheckContent(i);
    }
    if (violations_.empty()) {
      for (int i = 0; i < said_.size(); ++i) CheckReferences(i);
      CheckStandingReferences();
      CheckTree();
      CheckMilestones();
    }
    return violations_.ToStatus();
  }

 private:
  static std::string Field(int index, absl::string_view field) {
    return absl::StrCat("corrections[", index, "].", field);
  }

  static std::string ContentField(const Correction& correction) {
    const auto* field = Correction::descriptor()->FindFieldByNumber(static_cast<int>(correction.change_case()));
    return field == nullptr ? "change" : field->name();
  }

  // The element is there and of the kind that is said, or it is a new one.
  void CheckElement(int i) {
    const Correction& correction = said_[i];
    const std::string& id = correction.element_id();
    const std::string content = Field(i, ContentField(correction));
    const Correction::ChangeCase change = correction.change_case();
    if (change == Correction::CHANGE_NOT_SET) return violations_.Add(Field(i, "change"), errors::kRequired);
    if (id == kSource) {
      const bool fits = change == Correction::kSource || change == Correction::kRestore;
      if (!fits) violations_.Add(content, kOtherKind, {{"id", id}});
      return;
    }
    const auto known = kinds_.find(id);
    const bool is_content = change < Correction::kDrop;
    if (known == kinds_.end()) {
      if (!is_content || NewNumber(id) == 0) violations_.Add(Field(i, "element_id"), kUnknownElement, {{"id", id}});
      if (change == Correction::kSource) violations_.Add(content, kOtherKind, {{"id", id}});
      return;
    }
    // What was added is taken back, not dropped.
    const bool drops_added = change == Correction::kDrop && NewNumber(id) > 0;
    const bool fits = is_content            ? known->second == change
                      : IsMatch(correction) ? known->second == Correction::kActivity
                                            : !drops_added;
    if (!fits) violations_.Add(content, kOtherKind, {{"id", id}});
    if (fits && IsMatch(correction) && effective_kinds_.count(id) == 0) {
      violations_.Add(Field(i, "element_id"), kUnknownElement, {{"id", id}});
    }
  }

  void CheckContent(int i) {
    const Correction& correction = said_[i];
    FieldCheck check(Field(i, ContentField(correction)), owner_, last_line_, violations_);
    const auto element = [&](const auto& content) {
      if (!content.id().empty() && content.id() != correction.element_id()) {
        violations_.Add(Field(i, ContentField(correction) + ".id"), kOtherId);
      }
      check.Check(content);
    };
    switch (correction.change_case()) {
      case Correction::kSource:
        return check.Check(correction.source());
      case Correction::kGoal:
        return element(correction.goal());
      case Correction::kActivity:
        return element(correction.activity());
      case Correction::kTarget:
        RequireSubject(i, "target.subject_id", correction.target().subject_id());
        return element(correction.target());
      case Correction::kIndicator:
        return element(correction.indicator());
      case Correction::kMeasurement:
        RequireSubject(i, "measurement.subject_id", correction.measurement().subject_id());
        return element(correction.measurement());
      case Correction::kMilestone:
        RequireSubject(i, "milestone.subject_id", correction.milestone().subject_id());
        return element(correction.milestone());
      case Correction::kSection:
        return element(correction.section());
      case Correction::kSameAs: {
        static const auto* const kActivity =
            new names::Pattern(names::Pattern::Of(catalogue::v1::Activity::descriptor()));
        if (!kActivity->Parse(correction.same_as())) {
          violations_.Add(Field(i, "same_as"), errors::kBadName, {{"pattern", kActivity->text()}});
        } else if (names::OwnerOf(correction.same_as()) != owner_) {
          violations_.Add(Field(i, "same_as"), errors::kForeignOwner);
        }
        return;
      }
      default:
        return;
    }
  }

  void RequireSubject(int i, const char* field, const std::string& subject) {
    if (subject.empty()) violations_.Add(Field(i, field), errors::kRequired);
  }

  void CheckReferences(int i) {
    std::set<std::string> seen;
    ForEachReference(said_[i], [&](const std::string& id, const std::string& field, const auto& kinds) {
      const auto known = effective_kinds_.find(id);
      if (known == effective_kinds_.end()) {
        violations_.Add(Field(i, field), kUnknownElement, {{"id", id}});
      } else if (kinds.count(known->second) == 0) {
        violations_.Add(Field(i, field), kOtherKind, {{"id", id}});
      } else if (!seen.insert(id).second) {
        violations_.Add(Field(i, field), kTwice);
      }
    });
  }

  // An element that was added and is taken back may be what an earlier correction refers to.
  void CheckStandingReferences() {
    std::map<std::string, int> taken_back;
    for (int i = 0; i < said_.size(); ++i) {
      if (said_[i].has_restore() && NewNumber(said_[i].element_id()) > 0) taken_back[said_[i].element_id()] = i;
    }
    for (const Correction& correction : merged_) {
      ForEachReference(correction, [&](const std::string& id, const std::string&, const auto&) {
        const auto found = taken_back.find(id);
        if (found != taken_back.end()) {
          violations_.Add(Field(found->second, "restore"), kInUse, {{"id", correction.element_id()}});
        }
      });
    }
  }

  // Goals stand under other goals, and not too deep: checked for those that a correction moves.
  void CheckTree() {
    std::map<std::string, std::string> parents;
    for (const v1::ParsedGoal& goal : effective_.goals()) parents[goal.id()] = goal.parent_id();
    for (int i = 0; i < said_.size(); ++i) {
      const auto start = parents.find(said_[i].element_id());
      if (start == parents.end()) continue;
      int levels = 1;
      const std::string* above = &start->second;
      for (; !above->empty() && levels <= static_cast<int>(parents.size()); ++levels) above = &parents[*above];
      const std::string field = Field(i, said_[i].has_goal() ? "goal.parent_id" : ContentField(said_[i]));
      if (levels > static_cast<int>(parents.size())) {
        violations_.Add(field, kLoop);
      } else if (levels + Height(start->first, parents) > kMaxGoalLevels) {
        violations_.Add(field, kTooDeep, {{"limit", absl::StrCat(kMaxGoalLevels)}});
      }
    }
  }

  // Levels under a goal; no more are counted than are too many.
  static int Height(const std::string& goal, const std::map<std::string, std::string>& parents) {
    std::set<std::string> level = {goal};
    for (int height = 0; height <= kMaxGoalLevels; ++height) {
      std::set<std::string> next;
      for (const auto& [child, parent] : parents) {
        if (level.count(parent) > 0) next.insert(child);
      }
      if (next.empty()) return height;
      level = std::move(next);
    }
    return kMaxGoalLevels;
  }

  void CheckMilestones() {
    std::map<std::string, int> counts;
    for (const v1::ParsedMilestone& milestone : effective_.milestones()) ++counts[milestone.subject_id()];
    for (int i = 0; i < said_.size(); ++i) {
      if (said_[i].has_milestone() && counts[said_[i].milestone().subject_id()] > kMaxParts) {
        violations_.Add(Field(i, "milestone.subject_id"), errors::kTooMany, {{"limit", absl::StrCat(kMaxParts)}});
      }
    }
  }

  std::map<std::string, Correction::ChangeCase> kinds_;  // of what was read and what was added before
  const int last_line_;
  const RepeatedPtrField<Correction>& said_;
  const std::string& owner_;
  const Corrections merged_;
  const v1::ParsedDocument effective_;
  const std::map<std::string, Correction::ChangeCase> effective_kinds_;
  Violations violations_;
};

absl::Status CheckNotFixed(const std::string& element, const FixedElements& fixed) {
  const bool source = element == kSource;
  if (fixed.accepted.count(element) > 0 || (source && !fixed.accepted.empty())) {
    return errors::Make(kElementAccepted, {{"element", element}});
  }
  if (fixed.begun.count(element) > 0) return errors::Make(kAcceptanceBegun, {{"element", element}});
  return absl::OkStatus();
}

bool IsFixed(const std::string& element, const FixedElements& fixed) {
  return fixed.accepted.count(element) > 0 || fixed.begun.count(element) > 0;
}

// Each element that is not fixed and would be stored with one that is, in pairs: a milestone of its activity, a step of
// a target.
std::map<std::pair<std::string, std::string>, std::string> OpenParts(const v1::ParsedDocument& parsed,
                                                                     const FixedElements& fixed) {
  std::map<std::pair<std::string, std::string>, std::string> parts;
  std::set<std::string> activities;
  for (const v1::ParsedActivity& activity : parsed.activities()) activities.insert(activity.id());
  for (const v1::ParsedMilestone& milestone : parsed.milestones()) {
    const std::string& whole = milestone.subject_id();
    if (activities.count(whole) > 0 && IsFixed(whole, fixed) && !IsFixed(milestone.id(), fixed)) {
      parts[{whole, milestone.id()}] = whole;
    }
  }
  for (int i = 1; i < parsed.targets_size(); ++i) {
    const std::string& before = parsed.targets(i - 1).id();
    const std::string& next = parsed.targets(i).id();
    if (IsFixed(before, fixed) == IsFixed(next, fixed) || !IsStep(parsed.targets(i - 1), parsed.targets(i))) continue;
    parts[{before, next}] = IsFixed(before, fixed) ? before : next;
  }
  return parts;
}

// Refuses what adds a part to something that is fixed: nobody would write it any more.
absl::Status CheckNothingAdded(const v1::ParsedDocument& before, const v1::ParsedDocument& after,
                               const FixedElements& fixed) {
  const auto stood = OpenParts(before, fixed);
  for (const auto& [pair, whole] : OpenParts(after, fixed)) {
    if (stood.count(pair) == 0) return CheckNotFixed(whole, fixed);
  }
  return absl::OkStatus();
}

}  // namespace

void FillIds(v1::ParsedDocument& parsed) {
  const auto fill = [](auto& elements, const char* prefix) {
    for (int i = 0; i < elements.size(); ++i) {
      if (elements[i].id().empty()) elements[i].set_id(absl::StrCat(prefix, i + 1));
    }
  };
  fill(*parsed.mutable_sections(), "s");
  fill(*parsed.mutable_measurements(), "m");
  fill(*parsed.mutable_milestones(), "ms");
}

Corrections Merge(Corrections standing, const RepeatedPtrField<Correction>& said) {
  // What an element is and which activity it is stand beside each other; only a drop or a restore ends both.
  using Matter = std::pair<std::string, bool>;
  std::map<Matter, size_t> places;
  for (size_t i = 0; i < standing.size(); ++i) places[{standing[i].element_id(), IsMatch(standing[i])}] = i;
  std::vector<bool> ended(standing.size(), false);
  const auto end = [&](const std::string& element, bool match) {
    const auto found = places.find({element, match});
    if (found == places.end()) return;
    ended[found->second] = true;
    places.erase(found);
  };
  for (const Correction& correction : said) {
    const bool match = IsMatch(correction);
    end(correction.element_id(), match);
    if (correction.has_drop() || correction.has_restore()) end(correction.element_id(), !match);
    if (correction.has_restore()) continue;
    places[{correction.element_id(), match}] = standing.size();
    standing.push_back(correction);
    ended.push_back(false);
  }
  Corrections merged;
  for (size_t i = 0; i < standing.size(); ++i) {
    if (!ended[i]) merged.push_back(std::move(standing[i]));
  }
  return merged;
}

v1::ParsedDocument Apply(v1::ParsedDocument parsed, const Corrections& corrections) {
  for (const Correction& correction : corrections) {
    if (correction.has_source()) ReplaceSource(correction.source(), *parsed.mutable_source());
  }
  ForEachList(parsed, [&](auto& elements, Correction::ChangeCase kind) { ReplaceIn(corrections, kind, elements); });
  Removal(parsed, corrections).Run();
  return parsed;
}

void SortByElement(const v1::ParsedDocument& parsed, Corrections& corrections) {
  std::map<std::string, int> places = {{kSource, 0}};
  ForEachList(parsed, [&](const auto& elements, Correction::ChangeCase) {
    for (const auto& element : elements) places.emplace(element.id(), static_cast<int>(places.size()));
  });
  const auto place_of = [&](const Correction& correction) {
    const auto found = places.find(correction.element_id());
    const int place = found == places.end() ? static_cast<int>(places.size()) : found->second;
    return std::make_tuple(place, NewNumber(correction.element_id()), IsMatch(correction));
  };
  std::stable_sort(corrections.begin(), corrections.end(),
                   [&](const Correction& a, const Correction& b) { return place_of(a) < place_of(b); });
}

absl::Status CheckCorrections(const v1::ParsedDocument& parsed, const Corrections& standing,
                              const RepeatedPtrField<Correction>& said, const FixedElements& fixed,
                              const std::string& owner) {
  for (const Correction& correction : said) {
    const std::string& element = correction.element_id();
    const bool open = IsMatch(correction) && fixed.unmatched.count(element) > 0 && fixed.accepted.count(element) == 0;
    if (!open) RETURN_IF_ERROR(CheckNotFixed(element, fixed));
  }
  RETURN_IF_ERROR(BatchCheck(parsed, standing, said, owner).Run());
  if (fixed.accepted.empty() && fixed.begun.empty()) return absl::OkStatus();
  return CheckNothingAdded(Apply(parsed, standing), Apply(parsed, Merge(standing, said)), fixed);
}

}  // namespace regiokompas::intake
