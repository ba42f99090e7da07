<?php
// many.php SPOOL TARGET: any number may run at once.
// Its work: each body, byte for byte, into TARGET/<id>.
[, $spool, $target] = $argv;
if (!is_readable("$spool/new") || !is_executable("$spool/new")) {
    fwrite(STDERR, "$spool/new can't be read\n");
    exit(1);
}

/** The sender's exact bytes: the body is the last member of the document. */
function body(string $task): string {
    $all = file_get_contents($task);
    $found = preg_match('/"bodyEncoding":"(\w+)","body":/', $all, $marks, PREG_OFFSET_CAPTURE);
    if (!$found) throw new Exception('not a task');
    $value = substr($all, $marks[0][1] + strlen($marks[0][0]), -strlen("}}\n"));
    return match ($marks[1][0]) {
        'json' => $value,
        'text' => json_decode($value, flags: JSON_THROW_ON_ERROR),
        'base64' => base64_decode(json_decode($value, flags: JSON_THROW_ON_ERROR)),
    };
}

set_error_handler(fn($kind, $text) => throw new Exception($text));
foreach (glob("$spool/new/*.json") as $task) {
    if (is_link($task) || !is_file($task)) continue; // another was faster, or not a task
    $id = basename($task, '.json');
    try {
        rename($task, "$spool/cur/$id.json");
    } catch (Exception) {
        continue; // another was faster
    }
    try {
        file_put_contents("$target/.$id", body("$spool/cur/$id.json"));
        rename("$target/.$id", "$target/$id");
        unlink("$spool/cur/$id.json");
    } catch (Throwable $error) {
        file_put_contents("$spool/failed/$id.json.reason", $error->getMessage() . "\n");
        rename("$spool/cur/$id.json", "$spool/failed/$id.json");
    }
}
