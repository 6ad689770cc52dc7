#include "services/intake/parser/dutch_words.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/intake/parser/dutch_figures.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {
namespace {

// The words of the grammar, lower case and without accents or marks: "t.o.v." is "t o v". Of groups that begin with the
// same words the longest one counts.
struct WordsOf {
  Meaning meaning;
  const char* words;
};
constexpr WordsOf kWords[] = {
    {Meaning::kAtLeast,
     "minimaal|minstens|ten minste|tenminste|op zijn minst|op z n minst|op minst|minimum|min|niet minder dan|"
     "in ieder geval|ten laagste|ondergrens van|een minimum van|als minimum"},
    {Meaning::kAtMost,
     "maximaal|hooguit|hoogstens|ten hoogste|op zijn hoogst|op z n hoogst|maximum|max|een maximum van|bovengrens van|"
     "niet meer dan|niet langer dan"},
    {Meaning::kMoreThan, "meer dan|hoger dan|groter dan|beter dan|langer dan"},
    {Meaning::kLessThan, "minder dan|lager dan|kleiner dan|korter dan|slechter dan"},
    {Meaning::kBelow, "onder|beneden|tot onder|tot beneden"},
    {Meaning::kAbove, "boven|tot boven"},
    {Meaning::kEqualTo, "gelijk aan|precies|exact"},
    {Meaning::kOrMore, "of meer|of hoger|en hoger|of beter|en meer|of groter|of daarboven"},
    {Meaning::kOrLess, "of minder|of lager|en lager|of daaronder"},
    {Meaning::kNot, "niet|geen|nooit|nergens"},
    {Meaning::kNone, "geen enkele|geen enkel|geen een"},
    {Meaning::kMore, "meer|hoger|hogere"},
    {Meaning::kLess, "minder|lager|lagere"},
    {Meaning::kThan, "dan"},
    {Meaning::kAverage, "gemiddelde|gemiddelden"},
    {Meaning::kRise,
     "stijgt|stijgen|stijging|stijgend|gestegen|toename|toegenomen|toenemen|groei|groeit|groeien|gegroeid|verhoging|"
     "verhoogd|verhogen|verhoogt|omhoog|vergroten|vergroot|uitbreiding|uitbreiden|uitgebreid|vermeerdering|"
     "verbetering|verbeteren|verbeterd|verbetert|stijgende|toe te nemen|op te hogen"},
    {Meaning::kFall,
     "daalt|dalen|daling|gedaald|afname|afgenomen|afnemen|vermindering|verminderen|verminderd|vermindert|verlaging|"
     "verlagen|verlaagd|verlaagt|omlaag|reductie|gereduceerd|reduceren|reduceert|teruggebracht|terugbrengen|"
     "terugdringen|teruggedrongen|terugdringing|krimp|krimpt|besparing|bespaart|besparen|bespaard|zakt|zakken|"
     "gezakt|terugloop|afbouw|afbouwen|terug te brengen|terug te dringen|af te nemen|verkleind|verkleinen|"
     "kostenbesparing|korting"},
    {Meaning::kTake, "neemt|nemen|loopt|lopen|gaat|gaan|brengen|brengt|dringen|dringt"},
    {Meaning::kTakeOn, "toe"},
    {Meaning::kTakeOff, "af|terug"},
    {Meaning::kDouble, "verdubbeling|verdubbelt|verdubbelen|verdubbeld"},
    {Meaning::kTriple, "verdrievoudiging|verdrievoudigt|verdrievoudigen|verdrievoudigd"},
    {Meaning::kHalve, "halvering|halveert|halveren|gehalveerd"},
    {Meaning::kStay,
     "blijft|blijven|houden|houdt|gehouden|behouden|handhaven|gehandhaafd|gebleven|bleven|behoud|uitkomt|uitkomen|"
     "komt uit|komen uit"},
    {Meaning::kStayEqual,
     "blijft gelijk|blijven gelijk|gelijk gebleven|gelijk blijft|gelijk blijven|gelijk gehouden|gelijk houden|"
     "gelijk te houden|blijft stabiel|blijven stabiel|stabiel blijft|stabiel blijven|stabiel gebleven|"
     "stabiel houden|stabiel gehouden|blijft minimaal gelijk|blijft ten minste gelijk|blijft minstens gelijk|"
     "blijft ongewijzigd|blijft constant|blijft op hetzelfde niveau|op hetzelfde niveau blijven|"
     "blijft op peil|op peil blijven|op peil houden|op peil gebleven"},
    {Meaning::kSameLevel,
     "gelijk|stabiel|constant|ongewijzigd|op peil|"
     "op hetzelfde niveau|op het huidige niveau|op het niveau|op dit niveau|op dat niveau"},
    {Meaning::kFrom, "van"},
    {Meaning::kTo, "naar"},
    {Meaning::kUpTo, "tot"},
    {Meaning::kBy, "met"},
    {Meaning::kOn, "op"},
    {Meaning::kBetween, "tussen"},
    {Meaning::kAnd, "en|of"},
    {Meaning::kOrSo, "a"},
    {Meaning::kArticle, "de|het"},
    {Meaning::kA, "een"},
    {Meaning::kHedge,
     "circa|ca|ongeveer|ruim|zo n|gemiddeld|bijna|nog|zeker|totaal|in totaal|een totaal van|samen|al|tot en met|rond|"
     "naar schatting|om en nabij|alle|extra|uiteindelijk|weer|structureel|ook|slechts|maar"},
    {Meaning::kPer, "per"},
    {Meaning::kOutOf, "van de|van elke|van iedere"},
    {Meaning::kOneIn, "op de|op elke|op iedere"},
    {Meaning::kTimePrep,
     "in|eind|einde|voor|uiterlijk|per|medio|begin|vanaf|over|ultimo|binnen|najaar|voorjaar|zomer|met ingang van|"
     "in de periode|in het jaar|voor eind|voor het einde van|in het schooljaar"},
    {Meaning::kMark,
     "rapportcijfer|cijfer|score|scoort|scoren|waardering|waarderen|waardeert|gewaardeerd|beoordelen|beoordeelt|"
     "beoordeeld|beoordeling|tevredenheidscijfer|klanttevredenheid|gemiddelde score|gemiddelde waardering|"
     "gemiddeld cijfer|gemiddeld rapportcijfer|gemiddelde beoordeling|tevredenheidsscore|klantwaardering"},
    {Meaning::kShareNoun, "percentage|aandeel|het percentage|het aandeel"},
    {Meaning::kCountNoun, "aantal|aantallen|het aantal"},
    {Meaning::kTimeUnit,
     "jaar|jaren|maand|maanden|week|weken|dag|dagen|uur|uren|minuut|minuten|kwartier|werkdag|werkdagen|etmaal|etmalen|"
     "seconden|keer|maal|fte|werkweken|jarige|jarigen|jaargangen|kalenderdagen|schooljaren|kilometer|km|meter|m2|"
     "graden|etages|pagina s"},
    {Meaning::kDuration,
     "doorlooptijd|doorlooptijden|wachttijd|wachttijden|wachtlijst|reactietijd|behandeltijd|levertijd|responstijd|"
     "aanrijtijd|verblijfsduur|afhandeltijd"},
    {Meaning::kEligibility,
     "inkomen|inkomens|vermogen|bijstandsnorm|sociaal minimum|minimumloon|minimuminkomen|wettelijk minimumloon|"
     "gesubsidieerd|subsidie|vergoeding|vergoed|vergoeden|vergoedt|eigen bijdrage|lening|leningen|te lenen|lenen|"
     "bijstandsuitkering van|in aanmerking|draagkracht|tegemoetkoming|wml|wsm|loonwaarde|bijstandsniveau|"
     "inkomensgrens|toeslag|boete|tarief|tarieven|aanvraagbedrag|het minimum|norminkomen|btw"},
    {Meaning::kReference,
     "artikel|artikelen|art|lid|paragraaf|hoofdstuk|programma|programmas|kader|resultaat|speerpunt|pijler|fase|"
     "stap|bijlage|tabel|figuur|pagina|blz|nr|nummer|trede|klasse|groep|groepen|niveau|spoor|taakveld|lijn|versie|"
     "type|categorie|route|perceel|telefoon|tel|postbus|thema|kwartaal|zaaknummer|motie|amendement|wijkteam|zone"},
    {Meaning::kMonth,
     "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|jan|feb|mrt|apr|jun|jul|"
     "aug|sep|sept|okt|nov|dec"},
    {Meaning::kOrdinalPart, "derde|vierde|vijfde|zesde|achtste|tiende"},
    {Meaning::kPart, "deel"},
    {Meaning::kHalf, "helft|de helft"},
    {Meaning::kQuarter, "kwart"},
    {Meaning::kYearly,
     "jaarlijks|jaarlijkse|ieder jaar|elk jaar|per jaar|p j|per kalenderjaar|elk kalenderjaar|jaar op jaar|"
     "per schooljaar|elk schooljaar|ieder schooljaar|per annum|op jaarbasis|ieder kalenderjaar"},
    {Meaning::kComparedWith,
     "ten opzichte van|t o v|tov|vergeleken met|vergeleken bij|in vergelijking met|in vergelijking tot|sinds|dan in|"
     "dan begin|dan eind|gerekend vanaf|gemeten vanaf|basisjaar|peiljaar|referentiejaar|met als basis|"
     "ten opzichte van peiljaar|afgezet tegen|dat was in|tegenover"},
    {Meaning::kPreviousYear,
     "vorig jaar|het vorige jaar|vorige jaar|jaar ervoor|het jaar ervoor|jaar daarvoor|het jaar daarvoor|"
     "voorgaand jaar|voorgaande jaar|het voorgaande jaar|voorafgaande jaar|het voorafgaande jaar|afgelopen jaar|"
     "een jaar eerder|het jaar daaraan voorafgaand"},
    {Meaning::kBaseline,
     "nulmeting|uitgangswaarde|uitgangssituatie|startwaarde|basiswaarde|beginwaarde|huidige waarde|nulwaarde|"
     "huidig|referentiewaarde|vertrekpunt|beginsituatie|nu nog|momenteel|thans|nu|komend van"},
    {Meaning::kPast,
     "was|waren|werd|werden|had|hadden|bleek|bleken|kwam|kwamen|steeg|stegen|daalde|daalden|scoorde|scoorden|gaf|"
     "gaven|nam|namen|bedroeg|bedroegen|ontving|ontvingen|deed|deden|kreeg|kregen|bleef|bleven|lag|lagen|maakte|"
     "maakten|vond|vonden|ging|gingen|liep|liepen|groeide|groeiden|zakte|zakten"},
    {Meaning::kWish,
     "willen|wil|wensen|moet|moeten|dient|dienen|zal|zullen|streven|streeft|gestreefd|streven naar|ambitie|beogen|"
     "beoogd|beoogt|mikken|mikken op|verwachten|doel|doelen|doelstelling|inzet|opgave|opdracht|gaan we|mag|mogen"},
    {Meaning::kNormWord,
     "streefwaarde|streefwaarden|streefcijfer|streefgetal|streefpercentage|taakstelling|target|targets|doelwaarde|"
     "normwaarde|doelcijfer|gewenste waarde|beoogde waarde|streefdoel|streven is|doel is|doelstelling is|ambitie is|"
     "streven naar|gestreefd naar|streeft naar|mikken op|gestreefd wordt naar|wordt gestreefd naar"},
    {Meaning::kMinimumNorm, "norm|norm is|norm van|de norm|norm is minimaal"},
    {Meaning::kSave, "bespaard|bezuinigd|gehaald|gerealiseerd|opgeleverd|ingeboekt|omgebogen"},
    {Meaning::kToDo, "te"},
    {Meaning::kDeed,
     "huisvesten|plaatsen|begeleiden|bereiken|realiseren|bouwen|helpen|plannen|werven|opleiden|ondersteunen|trainen|"
     "bezoeken|organiseren|openen|creeren|toeleiden|uitplaatsen|bemiddelen|activeren|plaatsing|toe te leiden|"
     "ontwikkelen|verduurzamen|opvangen|op te vangen|op te leiden|laten uitstromen|laten instromen"},
    {Meaning::kLabelNoun, "keurmerk|certificaat|predicaat|keurmerken|certificering|certificaten"},
    {Meaning::kReached, "behaald|verkregen|toegekend|binnengehaald|ontvangen"},
    {Meaning::kReach, "behalen|verkrijgen|halen"},
};

constexpr size_t kLongestGroup = 5;

// What is known of a word or a group of words.
struct Entry {
  bool known = false;   // whether it has a meaning by itself
  bool begins = false;  // whether longer groups begin with it
  Meaning meaning = Meaning::kOther;
};

const absl::flat_hash_map<absl::string_view, Entry>& Lexicon() {
  static const auto& lexicon = *[] {
    auto* entries = new absl::flat_hash_map<absl::string_view, Entry>();
    for (const WordsOf& list : kWords) {
      for (absl::string_view group : absl::StrSplit(list.words, '|')) {
        Entry& entry = (*entries)[group];
        if (!entry.known) entry.meaning = list.meaning;
        entry.known = true;
        for (size_t space = group.find(' '); space != absl::string_view::npos; space = group.find(' ', space + 1)) {
          (*entries)[group.substr(0, space)].begins = true;
        }
      }
    }
    return entries;
  }();
  return lexicon;
}

constexpr size_t kLongestNumberWord = 48;

struct NumberWord {
  absl::string_view word;
  int value;
};
constexpr NumberWord kSmallNumbers[] = {
    {"nul", 0},       {"een", 1},        {"twee", 2},      {"drie", 3},      {"vier", 4},     {"vijf", 5},
    {"zes", 6},       {"zeven", 7},      {"acht", 8},      {"negen", 9},     {"tien", 10},    {"elf", 11},
    {"twaalf", 12},   {"dertien", 13},   {"veertien", 14}, {"vijftien", 15}, {"zestien", 16}, {"zeventien", 17},
    {"achttien", 18}, {"negentien", 19}, {"twintig", 20},  {"dertig", 30},   {"veertig", 40}, {"vijftig", 50},
    {"zestig", 60},   {"zeventig", 70},  {"tachtig", 80},  {"negentig", 90},
};

// Below one hundred: "vijfentwintig" is 25; -1 when the word is no such number.
int NumberBelowHundred(absl::string_view word) {
  for (const NumberWord& number : kSmallNumbers) {
    if (word == number.word) return number.value;
  }
  for (const NumberWord& tens : kSmallNumbers) {
    if (tens.value < 20 || !absl::EndsWith(word, tens.word)) continue;
    absl::string_view unit = word.substr(0, word.size() - tens.word.size());
    if (!absl::ConsumeSuffix(&unit, "en")) continue;
    for (const NumberWord& ones : kSmallNumbers) {
      if (ones.value >= 1 && ones.value <= 9 && unit == ones.word) return tens.value + ones.value;
    }
  }
  return -1;
}

// Splits at "duizend" or "honderd": what stands before it times its worth, plus what stands behind it.
int NumberBelow(absl::string_view word, absl::string_view splitter, int worth, int (*below)(absl::string_view)) {
  const size_t at = word.find(splitter);
  if (at == absl::string_view::npos) return below(word);
  const absl::string_view before = word.substr(0, at);
  absl::string_view behind = word.substr(at + splitter.size());
  if (behind.size() > 2) absl::ConsumePrefix(&behind, "en");
  const int times = before.empty() ? 1 : below(before);
  const int rest = behind.empty() ? 0 : below(behind);
  return times < 1 || rest < 0 || (rest == 0 && !behind.empty()) ? -1 : times * worth + rest;
}
// Whether a word begins like a number: most words do not, and to find that they are none takes long.
bool BeginsLikeNumber(absl::string_view word) {
  const auto goes_on = [&](absl::string_view letters) { return letters.find(word[1]) != absl::string_view::npos; };
  if (word.size() < 3) return false;
  switch (word[0]) {
    case 'a':  // acht, anderhalf
      return goes_on("cn");
    case 'd':  // drie, dertien, duizend
      return goes_on("reu");
    case 'e':  // een, elf
      return goes_on("el");
    case 'h':  // honderd, half
      return goes_on("oa");
    case 'n':  // nul, negen
      return goes_on("ue");
    case 't':  // twee, tien, tachtig
      return goes_on("wia");
    case 'v':  // vier, veertig
      return goes_on("ie");
    case 'z':  // zes
      return goes_on("e");
    default:
      return false;
  }
}

// Whether a word ends like a number, for those that begin like one: "verder", "deze".
bool EndsLikeNumber(absl::string_view word) {
  constexpr absl::string_view kEnds[] = {"en", "ee", "ie", "er", "jf", "es", "ht", "ul", "lf", "ig", "rd", "nd"};
  return std::any_of(std::begin(kEnds), std::end(kEnds), [word](auto end) { return absl::EndsWith(word, end); });
}

int NumberBelowThousand(absl::string_view word) { return NumberBelow(word, "honderd", 100, NumberBelowHundred); }

// ---- marks and words
// -------------------------------------------------------------------------------------------------

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

// Bytes of the letter at `pos`; 0 when no letter stands there. Two- and three-byte marks begin with 0xC2 or 0xE2.
size_t LetterAt(absl::string_view text, size_t pos) {
  if (pos >= text.size()) return 0;
  const unsigned char c = text[pos];
  if (absl::ascii_isalpha(c)) return 1;
  if (c < 0xC3 || c == 0xE2) return 0;
  size_t size = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
  return std::min(size, text.size() - pos);
}

size_t MarkSize(absl::string_view text, size_t pos) {
  const unsigned char c = text[pos];
  const size_t size = c == 0xE2 ? 3 : c >= 0xC0 ? 2 : 1;
  return std::min(size, text.size() - pos);
}

// Cuts a sentence into words, digits and marks; figures are still without unit.
class Cutter {
 public:
  // A word takes no more bytes than it is printed in, and one for the space behind it.
  explicit Cutter(absl::string_view text) : text_(text), words_(new char[2 * text.size()]), free_(words_.get()) {}

