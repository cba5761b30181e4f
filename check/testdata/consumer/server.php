<?php
// A consumer for each provider of config.json, at the path of its name.
declare(strict_types=1);

$config = json_decode(file_get_contents(__DIR__ . '/config.json'), true);
$entry = $config[substr($_SERVER['REQUEST_URI'], 1)];
require __DIR__ . '/' . $entry['file'];
$body = file_get_contents('php://input');
$url = $entry['url'] ? ['http://' . $_SERVER['HTTP_HOST'] . $_SERVER['REQUEST_URI']] : [];
if (!$entry['class']::verify($entry['keys'], getallheaders(), $body, ...$url)) {
    http_response_code(401);
    exit;
}
json_decode($body, true, 100000);
http_response_code(json_last_error() === JSON_ERROR_NONE ? 200 : 400);
