#include "services/catalogue/neighbour_store.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "common/resource/resource_store.h"
#include "services/catalogue/neighbour_rules.h"

namespace regiokompas::catalogue {
namespace {

constexpr int kMostNeighbours = 20;
constexpr int kDefaultMinScore = 30;
constexpr int kMaxItems = 2000;
// How many items are scored in full, by how many of the heaviest words they are picked, and from how many owners it is
// known how rare a word is. More of each finds hardly anything else, and takes longer.
constexpr int kCandidates = 200;
constexpr int kPickWords = 16;
constexpr int kSampleOwners = 8;

// Lists travel as text; these bytes stand in no text that people write.
constexpr char kElementEnd = '\x1E';
constexpr char kFieldEnd = '\x1F';

// What Items reads of the row `i` of search_items and of the resource itself, `h`. Names of persons are no subject.
constexpr char kItem[] =
    "i.resource, i.title, array_to_string(i.task_fields, ' '), "
    "(SELECT string_agg(coalesce(p->>'party', '') || chr(31) || coalesce(p->>'organisation', ''), chr(30) ORDER BY n) "
    "FROM jsonb_array_elements(h.body->'parties') WITH ORDINALITY AS p (p, n)), "
    "array_to_string(tsvector_to_array(ts_filter(w.words, '{a}')), ' '), "
    "array_to_string(tsvector_to_array(w.words), ' ')";
constexpr char kItemSources[] =
    "JOIN history h ON h.owner_id = i.owner_id AND h.kind = i.kind AND h.resource = i.resource AND h.version = "
    "i.version, "
    "LATERAL (SELECT ts_delete(i.words, tsvector_to_array(to_tsvector('pg_catalog.dutch', search_fold(concat_ws(' ', "
    "h.body->>'responsibleExecutive', h.body->>'policyOfficer'))))) AS words) w";

std::vector<NeighbourItem> Items(const db::Result& rows) {
  std::vector<NeighbourItem> items(rows.size());
  for (int row = 0; row < rows.size(); ++row) {
    NeighbourItem& item = items[row];
    item.resource = rows.Text(row, 0);
    item.display_name = rows.Text(row, 1);
    item.task_fields = absl::StrSplit(rows.Text(row, 2), ' ', absl::SkipEmpty());
    const std::string parties = rows.IsNull(row, 3) ? "" : rows.Text(row, 3);
    for (const absl::string_view party : absl::StrSplit(parties, kElementEnd, absl::SkipEmpty())) {
      const std::pair<std::string, std::string> fields = absl::StrSplit(party, absl::MaxSplits(kFieldEnd, 1));
      item.parties.push_back({fields.first, fields.second});
    }
    item.title_words = absl::StrSplit(rows.Text(row, 4), ' ', absl::SkipEmpty());
    item.text_words = absl::StrSplit(rows.Text(row, 5), ' ', absl::SkipEmpty());
  }
  return items;
}

// The same call as the one that receives what `owner` shares, or what anybody does when it is empty.
Call Receiving(const Call& call, const std::string& owner) {
  Call shared = call;
  shared.receivers = {call.owner};
  shared.owner = owner;
  return shared;
}

// Who has no item of its own to compare may not ask.
absl::Status RequireOwner(const Call& call) { return call.receivers.empty() ? absl::OkStatus() : Forbidden(call); }

absl::Status RequireKnownShares(db::Transaction& transaction) {
  static const auto* const kKnown =
      new db::Statement{"neighbour.shares_known", "SELECT coalesce(shares_known(), false)::int"};
  ASSIGN_OR_RETURN(const db::Result known, transaction.Query(*kKnown, {}));
  return known.Int(0, 0) == 1 ? absl::OkStatus() : errors::MakeRetryable(errors::kSharesBehind);
}

// In how many items of a few of the owners that share each word of `item` stands: what all of them together say would
// take too long, and says about the same.
absl::StatusOr<WordCounts> CountWords(db::Transaction& transaction, const std::string& kind,
                                      const NeighbourItem& item) {
  static const auto* const kCount = new db::Statement{
      "neighbour.count_words",
      "WITH sample AS MATERIALIZED (SELECT i.words FROM search_items i WHERE i.kind = $1 AND i.owner_id IN "
      "(SELECT owner_id FROM (SELECT DISTINCT owner_id FROM shares_in_force) o ORDER BY md5(owner_id) LIMIT $2)), "
      "words AS MATERIALIZED (SELECT word, quote_literal(word)::tsquery AS query FROM unnest(string_to_array($3, ' ')) "
      "AS w (word)) SELECT (SELECT count(*) FROM sample), w.word, count(*) FROM words w JOIN sample s "
      "ON s.words @@ w.query GROUP BY w.word"};
  ASSIGN_OR_RETURN(const db::Result rows,
                   transaction.Query(*kCount, {kind, int64_t{kSampleOwners}, absl::StrJoin(item.text_words, " ")}));
  std::map<std::string, int> counts;
  for (int row = 0; row < rows.size(); ++row) counts[rows.Text(row, 1)] = static_cast<int>(rows.Int(row, 2));
  return WordCounts(rows.size() == 0 ? 0 : static_cast<int>(rows.Int(0, 0)), std::move(counts));
}

// Picks the items that may score highest among those with any of the heaviest words, by an estimate that a statement
// can make for each: no index helps, because a policy comes before any condition on words.
db::Statement PickStatement() {
  std::vector<std::string> words;
  for (int i = 0; i < kPickWords; ++i) {
    words.push_back(
        absl::StrCat("CASE WHEN i.words @@ $", 6 + 2 * i, "::tsquery THEN $", 7 + 2 * i, "::float8 ELSE 0 END"));
  }
  return {"neighbour.pick",
          absl::StrCat(
              "WITH picked AS MATERIALIZED (SELECT i.owner_id, i.resource, i.version FROM search_items i "
              "WHERE i.owner_id IN (SELECT owner_id FROM shares_in_force) AND i.kind = $1 AND i.words @@ $5::tsquery "
              "ORDER BY ",
              absl::StrJoin(words, " + "),
              " + CASE WHEN i.task_fields && string_to_array($2, chr(31)) THEN 0.1 ELSE 0 END"
              " + CASE WHEN i.parties && string_to_array($3, chr(31)) THEN 0.07 ELSE 0 END DESC, i.resource, "
              "i.version DESC LIMIT $4) SELECT DISTINCT ON (i.resource) ",
              kItem,
              " FROM picked k JOIN search_items i ON i.owner_id = k.owner_id AND i.kind = $1 AND "
              "i.resource = k.resource AND i.version = k.version ",
              kItemSources, " ORDER BY i.resource, i.version DESC")};
}

// 'lexeme' as a tsquery.
std::string QueryFor(const std::string& word) {
  return absl::StrCat("'", absl::StrReplaceAll(word, {{"\\", "\\\\"}, {"'", "''"}}), "'");
}

absl::StatusOr<std::vector<NeighbourItem>> PickCandidates(db::Transaction& transaction, const std::string& kind,
                                                          const NeighbourItem& item, const WordCounts& counts) {
  static const auto* const kPick = new db::Statement(PickStatement());
  std::vector<std::string> organisations;
  for (const NeighbourParty& party : item.parties) organisations.push_back(party.organisation);
  const std::string separator(1, kFieldEnd);
  const auto heaviest = WeighedItem(item, counts).Heaviest(kPickWords);
  std::vector<std::string> queries;
  for (const auto& [word, weight] : heaviest) queries.push_back(QueryFor(word));
  if (queries.empty()) return std::vector<NeighbourItem>();
  std::vector<db::Param> params = {kind, absl::StrJoin(item.task_fields, separator),
                                   absl::StrJoin(organisations, separator), int64_t{kCandidates},
                                   absl::StrJoin(queries, "|")};
  for (size_t i = 0; i < kPickWords; ++i) {
    const bool some = i < heaviest.size();
    params.push_back(some ? db::Param(queries[i]) : db::Param(std::nullopt));
    // What the word adds when the other one is about as long.
    params.emplace_back(absl::StrCat(some ? heaviest[i].second * heaviest[i].second : 0));
  }
  ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(*kPick, params));
  return Items(rows);
}

}  // namespace