  Tokens Run() {
    constexpr size_t kUsualWord = 5;
    tokens_.reserve(text_.size() / kUsualWord + 1);
    while (pos_ < text_.size()) {
      const size_t before = pos_;
      if (IsDigit(text_[pos_])) {
        ReadDigits();
      } else if (text_[pos_] == ' ') {
        ++pos_;
      } else if (LetterAt(text_, pos_) > 0) {
        ReadWord();
      } else {
        ReadMark();
      }
      if (pos_ == before) ++pos_;
    }
    return Tokens(std::move(tokens_), std::move(words_));
  }

 private:
  void Add(Meaning meaning, size_t begin, absl::string_view word = "") {
    Token& token = tokens_.emplace_back();
    token.meaning = meaning;
    token.begin = begin;
    token.end = pos_;
    token.word = word;
  }

  // Keeps a word for its token. Words that follow each other stand there with a space between them, as groups do.
  absl::string_view Keep(absl::string_view word) {
    char* const begin = free_;
    if (!word.empty()) std::memcpy(begin, word.data(), word.size());
    free_ = begin + word.size();
    *free_++ = ' ';
    return absl::string_view(begin, word.size());
  }

  // The same for a printed word of ASCII letters and digits, in lower case.
  absl::string_view KeepLower(absl::string_view printed) {
    char* const begin = free_;
    for (char c : printed) *free_++ = absl::ascii_tolower(static_cast<unsigned char>(c));
    *free_++ = ' ';
    return absl::string_view(begin, printed.size());
  }

