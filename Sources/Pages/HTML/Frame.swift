import AdministrationMessages
import Bytes
import FoundationEssentials

/// A whole page: what is on all of them, around the content of one.
struct Frame {
  /// The places of the navigation.
  enum Section: String, CaseIterable {
    case webhooks = "Webhooks"
    case incoming = "Incoming"
    case deliveries = "Deliveries"
    case tasks = "Tasks"
    case status = "Status"
    case info = "Info"
    case changes = "Changes"
    case users = "Users"

    var link: Link {
      switch self {
      case .webhooks: .webhooks
      case .incoming: .incomings
      case .deliveries: .deliveries
      case .tasks: .spools
      case .status: .status
      case .info: .info
      case .changes: .changes
      case .users: .users
      }
    }
  }

  var title: String
  var section: Section?
  /// The places above this one.
  var above: [(String, Link)] = []
  /// The commands that do the same on the server.
  var commands: [String] = []
  var content: HTML
  /// What was just done.
  var done: Done?

  /// The page for a user.
  func page(for user: String, _ role: UserRole?, at now: Date) -> HTML {
    let trail = above.map { "<li><a href=\"\($0.1)\">\($0.0)</a></li>" as HTML }
    let above: HTML? =
      trail.isEmpty
      ? nil : "<nav aria-label=\"Above this page\"><ol class=\"trail\">\(trail)</ol></nav>\n"
    let lines = commands.map { "<li>\(Parts.command($0))</li>\n" as HTML }
    let same: HTML? =
      lines.isEmpty
      ? nil
      : """
      <section class="same" aria-labelledby="same"><h2 id="same">The same on the server</h2>
      <ul>
      \(lines)</ul></section>

      """
    let done: HTML? = done.map {
      "<div class=\"notice\" role=\"alert\"><p>\($0.sentence)</p></div>\n"
    }
    let role: HTML? = role.map { ", \($0.rawValue)" }
    let zone = String(LocalTime.current.text(now).dropFirst(19))
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(title) – Levelwind</title>
      <link rel="stylesheet" href="\(Assets.style.link)">
      <script src="\(Assets.script.link)" defer></script>
      </head>
      <body>
      <a class="skip" href="#main">Skip to the content</a>
      <header>
      <p class="brand"><a href="\(Link.status)">Levelwind</a></p>
      \(navigation)</header>
      <main id="main" tabindex="-1">
      \(above)<h1>\(title)</h1>
      \(done)\(content)\(same)</main>
      <footer><p>Signed in as \(user)\(role). As of \(time: now), \
      the server's time (UTC\(zone == "Z" ? "" : zone)).</p></footer>
      </body>
      </html>

      """
  }

  private var navigation: HTML {
    func item(_ section: Section) -> HTML {
      let mark: HTML? = section == self.section ? " aria-current=\"page\"" : nil
      return "<li><a href=\"\(section.link)\"\(mark)>\(section.rawValue)</a></li>\n"
    }
    return """
      <nav aria-label="Main"><ul>
      <li><span>Connections</span><ul>
      \(item(.webhooks))\(item(.incoming))</ul></li>
      \(item(.deliveries))\(item(.tasks))\(item(.status))<li><span>Settings</span><ul>
      \(item(.info))\(item(.changes))\(item(.users))</ul></li>
      </ul></nav>

      """
  }
}

extension Frame {
  /// The page for somebody who isn't known: nothing but its words.
  var bare: HTML {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(title) – Levelwind</title>
    </head>
    <body>
    <main>
    <h1>\(title)</h1>
    \(content)</main>
    </body>
    </html>

    """
  }
}
