#include "rewriter/prefilter.h"

#include <clang/Lex/HeaderSearch.h>
#include <clang/Lex/Preprocessor.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

#include <cstdlib>
#include <cstring>
#include <deque>
#include <limits>
#include <numeric>
#include <unordered_map>

#include "rewriter/pch.h"
#include "rewriter/scan.h"

namespace standstill::rewriter {

namespace {

// The name that a call of the step's function is spelled with, or an empty string.
std::string calleeName(const Term& step) {
  if (step.kids.empty() || !step.kids[0]->spelled) return {};
  const clang::Expr* callee = step.kids[0]->spelled->IgnoreParenImpCasts();
  const clang::ValueDecl* decl = nullptr;
  if (const auto* ref = llvm::dyn_cast<clang::DeclRefExpr>(callee)) decl = ref->getDecl();
  if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(callee))
    decl = member->getMemberDecl();
  // What a local of the helper stands for has another name elsewhere.
  const auto* variable = llvm::dyn_cast_or_null<clang::VarDecl>(decl);
  bool local = variable && (variable->hasLocalStorage() || variable->isLocalVarDecl());
  bool plain = decl && decl->getDeclName().isIdentifier() && !local;
  if (!plain) return {};
  std::string name = decl->getName().str();
  // Other characters have more than one spelling.
  auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  return std::all_of(name.begin(), name.end(), ascii) ? name : "";
}

std::string lastComponent(const std::string& name) {
  size_t cut = name.rfind("::");
  return cut == std::string::npos ? name : name.substr(cut + 2);
}

// The words to look for; nothing if a helper has no call that marks it.
std::optional<Words> wordsOf(const std::vector<Factor>& factors, const Options& options) {
  Words words;
  for (const Factor& factor : factors) {
    if (factor.distinctive.empty()) return std::nullopt;
    for (size_t step : factor.distinctive) {
      TermPtr call = distinctiveCall(factor.steps[step]);
      std::string name = call ? calleeName(*call) : "";
      if (name.empty()) return std::nullopt;
      words.calls.insert(name);
    }
  }
  for (const Renames* renames : {&options.renames, &options.inComments, &options.inStrings}) {
    for (const auto& [from, to] : *renames) words.anywhere.insert(lastComponent(from));
  }
  return words;
}

// What a compile command says about where headers are found.
struct Search {
  std::vector<std::string> quoted;    // -iquote
  std::vector<std::string> angled;    // -I, -isystem and so on, the compiler's own last
  std::vector<std::string> included;  // -include
  std::vector<std::string> macros;    // -D
  bool opaque = false;                // it has flags that this reading does not know enough about

  std::string key() const {
    std::string all;
    for (const auto* list : {&quoted, &angled}) {
      for (const std::string& directory : *list) all += directory + '\n';
      all += '\n';
    }
    return all;
  }
};

class CommandReader {
 public:
  CommandReader(const clang::tooling::CompileCommand& command, const std::vector<std::string>& own)
      : command_(command) {
    const std::vector<std::string>& line = command.CommandLine;
    for (size_t i = 1; i < line.size(); ++i) argument(line, i);
    for (const char* variable : {"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH"}) {
      if (std::getenv(variable)) search_.opaque = true;
    }
    search_.angled.insert(search_.angled.end(), own.begin(), own.end());
  }

  Search take() { return std::move(search_); }

 private:
  void argument(const std::vector<std::string>& line, size_t& i) {
    const std::string& text = line[i];
    struct Flag {
      const char* name;
      std::vector<std::string>* into;
      bool path;
    };
    const Flag flags[] = {
        {"-iquote", &search_.quoted, true},     {"-isystem", &search_.angled, true},
        {"-idirafter", &search_.angled, true},  {"-include", &search_.included, false},
        {"-imacros", &search_.included, false}, {"-I", &search_.angled, true},
        {"-D", &search_.macros, false}};
    // Flags that change what an include means in ways of their own.
    for (const char* strange :
         {"-include-pch", "-ivfsoverlay", "-fmodule", "-iprefix", "-iwithprefix", "-Xclang",
          "-Xpreprocessor", "-Wp,", "--config", "--include", "--define", "-F", "-iframework",
          "--driver-mode", "@", "/I", "/D", "/F", "-imsvc"}) {
      if (text.starts_with(strange) && !isOwnPath(text)) search_.opaque = true;
    }
    for (const Flag& flag : flags) {
      if (!text.starts_with(flag.name)) continue;
      std::string value = text.substr(std::strlen(flag.name));
      if (value.empty() && i + 1 < line.size()) value = line[++i];
      flag.into->push_back(flag.path ? absolute(value) : value);
      return;
    }
  }