  void ReadWord() {
    const size_t begin = pos_;
    size_t letters = 0;
    bool plain = true;  // whether it has only ASCII letters and digits
    while (pos_ < text_.size()) {
      const char c = text_[pos_];
      const size_t size = absl::ascii_isalnum(static_cast<unsigned char>(c)) ? 1 : LetterAt(text_, pos_);
      if (size > 0) {
        plain &= absl::ascii_isascii(static_cast<unsigned char>(c));
        pos_ += size;
        ++letters;
        continue;
      }
      // Inside a word: "65-plusser", "zo'n", "t.o.v.", "t/m".
      size_t joint = 0;
      if (c == '-' || c == '\'') joint = 1;
      if ((c == '.' || c == '/') && letters == 1) joint = 1;
      if (c == '\xE2' && (absl::StartsWith(text_.substr(pos_), "’") || absl::StartsWith(text_.substr(pos_), "‘"))) {
        joint = 3;
      }
      if (joint == 0 || LetterAt(text_, pos_ + joint) == 0) break;
      if (c == '.' || c == '/') letters = 0;
      plain = false;
      pos_ += joint;
    }
    const absl::string_view printed = text_.substr(begin, pos_ - begin);
    const absl::string_view word = plain ? KeepLower(printed) : Keep(Normalized(printed));
    // "een" without accents is an article far more often than a number.
    std::string number = printed == "een" || printed == "Een" ? "" : NumberOfWord(word);
    Add(number.empty() ? Meaning::kOther : Meaning::kFigure, begin, word);
    tokens_.back().value = std::move(number);
    tokens_.back().spelled = true;
    // The full stop of "t.o.v." and "ca." belongs to the word.
    constexpr size_t kLongestAbbreviation = 3;
    if (letters <= kLongestAbbreviation && pos_ + 1 < text_.size() && text_[pos_] == '.') ++pos_;
  }