absl::Status NeighbourStore::Search(Call& call, const v1::SearchNeighboursRequest& request,
                                    v1::SearchNeighboursResponse* response) const {
  static const auto* const kOwn = new db::Statement{
      "neighbour.own", absl::StrCat("SELECT ", kItem, " FROM search_items i ", kItemSources,
                                    " WHERE i.owner_id = $1 AND i.kind = $2 AND i.resource = $3 AND i.live")};
  RETURN_IF_ERROR(RequireOwner(call));
  RETURN_IF_ERROR(CheckNeighbourRequest(request));
  const std::string kind = absl::StrContains(request.name(), "/goals/") ? "goal" : "activity";
  NeighbourItem item;
  RETURN_IF_ERROR(pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(*kOwn, {call.owner, kind, request.name()}));
    if (rows.size() == 0) return errors::Make(errors::kResourceNotFound, {{"name", request.name()}});
    item = Items(rows).front();
    return absl::OkStatus();
  }));

  Call shared = Receiving(call, "");
  absl::Status status = pool_.Run(shared, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(RequireKnownShares(transaction));
    ASSIGN_OR_RETURN(const WordCounts counts, CountWords(transaction, kind, item));
    ASSIGN_OR_RETURN(const std::vector<NeighbourItem> candidates, PickCandidates(transaction, kind, item, counts));
    const int most = request.max_results() == 0 ? kMostNeighbours : request.max_results();
    response->Clear();
    for (v1::Neighbour& neighbour : RankNeighbours(item, candidates, counts, most)) {
      *response->add_neighbours() = std::move(neighbour);
    }
    return absl::OkStatus();
  });
  call.database_time = shared.database_time;
  return status;
}

