// Every error that a caller can see: one constant per reason, with its code and its Dutch and English text.
//
// Texts may name metadata keys in braces: "{name}". Private causes (SQL, hosts, stack) never go in here: they are
// logged.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace regiokompas::errors {

// The ErrorInfo.domain of all errors of the suite.
inline constexpr char kDomain[] = "regiokompas";

struct Kind {
  absl::StatusCode code;
  const char* reason;  // UPPER_SNAKE, at most 63 characters, never changes once released
  const char* english;
  const char* dutch;
};

using Metadata = std::vector<std::pair<std::string, std::string>>;

// A status with google.rpc.ErrorInfo and LocalizedMessage (Dutch) as payloads; its message is the English text.
absl::Status Make(const Kind& kind, const Metadata& metadata = {});

// The same with RetryInfo: the caller may repeat the call after a moment.
absl::Status MakeRetryable(const Kind& kind, const Metadata& metadata = {});

// The reason in a status made by Make, or "" for others.
std::string ReasonOf(const absl::Status& status);

// The Dutch text of a status made by Make, or its message for others.
std::string DutchOf(const absl::Status& status);

// A rule that a field can break; texts may name {field} and the metadata given to Violations::Add.
struct Rule {
  const char* reason;
  const char* english;
  const char* dutch;
};

// Collects every broken rule of a request, so that the caller sees them all at once.
class Violations {
 public:
  void Add(absl::string_view field, const Rule& rule, const Metadata& metadata = {});
  bool empty() const { return items_.empty(); }
  // OK when empty, else INVALID_ARGUMENT with ErrorInfo and BadRequest (at most 20 violations on the wire).
  absl::Status ToStatus() const;

 private:
  struct Item {
    std::string field;
    const Rule* rule;
    Metadata metadata;
  };
  std::vector<Item> items_;
};

// -- Kinds
using Code = absl::StatusCode;

inline constexpr Kind kInvalidRequest{Code::kInvalidArgument, "INVALID_REQUEST",
                                      "The request breaks {count} rule(s): {first}",
                                      "De aanvraag voldoet niet aan {count} regel(s): {first}"};
inline constexpr Kind kRequestIdReused{Code::kInvalidArgument, "REQUEST_ID_REUSED",
                                       "request_id was used before for a request with other content",
                                       "Dit request_id is al gebruikt voor een aanvraag met een andere inhoud"};
inline constexpr Kind kTokenMissing{Code::kUnauthenticated, "TOKEN_MISSING", "No bearer token in the metadata",
                                    "Er is geen toegangstoken meegestuurd"};
inline constexpr Kind kTokenInvalid{Code::kUnauthenticated, "TOKEN_INVALID", "The token is not valid: {why}",
                                    "Het toegangstoken is niet geldig: {why}"};
inline constexpr Kind kTokenExpired{Code::kUnauthenticated, "TOKEN_EXPIRED", "The token expired at {expire_time}",
                                    "Het toegangstoken is verlopen op {expire_time}"};
inline constexpr Kind kOwnerForbidden{
    Code::kPermissionDenied, "OWNER_FORBIDDEN",
    "The caller may not {permission} for owner {owner}, or the resource does not exist",
    "U mag dit niet voor eigenaar {owner} ({permission}), of het bestaat niet"};
inline constexpr Kind kResourceNotFound{Code::kNotFound, "RESOURCE_NOT_FOUND", "{name} does not exist",
                                        "{name} bestaat niet"};
inline constexpr Kind kResourceExists{Code::kAlreadyExists, "RESOURCE_EXISTS", "{name} exists already",
                                      "{name} bestaat al"};
inline constexpr Kind kResourceDuplicate{Code::kAlreadyExists, "RESOURCE_DUPLICATE",
                                         "{name} would be the second for what only one may exist for",
                                         "{name} zou de tweede zijn voor iets waarvan er maar één mag bestaan"};
inline constexpr Kind kReferenceMissing{Code::kFailedPrecondition, "REFERENCE_MISSING",
                                        "{name} refers to a resource that does not exist",
                                        "{name} verwijst naar iets dat niet bestaat"};
inline constexpr Kind kResourceInUse{Code::kFailedPrecondition, "RESOURCE_IN_USE",
                                     "{name} cannot be dropped: something else refers to it",
                                     "{name} kan niet weg: iets anders verwijst ernaar"};
inline constexpr Kind kEtagMismatch{Code::kAborted, "ETAG_MISMATCH",
                                    "{name} was changed by somebody else: read it again",
                                    "{name} is intussen door iemand anders gewijzigd: lees het opnieuw"};
inline constexpr Kind kConflict{Code::kAborted, "CONFLICT", "Another change came in between: try again",
                                "Er kwam een andere wijziging tussendoor: probeer het opnieuw"};
inline constexpr Kind kUnavailable{Code::kUnavailable, "UNAVAILABLE", "The service cannot answer right now: try again",
                                   "De dienst kan nu niet antwoorden: probeer het zo opnieuw"};
inline constexpr Kind kOverloaded{Code::kUnavailable, "OVERLOADED", "Too many calls at once: try again",
                                  "Er zijn te veel aanvragen tegelijk: probeer het zo opnieuw"};
inline constexpr Kind kSharesBehind{Code::kUnavailable, "SHARES_BEHIND",
                                    "What others share is not known right now: try again",
                                    "Wat anderen delen is op dit moment niet bekend: probeer het zo opnieuw"};
inline constexpr Kind kDraining{Code::kUnavailable, "DRAINING", "The service is stopping: try again",
                                "De dienst wordt gestopt: probeer het zo opnieuw"};
