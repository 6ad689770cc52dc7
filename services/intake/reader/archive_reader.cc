#include "services/intake/reader/archive_reader.h"

#include <zip.h>

#include <algorithm>
#include <array>

#include "absl/status/status.h"
#include "services/intake/reader/office_refusals.h"

namespace regiokompas::intake {
namespace {

constexpr size_t kSmallPart = size_t{8} << 20;

struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

absl::Status Refuse(const char* code) { return absl::InvalidArgumentError(code); }

}  // namespace

void Archive::Discard::operator()(zip* archive) const { zip_discard(archive); }

absl::StatusOr<Archive> Archive::Open(absl::string_view bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  if (source == nullptr) return Refuse(kDocumentTooComplex);
  zip_t* archive = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (archive == nullptr) {
    zip_source_free(source);
    return Refuse(zip_error_code_zip(&error) == ZIP_ER_MEMORY ? kDocumentTooComplex : kDocumentBroken);
  }
  return Archive(archive);
}

bool Archive::Has(const std::string& name) const { return zip_name_locate(archive_.get(), name.c_str(), 0) >= 0; }

absl::StatusOr<std::string> Archive::Read(const std::string& name) {
  const zip_int64_t index = zip_name_locate(archive_.get(), name.c_str(), 0);
  if (index < 0) return std::string();
  zip_stat_t stat;
  if (zip_stat_index(archive_.get(), index, 0, &stat) != 0) return Refuse(kDocumentBroken);
  if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE) {
    return Refuse(kDocumentEncrypted);
  }
  const std::unique_ptr<zip_file_t, CloseFile> file(zip_fopen_index(archive_.get(), index, 0));
  if (file == nullptr) return Refuse(kDocumentBroken);
  const size_t packed = (stat.valid & ZIP_STAT_COMP_SIZE) != 0 ? stat.comp_size : 0;
  std::string part;
  std::array<char, 1 << 16> buffer;
  while (true) {
    const zip_int64_t count = zip_fread(file.get(), buffer.data(), buffer.size());
    if (count < 0) return Refuse(kDocumentBroken);
    if (count == 0) return part;
    part.append(buffer.data(), count);
    unpacked_ += count;
    if (unpacked_ > kMaxUnpackedBytes || (part.size() > kSmallPart && part.size() / kMaxUnpackedRatio > packed)) {
      return Refuse(kDocumentTooLargeUnpacked);
    }
  }
}

}  // namespace regiokompas::intake
