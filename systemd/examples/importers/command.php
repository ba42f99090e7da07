<?php
// command.php TARGET, run over each task by:
//     levelwind task drain stock-updates --stdin body -- php command.php TARGET
// Its work: the body, byte for byte, into TARGET/<id>.
[$target, $id] = [$argv[1], getenv('LEVELWIND_ID')];
$body = stream_get_contents(STDIN);
if ($body === '') {
    fwrite(STDERR, 'an empty body from ' . getenv('LEVELWIND_WEBHOOK') . "\n");
    exit(65); // never
}
$written = @file_put_contents("$target/.$id", $body) === strlen($body);
if (!$written || !rename("$target/.$id", "$target/$id")) {
    fwrite(STDERR, "$target can't be written\n");
    exit(75); // not now
}
