<?php
// single.php SPOOL TARGET: the only importer of a spool.
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
    if (is_link($task) || !is_file($task)) continue; // not a task
    $id = basename($task, '.json');
    try {
        file_put_contents("$target/.$id", body($task));
        rename("$target/.$id", "$target/$id");
        unlink($task);
    } catch (Throwable $error) {
        fwrite(STDERR, "$task: not done, tried again next time: {$error->getMessage()}\n");
        $result = 75;
    }
}
exit($result ?? 0);
