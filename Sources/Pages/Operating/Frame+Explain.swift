import AdministrationMessages

extension Frame {
  /// The form for a captured request, and what would become of the one that was pasted.
  init(_ shown: ExplainedShown, _ pasted: PastedRequest, problem: String? = nil) {
    var content: HTML = "\(problem.map(Parts.problem))"
    if let text = shown.text {
      content += """
        <p>\(Parts.tag(shown.isRefused ? "refused" : "accepted")) Nothing was written.</p>
        <pre>
        \(lines: text)</pre>

        """
    }
    for task in shown.tasks {
      content += "<h2>A task for \(task.incoming)</h2>\n<pre>\n\(lines: task.document)</pre>\n"
    }
    if shown.more > 0 { content += "<p>\(shown.more.counted("further task")) would be made.</p>\n" }
    let link = Link.webhook(pasted.webhook)
    // A browser ends each line with CR LF, and shows one that ends with LF alike.
    let typed = String(decoding: pasted.text.utf8.filter { $0 != 13 }, as: UTF8.self)
    content += """
      <form method="post" action="\(link.below("explain"))" class="action">
      <p><label for="request">The request, as an HTTP/1.1 message</label>\
      <span class="hint" id="request-hint">its request line, headers, an empty line, and the \
      body</span>
      <textarea id="request" name="request" rows="12" aria-describedby="request-hint">
      \(typed)</textarea></p>
      <p><label for="remote">The client's address</label>\
      <input type="text" id="remote" name="remote" value="\(pasted.remote)"></p>
      <p><button type="submit">Explain</button></p>
      </form>
      <p>It is decided as of now, by the path of this webhook. A body that isn't text goes through \
      the command. Each look is noted under <a href="\(Link.changes)">Changes</a>.</p>

      """
    self.init(
      title: (problem == nil ? "" : "Error: ") + "Explain a request to \(pasted.webhook)",
      above: [("Webhooks", .webhooks), (pasted.webhook, link)],
      commands: ["levelwind explain \(pasted.webhook.asWord) < request.http"], content: content)
  }
}
