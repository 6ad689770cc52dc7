#pragma once

#include <cstddef>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "regiokompas/intake/v1/parsed_document.pb.h"
#include "services/intake/parser/document_builder.h"
#include "services/intake/parser/document_survey.h"
#include "services/intake/parser/line_context.h"
#include "services/intake/parser/line_roles.h"
#include "services/intake/parser/profile.h"
#include "services/intake/parser/table_heads.h"
#include "services/intake/parser/text_lines.h"
#include "services/intake/parser/text_slot.h"
#include "services/intake/parser/theme_headings.h"

namespace regiokompas::intake {

// Reads the lines of a document from top to bottom: what each of them is follows from what is open, from the lines
// around it and from what the survey learned of the whole document. Its parts have a file each: line_reader.cc which
// kind of line it is, line_reader_blocks.cc tables, labels and activities, line_reader_text.cc lists and text.
class LineReader {
 public:
  LineReader(const std::vector<Line>& lines, const Profile& profile, const Profile& common);

  // Reads all lines; once.
  Blocks Read();

 private:
  // The title of a document, or the line above a list of results, is at most this long, in bytes.
  static constexpr size_t kLongestTitle = 200;

  // One line.

  pb::ParsedDocument& doc() { return out_.document(); }
  const pb::ParsedDocument& doc() const { return out_.document(); }
  pb::ParsedActivity& activity() { return *doc().mutable_activities(activity_); }
  // The place of the label that was read last in the block of the open activity.
  double PlaceInBlock() const { return activity_ < 0 ? DocumentSurvey::kNoPlace : last_place_; }
  bool IsTitleOfActivity(size_t at) const { return context_.IsTitleOfActivity(at, PlaceInBlock()); }
  // Notes which rule took the line. The name is that of a rule or a literal, so it stays.
  pb::SpanRole Take(pb::SpanRole role, absl::string_view rule);
  // The same for a name that is made of a line.
  pb::SpanRole TakeAs(pb::SpanRole role, std::string rule);
  std::string ElementOf(pb::SpanRole role);
  // Every reader says whether the line was its, and if so what it is; the first one that takes it counts.
  pb::SpanRole ReadLine(const Line& line);
  // Bars of tables and text of the site.
  bool ReadFurniture(const Line& line, pb::SpanRole* role);
  bool ReadLegend(const Line& line, pb::SpanRole* role);
  // Items of lists, and what announces those of lettered results.
  bool ReadListed(const Line& line, pb::SpanRole* role);
  // Labels, titles above the label that opens a block, and years in a column.
  bool ReadBlock(const Line& line, pb::SpanRole* role);
  // The title below a label that announces one, and its status where that stands between the two.
  bool ReadAwaitedTitle(const Line& line, pb::SpanRole* role);
  // Lines that a rule of the profile takes, and headings of themes.
  bool ReadHeading(const Line& line, pb::SpanRole* role);
  // Above a title a colour is a status only where the label of the status stands above that.
  bool IsStatusAboveTitle(const Line& line) const;
  // Whether a label can mean something here; where it cannot, the line may be something else.
  bool HasPlace(const LabelRule& rule) const;
  // The first line that is not the site's is the title, unless it is too long or clearly something else.
  pb::SpanRole ReadTitle(const Line& line);

  // Tables.

  // Whether the document is of no family and no policy document either: then it has no goals or activities.
  bool IsNoPolicy() const { return survey_.IsOfOtherKind(); }
  // Opens the table with a cell on a line of which the head begins here.
  void OpenTable();
  bool ReadTable(const Line& line, pb::SpanRole* role);
  // A table whose rows are printed on one line each.
  bool ReadTableOfRows(const Line& line, pb::SpanRole* role);
  pb::SpanRole ReadRow(const Line& line, const std::vector<absl::string_view>& cells);
  void ReadCell(const Line& line, const LabelRule& rule, const std::string& label, absl::string_view text);

  // Lists of goals.

  // Items that are each followed by their progress, under no activity, are goals whatever stands above them.
  void StartUnnamedGoals();
  // In documents of aspects, the list under the first heading is that of the goals, unless it names the activities.
  bool OpensFirstList();
  pb::SpanRole ReadItem(const Line& line);
  // The line under a mark that stands alone.
  pb::SpanRole ReadItemText(const Line& line);
  // An item of a list of goals that has a letter or number for a mark.
  bool ReadMarkedItem(const Line& line, pb::SpanRole* role);
  // An item may print its title and behind it what the goal means.
  void AddListedGoal(const std::string& code, absl::string_view text, int line);

  // Labels.

  pb::SpanRole ReadLabel(const Line& line, const LabelMatch& label);
  pb::SpanRole ReadGoalsLabel(const Line& line, const LabelMatch& label);
  // The state of affairs may be told in a word.
  bool IsStatusHere(const LabelMatch& label) const;
  bool IsProgressOfAspect(const LabelRule& rule) const;
  pb::SpanRole ReadStatusLabel(const Line& line, const LabelMatch& label);
  pb::SpanRole ReadProgressLabel(const Line& line, const LabelMatch& label);
  pb::SpanRole ReadTitleLabel(const Line& line, const LabelMatch& label);

  // Activities.

  // Whether a row of a table with a cell on a line begins: a title with its years or status below it.
  bool IsRow(const Line& line) const;
  pb::SpanRole ReadActivityTitle(const Line& line, LineMatch title, absl::string_view rule);
  void TakeStatusOffTitle(std::string* title);
  void OpenAspect(pb::AspectKind kind, absl::string_view label);
  void AddYears(absl::string_view text) { out_.AddYears(activity_, text); }
  // Adds a status for the next of the open moments.
  void AddStatus(absl::string_view text);
  // Whether the line is the value of a status column: a known word, or a few words between columns and text.
  bool IsStatusValue(const Line& line) const;