  void ReadMark() {
    const size_t begin = pos_;
    const size_t size = MarkSize(text_, pos_);
    const absl::string_view mark = text_.substr(pos_, size);
    pos_ += size;
    if (mark == "%") {
      for (absl::string_view point : {"-punten", "-punt", " punten", " punt"}) {
        if (!absl::StartsWithIgnoreCase(text_.substr(pos_), point)) continue;
        pos_ += point.size();
        return Add(Meaning::kPercentagePoint, begin);
      }
      return Add(Meaning::kPercent, begin);
    }
    if (mark == "‰") return Add(Meaning::kPromille, begin);
    if (mark == "≥" || mark == "≤" || mark == ">" || mark == "<") return AddComparator(begin, mark);
    if (mark == "€") return Add(Meaning::kEuro, begin);
    if (mark == "," || mark == "\"" || mark == "”" || mark == "“") return Add(Meaning::kComma, begin);
    if (mark == "(" || mark == "[") return Add(Meaning::kOpen, begin);
    if (mark == "-" || mark == "–" || mark == "—") return Add(Meaning::kDash, begin);
    if (mark == ";" || mark == ":" || mark == ")" || mark == "|" || mark == "•" || mark == "?" || mark == "!" ||
        mark == "." || mark == "\t" || mark == "\n" || mark == "=" || mark == "+") {
      return Add(Meaning::kBreak, begin, mark == ":" ? ":" : mark == ")" ? ")" : "");
    }
  }

