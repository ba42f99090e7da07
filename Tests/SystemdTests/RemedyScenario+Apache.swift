@testable import Serving

/// The remedies of a machine whose web server is Apache.
extension RemedyScenario {
  private static let site = "/etc/apache2/sites-available/levelwind.conf"
  /// Puts Apache in place of nginx, which is gone as if it had never been installed.
  private static let install = """
    systemctl stop nginx
    mv /usr/sbin/nginx /root/nginx
    cp /usr/share/levelwind/elsewhere/apache.conf \(site)
    a2enmod --quiet headers proxy proxy_fcgi reqtimeout ssl unique_id
    a2ensite --quiet levelwind

    """
  private static let remove = """
    systemctl stop apache2
    a2dissite --quiet levelwind
    mv /root/nginx /usr/sbin/nginx
    systemctl start nginx
    """

  static let loadApache = RemedyScenario(
    remedy: .loadApache, breaking: install, says: "can't be reached (Connection refused)",
    after: remove)
  static let handOverByApache = RemedyScenario(
    remedy: .handOverByApache(in: "yours"),
    breaking: install + "sed -i 's|ProxyPass \"/webhook/|#&|' \(site); systemctl start apache2",
    says: "no virtual host hands /webhook/ over",
    byHand: "sed -i 's|#ProxyPass|ProxyPass|' \(site)", after: remove)
}