  // Lines that a rule of the profile takes.

  bool ReadRule(const Line& line, const LineMatch& match, pb::SpanRole* role);
  // The title of the goal stands on the line, or on the next one.
  void OpenGoalByRule(const Line& line, const LineMatch& match);
  void OpenGoalList(const Line& line, pb::GoalKind kind);
  // The next line of text is the title of a goal.
  void AwaitGoal(pb::GoalKind kind, const std::string& code, int line);

  // Text and sections.

  // Blocks may be numbered, from 1 and without a gap; any other number above a title, and one that a new page stands
  // beside, is that of a page.
  pb::SpanRole ReadNumberAboveTitle(const Line& line);
  pb::SpanRole ReadText(const Line& line);
  // A status without a label in front of it: below that of its moment, or below the title.
  bool ReadStatusText(const Line& line, pb::SpanRole* role);
  // Text of the open goal, or of the list of goals that it stands in.
  bool ReadGoalText(const Line& line, pb::SpanRole* role);
  pb::SpanRole ReadActivityText(const Line& line);
  // Whether a line behind the last row of a table is not about that row: a heading, or what stands apart where the
  // rows, none of which has a text, do not.
  bool IsBelowTable(const Line& line) const;
  // Whether a paragraph below a label for several goals tells about them rather than being one.
  bool IsIntroduction(const Line& line) const;
  // A list of indicators need not be divided by framework; the title of one may also stand above its indicators.
  void OpenIndicators(const Line& line);
  pb::SpanRole ReadIndicator(const Line& line);
  bool NextIsItem() const { return at_ + 1 < lines_.size() && lines_[at_ + 1].is_item; }
  // Text of a section. A short line above prose is a heading; a short line above nothing is not recognised.
  pb::SpanRole Narrative(const Line& line, bool item);
  // Every theme may begin with the list of what is wanted, under the same words each time.
  bool OpensGoalsOfTheme() const { return at_ > 0 && themes_.Has(at_ - 1) && themes_.Repeats(lines_[at_]); }
  // In cells, results that activities cite by letter are listed under the framework that they belong to.
  bool OpensLetteredResults(const Line& line) const;
  // Text under a theme may set norms for it; what it says of the present does not.
  void AddThemePiece(const Line& line);
  void OpenSection(absl::string_view heading, int line);
  void CloseSection() { section_ = -1; }
  // Text goes to the open slot and is taken by what opened it.
  pb::SpanRole TakeForSlot();
  pb::SpanRole TakeStatus(absl::string_view text);
  void Append(const Line& line, absl::string_view text, bool item);
  // Text of a cell; the bar at its end closes the cell.
  void AppendCell(const Line& line, absl::string_view text);
  void CloseText() { text_.Close(activity_, goal_); }
  // Ends whatever is open, goals aside.
  void LeaveAll();

  // Goals.

  void OpenGoal(pb::GoalKind kind, const std::string& code, absl::string_view title, int line);
  void CiteGoals(pb::GoalKind kind, absl::string_view titles);

  // What is read, and what the whole of it tells.
  const std::vector<Line>& lines_;
  const Profile& profile_;
  const Profile& common_;
  DocumentSurvey survey_;
  const ThemeHeadings& themes_;  // of the survey
  LineContext context_;
  TableHeads tables_;

  // What has been read.
  std::vector<TakenLine> taken_;
  absl::string_view rule_;
  std::set<std::string> made_names_;  // of rules
  DocumentBuilder out_;
  TextSlot text_;

  // Where the reader is in the document.
  size_t at_ = 0;
  bool title_read_ = false;
  size_t title_at_ = 0;
  int section_ = -1;
  pb::AspectKind section_aspect_ = pb::ASPECT_KIND_UNSPECIFIED;

  // The open activity, and the table that it stands in.
  int activity_ = -1;
  double last_place_ = -1;
  std::vector<TableColumn> columns_;
  int rows_ = 0;  // of the table below its head, since the last one with a text of its own
  std::string table_code_;
  size_t head_end_ = 0;  // behind the last line of the head of a table
  bool expect_title_ = false;
  std::string early_status_;  // printed above or beside the title that it belongs to
  size_t title_line_ = 0;
  bool expect_years_ = false;
  bool in_table_ = false;
  std::deque<std::string> moments_;
  std::deque<std::string> table_moments_;
  bool last_was_status_label_ = false;

  // The goal that text goes to, those that are cited for the next activities, and the one whose title is awaited.
  int goal_ = -1;
  std::vector<int> cited_;
  pb::GoalKind pending_goal_ = pb::GOAL_KIND_UNSPECIFIED;
  std::string pending_goal_code_;
  int pending_goal_line_ = 0;

  // The open list of goals.
  bool first_list_seen_ = false;
  pb::GoalKind list_kind_ = pb::GOAL_KIND_UNSPECIFIED;
  bool list_continues_ = false;
  bool list_started_ = false;
  bool plural_goals_ = false;
  size_t goal_list_label_ = 0;
  pb::GoalKind theme_items_ = pb::GOAL_KIND_UNSPECIFIED;  // of the items under the themes below a label of goals
  bool pending_item_ = false;
  bool progress_in_item_ = false;  // whether the progress of a goal stands inside the item of a list that the goal is
  std::string pending_item_code_;
  const Line* item_line_ = nullptr;

  // The open list of indicators.
  bool indicators_seen_ = false;
  bool indicators_ = false;
  bool below_indicators_ = false;  // directly below the heading of a list of indicators
  int indicator_subject_ = -1;
};

}  // namespace regiokompas::intake
