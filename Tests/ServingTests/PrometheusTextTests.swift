import Spooling
import Testing

@testable import Serving

@Suite struct PrometheusTextTests {
  @Test func `metrics have their help and type, and labels are escaped`() {
    var page = PrometheusText()
    page.add("a_total", .counter, "What.", [.init(7, ("x", "q\"b\\n\n")), .init(seconds: 0.25)])
    page.add("none", .gauge, "Not there.", [PrometheusText.Sample]())
    #expect(
      page.text == """
        # HELP a_total What.
        # TYPE a_total counter
        a_total{x="q\\"b\\\\n\\n"} 7
        a_total 0.25

        """)
  }

  @Test func `a histogram counts upwards, and ends with everything`() {
    let histogram = DurationHistogram()
    for duration in [Duration.microseconds(500), .milliseconds(3), .seconds(60)] {
      histogram.note(duration)
    }
    var page = PrometheusText()
    page.add("d_seconds", "How long.", [(labels: [("x", "y")], reading: histogram.reading)])
    let lines = page.text.split(separator: "\n")
    #expect(lines.count == 2 + DurationHistogram.bounds.count + 3)
    #expect(lines[2] == #"d_seconds_bucket{x="y",le="0.0005"} 1"#)
    #expect(lines.contains(#"d_seconds_bucket{x="y",le="0.005"} 2"#))
    #expect(lines.contains(#"d_seconds_bucket{x="y",le="10"} 2"#))
    #expect(lines.contains(#"d_seconds_bucket{x="y",le="+Inf"} 3"#))
    #expect(lines.contains(#"d_seconds_sum{x="y"} 60.0035"#))
    #expect(lines.last == #"d_seconds_count{x="y"} 3"#)
  }
}
