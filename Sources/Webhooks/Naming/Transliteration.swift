/// The way of a name to ASCII, for the scripts whose letters have a usual one: Latin, Greek and
/// Cyrillic (ISO 9).
enum Transliteration {
  /// Returns a name with the letters of these scripts in ASCII, in lower case and without accents.
  /// Signs and letters that have no such form stay.
  ///
  /// - Returns: nil if the name has letters of another script, since an identifier without them
  ///   would say something else.
  static func ascii(_ name: String) -> String? {
    var result = ""
    let characters = Array(name)
    for (index, character) in characters.enumerated() {
      if let ascii = table[character] ?? table[Character(lowercase: character)] {
        let (last, next) = (index - 1, index + 1)
        append(
          character, ascii, after: last < 0 ? " " : characters[last],
          before: next < characters.count ? characters[next] : " ", to: &result)
        continue
      }
      for scalar in character.unicodeScalars where !isSilent(scalar) {
        if isForeign(scalar) { return nil }
        let letter = Character(scalar)
        result += table[letter] ?? table[Character(lowercase: letter)] ?? letter.lowercased()
      }
    }
    return result
  }

  /// Appends a letter of the table. In Greek, some depend on their neighbours.
  private static func append(
    _ letter: Character, _ ascii: String, after last: Character, before next: Character,
    to result: inout String
  ) {
    let last = Character(lowercase: last)
    switch Character(lowercase: letter) {
    case "γ" where "γκξχϰ".contains(Character(lowercase: next)): result += "n"
    case let letter where !isGreek(letter): result += ascii
    // The rough breathing stands on the second vowel of a diphthong, and is spoken before it.
    case _ where ascii.hasPrefix("h") && "αεηιουωϵἁἑἡἱὁὑὡ".contains(last):
      let vowel = result.removeLast()
      result += "h\(vowel)"
      append(letter, String(ascii.dropFirst()), after: last, before: next, to: &result)
    case _ where ascii == "y" && "αειουϵἀἁἐἑἰἱὀὁὐὑ".contains(last): result += "u"
    default: result += ascii
    }
  }

  private static func isGreek(_ letter: Character) -> Bool {
    letter.unicodeScalars.first.map { 0x370...0x3ff ~= $0.value || 0x1f00...0x1fff ~= $0.value }
      ?? false
  }

  /// Whether nothing is written for it: an accent, a breathing, or a small raised letter.
  private static func isSilent(_ scalar: Unicode.Scalar) -> Bool {
    switch (scalar.properties.generalCategory, scalar.value) {
    case (.modifierLetter, _), (.nonspacingMark, 0x300...0x36f), (.nonspacingMark, 0x485...0x486),
      (.nonspacingMark, 0x1dc0...0x1dff), (.nonspacingMark, 0x20d0...0x20ff),
      (.nonspacingMark, 0xfe20...0xfe2d):
      true
    default: false
    }
  }