inline constexpr Kind kDeadlineExceeded{Code::kDeadlineExceeded, "DEADLINE_EXCEEDED",
                                        "The deadline of the call has passed",
                                        "De tijd voor deze aanvraag is verstreken"};
inline constexpr Kind kCommitOutcomeUnknown{
    Code::kUnknown, "COMMIT_OUTCOME_UNKNOWN",
    "The connection broke while committing; repeat the call with the same request_id to learn the outcome",
    "De verbinding viel weg tijdens het opslaan; herhaal de aanvraag met hetzelfde request_id"};
inline constexpr Kind kAnswerTooLarge{Code::kResourceExhausted, "ANSWER_TOO_LARGE",
                                      "{field} of the answer would have more than {limit} elements",
                                      "{field} van het antwoord zou meer dan {limit} elementen hebben"};
inline constexpr Kind kFeedPositionExpired{
    Code::kOutOfRange, "FEED_POSITION_EXPIRED",
    "What changed since is not here any more, or never was: read everything anew and start from nothing",
    "Wat er sindsdien is gewijzigd, is hier niet meer of nooit geweest: lees alles opnieuw en begin vooraan"};
inline constexpr Kind kWatchTooSlow{Code::kResourceExhausted, "WATCH_TOO_SLOW",
                                    "The changes were not read for too long: go on from the last resume token",
                                    "De wijzigingen zijn te lang niet gelezen: ga verder vanaf het laatste token"};
inline constexpr Kind kPastNotShared{Code::kUnimplemented, "UNIMPLEMENTED",
                                     "read_time is not available yet for what others share",
                                     "read_time is nog niet beschikbaar voor wat anderen delen"};
inline constexpr Kind kUnimplemented{Code::kUnimplemented, "UNIMPLEMENTED", "{what} is not available yet",
                                     "{what} is nog niet beschikbaar"};
inline constexpr Kind kInternal{Code::kInternal, "INTERNAL", "An internal error occurred; report request {request_id}",
                                "Er is een interne fout opgetreden; meld aanvraag {request_id}"};

// -- Rules of fields
inline constexpr Rule kRequired{"REQUIRED", "{field} is required", "{field} is verplicht"};
inline constexpr Rule kBadName{"BAD_NAME", "{field} must be a name like {pattern}",
                               "{field} moet een naam zijn zoals {pattern}"};
inline constexpr Rule kBadId{
    "BAD_ID", "{field} must be lower-case letters, digits and hyphens, 2 to 63, starting with a letter",
    "{field} bestaat uit kleine letters, cijfers en streepjes, 2 tot 63 tekens, en begint met een letter"};
inline constexpr Rule kBadDate{"BAD_DATE", "{field} must be an existing date YYYY-MM-DD",
                               "{field} moet een bestaande datum zijn: JJJJ-MM-DD"};
inline constexpr Rule kBadYear{"BAD_YEAR", "{field} must be a year from 1900 to 2200",
                               "{field} moet een jaar zijn van 1900 tot 2200"};
inline constexpr Rule kBadTime{"BAD_TIME", "{field} must be a moment in the years 1 to 9999",
                               "{field} moet een moment zijn in de jaren 1 tot en met 9999"};
inline constexpr Rule kBadDecimal{"BAD_DECIMAL", "{field} must be a decimal such as 12.50",
                                  "{field} moet een decimaal getal zijn, zoals 12.50"};
inline constexpr Rule kBadUuid{"BAD_UUID", "{field} must be a UUID in lower case",
                               "{field} moet een UUID in kleine letters zijn"};
inline constexpr Rule kBadSha256{"BAD_SHA256", "{field} must be 64 lower-case hexadecimal digits",
                                 "{field} moet uit 64 hexadecimale cijfers bestaan"};
inline constexpr Rule kTooLong{"TOO_LONG", "{field} may hold at most {limit} bytes",
                               "{field} mag ten hoogste {limit} bytes zijn"};
inline constexpr Rule kTooMany{"TOO_MANY", "{field} may have at most {limit} elements",
                               "{field} mag ten hoogste {limit} elementen hebben"};
inline constexpr Rule kNulByte{"NUL_BYTE", "{field} holds a NUL byte", "{field} bevat een NUL-byte"};
inline constexpr Rule kUnknownValue{"UNKNOWN_VALUE", "{field} has a value that is not in the list",
                                    "{field} heeft een waarde die niet in de lijst staat"};
inline constexpr Rule kNegative{"NEGATIVE", "{field} may not be negative", "{field} mag niet negatief zijn"};
inline constexpr Rule kForeignOwner{"FOREIGN_OWNER", "{field} names another owner than the request",
                                    "{field} noemt een andere eigenaar dan de aanvraag"};
inline constexpr Rule kBadPageToken{"BAD_PAGE_TOKEN", "{field} is not a token of this list, or it is too old",
                                    "{field} hoort niet bij deze lijst of is te oud"};
inline constexpr Rule kBadResumeToken{"BAD_RESUME_TOKEN", "{field} is not a token of this watch",
                                      "{field} hoort niet bij deze wijzigingen"};
inline constexpr Rule kUnknownPath{"UNKNOWN_PATH", "{field} names {path}, which is unknown or cannot be changed",
                                   "{field} noemt {path}; dat bestaat niet of kan niet worden gewijzigd"};
inline constexpr Rule kWrongParent{"WRONG_PARENT", "{field} differs from the parent of the batch",
                                   "{field} is een andere dan die van de hele reeks"};
inline constexpr Rule kEndsBeforeStart{"ENDS_BEFORE_START", "{field} lies before {start}", "{field} ligt voor {start}"};

}  // namespace regiokompas::errors
