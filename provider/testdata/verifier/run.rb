# Runs every generated verifier over the cases on stdin, a line each.
$VERBOSE = true

out = $stdin.each_line.map do |line|
  f = line.chomp.split("\t", -1)
  word = ->(text) { text.unpack1("m").force_encoding(Encoding::UTF_8) }
  env = {}
  f[7].split(" ").each do |pair|
    name, value = pair.split(":", -1).map(&word)
    key = name.upcase.tr("-", "_")
    key = "HTTP_#{key}" unless key == "CONTENT_TYPE"
    env[key] = env[key] ? "#{env[key]}, #{value}" : value
  end
  all = { method: word.(f[2]), url: word.(f[3]) }
  all[:now] = Time.at(Rational(f[1].to_i, 1000))
  f[6].split(" ").each do |pair|
    name, value = pair.split(":", -1).map(&word)
    all[name.to_sym] = value
  end
  keys = f[5] == "-" ? [] : [f[5].split(" ").map { |k| word.(k[1..]) }]
  begin
    require "./#{f[9]}.rb"
    named = f[8].split(",").to_h { |name| [name.to_sym, all[name.to_sym]] }
    answer = Object.const_get("#{f[9]}Webhook").verify(*keys, env, f[4].unpack1("m"), **named)
    [true, false].include?(answer) ? answer.to_s : "no boolean: #{answer.inspect}"
  rescue StandardError, SyntaxError => e
    "raised: #{e.message[0, 300]} #{e.backtrace&.first}".gsub("\n", " ")
  end
end
puts out
