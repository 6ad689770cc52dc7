#include "services/intake/parser/organisations.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "re2/re2.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {
namespace {

using re2::StringPiece;

constexpr size_t kLongestName = 80;
constexpr absl::string_view kSoftHyphen = "\xc2\xad";
constexpr int kMostWords = 6;
// Words between the names that open a sentence and the verb that tells what they do.
constexpr size_t kMostSkipped = 5;

// One or more words with a capital, as places have them: "Loon op Zand".
#define REGIOKOMPAS_NAME \
  R"((?:'s-)?[A-Z][\pL\d&]*(?:-[A-Z]\pL+)*(?: (?:op |aan (?:den |de )?)?(?:IJ)?[A-Z][\pL\d&]*(?:-[A-Z]\pL+)*)*)"

StringPiece Piece(absl::string_view text) { return StringPiece(text.data(), text.size()); }
absl::string_view View(const StringPiece& piece) {
  return piece.data() == nullptr ? absl::string_view() : absl::string_view(piece.data(), piece.size());
}

bool IsUpper(absl::string_view word) {
  return !word.empty() && absl::ascii_isupper(static_cast<unsigned char>(word[0]));
}

bool IsLetter(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)) || (c & 0x80) != 0; }

bool IsPunctuation(char c) {
  constexpr absl::string_view kMarks = ".,;:()\"!?";
  // Letters are passed over without a look among the marks.
  return !absl::ascii_isalnum(static_cast<unsigned char>(c)) && kMarks.find(c) != absl::string_view::npos;
}

absl::string_view WithoutPunctuation(absl::string_view word) {
  while (!word.empty() && IsPunctuation(word.front())) word.remove_prefix(1);
  while (!word.empty() && IsPunctuation(word.back())) word.remove_suffix(1);
  return word;
}

