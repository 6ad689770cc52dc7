#include "services/catalogue/search_store.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/api/filter.h"
#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "common/resource/resource_store.h"
#include "services/catalogue/search_rules.h"

namespace regiokompas::catalogue {
namespace {

// Grants are about frameworks.
constexpr char kScope[] = "frameworks";
constexpr int kDefaultPageSize = 50;
// As in other lists: what one page may cost.
constexpr int kMaxPageSize = 200;
// What of a text is looked through for a snippet, in characters.
constexpr int kSnippetReach = 65'536;
// How many words that look like one are weighed.
constexpr int kCandidates = 200;
// How many rows are looked through for them.
constexpr int kVocabularyItems = 2000;

// A statement while it is composed. Whatever comes from a caller is bound, never written into the text.
class Composer {
 public:
  // The placeholder of a value.
  std::string Bind(db::Param value) {
    params_.push_back(std::move(value));
    return absl::StrCat("$", params_.size());
  }

  absl::StatusOr<db::Result> Run(db::Transaction& transaction, std::string name, std::string sql) const {
    return transaction.Query({.name = std::move(name), .sql = std::move(sql), .prepare = false}, params_);
  }

 private:
  std::vector<db::Param> params_;
};

// Whose rows are read, and as whom.
struct Reach {
  bool shared = false;  // by a share: what was adopted last; else what stands now
  std::string owner;    // empty for all who share
};

// A term with what it is compared with.
struct Condition {
  std::string word;  // as typed; of a phrase too
  Sought sought;
  bool negative = false;
  bool stop = false;  // too common a word to be in the index of words
};

struct Question {
  std::vector<Condition> conditions;
  api::Filter filter;
  v1::SearchKind kind = v1::SEARCH_KIND_UNSPECIFIED;
  std::optional<internal::v1::PageToken> position;
  int limit = 0;
};

const char* KindText(v1::SearchKind kind) {
  switch (kind) {
    case v1::SEARCH_KIND_GOAL:
      return "goal";
    case v1::SEARCH_KIND_ACTIVITY:
      return "activity";
    default:
      return "section";
  }
}

v1::SearchKind KindOf(absl::string_view text) {
  if (text == "goal") return v1::SEARCH_KIND_GOAL;
  return text == "activity" ? v1::SEARCH_KIND_ACTIVITY : v1::SEARCH_KIND_SECTION;
}

// -- SQL over a row i of search_items

// Which rows are read at all. By a share the policy says which; of a resource in several frameworks the newest counts.
std::string ReachSql(Composer& composer, const Reach& reach, v1::SearchKind kind) {
  const std::string owner = reach.owner.empty() ? "i.owner_id IN (SELECT s.owner_id FROM shares_in_force s)"
                                                : absl::StrCat("i.owner_id = ", composer.Bind(reach.owner));
  const std::string state =
      reach.shared ? "NOT EXISTS (SELECT FROM search_items n WHERE n.owner_id = i.owner_id AND n.kind = i.kind AND "
                     "n.resource = i.resource AND n.version > i.version)"
                   : "i.live";
  const std::string kinds = kind == v1::SEARCH_KIND_UNSPECIFIED ? "i.kind IN ('goal', 'activity', 'section')"
                                                                : absl::StrCat("i.kind = '", KindText(kind), "'");
  return absl::StrCat(owner, " AND ", kinds, " AND ", state);
}

// Ids of the frameworks that it belongs to, as far as they may be seen.
std::string FrameworksSql(const Reach& reach) {
  if (reach.shared) {
    // Of an activity, another framework may have adopted another version.
    return "ARRAY(SELECT DISTINCT f FROM search_items o, unnest(o.adopted_in) f WHERE o.owner_id = i.owner_id AND "
           "o.kind = i.kind AND o.resource = i.resource AND EXISTS (SELECT FROM shares_in_force s WHERE s.owner_id = "
           "i.owner_id AND s.scope_id IN ('frameworks/-', 'frameworks/' || f)) ORDER BY f)";
  }
  return "CASE i.kind WHEN 'activity' THEN ARRAY(SELECT DISTINCT c.framework_id FROM contributions c WHERE c.owner_id "
         "= i.owner_id AND c.activity_id = split_part(i.resource, '/', 4) ORDER BY 1) ELSE ARRAY[split_part("
         "i.resource, '/', 4)] END";
}

// Its years, or where it has none those of its frameworks.
std::string YearsSql(const Reach& reach) {
  return absl::StrCat(
      "SELECT unnest(i.years) UNION SELECT unnest(k.years) FROM search_items k WHERE i.years = '{}' AND k.owner_id = "
      "i.owner_id AND k.kind = 'framework' AND k.resource IN (SELECT 'owners/' || i.owner_id || '/frameworks/' || f "
      "FROM unnest(",
      FrameworksSql(reach), ") f) AND ", reach.shared ? "k.adopted_in <> '{}'" : "k.live");
}

std::string StateSql(const Reach& reach, const std::string& state) {
  const std::string mine = absl::StrCat("SELECT f FROM unnest(", FrameworksSql(reach), ") f");
  if (!reach.shared) {
    return absl::StrCat("EXISTS (SELECT FROM frameworks t WHERE t.owner_id = i.owner_id AND t.framework_id IN (", mine,
                        ") AND t.body->>'state' = 'FRAMEWORK_STATE_' || ", state, "::text)");
  }
  return absl::StrCat("EXISTS (SELECT FROM (", mine,
                      ") m WHERE (SELECT v.body->>'state' FROM versions v WHERE v.owner_id = i.owner_id AND "
                      "v.framework_id = m.f ORDER BY v.create_time DESC LIMIT 1) = 'VERSION_STATE_' || ",
                      state, "::text)");
}

const char* OperatorSql(api::FilterOperator comparison) {
  switch (comparison) {
    case api::FilterOperator::kLess:
      return "<";
    case api::FilterOperator::kLessOrEqual:
      return "<=";
    case api::FilterOperator::kGreater:
      return ">";
    case api::FilterOperator::kGreaterOrEqual:
      return ">=";
    default:
      return "=";
  }
}

std::string ComparisonSql(Composer& composer, const Reach& reach, const api::Filter& filter) {
  const std::string value = composer.Bind(filter.value);
  if (filter.field == "owner") return absl::StrCat("i.owner_id = ", value);
  if (filter.field == "ending") return absl::StrCat("i.ending = ", value);
  if (filter.field == "task_field") return absl::StrCat(value, " = ANY (i.task_fields)");
  if (filter.field == "state") return StateSql(reach, value);
  if (filter.field == "framework") {
    return absl::StrCat("EXISTS (SELECT FROM unnest(", FrameworksSql(reach), ") f WHERE ", value,
                        " IN (f, 'owners/' || i.owner_id || '/frameworks/' || f))");
  }
  if (filter.field == "year") {
    return absl::StrCat("EXISTS (SELECT FROM (", YearsSql(reach), ") y(year) WHERE y.year ",
                        OperatorSql(filter.comparison), " ", value, "::integer)");
  }
  const std::string part = absl::StrCat("search_fold(", value, "::text)");
  return absl::StrCat("EXISTS (SELECT FROM unnest(i.parties) p WHERE ",
                      filter.comparison == api::FilterOperator::kHas
                          ? absl::StrCat("strpos(search_fold(p), btrim(", part, ")) > 0")
                          : absl::StrCat("search_fold(p) = ", part),
                      ")");
}

// Of a field with several values: = is that one of them is the value, != that none is.
std::string FilterSql(Composer& composer, const Reach& reach, const api::Filter& filter) {
  std::vector<std::string> parts;
  for (const api::Filter& child : filter.children) parts.push_back(FilterSql(composer, reach, child));
  switch (filter.kind) {
    case api::Filter::Kind::kAll:
      return parts.empty() ? "true" : absl::StrCat("(", absl::StrJoin(parts, " AND "), ")");
    case api::Filter::Kind::kAny:
      return absl::StrCat("(", absl::StrJoin(parts, " OR "), ")");
    case api::Filter::Kind::kNot:
      return absl::StrCat("NOT (", parts.front(), ")");
    case api::Filter::Kind::kCompare:
      break;
  }
  const std::string comparison = ComparisonSql(composer, reach, filter);
  return filter.comparison == api::FilterOperator::kNotEqual ? absl::StrCat("NOT (", comparison, ")") : comparison;
}

// A tsquery for the forms of a word: whole stems, or also what begins with them. Folded words hold nothing that would
// have to be escaped.
std::string QueryText(const std::vector<Form>& forms, bool beginnings, bool title) {
  const auto print = [&](std::string* out, const Form& form) {
    const bool begins = beginnings && form.begins;
    absl::StrAppend(out, "'", form.text, "'", begins || title ? ":" : "", begins ? "*" : "", title ? "A" : "");
  };
  return absl::StrJoin(forms, " | ", print);
}

// SQL of a term, whose values are bound once.
struct TermSql {
  std::string holds;  // a condition
  std::string score;  // from 0 to 100; only when it was asked for, because a value that is bound must be used
  std::string query;  // a tsquery of a word, for its density; empty for a phrase
};

TermSql Compose(Composer& composer, const Condition& condition, bool scored) {
  const std::vector<Form>& forms = condition.sought.forms;
  static constexpr char kTitle[] = "split_part(i.folded, E'\\n', 1)";
  if (forms.empty() || condition.stop) {
    const std::string words = forms.empty() ? absl::StrJoin(condition.sought.phrase, " ") : forms.front().text;
    const std::string phrase = composer.Bind(absl::StrCat(" ", words, " "));
    return {absl::StrCat("strpos(i.folded, ", phrase, ") > 0"),
            absl::StrCat("CASE WHEN strpos(", kTitle, ", ", phrase, ") > 0 THEN 100 ELSE 50 END"), ""};
  }
  const auto bind = [&](bool beginnings, bool title) {
    return absl::StrCat(composer.Bind(QueryText(forms, beginnings, title)), "::tsquery");
  };
  const std::string begins = bind(true, false);
  std::vector<std::string> within;
  std::vector<std::string> title_within = {"false"};
  for (const Form& form : forms) {
    if (!form.within) continue;
    const std::string part = composer.Bind(form.text);
    within.push_back(absl::StrCat(" OR strpos(i.folded, ", part, ") > 0"));
    title_within.push_back(absl::StrCat("strpos(", kTitle, ", ", part, ") > 0"));
  }
  TermSql sql;
  sql.query = begins;
  sql.holds = absl::StrCat("(i.words @@ ", begins, absl::StrJoin(within, ""), ")");
  if (!scored) return sql;
  sql.score = absl::StrCat("CASE WHEN i.words @@ ", bind(false, true), " THEN 100 WHEN i.words @@ ", bind(true, true),
                           " THEN 80 WHEN ", absl::StrJoin(title_within, " OR "), " THEN 65 WHEN i.words @@ ",
                           bind(false, false), " THEN 40 WHEN i.words @@ ", begins, " THEN 30 ELSE 15 END");
  return sql;
}

// -- What is asked of the database

// The terms with their folded words and stems, as the database makes them. Words that are too common to be in the index
// count only when there is nothing else.
absl::StatusOr<std::vector<Condition>> Prepare(db::Transaction& transaction, const std::vector<QueryTerm>& terms) {
  std::vector<Condition> conditions;
  if (terms.empty()) return conditions;
  Composer composer;
  std::vector<std::string> rows;
  for (size_t i = 0; i < terms.size(); ++i) {
    rows.push_back(absl::StrCat("(", i, ", ", composer.Bind(terms[i].text), "::text)"));
  }
  ASSIGN_OR_RETURN(
      const db::Result folded,
      composer.Run(transaction, "search.words",
                   absl::StrCat("SELECT f.word, coalesce((ts_lexize('pg_catalog.dutch_stem', f.word))[1], '') FROM "
                                "(SELECT n, btrim(search_fold(typed)) FROM (VALUES ",
                                absl::StrJoin(rows, ", "), ") t(n, typed)) f(n, word) ORDER BY f.n")));
  bool any_word = false;
  for (size_t i = 0; i < terms.size(); ++i) {
    const std::string words = folded.Text(static_cast<int>(i), 0);
    const std::string stem = folded.Text(static_cast<int>(i), 1);
    if (words.empty()) continue;
    Condition condition{.word = terms[i].text, .sought = {}, .negative = terms[i].negative};
    if (terms[i].phrase || absl::StrContains(words, ' ')) {
      condition.sought.phrase = absl::StrSplit(words, ' ');
    } else {
      condition.stop = stem.empty();
      condition.sought.forms = condition.stop ? std::vector<Form>{{words}} : FormsOf(words, stem);
    }
    any_word |= !condition.stop && !condition.negative;
    conditions.push_back(std::move(condition));
  }
  if (any_word) {
    conditions.erase(
        std::remove_if(conditions.begin(), conditions.end(), [](const Condition& condition) { return condition.stop; }),
        conditions.end());
  }
  return conditions;
}

absl::Status Find(db::Transaction& transaction, const Question& question, const Reach& reach,
                  std::vector<v1::SearchHit>& hits) {
  Composer composer;
  std::string where = ReachSql(composer, reach, question.kind);
  std::vector<std::string> scores;
  std::vector<std::string> queries;
  std::vector<Sought> sought;
  for (const Condition& condition : question.conditions) {
    const TermSql sql = Compose(composer, condition, !condition.negative);
    absl::StrAppend(&where, " AND ", condition.negative ? "NOT " : "", "(", sql.holds, ")");
    if (condition.negative) continue;
    scores.push_back(sql.score);
    if (!sql.query.empty()) queries.push_back(sql.query);
    sought.push_back(condition.sought);
  }
  absl::StrAppend(&where, " AND ", FilterSql(composer, reach, question.filter));
  // Four fifths by where the words stand, the rest by how much of the text they are.
  std::string score = "0";
  if (!scores.empty()) {
    score = absl::StrCat("(", absl::StrJoin(scores, " + "), ") * 8000 / ", scores.size());
    if (!queries.empty()) {
      absl::StrAppend(&score, " + least(200000, ts_rank(i.words, ", absl::StrJoin(queries, " || "),
                      ", 1) * 200000)::integer");
    }
  }
  std::string after = "true";
  if (question.position) {
    const std::string last = composer.Bind(question.position->ordinal());
    after = absl::StrCat("(f.score < ", last, "::integer OR f.score = ", last, "::integer AND f.resource > ",
                         composer.Bind(question.position->ids(0)), "::text)");
  }
  const std::string limit = composer.Bind(int64_t{question.limit});
  ASSIGN_OR_RETURN(
      const db::Result rows,
      composer.Run(transaction, "search.find",
                   absl::StrCat("SELECT i.kind, i.resource, i.title, left(c.content, ", kSnippetReach, "), p.score, ",
                                "'owners/' || i.owner_id || '/frameworks/', array_to_string(", FrameworksSql(reach),
                                ", ',') FROM (SELECT f.* FROM (SELECT i.owner_id, i.kind, i.resource, i.version, ",
                                score, " AS score FROM search_items i WHERE ", where, ") f WHERE ", after,
                                " ORDER BY f.score DESC, f.resource LIMIT ", limit,
                                ") p JOIN search_items i USING (owner_id, kind, resource, version) JOIN history h "
                                "USING (owner_id, kind, resource, version), LATERAL search_content(h.kind, h.body) c "
                                "ORDER BY p.score DESC, p.resource")));
  for (int row = 0; row < rows.size(); ++row) {
    v1::SearchHit& hit = hits.emplace_back();
    hit.set_kind(KindOf(rows.Text(row, 0)));
    hit.set_resource(rows.Text(row, 1));
    hit.set_display_name(rows.Text(row, 2));
    hit.set_score(static_cast<int32_t>(rows.Int(row, 4)));
    for (const auto id : absl::StrSplit(rows.Text(row, 6), ',', absl::SkipEmpty())) {
      hit.add_frameworks(absl::StrCat(rows.Text(row, 5), id));
    }
    *hit.mutable_snippet() = CutSnippet(rows.Text(row, 2), rows.Text(row, 3), sought);
  }
  return absl::OkStatus();
}

// Adds which of the words of the question are found somewhere, by their place in it.
absl::Status FindWords(db::Transaction& transaction, const Question& question, const Reach& reach,
                       std::vector<bool>& found) {
  Composer composer;
  std::vector<std::string> columns;
  const std::string rows = ReachSql(composer, reach, v1::SEARCH_KIND_UNSPECIFIED);
  for (const Condition& condition : question.conditions) {
    columns.push_back(absl::StrCat("EXISTS (SELECT FROM search_items i WHERE ", rows, " AND ",
                                   Compose(composer, condition, false).holds, ")::integer"));
  }
  ASSIGN_OR_RETURN(const db::Result present, composer.Run(transaction, "search.words_found",
                                                          absl::StrCat("SELECT ", absl::StrJoin(columns, ", "))));
  found.resize(question.conditions.size());
  for (size_t i = 0; i < found.size(); ++i) {
    if (present.Int(0, static_cast<int>(i)) == 1) found[i] = true;
  }
  return absl::OkStatus();
}

// Other words for one that is found nowhere: the parts of a compound, or the word that it was probably meant to be.
// Empty when there are none.
absl::StatusOr<std::vector<std::string>> Instead(db::Transaction& transaction, const std::string& word,
                                                 const Reach& reach) {
  const auto words_of = [&](Composer& composer) {
    return absl::StrCat("SELECT w FROM (SELECT i.folded FROM search_items i WHERE ",
                        ReachSql(composer, reach, v1::SEARCH_KIND_UNSPECIFIED),
                        " ORDER BY i.owner_id, i.kind, i.resource LIMIT ", kVocabularyItems,
                        ") i, unnest(string_to_array(translate(i.folded, E'\\n', ' '), ' ')) w WHERE true");
  };
  const auto splits = SplitsOf(word);
  if (!splits.empty()) {
    Composer composer;
    const std::string words = words_of(composer);
    std::vector<std::string> parts;
    for (const auto& [head, tail] : splits) {
      parts.push_back(composer.Bind(head));
      parts.push_back(composer.Bind(tail));
    }
    ASSIGN_OR_RETURN(const db::Result rows,
                     composer.Run(transaction, "search.parts",
                                  absl::StrCat(words, " AND w IN (", absl::StrJoin(parts, ", "), ") GROUP BY w")));
    std::vector<std::string> present;
    for (int row = 0; row < rows.size(); ++row) present.push_back(rows.Text(row, 0));
    const auto is_present = [&](const std::string& part) {
      return std::find(present.begin(), present.end(), part) != present.end();
    };
    for (const auto& [head, tail] : splits) {
      if (is_present(head) && is_present(tail)) return std::vector<std::string>{head, tail};
    }
  }
  Composer composer;
  const std::string words = words_of(composer);
  const std::string asked = composer.Bind(word);
  ASSIGN_OR_RETURN(const db::Result rows,
                   composer.Run(transaction, "search.nearest",
                                absl::StrCat("SELECT w FROM (", words, " AND length(w) BETWEEN length(", asked,
                                             "::text) - 3 AND length(", asked,
                                             "::text) + 3) v(w) GROUP BY w ORDER BY similarity(w, ", asked,
                                             "::text) DESC, count(*) DESC, w LIMIT ", kCandidates)));
  std::vector<std::string> candidates;
  for (int row = 0; row < rows.size(); ++row) candidates.push_back(rows.Text(row, 0));
  const std::string nearest = NearestWord(word, candidates);
  return nearest.empty() ? std::vector<std::string>() : std::vector<std::string>{nearest};
}

// One search: as the owner or by a share in `call`, and with `others` also what is shared with that owner.
class Searcher {
 public:
  Searcher(db::Pool& pool, Call& call, const v1::SearchCatalogueRequest& request, Call* others)
      : pool_(pool), call_(call), request_(request), others_(others) {}

