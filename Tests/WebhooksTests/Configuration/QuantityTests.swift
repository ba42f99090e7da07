import Testing

@testable import Webhooks

@Suite struct QuantityTests {
  @Test(arguments: [
    ("0", 0), ("1", 1), ("1024", 1024), ("1KiB", 1024), ("512KiB", 524_288),
    ("10MiB", 10_485_760), ("1GiB", 1_073_741_824), ("2TiB", 2_199_023_255_552),
  ])
  func `a size is read`(_ text: String, _ bytes: Int) {
    #expect(ByteSize.parse(text) == bytes)
    #expect(ByteSize.parse(ByteSize.text(bytes)) == bytes)
  }

  @Test(arguments: [
    "", "KiB", "1kib", "1K", "1MB", "1 MiB", "-1MiB", "+1", "01", "1.5MiB", "1e3", "１",
    "9223372036854775808", "8388608TiB",
  ])
  func `is no size`(_ text: String) {
    #expect(ByteSize.parse(text) == nil)
  }

  @Test(arguments: [
    ("500ms", Duration.milliseconds(500)), ("4s", .seconds(4)), ("10m", .seconds(600)),
    ("24h", .seconds(86_400)), ("30d", .seconds(2_592_000)), ("0s", .zero),
  ])
  func `a span of time is read`(_ text: String, _ span: Duration) {
    #expect(TimeSpan.parse(text) == span)
    #expect(TimeSpan.parse(TimeSpan.text(span)) == span)
  }

  @Test(arguments: [
    "", "s", "4", "4 s", "-4s", "04s", "1.5s", "4S", "4sec", "9223372036854775807d",
  ])
  func `is no span of time`(_ text: String) {
    #expect(TimeSpan.parse(text) == nil)
  }

  @Test func `sizes and spans are written in their largest whole unit`() {
    #expect(ByteSize.text(1536) == "1536")
    #expect(ByteSize.text(10 << 20) == "10MiB")
    #expect(ByteSize.text(0) == "0")
    #expect(TimeSpan.text(.milliseconds(1500)) == "1500ms")
    #expect(TimeSpan.text(.seconds(86_400)) == "1d")
    #expect(TimeSpan.text(.seconds(90)) == "90s")
  }

  @Test(arguments: [
    ("haeder", "header"), ("heade", "header"), ("signatur", "signature"), ("HEADER", "header"),
    ("body", nil), ("x", nil),
  ])
  func `the closest name is what was probably meant`(_ name: String, _ meant: String?) {
    #expect(["header", "signature", "addresses"].closest(to: name) == meant)
  }
}
