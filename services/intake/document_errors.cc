#include "services/intake/document_errors.h"

#include <string>

#include "absl/strings/cord.h"
#include "common/base/errors.h"
#include "services/intake/parser/parse.h"
#include "services/intake/reader/office_refusals.h"
#include "services/intake/reader/read_source.h"

namespace regiokompas::intake {
namespace {

using Code = absl::StatusCode;

constexpr errors::Kind kKinds[] = {
    {Code::kInvalidArgument, kDocumentEmpty, "The document is empty", "Het document is leeg"},
    {Code::kInvalidArgument, kDocumentTooLarge, "The document is larger than 16 MiB",
     "Het document is groter dan 16 MiB"},
    {Code::kInvalidArgument, kDocumentBinary, "The document is not text, nor a kind of file that is read",
     "Het document is geen tekst, en ook geen soort bestand die wordt gelezen"},
    {Code::kInvalidArgument, kDocumentNotUtf8, "The document is not UTF-8 text", "Het document is geen UTF-8-tekst"},
    {Code::kInvalidArgument, kDocumentTooDeep,
     "The markup of the document is nested too deeply or has too many attributes",
     "De opmaak van het document is te diep genest of heeft te veel attributen"},
    {Code::kInvalidArgument, kDocumentXmlInvalid, "The document is not well-formed XML, or declares entities",
     "Het document is geen correcte XML, of definieert eigen entiteiten"},
    {Code::kInvalidArgument, kDocumentXmlUnknown, "The document is XML, but not a regulation in CVDR",
     "Het document is XML, maar geen regeling in CVDR"},
    {Code::kInvalidArgument, kDocumentFormatUnknown,
     "This kind of file is not read: use text, HTML, CVDR XML, DOCX, ODT, XLSX or PDF",
     "Dit soort bestand wordt niet gelezen: gebruik tekst, HTML, CVDR-XML, DOCX, ODT, XLSX of PDF"},
    {Code::kInvalidArgument, kDocumentBroken, "The file is damaged or incomplete",
     "Het bestand is beschadigd of onvolledig"},
    {Code::kInvalidArgument, kDocumentEncrypted, "The file is protected by a password: save it without one",
     "Het bestand is beveiligd met een wachtwoord: sla het op zonder wachtwoord"},
    {Code::kInvalidArgument, kDocumentTooLargeUnpacked, "The file holds more than can be read once it is unpacked",
     "Het bestand is uitgepakt te groot om te lezen"},
    {Code::kInvalidArgument, kDocumentTooComplex, "Reading the file takes too much time or memory",
     "Het lezen van het bestand kost te veel tijd of geheugen"},
    {Code::kInvalidArgument, kDocumentWithoutText, "The file holds no text, for instance because it is a scan",
     "Het bestand bevat geen tekst, bijvoorbeeld omdat het een scan is"},
    {Code::kFailedPrecondition, kDocumentReaderMissing,
     "The program that reads office files, regiokompas-reader, is missing or can not run here",
     "Het programma dat kantoorbestanden leest, regiokompas-reader, ontbreekt of kan hier niet draaien"},
    {Code::kUnavailable, kDocumentReaderBusy, "Too many office files are being read now: try again in a moment",
     "Er worden nu te veel kantoorbestanden gelezen: probeer het zo dadelijk opnieuw"},
    {Code::kInvalidArgument, kProfileUnknown, "There is no profile of that name", "Er is geen profiel met die naam"},
    {Code::kInvalidArgument, kMunicipalityUnknown, "There is no municipality with that CBS code",
     "Er is geen gemeente met die CBS-code"},
};

constexpr errors::Kind kInvalid{Code::kInvalidArgument, kProfileInvalid, "The profile is not right: {why}",
                                "Het profiel klopt niet: {why}"};

}  // namespace

absl::Status DocumentError(const absl::Status& refused) {
  if (refused.message() == kProfileInvalid) {
    const auto why = refused.GetPayload(kProfileErrorPayload);
    return errors::Make(kInvalid, {{"why", why ? std::string(*why) : kProfileInvalid}});
  }
  for (const errors::Kind& kind : kKinds) {
    if (refused.message() == kind.reason) return errors::Make(kind);
  }
  return refused;
}

}  // namespace regiokompas::intake