  absl::Status Run(Question& question, std::vector<v1::SearchHit>& hits, std::vector<std::string>& corrections) {
    std::vector<QueryTerm> terms = ParseQuery(request_.query());
    RETURN_IF_ERROR(Read(terms, question, hits));
    if (hits.empty()) {
      RETURN_IF_ERROR(Correct(question, terms, corrections));
      if (!corrections.empty()) RETURN_IF_ERROR(Read(terms, question, hits));
    }
    std::stable_sort(hits.begin(), hits.end(), [](const v1::SearchHit& a, const v1::SearchHit& b) {
      return a.score() != b.score() ? a.score() > b.score() : a.resource() < b.resource();
    });
    return absl::OkStatus();
  }

 private:
  Reach Own() const { return {.shared = !call_.receivers.empty(), .owner = call_.owner}; }

  // Runs `work` as the caller, and as a receiver of what others share.
  absl::Status Each(absl::FunctionRef<absl::Status(db::Transaction&, const Reach&)> work) {
    absl::Status own = pool_.Run(call_, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
      static const auto* const kHead = new db::Statement{
          "search.head", "SELECT coalesce((SELECT sequence FROM change_heads WHERE owner_id = $1), 0)"};
      RETURN_IF_ERROR(resource::RequireShare(call_, transaction, kScope, request_.parent()));
      ASSIGN_OR_RETURN(const db::Result head, transaction.Query(*kHead, {call_.owner}));
      call_.revision = head.Int(0, 0);
      return work(transaction, Own());
    });
    if (!own.ok() || others_ == nullptr) return own;
    return pool_.Run(*others_, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
      static const auto* const kKnown =
          new db::Statement{"search.shares_known", "SELECT coalesce(shares_known(), false)::integer"};
      ASSIGN_OR_RETURN(const db::Result known, transaction.Query(*kKnown, {}));
      if (known.Int(0, 0) == 0) return errors::MakeRetryable(errors::kSharesBehind);
      return work(transaction, {.shared = true, .owner = ""});
    });
  }

