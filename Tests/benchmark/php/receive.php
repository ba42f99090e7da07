<?php
// The obvious durable script: check the signature, write a temporary file, flush it, rename,
// answer. It does not flush the directory, as such scripts don't.
$body = file_get_contents('php://input');
$signature = 'sha256=' . hash_hmac('sha256', $body, $_SERVER['SECRET']);
if (!hash_equals($signature, $_SERVER['HTTP_X_HUB_SIGNATURE_256'] ?? '')) {
    http_response_code(401);
    exit;
}

$store = $_SERVER['STORE'];
$name = sprintf('%d-%s.json', hrtime(true), bin2hex(random_bytes(8)));
$file = fopen("$store/tmp/$name", 'x');
$stored = $file !== false
    && fwrite($file, $body) === strlen($body)
    && fsync($file)
    && fclose($file)
    && rename("$store/tmp/$name", "$store/new/$name");

http_response_code($stored ? 200 : 503);
header('Content-Type: application/json');
echo json_encode(['stored' => $stored]), "\n";
