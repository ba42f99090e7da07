import Testing

@testable import Bytes

@Suite struct CuttingTests {
  private func cut(_ text: String, _ path: JSONText.Step...) -> String? {
    let bytes = Array(text.utf8)
    return JSONText.range(of: path, in: bytes).map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  private func key(_ name: String) -> JSONText.Step { .key(Array(name.utf8)) }

  @Test func `an item is cut out exactly`() {
    let text = " { \"a\" : [ 1.50 , {\"b\": null } ,\"x\\\"]\", [ ] ] , \"c\" : true } "
    #expect(cut(text) == "{ \"a\" : [ 1.50 , {\"b\": null } ,\"x\\\"]\", [ ] ] , \"c\" : true }")
    #expect(cut(text, key("a")) == "[ 1.50 , {\"b\": null } ,\"x\\\"]\", [ ] ]")
    #expect(cut(text, key("a"), .index(0)) == "1.50")
    #expect(cut(text, key("a"), .index(1)) == "{\"b\": null }")
    #expect(cut(text, key("a"), .index(1), key("b")) == "null")
    #expect(cut(text, key("a"), .index(2)) == "\"x\\\"]\"")
    #expect(cut(text, key("a"), .index(3)) == "[ ]")
    #expect(cut(text, key("c")) == "true")
  }

  @Test func `what a path does not lead to is not there`() {
    let text = "{\"a\":[1,{\"b\":2}],\"0\":3,\"n\":null}"
    #expect(cut(text, key("b")) == nil)
    #expect(cut(text, key("")) == nil)
    #expect(cut(text, key("A")) == nil)
    #expect(cut(text, .index(0)) == nil)
    #expect(cut(text, key("a"), .index(2)) == nil)
    #expect(cut(text, key("a"), .index(-1)) == nil)
    #expect(cut(text, key("a"), key("0")) == nil)
    #expect(cut(text, key("a"), .index(0), .index(0)) == nil)
    #expect(cut(text, key("a"), .index(1), key("b"), key("c")) == nil)
    #expect(cut(text, key("n"), key("a")) == nil)
    #expect(cut("[]", .index(0)) == nil)
    #expect(cut("{}", key("")) == nil)
    #expect(cut("1", .index(0)) == nil)
    #expect(cut("\"a\"", key("a")) == nil)
  }

  @Test func `scalars at the top are cut without white space`() {
    for scalar in ["1", "-1.5e3", "null", "\"a b\"", "\"\\\\\"", "\"\\\"\"", "[]", "{}"] {
      for (before, behind) in [("", ""), (" ", " "), ("\r\n\t", "\n")] {
        #expect(cut(before + scalar + behind) == scalar)
      }
    }
  }

  @Test func `the last of members with the same name counts, however it is written`() {
    #expect(cut("{\"a\":1,\"a\":2}", key("a")) == "2")
    #expect(cut("{\"a\":1,\"\\u0061\":2,\"b\":3}", key("a")) == "2")
    #expect(cut("{\"\\u0061\":1,\"a\":{\"c\":2}}", key("a"), key("c")) == "2")
    #expect(cut("{\"a\":{\"b\":1},\"a\":{\"c\":2}}", key("a"), key("b")) == nil)
    #expect(cut("{\"a\":{\"b\":1},\"a\":2}", key("a"), key("b")) == nil)
    #expect(cut("{\"a\":{\"b\":1},\"a\":{\"b\":[2],\"b\":3}}", key("a"), key("b")) == "3")
    #expect(cut("{\"x\":{\"a\":{\"b\":1}},\"x\":{}}", key("x"), key("a"), key("b")) == nil)
    #expect(cut("{\"a\":[[1,2]],\"a\":[[3]]}", key("a"), .index(0), .index(1)) == nil)
    #expect(cut("{\"a\":[{\"b\":1}],\"a\":[2]}", key("a"), .index(0), key("b")) == nil)
  }

  @Test func `names are compared with their escapes decoded`() {
    let table: [(written: String, name: String)] = [
      (written: #"\u0061"#, name: "a"),
      (written: #"\u00e4\u00E4"#, name: "ää"),
      (written: #"\u20ac"#, name: "€"),
      (written: #"\ud83d\ude00"#, name: "😀"),
      (written: #"x\ud83d\ude00y"#, name: "x😀y"),
      (written: #"\"\\\/\b\f\n\r\t"#, name: "\"\\/\u{8}\u{c}\n\r\t"),
      (written: #"\u0000"#, name: "\0"),
      (written: #"\ud800"#, name: "\u{fffd}"),
      (written: #"\udc00x"#, name: "\u{fffd}x"),
      (written: #"\ud800\n"#, name: "\u{fffd}\n"),
      (written: #"\ud800\u0041"#, name: "\u{fffd}A"),
      (written: #"\ud800\ue000"#, name: "\u{fffd}\u{e000}"),
      (written: #"\ud800\udbff"#, name: "\u{fffd}\u{fffd}"),
      (written: #"\ud800\ud83d\ude00"#, name: "\u{fffd}😀"),
      (written: #"\udbff\udfff"#, name: "\u{10ffff}"),
      (written: #"\ud800\udc00"#, name: "\u{10000}"),
      (written: #"\udc00\udc00"#, name: "\u{fffd}\u{fffd}"),
      (written: #"\ud83dxude00"#, name: "\u{fffd}xude00"),
      (written: #"\ud83d\nde00"#, name: "\u{fffd}\nde00"),
      (written: #"\ud7ff\udc00"#, name: "\u{d7ff}\u{fffd}"),
      (written: "ä€😀", name: "ä€😀"),
    ]
    for row in table {
      #expect(cut("{\"\(row.written)\":1,\"zz\":2}", key(row.name)) == "1", "\(row.written)")
      let string = Array("\"\(row.written)\"".utf8)
      #expect(JSONText.text(at: string.indices, in: string) == Array(row.name.utf8))
    }
    #expect(cut("{\"\u{e9}\":1}", key("e\u{301}")) == nil)
  }

  @Test func `only a string has a text`() {
    let bytes = Array("[\"a\",1,null,[\"b\"],\"\",{}]".utf8)
    let texts = (0..<6).map { index in
      JSONText.text(at: JSONText.range(of: [.index(index)], in: bytes)!, in: bytes)
    }
    #expect(texts == [[0x61], nil, nil, nil, [], nil])
    #expect(JSONText.text(at: 0..<0, in: []) == nil)
  }

  @Test func `paths may repeat, overlap and come in any order`() {
    let bytes = Array("{\"a\":[{\"b\":1},{\"b\":2}],\"c\":[3]}".utf8)
    let paths: [[JSONText.Step]] = [
      [key("c"), .index(0)], [key("a"), .index(1), key("b")], [key("a")], [],
      [key("a"), .index(1)], [key("a"), .index(1), key("b")], [key("x")],
      [key("a"), .index(0), key("b")], [key("c")],
    ]
    let items = JSONText.ranges(of: paths, in: bytes).map {
      $0.map { String(decoding: bytes[$0], as: UTF8.self) }
    }
    #expect(
      items == [
        "3", "2", "[{\"b\":1},{\"b\":2}]", "{\"a\":[{\"b\":1},{\"b\":2}],\"c\":[3]}", "{\"b\":2}",
        "2",
        nil, "1", "[3]",
      ])
    #expect(JSONText.ranges(of: [], in: bytes) == [])
  }

  @Test func `ten thousand items take one walk`() {
    let text = "{\"items\":[" + (0..<10_000).map { "{\"n\": \($0)}" }.joined(separator: ", ") + "]}"
    let bytes = Array(text.utf8)
    let order = (0..<10_000).shuffled()
    let ranges = JSONText.ranges(of: order.map { [key("items"), .index($0)] }, in: bytes)
    for (index, range) in zip(order, ranges) {
      #expect(range.map { Array(bytes[$0]) } == Array("{\"n\": \(index)}".utf8))
    }
  }

  @Test func `a name that repeats does not cost the square`() {
    let members = [String](repeating: "\"a\":[1]", count: 20_000).joined(separator: ",")
    let bytes = Array("{\(members),\"a\":[2]}".utf8)
    let paths = (0..<20_000).map { [key("a"), .index($0)] }
    let ranges = JSONText.ranges(of: paths, in: bytes)
    #expect(ranges.compactMap { $0 }.map { Array(bytes[$0]) } == [[0x32]])
  }

  @Test func `nesting a million deep needs no stack`() {
    let depth = 1_000_000
    let bytes = [UInt8](repeating: 0x5B, count: depth) + [UInt8](repeating: 0x5D, count: depth)
    #expect(JSONText.range(of: [.index(0), .index(0)], in: bytes) == 2..<2 * depth - 2)
    let path = [JSONText.Step](repeating: .index(0), count: depth - 1)
    #expect(JSONText.range(of: path, in: bytes) == depth - 1..<depth + 1)
  }

  @Test func `bytes that are no JSON have an answer too`() {
    let paths: [[JSONText.Step]] = [
      [], [key("a")], [.index(0)], [.index(1)], [key("a"), .index(0)], [.index(0), key("a")],
    ]
    let cutOff = JSONCase("{\"a\":1,\"a\":[2", "cut off where a name repeats")
    for item in JSONCase.rejected + [cutOff] {
      for range in JSONText.ranges(of: paths, in: item.bytes) {
        guard let range else { continue }
        #expect(range.lowerBound >= 0 && range.upperBound <= item.bytes.count)
        _ = JSONText.text(at: range, in: item.bytes)
      }
    }
  }
}
