#include "services/intake/reader/office_file.h"

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "common/base/status_macros.h"
#include "services/intake/reader/archive_reader.h"
#include "services/intake/reader/office_docx.h"
#include "services/intake/reader/office_odt.h"
#include "services/intake/reader/office_pdf.h"
#include "services/intake/reader/office_refusals.h"
#include "services/intake/reader/office_text.h"
#include "services/intake/reader/office_xlsx.h"
#include "services/intake/reader/office_xml.h"

namespace regiokompas::intake {
namespace {

absl::StatusOr<OfficeText> Written(const char* format, const OfficeBlocks& blocks) {
  OfficeText result{.format = format};
  if (!WriteOfficeText(blocks, &result.text)) return absl::InvalidArgumentError(kDocumentTooLargeUnpacked);
  if (result.text.empty()) return absl::InvalidArgumentError(kDocumentWithoutText);
  return result;
}

absl::StatusOr<OfficeText> ReadOpenDocument(Archive& archive, absl::string_view type) {
  if (type != "application/vnd.oasis.opendocument.text" && type != "application/vnd.oasis.opendocument.text-template") {
    return absl::InvalidArgumentError(kDocumentFormatUnknown);
  }
  ASSIGN_OR_RETURN(const std::string manifest, archive.Read("META-INF/manifest.xml"));
  if (absl::StrContains(manifest, "encryption-data")) return absl::InvalidArgumentError(kDocumentEncrypted);
  ASSIGN_OR_RETURN(const OfficeBlocks blocks, ReadOdt(archive));
  return Written("ODT", blocks);
}

absl::StatusOr<OfficeText> ReadOpenXml(Archive& archive) {
  ASSIGN_OR_RETURN(const Relations relations, ReadRelations(archive, ""));
  const auto main = relations.by_type.find("officeDocument");
  if (main == relations.by_type.end()) return absl::InvalidArgumentError(kDocumentBroken);
  if (absl::StartsWith(main->second, "word/")) {
    ASSIGN_OR_RETURN(const OfficeBlocks blocks, ReadDocx(archive, main->second));
    return Written("DOCX", blocks);
  }
  if (absl::StartsWith(main->second, "xl/") && absl::EndsWith(main->second, ".xml")) {
    ASSIGN_OR_RETURN(const OfficeBlocks blocks, ReadXlsx(archive, main->second));
    return Written("XLSX", blocks);
  }
  return absl::InvalidArgumentError(kDocumentFormatUnknown);
}

}  // namespace

absl::StatusOr<OfficeText> ReadOfficeFile(absl::string_view bytes) {
  if (!absl::StartsWith(bytes, "PK")) {
    ASSIGN_OR_RETURN(const OfficeBlocks blocks, ReadPdf(bytes));
    return Written("PDF", blocks);
  }
  ASSIGN_OR_RETURN(Archive archive, Archive::Open(bytes));
  ASSIGN_OR_RETURN(const std::string type, archive.Read("mimetype"));
  if (!type.empty()) return ReadOpenDocument(archive, TrimOffice(type));
  if (archive.Has("[Content_Types].xml")) return ReadOpenXml(archive);
  return absl::InvalidArgumentError(kDocumentFormatUnknown);
}

}  // namespace regiokompas::intake
