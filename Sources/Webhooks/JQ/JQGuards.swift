/// Definitions that shadow builtins of libjq 1.6. On some inputs those builtins would end the
/// process, or run forever without a way to stop them. The cases were found by trying each builtin
/// on odd inputs.
enum JQGuards {
  /// Guards of regular expressions. When a search for all matches finds an empty match, libjq reads
  /// beyond the end of strings that aren't ASCII.
  static let regularExpressions =
    #"""

    def __empty($re): if ($re | type) != "string" then false
      else ($re | contains("(?=") or contains("(?!") or contains("(?<=") or contains("(?<!"))
        or ($re | gsub("\\\\[\\^$\\\\]"; "x") | gsub("\\\\[bBAzZGK]|[\\^$]"; "") | . as $rest
          | "" | test($rest)) end;
    def __guarded($re; $flags): if type != "string" then .
      elif length > 4096
      then error("a regular expression can't be matched with more than 4096 characters")
      elif utf8bytelength != length and ($flags | tostring | contains("g")) and __empty($re)
      then error("all matches of an expression that may match nothing, in text that is not ASCII")
      else . end;
    def __guarded($re): if ($re | type) == "array" then __guarded($re[0]; $re[1])
      else __guarded($re; "") end;
    """#
    + ["match", "test", "capture"].map { name in
      """

      def __\(name)(a): \(name)(a); def \(name)($a): __guarded($a) | __\(name)($a);
      def __\(name)(a; f): \(name)(a; f); def \(name)($a; $f): __guarded($a; $f) | __\(name)($a; $f);
      """
    }.joined()
      + #"""

      def __match_impl(a; f; t): _match_impl(a; f; t);
      def _match_impl($a; $f; $t): __guarded($a; $f) | __match_impl($a; $f; $t);
      def __scan(a): scan(a); def scan($a): __guarded($a; "g") | __scan($a);
      def __split(a; f): split(a; f); def split($a; $f): __guarded($a; "g") | __split($a; $f);
      def __splits(a): splits(a); def splits($a): __guarded($a; "g") | __splits($a);
      def __splits(a; f): splits(a; f); def splits($a; $f): __guarded($a; "g") | __splits($a; $f);
      def __sub(a; s): sub(a; s); def sub($a; s): __guarded($a; "") | __sub($a; s);
      def __sub(a; s; f): sub(a; s; f); def sub($a; s; $f): __guarded($a; $f) | __sub($a; s; $f);
      def __gsub(a; s): gsub(a; s); def gsub($a; s): __guarded($a; "g") | __gsub($a; s);
      def __gsub(a; s; f): gsub(a; s; f); def gsub($a; s; $f): __guarded($a; "g") | __gsub($a; s; $f);
      """#

  /// Guards against searches for empty strings, remainders of huge numbers, moments outside the
  /// years 0 to 9999, and nan.
  static let numbers = #"""

    def __indices($i): indices($i);
    def indices($i): if . == "" or $i == "" then [] else __indices($i) end;
    def __index($i): index($i);
    def index($i): if . == "" or $i == "" then null else __index($i) end;
    def __rindex($i): rindex($i);
    def rindex($i): if . == "" or $i == "" then null else __rindex($i) end;
    def _strindices($i): indices($i);
    def __mod($a; $b): $a % $b;
    def _mod($a; $b): if ($a | type) == "number" and ($a < 9e18 and $a > -9e18 | not)
      then error("a number that is too large for %") else __mod($a; $b) end;
    def jn(a; b): __refused; def yn(a; b): __refused; def nan: __refused;
    def __tonumber: tonumber;
    def tonumber: __tonumber | if . == . then . else error("this isn't a number") end;
    def __fromjson: fromjson;
    def fromjson: if type == "string" and contains("nan") then error("nan isn't JSON")
      else __fromjson end;
    def __moment: if type == "number" then . >= -62167219200 and . <= 253402300799
      elif type == "array" then length >= 6 and all(.[]; type == "number" and . > -1e6 and . < 1e6)
      else true end;
    def __at: if __moment then . else error("not a moment of the years 0 to 9999") end;
    def __text($f): if ($f | type) == "string" then . else error("a format is a text") end;
    def __strftime(f): strftime(f); def strftime($f): __at | __text($f) | __strftime($f);
    def __strflocaltime(f): strflocaltime(f);
    def strflocaltime($f): __at | __text($f) | __strflocaltime($f);
    def __mktime: mktime; def mktime: __at | __mktime;
    def __gmtime: gmtime; def gmtime: __at | __gmtime;
    def __localtime: localtime; def localtime: __at | __localtime;
    def todateiso8601: strftime("%Y-%m-%dT%H:%M:%SZ"); def todate: todateiso8601;
    def date: todateiso8601;
    def __implode: implode;
    def implode: if type == "array" and all(.[]; type == "number" and . >= 0 and . <= 1114111)
      then __implode else error("implode takes an array of code points") end;
    """#
}
