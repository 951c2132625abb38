#include "rewriter/scan.h"

#include <algorithm>
#include <cctype>

#include "rewriter/body_scan.h"

namespace standstill::rewriter {

namespace {

using std::string_view;

// Past blanks, comments and spliced lines; not past a newline.
size_t skipBlanks(string_view text, size_t at) {
  while (at < text.size()) {
    if (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\v' ||
        text[at] == '\f') {
      ++at;
    } else if (text.substr(at, 2) == "/*") {
      size_t end = text.find("*/", at + 2);
      at = end == string_view::npos ? text.size() : end + 2;
    } else if (text[at] == '\\') {
      size_t next = text.find_first_not_of(" \t\r", at + 1);
      if (next == string_view::npos || text[next] != '\n') return at;
      at = next + 1;
    } else {
      return at;
    }
  }
  return at;
}

// The rest of a directive, spliced lines and comments over several lines included.
string_view logicalLine(string_view text, size_t from) {
  size_t at = from;
  while (at < text.size()) {
    size_t end = text.find_first_of("\n/", at);
    if (end == string_view::npos) return text.substr(from);
    if (text[end] == '/') {
      bool comment = text.substr(end, 2) == "/*";
      size_t close = comment ? text.find("*/", end + 2) : end;
      if (close == string_view::npos) return text.substr(from);
      at = close + (comment ? 2 : 1);
      continue;
    }
    size_t last = end;
    while (last > from &&
           (text[last - 1] == '\r' || text[last - 1] == ' ' || text[last - 1] == '\t')) {
      --last;
    }
    bool spliced = last > from && text[last - 1] == '\\';
    if (!spliced) return text.substr(from, end - from);
    at = end + 1;
  }
  return text.substr(from);
}

// Something that a line break in its middle, or a trigraph, keeps from being found.
bool hasSplicedWord(string_view text) {
  if (find(text, "?\?/") != string_view::npos || find(text, "?\?=") != string_view::npos)
    return true;
  for (size_t at = text.find('\\'); at != string_view::npos; at = text.find('\\', at + 1)) {
    if (at == 0 || !isWord(text[at - 1])) continue;
    size_t next = text.find_first_not_of(" \t\r", at + 1);
    if (next == string_view::npos || text[next] != '\n') continue;
    if (next + 1 < text.size() && isWord(text[next + 1])) return true;
  }
  return false;
}

// One operand of a `##`: a parameter may be anything, other text stands for itself.
struct Pasted {
  string_view text;
  bool any = false;

  Pasted(string_view piece, string_view parameters)
      : text(piece), any(piece.empty() || piece == "__VA_ARGS__" || hasWord(parameters, piece)) {}
};

// Whether a `##` of the macro can give one of the words. Operands further along a chain of them may
// stand anywhere in it.
bool pastesAny(string_view body, string_view parameters, const Words& words) {
  for (size_t at = body.find("##"); at != string_view::npos; at = body.find("##", at + 2)) {
    size_t leftEnd = at;
    while (leftEnd > 0 && std::isspace(static_cast<unsigned char>(body[leftEnd - 1]))) --leftEnd;
    size_t leftStart = leftEnd;
    while (leftStart > 0 && isWord(body[leftStart - 1])) --leftStart;
    size_t right = std::min(body.find_first_not_of(" \t\r\n\\", at + 2), body.size());
    size_t rightEnd = wordEnd(body, right);
    Pasted before(body.substr(leftStart, leftEnd - leftStart), parameters);
    Pasted after(body.substr(right, rightEnd - right), parameters);
    size_t chained = body.find_first_not_of(" \t", rightEnd);
    bool first = body.substr(0, leftStart).find("##") == string_view::npos;
    bool last = chained == string_view::npos || body.substr(chained, 2) != "##";
    for (const std::string& word : words.calls) {
      bool begins =
          first ? word.starts_with(before.text) : word.find(before.text) != std::string::npos;
      bool ends = last ? word.ends_with(after.text) : word.find(after.text) != std::string::npos;
      if ((before.any || begins) && (after.any || ends)) return true;
    }
  }
  return body.find("%:%:") != string_view::npos;
}

void scanBraces(string_view name, string_view body, FileFacts& facts) {
  auto opens = std::count(body.begin(), body.end(), '{');
  if (opens != std::count(body.begin(), body.end(), '}')) facts.braceMacros.emplace(name);
}

class Scanner {
 public:
  Scanner(string_view text, const Words& words) : text_(text), words_(words) {}