  // "> 80%", ">= 80%"; what stands between steps or before a year compares nothing.
  void AddComparator(size_t begin, absl::string_view mark) {
    const bool equal = mark.size() > 1 || At(pos_) == '=';
    if (At(pos_) == '=') ++pos_;
    size_t figure = pos_;
    while (At(figure) == ' ') ++figure;
    const bool arrow = begin > 0 && (text_[begin - 1] == '-' || text_[begin - 1] == '=');
    if (arrow || !IsDigit(At(figure)) || IsYear(text_.substr(figure, EndOfDigits(figure) - figure))) return;
    const bool more = mark == ">" || mark == "≥";
    Add(more ? equal ? Meaning::kAtLeast : Meaning::kMoreThan : equal ? Meaning::kAtMost : Meaning::kLessThan, begin);
  }

  char At(size_t pos) const { return pos < text_.size() ? text_[pos] : '\0'; }

  // Whether digits, perhaps with marks between them, stand at `pos`; their end.
  size_t EndOfDigits(size_t pos) const {
    while (IsDigit(At(pos)) || ((At(pos) == '.' || At(pos) == ',') && IsDigit(At(pos + 1)))) ++pos;
    return pos;
  }

  void ReadDigits() {
    const size_t begin = pos_;
    pos_ = EndOfDigits(pos_);
    if (ReadDate(begin) || ReadFraction(begin)) return;
    const absl::string_view figure = text_.substr(begin, pos_ - begin);
    const bool euro = !tokens_.empty() && tokens_.back().meaning == Meaning::kEuro;
    if (euro) {
      // "€ 35.000,-" and "€ 6.000,--"
      size_t end = pos_;
      if (At(end) == ',') ++end;
      const size_t dashes = end;
      while (At(end) == '-' && end < dashes + 2) ++end;
      if (end > dashes && !IsDigit(At(end))) pos_ = end;
    }
    const std::string value = DutchDecimal(figure);
    const bool thousands = absl::ascii_tolower(At(pos_)) == 'k' && LetterAt(text_, pos_ + 1) == 0;
    const bool numbered = begin == 0 && (At(pos_) == ')' || (At(pos_) == '.' && At(pos_ + 1) == ' '));
    // "3e", "A12", "75+", "18-", "24-uurs", "06", "1.2.3", "24/7" name things and count nothing.
    bool name = value.empty() || numbered || (LetterAt(text_, pos_) > 0 && !thousands) || At(pos_) == '+' ||
                (figure.size() > 1 && figure[0] == '0' && IsDigit(figure[1])) ||
                (At(pos_) == '/' && IsDigit(At(pos_ + 1)) && !IsYear(figure));
    if (!euro && At(pos_) == '-' && !IsDigit(At(pos_ + 1)) && At(pos_ + 1) != ' ' && text_[pos_ - 1] != '-')
      name = true;
    if (!euro && At(pos_) == '-' && (At(pos_ + 1) == ' ' || At(pos_ + 1) == '\0') && figure.size() <= 2) name = true;
    if (name) {
      while (pos_ < text_.size() && (LetterAt(text_, pos_) > 0 || IsDigit(text_[pos_]) || text_[pos_] == '-' ||
                                     text_[pos_] == '+' || text_[pos_] == '/')) {
        pos_ += std::max<size_t>(1, LetterAt(text_, pos_));
      }
      return Add(Meaning::kOther, begin, Keep(Normalized(text_.substr(begin, pos_ - begin))));
    }
    if (IsYear(figure) && !euro) {
      Add(Meaning::kYear, begin, Keep(figure));
      tokens_.back().value = value;
      tokens_.back().year =
          (figure[0] - '0') * 1000 + (figure[1] - '0') * 100 + (figure[2] - '0') * 10 + figure[3] - '0';
      return;
    }
    if (thousands) ++pos_;
    Add(Meaning::kFigure, begin, Keep(value));
    tokens_.back().value = thousands ? ScaledDecimal(value, 3) : value;
  }

  static bool IsYear(absl::string_view figure) {
    return figure.size() == 4 &&
           ((absl::StartsWith(figure, "19") && figure[2] == '9') ||
            (absl::StartsWith(figure, "20") && figure[2] <= '7')) &&
           IsDigit(figure[2]) && IsDigit(figure[3]) && figure[1] != ',' && figure[1] != '.';
  }

  // "31-12-2024"
  bool ReadDate(size_t begin) {
    size_t pos = pos_;
    if (pos - begin > 2) return false;
    for (int part = 0; part < 2; ++part) {
      if ((At(pos) != '-' && At(pos) != '/') || !IsDigit(At(pos + 1))) return false;
      const size_t first = ++pos;
      while (IsDigit(At(pos))) ++pos;
      if (part == 0 ? pos - first > 2 : !IsYear(text_.substr(first, pos - first))) return false;
    }
    pos_ = pos;
    Add(Meaning::kYear, begin, "");
    int year = 0;
    if (absl::SimpleAtoi(text_.substr(pos - 4, 4), &year)) tokens_.back().year = year;
    return true;
  }

