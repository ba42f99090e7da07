import Testing

@testable import Bytes

/// W3C Trace Context, level 1: what is read, and what is passed on.
@Suite struct TraceContextTests {
  /// The example of section 3.2.3.
  private static let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

  private func read(_ parents: String..., state: String...) -> TraceContext? {
    TraceContext(
      parent: parents.map { Array($0.utf8) }, state: state.map { Array($0.utf8) })
  }

  private func state(_ lines: String...) -> String? {
    TraceContext(parent: [Array(Self.parent.utf8)], state: lines.map { Array($0.utf8) })
      .map { String(decoding: $0.state, as: UTF8.self) }
  }

  @Test(arguments: [
    parent, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-00000000000000000000000000000001-0000000000000001-ff",
    "00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-02",
  ])
  func `what is valid is passed on as it is`(parent: String) throws {
    let context = try #require(read(parent))
    #expect(context.parent == parent)
    let fields = parent.split(separator: "-")
    #expect(context.trace.description == fields[1])
    #expect(context.span == fields[2])
    #expect(TraceID(context.trace.description) == context.trace)
    #expect(TraceID(context.trace.bytes) == context.trace)
    #expect(read(" \t\(parent) \t") == context)
  }

  @Test(arguments: [
    "", "-", "00", parent + "-", parent + "-00", parent + "0", String(parent.dropLast()),
    // Of an impossible version, of another form, and in upper case.
    "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "0x-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0A",
    "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0.",
    "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7_01",
    // Ids of zeros.
    "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
    // Higher versions that are too short, or don't go on with a hyphen.
    "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
    "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",
    "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-012",
    parent + ", " + parent, parent + "," + parent, "\u{0}" + parent,
  ])
  func `what isn't valid is not read, nor its state`(parent: String) {
    #expect(read(parent, state: "congo=t61rcWkgMzE") == nil)
  }

  @Test func `a header that came twice, or not at all, is not read`() {
    #expect(read(Self.parent, Self.parent) == nil)
    #expect(TraceContext(parent: [], state: [Array("congo=t61rcWkgMzE".utf8)]) == nil)
    #expect(TraceContext(parent: nil, state: "congo=t61rcWkgMzE") == nil)
  }

  @Test(arguments: ["01", "cc", "fe"])
  func `of a higher version, what is known is passed on as version 00`(version: String) {
    let rest = Self.parent.dropFirst(2)
    #expect(read(version + rest)?.parent == Self.parent)
    #expect(read(version + rest + "-what-comes-then")?.parent == Self.parent)
    #expect(read(version + rest.dropLast(2) + "fe")?.parent == Self.parent.dropLast(2) + "00")
  }

  @Test func `members of all lines are joined in their order, without empty ones`() {
    #expect(state("congo=t61rcWkgMzE") == "congo=t61rcWkgMzE")
    #expect(
      state("rojo=00f067aa0ba902b7", "congo=t61rcWkgMzE")
        == "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE")
    #expect(state("a=1 ,\tb=2", ",, ,", "", "c= 3") == "a=1,b=2,c= 3")
    #expect(
      state("fw529a3039@dt=FfAQ, 0t_-*/@a=x", "a0_-*/=x")
        == "fw529a3039@dt=FfAQ,0t_-*/@a=x,a0_-*/=x")
    #expect(state("a=1,b=2", "a=3") == "a=1,b=2")
    #expect(state("ab=1,a=2,abc=3") == "ab=1,a=2,abc=3")
    #expect(state() == "")
  }

  @Test(arguments: [
    "foo", "foo=", "=1", "foo=bar=baz", "foo =1", "FOO=1", "0foo=1", "foo@=1", "@foo=1", "foo@0=1",
    "foo@bar@baz=1", "foo.bar=1", "foo=\u{e9}", "foo=a\u{0}b", "foo=a\tb", "foo=a\u{7f}",
    "foo@" + String(repeating: "v", count: 15) + "=1",
    String(repeating: "t", count: 242) + "@v=1", String(repeating: "z", count: 257) + "=1",
    "foo=" + String(repeating: "v", count: 257),
  ])
  func `one member that isn't valid takes the others along`(member: String) {
    #expect(state("a=1", "\(member),b=2") == "")
  }

  @Test func `32 members are passed on, and 33 are not`() {
    let members = (1...33).map { "k\($0)=v" }
    let most = members.prefix(32).joined(separator: ",")
    #expect(state(most) == most)
    #expect(state(members.joined(separator: ",")) == "")
  }

  @Test func `of more than 512 bytes, long members go first, then the last`() {
    let long = "long=" + String(repeating: "x", count: 124)
    let members = (10...29).map { "k\($0)=" + String(repeating: "y", count: 20) }
    // 20 members of 24 bytes, and 19 commas: 499.
    let short = members.joined(separator: ",")
    #expect(state(short) == short)
    #expect(state("\(long),\(short)") == short)
    #expect(state("\(members[0]),\(long)") == "\(members[0]),\(long)")
    #expect(state("\(short),z=123456789012") == short)
    #expect(state("\(short),z=1234567890") == "\(short),z=1234567890")
  }

  @Test func `a trace that is begun has ids that aren't 0, and asks to be recorded`() {
    let context = TraceContext(random: (1, 2, 3))
    #expect(context.parent == "00-00000000000000010000000000000002-0000000000000003-01")
    #expect(context.state.isEmpty)
    let zeros = TraceContext(random: (0, 0, 0))
    #expect(read(zeros.parent) == zeros)
  }

  @Test func `ids that are known make a trace again`() throws {
    let context = try #require(read(Self.parent))
    #expect(TraceContext(trace: context.trace.description, span: context.span) == context)
    for (trace, span) in [
      ("", ""), (context.trace.description, ""), (context.trace.description, "0000000000000000"),
      (context.trace.description, "00F067AA0BA902B7"),
      (String(repeating: "0", count: 32), context.span),
    ] {
      #expect(TraceContext(trace: trace, span: span) == nil)
    }
  }
}