absl::Status NeighbourStore::Compare(Call& call, const v1::CompareOwnersRequest& request,
                                     v1::CompareOwnersResponse* response) const {
  // What others share are only rows that were adopted; of one resource the version that was written last.
  static const auto* const kAll = new db::Statement{
      "neighbour.all", absl::StrCat("SELECT DISTINCT ON (i.resource) ", kItem, " FROM search_items i ", kItemSources,
                                    " WHERE i.owner_id = $1 AND i.kind = $2 AND (i.live OR $3::boolean) "
                                    "ORDER BY i.resource, i.version DESC LIMIT $4")};
  RETURN_IF_ERROR(RequireOwner(call));
  RETURN_IF_ERROR(CheckCompareRequest(request));
  const std::string kind = request.kind() == v1::SEARCH_KIND_GOAL ? "goal" : "activity";
  const auto read = [&](Call& reader, std::vector<NeighbourItem>& items) {
    return pool_.Run(reader, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
      RETURN_IF_ERROR(resource::RequireShare(reader, transaction, "frameworks", absl::StrCat("owners/", reader.owner)));
      const bool received = !reader.receivers.empty();
      ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(*kAll, {reader.owner, kind, received ? "true" : "false",
                                                                        int64_t{kMaxItems + 1}}));
      if (rows.size() > kMaxItems) {
        return errors::Make(errors::kAnswerTooLarge, {{"limit", absl::StrCat(kMaxItems)}, {"field", "pairs"}});
      }
      items = Items(rows);
      return absl::OkStatus();
    });
  };
  std::vector<NeighbourItem> mine;
  std::vector<NeighbourItem> theirs;
  RETURN_IF_ERROR(read(call, mine));
  Call shared = Receiving(call, request.other_owner());
  const absl::Status status = read(shared, theirs);
  call.database_time = shared.database_time;
  RETURN_IF_ERROR(status);
  PairItems(mine, theirs, request.min_score() == 0 ? kDefaultMinScore : request.min_score(), response);
  return absl::OkStatus();
}

}  // namespace regiokompas::catalogue
