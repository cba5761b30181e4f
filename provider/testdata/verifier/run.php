<?php
// Runs every generated verifier over the cases on stdin, a line each.
declare(strict_types=1);

set_error_handler(function ($level, $message, $file, $line) {
    throw new ErrorException($message, 0, $level, $file, $line);
});
$out = [];
while (($line = fgets(STDIN)) !== false) {
    $f = explode("\t", rtrim($line, "\n"));
    $words = fn ($text) => array_map(fn ($pair) => array_map('base64_decode', explode(':', $pair)), array_filter(explode(' ', $text)));
    $headers = [];
    $seen = [];
    foreach ($words($f[7]) as [$name, $value]) {
        $key = $seen[strtolower($name)] ??= $name;
        $headers[$key] = isset($headers[$key]) ? $headers[$key] . ', ' . $value : $value;
    }
    $all = ['method' => base64_decode($f[2]), 'url' => base64_decode($f[3]), 'now' => $f[1] / 1000.0];
    foreach ($words($f[6]) as [$name, $value]) {
        $all[$name] = $value;
    }
    $keys = $f[5] === '-' ? [] : [array_map(fn ($k) => base64_decode(substr($k, 1)), array_filter(explode(' ', $f[5])))];
    $named = [];
    foreach (array_filter(explode(',', $f[8])) as $name) {
        $named[lcfirst(str_replace('_', '', ucwords($name, '_')))] = $all[$name];
    }
    try {
        require_once $f[9] . '.php';
        $answer = [$f[9] . 'Webhook', 'verify'](...$keys, ...[$headers, base64_decode($f[4])], ...$named);
        $out[] = $answer ? 'true' : 'false';
    } catch (Throwable $e) {
        $out[] = 'thrown: ' . str_replace("\n", ' ', substr((string) $e, 0, 300));
    }
}
echo implode("\n", $out), "\n";
