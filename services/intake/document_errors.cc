#include "services/intake/document_errors.h"

#include "common/base/errors.h"
#include "services/intake/parser/parse.h"
#include "services/intake/reader/read_source.h"

namespace regiokompas::intake {
namespace {

using Code = absl::StatusCode;

constexpr errors::Kind kKinds[] = {
    {Code::kInvalidArgument, kDocumentEmpty, "The document is empty", "Het document is leeg"},
    {Code::kInvalidArgument, kDocumentTooLarge, "The document is larger than 16 MiB",
     "Het document is groter dan 16 MiB"},
    {Code::kInvalidArgument, kDocumentBinary, "The document is not text: only UTF-8 text can be read now",
     "Het document is geen tekst: nu kan alleen UTF-8-tekst worden gelezen"},
    {Code::kInvalidArgument, kDocumentNotUtf8, "The document is not UTF-8 text", "Het document is geen UTF-8-tekst"},
    {Code::kInvalidArgument, kProfileUnknown, "There is no profile of that name", "Er is geen profiel met die naam"},
    {Code::kInvalidArgument, kMunicipalityUnknown, "There is no municipality with that CBS code",
     "Er is geen gemeente met die CBS-code"},
};

}  // namespace

absl::Status DocumentError(const absl::Status& refused) {
  for (const errors::Kind& kind : kKinds) {
    if (refused.message() == kind.reason) return errors::Make(kind);
  }
  return refused;
}

}  // namespace regiokompas::intake