  // "2/3 deel" and "1/3 van"
  bool ReadFraction(size_t begin) {
    if (pos_ - begin != 1 || At(pos_) != '/' || !IsDigit(At(pos_ + 1)) || IsDigit(At(pos_ + 2))) return false;
    const absl::string_view behind = text_.substr(pos_ + 2);
    if (!absl::StartsWith(behind, " van") && !absl::StartsWith(behind, " deel") && !absl::StartsWith(behind, "e ")) {
      return false;
    }
    const int of = text_[pos_ + 1] - '0';
    const int part = text_[begin] - '0';
    if (part < 1 || of <= part) return false;
    pos_ += 2;
    Add(Meaning::kFigure, begin, "");
    SetShare(part, of, &tokens_.back());
    return true;
  }

 public:
  // Makes a token the share `part` of `of`, as a percentage with at most one decimal.
  static void SetShare(int part, int of, Token* token) {
    const int tenths = (part * 1000 + of / 2) / of;
    token->value = tenths % 10 == 0 ? absl::StrCat(tenths / 10) : absl::StrCat(tenths / 10, ".", tenths % 10);
    token->unit = v1::UNIT_PERCENT;
    token->printed_share = absl::StrCat(part, " op ", of);
    token->spelled = true;
  }

 private:
  absl::string_view text_;
  size_t pos_ = 0;
  std::vector<Token> tokens_;
  std::unique_ptr<char[]> words_;
  char* free_;  // behind the last word
};

// Gives words their meaning; of fixed groups the longest one.
void GiveMeaning(Tokens* tokens) {
  const auto& lexicon = Lexicon();
  size_t kept = 0;
  for (size_t i = 0; i < tokens->size();) {
    const char* const begin = (*tokens)[i].word.data();
    const Token* last = nullptr;
    Meaning meaning = Meaning::kOther;
    size_t taken = 1;
    for (size_t n = 0; n < kLongestGroup && i + n < tokens->size(); ++n) {
      const Token& token = (*tokens)[i + n];
      const bool word = token.meaning == Meaning::kOther && !token.word.empty();
      if (!word) break;
      const auto entry = lexicon.find(absl::string_view(begin, token.word.data() + token.word.size() - begin));
      if (entry == lexicon.end()) break;
      if (entry->second.known) {
        last = &token;
        taken = n + 1;
        meaning = entry->second.meaning;
      }
      if (!entry->second.begins) break;
    }
    if (last != nullptr) {
      Token& first = (*tokens)[i];
      first.meaning = meaning;
      first.end = last->end;
      first.word = absl::string_view(begin, last->word.data() + last->word.size() - begin);
    }
    tokens->Keep(i, kept++);
    i += taken;
  }
  tokens->Cut(kept);
}

// ---- figures and their units
// -----------------------------------------------------------------------------------------

struct UnitWord {
  absl::string_view word;
  Meaning meaning;
};
constexpr UnitWord kUnitWords[] = {
    {"procent", Meaning::kPercent},
    {"pct", Meaning::kPercent},
    {"procentpunt", Meaning::kPercentagePoint},
    {"procentpunten", Meaning::kPercentagePoint},
    {"procent punt", Meaning::kPercentagePoint},
    {"procent punten", Meaning::kPercentagePoint},
    {"percentagepunt", Meaning::kPercentagePoint},
    {"percentagepunten", Meaning::kPercentagePoint},
    {"promille", Meaning::kPromille},
    {"euro", Meaning::kEuro},
    {"eur", Meaning::kEuro},
    {"duizend", Meaning::kThousand},
    {"miljoen", Meaning::kMillion},
    {"mln", Meaning::kMillion},
    {"mio", Meaning::kMillion},
    {"miljard", Meaning::kBillion},
    {"mld", Meaning::kBillion},
};

Meaning UnitMeaning(const Token& token) {
  for (const UnitWord& unit : kUnitWords) {
    if (token.word == unit.word) return unit.meaning;
  }
  return token.meaning;
}

int ZerosOf(Meaning scale) {
  switch (scale) {
    case Meaning::kThousand:
      return 3;
    case Meaning::kMillion:
      return 6;
    case Meaning::kBillion:
      return 9;
    default:
      return 0;
  }
}

v1::Unit UnitOf(Meaning meaning) {
  switch (meaning) {
    case Meaning::kPercent:
      return v1::UNIT_PERCENT;
    case Meaning::kPercentagePoint:
      return v1::UNIT_PERCENTAGE_POINT;
    case Meaning::kPromille:
      return v1::UNIT_PER_THOUSAND;
    case Meaning::kEuro:
      return v1::UNIT_EURO;
    default:
      return v1::UNIT_UNSPECIFIED;
  }
}

int SmallNumber(const Token& token) {
  int number = 0;
  const bool one = token.meaning == Meaning::kA;
  return one ? 1 : token.meaning == Meaning::kFigure && absl::SimpleAtoi(token.value, &number) ? number : 0;
}

// Makes figures with their units, and shares in words, one token.
class Folder {
 public:
  explicit Folder(Tokens* tokens) : tokens_(*tokens) {}

  void Run() {
    while (at_ < tokens_.size()) {
      if (!MayOpenFigure(Next(0)) || (!Share() && !Fraction() && !Figure())) tokens_.Keep(at_++, kept_++);
    }
    tokens_.Cut(kept_);
  }

 private:
  // Whether a figure or a share may begin with a token: most words are passed over at once.
  static bool MayOpenFigure(const Token& token) {
    switch (token.meaning) {
      case Meaning::kFigure:
      case Meaning::kYear:
      case Meaning::kEuro:
      case Meaning::kA:
      case Meaning::kHalf:
      case Meaning::kQuarter:
        return true;
      case Meaning::kOther:
        return token.word == "eur" || IsFractionWord(token.word);
      default:
        return false;
    }
  }

