// Why a file of an office program is refused. Stable codes: the message of a status is one of these.
#pragma once

namespace regiokompas::intake {

// Known to be another kind of file than intake reads (an old binary format, a presentation, an image).
inline constexpr char kDocumentFormatUnknown[] = "DOCUMENT_FORMAT_UNKNOWN";
// Damaged, cut off, or not what its first bytes say.
inline constexpr char kDocumentBroken[] = "DOCUMENT_BROKEN";
// Needs a password.
inline constexpr char kDocumentEncrypted[] = "DOCUMENT_ENCRYPTED";
// Unpacks to more than a document of this size can reasonably hold.
inline constexpr char kDocumentTooLargeUnpacked[] = "DOCUMENT_TOO_LARGE_UNPACKED";
// Reading took more time or memory than one document may take.
inline constexpr char kDocumentTooComplex[] = "DOCUMENT_TOO_COMPLEX";
// Pages without a text layer, such as a scan.
inline constexpr char kDocumentWithoutText[] = "DOCUMENT_WITHOUT_TEXT";
// The program that reads office files is not installed or does not start (FAILED_PRECONDITION).
inline constexpr char kDocumentReaderMissing[] = "DOCUMENT_READER_MISSING";
// Too many office files are being read at the moment (UNAVAILABLE).
inline constexpr char kDocumentReaderBusy[] = "DOCUMENT_READER_BUSY";

}  // namespace regiokompas::intake
