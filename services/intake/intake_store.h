// What intake keeps, in the schema `intake` (migrations/): documents with their bytes and text, and drafts with their
// parse, what officers corrected in it, and what of it they accepted.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "common/api/page_tokens.h"
#include "common/db/database.h"
#include "common/resource/resource_store.h"
#include "regiokompas/intake/v1/intake_service.pb.h"
#include "services/intake/correction_rules.h"
#include "services/intake/intake_rules.h"
#include "services/intake/reader/source_text.h"

namespace regiokompas::intake {

// FAILED_PRECONDITION: the text in which a draft was read is not kept, and the source is to be read again.
absl::Status TextMissing(const std::string& document);

// Thread-safe. Pool and page tokens must outlive it.
class IntakeStore {
 public:
  IntakeStore(db::Pool& pool, const api::PageTokens& page_tokens);

  // Keeps a document with its content and text and a draft with its parse, unless they are there: then the kept ones
  // stay as they are. Only a draft of which nothing was accepted, and that was read in another text than is kept, gets
  // the new parse: the old one has the lines of that text. What officers said of it follows the elements, and what does
  // not is set aside with a diagnostic (carry_over_rules.h). `draft` becomes the kept draft, without its parse.
  absl::Status Keep(Call& call, const v1::ParseDocumentRequest& request, v1::Document document,
                    const SourceText& source, v1::Draft* draft) const;

  // Whether a part was accepted, or begun, of a draft that was read in a text of another format than `format`. The rest
  // of it can not be accepted any more. False when there is no such draft.
  absl::StatusOr<bool> IsLeftInPart(Call& call, const std::string& name, v1::DocumentFormat format) const;

  // True, with the answer in `response`, when this very call was answered before.
  absl::StatusOr<bool> FindAnswer(Call& call, const v1::AcceptDraftRequest& request,
                                  v1::AcceptDraftResponse* response) const {
    return resource::FindAnswer(call, pool_, request, response);
  }

  // A draft with its parse, the corrections set on that, the elements that were accepted and, as it stands now, those
  // that acceptances which are not finished may have written.
  absl::Status GetDraft(Call& call, const v1::GetDraftRequest& request, v1::Draft* draft) const;
  absl::Status ListDrafts(Call& call, const v1::ListDraftsRequest& request, v1::ListDraftsResponse* response) const;

  // The text of a document by its name, as it was first read; nothing when none is kept.
  absl::StatusOr<std::optional<SourceText>> FindText(Call& call, const std::string& document) const;

  // The same, from the bytes of the document when no text is kept. FAILED_PRECONDITION when it would be another text
  // than the one that was read: files with markup were read as plain text once.
  absl::StatusOr<SourceText> GetText(Call& call, const std::string& document) const;

  // Keeps what an officer says of elements of a draft. Which activity an element is may be said of the `unmatched` ones
  // also when acceptances of them have begun, as long as none of these may still be writing.
  absl::Status Correct(Call& call, const v1::CorrectDraftRequest& request, std::set<std::string> unmatched,
                       v1::Draft* draft) const;

  // Notes, before the first write elsewhere, that `acceptance`, a new id, has begun with `elements` of `draft` (with
  // its parse): from then on they are not corrected. ABORTED when the draft is not the version of `request` any more,
  // FAILED_PRECONDITION when CheckNoneBegun says so and nothing of this draft had begun.
  absl::Status Begin(Call& call, const v1::AcceptDraftRequest& request, const std::string& acceptance,
                     const v1::Draft& draft, const std::set<std::string>& elements) const;

  // Notes of an acceptance that broke off that it did not write these elements after all. Those that were `refused` are
  // open, too, when another acceptance had begun them that writes nothing any more.
  absl::Status Release(Call& call, const std::string& draft, const std::string& acceptance,
                       const std::set<std::string>& unwritten, const std::set<std::string>& refused) const;

  // Notes on a draft what its acceptance came to, of all its elements or of `selected` ones, what was made of which,
  // and the `previous_draft` that `response` has it compared with; with that it is finished, and so is what another
  // acceptance has begun of these elements. What others accepted or corrected meanwhile makes no difference: ABORTED
  // only when the draft is another version and `selected` were not all fixed since `acceptance` began.
  absl::Status MarkAccepted(Call& call, const v1::AcceptDraftRequest& request, const std::string& acceptance,
                            const std::set<std::string>& selected, const Places& places,
                            v1::AcceptDraftResponse* response) const;

  // The latest draft that was accepted of the source of `draft` (with its parse), with all that GetDraft fills; nothing
  // when its source was not accepted before.
  absl::StatusOr<std::optional<v1::Draft>> FindEarlier(Call& call, const v1::Draft& draft) const;

  // FAILED_PRECONDITION when an acceptance of another reading of the source of `draft` (with its parse) has begun and
  // is not finished: what that wrote would be made again. One whose text is gone never will be, and does not count.
  absl::Status CheckNoneBegun(Call& call, const v1::Draft& draft) const;

  // FAILED_PRECONDITION when a later reading of the source of a draft was accepted in its place.
  absl::Status CheckLatest(Call& call, const std::string& draft) const;

  // What was made of the elements of a draft by its name; empty when that is not kept.
  absl::StatusOr<Places> GetPlaces(Call& call, const std::string& draft) const;
  absl::Status KeepPlaces(Call& call, const std::string& draft, const Places& places) const;

  const resource::ResourceStore documents;
  const resource::ResourceStore drafts;

 private:
  // What belongs to one version of a draft.
  struct Reading {
    v1::ParsedDocument parsed;       // as it was read
    Corrections corrections;         // that count
    std::set<std::string> accepted;  // while not everything is
  };
  // Gives the version after `kept` another parse, without any corrections; those before keep what they had.
  static absl::Status Supersede(const Call& call, db::Transaction& transaction, const v1::Draft& kept,
                                const v1::ParsedDocument& parsed);

  // What becomes of a draft that is there when its document is read as `fresh` from a text of `format`.
  absl::Status KeepBeside(Call& call, db::Transaction& transaction, v1::Draft kept, const v1::Draft& fresh,
                          v1::DocumentFormat format, v1::Draft* draft) const;

  static absl::Status CheckStillFixed(const Call& call, db::Transaction& transaction, const std::string& draft,
                                      const std::string& acceptance, const std::set<std::string>& accepted,
                                      const std::set<std::string>& selected);

  static absl::StatusOr<Reading> Read(const Call& call, db::Transaction& transaction, const v1::Draft& draft);

  // Fills what GetDraft gives beside the draft itself.
  static absl::Status Fill(const Call& call, db::Transaction& transaction, v1::Draft& draft);

  // The first of the drafts that `list` gives which is another reading of the source of `draft`; of those for which
  // it gives the format of a text that is kept only what was read in that.
  absl::StatusOr<std::optional<v1::Draft>> FindSame(Call& call, db::Transaction& transaction, const db::Statement& list,
                                                    const v1::Draft& draft) const;
  absl::Status CheckNoneBegunIn(Call& call, db::Transaction& transaction, const v1::Draft& draft) const;

  db::Pool& pool_;
};

}  // namespace regiokompas::intake