  absl::Status Read(const std::vector<QueryTerm>& terms, Question& question, std::vector<v1::SearchHit>& hits) {
    std::vector<v1::SearchHit> own;
    std::vector<v1::SearchHit> shared;
    const absl::Status read = Each([&](db::Transaction& transaction, const Reach& reach) -> absl::Status {
      std::vector<v1::SearchHit>& found = reach.owner.empty() ? shared : own;
      found.clear();
      ASSIGN_OR_RETURN(question.conditions, Prepare(transaction, terms));
      return Find(transaction, question, reach, found);
    });
    RETURN_IF_ERROR(read);
    hits = std::move(own);
    hits.insert(hits.end(), shared.begin(), shared.end());
    return absl::OkStatus();
  }

  // Replaces words that are found nowhere by words of the owner, or else of those who share, and tells so.
  absl::Status Correct(const Question& question, std::vector<QueryTerm>& terms, std::vector<std::string>& corrections) {
    if (question.conditions.empty()) return absl::OkStatus();
    std::vector<bool> found;
    RETURN_IF_ERROR(Each([&](db::Transaction& transaction, const Reach& reach) {
      return FindWords(transaction, question, reach, found);
    }));
    std::vector<std::vector<std::string>> instead(found.size());
    const absl::Status read = Each([&](db::Transaction& transaction, const Reach& reach) -> absl::Status {
      for (size_t i = 0; i < found.size(); ++i) {
        const Condition& condition = question.conditions[i];
        const bool word = !condition.negative && !condition.sought.forms.empty();
        if (found[i] || !word || !instead[i].empty()) continue;
        ASSIGN_OR_RETURN(instead[i], Instead(transaction, condition.sought.forms.front().text, reach));
      }
      return absl::OkStatus();
    });
    RETURN_IF_ERROR(read);
    for (size_t i = 0; i < found.size(); ++i) {
      if (instead[i].empty()) continue;
      const std::string& asked = question.conditions[i].word;
      corrections.push_back(absl::StrCat(asked, "=", absl::StrJoin(instead[i], " ")));
      const auto is_asked = [&](const QueryTerm& term) { return !term.negative && term.text == asked; };
      terms.erase(std::remove_if(terms.begin(), terms.end(), is_asked), terms.end());
      for (const std::string& word : instead[i]) terms.push_back({.text = word});
    }
    return absl::OkStatus();
  }

