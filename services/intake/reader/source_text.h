// A document as the lines that a reader of it sees, whatever the format of its file.
#pragma once

#include <string>
#include <vector>

#include "regiokompas/intake/v1/parsed_document.pb.h"

namespace regiokompas::intake {

// What a file says, as plain text. Line numbers in everything that intake returns are those of `line_numbers`.
struct SourceText {
  v1::DocumentFormat format = v1::DOCUMENT_FORMAT_TEXT;
  // SHA-256 of the file's bytes, 64 lower-case hexadecimal digits.
  std::string sha256 = {};
  // UTF-8 without byte order mark; LF, CR LF or CR ends a line.
  std::string text = {};
  // Where the nth line of `text` begins in the file, 1-based and ascending, for formats whose files have lines
  // themselves (HTML, XML): several lines of text may stand on one line of the file. Empty: line n is line n.
  std::vector<int> line_numbers = {};
  // The lines of such a file that go on with a line of text that began above them, ascending.
  std::vector<int> continuation_lines = {};
  // Its other lines that are not blank, ascending: they hold markup only, or what the site prints around a document.
  // Every line of the file that is not blank is in exactly one of these three.
  std::vector<int> markup_lines = {};
};

}  // namespace regiokompas::intake