size_t CountCapitals(absl::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

// Whether two capitals stand behind "met", "met de" or "met het" somewhere.
bool IsWithAbbreviation(absl::string_view text) {
  constexpr absl::string_view kWord = "met";
  for (size_t at = text.find(kWord); at != absl::string_view::npos; at = text.find(kWord, at + 1)) {
    absl::string_view behind = absl::StripLeadingAsciiWhitespace(text.substr(at + kWord.size()));
    for (absl::string_view article : {"de", "het"}) {
      absl::string_view name = behind;
      if (absl::ConsumePrefix(&name, article)) behind = absl::StripLeadingAsciiWhitespace(name);
    }
    if (IsUpper(behind) && IsUpper(behind.substr(1))) return true;
  }
  return false;
}

// Whether a name may stand behind "gemeente" or "gemeenten".
bool NamesMunicipality(absl::string_view text) {
  constexpr absl::string_view kWord = "emeente";
  for (size_t at = text.find(kWord); at != absl::string_view::npos; at = text.find(kWord, at + 1)) {
    absl::string_view behind = text.substr(at + kWord.size());
    absl::ConsumePrefix(&behind, "n");
    const absl::string_view name = absl::StripLeadingAsciiWhitespace(behind);
    if (name.size() < behind.size() && (IsUpper(name) || absl::StartsWith(name, "'"))) return true;
  }
  return false;
}

template <size_t Size>
bool Contains(const absl::string_view (&words)[Size], absl::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

// What organisations do. At the start of a sentence a bare word with such a verb behind it is a name.
constexpr absl::string_view kDoes[] = {
    "levert",      "leveren",        "zorgt",      "zorgen",      "regelt",      "regelen",
    "begeleidt",   "begeleiden",     "leidt",      "leiden",      "verzorgt",    "verzorgen",
    "organiseert", "organiseren",    "biedt",      "bieden",      "bezoekt",     "bezoeken",
    "opent",       "openen",         "telt",       "tellen",      "coördineert", "coördineren",
    "ondersteunt", "ondersteunen",   "traint",     "trainen",     "schoolt",     "scholen",
    "beheert",     "beheren",        "werft",      "werven",      "richt",       "richten",
    "handelt",     "handelen",       "sluit",      "sluiten",     "houdt",       "houden",
    "maakt",       "maken",          "neemt",      "nemen",       "voert",       "voeren",
    "draagt",      "dragen",         "verstrekt",  "verstrekken", "vormt",       "vormen",
    "start",       "starten",        "gaat",       "gaan",        "werkt",       "werken",
    "blijft",      "blijven",        "ontvangt",   "ontvangen",   "doet",        "doen",
    "helpt",       "helpen",         "onderzoekt", "onderzoeken", "plaatst",     "plaatsen",
    "behandelt",   "behandelen",     "financiert", "financieren", "betaalt",     "betalen",
    "begint",      "beginnen",       "brengt",     "brengen",     "bouwt",       "bouwen",
    "draait",      "draaien",        "stelt",      "stellen",     "spreekt",     "spreken",
    "komt",        "komen",          "meldt",      "melden",      "coacht",      "coachen",
    "adviseert",   "adviseren",      "screent",    "screenen",    "signaleert",  "signaleren",
    "bemiddelt",   "bemiddelen",     "toetst",     "toetsen",     "verhuurt",    "verhuren",
    "monitort",    "koppelt",        "koppelen",   "vervoert",    "vervoeren",   "faciliteert",
    "faciliteren", "inventariseert", "beoordeelt", "beoordelen",  "registreert", "registreren",
    "subsidieert", "zoekt",          "zoeken",     "schrijft",    "schrijven",   "rapporteert",
    "rapporteren", "verwijst",       "verwijzen",  "huisvest",    "huisvesten",  "vangt",
    "vangen",      "evalueert",      "evalueren",  "tekent",      "tekenen",     "heeft",
    "hebben",      "krijgt",         "krijgen",    "wijst",       "wijzen",      "zet",
    "zetten",      "trekt",          "trekken"};

// Those of them that other things do as well.
constexpr absl::string_view kVague[] = {"blijft", "gaat",   "komt",   "vormt", "draait", "telt",  "stelt", "maakt",
                                        "neemt",  "brengt", "draagt", "zorgt", "biedt",  "helpt", "werkt", "begint",
                                        "start",  "doet",   "houdt",  "heeft", "krijgt", "wijst", "zet",   "trekt"};

// Words that open a sentence in which the verb stands before who does it.
constexpr absl::string_view kInverting[] = {"in",       "op",       "voor",    "vanaf", "ook", "daarnaast",
                                            "hiervoor", "daarvoor", "hierbij", "nu",    "per", "vervolgens",
                                            "sinds",    "binnen",   "daarbij", "daar",  "bij", "na"};

// Words behind which a name takes part.
constexpr absl::string_view kWith[] = {"met", "door"};

// Words behind which a name is one of a place.
constexpr absl::string_view kWhere[] = {"in",    "te",        "uit",      "naar",      "rond",   "rondom", "tot",
                                        "kern",  "kernen",    "dorp",     "dorpen",    "wijk",   "wijken", "buurt",
                                        "regio", "provincie", "gemeente", "gemeenten", "tussen", "nabij"};

// Laws, authorities, months and means: no partners.
constexpr absl::string_view kNoOrganisations[] = {
    "wmo",    "wlz",       "zvw",      "wsw",       "rijk",     "jeugdwet",  "participatiewet",
    "wet",    "avg",       "raad",     "college",   "gemeente", "gemeenten", "nederland",
    "europa", "corona",    "januari",  "februari",  "maart",    "april",     "mei",
    "juni",   "juli",      "augustus", "september", "oktober",  "november",  "december",
    "kader",  "programma", "ict",      "hbo",       "poh-j",    "poh",       "digid"};

// Small words that begin a sentence, and so have a capital whatever stands behind them.
constexpr absl::string_view kOpening[] = {
    "wij", "we",    "er",     "dit", "dat",       "deze",   "die", "iedere", "elke",  "alle",   "ieder", "in",
    "op",  "bij",   "voor",   "om",  "als",       "ook",    "per", "na",     "een",   "wie",    "wat",   "samen",
    "met", "door",  "zij",    "hun", "onze",      "u",      "via", "vanuit", "vanaf", "begin",  "eind",  "medio",
    "tot", "naast", "binnen", "ons", "jaarlijks", "verder", "zo",  "dan",    "nu",    "indien", "waar"};

// Whether a word is one of kNoOrganisations, in any case.
bool IsNoOrganisation(absl::string_view word) {
  static const auto& words =
      *new absl::flat_hash_set<absl::string_view>(std::begin(kNoOrganisations), std::end(kNoOrganisations));
  return words.contains(absl::AsciiStrToLower(word));
}

// Whether a word with a capital has it because it is the first of its sentence.
bool OpensSentence(absl::string_view word) {
  const std::string lower = absl::AsciiStrToLower(word);
  return Contains(kOpening, lower) || IsNoOrganisation(lower) || absl::StartsWith(lower, "hier") ||
         absl::StartsWith(lower, "daar");
}

// Persons and offices, which a name may open with.
constexpr absl::string_view kOffices[] = {
    "wethouder", "wethouders", "burgemeester", "minister",       "staatssecretaris", "team", "teams",
    "afdeling",  "rekenkamer", "mevrouw",      "mevr",           "meneer",           "dhr",  "heer",
    "college",   "raad",       "gemeenteraad", "raadscommissie", "commissie"};

// Words that make a name one of an organisation.
constexpr absl::string_view kKinds[] = {"stichting", "college", "kredietbank", "zorggroep",   "jeugdfonds",
                                        "welzijn",   "kruis",   "groep",       "werkbedrijf", "leergeld",
                                        "jeugdhulp", "mbo",     "roc",         "werkplein",   "voedselbank",
                                        "thuiszorg", "bureau",  "instituut",   "opleidingen", "bibliotheek"};

// Endings of words for an organisation in front of its name.
constexpr absl::string_view kKindEndings[] = {
    "corporatie",   "organisatie", "instelling", "aanbieder",   "verzekeraar",  "vereniging",   "bibliotheek",
    "welzijnswerk", "bureau",      "coöperatie", "corporaties", "organisaties", "instellingen", "aanbieders",
    "stichting",    "stichtingen", "centrum",    "school",      "jongerenwerk"};

// Endings of words for people who work for the organisation that is named behind them.
constexpr absl::string_view kStaffEndings[] = {
    "werker",   "werkers",   "vrijwilliger", "vrijwilligers", "coach",       "coaches",
    "adviseur", "adviseurs", "consulent",    "consulenten",   "begeleiders", "ondersteuners",
    "verlener", "verleners", "trainer",      "trainers",      "deskundige",  "deskundigen"};

// Organisations of the field that work in every municipality.
constexpr absl::string_view kNational[] = {
    "Veilig Thuis",    "VluchtelingenWerk", "Humanitas",       "Raad voor de Kinderbescherming",
    "Leger des Heils", "Rode Kruis",        "Slachtofferhulp", "Zonnebloem"};

// Endings of words for agreements, laws and papers, which set to work and do not take part.
constexpr absl::string_view kPaperEndings[] = {"agenda",   "wet",         "akkoord",   "plan",      "visie",  "nota",
                                               "regeling", "verordening", "convenant", "programma", "project"};

// "Robijn-groep"
bool EndsInKind(absl::string_view name) {
  const size_t hyphen = name.rfind('-');
  return hyphen != absl::string_view::npos && Contains(kKinds, name.substr(hyphen + 1));
}

bool IsDeed(absl::string_view word) {
  static const auto& deeds = *new absl::flat_hash_set<absl::string_view>(std::begin(kDoes), std::end(kDoes));
  return deeds.contains(word);
}

// A word of a sentence.
struct Word {
  absl::string_view core;  // without punctuation around it
  bool comma = false;      // whether punctuation closes it
};

// The words of a sentence, or the first ones of it.
std::vector<Word> WordsOf(absl::string_view sentence, size_t most) {
  constexpr size_t kUsualWord = 5;
  std::vector<Word> words;
  words.reserve(std::min(most, sentence.size() / kUsualWord + 2));
  size_t end = 0;
  for (size_t begin = 0; begin < sentence.size() && words.size() < most; begin = end + 1) {
    end = begin;
    while (end < sentence.size() && sentence[end] != ' ' && sentence[end] != '\t') ++end;
    const absl::string_view word = sentence.substr(begin, end - begin);
    if (word.empty()) continue;
    absl::string_view core = WithoutPunctuation(word);
    if (absl::EndsWith(word, "!") && core.size() + 1 == word.size() && word.size() > 3) core = word;
    const auto is_mark = [&] { return core.empty() || core == "-" || core == "*" || core == "•" || core == "–"; };
    if (words.empty() && is_mark()) continue;
    words.push_back({core, core.empty() || core.data() + core.size() != word.data() + word.size()});
  }
  return words;
}

absl::string_view Join(const Word& first, const Word& last) {
  return absl::string_view(first.core.data(), last.core.data() + last.core.size() - first.core.data());
}

// Behind the last word of the name that begins at `at`; small words may stand inside a name.
size_t EndOfName(const std::vector<Word>& words, size_t at, absl::string_view own) {
  constexpr absl::string_view kInside[] = {"van", "voor", "der", "den", "des", "&", "tegen"};
  size_t end = at + 1;
  while (end < words.size() && !words[end - 1].comma) {
    size_t next = end;
    // "Hulp van Stichting ...": the first word of a sentence has a capital whatever it is.
    const bool after_first = at == 0 && end == 1 && words[0].core != own;
    if (!after_first && Contains(kInside, words[next].core)) {
      ++next;
      if (next < words.size() && (words[next].core == "de" || words[next].core == "het")) ++next;
    } else if (words[next].core == "en" && absl::EndsWith(words[next - 1].core, "-")) {
      ++next;
    }
    if (next >= words.size() || !IsUpper(words[next].core)) break;
    end = next + 1;
  }
  return end;
}

bool IsArticle(absl::string_view word) { return word == "de" || word == "het" || word == "De" || word == "Het"; }

// Names in a row: "A, B en de C". What is written in lower case between commas belongs to the row and is no name.
struct NameList {
  std::vector<absl::string_view> names;
  size_t end = 0;  // behind its last word
};

NameList ReadNames(const std::vector<Word>& words, size_t at, absl::string_view own) {
  NameList list;
  size_t begin = at;
  while (true) {
    // "De" in front of the first word of a sentence is an article.
    if (IsArticle(words[begin].core) && begin == 0 && words.size() > 1 && IsUpper(words[1].core)) ++begin;
    size_t end = EndOfName(words, begin, own);
    list.names.push_back(Join(words[begin], words[end - 1]));
    list.end = end;
    bool more = words[end - 1].comma;
    while (end < words.size() && (more || words[end].core == "en")) {
      if (words[end].core == "en") ++end;
      if (end < words.size() && IsArticle(words[end].core)) ++end;
      if (end >= words.size()) return list;
      if (IsUpper(words[end].core)) break;
      more = words[end].comma;
      ++end;
      if (!more && (end >= words.size() || words[end].core != "en")) return list;
    }
    const bool goes_on = end > list.end || words[list.end - 1].comma;
    if (end >= words.size() || !goes_on || !IsUpper(words[end].core)) return list;
    begin = end;
  }
}

template <size_t Size>
bool EndsWithAny(absl::string_view word, const absl::string_view (&endings)[Size]) {
  return std::any_of(std::begin(endings), std::end(endings),
                     [word](absl::string_view ending) { return absl::EndsWithIgnoreCase(word, ending); });
}

// Whether a name behind the word takes part: "met", "woningcorporatie".
bool SaysOrganisation(absl::string_view word) {
  constexpr size_t kShortestKind = 6;
  return word.size() < kShortestKind ? Contains(kWith, word) : EndsWithAny(word, kKindEndings);
}

// Where the row begins that a name stands in: "met de huisartsen, bewoners en Naam" begins behind "met". The place of
// the name itself, its article left out, when what stands before it is no row.
// A row goes back a few names at most, so that each name of a long one is not followed to its begin.
size_t BeginOfRow(const std::vector<Word>& words, size_t at) {
  constexpr size_t kLongestItem = 4;
  constexpr size_t kLongestRow = 60;
  const auto divides = [&](size_t i) { return words[i].comma || words[i].core == "en"; };
  size_t begin = at;
  if (begin > 0 && IsArticle(words[begin - 1].core)) --begin;
  while (begin > 0 && at - begin < kLongestRow && divides(begin - 1)) {
    size_t item = begin - 1;
    if (words[item].core == "en" && item > 0) --item;
    size_t first = item;
    while (first > 0 && item - first < kLongestItem && !divides(first - 1) &&
           !Contains(kWith, absl::AsciiStrToLower(words[first - 1].core))) {
      --first;
    }
    const bool ends = first == 0 || divides(first - 1) || Contains(kWith, absl::AsciiStrToLower(words[first - 1].core));
    if (!ends) break;
    begin = first;
  }
  return begin;
}

// Whether capitals inside a word make it a name of its own: "MareGroep", "GGD".
bool HasOwnSpelling(absl::string_view name) {
  return std::any_of(name.begin() + 1, name.end(), [](unsigned char c) { return absl::ascii_isupper(c); });
}

// Whether the words around a row of names say that they take part; the row begins at `before`. `known` says that the
// first of them stands as an organisation elsewhere in the document.
bool TakesPart(const std::vector<Word>& words, size_t before, size_t at, const NameList& list, bool known) {
  const absl::string_view next = list.end < words.size() ? words[list.end].core : absl::string_view();
  const bool several = list.names.size() > 1 || absl::StrContains(list.names[0], " ");
  if (before == 0) {
    // "In de kernen, Naam en Naam ...": a row of places.
    if (at > 0 && Contains(kOpening, absl::AsciiStrToLower(words[0].core))) return false;
    // "A en de scholen maken ...": who stands behind the names acts with them.
    size_t verb = list.end;
    for (size_t skipped = 0; verb < words.size() && next == "en" && skipped < kMostSkipped; ++skipped) {
      if (IsDeed(words[verb].core)) break;
      ++verb;
    }
    if (verb >= words.size() || words[list.end - 1].comma || !IsDeed(words[verb].core)) return false;
    const bool one = !several && list.names.size() == 1 && next != "en";
    // A bare plural, or what many things do, tells nothing of one word that is spelled as any other.
    if (!one || known || (HasOwnSpelling(list.names[0]) && words[verb].core == "heeft")) return true;
    return !absl::EndsWith(words[verb].core, "en") && !Contains(kVague, words[verb].core);
  }
  const std::string word = absl::AsciiStrToLower(words[before - 1].core);
  // "stichting Naam" is a name with this word as its first.
  if (words[before - 1].comma || word == "stichting") return false;
  if (SaysOrganisation(word)) return true;
  // "In 2025 verzorgt Tactus ...": the sentence opens with something else, so who acts stands behind the verb.
  const bool inverted = before == at && before > 1 && Contains(kInverting, absl::AsciiStrToLower(words[0].core));
  const bool acts = absl::EndsWith(word, "t") ? !Contains(kVague, word) : list.names.size() > 1;
  if (inverted && IsDeed(word) && acts) return true;
  // "de plekken bij MareGroep": an abbreviation may be a law or a register as well.
  const bool spelled = HasOwnSpelling(list.names[0]) && absl::c_any_of(list.names[0], absl::ascii_islower);
  if (word == "bij") return list.names.size() == 1;
  if (known && (word == "van" || IsDeed(next))) return true;
  if (word != "van") return false;
  const bool of_staff = before > 1 && EndsWithAny(words[before - 2].core, kStaffEndings);
  return (of_staff && (several || spelled || known)) || (list.names.size() > 1 && IsDeed(next));
}

// A name with the word of an organisation in it, or one with an article of its own that something is of.
bool IsKindOfOrganisation(absl::string_view name, bool after_van) {
  if (!absl::StrContains(name, " ")) return false;
  const std::vector<absl::string_view> words = absl::StrSplit(name, ' ', absl::SkipEmpty());
  if (words.size() < 2) return false;
  if (after_van && (words[0] == "De" || words[0] == "Het")) return true;
  return std::any_of(words.begin(), words.end(),
                     [](absl::string_view word) { return Contains(kKinds, absl::AsciiStrToLower(word)); });
}

// Whether a name is that of a person or an office. "Raad voor ..." is an authority, called after what it is for.
bool IsOffice(absl::string_view name) {
  std::vector<absl::string_view> words = absl::StrSplit(name, ' ', absl::SkipEmpty());
  if (words.size() > 1 && IsArticle(words[0])) words.erase(words.begin());
  if (words.empty() || (words.size() > 1 && words[1] == "voor")) return false;
  const std::string office = absl::AsciiStrToLower(WithoutPunctuation(words[0]));
  // "Afdeling Oost van de ..." is the branch of an association.
  constexpr size_t kMostWordsOfDepartment = 3;
  return Contains(kOffices, office) && (office != "afdeling" || words.size() <= kMostWordsOfDepartment);
}

// Names in printed order, each once whatever its case.
struct Names {
  std::vector<std::string> list;
  absl::flat_hash_set<std::string> seen;
};

void AddOnce(absl::string_view name, Names* names) {
  name = Trim(name);
  if (!absl::StrContains(name, "(")) name = WithoutPunctuation(name);
  if (name.empty() || name.size() > kLongestName) return;
  const std::string printed = absl::StrReplaceAll(name, {{kSoftHyphen, ""}});
  if (names->seen.insert(absl::AsciiStrToLower(printed)).second) names->list.push_back(printed);
}

// An item of a list up to its last word with a capital; what follows describes the organisation.
absl::string_view UpToLastName(absl::string_view item) {
  size_t end = 0;
  for (absl::string_view word : absl::StrSplit(item, ' ', absl::SkipEmpty())) {
    if (IsUpper(word) || absl::StartsWith(word, "(")) end = word.data() + word.size() - item.data();
  }
  return item.substr(0, end);
}

int CapitalisedWords(absl::string_view text) {
  int count = 0;
  for (absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) count += IsUpper(word);
  return count;
}

// Splits at " en ", but not inside a name such as "Fonds Sport en Cultuur", whose last word is no name by itself.
template <typename IsName>
void SplitAtAnd(absl::string_view part, IsName is_name, std::vector<absl::string_view>* items) {
  size_t start = 0;
  for (size_t pos = part.find(" en "); pos != absl::string_view::npos; pos = part.find(" en ", pos + 1)) {
    const absl::string_view left = part.substr(start, pos - start);
    const absl::string_view right = part.substr(pos + 4);
    const bool one_name =
        CapitalisedWords(left) >= 2 && IsUpper(right) && right.find(' ') == absl::string_view::npos && !is_name(right);
    if (one_name) break;
    items->push_back(left);
    start = pos + 4;
  }
  items->push_back(part.substr(start));
}

// The items of a list of stakeholders: separated by punctuation, list marks and numbers.
template <typename IsName>
std::vector<absl::string_view> ItemsOf(absl::string_view text, IsName is_name) {
  static const RE2 kSeparator(R"(\s*(?:[,;\n•]|\.\s|\s[-–]\s|(?:^|\s)\d+\.\s)\s*)");
  std::vector<absl::string_view> items;
  StringPiece rest = Piece(text);
  StringPiece separator;
  size_t start = 0;
  size_t pos = 0;
  while (pos < text.size() && kSeparator.Match(rest, pos, text.size(), RE2::UNANCHORED, &separator, 1)) {
    const size_t at = separator.data() - text.data();
    SplitAtAnd(text.substr(start, at - start), is_name, &items);
    start = at + separator.size();
    pos = std::max(start, pos + 1);
  }
  if (start < text.size()) SplitAtAnd(text.substr(start), is_name, &items);
  return items;
}

// "Sportraad Plaats": one of its kind, called after the municipality that it is in. "Scholen Plaats" are several.
bool IsCalledAfterPlace(absl::string_view item, absl::string_view own) {
  const size_t space = item.find(' ');
  if (own.empty() || space == absl::string_view::npos || item.substr(space + 1) != own || !IsUpper(item)) return false;
  const absl::string_view word = item.substr(0, space);
  return !absl::EndsWith(word, "en") && !absl::EndsWith(word, "s") &&
         !Contains(kOffices, absl::AsciiStrToLower(word)) && !IsNoOrganisation(word);
}

}  // namespace

OrganisationFinder::OrganisationFinder(absl::string_view document, absl::string_view own) : own_(own) {
  // Most words come again soon, and one that is found here need not be looked up to be known.
  std::array<absl::string_view, 1024> recent;
  const auto is_recent = [&recent](absl::string_view word) {
    const size_t place = word.size() * 131 + static_cast<unsigned char>(word.front()) * 37 +
                         static_cast<unsigned char>(word[word.size() / 2]) * 7 +
                         static_cast<unsigned char>(word.back());
    absl::string_view& last = recent[place % recent.size()];
    const bool again = last == word;
    last = word;
    return again;
  };
  absl::string_view before;
  absl::string_view second_before;
  bool in_place = false;  // whether the words before are those of a place, or of a row of them
  for (size_t start = 0; start < document.size();) {
    size_t end = start;
    while (end < document.size() && IsLetter(document[end])) ++end;
    const absl::string_view word = document.substr(start, end - start);
    start = end + 1;
    if (word.empty()) continue;
    if (absl::ascii_islower(static_cast<unsigned char>(word[0])) && !is_recent(word)) common_words_.insert(word);
    if (IsUpper(word)) {
      const std::string preceding = absl::AsciiStrToLower(before);
      in_place = Contains(kWhere, preceding) || (in_place && (IsUpper(before) || preceding == "en"));
      if (in_place) {
        places_.insert(word);
      } else if (preceding == "stichting" || preceding == "bij" || preceding == "via" || SaysOrganisation(preceding) ||
                 (preceding == "van" && EndsWithAny(second_before, kStaffEndings))) {
        organisations_.insert(word);
      }
    } else if (word != "en") {
      in_place = false;
    }
    second_before = std::exchange(before, word);
  }
}

bool OrganisationFinder::IsProperName(absl::string_view word) const {
  word = WithoutPunctuation(word);
  if (word.size() < 2 || !IsUpper(word) || word == own_) return false;
  // "WMO'ers" and "Jeugd-medewerkers" are people, not an organisation.
  if (absl::StrContains(word, "'") || absl::StrContains(word, "’")) return false;
  const size_t hyphen = word.rfind('-');
  if (hyphen != absl::string_view::npos && !IsUpper(word.substr(hyphen + 1)) && !EndsInKind(word)) return false;
  return !common_words_.contains(absl::AsciiStrToLower(word));
}

// Whether an item is written in capitals throughout, or holds a proper name that is not just the place where the
// others are.
bool OrganisationFinder::NamesOrganisation(absl::string_view item) const {
  std::string without_own(item);
  if (!own_.empty()) absl::StrReplaceAll({{own_, ""}}, &without_own);
  const std::vector<absl::string_view> words = absl::StrSplit(without_own, ' ', absl::SkipEmpty());
  if (words.size() >= 2 && std::all_of(words.begin(), words.end(), IsUpper)) return true;
  if (IsCalledAfterPlace(item, own_)) return true;
  absl::string_view before;
  for (absl::string_view word : words) {
    const bool place = before == "in" || before == "uit" || before == "te" || before == "van";
    if (!place && IsProperName(word)) return true;
    before = word;
  }
  return false;
}

// "Peel en Maas" is read as two names in a row.
bool OrganisationFinder::IsOwn(absl::string_view name) const {
  return absl::StrContains(absl::StrCat(" ", own_, " "), absl::StrCat(" ", name, " "));
}

bool OrganisationFinder::IsKnown(absl::string_view name) const {
  return Contains(kNational, name) || (organisations_.contains(name) && !places_.contains(name));
}

bool OrganisationFinder::MayTakePart(absl::string_view name, bool in_row) const {
  const std::vector<absl::string_view> words = absl::StrSplit(name, ' ', absl::SkipEmpty());
  if (words.empty() || name.size() > kLongestName || IsOwn(name) || words.size() > kMostWords) return false;
  if (Contains(kNational, name)) return true;
  if (std::none_of(words.begin(), words.end(), [this](absl::string_view word) { return IsProperName(word); })) {
    return false;
  }
  if (IsNoOrganisation(words[0]) || EndsWithAny(words[0], kPaperEndings)) return false;
  if (IsOffice(name)) return false;
  // One word alone may be a person or a place as well, unless capitals inside it make it a name of its own.
  return words.size() > 1 || in_row || HasOwnSpelling(name) || EndsInKind(name) || IsKnown(name);
}

std::vector<absl::string_view> OrganisationFinder::NamesInSentence(absl::string_view sentence) const {
  std::vector<absl::string_view> found;
  const size_t capitals = CountCapitals(sentence);
  if (capitals == 0) return found;
  // Where only the first letter is a capital, one word may be a name, and those up to the verb tell.
  const bool first_only = capitals == 1 && IsUpper(sentence);
  const std::vector<Word> words = WordsOf(sentence, first_only ? kMostSkipped + 2 : std::numeric_limits<size_t>::max());
  for (size_t at = 0; at < words.size();) {
    if (!IsUpper(words[at].core) || (at == 0 && OpensSentence(words[0].core))) {
      ++at;
      continue;
    }
    const NameList list = ReadNames(words, at, own_);
    const size_t row = BeginOfRow(words, at);
    const bool takes_part = TakesPart(words, row, at, list, IsKnown(list.names[0]));
    const bool beside =
        row == 0 && list.end + 1 < words.size() && words[list.end].core == "en" && IsArticle(words[list.end + 1].core);
    const bool in_row = takes_part && (list.names.size() > 1 || row + 1 < at || beside);
    for (absl::string_view name : list.names) {
      const bool kind = IsKindOfOrganisation(name, at > 0 && words[at - 1].core == "van");
      // "Friese en Groningse gemeenten" tells where others are from, "Technische school" of what kind it is.
      const bool origins = absl::EndsWith(name, "se") && absl::EndsWith(list.names.back(), "se");
      const bool origin = !absl::StrContains(name, " ") && (origins || absl::EndsWith(name, "sche"));
      // "Domburg en Zoutelande hebben een loket."
      const bool place = row == 0 && places_.contains(name) && !HasOwnSpelling(name);
      if ((takes_part || kind) && !origin && !place && MayTakePart(name, in_row)) found.push_back(name);
    }
    at = list.end;
  }
  return found;
}

std::vector<std::string> OrganisationFinder::Find(absl::string_view text, bool stakeholders) const {
  static const RE2 kMunicipalities(R"((?:[Cc]entrum)?[Gg]emeenten?\s+()" REGIOKOMPAS_NAME
                                   R"((?:\s*,\s*)" REGIOKOMPAS_NAME R"()*(?:\s+en\s+)" REGIOKOMPAS_NAME R"()?))");
  static const RE2 kFoundation(
      R"(\b([Ss]tichting(?:\s+(?:voor|van|de|het|tot))*\s+[A-Z][\pL\d&]*(?:\s+(?:(?:voor|van|de|het|tot)\s+)*[A-Z][\pL\d&]*)*))");
  static const RE2 kPartner(
      R"(\b(?:[Ss]amenwerk\w*|[Ss]amen|[Oo]verleg\w*|[Aa]fstemm\w*|[Aa]fspraken)\b[^.;\n]{0,40}?\bmet\s+(?:de\s+|het\s+)?([A-Z]{2,8})\b)");
  Names names;
  StringPiece group;
  // Few texts hold the words that the patterns need, and a plain search tells so sooner.
  StringPiece rest = Piece(NamesMunicipality(text) ? text : absl::string_view());
  while (RE2::FindAndConsume(&rest, kMunicipalities, &group)) {
    for (absl::string_view part : absl::StrSplit(View(group), ',')) {
      std::vector<absl::string_view> items;
      const size_t at = part.find(" en ");
      items.push_back(part.substr(0, at));
      if (at != absl::string_view::npos) items.push_back(part.substr(at + 4));
      for (absl::string_view item : items) {
        if (Trim(item) != own_ && IsProperName(Trim(item))) AddOnce(item, &names);
      }
    }
  }
  if (absl::StrContains(text, "tichting")) {
    rest = Piece(text);
    while (RE2::FindAndConsume(&rest, kFoundation, &group)) AddOnce(View(group), &names);
  }
  std::vector<absl::string_view> in_sentences;
  for (absl::string_view sentence : SplitSentences(text)) {
    for (absl::string_view name : NamesInSentence(sentence)) in_sentences.push_back(name);
  }
  if (IsWithAbbreviation(text)) {
    rest = Piece(text);
    while (RE2::FindAndConsume(&rest, kPartner, &group)) {
      const absl::string_view partner = View(group);
      const bool in_name = std::any_of(in_sentences.begin(), in_sentences.end(), [partner](absl::string_view name) {
        return partner.data() >= name.data() && partner.data() < name.data() + name.size();
      });
      if (!in_name) AddOnce(partner, &names);
    }
  }
  for (absl::string_view name : in_sentences) AddOnce(name, &names);
  if (!stakeholders) return names.list;
  for (absl::string_view item : ItemsOf(text, [this](absl::string_view word) { return IsProperName(word); })) {
    item = Trim(item);
    // What stands in brackets in front explains the name behind it.
    const size_t bracket = item.rfind(')');
    if (bracket != absl::string_view::npos && bracket + 1 < item.size()) item = Trim(item.substr(bracket + 1));
    absl::ConsumePrefix(&item, "- ");
    item = UpToLastName(item);
    if (item.size() > kLongestName || std::count(item.begin(), item.end(), ' ') >= kMostWords) continue;
    // Municipalities are found wherever they are named.
    if (absl::StrContains(item, "gemeente")) continue;
    const bool half_bracket = absl::StrContains(item, "(") != absl::StrContains(item, ")");
    if (half_bracket || absl::StrContains(item, "“") || IsOffice(item) || !NamesOrganisation(item)) continue;
    AddOnce(item, &names);
  }
  return names.list;
}

}  // namespace regiokompas::intake