  static bool IsFractionWord(absl::string_view word) {
    return word == "driekwart" || word == "tweederde" || word == "twee derde";
  }

  const Token& Next(size_t n) const {
    static const Token& none = *new Token();
    return at_ + n < tokens_.size() ? tokens_[at_ + n] : none;
  }

  void TakeAs(Token figure, size_t count) {
    figure.meaning = Meaning::kFigure;
    figure.end = tokens_[at_ + count - 1].end;
    tokens_[kept_++] = std::move(figure);
    at_ += count;
  }

  // "een op de drie", "945 van de 1000", "6 per 1.000"
  bool Share() {
    const int part = SmallNumber(Next(0));
    const Meaning joint = Next(1).meaning;
    if (part == 0 ||
        (joint != Meaning::kOneIn && joint != Meaning::kOn && joint != Meaning::kOutOf && joint != Meaning::kPer)) {
      return false;
    }
    const bool thousand =
        UnitMeaning(Next(2)) == Meaning::kThousand || Next(2).word == "duizend" || Next(2).value == "1000";
    const int of = thousand ? 1000 : SmallNumber(Next(2));
    Token figure = Next(0);
    if (of == 1000 || of == 100) {
      if (figure.value.empty() || (of == 100 && joint == Meaning::kPer)) return false;
      figure.unit = of == 1000 ? v1::UNIT_PER_THOUSAND : v1::UNIT_PERCENT;
    } else if ((joint == Meaning::kOneIn || joint == Meaning::kOn) && of > part && of <= 20) {
      Cutter::SetShare(part, of, &figure);
    } else if (joint == Meaning::kOutOf && of > part && figure.meaning == Meaning::kFigure) {
      figure.unit = v1::UNIT_COUNT;
    } else {
      return false;
    }
    TakeAs(std::move(figure), 3);
    return true;
  }

  // "driekwart van", "een kwart van", "de helft van", "twee derde van"
  bool Fraction() {
    const Token& first = Next(0);
    const auto ends = [&](size_t n) {
      const Meaning next = Next(n).meaning;
      constexpr Meaning kBehindFractions[] = {Meaning::kFrom, Meaning::kOutOf,  Meaning::kPart,   Meaning::kMore,
                                              Meaning::kLess, Meaning::kBreak,  Meaning::kRise,   Meaning::kFall,
                                              Meaning::kToDo, Meaning::kTakeOn, Meaning::kTakeOff};
      return at_ + n >= tokens_.size() ||
             std::find(std::begin(kBehindFractions), std::end(kBehindFractions), next) != std::end(kBehindFractions);
    };
    int part = 0;
    int of = 0;
    size_t count = 1;
    if (first.word == "driekwart") {
      part = 3, of = 4;
    } else if (first.word == "tweederde" || first.word == "twee derde") {
      part = 2, of = 3;
    } else if (first.meaning == Meaning::kHalf && ends(1)) {
      part = 1, of = 2;
    } else if (first.meaning == Meaning::kQuarter && ends(1)) {
      part = 1, of = 4;
    } else if (SmallNumber(first) > 0 && Next(1).meaning == Meaning::kQuarter && ends(2)) {
      part = SmallNumber(first), of = 4, count = 2;
    } else if (SmallNumber(first) > 0 && Next(1).meaning == Meaning::kOrdinalPart && ends(2)) {
      constexpr std::pair<const char*, int> kParts[] = {{"derde", 3}, {"vierde", 4},  {"vijfde", 5},
                                                        {"zesde", 6}, {"achtste", 8}, {"tiende", 10}};
      for (const auto& [word, parts] : kParts) {
        if (Next(1).word == word) of = parts;
      }
      part = SmallNumber(first), count = 2;
    }
    if (of == 0 || part >= of) return false;
    Token figure = first;
    Cutter::SetShare(part, of, &figure);
    if (Next(count).meaning == Meaning::kPart) ++count;
    TakeAs(std::move(figure), count);
    return true;
  }

  // A number that names something and counts nothing: "artikel 3", "kader 1 en 2", "1 juli", "half 2026", "per
  // duizend".
  bool IsName() const {
    if (Next(1).meaning == Meaning::kMonth) return true;
    if (Next(1).meaning == Meaning::kYear && Next(0).word == "half") return true;
    if (kept_ == 0 || UnitOf(UnitMeaning(Next(1))) != v1::UNIT_UNSPECIFIED) return false;
    const Token& before = tokens_[kept_ - 1];
    const bool listed = (before.meaning == Meaning::kComma || before.meaning == Meaning::kAnd) && kept_ > 1;
    return before.meaning == Meaning::kReference || before.meaning == Meaning::kPer ||
           (listed && tokens_[kept_ - 2].names);
  }

  // A year-like number is a count when a comparator steers it and a noun follows: "minimaal 2000 inwoners". Behind
  // "lager dan" it is as often a year to compare with.
  bool IsCountLikeYear() const {
    if (kept_ == 0 || Next(0).value.empty()) return false;
    const Meaning before = tokens_[kept_ - 1].meaning;
    const bool compared = before == Meaning::kAtLeast || before == Meaning::kAtMost;
    const Meaning behind = UnitMeaning(Next(1));
    return (UnitOf(behind) == v1::UNIT_EURO && !Next(1).word.empty()) ||
           (compared && behind == Meaning::kOther && !Next(1).word.empty());
  }