  /// Whether it is a letter of a script that the table doesn't have.
  private static func isForeign(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...0x52f, 0x1c80...0x1c8f, 0x1d00...0x218f, 0x2c60...0x2c7f, 0x2de0...0x2dff,
      0xa640...0xa69f, 0xa720...0xa7ff, 0xab30...0xab6f, 0xfb00...0xfb06, 0xff00...0xff5e:
      false
    default: scalar.properties.isAlphabetic
    }
  }

  /// The ASCII that is written for a letter.
  private static let table: [Character: String] = {
    let words = letters.split(whereSeparator: \.isWhitespace)
    var table: [Character: String] = [:]
    for place in stride(from: 0, to: words.count - 1, by: 2) {
      let ascii = words[place] == "_" ? "" : String(words[place])
      for letter in words[place + 1] { table[letter] = ascii }
    }
    return table
  }()

  /// ASCII, and the letters that it is written for. `_` is nothing, for apostrophes and the signs
  /// that make a letter hard or soft. A `-` parts words. Capitals are here only if they differ from
  /// their small letters.
  private static let letters = """
    - ƦǶȠͿꞬꞭꞮꞲꟅꟆ  -0-3 ↉  -1- ⅟  -1-10 ⅒  -1-2 ½  -1-3 ⅓  -1-4 ¼  -1-5 ⅕  -1-6 ⅙  -1-7 ⅐  -1-8 ⅛
    -1-9 ⅑  -2-3 ⅔  -2-5 ⅖  -3-4 ¾  -3-5 ⅗  -3-8 ⅜  -4-5 ⅘  -5-6 ⅚  -5-8 ⅝  -7-8 ⅞  -c- ©  -p- ℗
    -r- ®  0 ０  1 １  2 ２  3 ３  4 ４  5 ５  6 ６  7 ７  8 ８  9 ９  _ ´΄ъь‘’‛′＇｀
    a àáâãäåāăąǎǟǡǻȁȃȧάαаяӑӓᴀᶏḁẚạảấầẩẫậắằẳẵặἀἂἄἆὰᾰᾱᾶⱥａ  a-c ℀  a-s ℁  aa ꜳ  ae æǣǽӕᴁ  ai ᾀᾂᾄᾆᾲᾳᾴᾷ
    and ＆  ao ꜵ  au ꜷ  av ꜹꜻ  ay ꜽ  b ƀƃɓʙβϐбᴃᵬᶀḃḅḇℬｂ  c çćĉċčƈȼɕцчћӵᴄḉℂℭⅽꞓｃ  c-o ℅  c-u ℆  ce ₠
    ch χ  cr ₢  d ðďđƌȡɖɗδдђџᴅᴆᵭᶁᶑḋḍḏḑḓⅅⅆⅾꝱꝺｄ  db ȸ  dz ǆǳʣʥ
    e èéêëēĕėęěȅȇȩɇɛέεϵеэѐёєӗӭᴇᶒᶓḕḗḙḛḝẹẻẽếềểễệἐἒἔὲℯℰⅇⱸｅήηἠἢἤἦὴῆ  ei ᾐᾒᾔᾖῂῃῄῇ  f ƒфᵮᶂḟℱꜰꝼｆ  fax ℻
    ff ﬀ  ffi ﬃ  ffl ﬄ  fi ﬁ  fl ﬂ  fr- ₣  g ĝğġģǥǧǵɠɡɢʛγгѓґғҕᶃḡℊꞡｇ  h ĥħȟɦɧʜхһḣḥḧḩḫẖℋℍℎⱨｈ  ha ἁἃἅἇ
    hai ᾁᾃᾅᾇ  he ἑἓἕἡἣἥἧ  hei ᾑᾓᾕᾗ  hi ἱἳἵἷ  ho ὁὃὅὡὣὥὧ  hoi ᾡᾣᾥᾧ  hv ƕ  hy ὑὓὕὗ
    i Ɩìíîïĩīĭįİıǐȉȋɨɪͺΐίιϊиіїѝӣӥᵻᶖḭḯỉịἰἲἴἶὶῐῑῒῖῗℐℑℹⅈⅰｉ  ii ⅱ  iii ⅲ  ij ĳ  iv ⅳ  ix ⅸ
    j ĵǰȷɉɟʝϳйјᴊⅉｊ  k ķƙǩκϰкќқᴋᶄḱḳḵⱪꝁꝃꝅꞣｋ  l ĺļľŀłƚȴɫɬɭʟλлљᴌᶅḷḹḻḽℒℓⅼⱡꝇꝉꝲｌ  l- ₤  lj ǉ  ll ỻ  ls ʪ
    lz ʫ  m ɱμмᴍᵯᶆḿṁṃℳⅿꝳｍ  n ñńņňŉŋƞǹȵɲɳɴνнњңᵰᶇṅṇṉṋℕꝴꞑꞥｎ  nj ǌ  no №
    o òóôõöøōŏőơǒǫǭǿȍȏȫȭȯȱοόоӧөᴏṍṏṑṓọỏốồổỗộớờởỡợὀὂὄὸℴⱺꝋꝍｏωώὠὢὤὦὼῶ  oe œɶ  oi ƣᾠᾢᾤᾦῲῳῴῷ  oo ꝏ
    p ƥπϖпᴘᵱᵽᶈṕṗ℘ℙꝑꝓꝕｐ  ph φϕ  ps ψ  pts ₧  q ĸʠℚꝗꝙｑ  qp ȹ  r ŕŗřȑȓɍɼɽɾʀρϱрᵲᵳᶉṙṛṝṟῤℛℜℝꝵꝶꞧｒ  rh ῥ
    rs ₹  rx ℞  s śŝşšſșȿʂςσϲϸϻсшщᵴᶊṡṣṥṧṩẛẜẝꜱꞩｓ  ss ß  st ﬅﬆ  t ţťŧƫƭțȶʈτтᴛᵵṫṭṯṱẗⱦꝷꞇｔ  tel ℡
    th þθϑᵺꝥꝧ  tl ₺  ts ʦ  u ùúûüũūŭůűųưǔǖǘǚǜȕȗʉуюўүұӯӱӳᴜᵾᶙṳṵṷṹṻụủứừửữựｕ  ue ᵫ  v ʋвᴠᶌṽṿỽⅴⱱⱴꝟｖ  vi ⅵ
    vii ⅶ  viii ⅷ  vy ꝡ  w ŵᴡẁẃẅẇẉẘⱳｗ  x ξᶍẋẍℌⅹｘ  xi ⅺ  xii ⅻ  y ýÿŷƴȳɏʏΰυϋύϒϓϔыӹẏẙỳỵỷỹỿὐὒὔὖὺῠῡῢῦῧｙ
    z źżžƶȥɀʐʑζжзѕҙӂӝӟᴢᵶᶎẑẓẕℤℨⱬｚ
    """
}

extension Character {
  /// The small letter; the letter itself if its small form is more than one.
  fileprivate init(lowercase letter: Character) {
    let small = letter.lowercased()
    self = small.count == 1 ? Character(small) : letter
  }
}
