#include "services/cli/document_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/strings/ascii.h"

namespace regiokompas::cli {
namespace {

namespace fs = std::filesystem;

bool IsDocumentType(const fs::path& path) {
  static constexpr const char* kTypes[] = {".txt", ".html", ".htm", ".xhtml", ".xml", ".docx", ".odt", ".pdf", ".xlsx"};
  const std::string extension = absl::AsciiStrToLower(path.extension().string());
  return std::any_of(std::begin(kTypes), std::end(kTypes), [&](const char* type) { return extension == type; });
}

// Sorts what is in a folder: files into `found`, folders into `folders`.
void ReadFolder(const fs::path& folder, DocumentFiles* found, std::vector<fs::path>* folders) {
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  while (!error && entry != fs::directory_iterator()) {
    std::error_code unknown;
    if (entry->path().filename().string().front() == '.') {
      ++found->hidden;
    } else if (entry->is_symlink(unknown)) {
      ++found->links;
    } else if (entry->is_directory(unknown)) {
      folders->push_back(entry->path());
    } else if (entry->is_regular_file(unknown) && IsDocumentType(entry->path())) {
      found->paths.push_back(entry->path().string());
    } else {
      ++found->other_types;
    }
    entry.increment(error);
  }
  if (error) found->unreadable.emplace_back(folder.string(), error.message());
}

}  // namespace

DocumentFiles FindDocuments(const std::vector<std::string>& words) {
  DocumentFiles found;
  for (const std::string& word : words) {
    std::error_code unknown;
    if (!fs::is_directory(word, unknown)) {
      found.paths.push_back(word);
      continue;
    }
    found.any_folder = true;
    const auto first = static_cast<std::ptrdiff_t>(found.paths.size());
    std::vector<fs::path> folders = {word};
    while (!folders.empty()) {
      const fs::path folder = folders.back();
      folders.pop_back();
      ReadFolder(folder, &found, &folders);
    }
    std::sort(found.paths.begin() + first, found.paths.end());
  }
  std::sort(found.unreadable.begin(), found.unreadable.end());
  return found;
}

}  // namespace regiokompas::cli
