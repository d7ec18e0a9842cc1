package io.policyengine.testkit.bypass;

import java.util.ArrayList;
import java.util.List;

/**
 * The request of a bypass case, with all placeholders filled. Each character is one octet.
 *
 * @param raw all octets to send, instead of the other parts; empty if unused
 */
record BypassRequest(String method, String target, List<String> host, List<String> fields, String body, String raw) {
    static BypassRequest of(BypassCase one, BypassTemplate template, String credential) {
        List<String> fields = new ArrayList<>();
        if (one.credential()) {
            fields.add(credential);
        }
        one.fields().forEach(field -> fields.add(template.fill(field)));
        return new BypassRequest(
                one.methodOrDefault(),
                template.fill(one.targetOrDefault()),
                one.hostOrDefault().stream().map(template::fill).toList(),
                List.copyOf(fields),
                template.fill(one.bodyOrDefault()),
                one.raw() == null ? "" : template.fill(one.raw()));
    }

    static BypassRequest plain(String method, String target, String authority, List<String> fields, String body) {
        return new BypassRequest(method, target, List.of(authority), fields, body, "");
    }

    /** Returns the request in HTTP/1.1, without validation. */
    String http1() {
        if (!raw.isEmpty()) {
            return raw;
        }
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        host.forEach(value -> head.append("Host: ").append(value).append("\r\n"));
        fields.forEach(field -> head.append(field).append("\r\n"));
        if (!body.isEmpty()) {
            head.append("Content-Length: ").append(body.length()).append("\r\n");
        }
        return head + "\r\n" + body;
    }
}
