# frozen_string_literal: true

# A consumer for each provider of config.json, at the path of its name. Ruby
# comes without a web server: this one reads as much of HTTP as it needs.
require "json"
require "socket"

CONFIG = JSON.parse(File.read("config.json"))
CONFIG.each_value { |entry| require "./#{entry["file"]}" }

def env_of(lines)
  lines.each_with_object({}) do |line, env|
    name, value = line.split(":", 2)
    key = name.upcase.tr("-", "_")
    key = "HTTP_#{key}" unless key == "CONTENT_TYPE"
    env[key] = env[key] ? "#{env[key]}, #{value.strip}" : value.strip
  end
end

def status_of(path, env, body)
  entry = CONFIG[path[1..]]
  options = entry["url"] ? { url: "http://#{env["HTTP_HOST"]}#{path}" } : {}
  return 401 unless Object.const_get(entry["class"]).verify(entry["keys"], env, body, **options)

  JSON.parse(body, max_nesting: false)
  200
rescue JSON::ParserError, EncodingError
  400
end

def serve(client)
  request, *lines = client.gets("\r\n\r\n").b.split("\r\n")
  env = env_of(lines)
  client.write("HTTP/1.1 100 Continue\r\n\r\n") if env["HTTP_EXPECT"]
  body = client.read(env["HTTP_CONTENT_LENGTH"].to_i)
  status = status_of(request.split(" ")[1], env, body)
  client.write("HTTP/1.1 #{status} -\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
ensure
  client.close
end

server = TCPServer.new("127.0.0.1", 0)
puts "http://127.0.0.1:#{server.addr[1]}"
$stdout.flush
loop { Thread.new(server.accept) { |client| serve(client) } }
