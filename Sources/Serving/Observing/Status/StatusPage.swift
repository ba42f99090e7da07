import Bytes
import FoundationEssentials

/// A report for a browser. Every text that comes from outside is escaped.
struct StatusPage {
  private let report: StatusReport
  private let fallbackBaseURL: String
  private let now: Date

  /// Creates a page. `fallbackBaseURL` is the URL by the web server's variables, used if `base_url`
  /// is not set.
  init(_ report: StatusReport, fallbackBaseURL: String, at now: Date) {
    self.report = report
    self.fallbackBaseURL = fallbackBaseURL
    self.now = now
  }

  var html: String {
    let tables = StatusTables(report: report, now: now)
    return """
      <!doctype html>
      <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
      <title>Levelwind: \(word)</title>
      <style>\(Self.style)</style>
      <h1>Levelwind <span class="\(word)">\(word)</span></h1>
      <dl>
      \(tables.facts(fallbackBaseURL: fallbackBaseURL).map(Self.fact).joined(separator: "\n"))
      </dl>
      \(findings)
      \(tables.all.map(Self.table).joined(separator: "\n"))
      <p class="time">As of \(HTMLText.escaped(now.localTime))</p>
      </html>

      """
  }

  private var word: String { report.word }

  private var findings: String {
    if report.findings.isEmpty { return "<p>\(report.quietWords)</p>" }
    let items = report.findings.map { finding in
      """
      <li><span class="\(finding.level.word)">\(finding.level.word)</span> \
      \(HTMLText.escaped(finding.words))<br><code>\(HTMLText.escaped(finding.remedy))</code></li>
      """
    }
    return "<h2>To be mended</h2>\n<ul>\n\(items.joined(separator: "\n"))\n</ul>"
  }

  private static func fact(_ what: String, _ value: String) -> String {
    "<dt>\(HTMLText.escaped(what))</dt><dd>\(HTMLText.escaped(value))</dd>"
  }

  private static func table(_ table: StatusTables.Table) -> String {
    let head = table.head.map { "<th>\(HTMLText.escaped($0))</th>" }.joined()
    let rows = table.rows.map { row in
      "<tr>" + row.map { "<td>\(HTMLText.escaped($0))</td>" }.joined() + "</tr>"
    }
    return """
      <h2>\(HTMLText.escaped(table.title))</h2>
      <div class="wide"><table><thead><tr>\(head)</tr></thead><tbody>
      \(rows.joined(separator: "\n"))
      </tbody></table></div>
      """
  }

  private static let style = """
    body { font: 1rem/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem;
      color: #1b1f24; background: #fff }
    h1 span, li span { font-size: .8em; padding: .1em .5em; border-radius: .3em; color: #fff }
    .OK { background: #1a7f37 } .WARNING { background: #9a6700 } .CRITICAL { background: #b3202c }
    .UNKNOWN { background: #57606a }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.5rem }
    dt { color: #57606a } dd { margin: 0; overflow-wrap: anywhere }
    ul { padding-left: 0; list-style: none } li { margin-bottom: .8rem }
    code { background: #eef1f4; color: #1b1f24; padding: .1em .4em; border-radius: .2em;
      overflow-wrap: anywhere; -webkit-box-decoration-break: clone; box-decoration-break: clone }
    .wide { overflow-x: auto } table { border-collapse: collapse; width: 100% }
    th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #d8dee4;
      white-space: nowrap; font-variant-numeric: tabular-nums }
    td:last-child { white-space: normal; min-width: 8rem; overflow-wrap: anywhere }
    th { color: #57606a; font-weight: normal } .time { color: #57606a }
    """
}
