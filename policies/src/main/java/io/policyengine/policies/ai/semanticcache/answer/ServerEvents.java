package io.policyengine.policies.ai.semanticcache.answer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The data of a stream of server-sent events (WHATWG HTML §9.2), of which each has come whole: an event that no empty line ends is none. */
final class ServerEvents {
    private static final String DATA = "data:";

    private ServerEvents() {}

    /** The data of each event that has any, in order. */
    static List<String> in(byte[] stream) {
        List<String> events = new ArrayList<>();
        StringBuilder data = new StringBuilder();
        String text = new String(stream, StandardCharsets.UTF_8);
        int at = text.startsWith("\uFEFF") ? 1 : 0;
        while (at < text.length()) {
            int end = endOfLine(text, at);
            if (end == text.length()) {
                break;
            }
            if (end == at) {
                if (!data.isEmpty()) {
                    events.add(data.substring(0, data.length() - 1));
                    data.setLength(0);
                }
            } else if (text.startsWith(DATA, at)) {
                int value = at + DATA.length();
                data.append(text, text.charAt(value) == ' ' ? value + 1 : value, end)
                        .append('\n');
            }
            at = text.startsWith("\r\n", end) ? end + 2 : end + 1;
        }
        return List.copyOf(events);
    }

    private static int endOfLine(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) == '\n' || text.charAt(i) == '\r') {
                return i;
            }
        }
        return text.length();
    }
}
