import Verification

/// The keys of a signature's `timestamp`.
enum TimestampKeys {
  private static let header = Option(
    optional: "header", .headerName, "The header that holds the timestamp.")
  private static let key = Option(
    optional: "key", .line, "The key of the timestamp, where its header is a list of `key=value`.")
  private static let bodyField = Option(
    optional: "body_field", .jsonPath, "The path of the timestamp in a JSON body.")
  private static let formField = Option(
    optional: "form_field", .line, "The field of a form body that holds the timestamp.")
  private static let unit = Option(
    "unit", Form<TimestampRule.Unit>.choice, default: .seconds,
    "The format of the timestamp: `s` or `ms` since 1970, or `rfc3339`.")
  private static let past = Option(
    "past", .duration(.zero...(.seconds(86400 * 3650))), default: .seconds(300),
    "The greatest age of a timestamp that passes.")
  private static let future = Option(
    "future", .duration(.zero...(.seconds(86400 * 3650))), default: .seconds(300),
    "How far a timestamp may be ahead of our clock.")
  private static let optional = Option(
    "optional", .boolean, default: false, "Whether a request without a timestamp passes.")

  private static let places: [any DocumentedOption] = [header, key, bodyField, formField]

  static let form = Form<TimestampRule>.mapping(
    "a timestamp rule such as {header: X-Timestamp}",
    options: places + [unit, past, future, optional]
  ) { mapping in
    let places: [TimestampRule.Place?] = [
      mapping[header].map { .header($0) }, mapping[key].map { .pair($0) },
      mapping[bodyField].map { .body($0) }, mapping[formField].map { .formField($0) },
    ]
    let (unit, past, future) = (mapping[unit], mapping[past], mapping[future])
    let isOptional = mapping[optional]
    guard mapping.hasOne(of: Self.places), let place = places.compactMap(\.self).first else {
      return nil
    }
    return TimestampRule(place, unit: unit, past: past, future: future, isOptional: isOptional)
  }
}