  db::Pool& pool_;
  Call& call_;
  const v1::SearchCatalogueRequest& request_;
  Call* const others_;  // null when only the owner is asked
};

}  // namespace

absl::Status SearchStore::Search(Call& call, const v1::SearchCatalogueRequest& request,
                                 v1::SearchCatalogueResponse* response) const {
  Question question;
  ASSIGN_OR_RETURN(question.filter, api::ParseFilter(request.filter(), SearchFields()));
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(question.position, page_tokens_.Read(request.page_token(), request));
  }
  const int asked = request.page_size() == 0 ? kDefaultPageSize : request.page_size();
  const int page_size = std::min(asked, kMaxPageSize);
  // One more than asked tells whether there is a next page.
  question.limit = page_size + 1;
  question.kind = request.kind();

  std::optional<Call> others;
  if (request.include_shared()) {
    if (!call.receivers.empty()) return Forbidden(call);
    others.emplace(call);
    others->owner.clear();
    others->receivers = {call.owner};
    others->database_time = absl::ZeroDuration();
  }
  response->Clear();
  std::vector<v1::SearchHit> hits;
  std::vector<std::string> corrections;
  RETURN_IF_ERROR(Searcher(pool_, call, request, others ? &*others : nullptr).Run(question, hits, corrections));
  if (others) call.database_time += others->database_time;
  response->mutable_corrections()->Assign(corrections.begin(), corrections.end());
  for (const v1::SearchHit& hit : hits) {
    if (response->hits_size() == page_size) {
      const v1::SearchHit& last = response->hits(page_size - 1);
      internal::v1::PageToken next;
      next.set_ordinal(last.score());
      next.add_ids(last.resource());
      response->set_next_page_token(page_tokens_.Make(next, request));
      break;
    }
    *response->add_hits() = hit;
  }
  return absl::OkStatus();
}

}  // namespace regiokompas::catalogue
