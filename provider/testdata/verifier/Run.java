import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

// Runs every generated verifier over the cases on stdin, a line each.
public final class Run {
	private Run() {}

	record Case(List<String> keys, Map<String, String> params, String method, String url, Function<String, String> header, byte[] body, Instant now) {}

	static byte[] raw(String text) {
		return Base64.getDecoder().decode(text);
	}

	static String word(String text) {
		return new String(raw(text), StandardCharsets.UTF_8);
	}

	static List<String> items(String text) {
		return text.isEmpty() ? List.of() : List.of(text.split(" "));
	}

	public static void main(String[] args) throws Exception {
		Map<String, Predicate<Case>> all = new HashMap<>();
		// TABLE
		StringBuilder out = new StringBuilder();
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = in.readLine(); line != null; line = in.readLine()) {
			String[] f = line.split("\t", -1);
			List<String> keys = new ArrayList<>();
			for (String k : items(f[5])) {
				keys.add(word(k.substring(1)));
			}
			Map<String, String> params = new HashMap<>();
			for (String p : items(f[6])) {
				String[] pair = p.split(":", -1);
				params.put(word(pair[0]), word(pair[1]));
			}
			Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
			for (String h : items(f[7])) {
				String[] pair = h.split(":", -1);
				headers.merge(word(pair[0]), word(pair[1]), (a, b) -> a + ", " + b);
			}
			try {
				boolean answer = all.get(f[0]).test(new Case(keys, params, word(f[2]), word(f[3]), headers::get, raw(f[4]), Instant.ofEpochMilli(Long.parseLong(f[1]))));
				out.append(answer).append('\n');
			} catch (Throwable e) {
				out.append("thrown: ").append(e).append(' ').append(e.getStackTrace()[0]).append('\n');
			}
		}
		System.out.print(out);
	}
}