  bool Figure() {
    Token figure = Next(0);
    size_t count = 1;
    if (figure.meaning == Meaning::kEuro || figure.word == "eur") {
      if (Next(1).meaning != Meaning::kFigure) return false;
      const size_t begin = figure.begin;
      figure = Next(1);
      figure.begin = begin;
      figure.unit = v1::UNIT_EURO;
      count = 2;
    } else if (figure.meaning == Meaning::kYear && IsCountLikeYear()) {
      figure.meaning = Meaning::kFigure;
    } else if (figure.meaning != Meaning::kFigure) {
      return false;
    }
    if (figure.unit == v1::UNIT_UNSPECIFIED && IsName()) {
      figure.meaning = Meaning::kOther;
      figure.names = true;
      tokens_[kept_++] = std::move(figure);
      ++at_;
      return true;
    }
    if (const int zeros = ZerosOf(UnitMeaning(Next(count))); zeros > 0) {
      figure.value = ScaledDecimal(figure.value, zeros);
      ++count;
    }
    if (const v1::Unit unit = UnitOf(UnitMeaning(Next(count))); unit != v1::UNIT_UNSPECIFIED) {
      // A euro sign behind a figure opens the next amount.
      const bool opens = Next(count).meaning == Meaning::kEuro && Next(count).word.empty();
      if (!opens) {
        figure.unit = unit;
        ++count;
      }
    }
    TakeAs(std::move(figure), count);
    return true;
  }

  Tokens& tokens_;
  size_t kept_ = 0;  // tokens that are ready, at the front
  size_t at_ = 0;
};

// ---- sentences without a norm
// ----------------------------------------------------------------------------------------

// Of every group of words that sets a norm without digits one word: without it the group is not there either.
class NormWords {
 public:
  NormWords() {
    constexpr Meaning kShares[] = {Meaning::kHalf, Meaning::kQuarter, Meaning::kOrdinalPart};
    for (const WordsOf& list : kWords) {
      if (!absl::c_linear_search(kNormWithoutFigure, list.meaning) && !absl::c_linear_search(kShares, list.meaning))
        continue;
      for (absl::string_view group : absl::StrSplit(list.words, '|')) Add(LongestOf(group));
    }
    for (absl::string_view word : {"gemiddeld", "driekwart", "tweederde"}) Add(word);
  }

  bool Has(absl::string_view word) const { return word.size() >= 2 && begins_[Begin(word)] && words_.contains(word); }

 private:
  // The longest word, and of several the last one: "gelijk" of "blijft gelijk".
  static absl::string_view LongestOf(absl::string_view group) {
    absl::string_view longest;
    for (absl::string_view word : absl::StrSplit(group, ' ')) {
      if (word.size() >= longest.size()) longest = word;
    }
    return longest;
  }

  // The first two letters as one number.
  static size_t Begin(absl::string_view word) {
    return static_cast<unsigned char>(word[0]) * 256 + static_cast<unsigned char>(word[1]);
  }

  void Add(absl::string_view word) {
    words_.insert(word);
    begins_[Begin(word)] = true;
  }

  absl::flat_hash_set<absl::string_view> words_;
  std::bitset<256 * 256> begins_;  // by the first two letters whether a word begins so: most words do not
};

// Whether a word in lower case and without accents is a number or one of NormWords.
bool IsNormWord(absl::string_view word) {
  static const NormWords& norms = *new NormWords();
  return norms.Has(word) || !NumberOfWord(word).empty();
}

// The same for a printed word; "een" without accents is an article.
bool IsPrintedNormWord(absl::string_view printed, bool ascii) {
  if (!ascii) {
    const NormalizedWords words(printed);
    const auto split = absl::StrSplit(words.view(), ' ');
    return std::any_of(split.begin(), split.end(), IsNormWord);
  }
  if (printed.size() > kLongestNumberWord || printed == "een" || printed == "Een") return false;
  std::array<char, kLongestNumberWord> lower;
  absl::c_transform(printed, lower.begin(), [](unsigned char c) { return absl::ascii_tolower(c); });
  return IsNormWord({lower.data(), printed.size()});
}

}  // namespace

bool MaySetNorm(absl::string_view sentence) {
  if (absl::c_any_of(sentence, IsDigit)) return true;
  for (size_t begin = 0; begin < sentence.size();) {
    bool ascii = true;
    size_t end = begin;
    for (; end < sentence.size(); ++end) {
      const auto c = static_cast<unsigned char>(sentence[end]);
      ascii &= c < 0x80;
      if (c < 0x80 && !absl::ascii_isalpha(c)) break;
    }
    if (end > begin && IsPrintedNormWord(sentence.substr(begin, end - begin), ascii)) return true;
    begin = end + 1;
  }
  return false;
}

std::string NumberOfWord(absl::string_view word) {
  if (word == "anderhalf" || word == "anderhalve") return "1.5";
  if (word == "half" || word == "halve") return "0.5";
  if (word.size() > kLongestNumberWord || !BeginsLikeNumber(word) || !EndsLikeNumber(word)) return "";
  const int number = NumberBelow(word, "duizend", 1000, NumberBelowThousand);
  return number < 0 ? "" : absl::StrCat(number);
}

std::string ScaledDecimal(absl::string_view decimal, int zeros) {
  const size_t point = decimal.find('.');
  std::string digits(decimal.substr(0, point));
  std::string fraction(point == absl::string_view::npos ? "" : decimal.substr(point + 1));
  while (zeros > 0) {
    digits.push_back(fraction.empty() ? '0' : fraction[0]);
    if (!fraction.empty()) fraction.erase(0, 1);
    --zeros;
  }
  const size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
  digits.erase(0, first);
  return fraction.empty() ? digits : absl::StrCat(digits, ".", fraction);
}

Tokens ReadTokens(absl::string_view sentence) {
  Tokens tokens = Cutter(sentence).Run();
  GiveMeaning(&tokens);
  Folder(&tokens).Run();
  return tokens;
}

}  // namespace regiokompas::intake