  FileFacts run() {
    bool mentions = hasAnyWord(text_, words_.calls);
    macrosMatter_ = mentions || find(text_, "##") != string_view::npos ||
                    find(text_, "%:%:") != string_view::npos;
    eachDirective([this](size_t at) { directive(at); });
    // Header units: `import "x.h";`
    for (size_t at = find(text_, "import"); at != string_view::npos;
         at = find(text_, "import", at + 6)) {
      size_t next = skipBlanks(text_, at + 6);
      if (next < text_.size() && (text_[next] == '"' || text_[next] == '<')) include(next);
    }
    facts_.opaque = facts_.opaque || hasSplicedWord(text_);
    for (const std::string& word : words_.anywhere) {
      facts_.used = facts_.used || find(text_, word) != string_view::npos;
    }
    if (!facts_.used && !facts_.opaque && mentions) {
      BodyUse body = scanBodies(text_, words_);
      facts_.used = body.used;
      facts_.declared = body.seen && !body.used;
    }
    return std::move(facts_);
  }

  std::vector<Macro> macros() {
    std::vector<Macro> found;
    eachDirective([&](size_t at) {
      size_t start = skipBlanks(text_, at);
      size_t end = wordEnd(text_, start);
      if (text_.substr(start, end - start) != "define") return;
      auto [macro, body] = definition(skipBlanks(text_, end));
      found.push_back({std::string(macro), std::string(body)});
    });
    return found;
  }

 private:
  // Calls `visit` with where each directive's name may start.
  template <typename Visit>
  void eachDirective(Visit visit) {
    for (string_view mark : {"#", "%:"}) {
      for (size_t at = find(text_, mark); at != string_view::npos;
           at = find(text_, mark, at + mark.size())) {
        visit(at + mark.size());
      }
    }
  }

  // The name of a macro and the rest of its definition.
  std::pair<string_view, string_view> definition(size_t at) const {
    size_t nameEnd = wordEnd(text_, at);
    return {text_.substr(at, nameEnd - at), logicalLine(text_, nameEnd)};
  }

  void directive(size_t at) {
    size_t start = skipBlanks(text_, at);
    size_t end = wordEnd(text_, start);
    string_view name = text_.substr(start, end - start);
    if (end < text_.size() && text_[end] == '\\') facts_.opaque = true;
    size_t next = skipBlanks(text_, end);
    if (name == "include" || name == "include_next" || name == "import") {
      include(next);
    } else if (name == "define") {
      auto [macro, body] = definition(next);
      if (macrosMatter_) {
        scanMacro(macro, body, words_, facts_);
      } else {
        scanBraces(macro, body, facts_);
      }
    }
  }

  void include(size_t at) {
    char open = at < text_.size() ? text_[at] : '\n';
    if (open == '\n') return;
    if (open != '"' && open != '<') {
      facts_.opaque = true;
      return;
    }
    size_t end = text_.find_first_of(open == '"' ? "\"\n" : ">\n", at + 1);
    if (end == string_view::npos || text_[end] == '\n') return;
    facts_.includes.push_back({std::string(text_.substr(at + 1, end - at - 1)), open == '<'});
  }

  string_view text_;
  const Words& words_;
  bool macrosMatter_ = false;  // some text here may make one of the words
  FileFacts facts_;
};

}  // namespace

std::vector<Macro> macrosIn(std::string_view text) {
  static const Words kNone;
  return Scanner(text, kNone).macros();
}

FileFacts scan(std::string_view text, const Words& words) { return Scanner(text, words).run(); }

void scanMacro(std::string_view name, std::string_view parametersAndBody, const Words& words,
               FileFacts& facts) {
  if (name.empty()) return;
  string_view parameters;
  string_view body = parametersAndBody;
  if (body.starts_with('(')) {
    size_t end = body.find(')');
    parameters = body.substr(0, end);
    body = end == string_view::npos ? string_view() : body.substr(end + 1);
  }
  auto known = words.calls.find(name) != words.calls.end();
  if (!known && (hasAnyWord(body, words.calls) || pastesAny(body, parameters, words))) {
    facts.aliases.emplace(name);
  }
  scanBraces(name, body, facts);
}

}  // namespace standstill::rewriter