  // `/Ifoo/x.c` may be the source's path.
  bool isOwnPath(const std::string& text) const { return text == command_.Filename; }

  std::string absolute(const std::string& name) const {
    llvm::SmallString<256> path(name);
    llvm::sys::fs::make_absolute(command_.Directory, path);
    llvm::sys::path::remove_dots(path);
    return path.str().str();
  }

  const clang::tooling::CompileCommand& command_;
  Search search_;
};

std::vector<std::string> compilersDirectories(const Unit& api) {
  std::vector<std::string> own;
  const clang::HeaderSearch& headers = api.ast->getPreprocessor().getHeaderSearchInfo();
  for (auto it = headers.system_dir_begin(); it != headers.system_dir_end(); ++it) {
    if (it->isNormalDir()) own.push_back(it->getName().str());
  }
  return own;
}

class Prefilter {
 public:
  Prefilter(const Options& options, const std::vector<std::string>& own, Words words)
      : options_(options), own_(own), words_(std::move(words)) {}

  std::vector<size_t> run() {
    // Most macros that matter are in headers that the api file includes too: then what follows
    // reads every file once. They are read once themselves: one macro that stands for another is
    // found among all that they define.
    collecting_ = true;
    mayMatch(options_.api);
    collecting_ = false;
    closeOverMacros();
    std::vector<size_t> wanted;
    do {
      forget();
      wanted.clear();
      for (size_t i = 0; i < options_.sources.size(); ++i) {
        if (mayMatch(options_.sources[i])) wanted.push_back(i);
      }
    } while (moreWords());
    return wanted;
  }

 private:
  // Learns what macros of the api file's headers mean until there is nothing more to learn.
  void closeOverMacros() {
    size_t known = 0;
    do {
      known = words_.calls.size();
      for (const Macro& macro : macros_) {
        FileFacts facts;
        scanMacro(macro.name, macro.text, words_, facts);
        learn(facts);
      }
    } while (words_.calls.size() > known);
    macros_.clear();
  }

  using FileId = std::uint32_t;
  static constexpr FileId kNone = 0;
  // A quoted header that is not there: whoever compiles the file says what is wrong.
  static constexpr FileId kMissing = std::numeric_limits<FileId>::max();

  struct Header {
    std::string directory;
    std::vector<FileFacts::Include> includes;
    bool hit = false;
    std::uint64_t visited = 0;  // by which search
  };

  // With more words to look for, all that was ruled out has to be read again.
  bool moreWords() {
    if (!grown_ && moreBraces_) {
      // Macros that hide braces only matter to files that seemed to hold declarations alone.
      grown_ = std::any_of(declaring_.begin(), declaring_.end(), [this](const std::string& path) {
        auto buffer = llvm::MemoryBuffer::getFile(path, false, false);
        return buffer && scan((*buffer)->getBuffer(), words_).used;
      });
    }
    return grown_;
  }

  void forget() {
    grown_ = moreBraces_ = false;
    headers_.clear();
    ids_.clear();
    resolved_.clear();
    declaring_.clear();
  }

  bool mayMatch(const std::string& source) {
    auto commands = options_.database->getCompileCommands(source);
    for (const clang::tooling::CompileCommand& command : commands) {
      Search search = CommandReader(command, own_).take();
      if (search.opaque || reaches(source, command.Directory, search)) return true;
    }
    // Without a command it is an error, which is reported where it is parsed.
    return commands.empty();
  }

  bool reaches(const std::string& source, const std::string& directory, const Search& search) {
    const std::uint64_t round = ++rounds_;
    FileFacts given;
    for (const std::string& macro : search.macros) {
      size_t cut = macro.find_first_of("=(");
      std::string body = cut == std::string::npos ? "" : macro.substr(cut + (macro[cut] == '='));
      scanMacro(macro.substr(0, cut), body, words_, given);
    }
    learn(given);
    bool hit = false;
    std::vector<FileId> open;
    size_t searchId = searches_.try_emplace(search.key(), searches_.size()).first->second;
    for (const std::string& name : search.included) {
      open.push_back(resolve({name, false}, directory, search, searchId));
    }
    Header main = read(source);
    hit = main.hit;
    for (const auto& include : main.includes) {
      open.push_back(resolve(include, main.directory, search, searchId));
    }
    // All are read even after a hit: what they define may matter to others.
    while (!open.empty()) {
      FileId id = open.back();
      open.pop_back();
      hit = hit || id == kMissing;
      if (id == kNone || id == kMissing || headers_[id - 1].visited == round) continue;
      headers_[id - 1].visited = round;
      hit = hit || headers_[id - 1].hit;
      for (size_t i = 0; i < headers_[id - 1].includes.size(); ++i) {
        const Header& header = headers_[id - 1];
        open.push_back(resolve(header.includes[i], header.directory, search, searchId));
      }
    }
    return hit;
  }

