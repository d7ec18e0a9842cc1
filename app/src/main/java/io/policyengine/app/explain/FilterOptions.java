package io.policyengine.app.explain;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that select exchanges. The kernel checks their values. */
final class FilterOptions {
    @Option(
            names = "--route",
            paramLabel = "ROUTE",
            description = "Only exchanges of this route, by Envoy's name or the configured one.")
    private @Nullable String route;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only exchanges that arrived at this time or later: how long ago, such as 90s, 15m, 2h or 3d,"
                    + " or ISO 8601, such as 2026-01-31T16:30:00Z.")
    private @Nullable String since;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "Only exchanges that arrived at this time or earlier; written as for --since.")
    private @Nullable String until;

    @Option(
            names = "--client",
            paramLabel = "ADDRESS",
            description = "Only exchanges of this client: an address, or a network such as 10.0.0.0/8.")
    private @Nullable String client;

    @Option(
            names = "--path",
            paramLabel = "PATH",
            description = "Only exchanges with this path or one below it; with * at the end, only those whose path"
                    + " begins so.")
    private @Nullable String path;

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            description = "Only exchanges whose client received this status, such as 401, or one of its class: 4xx.")
    private @Nullable String status;

    @Option(
            names = "--code",
            paramLabel = "CODE",
            description = "Only exchanges with this exact code, such as TOKEN_EXPIRED.")
    private @Nullable String code;

    /** Returns the query parameters, encoded; empty if no option is given. */
    List<String> query() {
        List<String> query = new ArrayList<>();
        add(query, "route", route);
        add(query, "since", since);
        add(query, "until", until);
        add(query, "client", client);
        add(query, "path", path);
        add(query, "status", status);
        add(query, "code", code);
        return query;
    }

    /** Returns whether exchanges from before the command are wanted. */
    boolean hasStart() {
        return since != null;
    }

    private static void add(List<String> query, String name, @Nullable String value) {
        if (value != null) {
            query.add(name + "=" + encoded(value));
        }
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
