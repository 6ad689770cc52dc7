// A zip archive in memory. The names in it are looked up, never used as paths.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct zip;

namespace regiokompas::intake {

// What the parts of one archive that are read may unpack to together.
inline constexpr size_t kMaxUnpackedBytes = size_t{64} << 20;
// What a part over 8 MiB may unpack to, as a multiple of its packed size: text rarely gets past fifty.
inline constexpr size_t kMaxUnpackedRatio = 250;

// Messages of errors are codes of office_refusals.h.
class Archive {
 public:
  // `bytes` must outlive the archive.
  static absl::StatusOr<Archive> Open(absl::string_view bytes);

  bool Has(const std::string& name) const;
  // The part with that name; "" when there is none. Sizes are checked while unpacking, whatever the archive says of
  // them.
  absl::StatusOr<std::string> Read(const std::string& name);

 private:
  struct Discard {
    void operator()(zip* archive) const;
  };
  explicit Archive(zip* archive) : archive_(archive) {}

  std::unique_ptr<zip, Discard> archive_;
  size_t unpacked_ = 0;
};

}  // namespace regiokompas::intake