  void learn(const FileFacts& facts) {
    for (const std::string& alias : facts.aliases) grown_ |= words_.calls.insert(alias).second;
    for (const std::string& macro : facts.braceMacros)
      moreBraces_ |= words_.braces.insert(macro).second;
  }

  Header read(const std::string& path) {
    Header header;
    header.directory = llvm::sys::path::parent_path(path).str();
    // Reading a pipe or a device might never end.
    if (!llvm::sys::fs::is_regular_file(path)) {
      header.hit = true;
      return header;
    }
    auto buffer = llvm::MemoryBuffer::getFile(path, false, false);
    if (!buffer) {
      header.hit = true;  // whoever compiles it says what is wrong
      return header;
    }
    FileFacts facts = scan((*buffer)->getBuffer(), words_);
    learn(facts);
    if (collecting_) {
      for (Macro& macro : macrosIn((*buffer)->getBuffer())) macros_.push_back(std::move(macro));
    }
    if (facts.declared) declaring_.push_back(path);
    header.includes = std::move(facts.includes);
    header.hit = facts.used || facts.opaque;
    return header;
  }

  FileId fileAt(const std::string& path) {
    auto [it, isNew] = ids_.try_emplace(path, kNone);
    if (!isNew) return it->second;
    llvm::sys::fs::file_status status;
    bool exists = !llvm::sys::fs::status(path, status) && !llvm::sys::fs::is_directory(status);
    if (!exists) return kNone;
    Header header = read(path);
    // A header of the system calls nothing of the user's; only its macros count.
    for (const std::string& directory : own_) {
      if (path.starts_with(directory + "/")) header.hit = false;
    }
    headers_.push_back(std::move(header));
    return ids_[path] = static_cast<FileId>(headers_.size());
  }

  FileId resolve(const FileFacts::Include& include, const std::string& from, const Search& search,
                 size_t searchId) {
    std::string key = fmt::format("{}\n{}\n{}\n{}", searchId, include.angled ? "" : from,
                                  include.angled, include.name);
    auto [it, isNew] = resolved_.try_emplace(key, kNone);
    if (!isNew) return it->second;
    std::vector<std::string> directories;
    if (llvm::sys::path::is_absolute(include.name)) {
      directories.emplace_back();
    } else {
      if (!include.angled) {
        directories.push_back(from);
        directories.insert(directories.end(), search.quoted.begin(), search.quoted.end());
      }
      directories.insert(directories.end(), search.angled.begin(), search.angled.end());
    }
    FileId found = include.angled ? kNone : kMissing;
    for (const std::string& directory : directories) {
      llvm::SmallString<256> path(directory);
      llvm::sys::path::append(path, include.name);
      llvm::sys::path::remove_dots(path);
      if (FileId there = fileAt(path.str().str()); there != kNone) {
        found = there;
        break;
      }
    }
    return resolved_[key] = found;
  }

  const Options& options_;
  const std::vector<std::string>& own_;
  Words words_;
  bool grown_ = false;       // there are new words since all was read
  bool moreBraces_ = false;  // or new macros that hide braces
  bool collecting_ = false;  // macros, while the api file is read
  std::vector<Macro> macros_;
  std::vector<std::string> declaring_;  // files with words, but without a use of one
  std::uint64_t rounds_ = 0;
  std::deque<Header> headers_;                        // reading one can add others: references stay
  std::unordered_map<std::string, FileId> ids_;       // by path
  std::unordered_map<std::string, FileId> resolved_;  // includes, by all that decides about them
  std::unordered_map<std::string, size_t> searches_;
};

}  // namespace

std::vector<size_t> sourcesToParse(const Options& options, const std::vector<Factor>& factors,
                                   const Unit& api) {
  std::optional<Words> words = wordsOf(factors, options);
  if (!words) {
    std::vector<size_t> all(options.sources.size());
    std::iota(all.begin(), all.end(), size_t{0});
    return all;
  }
  std::vector<std::string> own = compilersDirectories(api);
  return Prefilter(options, own, std::move(*words)).run();
}

}  // namespace standstill::rewriter
